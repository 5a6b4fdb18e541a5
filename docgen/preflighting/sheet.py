"""The sheet of a finished page: how large it is, and where on it a point of the PDF lies."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

from docgen.units import ZERO, Box, Length, pt


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is shown of a page (CropBox within MediaBox), turned upright; `unit` is its UserUnit, `left` and `top` are in it."""

    left: float
    top: float
    width: Length
    height: Length
    unit: float = 1.0

    def point(self, x: float, y: float) -> tuple[Length, Length]:
        """Return where a point of the page's own space lies: from the sheet's left and upper edge."""
        return pt((x - self.left) * self.unit), pt((self.top - y) * self.unit)

    @property
    def box(self) -> Box:
        return Box(ZERO, ZERO, self.width, self.height)


def read_sheet(page, unit: float) -> Sheet:
    """Return the sheet of a loaded PDFium page, which is turned upright for all that follows."""
    import pypdfium2.raw as pdfium

    pdfium.FPDFPage_SetRotation(page, 0)
    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, ctypes.byref(box))
    width, height = pt((box.right - box.left) * unit), pt((box.top - box.bottom) * unit)
    return Sheet(box.left, box.top, width, height, unit)
