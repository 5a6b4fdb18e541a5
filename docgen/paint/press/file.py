"""A PDF file written from front to back: objects, object streams and the cross-reference stream (ISO 32000-1, 7.5)."""

from __future__ import annotations

import sys
import zlib
from array import array
from collections.abc import Iterator
from typing import IO

#: How many small objects share one object stream (7.5.7).
GROUP = 200
HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def deflate(content: bytes) -> bytes:
    return zlib.compress(content, 6)


class PdfFile:
    """Numbers and writes objects. Dictionaries wait for others to share a compressed stream; streams go out at once."""

    def __init__(self, file: IO[bytes]):
        self._file = file
        self._position = 0
        # One entry an object (7.5.8.3): for a stream its offset; for a member of an object stream that stream's number.
        self._kinds, self._places, self._indexes = array("B", [0]), array("Q", [0]), array("H", [65535])
        self._waiting: list[tuple[int, bytes]] = []
        self._write(HEADER)

    def _write(self, content: bytes) -> None:
        self._file.write(content)
        self._position += len(content)

    def reserve(self) -> int:
        """Return the number of an object that will be written later."""
        self._kinds.append(0)
        self._places.append(0)
        self._indexes.append(0)
        return len(self._kinds) - 1

    def add(self, content: bytes, number: int | None = None) -> int:
        """Take an object that is no stream; return its number."""
        number = self.reserve() if number is None else number
        self._waiting.append((number, content))
        if len(self._waiting) == GROUP:
            self._flush()
        return number

    def add_stream(self, content: bytes, entries: bytes = b"", number: int | None = None) -> int:
        """Write a stream, compressed; `entries` are those of its dictionary beside length and filter. Return its number."""
        return self.add_encoded(deflate(content), entries + b"/Filter/FlateDecode", number)

    def add_encoded(self, content: bytes, entries: bytes, number: int | None = None) -> int:
        """Write a stream whose content is encoded already, as its `entries` say."""
        number = self.reserve() if number is None else number
        self._kinds[number], self._places[number] = 1, self._position
        self._write(b"%d 0 obj\n<<%s/Length %d>>stream\n%s\nendstream\nendobj\n" % (number, entries, len(content), content))
        return number

    def _flush(self) -> None:
        if not self._waiting:
            return
        offsets, body, stream = [], [], self.reserve()
        length = 0
        for index, (number, content) in enumerate(self._waiting):
            self._kinds[number], self._places[number], self._indexes[number] = 2, stream, index
            offsets.append(b"%d %d" % (number, length))
            body.append(content)
            length += len(content) + 1
        head = b" ".join(offsets) + b"\n"
        entries = b"/Type/ObjStm/N %d/First %d" % (len(body), len(head))
        self._waiting.clear()
        self.add_stream(head + b"\n".join(body), entries, stream)

    def close(self, root: int, info: int) -> None:
        """Write what waits, the cross-reference stream and the trailer."""
        self._flush()
        number, position = self.reserve(), self._position
        self._kinds[number], self._places[number] = 1, position
        rows = bytearray(9 * len(self._kinds))
        for column, byte in enumerate((*_bytes(self._kinds, 1), *_bytes(self._places, 6), *_bytes(self._indexes, 2))):
            rows[column::9] = byte
        entries = b"/Type/XRef/W[1 6 2]/Size %d/Root %d 0 R/Info %d 0 R" % (len(self._kinds), root, info)
        self.add_stream(bytes(rows), entries, number)
        self._write(b"startxref\n%d\n%%%%EOF\n" % position)


def _bytes(numbers: array, width: int) -> Iterator[bytes]:
    """Give the lowest `width` bytes of all numbers, the highest byte of each first."""
    content, size = (numbers if sys.byteorder == "big" else _swapped(numbers)).tobytes(), numbers.itemsize
    return (content[column::size] for column in range(size - width, size))


def _swapped(numbers: array) -> array:
    swapped = numbers[:]
    swapped.byteswap()
    return swapped


def text_string(text: str) -> bytes:
    """Return a text string (7.9.2.2) in UTF-16BE."""
    return b"<FEFF" + text.encode("utf-16-be").hex().upper().encode() + b">"
