"""Emblems, ornament and logos: which file stands for a name, and whether it is fit for print at its prescribed size.

An organization's own folder (`--artwork`, `DOCGEN_ARTWORK`) comes before the shipped stand-ins. A file is SVG, PDF or PNG.
"""

from __future__ import annotations

import io
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from docgen.errors import DataError
from docgen.files import read_bytes, shipped
from docgen.messages import _
from docgen.units import Length

MINIMUM_DPI = 300
#: A PDF is taken over as an image of this resolution, the usual one for line work in print.
PDF_DPI = 600
SIZE_LIMIT = 32 << 20
PIXEL_LIMIT = 120_000_000
MEDIA_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class Artwork:
    """A picture ready for a painter: SVG or PNG, and how wide it is for its height."""

    name: str
    content: bytes
    media_type: str
    aspect: float


@dataclass(frozen=True, slots=True)
class ArtworkFolders:
    """Where artwork is looked for, first to last."""

    folders: tuple[Path, ...]

    def find(self, name: str) -> Path:
        """Return the file for a name with or without suffix; DataError when no folder has one."""
        suffixes = [""] if Path(name).suffix.lower() in MEDIA_TYPES else list(MEDIA_TYPES)
        for folder in self.folders:
            for suffix in suffixes:
                path = folder / f"{Path(name).name}{suffix}"
                if path.is_file():
                    return path
        hint = _("Put {name}.svg, .pdf or .png into one of: {folders}.", name=name, folders=", ".join(map(str, self.folders)))
        raise DataError.because("artwork-missing", _("there is no artwork “{name}”", name=name), hint, file=name)

    def load(self, name: str, height: Length, *, is_square: bool = False) -> Artwork:
        """Return the artwork to be drawn `height` high.

        DataError when it is damaged, under 300 dpi at that size, or not square where it has to be (an emblem's diameter).
        """
        path = self.find(name)
        artwork = _load(path, path.stat().st_mtime_ns, height)
        if is_square and abs(artwork.aspect - 1) > 0.01:
            message = _("it is {aspect:.2f} times as wide as high, but has to be as wide as high", aspect=artwork.aspect)
            raise DataError.because("artwork-not-square", message, _("Cut it to a square."), file=str(path))
        return artwork


def artwork_folders(own: Path | str | None = None, beside: Path | None = None) -> ArtworkFolders:
    """Return the folders to look in: `own`, `DOCGEN_ARTWORK`, `beside` (the record's folder), then the shipped one."""
    named = [own, os.environ.get("DOCGEN_ARTWORK"), beside]
    for folder in filter(None, named[:2]):
        if not Path(folder).is_dir():
            hint = _("Check --artwork and DOCGEN_ARTWORK.")
            raise DataError.because("artwork-folder-missing", _("there is no such folder"), hint, file=str(folder))
    return ArtworkFolders((*(Path(folder) for folder in named if folder), shipped("forms") / "artwork"))


@lru_cache(maxsize=64)
def _load(path: Path, _modified: int, height: Length) -> Artwork:
    content = read_bytes(path, SIZE_LIMIT)
    return READERS[path.suffix.lower()](path, content, height)


def _read_svg(path: Path, content: bytes, height: Length) -> Artwork:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root = fromstring(content)
    except (ParseError, DefusedXmlException) as error:
        raise _damaged(path, str(error)) from None
    if not root.tag.endswith("svg"):
        raise _damaged(path, root.tag)
    numbers = [float(n) for n in re.findall(r"-?[\d.]+(?:e-?\d+)?", root.get("viewBox", ""))]
    if len(numbers) != 4 or min(numbers[2:]) <= 0:
        raise _damaged(path, _("it has no viewBox"))
    return Artwork(path.stem, content, MEDIA_TYPES[".svg"], numbers[2] / numbers[3])


def _read_png(path: Path, content: bytes, height: Length) -> Artwork:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
            wide, high = image.size
            if wide * high > PIXEL_LIMIT:
                raise _damaged(path, _("it has {count} pixels", count=wide * high))
            image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _damaged(path, str(error)) from None
    dpi = high / (height.mm / 25.4)
    if dpi < MINIMUM_DPI - 0.5:
        pixels = int(height.pixels(MINIMUM_DPI)) + 1
        raise DataError.because(
            "artwork-coarse",
            _("at {height:g} mm it has {dpi:.0f} dpi, print needs {minimum}", height=height.mm, dpi=dpi, minimum=MINIMUM_DPI),
            _("Use an SVG, a PDF, or a PNG at least {pixels} pixels high.", pixels=pixels),
            file=str(path),
        )
    return Artwork(path.stem, content, MEDIA_TYPES[".png"], wide / high)


def _read_pdf(path: Path, content: bytes, height: Length) -> Artwork:
    """Take over the first page as an image with a clear ground, at `PDF_DPI`."""
    from docgen.pdf.raster import page_image, pdfium_errors

    with pdfium_errors(path):
        image = page_image(content, 0, fit_height=round(height.pixels(PDF_DPI)), is_clear=True)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return Artwork(path.stem, buffer.getvalue(), MEDIA_TYPES[".png"], image.width / image.height)


def _damaged(path: Path, reason: str) -> DataError:
    message = _("the picture cannot be read: {reason}", reason=reason)
    return DataError.because("artwork-damaged", message, _("Save it anew as SVG, PDF or PNG."), file=str(path))


READERS = {".svg": _read_svg, ".png": _read_png, ".pdf": _read_pdf}
