"""What PDF viewers show of a file: its pages as pixels, its text, and where each of its letters stands."""

from __future__ import annotations

import ctypes
import math
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from support import processes
from support.calling import convert

MM = 25.4 / 72
Pixels = numpy.ndarray


def poppler(pdf: Path, dpi: float) -> Iterator[Pixels]:
    """Give each page as poppler draws it: rows × columns × RGB."""
    return _drawn_by("pdftoppm", "-r", dpi, pdf)


def mupdf(pdf: Path, dpi: float) -> Iterator[Pixels]:
    return _drawn_by("mutool", "draw", "-q", "-r", dpi, "-F", "ppm", "-o", "-", pdf)


def pdfium_pages(pdf: Path, dpi: float) -> Iterator[Pixels]:
    """Give each page as PDFium draws it, the engine of Chromium's viewer."""
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            yield page.render(scale=dpi / 72, rev_byteorder=True).to_numpy()[..., :3]


#: Viewers that show a long file quickly.
QUICK = {"poppler": poppler, "PDFium": pdfium_pages, "MuPDF": mupdf}


def _drawn_by(*command: object) -> Iterator[Pixels]:
    """Give the pictures that a program writes one after the other: three lines (P6; width and height; 255), then the levels."""
    with processes.start([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as run:
        while run.stdout.readline():
            wide, high = map(int, run.stdout.readline().split())
            run.stdout.readline()
            yield numpy.frombuffer(run.stdout.read(wide * high * 3), numpy.uint8).reshape(high, wide, 3)
    assert run.returncode == 0, f"{command[0]} ended with {run.returncode}"


def texts(pdf: Path) -> dict[str, list[str]]:
    """Return the text of each page as it is copied from several viewers; from PDFium its words, since it guesses line ends."""
    read = {
        "poppler": ["pdftotext", pdf, "-"],
        "poppler, as it was written": ["pdftotext", "-raw", pdf, "-"],
        "MuPDF": ["mutool", "draw", "-q", "-F", "txt", "-o", "-", pdf],
    }
    found = {name: processes.run(command, capture_output=True, check=True).stdout for name, command in read.items()}
    with pypdfium2.PdfDocument(pdf) as document:
        own = {"PDFium": [" ".join(page.get_textpage().get_text_range().split()) for page in document]}
    return own | {name: text.decode().split("\f") for name, text in found.items()}


class Letter(NamedTuple):
    """One letter of a page: what it is, its face, size in points, colour, and its origin in mm from the sheet's lower left."""

    text: str
    face: str
    size: float
    colour: tuple[int, ...]
    left: float
    baseline: float


def letters(page: pypdfium2.PdfPage) -> list[Letter]:
    """Return the letters of a page in the order of its content, without those that PDFium makes up between lines."""
    text_page = page.get_textpage()
    count = pdfium.FPDFText_CountChars(text_page)
    return [_letter(text_page, at) for at in range(count) if pdfium.FPDFText_IsGenerated(text_page, at) != 1]


def _letter(text_page: pypdfium2.PdfTextPage, at: int) -> Letter:
    matrix, x, y = pdfium.FS_MATRIX(), ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetMatrix(text_page, at, matrix)
    pdfium.FPDFText_GetCharOrigin(text_page, at, x, y)
    size = pdfium.FPDFText_GetFontSize(text_page, at) * math.hypot(matrix.c, matrix.d)
    colour = [ctypes.c_uint() for _channel in range(4)]
    pdfium.FPDFText_GetFillColor(text_page, at, *colour)
    font = pdfium.FPDFTextObj_GetFont(pdfium.FPDFText_GetTextObject(text_page, at))
    code = chr(pdfium.FPDFText_GetUnicode(text_page, at))
    return Letter(code, _face(font), size, tuple(level.value for level in colour), x.value * MM, y.value * MM)


def _face(font) -> str:
    """Return a font's PostScript name without the tag of its subset."""
    buffer = ctypes.create_string_buffer(100)
    pdfium.FPDFFont_GetBaseFontName(font, buffer, len(buffer))
    return buffer.value.decode().rpartition("+")[2]


def outlines(page: pypdfium2.PdfPage) -> dict[tuple[str, str], tuple]:
    """Return the outline of each letter of a page by its face: the glyph that the file has for it, in ems."""
    text_page, found = page.get_textpage(), {}
    for at in range(pdfium.FPDFText_CountChars(text_page)):
        run = pdfium.FPDFText_GetTextObject(text_page, at)
        if run and pdfium.FPDFText_IsGenerated(text_page, at) != 1:
            font, code = pdfium.FPDFTextObj_GetFont(run), pdfium.FPDFText_GetUnicode(text_page, at)
            found.setdefault((_face(font), chr(code)), (font, code))
    return {key: _outline(*each) for key, each in found.items()}


def _outline(font, code: int) -> tuple:
    path = pdfium.FPDFFont_GetGlyphPath(font, code, 1.0)
    count = pdfium.FPDFGlyphPath_CountGlyphSegments(path) if path else 0
    return tuple(_point(pdfium.FPDFGlyphPath_GetGlyphPathSegment(path, at)) for at in range(max(count, 0)))


def _point(segment) -> tuple[int, float, float]:
    x, y = ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFPathSegment_GetPoint(segment, x, y)
    return pdfium.FPDFPathSegment_GetType(segment), round(x.value, 5), round(y.value, 5)


def draw(pdf: Path, folder: Path) -> Path:
    """Return the file that LibreOffice Draw makes of a PDF which it has opened."""
    convert([pdf], folder, "pdf:draw_pdf_Export", "--infilter=draw_pdf_import")
    return folder / pdf.name


def farthest(one: Pixels, other: Pixels, reach: int) -> int:
    """Return by how many levels of 255 a pixel of one picture differs from all those of the other within `reach` pixels.

    Viewers share out the edge of a letter over pixels in their own way; a letter that is missing, another one or moved by
    more than `reach` has pixels of which the other picture has no like.
    """
    one, other = (numpy.asarray(Image.fromarray(each).convert("L")) for each in (one, other))
    return max(_unlike(one, other, reach), _unlike(other, one, reach))


def _unlike(one: Pixels, other: Pixels, reach: int) -> int:
    lightest, darkest = _spread(numpy.maximum, other, reach), _spread(numpy.minimum, other, reach)
    return int(max((one - numpy.minimum(one, lightest)).max(), (darkest - numpy.minimum(one, darkest)).max()))


def _spread(choose: numpy.ufunc, picture: Pixels, reach: int) -> Pixels:
    """Return a picture in which each pixel is the lightest, or the darkest, of those within `reach`."""
    for axis in (0, 1):
        lines = numpy.moveaxis(picture, axis, 0)
        spread = lines.copy()
        for step in range(1, reach + 1):
            choose(spread[step:], lines[:-step], out=spread[step:])
            choose(spread[:-step], lines[step:], out=spread[:-step])
        picture = numpy.moveaxis(spread, 0, axis)
    return picture
