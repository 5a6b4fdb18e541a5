"""Form + record → pages: display lists in millimetres, the same for every painter."""

from __future__ import annotations

from docgen import fonts
from docgen.compose.fixed import lay_out
from docgen.compose.layout import Layout
from docgen.compose.page import Item, Page
from docgen.compose.tables import lay_table
from docgen.compose.texts import set_text
from docgen.form import Form
from docgen.form.places import Table, Text
from docgen.record import Record

__all__ = ["Page", "compose"]


def compose(form: Form, record: Record) -> list[Page]:
    """Return the pages of a fixed form for one record.

    DataError names field and millimetres when a text does not fit at the size that the act prescribes.
    """
    layout = lay_out(form, dict(record.values), fonts.family())
    tables = [place for place in form.places if isinstance(place, Table)]
    bodies = lay_table(tables[0], layout) if tables else [[]]
    return [_page(layout, body, number, len(bodies)) for number, body in enumerate(bodies, 1)]


def _page(layout: Layout, body: list[Item], number: int, count: int) -> Page:
    sheet = layout.form.sheet
    items = [*(layout.items if number == 1 else ()), *body, *_on_every_page(layout, number, count)]
    return Page(sheet.width, sheet.height, tuple(items))


def _on_every_page(layout: Layout, number: int, count: int) -> list[Item]:
    """Return the texts that stand on each page, such as its number."""
    items: list[Item] = []
    values = layout.values | {"page": number, "pages": count}
    for place in layout.form.places:
        if isinstance(place, Text) and place.pages == "all":
            block = set_text(place, values, place.font, layout.column, layout.family)
            items += block.moved_to(layout.form.sheet.height - (place.foot or layout.column.top)).items
    return items
