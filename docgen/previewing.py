"""A record that is being filled in → its page as it will print: what is given in its place, what is missing left free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from docgen.artwork import ArtworkFolders, artwork_folders
from docgen.compose import Page, lay
from docgen.compose.page import Item, Layer, TextItem
from docgen.confined import RESOLUTIONS, pages_png
from docgen.errors import DataError, FormError
from docgen.fields import Field, Reading, Rows, read_values
from docgen.form import Form
from docgen.paint.info import volume_info
from docgen.paint.press import PLAIN, press_pages
from docgen.record import Record, read_record
from docgen.units import Box, mm

#: What a place shows: with all its values, with some of them, with none.
WHOLE, FREE = frozenset({Layer.MASTER, Layer.DATA}), frozenset({Layer.MASTER, Layer.GUIDE})
#: How many pages are shown at most.
PAGES = 10


@dataclass(frozen=True, slots=True)
class FieldSpot:
    """Where on the first page some fields are printed: left, top, width and height in mm."""

    fields: tuple[str, ...]
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class RecordPreview:
    """The pages of an unfinished record; `missing` are the fields that have no value which could be printed."""

    form: Form
    record: Record
    missing: frozenset[str]
    artwork: ArtworkFolders

    @cached_property
    def pages(self) -> list[Page]:
        """The pages of a fixed form: of a place that lacks a value, the line to write on, as on a blank."""
        shown = {place.name: self._layers(place.names) for place in self.form.places}
        return [
            Page(page.width, page.height, tuple(item for item in page.items if item.layer in shown.get(item.place, WHOLE)))
            for page in lay(self.form, self.record)
        ]

    def _layers(self, names: frozenset[str]) -> frozenset[Layer]:
        """Return what a place shows of these fields. A text that is missing is a line among the others; a date cannot be one."""
        missing = names & self.missing
        is_text = all(isinstance(self.record.values[name], str) for name in missing)
        return WHOLE if not missing or (is_text and names > missing) else FREE

    @cached_property
    def spots(self) -> list[FieldSpot]:
        """Where the first page of a fixed form prints its fields; nothing of a form that flows."""
        if not self.form.is_fixed or not self.pages:
            return []
        spots = []
        for place in self.form.places:
            boxes = [_box(each) for each in self.pages[0].items if each.place == place.name]
            if place.names and boxes:
                left, top = min(box.left.mm for box in boxes), min(box.top.mm for box in boxes)
                right, bottom = max(box.right.mm for box in boxes), max(box.bottom.mm for box in boxes)
                spots.append(FieldSpot(place.ordered_names, left, top, right - left, bottom - top))
        return spots

    def pdf(self) -> bytes:
        """Return the pages as PDF; raise DataError for what cannot be printed at all."""
        info = volume_info(self.form, None)
        if self.form.is_fixed:
            return press_pages(self.pages, info, self.artwork, PLAIN)
        from docgen.paint.pdf.body import paint_body

        try:
            return paint_body(self.form, self.record, info, self.artwork)
        except FormError:  # a sum of cells that are still empty
            values = {field.name: _whole_rows(field, self.record.values[field.name]) for field in self.form.fields}
            return paint_body(self.form, Record(values), info, self.artwork)

    def png(self, dpi: float) -> bytes:
        """Return the pages as one picture, one below the other; errors as of `pdf`."""
        return pages_png(self.pdf(), dpi, PAGES)


def _box(item: Item) -> Box:
    """Return about the box of an item: a text from its ascenders to its descenders."""
    if not isinstance(item, TextItem):
        return item.box
    return Box(item.left, item.baseline - item.font.size * 0.9, item.width, item.font.size * 1.2)


def preview(form: Form, raw: Mapping[str, object], artwork: Path | str | None = None) -> RecordPreview:
    """Return the preview of raw values; a value that cannot be read, contradicts another one or does not fit counts as missing.

    A picture that the record brings is left out: its place stays free.
    """
    folders = artwork_folders(artwork)
    found = _preview(form, raw, folders, _refused(form, raw))
    if form.is_fixed:
        try:
            _pages = found.pages
        except DataError as error:
            wide = frozenset(name for problem in error.problems for name in problem.where.key.split(", "))
            found = _preview(form, raw, folders, found.missing | wide)
    return found


def _refused(form: Form, raw: Mapping[str, object]) -> frozenset[str]:
    """Return the fields of which a record is refused, but for those with rows, whose other cells are good."""
    try:
        read_record(form, raw)
    except DataError as error:
        return frozenset(problem.where.key for problem in error.problems)
    return frozenset()


def _preview(form: Form, raw: Mapping[str, object], artwork: ArtworkFolders, left_out: frozenset[str]) -> RecordPreview:
    known = {field.name: raw[field.name] for field in form.fields if field.name in raw and field.name not in left_out}
    values = read_values(form.fields, known, Reading())
    missing = frozenset(field.name for field in form.fields if values[field.name] is None and not field.optional)
    empty = {field.name: field.blank_value() if form.is_fixed or field.takes_list else None for field in form.fields}
    given = {name: value for name, value in values.items() if name not in missing}
    pictures = {field.name: None for field in form.fields if field.is_picture}
    return RecordPreview(form, Record({**empty, **_near_dates(form, values), **given, **pictures}), missing, artwork)


def _near_dates(form: Form, values: Mapping[str, object]) -> dict[str, date]:
    """Return a day for each date of a fixed form that is missing: that of the date before it, else after it.

    It is shown nowhere, but a period that holds it must not run backwards.
    """
    given = {name: day for name in form.dates if isinstance(day := values[name], date)}
    if not form.is_fixed or not given:
        return {}
    near, found = next(iter(given.values())), {}
    for name in form.dates:
        near = found[name] = given.get(name, near)
    return found


def _whole_rows(field: Field, value: object) -> object:
    """Return a value without the rows that lack one."""
    if not isinstance(field, Rows) or not isinstance(value, list):
        return value
    needed = [each.name for each in field.fields if not each.optional]
    rows = [{each.name: _whole_rows(each, row[each.name]) for each in field.fields} for row in value]
    return [row for row in rows if all(row[name] is not None for name in needed)]


def load_drawing() -> None:
    """Load the libraries and faces that previews need, which takes half a second; raise MachineError where one is missing."""
    from docgen.paint.pdf.weasy import empty_pdf

    pages_png(empty_pdf(mm(10), mm(10)), RESOLUTIONS[0], 1)
