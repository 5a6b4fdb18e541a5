"""Whether what reaches the edge that is cut is printed beyond it: seen on pages as PDFium renders them, in a child process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from docgen.confined import operation
from docgen.confined.raster import PDFIUM, PIXEL_LIMIT, pdfium_errors
from docgen.messages import _
from docgen.preflighting.findings import Verdict
from docgen.preflighting.standards import clauses
from docgen.preflighting.standards.page_rules import PageBox, box_of
from docgen.preflighting.standards.rules import Inspected, Kind, StandardRule
from docgen.units import MM_PER_PT, mm

if TYPE_CHECKING:
    import numpy

    from docgen.preflighting.standards.opened import InspectedFile, PageNode

DPI = 100
#: So many pages of a file are looked at, spread over it.
SAMPLES = 12
#: So far from the edge that is cut pixels are compared, in points: on it they are mixed.
NEAR, FAR = mm(0.4).pt, mm(1.2).pt
#: Millimetres along an edge; shorter gaps are letters or lines that end there.
GAP = 3
#: A pixel of paper is at least so bright.
PAPER = 250


def samples(file: InspectedFile, pages: Sequence[PageNode]) -> list[list[Any]]:
    """Return the place and boxes of the pages that are looked at: those that have a bleed."""
    step = max(1, -(-len(pages) // SAMPLES))
    chosen = [*pages[::step], *pages[-1:]] if pages else []
    found = []
    for node in dict.fromkeys(node.page for node in chosen):
        page = pages[node - 1]
        boxes = [box_of(file, page.get("MediaBox")), *(box_of(file, page.own.get(name)) for name in ("TrimBox", "BleedBox"))]
        if all(boxes):
            found.append([node, *(list(box) for box in boxes if box)])
    return found


@operation(seconds=60, megabytes=3072, loads=("pypdfium2", "PIL.Image", "numpy"))
def unfilled_edges(path: str, pages: list[list[Any]]) -> list[list[Any]]:
    """Return the page, the side and the millimetres of every edge at which artwork ends that reaches it."""
    import pypdfium2

    found: list[list[Any]] = []
    with PDFIUM, pdfium_errors(path), pypdfium2.PdfDocument(path) as document:
        for number, *boxes in pages:
            media, trim, bleed = (PageBox(*box) for box in boxes)
            page = document[number - 1]
            page.set_cropbox(*media)
            page.set_rotation(0)
            size = (media.right - media.left) * (media.top - media.bottom)
            scale = min(DPI / 72, (PIXEL_LIMIT / 10 / size) ** 0.5)
            picture = page.render(scale=scale, rev_byteorder=True).to_numpy()[:, :, :3]
            is_inked = (picture < PAPER).any(axis=2)
            found += [[number, side, length] for side, length in _gaps(is_inked, scale, media, trim, bleed)]
            page.close()
    return found


def _gaps(
    is_inked: numpy.ndarray[Any, Any], scale: float, media: PageBox, trim: PageBox, bleed: PageBox
) -> Iterator[tuple[str, float]]:
    """Yield each side with more than GAP millimetres of artwork that ends at it, and how many."""
    across = [(x - media.left) * scale for x in (trim.left, trim.right)]
    down = [(media.top - y) * scale for y in (trim.top, trim.bottom)]
    inner = is_inked[round(down[0]) : round(down[1]), round(across[0]) : round(across[1])]
    reach = {
        "left": trim.left - bleed.left, "right": bleed.right - trim.right, "top": bleed.top - trim.top,
        "bottom": trim.bottom - bleed.bottom,
    }  # fmt: skip
    rows, columns = slice(round(down[0]), round(down[1])), slice(round(across[0]), round(across[1]))
    near, far = max(1, round(NEAR * scale)), max(2, round(FAR * scale))
    for side, beyond in reach.items():
        out = min(far, round(beyond * scale) - 1)
        edge = {"left": across[0], "right": across[1], "top": down[0], "bottom": down[1]}[side]
        sign = -1 if side in ("left", "top") else 1
        inside, outside = round(edge) - sign * near - (sign > 0), round(edge) + sign * out - (sign > 0)
        upright = side in ("left", "right")
        seen, along = (is_inked, rows) if upright else (is_inked.T, columns)
        is_gap = seen[along, inside] & ~seen[along, outside] if out >= near else seen[along, inside]
        length = float(is_gap.sum()) / scale * MM_PER_PT
        if inner.size and length > GAP:
            yield side, length


def filled(thing: Inspected) -> Iterator[str]:
    """Expect that what reaches the edge that is cut goes on beyond it; nothing is cut exactly."""
    sides = {"left": _("left"), "right": _("right"), "top": _("top"), "bottom": _("bottom")}
    for side, length in thing.value:
        yield _("{side}: {length:.0f} mm end at the edge", side=sides[side], length=length)


BLEED_RULES = (
    StandardRule(
        "bleed", clauses.HOUSE, Kind.LOOK, lambda: _("what reaches the edge that is cut goes on beyond it"),
        lambda: _("Draw it 3 mm beyond the TrimBox; up to 12 pages of a file are looked at."), filled, Verdict.REMARK,
    ),
)  # fmt: skip
