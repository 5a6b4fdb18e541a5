"""A PDF file written from front to back: objects, object streams and the cross-reference stream (ISO 32000-1, 7.5)."""

from __future__ import annotations

import hashlib
import sys
import zlib
from array import array
from collections.abc import Sequence
from copy import copy
from itertools import accumulate
from typing import IO

from docgen.paint.strings import literal

#: How many small objects share one object stream (7.5.7), or a few more that are written together.
GROUP = 200
#: How many bytes of streams are compressed together: each by itself, between other work, takes twice the time.
COMPRESSED_TOGETHER = 1 << 16
#: Bytes of the fields of a cross-reference entry, eight in all: a file of up to a terabyte.
WIDTHS = (1, 5, 2)
HEADER = b"%%PDF-%s\n%%\xe2\xe3\xcf\xd3\n"


#: The level that streams of single pages are compressed at: it takes half the time of 6, for a tenth more bytes.
QUICK = 3


def deflate(content: bytes, level: int = 6) -> bytes:
    """Return content compressed as the filter FlateDecode reads it (7.4.4)."""
    return zlib.compress(content, level)


class PdfFile:
    """Numbers and writes objects of a file of `version`; with `identified`, an /ID is made of all that it holds (14.4).

    Dictionaries wait for others to share a compressed stream, streams for others to be compressed one after another.
    """

    def __init__(self, file: IO[bytes], version: bytes = b"1.7", identified: bool = False):
        self._file = file
        self._position = 0
        self._digest = hashlib.sha256() if identified else None
        # One entry an object (7.5.8.3), as the bytes of one number: kind, place, index. The place of a stream is its offset,
        # that of a member of an object stream is that stream's number.
        self._entries = array("Q", [_entry(0, 0, 65535)])
        self._waiting: list[tuple[int, bytes]] = []
        # Content, entries and number of each stream that waits.
        self._streams: list[tuple[bytes, bytes, int]] = []
        self._size = 0
        self._write(HEADER % version)

    def continued(self, file: IO[bytes], content: bytes) -> PdfFile:
        """Return a file that goes on as this one does, with other content of the only stream that waits.

        `file` holds what this one has written.
        """
        [(_content, entries, number)] = self._streams
        other = copy(self)
        other._file, other._entries, other._waiting = file, self._entries[:], self._waiting[:]
        other._digest = self._digest and self._digest.copy()
        other._streams = [(content, entries, number)]
        return other

    def hold_first(self) -> None:
        """Write the streams that wait but for the first: files that are otherwise alike differ in it."""
        held, self._streams = self._streams[:1], self._streams[1:]
        self._write_streams()
        self._streams = held

    @property
    def waiting_stream(self) -> bytes:
        """The content of the first stream that waits to be compressed."""
        return self._streams[0][0] if self._streams else b""

    @property
    def fingerprint(self) -> bytes:
        """The first half of the SHA-256 of what was written so far, 16 bytes; empty for a file that is not identified."""
        return self._digest.digest()[:16] if self._digest else b""

    def _write(self, content: bytes) -> None:
        self._file.write(content)
        if self._digest:
            self._digest.update(content)
        self._position += len(content)

    def reserve(self) -> int:
        """Return the number of an object that will be written later."""
        self._entries.append(0)
        return len(self._entries) - 1

    def add(self, content: bytes, number: int | None = None) -> int:
        """Write an object that is no stream; return its number."""
        number = self.reserve() if number is None else number
        self._waiting.append((number, content))
        if len(self._waiting) >= GROUP:
            self.end_group()
        return number

    def add_all(self, contents: Sequence[bytes]) -> int:
        """Write objects that are no streams, under numbers that follow each other; return the first."""
        first = len(self._entries)
        self._entries.extend([0] * len(contents))
        self._waiting += enumerate(contents, first)
        if len(self._waiting) >= GROUP:
            self.end_group()
        return first

    def add_apart(self, content: bytes) -> int:
        """Write an object that is no stream by itself, where files that are otherwise alike differ in it; return its number."""
        number = self.reserve()
        self._entries[number] = _entry(1, self._position)
        self._write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
        return number

    def add_stream(self, content: bytes, entries: bytes = b"", number: int | None = None) -> int:
        """Write a stream that is to be compressed; return its number.

        `entries` are those of its dictionary but for length and filter.
        """
        number = self.reserve() if number is None else number
        self._streams.append((content, entries, number))
        self._size += len(content)
        if self._size >= COMPRESSED_TOGETHER:
            self._write_streams()
        return number

    def _write_streams(self) -> None:
        encoded = [deflate(content, QUICK) for content, _entries, _number in self._streams]
        for content, (_content, entries, number) in zip(encoded, self._streams, strict=True):
            self.add_encoded(content, entries + b"/Filter/FlateDecode", number)
        self._streams.clear()
        self._size = 0

    def add_encoded(self, content: bytes, entries: bytes, number: int | None = None) -> int:
        """Write a stream whose content is encoded already, as its `entries` say."""
        number = self.reserve() if number is None else number
        self._entries[number] = _entry(1, self._position)
        self._write(b"%d 0 obj\n<<%s/Length %d>>stream\n%s\nendstream\nendobj\n" % (number, entries, len(content), content))
        return number

    def end_group(self) -> None:
        """Put the objects that wait into an object stream, though it holds fewer than it may."""
        if not self._waiting:
            return
        stream, entries = self.reserve(), self._entries
        for entry, (number, _content) in enumerate(self._waiting, _entry(2, stream)):  # the index is its lowest part
            entries[number] = entry
        body = [content for _number, content in self._waiting]
        offsets = accumulate([len(content) + 1 for content in body], initial=0)
        head = (
            b" ".join([b"%d %d" % (number, at) for (number, _content), at in zip(self._waiting, offsets, strict=False)]) + b"\n"
        )
        self._waiting.clear()
        self.add_stream(head + b"\n".join(body), b"/Type/ObjStm/N %d/First %d" % (len(body), len(head)), stream)

    def write_waiting(self) -> None:
        """Write the objects and streams that wait."""
        self.end_group()
        self._write_streams()

    def close(self, root: int, info: int) -> None:
        """Write what waits, the cross-reference stream and the trailer."""
        self.write_waiting()
        number, position = self.reserve(), self._position
        self._entries[number] = _entry(1, position)
        if sys.byteorder == "little":
            self._entries.byteswap()
        entries = b"/Type/XRef/W[%d %d %d]/Size %d/Root %d 0 R/Info %d 0 R" % (*WIDTHS, len(self._entries), root, info)
        if name := self.fingerprint.hex().encode():
            entries += b"/ID[<%s><%s>]" % (name, name)
        self.add_stream(self._entries.tobytes(), entries, number)
        self._write_streams()
        self._write(b"startxref\n%d\n%%%%EOF\n" % position)


def _entry(kind: int, place: int, index: int = 0) -> int:
    """Return an entry of the cross-reference stream as one number: its fields, `WIDTHS` bytes wide, one after another."""
    return kind << 56 | place << 16 | index


def text_string(text: str) -> bytes:
    """Return a text string (7.9.2.2) in UTF-16BE."""
    return literal(b"\xfe\xff" + text.encode("utf-16-be"))
