"""What all tests share: no settings from outside, sample records, and a switch that writes goldens anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.cli.describe import sample_record
from docgen.form import load_form

SETTINGS = ("DOCGEN_FORMS", "DOCGEN_FONTS", "DOCGEN_ARTWORK", "DOCGEN_CACHE", "SOURCE_DATE_EPOCH")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--refresh-golden", action="store_true", help="write tests/golden anew")


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOCGEN_LANG", "en")
    monkeypatch.setenv("DOCGEN_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture
def golden(request: pytest.FixtureRequest):
    """Compare a text with tests/golden/NAME; with --refresh-golden, write it there."""

    def compare(name: str, text: str) -> None:
        path = Path(__file__).parent / "golden" / name
        if request.config.getoption("--refresh-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare


def record_of(form_id: str, **changes: object) -> dict[str, object]:
    """Return the form's own sample with some values changed; None takes a field out."""
    record = sample_record(load_form(form_id).fields) | changes
    return {name: value for name, value in record.items() if value is not None}
