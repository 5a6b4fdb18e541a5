"""The book as a table for other programs: CSV, XLSX, JSON. No cell becomes a formula, whatever it holds."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from itertools import zip_longest

from docgen.errors import visible
from docgen.inputs.old_register import FORMULA, OWN, as_harmless
from docgen.register.queries import Document
from docgen.tables.saving import saved

Row = Mapping[str, object]

#: How many letters of a text a column of a workbook shows at most.
WIDEST = 60


def rows_of(documents: Iterable[Document], reasons: Mapping[int, str]) -> list[dict[str, object]]:
    """Return a row a document: its own columns, its record, and what the journal tells beside it."""
    return [
        {name: getattr(each, name) for name in OWN if name != "reason"}
        | {"reason": reasons.get(each.id, "")}
        | {name: _plain(value) for name, value in (dict(each.unprinted) | dict(each.record)).items()}
        for each in documents
    ]


def _plain(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value


def columns_of(rows: Iterable[Row]) -> list[str]:
    """Return every column of the rows: the number first, those of the records, then the book's own."""
    seen = dict.fromkeys(name for row in rows for name in row)
    records = [name for name in seen if name not in OWN and name != "number"]
    return ["number", *records, *OWN]


def as_csv(rows: list[Row]) -> bytes:
    """Return CSV in UTF-8 with a mark by which Excel knows it; a text like a formula has an apostrophe before it."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    names = columns_of(rows)
    writer.writerow(names)
    writer.writerows([as_harmless(row.get(name)) for name in names] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(rows: list[Row]) -> bytes:
    """Return a workbook in which every text is a cell of text, marked so that editing keeps it one."""
    names = columns_of(rows)
    return workbook([names, *([row.get(name) for name in names] for row in rows)])


def workbook(lines: Iterable[list[object]], is_titled: bool = False) -> bytes:
    """Return a workbook of one sheet, its headings bold and kept in sight, its columns as wide as their texts.

    The headings are the first line, or the second under a title. No text in it is a formula.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    lines = list(lines)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("register")
    head = 2 if is_titled else 1
    sheet.freeze_panes = f"A{head + 1}"
    for column, cells in enumerate(zip_longest(*lines[head - 1 :], fillvalue=""), 1):
        longest = max(len(str(value)) for value in cells if value is not None)
        sheet.column_dimensions[get_column_letter(column)].width = min(longest + 2, WIDEST)
    for number, line in enumerate(lines):
        cells = [WriteOnlyCell(sheet, visible(value) if isinstance(value, str) else value) for value in line]
        for cell, value in zip(cells, line, strict=True):
            if isinstance(value, str):
                cell.data_type = "s"
                cell.quotePrefix = value.startswith(FORMULA)
            if number < head:
                cell.font = Font(bold=True)
        sheet.append(cells)
    return saved(book)


def as_json(rows: list[Row]) -> bytes:
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()


#: Format → what writes it. A new format is one new entry.
FORMATS: dict[str, Callable[[list[Row]], bytes]] = {"csv": as_csv, "xlsx": as_xlsx, "json": as_json}
