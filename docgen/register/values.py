"""How the register stores a record: plain values in canonical JSON, their hashes, and who wrote them when.

A batch asks for tens of thousands of documents at once, so each is encoded once, as a `StoredRequest`, in which only the number
is still open.
"""

from __future__ import annotations

import hashlib
import json
import os
import pwd
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from types import MappingProxyType
from typing import NamedTuple

from docgen.canonical import canonical
from docgen.clock import set_time
from docgen.errors import visible
from docgen.form.numbering import Numbering
from docgen.register.skeleton import NUMBER, Divider, content_digest, filled

#: The fields that `register list --search` looks through.
SEARCHED = ("surname", "given_name", "patronymic", "employee", "iin")


@dataclass(frozen=True, slots=True)
class Request:
    """A document that is to be issued: `key` is unique within its job, `values` are its record as plain values.

    `unprinted` are values that the journal shows and the document does not print: the IIN, the place of work, the position.
    """

    key: str
    values: Mapping[str, object]
    unprinted: Mapping[str, object] = field(default_factory=dict)


#: No unprinted values, and their canonical JSON.
NONE: Mapping[str, object] = MappingProxyType({})
NOTHING = "{}"


class StoredRequest(NamedTuple):
    """A request as the book stores it; `number` is its own, empty where it has none, `issued` a day (2026-02-06).

    `skeleton` and `own` are its record (`register.skeleton`), with `NUMBER` in place of its number; `skeleton` is empty for a
    record that is stored as a whole. `content` is the SHA-256 of the record without the number. The first four are enough to
    foresee its number.
    """

    key: str
    number: str
    organization: str
    issued: str
    skeleton: str = ""
    own: str = ""
    unprinted: str = NOTHING
    content: str = ""
    sought: str = ""

    def record(self, number: str) -> str:
        """Return the record with a number, in canonical JSON."""
        return filled(self.skeleton or None, self.own.replace(NUMBER, quoted(number)))


class RequestWriter:
    """Puts the requests of a job into the words of the book; what their records have in common is found from the first ones."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering, self._divider = numbering, Divider(is_open=True)

    def learn(self, records: Iterable[Mapping[str, object]]) -> None:
        """Look at the records that are stored next, to see what they have in common."""
        if self._divider.is_learning:
            self._divider.learn(records)

    def stored(
        self, key: str, values: Mapping[str, object], unprinted: Mapping[str, object] = NONE, *, has_own_number: bool = True
    ) -> StoredRequest:
        """Return a request as the book stores it; the arguments are those of `Request`.

        Without `has_own_number`, the number among the values is one that the register gave.
        """
        numbering = self._numbering
        divided, own = self._divider.stored(values)
        skeleton = divided or ""
        return StoredRequest(
            key,
            str(values.get("number") or "").strip() if has_own_number else "",
            _spaced(str(values.get(numbering.organization) or "")),
            str(values.get(numbering.issued) or "")[:10],
            skeleton,
            own,
            canonical(unprinted) if unprinted else NOTHING,
            content_digest(skeleton, own),
            sought(values, unprinted),
        )


def stored_request(
    numbering: Numbering, key: str, values: Mapping[str, object], unprinted: Mapping[str, object] = NONE
) -> StoredRequest:
    """Return a request of a job that has no others, as the book stores it; the arguments are those of `Request`."""
    return RequestWriter(numbering).stored(key, values, unprinted)


def stored_together(numbering: Numbering, requests: Sequence[Request]) -> list[StoredRequest]:
    """Return the requests of a job as the book stores them."""
    writer = RequestWriter(numbering)
    writer.learn(each.values for each in requests)
    return [writer.stored(each.key, each.values, each.unprinted) for each in requests]


@lru_cache(maxsize=256)
def _spaced(name: str) -> str:
    return " ".join(name.split())


def digest(record: str, unprinted: str = "") -> str:
    """Return the SHA-256 of a record and of its unprinted values, both in canonical JSON."""
    return hashlib.sha256(f"{record}\n{unprinted}".encode()).hexdigest()


def content_key(content: str) -> int:
    """Return what stands for the content of a record in the book, of which this is the SHA-256: its first 64 bits, signed."""
    found = int(content[:16], 16)
    return found - (1 << 64) if found >> 63 else found


def content_of(record: str) -> str:
    """Return the content of a record in canonical JSON: the SHA-256 of the record without its number."""
    return digest(canonical({name: value for name, value in json.loads(record).items() if name != "number"}), "")


def sought(values: Mapping[str, object], unprinted: Mapping[str, object] = NONE) -> str:
    """Return the words that searching looks through, apart from the number."""
    words = filter(None, map(values.get, SEARCHED))
    more = filter(None, map(unprinted.get, SEARCHED)) if unprinted else ()
    return " ".join(map(str, (*words, *more))).strip().casefold()


def organization_key(name: str) -> str:
    """Return the key of an organization: without regard to case and white space, lest a typing slip begin a sequence."""
    return " ".join(name.split()).casefold()


#: Who works with the register and the time that the caller gave for its events; empty and None where nothing was given.
_working: ContextVar[tuple[str, datetime | None]] = ContextVar("docgen clerk", default=("", None))


@contextmanager
def working_as(name: str | None, time: datetime | None = None) -> Iterator[None]:
    """Use a clerk's name, and a time for events, until the block ends; None leaves either as it is."""
    former_name, former_time = _working.get()
    token = _working.set((name.strip()[:200] if name else former_name, time or former_time))
    try:
        yield
    finally:
        _working.reset(token)


def clerk() -> str:
    """Return the clerk's name, of `working_as` or `DOCGEN_CLERK`, with the user of the system in parentheses where they differ.

    The name is what somebody says of himself; the user is what the system knows.
    """
    name = _working.get()[0] or os.environ.get("DOCGEN_CLERK", "").strip()[:200]
    user = system_user()
    return visible(f"{name} ({user})" if name not in ("", user) else user)


def system_user() -> str:
    """Return the name of the user whose process this is; no environment variable decides it."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a user without a name, as in some containers
        return f"user {os.getuid()}"


def today() -> date:
    """Return today's date in the clerk's time zone, or the date of `SOURCE_DATE_EPOCH`."""
    return (set_time() or datetime.now()).date()


def stamp() -> str:
    """Return the time of an event as it is stored: 2026-02-06T09:30:00Z.

    It is the present, or what `working_as` was given. `SOURCE_DATE_EPOCH` dates documents; the past of a book it does not.
    """
    return (_working.get()[1] or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
