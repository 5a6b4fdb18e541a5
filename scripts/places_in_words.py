"""Places of a form in words: what a definition says of each, for a reader of docs/acts/."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from docgen.fonts.faces import PRESCRIBED, Font
from docgen.form import Form
from docgen.form.definition import Sheet
from docgen.form.places import AnnexHeading, Fill, Frame, Picture, Place, SigningLine, Stack, Table, Text
from docgen.preflighting.findings import in_mm, in_pt
from docgen.preflighting.measured_page import stack_of
from docgen.preflighting.prescribed_text import prescribed_text_of


def place_in_words(place: Place, form: Form) -> str:
    """Return what the definition says of a place."""
    return KINDS[type(place)](place, form)


def sheet_in_words(sheet: Sheet) -> str:
    """Return the size of a sheet."""
    return f"{sheet.width.mm:g} × {sheet.height.mm:g} mm"


def _font(font: Font) -> str:
    return " ".join([PRESCRIBED, *["bold"] * font.bold, *["italic"] * font.italic, in_pt(font.size)])


def _fill(place: Fill, _form: Form) -> str:
    return f"`{place.fill}` over the whole sheet"


def _frame(place: Frame, _form: Form) -> str:
    return f"{place.frame} frame, {in_mm(place.edge)} from the paper's edge, {in_mm(place.width)} wide"


def _picture(place: Picture, _form: Form) -> str:
    what = f"the record's `{place.field}`" if place.field else f"artwork `{place.picture}`"
    down = "in the middle of the sheet" if place.centred else f"{in_mm(place.gap)} below {_above(place.inside or place.below)}"
    return f"{what}, {in_mm(place.diameter)} in diameter, {down}, {_side(place.align)}"


def _text(place: Text, form: Form) -> str:
    words = prescribed_text_of(place)
    shown = re.sub(r"\{\{ *(\w+) *\}\}", r"‹\1›", place.text.source) if place.pages == "all" else words
    size = stack_of(form.place(place.level) if place.level else place, form)
    parts = [
        f"“{shown}”" if words.fixed else "data alone",
        f"({', '.join(f'`{name}`' for name in place.ordered_names)})" if place.names else "",
    ]
    rest = [
        _font(place.font) + (f", down to {in_pt(size.min_size)}" if size else ""),
        "capitals" if place.capitals else "",
        _side(place.align),
        _down(place, form),
    ]
    return ", ".join(filter(None, [" ".join(filter(None, parts)), *rest]))


def _down(place: Text, form: Form) -> str:
    if place.level:
        return f"on the baseline of `{place.level}`, at least {in_mm(place.gap)} apart"
    if place.right_of:
        return f"on the middle of `{place.right_of}`"
    if place.foot is not None:
        return f"{in_mm(place.foot)} above the lower edge"
    return "" if stack_of(place, form) else f"{in_mm(place.gap)} below {_above(place.below)}"


def _above(name: str) -> str:
    return f"`{name}`" if name else "the margin"


def _side(align: str) -> str:
    return {"left": "at the left", "centre": "centred", "right": "at the right"}[align]


def _annex(place: AnnexHeading, _form: Form) -> str:
    return f"heading of the annex, {in_mm(place.annex)} wide, {_font(place.font)}, at the right"


def _signing_line(place: SigningLine, _form: Form) -> str:
    caption = f", with the caption “{place.caption}”" if place.caption else ""
    return f"line to sign on, {in_mm(place.sign)} long, {in_mm(place.gap)} right of `{place.level}`{caption}"


def _stack(place: Stack, _form: Form) -> str:
    lines = ", ".join(f"`{name}`" for name in place.stack)
    first, last = f"the first {in_mm(place.gap)} below `{place.below}`", f"the last {in_mm(place.foot)} above the foot"
    return f"{len(place.stack)} lines ({lines}), {first}, {last}, not under {in_pt(place.min_size)}"


def _table(place: Table, _form: Form) -> str:
    columns = "; ".join(f"“{column.heading}” {in_mm(column.width)}" for column in place.columns)
    return f"{columns}; headings {_font(place.heading_font)}, rows {_font(place.font)}"


#: Kind of place → its definition in words.
KINDS: dict[type[Place], Callable[[Any, Form], str]] = {
    Fill: _fill, Frame: _frame, Picture: _picture, Text: _text, AnnexHeading: _annex, SigningLine: _signing_line, Stack: _stack,
    Table: _table,
}  # fmt: skip
