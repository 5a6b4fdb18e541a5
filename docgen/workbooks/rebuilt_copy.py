"""A workbook made of a table, its bad cells coloured and noted: written row by row, so that memory does not grow with the table.

openpyxl makes a workbook without rows: styles, notes, widths, filter. The rows are put into its sheet as they are written.
"""

from __future__ import annotations

import io
import json
import math
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from docgen.errors import Problem
from docgen.tables import OWN_COLUMNS, RecordTable
from docgen.tables.saving import entry, saved
from docgen.workbooks.annotations import NOTES, WIDTH, Marks, height, in_words, marked_fill, note, own_heading, printable

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

SHEET = "xl/worksheets/sheet1.xml"
DATA = re.compile(rb"<sheetData */>|<sheetData>.*</sheetData>", re.DOTALL)
#: Kind of a value → how its cell is formatted.
FORMATS = {str: "@", datetime: "dd.mm.yyyy hh:mm", date: "dd.mm.yyyy", float: "General"}


def write_made(table: RecordTable, marks: Marks, path: Path) -> None:
    """Write a workbook of the table: rows under their own numbers, a list of JSON one further down, below its headings."""
    copy = _Copy(table, marks)
    with zipfile.ZipFile(io.BytesIO(saved(copy.book))) as parts, zipfile.ZipFile(path, "w") as packed:
        for name in parts.namelist():
            part = parts.read(name)
            if name != SHEET:
                packed.writestr(entry(name), part)
                continue
            data = DATA.search(part)
            with packed.open(entry(name), "w", force_zip64=True) as file:
                file.write(part[: data.start()] + b"<sheetData>")
                file.writelines(row.encode() for row in copy.rows())
                file.write(b"</sheetData>" + part[data.end() :])


class _Copy:
    """The workbook without its rows, and the rows."""

    def __init__(self, table: RecordTable, marks: Marks):
        from openpyxl import Workbook
        from openpyxl.utils import column_index_from_string, get_column_letter

        self._table, self._marks = table, marks
        self._has_cells = table.headings[0].row is not None
        self._at, self._shift = table.headings[0].row or 1, 0 if self._has_cells else 1
        kept = [(index, each) for index, each in enumerate(table.headings) if not each.text.startswith(OWN_COLUMNS)]
        columns = {index: column_index_from_string(each.column) if self._has_cells else index + 1 for index, each in kept}
        #: Place of a heading → its column, in the order of the sheet; and which column a heading is in.
        self._letters = {index: get_column_letter(columns[index]) for index in sorted(columns, key=columns.__getitem__)}
        self._headings = {index: each.text for index, each in kept}
        self._named = {each.text: self._letters[index] for index, each in reversed(kept)}
        self._added = get_column_letter(1 + max(columns.values()))
        self.book = Workbook()
        self._dress(self.book.active)
        self._styles = {(kind, is_bad): self._style(kind, is_bad) for kind in FORMATS for is_bad in (False, True)}
        self._note(self.book.active)

    def _dress(self, sheet: Worksheet) -> None:
        sheet.title = re.sub(r"[\\/*?:\[\]]", " ", self._table.sheet)[:31].strip("' ") or "1"
        sheet.column_dimensions[self._added].width = WIDTH
        last = max(self._table.numbers, default=self._at) + self._shift
        sheet.auto_filter.ref = f"A{self._at}:{self._added}{last}"

    def _style(self, kind: type, is_bad: bool) -> int:
        """Return the number of the style of cells with values of a kind."""
        from openpyxl.cell import WriteOnlyCell

        cell = WriteOnlyCell(self.book.active)
        cell.number_format = FORMATS[kind]
        if is_bad:
            cell.fill = marked_fill()
        return cell.style_id

    def _note(self, sheet: Worksheet) -> None:
        room = NOTES
        for number in sorted(self._marks):
            for letter, problems in self._under_letters(number).items():
                if letter and room > 0:
                    sheet[f"{letter}{number + self._shift or self._at}"].comment = note(problems)
                    room -= 1

    def rows(self) -> Iterator[str]:
        """Give the rows of the sheet, the headings first."""
        at = self._at if self._has_cells else 0
        yield self._row(self._at, self._headings, self._under_letters(at), own_heading())
        for number, values in zip(self._table.numbers, self._table.values, strict=True):
            found = self._under_letters(number) if number in self._marks else {}
            held = {index: value for index, value in enumerate(values) if value is not None}
            if found:
                bad = ((index, letter) for index, letter in self._letters.items() if letter in found)
                held = {index: found[letter][0].value for index, letter in bad} | held
            yield self._row(number + self._shift, held, found, in_words(found))

    def _under_letters(self, number: int) -> dict[str, list[Problem]]:
        """Return the problems of a row by column letters; JSON has none, there the key or the label tells the column."""
        found: dict[str, list[Problem]] = {}
        for column, problems in self._marks.get(number, {}).items():
            for problem in problems:
                letter = column or self._named.get(problem.where.label) or self._named.get(problem.where.key, "")
                found.setdefault(letter, []).append(problem)
        return found

    def _row(self, number: int, values: Mapping[int, Any], marks: Mapping[str, Iterable[Problem]], told: str) -> str:
        """Return one row as XML: its cells, those with problems coloured, and what is told of it in the added column."""
        cells = "".join(
            self._cell(f"{letter}{number}", values.get(index), letter in marks)
            for index, letter in self._letters.items()
            if index in values or letter in marks
        )
        tall = f' ht="{height(told)}" customHeight="1"' if marks and told else ""
        return f'<row r="{number}"{tall}>{cells}{self._cell(f"{self._added}{number}", told, False) if told else ""}</row>'

    def _cell(self, place: str, value: Any, is_bad: bool) -> str:
        kind, stored = _stored(value)
        return f'<c r="{place}" s="{self._styles[kind, is_bad]}"{stored}</c>'


def _stored(value: Any) -> tuple[type, str]:
    """Return the kind of a value, and the rest of its cell as XML (ECMA-376 part 1, 18.3.1.4)."""
    if value is None or value == "":
        return str, ">"
    if isinstance(value, bool):
        return float, f' t="b"><v>{value:d}</v>'
    if isinstance(value, (int, float)) and math.isfinite(value):
        return float, f"><v>{value!r}</v>"
    if isinstance(value, date):
        from openpyxl.utils.datetime import to_excel

        return datetime if isinstance(value, datetime) else date, f"><v>{to_excel(value)}</v>"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return str, f' t="inlineStr"><is><t xml:space="preserve">{escape(printable(text))}</t></is>'
