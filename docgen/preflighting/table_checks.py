"""Checks of a table that flows over pages: its heading row on each of them, its faces, sizes and extent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docgen.fonts.faces import PRESCRIBED, Font
from docgen.form import Form
from docgen.form.places import Column, Table
from docgen.messages import _
from docgen.preflighting.findings import SIZE, Finding, Subject, in_mm, in_pt, measured_mm, measured_pt
from docgen.preflighting.glyphs import ROW, Glyph
from docgen.preflighting.ink import across, boxed, down
from docgen.preflighting.measured_page import MeasuredPage
from docgen.preflighting.text_checks import face_verdict
from docgen.units import ZERO, Box, Length, mm

#: A table's edge is the middle of its rule, and rules have a thickness that no act prescribes.
RULE = mm(0.15)


def _columns(table: Table, form: Form) -> Iterator[tuple[Column, Length, Length]]:
    """Yield each column with its left and right edge; a table is in the middle of the sheet."""
    left = (form.sheet.width - _width(table)) / 2
    for column in table.columns:
        yield column, left, left + column.width
        left = left + column.width


def _width(table: Table) -> Length:
    return Length(sum(column.width.mm for column in table.columns))


def _words(text: str) -> str:
    """Return a text without its spaces: where its lines break does not matter."""
    return "".join(text.split())


def heading_rows(table: Table, form: Form, glyphs: Sequence[Glyph]) -> dict[str, list[Glyph]]:
    """Return the letters of each column's heading, where the column has it."""
    found = {}
    for column, left, right in _columns(table, form):
        own = [glyph for glyph in glyphs if left <= glyph.left < right and not glyph.letter.isspace()]
        if letters := _beginning_with(_words(column.heading), own):
            found[column.heading] = letters
    return found


def _beginning_with(prescribed_text: str, glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Return the letters that spell a text from the beginning of some row on."""
    rows = _in_rows(glyphs)
    for first in range(len(rows)):
        letters = [glyph for row in rows[first:] for glyph in row][: len(prescribed_text)]
        if "".join(glyph.letter for glyph in letters) == prescribed_text:
            return letters
    return []


def _in_rows(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.baseline):
        if rows and glyph.baseline - rows[-1][0].baseline <= ROW:
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [sorted(row, key=lambda glyph: glyph.left) for row in rows]


def table_heading(place: Table, page: MeasuredPage) -> Iterator[Finding]:
    """Check the heading row, which every page has, and its face and size."""
    subject, found = page.subject(place), heading_rows(place, page.form, page.glyphs)
    missing = [column.heading for column in place.columns if column.heading not in found]
    shown = _("missing: {headings}", headings="; ".join(missing)) if missing else _("all of them")
    due = _("{count} columns", count=len(place.columns))
    yield subject.found("heading-row", _("heading row"), due, shown, not missing)
    letters = [glyph for row in found.values() for glyph in row]
    yield from _style(subject, "heading", _("heading"), place.heading_font, letters)


def table_cells(place: Table, page: MeasuredPage) -> Iterator[Finding]:
    """Check face and size of what is below the heading row."""
    found = heading_rows(place, page.form, page.glyphs)
    heading = {id(glyph) for row in found.values() for glyph in row}
    page_texts = {id(glyph) for spans in page.match.spans.values() for span in spans for glyph in span.glyphs}
    lowest = max((glyph.baseline for row in found.values() for glyph in row), default=ZERO)
    cells = [
        glyph
        for glyph in page.glyphs
        if found and glyph.baseline > lowest and id(glyph) not in heading | page_texts and not glyph.letter.isspace()
    ]
    yield from _style(page.subject(place), "cells", _("rows"), place.font, cells)


def _style(subject: Subject, check: str, what: str, font: Font, glyphs: Sequence[Glyph]) -> Iterator[Finding]:
    if not glyphs:
        return
    faces = list(dict.fromkeys(glyph.face for glyph in glyphs))
    prescribed = " ".join([PRESCRIBED, *["bold"] * font.bold, *["italic"] * font.italic])
    verdict = face_verdict(faces, bold=font.bold, italic=font.italic)
    shown = ", ".join(dict.fromkeys(map(str, faces)))
    yield subject.found(f"{check}-face", _("{part}, face", part=what), prescribed, shown, verdict)
    low, high = min(glyph.size for glyph in glyphs), max(glyph.size for glyph in glyphs)
    is_right = max(abs((low - font.size).pt), abs((high - font.size).pt)) <= SIZE.pt
    shown = measured_pt(high) if (high - low).pt < SIZE.pt else f"{low.pt:.2f}–{measured_pt(high)}"
    yield subject.found(f"{check}-size", _("{part}, size", part=what), in_pt(font.size), shown, is_right)


def table_extent(place: Table, page: MeasuredPage) -> Iterator[Finding]:
    """Measure where a table begins and how wide it is, and check that it keeps off the foot of the page."""
    ink, subject, sheet = page.ink, page.subject(place), page.form.sheet
    width = _width(place)
    due = Box((sheet.width - width) / 2, place.top, width, sheet.height - place.top - place.foot)
    rows = ink.vertical(boxed(across(due), down(sheet.box)), down(due))
    columns = rows and ink.horizontal(boxed(across(sheet.box), rows), across(due))
    if not rows or not columns:
        yield subject.missing(_("a ruled table"))
        return
    yield subject.length("table-width", _("width"), width, columns.size, RULE * 2)
    yield subject.length("table-middle", _("middle from the left edge"), sheet.width / 2, columns.middle, RULE)
    if page.number == 1 and (above := page.measured(place.below)):
        what = _("below {place}", place=place.below)
        yield subject.length("gap", what, place.gap, rows.begin - above.bottom, RULE)
    elif page.number > 1:
        yield subject.length("top", _("from the upper edge"), place.top, rows.begin, RULE)
    free = sheet.height - rows.end
    prescribed = _("at least {gap}", gap=in_mm(place.foot))
    is_clear = free.mm >= place.foot.mm - RULE.mm
    yield subject.found("foot", _("above the lower edge"), prescribed, measured_mm(free), is_clear)
