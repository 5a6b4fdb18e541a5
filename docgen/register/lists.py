"""The list that goes to the customer with the documents: number, name, IIN, and what else is asked for.

Columns stand in the form's order under its labels. In CSV they are divided by semicolons, which Excel needs where a comma divides
a number, as in Russian and Kazakh.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from docgen.errors import UsageError, nearest_hint, visible
from docgen.fields import Date, Field
from docgen.form import Form
from docgen.inputs import with_apostrophe
from docgen.messages import _, labelled
from docgen.register.exporting import lines_workbook
from docgen.register.queries import Document

#: The parts of a name, which are one column of a list.
NAME = ("surname", "given_name", "patronymic")
#: A spreadsheet shows no more digits of a number than these, and no zeros before it.
DIGITS = 11


@dataclass(frozen=True, slots=True)
class DocumentList:
    """A list of documents: its headings and lines, all of them texts."""

    headings: list[str]
    lines: list[list[str]]


def document_list(form: Form, journal: Sequence[Field], documents: Sequence[Document], more: Sequence[str] = ()) -> DocumentList:
    """Return the list of documents, with the columns that are asked for besides number, name and IIN.

    A list in which there is a duplicate says in a last column whose it is.

    `journal` are the fields that only the journal shows. Raise UsageError for a column that the form does not have.
    """
    fields = {field.name: field for field in (*form.fields, *journal) if not field.takes_list}
    for name in more:
        if name not in fields:
            message = _("the form has no field “{name}”", name=visible(name))
            raise UsageError.because("field-unknown", message, nearest_hint(name, list(fields)), key="--columns")
    wanted = {"iin", *more} - {"number", *NAME}
    asked = [field for name, field in fields.items() if name in wanted]
    is_named = any(name in fields for name in NAME)
    names = [_("name")] if is_named else []
    are_duplicates = any(each.duplicate_of for each in documents)
    remark = [_("duplicate of")] if are_duplicates else []
    headings = ["№", labelled(fields["number"].label), *names, *(labelled(field.label) for field in asked), *remark]
    lines = [
        [
            str(index), each.number, *([each.person] if is_named else []), *(_cell(field, each) for field in asked),
            *([each.duplicate_of] if are_duplicates else []),
        ]
        for index, each in enumerate(documents, 1)
    ]  # fmt: skip
    return DocumentList(headings, lines)


def _cell(field: Field, document: Document) -> str:
    """Return a value of a document as it is written in this country: a day as 06.02.2026."""
    value = {**document.unprinted, **document.record}.get(field.name)
    if isinstance(field, Date) and isinstance(value, str):
        return f"{date.fromisoformat(value[:10]):%d.%m.%Y}"
    return "" if value is None else visible(str(value))


def list_csv(found: DocumentList) -> bytes:
    """Return CSV in UTF-8 with the byte order mark and semicolons; a text like a formula gets an apostrophe before it.

    Digits that a spreadsheet would change, such as 00417 or an IIN, are written as `="00417"`.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(found.headings)
    writer.writerows([_protected(cell) for cell in line] for line in found.lines)
    return text.getvalue().encode("utf-8-sig")


def _protected(cell: str) -> object:
    is_digits = cell.isascii() and cell.isdigit()
    return f'="{cell}"' if is_digits and (len(cell) > DIGITS or cell[:1] == "0") else with_apostrophe(cell)


def list_workbook(found: DocumentList) -> bytes:
    """Return a workbook of one sheet, all cells texts."""
    return lines_workbook([found.headings, *found.lines])


#: Format → the function that writes a list; a PDF is painted by `docgen.paint.papers`.
LIST_FORMATS: Mapping[str, Callable[[DocumentList], bytes]] = {"csv": list_csv, "xlsx": list_workbook}
