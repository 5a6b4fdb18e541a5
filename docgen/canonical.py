"""The canonical form of what a document prints: one text for its fields, the same wherever its hash stands (docs/canonical.md).

It is JSON as RFC 8785 (JCS) writes it: names sorted, no white space, UTF-8. The book of the register stores its records so; of a
finished document it says the form and the fields that are on the page, and no others.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import NamedTuple

from docgen.form import Form, body_names
from docgen.form.places import Place, Table
from docgen.prints import Print
from docgen.record import Record


def canonical(values: Mapping[str, object]) -> str:
    """Return values as canonical JSON: names sorted, no white space, dates as 2026-02-06, None left out."""
    return json_object(json_members(sorted(values), values))


def json_object(*members: str) -> str:
    """Return an object of members that are sorted already; empty ones are left out."""
    return f"{{{','.join(filter(None, members))}}}"


def json_members(names: Iterable[str], values: Mapping[str, object]) -> str:
    """Return the members of a canonical JSON object."""
    return ",".join(members(names, values))


def members(names: Iterable[str], values: Mapping[str, object]) -> list[str]:
    """Return the same one by one. Most values of a batch repeat, so their members are cached."""
    try:
        return [_known_member(name, value) for name in names if (value := values[name]) is not None]
    except TypeError:  # a list is not hashable
        return [_member(name, value) for name in names if (value := values[name]) is not None]


def _member(name: str, value: object) -> str:
    return f"{quoted(name)}:{member_value(value)}"


def member_value(value: object) -> str:
    """Return a value as it stands in a member; a nought below zero is nought (RFC 8785, 3.2.2.3).

    The two are equal, and which came first is chance.
    """
    value = 0.0 if type(value) is float and not value else value
    return quoted(value) if type(value) is str else _encode(value)


_known_member = lru_cache(maxsize=4096, typed=True)(_member)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain).encode


class PrintedNames(NamedTuple):
    """The fields that a form prints, sorted; which of them are lists; and of rows, the fields that are printed."""

    fields: tuple[str, ...]
    lists: tuple[str, ...]
    of_rows: frozenset[str]


@lru_cache(maxsize=64)
def printed_names(form: Form) -> PrintedNames:
    """Return the fields that a form puts on its pages as text: those that its places or its body name.

    Pictures are none of them: nobody reads a name of a file on a page.
    """
    of_rows: frozenset[str] = frozenset()
    if form.is_fixed:
        places: list[Place] = [place for side in form.sides for place in side.places]
        named = frozenset[str]().union(*(place.names for place in places))
        of_rows = of_rows.union(*(column.text.names for place in places if isinstance(place, Table) for column in place.columns))
    else:
        named, of_rows = body_names(form)
    fields = sorted(
        (field for field in form.fields if field.name in named and not field.is_picture), key=lambda field: field.name
    )
    return PrintedNames(tuple(field.name for field in fields), tuple(field.name for field in fields if field.takes_list), of_rows)


def printed_content(form: Form, values: Mapping[str, object]) -> str:
    """Return the canonical form of a document: its form, the edition where that has dates, and the fields on its pages.

    What is not given is left out. A day is 2026-02-06 however the form writes it, a number a number, and a text is as it is
    printed but for the capitals and the ends of lines that the form makes.
    """
    names = printed_names(form)
    if names.lists:
        parts: list[str] = []
        for name in names.fields:
            parts += _list_parts(name, values[name], names.of_rows) if name in names.lists else members((name,), values)
    else:
        parts = members(names.fields, values)
    edition = f'"edition":"{form.period.day}",' if form.period.day else ""
    return f'{{{edition}"fields":{{{",".join(parts)}}},"form":{quoted(form.id)}}}'


def _list_parts(name: str, value: object, of_rows: frozenset[str]) -> list[str]:
    """Return the member of a list in parts that commas divide, its rows: there may be 20,000; none where it has nothing."""
    if not isinstance(value, list):
        shown = _listed(value, of_rows)
        return [] if shown is None else [_member(name, shown)]
    rows = [_encode(_listed(each, of_rows)) for each in value]
    if rows:
        rows[0] = f"{quoted(name)}:[{rows[0]}"
        rows[-1] += "]"
    return rows


def _listed(value: object, of_rows: frozenset[str]) -> object:
    """Return a list with what is printed of it, None for one that has nothing."""
    if isinstance(value, list):
        return [_listed(each, of_rows) for each in value] or None
    if isinstance(value, Mapping):
        shown = {name: _listed(each, of_rows) for name, each in value.items() if name in of_rows}
        return {name: each for name, each in shown.items() if each is not None}
    return value


def printed_text(form: Form, record: Record, print: Print = Print.FULL) -> str:
    """Return a document's canonical form; empty where none of its fields is printed: a blank."""
    return "" if record.is_blank or print is Print.BLANK else printed_content(form, record.values)


def printed_digest(form: Form, record: Record, print: Print = Print.FULL) -> str:
    """Return the SHA-256 of a document's canonical form, in hexadecimal; empty where none of its fields is printed: a blank."""
    return digest_of(printed_text(form, record, print))


def digest_of(content: str) -> str:
    """Return the SHA-256 of a canonical form, in hexadecimal; empty for none."""
    return hashlib.sha256(content.encode()).hexdigest() if content else ""
