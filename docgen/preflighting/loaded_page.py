"""A page as PDFium loads it: the types of PDFium's pointers, and the sheet on which the points of the page lie.

pypdfium2's bindings have no type information, so whatever they return is typed by the names below.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any, TypeAlias

from docgen.units import ZERO, Box, Length, pt

#: Pointers into PDFium (fpdfview.h). Only its own functions look behind them.
LoadedPage: TypeAlias = Any
TextPage: TypeAlias = Any
PageObject: TypeAlias = Any
LoadedFont: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class PageSheet:
    """What is shown of a page (CropBox within MediaBox), upright; `left` and `top` are in units of `unit` points."""

    left: float
    top: float
    width: Length
    height: Length
    unit: float = 1.0

    def point(self, x: float, y: float) -> tuple[Length, Length]:
        """Return where a point of the page's own space lies, from the sheet's left and upper edge."""
        return pt((x - self.left) * self.unit), pt((self.top - y) * self.unit)

    @property
    def box(self) -> Box:
        """The whole sheet."""
        return Box(ZERO, ZERO, self.width, self.height)


def read_sheet(page: LoadedPage, unit: float, trim: tuple[float, float, float, float] | None = None) -> PageSheet:
    """Return the sheet of a loaded page, and turn the page upright for all that follows; `trim` is the box that is cut out."""
    import pypdfium2.raw as pdfium

    pdfium.FPDFPage_SetRotation(page, 0)
    if trim:
        pdfium.FPDFPage_SetCropBox(page, *trim)
    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, ctypes.byref(box))
    width, height = pt((box.right - box.left) * unit), pt((box.top - box.bottom) * unit)
    return PageSheet(box.left, box.top, width, height, unit)
