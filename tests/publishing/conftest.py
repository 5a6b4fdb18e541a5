"""What tests of the published folder share: a book with a document in force, a void and a replaced one, all signed."""

from __future__ import annotations

import pytest
from support.published import Book, signed_book


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Book:
    return signed_book(tmp_path_factory.mktemp("book"))
