"""From a grid of cells, be it of a sheet or a CSV file, to a table: its heading row is found, its cells are tidied."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import chain
from typing import Any

from docgen.errors import DataError, Problem, Where
from docgen.messages import _
from docgen.spilled import Spilled
from docgen.tables.cells import BadCell, TidyTexts, is_blank, tidy_or_note, tidy_row
from docgen.tables.heading_rows import HeadingRows, lines_of_headings
from docgen.tables.model import Heading, RecordTable, Value
from docgen.tables.source import empty, too_large

#: A row's number as a person sees it, and its cells from the first column to its last filled one at least.
Line = tuple[int, Sequence[Any]]
Grid = Iterable[Line]

ROWS = 1_048_576  # as many as a sheet can have (ECMA-376)
COLUMNS = 1_000
CELLS = 50_000_000  # of all rows, empty ones among them


def from_grid(
    file: str, sheet: str, grid: Grid, may_be_empty: bool = False, heading_rows: HeadingRows | None = None
) -> RecordTable:
    """Return the table in a grid, cells that cannot be used noted in it; raise DataError for a grid that is no table.

    `may_be_empty` allows headings without a row below them, as a list that nothing was written into. `heading_rows` hold the
    headings; without them they are found.
    """
    lines = _filled(file, grid)
    if heading_rows:
        headings, body = _said_headings(file, heading_rows, lines), lines
    else:
        heading, rest = _find_heading(file, sheet, lines)
        headings, body = _two_rows_or_one(heading, iter(rest))
    rows = RowCollector(file, headings)
    for number, cells in body:
        rows.add(number, cells)
    if not rows.values and not rows.problems and not may_be_empty:
        raise empty(file, sheet)
    return replace(rows.so_far(sheet), notes=tuple(_two_rows_note(file, headings.values())))


def letters_of(index: int) -> str:
    """Return the letters of the column: A for 0, AA for 26."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


