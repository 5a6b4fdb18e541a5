"""A workbook rebuilt from a table, cells with problems coloured and noted; rows are streamed, so that memory does not grow.

openpyxl makes a workbook without rows: styles, notes, widths, filter. The rows are inserted into its sheet as they are written.
"""

from __future__ import annotations

import io
import json
import math
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from xml.sax.saxutils import escape

from docgen.errors import Problem
from docgen.tables import OWN_COLUMNS, RecordTable, Value
from docgen.tables.cells import ShownNumber
from docgen.tables.saving import entry, saved, set_up_page
from docgen.workbooks.annotations import (
    NOTES,
    WIDTH,
    ProblemsByCell,
    excel_number,
    height,
    in_words,
    note,
    own_heading,
    printable,
    problem_fill,
    proposal_of,
)

if TYPE_CHECKING:
    from openpyxl.styles import PatternFill
    from openpyxl.worksheet.worksheet import Worksheet

SHEET = "xl/worksheets/sheet1.xml"
DATA = re.compile(rb"(<sheetData */>|<sheetData>.*</sheetData>)", re.DOTALL)
#: The type of a value as a cell has it → its number format.
CellType: TypeAlias = type[str] | type[datetime] | type[date] | type[float]
#: The underscore before what would be read as the code of a letter, `_x0041_` (ECMA-376 part 1, 22.9.2.19).
ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
FORMATS: dict[CellType, str] = {str: "@", datetime: "dd.mm.yyyy hh:mm", date: "dd.mm.yyyy", float: "General"}


def write_rebuilt(table: RecordTable, by_cell: ProblemsByCell, path: Path, with_proposals: bool = False) -> None:
    """Write a workbook of the table, each row at its number; those of a JSON list one row further down, below the headings."""
    copy = _Copy(table, by_cell, with_proposals)
    with zipfile.ZipFile(io.BytesIO(saved(copy.book))) as parts, zipfile.ZipFile(path, "w") as packed:
        for name in parts.namelist():
            part = parts.read(name)
            if name != SHEET:
                packed.writestr(entry(name), part)
                continue
            before, _rows, after = DATA.split(part, maxsplit=1)
            with packed.open(entry(name), "w", force_zip64=True) as file:
                file.write(before + b"<sheetData>")
                file.writelines(row.encode() for row in copy.rows())
                file.write(b"</sheetData>" + after)


