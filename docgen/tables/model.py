"""What a table is once it is read: headings, rows, values, and the place of each cell."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from docgen.errors import Problem, Where

# A cell holds a list or an object only in JSON: the rows of a nested form.
Value = str | int | float | bool | date | datetime | list[Any] | dict[str, Any]


class Heading(NamedTuple):
    """A heading of a table: its text (white space inside it as single spaces) and its cell.

    JSON has no cells: there `column` is empty and `row` None. A heading of two rows has both in its text, `group / part`, and the
    lower one in `part`.
    """

    text: str
    column: str
    row: int | None
    part: str = ""


class Row(NamedTuple):
    """One record: the row number that a person sees (CSV: its first line; JSON: its place in the list), and its values.

    An empty cell is absent from `cells`. Of repeated headings the first filled cell counts; `columns` refuses such a
    table.
    """

    number: int
    cells: dict[str, Value]


@dataclass(frozen=True, slots=True)
class RecordTable:
    """The records of one file, in its order: for each row a tuple of values in the order of the headings."""

    file: str
    sheet: str
    headings: tuple[Heading, ...]
    #: The number of each row. An array holds hundreds of thousands in little room.
    numbers: Sequence[int] = field(default_factory=lambda: array("I"))
    #: The values of each row, None where a cell is empty; a row may end before the last heading.
    values: Sequence[tuple[Value | None, ...]] = field(default_factory=list)
    #: The cells that cannot be used, in the order of the table; their key is the heading, "" where there is none.
    problems: tuple[Problem, ...] = ()
    #: Notes on what was passed over, or read otherwise than a row a record.
    notes: tuple[Problem, ...] = ()
    #: The titles of the file's other visible sheets that hold anything.
    others: tuple[str, ...] = ()
    #: The sample that the workbook was written with, of each of its sheets (`docgen.workbooks.form_sheet`).
    samples: tuple[RecordTable, ...] = ()
    #: The SHA-256 of the file as it was read.
    sha256: str = ""

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[Row]:
        return map(self._row, self.numbers, self.values)

    @property
    def rows(self) -> list[Row]:
        """Return all rows with their values by heading: for small tables, and to look at."""
        return list(self)

    @property
    def heading_rows(self) -> list[int]:
        """Return the rows that hold headings, one or two; none for JSON."""
        return sorted({heading.row for heading in self.headings if heading.row is not None})

    @property
    def shown_sheet(self) -> str:
        """Return the sheet as a place names it: not at all where there is no other."""
        return self.sheet if self.others else ""

    def heading_where(self, heading: Heading) -> Where:
        """Return the place of a heading."""
        return Where(file=self.file, row=heading.row, column=heading.column, sheet=self.shown_sheet)

    def where(self, row: int | None, heading: str) -> Where:
        """Return the place of a cell; its key is the heading."""
        column = next((known.column for known in self.headings if known.text == heading), "")
        return Where(file=self.file, key=heading, row=row, column=column, sheet=self.shown_sheet)

    def _row(self, number: int, values: tuple[Value | None, ...]) -> Row:
        cells: dict[str, Value] = {}
        for heading, value in zip(self.headings, values, strict=False):
            if value is not None:
                cells.setdefault(heading.text, value)
        return Row(number, cells)


#: Yields the table as far as it has been read, at last the whole of it. All of them hold the same rows; headings that come later
#: are added at the end.
Growth = Iterator[RecordTable]
#: How many records are read between one table and the next.
RECORDS = 1000


def whole(growth: Growth) -> RecordTable:
    """Return the table read to its end."""
    return deque(growth, maxlen=1).pop()


@dataclass(frozen=True, slots=True)
class RowSpan(Sequence[tuple[int, dict[str, Any]]]):
    """Rows one after another: pairs of a row's number and its values by field, without the empty ones."""

    numbers: Sequence[int]
    #: As in a Table: a row may end before the last column.
    rows: Sequence[tuple[Value | None, ...]]
    #: Each field with the place of its value in a row.
    places: tuple[tuple[str, int], ...]
    #: The values of fields that a row does not give itself.
    constants: Mapping[str, object] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[tuple[int, dict[str, Any]]]:
        places, constants = self.places, self.constants
        width = 1 + max((index for _field, index in places), default=0)
        for number, values in zip(self.numbers, self.rows, strict=True):
            if len(values) < width:
                values += (None,) * (width - len(values))
            row = {field: value for field, index in places if (value := values[index]) is not None}
            yield number, {**constants, **row} if constants else row

    def __getitem__(self, at: int | slice) -> Any:
        """Return one pair, or a shorter span."""
        if isinstance(at, slice):
            return replace(self, numbers=self.numbers[at], rows=self.rows[at])
        return next(iter(replace(self, numbers=[self.numbers[at]], rows=[self.rows[at]])))
