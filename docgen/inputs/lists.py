"""Files → one record of a form that gathers the rows of others, such as a consolidated list.

A workbook is one list (a sheet of its own fields, a sheet of its rows), or several: a sheet a list, named after it, behind a
first sheet of the gathering form's own fields if need be. A table of one sheet is one list. A record file is a list, or holds the
gathering form's own fields, with rows or without.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from docgen import tables
from docgen.errors import DataError, Problem, Where
from docgen.fields import Rows, labels_of, unknown_name
from docgen.form import Form
from docgen.inputs.consolidation import Gathered, List, Listed, gather
from docgen.inputs.files import is_table, read_raw, table_record
from docgen.inputs.sample_rows import SampleRows
from docgen.inputs.workbook import Lines, WorkbookRecord, read_lines, read_workbook
from docgen.messages import _

#: What programs call a sheet that nobody has named.
UNNAMED = re.compile(r"(sheet|лист|парақ|бет|table|таблица)?[ _-]*\d*", re.IGNORECASE)


@dataclass(slots=True)
class Found:
    """What a file holds: values of the gathering form's own, or lists, or both."""

    own: Mapping[str, object]
    lists: list[List]


def gather_files(form: Form, source: Form, names: Sequence[str], settings: Mapping[str, str], choice: tables.Choice) -> Gathered:
    """Return the record of `form` gathered from all files; `source` is the form of a list.

    DataError for a file that holds neither a list nor what the document itself says.
    """
    found: list[Found] = []
    for name in names:
        here = _in_table(form, source, Path(name), choice) if is_table(Path(name)) else _in_record(form, source, name)
        if here.own and any(each.own for each in found):
            hint = _("Give it in one file, and the lists in others.")
            raise DataError.because("document-twice", _("a second file says what the document itself holds"), hint, file=name)
        found.append(here)
    own = {key: value for each in found for key, value in each.own.items()}
    return gather(form, own | dict(settings), [each for here in found for each in here.lists])


def _in_table(form: Form, source: Form, path: Path, choice: tables.Choice) -> Found:
    first, *others = tables.read_sheets(path)
    rows = form.gathering
    if not others:
        return Found({}, [_list(str(path), rows, table_record(form, path, choice))])
    if _fits(first, source, choice):
        return Found({}, [_list(str(path), rows, read_workbook(source, path, choice))])
    if not _fits(first, form, choice):
        return Found({}, [_sheet_list(rows, sheet, choice) for sheet in (first, *others)])
    if len(others) == 1:
        record = read_workbook(form, path, choice)
        own = {key: value for key, value in record.raw.items() if key != rows.name}
        return Found(own, [_list(str(path), rows, record)])
    return Found(_own_values(form, first, choice), [_sheet_list(rows, sheet, choice) for sheet in others])


def _in_record(form: Form, source: Form, name: str) -> Found:
    raw, rows = read_raw(name), form.gathering
    given = raw.get(rows.name) or []
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        hint = _("Give a list, each entry with its own fields.")
        raise DataError.because("not-rows", _("this is no list of rows"), hint, file=name, key=rows.name)
    found = _list(name, rows, WorkbookRecord(raw))
    if _is_gathering(form, source, found):
        return Found(found.own, [List(name, {}, found.rows)])
    known = [field.name for field in source.fields]
    if strange := [unknown_name(key, known).at(file=name) for key in found.own if key not in known]:
        raise DataError(strange)
    return Found({}, [found])


def _is_gathering(form: Form, source: Form, found: List) -> bool:
    """Return whether a record is the gathering form's own: by a field, or a column, that a list does not have."""
    others = {field.name for field in form.fields} - {field.name for field in source.fields}
    columns = {name for name, _other in form.gathering.gathers.take}
    return not found.own.keys().isdisjoint(others) or any(not row.values.keys().isdisjoint(columns) for row in found.rows)


def _list(name: str, rows: Rows, record: WorkbookRecord) -> List:
    """Return a record that was read as a list."""

    def listed(number: int, values: Mapping[str, object]) -> Listed:
        def place(field: str) -> Where:
            problem = Problem("", "", where=Where(file=name, key=f"{rows.name}[{number}].{field}"))
            return record.placed([problem])[0].where

        return Listed(values, place)

    own = {key: value for key, value in record.raw.items() if key != rows.name}
    given = record.raw.get(rows.name) or []
    return List(name, own, [listed(number, values) for number, values in enumerate(given, 1)], record.left_out)


def _fits(table: tables.Table, form: Form, choice: tables.Choice) -> bool:
    """Return whether all headings of a sheet are the form's own."""
    try:
        return bool(tables.columns(table, labels_of(form.own_fields), choice.within(table)))
    except DataError:
        return False


def _own_values(form: Form, table: tables.Table, choice: tables.Choice) -> dict[str, object]:
    lines = list(_lines(form.own_fields, table, choice))
    if len(lines) != 1:
        message = _("the first sheet holds {count} records, where one is expected", count=len(lines))
        raise DataError.because("sheet-shape", message, _("Keep one row under the headings."), file=table.file, key=table.sheet)
    return lines[0][1]


def _sheet_list(rows: Rows, table: tables.Table, choice: tables.Choice) -> List:
    """Return the rows of a sheet as a list that goes by the sheet's name."""
    lines = _lines(rows.fields, table, choice)
    numbered = list(lines)
    record = WorkbookRecord(
        {rows.name: [row for _number, row in numbered]},
        places={f"{rows.name}[{count}].": (lines, number) for count, (number, _row) in enumerate(numbered, 1)},
    )
    found = _list(f"{table.file}: {table.sheet}", rows, record)
    is_named = not UNNAMED.fullmatch(table.sheet.strip())
    return List(found.name, {other: table.sheet for _name, other in rows.gathers.take} if is_named else {}, found.rows)


def _lines(fields: Iterable, table: tables.Table, choice: tables.Choice) -> Lines:
    return read_lines(fields, table, SampleRows((), ()), choice)
