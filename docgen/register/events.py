"""The chain of events: what happened to each document, who did it and when; each event holds the hash of the one before it.

A long job writes one event for up to a thousand documents: its detail is a list with an object for each document, and its
`document_id` is the first of them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from json.encoder import encode_basestring as quoted
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, Connection, select, update

from docgen.errors import DataError
from docgen.messages import _
from docgen.register.packing import detail_of, packed
from docgen.register.schema import book, event, insert_rows
from docgen.register.values import clerk, stamp

if TYPE_CHECKING:
    from docgen.register.schema import AnyRow


class Event(NamedTuple):
    """One thing that happened, to one document or (None) to the book or its stock; `detail` is canonical JSON."""

    what: str
    document: int | None
    detail: str


class LinkedEvent(NamedTuple):
    """An event in the chain: its number, and the columns of its row, with its detail as text."""

    id: int
    document_id: int | None
    at: str
    clerk: str
    what: str
    detail: str
    hash: str


#: What reading raises of a text or a row that docgen did not write.
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError)
#: How many events of one kind are written as one event at least, and how many ids the documents of such an event span at most.
MANY, SPAN = 100, 1000


class Signature(NamedTuple):
    """Who writes to the book, and when (2026-02-06T09:30:00Z)."""

    clerk: str
    at: str


def lock_book(connection: Connection) -> None:
    """Wait until nobody else writes, and lock other writers out until the transaction ends."""
    connection.execute(select(book.c.id).with_for_update()).all()


def signature(connection: Connection) -> Signature:
    """Return who writes now. The time is never before that of the last event: a clock may have been set back."""
    count, _last = seal(connection)
    before = connection.execute(select(event.c.at).where(event.c.id == count)).scalar() or ""
    return Signature(clerk(), max(stamp(), str(before)))


def add_events(connection: Connection, events: Iterable[Event], signed: Signature | None = None) -> None:
    """Append events to the chain, `signed` or signed now; the book must be locked."""
    rows = linked(connection, events, signed)
    if rows:
        insert_rows(connection, event, [_columns(row) for row in rows])
        connection.execute(update(book).values(events=rows[-1][0], hash=rows[-1][6]))


def linked(connection: Connection, events: Iterable[Event], signed: Signature | None) -> list[LinkedEvent]:
    """Return events as the next ones of the chain; nothing is written."""
    count, last = seal(connection)
    who, at = signed or signature(connection)
    rows = []
    for what, document, detail in _merged(events):
        count += 1
        last = event_hash(last, count, document, at, who, what, detail)
        rows.append(LinkedEvent(count, document, at, who, what, detail, last))
    return rows


def _columns(row: LinkedEvent) -> tuple[object, ...]:
    """Return the columns of an event, in the order of the table's."""
    return (*row._replace(detail=""), packed(row.detail)) if row.detail.startswith("[") else (*row, None)


def _merged(events: Iterable[Event]) -> Iterator[Event]:
    """Yield events as they are written: many of one kind, of documents with close ids, as one."""
    for alike in _alike(events):
        if len(alike) < MANY:
            yield from alike
        else:
            each = ",".join([f'{{"id":{document},{detail[1:]}' for _what, document, detail in alike])
            yield alike[0]._replace(detail=f"[{each}]")


def _alike(events: Iterable[Event]) -> Iterator[list[Event]]:
    """Yield consecutive events of one kind, of documents within SPAN, as one list; an event of no document has its own."""
    alike: list[Event] = []
    what, first = "", None
    for each in events:
        if each.what != what or first is None or each.document is None or not first < each.document < first + SPAN:
            yield alike
            alike, what, first = [], each.what, each.document
        alike.append(each)
    yield alike


def may_concern(document: int) -> ColumnElement[bool]:
    """Return a condition for the events that may concern a document, alone or among others."""
    near = event.c.document_id.between(document - SPAN + 1, document)
    return near & ((event.c.document_id == document) | event.c.packed.is_not(None))


