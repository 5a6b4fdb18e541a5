"""Each kind of place laid from the ones above it, as the act prescribes it."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from docgen.compose.layout import Placed, PlacedBox, Setting
from docgen.compose.lines import TooWide
from docgen.compose.page import FillItem, FrameItem, Layer, Part, PictureItem, Symbol, SymbolItem
from docgen.compose.texts import Block, Setter, picture_guides, refuse_width, setter_of, signing_line
from docgen.form.places import ALIGN, CODE_VALUE, LAYOUTS, AnnexHeading, Code, Fill, Frame, Picture, Place, SigningLine, Text
from docgen.templating.templates import TextTemplate
from docgen.units import ZERO, Box, Length, mm


def lay_place(place: Place, setting: Setting) -> Placed:
    """Return a place laid from its values and the places above it: from memory where both came before.

    DataError for a word that is wider than its column.
    """
    values, above = setting.values, setting.placed
    key = (place.name, *[values[name] for name in place.ordered_names], *[above[name] for name in place.ordered_anchors])
    return setting.layout.memory.recall(key, lambda: LAY[type(place)](place, setting))


def _lay_fill(place: Fill, setting: Setting) -> Placed:
    box = setting.layout.form.sheet.box
    return PlacedBox(place, box, (FillItem(place.name, Layer.MASTER, box, place.fill),))


def _lay_frame(place: Frame, setting: Setting) -> Placed:
    outer = setting.layout.form.sheet.box.inset(place.edge)
    return PlacedBox(place, outer, (FrameItem(place.name, Layer.MASTER, outer, place.width, place.frame),))


def _lay_picture(place: Picture, setting: Setting) -> Placed:
    """Lay a picture; one that the record does not have keeps its height, so that the texts next to it stay where they are."""
    given = place.picture or setting.values[place.field] or ""
    artwork = given if isinstance(given, str) else str(given)  # whose bytes may come with it (fields.PictureBytes)
    width = place.diameter if artwork else ZERO
    layout = setting.layout
    column = layout.form.sheet.box if place.centred else layout.column
    box = Box(_aligned(place.align, column, width), _picture_top(place, setting), width, place.diameter)
    layer = Layer.MASTER if place.picture else Layer.DATA
    items: Part = (PictureItem(place.name, layer, box, artwork),) if artwork else ()
    if place.caption:
        outline = Box(_aligned(place.align, column, place.diameter), box.top, place.diameter, place.diameter)
        items = (*items, *picture_guides(place, outline, layout.family))
    return PlacedBox(place, box, items)


def _picture_top(place: Picture, setting: Setting) -> Length:
    layout = setting.layout
    if place.centred:
        return (layout.form.sheet.height - place.diameter) / 2
    above = layout.form.inner_box.top if place.inside else setting.placed[place.below].box.bottom if place.below else ZERO
    return above + place.gap


def _aligned(align: str, column: Box, width: Length) -> Length:
    """Return the left edge of something `width` wide at a side of the column, or in its middle."""
    spare = column.width - width
    return column.left + spare * ALIGN[align]


def _lay_text(place: Text, setting: Setting) -> Placed:
    column = text_column(place, setting)
    try:
        block = setter_of(place, place.font, column, setting.layout).set(setting.values)
    except TooWide as too_wide:
        raise refuse_width(place, too_wide) from None
    return block.on(_first_baseline(place, block, setting))


def text_column(place: Text, setting: Setting) -> Box:
    """Return the column that a text of the page is set in."""
    picture = setting.placed[place.right_of].box if place.right_of else None
    return column_of(place, setting.layout.column, picture)


def column_of(place: Text, column: Box, picture: Box | None) -> Box:
    """Return the column of a text: the page's, what the picture left of it leaves of that, or one of the text's own width."""
    if picture is not None and picture.width > ZERO:
        indent = picture.width + place.gap
        column = Box(column.left + indent, column.top, column.width - indent, column.height)
    if place.width is None:
        return column
    return Box(_aligned(place.align, column, place.width), column.top, place.width, column.height)


def _first_baseline(place: Text, block: Block, setting: Setting) -> Length:
    layout, placed = setting.layout, setting.placed
    if place.level:
        return placed[place.level].first_baseline
    if place.foot is not None:
        return layout.form.sheet.height - place.foot
    if place.right_of:
        picture = placed[place.right_of].box
        return picture.top + (picture.height - block.height) / 2 + block.setter.cap_height
    above = placed[place.below].box.bottom if place.below else layout.column.top
    return above + place.gap + block.setter.cap_height


def _lay_annex(place: AnnexHeading, setting: Setting) -> Placed:
    """Lay the heading: three texts, one below the other."""
    annex, layout = setting.layout.form.annex, setting.layout
    parts: list[Placed] = []
    top = layout.column.top
    for line in (*annex.lines, "Нысан") if annex else ():
        part = Text(name=place.name, text=TextTemplate(line), font=place.font, align="right", width=place.annex)
        block = Setter(part, part.font, text_column(part, setting), layout).set({})
        parts.append(block.on(top + block.setter.cap_height))
        top = parts[-1].box.bottom + mm(2)
    return PlacedBox(place, _around(parts), tuple(item for part in parts for item in part.items))


def _lay_signing_line(place: SigningLine, setting: Setting) -> Placed:
    return signing_line(place, setting.placed[place.level], setting.layout.family)


def _lay_code(place: Code, setting: Setting) -> Placed:
    """Lay the symbol of a record; a blank has none, and nothing is drawn."""
    symbol = setting.values[CODE_VALUE]
    side = place.module * symbol.side if isinstance(symbol, Symbol) else ZERO
    layout = setting.layout
    if place.foot is not None:
        top = layout.form.sheet.height - place.foot - side
    else:
        top = (setting.placed[place.below].box.bottom if place.below else layout.column.top) + place.gap
    box = Box(_aligned(place.align, layout.column, side), top, side, side)
    items = (SymbolItem(place.name, Layer.DATA, box, symbol),) if isinstance(symbol, Symbol) else ()
    return PlacedBox(place, box, items)


def _around(parts: Sequence[Placed]) -> Box:
    boxes = [part.box for part in parts]
    left, right = min(box.left for box in boxes), max(box.right for box in boxes)
    return Box(left, boxes[0].top, right - left, boxes[-1].bottom - boxes[0].top)


#: Lays a place of its kind, which no type of a table can express.
Lay = Callable[[Any, Setting], Placed]
#: Kind of place → what lays it; those added by `docgen.form.places.register` come after these.
LAY: Mapping[type[Place], Lay] = ChainMap(
    {
        Fill: _lay_fill,
        Frame: _lay_frame,
        Picture: _lay_picture,
        Text: _lay_text,
        AnnexHeading: _lay_annex,
        SigningLine: _lay_signing_line,
        Code: _lay_code,
    },
    LAYOUTS,
)
