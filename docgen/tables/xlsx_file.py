"""XLSX: the sheets of a workbook, a row at a time (ECMA-376 part 1, SpreadsheetML)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from typing import Any

from docgen.errors import DataError
from docgen.messages import _
from docgen.tables.cells import Failed, Uncached
from docgen.tables.grid import COLUMNS, ROWS, Grid, Line
from docgen.tables.number_formats import Reader, plain, reader_of
from docgen.tables.parts import Attributes, Ends, PartReader, Parts, Starts, joined, undamaged
from docgen.tables.sheets import Merged, WorkbookSheet
from docgen.tables.source import Source, damaged, too_large

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
_STRICT = "http://purl.oclc.org/ooxml/"
_ID = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"
_RELATIONSHIP = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"
TRUE = ("1", "true", "on")  # ST_OnOff and xsd:boolean
LAST_COLUMN = 16_384
SHARED_TEXTS = 5_000_000
SHARED_SIGNS = 100_000_000


def xlsx_sheets(source: Source) -> list[WorkbookSheet]:
    """Return the sheets of a workbook in their order; nothing of them is read yet but styles and shared texts."""
    parts = Parts(source)
    with undamaged(source.name):
        return _Workbook(parts).sheets()


class _Workbook:
    """What the sheets of a workbook share: the parts that hold them, texts, number formats."""

    def __init__(self, parts: Parts):
        self.parts = parts
        self.is_1904 = False
        self.is_outdated = False  # the workbook says that what its formulas give is to be calculated anew
        self.entries: list[tuple[str, str, str]] = []  # title, state, relationship
        self.part = self._linked("", "officeDocument", "xl/workbook.xml")
        if self.part.endswith(".bin"):
            hint = _("Open it in Excel or LibreOffice and save it as .xlsx.")
            raise DataError.because("table-binary", _("the workbook is of the binary .xlsb kind"), hint, file=parts.name)
        starts = {_MAIN + "workbookPr": self._settings, _MAIN + "sheet": self._sheet, _MAIN + "calcPr": self._calculation}
        parts.read(self.part, _Main(parts.name, starts, {}))

    def sheets(self) -> list[WorkbookSheet]:
        shared = _SharedData(self._texts(), self._readers(), self.is_outdated)
        links = _links(self.parts, self.part)
        found = []
        for title, state, link in self.entries:
            kind, part = links[link]
            if kind == "worksheet":
                lines = partial(_lines, self.parts, part, shared)
                found.append(WorkbookSheet(title, state == "visible", lines))
        return found

    def _settings(self, attributes: Attributes) -> None:
        self.is_1904 = attributes.get("date1904", "") in TRUE

    def _calculation(self, attributes: Attributes) -> None:
        is_complete = attributes.get("calcCompleted", "1") in TRUE
        self.is_outdated = not is_complete or attributes.get("fullCalcOnLoad", "") in TRUE

    def _sheet(self, attributes: Attributes) -> None:
        self.entries.append((attributes["name"], attributes.get("state", "visible"), attributes[_ID]))

    def _linked(self, part: str, kind: str, default: str = "") -> str:
        return next((target for found, target in _links(self.parts, part).values() if found == kind), default)

    def _related(self, kind: str) -> str:
        """Return a part that the workbook refers to, or the one of that name next to it: some programs leave references out."""
        return self._linked(self.part, kind, joined(posixpath.dirname(self.part), f"{kind}.xml"))

    def _texts(self) -> list[str]:
        part = self._related("sharedStrings")
        if part not in self.parts:
            return []
        shared = _SharedTexts(self.parts.name)
        self.parts.read(part, shared)
        return shared.found

    def _readers(self) -> list[Reader]:
        part = self._related("styles")
        if part not in self.parts:
            return []
        styles = _StyleReader(self.parts.name)
        self.parts.read(part, styles)
        return [reader_of(number, styles.codes.get(number, ""), self.is_1904) for number in styles.numbers]


def _links(parts: Parts, part: str) -> dict[str, tuple[str, str]]:
    """Return what a part refers to: id → the last word of its type, and the part."""
    folder, name = posixpath.split(part)
    found: dict[str, tuple[str, str]] = {}

    def note(attributes: Attributes) -> None:
        kind = attributes["Type"].rpartition("/")[2]
        found[attributes["Id"]] = (kind, joined(folder, attributes["Target"]))

    links = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    if links in parts:
        parts.read(links, PartReader(parts.name, {_RELATIONSHIP: note}, {}))
    return found


class _Main(PartReader):
    """A part in the main namespace; DataError for the Strict variant, which has another and dates of its own."""

    def _start(self, name: str, attributes: Attributes) -> None:
        if name.startswith(_STRICT):
            message, hint = _("the workbook is saved as “Strict Open XML”"), _("Save it as “Excel workbook (.xlsx)”.")
            raise DataError.because("table-strict", message, hint, file=self.file)
        self.expat.StartElementHandler = super()._start
        super()._start(name, attributes)


class _StyleReader(_Main):
    """Which number format each cell style has, and the codes of those that the workbook spells out."""

    def __init__(self, file: str):
        self.codes: dict[int, str] = {}
        self.numbers: list[int] = []
        self._is_cells = False
        starts = {
            _MAIN + "numFmt": self._format,
            _MAIN + "cellXfs": lambda _attributes: setattr(self, "_is_cells", True),
            _MAIN + "xf": self._style,
        }
        super().__init__(file, starts, {_MAIN + "cellXfs": lambda: setattr(self, "_is_cells", False)})

    def _format(self, attributes: Attributes) -> None:
        self.codes[int(attributes["numFmtId"])] = attributes["formatCode"]

    def _style(self, attributes: Attributes) -> None:
        if self._is_cells:
            self.numbers.append(int(attributes.get("numFmtId", 0)))


class _TextReader(_Main):
    """A part with texts, which may come in pieces of different looks; how they are read aloud (rPh) is left out."""

    def __init__(self, file: str, starts: Starts, ends: Ends):
        self.pieces: list[str] = []
        self._is_aloud = False
        own_starts = {_MAIN + "t": self.begin_text, _MAIN + "rPh": self._aloud}
        super().__init__(file, {**own_starts, **starts}, {_MAIN + "t": self._piece, _MAIN + "rPh": self._printed, **ends})

    def taken(self) -> str:
        """Return the text of the pieces, and begin anew."""
        text = self.pieces[0] if len(self.pieces) == 1 else "".join(self.pieces)
        self.pieces.clear()
        return _unescaped(text)

    def _aloud(self, _attributes: Attributes) -> None:
        self._is_aloud = True

    def _printed(self) -> None:
        self._is_aloud = False

    def _piece(self) -> None:
        text = self.end_text()
        if not self._is_aloud:
            self.pieces.append(text)


class _SharedTexts(_TextReader):
    """The table of texts that cells refer to by number."""

    def __init__(self, file: str):
        self.found: list[str] = []
        self._signs = 0
        super().__init__(file, {}, {_MAIN + "si": self._text})

    def _text(self) -> None:
        text = self.taken()
        self.found.append(text)
        self._signs += len(text)
        if len(self.found) > SHARED_TEXTS or self._signs > SHARED_SIGNS:
            raise too_large(self.file, _("the workbook holds more than {limit} million letters", limit=SHARED_SIGNS // 10**6))


@dataclass(frozen=True, slots=True)
class _SharedData:
    """What the cells of all sheets refer to: texts, number formats, and whether the results of formulas are out of date."""

    texts: list[str]
    readers: list[Reader]
    is_outdated: bool


def _lines(parts: Parts, part: str, shared: _SharedData, merged: list[Merged]) -> Grid:
    cells = _XlsxCells(parts.name, shared, merged)
    for _piece in parts.feed(part, cells):
        yield from cells.lines
        cells.lines.clear()


class _XlsxCells(_TextReader):
    """The cells of a sheet, gathered into lines."""

    def __init__(self, file: str, shared: _SharedData, merged: list[Merged]):
        self.lines: list[Line] = []
        self._shared, self._readers, self._merged = shared.texts, shared.readers, merged
        self._is_outdated = shared.is_outdated
        self._row = 0
        self._cells: list[Any] = []
        self._cell: Attributes = {}
        self._stored: str | None = None
        self._is_formula = False
        self._columns = _ColumnIndexes()
        starts: Starts = {
            _MAIN + "row": self._begin_row, _MAIN + "c": self._begin_cell, _MAIN + "v": self.begin_text,
            _MAIN + "f": self._formula, _MAIN + "mergeCell": self._merge,
        }  # fmt: skip
        ends = {_MAIN + "row": self._end_row, _MAIN + "c": self._end_cell, _MAIN + "v": self._value}
        super().__init__(file, starts, ends)

    def _begin_row(self, attributes: Attributes) -> None:
        row = int(float(attributes.get("r", self._row + 1)))
        if row <= self._row:
            raise damaged(self.file, _("row {row} of a sheet comes after row {last}", row=row, last=self._row))
        if row > ROWS:
            raise too_large(self.file, _("the table has more than {limit} rows", limit=ROWS), row)
        self._row, self._cells = row, []

    def _end_row(self) -> None:
        if self._cells:
            self.lines.append((self._row, self._cells))

    def _begin_cell(self, attributes: Attributes) -> None:
        self._cell, self._stored, self._is_formula = attributes, None, False

    def _formula(self, _attributes: Attributes) -> None:
        self._is_formula = True

    def _value(self) -> None:
        self._stored = self.end_text()

    def _end_cell(self) -> None:
        value = self._cell_value()
        reference = self._cell.get("r")
        column = self._columns[reference.rstrip("0123456789")] if reference else len(self._cells)
        if value is not None:
            self._put(column, value)
        elif not reference:
            self._cells.append(None)

    def _cell_value(self) -> Any:
        """Return the value of the cell that has been read; None for an empty one."""
        kind = self._cell.get("t", "n")
        if self._is_formula and self._is_outdated:
            return Uncached()
        if self.pieces:
            return self.taken()
        if self._stored:
            return _KINDS[kind](self, self._stored)
        # A formula whose result is the empty text has no stored value either.
        return Uncached() if self._is_formula and kind != "str" else None

    def _put(self, column: int, value: Any) -> None:
        if column >= COLUMNS:
            raise too_large(self.file, _("the table has more than {limit} columns", limit=COLUMNS), self._row)
        if column < len(self._cells):
            raise damaged(self.file, _("the cells of row {row} of a sheet are out of order", row=self._row))
        self._cells += [None] * (column - len(self._cells))
        self._cells.append(value)

    def _merge(self, attributes: Attributes) -> None:
        first, _colon, last = attributes["ref"].partition(":")
        (left, top), (right, bottom) = self._corner(first), self._corner(last or first)
        self._merged.append(Merged(top, left, bottom, right))

    def _corner(self, reference: str) -> tuple[int, int]:
        letters = reference.rstrip("0123456789")
        return self._columns[letters], int(reference[len(letters) :])

    def shared(self, stored: str) -> str:
        """Return a shared text by its number."""
        number = int(stored)
        if number < 0:
            raise IndexError(number)
        return self._shared[number]

    def number(self, stored: str) -> Any:
        """Return a number as its style shows it."""
        style = int(self._cell.get("s") or 0)
        return self._readers[style](stored) if style < len(self._readers) else plain(stored)


#: Type of a cell → its value, made of what is stored.
_KINDS: Mapping[str, Callable[[_XlsxCells, str], Any]] = {
    "s": _XlsxCells.shared,
    "n": _XlsxCells.number,
    "str": lambda _cells, stored: _unescaped(stored),
    "inlineStr": lambda _cells, stored: _unescaped(stored),
    "b": lambda _cells, stored: stored.strip() in TRUE,
    "e": lambda _cells, stored: Failed(stored),
    "d": lambda _cells, stored: _iso(stored),
}


class _ColumnIndexes(dict[str, int]):
    """Letters of a column → its index; ValueError for what are no letters of a column."""

    def __missing__(self, letters: str) -> int:
        if not re.fullmatch("[A-Za-z]{1,3}", letters):
            raise ValueError(letters)
        index = 0
        for letter in letters.upper():
            index = index * 26 + ord(letter) - ord("A") + 1
        if index > LAST_COLUMN:
            raise ValueError(letters)
        self[letters] = index - 1
        return index - 1


def _iso(stored: str) -> date | time | Failed:
    try:
        if re.match(r"T?\d\d:", stored):
            return time.fromisoformat(stored.removesuffix("Z"))
        moment = datetime.fromisoformat(stored.removesuffix("Z"))
    except ValueError:
        return Failed("#VALUE!")
    return moment if "T" in stored else moment.date()


_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def _unescaped(text: str) -> str:
    """Return text with `_x000D_` and the like made characters: each is a UTF-16 code unit (ECMA-376-1, 22.9.2.19)."""
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return _PAIR.sub(lambda match: match[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)


_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
