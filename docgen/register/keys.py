"""Idempotency-Keys: which request asked for which document, so that a request that is sent again gives no second number.

They are written in the transaction that gives the number, and stay as long as the document. What they bind is hashed: a key and a
body say nothing about who was meant.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, func, select

from docgen.errors import DataError
from docgen.messages import _
from docgen.register.events import Event, add_events
from docgen.register.schema import insert_rows, request
from docgen.register.values import canonical

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


def store(connection: Connection, asked: RequestKey, document: int) -> None:
    """Store the key of a request with the document that it asked for; the book must be locked."""
    last: int = connection.execute(select(func.coalesce(func.max(request.c.id), 0))).scalar_one()
    insert_rows(connection, request, [(last + 1, asked.key, asked.body, document)])
    detail = {"request": last + 1, "key": asked.key, "body": asked.body}
    add_events(connection, [Event(REQUESTED, document, canonical(detail))])
