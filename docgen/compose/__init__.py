"""Form + record → pages: display lists in millimetres, the same for every painter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache, partial

from docgen import fonts
from docgen.compose.fixed import lay_out
from docgen.compose.layout import FormLayout, Placed, Setting
from docgen.compose.lines import TooWide
from docgen.compose.page import ALL_LAYERS, Layer, Page, Part
from docgen.compose.tables import Drawing, lay_table
from docgen.compose.text_areas import TextAreas, lay_text_areas
from docgen.compose.texts import PlacedText, guides, refuse_width, setter_of
from docgen.errors import DataError, Problem
from docgen.fonts.faces import Family
from docgen.form import Form
from docgen.messages import labelled
from docgen.record import Record
from docgen.units import ZERO, Length, mm

__all__ = ["Page", "Pages", "Rooms", "compose", "lay", "rooms_of"]

#: The room that a hand takes a letter, on a blank that is filled with a pen: two figures of a day in 9 mm. House.
HAND = mm(4.5)
#: What rows and page numbers are made of.
ROWS = frozenset({Layer.MASTER, Layer.DATA})


class Pages:
    """The pages of a record. All is measured; each page is put together when its turn comes, and anew each time."""

    def __init__(self, each: list[Callable[[], Page]]):
        self._each = each

    def __len__(self) -> int:
        return len(self._each)

    def __iter__(self) -> Iterator[Page]:
        return (page() for page in self._each)


def compose(form: Form, record: Record, layers: frozenset[Layer] = ALL_LAYERS) -> list[Page]:
    """Return the pages of a fixed form for one record, with the items of `layers`; errors as `lay`."""
    return list(lay(form, record, layers))


def lay(form: Form, record: Record, layers: frozenset[Layer] = ALL_LAYERS) -> Pages | list[Page]:
    """Return the same pages as `compose`, for a painter that takes one after the other.

    DataError names field and millimetres when a text does not fit at the size that the act prescribes. What repeats from
    record to record is the same object in the pages of both.
    """
    if record.is_blank:
        with suppress(DataError):  # what has no such room is printed with the room that there is
            return _composed(_layout(form, fonts.family(), HAND), record, layers)
    try:
        return _composed(_layout(form, fonts.family()), record, layers)
    except DataError as error:
        raise DataError([_labelled(problem, form) for problem in error.problems]) from None


def _composed(layout: FormLayout, record: Record, layers: frozenset[Layer]) -> Pages | list[Page]:
    placed = lay_out(layout, record.values)
    first = [part for each in placed.values() if (part := each.shown.get(layers) or _shown(each, layers, layout))]
    if not (layout.form.table or layout.on_every_page):
        return [Page.of(layout.form.sheet.width, layout.form.sheet.height, first)]
    setting = Setting(layout, record.values, placed)
    bodies = lay_table(layout.form.table, setting) if layout.form.table else [tuple]
    beside = [_on_every_page(setting, number, len(bodies)) for number in range(1, len(bodies) + 1)]
    firsts = [first, *[[]] * (len(bodies) - 1)]
    return Pages([partial(_page, layout, *each, layers) for each in zip(firsts, bodies, beside, strict=True)])


def _labelled(problem: Problem, form: Form) -> Problem:
    """Return a problem of one or more fields, told apart by commas, with what a clerk calls them."""
    labels = {field.name: labelled(field.label) for field in form.fields}
    names = problem.where.key.split(", ")
    return problem.at(label=", ".join(labels[name] for name in names)) if labels.keys() >= set(names) else problem


def text_areas_of(form: Form, record: Record) -> TextAreas:
    """Return the rooms of a fixed form's first page, as measured with a record (compose/rooms.py)."""
    return lay_text_areas(_layout(form, fonts.family()), record.values)


@lru_cache(maxsize=32)
def _layout(form: Form, family: Family, hand: Length = ZERO) -> FormLayout:
    return FormLayout(form, family, hand)


def _shown(placed: Placed, layers: frozenset[Layer], layout: FormLayout) -> Part:
    """Return the items of a place that belong to `layers`, rules and captions after the text that they stand under."""
    items = placed.items
    if Layer.GUIDE in layers and isinstance(placed, PlacedText):
        items = (*items, *guides(placed, layout.family))
    shown = placed.shown[layers] = _only(tuple(layers), items)
    return shown


def _page(layout: FormLayout, first: list[Part], body: Drawing, beside: list[Part], layers: frozenset[Layer]) -> Page:
    sheet, wanted = layout.form.sheet, tuple(layers)
    parts = [*body(), *beside] if layers >= ROWS else [_only(wanted, part) for part in (*body(), *beside)]
    return Page.of(sheet.width, sheet.height, [*first, *filter(None, parts)])


def _only(layers: tuple[Layer, ...], part: Part) -> Part:
    """Return the items of a part that belong to `layers`: the same tuple where all do."""
    return part if all([item.layer in layers for item in part]) else tuple([item for item in part if item.layer in layers])


def _on_every_page(setting: Setting, number: int, count: int) -> list[Part]:
    """Return the texts that stand on each page, such as its number."""
    layout, parts = setting.layout, []
    for place in layout.on_every_page:
        values = {**setting.values, "page": number, "pages": count}
        layer = None if place.names else Layer.MASTER  # a page's number is no datum: a blank has it too
        try:
            block = setter_of(place, place.font, layout.column, layout, layer).set(values)
        except TooWide as too_wide:
            raise refuse_width(place, too_wide) from None
        parts.append(block.on(layout.form.sheet.height - (place.foot or layout.column.top)).items)
    return parts
