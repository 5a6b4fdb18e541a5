"""QR codes of pages and pictures, through zxing-cpp, and the words of a page."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from docgen.confined.raster import PDFIUM, PIXEL_LIMIT, page_image, pdfium_errors
from docgen.errors import DataError
from docgen.messages import _

if TYPE_CHECKING:
    from numpy import bool_
    from numpy.typing import NDArray
    from PIL.Image import Image

    Pixels = NDArray[bool_]

#: The resolution at which a page is searched for codes, in dots per inch: two pixels a module of 0.33 mm; and that of a scan.
DPI, SCAN_DPI = 200, 400
#: The largest side of a page that is searched, in points: A2.
LARGEST_SIDE = 1_700
#: How pages are compared by their looks: the resolution, the level below which all three colours are dark ink, and how many
#: pixels around a text belong to it (a millimetre).
INK_DPI, DARK, NEAR = 150, 100, 6


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


def other_ink(pdf: bytes, index: int, own: bytes, own_index: int, file: str = "") -> int:
    """Return how many pixels of a page show other ink, in and around its texts, than a page that docgen made.

    -1 where that cannot be said: pages in other faces, or trimmed to another size.

    Pages are compared within their trim, at INK_DPI, a pixel to each side is let pass. What is drawn over a text, a letter whose
    shape is that of another one, ink where there is none: all of it is other ink, and no word says so. Raise as `page_words`.
    """
    import numpy

    with pdfium_errors(file), PDFIUM:
        (facts, ink, texts), (own_facts, own_ink, own_texts) = _looks(pdf, index), _looks(own, own_index)
    if facts != own_facts:
        return -1
    other = (ink & ~_spread(own_ink)) | (own_ink & ~_spread(ink))
    return int(numpy.count_nonzero(other & (texts | own_texts)))


def _looks(pdf: bytes, index: int) -> tuple[object, Pixels, Pixels]:
    """Return faces and trim of a page, where it has dark ink, and where its texts are, both in pixels of its trimmed sheet."""
    import numpy
    import pypdfium2
    from pypdfium2.raw import FPDF_PAGEOBJ_TEXT

    with pypdfium2.PdfDocument(pdf) as document:
        page = document[index]
        whole = page.get_mediabox(fallback_ok=False) or (0.0, 0.0, *page.get_size())  # PDFium sees no box that is inherited
        left, bottom, right, top = page.get_trimbox(fallback_ok=False) or whole
        page.set_cropbox(left, bottom, right, top)  # cut exactly there: pixels begin at the trimmed corner
        scale = INK_DPI / 72
        levels = page.render(scale=scale, rev_byteorder=True).to_numpy()[..., :3].max(axis=2)
        inside = numpy.zeros(levels.shape, bool)
        words = page.get_textpage()
        for rectangle in map(words.get_rect, range(words.count_rects())):
            first, lower, last, upper = rectangle
            rows = slice(max(0, round((top - upper) * scale) - NEAR), round((top - lower) * scale) + NEAR)
            inside[rows, max(0, round((first - left) * scale) - NEAR) : round((last - left) * scale) + NEAR] = True
        texts = page.get_objects(filter=[FPDF_PAGEOBJ_TEXT], max_depth=15)
        faces = {str(text.get_font().get_base_name()).partition("+")[2] for text in texts}
        return (faces, levels.shape), levels < DARK, inside


def _spread(ink: Pixels) -> Pixels:
    """Return ink with a pixel more on each side."""
    import numpy

    padded = numpy.pad(ink, 1)
    down, right = ink.shape
    spread = numpy.zeros_like(ink)
    for y in range(3):
        for x in range(3):
            spread |= padded[y : y + down, x : x + right]
    return spread


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
