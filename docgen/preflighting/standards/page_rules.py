"""Rules on pages: their boxes, what lies on them, what happens on them (ISO 15930-7, 6.12 and 6.17)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from docgen.messages import _
from docgen.preflighting.findings import Verdict
from docgen.preflighting.standards import clauses
from docgen.preflighting.standards.file_rules import missing
from docgen.preflighting.standards.opened import InspectedFile, PageNode
from docgen.preflighting.standards.rules import Inspected, Kind, StandardRule
from docgen.units import MM_PER_PT

#: Points; numbers that programs round to so many places are still the same.
TOLERANCE = 0.01
BOX_NAMES = ("MediaBox", "CropBox", "BleedBox", "TrimBox", "ArtBox")
#: PDF Reference 1.6, annex C: the sides of a page, in its own units.
SIDES = (3, 14_400)


class PageBox(NamedTuple):
    """A box of a page: left, bottom, right, top, in the page's units."""

    left: float
    bottom: float
    right: float
    top: float

    def beyond(self, outer: PageBox) -> float:
        """Return how far the box reaches beyond another, 0 or less where it lies within."""
        return max(outer.left - self.left, outer.bottom - self.bottom, self.right - outer.right, self.top - outer.top)

    def meets(self, other: PageBox) -> bool:
        """Return whether two boxes have more than an edge in common."""
        across = min(self.right, other.right) - max(self.left, other.left)
        return across > TOLERANCE and min(self.top, other.top) - max(self.bottom, other.bottom) > TOLERANCE


def box_of(file: InspectedFile, value: Any) -> PageBox | None:
    """Return a rectangle (ISO 32000-1, 7.9.5); None for what is none, or has no size."""
    numbers = file.numbers(value)
    return _box(tuple(numbers)) if numbers is not None and len(numbers) == 4 else None


@lru_cache(1_000)
def _box(numbers: tuple[float, ...]) -> PageBox | None:
    if not all(map(math.isfinite, numbers)):
        return None
    left, right = sorted(numbers[::2])
    bottom, top = sorted(numbers[1::2])
    return PageBox(left, bottom, right, top) if right > left and top > bottom else None


def page_box(thing: Inspected, name: str) -> PageBox | None:
    """Return a box of a page: MediaBox and CropBox may be inherited, the others may not (ISO 32000-1, table 30)."""
    node: PageNode = thing.value
    return box_of(thing.file, node.get(name) if name in ("MediaBox", "CropBox") else node.own.get(name))


def finished_box(thing: Inspected) -> PageBox | None:
    """Return where a page is cut: its TrimBox, or its ArtBox."""
    return page_box(thing, "TrimBox") or page_box(thing, "ArtBox")


def has_media_box(thing: Inspected) -> Iterator[str]:
    """Expect that a page has a MediaBox, which says how large it is."""
    if thing.value.get("MediaBox") is None:
        yield missing()


def own_media_box(thing: Inspected) -> Iterator[str]:
    """Expect a MediaBox of its own: ISO 32000-1 lets it be inherited, ISO 15930-7 too, but readers of PDF/X do not look there."""
    if "MediaBox" not in thing.value.own and thing.value.get("MediaBox") is not None:
        yield _("it is inherited")


def sound_boxes(thing: Inspected) -> Iterator[str]:
    """Expect that each box that is there is four numbers, and not empty."""
    for name in BOX_NAMES:
        value = thing.value.get(name) if name in ("MediaBox", "CropBox") else thing.value.own.get(name)
        if value is not None and box_of(thing.file, value) is None:
            yield f"/{name}"


def trim_or_art(thing: Inspected) -> Iterator[str]:
    """Expect that a page says where it is cut, once."""
    found = [name for name in ("TrimBox", "ArtBox") if name in thing.value.own]
    if len(found) != 1:
        yield " + ".join(found) or missing()


def _within(inner: str, outer: str, thing: Inspected) -> Iterator[str]:
    box = finished_box(thing) if inner == "TrimBox" else page_box(thing, inner)
    around = page_box(thing, outer)
    if box and around and (reach := box.beyond(around)) > TOLERANCE:
        yield _("{length:.2f} mm beyond", length=reach * MM_PER_PT)


def trim_in_media(thing: Inspected) -> Iterator[str]:
    """Expect that what is cut is on the page."""
    return _within("TrimBox", "MediaBox", thing)