class _Copy:
    """The workbook without its rows, and the rows."""

    def __init__(self, table: RecordTable, by_cell: ProblemsByCell, with_proposals: bool) -> None:
        from openpyxl import Workbook
        from openpyxl.utils import column_index_from_string, get_column_letter

        self._table, self._by_cell, self._with_proposals = table, by_cell, with_proposals
        self._has_cells = table.headings[0].row is not None
        self._at, self._shift = max(table.heading_rows, default=1), 0 if self._has_cells else 1
        headings = [(index, each) for index, each in enumerate(table.headings) if not each.text.startswith(OWN_COLUMNS)]
        columns = {index: column_index_from_string(each.column) if self._has_cells else index + 1 for index, each in headings}
        #: Index of a heading → its column letter, in the order of the sheet; and the letter of each heading's text.
        self._letters = {index: get_column_letter(columns[index]) for index in sorted(columns, key=columns.__getitem__)}
        parts = [each.part for _index, each in headings]
        self._headings = {
            index: each.part if each.part and parts.count(each.part) == 1 else each.text for index, each in headings
        }
        self._named = {each.text: self._letters[index] for index, each in reversed(headings)}
        self._added = get_column_letter(1 + max(columns.values()))
        self.book = Workbook()
        self._sheet: Worksheet = self.book.worksheets[0]
        self._set_up_sheet()
        fills = {"": None, "problem": problem_fill(), "proposal": problem_fill(is_proposal=True)}
        self._styles = {(kind, name): self._style(kind, fill) for kind in FORMATS for name, fill in fills.items()}
        self._add_notes()

    def _set_up_sheet(self) -> None:
        sheet = self._sheet
        sheet.title = re.sub(r"[\\/*?:\[\]]", " ", self._table.sheet)[:31].strip("' ") or "1"
        sheet.column_dimensions[self._added].width = WIDTH
        set_up_page(sheet, self._at)
        last = max(self._table.numbers, default=self._at) + self._shift
        sheet.auto_filter.ref = f"A{self._at}:{self._added}{last}"

    def _style(self, kind: CellType, fill: PatternFill | None) -> int:
        """Return the index of the style of cells with values of a type."""
        from openpyxl.cell import WriteOnlyCell

        cell = WriteOnlyCell(self._sheet)
        cell.number_format = FORMATS[kind]
        if fill:
            cell.fill = fill
        return cell.style_id

    def _add_notes(self) -> None:
        notes_left = NOTES
        for number in sorted(self._by_cell):
            for letter, problems in self._by_letter(number).items():
                if letter and notes_left > 0:
                    place = f"{letter}{number + self._shift or self._at}"
                    self._sheet[place].comment = note(problems, proposal=self._proposal(problems))
                    notes_left -= 1

    def _proposal(self, problems: list[Problem]) -> str:
        return proposal_of(problems) if self._with_proposals else ""

    def rows(self) -> Iterator[str]:
        """Yield the rows of the sheet as XML, the headings first."""
        above = [self._by_letter(row) for row in self._table.heading_rows or [0]]
        yield self._row(self._at, self._headings, dict(chain.from_iterable(each.items() for each in above)), own_heading())
        for number, values in zip(self._table.numbers, self._table.values, strict=True):
            found = self._by_letter(number) if number in self._by_cell else {}
            held = {index: value for index, value in enumerate(values) if value is not None}
            if found:
                bad = ((index, letter) for index, letter in self._letters.items() if letter in found)
                proposed = {index: self._proposal(found.get(letter, [])) for index, letter in self._letters.items()}
                held = {index: found[letter][0].value for index, letter in bad} | held
                held |= {index: proposal for index, proposal in proposed.items() if proposal}
            yield self._row(number + self._shift, held, found, in_words(found))

    def _by_letter(self, number: int) -> dict[str, list[Problem]]:
        """Return the problems of a row by column letter; in JSON, which has none, by the key or label of the problem."""
        found: dict[str, list[Problem]] = {}
        for column, problems in self._by_cell.get(number, {}).items():
            for problem in problems:
                letter = column or self._named.get(problem.where.label) or self._named.get(problem.where.key, "")
                found.setdefault(letter, []).append(problem)
        return found

    def _row(self, number: int, values: Mapping[int, Value], by_letter: Mapping[str, list[Problem]], words: str) -> str:
        """Return one row as XML: its cells, those with problems coloured, and `words` in the added column."""
        cells = "".join(
            self._cell(f"{letter}{number}", values.get(index), self._fill(by_letter.get(letter, [])))
            for index, letter in self._letters.items()
            if index in values or letter in by_letter
        )
        tall = f' ht="{height(words)}" customHeight="1"' if by_letter and words else ""
        return f'<row r="{number}"{tall}>{cells}{self._cell(f"{self._added}{number}", words) if words else ""}</row>'

    def _fill(self, problems: list[Problem]) -> str:
        return "proposal" if self._proposal(problems) else "problem" if problems else ""

    def _cell(self, place: str, value: Value | None, fill: str = "") -> str:
        kind, stored = _stored(value)
        return f'<c r="{place}" s="{self._styles[kind, fill]}"{stored}</c>'


def _stored(value: Value | None) -> tuple[CellType, str]:
    """Return the type of a value in a cell, and the rest of the cell as XML (ECMA-376 part 1, 18.3.1.4)."""
    if value is None or value == "":
        return str, ">"
    if isinstance(value, bool):
        return float, f' t="b"><v>{value:d}</v>'
    if isinstance(value, (int, float)) and not isinstance(value, ShownNumber) and math.isfinite(value):
        return float, f"><v>{value!r}</v>"
    if isinstance(value, date):
        return datetime if isinstance(value, datetime) else date, f"><v>{excel_number(value)}</v>"
    text = str(value) if isinstance(value, (str, ShownNumber)) else json.dumps(value, ensure_ascii=False, default=str)
    text = ESCAPED.sub("_x005F_", text)
    return str, f' t="inlineStr"><is><t xml:space="preserve">{escape(printable(text))}</t></is>'
