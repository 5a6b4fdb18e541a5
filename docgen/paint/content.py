"""Items of a page → operators of its content stream (ISO 32000-1, 8 and 9), in points from the sheet's upper left corner.

A text is written in UTF-16: the code of a character is its code point, and the font's CIDToGIDMap leads from there to the
glyph. So a page's content does not depend on what other pages hold, and copied text is exact.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from typing import Protocol

from docgen.compose.page import FillItem, Item, Part, RuleItem, Symbol, SymbolItem, TextItem
from docgen.fonts.faces import Font
from docgen.form.places import INK
from docgen.paint.strings import literal
from docgen.units import MM_PER_PT

#: (bold, italic) → the name of the face in the resources of every page.
FACE_NAMES = {(False, False): b"/R", (True, False): b"/B", (False, True): b"/I", (True, True): b"/Z"}


def number(value: float) -> bytes:
    """Return a number to 1/10,000 of a point, as short as it can be."""
    return b"%.4f" % value if value % 1 else b"%d" % value


#: Python looks a codec up at each call of str.encode, which takes twice as long as the work.
_utf_16 = codecs.getencoder("utf-16-be")


def colour(rgb: str) -> bytes:
    """Return the operator that sets a colour, as exact as WeasyPrint writes it: viewers that truncate levels show the same."""
    levels = (b"%.6f" % (int(rgb[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return b" ".join(level.rstrip(b"0").rstrip(b".") or b"0" for level in levels) + b" rg"


#: Set before all else on a page; a text of another colour sets it back.
INK_COLOUR = colour(INK)


class Colours(Protocol):
    """How colours are set: `ink` is the operator for the colour of text, set before all else on a page."""

    @property
    def ink(self) -> bytes:
        """The operator that sets the colour of text."""

    def operator(self, srgb: str) -> bytes:
        """Return the operator that sets a colour."""

    def __hash__(self) -> int:
        """Return a hash, by which what is drawn in them is remembered."""


class ScreenColours:
    """Colours as a screen shows them."""

    ink = INK_COLOUR

    def operator(self, srgb: str) -> bytes:
        """Return the operator that sets a colour in sRGB levels."""
        return colour(srgb)


SCREEN = ScreenColours()


def draw(part: Part, height: float, colours: Colours = SCREEN) -> bytes:
    """Return the operators that draw texts, fills and rules on a sheet `height` points high, where the colour is that of ink.

    Texts are most of it: a font and baseline that the one before has too are not formatted again.
    """
    shown: list[bytes] = []
    font = baseline = None
    begun = down = b""
    for item in part:
        if type(item) is not TextItem:
            shown.append(draw_plain(item, height, colours))
            continue
        _place, _layer, left, on, _width, text, face, rgb, _line = item
        if face is not font:
            font, begun = face, begun_text(face)
        if on is not baseline:
            baseline, down = on, height_of(on.mm, height)
        operators = b"%s %s %s Td %s Tj ET" % (begun, _points(left.mm), down, coded(text))
        shown.append(operators if rgb == INK else b" ".join((colours.operator(rgb), operators, colours.ink)))
    return b"\n".join(shown)


def coded(text: str) -> bytes:
    """Return the string that shows a text: the codes of its letters."""
    return literal(_utf_16(text)[0])


def begun_text(font: Font) -> bytes:
    """Return the operators that begin a text in a font."""
    return _begun(font.size.mm, font.bold, font.italic)


@lru_cache(maxsize=64)
def _begun(size: float, bold: bool, italic: bool) -> bytes:
    """Return the operators that begin a text in a font, of which a form has few."""
    return b"BT %s %s Tf" % (FACE_NAMES[bold, italic], number(size / MM_PER_PT))


@lru_cache(maxsize=1024)
def _points(mm: float) -> bytes:
    """Return `mm` in points; the lines of a table begin at the same places, and its rules are of the same length."""
    return number(mm / MM_PER_PT)


@lru_cache(maxsize=1024)
def height_of(mm: float, height: float) -> bytes:
    """Return a baseline `mm` below the sheet's upper edge; most pages of a form have theirs at the same heights."""
    return number(height - mm / MM_PER_PT)


def draw_plain(item: Item, height: float, colours: Colours = SCREEN) -> bytes:
    """Return the operators that fill a box with one colour, or draw a symbol, where the colour is that of ink.

    TypeError for other items.
    """
    if isinstance(item, SymbolItem):
        return _draw_symbol(item, height)
    if not isinstance(item, (RuleItem, FillItem)):
        raise TypeError(item)
    left, top, width, thickness = item.box
    edges = (_points(left.mm), height_of(top.mm + thickness.mm, height), _points(width.mm), _points(thickness.mm))
    shown = b"%s %s %s %s re f" % edges
    return shown if item.colour == INK else b" ".join((colours.operator(item.colour), shown, colours.ink))


#: What a reader may take for the end of an inline image.
_IMAGE_END = re.compile(rb"[\0\t\n\f\r ]EI(?=[\0\t\n\f\r ])")


def _draw_symbol(item: SymbolItem, height: float) -> bytes:
    """Return the operators that draw a symbol in its box."""
    box = item.box
    place = (number(box.width.pt), number(box.height.pt), number(box.left.pt), number(height - box.bottom.pt))
    return b"q %s 0 0 %s %s %s cm %s Q" % (*place, symbol_mask(item.symbol))


def symbol_mask(symbol: Symbol) -> bytes:
    """Return the operators that draw a symbol over the unit square: an inline image (8.9.7) that is a mask.

    So it has the colour of ink alone. Its bits are written in hexadecimal where they look like the end of the image.
    """
    bits, coding = symbol.bits, b""
    if _IMAGE_END.search(b" %s " % bits):
        bits, coding = bits.hex().encode() + b">", b"/F/AHx"
    return b"BI/W %d/H %d/IM true/D[1 0]%s ID %s\nEI" % (symbol.side, symbol.side, coding, bits)
