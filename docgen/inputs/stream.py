"""A table that is printed while it is read, so that no worker waits for its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, count, islice
from pathlib import Path

from docgen import tables
from docgen.errors import DataError, Problem, UsageError
from docgen.fields import Field, labels_of
from docgen.inputs.sample_rows import SampleRows
from docgen.inputs.table import TableInput, input_of
from docgen.tables.model import RECORDS, whole

#: How many parts are given as soon as they are read; and by how many more the table is read with each one after that: in so
#: little time that nobody waits for it, and so far that what is wrong with the last row is told early in a long batch.
EARLY, PACE = 4, 5


def growing_input(
    path: Path, fields: Iterable[Field], choice: tables.ColumnChoice = tables.AS_IT_STANDS
) -> TableInput | GrowingInput:
    """Return the rows of a table of a suffix among `tables.RECORDS` as `read_table` does: whole where they are few, else growing.

    Errors as of `read_table`. Of a growing table most come while its parts are taken.
    """
    source = GrowingInput(path, tuple(fields), choice)
    source.grow()
    return source if len(source.read) >= RECORDS else source.whole()


class GrowingInput:
    """The rows of a table in parts: the first as they are read, the others when all are read and the table is in order.

    `read` is the table as far as it was read; `bad` are the cells that cannot be used, once all parts have been taken.
    """

    def __init__(self, path: Path, fields: tuple[Field, ...], choice: tables.ColumnChoice):
        self._path, self._fields, self._choice = path, fields, choice
        self._growth = tables.growing(path)
        self.read = TableInput(tables.RecordTable(str(path), "", ()), {}, choice, SampleRows(fields, ()))
        self.bad: list[Problem] = []
        self._is_whole = False

    def grow(self) -> bool:
        """Read on; return whether there may be more. Errors as of `read_table`."""
        if self._is_whole:
            return False
        table = next(self._growth, None)
        if table is None:
            self._end(self.read.table)
            return False
        try:
            self.read = self._so_far(table)
        except (DataError, UsageError):  # the whole table may have more that is wrong with it
            self._end(whole(chain([table], self._growth)))
        return not self._is_whole

    def whole(self) -> TableInput:
        """Return the table read to its end."""
        while self.grow():
            pass
        return self.read

    def _end(self, table: tables.RecordTable) -> None:
        self.read = input_of(table, self._path, self._fields, self._choice, is_lenient=True)
        self.bad += self.read.bad
        self._is_whole = True

    def _so_far(self, table: tables.RecordTable) -> TableInput:
        """Return the table with the columns that are known; whether any is missing, and what was said of it, the end tells."""
        if len(table.headings) == len(self.read.table.headings):
            return replace(self.read, table=table)
        columns = tables.columns(table, labels_of(self._fields), self._choice.within(table))
        return replace(self.read, table=table, headings={field: heading for heading, field in columns.items()})

    def parts(self, size: int) -> Iterator[Sequence[tuple[int, dict[str, object]]]]:
        """Give the rows in parts of so many, as TableInput does."""
        for number in count():
            given = number * size
            self._read_to(given + size if number < EARLY else len(self.read) + PACE * size)
            if self._is_whole or self.read.table.problems:
                break  # rows with cells that cannot be used are left out, when all of them are known
            yield from islice(self.read.parts(size, given), 1)
        yield from self.whole().parts(size, given)

    def _read_to(self, rows: int) -> None:
        while len(self.read) < rows and self.grow():
            pass

    @property
    def table(self) -> tables.RecordTable:
        return self.read.table

    @property
    def digest(self) -> str:
        """The same as that of the whole table."""
        return self.read.digest

    @property
    def left_out(self) -> list[Problem]:
        return self.read.left_out

    def placed(self, problems: Iterable[Problem]) -> list[Problem]:
        """As of TableInput."""
        return self.read.placed(problems)
