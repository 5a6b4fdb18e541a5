"""The objects of a file that WeasyPrint writes, added to as those of a file of the press are."""

from __future__ import annotations

import pydyf

from docgen.paint.press.file import QUICK, deflate


class _Raw(pydyf.Object):  # type: ignore[misc]  # pydyf has no types
    """An object that is no stream, as the bytes that it is written as."""

    content = b"null"

    @property
    def data(self) -> bytes:
        return self.content


class _RawStream(pydyf.Stream):  # type: ignore[misc]
    """A stream whose content is encoded already, with the entries of its dictionary."""

    def __init__(self, content: bytes, entries: bytes):
        super().__init__()
        self._content, self._entries = content, entries

    @property
    def data(self) -> bytes:
        return b"<<%s/Length %d>>stream\n%s\nendstream" % (self._entries, len(self._content), self._content)


class PydyfObjects:
    """Adds objects to a file of pydyf, as `PdfFile` does; `fingerprint` names the document, 16 bytes."""

    def __init__(self, pdf: pydyf.PDF, fingerprint: bytes):
        self._pdf = pdf
        self.fingerprint = fingerprint

    def reserve(self) -> int:
        """Return the number of an object that will be written later."""
        return self._put(_Raw())

    def add(self, content: bytes, number: int | None = None) -> int:
        """Write an object that is no stream; return its number."""
        number = self.reserve() if number is None else number
        self._pdf.objects[number].content = content
        return number

    def add_stream(self, content: bytes, entries: bytes = b"") -> int:
        """Write a stream that is to be compressed; return its number."""
        return self.add_encoded(deflate(content, QUICK), entries + b"/Filter/FlateDecode")

    def add_encoded(self, content: bytes, entries: bytes, number: int | None = None) -> int:
        """Write a stream whose content is encoded already, as its `entries` say; return its number."""
        stream = _RawStream(content, entries)
        if number is None:
            return self._put(stream)
        stream.number = number
        self._pdf.objects[number] = stream
        return number

    def _put(self, each: pydyf.Object) -> int:
        self._pdf.add_object(each)
        return int(each.number)
