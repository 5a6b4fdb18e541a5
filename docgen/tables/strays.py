"""Rows of a sheet that are no records: the numbers of the columns under the headings, totals, signatures."""

from __future__ import annotations

from array import array
from collections.abc import Collection
from dataclasses import replace

from docgen.errors import DataError, Problem
from docgen.messages import _
from docgen.tables.model import RecordTable, Value

#: The least columns that a row can be said to number, or that a record must fill half of.
FEW = 3
SHOWN = 60  # characters of what a row holds, in a message


def without_strays(table: RecordTable, required: Collection[str]) -> tuple[RecordTable, list[Problem]]:
    """Return a sheet without the rows that are no records, and a problem of each; `required` are headings that records fill.

    A row is none if it numbers the columns, or fills less than half of the required ones where others fill more. Cells of such
    rows are no problems of their own. What a program wrote (JSON) is returned as it is.
    """
    if not table.headings or table.headings[0].row is None or not table.values:
        return table, []
    strays = {}
    if _is_numbering(table.values[0]):
        strays[0] = _("this row numbers the columns, and is no record")
    for at in _sparse(table, required):
        shown = ", ".join([str(value) for value in table.values[at] if value is not None])[:SHOWN]
        strays.setdefault(at, _("this row is no record: it holds “{text}” alone", text=shown))
    if not strays:
        return table, []
    hint = _("Delete it: totals, signatures and numbers of columns are not printed. If it is a record, fill its cells.")
    problems = [
        Problem("row-no-record", message, hint, replace(table.where(table.numbers[at], ""), column=""))
        for at, message in sorted(strays.items())
    ]
    rows = {table.numbers[at] for at in strays}
    others = [at for at in range(len(table.values)) if at not in strays]
    alone = replace(
        table,
        numbers=array("I", [table.numbers[at] for at in others]),
        values=[table.values[at] for at in others],
        problems=tuple(problem for problem in table.problems if problem.where.row not in rows),
    )
    return alone, problems


def refuse_empty_columns(table: RecordTable, required: Collection[str]) -> None:
    """Raise DataError for columns that are empty in every row, if their headings are among `required`."""
    if len(table.values) < FEW or table.headings[0].row is None or table.problems:
        return
    empty = [
        heading
        for index, heading in enumerate(table.headings)
        if heading.text in required and not any(_is_filled(row, index) for row in table.values)
    ]
    if empty:
        names = ", ".join(f"“{heading.text}”" for heading in empty)
        message = _("no row has a value in {columns}, which must be given", columns=names)
        hint = _("Fill it. A surname, given name and patronymic that are in one cell have to be put into a cell each.")
        raise DataError(Problem("column-empty", message, hint, table.heading_where(empty[0]), empty[0].text))


def _is_numbering(row: tuple[Value | None, ...]) -> bool:
    """Return whether a row holds 1, 2, 3 … and nothing else."""
    numbers = [str(value) for value in row if value is not None]
    return len(numbers) >= FEW and numbers == [str(number) for number in range(1, len(numbers) + 1)]


def _sparse(table: RecordTable, required: Collection[str]) -> list[int]:
    """Return the places of rows that fill less than half of the required columns; none where every row does."""
    at = [index for index, heading in enumerate(table.headings) if heading.text in required]
    most = (len(at) + 1) // 2
    if len(at) < FEW:
        return []
    width = len(table.headings)
    doubtful = [number for number, row in enumerate(table.values) if row.count(None) + width - len(row) >= most]
    sparse = [number for number in doubtful if 2 * sum(_is_filled(table.values[number], index) for index in at) < len(at)]
    return sparse if len(sparse) < len(table.values) else []


def _is_filled(row: tuple[Value | None, ...], index: int) -> bool:
    return index < len(row) and row[index] is not None
