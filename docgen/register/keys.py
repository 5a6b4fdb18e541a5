"""Idempotency-Keys: which request asked for which document, so that a request that is sent again gives no second number.

They are written in the transaction that gives the number, and stay as long as the document. What they bind is hashed: a key and a
body say nothing about who was meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from docgen.canonical import canonical
from docgen.errors import DataError
from docgen.messages import _
from docgen.register.events import Event, add_events
from docgen.register.hashes import stored_hash
from docgen.register.schema import insert_rows, request

#: The event of a document that a request with a key asked for.
REQUESTED = "requested"


class RequestKey(NamedTuple):
    """The key of a request and what it asked for: both as SHA-256 in hexadecimal."""

    key: str
    body: str


def document_of(connection: Connection, asked: RequestKey) -> int | None:
    """Return the id of the document that a request with this key asked for before, None for a new key.

    Raise DataError if that was another request.
    """
    row = connection.execute(select(request.c.body, request.c.document_id).where(request.c.key == asked.key)).one_or_none()
    if row is None:
        return None
    if row.body != asked.body:
        message = _("this Idempotency-Key belongs to another request")
        raise DataError.because("key-of-another", message, _("Give each request a key of its own."), key="Idempotency-Key")
    number: int = row.document_id
    return number


def known_among(connection: Connection, asked: Sequence[RequestKey]) -> set[str]:
    """Return the keys, of a few, that the book has."""
    query = select(request.c.key).where(request.c.key.in_([each.key for each in asked]))
    return set(connection.execute(query).scalars()) if asked else set()


def refuse_known(connection: Connection, asked: Sequence[RequestKey]) -> None:
    """Raise DataError if the book has one of a few keys, or two of them are one."""
    if known_among(connection, asked) or len({each.key for each in asked}) < len(asked):
        raise DataError.because("key-in-use", _("a request with this Idempotency-Key is under way"))


def store(connection: Connection, pairs: Sequence[tuple[RequestKey, int]]) -> None:
    """Store the keys of requests, each with the document that it asked for; the book must be locked."""
    last: int = connection.execute(select(func.coalesce(func.max(request.c.id), 0))).scalar_one()
    rows, events = [], []
    for number, (asked, document) in enumerate(pairs, last + 1):
        rows.append((number, stored_hash(asked.key), stored_hash(asked.body), document))
        detail = {"request": number, "key": asked.key, "body": asked.body}
        events.append(Event(REQUESTED, document, canonical(detail)))
    if rows:
        insert_rows(connection, request, rows)
        add_events(connection, events)
