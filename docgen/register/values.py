"""What of a record the register keeps: plain values, one spelling of them, and who and when.

A batch asks for tens of thousands of documents at once, so each is put into words once: as `Kept`, in which nothing but the
number is left open.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from json.encoder import encode_basestring as quoted
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
    also: Mapping[str, object] = field(default_factory=dict)


class Kept(NamedTuple):
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
    also: str = "{}"
    content: str = ""
    sought: str = ""

    def record(self, number: str) -> str:
        """Return the record with a number, in canonical JSON."""
        return _object(self.before, f'"number":{quoted(number)}', self.after)


def kept(numbering: Numbering, request: Request) -> Kept:
    """Return a request in the words of the book."""
    values, also = request.values, request.also
    before, after = [], []
    for name, member in _members(values):
        if name != "number":
            (before if name < "number" else after).append(member)
    before, after = ",".join(before), ",".join(after)
    return Kept(
        request.key,
        str(values.get("number") or "").strip(),
        " ".join(str(values.get(numbering.organization) or "").split()),
        str(values.get(numbering.issued) or "")[:10],
        before,
        after,
        canonical(also),
        digest(_object(before, after)),
        sought(values, also),
    )


def canonical(values: Mapping[str, object]) -> str:
    """Return values as JSON of one spelling: names in order, nothing between, dates as 2026-02-06, what is missing left out."""
    return _object(*(member for _name, member in _members(values)))


def _object(*members: str) -> str:
    return f"{{{','.join(filter(None, members))}}}"


def _members(values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Give each name with what stands in canonical JSON for it and its value, the names in order."""
    for name in sorted(values):
        value = values[name]
        if value is not None:
            yield name, f"{quoted(name)}:{_SPELLINGS.get(type(value), _encode)(value)}"


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain).encode
#: What writes most values: an encoder of JSON takes longer to begin than to write one of them.
_SPELLINGS: dict[type, Callable[..., str]] = {str: quoted, int: str, date: lambda day: f'"{day.isoformat()}"'}


def digest(record: str, also: str = "") -> str:
    """Return the SHA-256 of a record in canonical JSON, and of what the journal tells beside it."""
    return hashlib.sha256(f"{record}\n{also}".encode()).hexdigest()


def sought(*values: Mapping[str, object]) -> str:
    """Return the words that searching looks through, beside the number."""
    return " ".join([str(each[name]) for each in values for name in SOUGHT if each.get(name)]).casefold()


def organization_key(name: str) -> str:
    """Return what tells organizations apart: case and white space do not, or a slip of the key would begin a new sequence."""
    return " ".join(name.split()).casefold()


def clerk() -> str:
    """Return who works here: `DOCGEN_CLERK`, else the user of the system."""
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
