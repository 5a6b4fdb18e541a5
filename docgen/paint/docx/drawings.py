"""What a Word page draws without being text: artwork as small PNG files, and where each lies.

A palette of 256 shades, as clear as each has to be, shows line work and emblems as all shades do, in a third of the space.
A frame is four pictures, one a side: the sheet within it is clear, and takes neither space nor memory.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from docgen.artwork import SHIPPED, ArtworkFolders
from docgen.compose.page import FillItem, FrameItem, Graphic, Layer, Page, PictureItem, RuleItem, Symbol, SymbolItem
from docgen.paint.info import template_info
from docgen.units import Box, Length, mm

if TYPE_CHECKING:
    from PIL.Image import Image

#: The resolution of frames: 12 pixels a millimetre, so that a frame's edges are those of pixels.
FRAME_DPI = 12 * 25.4
#: That of pictures, of which large ones are not for a close look.
PICTURE_DPI, LARGE_PICTURE_DPI = 450, 300
LARGE = mm(60)
#: How far a frame's upright sides reach into the corners, in pixels, so that no viewer shows a hairline between them.
OVERLAP = 1
SHADES = 256
#: Pixels of a module of a symbol.
MODULE_PIXELS = 8
#: The mean difference, in levels of 255, above which a picture keeps all its shades: a photograph, not line work.
DIFFERENCE_LIMIT = 3.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of a page: its name, where it lies, and its content as PNG."""

    name: str
    box: Box
    content: bytes


def drawings_of(item: Graphic, artwork: ArtworkFolders) -> Iterator[Drawing]:
    """Yield the pictures that an item of a page becomes; raise DataError for artwork unfit for print."""
    if isinstance(item, (FillItem, RuleItem)):
        yield Drawing(item.place, item.box, _plain_png(item.colour))
    elif isinstance(item, SymbolItem):
        yield Drawing(item.place, item.box, symbol_png(item.symbol))
    else:
        yield from _artwork(item, artwork)


def _artwork(item: FrameItem | PictureItem, artwork: ArtworkFolders) -> tuple[Drawing, ...]:
    """Return the pictures of artwork, which are stored for the next process; a record's own picture is personal, and is not."""
    from docgen.paint.press import cache

    if item.layer is not Layer.MASTER:
        return draw(item, artwork)
    content = shown_by_item(item, artwork)
    stored = cache.load(content, cache.DRAWINGS)
    if stored is not None:
        return loaded(stored)
    drawings = draw(item, artwork)
    cache.save(content, cache.DRAWINGS, dumped(drawings))
    return drawings


def shown_by_item(item: FrameItem | PictureItem, artwork: ArtworkFolders) -> str:
    """Return the SHA-256 of what its pictures show, and where they lie."""
    from docgen.paint.press.resources import shown_by

    return hashlib.sha256(f"{shown_by(picture_page(item), artwork)}\n{item!r}".encode()).hexdigest()


def draw(item: FrameItem | PictureItem, artwork: ArtworkFolders) -> tuple[Drawing, ...]:
    """Return the pictures of artwork as PDFium draws them; DataError for artwork unfit for print."""
    if isinstance(item, PictureItem):
        return (Drawing(item.place, item.box, picture_png(item, artwork)),)
    return tuple(_sides(item, _image(item, FRAME_DPI, artwork)))


def dumped(drawings: tuple[Drawing, ...]) -> bytes:
    """Return drawings as bytes, for a file: a line that says what each is, then their contents."""
    head = [
        (each.name, [side.mm for side in (each.box.left, each.box.top, each.box.width, each.box.height)], len(each.content))
        for each in drawings
    ]
    return b"\n".join([json.dumps(head).encode(), b"".join([each.content for each in drawings])])


