"""What of a record the register keeps: plain values, one spelling of them, and who and when.

A batch asks for tens of thousands of documents at once, so each is put into words once: as `Kept`, in which nothing but the
number is left open.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from types import MappingProxyType
from typing import NamedTuple

from docgen.clock import set_time
from docgen.errors import visible
from docgen.form.numbering import Numbering

#: What `register list --search` looks through.
SOUGHT = ("surname", "given_name", "patronymic", "employee", "iin")


@dataclass(frozen=True, slots=True)
class Request:
    """A document that is to be issued: `key` tells it from the others of its job, `values` are its record in plain values.

    `also` are values that the document does not print and the journal tells: the IIN, the place of work, the position.
    """

    key: str
    values: Mapping[str, object]
    unprinted: Mapping[str, object] = field(default_factory=dict)


#: What the journal tells beside a record, where it tells nothing; and how the book writes that.
NONE: Mapping[str, object] = MappingProxyType({})
NOTHING = "{}"


class StoredRequest(NamedTuple):
    """A request in the words of the book; `number` is its own, empty where it has none, `issued` a day (2026-02-06).

    `before` and `after` are the record in canonical JSON, up to its number and from there on; `content` is its SHA-256 without
    the number. To be told what number it may expect, a request need only have the first four.
    """

    key: str
    number: str
    organization: str
    issued: str
    before: str = ""
    after: str = ""
    unprinted: str = NOTHING
    content: str = ""
    sought: str = ""

    def record(self, number: str) -> str:
        """Return the record with a number, in canonical JSON."""
        return _object(self.before, f'"number":{quoted(number)}', self.after)


def stored_request(
    numbering: Numbering, key: str, values: Mapping[str, object], unprinted: Mapping[str, object] = NONE
) -> StoredRequest:
    """Return a request in the words of the book; the arguments are those of `Request`."""
    names_before, names_after = _around_number(tuple(values))
    before, after = _members(names_before, values), _members(names_after, values)
    return StoredRequest(
        key,
        str(values.get("number") or "").strip(),
        _spaced(str(values.get(numbering.organization) or "")),
        str(values.get(numbering.issued) or "")[:10],
        before,
        after,
        canonical(unprinted) if unprinted else NOTHING,
        digest(_object(before, after), ""),
        sought(values, unprinted) if unprinted else sought(values),
    )


@lru_cache(maxsize=64)
def _around_number(names: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Return the names of a record that stand before its number in canonical JSON, and those that stand after it."""
    return sorted(name for name in names if name < "number"), sorted(name for name in names if name > "number")


@lru_cache(maxsize=256)
def _spaced(name: str) -> str:
    return " ".join(name.split())


def canonical(values: Mapping[str, object]) -> str:
    """Return values as JSON of one spelling: names in order, nothing between, dates as 2026-02-06, what is missing left out."""
    return _object(_members(sorted(values), values))


def _object(*members: str) -> str:
    return f"{{{','.join(filter(None, members))}}}"


def _members(names: Iterable[str], values: Mapping[str, object]) -> str:
    """Return what stands in canonical JSON for names and their values. Most values of a batch repeat: they are remembered."""
    try:
        return ",".join([_known_member(name, value) for name in names if (value := values[name]) is not None])
    except TypeError:  # a list, which nothing can be remembered by
        return ",".join([_member(name, value) for name in names if (value := values[name]) is not None])


def _member(name: str, value: object) -> str:
    return f"{quoted(name)}:{quoted(value) if type(value) is str else _encode(value)}"


_known_member = lru_cache(maxsize=4096, typed=True)(_member)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain).encode


def digest(record: str, unprinted: str = "") -> str:
    """Return the SHA-256 of a record in canonical JSON, and of what the journal tells beside it."""
    return hashlib.sha256(f"{record}\n{unprinted}".encode()).hexdigest()


def sought(*values: Mapping[str, object]) -> str:
    """Return the words that searching looks through, beside the number."""
    return " ".join([" ".join(map(str, filter(None, map(each.get, SOUGHT)))) for each in values if each]).strip().casefold()


def organization_key(name: str) -> str:
    """Return what tells organizations apart: case and white space do not, or a slip of the key would begin a new sequence."""
    return " ".join(name.split()).casefold()


_working: ContextVar[str] = ContextVar("docgen clerk", default="")


@contextmanager
def working_as(name: str | None) -> Iterator[None]:
    """Let a clerk work until the block ends; None leaves it to the environment."""
    token = _working.set(visible(name.strip()[:200]) if name else _working.get())
    try:
        yield
    finally:
        _working.reset(token)


def clerk() -> str:
    """Return who works here: the clerk of `working_as`, else `DOCGEN_CLERK`, else the user of the system."""
    if name := _working.get():
        return name
    if name := os.environ.get("DOCGEN_CLERK", "").strip():
        return visible(name[:200])
    try:
        return visible(getpass.getuser()[:200])
    except (OSError, KeyError):  # a user without a name, as in some containers
        return f"user {os.getuid()}"


def today() -> date:
    """Return the day where the clerk is, or that of `SOURCE_DATE_EPOCH`."""
    return (set_time() or datetime.now()).date()


def stamp() -> str:
    """Return the time as it is stored: 2026-02-06T09:30:00Z."""
    return (set_time() or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
