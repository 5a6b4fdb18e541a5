"""How wide Pango sets a text: it has whole units of 1/1024 px for the size of a face and the advance of each letter."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from docgen.fonts.faces import Face
from docgen.paint.pdf.plain_rows import NotPlainRows

#: A unit of Pango in pixels of CSS.
UNIT = 1 / 1024


def pango_size(pixels: float) -> int:
    """Return the size of a face in units of Pango, which cuts off what is less than one."""
    return int(round(pixels, 6) / UNIT)


#: What stands by itself in every text, left of what follows: letters, figures, punctuation, symbols and spaces by their first
#: letter of the general category (UAX 44), and not those that go from right to left (UAX 9).
ALONE, FROM_THE_RIGHT = "LNPSZ", {"R", "AL", "AN"}


class _Advances(dict[str, int]):
    """The advance widths of a face's letters at a size, which HarfBuzz multiplies in fixed point of 16 bits and rounds."""

    def __init__(self, face: Face, size: int):
        super().__init__()
        self._face, self._factor = face, (size << 16) // face.units_per_em

    def __missing__(self, letter: str) -> int:
        is_alone = unicodedata.category(letter)[0] in ALONE and unicodedata.bidirectional(letter) not in FROM_THE_RIGHT
        if not is_alone or ord(letter) not in self._face.file.glyphs:
            raise NotPlainRows
        self[letter] = (self._face.advance(letter) * self._factor + (1 << 15)) >> 16
        return self[letter]


def pango_widths(face: Face, pixels: float) -> Callable[[str], int]:
    """Return what measures a text of a face at a size, in units of Pango, kerning and ligatures off.

    NotPlainRows where HarfBuzz might show other glyphs than those of the letters one by one, from left to right.
    """
    advances = _Advances(face, pango_size(pixels))
    return lambda text: sum(map(advances.__getitem__, text))