def loaded(content: bytes) -> tuple[Drawing, ...]:
    """Return the drawings that were dumped."""
    head, _line, contents = content.partition(b"\n")
    each = json.loads(head)
    ends = list(accumulate((size for _name, _box, size in each), initial=0))
    return tuple(
        Drawing(name, Box(*map(mm, box)), contents[first:last])
        for (name, box, _size), (first, last) in zip(each, pairwise(ends), strict=True)
    )


def picture_png(item: PictureItem, artwork: ArtworkFolders) -> bytes:
    """Return a picture as PNG on a clear background; DataError as `drawings_of`."""
    return _png(_image(item, LARGE_PICTURE_DPI if item.box.height > LARGE else PICTURE_DPI, artwork))


def _plain_png(colour: str) -> bytes:
    """Return one pixel of a colour, which a page stretches."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (1, 1), colour).save(buffer, "PNG")
    return buffer.getvalue()


def symbol_png(symbol: Symbol, quiet: int = 0) -> bytes:
    """Return a symbol as PNG, black on white, MODULE_PIXELS to a module, with `quiet` free modules around it."""
    from PIL import Image, ImageOps

    side = symbol.side
    levels = bytes(~byte & 0xFF for byte in symbol.bits)
    image = Image.frombytes("1", (side, side), levels).resize((side * MODULE_PIXELS, side * MODULE_PIXELS))
    image = ImageOps.expand(image, quiet * MODULE_PIXELS, 1)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _image(item: FrameItem | PictureItem, dpi: float, artwork: ArtworkFolders) -> Image:
    """Return artwork as an image; what is not shipped is drawn by PDFium in a child process, as it may be anything."""
    from PIL import Image

    from docgen import confined
    from docgen.confined import raster
    from docgen.paint.press import press_pages

    pdf = press_pages([picture_page(item)], template_info(item.artwork), artwork)
    is_shipped = artwork.folders == (SHIPPED,)
    if isinstance(item, PictureItem) and not is_shipped:  # a frame is made of several files
        is_shipped = artwork.load(item.artwork, item.box.height).is_shipped
    draw = raster.artwork_png if is_shipped else confined.artwork_png
    return Image.open(io.BytesIO(draw(pdf, dpi)))


def picture_page(item: FrameItem | PictureItem) -> Page:
    """Return a page that is filled by an item alone."""
    origin = Box(mm(0), mm(0), item.box.width, item.box.height)
    return Page(item.box.width, item.box.height, (replace(item, box=origin),))


def _sides(item: FrameItem, image: Image) -> Iterator[Drawing]:
    """Yield the sides of a frame, cut at whole pixels; the upper and the lower one have the corners."""
    across, down = image.width / item.box.width.mm, image.height / item.box.height.mm
    wide, deep = round(item.width.mm * across), round(item.width.mm * down)
    upper, lower = deep - OVERLAP, image.height - deep + OVERLAP
    cuts = {
        "top": (0, 0, image.width, deep),
        "right": (image.width - wide, upper, image.width, lower),
        "bottom": (0, image.height - deep, image.width, image.height),
        "left": (0, upper, wide, lower),
    }
    for side, (left, top, right, bottom) in cuts.items():
        width, height = Length((right - left) / across), Length((bottom - top) / down)
        box = Box(item.box.left + mm(left / across), item.box.top + mm(top / down), width, height)
        yield Drawing(f"{item.place} {side}", box, _png(image.crop((left, top, right, bottom))))


def _png(image: Image) -> bytes:
    """Return a clear image as PNG, with a palette where that shows the same picture."""
    from PIL import Image

    few = image.quantize(SHADES, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    (few if _difference(image, few.convert("RGBA")) <= DIFFERENCE_LIMIT else image).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _difference(image: Image, other: Image) -> float:
    """Return by how many levels of 255 two clear images differ on white paper, in the mean of their pixels."""
    from PIL import Image, ImageChops, ImageStat

    paper = Image.new("RGBA", image.size, "white")
    on_paper = [Image.alpha_composite(paper, each).convert("RGB") for each in (image, other)]
    return max(ImageStat.Stat(ImageChops.difference(*on_paper)).mean)
