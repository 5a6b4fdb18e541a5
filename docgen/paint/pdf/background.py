"""Artwork under text: each picture is stored once in a file, each distinct background once, and pages refer to them.

A background is what is printed under the text of a page: fill, frame, emblems. It becomes a form XObject (ISO 32000-1, 8.10)
that draws the pictures' own form XObjects in their places. An ornament frame is made of its two tiles: whole repeats on every
side, real corners, for a sheet of any size.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    EncodedStreamObject,
    FloatObject,
    IndirectObject,
    NameObject,
)

from docgen.artwork import Artwork, ArtworkFolders
from docgen.compose.page import ARTWORK_ITEMS, FillItem, FrameItem, Item, Page, PictureItem, RuleItem, SymbolItem
from docgen.paint.content import INK_COLOUR, draw_plain
from docgen.units import Box, Length, mm

#: Artwork may be translucent, which PDF has had since 1.4; 1.7 is ISO 32000-1.
PDF_VERSION = "%PDF-1.7"

#: Neighbouring tiles overlap by this much, so that no renderer shows a hairline between them.
OVERLAP = mm(0.03)

Matrix = tuple[float, float, float, float, float, float]
#: Paints one artwork, `width` by `height`, as a PDF of one page.
Painter = Callable[[Artwork, Length, Length], bytes]


def lay_under(texts: bytes, pages: list[Page], artwork: ArtworkFolders, paint: Painter) -> bytes:
    """Return the PDF `texts` with artwork and rules of `pages` under it; DataError for artwork unfit for print."""
    writer = PdfWriter(clone_from=io.BytesIO(texts))
    writer.pdf_header = PDF_VERSION
    store = _Store(writer, artwork, paint)
    for sheet, page in zip(writer.pages, pages, strict=True):
        items = tuple(item for item in page.items if isinstance(item, ARTWORK_ITEMS))
        rules = [draw_plain(item, page.height.pt) for item in page.items if isinstance(item, (RuleItem, SymbolItem))]
        if items or rules:
            _draw_first(writer, sheet, store.background(page, items) if items else None, rules)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _draw_first(writer: PdfWriter, sheet: DictionaryObject, background: IndirectObject | None, rules: list[bytes]) -> None:
    """Make a page draw its background and rules before all else.

    Pages may share their resources, so each background has a name of its own.
    """
    operators = [INK_COLOUR, *rules]
    if background:
        resources: Any = sheet["/Resources"].get_object()
        name = NameObject(f"/Ground{background.idnum}")
        resources.setdefault(NameObject("/XObject"), DictionaryObject()).get_object()[name] = background
        operators = [f"{name} Do".encode(), *operators]
    draw = DecodedStreamObject()
    draw.set_data(b"q %s Q\n" % b"\n".join(operators))
    content: Any = sheet.get("/Contents")
    streams = list(content.get_object()) if isinstance(content.get_object(), ArrayObject) else [content]
    sheet[NameObject("/Contents")] = ArrayObject([writer._add_object(draw.flate_encode()), *streams])


class _Store:
    """The backgrounds and pictures that a file holds so far, each once."""

    def __init__(self, writer: PdfWriter, artwork: ArtworkFolders, paint: Painter):
        self.writer, self.artwork, self.paint = writer, artwork, paint
        self.backgrounds: dict[tuple[Item, ...], IndirectObject] = {}
        self.pictures: dict[tuple[str, Length], IndirectObject] = {}

    def background(self, page: Page, items: tuple[Item, ...]) -> IndirectObject:
        """Return the form XObject that draws `items` on a sheet like that of `page`."""
        if items not in self.backgrounds:
            drawn = [each for item in items for each in self._draw(item, page.height.pt)]
            operators = [INK_COLOUR.decode(), *[operator for operator, _picture in drawn]]
            pictures = {_name(picture): picture for _operator, picture in drawn if picture}
            box = [0, 0, page.width.pt, page.height.pt]
            resources = DictionaryObject({NameObject("/XObject"): DictionaryObject(pictures)})
            self.backgrounds[items] = self.writer._add_object(_form("\n".join(operators).encode(), box, resources))
        return self.backgrounds[items]

    def _draw(self, item: Item, sheet: float) -> Iterator[tuple[str, IndirectObject | None]]:
        """Yield the operators that draw an item on a sheet `sheet` points high, and the picture that they draw."""
        if isinstance(item, FillItem):
            yield draw_plain(item, sheet).decode(), None
        elif isinstance(item, PictureItem):
            artwork = self.artwork.load(item.artwork, item.box.height, is_square="." not in item.artwork)
            matrix = (1, 0, 0, 1, item.box.left.mm, item.box.top.mm)
            yield self._place(artwork, item.box.width, item.box.height, matrix, sheet)
        elif isinstance(item, FrameItem):
            for tile in frame_tiles(item, self.artwork):
                yield self._place(tile.artwork, tile.width, tile.height, tile.matrix, sheet)

    def _place(self, artwork: Artwork, width: Length, height: Length, matrix: Matrix, sheet: float) -> tuple[str, IndirectObject]:
        """Draw a picture where `matrix` has it, in millimetres from the upper left corner of the sheet.

        Its own space has the upward y of PDF, so it is turned over within its height.
        """
        key = (artwork.name, height)
        if key not in self.pictures:
            self.pictures[key] = _copy_page(self.writer, self.paint(artwork, width, height))
        picture = self.pictures[key]
        placed = " ".join(f"{number:.6f}" for number in matrix)
        upright = f"{1 / _PT_PER_MM:.8f} 0 0 {-1 / _PT_PER_MM:.8f} 0 {height.mm:.6f}"
        return f"q 1 0 0 -1 0 {sheet:.4f} cm {_SCALE} {placed} cm {upright} cm {_name(picture)} Do Q", picture


_PT_PER_MM = 72 / 25.4
_SCALE = f"{_PT_PER_MM:.8f} 0 0 {_PT_PER_MM:.8f} 0 0 cm"


def _name(picture: IndirectObject) -> NameObject:
    return NameObject(f"/Picture{picture.idnum}")


def _copy_page(writer: PdfWriter, pdf: bytes) -> IndirectObject:
    """Copy the only page of a PDF as a form XObject."""
    page: Any = PdfReader(io.BytesIO(pdf)).pages[0]  # pypdf types no values of dictionaries
    resources = page["/Resources"].clone(writer)
    return writer._add_object(_form(page.get_contents().get_data(), list(page.mediabox), resources))


def _form(content: bytes, box: list[float], resources: DictionaryObject) -> EncodedStreamObject:
    plain = DecodedStreamObject()
    plain.set_data(content)
    form = plain.flate_encode()
    form.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject(map(FloatObject, box)),
            NameObject("/Resources"): resources,
        }
    )
    return form


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile, `width` by `height` before `matrix` (a b c d, and e f in mm) puts it on the sheet."""

    artwork: Artwork
    width: Length
    height: Length
    matrix: Matrix


