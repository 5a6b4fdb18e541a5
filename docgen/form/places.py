"""The kinds of place on a fixed page, in the act's own words: what it holds, from what it is measured, how far.

Each kind is recognised by the key that says what it holds (`fill`, `frame`, `picture`, `text` …); PLACES lists them. A kind is
added from outside by one call of `register`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from docgen.fields.keys import (
    COLOUR,
    DISTANCE,
    FLAG,
    FONT,
    NAME,
    NAMES,
    PLAIN_TEXT,
    SIZE,
    TABLES,
    TEMPLATE,
    TEXT,
    Raw,
    choice,
    key,
)
from docgen.fonts.faces import Font
from docgen.templating.templates import TextTemplate
from docgen.units import ZERO, Length, mm, pt

INK = "#111111"
#: Captions under the lines that somebody writes or signs on: house size.
CAPTION_FONT = Font(pt(9))
#: The alignment of a text in its column → the share of the spare width to its left.
ALIGN = {"left": 0.0, "centre": 0.5, "right": 1.0}
#: Where a text is → the first and the last page that have it; None for the last there is.
PAGES: dict[str, tuple[int, int | None]] = {"first": (1, 1), "all": (1, None), "later": (2, None)}
#: The languages of texts that are not in Kazakh.
LANGUAGES = ("ru", "en")
#: Names that a text of all pages may use besides the form's fields.
PAGE_NAMES = frozenset({"page", "pages"})


@dataclass(frozen=True, kw_only=True, eq=False)
class Place:
    """What all places share: a name, the clause that prescribes them, and what they are measured from."""

    name: str = key(NAME)
    clause: str = key(TEXT, "")

    @cached_property
    def ordered_names(self) -> tuple[str, ...]:
        """The fields that the place prints, in one order."""
        return tuple(sorted(self.names))

    @cached_property
    def ordered_anchors(self) -> tuple[str, ...]:
        """The places that this one is measured from, in one order."""
        return tuple(self.anchors.values())

    @property
    def is_on_first_page(self) -> bool:
        """Whether the place has one position, on the first page, that others can be measured from."""
        return True

    @property
    def names(self) -> frozenset[str]:
        """The fields that the place prints."""
        return frozenset()

    @property
    def texts(self) -> dict[str, TextTemplate]:
        """Key → the text with tags that the place prints for a record."""
        return {}

    @property
    def anchors(self) -> dict[str, str]:
        """Key → the place that it measures from, which must be above this one."""
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


@dataclass(frozen=True, kw_only=True, eq=False)
class Fill(Place):
    """The sheet's background colour, to its very edges."""

    fill: str = key(COLOUR)


@dataclass(frozen=True, kw_only=True, eq=False)
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
        """Key → how much of the sheet's width it takes."""
        return {"width": (self.edge + self.width) * 2}

    @property
    def down(self) -> dict[str, Length]:
        """Key → how much of the sheet's height it takes."""
        return self.across


@dataclass(frozen=True, kw_only=True, eq=False)
class Picture(Place):
    """A picture from the artwork folder (`picture`) or from the record (`field`), in a box of exact size.

    It is centred on the sheet (`centred`), or hangs `gap` below another place or below the inner edge of a frame (`inside`);
    across, it is at the `align` side of the text column. `caption` is what a blank says in the box of a record's picture,
    `alt` what a screen reader says of the picture.
    """

    picture: str = key(NAME, "")
    field: str = key(NAME, "")
    diameter: Length = key(SIZE)
    centred: bool = key(FLAG, False)
    inside: str = key(NAME, "")
    below: str = key(NAME, "")
    gap: Length = key(DISTANCE, ZERO)
    align: str = key(choice(*ALIGN), "centre")
    caption: str = key(PLAIN_TEXT, "")
    alt: str = key(PLAIN_TEXT, "")

    @property
    def names(self) -> frozenset[str]:
        """The fields that the place prints."""
        return frozenset({self.field} - {""})

    @property
    def artwork(self) -> dict[str, Length]:
        """The emblem, as high as its diameter; a record's picture is no artwork of the form."""
        return {self.picture: self.diameter} if self.picture else {}

    @property
    def across(self) -> dict[str, Length]:
        """Key → how much of the sheet's width it takes."""
        return {"diameter": self.diameter}

    @property
    def down(self) -> dict[str, Length]:
        """Key → how much of the sheet's height it takes."""
        return {"diameter": self.diameter + self.gap}


