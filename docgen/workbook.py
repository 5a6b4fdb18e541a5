"""A workbook as one nested record: the first sheet holds the form's own fields, each further one a list of its rows.

On the first sheet a heading row stands over one row of values; a list of texts stands in one cell, a text a line. A sheet of
rows is named as its field or label, or comes in the fields' order. Where rows hold rows again (a task and its functions), their
columns stand side by side: a line that repeats the outer values or leaves them empty goes on with the same outer row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from docgen import tables
from docgen.errors import DataError
from docgen.fields import Field, Rows, Texts
from docgen.form import Form
from docgen.messages import _

Raw = dict[str, object]


def read_workbook(form: Form, path: Path, ignore: Iterable[str] = ()) -> Raw | None:
    """Return the record in a workbook of several sheets; None when it has one sheet alone, which is then a table of rows.

    DataError for a sheet that cannot be read, a first sheet of more than one record, or a sheet that belongs to no field.
    """
    first, *others = tables.read_sheets(path)
    if not others:
        return None
    own = [field for field in form.fields if not isinstance(field, Rows)]
    lists = {field.name: field for field in form.fields if isinstance(field, Rows)}
    if len(first) != 1:
        message = _("the first sheet holds {count} records, where one is expected", count=len(first))
        raise DataError.because("sheet-shape", message, _("Keep one row under the headings."), file=first.file, key=first.sheet)
    raw = _own_values(own, first, ignore)
    for number, table in enumerate(others):
        field = _field_of(table, lists, number)
        raw[field.name] = _rows(field, table, ignore)
    return raw


def _own_values(fields: list[Field], table: tables.Table, ignore: Iterable[str]) -> Raw:
    columns = _columns(fields, table, ignore)
    values = {columns[heading]: value for heading, value in table.rows[0].cells.items() if heading in columns}
    lists = {field.name for field in fields if isinstance(field, Texts)}
    return {name: str(value).splitlines() if name in lists else value for name, value in values.items()}


def _columns(fields: Iterable[Field], table: tables.Table, ignore: Iterable[str]) -> dict[str, str]:
    columns = tables.columns(table, {field.name: tuple(field.label.values()) for field in fields}, ignore)
    if problems := tables.bad_cells(table, columns, ignore):
        raise DataError(problems)
    return columns


def _field_of(table: tables.Table, lists: Mapping[str, Rows], number: int) -> Rows:
    """Return the field that a sheet holds: by its title, else by its place among the sheets."""
    for field in lists.values():
        if table.sheet.casefold() in {name.casefold() for name in (field.name, *field.label.values())}:
            return field
    if number < len(lists):
        return list(lists.values())[number]
    hint = _("Name it as one of: {names}.", names=", ".join(lists))
    raise DataError.because("sheet-unknown", _("the form has no rows for this sheet"), hint, file=table.file, key=table.sheet)


def _rows(field: Rows, table: tables.Table, ignore: Iterable[str]) -> list[Raw]:
    """Return the rows of a sheet, those of a field within them gathered under the outer row that they belong to."""
    outer = [each for each in field.fields if not isinstance(each, Rows)]
    inner = next((each for each in field.fields if isinstance(each, Rows)), None)
    columns = _columns([*outer, *(inner.fields if inner else ())], table, ignore)
    rows: list[Raw] = []
    for line in table:
        values = {columns[heading]: value for heading, value in line.cells.items() if heading in columns}
        own = {each.name: values.pop(each.name) for each in outer if each.name in values}
        if inner is None:
            rows.append(own)
            continue
        if not rows or (own and own != {name: rows[-1].get(name) for name in own}):
            rows.append(own | {inner.name: []})
        if values:
            rows[-1][inner.name].append(values)
    return rows
