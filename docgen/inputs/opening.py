"""The doors: whatever a caller gives for many records becomes a RowSource here, once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from docgen import tables
from docgen.errors import UsageError, visible
from docgen.fields import Field
from docgen.form import Form, given_form, load_form
from docgen.inputs.constants import constants_of
from docgen.inputs.files import GivenFile, file_of, is_file
from docgen.inputs.journal import journal_fields
from docgen.inputs.plain import PlainRows
from docgen.inputs.sources import NumberedRow, Raw, RowSource, is_row_source
from docgen.inputs.stream import read_stream
from docgen.inputs.table import column_choice, read_table
from docgen.inputs.workbook import sample_lines
from docgen.messages import _
from docgen.tables import FileBytes
from docgen.tables.source import empty

#: What many records can be given as.
GivenRows = RowSource | GivenFile | Iterable[Raw] | Iterable[NumberedRow]


def open_table(
    source: GivenFile,
    form: Form | str,
    *,
    format: str | None = None,
    sheet: str | None = None,
    ignore: Iterable[str] = (),
    columns: Mapping[str, str] | None = None,
    heading_rows: str = "",
    constants: Mapping[str, object] | None = None,
    register: bool = False,
    forms: Path | str | None = None,
    on: date | None = None,
) -> RowSource:
    """Return the rows of a table for `render`, `check` and `batch`, each under the names of the form's fields.

    `source` is a path, the content as bytes, or a binary stream; `format` (xlsx, ods, csv, tsv, json, jsonl) is needed where
    neither a name nor the content says it: CSV in bytes. `sheet` is the title of a sheet, instead of the first visible one.
    Headings are the fields' names or labels in any language; `columns` maps others to the fields that they hold, `ignore`
    names those to leave out, `*` all that are no field's. `heading_rows` (`4`, or `4-5` for groups over their parts) hold the
    headings, which are found without it. `constants` are values that every row has, by field: it needs no
    column, and a cell that holds another value is a problem. With `register` the table is to be numbered by a register: it needs
    no number, and the journal's columns (IIN, position, place of work) are read too. Of a form of many rows, such as a register,
    the table holds these rows.

    Raise DataError for a table that cannot be read or whose columns do not fit, UsageError for a wrong call. Cells that cannot
    be used, and whatever is wrong with single values, are problems of `check` and `batch`, each with its cell.
    """
    loaded = load_form(form, forms, on) if isinstance(form, str) else given_form(form)
    if not is_file(source):
        message = _("“{value}” is no table", value=visible(repr(source)[:60]))
        raise UsageError.because("table-wrong", message, _("Give a path, the content as bytes, or a binary stream."))
    file = file_of(source, format)
    if isinstance(file, FileBytes) and not file.suffix:
        if not file.content:
            raise empty(file.name, "")
        hint = _("Say it: format={names}.", names=", ".join(f'"{each[1:]}"' for each in tables.FORMATS))
        raise UsageError.because("format-missing", _("the format of the table is not certain"), hint, file=file.name)
    choice = column_choice(ignore, columns, heading_rows)
    rows = loaded.rows[0] if loaded.rows else None
    fields = rows.fields if rows else table_fields(loaded, register, forms)
    same = constants_of(constants, fields)
    if file.suffix.lower() in tables.RECORDS and sheet is None and choice.rows is None:
        return read_stream(file, fields, choice, same, loaded.lexicon)
    return read_table(file, fields, choice, sample_lines(rows) if rows else None, sheet, same, loaded.lexicon)


def open_rows(rows: GivenRows, form: Form, *, register: bool = False, forms: Path | str | None = None) -> RowSource:
    """Return the RowSource of whatever `batch`, `check` or `render_each` is given; raise UsageError for what has no rows."""
    if is_row_source(rows):
        return rows
    if is_file(rows):
        return open_table(rows, form, register=register, forms=forms)
    if isinstance(rows, Mapping):
        message, hint = _("this is one record, not a list of records"), _("Put it into a list, or use render.")
    elif isinstance(rows, set | frozenset):
        message, hint = _("a set has no order, and records need one"), _("Give a list.")
    elif not isinstance(rows, Iterable):
        message = _("“{value}” is no list of records", value=visible(repr(rows)[:60]))
        hint = _("Give records, a table's file, or what open_table returns.")
    else:
        return PlainRows(rows)  # type: ignore[arg-type]  # what they are is found when they are read
    raise UsageError.because("rows-wrong", message, hint)


def table_fields(form: Form, register: bool, forms: Path | str | None) -> tuple[Field, ...]:
    """Return the fields that a table's columns are for; with a register no number need be among them."""
    if not register:
        return form.fields
    own = [replace(field, optional=True) if field.name == "number" else field for field in form.fields]
    return (*own, *journal_fields(form, forms))
