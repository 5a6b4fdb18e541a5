"""Where pages are on a sheet: the positions of a scheme, and the matrix and clip of a page in each of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from docgen.errors import DataError, Problem, Where
from docgen.imposing.boxes import TOLERANCE, PageBoxes, Rectangle
from docgen.imposing.scheme import OPEN, Scheme
from docgen.messages import _
from docgen.units import ZERO, Box, Length, mm

#: The strip round the pages and their bleed in which crop marks, colour bar and slug are.
STRIP = mm(4)
#: Half the cross of a registration mark, and how far one is from the corner of the block.
CROSS, CORNER = mm(1.5), mm(12)
#: How far the slug line is from the trim below it and from what is above it.
SLUG_GAP = mm(6)


class Placement(NamedTuple):
    """How a page gets to its position, in points from the sheet's lower left corner: its matrix, and what it is clipped to."""

    matrix: tuple[float, float, float, float, float, float]
    clip: Rectangle

    def draw(self, name: bytes) -> bytes:
        """Return the operators that draw a form XObject there."""
        left, lower, right, upper = self.clip
        box = (left, lower, right - left, upper - lower)
        return b"q %.4f %.4f %.4f %.4f re W n %g %g %g %g %.4f %.4f cm %s Do Q" % (*box, *self.matrix, name)


@dataclass(frozen=True)
class SheetLayout:
    """The positions of a scheme on its sheet; with `has_crop_marks`, room for the crop marks is left round them."""

    scheme: Scheme
    has_crop_marks: bool

    @cached_property
    def reach(self) -> Length:
        """How far what is printed goes beyond the trims of the outer pages."""
        return self.scheme.bleed + (STRIP if self.has_crop_marks else ZERO)

    @cached_property
    def block(self) -> Box:
        """The pages with the gutters between them: in the middle of the sheet, or higher where the gripper needs it."""
        scheme, (wide, high) = self.scheme, _block_size(self.scheme)
        lower = max((scheme.sheet[1] - high) / 2, scheme.gripper + self.reach)
        return Box((scheme.sheet[0] - wide) / 2, scheme.sheet[1] - lower - high, wide, high)

    def check(self, file: str) -> None:
        """Raise DataError, with by how much, where the positions do not fit on the sheet."""
        block, reach = self.block, self.reach.mm
        wide = block.width.mm + 2 * reach - self.scheme.sheet[0].mm
        high = block.height.mm + 2 * reach + self.scheme.gripper.mm - self.scheme.sheet[1].mm
        hint = _("Take a larger sheet, fewer columns or rows, or smaller gutters; bleed, marks and gripper need their part.")
        found = []
        if wide > 1e-6:
            message = _("pages, bleed and marks are {over:.1f} mm wider than the sheet", over=wide)
            found.append(Problem("scheme-too-wide", message, hint, Where(file=file, key="columns")))
        if high > 1e-6:
            message = _("pages, bleed, marks and gripper are {over:.1f} mm higher than the sheet", over=high)
            found.append(Problem("scheme-too-high", message, hint, Where(file=file, key="rows")))
        if found:
            raise DataError(found)

    @cached_property
    def cells(self) -> tuple[Box, ...]:
        """Where pages are cut: position 1 is the upper left one, then row by row."""
        scheme, block = self.scheme, self.block
        (width, height), (across, up) = scheme.page, scheme.gutter
        return tuple(
            Box(block.left + (width + across) * column, block.top + (height + up) * row, width, height)
            for row in range(scheme.rows)
            for column in range(scheme.columns)
        )

    def back(self, position: int) -> int:
        """Return the position on the back of the sheet that lies behind one of its front."""
        row, column = divmod(position, self.scheme.columns)
        return row * self.scheme.columns + self.scheme.columns - 1 - column

    def placement(self, boxes: PageBoxes, position: int, *, is_back: bool = False) -> Placement:
        """Return how a page gets to a position: turned, its trim in the middle of it, clipped to its bleed and the gutter's."""
        cell = self._points(self.cells[position])
        turn = self._turn(boxes, is_back=is_back) - boxes.rotate
        cosine, sine = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[turn % 360]
        a, b, c, d = (boxes.unit * each for each in (cosine, sine, -sine, cosine))
        trim = _turned(boxes.trim, (a, b, c, d))
        right = (cell[0] + cell[2] - trim[0] - trim[2]) / 2
        up = (cell[1] + cell[3] - trim[1] - trim[3]) / 2
        bleed = _turned(boxes.bleed, (a, b, c, d))
        drawn = (bleed[0] + right, bleed[1] + up, bleed[2] + right, bleed[3] + up)
        limits = self._limits(position)
        clip = (max(drawn[0], limits[0]), max(drawn[1], limits[1]), min(drawn[2], limits[2]), min(drawn[3], limits[3]))
        return Placement((a, b, c, d, right, up), clip)

    def _turn(self, boxes: PageBoxes, *, is_back: bool) -> int:
        """Return by how many degrees a page is turned to the left; a page that lies across its position by 90 more."""
        turn = self.scheme.turn
        width, height = boxes.size if turn % 180 == 0 else boxes.size[::-1]
        page = [side.mm for side in self.scheme.page]
        if abs(width - page[0]) > TOLERANCE or abs(height - page[1]) > TOLERANCE:
            turn += 90
        if not is_back:
            return turn
        # Seen through the sheet, what is turned to the left is turned to the right.
        return (180 if self.scheme.binding == "top" else 0) - turn

    def _limits(self, position: int) -> Rectangle:
        """Return how far a page in a position may be drawn: to the scheme's bleed, between pages to half the gutter."""
        scheme = self.scheme
        row, column = divmod(position, scheme.columns)
        across, up = (min(scheme.bleed.pt, gutter.pt / 2) for gutter in scheme.gutter)
        outer = scheme.bleed.pt
        left, lower, right, upper = self._points(self.cells[position])
        return (
            left - (across if column else outer),
            lower - (up if row < scheme.rows - 1 else outer),
            right + (across if column < scheme.columns - 1 else outer),
            upper + (up if row else outer),
        )

    def _points(self, box: Box) -> Rectangle:
        height = self.scheme.sheet[1]
        return box.left.pt, (height - box.bottom).pt, box.right.pt, (height - box.top).pt


