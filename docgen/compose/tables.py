"""A ruled table that flows over pages: heading row repeated, rows never split."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from docgen.compose.layout import Setting
from docgen.compose.lines import TooWide
from docgen.compose.page import Layer, Part, RuleItem, TextItem
from docgen.compose.texts import Block, Setter, refuse_width
from docgen.errors import DataError
from docgen.fonts import Font
from docgen.form.places import INK, Table, Text
from docgen.messages import _
from docgen.templates import TextTemplate
from docgen.units import ZERO, Box, Length, mm

THICKNESS = mm(0.18)


@dataclass(frozen=True, slots=True)
class Row:
    """A row that has been set at the top of the sheet: a text for each column, and the row's height."""

    cells: tuple[Block, ...]
    height: Length


def lay_table(place: Table, setting: Setting) -> list[list[Part]]:
    """Return what the table draws page by page, row by row; DataError for a row that no page is high enough for."""
    heading = _heading(place, setting)
    top = setting.placed[place.below].box.bottom + place.gap
    floor = setting.ground.floor - place.foot
    pages, rows = [], [heading]
    used = top + heading.height
    for row in _rows(place, setting):
        if used + row.height > floor and len(rows) > 1:
            pages.append(list(_draw(place, rows, top, setting)))
            rows, top = [heading], place.top
            used = top + heading.height
        if used + row.height > floor:
            raise _refused(place, row, used + row.height - floor)
        rows.append(row)
        used = used + row.height
    pages.append(list(_draw(place, rows, top, setting)))
    return pages


def _refused(place: Table, row: Row, excess: Length) -> DataError:
    return DataError.because(
        "does-not-fit",
        _("the row is {excess:.1f} mm higher than the page", excess=excess.mm),
        _("Shorten its longest text: {text}…", text=max(row.cells, key=lambda cell: cell.lines).runs[0].text[:40]),
        key=place.table,
    )


def _heading(place: Table, setting: Setting) -> Row:
    setters = _setters(place, [(TextTemplate(column.heading), "centre") for column in place.columns], place.heading_font, setting)
    return _row(place, [setter.set({}) for setter in setters], place.heading_font)


def _rows(place: Table, setting: Setting) -> Iterator[Row]:
    texts = [(column.text, column.align) for column in place.columns]
    setters = setting.ground.setters.recall(place.name, lambda: _setters(place, texts, place.font, setting))
    for index, values in enumerate(setting.values[place.table], 1):
        try:
            yield _row(place, _set_row(setters, {**values, "index": index}), place.font)
        except DataError as error:
            raise DataError([problem.inside(f"{place.table}[{index}]") for problem in error.problems]) from None


def _setters(place: Table, texts: list[tuple[TextTemplate, str]], font: Font, setting: Setting) -> list[Setter]:
    """Return what sets each column's texts in the room that they have: the column less the padding."""
    setters, left = [], _left(place, setting)
    for column, (template, align) in zip(place.columns, texts, strict=True):
        box = Box(left + place.padding, ZERO, column.width - place.padding * 2, ZERO)
        setters.append(Setter(Text(name=place.name, text=template, font=font, align=align), font, box, setting.ground))
        left = left + column.width
    return setters


def _set_row(setters: list[Setter], values: dict[str, object]) -> list[Block]:
    """Set one row's cells; what repeats from row to row is taken from memory."""
    blocks = []
    for setter in setters:
        try:
            blocks.append(setter.set(values))
        except TooWide as too_wide:
            raise refuse_width(setter.place, too_wide) from None
    return blocks


def _row(place: Table, cells: list[Block], font: Font) -> Row:
    height = max([cell.height.mm for cell in cells])
    return Row(tuple(cells), Length(height) + place.padding * 2 + font.size * 0.3)


def _left(place: Table, setting: Setting) -> Length:
    """A table stands in the middle of the sheet."""
    return (setting.ground.form.sheet.width - _width(place)) / 2


def _width(place: Table) -> Length:
    return Length(sum(column.width.mm for column in place.columns))


def _draw(place: Table, rows: list[Row], top: Length, setting: Setting) -> Iterator[Part]:
    """Give the rules and texts of one page: the heading row with the rule above it, each row with the one below, the edges."""
    left, width = _left(place, setting), _width(place)
    begin = top
    above: Part = (_rule(place, left, top, width, ZERO),)
    for number, row in enumerate(rows):
        items = [item for cell in row.cells for item in _drawn(place, cell, row, top, is_heading=number == 0)]
        top = top + row.height
        yield (*above, *items, _rule(place, left, top, width, ZERO))
        above = ()
    yield tuple([_rule(place, edge, begin, ZERO, top - begin) for edge in _edges(place, left)])


def _drawn(place: Table, cell: Block, row: Row, top: Length, is_heading: bool) -> tuple[TextItem, ...]:
    """Return the items of a cell; a heading is wording and stands in the middle of its row, all else is data at the top."""
    down = (row.height - cell.height) / 2 if is_heading else place.padding
    layer = Layer.MASTER if is_heading else Layer.DATA
    return cell.items(top + down + cell.setter.cap_height, layer)


def _edges(place: Table, left: Length) -> Iterator[Length]:
    yield left
    for column in place.columns:
        left = left + column.width
        yield left


def _rule(place: Table, left: Length, top: Length, width: Length, height: Length) -> RuleItem:
    """A rule is centred on the line between two cells."""
    half = THICKNESS / 2
    box = Box(left - half, top - half, width + THICKNESS, height + THICKNESS)
    return RuleItem(place.name, Layer.MASTER, box, INK)
