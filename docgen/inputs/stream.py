"""A table that is printed while it is read, so that no worker waits for its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, count, islice
from pathlib import Path

from docgen import tables
from docgen.errors import DataError, Problem, UsageError, Where
from docgen.fields import Field, labels_of
from docgen.form.lexicon import NO_LEXICON, Lexicon
from docgen.inputs.constants import NO_CONSTANTS, Constants
from docgen.inputs.sample_rows import SampleRows
from docgen.inputs.sources import NumberedRow
from docgen.inputs.table import TableRows, rows_of
from docgen.tables import File
from docgen.tables.model import RECORDS, whole

#: How many chunks are yielded as soon as they are read; and by how many more the table is read with each one after that: in so
#: little time that nobody waits for it, and so far that what is wrong with the last row is known early in a long batch.
EARLY, PACE = 4, 5


def read_stream(
    file: File,
    fields: Iterable[Field],
    choice: tables.ColumnChoice = tables.NO_CHOICE,
    constants: Constants = NO_CONSTANTS,
    lexicon: Lexicon = NO_LEXICON,
) -> TableRows | StreamedRows:
    """Return the rows of a table of a suffix among `tables.RECORDS` as `read_table` does: whole if they are few.

    Errors are those of `read_table`. Of a growing table most come while its chunks are taken.
    """
    source = StreamedRows(file, tuple(fields), choice, constants, lexicon)
    source.grow()
    return source if len(source) >= RECORDS else source.whole()


class StreamedRows:
    """A RowSource (docgen.inputs.sources) whose first chunks are yielded as they are read.

    The others are yielded when all rows are read and the table is in order. `bad` are the cells that cannot be used, once all
    chunks have been taken.
    """

    def __init__(
        self,
        file: File,
        fields: tuple[Field, ...],
        choice: tables.ColumnChoice,
        constants: Constants = NO_CONSTANTS,
        lexicon: Lexicon = NO_LEXICON,
    ):
        self._file, self._fields, self._choice, self._constants, self._lexicon = file, fields, choice, constants, lexicon
        self._growth = tables.growing(file)
        self._read = TableRows(
            file, tables.RecordTable(str(file), "", ()), {}, choice, SampleRows(fields, ()), constants=constants
        )
        self.bad: list[Problem] = []
        self.is_whole = False

    def __len__(self) -> int:
        return len(self._read)

    def __iter__(self) -> Iterator[NumberedRow]:
        return iter(self.whole())

    @property
    def every_row(self) -> Iterator[NumberedRow]:
        """Yield all rows, once they are read."""
        return self.whole().every_row

    def grow(self) -> bool:
        """Read on; return whether there may be more. Errors are those of `read_table`."""
        if self.is_whole:
            return False
        table = next(self._growth, None)
        if table is None:
            self._end(self._read.table)
            return False
        try:
            self._read = self._so_far(table)
        except (DataError, UsageError):  # the whole table may have more that is wrong with it
            self._end(whole(chain([table], self._growth)))
        return not self.is_whole

    def whole(self) -> TableRows:
        """Return the table read to its end."""
        while self.grow():
            pass
        return self._read

    def _end(self, table: tables.RecordTable) -> None:
        self._read = rows_of(table, self._file, self._fields, self._choice, constants=self._constants, lexicon=self._lexicon)
        self.bad += self._read.bad
        self.is_whole = True

    def _so_far(self, table: tables.RecordTable) -> TableRows:
        """Return the table with the columns that are known; whether any is missing is known at the end."""
        if len(table.headings) == len(self._read.table.headings):
            return replace(self._read, table=table)
        lexicon = self._lexicon.without_full_name()  # a table with one is read whole
        columns = tables.columns(table, labels_of(self._fields), self._choice.within(table), lexicon=lexicon)
        return replace(self._read, table=table, headings={field: heading for heading, field in columns.items()})

    def parts(self, size: int) -> Iterator[Sequence[NumberedRow]]:
        """Yield the rows in chunks of `size`, as TableRows does."""
        for number in count():
            given = number * size
            self._read_to(given + size if number < EARLY else len(self) + PACE * size)
            if self.is_whole or self._read.table.problems or self._constants.values.keys() & self._read.headings.keys():
                break  # rows with cells that cannot be used are left out, when all of them are known
            yield from islice(self._read.parts(size, given), 1)
        yield from self.whole().parts(size, given)

    def _read_to(self, rows: int) -> None:
        while len(self) < rows and self.grow():
            pass

    @property
    def name(self) -> str:
        """The name of the file, without its folder."""
        return self._read.name

    @property
    def folder(self) -> Path | None:
        """The folder of the file."""
        return self._read.folder

    @property
    def sha256(self) -> str:
        """The SHA-256 of the file, known before it is read."""
        return self._read.sha256

    @property
    def digest(self) -> str:
        """The same as that of the whole table."""
        return self._read.digest

    @property
    def is_sample(self) -> bool:
        """False: a program wrote it, and a row like the sample is meant."""
        return False

    @property
    def left_out(self) -> list[Problem]:
        """As of TableRows."""
        return self._read.left_out

    def where(self, row: int | None, field: str = "") -> Where:
        """As of TableRows."""
        return self._read.where(row, field)

    def placed(self, problems: Iterable[Problem]) -> list[Problem]:
        """As of TableRows."""
        return self._read.placed(problems)

    def with_bad(self, problems: Iterable[Problem]) -> list[Problem]:
        """As of TableRows."""
        return self.whole().with_bad(problems)
