"""A contact sheet is a document by itself, for the archive and for everyone, as the journal of a register is."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import verapdf
from support.calling import run
from support.places import ROOT
from support.structure import assert_led, elements

from docgen.preflighting.standards import check_standards

FORM = "retraining-certificate"
TABLE = [ROOT / "samples" / "people.xlsx", "--ignore", "*"]


@pytest.fixture(scope="module")
def sheets(tmp_path_factory) -> Path:
    """Two sheets of pages with their backs."""
    out = tmp_path_factory.mktemp("proof") / "proof.pdf"
    result = run("proof", FORM, *TABLE, "--back", "-o", out)
    assert result.exit_code == 0, result.output
    return out


def test_each_page_is_a_figure_that_says_whose_it_is_before_its_caption(sheets):
    pdf = sheets.read_bytes()
    assert_led(pdf)
    found = elements(pdf)
    tags = [tag for tag, _element in found]
    assert tags[:3] == ["Document", "H1", "P"]
    assert (tags.count("H1"), tags.count("Figure"), tags.count("Caption")) == (1, 24, 24)
    begin = tags.index("Figure")
    assert tags[begin:] == ["Figure", "Caption"] * 24
    shown = [element["/Alt"] for tag, element in found if tag == "Figure"]
    assert shown[0] == "the page of row 3: 00401 Қожахметов Олжас Серікұлы (first)"
    assert shown[1] == "the page of row 3: 00401 Қожахметов Олжас Серікұлы (back)"


def test_it_holds_what_it_claims(sheets):
    reports = check_standards(sheets, ["pdfa-2a", "pdfua-1"])
    assert [(each.passed, each.failures) for each in reports] == [(True, [])] * 2


@pytest.mark.java
@pytest.mark.slow
def test_verapdf_says_so_of_it_and_of_the_journal(sheets, tmp_path):
    book, journal = tmp_path / "book.db", tmp_path / "journal.pdf"
    assert run("batch", FORM, *TABLE, "-o", tmp_path / "out", "--register", book, "--only", "3-9").exit_code == 0
    result = run("register", "journal", FORM, "--register", book, "--year", "2026", "-o", journal)
    assert result.exit_code == 0, result.output
    for flavour in ("2a", "ua1"):
        assert verapdf.failures(flavour, [sheets, journal]) == {"proof.pdf": [], "journal.pdf": []}
