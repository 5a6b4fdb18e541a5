"""One service for the tests that only ask it; those that break something start their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.serving import Serving, served


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("service")
    with served(folder, "--workers", 2, "--register", folder / "book.db", environment={"DOCGEN_LANG": "en"}) as serving:
        yield serving
