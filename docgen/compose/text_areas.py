"""The area that each text of a fixed page may fill when its words are others: its column, less its neighbours on the line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

from docgen import fonts
from docgen.compose.fixed import first_page
from docgen.compose.layout import Placed, Setting
from docgen.compose.places import text_column
from docgen.compose.texts import PlacedText
from docgen.fonts.faces import Font
from docgen.form import Form
from docgen.form.places import ALIGN, Picture, Text
from docgen.record import Record
from docgen.units import Box, Length, mm

#: The distance from fixed text to the area of the datum next to it.
CLEARANCE = mm(2)
#: Space beyond the widest line, so that a rounding of widths never wraps it.
EDGE = mm(0.2)


class ShownText(NamedTuple):
    """A text as it lies on a page: its ink from `left` to `right`, its first line on `baseline`, `lines` lines of one font.

    `align` is how it lies in its column.
    """

    place: Text
    align: str
    column: Box
    left: Length
    right: Length
    baseline: Length
    font: Font
    lines: int


@dataclass(frozen=True, slots=True)
class TextArea:
    """The area of a text: from `left` to `right`, its first line on `baseline`, `lines` lines of one font."""

    place: Text
    left: Length
    right: Length
    baseline: Length
    font: Font
    lines: int


@dataclass(frozen=True, slots=True)
class TextAreas:
    """The areas of a page's texts, and the boxes of the record's pictures, by the names of their places."""

    texts: dict[str, TextArea]
    pictures: dict[str, Box]


def text_areas_of(form: Form, record: Record) -> TextAreas:
    """Return the areas of a fixed form's first page, as measured with a record.

    A centred text of several lines keeps the width that breaks the record's values as the page has them.
    """
    page = first_page(form, fonts.family())
    placed = page.lay(record.values)
    setting = Setting(page.layout, record.values, placed)
    texts = [_shown(each, setting) for each in placed.values() if isinstance(each, PlacedText)]
    areas = {area.place.name: area for area in areas_of(texts, is_filled=True)}
    return TextAreas(areas, dict(_picture_boxes(placed)))


def _shown(placed: PlacedText, setting: Setting) -> ShownText:
    place, box = placed.place, placed.box
    font = placed.items[0].font if placed.items else place.font
    column = text_column(place, setting)
    return ShownText(place, place.align, column, box.left, box.right, placed.first_baseline, font, placed.lines)


def _picture_boxes(placed: Mapping[str, Placed]) -> Iterator[tuple[str, Box]]:
    """Yield the box that each of the record's pictures has, or would have if it were given."""
    for name, each in placed.items():
        if isinstance(place := each.place, Picture) and place.field:
            left = each.box.left - (place.diameter - each.box.width) * ALIGN[place.align]
            yield name, Box(left, each.box.top, place.diameter, place.diameter)


def areas_of(texts: Sequence[ShownText], *, is_filled: bool = False) -> list[TextArea]:
    """Return the area of each of a page's texts, in their order; those of texts on one line do not overlap.

    Where the page `is_filled` with other values, as a template is, a centred text of several lines keeps the width that breaks
    them, and fixed text needs no more space than it has. Else lines are broken already, and any word may be corrected.
    """
    order = sorted(range(len(texts)), key=lambda index: (_line_of(texts[index]), texts[index].left.mm))
    areas: dict[int, TextArea] = {}
    for _line, group in groupby(order, key=lambda index: _line_of(texts[index])):
        on_line = list(group)
        cuts = [_cut(texts[left], texts[right], is_filled) for left, right in pairwise(on_line)]
        for index, left, right in zip(on_line, [None, *cuts], [*cuts, None], strict=True):
            areas[index] = _text_area(texts[index], left, right, keeps_width=is_filled and texts[index].lines > 1)
    return [areas[index] for index in range(len(texts))]


def _line_of(text: ShownText) -> str:
    return text.place.level or text.place.name


def _cut(left: ShownText, right: ShownText, is_filled: bool) -> Length:
    """Return the edge between two neighbours' areas: half of the free space each, or all to the one that values fill."""
    if not is_filled or bool(left.place.names) == bool(right.place.names):
        return (left.right + right.left) / 2
    return left.right + CLEARANCE if right.place.names else right.left - CLEARANCE


def _text_area(text: ShownText, left: Length | None, right: Length | None, *, keeps_width: bool) -> TextArea:
    left, right = left or text.column.left - EDGE, right or text.column.right + EDGE
    if text.align == "centre":
        centre, half_width = (text.left + text.right) / 2, (text.right - text.left) / 2
        half = half_width + EDGE if keeps_width else min(centre - left, right - centre)
        left, right = centre - half, centre + half
    left, right = text.left if text.align == "left" else left, text.right if text.align == "right" else right
    return TextArea(text.place, left, right, text.baseline, text.font, text.lines)
