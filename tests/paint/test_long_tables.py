"""Long tables of flowing forms: what the press sets between two parts by WeasyPrint is what WeasyPrint sets as a whole."""

from __future__ import annotations

import io
import random
import shutil
from itertools import cycle, islice

import pypdfium2
import pytest
from pypdf import PdfReader
from support import torture
from support.records import VALUES, record_of

import docgen
from docgen.artwork import artwork_folders
from docgen.form import load_form
from docgen.paint.info import document_info
from docgen.paint.pdf import body, table_series
from docgen.record import read_record

#: PDFium puts a letter on one of a few places within a pixel, by sums of floats of 24 bits: one that lies between two of them may
#: go to either. So many pixels of a page are a few letters; a line that is elsewhere is some thousands more.
LETTERS = 3000
PLAIN = ["аға инспектор", "бас маман", "№ 17", "Астана қаласының Полиция департаменті", "(аудандық) бөлімше", "Ә. Ж. Қайратұлы"]
OTHERS = [
    "мектеп-лицей", "жедел-іздестіру/тергеу", "«Болашақ»", "AT&T <b>", "Электрондықдокументайналымыжүйесініңбасқармасы",
    "12.5 % – 3-сынып", "екі  бос орын",
]  # fmt: skip


def filled(form: str, count: int, words: list[str], seed: int = 7) -> dict[str, object]:
    """Return a record of a form with so many rows, whose texts are made of `words`."""
    chance, record = random.Random(seed), record_of(form)
    rows = []
    for number, row in enumerate(islice(cycle(record["rows"]), count)):
        texts = {name: " ".join(chance.choices(words, k=chance.randint(1, 6))) for name in ("unit", "position") if name in row}
        if form == "coverage-report":
            texts["unit"] += f" {number}"  # units differ
        if row.get("number"):
            texts["number"] = f"{number:05d}"
        if "iin" in row:
            texts["iin"] = VALUES["iin"](None, chance, ())
        rows.append({**row, **texts})
    return record | {"rows": rows}


def both(form_id: str, raw: dict[str, object], monkeypatch) -> tuple[bytes, bytes]:
    """Return a document as it is made, and as WeasyPrint makes it alone."""
    form = load_form(form_id)
    record = read_record(form, raw)
    found = []
    for least in (table_series.LONG, 10**9):
        monkeypatch.setattr(table_series, "LONG", least)
        found.append(body.paint_body(form, record, document_info(form, [record]), artwork_folders()))
    return found[0], found[1]


def assert_same(ours: bytes, theirs: bytes) -> None:
    """Assert that two documents have the same words, and pages that look the same."""
    here, there = pypdfium2.PdfDocument(ours), pypdfium2.PdfDocument(theirs)
    assert len(here) == len(there)
    for mine, other in zip(here, there, strict=True):
        assert mine.get_textpage().get_text_range().split() == other.get_textpage().get_text_range().split()
        images = [page.render(scale=1.93, grayscale=True).to_numpy().astype(int) for page in (mine, other)]
        assert (abs(images[0] - images[1]) > 1).sum() < LETTERS


@pytest.mark.parametrize("form", ["retraining-results", "coverage-report", "trainee-list"])
def test_a_long_table_is_set_as_weasyprint_sets_it(form, monkeypatch):
    """Of words of every kind, also such as only Pango breaks."""
    ours, theirs = both(form, filled(form, 160, [*PLAIN, *PLAIN, *OTHERS]), monkeypatch)
    assert ours != theirs, "WeasyPrint has set it as a whole"
    assert_same(ours, theirs)


@pytest.mark.slow
@pytest.mark.parametrize("count", [150, 151, 157] if torture.IS_FULL else [151])
def test_whatever_number_of_rows_the_last_page_has_its_end_is_not_parted(count, monkeypatch):
    ours, theirs = both("coverage-report", filled("coverage-report", count, PLAIN), monkeypatch)
    assert_same(ours, theirs)


def test_a_long_document_has_the_metadata_and_the_bookmark_of_a_short_one():
    long, short = (docgen.render("retraining-results", filled("retraining-results", count, PLAIN)) for count in (160, 3))
    readers = [PdfReader(io.BytesIO(pdf)) for pdf in (long, short)]
    for key in ("/Title", "/Creator", "/CreationDate", "/ModDate", "/docgenform"):
        assert readers[0].metadata[key] == readers[1].metadata[key]
    assert [mark.title for mark in readers[0].outline] == [mark.title for mark in readers[1].outline]
    assert readers[0].trailer["/Root"]["/Lang"] == readers[1].trailer["/Root"]["/Lang"] == "kk"


def test_the_same_record_gives_the_same_bytes():
    raw = filled("retraining-results", 160, [*PLAIN, *OTHERS])
    assert docgen.render("retraining-results", raw) == docgen.render("retraining-results", raw)


#: What the press may set, what it may not, and, for `make torture`, more of both.
STYLES = ["td{background:#eee}", "tr:nth-child(100) td{font-weight:bold}"]
MORE_STYLES = [
    "td{text-decoration:underline}", "td{border-color:#777}", "td::before{content:'– '}", "table{border-collapse:separate}",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("style", [*STYLES, *MORE_STYLES] if torture.IS_FULL else STYLES)
def test_a_form_of_ones_own_with_another_style_looks_as_it_says(style, tmp_path, monkeypatch):
    """Whether the press can set it or not: what it cannot set as WeasyPrint does is WeasyPrint's."""
    shutil.copytree(load_form("retraining-results").folders[0], tmp_path / "own-results")
    shutil.copytree(load_form("retraining-results").folders[0].parent / "shared", tmp_path / "shared")
    definition = tmp_path / "own-results" / "form.toml"
    definition.write_text(definition.read_text().replace('"retraining-results"', '"own-results"'))
    page = tmp_path / "own-results" / "body.html"
    page.write_text(page.read_text() + f"<style>{style}</style>")
    form = load_form("own-results", tmp_path)
    record = read_record(form, filled("retraining-results", 160, PLAIN))
    found = []
    for least in (table_series.LONG, 10**9):
        monkeypatch.setattr(table_series, "LONG", least)
        found.append(body.paint_body(form, record, document_info(form, [record]), artwork_folders()))
    assert_same(*found)
