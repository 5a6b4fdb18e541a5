"""A fixed form and a record → its first page: each place laid from the ones above it, as the act says it."""

from __future__ import annotations

from collections.abc import Callable

from docgen.compose.layout import Layout
from docgen.compose.lines import TooWide
from docgen.compose.page import FillItem, FrameItem, Layer, PictureItem
from docgen.compose.stack import lay_stack
from docgen.compose.texts import Block, refuse_width, set_text
from docgen.fonts import Family
from docgen.form import Form
from docgen.form.places import AnnexHeading, Fill, Frame, Picture, Place, Stack, Text
from docgen.templates import TextTemplate
from docgen.units import ZERO, Box, Length, mm


def lay_out(form: Form, values: dict[str, object], family: Family) -> Layout:
    """Lay every place of the first page but texts of all pages and tables, which are laid when the pages are known."""
    layout = Layout(form, values, family)
    for place in form.places:
        if place.name not in layout.boxes and type(place) in LAY:
            LAY[type(place)](place, layout)
    return layout


def _lay_fill(place: Fill, layout: Layout) -> None:
    layout.boxes[place.name] = layout.form.sheet.box
    layout.items.append(FillItem(place.name, Layer.MASTER, layout.form.sheet.box, place.fill))


def _lay_frame(place: Frame, layout: Layout) -> None:
    outer = layout.form.sheet.box.inset(place.edge)
    layout.boxes[place.name] = outer
    layout.inner = outer.inset(place.width)
    layout.items.append(FrameItem(place.name, Layer.MASTER, outer, place.width, place.frame))


def _lay_picture(place: Picture, layout: Layout) -> None:
    """A picture that the record does not have keeps its height and place, so that texts beside it stand where they would."""
    artwork = place.picture or layout.values[place.field]
    width = place.diameter if artwork else ZERO
    top = _picture_top(place, layout)
    column = layout.form.sheet.box if place.centred else layout.column
    box = Box(_aligned(place.align, column, width), top, width, place.diameter)
    layout.boxes[place.name] = box
    if artwork:
        layer = Layer.MASTER if place.picture else Layer.DATA
        layout.items.append(PictureItem(place.name, layer, box, str(artwork)))


def _picture_top(place: Picture, layout: Layout) -> Length:
    if place.centred:
        return (layout.form.sheet.height - place.diameter) / 2
    above = layout.inner.top if place.inside and layout.inner else layout.boxes[place.below].bottom if place.below else ZERO
    return above + place.gap


def _aligned(align: str, column: Box, width: Length) -> Length:
    """Return the left edge of something `width` wide at a side of the column, or in its middle."""
    spare = column.width - width
    return column.left + spare * {"left": 0.0, "centre": 0.5, "right": 1.0}[align]


def _lay_text(place: Text, layout: Layout) -> None:
    if place.pages == "all":
        return
    column = _text_column(place, layout)
    try:
        block = set_text(place, layout.values, place.font, column, layout.family)
    except TooWide as too_wide:
        raise refuse_width(place, too_wide) from None
    layout.keep(place, block.moved_to(_first_baseline(place, block, layout)))


def _text_column(place: Text, layout: Layout) -> Box:
    column = layout.column
    if place.beside:
        picture = layout.boxes[place.beside]
        taken = picture.width + place.gap if picture.width > ZERO else ZERO
        column = Box(column.left + taken, column.top, column.width - taken, column.height)
    if place.width is None:
        return column
    return Box(_aligned(place.align, column, place.width), column.top, place.width, column.height)


def _first_baseline(place: Text, block: Block, layout: Layout) -> Length:
    if place.level:
        return layout.blocks[place.level].first_baseline
    if place.foot is not None:
        return layout.form.sheet.height - place.foot
    if place.beside:
        picture = layout.boxes[place.beside]
        return picture.top + (picture.height - block.box.height) / 2 + block.cap_height
    above = layout.boxes[place.below].bottom if place.below else layout.column.top
    return above + place.gap + block.cap_height


def _lay_annex(place: AnnexHeading, layout: Layout) -> None:
    """The heading is three texts, one below the other."""
    annex, top = layout.form.annex, layout.column.top
    for number, wording in enumerate((*annex.lines, "Нысан") if annex else ()):
        part = Text(name=place.name, text=TextTemplate(wording), font=place.font, align="right", width=place.annex)
        block = set_text(part, {}, part.font, _text_column(part, layout), layout.family)
        top = top + (mm(2) if number else ZERO)
        layout.keep(place, block.moved_to(top + block.cap_height))
        top = layout.boxes[place.name].bottom


LAY: dict[type[Place], Callable[[Place, Layout], None]] = {
    Fill: _lay_fill,
    Frame: _lay_frame,
    Picture: _lay_picture,
    Text: _lay_text,
    AnnexHeading: _lay_annex,
    Stack: lay_stack,
}
