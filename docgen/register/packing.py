"""The detail of an event of many documents, which repeats the same names a thousand times, is stored compressed.

What is hashed is the text, so that the chain of an older book stays as it is.
"""

from __future__ import annotations

import zlib

#: The level at which it is compressed: hashes, the most of it, do not become shorter by more work.
LEVEL = 1
#: How many bytes a detail has at most: a thousand documents with the longest jobs and keys stay far below it.
LIMIT = 1 << 26


def packed(detail: str) -> bytes:
    """Return the detail of an event of many documents as it is stored."""
    return zlib.compress(detail.encode(), LEVEL)


def detail_of(detail: object, content: object) -> str:
    """Return the detail of an event from the columns `detail` and `packed`; raise ValueError where docgen did not write them."""
    if content is None and isinstance(detail, str):
        return detail
    if detail != "" or not isinstance(content, bytes | bytearray | memoryview):
        raise ValueError(detail)
    reader = zlib.decompressobj()
    try:
        found = reader.decompress(bytes(content), LIMIT)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if not reader.eof or reader.unused_data:
        raise ValueError(len(found))
    return found.decode()