def trim_in_bleed(thing: Inspected) -> Iterator[str]:
    """Expect that the bleed is round what is cut."""
    return _within("TrimBox", "BleedBox", thing)


def bleed_in_media(thing: Inspected) -> Iterator[str]:
    """Expect that the bleed is on the page."""
    return _within("BleedBox", "MediaBox", thing)


def trim_in_crop(thing: Inspected) -> Iterator[str]:
    """Expect that what is cut is shown."""
    return _within("TrimBox", "CropBox", thing)


def page_size(thing: Inspected) -> Iterator[str]:
    """Expect that a page is as large as PDF 1.6 lets it be."""
    if box := page_box(thing, "MediaBox"):
        sides = box.right - box.left, box.top - box.bottom
        if not all(SIDES[0] - TOLERANCE <= side <= SIDES[1] + TOLERANCE for side in sides):
            yield f"{sides[0]:g} × {sides[1]:g}"


def annotated(thing: Inspected) -> Iterator[str]:
    """Expect what is no part of the page outside its bleed, a printer's mark outside the trim. Trap networks are part of it."""
    finished = finished_box(thing)
    for each in thing.file.array(thing.value.own.get("Annots")):
        found = thing.file.entries(each)
        kind = str(thing.file.resolve(found.get("Subtype")))
        area = finished if kind == "PrinterMark" else page_box(thing, "BleedBox") or finished
        box = box_of(thing.file, found.get("Rect"))
        if kind != "TrapNet" and area and box and box.meets(area):
            yield f"/{kind}"


def presentation_steps(thing: Inspected) -> Iterator[str]:
    """Expect no steps of a presentation, which are for screens (ISO 32000-1, 12.4.4)."""
    if "PresSteps" in thing.value.own:
        yield "/PresSteps"


def _boxes_hint() -> str:
    return _("Ask for the file anew, with MediaBox, TrimBox and BleedBox on each page.")


PAGE_RULES = (
    StandardRule(
        "media-box", clauses.BOXES, Kind.PAGE, lambda: _("each page has a MediaBox"), _boxes_hint, has_media_box
    ),
    StandardRule(
        "boxes", clauses.BOXES, Kind.PAGE, lambda: _("each box is four numbers, and not empty"), _boxes_hint, sound_boxes
    ),
    StandardRule(
        "trim-box", clauses.BOXES, Kind.PAGE, lambda: _("each page has a TrimBox of its own, or an ArtBox, not both"),
        _boxes_hint, trim_or_art,
    ),
    StandardRule(
        "trim-in-media", clauses.BOXES, Kind.PAGE, lambda: _("the TrimBox is within the MediaBox"), _boxes_hint, trim_in_media
    ),
    StandardRule(
        "trim-in-bleed", clauses.BOXES, Kind.PAGE, lambda: _("the TrimBox is within the BleedBox"), _boxes_hint, trim_in_bleed
    ),
    StandardRule(
        "bleed-in-media", clauses.BOXES, Kind.PAGE, lambda: _("the BleedBox is within the MediaBox"), _boxes_hint, bleed_in_media
    ),
    StandardRule(
        "trim-in-crop", clauses.BOXES, Kind.PAGE, lambda: _("the TrimBox is within the CropBox"), _boxes_hint, trim_in_crop
    ),
    StandardRule(
        "annotation", clauses.ANNOTATIONS, Kind.PAGE, lambda: _("annotations lie outside the BleedBox"),
        lambda: _("Print the file into a new PDF, so that they become part of the page."), annotated,
    ),
    StandardRule(
        "presentation-steps", clauses.ALTERNATE_PRESENTATIONS, Kind.PAGE, lambda: _("no page has steps of a presentation"),
        lambda: _("Export the file again as PDF/X-4."), presentation_steps,
    ),
    StandardRule(
        "page-size", clauses.LIMITS, Kind.PAGE, lambda: _("the sides of a page have 3 to 14,400 units"),
        lambda: _("Give larger sheets a UserUnit."), page_size,
    ),
)  # fmt: skip

OWN_BOX_RULE = StandardRule(
    "own-media-box", clauses.HOUSE, Kind.PAGE, lambda: _("each page has a MediaBox of its own"), _boxes_hint, own_media_box,
    Verdict.REMARK,
)  # fmt: skip
