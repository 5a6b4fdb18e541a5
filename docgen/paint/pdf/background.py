"""Artwork under text: each picture is stored once in a file, each distinct ground once, and pages refer to them.

A ground is what lies under the text of a page: fill, frame, emblems. It becomes a form XObject (ISO 32000-1, 8.10) that
draws the pictures' own form XObjects in their places.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
)

from docgen.artwork import Artwork, ArtworkFolders
from docgen.compose.page import ARTWORK_ITEMS, FillItem, FrameItem, Item, Page, PictureItem, RuleItem, TextItem
from docgen.paint.content import INK_COLOUR, draw_plain
from docgen.paint.frame import frame_tiles
from docgen.units import Length

#: Artwork may be translucent, which PDF has had since 1.4; 1.7 is ISO 32000-1.
PDF_VERSION = "%PDF-1.7"

Matrix = tuple[float, float, float, float, float, float]
#: Paints one artwork, `width` by `height`, as a PDF of one page.
Painter = Callable[[Artwork, Length, Length], bytes]


def without_background(page: Page) -> Page:
    """Return a page's texts alone."""
    return Page(page.width, page.height, tuple(item for item in page.items if isinstance(item, TextItem)))


def lay_under(texts: bytes, pages: list[Page], artwork: ArtworkFolders, paint: Painter) -> bytes:
    """Return the PDF `texts` with artwork and rules of `pages` under it; DataError for artwork unfit for print."""
    writer = PdfWriter(clone_from=io.BytesIO(texts))
    writer.pdf_header = PDF_VERSION
    store = _Store(writer, artwork, paint)
    for sheet, page in zip(writer.pages, pages, strict=True):
        items = tuple(item for item in page.items if isinstance(item, ARTWORK_ITEMS))
        rules = [draw_plain(item, page.height.pt) for item in page.items if isinstance(item, RuleItem)]
        if items or rules:
            _draw_first(writer, sheet, store.background(page, items) if items else None, rules)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _draw_first(writer: PdfWriter, sheet: DictionaryObject, background: IndirectObject | None, rules: list[bytes]) -> None:
    """Make a page draw its ground and rules before all else.

    Pages may share their resources, so each ground has a name of its own.
    """
    operators = [INK_COLOUR, *rules]
    if background:
        resources = sheet["/Resources"].get_object()
        name = NameObject(f"/Ground{background.idnum}")
        resources.setdefault(NameObject("/XObject"), DictionaryObject()).get_object()[name] = background
        operators = [f"{name} Do".encode(), *operators]
    draw = DecodedStreamObject()
    draw.set_data(b"q %s Q\n" % b"\n".join(operators))
    content = sheet.get("/Contents")
    streams = list(content.get_object()) if isinstance(content.get_object(), ArrayObject) else [content]
    sheet[NameObject("/Contents")] = ArrayObject([writer._add_object(draw.flate_encode()), *streams])


class _Store:
    """The grounds and pictures that a file holds so far, each once."""

    def __init__(self, writer: PdfWriter, artwork: ArtworkFolders, paint: Painter):
        self.writer, self.artwork, self.paint = writer, artwork, paint
        self.backgrounds: dict[tuple[Item, ...], IndirectObject] = {}
        self.pictures: dict[tuple[str, Length], IndirectObject] = {}

    def background(self, page: Page, items: tuple[Item, ...]) -> IndirectObject:
        if items not in self.backgrounds:
            marks = [mark for item in items for mark in self._marks(item, page.height.pt)]
            operators = [INK_COLOUR.decode(), *[operator for operator, _picture in marks]]
            pictures = {name: picture for _operator, picture in marks if picture for name in [_name(picture)]}
            box = [0, 0, page.width.pt, page.height.pt]
            resources = DictionaryObject({NameObject("/XObject"): DictionaryObject(pictures)})
            self.backgrounds[items] = self.writer._add_object(_form("\n".join(operators).encode(), box, resources))
        return self.backgrounds[items]

    def _marks(self, item: Item, sheet: float) -> Iterator[tuple[str, IndirectObject | None]]:
        """Give the operators that draw an item on a sheet `sheet` points high, and the picture that they draw."""
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
            self.pictures[key] = _take_over(self.writer, self.paint(artwork, width, height))
        picture = self.pictures[key]
        placed = " ".join(f"{number:.6f}" for number in matrix)
        upright = f"{1 / _PT_PER_MM:.8f} 0 0 {-1 / _PT_PER_MM:.8f} 0 {height.mm:.6f}"
        return f"q 1 0 0 -1 0 {sheet:.4f} cm {_SCALE} {placed} cm {upright} cm {_name(picture)} Do Q", picture


_PT_PER_MM = 72 / 25.4
_SCALE = f"{_PT_PER_MM:.8f} 0 0 {_PT_PER_MM:.8f} 0 0 cm"


def _name(picture: IndirectObject) -> NameObject:
    return NameObject(f"/Picture{picture.idnum}")


def _take_over(writer: PdfWriter, pdf: bytes) -> IndirectObject:
    """Take the only page of a PDF over as a form XObject."""
    page = PdfReader(io.BytesIO(pdf)).pages[0]
    resources = page["/Resources"].clone(writer)
    return writer._add_object(_form(page.get_contents().get_data(), list(page.mediabox), resources))


def _form(content: bytes, box: list[float], resources: DictionaryObject) -> DecodedStreamObject:
    form = DecodedStreamObject()
    form.set_data(content)
    form = form.flate_encode()
    form.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject(map(FloatObject, box)),
            NameObject("/Resources"): resources,
        }
    )
    return form
