"""Files → one record of a form that gathers the rows of others, such as a consolidated list.

A workbook is one list (a sheet of its own fields, a sheet of its rows), or several: a sheet a list, named after it, after a
first sheet of the gathering form's own fields if need be. A table of one sheet is one list. A record file is a list, or holds the
gathering form's own fields, with rows or without; one without rows, all of whose fields that form has, is not a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from docgen import tables
from docgen.errors import DataError, Problem, Where
from docgen.fields import Field, Gathering, Rows, labels_of, unknown_name
from docgen.form import Form
from docgen.inputs.consolidation import GatheredRecord, ListDocument, ListedRow, gather
from docgen.inputs.files import is_table
from docgen.inputs.record import folder_of, read_raw, table_record
from docgen.inputs.sample_rows import SampleRows
from docgen.inputs.sources import Raw, RecordInput
from docgen.inputs.workbook import Lines, read_lines, read_workbook
from docgen.messages import _
from docgen.record import sample_record
from docgen.tables import File

#: What programs call a sheet that nobody has named.
UNNAMED = re.compile(r"(sheet|лист|парақ|бет|table|таблица)?[ _-]*\d*", re.IGNORECASE)


@dataclass(slots=True)
class FileContents:
    """What a file holds: values of the gathering form's own, or lists, or both."""

    own: Raw
    lists: list[ListDocument]


@dataclass(frozen=True, slots=True)
class _Gatherer:
    """Reads the files of one record: the form that gathers, its rows, the form of a list, and what is said of columns."""

    form: Form
    rows: Rows
    gathering: Gathering
    source: Form
    choice: tables.ColumnChoice

    def read(self, given: File | Raw) -> FileContents:
        """Return what a file, or a record that is given as an object, holds."""
        if isinstance(given, Mapping):
            return self._in_record(dict(given), "")
        return self._in_table(given) if is_table(given) else self._in_record(read_raw(given), str(given))

    def _in_table(self, file: File) -> FileContents:
        first, *others = tables.read_sheets(file)
        if not others:
            return FileContents({}, [_list(str(file), self.rows, table_record(self.form, file, self.choice))])
        if self._fits(first, self.source):
            return FileContents({}, [_list(str(file), self.rows, _workbook(self.source, file, self.choice))])
        if not self._fits(first, self.form):
            return FileContents({}, [self._sheet_list(sheet) for sheet in (first, *others)])
        if len(others) == 1:
            record = _workbook(self.form, file, self.choice)
            own = {key: value for key, value in record.raw.items() if key != self.rows.name}
            return FileContents(own, [_list(str(file), self.rows, record)])
        return FileContents(self._own_values(first), [self._sheet_list(sheet) for sheet in others])

    def _in_record(self, raw: dict[str, object], name: str) -> FileContents:
        given = raw.get(self.rows.name) or []
        if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
            hint = _("Give a list, each entry with its own fields.")
            raise DataError.because("not-rows", _("this is no list of rows"), hint, file=name, key=self.rows.name)
        if self.rows.name not in raw and raw and raw.keys() <= {field.name for field in self.form.fields}:
            return FileContents(raw, [])  # a list of nobody says so: `rows = []`
        found = _list(name, self.rows, RecordInput(raw))
        if self._is_gathering(found):
            return FileContents(found.own, [ListDocument(name, {}, found.rows)])
        known = [field.name for field in self.source.fields]
        if strange := [unknown_name(key, known).at(file=name) for key in found.own if key not in known]:
            raise DataError(strange)
        return FileContents({}, [found])

    def _is_gathering(self, found: ListDocument) -> bool:
        """Return whether a record is the gathering form's own: by a field, or a column, that a list does not have."""
        others = {field.name for field in self.form.fields} - {field.name for field in self.source.fields}
        columns = {name for name, _other in self.gathering.take}
        return not found.own.keys().isdisjoint(others) or any(not row.values.keys().isdisjoint(columns) for row in found.rows)

    def _fits(self, table: tables.RecordTable, form: Form) -> bool:
        """Return whether all headings of a sheet are the form's own."""
        try:
            return bool(tables.columns(table, labels_of(form.own_fields), self.choice.within(table)))
        except DataError:
            return False

    def _own_values(self, table: tables.RecordTable) -> dict[str, object]:
        lines = list(self._lines(self.form.own_fields, table))
        if len(lines) != 1:
            message = _("the first sheet holds {count} records, where one is expected", count=len(lines))
            hint = _("Keep one row under the headings.")
            raise DataError.because("sheet-shape", message, hint, file=table.file, key=table.sheet)
        return lines[0][1]

    def _sheet_list(self, table: tables.RecordTable) -> ListDocument:
        """Return the rows of a sheet as a list that goes by the sheet's name."""
        lines, rows = self._lines(self.rows.fields, table), self.rows
        numbered = list(lines)
        record = RecordInput(
            {rows.name: [row for _number, row in numbered]},
            list(lines.table.notes),
            places={f"{rows.name}[{count}].": (lines, number) for count, (number, _row) in enumerate(numbered, 1)},
        )
        found = _list(f"{table.file}: {table.sheet}", rows, record)
        is_named = not UNNAMED.fullmatch(table.sheet.strip())
        own = {other: table.sheet for _name, other in self.gathering.take} if is_named else {}
        return ListDocument(found.name, own, found.rows, found.left_out)

    def _lines(self, fields: Iterable[Field], table: tables.RecordTable) -> Lines:
        return read_lines(fields, table, SampleRows((), ()), self.choice, self.form.lexicon)


