"""How the book stores a hash: as its 32 bytes, where a text of hexadecimal digits takes 64; Python sees the digits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

#: How many bytes a SHA-256 has.
SIZE = 32
#: What is before a text that is no hash: with it, it never has as many bytes as one.
NO_HASH = b"?" * (SIZE + 1)


def stored_hash(digits: str) -> bytes:
    """Return what is stored of a hash in 64 hexadecimal digits; of another text, which no hash is, its own bytes."""
    try:
        found = bytes.fromhex(digits)
    except ValueError:
        return _other(digits)
    return found if len(found) == SIZE and found.hex() == digits else _other(digits)


def _other(text: str) -> bytes:
    """Return the bytes of a text that is no hash, as a damaged book may hold: never as many as those of a hash."""
    return NO_HASH + text.encode("utf-8", "surrogatepass")


def read_hash(stored: object) -> object:
    """Return the digits of a stored hash, else a text that no hash is."""
    if isinstance(stored, bytes | bytearray | memoryview):
        found = bytes(stored)
        return found.hex() if len(found) == SIZE else found.removeprefix(NO_HASH).decode("utf-8", "backslashreplace")
    return stored if stored is None else f"?{stored}"


class Hash(TypeDecorator[str]):
    """A column of hashes."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Return what is stored."""
        return None if value is None else stored_hash(value)

    def process_literal_param(self, value: str | None, dialect: Dialect) -> str:
        """Return the hash in a statement that is shown."""
        return repr(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """Return what reads a column; the file may have been changed, so that there is a text in it."""
        return read_hash
