"""PDF pages → images, through PDFium: for PNG files, artwork that comes as PDF, and the measuring of finished pages."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.errors import DataError, UsageError, visible
from docgen.messages import _

if TYPE_CHECKING:
    from PIL.Image import Image

#: The least and the most dots per inch of a picture of a page.
RESOLUTIONS = (18, 1200)
#: A picture of more pixels is not made: it would take gigabytes. A3 at the finest has 278 million.
PIXEL_LIMIT = 300_000_000
#: What PDFium says of a file that cannot be opened without a password (FPDF_ERR_PASSWORD).
PASSWORD_ERROR = 4
#: What is between two pages of one picture.
GAP_COLOUR = (195, 202, 214)
#: PDFium may be entered by one thread at a time.
PDFIUM = threading.RLock()


@contextmanager
def pdfium_errors(path: Path | str) -> Iterator[None]:
    """Translate what PDFium raises for a file that is no sound PDF."""
    from pypdfium2 import PdfiumError

    try:
        yield
    except PdfiumError as error:
        if error.err_code == PASSWORD_ERROR:
            hint = _("Open it with its password, and save it without one.")
            raise DataError.because("pdf-locked", _("the file is locked by a password"), hint, file=str(path)) from None
        message = _("this is no PDF that can be read: {reason}", reason=error)
        raise DataError.because("pdf-damaged", message, _("Make the file anew."), file=str(path)) from None


def page_image(pdf: bytes, index: int, *, dpi: float = 150, fit_height: int | None = None, is_clear: bool = False) -> Image:
    """Return page `index` as RGB at `dpi`, or `fit_height` pixels high; as RGBA on a transparent background if `is_clear`."""
    import pypdfium2

    with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        page = document[index]
        scale = fit_height / page.get_height() if fit_height else dpi / 72
        paper = (255, 255, 255, 0 if is_clear else 255)
        bitmap = page.render(scale=scale, fill_color=paper, rev_byteorder=True)
        image: Image = bitmap.to_pil()
        return image.convert("RGBA" if is_clear else "RGB")


def artwork_png(pdf: bytes, dpi: float) -> bytes:
    """Return the first page as a PNG file at `dpi` on a clear background; raise DataError for a damaged PDF."""
    buffer = io.BytesIO()
    with pdfium_errors(""):
        page_image(pdf, 0, dpi=dpi, is_clear=True).save(buffer, "PNG")
    return buffer.getvalue()


def rewritten_pdf(pdf: bytes, file: str = "") -> bytes:
    """Return a PDF as PDFium reads it, written anew: its table of objects rebuilt, without encryption.

    Raise DataError for a file that cannot be opened, or not without a password.
    """
    import pypdfium2
    from pypdfium2.raw import FPDF_REMOVE_SECURITY

    buffer = io.BytesIO()
    with pdfium_errors(file), PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        document.save(buffer, flags=FPDF_REMOVE_SECURITY)
    return buffer.getvalue()


def page_count(pdf: bytes) -> int:
    """Return how many pages a PDF has; raise DataError if it cannot be opened."""
    import pypdfium2

    with pdfium_errors(""), PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def page_png(pdf: bytes, page: int, dpi: float, file: str = "") -> bytes:
    """Return a page, counted from 1, as a PNG file at `dpi`.

    Raise DataError for a damaged PDF, a page that it does not have or one that is too large; UsageError for a resolution that is
    not within RESOLUTIONS.
    """
    import pypdfium2

    if not isinstance(dpi, (int, float)) or not RESOLUTIONS[0] <= dpi <= RESOLUTIONS[1]:
        hint = _("Give {least} – {most}.", least=RESOLUTIONS[0], most=RESOLUTIONS[1])
        message = _("“{value}” is no resolution in dots per inch", value=visible(str(dpi)[:60]))
        raise UsageError.because("dpi-wrong", message, hint)
    with pdfium_errors(file), PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        count = len(document)
        if page not in range(1, count + 1):
            message, hint = _("there is no page {page}", page=page), _("It has {count}.", count=count)
            raise DataError.because("page-unknown", message, hint, file=file)
        width, height = document[int(page) - 1].get_size()
        if width * height * (dpi / 72) ** 2 > PIXEL_LIMIT:
            message = _("at {dpi:g} dpi the page has more than {limit} million pixels", dpi=dpi, limit=PIXEL_LIMIT // 10**6)
            raise DataError.because("page-size", message, _("Ask for fewer dpi."), file=file)
        image = page_image(pdf, int(page) - 1, dpi=dpi)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", dpi=(dpi, dpi))
    return buffer.getvalue()


def pages_png(pdf: bytes, dpi: float, most: int) -> bytes:
    """Return the first pages of a PDF that docgen made, at most `most`, as one PNG file at `dpi`: one below the other."""
    from PIL import Image

    pages = [page_image(pdf, index, dpi=dpi) for index in range(min(page_count(pdf), most))]
    gap = round(dpi / 12)
    height = sum(page.height for page in pages) + gap * (len(pages) - 1)
    is_grey = all(map(_is_grey, pages))  # a third of the bytes, of which the file takes most of the time
    mode, colour = ("L", GAP_COLOUR[1]) if is_grey else ("RGB", GAP_COLOUR)
    sheet = Image.new(mode, (max(page.width for page in pages), height), colour)
    top = 0
    for page in pages:
        sheet.paste(page.getchannel(1) if is_grey else page, (0, top))
        top += page.height + gap
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def _is_grey(image: Image) -> bool:
    """Return whether a picture in RGB has no colour."""
    red, green, blue = (channel.tobytes() for channel in image.split())
    return red == green == blue
