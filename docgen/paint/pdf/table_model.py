"""What the pages of a series of tables have alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docgen.paint.pdf.line_model import LineModel, line_model, require
from docgen.paint.pdf.plain_rows import NotPlainRows
from docgen.paint.pdf.set_pages import NEAR, SetItem, SetPage, heading_of, is_seen, levels_of

#: What styles have to say of breaks: rows are never split, and a paragraph stays with its table (`table_breaks`).
AVOID, AUTO = ("avoid", "avoid-page"), ("auto",)
ROW_BREAKS = {"break_before": AUTO, "break_after": AUTO, "break_inside": AVOID}
TABLE_BREAKS = {"break_before": AUTO, "break_after": AUTO, "break_inside": AUTO}
PARAGRAPH_BREAKS = {"break_before": AUTO, "break_after": AVOID, "break_inside": AUTO}
#: What would stand between the lines of a paragraph and the page's top.
FRAME = ("padding_top", "padding_bottom", "border_top_width", "border_bottom_width")


@dataclass(frozen=True)
class ParagraphModel:
    """How a paragraph stands between two tables: what is above it, and between it and the heading row, in pixels.

    Where it goes on over a page's end, `orphans` lines are on the first page at least, and `widows` on the next.
    """

    box: Any
    lines: LineModel
    before: float
    after: float
    orphans: int
    widows: int


@dataclass(frozen=True)
class TableModel:
    """A page of a series, by which others are set: its index, and what is alike on all of them, in pixels.

    `table` is the first one on the page, `head` its heading row; `edges` are the columns' left edges and the last one's right
    edge. A heading row at the top of a page is at `top`; without paragraphs, the series is a single table.
    """

    page: SetPage
    index: int
    table: Any
    head: Any
    edges: tuple[float, ...]
    rows: LineModel
    paragraphs: ParagraphModel | None
    thickness: float
    top: float

    @property
    def closing(self) -> float:
        """What the rule at the end of a table needs below its last row."""
        return self.thickness / 2


#: A paragraph, the row above it and the row below.
Between = tuple[SetItem, SetItem, SetItem]


def find_between(pages: Sequence[SetPage]) -> Between | None:
    """Return the first paragraph of a series that has a table above and below it on its page."""
    for page in pages:
        for row, paragraph, below in zip(page.items, page.items[1:], page.items[2:], strict=False):
            if row.number >= 0 and row.table and not paragraph.table and below.table:
                return row, paragraph, below
    return None


def table_model(pages: Sequence[SetPage], index: int, items: Sequence[str], between: Between | None) -> TableModel:
    """Return what the page of an index says of all that are like it; NotPlainRows if it does not say it.

    `items` is the markup of the series, `between` a paragraph of it if it has any.
    """
    page = pages[index]
    rows = [item for item in page.items if item.table is not None]
    first = next((row for row in rows if any(row.cells)), None)
    if first is None or not page.is_bare or any(cell.colspan != 1 or cell.vertical_align != "top" for cell in first.box.children):
        raise NotPlainRows
    table, head = first.table, heading_of(first.table)
    require(first.box.style, ROW_BREAKS)
    for box in (table, first.wrapper, table.children[1]):
        require(box.style, TABLE_BREAKS)
    if not all(map(is_seen, (head, *(column for group in table.column_groups for column in (group, *group.children))))):
        raise NotPlainRows
    borders = {border for grid in table.collapsed_border_grid for line in grid for _score, border in line}
    if len(borders) != 1 or (style := next(iter(borders)))[0] != "solid" or levels_of(style[2]) != (0, 0, 0, 1):
        raise NotPlainRows
    edges = (*table.column_positions, table.column_positions[-1] + table.column_widths[-1])
    lines = line_model(first, rows, items[first.number])
    paragraphs = _paragraph(*between, items[between[1].number]) if between else None
    top = page.top + (head.position_y - table.position_y)
    return TableModel(page, index, table, head, edges, lines, paragraphs, style[1], top)


def _paragraph(row: SetItem, paragraph: SetItem, below: SetItem, markup: str) -> ParagraphModel:
    box, lines = paragraph.box, line_model(paragraph, (), markup)
    require(box.style, PARAGRAPH_BREAKS)
    if any(getattr(box, name) for name in FRAME) or abs(lines.extra) > NEAR:
        raise NotPlainRows
    before = paragraph.top - (row.top + row.height)
    after = heading_of(below.table).position_y - (paragraph.top + paragraph.height)
    return ParagraphModel(box, lines, before, after, box.style["orphans"], box.style["widows"])
