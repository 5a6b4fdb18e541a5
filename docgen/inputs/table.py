"""A table that a command is given → its rows under the names of a form's fields, and the cell that each problem is about."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from docgen import tables
from docgen.errors import DataError, Problem, Where
from docgen.fields import Field, labels_of
from docgen.inputs.sample_rows import SampleRows, without_sample
from docgen.messages import _, labelled
from docgen.record import sample_record
from docgen.tables.model import RowSpan


@dataclass(frozen=True, slots=True)
class TableInput:
    """A table read for a form: its rows under the names of fields, and how to tell the cell that a problem is about."""

    table: tables.RecordTable
    #: Field → the heading that holds it.
    headings: Mapping[str, str]
    #: What was said of the columns.
    choice: tables.ColumnChoice
    sample: SampleRows
    #: The cells that cannot be used; their rows are not among `rows`.
    bad: list[Problem] = field(default_factory=list)
    #: Told once the rows have been taken.
    left_out_rows: list[Problem] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.table)

    def __iter__(self) -> Iterator[tuple[int, dict[str, object]]]:
        return self.rows

    @property
    def digest(self) -> str:
        """What the values of each row are known by, with its number: the file's bytes, and what was said of its columns."""
        told = [self.table.sha256, self.table.sheet, self.choice.ignore, sorted(self.choice.renamed.items())]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    @property
    def left_out(self) -> list[Problem]:
        """Return what the table holds and `rows` does not: other sheets, and rows that are the sample."""
        return [*other_sheets(self.table), *self.left_out_rows]

    @property
    def rows(self) -> Iterator[tuple[int, dict[str, object]]]:
        """Give each row's number in the sheet and its values, named as they are asked for; the sample beside others not."""
        bad = {problem.where.row for problem in self.bad}
        rows = ((number, row) for number, row in self._all_rows() if number not in bad) if bad else self._all_rows()
        return without_sample(rows, self.sample, self.left_out_rows)

    @property
    def every_row(self) -> Iterator[tuple[int, dict[str, object]]]:
        """Give the rows with cells that cannot be used as well, without these cells."""
        return without_sample(self._all_rows(), self.sample, self.left_out_rows)

    def parts(self, size: int, first: int = 0) -> Iterator[Sequence[tuple[int, dict[str, object]]]]:
        """Give the rows in parts of so many, from the one at index `first` on; as they are, where none of them is left out."""
        if self.bad or self.sample.rows:
            rows = islice(self.rows, first, None)
            while part := tuple(islice(rows, size)):
                yield part
        else:
            span = self._all_rows()
            yield from (span[at : at + size] for at in range(first, len(span), size))

    def _all_rows(self) -> RowSpan:
        texts = [heading.text for heading in self.table.headings]
        places = tuple((field, texts.index(heading)) for field, heading in self.headings.items())
        return RowSpan(self.table.numbers, self.table.values, places)

    def with_bad(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return problems of `every_row`, placed, and those of the cells that these rows lack, in the order of the table."""
        cells = {(problem.where.row, problem.where.key) for problem in self.bad}
        placed = [each for each in self.placed(problems) if (each.where.row, each.where.key) not in cells]
        return sorted([*self.bad, *placed], key=lambda problem: problem.where.row or 0)

    def where(self, row: int | None, name: str = "") -> Where:
        """Return the place of a field's cell in a row, or of the row."""
        return self.table.where(row, self.headings.get(name, ""))

    def placed(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return problems of rows with file, column letter and heading added."""
        return [self._placed(problem) for problem in problems]

    def _placed(self, problem: Problem) -> Problem:
        if problem.where.row is None:
            return problem
        where = self.where(problem.where.row, problem.where.key)
        label = _label(where.key, problem.where)
        return problem.at(file=where.file, sheet=where.sheet, column=where.column, label=label)


def other_sheets(table: tables.RecordTable) -> list[Problem]:
    """Tell of the sheets that are not read, where they hold something."""
    if not table.others:
        return []
    names = ", ".join(f"“{title}”" for title in table.others)
    message = _("only the sheet “{sheet}” is read; there is more on {others}", sheet=table.sheet, others=names[:500])
    hint = _("Move the sheet that is to be read to the front, or put all rows on one sheet.")
    return [Problem("sheets-left-out", message, hint, Where(file=table.file))]


def _label(heading: str, where: Where) -> str:
    """Return the heading where it says more than the field's name: a clerk looks for it in his table."""
    return where.label if heading in ("", where.key) else heading


def read_table(
    path: Path,
    fields: Iterable[Field],
    choice: tables.ColumnChoice = tables.AS_IT_STANDS,
    sample: Iterable[Mapping[str, object]] | None = None,
    is_lenient: bool = False,
) -> TableInput:
    """Return the rows of a table under the names of `fields`; `choice` is what the caller says of its columns.

    `sample` are the rows that `forms sheet` writes, where they are not made of the fields' own samples.

    DataError for a column without a field, for a field that must be given and has no column, and for cells that cannot be used;
    these are told in `bad` when `is_lenient`. UsageError for a name in `choice` that the table does not have.
    """
    fields = tuple(fields)
    return input_of(tables.read(path), path, fields, choice, sample, is_lenient)


def input_of(
    table: tables.RecordTable,
    path: Path,
    fields: tuple[Field, ...],
    choice: tables.ColumnChoice,
    sample: Iterable[Mapping[str, object]] | None = None,
    is_lenient: bool = False,
) -> TableInput:
    """Return the same for a table that was read from `path`."""
    required = {field.name: labelled(field.label) for field in fields if not field.optional}
    columns = tables.columns(table, labels_of(fields), choice, required)
    bad = tables.bad_cells(table, columns, choice)
    if bad and not is_lenient:
        raise DataError(bad)
    headings = {field: heading for heading, field in columns.items()}
    return TableInput(table, headings, choice, _sample_of(table, path, fields, sample), bad)


def _sample_of(
    table: tables.RecordTable, path: Path, fields: tuple[Field, ...], sample: Iterable[Mapping[str, object]] | None
) -> SampleRows:
    if path.suffix.lower() not in tables.SHEETS:
        return SampleRows(fields, ())  # a program wrote it: a row like the sample is meant
    return SampleRows(fields, [sample_record(fields)] if sample is None else sample, table)
