"""Many tables that are alike, each below a paragraph: the press sets them, between parts by WeasyPrint, as it sets the whole."""

from __future__ import annotations

import io
import random
from typing import NamedTuple

import pytest
from pypdf import PdfReader
from support import torture, verapdf
from support.both_ways import assert_same, both_ways, own_form
from support.records import record_of
from support.structure import elements, said

import docgen
from docgen.form import load_form
from docgen.paint.pdf import long_tables
from docgen.paint.press.finishes import finish_for

FORM = "work-standard"
PLAIN = ["аға", "инспектор", "бас", "маман", "қала", "полиция", "департаменті", "бөлімше", "және", "оқыту"]
OTHERS = ["мектеп-лицей", "№ 17", "«Болашақ»", "Ә. Ж. Қайратұлы", "AT&T <b>", "12.5 % – 3-сынып", "екі  бос орын", "12 қаңтар"]


class Tasks(NamedTuple):
    """How many tasks, and of how many words and rows each is, at least and at most."""

    count: int
    task: tuple[int, int]
    rows: tuple[int, int]
    cell: tuple[int, int]
    words: list[str] = PLAIN


#: What a standard may be like: the paragraphs or the rows long, each table one row or ten, words that only Pango breaks.
TASKS = {
    "long paragraphs": Tasks(25, (1, 70), (1, 4), (1, 8)),
    "words of every kind": Tasks(25, (1, 25), (2, 4), (1, 5), [*PLAIN, *OTHERS]),
    "paragraphs alone": Tasks(40, (30, 90), (1, 1), (1, 3)),
    "a row each": Tasks(40, (1, 8), (1, 1), (1, 6)),
    "ten rows each": Tasks(8, (1, 8), (10, 10), (1, 9)),
    "long rows": Tasks(25, (1, 30), (1, 5), (1, 60)),
}
CASES = [(kind, seed) for kind in TASKS for seed in range(8)] if torture.IS_FULL else [(kind, 7) for kind in list(TASKS)[:2]]


def standard(tasks: Tasks, seed: int = 7) -> dict[str, object]:
    """Return a work standard of made-up tasks."""
    chance = random.Random(seed)

    def text(length: tuple[int, int]) -> str:
        return " ".join(chance.choices(tasks.words, k=chance.randint(*length)))

    def row() -> dict[str, str]:
        return {name: text(tasks.cell) for name in ("function", "procedure", "requirement")}

    made = [
        {"task": text(tasks.task), "rows": [row() for _row in range(chance.randint(*tasks.rows))]} for _ in range(tasks.count)
    ]
    return record_of(FORM, tasks=made)


@pytest.fixture
def outcomes(monkeypatch) -> list[bool]:
    """Return whether the press set what it was asked to set, each time."""
    found: list[bool] = []
    paint = long_tables.paint_long

    def noted(*given: object) -> bytes:
        found.append(False)
        made = paint(*given)
        found[-1] = True
        return made

    monkeypatch.setattr("docgen.paint.pdf.body.paint_long", noted)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_a_series_of_tables_is_set_as_weasyprint_sets_it(kind, seed, outcomes):
    ours, theirs = both_ways(load_form(FORM), standard(TASKS[kind], seed))
    assert outcomes == [True]
    assert_same(ours, theirs)


@pytest.mark.slow
def test_the_last_row_of_a_table_needs_room_for_the_rule_below_it(tmp_path, outcomes):
    """Two tasks of three rows of five lines and such a margin leave 0.36 px of a page, then 0.16 px; half a rule is 0.33 px."""
    words = " ".join(["департаменті"] * 5)
    tasks = [{"task": "бас", "rows": [dict.fromkeys(("function", "procedure", "requirement"), words)] * 3}] * 20
    counts = []
    for margin in (91.7, 91.8):
        form = own_form(FORM, tmp_path / str(margin), f".task{{margin-bottom:{margin}px}}")
        ours, theirs = both_ways(form, record_of(FORM, tasks=tasks))
        assert_same(ours, theirs)
        counts.append(len(PdfReader(io.BytesIO(ours)).pages))
    assert outcomes == [True, True]
    assert counts[0] < counts[1]


