"""The sheet symbol: a small QR code on the slug of each sheet that says job, lift, sheet and side to a scanner.

It is 27 figures: six of the job, nine of the lift, nine of the sheet, three of the side (001 front, 002 back), as QR code 1-Q
(ISO/IEC 18004) with one mask for all. A code is drawn of the exclusive or of its bits: error correction, placing and mask are
linear in them. So segno makes a symbol of each bit that is needed once, and that of a sheet is put together from these.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import NamedTuple

from docgen.imposing.layout import CORNER, CROSS, SLUG_GAP, SheetLayout
from docgen.paint.info import DocumentInfo
from docgen.units import ZERO, Box, Length, mm

#: Modules of a side, and how many have to be white around it (ISO/IEC 18004, 6.3.8).
MODULES, QUIET = 21, 4
#: A module: 0.4 mm where there is room, never less than 300 dpi show with three dots.
LARGEST, SMALLEST = mm(0.4), mm(0.25)
#: What stays free along the edge of the sheet, where a digital press prints nothing.
UNPRINTED = mm(2.5)
#: The least of the slug line that the symbol leaves.
LEAST_SLUG = mm(20)
#: How many figures each part has.
JOB, LIFT, SHEET, SIDE = 6, 9, 9, 3
#: The error correction (a quarter of the code may be lost), and the one mask.
LEVEL, MASK = "q", 2
#: Three figures are ten bits of the code (ISO/IEC 18004, 7.4.3).
FIGURES, BITS = 3, 10
ROW = (MODULES + 7) // 8


class SheetCode(NamedTuple):
    """What the symbol of a side says; sheet and lift are counted from 1."""

    job: str
    lift: int
    sheet: int
    is_back: bool = False

    @property
    def figures(self) -> str:
        """The figures of the code."""
        return f"{self.job}{self.lift:0{LIFT}d}{self.sheet:0{SHEET}d}{1 + self.is_back:0{SIDE}d}"


def job_code(info: DocumentInfo) -> str:
    """Return six figures for a job, of its name and date: the same for sheets that are printed again."""
    digest = hashlib.sha256(f"{info.title} {info.dated:%Y-%m-%d}".encode()).digest()
    return f"{int.from_bytes(digest[:8]) % 10**JOB:0{JOB}d}"


@lru_cache(maxsize=16)
def symbol_box(layout: SheetLayout) -> Box | None:
    """Return where the symbol is, left of the lowest row before the slug line; None where a sheet has no room for it."""
    lowest, bleed = layout.cells[-1], layout.scheme.bleed
    module = min(LARGEST, (layout.block.left - bleed - UNPRINTED) / (MODULES + QUIET))
    taken = SLUG_GAP * 2 + module * (MODULES + QUIET) + LEAST_SLUG + (CORNER + CROSS if layout.scheme.rows == 1 else ZERO)
    if module < SMALLEST or lowest.height < taken:
        return None
    side = module * MODULES
    return Box(layout.block.left - bleed - module * QUIET - side, lowest.bottom - SLUG_GAP - side, side, side)


def symbol_length(box: Box | None) -> Length:
    """Return how much of the slug line a symbol takes."""
    return ZERO if box is None else box.height / MODULES * (MODULES + QUIET)


def squares(modules: bytes) -> bytes:
    """Return the path of the dark modules of a pattern, each of the size 1, from the lower left corner of the symbol."""
    return b"".join([_squares(place, byte) for place, byte in enumerate(modules) if byte])


@lru_cache(maxsize=1 << 14)
def _squares(place: int, byte: int) -> bytes:
    """Return the path of the dark modules of a byte of the pattern, those side by side as one rectangle."""
    row, begin = divmod(place, ROW)
    runs = re.finditer("1+", f"{byte:08b}")
    return b"".join(b" %d %d %d 1 re" % (begin * 8 + run.start(), MODULES - 1 - row, run.end() - run.start()) for run in runs)


def pattern(code: SheetCode) -> bytes:
    """Return the modules row by row, a bit each, dark ones 1; rows begin at whole bytes."""
    return (_drawn("0" * len(code.figures)) ^ _changes(code.figures)).to_bytes(ROW * MODULES)


def common_pattern(code: SheetCode) -> bytes:
    """Return the dark modules that the symbols of all sheets have which say the same but for the number of the sheet."""
    return _masked(pattern(code), ~_sheet_modules())


def own_pattern(code: SheetCode) -> bytes:
    """Return the other dark modules of a symbol."""
    return _masked(pattern(code), _sheet_modules())


def _masked(modules: bytes, mask: int) -> bytes:
    return (int.from_bytes(modules) & mask).to_bytes(ROW * MODULES)


@lru_cache(maxsize=1)
def _sheet_modules() -> int:
    """Return the modules that the number of a sheet changes: those that each of its bits does."""
    found, length = 0, JOB + LIFT + SHEET + SIDE
    for at in range(JOB + LIFT, JOB + LIFT + SHEET, FIGURES):
        for bit in range(BITS):
            found |= _change(length, at, 1 << bit)
    return found


def _changes(figures: str) -> int:
    """Return what figures change in the symbol of noughts."""
    found = 0
    for at in range(0, len(figures), FIGURES):
        if value := int(figures[at : at + FIGURES]):
            found ^= _change(len(figures), at, value)
    return found


@lru_cache(maxsize=10_000)
def _change(length: int, at: int, value: int) -> int:
    """Return what three figures change in the symbol of `length` noughts."""
    found = 0
    for bit in range(BITS):
        if value >> bit & 1:
            figures = f"{1 << bit:0{FIGURES}d}".rjust(at + FIGURES, "0").ljust(length, "0")
            found ^= _drawn("0" * length) ^ _drawn(figures)
    return found


@lru_cache(maxsize=1_000)
def _drawn(figures: str) -> int:
    import segno

    code = segno.make_qr(figures, error=LEVEL, version=1, mode="numeric", mask=MASK, boost_error=False)
    rows = ("".join(map(str, map(int, row))).ljust(ROW * 8, "0") for row in code.matrix)
    return int("".join(rows), 2)