@dataclass(frozen=True, kw_only=True, eq=False)
class Text(Place):
    """Text in the column (or `width`), wrapped at its prescribed size.

    Vertically it is `gap` below another place (ink to cap height), or on the baseline of another text (`level`) with at least
    `gap` between the two, or right of a picture (`right_of`) on its middle, or has its baseline `foot` above the sheet's lower
    edge; else it is a member of a stack. `capitals` says that the act prescribes capitals. `rule` is the length of the line to
    write on that a blank has under the text (else one under each datum); `caption` is printed below that line. `max-size` is
    how large a line of a stack may be, in half points, where it fits on one line, and on its rule. `with-code` prints it
    only where a signed code is printed. `heading` and `lang` are for screen readers: that it is the document's heading, and its
    language where that is not Kazakh.
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
    pages: str = key(choice(*PAGES), "first")
    max_size: Length | None = key(SIZE, None)
    heading: bool = key(FLAG, False)
    with_code: bool = key(FLAG, False)
    lang: str = key(choice(*LANGUAGES), "")

    @property
    def is_on_first_page(self) -> bool:
        """Whether it is on the first page alone."""
        return not self.is_repeated

    @property
    def is_repeated(self) -> bool:
        """Whether it is on several pages, where it is laid by its height alone."""
        return self.pages != "first"

    @property
    def largest(self) -> Length:
        """The largest size that it may be set in."""
        return max(self.font.size, self.max_size or ZERO)

    def is_on(self, page: int) -> bool:
        """Return whether it is on the page of this number."""
        first, last = PAGES[self.pages]
        return first <= page <= (last or page)

    @property
    def names(self) -> frozenset[str]:
        """The fields that the place prints."""
        return self.text.names - (PAGE_NAMES if self.is_repeated else set())

    @property
    def texts(self) -> dict[str, TextTemplate]:
        """The text itself."""
        return {"text": self.text}

    @property
    def across(self) -> dict[str, Length]:
        """Key → how much of the sheet's width it takes."""
        return {"width": self.width or ZERO, "rule": self.rule}

    @property
    def down(self) -> dict[str, Length]:
        """Key → how much of the sheet's height it takes."""
        return {"gap": self.gap, "foot": self.foot or ZERO}


@dataclass(frozen=True, kw_only=True, eq=False)
class AnnexHeading(Place):
    """The heading of an annex, upper right, `annex` wide: the rules that it belongs to, its number, `Нысан`."""

    annex: Length = key(SIZE)
    font: Font = key(FONT)

    @property
    def across(self) -> dict[str, Length]:
        """Key → how much of the sheet's width it takes."""
        return {"annex": self.annex}


@dataclass(frozen=True, kw_only=True, eq=False)
class SigningLine(Place):
    """A line to sign on, `sign` long, `gap` to the right of the text whose baseline it is on, with its caption below it.

    It is on every copy: a finished document is signed too.
    """

    sign: Length = key(SIZE)
    level: str = key(NAME)
    gap: Length = key(DISTANCE, ZERO)
    caption: str = key(PLAIN_TEXT, "")

    @property
    def across(self) -> dict[str, Length]:
        """Key → how much of the sheet's width it takes."""
        return {"sign": self.sign + self.gap}


@dataclass(frozen=True, kw_only=True, eq=False)
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
        """Key → how much of the sheet's height it takes."""
        return {"gap": self.gap, "foot": self.gap + self.foot}


#: The value of a record that a code prints: a `docgen.compose.page.Symbol`. No field has a hyphen in its name.
CODE_VALUE = "signed-code"
#: Modules that have to be free on each side of a symbol (ISO/IEC 18004, 7.3.8), and how small one may be: four dots at 300 dpi.
QUIET, SMALLEST_MODULE = 4, mm(0.33)
#: How wide a module is where nothing is said, and what a screen reader says of a code.
MODULE, CODE_ALTERNATIVE = mm(0.34), "Құжаттың қол қойылған коды"
#: How much a code says of its document: every field, or number, day and a hash of the fields.
EXTENTS = ("full", "short")


