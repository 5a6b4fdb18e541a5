"""Where the objects of a PDF lie (ISO 32000-1, 7.5.4 and 7.5.8).

A file with one cross-reference stream, as our volumes are, keeps its table as the bytes that it is: eight an object. Every other
file, a damaged one too, is read by pypdf.
"""

from __future__ import annotations

import os
import re
import zlib
from dataclasses import dataclass
from typing import IO, Protocol

from docgen.pdf.syntax import entries, members, value_at

_START = re.compile(rb"startxref[\0\t\n\f\r ]+(\d+)[\0\t\n\f\r ]+%%EOF[\0\t\n\f\r ]*$")
_HEAD = re.compile(rb"[\0\t\n\f\r ]*\d+[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+obj")
_STREAM = re.compile(rb"[\0\t\n\f\r ]*stream(?:\r\n|\n)")
#: How many bytes the dictionary of a cross-reference stream has at most to be read here, and the end of the file.
HEAD, TAIL = 1 << 12, 1 << 10
#: The kinds of an entry (7.5.8.3): a free number, an object at an offset, one in an object stream.
FREE, AT_OFFSET, PACKED = 0, 1, 2


class ObjectTable(Protocol):
    """Where objects lie, and what the trailer says."""

    @property
    def trailer(self) -> dict[bytes, bytes]:
        """The entries of the trailer, as they are written."""

    def place(self, number: int) -> tuple[int, int]:
        """Return the kind of an object, and its offset or the number of the object stream that it is in."""


@dataclass(frozen=True)
class StreamTable:
    """A cross-reference stream: entries of `widths` bytes, one for each number from 0."""

    trailer: dict[bytes, bytes]
    content: bytes
    widths: tuple[int, int, int]

    def place(self, number: int) -> tuple[int, int]:
        """Return the kind of an object, and its offset or the number of the object stream that it is in."""
        kind, where, index = self.widths
        begin = number * (kind + where + index)
        entry = self.content[begin : begin + kind + where]
        if len(entry) < kind + where:
            return FREE, 0
        return int.from_bytes(entry[:kind], "big"), int.from_bytes(entry[kind:], "big")


class FoundTable:
    """What pypdf found out of a file."""

    def __init__(self, file: IO[bytes]):
        import io

        from pypdf import PdfReader

        reader = PdfReader(file)
        self._offsets = {number: offset for found in reader.xref.values() for number, offset in found.items()}
        self._packed = {number: holder for number, (holder, _index) in reader.xref_objStm.items()}
        self.trailer: dict[bytes, bytes] = {}
        for name in ("/Root", "/Info", "/Encrypt", "/ID"):
            if name in reader.trailer:
                buffer = io.BytesIO()
                reader.trailer.raw_get(name).write_to_stream(buffer)
                self.trailer[name.encode()] = buffer.getvalue()

    def place(self, number: int) -> tuple[int, int]:
        """Return the kind of an object, and its offset or the number of the object stream that it is in."""
        if number in self._packed:
            return PACKED, self._packed[number]
        return (AT_OFFSET, self._offsets[number]) if number in self._offsets else (FREE, 0)


def object_table(file: IO[bytes]) -> ObjectTable:
    """Return the table of an open file; what pypdf raises for one that is no PDF."""
    try:
        table = _stream_table(file)
    except (ValueError, KeyError, StopIteration, zlib.error):
        table = None  # pypdf repairs what can be repaired
    return table or FoundTable(file)


def _stream_table(file: IO[bytes]) -> StreamTable | None:
    """Return the table of a file that has one cross-reference stream of all its objects; None for any other."""
    number, size = file.fileno(), os.fstat(file.fileno()).st_size
    start = _START.search(os.pread(number, TAIL, max(0, size - TAIL)))
    if start is None:
        return None
    raw = os.pread(number, HEAD, int(start[1]))
    head = _HEAD.match(raw)
    if head is None:
        return None
    begin, end = value_at(raw, head.end())
    stream, trailer = _STREAM.match(raw, end), entries(raw[begin:end])
    is_whole = trailer.get(b"/Type") == b"/XRef" and not trailer.keys() & {b"/Prev", b"/Index", b"/DecodeParms", b"/XRefStm"}
    if stream is None or not is_whole or trailer.get(b"/Filter") != b"/FlateDecode":
        return None
    content = os.pread(number, int(trailer[b"/Length"]), int(start[1]) + stream.end())
    first, second, third = map(int, members(trailer[b"/W"]))
    table = StreamTable(trailer, zlib.decompress(content), (first, second, third))
    return table if first and len(table.content) == int(trailer[b"/Size"]) * (first + second + third) else None
