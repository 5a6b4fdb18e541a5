"""The journal of issued documents as the act prescribes it (Order No. 114-НҚ, annex 2): its values, from the book's documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from docgen.errors import DataError, Problem, UsageError, Where
from docgen.fields import Field, Rows
from docgen.form import Form
from docgen.form.places import Table
from docgen.inputs import ROWS
from docgen.messages import _, n_
from docgen.register.exporting import lines_workbook
from docgen.register.queries import Document


def check_journalled(form: Form) -> None:
    """Raise UsageError for a form that is not issued to one person, whom the journal could name."""
    if not any(field.name == "surname" for field in form.fields):
        message = _("“{id}” is not given to one person: the journal has no row for it", id=form.id)
        raise UsageError.because("form-not-journalled", message, _("docgen register export writes a table of any form."))


def journal_values(
    journal: Form, documents: Iterable[Document], order: Callable[[Document], Any] | None = None
) -> tuple[dict[str, object], list[Problem]]:
    """Return the record of the journal, and a note for each of its fields that some documents have no value for.

    Its rows are in the order of the documents, or of what `order` says of each. Raise DataError if there are no documents,
    UsageError if they are of several organizations or years.
    """
    field = journal.field(ROWS)
    columns = field.fields if isinstance(field, Rows) else ()
    lacking: Counter[str] = Counter()
    books: set[tuple[str, int]] = set()
    #: Names repeat in a book, and each is held once.
    words: dict[str, str] = {}
    rows, places = [], []
    for document in documents:  # only their rows are kept: a document takes several times as much
        books.add((document.organization, document.year))
        if order:
            places.append(order(document))
        row = _row(document, columns, lacking)
        rows.append({name: words.setdefault(each, each) if type(each) is str else each for name, each in row.items()})
    if order:
        rows = [rows[at] for at in sorted(range(len(rows)), key=places.__getitem__)]
    organization, year = _one_book(books)
    notes = [
        Problem("journal-room", n_("{count} row has space to write it in", "{count} rows have space to write it in", count),
                where=Where(key=name))
        for name, count in lacking.items()
    ]  # fmt: skip
    return {"organization": organization, "year": year, ROWS: rows}, notes


def _row(document: Document, columns: Iterable[Field], lacking: Counter[str]) -> dict[str, object]:
    """Return the row of a document, with space for what it lacks, which is counted."""
    values = _values(document)
    for column in columns:
        if values.get(column.name) is None and not column.optional:
            lacking[column.name] += 1
            values[column.name] = column.blank
    return {column.name: values.get(column.name) for column in columns}


def journal_workbook(journal: Form, values: Mapping[str, object]) -> bytes:
    """Return the table of the journal as a workbook, with the cells' texts as the form composes them."""
    table = next(place for place in journal.places if isinstance(place, Table))
    rows = values[table.table]
    lines = [tuple([column.heading for column in table.columns])]
    for index, row in enumerate(rows if isinstance(rows, list) else [], 1):
        pieces = [column.text.fill({**row, "index": index}) for column in table.columns]
        lines.append(tuple(["".join([text for text, _is_data in cell]) for cell in pieces]))
    return lines_workbook(lines)


def _one_book(found: set[tuple[str, int]]) -> tuple[str, int]:
    """Return the organization and the year that all documents have."""
    books = sorted(found)
    if not books:
        hint = _("docgen register list shows what the book holds.")
        raise DataError.because("journal-empty", _("the book has no such documents"), hint)
    if len(books) > 1:
        choices = "; ".join(f"{year}, {organization}" for organization, year in books[:5])
        message = _("these are documents of several organizations or years: {choices}", choices=choices)
        raise UsageError.because("journal-several", message, _("Say which: --year and --organization."))
    return books[0]


def _values(document: Document) -> dict[str, object]:
    """Return the values of a document, its number with a remark in Kazakh if it is void, replaced or a duplicate."""
    remark = {
        "void": "күші жойылды",
        "replaced": f"күші жойылды, телнұсқасы № {document.replaced_by}",
    }.get(document.state, "")
    if document.duplicate_of:
        remark = ", ".join(filter(None, [f"№ {document.duplicate_of} телнұсқасы", remark]))
    number = f"{document.number} ({remark})" if remark else document.number
    return {**document.unprinted, **document.record, "number": number, "issued": date.fromisoformat(document.dated)}
