"""Form + record → pages: display lists in millimetres, the same for every painter."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache

from docgen import fonts
from docgen.compose.fixed import lay_out
from docgen.compose.layout import Ground, Placed, Setting
from docgen.compose.page import ALL_LAYERS, Layer, Page, Part
from docgen.compose.rooms import Rooms, lay_rooms
from docgen.compose.tables import lay_table
from docgen.compose.texts import PlacedText, guides, setter_of
from docgen.errors import DataError, Problem
from docgen.fonts import Family
from docgen.form import Form
from docgen.messages import labelled
from docgen.record import Record
from docgen.units import ZERO, Length, mm

__all__ = ["Page", "Rooms", "compose", "rooms_of"]

#: The room that a hand takes a letter, on a blank that is filled with a pen: two figures of a day in 9 mm. House.
HAND = mm(4.5)


def compose(form: Form, record: Record, layers: frozenset[Layer] = ALL_LAYERS) -> list[Page]:
    """Return the pages of a fixed form for one record, with the items of `layers`.

    DataError names field and millimetres when a text does not fit at the size that the act prescribes. What repeats from
    record to record is the same object in the pages of both.
    """
    if record.is_blank:
        with suppress(DataError):  # what has no such room is printed with the room that there is
            return _composed(_ground(form, fonts.family(), HAND), record, layers)
    try:
        return _composed(_ground(form, fonts.family()), record, layers)
    except DataError as error:
        raise DataError([_labelled(problem, form) for problem in error.problems]) from None


def _composed(ground: Ground, record: Record, layers: frozenset[Layer]) -> list[Page]:
    placed = lay_out(ground, record.values)
    first = [part for each in placed.values() if (part := each.shown.get(layers) or _shown(each, layers, ground))]
    if not (ground.table or ground.on_every_page):
        return [Page.of(ground.form.sheet.width, ground.form.sheet.height, first)]
    setting = Setting(ground, record.values, placed)
    bodies = lay_table(ground.table, setting) if ground.table else [[]]
    return [_page(setting, first, body, number, len(bodies), layers) for number, body in enumerate(bodies, 1)]


def _labelled(problem: Problem, form: Form) -> Problem:
    """Return a problem of one or more fields, told apart by commas, with what a clerk calls them."""
    labels = {field.name: labelled(field.label) for field in form.fields}
    names = problem.where.key.split(", ")
    return problem.at(label=", ".join(labels[name] for name in names)) if labels.keys() >= set(names) else problem


def rooms_of(form: Form, record: Record) -> Rooms:
    """Return the rooms of a fixed form's first page, as measured with a record (compose/rooms.py)."""
    return lay_rooms(_ground(form, fonts.family()), record.values)


@lru_cache(maxsize=32)
def _ground(form: Form, family: Family, hand: Length = ZERO) -> Ground:
    return Ground(form, family, hand)


def _shown(placed: Placed, layers: frozenset[Layer], ground: Ground) -> Part:
    """Return the items of a place that belong to `layers`, rules and captions after the text that they stand under."""
    items = placed.items
    if Layer.GUIDE in layers and isinstance(placed, PlacedText):
        items = (*items, *guides(placed, ground.family))
    shown = placed.shown[layers] = _only(tuple(layers), items)
    return shown


def _page(setting: Setting, first: list[Part], body: list[Part], number: int, count: int, layers: frozenset[Layer]) -> Page:
    sheet = setting.ground.form.sheet
    parts = list(first) if number == 1 else []
    wanted = tuple(layers)
    for part in (*body, *_on_every_page(setting, number, count)):
        parts += filter(None, [_only(wanted, part)])
    return Page.of(sheet.width, sheet.height, parts)


def _only(layers: tuple[Layer, ...], part: Part) -> Part:
    """Return the items of a part that belong to `layers`: the same tuple where all do."""
    return part if all([item.layer in layers for item in part]) else tuple([item for item in part if item.layer in layers])


def _on_every_page(setting: Setting, number: int, count: int) -> list[Part]:
    """Return the texts that stand on each page, such as its number."""
    ground, parts = setting.ground, []
    for place in ground.on_every_page:
        values = {**setting.values, "page": number, "pages": count}
        layer = None if place.names else Layer.MASTER  # a page's number is no datum: a blank has it too
        block = setter_of(place, place.font, ground.column, ground, layer).set(values)
        parts.append(block.on(ground.form.sheet.height - (place.foot or ground.column.top)).items)
    return parts