def frame_tiles(frame: FrameItem, artwork: ArtworkFolders) -> list[Tile]:
    """Return the tiles of a frame: four corners, and as many whole repeats a side as come nearest to the tile's own width."""
    corner = artwork.load(f"{frame.artwork}-corner", frame.width, is_square=True)
    side = artwork.load(f"{frame.artwork}-side", frame.width)
    return [tile for turn in range(4) for tile in _quarter(turn, frame.box, frame.width, corner, side)]


def _quarter(turn: int, box: Box, thickness: Length, corner: Artwork, side: Artwork) -> Iterator[Tile]:
    """Yield the corner that a side begins with, and the side, after `turn` right angles clockwise from the top."""
    run = (box.width if turn % 2 == 0 else box.height) - thickness * 2
    count = max(1, round(run.mm / (thickness.mm * side.aspect)))
    repeat = run / count
    spread = (thickness + OVERLAP).mm / thickness.mm
    yield Tile(corner, thickness, thickness, _placed(turn, box, spread, mm(0), mm(0)))
    width = thickness * side.aspect
    stretch = (repeat + OVERLAP).mm / width.mm
    for number in range(count):
        last = OVERLAP if number == count - 1 else mm(0)
        yield Tile(side, width, thickness, _placed(turn, box, stretch, thickness + repeat * number - last, mm(0)))


def _placed(turn: int, box: Box, stretch: float, along: Length, inward: Length) -> Matrix:
    """Return the matrix that stretches a tile along its side, moves it along, and turns it around to its side of the box."""
    a, b = [(1, 0), (0, 1), (-1, 0), (0, -1)][turn]
    origin = [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)][turn]
    left = origin[0].mm + a * along.mm - b * inward.mm
    top = origin[1].mm + b * along.mm + a * inward.mm
    return (a * stretch, b * stretch, -b, a, left, top)
