"""How the lines of rows stand, or those of paragraphs, and what is put on a page by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import inf
from typing import Any, NamedTuple

from docgen import fonts
from docgen.compose.page import Layer, TextItem
from docgen.fonts.faces import Font
from docgen.paint.pdf.pango_widths import UNIT, pango_widths
from docgen.paint.pdf.plain_rows import CellLine, NotPlainRows, PlainColumn, PlainColumns, cells_of
from docgen.paint.pdf.set_pages import NEAR, PIXEL, SetItem, Shown, font_of, is_plain, says, to_mm

#: The colour of a body, which is not that of certificates; and what the items of its pages belong to.
BLACK = "#000000"
TABLE = "table"
#: What a style says of a cell whose lines are broken at spaces alone, and of a row or a cell that is as high as its lines.
AT_SPACES = {"white_space": ("normal",), "word_break": ("normal",), "hyphens": ("none",), "block_ellipsis": ("none",)}
AS_HIGH_AS_LINES = {"height": ("auto",), "min_height": ("auto",), "max_height": ((inf, "px"),)}
#: What styles of all columns have to say alike, for a row is as high as the cell with the most lines.
OF_ALL_COLUMNS = ("line_height", "padding_top", "padding_bottom")
#: How lines are aligned: the share of what they leave free that is at their left.
SHARES = {"left": 0.0, "start": 0.0, "center": 0.5, "right": 1.0, "end": 1.0}


@dataclass(frozen=True)
class LineModel:
    """How the lines of rows stand, or those of paragraphs, in pixels.

    `contents` are of each column the left edge of its cells' content, its width, and the share that a line has at its left of
    what it leaves free. The first line begins `indent` later.
    """

    contents: list[tuple[float, float, float]]
    columns: PlainColumns
    font: Font
    #: The height of a line, that of a row without lines, and the first baseline below the top of a row.
    leading: float
    extra: float
    drop: float
    indent: float = 0

    def height(self, cells: Sequence[Sequence[CellLine]]) -> float:
        """Return the height of a row with these lines."""
        return self.extra + self.leading * max(map(len, cells))


def line_model(item: SetItem, others: Sequence[SetItem], markup: str) -> LineModel:
    """Return how the lines of an item stand, and those of others like it; NotPlainRows where they are not alike."""
    boxes = [item.box] if item.table is None else item.box.children
    cells = cells_of(markup)
    if len(cells) != len(boxes):
        raise NotPlainRows
    texts = [line.style for each in (item, *others) for cell in each.cells for line in cell]
    style = _style_of([*texts, *[box.style for box in boxes]])  # a column may be empty as yet
    alike = {name: (boxes[0].style[name],) for name in OF_ALL_COLUMNS}
    for box in boxes:
        require(box.style, AT_SPACES | alike)
    for box in (item.box, *boxes):
        require(box.style, AS_HIGH_AS_LINES)
    font, size = font_of(style), style["font_size"]
    units = pango_widths(fonts.family().face(font), size)
    shares = [_share(box.style) for box in boxes]
    indent = 0.0 if item.table is not None else _indent(item.box.style)
    columns, contents = [], []
    for (kind, _markup), box, share in zip(cells, boxes, shares, strict=True):
        columns.append(PlainColumn(kind, box.width / UNIT, units, indent / UNIT))
        contents.append((box.content_box_x(), box.width, share))
    leading = next(box.children[0].height for box in boxes if box.children)
    drop = next(cell[0].baseline for cell in item.cells if cell) - item.top
    return LineModel(contents, PlainColumns(columns), font, leading, item.height - leading * item.lines, drop, indent)


def _style_of(styles: Sequence[Any]) -> Any:
    """Return the style of all texts; NotPlainRows where they have several."""
    font = font_of(styles[0])
    if not all(is_plain(style) and font_of(style) == font for style in styles):
        raise NotPlainRows
    return styles[0]


def _share(style: Any) -> float:
    """Return the share of what a line leaves free that is at its left; NotPlainRows for lines that are stretched."""
    align, last = style["text_align_all"], style["text_align_last"]
    if align not in SHARES or last not in ("auto", align):
        raise NotPlainRows
    return SHARES[align]


def _indent(style: Any) -> float:
    """Return the indent of a paragraph's first line; NotPlainRows where it depends on the width."""
    indent = style["text_indent"]
    if getattr(indent, "unit", None) != "px":
        raise NotPlainRows
    return float(indent.value)


def require(style: Any, said: Mapping[str, Sequence[object]]) -> None:
    """Raise NotPlainRows where a style says something else of one of these properties."""
    if not says(style, said):
        raise NotPlainRows


class PlacedItem(NamedTuple):
    """A row, or a paragraph, on its page: its number, its top and height in pixels, and the lines of its cells.

    Of a paragraph that began on the page before, `begun` lines are there; `rest` begins what of it is on the next page.
    """

    number: int
    top: float
    height: float
    cells: Sequence[Sequence[CellLine]]
    model: LineModel
    is_row: bool = True
    begun: int = 0
    rest: str = ""


class PlacedHeading(NamedTuple):
    """A heading row on its page: its top in pixels, and whether its table began on an earlier page."""

    top: float
    is_repeated: bool


#: A page of a series, from its top to its end.
PlacedPage = list[PlacedItem | PlacedHeading]


def texts_of(item: PlacedItem) -> Iterator[TextItem]:
    """Yield the texts of a row or a paragraph, cell after cell."""
    return chain.from_iterable(texts_of_cells(item))


def texts_of_cells(item: PlacedItem) -> Iterator[tuple[TextItem, ...]]:
    """Yield the texts of each cell."""
    model = item.model
    font, leading = model.font, model.leading
    for (left, wide, share), lines in zip(model.contents, item.cells, strict=True):
        baseline, texts = item.top + model.drop, list[TextItem]()
        for number, line in enumerate(lines, item.begun):
            indent = 0 if number else model.indent
            x = left + indent + (wide - indent - sum([units for _text, units in line]) * UNIT) * share
            for text, units in line:
                width = units * UNIT
                texts.append(TextItem(TABLE, Layer.DATA, to_mm(x), to_mm(baseline), to_mm(width), text, font, BLACK, number))
                x += width
            baseline += leading
        yield tuple(texts)


def is_same(item: TextItem, piece: Shown, visibility: str = "visible") -> bool:
    """Return whether a text is a piece that WeasyPrint set; a space at its end is not drawn."""
    places = item[2:5] if item.text == piece.text else item[2:4]
    is_near = all(abs(place.mm - other * PIXEL) < NEAR for place, other in zip(places, piece, strict=False))
    is_alike = is_plain(piece.style, visibility) and font_of(piece.style) == item.font
    return is_near and is_alike and item.text.rstrip(" ") == piece.text.rstrip(" ")