@dataclass(frozen=True, kw_only=True, eq=False)
class Code(Place):
    """The signed code of a document, of modules `module` wide, `gap` below another place or `foot` above the sheet's lower edge.

    It is printed where a key is given, and is no place otherwise. `code` says how much it holds: `full` or `short`. Across, it
    stands at the `align` side of the text column.
    """

    code: str = key(choice(*EXTENTS))
    module: Length = key(SIZE, MODULE)
    below: str = key(NAME, "")
    gap: Length = key(DISTANCE, ZERO)
    foot: Length | None = key(DISTANCE, None)
    align: str = key(choice(*ALIGN), "right")
    alt: str = key(PLAIN_TEXT, CODE_ALTERNATIVE)

    @property
    def names(self) -> frozenset[str]:
        """The value that holds the symbol."""
        return frozenset({CODE_VALUE})

    @property
    def down(self) -> dict[str, Length]:
        """Key → how much of the sheet's height it takes."""
        return {"gap": self.gap, "foot": self.foot or ZERO}


@dataclass(frozen=True, kw_only=True, eq=False)
class Column:
    """A column of a table; the widths of all columns together make the table's."""

    heading: str = key(PLAIN_TEXT)
    text: TextTemplate = key(TEMPLATE)
    width: Length = key(SIZE)
    align: str = key(choice(*ALIGN), "left")


@dataclass(frozen=True, kw_only=True, eq=False)
class Table(Place):
    """A ruled table of the rows of a field, going on over pages under a repeated heading row; a row is never split.

    On the first page it begins `gap` below a place, on the next ones at `top` from the paper's edge; it ends at least `foot`
    above the lower edge.
    """

    table: str = key(NAME)
    column: tuple[Raw, ...] = key(TABLES)
    columns: tuple[Column, ...] = ()
    below: str = key(NAME)
    gap: Length = key(DISTANCE)
    top: Length = key(DISTANCE)
    foot: Length = key(DISTANCE)
    font: Font = key(FONT)
    heading_font: Font = key(FONT)
    padding: Length = key(DISTANCE, mm(1.5))

    @property
    def is_on_first_page(self) -> bool:
        """A table goes on over pages; nothing is measured from it."""
        return False

    @property
    def names(self) -> frozenset[str]:
        """The fields that the place prints."""
        return frozenset({self.table})

    @property
    def across(self) -> dict[str, Length]:
        """Key → how much of the sheet's width it takes."""
        return {"column": Length(sum(column.width.mm for column in self.columns))}

    @property
    def down(self) -> dict[str, Length]:
        """Key → how much of the sheet's height it takes."""
        return {"gap": self.gap, "foot": self.top + self.foot}


#: The key that names another place → what that place has to be.
ANCHORS: dict[str, type[Place]] = {"below": Place, "level": Text, "right_of": Picture, "inside": Frame}

#: The key that a kind is recognised by → the kind.
PLACES: dict[str, type[Place]] = {
    "fill": Fill,
    "frame": Frame,
    "picture": Picture,
    "field": Picture,
    "text": Text,
    "annex": AnnexHeading,
    "sign": SigningLine,
    "stack": Stack,
    "table": Table,
    "code": Code,
}

#: Kind → what lays it on a page, and what measures it on a finished one, of the kinds added by `register`. Their types belong to
#: packages above this one: `docgen.compose.places.Lay` and `docgen.preflighting.checks.Check`.
LAYOUTS: dict[type[Place], Callable[[Any, Any], Any]] = {}
CHECKS: dict[type[Place], tuple[Any, ...]] = {}


def register(kind: type[Place], *keys: str, lay: Callable[[Any, Any], Any], checks: Iterable[Any] = ()) -> None:
    """Add a kind of place, recognised by one of `keys` in a form.toml.

    `lay` takes the place and a `docgen.compose.layout.Setting`, and returns a `PlacedBox`: its box and what it draws. `checks`
    are `docgen.preflighting.checks.Check` entries: what is measured of such a place on a finished page.
    """
    PLACES.update(dict.fromkeys(keys, kind))
    LAYOUTS[kind], CHECKS[kind] = lay, tuple(checks)
