"""A ruled table that flows over pages: heading row repeated, rows never split. One without rows has a page of empty ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from docgen.compose.layout import Setting
from docgen.compose.lines import TooWide
from docgen.compose.page import Item, Layer, Part, RuleItem, TextItem
from docgen.compose.texts import Block, Setter, baselines_from, new_item, refuse_width
from docgen.errors import DataError
from docgen.fonts.faces import Font
from docgen.form.places import INK, Table, Text
from docgen.messages import _
from docgen.templating.templates import TextTemplate
from docgen.units import ZERO, Box, Length, mm

THICKNESS = mm(0.18)
#: A row to write in by hand, of a table that has none.
EMPTY = mm(10)
#: How many rows are looked at to see whether the values of a column repeat.
SAMPLE = 100
#: What sets the values of a row in a column; TooWide when a word is wider.
Make = Callable[[Mapping[str, object]], Block]


class TableRow(NamedTuple):
    """A row that has been set: a text for each column, the row's height, and how many lines it has."""

    cells: list[Block]
    height: Length
    lines: int = 0


#: What draws the table on one page, row by row.
Drawing = Callable[[], Iterator[Part]]
#: The values of a row.
Values = Mapping[str, object]


def lay_table(place: Table, setting: Setting) -> list[Drawing]:
    """Return what draws the table on each page, when its turn comes; DataError for a row that is higher than a page.

    The rows of a thousand pages take less memory than all that is drawn there.
    """
    heading = _heading(place, setting)
    top = setting.placed[place.below].box.bottom + place.gap
    floor = (setting.layout.floor - place.foot).mm
    pages: list[Drawing] = []
    rows = [heading]
    used = top.mm + heading.height.mm
    for row in _rows(place, setting):
        height = row.height.mm
        if used + height > floor and len(rows) > 1:
            pages.append(partial(_draw, place, rows, top, setting))
            rows, top = [heading], place.top
            used = top.mm + heading.height.mm
        if used + height > floor:
            raise _refused(place, row, used + height - floor)
        rows.append(row)
        used += height
    if not _values_of(place, setting):
        rows += [TableRow([], EMPTY)] * int((floor - used) // EMPTY.mm)
    pages.append(partial(_draw, place, rows, top, setting))
    return pages


def _refused(place: Table, row: TableRow, excess: float) -> DataError:
    return DataError.because(
        "does-not-fit",
        _("the row is {excess:.1f} mm higher than the page", excess=excess),
        _("Shorten its longest text: {text}…", text=max(row.cells, key=lambda cell: cell.lines).text[:40]),
        key=place.table,
    )


def _heading(place: Table, setting: Setting) -> TableRow:
    texts = [(TextTemplate(column.heading), "centre") for column in place.columns]
    cells = [setter.set({}) for setter in _setters(place, texts, place.heading_font, setting, Layer.MASTER)]
    return TableRow(cells, _height(place, cells))


def _values_of(place: Table, setting: Setting) -> Sequence[Values]:
    """Return the values of each row; the form has seen to it that the table's field is one of rows."""
    rows: Any = setting.values[place.table]
    found: Sequence[Values] = rows
    return found


def _rows(place: Table, setting: Setting) -> Iterator[TableRow]:
    texts = [(column.text, column.align) for column in place.columns]
    setters = setting.layout.columns.get(place.name)
    if setters is None:
        setters = setting.layout.columns[place.name] = _setters(place, texts, place.font, setting, Layer.DATA)
    rows = _values_of(place, setting)
    makers = [_maker(setter, rows) for setter in setters]
    heights: dict[int, Length] = {}
    for index, values in enumerate(rows, 1):
        try:
            cells, lines = _set_row(setters, makers, {**values, "index": index})
        except DataError as error:
            raise DataError([problem.inside(f"{place.table}[{index}]") for problem in error.problems]) from None
        height = heights.get(lines)
        if height is None:
            height = heights[lines] = _height(place, cells)
        yield TableRow(cells, height, lines)


def _setters(place: Table, texts: list[tuple[TextTemplate, str]], font: Font, setting: Setting, layer: Layer) -> list[Setter]:
    """Return what sets each column's texts in the column less the padding.

    A cell is fixed text or data as a whole, so that each of its lines is one run.
    """
    setters, left = [], _left(place, setting)
    for column, (template, align) in zip(place.columns, texts, strict=True):
        box = Box(left + place.padding, ZERO, column.width - place.padding * 2, ZERO)
        text = Text(name=place.name, text=template, font=font, align=align)
        setters.append(Setter(text, font, box, setting.layout, layer))
        left = left + column.width
    return setters


def _maker(setter: Setter, rows: Sequence[Values]) -> Make:
    """Return what sets a column's cells: each anew where nearly all of the first rows differ, else from memory."""
    names, first = setter.place.text.names, rows[:SAMPLE]
    different = {tuple([str(row.get(name)) for name in names]) for row in first}
    return setter.make if "index" in names or len(different) > 0.9 * len(first) else setter.set


def _set_row(setters: list[Setter], makers: list[Make], values: Mapping[str, object]) -> tuple[list[Block], int]:
    """Set one row's cells, and count the lines of the highest one."""
    cells: list[Block] = []
    lines = 0
    try:
        for make in makers:
            cell = make(values)
            cells.append(cell)
            if cell.lines > lines:
                lines = cell.lines
    except TooWide as too_wide:
        raise refuse_width(setters[len(cells)].place, too_wide) from None
    return cells, lines


def _height(place: Table, cells: list[Block]) -> Length:
    """Return the height of a row: of its highest cell, with padding, and space for what reaches below the baseline."""
    highest = max(cells, key=lambda cell: cell.lines)
    return highest.height + place.padding * 2 + highest.setter.font.size * 0.3


def _left(place: Table, setting: Setting) -> Length:
    """Return the left edge of a table, which is centred on the sheet."""
    return (setting.layout.form.sheet.width - _width(place)) / 2


def _width(place: Table) -> Length:
    return Length(sum(column.width.mm for column in place.columns))


def _draw(place: Table, rows: list[TableRow], top: Length, setting: Setting) -> Iterator[Part]:
    """Yield the rules and texts of one page: the heading row with the rule above it, each row with the one below, the edges."""
    left, width = _left(place, setting), _width(place)
    across = _rule(place, left, ZERO, width, ZERO).box
    heading, *body = rows
    begin, bottom = top, top + heading.height
    yield (_lowered(place, across, top), *_in_the_middle(heading, top), _lowered(place, across, bottom))
    for row in body:
        items = _texts_of(row, bottom + place.padding)
        bottom = bottom + row.height
        yield (*items, _lowered(place, across, bottom))
    yield tuple([_rule(place, edge, begin, ZERO, bottom - begin) for edge in _edges(place, left)])


def _texts_of(row: TableRow, top: Length) -> list[Item]:
    """Return the texts of a row, the capitals of their first lines at `top`."""
    if not row.cells:
        return []
    setter = row.cells[0].setter  # all columns have its font
    name, font, colour = setter.place.name, setter.font, setter.place.colour
    baselines = baselines_from(top + setter.cap_height, setter.leading, row.lines)
    return [
        new_item(TextItem, (name, layer, left, baselines[line], width, text, font, colour, line))
        for cell in row.cells
        for line, left, width, text, layer in cell.runs
    ]


def _lowered(place: Table, rule: Box, to: Length) -> RuleItem:
    """Return a rule at the top of the sheet moved down to `to`."""
    return RuleItem(place.name, Layer.MASTER, Box(rule.left, to + rule.top, rule.width, rule.height), INK)


def _in_the_middle(heading: TableRow, top: Length) -> Iterator[TextItem]:
    """Yield the texts of the heading, each in the middle of the row's height."""
    for cell in heading.cells:
        yield from cell.items(top + (heading.height - cell.height) / 2 + cell.setter.cap_height)


def _edges(place: Table, left: Length) -> Iterator[Length]:
    yield left
    for column in place.columns:
        left = left + column.width
        yield left


def _rule(place: Table, left: Length, top: Length, width: Length, height: Length) -> RuleItem:
    """Return a rule, centred on the line between two cells."""
    half = THICKNESS / 2
    box = Box(left - half, top - half, width + THICKNESS, height + THICKNESS)
    return RuleItem(place.name, Layer.MASTER, box, INK)
