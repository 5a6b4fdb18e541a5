"""The chain of events: what happened to each document, who did it and when; each event holds the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, insert, select, update

from docgen.register.schema import book, event
from docgen.register.values import canonical, clerk, stamp


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, to one document or (None) to the book or its stock."""

    what: str
    document: int | None = None
    detail: Mapping[str, object] = field(default_factory=dict)


def lock_book(connection: Connection) -> None:
    """Wait until no other writes, and keep others from it until the transaction ends."""
    connection.execute(select(book.c.id).with_for_update()).one()


def add_events(connection: Connection, events: Iterable[Event]) -> None:
    """Write events at the end of the chain; the book is locked."""
    count, last = connection.execute(select(book.c.events, book.c.hash)).one()
    who, at, rows = clerk(), stamp(), []
    for each in events:
        count += 1
        detail = canonical(each.detail)
        last = event_hash(last, count, each.document, at, who, each.what, detail)
        rows.append(
            {"id": count, "document_id": each.document, "at": at, "clerk": who, "what": each.what, "detail": detail, "hash": last}
        )
    if rows:
        connection.execute(insert(event), rows)
        connection.execute(update(book).values(events=count, hash=last))


_encode = json.JSONEncoder(ensure_ascii=False).encode


def event_hash(before: str, number: int, document: int | None, at: str, who: str, what: str, detail: str) -> str:
    """Return the hash of an event that follows the one with the hash `before`."""
    text = _encode([before, number, document, at, who, what, detail])
    return hashlib.sha256(text.encode()).hexdigest()


def seal(connection: Connection) -> tuple[int, str]:
    """Return how many events there are, and the hash of the last, which stands for all of them."""
    return tuple(connection.execute(select(book.c.events, book.c.hash)).one())


def is_in_chain(connection: Connection, known: str) -> bool:
    """Return whether an event has a hash that somebody noted down."""
    return connection.execute(select(event.c.id).where(event.c.hash == known)).first() is not None


def broken_links(connection: Connection) -> Iterator[int]:
    """Give the number of each event that does not follow from the one before it, and the next one where the end is cut off."""
    before, number = "", 0
    for row in connection.execute(select(event).order_by(event.c.id)):
        number += 1
        if row.id != number or row.hash != event_hash(
            before, row.id, row.document_id, row.at, row.clerk, row.what, row.detail
        ):
            yield number
            number = row.id
        before = row.hash
    if (number, before) != seal(connection):
        yield number + 1
