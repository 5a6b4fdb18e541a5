"""A table in which a column names the form of each row → its rows form by form, each form's as if they were a table alone."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from docgen import tables
from docgen.errors import DataError, Problem, UsageError, nearest_hint, visible
from docgen.fields import labels_of
from docgen.form import Form, form_ids, load_form
from docgen.inputs.constants import constants_of
from docgen.inputs.opening import table_fields
from docgen.inputs.table import TableRows, column_choice, rows_of
from docgen.messages import _
from docgen.tables import RecordTable
from docgen.tables.spellings import Spellings, compared


class FormNames:
    """What a cell may call the forms that make a document a row: id, title in any language, or what offices write."""

    def __init__(self, forms: Path | str | None, on: date | None = None):
        loaded = [load_form(each, forms) for each in form_ids(forms)]
        self._forms, self._on = forms, on
        self._ids: dict[str, set[str]] = {}
        self._names: list[str] = []
        for form in (form for form in loaded if not form.rows):
            for name in (form.id, *form.title.values(), *form.lexicon.forms.get(form.id, ())):
                self._ids.setdefault(compared(name), set()).add(form.id)
                self._names.append(name)

    def meant(self, value: object) -> str:
        """Return the id of the form that a cell names; empty where it names none, or several."""
        ids = self._ids.get(compared(str(value)), set()) if isinstance(value, str) else set()
        return next(iter(ids)) if len(ids) == 1 else ""

    def nearest(self, value: object) -> str:
        """Return a hint with the form that a cell was probably meant to name."""
        near = get_close_matches(str(value), self._names, 1)
        return nearest_hint(str(value), near or sorted(set().union(*self._ids.values())))

    def loaded(self, name: str) -> Form:
        """Return the form of an id."""
        return load_form(name, self._forms, self._on)


@dataclass(slots=True)
class _Part:
    """The rows of one form: their places in the table, and the problems of cells that name none."""

    form: str
    places: list[int]
    #: Problem of the form's cell, by row. A row that is no record at all has it taken away again.
    unnamed: dict[int, Problem]


def columns_of_forms(table: RecordTable, names: FormNames) -> list[str]:
    """Return the headings of columns in which cells name forms, and more than one of them: courses of two kinds in a table."""
    found = []
    for heading, values in _columns(table):
        meant = {names.meant(value) for value in values if value is not None}
        if "" not in meant and len(meant) > 1:
            found.append(heading)
    return found


def forms_in(table: RecordTable, column: str, names: FormNames) -> list[str]:
    """Return the ids of the forms that the cells of a column name, in their order; UsageError for a column that is not there."""
    at = _place_of(table, column)
    meant = (names.meant(row[at]) for row in table.values if at < len(row))
    return list(dict.fromkeys(filter(None, meant)))


def rows_by_form(
    file: tables.File,
    column: str,
    *,
    sheet: str | None = None,
    ignore: Iterable[str] = (),
    columns: Mapping[str, str] | None = None,
    heading_rows: str = "",
    constants: Mapping[str, object] | None = None,
    register: bool = False,
    forms: Path | str | None = None,
    on: date | None = None,
) -> list[tuple[Form, TableRows]]:
    """Return each form that the cells of a column name, with its rows; parameters as of `open_table`.

    A column that only some of the forms have a field for may be empty in the rows of the others. A cell that names no form is a
    bad cell of its row (`form-unknown`), an empty one too (`form-missing`), but not in a row that is no record. Raise UsageError
    for a column that is not there; DataError if no cell names a form, and with every column that does not fit.
    """
    choice = column_choice(ignore, columns, heading_rows)
    table = tables.read(file, sheet, choice.rows)
    at = _place_of(table, column)
    names = FormNames(forms, on)
    parts = _parts(table, at, names)
    tables.refuse_absent_columns(table, choice)
    found: list[tuple[Form, TableRows]] = []
    problems: list[Problem] = []
    for part in parts:
        form = names.loaded(part.form)
        fields = table_fields(form, register, forms)
        own = _own_table(table, at, part, Spellings(labels_of(fields), form.lexicon), is_first=not found)
        try:
            own_choice = replace(choice, ignore=(*choice.ignore, table.headings[at].text)).within(own)
            rows = rows_of(own, file, fields, own_choice, None, sheet, constants_of(constants, fields), form.lexicon)
        except DataError as error:
            problems += [problem for problem in error.problems if problem not in problems]
            continue
        records = set(rows.table.numbers)
        rows.bad.extend(problem for row, problem in part.unnamed.items() if row in records)
        rows.bad.sort(key=lambda problem: problem.where.row or 0)
        found.append((form, rows))
    if problems:
        raise DataError(problems)
    return found


def _columns(table: RecordTable) -> Iterator[tuple[str, list[object]]]:
    for index, heading in enumerate(table.headings):
        yield heading.text, [row[index] if index < len(row) else None for row in table.values]


def _place_of(table: RecordTable, column: str) -> int:
    """Return the place of the column among the headings; raise UsageError if there is none."""
    texts = [heading.text for heading in table.headings]
    found = next((index for index, text in enumerate(texts) if compared(text) == compared(column)), None)
    if found is None:
        message = _("the table has no column “{name}”", name=visible(column[:60]))
        raise UsageError(Problem("form-column-unknown", message, nearest_hint(column, texts), value=column).at(file=table.file))
    return found


def _parts(table: RecordTable, at: int, names: FormNames) -> list[_Part]:
    """Return the rows of each form, the forms in the order of the table.

    A row that names none goes with the row above it, where it is found to be a footer or a record.
    """
    parts: dict[str, _Part] = {}
    values = [row[at] if at < len(row) else None for row in table.values]
    meant = [names.meant(value) for value in values]
    last = next(filter(None, meant), "")
    if not last:
        heading = table.headings[at]
        message = _("no cell of the column “{heading}” names a form", heading=heading.text)
        raise DataError(Problem("form-unknown", message, _expected(names, values)).at(file=table.file, column=heading.column))
    for place, (value, name) in enumerate(zip(values, meant, strict=True)):
        last = name or last
        part = parts.setdefault(last, _Part(last, [], {}))
        part.places.append(place)
        if not name:
            row = table.numbers[place]
            part.unnamed[row] = _unnamed(table, at, row, value, names)
    return list(parts.values())


def _expected(names: FormNames, values: Sequence[object]) -> str:
    return next((names.nearest(value) for value in values if value is not None), "")


def _unnamed(table: RecordTable, at: int, row: int, value: object, names: FormNames) -> Problem:
    heading = table.headings[at]
    where = replace(table.where(row, heading.text), key="form", label=heading.text)
    if value is None:
        return Problem("form-missing", _("nothing says which document this row is"), _("Write it as in the other rows."), where)
    message = _("there is no form “{id}”", id=visible(str(value)[:60]))
    return Problem("form-unknown", message, names.nearest(value), where, str(value))


def _own_table(table: RecordTable, at: int, part: _Part, known: Spellings, *, is_first: bool) -> RecordTable:
    """Return the rows of a form as a table, without the columns that only other forms have a field for."""

    def is_of_others(index: int) -> bool:
        text = table.headings[index].text
        filled = any(index < len(table.values[place]) and table.values[place][index] is not None for place in part.places)
        return not filled and not known.meant(text) and not known.is_counter(text)

    left = [index for index in range(len(table.headings)) if index == at or not is_of_others(index)]
    rows = {table.numbers[place] for place in part.places}
    gone = {heading.text for heading in table.headings} - {table.headings[index].text for index in left}
    return replace(
        table,
        headings=tuple(table.headings[index] for index in left),
        numbers=array("I", [table.numbers[place] for place in part.places]),
        values=[tuple(_at(table.values[place], index) for index in left) for place in part.places],
        problems=tuple(each for each in table.problems if each.where.row in rows and each.where.key not in gone),
        notes=table.notes if is_first else (),
        others=table.others if is_first else (),
    )


def _at(row: Sequence[tables.Value | None], index: int) -> tables.Value | None:
    return row[index] if index < len(row) else None
