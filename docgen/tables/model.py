"""What a table is once it is read: headings, rows, values, and the place of each cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from docgen.errors import Where

# A list or an object stands in a cell only where JSON brought it: the rows of a nested form.
Value = str | int | float | bool | date | datetime | list[Any] | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as it stands in the table: its text (white space inside it as single spaces) and its cell.

    JSON has no cells: there `column` is empty and `row` None.
    """

    text: str
    column: str
    row: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the row number that a person sees (CSV: its first line; JSON: its place in the list), and its values.

    An empty cell is absent from `cells`. Of headings that stand twice the first filled cell counts; `columns` refuses
    such a table.
    """

    number: int
    cells: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Table:
    """The records of one file, in its order."""

    file: str
    sheet: str
    headings: tuple[Heading, ...]
    rows: list[Row]

    def where(self, row: int | None, heading: str) -> Where:
        """Return the place of a cell; its key is the heading."""
        column = next((known.column for known in self.headings if known.text == heading), "")
        return Where(file=self.file, key=heading, row=row, column=column)
