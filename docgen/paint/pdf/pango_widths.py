"""How wide Pango sets a text: each letter's advance width in 1/1024 px, rounded by itself, kerning and ligatures off."""

from __future__ import annotations

from collections.abc import Callable

from docgen.fonts.faces import Face

#: A unit of Pango in pixels of CSS.
UNIT = 1 / 1024


class _Advances(dict[str, int]):
    """The advance widths of a face's letters at a size in units of Pango, which HarfBuzz multiplies by 16.16 fixed point."""

    def __init__(self, face: Face, size: int):
        super().__init__()
        self._face, self._factor = face, (size << 16) // face.units_per_em

    def __missing__(self, letter: str) -> int:
        self[letter] = (self._face.advance(letter) * self._factor + (1 << 15)) >> 16
        return self[letter]


def pango_widths(face: Face, size: float) -> Callable[[str], int]:
    """Return what measures a text of a face at a size in pixels, in units of Pango."""
    advances = _Advances(face, int(size / UNIT))
    return lambda text: sum(map(advances.__getitem__, text))
