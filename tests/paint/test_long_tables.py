"""Long tables of flowing forms: what the press sets between two parts by WeasyPrint is what WeasyPrint sets as a whole."""

from __future__ import annotations

import io
import random
from itertools import cycle, islice

import pytest
from pypdf import PdfReader
from support import torture
from support.both_ways import assert_same, both_ways, own_form
from support.records import VALUES, record_of

import docgen
from docgen.form import load_form

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


@pytest.mark.parametrize("form", ["retraining-results", "coverage-report", "trainee-list"])
def test_a_long_table_is_set_as_weasyprint_sets_it(form):
    """Of words of every kind, also such as only Pango breaks."""
    ours, theirs = both_ways(load_form(form), filled(form, 160, [*PLAIN, *PLAIN, *OTHERS]))
    assert ours != theirs, "WeasyPrint has set it as a whole"
    assert_same(ours, theirs)


@pytest.mark.slow
@pytest.mark.parametrize("count", [150, 151, 157] if torture.IS_FULL else [151])
def test_whatever_number_of_rows_the_last_page_has_its_end_is_not_parted(count):
    ours, theirs = both_ways(load_form("coverage-report"), filled("coverage-report", count, PLAIN))
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
def test_a_form_of_ones_own_with_another_style_looks_as_it_says(style, tmp_path):
    """Whether the press can set it or not: what it cannot set as WeasyPrint does is WeasyPrint's."""
    form = own_form("retraining-results", tmp_path, style)
    assert_same(*both_ways(form, filled("retraining-results", 160, PLAIN)))


#: A style that the press would set otherwise than it says: at the foot, behind a table or around it, of letters, of pages, or
#: where a cell is not as high as its lines.
ELSE = [
    "@page{@bottom-center{content:'draft'}}", "col{background:#ccc}", "table{opacity:.5}",
    "td{font-variant-numeric:oldstyle-nums}", "@page:right{margin-bottom:26mm}", ".centred{padding-bottom:20px}",
]  # fmt: skip
MORE_ELSE = [
    "@page{@bottom-center{color:#f00}}", "@page{@bottom-center{visibility:visible}}", "@page{@bottom-center{letter-spacing:3px}}",
    "thead tr{background:#ccc}", "table{transform:rotate(1deg)}", "table{position:relative;left:5px}", "td{overflow:hidden}",
    "@page:left{margin-bottom:26mm}", "td{min-height:16mm}", "td{word-break:break-all}", "td{hyphens:auto}",
    "h1 ~ .end{padding-top:30mm}", "td{white-space:pre-wrap}", ".held{font-style:italic}",
    "td:last-of-type{color:red}", "td{font-kerning:normal}",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("style", [*ELSE, *MORE_ELSE] if torture.IS_FULL else ELSE)
def test_what_the_press_does_not_set_is_set_by_weasyprint(style, tmp_path):
    record = filled("retraining-results", 60, ["қала"])
    record["rows"] += filled("retraining-results", 40, [*PLAIN, *OTHERS])["rows"]  # what the first rows do not show
    for number, row in enumerate(record["rows"]):
        if "number" in row:
            row["number"] = f"{number:05d}"
    ours, theirs = both_ways(own_form("retraining-results", tmp_path, style), record)
    assert ours == theirs


#: What holds the table, and what is below it too, with a size or a margin of its own; what is in the middle of a page.
HOLDERS = ["<div class='own'>", "<div class='own'><div class='spaced'>"]
MORE_HOLDERS = ["<section class='own'>", "<div style='font-size:9pt'>", "<div style='position:fixed;top:0'>x</div>"]


@pytest.mark.slow
@pytest.mark.parametrize("holder", [*HOLDERS, *MORE_HOLDERS] if torture.IS_FULL else HOLDERS)
def test_what_is_below_a_table_is_in_what_holds_them(holder, tmp_path):
    begin = "{% call parts.table(columns) -%}"
    form = own_form("trainee-list", tmp_path, ".own{font-size:9pt}", (begin, holder + begin))
    assert_same(*both_ways(form, filled("trainee-list", 60, PLAIN)))


#: A cell or a row that is another one than it looks, in `parts.html`: what stands there, and what instead.
CELL = "<td{% if kind %}"
ANOTHER = [(CELL, '<td lang="ru"{% if kind %}'), ('<tr class="{{ class | safe }}', '<tr class="{{ class | safe }} odd')]
LETTERS = ["\u05e9\u05dc\u05d5\u05dd", "а\u2011б", "и\u0306", "а\u200bб", "а\u2060б", "A\u030b", "а\u00a0б"]
AFTER = "{{- cell if cell or"


@pytest.mark.slow
@pytest.mark.parametrize(
    "replaced", [*ANOTHER, *[(AFTER, each + AFTER) for each in (LETTERS if torture.IS_FULL else LETTERS[:2])]]
)
def test_cells_of_ones_own_are_set_as_weasyprint_sets_them(replaced, tmp_path):
    form = own_form("retraining-results", tmp_path, "")
    parts = tmp_path / "shared" / "parts.html"
    assert replaced[0] in parts.read_text()
    parts.write_text(parts.read_text().replace(*replaced))
    assert_same(*both_ways(form, filled("retraining-results", 60, PLAIN)))


def test_viewers_open_a_long_document_as_a_short_one():
    long, short = (docgen.render("retraining-results", filled("retraining-results", count, PLAIN)) for count in (160, 3))
    roots = [PdfReader(io.BytesIO(pdf)).root_object for pdf in (long, short)]
    assert roots[0].get("/PageMode") == roots[1].get("/PageMode")
