"""Rows and paragraphs that hold nothing but words: what stands on each line of a cell, as WeasyPrint and Pango break it.

Most cells fit on one line, or are broken at the spaces between plain words. The others are broken by WeasyPrint, each once: also
those with an element in them, in front of which it ends lines sooner than it had to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import zip_longest
from typing import NamedTuple

#: A row that is never split, its cells, and what stands in one: text, and runs whose words stay on one line. A paragraph is as a
#: row of one cell.
_ROW = re.compile(r'<tr class="row">((?:<td[^>]*>.*?</td>)+)</tr>', re.DOTALL)
_CELL = re.compile(r'<td(?: class="([\w -]*)")?>(.*?)</td>', re.DOTALL)
_PARAGRAPH = re.compile(r'<p(?: class="([\w -]*)")?>(.*)</p>', re.DOTALL)
_HELD = re.compile(r'<span class="held">([^<>]*)</span>')
#: Where an element begins and ends.
_BEGIN, _END = "\1", "\2"
_EDGE = re.compile(f"[{_BEGIN}{_END}]")
#: A word that is broken nowhere within by Unicode's rules (UAX 14): letters and figures (AL, NU) in brackets or not (OP, CP),
#: with at most one sign that ends a clause (IS); and №.
_LETTER = "A-Za-zА-ЯЁЂ-Џа-яё-ҁҊ-ӿ"
_WORD = re.compile(rf"\(?[{_LETTER}0-9]+\)?[,.:;]?|№")
#: White space that is no plain space, and signs that are not seen.
_STRANGE = re.compile(
    r"[^\S ]|[\u0003-\u001f\u00ad\u034f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]|^ | $|  "
)


class NotPlainRows(Exception):
    """A table, row or cell is not set here: WeasyPrint sets the document as a whole."""


class CellPiece(NamedTuple):
    """A piece of a line that is drawn by itself, as WeasyPrint draws what stands in an element; its width in font units."""

    text: str
    width: float


#: A line of a cell, without spaces at its end.
CellLine = Sequence[CellPiece]


#: A cell: its class, and its markup.
Cell = tuple[str, str]


def cells_of(item: str) -> list[Cell]:
    """Return the cells of the markup of a row, or of a paragraph; none where it is another kind of row."""
    if row := _ROW.fullmatch(item):
        cells: list[Cell] = _CELL.findall(row[1])
        return cells if len(cells) == row[1].count("<td") else []
    paragraph = _PARAGRAPH.fullmatch(item)
    return [(paragraph[1] or "", paragraph[2])] if paragraph else []


@dataclass(frozen=True)
class PlainColumn:
    """A column: the class of its cells, their width in units of a text's, and how wide a text is; the lines known by markup.

    The first line begins `indent` later. `doubtful` is the markup of cells that Pango might break otherwise than they are here.
    """

    kind: str
    width: float
    units: Callable[[str], int]
    indent: float = 0
    known: dict[str, Sequence[CellLine]] = field(default_factory=dict)
    doubtful: dict[str, None] = field(default_factory=dict)

    def read(self, markup: str) -> None:
        """Break a cell, or remember that it is doubtful."""
        if markup not in self.known and markup not in self.doubtful:
            is_first_held = "<" in markup and not self.doubtful  # one of them is set, to see how
            lines = None if is_first_held else self._broken(markup)
            if lines is None:
                self.doubtful[markup] = None
            else:
                self.known[markup] = [self._pieces(line) for line in lines]

    def _pieces(self, line: str) -> CellLine:
        return [CellPiece(text, self.units(text)) for text in _EDGE.split(line) if text]

    def _broken(self, markup: str) -> list[str] | None:
        """Return the lines of a cell; None where they are doubtful."""
        marked = _HELD.sub(_marked, markup) if "<" in markup else markup
        if "<" in marked or _STRANGE.search(text := unescape(marked)):
            return None
        width = self.width - self.indent
        if self.units(_EDGE.sub("", text)) <= width:
            return [text] if text else []
        lines: list[str] = []
        for word in text.split(" "):
            if not _WORD.fullmatch(word) or self.units(word) > self.width - self.indent:
                return None
            if lines and self.units(f"{lines[-1]} {word}") <= width:
                lines[-1] = f"{lines[-1]} {word}"
            else:
                width = self.width if lines else width
                lines.append(word)
        return lines


def _marked(run: re.Match[str]) -> str:
    return f"{_BEGIN}{run[1]}{_END}"


@dataclass(frozen=True)
class PlainColumns:
    """The columns of a table, or the only one of paragraphs, and the lines of their cells."""

    each: Sequence[PlainColumn]

    def read(self, cells: Sequence[Cell]) -> None:
        """Break the cells of a row. NotPlainRows where they have not the classes of their columns."""
        if [kind for kind, _markup in cells] != [column.kind for column in self.each]:
            raise NotPlainRows
        for column, (_kind, markup) in zip(self.each, cells, strict=True):
            column.read(markup)

    def doubtful_rows(self) -> Iterator[list[Cell]]:
        """Yield rows of all doubtful cells, each once; where a column has no more, its cell is empty."""
        for row in zip_longest(*[column.doubtful for column in self.each], fillvalue=""):
            yield [(column.kind, markup) for column, markup in zip(self.each, row, strict=True)]

    def settle(self, rows: Sequence[Sequence[Sequence[CellLine]]]) -> None:
        """Take the lines of the doubtful cells from how their rows were set."""
        for index, column in enumerate(self.each):
            column.known.update(zip(column.doubtful, [row[index] for row in rows], strict=False))
            column.doubtful.clear()

    def lines(self, cells: Sequence[Cell]) -> list[Sequence[CellLine]]:
        """Return the lines of each cell of a row that was read."""
        return [column.known[markup] for column, (_kind, markup) in zip(self.each, cells, strict=True)]


def row_of(cells: Sequence[Cell]) -> str:
    """Return the markup of a row of cells."""
    return f'<tr class="row">{"".join(_element("td", cell) for cell in cells)}</tr>'


def paragraph_of(cells: Sequence[Cell]) -> str:
    """Return the markup of a paragraph, which is one cell."""
    return "".join(_element("p", cell) for cell in cells)


def _element(tag: str, cell: Cell) -> str:
    kind, markup = cell
    named = f' class="{kind}"' if kind else ""
    return f"<{tag}{named}>{markup}</{tag}>"
