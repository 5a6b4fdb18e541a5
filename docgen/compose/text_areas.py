"""The area that each text of a fixed page may fill when its words are others: its column, less its neighbours on the line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise

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
    texts = [each for each in placed.values() if isinstance(each, PlacedText)]
    return TextAreas(_text_areas(texts, Setting(page.layout, record.values, placed)), dict(_picture_boxes(placed)))


def _picture_boxes(placed: Mapping[str, Placed]) -> Iterator[tuple[str, Box]]:
    """Yield the box that each of the record's pictures has, or would have if it were given."""
    for name, each in placed.items():
        if isinstance(place := each.place, Picture) and place.field:
            left = each.box.left - (place.diameter - each.box.width) * ALIGN[place.align]
            yield name, Box(left, each.box.top, place.diameter, place.diameter)


def _text_areas(texts: list[PlacedText], setting: Setting) -> dict[str, TextArea]:
    texts = sorted(texts, key=lambda each: (each.place.level or each.place.name, each.box.left))
    areas: dict[str, TextArea] = {}
    for _line, group in groupby(texts, key=lambda each: each.place.level or each.place.name):
        areas.update(_on_one_line(list(group), setting))
    return areas


def _on_one_line(texts: list[PlacedText], setting: Setting) -> dict[str, TextArea]:
    cuts = [_cut(left, right) for left, right in pairwise(texts)]
    edges = zip(texts, [None, *cuts], [*cuts, None], strict=True)
    return {each.place.name: _text_area(each, left, right, setting) for each, left, right in edges}


def _cut(left: PlacedText, right: PlacedText) -> Length:
    """Return the edge between two neighbours' areas: all free space goes to the one that has data, or half to each."""
    if bool(left.place.names) == bool(right.place.names):
        return (left.box.right + right.box.left) / 2
    return left.box.right + CLEARANCE if right.place.names else right.box.left - CLEARANCE


def _text_area(placed: PlacedText, left: Length | None, right: Length | None, setting: Setting) -> TextArea:
    place, box = placed.place, placed.box
    column = text_column(place, setting)
    left, right = left or column.left - EDGE, right or column.right + EDGE
    if place.align == "centre":
        half = min(box.centre - left, right - box.centre) if placed.lines == 1 else box.width / 2 + EDGE
        left, right = box.centre - half, box.centre + half
    left, right = box.left if place.align == "left" else left, box.right if place.align == "right" else right
    font = placed.items[0].font if placed.items else place.font
    return TextArea(place, left, right, placed.first_baseline, font, placed.lines)
