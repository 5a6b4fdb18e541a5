"""The book as a table for other programs: CSV, XLSX, JSON. No cell becomes a formula, whatever it holds."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Protocol

from docgen.errors import FormError, UsageError, visible
from docgen.fields import Date, Field, PlainText, labels_of
from docgen.form import load_form
from docgen.inputs import BOOK_COLUMNS, BOOK_LABELS, FORMULA, journal_fields, with_apostrophe
from docgen.messages import labelled
from docgen.register.queries import Document
from docgen.tables.saving import saved, set_up_page
from docgen.tables.spellings import meanings

if TYPE_CHECKING:
    from openpyxl.cell import Cell

#: Widest column of a workbook, in characters.
WIDEST = 60
#: The last year before those of a workbook's days.
FIRST_YEAR = 1900
TEXT_FORMAT, DAY_FORMAT = "@", "dd.mm.yyyy"
NO_FIELDS: Mapping[str, Field] = {}


def export_rows(documents: Iterable[Document], reasons: Mapping[int, str]) -> list[dict[str, object]]:
    """Return a row for each document: the book's own columns, its record, and its unprinted values."""
    return [
        {name: getattr(each, name) for name in BOOK_COLUMNS if name != "reason"}
        | {"reason": reasons.get(each.id, "")}
        | {name: _plain(value) for name, value in {**each.unprinted, **each.record}.items()}
        for each in documents
    ]


def _plain(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value


def fields_of_forms(forms: Iterable[str]) -> dict[str, Field]:
    """Return the fields of forms and of the journal by name; a form that is not at hand has none."""
    found: dict[str, Field] = {}
    for form in sorted(forms):
        with suppress(UsageError, FormError):
            loaded = load_form(form)
            found |= {field.name: field for field in (*journal_fields(loaded), *loaded.fields)}
    return found


def columns_of(rows: Iterable[Mapping[str, object]]) -> list[str]:
    """Return every column of the rows: the number first, those of the records, then the book's own."""
    seen = dict.fromkeys(name for row in rows for name in row)
    records = [name for name in seen if name not in BOOK_COLUMNS and name != "number"]
    return ["number", *records, *BOOK_COLUMNS]


def as_csv(rows: Sequence[Mapping[str, object]]) -> bytes:
    """Return CSV in UTF-8 with the byte order mark that Excel needs; a text like a formula gets an apostrophe before it."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    names = columns_of(rows)
    writer.writerow(names)
    writer.writerows([with_apostrophe(row.get(name)) for name in names] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Sequence[Mapping[str, object]], fields: Mapping[str, Field] = NO_FIELDS) -> bytes:
    """Return a workbook in which every text is a cell of text and stays one when it is edited, and every day is a day.

    Columns of `fields` are headed by their labels, in the language of messages, unless two columns had one label then.
    """
    names = columns_of(rows)
    known = {**{name: PlainText(name=name, label=label) for name, label in BOOK_LABELS.items()}, **fields}
    found = meanings([labelled(known[name].label) for name in names if name in known], labels_of(known.values()))
    headings = [label if found.get(label := _label(name, known)) == (name,) else name for name in names]
    days = {name for name in names if isinstance(fields.get(name), Date)}
    return lines_workbook(
        [headings, *([_day(row.get(name)) if name in days else row.get(name) for name in names] for row in rows)]
    )


def _label(name: str, fields: Mapping[str, Field]) -> str:
    return labelled(fields[name].label) if name in fields else name


def _day(value: object) -> object:
    """Return a day of a record as a day, if a workbook can hold it: its days begin with 1900."""
    with suppress(ValueError):
        if isinstance(value, str) and (day := date.fromisoformat(value)).year > FIRST_YEAR:
            return day
    return value


def lines_workbook(lines: Iterable[Sequence[object]], is_titled: bool = False) -> bytes:
    """Return a workbook of one sheet: headings bold and frozen, columns as wide as their texts, no text a formula.

    The headings are the first line, or the second under a title. It is set up for print.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    lines = list(lines)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("register")
    head = 2 if is_titled else 1
    sheet.freeze_panes = f"A{head + 1}"
    set_up_page(sheet, head)
    for column, values in enumerate(zip_longest(*lines[head - 1 :], fillvalue=""), 1):
        longest = max(len(str(value)) for value in values if value is not None)
        dimension = sheet.column_dimensions[get_column_letter(column)]
        dimension.width = min(longest + 2, WIDEST)
        dimension.number_format = _format_of(values[1:])
    for number, line in enumerate(lines):
        cells = [_cell(sheet, value) for value in line]
        for cell in cells if number < head else ():
            cell.font = Font(bold=True)
        sheet.append(cells)
    return saved(book)


def _format_of(values: Iterable[object]) -> str:
    """Return the number format of a column: what is typed into a column of texts stays text."""
    kinds = {type(value) for value in values if value not in (None, "")}
    return DAY_FORMAT if kinds == {date} else "General" if kinds and kinds <= {int, float} else TEXT_FORMAT


def _cell(sheet: Any, value: object) -> Cell:
    """Return a cell of a sheet that is only written; a text is never a formula (ECMA-376 part 1, 18.8.45, quotePrefix)."""
    from openpyxl.cell import WriteOnlyCell

    if not isinstance(value, str):
        number: Any = value  # an int, a float, a day or None: what JSON has besides texts and lists, which `rows_of` made texts
        cell = WriteOnlyCell(sheet, number)
        if isinstance(value, date):
            cell.number_format = DAY_FORMAT
        return cell
    cell = WriteOnlyCell(sheet, visible(value))
    cell.data_type, cell.number_format = "s", TEXT_FORMAT
    cell.quotePrefix = value.startswith(FORMULA)
    return cell


def as_json(rows: Sequence[Mapping[str, object]]) -> bytes:
    """Return the rows as a JSON list of objects."""
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()


class Writer(Protocol):
    """Writes the rows of an export; `fields` are those of its columns that a form has."""

    def __call__(self, rows: Sequence[Mapping[str, object]], fields: Mapping[str, Field]) -> bytes:
        """Return the file."""


#: Format → the function that writes it. A new format is one new entry.
EXPORT_FORMATS: dict[str, Writer] = {
    "csv": lambda rows, fields: as_csv(rows),
    "xlsx": as_xlsx,
    "json": lambda rows, fields: as_json(rows),
}
