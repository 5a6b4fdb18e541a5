"""Places laid on a page, each a function of its values and of the places that it is measured from.

So a place whose values and anchors came before is the same as before: what repeats over a batch is measured and broken
once.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from docgen.compose.page import Layer, Part
from docgen.fonts.faces import Family
from docgen.form import Form
from docgen.form.places import Place, Text
from docgen.memory import Memory
from docgen.units import ZERO, Box, Length

if TYPE_CHECKING:
    from docgen.compose.stack import StackLayout
    from docgen.compose.texts import Setter

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


@dataclass(eq=False)
class FormLayout:
    """What all pages of a form in one family of faces share, and the memory of what was laid on them."""

    form: Form
    family: Family
    #: The least width of a letter of data: more than zero on a blank that is filled by hand.
    handwriting: Length = ZERO
    memory: Memory[Hashable, Placed] = field(default_factory=lambda: Memory(MEMORY))
    #: What sets each text of the form, by text, size and column: not many, and each with a memory of its own.
    setters: Memory[Hashable, Setter] = field(default_factory=lambda: Memory(MEMORY))
    #: What sets the columns of each table, by its name.
    columns: dict[str, list[Setter]] = field(default_factory=dict)
    #: Each stack, by its name.
    stacks: dict[str, StackLayout] = field(default_factory=dict)

    def text(self, name: str) -> Text:
        """Return the text of the form that has this name."""
        return next(text for text in self.form.texts if text.name == name)

    @cached_property
    def on_every_page(self) -> tuple[Text, ...]:
        """The texts of each page, such as its number."""
        return tuple(text for text in self.form.texts if text.is_repeated)

    @cached_property
    def column(self) -> Box:
        """The box that text is set in."""
        return self.form.sheet.column

    @cached_property
    def floor(self) -> Length:
        """The lower edge of the printable area: the frame's inner edge, or the sheet's."""
        return self.form.inner_box.bottom


class Setting(NamedTuple):
    """What one place is laid from: the form's layout, the record's values, and the places laid above it, by name."""

    layout: FormLayout
    values: Mapping[str, object]
    placed: Mapping[str, Placed]
