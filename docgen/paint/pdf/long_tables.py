"""A flowing document with a long table, or a series of tables: WeasyPrint sets where it begins and ends, the press the rest.

WeasyPrint takes milliseconds for each row of a table, and keeps all of them. But the pages in the middle of a long one are alike:
the heading row, then rows of words, each as high as its longest cell has lines; and so are those of many tables that are alike,
each below a paragraph. So WeasyPrint sets a document that has the first rows alone, and one that has the last rows and what is
below them. The pages between are composed of the rows and paragraphs, after the pattern of the first page that begins among them.
All that is set twice must be the same, in the same places. Where it is not, or where a row holds more than words, WeasyPrint sets
the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from docgen.artwork import ArtworkFolders
from docgen.paint.info import DocumentInfo
from docgen.paint.pdf.line_model import LineModel, PlacedItem, PlacedPage, is_same, texts_of
from docgen.paint.pdf.pango_widths import UNIT
from docgen.paint.pdf.plain_rows import Cell, CellLine, CellPiece, NotPlainRows, PlainColumn, cells_of, paragraph_of, row_of
from docgen.paint.pdf.set_pages import NEAR, SetItem, SetPage, Shown, set_pages
from docgen.paint.pdf.table_breaks import pages_of
from docgen.paint.pdf.table_model import TableModel, find_between, table_model
from docgen.paint.pdf.table_pages import require_numbers, write_pages
from docgen.paint.pdf.table_series import TableSeries, is_paragraph
from docgen.paint.press.finish import PLAIN, Finish

#: So many letters of markup the first document has, or more, until it has a full page that is like all others.
FIRST, MOST = 6_000, 160_000
#: How many rows or paragraphs of doubtful cells are laid out at once.
AT_ONCE = 200
#: Page numbers are laid out and not drawn, for the number of pages is not known yet.
UNSEEN = "<style>@page{@bottom-center{visibility:hidden}}</style>"

#: Lays out a body, and returns WeasyPrint's document.
LayOut = Callable[[str], Any]


def paint_long(lay: LayOut, series: TableSeries, info: DocumentInfo, artwork: ArtworkFolders, finish: Finish = PLAIN) -> bytes:
    """Return the PDF of a document with long tables; `lay` lays out a body. NotPlainRows where it has to be set as a whole."""
    front, shown, model = _begun(lay, series)
    pages = _pages(lay, series, model)
    for theirs, ours in zip(shown[model.index :], pages, strict=False):
        _compare(theirs, ours, is_whole=theirs is not shown[-1] and ours is not pages[-1])
    cut = next((index for index in range(len(pages) - 2, 0, -1) if not _first(pages[index]).begun), 0)
    if not cut:
        raise NotPlainRows
    begin = _first(pages[cut]).number
    back = lay(UNSEEN + series.last(begin))
    if len(back.pages) < len(pages) - cut:
        raise NotPlainRows
    last_pages = set_pages(back.pages, first=begin)
    for theirs, ours in zip(last_pages, pages[cut:-1], strict=False):
        _compare(theirs, ours, is_whole=True)
    require_numbers(shown, model)
    require_numbers(last_pages, model)
    return write_pages(front.copy(front.pages[: model.index]), pages[:cut], back, model, info, artwork, finish, series.items)


def _begun(lay: LayOut, series: TableSeries) -> tuple[Any, list[SetPage], TableModel]:
    """Return a document of the first items and its pages, and what the first full page that begins among them says."""
    letters = FIRST
    while letters <= MOST:
        count = _count(series, letters)
        document = lay(UNSEEN + series.first(count))
        pages = set_pages(document.pages, end=count)
        shown = {item.number: item.table is None for page in pages for item in page.items}
        if any(shown.get(number) != is_paragraph(item) for number, item in enumerate(series.items[:count])):
            raise NotPlainRows  # they are not where they are looked for
        found = next((index for index, page in enumerate(pages[:-1]) if _begins_within(page)), None)
        between = find_between(pages) if series.has_paragraphs else None
        if found is not None and (between or not series.has_paragraphs):
            return document, pages, table_model(pages, found, series.items, between)
        letters *= 2
    raise NotPlainRows


def _count(series: TableSeries, letters: int) -> int:
    """Return how many items have so many letters, a row the last of them."""
    count = 0
    while count < len(series.items) and (letters > 0 or is_paragraph(series.items[count - 1])):
        letters -= len(series.items[count])
        count += 1
    return count


def _begins_within(page: SetPage) -> bool:
    """Return whether a page begins with a row or a paragraph of the series, and not its first one."""
    return bool(page.items) and page.items[0].number > 0 and not page.items[0].is_continued


def _first(page: PlacedPage) -> PlacedItem:
    return next(each for each in page if isinstance(each, PlacedItem))


def _pages(lay: LayOut, series: TableSeries, model: TableModel) -> list[PlacedPage]:
    """Return the page of the model and all pages after it, as if nothing followed; what is no plain row ends them."""
    begin = end = model.page.items[0].number
    found: list[tuple[bool, list[Cell]]] = []
    for item in series.items[begin:]:
        cells, is_row = cells_of(item), not is_paragraph(item)
        if not cells:
            break
        _lines_of(model, is_row).columns.read(cells)
        found.append((is_row, cells))
    while found and not found[-1][0]:  # a paragraph has its table's first row below it
        found.pop()
    _settle(lay, series, model.rows, row_of)
    if model.paragraphs:
        _settle(lay, series, model.paragraphs.lines, paragraph_of)
    end = begin + len(found)
    is_ended = end == len(series.items) or is_paragraph(series.items[end])
    return pages_of((_placed(number, model, *each) for number, each in enumerate(found, begin)), model, is_ended)


def _lines_of(model: TableModel, is_row: bool) -> LineModel:
    if is_row:
        return model.rows
    assert model.paragraphs is not None
    return model.paragraphs.lines


def _placed(number: int, model: TableModel, is_row: bool, cells: Sequence[Cell]) -> PlacedItem:
    """Return an item that has no place yet; NotPlainRows for a paragraph without words."""
    lines = _lines_of(model, is_row)
    found = lines.columns.lines(cells)
    if not is_row and not found[0]:
        raise NotPlainRows
    return PlacedItem(number, 0.0, lines.height(found), found, lines, is_row)


def _settle(lay: LayOut, series: TableSeries, lines: LineModel, markup_of: Callable[[Sequence[Cell]], str]) -> None:
    """Let WeasyPrint break the doubtful cells of rows or paragraphs, each once, in documents of their own."""
    items = [markup_of(cells) for cells in lines.columns.doubtful_rows()]
    broken = [
        _measured(list(shown), lines)
        for first in range(0, len(items), AT_ONCE)
        for _number, shown in groupby(_shown(lay(series.only(items[first : first + AT_ONCE]))), lambda item: item.number)
    ]
    if len(broken) != len(items):
        raise NotPlainRows
    lines.columns.settle(broken)


def _shown(document: Any) -> Iterator[SetItem]:
    return (item for page in set_pages(document.pages) for item in page.items)


def _measured(shown: Sequence[SetItem], model: LineModel) -> list[list[CellLine]]:
    """Return the lines of an item that WeasyPrint set, on one page or several; NotPlainRows where others are not like them."""
    found: list[list[CellLine]] = [[] for _column in model.contents]
    for part in shown:
        cells = [[list(line) for _baseline, line in groupby(cell, lambda piece: piece.baseline)] for cell in part.cells]
        lines: list[list[CellLine]] = [
            [[_piece(piece, column) for piece in line] for line in cell]
            for column, cell in zip(model.columns.each, cells, strict=True)
        ]
        if not _is_alike(part, PlacedItem(part.number, part.top, model.height(lines), lines, model, begun=len(found[0]))):
            raise NotPlainRows
        for cell, more in zip(found, lines, strict=True):
            cell += more
    return found


def _piece(shown: Shown, column: PlainColumn) -> CellPiece:
    """Return a piece that WeasyPrint set; NotPlainRows where it is not as wide as its letters, or as those but for spaces."""
    width, text = shown.width / UNIT, shown.text
    if min(abs(column.units(each) - width) for each in (text, text.rstrip(" "))) * UNIT > NEAR:
        raise NotPlainRows
    return CellPiece(text, width)


def _compare(theirs: SetPage, ours: PlacedPage, is_whole: bool) -> None:
    """Raise NotPlainRows where what WeasyPrint set is not as it is set here; one page may end sooner where not `is_whole`."""
    placed = [each for each in ours if isinstance(each, PlacedItem)]
    if is_whole and len(theirs.items) != len(placed):
        raise NotPlainRows
    for item, mine in zip(theirs.items, placed, strict=False):
        if item.number != mine.number or item.is_continued != (mine.begun > 0) or not _is_alike(item, mine):
            raise NotPlainRows


def _is_alike(theirs: SetItem, ours: PlacedItem) -> bool:
    """Return whether an item is at the same place and as high, its lines are the same, in the same places and the same face."""
    here, there = list(texts_of(ours)), [piece for cell in theirs.cells for piece in cell]
    is_near = abs(theirs.top - ours.top) < NEAR and abs(theirs.height - ours.height) < NEAR
    return is_near and len(here) == len(there) and all(map(is_same, here, there))
