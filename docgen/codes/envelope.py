"""A message as the text of a symbol: deflated where that is shorter (RFC 1950), in Base45 (RFC 9285), behind a prefix.

All its letters are those of the alphanumeric mode of a QR code, which takes 11 bits for two of them.
"""

from __future__ import annotations

import zlib

from docgen.codes.failures import DamagedCode
from docgen.codes.sign1 import SIZE_LIMIT

#: What the text of a code begins with: docgen, version 1.
PREFIX = "DG1:"
#: The first byte of a deflated message, which none of COSE has (RFC 1950, 2.2: deflate, a window of 32 kB).
DEFLATED = b"\x78"
#: Letters of a text: those of the largest QR code at level L (ISO/IEC 18004, table 7).
LETTERS = 4296


def written(message: bytes) -> str:
    """Return a message as a text."""
    import base45

    text: str = base45.b45encode(min(zlib.compress(message, 9), message, key=len)).decode()
    return PREFIX + text


def is_ours(text: str) -> bool:
    """Return whether a text says that it is a code of docgen."""
    return text.startswith(PREFIX)


def opened(text: str) -> bytes:
    """Return the message of a text; raise DamagedCode for another text, or one that inflates without end."""
    import base45

    if not is_ours(text) or len(text) > LETTERS:
        raise DamagedCode
    try:
        content = base45.b45decode(text.removeprefix(PREFIX))
    except ValueError:
        raise DamagedCode from None
    return _inflated(content) if content[:1] == DEFLATED else content


def _inflated(content: bytes) -> bytes:
    """Return what was deflated; of what has no end, no more is inflated than a message may have."""
    inflater = zlib.decompressobj()
    try:
        message = inflater.decompress(content, SIZE_LIMIT + 1)
    except zlib.error:
        raise DamagedCode from None
    if not inflater.eof or inflater.unused_data or len(message) > SIZE_LIMIT:
        raise DamagedCode
    return message