class RowCollector:
    """The rows of a table, gathered: their values tidied, cells that cannot be used noted."""

    def __init__(self, file: str, headings: dict[int, Heading]):
        self.file, self.headings = file, headings
        self.numbers = array("I")
        self.values: Spilled[tuple[Value | None, ...]] = Spilled()
        self.problems: list[Problem] = []
        self._texts = TidyTexts()
        self._columns = list(headings)
        # Where headings fill the columns from the first one on, a row's cells are its values.
        self._width = len(headings) if self._columns == list(range(len(headings))) else 0
        self._cells_left = CELLS

    def add(self, number: int, cells: Collection[Any]) -> None:
        """Add a row, unless it is empty."""
        try:
            values = tidy_row(cells, self._texts)
        except BadCell:
            values = [self._tidy_or_note(number, index, raw) for index, raw in enumerate(cells)]
        if not values or (values[0] is None and values.count(None) == len(values)):
            return
        if len(values) > self._width:
            values = self._under_headings(number, values)
        self._cells_left -= len(values)
        if self._cells_left < 0:
            raise too_large(self.file, _("the table has more than {limit} million cells", limit=CELLS // 10**6), number)
        self.numbers.append(number)
        self.values.append(tuple(values))

    def so_far(self, sheet: str = "") -> RecordTable:
        """Return the table that they make."""
        return RecordTable(self.file, sheet, tuple(self.headings.values()), self.numbers, self.values, tuple(self.problems))

    def _tidy_or_note(self, number: int, index: int, raw: Any) -> Value | None:
        where = partial(self._where, number, index)
        return tidy_or_note(raw, self._texts, where, self.problems)

    def _under_headings(self, number: int, values: list[Value | None]) -> list[Value | None]:
        """Return the values under a heading; any other one is noted."""
        for index, value in enumerate(values):
            if value is not None and index not in self.headings:
                self.problems.append(_unheaded(value, self._where(number, index)))
        return [values[index] for index in self._columns if index < len(values)]

    def _where(self, row: int, index: int) -> Where:
        heading = self.headings.get(index)
        return Where(self.file, heading.text if heading else "", row, letters_of(index))


def _filled(file: str, grid: Grid) -> Iterator[Line]:
    """Yield the lines of a grid; raise DataError (`table-too-large`) beyond what a table can have."""
    for number, cells in grid:
        if number > ROWS:
            raise too_large(file, _("the table has more than {limit} rows", limit=ROWS), number)
        if len(cells) > COLUMNS and any(not _is_empty(value) for value in cells[COLUMNS:]):
            raise too_large(file, _("the table has more than {limit} columns", limit=COLUMNS), number)
        yield number, cells


def _find_heading(file: str, sheet: str, lines: Iterator[Line]) -> tuple[Line, Iterable[Line]]:
    """Return the heading row and the lines after it (the package's docstring says which row is the heading)."""
    passed: list[Line] = []
    columns: set[int] = set()
    for line in lines:
        filled = {index for index, value in enumerate(line[1]) if not _is_empty(value)}
        if len(filled) > 1 and _all_text(line, filled):
            return line, lines
        if filled:
            passed.append(line)
            columns |= filled
    if not passed:
        raise empty(file, sheet)
    if len(columns) == 1 and _all_text(passed[0], columns):
        return passed[0], passed[1:]
    raise DataError.because(
        "heading-missing",
        _("the heading row is missing: no row has two cells or more that are all text"),
        _("Put the fields' names or labels into the row above the first record."),
        file=file,
    )


def _headings(number: int, cells: Sequence[Any]) -> dict[int, Heading]:
    filled = {index: value for index, value in enumerate(cells) if not _is_empty(value)}
    return {index: Heading(" ".join(text.split()), letters_of(index), number) for index, text in filled.items()}


def _said_headings(file: str, rows: HeadingRows, lines: Iterator[Line]) -> dict[int, Heading]:
    """Return the headings of one row, or of a row of groups over one of parts."""
    upper, *lower = lines_of_headings(file, rows, lines)
    parts = lower[0] if lower else {}
    headings = {index: Heading(text, letters_of(index), rows.first) for index, text in upper.items()}
    for index, part in parts.items():
        group = upper.get(max((place for place in upper if place <= index), default=-1), "")
        text = f"{group} / {part}" if group else part
        headings[index] = Heading(text, letters_of(index), rows.last, part)
    return dict(sorted(headings.items()))


def _two_rows_or_one(heading: Line, body: Iterator[Line]) -> tuple[dict[int, Heading], Iterator[Line]]:
    """Return the headings, of two rows where the line below divides some of them, and the lines of the records."""
    headings, below = _headings(*heading), next(body, None)
    if below is None:
        return headings, body
    groups = _groups(headings, below) if below[0] == heading[0] + 1 else {}
    if not groups:
        return headings, chain([below], body)
    parts = _headings(*below)
    divided = {
        index: parts[index]._replace(text=f"{headings[group].text} / {parts[index].text}", part=parts[index].text)
        for index, group in groups.items()
    }
    return dict(sorted((headings | divided).items())), body


def _groups(headings: Mapping[int, Heading], below: Line) -> dict[int, int]:
    """Return the heading that each cell of the line below is a part of; nothing where this line is a record, or may be one.

    A heading is divided if it has none to its right, and the cells below it and below that gap are filled. Below all others,
    which are some at least, there is nothing.
    """
    filled = [index for index, value in enumerate(below[1]) if not _is_empty(value)]
    if (
        not filled
        or filled[0] < min(headings)
        or not _all_text(below, filled)
        or not all(_is_word(below[1][at]) for at in filled)
    ):
        return {}
    groups = {index: max(place for place in headings if place <= index) for index in filled}
    for group in set(groups.values()):
        members = [index for index in filled if groups[index] == group]
        if members != list(range(group, group + len(members))) or len(members) < 2:
            return {}
    return groups if headings.keys() - groups.values() else {}


def _is_word(text: str) -> bool:
    return any(map(str.isalpha, text))


def _two_rows_note(file: str, headings: Collection[Heading]) -> list[Problem]:
    """Return a note on headings that were read from two rows."""
    divided = [heading for heading in headings if heading.part]
    if not divided:
        return []
    texts = ", ".join(f"“{heading.text}”" for heading in divided)[:200]
    message = _("the headings are in two rows, which are read together: {texts}", texts=texts)
    return [Problem("headings-of-two-rows", message, "", Where(file, row=divided[0].row))]


def _is_empty(value: Any) -> bool:
    return value is None or is_blank(value)


def _all_text(line: Line, filled: Iterable[int]) -> bool:
    return all(isinstance(line[1][index], str) for index in filled)


def _unheaded(value: Value, where: Where) -> Problem:
    return Problem(
        "heading-empty",
        _("there is a value here, but its column has no heading"),
        _("Give the column a heading, or delete the value."),
        where,
        str(value) if isinstance(value, (str, int, float, date)) else "",
    )
