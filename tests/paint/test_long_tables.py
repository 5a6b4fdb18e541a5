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
