"""Lengths are a type: a bare number cannot pass for millimetres.

The definitions that the factors come from: 1 in = 25.4 mm; 1 pt = 1/72 in (the PDF unit, ISO 32000-1, 8.3.2.3);
1 twip = 1/20 pt and 1 EMU = 1/914400 in (ISO/IEC 29500).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

MM_PER_PT = 25.4 / 72


@dataclass(frozen=True, slots=True, order=True)
class Length:
    """A distance on paper, in millimetres."""

    mm: float

    def __init__(self, mm: float) -> None:
        _set_mm(self, mm)  # as a frozen dataclass does it, in a third of the time; a page has hundreds of lengths

    @property
    def pt(self) -> float:
        """The distance in points of 1/72 in (ISO 32000-1, 8.3.2.3)."""
        return self.mm / MM_PER_PT

    @property
    def twips(self) -> int:
        """The distance in twentieths of a point, rounded."""
        return round(self.pt * 20)

    @property
    def emu(self) -> int:
        """The distance in English metric units of 1/36000 mm (ISO/IEC 29500), rounded."""
        return round(self.mm * 36000)

    def pixels(self, dpi: float) -> float:
        """Return how many pixels the distance is at a resolution in dots per inch."""
        return self.mm / 25.4 * dpi

    def __add__(self, other: Length) -> Length:
        return Length(self.mm + other.mm)

    def __sub__(self, other: Length) -> Length:
        return Length(self.mm - other.mm)

    def __neg__(self) -> Length:
        return Length(-self.mm)

    def __mul__(self, factor: float) -> Length:
        return Length(self.mm * factor)

    def __truediv__(self, divisor: float) -> Length:
        return Length(self.mm / divisor)

    def __str__(self) -> str:
        return f"{self.mm:.3f}mm"


#: The slot of `mm`, which mypy takes for the number in it.
_set_mm: Callable[[Length, float], None] = vars(Length)["mm"].__set__


def mm(value: float) -> Length:
    """Return a length of so many millimetres."""
    return Length(value)


def pt(value: float) -> Length:
    """Return a length of so many points."""
    return Length(value * MM_PER_PT)


ZERO = mm(0)
UNITS = {"mm": mm, "pt": pt}


def length(text: str) -> Length:
    """Return the length that `7mm` or `14pt` says; raise ValueError for anything else, a number without its unit above all."""
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?) ?(mm|pt)", text)
    if not match:
        raise ValueError(text)
    return UNITS[match[2]](float(match[1]))


class Box(NamedTuple):
    """A rectangle on the sheet, measured from its upper left corner."""

    left: Length
    top: Length
    width: Length
    height: Length

    @property
    def right(self) -> Length:
        """The distance of the right edge from the sheet's left edge."""
        return self.left + self.width

    @property
    def bottom(self) -> Length:
        """The distance of the lower edge from the sheet's upper edge."""
        return self.top + self.height

    @property
    def centre(self) -> Length:
        """The horizontal centre."""
        return self.left + self.width / 2

    def inset(self, by: Length) -> Box:
        """Return the box whose four sides are `by` inside those of this one."""
        return Box(self.left + by, self.top + by, self.width - by * 2, self.height - by * 2)

    def __str__(self) -> str:
        return " ".join(f"{side.mm:.3f}" for side in (self.left, self.top, self.width, self.height))
