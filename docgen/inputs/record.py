"""One record, from whatever it is given as: an object, a record file, a workbook, a table, or several lists to be gathered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from docgen import tables
from docgen.errors import DataError, UsageError, visible
from docgen.form import Form, form_for, given_form, load_form, load_gathered
from docgen.inputs.files import GivenFile, file_of, is_file, is_table
from docgen.inputs.record_file import READERS, parse_record, read_record_file
from docgen.inputs.sources import Cells, Raw, RecordInput, RecordSource, RowSource, is_record_source, is_row_source, placing
from docgen.inputs.table import column_choice, read_table
from docgen.inputs.workbook import read_workbook, sample_lines
from docgen.messages import _
from docgen.record import Record, read_record
from docgen.tables import File

#: What a record can be given as; a list of them for a form that gathers lists.
GivenRecord = Raw | GivenFile | RowSource | RecordSource | Sequence[GivenFile | Raw]


def open_record(
    form: Form | str,
    given: GivenRecord,
    *,
    values: Raw | None = None,
    format: str | None = None,
    ignore: Iterable[str] = (),
    columns: Mapping[str, str] | None = None,
    forms: Path | str | None = None,
    on: date | None = None,
) -> tuple[Form, RecordSource]:
    """Return the raw record that is given and its form, in the edition of `on` or of the record's own date.

    `values` are fields given in the call; they win over those of the record. `format`, `ignore` and `columns` are those of
    `open_table`. Raise DataError or UsageError for a record that cannot be read, or several where the form takes one.
    """
    loaded = load_form(form, forms, on) if isinstance(form, str) else given_form(form)
    if is_record_source(given):
        return loaded, given
    choice = column_choice(ignore, columns)
    parts = list(_parts(given, format))
    record = _record(loaded, parts, values or {}, choice, forms, on)
    if not isinstance(form, str):
        return loaded, record
    dated = form_for(form, record.raw, forms, on)
    if dated is not loaded and any(isinstance(part, Path | tables.FileBytes) and is_table(part) for part in parts):
        record = _record(dated, parts, values or {}, choice, forms, on)
    return dated, record


def _parts(given: object, format: str | None) -> Iterator[File | Raw | RowSource]:
    """Yield each thing that is given: a file, a record as an object, or rows; raise UsageError for what is none of these."""
    if is_file(given):
        yield file_of(given, format)
    elif isinstance(given, Mapping) or is_row_source(given):
        yield given
    elif isinstance(given, list | tuple) and given:
        for each in given:
            yield from _parts(each, format)
    elif given is None:
        hint = _('A blank to fill by hand takes no record: render(form, print="blank").')
        raise UsageError.because("record-missing", _("no record is given"), hint)
    else:
        message = _("“{value}” is no record", value=visible(repr(given)[:60]))
        hint = _("Give a mapping of fields to values, a file, or what open_table returns.")
        raise UsageError.because("record-wrong", message, hint)


def _record(
    form: Form,
    parts: Sequence[File | Raw | RowSource],
    values: Raw,
    choice: tables.ColumnChoice,
    forms: Path | str | None,
    on: date | None,
) -> RecordSource:
    files = [part for part in parts if isinstance(part, Path | tables.FileBytes | Mapping)]
    if form.gathering and len(files) == len(parts):
        from docgen.inputs.lists import gather_files

        return gather_files(form, load_gathered(form, forms, on), files, values, choice)
    if len(parts) > 1:
        message = _("“{id}” is made of one record, and {count} files are given", id=form.id, count=len(parts))
        raise UsageError.because("records-several", message, _("Use: docgen batch {id} TABLE -o DIR", id=form.id))
    record = _single(form, parts[0], choice)
    record.raw |= values
    record.given.update(values)
    return record


def _single(form: Form, given: File | Raw | RowSource, choice: tables.ColumnChoice) -> RecordInput:
    if isinstance(given, Mapping):
        return RecordInput(dict(given))
    if not isinstance(given, Path | tables.FileBytes):
        return record_of_rows(form, given)
    if is_table(given):
        return read_workbook(form, given, choice) or table_record(form, given, choice)
    return RecordInput(read_raw(given), file=str(given), folder=folder_of(given))


def table_record(form: Form, file: File, choice: tables.ColumnChoice) -> RecordInput:
    """Return the record that a table of one sheet makes: its rows for a form of rows, else its one row."""
    rows = form.rows[0] if form.rows else None
    fields, sample = (rows.fields, sample_lines(rows)) if rows else (form.fields, None)
    source = read_table(file, fields, choice, sample, lexicon=form.lexicon)
    return record_of_rows(form, source)


def record_of_rows(form: Form, source: RowSource) -> RecordInput:
    """Return the record that rows make: the rows of the document for a form of rows, else the one row there is.

    Raise DataError for cells that cannot be used, UsageError for several rows where the form takes one record.
    """
    rows = form.rows[0] if form.rows else None
    numbered = list(source)
    if source.bad:
        raise DataError(list(source.bad))
    if rows is None and len(numbered) != 1:
        message = _("“{id}” takes one record, and this is a table of {count}", id=form.id, count=len(numbered))
        hint = _("Use: docgen batch {id} TABLE -o DIR", id=form.id)
        raise UsageError.because("form-not-rows", message, hint, file=source.where(None).file)
    raw: dict[str, object] = {rows.name: [row for _number, row in numbered]} if rows else dict(numbered[0][1])
    places: dict[str, tuple[Cells, int | None]] = {
        f"{rows.name}[{count}]." if rows else "": (source, number) for count, (number, _row) in enumerate(numbered, 1)
    }
    return RecordInput(raw, source.placed(source.left_out), places, source.where(None).file, source.folder)


def read_raw(file: File) -> dict[str, object]:
    """Return the values in a file of JSON, TOML or YAML."""
    if isinstance(file, Path):
        return read_record_file(file)
    return parse_record(file.content, file.name, READERS.get(file.suffix.lower()))


def folder_of(given: object) -> Path | None:
    """Return the folder of a file, in which its pictures lie; None for what has none."""
    return given.parent if isinstance(given, Path) else None


def read_given(form: Form, source: RecordSource, *, skip_doubles: bool = False) -> Record:
    """Return the record of a source; raise DataError with every problem in its place, a person in two lists among them.

    With `skip_doubles` such a person's later rows are left out, with a note. The record's notes are placed too.
    """
    if skip_doubles and not form.gathering:
        message = _("“{id}” does not gather lists: there is nobody to skip", id=form.id)
        raise UsageError.because("form-not-gathering", message, _("Leave --skip-doubles out."))
    problems = [*source.problems, *([] if skip_doubles else source.doubles)]
    left_out = [*source.left_out, *(replace(double, hint="") for double in source.doubles)]
    with placing(source):
        try:
            record = read_record(form, source.raw)
        except DataError as error:
            raise DataError(problems + error.problems, error.notes) from None
    if problems:
        raise DataError(problems)
    return Record(record.values, (*left_out, *source.placed(record.notes)))
