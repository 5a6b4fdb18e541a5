"""The artwork of a page as one form XObject: painted by WeasyPrint once, and kept ready from then on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from docgen.artwork import SIZE_LIMIT, ArtworkFolders
from docgen.compose.page import FrameItem, Item, Layer, Page, PictureItem
from docgen.files import read_bytes
from docgen.paint.press import cache as kept
from docgen.paint.press.copying import CopiedObject, copy_form
from docgen.paint.press.file import PdfFile, deflate


def background_of(page: Page, items: tuple[Item, ...], artwork: ArtworkFolders) -> Background:
    """Return the ground of `items` on a sheet like that of `page`; DataError for artwork that is missing or unfit for print."""
    files = tuple(artwork.stamp(name) for item in items for name in _names(item))
    return _background(Page(page.width, page.height, items), artwork, files)


def _names(item: Item) -> tuple[str, ...]:
    """Return the names of the artwork that an item draws."""
    if isinstance(item, FrameItem):
        return (f"{item.artwork}-side", f"{item.artwork}-corner")
    return (item.artwork,) if isinstance(item, PictureItem) else ()


@lru_cache(maxsize=16)
def _background(page: Page, artwork: ArtworkFolders, _files: tuple[tuple[str, int], ...]) -> Background:
    """Take a ground from disk or paint it; it stays the same as long as its files stay as they are.

    The picture of a record is its own affair, and nothing of it is kept on disk.
    """
    if any(item.layer is not Layer.MASTER for item in page.items):
        return Background(paint(page, artwork))
    name = _content(page, artwork)
    objects = kept.load(name)
    if objects is None:
        objects = paint(page, artwork)
        kept.save(name, objects)
    return Background(objects)


def _content(page: Page, artwork: ArtworkFolders) -> str:
    """Return the SHA-256 of all that a ground shows: its geometry, and the content of its artwork."""
    digest = hashlib.sha256(repr(page).encode())
    for name in (name for item in page.items for name in _names(item)):
        path = artwork.find(name)
        digest.update(f"\n{path.name} ".encode() + hashlib.sha256(read_bytes(path, SIZE_LIMIT)).digest())
    return digest.hexdigest()


def paint(page: Page, artwork: ArtworkFolders) -> tuple[CopiedObject, ...]:
    """Return the objects of a ground, its form XObject first."""
    from docgen.paint.pdf.background import lay_under
    from docgen.paint.pdf.weasy import empty_pdf, paint_artwork

    return copy_form(lay_under(empty_pdf(page.width, page.height), [page], artwork, paint_artwork))


@dataclass(frozen=True)
class Background:
    """The objects of a ground, its form XObject first."""

    objects: tuple[CopiedObject, ...]

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of its objects, numbered from 0, streams inflated: of what it draws, in whichever file it stands."""
        digest, numbers = hashlib.sha256(), range(len(self.objects))
        for number, each in zip(numbers, self.objects, strict=True):
            stream = b"" if each.stream is None else b"stream\n%s\nendstream\n" % each.stream
            digest.update(b"%d 0 obj\n%s\n%sendobj\n" % (number, _written(each, numbers), stream))
        return digest.hexdigest()

    @cached_property
    def _encoded(self) -> tuple[bytes | None, ...]:
        return tuple(each.stream if each.is_encoded or each.stream is None else deflate(each.stream) for each in self.objects)

    def write(self, file: PdfFile) -> int:
        """Write all objects; return the number of the form XObject."""
        numbers = [file.reserve() for _object in self.objects]
        for each, stream, number in zip(self.objects, self._encoded, numbers, strict=True):
            content = _written(each, numbers)
            if stream is None:
                file.add(content, number)
            else:
                file.add_encoded(stream, content if each.is_encoded else content + b"/Filter/FlateDecode", number)
        return numbers[0]


def _written(copied: CopiedObject, numbers: Sequence[int]) -> bytes:
    """Return what stands before the stream, where the object of index n has the number `numbers[n]`."""
    return b"".join([b"%d 0 R" % numbers[part] if isinstance(part, int) else part for part in copied.parts])
