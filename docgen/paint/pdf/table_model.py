"""What the pages on which a long table is continued have alike, and where the texts of a row stand on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from docgen import fonts
from docgen.compose.page import Layer, TextItem
from docgen.fonts.faces import Font
from docgen.paint.pdf.plain_rows import ROW, CellLine, NotPlainRows, PlainColumn, PlainColumns, kinds_of
from docgen.paint.pdf.set_pages import SetPage, font_of, is_black, levels_of, to_mm

#: The colour of a body, which is not that of certificates; and what the items of its pages belong to.
BLACK = "#000000"
TABLE = "table"
#: How lines are aligned: the share of what they leave free that is at their left.
SHARES = {"left": 0.0, "start": 0.0, "center": 0.5, "right": 1.0, "end": 1.0}


@dataclass(frozen=True)
class TableModel:
    """A continued page, by which others are set: its index, and what is alike on all of them, in pixels.

    `edges` are the columns' left edges and the last one's right edge; `contents` are of each column the left edge of its cells'
    content, its width, and the share that a line has at its left of what it leaves free.
    """

    page: SetPage
    index: int
    edges: tuple[float, ...]
    contents: list[tuple[float, float, float]]
    columns: PlainColumns
    font: Font
    #: A font unit; the thickness of rules.
    unit: float
    thickness: float
    #: The height of a line, that of a row without lines, and the first baseline below the top of a row.
    leading: float
    extra: float
    drop: float


def model_of(page: SetPage, index: int, rows: Sequence[str]) -> TableModel:
    """Return what a continued page says of all that are like it; NotPlainRows if it does not say it."""
    first, cells, table = page.rows[0], page.table.children[-1].children[0].children, page.table
    found = ROW.fullmatch(rows[first.number])
    shown = [line for row in page.rows for cell in row.cells for line in cell]
    if found is None or not shown or any(cell.colspan != 1 or cell.vertical_align != "top" for cell in cells):
        raise NotPlainRows
    font, size = font_of(shown[0].style), shown[0].style["font_size"]
    face = fonts.family().face(font)
    unit = size / face.units_per_em
    if unit * 1024 % 1 or not all(is_black(line.style) and font_of(line.style) == font for line in shown):
        raise NotPlainRows  # Pango rounds widths to 1/1024 px; here they are sums of font units
    borders = {border for grid in table.collapsed_border_grid for line in grid for _score, border in line}
    if len(borders) != 1 or (style := next(iter(borders)))[0] != "solid" or levels_of(style[2]) != (0, 0, 0, 1):
        raise NotPlainRows
    edges = (*table.column_positions, table.column_positions[-1] + table.column_widths[-1])
    contents = [(cell.content_box_x(), cell.width, SHARES[cell.style["text_align_all"]]) for cell in cells]
    columns = [
        PlainColumn(kind, wide / unit, face.units) for kind, (_x, wide, _share) in zip(kinds_of(found[1]), contents, strict=True)
    ]
    leading = next(cell.children[0].height for cell in cells if cell.children)
    drop = next(cell[0].baseline for cell in first.cells if cell) - first.top
    return TableModel(
        page, index, edges, contents, PlainColumns(columns), font, unit, style[1], leading,
        first.height - leading * first.lines, drop,
    )  # fmt: skip


class PlacedRow(NamedTuple):
    """A row on its page: its number, its top and height in pixels, and the lines of its cells."""

    number: int
    top: float
    height: float
    cells: Sequence[Sequence[CellLine]]


def texts_of(row: PlacedRow, model: TableModel) -> Iterator[TextItem]:
    """Yield the texts of a row, cell after cell."""
    return chain.from_iterable(cells_of(row, model))


def cells_of(row: PlacedRow, model: TableModel) -> Iterator[list[TextItem]]:
    """Yield the texts of each cell of a row."""
    unit = model.unit
    for (left, wide, share), lines in zip(model.contents, row.cells, strict=True):
        baseline, texts = row.top + model.drop, list[TextItem]()
        for number, line in enumerate(lines):
            x = left + (wide - sum([units for _text, units in line]) * unit) * share
            for text, units in line:
                width = units * unit
                texts.append(
                    TextItem(TABLE, Layer.DATA, to_mm(x), to_mm(baseline), to_mm(width), text, model.font, BLACK, number)
                )
                x += width
            baseline += model.leading
        yield texts
