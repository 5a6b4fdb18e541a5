"""The kinds of place on a fixed page, in the act's own words: what stands there, from what it is measured, how far.

Each kind is recognised by the key that says what it holds (`fill`, `frame`, `picture`, `text` …);
PLACES lists them. A new kind is one class here and one entry in `compose`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from docgen.fonts.faces import Font
from docgen.form.keys import COLOUR, DISTANCE, FLAG, FONT, NAME, NAMES, PLAIN_TEXT, SIZE, TABLES, TEMPLATE, TEXT, choice, key
from docgen.templating.templates import TextTemplate
from docgen.units import ZERO, Length, mm, pt

INK = "#111111"
#: Where a text stands in its column → the share of the spare room that stands left of it.
ALIGN = {"left": 0.0, "centre": 0.5, "right": 1.0}
#: Names that a text of all pages may use beside the form's fields.
PAGE_NAMES = frozenset({"page", "pages"})


@dataclass(frozen=True, kw_only=True)
class Place:
    """What all places share: a name, the clause that prescribes them, and what they are measured from."""

    name: str = key(NAME)
    clause: str = key(TEXT, "")
    #: On which pages the place stands; a table goes its own way.
    pages: ClassVar[str] = "first"

    @cached_property
    def ordered_names(self) -> tuple[str, ...]:
        """The fields that the place prints, in one order."""
        return tuple(sorted(self.names))

    @cached_property
    def ordered_anchors(self) -> tuple[str, ...]:
        """The places that this one is measured from, in one order."""
        return tuple(self.anchors.values())

    @property
    def names(self) -> frozenset[str]:
        """The fields that the place prints."""
        return frozenset()

    @property
    def anchors(self) -> dict[str, str]:
        """Key → the place that it measures from, which has to stand above this one."""
        return {key: name for key in ANCHORS if (name := getattr(self, key, ""))}

    @property
    def artwork(self) -> dict[str, Length]:
        """The artwork that the place draws, by name, with its size."""
        return {}

    @property
    def across(self) -> dict[str, Length]:
        """Key → how much of the sheet's width is taken by it."""
        return {}

    @property
    def down(self) -> dict[str, Length]:
        """Key → how much of the sheet's height is taken by it."""
        return {}


@dataclass(frozen=True, kw_only=True)
class Fill(Place):
    """The sheet's background colour, to its very edges."""

    fill: str = key(COLOUR)


@dataclass(frozen=True, kw_only=True)
class Frame(Place):
    """An ornament frame: `edge` from the paper's edge to its outer edge, `width` from there to its inner edge."""

    frame: str = key(NAME)
    edge: Length = key(DISTANCE)
    width: Length = key(SIZE)

    @property
    def artwork(self) -> dict[str, Length]:
        """The frame's two pictures, each as wide as the frame."""
        return {f"{self.frame}-{part}": self.width for part in ("side", "corner")}

    @property
    def across(self) -> dict[str, Length]:
        return {"width": (self.edge + self.width) * 2}

    @property
    def down(self) -> dict[str, Length]:
        return self.across


@dataclass(frozen=True, kw_only=True)
class Picture(Place):
    """A picture from the artwork folder (`picture`) or from the record (`field`), in a box of exact size.

    It is centred on the sheet (`centred`), or hangs `gap` below another place or below the inner edge of a frame (`inside`);
    across, it stands at the `align` side of the text column.
    """

    picture: str = key(NAME, "")
    field: str = key(NAME, "")
    diameter: Length = key(SIZE)
    centred: bool = key(FLAG, False)
    inside: str = key(NAME, "")
    below: str = key(NAME, "")
    gap: Length = key(DISTANCE, ZERO)
    align: str = key(choice(*ALIGN), "centre")

    @property
    def names(self) -> frozenset[str]:
        return frozenset({self.field} - {""})

    @property
    def artwork(self) -> dict[str, Length]:
        """The emblem, as high as its diameter; a record's picture is no artwork of the form."""
        return {self.picture: self.diameter} if self.picture else {}

    @property
    def across(self) -> dict[str, Length]:
        return {"diameter": self.diameter}

    @property
    def down(self) -> dict[str, Length]:
        return {"diameter": self.diameter + self.gap}


