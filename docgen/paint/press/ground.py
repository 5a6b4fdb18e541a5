"""The artwork of a page as one form XObject in the volume, painted by WeasyPrint and read out by pypdf."""

from __future__ import annotations

import io

from docgen.artwork import ArtworkFolders
from docgen.compose.page import Item, Page
from docgen.paint.press.file import PdfFile


def write_ground(file: PdfFile, page: Page, items: tuple[Item, ...], artwork: ArtworkFolders) -> int:
    """Write the ground of `items` and all that it refers to; return the number of its form XObject."""
    from pypdf import PdfReader

    from docgen.paint.ground import lay_under
    from docgen.paint.weasy import empty_pdf, paint_artwork

    ground = Page(page.width, page.height, items)
    pdf = lay_under(empty_pdf(page.width, page.height), [ground], artwork, paint_artwork)
    forms = PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/XObject"]
    return _Copier(file).copy(next(iter(forms.values())))


class _Copier:
    """Takes objects of one file over into another, each once, with the numbers that they get there."""

    def __init__(self, file: PdfFile):
        self._file = file
        self._numbers: dict[tuple[int, int], int] = {}

    def copy(self, thing) -> int:
        """Write an object, direct or referred to, as an indirect one; return its number."""
        from pypdf.generic import IndirectObject, StreamObject

        if isinstance(thing, IndirectObject):
            key = (thing.idnum, thing.generation)
            if key in self._numbers:
                return self._numbers[key]
            self._numbers[key] = number = self._file.reserve()
            return self._write(thing.get_object(), number)
        reference = thing.indirect_reference if isinstance(thing, StreamObject) else None
        return self.copy(reference) if reference else self._write(thing, self._file.reserve())

    def _write(self, thing, number: int) -> int:
        from pypdf.generic import StreamObject

        if isinstance(thing, StreamObject):
            entries = {name: value for name, value in thing.items() if name != "/Length"}
            return self._file.add_encoded(thing._data, self._dictionary(entries), number)
        return self._file.add(self._inline(thing), number)

    def _dictionary(self, entries) -> bytes:
        return b"".join(str(name).encode() + b" " + self._inline(value) for name, value in entries.items())

    def _inline(self, thing) -> bytes:
        """Return an object as it stands within another one, what it refers to copied first."""
        from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

        if isinstance(thing, IndirectObject):
            return b"%d 0 R" % self.copy(thing)
        if isinstance(thing, DictionaryObject):
            return b"<<" + self._dictionary({name: thing.raw_get(name) for name in thing}) + b">>"
        if isinstance(thing, ArrayObject):
            return b"[" + b" ".join(self._inline(each) for each in list.__iter__(thing)) + b"]"
        buffer = io.BytesIO()
        thing.write_to_stream(buffer)
        return buffer.getvalue()
