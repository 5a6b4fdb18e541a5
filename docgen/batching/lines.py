"""The lines of a sidecar, one a record: JSON of what the manifest says of it and, last, of what only the batch needs.

Where a register numbers the batch, what it is asked to keep follows after a tab, in parts that tabs divide: JSON has none, and no
value that can be printed. So it is read without being parsed. The last part, the values for the slots of its skeleton, has tabs
of its own; what many requests of a volume share (organization, day, skeleton) is written once.

They are written by hand, since an encoder takes five times as long over an object of a few texts; the manifest copies their
facts, byte for byte. An object's key cannot be found within a text, where its quotation marks would be escaped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

#: The key of what does not go into the manifest, the number in full last of all.
INTERNAL = b', "internal": '
_INTERNAL = re.compile(INTERNAL + rb"[^\n]*\n")
_IN_FULL = re.compile(rb'"in_full": ([^\n]*)\n')

#: Return a value as JSON; a day and what else JSON has no word for as text.
as_json = json.JSONEncoder(ensure_ascii=False, default=str).encode


def line_of(
    row: int,
    number: object,
    volume: str,
    page: int,
    sha256: str,
    fields_sha256: str,
    own_file: Mapping[str, str],
    internal: Mapping[str, object],
    in_full: str | None,
) -> bytes:
    """Return the line of a record; `volume` is its name as JSON, `fields_sha256` empty where no field is printed."""
    facts = f'"row": {row}, "number": {as_json(number)}, "volume": {volume}, "page": {page}, "sha256": "{sha256}"'
    if fields_sha256:
        facts += f', "fields_sha256": "{fields_sha256}"'
    if own_file:
        facts += f", {as_json(own_file)[1:-1]}"
    more = f"{as_json(internal)[1:-1]}, " if internal else ""
    last = "null" if in_full is None else as_json(in_full)
    return f'{{{facts}, "internal": {{{more}"in_full": {last}}}}}\n'.encode()


class RequestLines:
    """Writes what the register is asked to keep after the lines of a volume; what many requests share stands after the first."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str], str] = {}

    def with_request(self, line: bytes, sha256: str, number: str, request: Sequence[str]) -> bytes:
        """Return a line with a request, and what the register notes when all is printed: number and SHA-256 of the pages.

        The parts of the request are those of `register.StoredRequest`.
        """
        key, own_number, organization, issued, skeleton, own, *more = request
        shared = (organization, issued, skeleton)
        known = self._known.get(shared)
        if known is None:
            known = self._known[shared] = str(len(self._known))
            known += as_json(shared)  # with its slots escaped
        return b"%s\t%s\n" % (line[:-1], "\t".join((sha256, number, key, own_number, known, *more, own)).encode())


class RequestReader:
    """Reads the requests from the lines of volumes, one after another from the first."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[str, str, str]] = {}

    def request_in(self, line: bytes) -> list[str]:
        """Return the parts of a request."""
        _facts, _sha256, _number, _key, _own_number, shared, _rest = line.split(b"\t", 6)
        organization, issued, skeleton = self._known.get(shared) or self._shared_in(shared)
        key, own_number, _shared, unprinted, content, sought, own = line[:-1].decode().split("\t", 9)[3:]
        return [key, own_number, organization, issued, skeleton, own, unprinted, content, sought]

    def asked_in(self, line: bytes) -> tuple[str, str, str, str]:
        """Return of a request what its number depends on: its key, its own number, organization and day."""
        _facts, _sha256, _number, key, own_number, shared, _rest = line.split(b"\t", 6)
        organization, issued, _skeleton = self._known.get(shared) or self._shared_in(shared)
        return key.decode(), own_number.decode(), organization, issued

    def _shared_in(self, shared: bytes) -> tuple[str, str, str]:
        """Return what a request shares with others, of which this is the first in its volume."""
        name, bracket, values = shared.partition(b"[")
        organization, issued, skeleton = json.loads(bracket + values)
        self._known[name] = organization, issued, skeleton
        return organization, issued, skeleton


def number_in(line: bytes) -> str:
    """Return the number that was printed."""
    return line.split(b"\t", 3)[2].decode()


def printed_in(line: bytes) -> tuple[str, str]:
    """Return the key of a record in the register, and the SHA-256 of its pages."""
    _facts, sha256, _number, key, _rest = line.split(b"\t", 4)
    return key.decode(), sha256.decode()


def facts_of_line(line: bytes) -> bytes:
    """Return what the manifest says of the record, as JSON; ValueError for a line that `line_of` has not written."""
    return line[: line.index(INTERNAL)] + b"}"


def facts_of_lines(lines: bytes) -> bytes:
    """Return the same of each of the lines, one a line with a comma between two: at a quarter of the time."""
    return _INTERNAL.sub(b"},\n", lines)[:-2]


def in_full_in(lines: bytes) -> list[bytes]:
    """Return the number in full of each of the lines, as it is written there, to be compared with that of others."""
    return _IN_FULL.findall(lines)


def read_line(line: bytes) -> dict[str, Any]:
    """Return all that a line says, in one mapping; ValueError, TypeError or RecursionError for one that is damaged."""
    line = line.rstrip(b"\n").partition(b"\t")[0]
    internal = line[line.index(INTERNAL) + len(INTERNAL) : -1]
    facts: dict[str, Any] = json.loads(facts_of_line(line).decode())
    more: dict[str, Any] = json.loads(internal.decode())
    return facts | more
