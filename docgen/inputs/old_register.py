"""An old register as a table → the documents that it tells of, every fault of every row at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from docgen import tables
from docgen.errors import DataError, Problem, Where
from docgen.fields import Field, Reading, read_values
from docgen.fields.kinds import Text
from docgen.form import Form
from docgen.inputs.table import TableInput, read_table
from docgen.messages import _
from docgen.register import BOOK_COLUMNS, OldDocument, Request, check_numbered, journal_fields, without_apostrophe

#: What the column `state` may say: the words of an export, and those of the three languages.
STATES = {
    "": "issued", "issued": "issued", "printed": "printed", "void": "void", "replaced": "void",
    "күші жойылды": "void", "аннулирован": "void", "аннулировано": "void", "недействителен": "void",
}  # fmt: skip
FORM, STATE, REASON, REPLACED_BY = "form", "state", "reason", "replaced_by"


def read_old(
    form: Form, path: Path, settings: Mapping[str, str], choice: tables.ColumnChoice, forms: Path | None
) -> tuple[TableInput, list[OldDocument]]:
    """Return the documents of an old register in a table; DataError with every fault of every row."""
    check_numbered(form)
    needed = {"number", form.numbering.organization, form.numbering.issued} - settings.keys()
    fields = {each.name: each for each in (*journal_fields(form, forms), *form.fields) if not each.takes_list}
    asked = [replace(each, optional=each.name not in needed) for each in fields.values()]
    source = read_table(path, [*asked, *_own_columns(fields)], choice)
    is_csv = path.suffix.lower() in (".csv", ".tsv")
    taken, problems = [], []
    for row, raw in source.rows:
        raw = {name: without_apostrophe(value) if is_csv else value for name, value in raw.items()}
        told = {name: str(raw.pop(name, "")).strip() for name in BOOK_COLUMNS if name not in fields}
        values = _values(asked, raw | dict(settings), row, problems)
        state = STATES.get(told[STATE].casefold())
        if state is None:
            message, hint = _("“{state}” is no state", state=told[STATE]), _("Write issued, printed or void.")
            problems.append(Problem("state-unknown", message, hint, Where(key=STATE, row=row), told[STATE]))
        if told[FORM] not in ("", form.id):
            message, hint = _("this is a document of “{form}”", form=told[FORM]), _("Take over one form after the other.")
            problems.append(Problem("form-other", message, hint, Where(key=FORM, row=row), told[FORM]))
        taken.append(_taken(form, row, values, state or "", told))
    if problems:
        raise DataError(source.placed(problems))
    return source, taken


def _own_columns(fields: Mapping[str, Field]) -> list[Field]:
    """Return the columns of an export that are the book's own, as fields that may be missing."""
    return [Text(name=name, label={"en": name}, optional=True) for name in BOOK_COLUMNS if name not in fields]


def _values(fields: list[Field], raw: Mapping[str, object], row: int, problems: list[Problem]) -> dict[str, object]:
    """Return what a row gives, read as a record's values are; what it lacks is left out."""
    reading = Reading()
    values = read_values(tuple(fields), raw, reading)
    problems += [problem.at(row=row) for problem in reading.problems]
    return {name: value for name, value in values.items() if value is not None}


def _taken(form: Form, row: int, values: Mapping[str, object], state: str, told: Mapping[str, str]) -> OldDocument:
    own = {each.name for each in form.fields}
    record = {name: value for name, value in values.items() if name in own}
    unprinted = {name: value for name, value in values.items() if name not in own}
    reason = told[REASON] or (_("replaced by {number}", number=told[REPLACED_BY]) if told[REPLACED_BY] else "")
    return OldDocument(Request(str(row), record, unprinted), state, reason)
