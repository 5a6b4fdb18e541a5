"""What the register's book says of a signed document: issued, void, replaced, or nothing."""

from __future__ import annotations

import json

import pytest
from support.calling import run
from support.places import ROOT
from support.signing import stored

FORM = "retraining-certificate"


@pytest.fixture
def issued(tmp_path):
    """Three certificates of a batch that the register numbered; return the folder, what signs, and what verifies."""
    key = stored(tmp_path)
    book = ("--register", tmp_path / "book.db")
    table = ROOT / "samples" / "people.xlsx"
    call = ("batch", FORM, table, "-o", tmp_path / "out", "--ignore", "*", "--only", "3-5", "--back", "--each", "{number}")
    result = run(*call, *key, *book)
    assert result.exit_code == 0, result.output
    return tmp_path, key, ("--key", tmp_path / "school.json", *book)


def said_of(path, asked) -> tuple[int, dict[str, object]]:
    result = run("verify", path, *asked, "--json")
    [found] = json.loads(result.output)["documents"]
    return result.exit_code, found


def test_the_book_says_issued_void_and_replaced(issued):
    folder, _key, asked = issued
    book, each = asked[2:], folder / "out" / "each"
    assert said_of(each / "00401.pdf", asked)[1]["verdict"] == "genuine"
    assert run("register", "void", FORM, "00402", "--reason", "withdrew", *book).exit_code == 0
    reissue = ("register", "reissue", FORM, "00403", "--issued", "2026-03-02", "--reason", "lost", "-o", folder / "d.pdf", *book)
    result = run(*reissue)
    assert result.exit_code == 0, result.output
    code, found = said_of(each / "00402.pdf", asked)
    assert (code, found["verdict"]) == (17, "void")
    code, found = said_of(each / "00403.pdf", asked)
    assert (code, found["verdict"], found["replaced_by"]) == (18, "replaced", "00404")
    assert "the duplicate 00404 replaced it" in run("verify", each / "00403.pdf", *asked).output
    assert said_of(each / "00401.pdf", asked)[0] == 0


def test_a_duplicate_is_signed_too(issued):
    folder, key, asked = issued
    reissue = ("register", "reissue", FORM, "00403", "--issued", "2026-03-02", "--reason", "lost", "-o", folder / "d.pdf")
    result = run(*reissue, "--back", *key, *asked[2:])
    assert result.exit_code == 0, result.output
    code, found = said_of(folder / "d.pdf", asked)
    assert (code, found["number"], found["fields"]["duplicate_of"]) == (0, "00404", "00403")


def test_what_was_signed_without_the_book_is_not_in_it(issued, sample):
    folder, key, asked = issued
    assert run("render", FORM, sample, "-o", folder / "own.pdf", "--back", *key).exit_code == 0
    code, found = said_of(folder / "own.pdf", asked)
    assert (code, found["verdict"]) == (19, "not-issued")


def test_what_was_corrected_since_is_not_as_the_book_has_it(issued):
    folder, _key, asked = issued
    correct = ("register", "correct", FORM, "00401", "--set", "topic=Басқа тақырып", "--reason", "topic", *asked[2:])
    assert run(*correct).exit_code == 0
    assert said_of(folder / "out" / "each" / "00401.pdf", asked)[1]["verdict"] == "not-issued"


def test_a_book_that_is_not_there_is_not_made(issued):
    folder, _key, asked = issued
    result = run("verify", folder / "out" / "each" / "00401.pdf", *asked[:2], "--register", folder / "none.db")
    assert result.exit_code != 0
    assert not (folder / "none.db").exists()
