"""The structure of a document with a long table: WeasyPrint sets where it begins and ends, the press the rows between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from docgen.compose.page import Part
from docgen.paint.pdf.tagging import Tagging
from docgen.paint.pdf.weasy import written
from docgen.paint.press.elements import Element, Objects, page_entries
from docgen.paint.press.structure import PAGINATION, MarkedItems, spaced


class TableStructure:
    """Grows with the pages of the file (`PageStructure`); what WeasyPrint sets is in form XObjects there."""

    def __init__(self) -> None:
        self._tagging = Tagging()
        self._rows = Element(b"TBody")
        self._places: list[tuple[int, int]] = []
        self._shown = 0

    def write(self, document: Any) -> bytes:
        """Return the PDF of a document of WeasyPrint, whose contents are marked."""
        with self._tagging.watching(document):
            return written(document, finisher=self._tagging.settle, pdf_tags=True)

    def go_on(self, table: Any, earlier: Any) -> None:
        """Let the rows to come, and those of a later document, be rows of an earlier one's table; both as boxes."""
        self._rows = self._tagging.go_on(table, earlier)

    def pieces(self, heading: Part, rows: Sequence[tuple[Sequence[Part], str]], foot: Part) -> list[MarkedItems]:
        """Return what the next page sets, each piece with its mark: a repeated heading, the cells of rows, its number.

        A row is the texts of its cells, and its markup.
        """
        index, elements = self._tagging.add_page()
        found = [MarkedItems(PAGINATION, heading)]
        for cells, markup in rows:
            row, source = self._rows.add(b"TR"), Markup(markup).striptags()
            for texts in cells:
                cell = row.add(b"TD")
                if texts:
                    cell.content.append((index, len(elements)))
                    found.append(MarkedItems(b"/TD<</MCID %d>>BDC" % len(elements), spaced(texts, source)))
                    elements.append(cell)
        return [*found, MarkedItems(PAGINATION, foot)]

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
