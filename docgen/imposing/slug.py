"""The slug of a sheet, upwards on the left: its line, and below it the sheet symbol, in black that overprints.

What the sheets of a lift have alike is drawn once, in a stream that they share; a sheet goes on with what it has of its own.
The symbol is one path, so that nothing shows between two modules: its common part, which the shared stream ends with, is filled
together with that of the sheet.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from docgen import fonts
from docgen.fonts.faces import Font
from docgen.imposing.layout import CORNER, CROSS, SLUG_GAP, SheetLayout
from docgen.imposing.symbol import MODULES, SheetCode, common_pattern, own_pattern, squares, symbol_box, symbol_length
from docgen.paint.press.contact import settable
from docgen.paint.strings import literal
from docgen.units import ZERO, Length, mm, pt

FONT = Font(pt(6.5))
#: How far the baseline of the slug line is from the bleed.
BASELINE = mm(1)
#: The part of its line that what all sheets have may take: the numbers of a sheet need the rest.
COMMON_SHARE = 0.6


class Slug(NamedTuple):
    """The slug of a sheet: the operators that begin it, those that end it, and its text."""

    begun: bytes
    ended: bytes
    text: str


class LiftSlug:
    """The slugs of one side of a lift: `job` as far as it fits, what is `common` to its sheets, the symbol of `code` for each.

    The more they have alike, the fewer bytes a sheet takes.
    """

    def __init__(self, layout: SheetLayout, job: str, common: Iterable[str], code: SheetCode):
        self._layout, self._code, self._box = layout, code, symbol_box(layout)
        alike = settable(_parts(common))
        width = self._line_width()
        self._text = _cut(job, width * COMMON_SHARE - _width(alike)) + alike
        self._left = width - _width(self._text)

    def _line_width(self) -> Length:
        """Return how long a slug line may be."""
        layout = self._layout
        height, symbol = layout.cells[-1].height, symbol_length(self._box)
        return height - SLUG_GAP * 2 - symbol - (CORNER + CROSS if layout.scheme.rows == 1 else ZERO)

    @cached_property
    def _begun(self) -> bytes:
        """The operators that begin the slug: its line along the first axis, the origin where it goes on, then its symbol."""
        layout = self._layout
        lowest, height = layout.cells[-1], layout.scheme.sheet[1]
        across = (layout.block.left - layout.scheme.bleed - BASELINE).pt
        up = (height - lowest.bottom + SLUG_GAP + symbol_length(self._box)).pt
        width = _width(self._text).pt
        line = (FONT.size.pt, across, up, _string(self._text), width)
        drawn = b"q /K gs 0 0 0 1 k /R %.4f Tf 0 1 -1 0 %.4f %.4f cm BT %s Tj ET 1 0 0 1 %.4f 0 cm" % line
        if self._box is None:
            return drawn
        module = self._box.width.pt / MODULES
        place = (-module, module, (height - self._box.bottom).pt - up - width, across - self._box.left.pt)
        return b"%s q 0 %.4f %.4f 0 %.4f %.4f cm%s" % (drawn, *place, squares(common_pattern(self._code)))

    def of(self, sheet: int, own: Iterable[str]) -> Slug:
        """Return the slug of a sheet, counted from 1, with the parts of its line that are its own as far as they fit."""
        text = _cut(_parts(own), self._left)
        ended = b"BT%sTj ET Q" % _string(text)
        if self._box is not None:
            ended = b"%s f Q %s" % (squares(own_pattern(self._code._replace(sheet=sheet))), ended)
        return Slug(self._begun, ended, self._text + text)


def _parts(parts: Iterable[str]) -> str:
    return "".join([f" · {part}" for part in parts if part])


def _width(text: str) -> Length:
    return fonts.family().width(text, FONT)


def _cut(text: str, width: Length) -> str:
    """Return a text that can be set, with an ellipsis where it is cut to be no wider than `width`."""
    text = shown = settable(text)
    while shown and _width(shown) > width:
        text = text[:-1]
        shown = f"{text.rstrip()}…"
    return shown


def _string(text: str) -> bytes:
    return literal(text.encode("utf-16-be"))
