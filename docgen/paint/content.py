"""Items of a page → operators of its content stream (ISO 32000-1, 8 and 9), in points from the sheet's upper left corner.

A text is written in UTF-16: the code of a character is its code point, and the font's CIDToGIDMap leads from there to the
glyph. So a page's content does not depend on what other pages hold, and copied text is exact.
"""

from __future__ import annotations

from docgen.compose.page import FillItem, RuleItem, TextItem
from docgen.fonts import Font
from docgen.form.places import INK

#: (bold, italic) → the name of the face in the resources of every page.
FACE_NAMES = {(False, False): b"/R", (True, False): b"/B", (False, True): b"/I", (True, True): b"/Z"}


def face_name(font: Font) -> bytes:
    return FACE_NAMES[font.bold, font.italic]


def number(value: float) -> bytes:
    """Return a number to 1/10,000 of a point, as short as it can be."""
    return b"%.4f" % value if value % 1 else b"%d" % value


def colour(rgb: str) -> bytes:
    return b" ".join(b"%.4g" % (int(rgb[at : at + 2], 16) / 255) for at in (1, 3, 5)) + b" rg"


#: Set before all else on a page; a text of another colour sets it back.
INK_COLOUR = colour(INK)


def draw_text(item: TextItem, height: float) -> bytes:
    """Return the operators that show a run of text on a sheet `height` points high, where the colour is that of ink."""
    text = item.text.encode("utf-16-be")
    escaped = text.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)").replace(b"\r", b"\\r")
    size, left, baseline = number(item.font.size.pt), number(item.left.pt), number(height - item.baseline.pt)
    parts = (b"BT ", face_name(item.font), b" ", size, b" Tf ", left, b" ", baseline, b" Td (", escaped, b") Tj ET")
    shown = b"".join(parts)
    return shown if item.colour == INK else b" ".join((colour(item.colour), shown, INK_COLOUR))


def draw_plain(item: FillItem | RuleItem, height: float) -> bytes:
    """Return the operators that fill a box with one colour."""
    box = item.box
    edges = (box.left.pt, height - box.bottom.pt, box.width.pt, box.height.pt)
    return b"%s %s re f %s" % (colour(item.colour), b" ".join(map(number, edges)), INK_COLOUR)


DRAW = {TextItem: draw_text, FillItem: draw_plain, RuleItem: draw_plain}
