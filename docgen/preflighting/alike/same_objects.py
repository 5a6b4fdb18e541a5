"""Objects of several files that are the same: all that they hold, and all that they lead to, is equal byte by byte."""

from __future__ import annotations

import hashlib

from docgen.pdf.source import SourceFile
from docgen.pdf.syntax import DEPTH, damaged, entries, renumbered


class SameObjects:
    """Gives each object that differs from all before an identity, counted from 0."""

    def __init__(self) -> None:
        self._known: dict[bytes, int] = {}

    def identity(self, digest: bytes) -> int:
        """Return the identity of an object by the digest of what it holds."""
        return self._known.setdefault(digest, len(self._known))


class FileObjects:
    """The objects of one file, with the identities that they have among those of several."""

    def __init__(self, source: SourceFile, same: SameObjects):
        self._source, self._same = source, same
        self._digests: dict[int, bytes] = {}
        self._numbers: dict[int, int] = {}

    def identity(self, number: int) -> int:
        """Return the identity of an object; raise ValueError for one that is damaged, or leads to itself."""
        identity = self._same.identity(self._digest(number, 0))
        self._numbers.setdefault(identity, number)
        return identity

    def number(self, identity: int) -> int:
        """Return the number that an object has in this file; KeyError where none was asked for that is the same."""
        return self._numbers[identity]

    def flat(self, raw: bytes, depth: int = 0) -> bytes:
        """Return an object as it is written but for its references: how many these are, then the digests of what they lead to.

        Nothing that is written in an object can be mistaken for what it refers to.
        """
        if depth > DEPTH:
            raise damaged(raw)
        digests: list[bytes] = []

        def noted(number: int) -> bytes:
            digests.append(self._digest(number, depth))
            return b"0 0 R"

        plain = renumbered(raw, noted)
        return b"%d:%s%s" % (len(digests), plain, b"".join(digests))

    def _digest(self, number: int, depth: int) -> bytes:
        if number not in self._digests:
            found = self._source.object(number)
            digest = hashlib.sha256(self.flat(found.head, depth + 1))
            if found.stream_at is not None:
                digest.update(b" stream " + self._source.encoded(found, entries(found.head)))
            self._digests[number] = digest.digest()
        return self._digests[number]
