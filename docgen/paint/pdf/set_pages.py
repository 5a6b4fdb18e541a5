"""A page as WeasyPrint set it: its paragraphs and the rows of its tables, and where their lines stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from docgen.fonts.faces import Font
from docgen.paint.pdf.plain_rows import NotPlainRows
from docgen.units import MM_PER_PT, Length

#: A CSS pixel in millimetres, and how near two places are that count as one.
PIXEL, NEAR = MM_PER_PT * 0.75, 1e-4
#: The kinds of box that a line of words is made of.
WORDS = {"BlockBox", "TableCellBox", "LineBox", "InlineBox", "TextBox", "MarginBox"}

#: Elements that only hold others.
HOLDERS = {"body", "div"}
#: What a style says of a box that is drawn as nothing but its words.
SEEN = {
    "opacity": 1, "transform": (), "outline_style": "none", "position": "static", "direction": "ltr", "unicode_bidi": "normal",
    "overflow": "visible",
}  # fmt: skip
#: What a style says of a text whose letters are those of the face, each as wide as the face says.
_VARIANTS = [f"font_variant_{name}" for name in ("alternates", "caps", "east_asian", "numeric", "position")]
_MORE = ("font_feature_settings", "font_variation_settings", "font_language_override", "font_stretch", "letter_spacing")
BY_ADVANCES = {
    **dict.fromkeys(("font_kerning", "font_variant_ligatures", "text_transform"), ("none",)),
    **dict.fromkeys((*_VARIANTS, *_MORE), ("normal",)),
    "word_spacing": (0,),
}


class Shown(NamedTuple):
    """A piece of a line as WeasyPrint set it: its left edge and baseline in pixels, its width, its text and its style."""

    left: float
    baseline: float
    width: float
    text: str
    style: Any


@dataclass(frozen=True)
class SetItem:
    """A row or a paragraph as WeasyPrint set it, or what of a paragraph is on one page; places in pixels.

    `number` counts rows and paragraphs of the document; `table` is the one that a row is of, `wrapper` the box around that.
    """

    number: int
    box: Any
    table: Any = None
    wrapper: Any = None
    is_continued: bool = False

    @property
    def top(self) -> float:
        """Its top: of a paragraph, that of its first line."""
        return float(self.box.content_box_y() if self.table is None else self.box.position_y)

    @property
    def height(self) -> float:
        """Its height: of a paragraph, that of its lines."""
        if self.table is None:
            return float(sum([line.height for line in self.box.children]))
        return float(self.box.height)

    @property
    def cells(self) -> list[list[Shown]]:
        """The pieces of the lines of its cells; a paragraph is one cell. NotPlainRows where more is drawn than these."""
        if self.table is None:
            return [pieces_of(self.box)]
        if not all(map(is_seen, (self.box, self.table, *self.table.children))):
            raise NotPlainRows
        return [pieces_of(cell) for cell in self.box.children]

    @property
    def lines(self) -> int:
        """How many lines its highest cell has."""
        return max(len({piece.baseline for piece in cell}) for cell in self.cells)


class SetPage:
    """A page that WeasyPrint set: its rows and paragraphs, and the number at its foot."""

    def __init__(self, page: Any):
        self.size = (to_mm(page.width), to_mm(page.height))
        self.items: list[SetItem] = []
        self._box = page._page_box

    def read_items(self, number: int, earlier: Any) -> Iterator[SetItem]:
        """Yield its rows and paragraphs, numbered from one on; `earlier` is the element of the last one on the page before."""
        for box, table, wrapper in _items_in(self._box.children[0]):
            is_continued = box.element is earlier
            number, earlier = number + (not is_continued), box.element
            yield SetItem(number, box, table, wrapper, is_continued)

    @property
    def foot(self) -> Shown:
        """The number of the page; NotPlainRows where there is something else in its margins."""
        found = self.margins
        if len(found) != 1:
            raise NotPlainRows
        return found[0]

    @property
    def margins(self) -> list[Shown]:
        """The pieces of what is in its margins; NotPlainRows where more is drawn than these."""
        return [piece for box in self._box.children[1:] for piece in pieces_of(box)]

    @property
    def is_bare(self) -> bool:
        """Whether nothing is drawn on it but its rows and paragraphs, and what is in its margins."""
        boxes = (self._box, self._box.children[0])
        return self._box.canvas_background is None and all(map(_is_bare, boxes)) and _holds_items_alone(boxes[1])

    @property
    def top(self) -> float:
        """Where its content begins."""
        return float(self._box.content_box_y())

    @property
    def floor(self) -> float:
        """Where its content ends at the latest."""
        return float(self._box.content_box_y() + self._box.height)


def _items_in(parent: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Yield the boxes of rows and paragraphs in the body or in what only holds others; of rows their table and wrapper too."""
    for each in parent.children:
        if each.is_table_wrapper:
            if is_seen(each):
                table = each.get_wrapped_table()
                yield from ((row, table, each) for group in table.children if not group.is_header for row in group.children)
        elif each.element_tag == "p":
            yield each, None, None
        elif _is_holder(each):
            yield from _items_in(each)


