"""The table of our operations: what C libraries do with files from outside, each one entry with its limits."""

from __future__ import annotations

import io

from docgen.confined import raster, symbols
from docgen.confined.limits import operation

PDFIUM = ("pypdfium2", "PIL.PngImagePlugin")
PICTURES = ("PIL.PngImagePlugin", "PIL.JpegImagePlugin", "PIL.TiffImagePlugin", "PIL.WebPImagePlugin", "PIL.BmpImagePlugin")


@operation(seconds=30, megabytes=1024, loads=PDFIUM)
def page_count(pdf: bytes) -> int:
    """Return how many pages a PDF has; DataError for one that cannot be opened."""
    return raster.page_count(pdf)


@operation(seconds=120, megabytes=3072, loads=PDFIUM)
def page_png(pdf: bytes, page: int, dpi: float, file: str = "") -> bytes:
    """Return a page, counted from 1, as a PNG file at `dpi`; errors as of `raster.page_png`."""
    return raster.page_png(pdf, page, dpi, file)


@operation(seconds=30, megabytes=1024, loads=PDFIUM)
def page_size(pdf: bytes, index: int) -> tuple[float, float]:
    """Return width and height of page `index` in points; DataError for a PDF that cannot be opened."""
    import pypdfium2

    with raster.pdfium_errors(""), pypdfium2.PdfDocument(pdf) as document:
        width, height = document[index].get_size()
        return width, height


@operation(seconds=120, megabytes=3072, loads=PDFIUM)
def clear_png(pdf: bytes, index: int, rows: int) -> bytes:
    """Return page `index` as a PNG file of `rows` pixels in height on a clear background; DataError for a damaged PDF."""
    with raster.pdfium_errors(""):
        image = raster.page_image(pdf, index, fit_height=rows, is_clear=True)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@operation(seconds=120, megabytes=3072, loads=(*PDFIUM, "zxingcpp"))
def coded_page(pdf: bytes, index: int, file: str = "") -> tuple[int, list[str], list[str]]:
    """Return of a PDF how many pages it has, and the words and the texts of the QR codes of page `index`; errors as `symbols`."""
    return symbols.coded_page(pdf, index, file)


@operation(seconds=60, megabytes=1024, loads=PDFIUM)
def page_words(pdf: bytes, index: int, file: str = "") -> tuple[int, list[str]]:
    """Return of a PDF how many pages it has, and the words of page `index`; errors as of `symbols.page_words`."""
    return symbols.page_words(pdf, index, file)


@operation(seconds=120, megabytes=3072, loads=(*PDFIUM, "numpy"))
def other_ink(pdf: bytes, index: int, own: bytes, own_index: int, file: str = "") -> int:
    """Return how many pixels of two pages show other ink, in and around their texts: see `symbols.other_ink`."""
    return symbols.other_ink(pdf, index, own, own_index, file)


@operation(seconds=120, megabytes=3072, loads=("zxingcpp", *PICTURES))
def codes_in_picture(content: bytes, file: str = "") -> list[str]:
    """Return the texts of the QR codes of a picture; errors as of `symbols.codes_in_picture`."""
    return symbols.codes_in_picture(content, file)


@operation(seconds=120, megabytes=3072, loads=PDFIUM)
def artwork_png(pdf: bytes, dpi: float) -> bytes:
    """Return the first page as a PNG file at `dpi` on a clear background: errors as of `raster.artwork_png`."""
    return raster.artwork_png(pdf, dpi)


@operation(seconds=120, megabytes=3072, loads=PDFIUM)
def rewritten_pdf(pdf: bytes, file: str = "") -> bytes:
    """Return a PDF written anew, without encryption: errors as of `raster.rewritten_pdf`."""
    return raster.rewritten_pdf(pdf, file)
