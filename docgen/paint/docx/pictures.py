"""Sources of a Word template's pictures: the artwork, for a form; the folder of the data, for a template alone."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

from docgen.artwork import PIXEL_LIMIT, SIZE_LIMIT, ArtworkFolders
from docgen.compose.page import Layer, PictureItem
from docgen.errors import DataError
from docgen.files import is_inside, read_bytes
from docgen.messages import _
from docgen.paint.docx.insets import WIDEST, InsetPicture, PictureSource
from docgen.units import ZERO, Box, Length, mm

#: Format as Pillow calls it → the ending of such a file.
FORMATS = {"PNG": ".png", "JPEG": ".jpeg"}
#: The resolution of a picture that names none, and the widest that it then gets: a column of A4.
USUAL_DPI, USUAL_WIDTH = 96, mm(165)
#: The height of a form's picture whose tag names none: an emblem's.
USUAL_HEIGHT = mm(30)


def from_artwork(artwork: ArtworkFolders, shown: Mapping[str, str]) -> PictureSource:
    """Return the source for a form's template: what a certificate's picture may be (SVG, PDF, PNG of 300 dpi).

    `shown` says in words what pictures show, by their names.
    """

    def load(name: str, height: Length | None, width: Length | None) -> InsetPicture:
        from docgen.paint.docx.drawings import picture_png

        high = height or USUAL_HEIGHT
        aspect = artwork.load(name, high).aspect
        if height is None and width is not None:
            high = width / aspect
        box = Box(ZERO, ZERO, width or high * aspect, high)
        content = picture_png(PictureItem(name, Layer.DATA, box, name), artwork)
        return InsetPicture(content, ".png", box.width, box.height, shown.get(name, ""))

    return load


def from_folder(folder: Path | None) -> PictureSource:
    """Return the source for a template without a form: PNG and JPEG files in the data's folder; None has no pictures."""

    def load(name: str, height: Length | None, width: Length | None) -> InsetPicture:
        if folder is None or name != Path(name).name or not is_inside(folder, name):
            message = _("“{name}” is no picture beside the data", name=name[:60])
            raise DataError.because("picture-missing", message, _("Put the file beside the data and give its bare name."))
        content = read_bytes(folder / name, SIZE_LIMIT)
        suffix, (across, down, natural) = _read(content, folder / name)
        wide = width or (height * (across / down) if height else min(natural, USUAL_WIDTH))
        high = height or wide * (down / across)
        if max(wide, high) > WIDEST:
            raise _damaged(folder / name, _("it is {width:g} wide and {height:g} high", width=across, height=down))
        return InsetPicture(content, suffix, wide, high)

    return load


def _read(content: bytes, path: Path) -> tuple[str, tuple[int, int, Length]]:
    """Return the ending of a picture's format, its pixels across and down, and its width on paper."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=list(FORMATS)) as image:
            if image.width * image.height > PIXEL_LIMIT:
                raise _damaged(path, _("it has {count} million pixels", count=image.width * image.height // 1_000_000))
            image.load()
            dpi = float(image.info.get("dpi", (USUAL_DPI, 0))[0]) or USUAL_DPI
            return FORMATS[str(image.format)], (image.width, image.height, mm(image.width / dpi * 25.4))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _damaged(path, str(error)[:100]) from None


def _damaged(path: Path, reason: str) -> DataError:
    message = _("the picture cannot be used: {reason}", reason=reason)
    return DataError.because("picture-damaged", message, _("Save it anew as PNG or JPEG."), file=str(path))