def _is_holder(box: Any) -> bool:
    """Return whether a box only holds others."""
    return box.element_tag in HOLDERS and type(box).__name__ == "BlockBox" and _is_bare(box)


def _holds_items_alone(parent: Any) -> bool:
    """Return whether nothing is in the body, or in what only holds others, but rows and paragraphs."""
    return all(
        each.is_table_wrapper or each.element_tag == "p" or (_is_holder(each) and _holds_items_alone(each))
        for each in parent.children
    )


def set_pages(pages: Sequence[Any], first: int = 0, end: int | None = None) -> list[SetPage]:
    """Return pages of WeasyPrint with their rows and paragraphs, numbered from `first` on, or so that `end` would be next."""
    found = [SetPage(page) for page in pages]
    number, earlier = first - 1, None
    for page in found:
        page.items = list(page.read_items(number, earlier))
        if page.items:
            number, earlier = page.items[-1].number, page.items[-1].box.element
    if end is not None:
        shift = end - 1 - number
        for page in found:
            page.items = [replace(item, number=item.number + shift) for item in page.items]
    return found


def heading_of(table: Any) -> Any:
    """Return the heading row of a table; NotPlainRows where that is not one, above one group of rows, whose cells share rules."""
    groups = table.children
    if table.style["border_collapse"] != "collapse" or len(groups) != 2 or not groups[0].is_header:
        raise NotPlainRows
    if len(groups[0].children) != 1:
        raise NotPlainRows
    return groups[0].children[0]


def pieces_of(box: Any) -> list[Shown]:
    """Return the pieces of the lines of words in a box; NotPlainRows where something else is in it."""
    return [Shown(each.position_x, each.position_y + each.baseline, each.width, each.text, each.style) for each in _texts_in(box)]


def _texts_in(box: Any) -> Iterator[Any]:
    if type(box).__name__ not in WORDS or not (is_seen if type(box).__name__ == "TableCellBox" else _is_bare)(box):
        raise NotPlainRows
    if hasattr(box, "text"):
        yield box
    for each in getattr(box, "children", ()):
        yield from _texts_in(each)


def is_seen(box: Any) -> bool:
    """Return whether a box is drawn as what is in it."""
    behind = box.background
    is_clear = behind is None or (behind.color.alpha == 0 and not any(layer.image for layer in behind.layers))
    return is_clear and all(box.style[name] == value for name, value in SEEN.items())


def _is_bare(box: Any) -> bool:
    """Return whether a box is drawn as what is in it, without a border; those of cells are the rules of their table."""
    return is_seen(box) and not any(box.style[f"border_{side}_width"] for side in ("top", "right", "bottom", "left"))


def is_plain(style: Any, visibility: str = "visible") -> bool:
    """Return whether a text of this style is black, set by advance widths alone, without a line at it; it is seen or not."""
    is_drawn_on = any(each != "none" for each in style["text_decoration_line"]) and style["text_decoration_line"] != "none"
    is_black = levels_of(style["color"]) == (0, 0, 0, 1) and style["visibility"] == visibility
    return is_black and not is_drawn_on and says(style, BY_ADVANCES)


def says(style: Any, said: Mapping[str, Sequence[object]]) -> bool:
    """Return whether a style says one of the values of each of these properties."""
    return all(style[name] in values for name, values in said.items())


def levels_of(colour: Any) -> tuple[float, ...]:
    """Return red, green, blue and alpha, from 0 to 1."""
    return (*colour.to("srgb").coordinates, colour.alpha)


def font_of(style: Any) -> Font:
    """Return the face and size of a text of this style."""
    return Font(to_mm(style["font_size"]), bold=style["font_weight"] >= 600, italic=style["font_style"] != "normal")


def to_mm(pixels: float) -> Length:
    """Return pixels of CSS as a length."""
    return Length(pixels * PIXEL)