def details_in(row: AnyRow) -> Iterator[tuple[int | None, dict[str, object]]]:
    """Yield the id of each document that an event concerns, with its detail; an empty detail where the event was damaged."""
    try:
        detail = json.loads(detail_of(row.detail, row.packed))
        if isinstance(detail, list):
            yield from [(int(each.pop("id")), dict(each)) for each in detail]
        else:
            yield row.document_id, dict(detail)
    except UNREADABLE:
        yield row.document_id, {}


def event_hash(before: str, number: int, document: int | None, at: str, who: str, what: str, detail: str) -> str:
    """Return the hash of an event that follows the one with the hash `before`: the SHA-256 of a JSON list.

    The list is written out here because an encoder takes several times as long.
    """
    subject = "null" if document is None else document
    words = f"{quoted(at)}, {quoted(who)}, {quoted(what)}, {quoted(detail)}"
    return hashlib.sha256(f"[{quoted(before)}, {number}, {subject}, {words}]".encode()).hexdigest()


def seal(connection: Connection) -> tuple[int, str]:
    """Return how many events there are, and the hash of the last, which vouches for all of them.

    Raise DataError if the book does not hold such a pair: it was damaged.
    """
    match connection.execute(select(book.c.events, book.c.hash)).all():
        case [(int(events), str(last))]:
            return events, last
    raise damaged()


class BookEnd(NamedTuple):
    """How far a book goes: its identity, how many events it has, and the hash of the last, its seal."""

    identity: str
    events: int
    hash: str


def book_end(connection: Connection) -> BookEnd:
    """Return how far the book goes; raise DataError as `seal`, and for an identity that docgen did not write."""
    events, last = seal(connection)
    identity = connection.execute(select(book.c.identity)).scalar_one()
    if not isinstance(identity, str) or not re.fullmatch(r"[0-9a-f]{64}", identity):
        raise damaged()
    return BookEnd(identity, events, last)


def holds_end(connection: Connection, end: BookEnd) -> bool:
    """Return whether a book was once as long as `end` says, with that seal; it may be longer now."""
    found = connection.execute(select(event.c.hash).where(event.c.id == end.events)).scalar()
    return end.events == 0 or bool(found == end.hash)


def damaged() -> DataError:
    """Return the error for a book that holds what docgen never writes."""
    hint = _("docgen register verify says what was changed. Restore the last sound copy of it.")
    return DataError.because("register-damaged", _("the register holds what docgen did not write"), hint)


def is_in_chain(connection: Connection, known: str) -> bool:
    """Return whether an event has this hash, which somebody noted down, or the book had it when it was new."""
    found = select(event.c.id).where(event.c.hash == known).union_all(select(book.c.id).where(book.c.identity == known))
    return connection.execute(found).first() is not None


def broken_links(connection: Connection) -> Iterator[int]:
    """Yield the number of each event that does not follow from the one before it, and the first that is missing at the end."""
    before, number = _beginning(connection), 0
    for row in connection.execute(select(event).order_by(event.c.id)):
        number += 1
        if not _follows(row, before, number):
            yield number
            number = row.id if isinstance(row.id, int) else number
        before = row.hash
    if [(number, before)] != [tuple(row) for row in connection.execute(select(book.c.events, book.c.hash))]:
        yield number + 1


def _beginning(connection: Connection) -> object:
    """Return what the first event follows from: the identity of the book.

    In a book from before books had one, it follows from nothing, and its hash became the identity.
    """
    identity = connection.execute(select(book.c.identity)).scalar()
    first = connection.execute(select(event.c.hash).where(event.c.id == 1)).scalar()
    return "" if first == identity else identity


def _follows(row: AnyRow, before: object, number: int) -> bool:
    """Return whether an event has this number and follows from the one with the hash `before`."""
    try:
        detail = detail_of(row.detail, row.packed)
    except ValueError:
        return False
    words = (before, row.at, row.clerk, row.what)
    if row.id != number or not all(isinstance(each, str) for each in words):
        return False
    if not isinstance(row.document_id, int | None):
        return False
    calculated: bool = row.hash == event_hash(str(before), row.id, row.document_id, row.at, row.clerk, row.what, detail)
    return calculated
