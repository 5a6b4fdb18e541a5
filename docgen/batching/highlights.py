"""Where each field is on a composed page: boxes around its data, one colour for each field or group of fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from docgen.compose.page import Layer, Page, PictureItem, TextItem
from docgen.form import Form
from docgen.messages import labelled
from docgen.units import Box

#: Most eyes tell them from each other, and from the blue of a certificate; they begin anew when there are more fields.
COLOURS = (
    "#d62728", "#1f4fd6", "#1c8a2c", "#e07b00", "#8a3fb8", "#7a4a35", "#d6339a", "#0b8f9c", "#6b7a00", "#4a4a8a",
)  # fmt: skip
#: From the baseline up and down, in ems: an ascender and a descender of the face.
ABOVE, BELOW = 0.74, 0.22


#: What shows data on a page.
DataItem = TextItem | PictureItem


class Highlights:
    """A colour for each field as it appears: the same on all pages."""

    def __init__(self, form: Form):
        self._labels = {field.name: labelled(field.label) for field in form.fields}
        self._places = [
            {place.name: [name for name in self._labels if name in place.names] for place in side.places} for side in form.sides
        ]
        self._colours: dict[tuple[str, ...], str] = {}

    @property
    def legend(self) -> tuple[tuple[str, str], ...]:
        """Each colour so far, with the labels of the fields that it marks."""
        return tuple((colour, ", ".join(self._labels[name] for name in names)) for names, colour in self._colours.items())

    def of(self, page: Page, values: Mapping[str, object], side: int = 0) -> Iterator[tuple[Box, str]]:
        """Yield box and colour of all that the record put onto the page of a side; a text of several lines has one box."""
        data = [item for item in page.items if item.layer is Layer.DATA and isinstance(item, TextItem | PictureItem)]
        printed = {(item.place, item.text.strip()) for item in data if isinstance(item, TextItem)}
        groups: dict[tuple[str, tuple[str, ...]], list[DataItem]] = {}
        for item in data:
            groups.setdefault((item.place, _fields(item, self._places[side][item.place], values, printed)), []).append(item)
        for (_place, names), items in groups.items():
            colour = self._colours.setdefault(names, COLOURS[len(self._colours) % len(COLOURS)])
            boxes = list(map(_box, items))
            is_wrapped = len({getattr(item, "line", 0) for item in items}) > 1
            yield from ((box, colour) for box in ([_whole(boxes)] if is_wrapped else boxes))


def _fields(item: DataItem, names: Sequence[str], values: Mapping[str, object], printed: set[tuple[str, str]]) -> tuple[str, ...]:
    """Return the fields that an item shows: the one whose value it is, else those of its place, `names`, that are nowhere alone.

    A name is one run of several fields, a date several runs of one.
    """
    alone = [name for name in names if (item.place, str(values.get(name))) in printed]
    own = [name for name in alone if isinstance(item, TextItem) and str(values[name]) == item.text.strip()]
    return tuple(own[:1] or [name for name in names if name not in alone] or names)


def _box(item: DataItem) -> Box:
    if isinstance(item, PictureItem):
        return item.box
    return Box(item.left, item.baseline - item.font.size * ABOVE, item.width, item.font.size * (ABOVE + BELOW))


def _whole(boxes: list[Box]) -> Box:
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    return Box(left, top, max(box.right for box in boxes) - left, max(box.bottom for box in boxes) - top)
