"""What happens to paper and pictures, by program: a fixed table of damages, each at its level, on the backs of certificates."""

from __future__ import annotations

import io
from collections.abc import Callable

import pypdfium2
from PIL import Image, ImageDraw, ImageFilter

import docgen
from support import torture
from support.records import record_of
from support.signing import signer

FORM = "retraining-certificate"
#: The resolutions at which they are scanned.
DPIS = (200, 300, 400, 600)


def turned(image: Image.Image) -> Image.Image:
    return image.rotate(7, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)


def upside_down(image: Image.Image) -> Image.Image:
    return image.rotate(180)


def blurred(image: Image.Image) -> Image.Image:
    """Blur by a third of a module of 0.34 mm, as a camera that is not quite sharp; at 200 dpi more than that is not read."""
    return image.filter(ImageFilter.GaussianBlur(image.width / 297 * 0.34 / 3))


def creased(image: Image.Image) -> Image.Image:
    """Fold the sheet through the code: a white line of 0.4 mm, and a grey one beside it."""
    drawn = image.copy()
    per_mm = image.width / 297
    for offset, level in ((0, 255), (0.4, 120)):
        x = (25 + 12 + offset) * per_mm
        ImageDraw.Draw(drawn).line((x, 0, x, image.height), fill=level, width=max(1, round(0.4 * per_mm)))
    return drawn


def as_jpeg(image: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=40)
    return Image.open(buffer)


def grey(image: Image.Image) -> Image.Image:
    """Print with little toner on grey paper: levels from 90 to 200."""
    return image.point(lambda level: 90 + level * 110 // 255)


def in_perspective(image: Image.Image) -> Image.Image:
    """Photograph the sheet from the side: its far edge is a tenth shorter."""
    wide, high = image.size
    corners = (0, 0, 0, high, wide, high, wide, 0)
    inner = (-0.05 * wide, -0.05 * high, 0.03 * wide, 1.02 * high, 0.98 * wide, 1.03 * high, 1.04 * wide, 0.02 * high)
    assert len(corners) == len(inner)
    return image.transform(image.size, Image.Transform.QUAD, inner, Image.Resampling.BICUBIC, fillcolor=255)


def spotted(image: Image.Image) -> Image.Image:
    """Spill on it: a dark spot of 3 mm within the code, a hundredth of its area."""
    drawn = image.copy()
    per_mm = image.width / 297
    x, y = (25 + 18) * per_mm, (25 + 19) * per_mm
    ImageDraw.Draw(drawn).ellipse((x, y, x + 3 * per_mm, y + 3 * per_mm), fill=40)
    return drawn


DAMAGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    each.__name__: each for each in (turned, upside_down, blurred, creased, as_jpeg, grey, in_perspective, spotted)
}
#: How many certificates each kind and resolution gets: 8 · 4 · 32 are over a thousand.
EACH = 32 if torture.IS_FULL else 1


def backs(count: int) -> list[tuple[str, pypdfium2.PdfDocument]]:
    """Return certificates by their numbers."""
    numbers = [f"{number:05d}" for number in range(1, count + 1)]
    made = (docgen.render(FORM, record_of(FORM, number=each), back=True, signer=signer(), purpose="plain") for each in numbers)
    return list(zip(numbers, map(pypdfium2.PdfDocument, made), strict=True))
