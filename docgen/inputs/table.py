"""A table → its rows under the names of a form's fields, and the cell that each problem is about."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from docgen import tables
from docgen.errors import DataError, Problem, Where
from docgen.fields import Field, Rejected, Rows, labels_of
from docgen.files import printable_name
from docgen.form.lexicon import NO_LEXICON, Lexicon
from docgen.inputs.constants import NO_CONSTANTS, Constants
from docgen.inputs.full_names import with_names_apart
from docgen.inputs.sample_rows import SampleRows, without_sample
from docgen.inputs.sources import NumberedRow
from docgen.messages import _, labelled
from docgen.record import sample_record
from docgen.tables import File
from docgen.tables.model import RowSpan

#: A table of more rows than these is no sheet that still holds its sample alone.
SAMPLE = 10


@dataclass(frozen=True, slots=True)
class TableRows:
    """A table read for a form: a RowSource (docgen.inputs.sources) whose places are cells."""

    file: File
    table: tables.RecordTable
    #: Field → the heading that holds it.
    headings: Mapping[str, str]
    #: What was said of the columns.
    choice: tables.ColumnChoice
    sample: SampleRows
    #: The cells that cannot be used.
    bad: list[Problem] = field(default_factory=list)
    #: Complete once the rows have been taken.
    left_out_rows: list[Problem] = field(default_factory=list)
    #: Part of a full name → its place in a row, behind the values under the headings.
    parts_of_names: Mapping[str, int] = field(default_factory=dict)
    #: The title of its sheet, where that was asked for.
    sheet: str = ""
    #: The values that every row has.
    constants: Constants = NO_CONSTANTS
    is_whole: bool = True

    def __len__(self) -> int:
        return len(self.table)

    def __iter__(self) -> Iterator[NumberedRow]:
        """Yield each row's number in the sheet and its values, by field; the sample among others is left out."""
        bad = {problem.where.row for problem in self.bad}
        rows = ((number, row) for number, row in self._all_rows() if number not in bad) if bad else self._all_rows()
        return self.constants.filled(without_sample(rows, self.sample, self.left_out_rows))

    @property
    def every_row(self) -> Iterator[NumberedRow]:
        """Yield the rows with cells that cannot be used as well, without these cells."""
        return self.constants.filled(without_sample(self._all_rows(), self.sample, self.left_out_rows))

    @property
    def name(self) -> str:
        """The name of the file, without its folder."""
        return printable_name(self.file) if isinstance(self.file, Path) else self.file.name

    @property
    def folder(self) -> Path | None:
        """The folder of the file."""
        return self.file.parent if isinstance(self.file, Path) else None

    @property
    def sha256(self) -> str:
        """The SHA-256 of the file."""
        return self.table.sha256

    @property
    def digest(self) -> str:
        """What the values of each row are known by, with its number: the file's bytes, what its columns hold, the constants."""
        columns = sorted((heading, field) for field, heading in self.headings.items())
        where = [self.table.sheet, self.table.heading_rows]
        facts = [self.table.sha256, *where, self.choice.ignore, columns, sorted(self.constants.values.items())]
        return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()

    @property
    def is_sample(self) -> bool:
        """Whether every row is the form's sample."""
        if not self.sample.rows or not 0 < len(self) <= SAMPLE:
            return False
        return all(raw in self.sample for _row, raw in self._all_rows())

    @property
    def left_out(self) -> list[Problem]:
        """Notes on what is not yielded (other sheets, columns, rows that are no records), and on constants that were mended."""
        others = [] if self.sheet else other_sheets(self.table)
        return [*others, *self.constants.notes, *self.table.notes, *self.left_out_rows]

    def parts(self, size: int, first: int = 0) -> Iterator[Sequence[NumberedRow]]:
        """Yield the rows in chunks of `size`, from the one at index `first` on; unmade, where none of them is left out."""
        if self.bad or self.sample.rows:
            rows = islice(self, first, None)
            while part := tuple(islice(rows, size)):
                yield part
        else:
            span = replace(self._all_rows(), constants=self.constants.values)
            yield from (span[at : at + size] for at in range(first, len(span), size))

    def whole(self) -> TableRows:
        """Return itself."""
        return self

    def contradictions(self) -> Iterator[Problem]:
        """Yield the problems of cells that hold other values than the constants of their fields; the sample's are left out."""
        rows = without_sample(self._all_rows(), self.sample, [])
        yield from self.placed(self.constants.contradicted(rows, self.headings))

    def _all_rows(self) -> RowSpan:
        texts = [heading.text for heading in self.table.headings]
        parts = self.parts_of_names
        places = tuple(
            (field, parts[field] if field in parts else texts.index(heading)) for field, heading in self.headings.items()
        )
        return RowSpan(self.table.numbers, self.table.values, places)

    def with_bad(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return problems of `every_row`, placed, and those of the cells that these rows lack, in the order of the table."""
        cells = {(problem.where.row, key) for problem in self.bad for key in problem.where.key.split(", ")}
        placed = [each for each in self.placed(problems) if (each.where.row, each.where.key) not in cells]
        return sorted([*self.bad, *placed], key=lambda problem: problem.where.row or 0)

    def where(self, row: int | None, field: str = "") -> Where:
        """Return the place of a field's cell in a row, or of the row."""
        return self.table.where(row, self.headings.get(field, ""))

    def placed(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return problems of rows with file, column letter and heading added."""
        return [self._placed(problem) for problem in problems]

    def _placed(self, problem: Problem) -> Problem:
        if problem.where.row is None:
            return problem
        where = self.where(problem.where.row, problem.where.key)
        label = _label(where.key, problem.where)
        return problem.at(file=where.file, sheet=where.sheet, column=where.column or problem.where.column, label=label)

    def refuse_bad(self) -> None:
        """Raise DataError where a cell cannot be used."""
        if self.bad:
            raise DataError(self.bad)


def other_sheets(table: tables.RecordTable) -> list[Problem]:
    """Return a note on the sheets that are not read, where they hold something."""
    if not table.others:
        return []
    names = ", ".join(f"“{title}”" for title in table.others)
    message = _("only the sheet “{sheet}” is read; there is more on {others}", sheet=table.sheet, others=names[:500])
    hint = _("Move the sheet that is to be read to the front, or put all rows on one sheet.")
    return [Problem("sheets-left-out", message, hint, Where(file=table.file))]


def _label(heading: str, where: Where) -> str:
    """Return the heading where it says more than the field's name: a clerk looks for it in his table."""
    return where.label if heading in ("", where.key) else heading


def column_choice(
    ignore: Iterable[str] = (), columns: Mapping[str, str] | None = None, heading_rows: str = ""
) -> tables.ColumnChoice:
    """Return what a caller says of columns: those to leave out, headings with the fields that they hold, the headings' rows."""
    left_out = (ignore,) if isinstance(ignore, str) else tuple(ignore)
    return tables.ColumnChoice(left_out, dict(columns or {}), tables.heading_rows_of(heading_rows))


def read_table(
    file: File,
    fields: Iterable[Field],
    choice: tables.ColumnChoice = tables.NO_CHOICE,
    sample: Iterable[Mapping[str, object]] | None = None,
    sheet: str | None = None,
    constants: Constants = NO_CONSTANTS,
    lexicon: Lexicon = NO_LEXICON,
) -> TableRows:
    """Return the rows of a table under the names of `fields`; `choice` is what the caller says of its columns.

    `constants` are the values of every row; another value in a row is a bad cell. `lexicon` is what headings mean besides.
    `sample` are the rows that `forms sheet` writes, where they are not made of the fields' own samples. Cells that cannot be used
    are in `bad`.

    Raise DataError for a column without a field, and for a field that must be given and has no column; UsageError for a name in
    `choice`, or a `sheet`, that the table does not have.
    """
    return rows_of(tables.read(file, sheet, choice.rows), file, tuple(fields), choice, sample, sheet, constants, lexicon)


def rows_of(
    table: tables.RecordTable,
    file: File,
    fields: tuple[Field, ...],
    choice: tables.ColumnChoice,
    sample: Iterable[Mapping[str, object]] | None = None,
    sheet: str | None = None,
    constants: Constants = NO_CONSTANTS,
    lexicon: Lexicon = NO_LEXICON,
) -> TableRows:
    """Return the same for a table that was read from `file`."""
    required = {each.name: labelled(each.label) for each in fields if not each.optional and each.name not in constants.values}
    labels = labels_of(fields)
    columns = tables.columns(table, labels, choice, required, lexicon)
    table = replace(table, notes=(*table.notes, *tables.counters(table, labels, columns, choice, lexicon)))
    held = {part: heading for heading, field in columns.items() for part in tables.parts_of([field])}
    needed = [] if any(isinstance(field, Rows) for field in fields) else [held[name] for name in required if name in held]
    table, strays = tables.without_strays(table, needed, lexicon.no_record)
    apart = with_names_apart(table, columns)
    table, headings = apart.table, apart.headings
    given = [each for each in fields if each.name in headings and each.name not in constants.values]
    tables.refuse_empty_columns(table, {headings[each.name] for each in given if _must_be_given(each)})
    keys = {heading: ", ".join(name for name in headings if headings[name] == heading) for heading in headings.values()}
    rows = TableRows(
        file, table, headings, choice, _sample_of(table, file, fields, sample), parts_of_names=apart.places, sheet=sheet or "",
        constants=constants,
    )  # fmt: skip
    bad = [*strays, *apart.problems, *tables.bad_cells(table, keys, choice), *rows.contradictions()]
    rows.bad.extend(sorted(bad, key=lambda problem: problem.where.row or 0))
    return rows


def _must_be_given(field: Field) -> bool:
    try:
        field.read_missing()
    except Rejected:
        return True
    return False


def _sample_of(
    table: tables.RecordTable, file: File, fields: tuple[Field, ...], sample: Iterable[Mapping[str, object]] | None
) -> SampleRows:
    if file.suffix.lower() not in tables.SHEETS:
        return SampleRows(fields, ())  # a program wrote it: a row like the sample is meant
    return SampleRows(fields, [sample_record(fields)] if sample is None else sample, table)
