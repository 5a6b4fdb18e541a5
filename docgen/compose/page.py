"""The display list: what is drawn where on a page, in millimetres, without a word about PDF.

Every painter draws the same pages. Coordinates run right and down from the sheet's upper left corner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import chain
from typing import NamedTuple

from docgen.fonts.faces import Font
from docgen.prints import Print
from docgen.units import Box, Length


class Layer(Enum):
    """What an item belongs to, and so in which print it appears (FORMS.md, three ways to print)."""

    MASTER = "master"
    """Artwork and fixed text: the same on every copy."""
    DATA = "data"
    """What a record put there."""
    GUIDE = "guide"
    """Rules to write on and their captions: on the blank alone."""


#: What is printed → the layers that appear.
PRINT_LAYERS = {
    Print.FULL: frozenset({Layer.MASTER, Layer.DATA}),
    Print.BLANK: frozenset({Layer.MASTER, Layer.GUIDE}),
    Print.OVERPRINT: frozenset({Layer.DATA}),
}


ALL_LAYERS = frozenset(Layer)


@dataclass(frozen=True, slots=True)
class FillItem:
    """A rectangle of one colour."""

    place: str
    layer: Layer
    box: Box
    colour: str

    def __str__(self) -> str:
        return f"fill {self.box} {self.colour}"


@dataclass(frozen=True, slots=True)
class FrameItem:
    """An ornament frame: `box` is its outer edge, `width` how far it reaches inwards."""

    place: str
    layer: Layer
    box: Box
    width: Length
    artwork: str

    def __str__(self) -> str:
        return f"frame {self.box} width {self.width.mm:.3f} {self.artwork}"


@dataclass(frozen=True, slots=True)
class PictureItem:
    """Artwork by name, or a picture file of the record, that fills its box."""

    place: str
    layer: Layer
    box: Box
    artwork: str

    def __str__(self) -> str:
        return f"picture {self.box} {self.artwork}"


class RuleItem(NamedTuple):
    """A straight line, horizontal or vertical; `box` is its ink."""

    place: str
    layer: Layer
    box: Box
    colour: str

    def __str__(self) -> str:
        return f"rule {self.box} {self.colour}"


class TextItem(NamedTuple):
    """A run of text of one font: the origin of its first letter is (`left`, `baseline`), its advance width is `width`.

    `line` counts the lines of a place from 0.
    """

    place: str
    layer: Layer
    left: Length
    baseline: Length
    width: Length
    text: str
    font: Font
    colour: str
    line: int = 0

    def __str__(self) -> str:
        return f"text {self.left.mm:.3f} {self.baseline.mm:.3f} width {self.width.mm:.3f} {self.font} {self.colour} {self.text!r}"


class Symbol(NamedTuple):
    """A symbol of square modules: how many a side has, and they themselves, row by row, a bit each, dark ones 1.

    Rows begin at whole bytes.
    """

    side: int
    bits: bytes

    @property
    def rows(self) -> list[str]:
        """The modules of each row, dark ones `1`."""
        width = (self.side + 7) // 8
        rows = (self.bits[at : at + width] for at in range(0, len(self.bits), width))
        return [f"{int.from_bytes(row):0{width * 8}b}"[: self.side] for row in rows]


@dataclass(frozen=True, slots=True)
class SymbolItem:
    """A symbol that fills its box, in ink."""

    place: str
    layer: Layer
    box: Box
    symbol: Symbol

    def __str__(self) -> str:
        return f"symbol {self.box} {self.symbol.side} modules"


#: What is drawn without being text.
Graphic = FillItem | FrameItem | PictureItem | RuleItem | SymbolItem
Item = Graphic | TextItem
#: What one place draws on a page, or a row of a table.
Part = tuple[Item, ...]
ARTWORK_ITEMS = (FillItem, FrameItem, PictureItem)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: the size of its sheet, and its items in the order of drawing, which is also the order of reading."""

    width: Length
    height: Length
    items: tuple[Item, ...]
    #: The same items by their places; what another page shows too is the same tuple, for painters with a memory.
    parts: tuple[Part, ...] = field(default=(), init=False, compare=False, repr=False)

    @classmethod
    def of(cls, width: Length, height: Length, parts: Iterable[Part]) -> Page:
        """Return the page that these parts make, in order."""
        parts = tuple(parts)
        page = cls(width, height, tuple(chain.from_iterable(parts)))
        object.__setattr__(page, "parts", parts)
        return page

    def shown(self, print: Print) -> Page:
        """Return the page as it is printed: `full`, `blank` or `overprint`."""
        return Page(self.width, self.height, tuple(item for item in self.items if item.layer in PRINT_LAYERS[print]))

    def __str__(self) -> str:
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"page {self.width.mm:.3f} {self.height.mm:.3f}"
        for item in self.items:
            yield f"{item.place:<20} {item.layer.value:<7} {item}"
