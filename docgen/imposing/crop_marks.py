"""What is printed round the pages of a sheet, outside their bleed: crop and registration marks, a colour bar, the slug line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docgen import fonts
from docgen.fonts.faces import Font
from docgen.imposing.layout import CORNER, CROSS, SLUG_GAP, STRIP, SheetLayout
from docgen.imposing.symbol import symbol_box, symbol_length
from docgen.paint.content import literal
from docgen.paint.press.contact import settable
from docgen.units import ZERO, Length, mm, pt

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
SLUG = Font(pt(6.5))
#: How far the baseline of the slug line is from the bleed.
SLUG_BASELINE = mm(1)
#: The part of its line that what all sheets have may take: the numbers of a sheet need the rest.
COMMON_SHARE = 0.6


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


def slug_beginning(job: str, common: Iterable[str], layout: SheetLayout) -> str:
    """Return what the slug lines of many sheets have alike: the job as far as it fits, and what is common to them.

    The more they have alike, the fewer bytes a sheet takes.
    """
    alike = settable("".join(f" · {part}" for part in common if part))
    return _cut(job, _slug_width(layout) * COMMON_SHARE - fonts.family().width(alike, SLUG)) + alike


def slug_end(own: Iterable[str], beginning: str, layout: SheetLayout) -> str:
    """Return what the slug line of a sheet has of its own, as far as it fits after the beginning."""
    left = _slug_width(layout) - fonts.family().width(beginning, SLUG)
    return _cut("".join(f" · {part}" for part in own if part), left)


def _slug_width(layout: SheetLayout) -> Length:
    """Return how long a slug line may be."""
    height, symbol = layout.cells[-1].height, symbol_length(symbol_box(layout))
    return height - SLUG_GAP * 2 - symbol - (CORNER + CROSS if layout.scheme.rows == 1 else ZERO)


def _cut(text: str, width: Length) -> str:
    """Return a text that can be set, with an ellipsis where it is cut to be no wider than `width`."""
    text = settable(text)
    family, shown = fonts.family(), text
    while shown and family.width(shown, SLUG) > width:
        text = text[:-1]
        shown = f"{text.rstrip()}…"
    return shown


def draw_slug(common: str, layout: SheetLayout) -> bytes:
    """Return the operators that begin the slug line, upwards on the left, in black that overprints; `end_slug` ends it."""
    lowest = layout.cells[-1]
    across = (layout.block.left - layout.scheme.bleed - SLUG_BASELINE).pt
    up = (layout.scheme.sheet[1] - lowest.bottom + SLUG_GAP + symbol_length(symbol_box(layout))).pt
    return b"q /K gs 0 0 0 1 k BT /R %.4f Tf 0 1 -1 0 %.4f %.4f Tm %s Tj" % (SLUG.size.pt, across, up, _string(common))


def end_slug(own: str, symbol: bytes) -> bytes:
    """Return the operators that end the slug line with what a sheet has of its own, and draw its symbol in the same ink."""
    return b"%sTj ET %s Q" % (_string(own), symbol)


def _string(text: str) -> bytes:
    return literal(text.encode("utf-16-be"))
