"""What a sheet and a CSV have in common: a grid of cells, its heading row found, becomes a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from docgen.errors import DataError, Problem, Where
from docgen.messages import _
from docgen.tables.cells import is_blank, tidy
from docgen.tables.model import Heading, Row, Table, Value
from docgen.tables.refusals import empty, too_large

#: Row numbers as a person sees them, each with its cells.
Grid = Iterable[tuple[int, Sequence[Any]]]

ROWS = 1_048_576  # as many as a sheet can have (ECMA-376)
COLUMNS = 1_000
# Empty styled cells out to column XFD are common in real workbooks; this bounds the time spent on stepping over them.
CELLS = 100_000_000


class _Line(NamedTuple):
    """A row with something in it: its number, and its filled cells by column index."""

    number: int
    cells: dict[int, Any]


def _lines(file: str, grid: Grid) -> Iterator[_Line]:
    """Give the rows that hold anything; DataError (`table-too-large`) past what a table can have."""
    stepped = 0
    for number, row in grid:
        stepped += len(row)
        if number > ROWS or stepped > CELLS:
            raise too_large(file, _("the table has more than {limit} rows", limit=ROWS), number)
        cells = {i: value for i, value in enumerate(row) if value is not None and not is_blank(value)}
        if cells and max(cells) >= COLUMNS:
            raise too_large(file, _("the table has more than {limit} columns", limit=COLUMNS), number)
        if cells:
            yield _Line(number, cells)


def from_grid(file: str, sheet: str, grid: Grid) -> Table:
    """Return the table in a grid; DataError with every cell that cannot be used, or for a grid that is no table."""
    lines = _lines(file, grid)
    heading, body = _find_heading(file, sheet, lines)
    headings = {i: Heading(" ".join(text.split()), _letters(i), heading.number) for i, text in heading.cells.items()}
    problems: list[Problem] = []
    rows = [_row(file, line, headings, problems) for line in body]
    if problems:
        raise DataError(problems)
    if not rows:
        raise empty(file, sheet)
    return Table(file, sheet, tuple(headings.values()), rows)


def _find_heading(file: str, sheet: str, lines: Iterator[_Line]) -> tuple[_Line, Iterable[_Line]]:
    """Return the heading row and the rows after it (the package's docstring says which row is the heading)."""
    passed = []
    for line in lines:
        if len(line.cells) > 1 and _all_text(line):
            return line, lines
        passed.append(line)
    if not passed:
        raise empty(file, sheet)
    if len({column for line in passed for column in line.cells}) == 1 and _all_text(passed[0]):
        return passed[0], passed[1:]
    raise DataError.because(
        "heading-missing",
        _("the heading row is missing: no row has two cells or more that are all text"),
        _("Put the fields' names or labels into the row above the first record."),
        file=file,
    )


def _all_text(line: _Line) -> bool:
    return all(isinstance(value, str) for value in line.cells.values())


def _row(file: str, line: _Line, headings: Mapping[int, Heading], problems: list[Problem]) -> Row:
    cells: dict[str, Value] = {}
    for i, raw in line.cells.items():
        heading = headings.get(i)
        where = partial(_where, file, heading, line.number, i)
        if heading is None:
            problems.append(_unheaded(raw, where()))
        elif (value := tidy(raw, where, problems)) is not None:
            cells.setdefault(heading.text, value)
    return Row(line.number, cells)


def _where(file: str, heading: Heading | None, row: int, index: int) -> Where:
    return Where(file, heading.text if heading else "", row, _letters(index))


def _unheaded(raw: Any, where: Where) -> Problem:
    return Problem(
        "heading-empty",
        _("there is a value here, but its column has no heading"),
        _("Give the column a heading, or delete the value."),
        where,
        str(raw) if isinstance(raw, (str, int, float, date)) else "",
    )


def _letters(index: int) -> str:
    """Return the letters of the column: A for 0, AA for 26."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