@dataclass(frozen=True, kw_only=True)
class Text(Place):
    """Text in the column (or `width`), wrapped at its prescribed size.

    Vertically it stands `gap` below another place (ink to cap height), or on the baseline of another text (`level`) with at
    least `gap` between the two, or `beside` a picture, on its middle, or with its baseline `foot` above the sheet's lower
    edge; else as a member of a stack. `capitals` says that the act prescribes capitals. `rule` is the length of the line to
    write on that the blank has under the text (else one under each datum); `caption` stands below that line.
    """

    text: TextTemplate = key(TEMPLATE)
    font: Font = key(FONT, Font(pt(14)))
    align: str = key(choice(*ALIGN), "centre")
    below: str = key(NAME, "")
    level: str = key(NAME, "")
    right_of: str = key(NAME, "")
    foot: Length | None = key(DISTANCE, None)
    gap: Length = key(DISTANCE, ZERO)
    width: Length | None = key(SIZE, None)
    colour: str = key(COLOUR, INK)
    capitals: bool = key(FLAG, False)
    rule: Length = key(DISTANCE, ZERO)
    caption: str = key(PLAIN_TEXT, "")
    pages: str = key(choice("first", "all"), "first")

    @property
    def names(self) -> frozenset[str]:
        return self.text.names - (PAGE_NAMES if self.pages == "all" else set())

    @property
    def across(self) -> dict[str, Length]:
        return {"width": self.width or ZERO, "rule": self.rule}

    @property
    def down(self) -> dict[str, Length]:
        return {"gap": self.gap, "foot": self.foot or ZERO}


@dataclass(frozen=True, kw_only=True)
class AnnexHeading(Place):
    """The heading of an annex, upper right, `annex` wide: the rules that it belongs to, its number, `Нысан`."""

    annex: Length = key(SIZE)
    font: Font = key(FONT)

    @property
    def across(self) -> dict[str, Length]:
        return {"annex": self.annex}


@dataclass(frozen=True, kw_only=True)
class Stack(Place):
    """Lines spread at an even pitch: the first `gap` below a place, the last `foot` above the frame's or sheet's lower edge.

    All its lines share one size: the texts' own, or in half points down to `min-size` when they would not fit.
    """

    stack: tuple[str, ...] = key(NAMES)
    below: str = key(NAME)
    gap: Length = key(DISTANCE)
    foot: Length = key(DISTANCE)
    min_size: Length = key(SIZE)

    @property
    def down(self) -> dict[str, Length]:
        return {"gap": self.gap, "foot": self.gap + self.foot}


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table; the widths of all columns together make the table's."""

    heading: str = key(PLAIN_TEXT)
    text: TextTemplate = key(TEMPLATE)
    width: Length = key(SIZE)
    align: str = key(choice(*ALIGN), "left")


@dataclass(frozen=True, kw_only=True)
class Table(Place):
    """A ruled table of the rows of a field, going on over pages under a repeated heading row; a row is never split.

    On the first page it begins `gap` below a place, on the next ones at `top` from the paper's edge; it ends at least `foot`
    above the lower edge.
    """

    pages: ClassVar[str] = "flowing"
    table: str = key(NAME)
    column: tuple[dict, ...] = key(TABLES)
    columns: tuple[Column, ...] = ()
    below: str = key(NAME)
    gap: Length = key(DISTANCE)
    top: Length = key(DISTANCE)
    foot: Length = key(DISTANCE)
    font: Font = key(FONT)
    heading_font: Font = key(FONT)
    padding: Length = key(DISTANCE, mm(1.5))

    @property
    def names(self) -> frozenset[str]:
        return frozenset({self.table})

    @property
    def across(self) -> dict[str, Length]:
        return {"column": Length(sum(column.width.mm for column in self.columns))}

    @property
    def down(self) -> dict[str, Length]:
        return {"gap": self.gap, "foot": self.top + self.foot}


#: The key that names another place → what that place has to be.
ANCHORS: dict[str, type[Place]] = {"below": Place, "level": Text, "right_of": Picture, "inside": Frame}

#: The key that tells a kind → the kind.
PLACES: dict[str, type[Place]] = {
    "fill": Fill,
    "frame": Frame,
    "picture": Picture,
    "field": Picture,
    "text": Text,
    "annex": AnnexHeading,
    "stack": Stack,
    "table": Table,
}
