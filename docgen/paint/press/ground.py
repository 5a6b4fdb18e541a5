"""The artwork of a page as one form XObject: painted by WeasyPrint, read out by pypdf, and kept for the next volume."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from docgen.artwork import ArtworkFolders
from docgen.compose.page import FrameItem, Item, Page, PictureItem
from docgen.paint.press.file import PdfFile


@dataclass(frozen=True, slots=True)
class CopiedObject:
    """An object taken out of a file: its bytes, a number where it refers to the object of that index, and its stream if any."""

    parts: tuple[bytes | int, ...]
    stream: bytes | None = None


    def written(self, numbers: Sequence[int]) -> bytes:
        """Return what stands before the stream, where the object of index n has the number `numbers[n]`."""
        return b"".join([b"%d 0 R" % numbers[part] if isinstance(part, int) else part for part in self.parts])


@dataclass(frozen=True)
class Ground:
    """The objects of a ground, its form XObject first."""

    objects: tuple[CopiedObject, ...]

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of its objects in order, numbered from 0, their streams inflated: of what it draws, wherever it stands."""
        digest, numbers = hashlib.sha256(), range(len(self.objects))
        for number, each in zip(numbers, self.objects, strict=True):
            head = each.written(numbers)
            stream = b"" if each.stream is None else b"stream\n%s\nendstream\n" % _inflated(head, each.stream)
            digest.update(b"%d 0 obj\n%s\n%sendobj\n" % (number, head, stream))
        return digest.hexdigest()

    def write(self, file: PdfFile) -> int:
        """Write all objects; return the number of the form XObject."""
        numbers = [file.reserve() for _object in self.objects]
        for each, number in zip(self.objects, numbers, strict=True):
            if each.stream is None:
                file.add(each.written(numbers), number)
            else:
                file.add_encoded(each.stream, each.written(numbers), number)
        return numbers[0]


def _inflated(head: bytes, stream: bytes) -> bytes:
    """Return a stream as it is before compression, which may differ from one version of zlib to the next."""
    return zlib.decompress(stream) if b"/Filter /FlateDecode" in head else stream


def ground_of(page: Page, items: tuple[Item, ...], artwork: ArtworkFolders) -> Ground:
    """Return the ground of `items`; DataError for artwork that is missing or unfit for print."""
    files = tuple(artwork.stamp(name) for item in items for name in _names(item))
    return _ground(Page(page.width, page.height, items), artwork, files)


def _names(item: Item) -> tuple[str, ...]:
    """Return the names of the artwork that an item draws."""
    if isinstance(item, FrameItem):
        return (f"{item.artwork}-side", f"{item.artwork}-corner")
    return (item.artwork,) if isinstance(item, PictureItem) else ()


@lru_cache(maxsize=16)
def _ground(page: Page, artwork: ArtworkFolders, _files: tuple[tuple[str, int], ...]) -> Ground:
    """Paint a ground; it stays the same as long as its files stay as they are."""
    from pypdf import PdfReader

    from docgen.paint.ground import lay_under
    from docgen.paint.weasy import empty_pdf, paint_artwork

    pdf = lay_under(empty_pdf(page.width, page.height), [page], artwork, paint_artwork)
    forms = PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/XObject"]
    copier = _Copier()
    copier.copy(forms.raw_get(next(iter(forms))))
    return Ground(tuple(copier.objects))


class _Copier:
    """Takes objects out of a file, each once; they refer to each other by their index in `objects`."""

    def __init__(self) -> None:
        self.objects: list[CopiedObject] = []
        self._indexes: dict[int, int] = {}

    def copy(self, reference) -> int:
        """Take over the object that is referred to, and all that it refers to; return its index."""
        from pypdf.generic import StreamObject

        if reference.idnum not in self._indexes:
            self._indexes[reference.idnum] = index = len(self.objects)
            self.objects.append(CopiedObject(()))
            thing = reference.get_object()
            if isinstance(thing, StreamObject):
                self.objects[index] = CopiedObject(tuple(self._entries(thing, without="/Length")), thing._data)
            else:
                self.objects[index] = CopiedObject(tuple(self._inline(thing)))
        return self._indexes[reference.idnum]

    def _entries(self, dictionary, without: str = "") -> list[bytes | int]:
        names = [name for name in dictionary if name != without]
        return [part for name in names for part in (f"{name} ".encode(), *self._inline(dictionary.raw_get(name)))]

    def _inline(self, thing) -> list[bytes | int]:
        """Return an object as it stands within another one."""
        from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

        if isinstance(thing, IndirectObject):
            return [self.copy(thing)]
        if isinstance(thing, DictionaryObject):
            return [b"<<", *self._entries(thing), b">>"]
        if isinstance(thing, ArrayObject):
            return [b"[", *(part for each in list.__iter__(thing) for part in (*self._inline(each), b" ")), b"]"]
        buffer = io.BytesIO()
        thing.write_to_stream(buffer)
        return [buffer.getvalue()]
