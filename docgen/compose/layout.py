"""Places laid on a page, each a function of its values and of the places that it is measured from.

So a place whose values and anchors came before is the same as before: what repeats over a batch is measured and broken
once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from docgen.compose.page import Layer, Part
from docgen.fonts.faces import Family
from docgen.form import Form
from docgen.form.places import Frame, Place, Table, Text
from docgen.units import ZERO, Box, Length

T = TypeVar("T")

#: How many results are remembered before all are forgotten: some megabytes.
MEMORY = 4_000


class Placed:
    """A place that has been laid: what it draws, its ink box, and of a text the first baseline and the number of lines.

    Two are the same only if they are one object, so that one can represent all that it was laid from. `shown` caches which
    of its items belong to a choice of layers.
    """

    __slots__ = ("first_baseline", "items", "lines", "place", "shown")

    place: Place
    items: Part
    first_baseline: Length
    lines: int
    shown: dict[frozenset[Layer], Part]

    @property
    def box(self) -> Box:
        """The box of its ink, which other places are measured from."""
        raise NotImplementedError


class PlacedBox(Placed):
    """A place of a known box: a picture, a frame, a fill, a heading."""

    __slots__ = ("_box",)

    def __init__(self, place: Place, box: Box, items: Part = ()):
        self.place, self._box, self.items = place, box, items
        self.first_baseline, self.lines, self.shown = ZERO, 0, {}

    @property
    def box(self) -> Box:
        """The box of its ink."""
        return self._box


class Memory:
    """Results by what they were made from. It forgets everything at once when it is full."""

    def __init__(self) -> None:
        # Results of several kinds; a key belongs to one kind alone.
        self._results: dict[Hashable, Any] = {}

    def recall(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the result for `key`, made at the first call; a key with a list in it is not remembered."""
        try:
            found = self._results.get(key, self)
        except TypeError:
            return make()
        if found is self:
            if len(self._results) >= MEMORY:
                self._results.clear()
            found = self._results[key] = make()
        result: T = found
        return result


@dataclass(eq=False)
class FormLayout:
    """What all pages of a form in one family of faces share, and the memory of what was laid on them."""

    form: Form
    family: Family
    #: The least width of a letter of data: more than zero on a blank that is filled by hand.
    handwriting: Length = ZERO
    memory: Memory = field(default_factory=Memory)
    #: What sets each text of the form, by text, size and column: not many, and each with a memory of its own.
    setters: Memory = field(default_factory=Memory)

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """The texts of the form."""
        return tuple(place for place in self.form.places if isinstance(place, Text))

    def text(self, name: str) -> Text:
        """Return the text of the form that has this name."""
        return next(text for text in self.texts if text.name == name)

    @cached_property
    def table(self) -> Table | None:
        """The table that flows over the pages, where the form has one."""
        return next((place for place in self.form.places if isinstance(place, Table)), None)

    @cached_property
    def on_every_page(self) -> tuple[Text, ...]:
        """The texts of each page, such as its number."""
        return tuple(text for text in self.texts if text.pages == "all")

    @cached_property
    def column(self) -> Box:
        """The box that text is set in."""
        return self.form.sheet.column

    @cached_property
    def inner(self) -> Box:
        """The box within the ornament frame, or the whole sheet of a form without one."""
        frame = next((place for place in self.form.places if isinstance(place, Frame)), None)
        sheet = self.form.sheet.box
        return sheet.inset(frame.edge + frame.width) if frame else sheet

    @cached_property
    def floor(self) -> Length:
        """The lower edge of the printable area: the frame's inner edge, or the sheet's."""
        return self.inner.bottom


class Setting(NamedTuple):
    """What one place is laid from: the form's layout, the record's values, and the places laid above it, by name."""

    layout: FormLayout
    values: Mapping[str, object]
    placed: Mapping[str, Placed]
