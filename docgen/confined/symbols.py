"""QR codes of pages and pictures, through zxing-cpp, and the words of a page."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from docgen.confined.raster import PDFIUM, PIXEL_LIMIT, page_image, pdfium_errors
from docgen.errors import DataError
from docgen.messages import _

if TYPE_CHECKING:
    from PIL.Image import Image

#: The resolution at which a page is searched for codes, in dots per inch: two pixels a module of 0.33 mm; and that of a scan.
DPI, SCAN_DPI = 200, 400
#: The largest side of a page that is searched, in points: A2.
LARGEST_SIDE = 1_700


def page_words(pdf: bytes, index: int, file: str = "") -> tuple[int, list[str]]:
    """Return of a PDF how many pages it has, and the words of page `index`, in the order in which it draws them.

    Raise DataError for a damaged PDF or a page that is too large.
    """
    import pypdfium2

    with pdfium_errors(file), PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        count, page = len(document), document[index]
        if max(page.get_size()) > LARGEST_SIDE:
            message = _("page {page} is larger than A2", page=index + 1)
            raise DataError.because("page-size", message, _("Verify the document, not a press sheet."), file=file)
        return count, page.get_textpage().get_text_range().split()


def coded_page(pdf: bytes, index: int, file: str = "") -> tuple[int, list[str], list[str]]:
    """Return the same, and the texts of the QR codes of the page."""
    count, words = page_words(pdf, index, file)
    with pdfium_errors(file):
        return count, words, codes_of(page_image(pdf, index, dpi=DPI if words else SCAN_DPI))


def codes_in_picture(content: bytes, file: str = "") -> list[str]:
    """Return the texts of the QR codes of a picture; raise DataError for what is no picture, or too large a one."""
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # the size is looked at here
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "TIFF", "WEBP", "BMP")) as image:
            if image.width * image.height > PIXEL_LIMIT:
                message = _("the picture has more than {limit} million pixels", limit=PIXEL_LIMIT // 10**6)
                raise DataError.because("picture-size", message, _("Photograph the code alone."), file=file)
            return codes_of(image.convert("L"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        message = _("this is no picture that can be read")
        raise DataError.because("picture-damaged", message, _("Give a PDF, PNG, JPEG, TIFF, WebP or BMP."), file=file) from None


def codes_of(image: Image) -> list[str]:
    """Return the texts of the QR codes of a picture, each once, in the order of its lines."""
    import zxingcpp

    found = zxingcpp.read_barcodes(image, formats=zxingcpp.barcode_formats_from_str("QRCode"))
    return list(dict.fromkeys(barcode.text for barcode in found if barcode.valid))
