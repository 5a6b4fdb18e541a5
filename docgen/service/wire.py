"""How the service and its workers speak over a socket: a head in JSON and a body of bytes. Nothing that is read is run."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any

_SIZES = struct.Struct("!IQ")
#: The largest head and body that are read, in bytes: a worker may be led by a file to write anything.
HEAD_LIMIT, BODY_LIMIT = 16 << 20, 4 << 30
_encode = json.JSONEncoder(separators=(",", ":")).encode


class WireBroken(Exception):
    """The other side writes what is no message."""


def packed(head: Mapping[str, Any], body: bytes = b"") -> bytes:
    """Return a message as it is sent."""
    text = _encode(head).encode()
    return b"".join((_SIZES.pack(len(text), len(body)), text, body))


class MessageReader:
    """Puts messages together from the pieces in which they come."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._size = 0
        self._needed = _SIZES.size

    def feed(self, data: bytes) -> list[tuple[dict[str, Any], bytes]]:
        """Return the messages that are whole with these bytes; raise WireBroken for what is none."""
        self._pieces.append(data)
        self._size += len(data)
        if self._size < self._needed:
            return []
        content = b"".join(self._pieces) if len(self._pieces) > 1 else data
        found, begin = [], 0
        while (message := self._message(content, begin)) is not None:
            head, body, begin = message
            found.append((head, body))
        rest = content[begin:] if begin else content
        self._pieces, self._size = [rest] if rest else [], len(rest)
        return found

    def _message(self, content: bytes, begin: int) -> tuple[dict[str, Any], bytes, int] | None:
        """Return the message that begins here, and where it ends; None if it is not whole yet."""
        self._needed = _SIZES.size
        if len(content) - begin < _SIZES.size:
            return None
        head_size, body_size = _SIZES.unpack_from(content, begin)
        if head_size > HEAD_LIMIT or body_size > BODY_LIMIT:
            raise WireBroken
        first = begin + _SIZES.size
        middle, end = first + head_size, first + head_size + body_size
        if len(content) < end:
            self._needed = end - begin
            return None
        try:
            head = json.loads(content[first:middle])
        except (ValueError, RecursionError):
            raise WireBroken from None
        if not isinstance(head, dict):
            raise WireBroken
        return head, content[middle:end], end
