"""What tests of the published folder share: a book with a document in force, a void and a replaced one, all signed."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from support.calling import run
from support.places import ROOT
from support.signing import stored

FORM = "retraining-certificate"


class Book(NamedTuple):
    """A folder with the printed documents, the options that sign and that name the book, and what is published of it."""

    folder: Path
    key: tuple[str, ...]
    register: tuple[object, ...]

    def document(self, number: str) -> Path:
        return self.folder / "out" / "each" / f"{number}.pdf"

    def publish(self, name: str, *options: object):
        call = ("register", "publish", "-o", self.folder / name, *self.key, *self.register)
        return run(*call, *(options or ("--day", "2026-11-01", "--days", 31)))


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Book:
    folder = tmp_path_factory.mktemp("book")
    made = Book(folder, stored(folder), ("--register", folder / "book.db"))
    table = ROOT / "samples" / "people.xlsx"
    calls = (
        ("batch", FORM, table, "-o", folder / "out", "--ignore", "*", "--only", "3-6", "--back", "--each", "{number}", *made.key),
        ("register", "correct", FORM, "00402", "--set", "topic=Басқа тақырып", "--reason", "topic"),
        ("register", "void", FORM, "00402", "--reason", "withdrew"),
        ("register", "reissue", FORM, "00403", "--issued", "2026-03-02", "--reason", "lost"),
    )
    for call in (*calls, None):
        result = run(*call, *made.register) if call else made.publish("published")
        assert result.exit_code == 0, result.output
    return made
