"""What the commands are given: record files, tables, standard input → the raw values of records."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from docgen import tables
from docgen.errors import DataError, Problem, UsageError, Where
from docgen.fields import Field, Rows
from docgen.form import Form, form_for, load_form
from docgen.messages import _, labelled
from docgen.record import sample_record
from docgen.recordfiles import SIZE_LIMIT, parse_record, read_record_file
from docgen.samplerows import SampleRows, without_sample
from docgen.workbook import WorkbookRecord, read_workbook, sample_lines


def form_and_record(
    form_id: str, name: str, settings: Mapping[str, str], ignore: Iterable[str], forms: Path | None, on: date | None
) -> tuple[Form, WorkbookRecord]:
    """Return a raw record (`record_for`) and its form, in the wording of `on` or of the record's own date."""
    form = load_form(form_id, forms, on)
    record = record_for(form, name, settings, ignore)
    dated = form_for(form_id, record.raw, forms, on)
    if dated is not form and _is_table(Path(name)):
        record = record_for(dated, name, settings, ignore)
    return dated, record


def record_for(form: Form, name: str, settings: Mapping[str, str], ignore: Iterable[str]) -> WorkbookRecord:
    """Return the raw record in a file, in standard input (`-`), in a workbook or in a table, and where its values stand."""
    path = Path(name)
    if _is_table(path):
        record = read_workbook(form, path, ignore) or _table_record(form, path, ignore)
    else:
        record = WorkbookRecord(read_raw(name))
    record.raw |= settings
    return record


def _table_record(form: Form, path: Path, ignore: Iterable[str]) -> WorkbookRecord:
    """Return the record that a table of one sheet makes: its rows for a form of rows, else its one row."""
    rows = next((field for field in form.fields if isinstance(field, Rows)), None)
    source = read_table(path, rows.fields if rows else form.fields, ignore, sample_lines(rows) if rows else None)
    numbered = list(source.rows)
    if rows is None and len(numbered) > 1:
        message = _("“{id}” takes one record, and this is a table of {count}", id=form.id, count=len(numbered))
        hint = _("Use: docgen batch {id} TABLE -o DIR", id=form.id)
        raise UsageError.because("form-not-rows", message, hint, file=str(path))
    before = (lambda count: f"{rows.name}[{count}].") if rows else lambda _count: ""
    raw = {rows.name: [row for _number, row in numbered]} if rows else dict(numbered[0][1])
    places = {before(count): (source, number) for count, (number, _row) in enumerate(numbered, 1)}
    return WorkbookRecord(raw, source.left_out, places)


def read_raw(name: str) -> dict[str, object]:
    """Return the values in a file of JSON, TOML or YAML, or in standard input (`-`)."""
    if name == "-":
        return parse_record(sys.stdin.buffer.read(SIZE_LIMIT + 1), "-")
    return read_record_file(Path(name))


def _is_table(path: Path) -> bool:
    return path.suffix.lower() in tables.FORMATS and not _is_record(path)


def _is_record(path: Path) -> bool:
    """JSON holds a record as well as a table: a table is a list."""
    if path.suffix.lower() != ".json":
        return False
    try:
        with path.open("rb") as file:
            return not file.read(64).lstrip().startswith(b"[")
    except (OSError, ValueError):
        return True  # whoever reads it tells what is wrong with it


@dataclass(frozen=True, slots=True)
class TableInput:
    """A table read for a form: its rows under the names of fields, and how to tell the cell that a problem is about."""

    table: tables.Table
    #: Field → the heading that holds it.
    headings: Mapping[str, str]
    sample: SampleRows
    #: Told once the rows have been taken.
    left_out: list[Problem] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.table)

    def __iter__(self) -> Iterator[tuple[int, dict[str, object]]]:
        return self.rows

    @property
    def rows(self) -> Iterator[tuple[int, dict[str, object]]]:
        """Give each row's number in the sheet and its values, named as they are asked for; the sample beside others not."""
        return without_sample(self._all_rows(), self.sample, self.left_out)

    def _all_rows(self) -> Iterator[tuple[int, dict[str, object]]]:
        texts = [heading.text for heading in self.table.headings]
        places = [(field, texts.index(heading)) for field, heading in self.headings.items()]
        width = 1 + max((index for _field, index in places), default=0)
        for number, values in zip(self.table.numbers, self.table.values, strict=True):
            if len(values) < width:
                values += (None,) * (width - len(values))
            yield number, {field: value for field, index in places if (value := values[index]) is not None}

    def where(self, row: int | None, name: str = "") -> Where:
        """Return the place of a field's cell in a row, or of the row."""
        return self.table.where(row, self.headings.get(name, ""))

    def placed(self, problems: Iterable[Problem]) -> list[Problem]:
        """Return problems of rows with file, column letter and heading added."""
        return [self._placed(problem) for problem in problems]

    def _placed(self, problem: Problem) -> Problem:
        if problem.where.row is None:
            return problem
        heading = self.headings.get(problem.where.key)
        if heading is None:
            return problem.at(file=self.table.file)
        where = self.table.where(problem.where.row, heading)
        return problem.at(file=where.file, column=where.column, label=heading)


def read_table(
    path: Path, fields: Iterable[Field], ignore: Iterable[str] = (), sample: Iterable[Mapping[str, object]] | None = None
) -> TableInput:
    """Return the rows of a table under the names of `fields`; headings in `ignore` are left out (`tables.columns`).

    `sample` are the rows that `forms sheet` writes, where they are not made of the fields' own samples.

    DataError for a column without a field, and for a field that must be given and has no column; UsageError for a name in
    `ignore` that the table does not have.
    """
    fields = tuple(fields)
    table = tables.read(path)
    columns = tables.columns(table, {field.name: tuple(field.label.values()) for field in fields}, ignore)
    missing = [field for field in fields if not field.optional and field.name not in columns.values()]
    if missing:
        raise DataError([_missing(table, field) for field in missing])
    if problems := tables.bad_cells(table, columns, ignore):
        raise DataError(problems)
    sample = SampleRows(fields, [sample_record(fields)] if sample is None else sample)
    return TableInput(table, {field: heading for heading, field in columns.items()}, sample)


def _missing(table: tables.Table, field: Field) -> Problem:
    label = labelled(field.label)
    message = _("there is no column for the field “{name}”", name=field.name)
    hint = _("Add a column headed “{label}” or “{name}”.", label=label, name=field.name)
    return Problem("column-missing", message, hint, Where(file=table.file, key=field.name))
