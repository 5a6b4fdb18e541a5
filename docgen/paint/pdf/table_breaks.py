"""Where the pages of a series of tables end, as WeasyPrint ends them.

Rows are never split, and the heading row is repeated at the top of a page. A paragraph goes on over a page's end where enough
lines are on both pages. It is not parted from the heading row of its table and the first row: where those do not fit below it,
its last lines go to the next page with them, or all of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from docgen.paint.pdf.line_model import PlacedHeading, PlacedItem, PlacedPage
from docgen.paint.pdf.plain_rows import NotPlainRows
from docgen.paint.pdf.set_pages import NEAR
from docgen.paint.pdf.table_model import ParagraphModel, TableModel


def pages_of(items: Iterable[PlacedItem], model: TableModel, is_ended: bool) -> list[PlacedPage]:
    """Return the pages of rows and paragraphs that have no place yet, as if nothing followed.

    The first one begins a page; the last one is that of its table where `is_ended`. NotPlainRows where something is higher than a
    page, or may fit and may not.
    """
    pages = _Pages(model)
    paragraph = row = None
    for item in items:
        if row:
            pages.add(paragraph, row, is_last=not item.is_row)
            paragraph = row = None
        if item.is_row:
            row = item
        else:
            paragraph = item
    if row:
        pages.add(paragraph, row, is_ended)
    return pages.found


class _Pages:
    """Pages that are being filled: where the last row or line ended, and whether its table is the first on its page."""

    def __init__(self, model: TableModel):
        self.found: list[PlacedPage] = [[]]
        self._model = model
        self._end = 0.0
        self._is_at_top = True

    def add(self, paragraph: PlacedItem | None, row: PlacedItem, is_last: bool) -> None:
        """Add a row, and the paragraph above its table if that begins here; `is_last` of its table."""
        closing = self._model.closing if is_last else 0.0
        if paragraph:
            self._begin_table(paragraph, row, closing)
        elif self.found[-1] and self._fits(self._end + row.height, 0.0 if self._is_at_top else closing):
            self._place(row, self._end)
        else:
            self._next_page()
            self._is_at_top = True
            self._place_table(self._model.top, row, 0.0, is_repeated=True)

    def _begin_table(self, paragraph: PlacedItem, row: PlacedItem, closing: float) -> None:
        model, count = self._model.paragraphs, len(paragraph.cells[0])
        assert model is not None
        here = self._lines_here(model, paragraph, row, closing) if self.found[-1] else 0
        if here:
            self._place(_lines_of(paragraph, 0, here), self._end + model.before)
        if here < count:
            self._next_page()
            self._place(_lines_of(paragraph, here, count), self._model.page.top)
        self._is_at_top = False
        self._place_table(self._end + model.after, row, closing)

    def _lines_here(self, model: ParagraphModel, paragraph: PlacedItem, row: PlacedItem, closing: float) -> int:
        """Return how many lines of a paragraph stay on a page where something is above it."""
        top, leading, count = self._end + model.before, model.lines.leading, len(paragraph.cells[0])
        here = next((number for number in range(count) if not self._fits(top + leading * (number + 1))), count)
        table = self._model.head.height + row.height
        if here == count and self._fits(top + paragraph.height + model.after + table, closing):
            return count
        here = min(here, count - model.widows)
        return here if here >= model.orphans else 0

    def _place_table(self, top: float, row: PlacedItem, closing: float, is_repeated: bool = False) -> None:
        """Place a heading row, and a row below it; NotPlainRows where they do not fit."""
        self.found[-1].append(PlacedHeading(top, is_repeated))
        self._end = top + self._model.head.height
        if not self._fits(self._end + row.height, closing):
            raise NotPlainRows
        self._place(row, self._end)

    def _place(self, item: PlacedItem, top: float) -> None:
        self.found[-1].append(item._replace(top=top))
        self._end = top + item.height

    def _next_page(self) -> None:
        if self.found[-1]:
            self.found.append([])

    def _fits(self, end: float, closing: float = 0.0) -> bool:
        """Return whether what ends there, with a rule below it, is on the page; NotPlainRows where it may be and may not."""
        free = self._model.page.floor - closing - end
        if abs(free) < NEAR:
            raise NotPlainRows
        return free > 0


def _lines_of(paragraph: PlacedItem, begin: int, end: int) -> PlacedItem:
    """Return some lines of a paragraph."""
    lines = paragraph.cells[0]
    rest = lines[end][0].text if end < len(lines) else ""
    cells = [lines[begin:end]]
    return paragraph._replace(height=paragraph.model.height(cells), cells=cells, begun=begin, rest=rest)
