"""What is printed round the pages of every sheet, outside their bleed: crop and registration marks, a colour bar."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.imposing.layout import CORNER, CROSS, SLUG_GAP, STRIP, SheetLayout
from docgen.units import Length, mm, pt

#: The colour of registration: every plate has it (ISO 32000-1, 8.6.6.4). Where there are no plates, it is all four inks.
REGISTRATION = b"[/Separation/All/DeviceCMYK<</FunctionType 2/Domain[0 1]/C0[0 0 0 0]/C1[1 1 1 1]/N 1>>]"
STROKE = pt(0.25)
#: The circle of a registration mark.
CIRCLE = mm(1)
#: The control point of a quarter of a circle of radius 1.
QUARTER = 0.5523
PATCH = mm(3.5)
#: The patches of the colour bar, from below: each ink in full, then half of each.
PATCHES = tuple(tuple(dot if ink == each else 0.0 for ink in range(4)) for dot in (1.0, 0.5) for each in range(4))


def draw_crop_marks(layout: SheetLayout) -> bytes:
    """Return the operators that draw what every sheet has; the colour space of registration is called /All."""
    lines = [b"q /All CS 1 SCN %.4f w" % STROKE.pt, *_crop_lines(layout), *_registration(layout), b"Q"]
    return b"\n".join([*lines, *_colour_bar(layout)])


def _crop_lines(layout: SheetLayout) -> Iterator[bytes]:
    """Yield the lines along which is cut: they begin where the bleed ends."""
    block, bleed, sheet = layout.block, layout.scheme.bleed, layout.scheme.sheet[1]
    for across in sorted({edge.mm for cell in layout.cells for edge in (cell.left, cell.right)}):
        for near, far in ((block.top - bleed, block.top - bleed - STRIP), (block.bottom + bleed, block.bottom + bleed + STRIP)):
            yield _line(mm(across), near, mm(across), far, sheet)
    for down in sorted({edge.mm for cell in layout.cells for edge in (cell.top, cell.bottom)}):
        for near, far in ((block.left - bleed, block.left - bleed - STRIP), (block.right + bleed, block.right + bleed + STRIP)):
            yield _line(near, mm(down), far, mm(down), sheet)


def _line(left: Length, top: Length, right: Length, bottom: Length, sheet: Length) -> bytes:
    return b"%.4f %.4f m %.4f %.4f l S" % (left.pt, (sheet - top).pt, right.pt, (sheet - bottom).pt)


def _registration(layout: SheetLayout) -> Iterator[bytes]:
    """Yield two crosses in circles on each side of the block."""
    block, out, sheet = layout.block, layout.scheme.bleed + STRIP / 2, layout.scheme.sheet[1]
    first, last = layout.cells[0], layout.cells[-1]
    for across in (first.centre, last.centre):
        yield from _cross(across, block.top - out, sheet)
        yield from _cross(across, block.bottom + out, sheet)
    for across in (block.left - out, block.right + out):
        yield from _cross(across, block.top + CORNER, sheet)


def _cross(across: Length, down: Length, sheet: Length) -> Iterator[bytes]:
    yield _line(across - CROSS, down, across + CROSS, down, sheet)
    yield _line(across, down - CROSS, across, down + CROSS, sheet)
    x, y, r = across.pt, (sheet - down).pt, CIRCLE.pt
    k = r * QUARTER
    curves = ((r, k, k, r, 0, r), (-k, r, -r, k, -r, 0), (-r, -k, -k, -r, 0, -r), (k, -r, r, -k, r, 0))
    drawn = [b"%.4f %.4f m" % (x + r, y)]
    for x1, y1, x2, y2, x3, y3 in curves:
        drawn.append(b"%.4f %.4f %.4f %.4f %.4f %.4f c" % (x + x1, y + y1, x + x2, y + y2, x + x3, y + y3))
    yield b" ".join([*drawn, b"S"])


def _colour_bar(layout: SheetLayout) -> Iterator[bytes]:
    """Yield the patches, upwards on the right, between the crop marks of the lowest row."""
    lowest = layout.cells[-1]
    side = min(PATCH.pt, (lowest.height - CORNER).pt / len(PATCHES))
    left = (lowest.right + layout.scheme.bleed + (STRIP - PATCH) / 2).pt
    below = (layout.scheme.sheet[1] - lowest.bottom + SLUG_GAP).pt
    for number, inks in enumerate(PATCHES):
        levels = b" ".join(b"%g" % ink for ink in inks)
        yield b"q %s k %.4f %.4f %.4f %.4f re f Q" % (levels, left, below + number * side, PATCH.pt, side)
