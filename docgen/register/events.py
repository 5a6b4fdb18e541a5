"""The chain of events: what happened to each document, who did it and when; each event holds the hash of the one before.

What a long job does to its documents is one event a thousand of them: its detail is a list of what is told of each, by its id,
and it stands at the first of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, select, update

from docgen.register.manyrows import insert_rows
from docgen.register.schema import book, event
from docgen.register.values import clerk, quoted, stamp


class Event(NamedTuple):
    """One thing that happened, to one document or (None) to the book or its stock; `detail` is canonical JSON."""

    what: str
    document: int | None
    detail: str


#: From how many events of one kind on they are written as one, and how far apart the documents may be that it tells of.
MANY, SPAN = 100, 1000


def lock_book(connection: Connection) -> None:
    """Wait until no other writes, and keep others from it until the transaction ends."""
    connection.execute(select(book.c.id).with_for_update()).one()


def add_events(connection: Connection, events: Iterable[Event]) -> None:
    """Write events at the end of the chain; the book is locked."""
    count, last = connection.execute(select(book.c.events, book.c.hash)).one()
    who, at, rows = clerk(), stamp(), []
    for what, document, detail in _written(events):
        count += 1
        last = event_hash(last, count, document, at, who, what, detail)
        rows.append((count, document, at, who, what, detail, last))
    if rows:
        insert_rows(connection, event, rows)
        connection.execute(update(book).values(events=count, hash=last))


def _written(events: Iterable[Event]) -> Iterator[Event]:
    """Give events as they are written: many of one kind, whose documents follow each other closely, as one."""
    for alike in _alike(events):
        if len(alike) < MANY:
            yield from alike
        else:
            each = ",".join([f'{{"id":{document},{detail[1:]}' for _what, document, detail in alike])
            yield alike[0]._replace(detail=f"[{each}]")


def _alike(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Give the events in lists of one kind, of documents within a span; what is of no document stands alone."""
    alike: list[Event] = []
    what, first = "", None
    for each in events:
        if each.what != what or first is None or each.document is None or not first < each.document < first + SPAN:
            yield alike
            alike, what, first = [], each.what, each.document
        alike.append(each)
    yield alike


def concerns(document: int) -> ColumnElement[bool]:
    """Return a condition for the events that tell of a document, alone or among others."""
    near = event.c.document_id.between(document - SPAN + 1, document)
    return near & ((event.c.document_id == document) | event.c.detail.startswith("["))


def details_in(row: Row) -> Iterator[tuple[int | None, dict[str, object]]]:
    """Give the documents that an event tells of, with what it tells of each: nothing where somebody has damaged it."""
    try:
        told = json.loads(row.detail)
        yield from [(each.pop("id"), each) for each in told] if isinstance(told, list) else [(row.document_id, dict(told))]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        yield row.document_id, {}


def event_hash(before: str, number: int, document: int | None, at: str, who: str, what: str, detail: str) -> str:
    """Return the hash of an event that follows the one with the hash `before`: that of a list of JSON, which is
    written out here because an encoder takes several times as long.
    """
    subject = "null" if document is None else document
    words = f"{quoted(at)}, {quoted(who)}, {quoted(what)}, {quoted(detail)}"
    return hashlib.sha256(f"[{quoted(before)}, {number}, {subject}, {words}]".encode()).hexdigest()


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
        if row.id != number or row.hash != event_hash(before, row.id, row.document_id, row.at, row.clerk, row.what, row.detail):
            yield number
            number = row.id
        before = row.hash
    if (number, before) != seal(connection):
        yield number + 1
