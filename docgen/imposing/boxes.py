"""The boxes of a page (ISO 32000-1, 14.11.2), and what of a page cannot be imposed."""

from __future__ import annotations

import math
from typing import NamedTuple

from docgen.errors import Problem
from docgen.messages import _
from docgen.pdf.source import RawPage, SourceFile
from docgen.pdf.syntax import damaged, entries, members
from docgen.units import MM_PER_PT

Rectangle = tuple[float, float, float, float]
#: How far a page may be from the size of its position, in mm: A4 in whole points is 0.1 mm too narrow.
TOLERANCE = 0.3
#: Annotations that print nothing themselves (12.5.6).
UNPRINTED = (b"/Link", b"/Popup", b"/PrinterMark", b"/TrapNet")


class PageBoxes(NamedTuple):
    """Where a page is cut and how far it is drawn, in its own units; how it is turned to the right; points of one unit."""

    trim: Rectangle
    bleed: Rectangle
    rotate: int
    unit: float
    #: Whether the page says itself where it is cut.
    is_trimmed: bool

    @property
    def size(self) -> tuple[float, float]:
        """The width and height of the trimmed page as it is shown, in mm."""
        left, lower, right, upper = self.trim
        width, height = ((side * self.unit * MM_PER_PT) for side in (right - left, upper - lower))
        return (height, width) if self.rotate % 180 else (width, height)


def boxes_of(source: SourceFile, found: dict[bytes, bytes]) -> PageBoxes | Problem:
    """Return the boxes of a page with these entries, or what is wrong with them."""
    try:
        media = _rectangle(source, found[b"/MediaBox"])
        crop = _within(_rectangle(source, found[b"/CropBox"]), media) if b"/CropBox" in found else media
        trim = _rectangle(source, found[b"/TrimBox"]) if b"/TrimBox" in found else crop
        bleed = _within(_rectangle(source, found[b"/BleedBox"]), media) if b"/BleedBox" in found else crop
        rotate = source.whole(found.get(b"/Rotate", b"0"))
        unit = float(source.resolved(found.get(b"/UserUnit", b"1")))
    except KeyError:
        return _problem("page-boxless", _("it has no MediaBox, so nobody knows how large it is"))
    except ValueError:
        return _problem("page-boxes-wrong", _("its boxes, /Rotate or /UserUnit are no numbers"))
    if rotate % 90 or not (math.isfinite(unit) and 0 < unit <= 1000):
        return _problem("page-boxes-wrong", _("its /Rotate is no multiple of 90, or its /UserUnit is not above 0"))
    if min(_sides(trim)) <= 0 or max(_reach_beyond(trim, media)) * unit * MM_PER_PT > TOLERANCE:
        return _problem("page-boxes-wrong", _("its TrimBox is empty or goes beyond its MediaBox"))
    return PageBoxes(trim, _around(trim, bleed), rotate % 360, unit, b"/TrimBox" in found)


def first_size(source: SourceFile) -> tuple[float, float]:
    """Return how large the first page of a file is when it is cut, in mm; (0, 0) where it is unfit, which its check says."""
    for page in source.walk():
        boxes = boxes_of(source, page.entries)
        return (0, 0) if isinstance(boxes, Problem) else boxes.size
    return 0, 0


def _problem(code: str, message: str) -> Problem:
    return Problem(code, message, _("Ask for the file anew, with MediaBox, TrimBox and BleedBox on each page."))


def size_problem(boxes: PageBoxes, page: tuple[float, float]) -> Problem | None:
    """Return what is wrong with the size of a page for positions of the size `page`, in mm; either may lie across."""
    width, height = boxes.size
    if any(_is_near((width, height), each) for each in (page, page[::-1])):
        return None
    values = {"width": width, "height": height, "across": page[0], "up": page[1]}
    if not boxes.is_trimmed:
        message = _(
            "it has no TrimBox, and its {width:.1f} × {height:.1f} mm are not the {across:g} × {up:g} mm of the scheme", **values
        )
        hint = _("Ask for pages that say where they are cut, or use a scheme whose page is as large.")
        return Problem("page-boxless", message, hint)
    message = _("it is {width:.1f} × {height:.1f} mm when it is cut, the pages of the scheme {across:g} × {up:g} mm", **values)
    return Problem("page-size", message, _("Impose pages of each size by themselves, with a scheme for it."))


def _is_near(size: tuple[float, float], other: tuple[float, float]) -> bool:
    return all(abs(ours - theirs) <= TOLERANCE for ours, theirs in zip(size, other, strict=True))


def annotation_problem(source: SourceFile, page: RawPage) -> Problem | None:
    """Return what would be lost of a page's annotations: fields, stamps and comments are printed, and are not part of a page."""
    listed = source.resolved(page.entries.get(b"/Annots", b"null"))
    if listed == b"null":
        return None
    kinds = (entries(source.resolved(each)).get(b"/Subtype", b"") for each in members(listed))
    if all(kind in UNPRINTED for kind in kinds):
        return None
    hint = _("Print the file into a new PDF, so that they become part of the page.")
    return Problem("page-annotated", _("it has form fields, stamps or comments, which would be lost"), hint)


def _rectangle(source: SourceFile, raw: bytes) -> Rectangle:
    first, second, third, fourth = source.numbers(raw)
    if not all(map(math.isfinite, (first, second, third, fourth))):
        raise damaged(raw)
    return min(first, third), min(second, fourth), max(first, third), max(second, fourth)


def _within(box: Rectangle, outer: Rectangle) -> Rectangle:
    return max(box[0], outer[0]), max(box[1], outer[1]), min(box[2], outer[2]), min(box[3], outer[3])


def _around(inner: Rectangle, box: Rectangle) -> Rectangle:
    return min(box[0], inner[0]), min(box[1], inner[1]), max(box[2], inner[2]), max(box[3], inner[3])


def _sides(box: Rectangle) -> tuple[float, float]:
    return box[2] - box[0], box[3] - box[1]


def _reach_beyond(box: Rectangle, outer: Rectangle) -> tuple[float, ...]:
    return outer[0] - box[0], outer[1] - box[1], box[2] - outer[2], box[3] - outer[3]
