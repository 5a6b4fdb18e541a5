"""The book as a table for other programs: CSV, XLSX, JSON. No cell becomes a formula, whatever it holds."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from docgen.errors import visible
from docgen.inputs import BOOK_COLUMNS, FORMULA, with_apostrophe
from docgen.register.queries import Document
from docgen.tables.saving import saved

if TYPE_CHECKING:
    from openpyxl.cell import Cell

#: Widest column of a workbook, in characters.
WIDEST = 60


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


def as_xlsx(rows: Sequence[Mapping[str, object]]) -> bytes:
    """Return a workbook in which every text is a cell of text and stays one when it is edited."""
    names = columns_of(rows)
    return lines_workbook([names, *([row.get(name) for name in names] for row in rows)])


def lines_workbook(lines: Iterable[Sequence[object]], is_titled: bool = False) -> bytes:
    """Return a workbook of one sheet: headings bold and frozen, columns as wide as their texts, no text a formula.

    The headings are the first line, or the second under a title.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    lines = list(lines)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("register")
    head = 2 if is_titled else 1
    sheet.freeze_panes = f"A{head + 1}"
    for column, values in enumerate(zip_longest(*lines[head - 1 :], fillvalue=""), 1):
        longest = max(len(str(value)) for value in values if value is not None)
        sheet.column_dimensions[get_column_letter(column)].width = min(longest + 2, WIDEST)
    for number, line in enumerate(lines):
        cells = [_cell(sheet, value) for value in line]
        for cell in cells if number < head else ():
            cell.font = Font(bold=True)
        sheet.append(cells)
    return saved(book)


def _cell(sheet: Any, value: object) -> Cell:
    """Return a cell of a sheet that is only written; a text is never a formula (ECMA-376 part 1, 18.8.45, quotePrefix)."""
    from openpyxl.cell import WriteOnlyCell

    if not isinstance(value, str):
        number: Any = value  # an int, a float or None: what JSON has besides texts and lists, which `rows_of` made texts
        return WriteOnlyCell(sheet, number)
    cell = WriteOnlyCell(sheet, visible(value))
    cell.data_type = "s"
    cell.quotePrefix = value.startswith(FORMULA)
    return cell


def as_json(rows: Sequence[Mapping[str, object]]) -> bytes:
    """Return the rows as a JSON list of objects."""
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()


#: Format → the function that writes it. A new format is one new entry.
EXPORT_FORMATS: dict[str, Callable[[Sequence[Mapping[str, object]]], bytes]] = {"csv": as_csv, "xlsx": as_xlsx, "json": as_json}