#: What stands between a paragraph and a table, or makes them other than those that the press sets.
ELSE = [
    ("", ('<p class="text task">', '<hr><p class="text task">')),
    (".task{break-after:auto}", ("", "")),
    (".task{border-left:2px solid}", ("", "")),
    ("td{letter-spacing:.3px}", ("", "")),
    ("td{opacity:.5}", ("", "")),
]
MORE_ELSE = [
    ("", ("{% call parts.table(columns) -%}", "<p></p>{% call parts.table(columns) -%}")),
    ("", ('<p class="text task">', '<p class="text task" lang="ru">')),
    *[(style, ("", "")) for style in (
        ".task{padding-top:2mm}", ".task{text-align:justify}", ".task{color:#555}", ".task::before{content:'x '}",
        "tbody{break-inside:avoid}", "table{break-inside:avoid}", ".task{break-before:page}", ".task{float:left}",
        "@page:left{margin-left:50mm}", ".task{text-transform:uppercase}", ".task{display:flex}", "td{vertical-align:middle}",
        "td{visibility:hidden}", ".task{outline:1px solid}", ".task{transform:rotate(2deg)}", "table{direction:rtl}",
        "td{position:relative;top:3px}", "tr{background:#eee}", "@page{background:#eee}",
    )],
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("style", "replaced"), [*ELSE, *MORE_ELSE] if torture.IS_FULL else ELSE)
def test_what_is_no_such_series_is_set_by_weasyprint(style, replaced, tmp_path, outcomes):
    form = own_form(FORM, tmp_path, style, replaced)
    ours, theirs = both_ways(form, standard(TASKS["a row each"]._replace(count=30)))
    assert True not in outcomes
    assert ours == theirs


#: What may be otherwise: the press sets it by what it finds.
OTHER_STYLES = [
    "p{orphans:3;widows:4}", ".task{text-align:right}", ".task+table{margin-top:3mm}", "td{line-height:1.7}",
    ".task{margin-bottom:0}", ".task{font-size:11.3pt;font-style:italic}", "@page{margin-top:30mm}",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("style", OTHER_STYLES if torture.IS_FULL else OTHER_STYLES[:1])
def test_a_form_of_ones_own_with_another_style_looks_as_it_says(style, tmp_path, outcomes):
    ours, theirs = both_ways(own_form(FORM, tmp_path, style), standard(TASKS["long paragraphs"]))
    assert outcomes == [True]
    assert_same(ours, theirs)


@pytest.fixture(scope="module")
def tagged() -> tuple[bytes, bytes]:
    """Return a standard for the archive as it is made, and as WeasyPrint makes it alone."""
    return both_ways(load_form(FORM), standard(TASKS["long paragraphs"]), finish_for("archive"))


@pytest.mark.slow
def test_the_structure_is_that_of_the_whole(tagged, tmp_path):
    ours, theirs = tagged
    assert ours != theirs
    assert [tag for tag, _element in elements(ours)] == [tag for tag, _element in elements(theirs)]
    assert said(ours, tmp_path).split() == said(theirs, tmp_path).split()


@pytest.mark.java
@pytest.mark.slow
@pytest.mark.parametrize("flavour", ["2a", "ua1"])
def test_a_standard_for_the_archive_conforms(tagged, tmp_path, flavour):
    path = tmp_path / "standard.pdf"
    path.write_bytes(tagged[0])
    assert verapdf.failures(flavour, [path]) == {path.name: []}


@pytest.mark.slow
def test_a_long_standard_has_the_bookmarks_of_a_short_one():
    def outline(count: int) -> list[object]:
        reader = PdfReader(io.BytesIO(docgen.render(FORM, standard(TASKS["a row each"]._replace(count=count)))))

        def read(marks: list[object]) -> list[object]:
            return [
                read(each)
                if isinstance(each, list)
                else (each.title, each.left, each.top, reader.get_destination_page_number(each))
                for each in marks
            ]

        return read(reader.outline)

    long, short = outline(80), outline(2)
    assert len(short[1]) == 2  # two sections below the title
    assert long == short
