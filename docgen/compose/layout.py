"""Places laid on a page, each a function of its values and of the places that it is measured from.

So a place whose values and anchors came before is the same as before: what repeats over a batch is measured and broken
once.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from docgen.compose.page import Item, Layer
from docgen.compose.steps import Steps
from docgen.fonts.faces import Family
from docgen.form import Form
from docgen.form.places import Place, Text
from docgen.memory import Memory
from docgen.units import ZERO, Box, Length

if TYPE_CHECKING:
    from docgen.compose.texts import Setter

#: How many results are remembered before all are forgotten: some megabytes.
MEMORY = 4_000


@dataclass(slots=True, eq=False)
class Placed:
    """A place that has been laid: its ink box and what it draws; for a text, its first baseline and number of lines.

    Two are the same only if they are one object, so that one can stand for all that it was laid from. `shown` keeps which of
    its items each choice of layers has.
    """

    place: Place
    box: Box
    items: tuple[Item, ...] = ()
    first_baseline: Length = ZERO
    lines: int = 0
    shown: dict[frozenset[Layer], tuple[Item, ...]] = field(default_factory=dict)


class Spread(NamedTuple):
    """How a stack stands in its largest size: below which place; of each row what it prints, its lines, its baseline."""

    below: Placed
    #: What compose/stack.py sets its texts with.
    rows: Sequence[Any]
    printed: Sequence[object]
    lines: Sequence[int]
    baselines: Sequence[Length]


class Laid(NamedTuple):
    """The places of a first page by name, in order, the values that they were laid from, in the order of the steps' names, and
    its stacks by name, those in their largest size."""

    values: tuple[object, ...]
    placed: Mapping[str, Placed]
    spreads: Mapping[str, Spread]


@dataclass(eq=False)
class FormLayout:
    """What all pages of a form in one family of faces share, and the memory of what was laid on them."""

    form: Form
    family: Family
    #: What a datum takes a letter at least, where it is to be written by hand.
    hand: Length = ZERO
    memory: Memory[Hashable, Placed] = field(default_factory=partial(Memory, MEMORY))
    #: What sets each text of the form, by text, size and column: not many, and each with a memory of its own.
    setters: Memory[Hashable, Setter] = field(default_factory=partial(Memory, MEMORY))
    #: The first page that was laid last: the next one is laid where it differs.
    last: Laid | None = None

    @cached_property
    def steps(self) -> Steps:
        """The order of laying a first page."""
        return Steps(self.form.places)

    def text(self, name: str) -> Text:
        return next(text for text in self.form.texts if text.name == name)

    @cached_property
    def on_every_page(self) -> tuple[Text, ...]:
        """The texts that stand on each page, such as its number."""
        return tuple(text for text in self.form.texts if text.pages == "all")

    @cached_property
    def column(self) -> Box:
        """The box that text is set in."""
        return self.form.sheet.column

    @cached_property
    def inner(self) -> Box | None:
        """The box within the ornament frame, where the form has one."""
        return self.form.inner_box if self.form.frame else None

    @cached_property
    def floor(self) -> Length:
        """The lower edge of the room: the frame's inner edge, or the sheet's."""
        return self.inner.bottom if self.inner else self.form.sheet.height


class Setting(NamedTuple):
    """What one place is laid from: the ground, the record's values, and the places laid above it, by name."""

    layout: FormLayout
    values: Mapping[str, object]
    placed: Mapping[str, Placed]