def _block_size(scheme: Scheme) -> tuple[Length, Length]:
    (width, height), (across, up) = scheme.page, scheme.gutter
    return width * scheme.columns + across * (scheme.columns - 1), height * scheme.rows + up * (scheme.rows - 1)


def fitted(scheme: Scheme, page: tuple[float, float], *, has_crop_marks: bool | None = None) -> Scheme:
    """Return a scheme with the sizes that it leaves open: its page is that of a leaf in mm, its sheet as large as it must be.

    It has marks or none as it says itself, or as is said here.
    """
    if scheme.page == OPEN:
        scheme = replace(scheme, page=(mm(page[0]), mm(page[1])))
    if scheme.sheet != OPEN:
        return scheme
    wide, high = _block_size(scheme)
    reach = SheetLayout(scheme, scheme.marks if has_crop_marks is None else has_crop_marks).reach
    # The pages are in the middle of the sheet, so what the gripper takes below is left free above.
    return replace(scheme, sheet=(wide + reach * 2, high + reach * 2 + scheme.gripper * 2))


def _turned(box: Rectangle, matrix: tuple[float, float, float, float]) -> Rectangle:
    a, b, c, d = matrix
    across = [a * x + c * y for x in (box[0], box[2]) for y in (box[1], box[3])]
    up = [b * x + d * y for x in (box[0], box[2]) for y in (box[1], box[3])]
    return min(across), min(up), max(across), max(up)


def check_leaf(scheme: Scheme, file: str, size: tuple[float, float], *, has_back: bool) -> None:
    """Raise DataError for a scheme whose pages are of another size than a leaf, in mm, or that prints other sides than it has."""
    page = (scheme.page[0].mm, scheme.page[1].mm)
    found = []
    if not any(all(abs(a - b) <= TOLERANCE for a, b in zip(size, each, strict=True)) for each in (page, page[::-1])):
        values = {"width": size[0], "height": size[1], "across": page[0], "up": page[1]}
        message = _("its pages are {across:g} × {up:g} mm, the form's {width:g} × {height:g} mm", **values)
        found.append(Problem("page-size", message, _("Take a scheme for pages of this size."), Where(file=file, key="page")))
    if scheme.duplex is not None and scheme.duplex != has_back:
        message = (
            _("it prints both sides, and there is no back") if scheme.duplex else _("it prints one side, and there is a back")
        )
        hint = _("Leave “duplex” out of the scheme, or print the records with --back or without.")
        found.append(Problem("volume-sides", message, hint, Where(file=file, key="duplex")))
    if found:
        raise DataError(found)
