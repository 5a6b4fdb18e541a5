"""Workbooks as tables: the visible sheets, whichever format they come in, and what merged cells mean in a table."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from docgen.errors import DataError, Problem
from docgen.messages import _
from docgen.tables.grid import Grid, from_grid, letters_of
from docgen.tables.heading_rows import HeadingRows
from docgen.tables.model import RecordTable, Value
from docgen.tables.parts import DAMAGE, undamaged
from docgen.tables.source import Source, too_large

#: How the hidden sheets are named that hold the sample of a workbook made to be filled.
SAMPLE = "_sample"
FILLED = 5_000_000  # cells that merged ones cover


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells that are merged into one: rows as a person counts them, columns from 0, the last ones included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """A sheet of a workbook: its title, and its rows. Reading the rows adds the merged cells to a list that is passed in."""

    title: str
    is_visible: bool
    lines: Callable[[list[Merged]], Grid]


def tables_of(source: Source, sheets: Sequence[WorkbookSheet], is_first_alone: bool) -> list[RecordTable]:
    """Return the tables on the visible sheets, or on the first one alone.

    All but the first may have no rows, and the first one too where a sheet is named: it may be a cover.
    """
    visible = [sheet for sheet in sheets if sheet.is_visible]
    if not visible:
        hint = _("Unhide the sheet with the records.")
        raise DataError.because("sheet-missing", _("the workbook has no visible sheet"), hint, file=source.name)
    filled = [sheet.title for sheet in visible if len(visible) > 1 and _is_filled(sheet)]
    samples = [_table(source, sheet, may_be_empty=True) for sheet in sheets if _is_sample(sheet)]
    found = []
    for number, sheet in enumerate(visible[:1] if is_first_alone else visible):
        others = tuple(title for title in filled if title != sheet.title)
        try:
            is_meant = number == 0 if source.sheet is None else sheet.title.casefold() == source.sheet
            may_be_empty = number > 0 or source.sheet is not None
            table = _table(source, sheet, may_be_empty, source.heading_rows if is_meant else None)
        except DataError as error:
            raise DataError([each.at(sheet=sheet.title if others else "") for each in error.problems]) from error
        found.append(replace(table, others=others, samples=tuple(samples)))
    return found


def _is_filled(sheet: WorkbookSheet) -> bool:
    """Return whether a sheet holds anything, be it unreadable."""
    try:
        return any(cells for _number, cells in sheet.lines([]))
    except (DataError, *DAMAGE):
        return True


def _table(source: Source, sheet: WorkbookSheet, may_be_empty: bool, heading_rows: HeadingRows | None = None) -> RecordTable:
    merged: list[Merged] = []
    with undamaged(source.name):
        table = from_grid(source.name, sheet.title, sheet.lines(merged), may_be_empty, heading_rows)
    return _with_merged(table, [cells for cells in merged if cells.top > (table.headings[0].row or 0)])


def _is_sample(sheet: WorkbookSheet) -> bool:
    return not sheet.is_visible and sheet.title.startswith(SAMPLE)


def _with_merged(table: RecordTable, merged: list[Merged]) -> RecordTable:
    """Return the table with each cell that is merged downwards holding for all its rows; merged across, it is a problem."""
    positions = {heading.column: position for position, heading in enumerate(table.headings)}
    values, across, cells_left = list(table.values), [], FILLED
    for cells in merged:
        first, last = bisect_left(table.numbers, cells.top), bisect_right(table.numbers, cells.bottom)
        position = positions.get(letters_of(cells.left))
        if position is None or first == last or table.numbers[first] != cells.top:
            continue
        value = _at(values[first], position)
        if value is not None and cells.right > cells.left:
            across.append(_merged_across(table, cells))
        elif value is not None:
            cells_left -= last - first
            if cells_left < 0:
                raise too_large(table.file, _("too many cells are merged"))
            values[first:last] = [_filled(row, position, value) for row in values[first:last]]
    problems = sorted((*table.problems, *across), key=lambda problem: problem.where.row or 0)
    return replace(table, values=values, problems=tuple(problems))


def _at(row: tuple[Value | None, ...], position: int) -> Value | None:
    return row[position] if position < len(row) else None


def _filled(row: tuple[Value | None, ...], position: int, value: Value) -> tuple[Value | None, ...]:
    padding = (None,) * (position - len(row))
    return (*row[:position], *padding, value, *row[position + 1 :])


def _merged_across(table: RecordTable, cells: Merged) -> Problem:
    heading = next(heading for heading in table.headings if heading.column == letters_of(cells.left))
    last = f"{letters_of(cells.right)}{cells.bottom}"
    message = _("the cells from here to {last} are merged, so a value stands for several columns", last=last)
    return Problem("cells-merged", message, _("Unmerge them, and fill each cell."), table.where(cells.top, heading.text))
