"""The kinds of place on a fixed page, in the act's own words: what stands there, from what it is measured, how far.

Each kind is recognised by the key that says what it holds (`fill`, `frame`, `picture`, `text` …);
PLACES lists them. A new kind is one class here and one entry in `compose`.
"""

from __future__ import annotations

from dataclasses import dataclass

from docgen.fonts import Font
from docgen.form.keys import COLOUR, FLAG, FONT, LENGTH, NAME, NAMES, TABLES, TEMPLATE, TEXT, choice, key
from docgen.templates import TextTemplate
from docgen.units import ZERO, Length, mm, pt

INK = "#111111"


@dataclass(frozen=True, kw_only=True)
class Place:
    """What all places share: a name, the clause that prescribes them, and what they are measured from."""

    name: str = key(NAME)
    clause: str = key(TEXT, "")

    @property
    def names(self) -> frozenset[str]:
        """The fields that the place prints."""
        return frozenset()

    @property
    def anchors(self) -> tuple[str, ...]:
        """The places that must stand before this one can."""
        return ()


@dataclass(frozen=True, kw_only=True)
class Fill(Place):
    """The sheet's background colour, to its very edges."""

    fill: str = key(COLOUR)


@dataclass(frozen=True, kw_only=True)
class Frame(Place):
    """An ornament frame: `edge` from the paper's edge to its outer edge, `width` from there to its inner edge."""

    frame: str = key(NAME)
    edge: Length = key(LENGTH)
    width: Length = key(LENGTH)


@dataclass(frozen=True, kw_only=True)
class Picture(Place):
    """A picture from the artwork folder (`picture`) or from the record (`field`), in a box of exact size.

    It is centred on the sheet (`centred`), or hangs `gap` below another place or below the inner edge of a frame (`inside`);
    across, it stands at the `align` side of the text column.
    """

    picture: str = key(NAME, "")
    field: str = key(NAME, "")
    diameter: Length = key(LENGTH)
    centred: bool = key(FLAG, False)
    inside: str = key(NAME, "")
    below: str = key(NAME, "")
    gap: Length = key(LENGTH, ZERO)
    align: str = key(choice("left", "centre", "right"), "centre")

    @property
    def names(self) -> frozenset[str]:
        return frozenset({self.field} - {""})

    @property
    def anchors(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.inside, self.below)))


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
    align: str = key(choice("left", "centre", "right"), "centre")
    below: str = key(NAME, "")
    level: str = key(NAME, "")
    beside: str = key(NAME, "")
    foot: Length | None = key(LENGTH, None)
    gap: Length = key(LENGTH, ZERO)
    width: Length | None = key(LENGTH, None)
    colour: str = key(COLOUR, INK)
    capitals: bool = key(FLAG, False)
    rule: Length = key(LENGTH, ZERO)
    caption: str = key(TEXT, "")
    pages: str = key(choice("first", "all"), "first")

    @property
    def names(self) -> frozenset[str]:
        return self.text.names - {"page", "pages"}

    @property
    def anchors(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.below, self.level, self.beside)))


@dataclass(frozen=True, kw_only=True)
class AnnexHeading(Place):
    """The heading of an annex, upper right, `annex` wide: the rules that it belongs to, its number, `Нысан`."""

    annex: Length = key(LENGTH)
    font: Font = key(FONT)


@dataclass(frozen=True, kw_only=True)
class Stack(Place):
    """Lines spread at an even pitch: the first `gap` below a place, the last `foot` above the frame's or sheet's lower edge.

    All its lines share one size: the texts' own, or in half points down to `min-size` when they would not fit.
    """

    stack: tuple[str, ...] = key(NAMES)
    below: str = key(NAME)
    gap: Length = key(LENGTH)
    foot: Length = key(LENGTH)
    min_size: Length = key(LENGTH)

    @property
    def anchors(self) -> tuple[str, ...]:
        return (self.below,)


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table; the widths of all columns together make the table's."""

    heading: str = key(TEXT)
    text: TextTemplate = key(TEMPLATE)
    width: Length = key(LENGTH)
    align: str = key(choice("left", "centre", "right"), "left")


@dataclass(frozen=True, kw_only=True)
class Table(Place):
    """A ruled table of the rows of a field, going on over pages under a repeated heading row; a row is never split.

    On the first page it begins `gap` below a place, on the next ones at `top` from the paper's edge; it ends at least `foot`
    above the lower edge.
    """

    table: str = key(NAME)
    column: tuple[dict, ...] = key(TABLES)
    columns: tuple[Column, ...] = ()
    below: str = key(NAME)
    gap: Length = key(LENGTH)
    top: Length = key(LENGTH)
    foot: Length = key(LENGTH)
    font: Font = key(FONT)
    heading_font: Font = key(FONT)
    padding: Length = key(LENGTH, mm(1.5))

    @property
    def names(self) -> frozenset[str]:
        return frozenset({self.table})

    @property
    def anchors(self) -> tuple[str, ...]:
        return (self.below,)


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
