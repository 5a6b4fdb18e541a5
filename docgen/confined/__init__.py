"""C libraries that read files from outside, each behind one boundary: PDFium draws the pages of a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.exports import lazy_exports

if TYPE_CHECKING:
    from docgen.confined.raster import RESOLUTIONS, page_count, page_png
else:
    __getattr__ = lazy_exports(__name__, {"raster": "RESOLUTIONS page_count page_png"})

__all__ = ["RESOLUTIONS", "page_count", "page_png"]
