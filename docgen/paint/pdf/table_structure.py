"""The structure of a document with long tables: WeasyPrint sets where they begin and end, the press what is between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from markupsafe import Markup

from docgen.compose.page import Part
from docgen.paint.pdf.line_model import PlacedHeading, PlacedItem, PlacedPage
from docgen.paint.pdf.plain_rows import cells_of
from docgen.paint.pdf.table_model import TableModel
from docgen.paint.pdf.tagging import Tagging
from docgen.paint.pdf.weasy import written
from docgen.paint.press.elements import Element, Objects, page_entries
from docgen.paint.press.structure import PAGINATION, MarkedItems, spaced


class TableStructure:
    """Grows with the pages of the file (`PageStructure`); what WeasyPrint sets is in form XObjects there.

    `sources` is the markup of all rows and paragraphs.
    """

    def __init__(self, model: TableModel, sources: Sequence[str]) -> None:
        self._tagging = Tagging()
        self._model, self._sources = model, sources
        #: Of the table that was begun last, the element itself, and those of its heading and its rows; and of the paragraph.
        self._table: Sequence[Element] = ()
        self._paragraph = Element(b"P")
        self._places: list[tuple[int, int]] = []
        self._shown = 0

    def write(self, document: Any) -> bytes:
        """Return the PDF of a document of WeasyPrint, whose contents are marked."""
        with self._tagging.watching(document):
            return written(document, finisher=self._tagging.settle, pdf_tags=True)

    def go_on(self, table: Any) -> None:
        """Let the table that was begun last go on in that of a later document, as a box."""
        self._tagging.go_on(table, self._table)

    def pieces(self, page: PlacedPage, parts: Sequence[Sequence[Part]], foot: Part) -> list[MarkedItems]:
        """Return what the next page sets, each piece with its mark; `parts` are the texts of the cells of all that is on it.

        A repeated heading and the page's number are no content.
        """
        index, elements = self._tagging.add_page()
        found: list[MarkedItems] = []
        for placed, cells in zip(page, parts, strict=True):
            if isinstance(placed, PlacedHeading) and placed.is_repeated:
                self._table = self._table or self._tagging.begun(self._model.page.items[0].table)
                found.append(MarkedItems(PAGINATION, tuple(chain.from_iterable(cells))))
                continue
            for (element, source, rest), texts in zip(self._cells(placed), cells, strict=True):
                if texts:
                    element.hold(index, len(elements))
                    begin = b"/%s<</MCID %d>>BDC" % (element.tag, len(elements))
                    found.append(MarkedItems(begin, spaced(texts, source, rest)))
                    elements.append(element)
        return [*found, MarkedItems(PAGINATION, foot)]

    def _cells(self, placed: PlacedItem | PlacedHeading) -> Iterator[tuple[Element, str, str]]:
        """Yield the elements of cells, new ones but for a paragraph that goes on, what they say, and what goes on elsewhere."""
        if isinstance(placed, PlacedHeading):
            yield from self._begin_table()
            return
        sources = [Markup(markup).striptags() for _kind, markup in cells_of(self._sources[placed.number])]
        if placed.is_row:
            row = self._table[-1].add(b"TR")
            yield from ((row.add(b"TD"), source, "") for source in sources)
            return
        if not placed.begun and self._model.paragraphs:
            self._paragraph = self._tagging.add_like(self._model.paragraphs.box)
        yield self._paragraph, sources[0], placed.rest

    def _begin_table(self) -> Iterator[tuple[Element, str, str]]:
        """Begin a table like the others; yield the cells of its heading row."""
        group, rows = self._model.table.children
        table = self._tagging.add_like(self._model.table)
        heading = self._tagging.add_like(group, table)
        self._table = table, heading, self._tagging.add_like(rows, table)
        row = self._tagging.add_like(self._model.head, heading)
        for cell in self._model.head.children:
            yield self._tagging.add_like(cell, row), "".join(cell.element.itertext()), ""

    def show(self, figure: int) -> None:
        """Say that the contents of the next page are in a form XObject, by its object."""
        self._shown = figure

    def entries(self, index: int) -> bytes:
        """Return more entries of a page; one that shows a form XObject has no content of its own."""
        return b"" if self._shown else page_entries(index)

    def note_page(self, leaf: int) -> None:
        """Note the object of the page that was written last."""
        self._places.append((leaf, self._shown))
        self._shown = 0

    def close(self, file: Objects) -> bytes:
        """Write the tree; return the entries of the catalogue."""
        return self._tagging.close(self._places, file)
