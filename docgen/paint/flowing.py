"""What all outputs of a flowing form share: the names that its templates see, words that stay on one line, even headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from docgen import fonts, kazakh
from docgen.compose.lines import TooWide, break_lines
from docgen.errors import DataError
from docgen.fonts.faces import Font
from docgen.form import Form
from docgen.messages import _
from docgen.record import Record
from docgen.units import Length, pt

#: Words that stay with their neighbour are short; a longer run may break, so that it never leaves the page.
UNBROKEN_LIMIT = 30
#: The most rows of all tables, and letters of all texts, of a document whose text flows.
ROWS, LETTERS = 50_000, 4_000_000
NO_BREAK_SPACE = "\u00a0"
#: The headings of the house style: over a text, and over the column of a table.
HEADING, COLUMN_HEADING = Font(pt(14), bold=True), Font(pt(12), bold=True)
#: What a cell of a heading leaves of its column: 2.85 pt at both sides, and two halves of a rule.
CELL_MARGINS = pt(2 * 2.85 + 0.5)
#: A text of more letters is no heading.
LONGEST_HEADING = 500
#: The numbers of pages at their foot, from the second page on: a document of one page has none. They end 10 mm above the edge, as
#: the footer of the Word templates does.
PAGE_NUMBERS = """
@page{@bottom-center{content:counter(page)" / "counter(pages);font-size:10pt;vertical-align:bottom;padding-bottom:10mm}}
@page:first{@bottom-center{content:none}}
"""


def template_values(form: Form, record: Record) -> dict[str, object]:
    """Return the names that a template sees: each field, None where it is to be filled by hand, and `form`.

    `form` is what the definition says in words. The object itself stays out: a template could reach the disk through
    its paths. Raise DataError for a record of more rows or letters than can be laid out.
    """
    _refuse_long(list(record.values.values()))
    values = {name: _empty(value) if record.is_blank else value for name, value in record.values.items()}
    return values | {"form": {"id": form.id, "title": dict(form.title), "act": form.act, "annex": form.annex}}


def _refuse_long(values: list[object]) -> None:
    """Raise DataError for more rows, or letters in all texts together, than a document can have."""
    rows = letters = 0
    while values:
        each = values.pop()
        if isinstance(each, str):
            letters += len(each)
        elif isinstance(each, list):
            rows += len(each)
            values += each
        elif isinstance(each, dict):
            values += each.values()
        if rows > ROWS or letters > LETTERS:
            many = _("the document has more than {limit:,} rows", limit=ROWS)
            long = _("the document has more than {limit:,} letters", limit=LETTERS)
            message = many if rows > ROWS else long
            raise DataError.because("document-too-long", message, _("Split it into several documents."))


def _empty(value: object) -> object:
    return [] if isinstance(value, list) else None


def runs(text: str) -> Iterator[tuple[str, bool]]:
    """Cut a text into runs, each with whether it must not be broken at the spaces in it.

    Such runs are `№ 5`, `Б. Сейітқали`, `12 қаңтар`.
    """
    held = kazakh.holds_together(text)
    found: list[str] = []
    for match in re.finditer(r"\S+|\s+", text):
        if match.start() in held and len(found) > 1:
            space = found.pop()
            found[-1] += space + match[0]
        else:
            found.append(match[0])
    return ((run, not run.isspace() and len(run) <= UNBROKEN_LIMIT and bool(re.search(r"\s", run))) for run in found)


def with_no_break_spaces(text: str) -> str:
    """Return a text in which Word breaks no such run."""
    return "".join([run.replace(" ", NO_BREAK_SPACE) if is_unbroken else run for run, is_unbroken in runs(text)])


def heading_lines(text: str, width: Length | None, column: float | None = None) -> list[str]:
    """Return the lines of a heading: as few as the width allows, and as even as so many lines can be.

    `width` is that of the page's text, `column` the hundredths of it that a column takes whose heading this is. A text comes back
    as it is, as one line, where it fits, where a word is wider than the line, and where it has spaces that stay as typed.
    """
    if width is None or len(text) > LONGEST_HEADING or re.search(r"^ | $|  |[^\S ]", text):
        return [text]
    font = HEADING if column is None else COLUMN_HEADING
    measure = width if column is None else width * (column / 100) - CELL_MARGINS
    return _even_lines(text, font, measure, fonts.family())


@lru_cache(maxsize=256)
def _even_lines(text: str, font: Font, measure: Length, family: fonts.Family) -> list[str]:
    """Return the lines of a heading, once for all tables that have it."""
    try:
        lines = break_lines(text, font, measure, family, balanced=True)
    except TooWide:
        return [text]
    return [text[line.begin : line.end] for line in lines]
