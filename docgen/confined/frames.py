"""How parent and child speak over a socket: frames of JSON and bytes. Nothing that is read is run."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Mapping, Sequence
from time import monotonic

#: The largest frame that is read, in bytes: a child may be led by a file to write anything.
LIMIT = 4 << 30
_HEAD = struct.Struct("!II")


class Broken(Exception):
    """The other side has closed the socket, or writes what is no frame."""


def send(
    connection: socket.socket, facts: Mapping[str, object], values: Sequence[object] = (), deadline: float | None = None
) -> None:
    """Write a frame: `facts`, which are plain, and values, each plain or bytes. TimeoutError after `deadline`."""
    blobs = [value for value in values if isinstance(value, bytes)]
    slots = [[len(value)] if isinstance(value, bytes) else {"": value} for value in values]
    header = json.dumps([facts, slots]).encode()
    for part in (_HEAD.pack(len(header), len(slots)) + header, *blobs):
        _limit(connection, deadline)
        try:
            connection.sendall(part)
        except (BrokenPipeError, ConnectionResetError):
            raise Broken from None


def receive(connection: socket.socket, deadline: float | None = None) -> tuple[dict[str, object], list[object]]:
    """Read a frame: its facts and its values. TimeoutError after `deadline`; Broken for what is no frame."""
    length, count = _HEAD.unpack(_read(connection, _HEAD.size, deadline))
    try:
        facts, slots = json.loads(_read(connection, length, deadline))
        if not isinstance(facts, dict) or len(slots) != count:
            raise Broken
        sizes = [slot[0] if isinstance(slot, list) else 0 for slot in slots]
        if not all(type(size) is int and size >= 0 for size in sizes) or sum(sizes) > LIMIT:
            raise Broken
        return facts, [_read(connection, slot[0], deadline) if isinstance(slot, list) else slot[""] for slot in slots]
    except (ValueError, TypeError, LookupError, RecursionError):
        raise Broken from None


def _read(connection: socket.socket, size: int, deadline: float | None) -> bytes:
    if size > LIMIT:
        raise Broken
    content = bytearray(size)
    rest = memoryview(content)
    while rest:
        _limit(connection, deadline)
        try:
            count = connection.recv_into(rest)
        except ConnectionResetError:
            count = 0
        if not count:
            raise Broken
        rest = rest[count:]
    return bytes(content)


def _limit(connection: socket.socket, deadline: float | None) -> None:
    """Let the next call on a socket wait no longer than until `deadline`, a time of `monotonic`."""
    if deadline is not None:
        left = deadline - monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)
