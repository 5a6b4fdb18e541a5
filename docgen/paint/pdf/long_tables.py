"""A flowing document with a long table: WeasyPrint sets where it begins and ends, the press what lies between.

WeasyPrint takes milliseconds for each row of a table, and keeps all of them. But the pages in the middle of a long one are alike:
the heading row, then rows of words, each as high as its longest cell has lines. So WeasyPrint sets a document that has the first
rows alone, and one that has the last rows and what follows them. The pages between are composed of the rows, after the pattern of
the first page on which the table is continued. All rows that are set twice must be the same, in the same places. Where they are
not, or where a row holds more than words, WeasyPrint sets the whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, takewhile
from typing import Any, NamedTuple

from docgen.artwork import ArtworkFolders
from docgen.compose.page import TextItem
from docgen.paint.info import DocumentInfo
from docgen.paint.pdf.plain_rows import ROW, CellLine, CellPiece, NotPlainRows
from docgen.paint.pdf.set_pages import NEAR, PIXEL, SetPage, SetRow, Shown, font_of, is_black
from docgen.paint.pdf.table_model import PlacedRow, TableModel, model_of, texts_of
from docgen.paint.pdf.table_pages import write_pages
from docgen.paint.press.finish import PLAIN, Finish

#: A table of fewer rows is set by WeasyPrint. So many the first document has, or more, until it has a full continued page.
LONG, FIRST, MOST = 150, 40, 640
#: How many rows of doubtful cells are laid out at once.
AT_ONCE = 200
#: A table by its columns and heading, its rows, and its end.
_TABLE = re.compile(r"(<table>(?:<col [^>]*>)*<thead>.*?</thead><tbody>)(.*?)(</tbody></table>)", re.DOTALL)
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL | re.IGNORECASE)
#: What a document may not have, since its parts are set apart: counters go on, links lead to other pages, and a style that counts
#: rows would find others.
_COUNTED = re.compile(r"counter|bookmark-|<a |\sid=|:(?:nth|first|last|only|has|empty)")
#: Page numbers are laid out and not drawn, for the number of pages is not known yet.
UNSEEN = "<style>@page{@bottom-center{visibility:hidden}}</style>"


class LongTable(NamedTuple):
    """A body with one long table: what is above it, its beginning and end, its rows, and what is below it."""

    above: str
    begin: str
    rows: list[str]
    end: str
    below: str

    def first(self, count: int) -> str:
        """Return the body with so many rows and nothing below but styles, which hold for all."""
        return "".join((self.above, self.begin, *self.rows[:count], self.end, *_STYLE.findall(self.below)))

    def only(self, rows: Sequence[str]) -> str:
        """Return a body of its table alone, with other rows."""
        return "".join((*_STYLE.findall(self.above), self.begin, *rows, self.end, *_STYLE.findall(self.below)))

    def last(self, begin: int) -> str:
        """Return the body of the rows from one on, with nothing above."""
        return "".join((*_STYLE.findall(self.above), self.begin, *self.rows[begin:], self.end, self.below))


def long_table(body: str) -> LongTable | None:
    """Return a body cut at its long table; None where it has none, or what does not let it be set in parts."""
    if body.count("<tr") <= LONG:
        return None
    found = max(_TABLE.finditer(body), key=lambda table: len(table[2]), default=None)
    if found is None or _COUNTED.search(body):
        return None
    begin, rows, end = found.groups()
    each = re.findall(r"<tr.*?</tr>", rows, re.DOTALL)
    if len(each) < LONG or "".join(each) != rows:
        return None
    return LongTable(body[: found.start()], begin, each, end, body[found.end() :])


#: Lays out a body, and returns WeasyPrint's document.
LayOut = Callable[[str], Any]


def paint_long(lay: LayOut, table: LongTable, info: DocumentInfo, artwork: ArtworkFolders, finish: Finish = PLAIN) -> bytes:
    """Return the PDF of a document with a long table; `lay` lays out a body. NotPlainRows where it has to be set as a whole."""
    front, model = _begun(lay, table)
    pages = _pages(lay, table, model)
    if len(pages) < 3:
        raise NotPlainRows
    for page in front.pages:
        _compare(SetPage(page), model, pages)
    *middle, before_last, _last = pages
    begin = before_last[0].number
    back = lay(UNSEEN + table.last(begin))
    first = SetPage(back.pages[0])
    _compare(first, model, [[row._replace(number=row.number - begin) for row in before_last]])
    if len(first.rows) != len(before_last):
        raise NotPlainRows
    return write_pages(front.copy(front.pages[: model.index]), middle, back, model, info, artwork, finish, table.rows)


def _begun(lay: LayOut, table: LongTable) -> tuple[Any, TableModel]:
    """Return a document of the first rows, and the first full page of it on which the table is continued."""
    count = FIRST
    while count <= MOST:
        document = lay(UNSEEN + table.first(count))
        pages = [SetPage(page) for page in document.pages]
        found = next((index for index, page in enumerate(pages[:-1]) if page.is_continued), None)
        if found is not None:
            return document, model_of(pages[found], found, table.rows)
        count *= 2
    raise NotPlainRows


def _pages(lay: LayOut, table: LongTable, model: TableModel) -> list[list[PlacedRow]]:
    """Return the rows of the model and of all pages after it, as if nothing followed; what is no plain row ends them."""
    begin = model.page.rows[0].number
    found = takewhile(bool, map(ROW.fullmatch, table.rows[begin:]))
    cells = [model.columns.read(row[1]) for row in found if row]
    _settle(lay, table, model)
    pages: list[list[PlacedRow]] = [[]]
    first = top = model.page.rows[0].top
    floor = model.page.floor
    for number, row in enumerate(map(model.columns.lines, cells), begin):
        height = model.extra + model.leading * max(map(len, row))
        if top + height > floor and pages[-1]:
            pages.append([])
            top = first
        if top + height > floor - NEAR and (top == first or top + height < floor + NEAR):
            raise NotPlainRows  # higher than a page, or it may fit and may not
        pages[-1].append(PlacedRow(number, top, height, row))
        top += height
    return pages


def _settle(lay: LayOut, table: LongTable, model: TableModel) -> None:
    """Let WeasyPrint break the doubtful cells, each once, in a document of their own."""
    rows = list(model.columns.doubtful_rows())
    broken = [
        _measured(row, model) for part in _parts(rows) for page in lay(table.only(part)).pages for row in SetPage(page).rows
    ]
    if len(broken) != len(rows):
        raise NotPlainRows
    model.columns.settle(broken)


def _parts(rows: list[str]) -> Iterator[list[str]]:
    return (rows[first : first + AT_ONCE] for first in range(0, len(rows), AT_ONCE))


def _measured(row: SetRow, model: TableModel) -> list[list[CellLine]]:
    """Return the lines of a row that WeasyPrint set; NotPlainRows where they are not like those of other rows."""
    cells = [[list(line) for _baseline, line in groupby(cell, lambda piece: piece.baseline)] for cell in row.cells]
    lines: list[list[CellLine]] = [
        [[CellPiece(piece.text, piece.width / model.unit) for piece in line] for line in cell] for cell in cells
    ]
    if not _is_alike(row, PlacedRow(row.number, row.top, model.extra + model.leading * row.lines, lines), model):
        raise NotPlainRows
    return lines


def _compare(page: SetPage, model: TableModel, pages: list[list[PlacedRow]]) -> None:
    """Raise NotPlainRows where a row that WeasyPrint set is not as it is set here."""
    ours = {row.number: row for each in pages for row in each}
    if any(row.number in ours and not _is_alike(row, ours[row.number], model) for row in page.rows):
        raise NotPlainRows


def _is_alike(theirs: SetRow, ours: PlacedRow, model: TableModel) -> bool:
    """Return whether a row is at the same place and as high, and its lines are the same, in the same places and the same face."""
    here, there = list(texts_of(ours, model)), [piece for cell in theirs.cells for piece in cell]
    is_near = abs(theirs.top - ours.top) < NEAR and abs(theirs.height - ours.height) < NEAR
    return is_near and len(here) == len(there) and all(map(_is_same, here, there))


def _is_same(item: TextItem, piece: Shown) -> bool:
    """Return whether a text is a piece that WeasyPrint set; a space at its end is not drawn."""
    left, baseline = (abs(place.mm - other * PIXEL) for place, other in zip(item[2:4], piece[:2], strict=True))
    is_near = left < NEAR and baseline < NEAR and item.text.rstrip(" ") == piece.text.rstrip(" ")
    return is_near and is_black(piece.style) and font_of(piece.style) == item.font
