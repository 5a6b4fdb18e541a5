"""What of a record the register keeps: plain values, one spelling of them, and who and when."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from docgen.clock import set_time
from docgen.errors import visible

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


def canonical(values: Mapping[str, object]) -> str:
    """Return values as JSON of one spelling: names in order, nothing between, dates as 2026-02-06, what is missing left out."""
    given = {name: value for name, value in values.items() if value is not None}
    return _encode(given) if given else "{}"


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


#: One encoder for all: making one a record would take as long as encoding it.
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain).encode


def digest(record: str, also: str = "") -> str:
    """Return the SHA-256 of a record in canonical JSON, and of what the journal tells beside it."""
    return hashlib.sha256(f"{record}\n{also}".encode()).hexdigest()


def content_of(values: Mapping[str, object]) -> str:
    """Return the SHA-256 of a record without its number."""
    return digest(canonical({name: value for name, value in values.items() if name != "number"}))


def sought(number: str, *values: Mapping[str, object]) -> str:
    """Return the text that searching looks through."""
    words = [str(each[name]) for each in values for name in SOUGHT if each.get(name)]
    return " ".join([number, *words]).casefold()


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