def gather_files(
    form: Form,
    source: Form,
    given: Sequence[File | Raw],
    values: Raw,
    choice: tables.ColumnChoice,
) -> GatheredRecord:
    """Return the record of `form` gathered from files, or from records as objects; `source` is the form of a list.

    Raise DataError for a file that holds neither a list nor what the document itself says.
    """
    rows = form.gathering
    assert rows is not None
    assert rows.gathers is not None
    gatherer = _Gatherer(form, rows, rows.gathers, source, choice)
    found: list[FileContents] = []
    for each in given:
        here = gatherer.read(each)
        if here.own and any(other.own for other in found):
            hint = _("Give it in one file, and the lists in others.")
            file = "" if isinstance(each, Mapping) else str(each)
            raise DataError.because("document-twice", _("a second file says what the document itself holds"), hint, file=file)
        found.append(here)
    own = {key: value for contents in found for key, value in contents.own.items()}
    lists, left_out = _without_sample(form, rows, found)
    record = gather(form, own | dict(values), lists)
    record.left_out[:0] = left_out
    record.folder = folder_of(given[0]) if given else None
    return record


def _without_sample(form: Form, rows: Rows, found: list[FileContents]) -> tuple[list[ListDocument], list[Problem]]:
    """Return the lists without the rows of a head that are the form's sample, and notes on these.

    `forms sample` writes such a head; the people of the sample would be put into somebody's list. They stay if they are alone.
    """
    given = sample_record(form.fields).get(rows.name)
    sample = SampleRows(rows.fields, given if isinstance(given, list) else ())
    lists = [each for contents in found for each in contents.lists]
    heads = [each for contents in found if contents.own for each in contents.lists]
    samples = [each for each in heads if all(row.values in sample for row in each.rows)]
    if len(samples) == len(lists):
        return lists, []
    message = _("the rows are the sample, unchanged; they are left out, because there are others")
    notes = [Problem("sample-left-out", message, "", Where(file=each.name, key=rows.name)) for each in samples if each.rows]
    return [each for each in lists if each not in samples], notes


def _workbook(form: Form, file: File, choice: tables.ColumnChoice) -> RecordInput:
    """Return the record in a workbook that is known to have several sheets."""
    record = read_workbook(form, file, choice)
    assert record is not None
    return record


def _list(name: str, rows: Rows, record: RecordInput) -> ListDocument:
    """Return a record that was read as a list."""

    def listed(number: int, values: Raw) -> ListedRow:
        def place(field: str) -> Where:
            problem = Problem("", "", where=Where(file=name, key=f"{rows.name}[{number}].{field}"))
            return record.placed([problem])[0].where

        return ListedRow(values, place)

    own = {key: value for key, value in record.raw.items() if key != rows.name}
    given = record.raw.get(rows.name) or []
    assert isinstance(given, list)
    return ListDocument(name, own, [listed(number, values) for number, values in enumerate(given, 1)], record.left_out)
