"""The detail of an event of many documents, which repeats the same names a thousand times, is stored in few bytes.

Its hashes are stored as bytes, in their order, after the rest of the text, which is compressed. What is hashed is the text
itself, so that the chain of an older book stays as it is.
"""

from __future__ import annotations

import re
import zlib

#: How many bytes a detail has at most: a thousand documents with the longest jobs and keys stay far below it.
LIMIT = 1 << 26
#: What stands in the text in place of a hash: no JSON of one line has it. How many bytes say how long the compressed text is.
SLOT, LENGTH = "\t", 4
#: The hash of a document or of a print: of the text, they cannot be compressed.
_BEFORE, _SIZE = '"sha256":"', 64
_HASH = re.compile(rf"(?<={_BEFORE})([0-9a-f]{{{_SIZE}}})")
_HASHES = re.compile("[0-9a-f]*")


def packed(detail: str) -> bytes:
    """Return the detail of an event of many documents as it is stored."""
    text, hashes = (detail, "") if SLOT in detail else _taken_apart(detail)
    content = zlib.compress(text.encode(), 1)
    return len(content).to_bytes(LENGTH) + content + bytes.fromhex(hashes)


def _taken_apart(detail: str) -> tuple[str, str]:
    """Return a detail with a slot in place of each hash, and all of its hashes."""
    first, *others = detail.split(_BEFORE)
    hashes = "".join([each[:_SIZE] for each in others])
    if len(hashes) == _SIZE * len(others) and _HASHES.fullmatch(hashes):
        return f"{_BEFORE}{SLOT}".join([first, *[each[_SIZE:] for each in others]]), hashes
    pieces = _HASH.split(detail)  # something else is there in place of a hash; the pattern takes many times as long
    return SLOT.join(pieces[::2]), "".join(pieces[1::2])


def detail_of(detail: object, content: object) -> str:
    """Return the detail of an event from the columns `detail` and `packed`; raise ValueError where docgen did not write them."""
    if content is None and isinstance(detail, str):
        return detail
    if detail != "" or not isinstance(content, bytes | bytearray | memoryview):
        raise ValueError(detail)
    whole = bytes(content)
    end = LENGTH + int.from_bytes(whole[:LENGTH])
    text, hashes = _decompressed(whole[LENGTH:end]), whole[end:].hex()
    if not hashes:
        return text
    return "".join(_interleaved(text.split(SLOT), hashes))


def _interleaved(texts: list[str], hashes: str) -> list[str]:
    if len(hashes) != _SIZE * (len(texts) - 1):
        raise ValueError(len(hashes))
    found = [texts[0]]
    for number, text in enumerate(texts[1:]):
        found += (hashes[_SIZE * number : _SIZE * (number + 1)], text)
    return found


def _decompressed(content: bytes) -> str:
    reader = zlib.decompressobj()
    try:
        found = reader.decompress(content, LIMIT)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if not reader.eof or reader.unused_data:
        raise ValueError(len(found))
    return found.decode()
