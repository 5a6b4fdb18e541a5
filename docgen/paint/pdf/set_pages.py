"""A page as WeasyPrint set it: the rows of its table, and where the lines of their cells stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from docgen.fonts.faces import Font
from docgen.paint.pdf.plain_rows import NotPlainRows
from docgen.units import MM_PER_PT, Length

#: A CSS pixel in millimetres, and how near two places are that count as one.
PIXEL, NEAR = MM_PER_PT * 0.75, 1e-4
#: The kinds of box that a line of words is made of.
WORDS = {"BlockBox", "TableCellBox", "LineBox", "InlineBox", "TextBox", "MarginBox"}


class Shown(NamedTuple):
    """A piece of a line as WeasyPrint set it: its left edge and baseline in pixels, its width, its text and its style."""

    left: float
    baseline: float
    width: float
    text: str
    style: Any


class SetRow(NamedTuple):
    """A row as WeasyPrint set it: its number, its top and height in pixels, and the lines of its cells."""

    number: int
    top: float
    height: float
    cells: list[list[Shown]]

    @property
    def lines(self) -> int:
        """How many lines its highest cell has."""
        return max(len({piece.baseline for piece in cell}) for cell in self.cells)


class SetPage:
    """A page that WeasyPrint set: its table, if that is of the body itself, and the number at its foot."""

    def __init__(self, page: Any):
        self.size = (to_mm(page.width), to_mm(page.height))
        self.bookmarks = page.bookmarks
        self._box = page._page_box
        self.table: Any = next(self._tables(), None)

    def _tables(self) -> Iterator[Any]:
        for body in self._box.children[0].children:
            yield from (each.get_wrapped_table() for each in body.children if each.is_table_wrapper)

    @property
    def is_continued(self) -> bool:
        """Whether its table began on an earlier page; NotPlainRows where its cells do not share their rules."""
        if self.table is not None and self.table.style["border_collapse"] != "collapse":
            raise NotPlainRows
        return self.table is not None and self.table.skipped_rows > 0

    @property
    def head(self) -> Any:
        """The heading row; NotPlainRows where that is not one, above one group of rows."""
        groups = self.table.children
        if len(groups) != 2 or not groups[0].is_header or len(groups[0].children) != 1:
            raise NotPlainRows
        return groups[0].children[0]

    @property
    def rows(self) -> list[SetRow]:
        """The rows of its table."""
        rows = self.table.children[-1].children if self.table is not None else ()
        return [SetRow(row.index, row.position_y, row.height, [pieces_of(cell) for cell in row.children]) for row in rows]

    @property
    def foot(self) -> Shown:
        """The number of the page; NotPlainRows where there is something else in its margins."""
        found = [piece for box in self._box.children[1:] for piece in pieces_of(box)]
        if len(found) != 1:
            raise NotPlainRows
        return found[0]

    @property
    def floor(self) -> float:
        """Where its content ends at the latest."""
        bottom: float = self._box.content_box_y() + self._box.height
        return bottom


def pieces_of(box: Any) -> list[Shown]:
    """Return the pieces of the lines of words in a box; NotPlainRows where something else is in it."""
    return [Shown(each.position_x, each.position_y + each.baseline, each.width, each.text, each.style) for each in _texts_in(box)]


def _texts_in(box: Any) -> Iterator[Any]:
    if type(box).__name__ not in WORDS or box.background is not None:
        raise NotPlainRows
    if hasattr(box, "text"):
        yield box
    for each in getattr(box, "children", ()):
        yield from _texts_in(each)


def is_black(style: Any) -> bool:
    """Return whether a text of this style is black, with no line drawn at it."""
    is_drawn_on = any(each != "none" for each in style["text_decoration_line"]) and style["text_decoration_line"] != "none"
    return levels_of(style["color"]) == (0, 0, 0, 1) and not is_drawn_on


def levels_of(colour: Any) -> tuple[float, ...]:
    """Return red, green, blue and alpha, from 0 to 1."""
    return (*colour.to("srgb").coordinates, colour.alpha)


def font_of(style: Any) -> Font:
    """Return the face and size of a text of this style."""
    return Font(to_mm(style["font_size"]), bold=style["font_weight"] >= 600, italic=style["font_style"] != "normal")


def to_mm(pixels: float) -> Length:
    """Return pixels of CSS as a length."""
    return Length(pixels * PIXEL)
