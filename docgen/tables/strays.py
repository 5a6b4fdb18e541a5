"""Rows of a sheet that are no records: the numbers of the columns under the headings, totals, signatures."""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection, Mapping
from dataclasses import replace

from docgen.errors import DataError, Problem
from docgen.messages import _
from docgen.spilled import Spilled
from docgen.tables.model import RecordTable, Value
from docgen.tables.source import empty

#: The least columns that a row can be said to number, or that a record must fill half of.
FEW = 3
#: A line to sign on.
SIGNED = re.compile("_{4}")
SHOWN = 60  # characters of what a row holds, in a message


def without_strays(
    table: RecordTable, required: Collection[str], words: Collection[str] = ()
) -> tuple[RecordTable, list[Problem]]:
    """Return a sheet without the rows that are no records, and a problem of each that may be one.

    `required` are headings that records fill, `words` those with which footers begin. A row is no record if it numbers the
    columns, or fills less than half of the required ones where others fill more. Where it begins with one of the words, or is a
    line to sign on, that is certain: the table has a note on it instead. Cells of such rows are no problems of their own. What a
    program wrote (JSON) is returned as it is. Raise DataError if no row is left.
    """
    if not table.headings or table.headings[0].row is None or not table.values:
        return table, []
    notes, problems = {}, {}
    if _is_numbering(table.values[0]):
        notes[0] = _note(_("this row numbers the columns, and is passed over"))
    for at in _sparse(table, required):
        shown = ", ".join([str(value) for value in table.values[at] if value is not None])[:SHOWN]
        if at not in notes and _is_footer(table, at, required, words):
            notes[at] = _note(_("this row is no record, and is passed over: “{text}”", text=shown))
        elif at not in notes:
            problems[at] = _problem(_("this row is no record: it holds “{text}” alone", text=shown))
    if not notes and not problems:
        return table, []
    alone = _without(table, notes.keys() | problems.keys())
    if not alone.values and not problems:
        raise empty(table.file, table.sheet)
    return replace(alone, notes=(*table.notes, *_placed(table, notes))), _placed(table, problems)


def _note(message: str) -> Problem:
    return Problem("row-passed-over", message)


def _problem(message: str) -> Problem:
    hint = _("Delete it: totals, signatures and numbers of columns are not printed. If it is a record, fill its cells.")
    return Problem("row-no-record", message, hint)


def _placed(table: RecordTable, found: Mapping[int, Problem]) -> list[Problem]:
    """Return what was found of rows, each with the place of its row, in the order of the table."""
    return [replace(found[at], where=replace(table.where(table.numbers[at], ""), column="")) for at in sorted(found)]


def _without(table: RecordTable, strays: Collection[int]) -> RecordTable:
    rows = {table.numbers[at] for at in strays}
    others = [at for at in range(len(table.values)) if at not in strays]
    return replace(
        table,
        numbers=array("I", [table.numbers[at] for at in others]),
        values=Spilled(table.values[at] for at in others),
        problems=tuple(problem for problem in table.problems if problem.where.row not in rows),
    )


def _is_footer(table: RecordTable, at: int, required: Collection[str], words: Collection[str]) -> bool:
    """Return whether a row that lacks most of what a record has is certainly none: a total, who wrote it, a line to sign on.

    A second text under a required heading could be a person's.
    """
    row = table.values[at]
    first = next((index for index, value in enumerate(row) if value is not None), 0)
    others = [index for index, heading in enumerate(table.headings) if heading.text in required and index != first]
    if sum(isinstance(row[index], str) for index in others if index < len(row)) > 1:
        return False
    texts = [value for value in row if isinstance(value, str)]
    return _begins_with_word(row[first], words) or any(SIGNED.search(text) for text in texts)


def _begins_with_word(value: Value | None, words: Collection[str]) -> bool:
    text = value.casefold().lstrip('«"“ ') if isinstance(value, str) else ""
    starts = [len(word) for word in words if text.startswith(word.casefold())]
    return any(not text[end : end + 1].isalpha() for end in starts)


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
        hint = _("Fill it, or give what is the same in every row by --set. A register gives the numbers: --register.")
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
