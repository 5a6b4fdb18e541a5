"""The room of each text of a fixed page when its words are others: its column, less what stands beside it on its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise

from docgen.compose.fixed import lay_out, text_column
from docgen.compose.layout import FormLayout, Placed, Setting
from docgen.fonts.faces import Font
from docgen.form.places import ALIGN, Picture, Text
from docgen.units import Box, Length, mm

#: What lies between fixed wording and the room of the datum beside it.
BESIDE = mm(2)
#: Room beyond the widest line, so that a rounding of widths never wraps it.
EDGE = mm(0.2)


@dataclass(frozen=True, slots=True)
class TextArea:
    """Where a text may stand: from `left` to `right`, its first line on `baseline`, with so many lines of one font."""

    place: Text
    left: Length
    right: Length
    baseline: Length
    font: Font
    lines: int


@dataclass(frozen=True, slots=True)
class TextAreas:
    """The rooms of a page by the names of their places: those of its texts, and the boxes of the record's pictures."""

    texts: dict[str, TextArea]
    pictures: dict[str, Box]


def lay_text_areas(layout: FormLayout, values: Mapping[str, object]) -> TextAreas:
    """Return the rooms of the first page, as measured with `values`.

    A centred text of several lines keeps the width that breaks these values as the page has them.
    """
    placed = lay_out(layout, values)
    pictures = {name: _picture_box(each) for name, each in placed.items() if isinstance(each.place, Picture) and each.place.field}
    return TextAreas(_text_areas(placed, Setting(layout, values, placed)), pictures)


def _picture_box(placed: Placed) -> Box:
    """Return the box that a picture has, or would have if it were given."""
    place, box = placed.place, placed.box
    left = box.left - (place.diameter - box.width) * ALIGN[place.align]
    return Box(left, box.top, place.diameter, place.diameter)


def _text_areas(placed: Mapping[str, Placed], setting: Setting) -> dict[str, TextArea]:
    texts = [each for each in placed.values() if isinstance(each.place, Text)]
    texts.sort(key=lambda each: (each.place.level or each.place.name, each.box.left))
    areas: dict[str, TextArea] = {}
    for _line, group in groupby(texts, key=lambda each: each.place.level or each.place.name):
        areas.update(_on_one_line(list(group), setting))
    return areas


def _on_one_line(texts: list[Placed], setting: Setting) -> dict[str, TextArea]:
    cuts = [_cut(left, right) for left, right in pairwise(texts)]
    edges = zip(texts, [None, *cuts], [*cuts, None], strict=True)
    return {each.place.name: _text_area(each, left, right, setting) for each, left, right in edges}


def _cut(left: Placed, right: Placed) -> Length:
    """Return where the rooms of two neighbours part: all that is free goes to the one that has data, or half to each."""
    if bool(left.place.names) == bool(right.place.names):
        return (left.box.right + right.box.left) / 2
    return left.box.right + BESIDE if right.place.names else right.box.left - BESIDE


def _text_area(placed: Placed, left: Length | None, right: Length | None, setting: Setting) -> TextArea:
    place, box = placed.place, placed.box
    column = text_column(place, setting)
    left, right = left or column.left - EDGE, right or column.right + EDGE
    if place.align == "centre":
        half = min(box.centre - left, right - box.centre) if placed.lines == 1 else box.width / 2 + EDGE
        left, right = box.centre - half, box.centre + half
    left, right = box.left if place.align == "left" else left, box.right if place.align == "right" else right
    font = placed.items[0].font if placed.items else place.font
    return TextArea(place, left, right, placed.first_baseline, font, placed.lines)
