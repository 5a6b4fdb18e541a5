"""An old register in a table → its documents as plain values, or every fault of every row at once.

The register takes them over (`docgen.register.takeover`). What an export of the register writes is read back here, so both
agree on the book's own columns and on how a text is kept from becoming a formula.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from docgen import tables
from docgen.errors import DataError, Problem, Where
from docgen.fields import Field, PlainText, Reading, read_values
from docgen.form import Form, check_numbered
from docgen.inputs.table import TableRows, read_table
from docgen.messages import _
from docgen.tables import File

#: The columns that the book itself adds to those of the records.
BOOK_COLUMNS = ("form", "year", "state", "reason", "duplicate_of", "replaced_by", "clerk", "at", "printed_sha256")
#: How a workbook of an export heads them, by language.
BOOK_LABELS: Mapping[str, Mapping[str, str]] = {
    "form": {"kk": "Құжат нысаны", "ru": "Форма документа", "en": "Form of document"},
    "year": {"kk": "Тіркеу жылы", "ru": "Год регистрации", "en": "Year of registration"},
    "state": {"kk": "Күйі", "ru": "Состояние", "en": "State"},
    "reason": {"kk": "Себебі", "ru": "Причина", "en": "Reason"},
    "duplicate_of": {"kk": "Телнұсқасы болатын нөмір", "ru": "Дубликат номера", "en": "Duplicate of"},
    "replaced_by": {"kk": "Ауыстырған нөмір", "ru": "Заменён номером", "en": "Replaced by"},
    "clerk": {"kk": "Тіркеуші", "ru": "Регистратор", "en": "Clerk"},
    "at": {"kk": "Тіркелген уақыты", "ru": "Время регистрации", "en": "Registered at"},
    "printed_sha256": {
        "kk": "Басылған файлдың SHA-256",
        "ru": "SHA-256 напечатанного файла",
        "en": "SHA-256 of the printed file",
    },
}
FORM, STATE, REASON, REPLACED_BY = "form", "state", "reason", "replaced_by"
#: What the column `state` may hold: the words of an export, and those of the three languages.
STATES = {
    "": "issued", "issued": "issued", "printed": "printed", "void": "void", "replaced": "void",
    "күші жойылды": "void", "аннулирован": "void", "аннулировано": "void", "недействителен": "void",
}  # fmt: skip
#: How a text begins that a spreadsheet takes for a formula (OWASP, “CSV Injection”).
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class OldDocument:
    """A document of an old register: its row, its record with its number, and its state, with the reason why it is void.

    `unprinted` are values that the journal shows and the document does not print.
    """

    row: int
    values: Mapping[str, object]
    unprinted: Mapping[str, object] = field(default_factory=dict)
    state: str = "issued"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OldRegister:
    """An old register that was read: its documents, and the table that they come from."""

    source: TableRows
    documents: list[OldDocument]


def read_old_register(
    form: Form,
    file: File,
    given: Mapping[str, str],
    unprinted: tuple[Field, ...] = (),
    choice: tables.ColumnChoice = tables.NO_CHOICE,
) -> OldRegister:
    """Return the documents of an old register in a table; `given` are values that hold for every row.

    `unprinted` are the fields that the journal has beside those of the form. DataError with every fault of every row; UsageError
    for a form that the register cannot number.
    """
    check_numbered(form)
    needed = {"number", form.numbering.organization, form.numbering.issued} - given.keys()
    fields = {each.name: each for each in (*unprinted, *form.fields) if not each.takes_list}
    asked = [replace(each, optional=each.name not in needed) for each in fields.values()]
    source = read_table(file, [*asked, *_own_columns(fields)], choice, lexicon=form.lexicon)
    is_csv = file.suffix.lower() in (".csv", ".tsv")
    documents, problems = [], list(source.bad)
    for row, raw in source:
        cells = {name: without_apostrophe(value) if is_csv else value for name, value in raw.items()}
        own = {name: str(cells.pop(name, "")).strip() for name in BOOK_COLUMNS if name not in fields}
        values = _values(asked, cells | dict(given), row, problems)
        problems += _own_problems(form, row, own)
        documents.append(_document(form, row, values, own))
    if problems:
        raise DataError(source.placed(problems))
    return OldRegister(source, documents)


def with_apostrophe(value: object) -> object:
    """Return a cell of a CSV that stays a text. An apostrophe gets one more, so that reading can take one away."""
    return f"'{value}" if isinstance(value, str) and value.startswith((*FORMULA, "'")) else value


def without_apostrophe(value: object) -> object:
    """Return a cell of such a CSV as it was before `with_apostrophe`."""
    if isinstance(value, str) and value.startswith("'") and value[1:].startswith((*FORMULA, "'")):
        return value[1:]
    return value


def _own_columns(fields: Mapping[str, Field]) -> list[Field]:
    """Return the columns of an export that are the book's own, as fields that may be missing."""
    return [PlainText(name=name, label=BOOK_LABELS[name], optional=True) for name in BOOK_COLUMNS if name not in fields]


def _values(fields: list[Field], raw: Mapping[str, object], row: int, problems: list[Problem]) -> dict[str, object]:
    """Return what a row gives, read as a record's values are; what it lacks is left out."""
    reading = Reading()
    values = read_values(tuple(fields), raw, reading)
    problems += [problem.at(row=row) for problem in reading.problems]
    return {name: value for name, value in values.items() if value is not None}


def _own_problems(form: Form, row: int, own: Mapping[str, str]) -> list[Problem]:
    """Return what is wrong with the book's own columns of a row."""
    problems = []
    if own.get(STATE, "").casefold() not in STATES:
        message, hint = _("“{state}” is no state", state=own[STATE]), _("Write issued, printed or void.")
        problems.append(Problem("state-unknown", message, hint, Where(key=STATE, row=row), own[STATE]))
    if own.get(FORM, "") not in ("", form.id):
        message, hint = _("this is a document of “{form}”", form=own[FORM]), _("Take over one form after the other.")
        problems.append(Problem("form-other", message, hint, Where(key=FORM, row=row), own[FORM]))
    return problems


def _document(form: Form, row: int, values: Mapping[str, object], own: Mapping[str, str]) -> OldDocument:
    names = {each.name for each in form.fields}
    record = {name: value for name, value in values.items() if name in names}
    unprinted = {name: value for name, value in values.items() if name not in names}
    replaced_by = own.get(REPLACED_BY, "")
    reason = own.get(REASON, "") or (_("replaced by {number}", number=replaced_by) if replaced_by else "")
    return OldDocument(row, record, unprinted, STATES.get(own.get(STATE, "").casefold(), ""), reason)
