"""What tests of signed codes share."""

from __future__ import annotations

import json

import pytest
from support.records import record_of


@pytest.fixture
def sample(tmp_path):
    """Return a file with the record of a certificate of 2026."""
    (tmp_path / "person.json").write_text(json.dumps(record_of("retraining-certificate"), default=str), "utf-8")
    return tmp_path / "person.json"
