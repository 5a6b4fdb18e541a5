"""ODS: the sheets of an OpenDocument workbook, a row at a time (OpenDocument 1.3, part 3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from docgen.errors import DataError
from docgen.messages import _
from docgen.tables.cells import Disguised, Failed, Percentage, ShownNumber, Uncached
from docgen.tables.grid import COLUMNS, ROWS, Grid
from docgen.tables.number_formats import plain
from docgen.tables.parts import Attributes, PartReader, Parts, undamaged
from docgen.tables.sheets import Merged, WorkbookSheet
from docgen.tables.source import Source, too_large

CONTENT, MANIFEST = "content.xml", "META-INF/manifest.xml"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TABLE, _TEXT, _STYLE = (f"{_OASIS}{name}:1.0 " for name in ("office", "table", "text", "style"))
_LOCKED = f"{_OASIS}manifest:1.0 encryption-data"
_CALC_TYPE = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 value-type"
_SHEET, _ROW, _CELL, _COVERED = (_TABLE + name for name in ("table", "table-row", "table-cell", "covered-table-cell"))
_PARAGRAPH = _TEXT + "p"
#: What is within a cell and is not its text: notes, pictures, tables.
_FOREIGN = frozenset([_OFFICE + "annotation", _TABLE + "shapes"])
_DRAWN = f"{_OASIS}drawing:1.0 "
SPACES = 10_000  # in a row, as one element

# Elements that stand for white space are kept as signs that XML cannot hold until the text around them is laid out.
_SPACE, _TAB, _BREAK = "\x01\x02\x03"
_ELEMENTS = str.maketrans({_SPACE: " ", _TAB: "\t", _BREAK: "\n"})
_WHITE = re.compile(r"[ \t\r\n]+")
_LAID_OUT = re.compile(r"[ \t\r\n]{2}|[\t\r\n\x01-\x03]")


def ods_sheets(source: Source) -> list[WorkbookSheet]:
    """Return the sheets of a workbook in their order; DataError for one with a password, or of another kind."""
    parts = Parts(source)
    with undamaged(source.name):
        _refuse_locked(parts)
        titles = _Titles(parts.name)
        parts.read(CONTENT, titles)
    return [
        WorkbookSheet(title, style not in titles.hidden, partial(_lines, parts, number))
        for number, (title, style) in enumerate(titles.found)
    ]


def _refuse_locked(parts: Parts) -> None:
    found: list[Attributes] = []
    if MANIFEST in parts:
        parts.read(MANIFEST, PartReader(parts.name, {_LOCKED: found.append}, {}))
    if found:
        message, hint = _("the workbook is locked with a password"), _("Save it without a password.")
        raise DataError.because("table-locked", message, hint, file=parts.name)


class _Titles(PartReader):
    """The titles of the sheets, each with its style, and the styles that hide a sheet."""

    def __init__(self, file: str):
        self.found: list[tuple[str, str]] = []
        self.hidden: set[str] = set()
        self._style, self._depth = "", 0
        starts = {
            _STYLE + "style": self._begin_style,
            _STYLE + "table-properties": self._properties,
            _SHEET: self._begin_sheet,
        }
        super().__init__(file, starts, {_SHEET: self._end_sheet})
        self.expat.CharacterDataHandler = None

    def _begin_style(self, attributes: Attributes) -> None:
        self._style = attributes.get(_STYLE + "name", "")

    def _properties(self, attributes: Attributes) -> None:
        if attributes.get(_TABLE + "display") == "false":
            self.hidden.add(self._style)

    def _begin_sheet(self, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth == 1:  # deeper ones are within a cell
            self.found.append((attributes.get(_TABLE + "name", ""), attributes.get(_TABLE + "style-name", "")))

    def _end_sheet(self) -> None:
        self._depth -= 1


def _lines(parts: Parts, number: int, merged: list[Merged]) -> Grid:
    cells = _OdsCells(parts.name, number, merged)
    for _piece in parts.feed(CONTENT, cells):
        for row, times, values in cells.lines:
            yield from ((row + each, values) for each in range(times))
        cells.lines.clear()
        if cells.is_done:
            return


class _OdsCells(PartReader):
    """The cells of one sheet, gathered into lines: the row that each begins in, how many equal rows it is, its values."""

    def __init__(self, file: str, number: int, merged: list[Merged]):
        self.lines: list[tuple[int, int, list[Any]]] = []
        self.is_done = False
        self._before, self._merged = number + 1, merged  # sheets that begin before this one's cells
        self._row, self._column = 1, 0
        self._values: list[Any] = []
        self._times = 1
        self._cell: Attributes = {}
        self._paragraphs: list[str] = []
        self._foreign_depth = 0  # elements deep in a note or a picture, whose text is not the cell's
        self._depth = 0
        super().__init__(file, {_SHEET: self._begin_sheet}, {_SHEET: self._end_sheet})

    def _begin_sheet(self, _attributes: Attributes) -> None:
        self._depth += 1
        self._before -= self._depth == 1
        if self._before == 0:
            self._depth = 0
            self.starts, self.ends = self._cell_starts(), self._cell_ends()

    def _end_sheet(self) -> None:
        self._depth -= 1

    def _cell_starts(self) -> Mapping[str, Callable[[Attributes], None]]:
        return {
            _ROW: self._begin_row,
            _CELL: self._begin_cell,
            _COVERED: self._begin_cell,
            _PARAGRAPH: self.begin_text,
            _TEXT + "s": self._spaces,
            _TEXT + "tab": lambda _attributes: self.texts.append(_TAB),
            _TEXT + "line-break": lambda _attributes: self.texts.append(_BREAK),
        }

    def _cell_ends(self) -> Mapping[str, Callable[[], None]]:
        return {
            _SHEET: self._finish,
            _ROW: self._end_row,
            _CELL: self._end_cell,
            _COVERED: self._end_covered,
            _PARAGRAPH: lambda: self._paragraphs.append(_laid_out(self.end_text())),
        }

    def _start(self, name: str, attributes: Attributes) -> None:
        if self._foreign_depth or name in _FOREIGN or name.startswith(_DRAWN):
            self._foreign_depth += self._before == 0
            self._elements += 1
        else:
            super()._start(name, attributes)

    def _end(self, name: str) -> None:
        if self._foreign_depth:
            self._foreign_depth -= 1
        else:
            super()._end(name)

    def _finish(self) -> None:
        self.starts, self.ends, self.is_done = {}, {}, True

    def _begin_row(self, attributes: Attributes) -> None:
        self._values, self._column = [], 0
        self._times = _times(attributes, "number-rows-repeated")

    def _end_row(self) -> None:
        if self._values:
            if self._row > ROWS:
                raise too_large(self.file, _("the table has more than {limit} rows", limit=ROWS), self._row)
            self.lines.append((self._row, self._times, self._values))
        self._row += self._times

    def _begin_cell(self, attributes: Attributes) -> None:
        self._cell = attributes
        self._paragraphs.clear()

    def _spaces(self, attributes: Attributes) -> None:
        self.texts.append(_SPACE * min(int(attributes.get(_TEXT + "c", 1)), SPACES))

    def _end_covered(self) -> None:
        """Go past cells that a merged one covers: nobody sees what they may hold."""
        self._column += _times(self._cell, "number-columns-repeated")

    def _end_cell(self) -> None:
        times, value = _times(self._cell, "number-columns-repeated"), self._value()
        if value is not None:
            self._put(value, times)
        self._column += times

    def _put(self, value: Any, times: int) -> None:
        if self._column + times > COLUMNS:
            raise too_large(self.file, _("the table has more than {limit} columns", limit=COLUMNS), self._row)
        self._values += [None] * (self._column - len(self._values))
        self._values += [value] * times
        down, across = _times(self._cell, "number-rows-spanned"), _times(self._cell, "number-columns-spanned")
        if down > 1 or across > 1:
            self._merged.append(Merged(self._row, self._column, self._row + down - 1, self._column + across - 1))

    def _value(self) -> Any:
        shown = "\n".join(self._paragraphs)
        kind = self._cell.get(_OFFICE + "value-type")
        if self._cell.get(_CALC_TYPE) == "error":
            return Failed(shown)
        if known := _KINDS.get(kind or ""):
            attribute, read = known
            stored = self._cell.get(_OFFICE + attribute)
            return Uncached() if stored is None else read(stored, shown)
        if kind is None and not shown and _TABLE + "formula" in self._cell:
            return Uncached()
        return self._cell.get(_OFFICE + "string-value", shown) or None


def _times(attributes: Attributes, name: str) -> int:
    times = int(attributes.get(_TABLE + name, 1))
    if times < 1:
        raise ValueError(times)
    return times


def _number(stored: str, shown: str) -> int | float | str | Disguised:
    """Return a number; as it is shown where its format shows more than its digits, as zeros or letters before it."""
    number = plain(stored)
    if not shown or shown == stored:
        return number
    if shown.isdigit() and int(shown) == number:
        return shown if len(shown) > 1 and shown.startswith("0") else number
    if not isinstance(number, int):  # no kind of field prints a fraction
        return number
    digits, own = re.sub(r"\D", "", shown), str(abs(number))
    if _PLAIN_NUMBER.fullmatch(shown):
        is_whole = digits.startswith(own) and not digits.removeprefix(own).strip("0")
        return ShownNumber(number, shown) if is_whole else Disguised(number)
    return ShownNumber(number, shown) if own in digits else Disguised(number)


#: A number as programs show it, in any language: signs between thousands, a decimal sign, an exponent.
_PLAIN_NUMBER = re.compile(r"[-\u2212]?\d{1,3}(?:[ \u00a0\u202f.,'’]?\d{3})*(?:[.,]\d+)?|[-\u2212]?\d+[.,]\d+")


def _day(stored: str, _shown: str) -> date | datetime | Failed:
    try:
        moment = datetime.fromisoformat(stored)
    except ValueError:
        return Failed("#VALUE!")
    return moment if "T" in stored else moment.date()


def _duration(stored: str, _shown: str) -> timedelta:
    parts = re.fullmatch(r"-?PT(\d{1,6})H(\d{1,2})M(\d{1,2}).*S", stored)
    if parts is None:
        raise ValueError(stored)
    return timedelta(hours=int(parts[1]), minutes=int(parts[2]), seconds=int(parts[3]))


#: Type of a cell → the attribute that holds its value, and what makes a value of that and of what is shown.
_KINDS: Mapping[str, tuple[str, Callable[[str, str], Any]]] = {
    "float": ("value", _number),
    "currency": ("value", _number),
    "percentage": ("value", lambda stored, _shown: Percentage(float(stored))),
    "date": ("date-value", _day),
    "time": ("time-value", _duration),
    "boolean": ("boolean-value", lambda stored, _shown: stored == "true"),
}


def _laid_out(text: str) -> str:
    """Return the text of a paragraph with white space as it counts: runs of it are one space, elements stand for more."""
    return _WHITE.sub(" ", text).translate(_ELEMENTS) if _LAID_OUT.search(text) else text
