"""Form + record → pages: display lists in millimetres, the same for every painter."""

from __future__ import annotations

from functools import lru_cache

from docgen import fonts
from docgen.compose.fixed import lay_out
from docgen.compose.layout import Ground, Placed, Setting
from docgen.compose.page import ALL_LAYERS, Item, Layer, Page
from docgen.compose.rooms import Rooms, lay_rooms
from docgen.compose.tables import lay_table
from docgen.compose.texts import guides, set_text
from docgen.fonts import Family
from docgen.form import Form
from docgen.form.places import Table, Text
from docgen.record import Record

__all__ = ["Page", "Rooms", "compose", "rooms_of"]


def compose(form: Form, record: Record, layers: frozenset[Layer] = ALL_LAYERS) -> list[Page]:
    """Return the pages of a fixed form for one record, with the items of `layers`.

    DataError names field and millimetres when a text does not fit at the size that the act prescribes. What repeats from
    record to record is the same object in the pages of both.
    """
    ground = _ground(form, fonts.family())
    placed = lay_out(ground, record.values)
    first = [item for each in placed.values() for item in _shown(each, layers, ground)]
    tables = [place for place in form.places if isinstance(place, Table)]
    setting = Setting(ground, record.values, placed)
    bodies = lay_table(tables[0], setting) if tables else [[]]
    return [_page(setting, first, body, number, len(bodies), layers) for number, body in enumerate(bodies, 1)]


def rooms_of(form: Form, record: Record) -> Rooms:
    """Return the rooms of a fixed form's first page, as measured with a record (compose/rooms.py)."""
    return lay_rooms(_ground(form, fonts.family()), record.values)


@lru_cache(maxsize=32)
def _ground(form: Form, family: Family) -> Ground:
    return Ground(form, family)


def _shown(placed: Placed, layers: frozenset[Layer], ground: Ground) -> tuple[Item, ...]:
    """Return the items of a place that belong to `layers`, rules and captions after the text that they stand under."""
    if layers not in placed.shown:
        has_guides = Layer.GUIDE in layers and isinstance(placed.place, Text)
        items = [*placed.items, *(guides(placed, ground.column, ground.family) if has_guides else ())]
        placed.shown[layers] = tuple([item for item in items if item.layer in layers])
    return placed.shown[layers]


def _page(
    setting: Setting, first: list[Item], body: list[Item], number: int, count: int, layers: frozenset[Layer]
) -> Page:
    sheet = setting.ground.form.sheet
    items = [*body, *_on_every_page(setting, number, count)]
    shown = (*(first if number == 1 else ()), *(item for item in items if item.layer in layers))
    return Page(sheet.width, sheet.height, shown)


def _on_every_page(setting: Setting, number: int, count: int) -> list[Item]:
    """Return the texts that stand on each page, such as its number."""
    ground, items = setting.ground, []
    for place in ground.form.places:
        if isinstance(place, Text) and place.pages == "all":
            values = {**setting.values, "page": number, "pages": count}
            block = set_text(place, values, place.font, ground.column, ground.family)
            items += block.on(ground.form.sheet.height - (place.foot or ground.column.top)).items
    return items
