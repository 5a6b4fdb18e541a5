"""Who has a document for the same course already: a second number would be for one person twice."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, bindparam, func, or_, select

from docgen.errors import Problem
from docgen.form import Form
from docgen.form.people import course_fields, name_fields
from docgen.kazakh import same_letters
from docgen.messages import _
from docgen.register.current import DOCUMENTS, SKELETON, now, record_in
from docgen.register.events import UNREADABLE, BookEnd, book_end, damaged, holds_end
from docgen.register.planning import FEW, Plan, SeriesPlace, among, is_same_record
from docgen.register.queries import STREAMED
from docgen.register.schema import IN_FORCE, correction, document
from docgen.register.values import StoredRequest, content_key

if TYPE_CHECKING:
    from docgen.register.schema import AnyRow

IIN_DIGITS = 12
#: What may stand after a name where it is searched: an IIN.
AFTER_NAME = "0123456789 "
#: Of the bits that stand for what a book has, as many as 2 to this: 32 MB.
MOST_BITS = 28
#: How often an open book is asked for people before it is read as a whole, which takes as long as about so many questions.
ASKED_FIRST = 8


def issued_people(connection: Connection, form: Form, planned: Plan, job: str) -> list[Problem]:
    """Return a problem for each request that would get a number though its person has one for the course already.

    That is one from another job; the rows of a table are compared with each other before they are asked for. A document that is
    issued by itself, whose key is no row, is compared with those of its own job as well.

    Two documents are of one person as they are within a table (docgen.batching.people): they have one IIN or, where one of them
    has none, one name. A request with the same content is one of `planning.issued_records`.
    """
    fresh = [place for place in planned.places if not place.is_known] if name_fields(form) else []
    sought = _BySought(fresh)
    names = [field.name for field in course_fields(form)]
    found: dict[str, Problem] = {}
    for row in _documents(connection, form, _others(planned, job), sought):
        for place in sought.of(row.sought[len(row.number) :]):
            request = place.request
            if not is_same_record(request, row) and _course(names, request.record("")) == _course(names, record_in(row)):
                found.setdefault(request.key, _problem(place, row))
    return list(found.values())


class Others:
    """What other jobs have in the book, as bits: whose record or person is none of it for certain is told without asking.

    One hash in sixty is taken for another one; so few requests are then asked for exactly.
    """

    def __init__(self, connection: Connection, form: Form, job: str, *, by_person: bool):
        self._by_person = by_person and bool(name_fields(form))
        said = (document.c.content.label("issued"), now("content"), now("sought"))  # of a corrected one, also as it was issued
        query = select(document.c.number, *said).select_from(DOCUMENTS).where(
            document.c.form == form.id, document.c.job != job, document.c.state.in_(IN_FORCE)
        )  # fmt: skip
        count: int = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
        self._last = (1 << min(MOST_BITS, max(16, (count * 128).bit_length()))) - 1
        self._bits = bytearray(self._last + 1 >> 3 if count else 0)
        for number, issued, content, sought in connection.execute(query, execution_options=STREAMED) if count else ():
            for at in (*self._places_of(content, sought[len(number) :]), *self._places_of(issued, "")):
                self._bits[at >> 3] |= 1 << (at & 7)

    @property
    def is_nobody(self) -> bool:
        """Whether other jobs have nothing in the book."""
        return not self._bits

    def perhaps(self, requests: Iterable[StoredRequest]) -> list[StoredRequest]:
        """Return those of some requests whose record or person may be in the book under another job."""
        bits = self._bits
        return [
            each
            for each in requests
            if bits and any(bits[at >> 3] & 1 << (at & 7) for at in self._places_of(content_key(each.content), each.sought))
        ]

    def _places_of(self, content: int, sought: str) -> list[int]:
        names: list[object] = [content, *filter(None, _name_and_iin(sought))] if self._by_person else [content]
        return [hash(name) & self._last for name in names]


class NamesInBook:
    """The names and IINs of everybody in a book, as bits: who is none of them has no document for certain.

    It is for a book that stays open and is asked again and again, each time while it is locked. Others write to it as well:
    what they added is read before each question. What a book has never leaves it, but another copy may stand in its place, and
    what was added may be rolled back: then the last event that was seen is not there, and all is read anew.
    """

    def __init__(self) -> None:
        self._asked = self._most = self._people = self._last_bit = 0
        self._bits = bytearray()
        self._end: BookEnd | None = None
        #: The ids of the last document and of the last correction that were read.
        self._last = [0, 0]

    def perhaps(self, connection: Connection, planned: Plan) -> bool:
        """Return whether somebody who would get a number may be in the book, under whichever job and for whichever course.

        One name in some thousands is taken for another one. Raise DataError for a book that holds what docgen never writes.
        """
        self._asked += 1
        if self._asked <= ASKED_FIRST:
            return True
        self._follow(connection)
        fresh = [place.request.sought for place in planned.places if not place.is_known]
        return any(self._bits[at >> 3] & 1 << (at & 7) and self._bits[other >> 3] & 1 << (other & 7)
                   for sought in fresh for at, other in self._places_of(sought))  # fmt: skip

    def _follow(self, connection: Connection) -> None:
        """Read what was added to the book since it was read last."""
        end, last = book_end(connection), self._end
        if end == last:
            return
        if last is None or last.identity != end.identity or not holds_end(connection, last) or self._people > self._most:
            self._forget(connection)
        for place, query in enumerate(_ADDED):
            for number, sought, its_id in connection.execute(query, {"last": self._last[place]}, execution_options=STREAMED):
                self._last[place] = its_id
                self._people += 1
                self._note(number, sought)
        self._end = end

    def _forget(self, connection: Connection) -> None:
        """Begin anew, with room for twice what the book has."""
        self._most = max(10_000, 2 * sum(connection.execute(query).scalar_one() for query in _COUNTS))
        self._last_bit = (1 << min(MOST_BITS, (self._most * 64).bit_length())) - 1
        self._bits = bytearray(self._last_bit + 1 >> 3)
        self._people, self._last, self._end = 0, [0, 0], None

    def _note(self, number: str, sought: str) -> None:
        try:
            found = self._places_of(sought[len(number) :])
        except UNREADABLE:
            raise damaged() from None
        for at in (each for pair in found for each in pair):
            self._bits[at >> 3] |= 1 << (at & 7)

    def _places_of(self, sought: str) -> list[tuple[int, int]]:
        """Return the two bits of the name and of the IIN."""
        hashes = [hash(each) for each in _name_and_iin(sought) if each]
        return [(each & self._last_bit, each >> 31 & self._last_bit) for each in hashes]


#: What was added to the book since a document or correction, and how much it has: of documents and of corrections.
_ADDED = tuple(
    select(document.c.number, table.c.sought, table.c.id)
    .select_from(document if table is document else correction.join(document))
    .where(table.c.id > bindparam("last"))
    .order_by(table.c.id)
    for table in (document, correction)
)
_COUNTS = tuple(select(func.count()).select_from(table) for table in (document, correction))


def is_somebody_twice(form: Form, planned: Plan) -> bool:
    """Return whether two of the requests that would get a number are of one person, for one course."""
    fresh = [place for place in planned.places if not place.is_known] if name_fields(form) else []
    if len(fresh) < 2:
        return False
    sought = _BySought(fresh)
    names = [field.name for field in course_fields(form)]
    pairs = ((place, other) for place in fresh for other in sought.of(place.request.sought) if other is not place)
    return any(_course(names, place.request.record("")) == _course(names, other.request.record("")) for place, other in pairs)


class _BySought:
    """Requests by the IIN and by the name of their person, as the book has them to be searched: a name, then an IIN."""

    def __init__(self, places: Sequence[SeriesPlace]):
        self._by_iin: dict[str, list[SeriesPlace]] = defaultdict(list)
        self._by_name: dict[str, list[tuple[str, SeriesPlace]]] = defaultdict(list)
        for place in places:
            name, iin = _name_and_iin(place.request.sought)
            if iin:
                self._by_iin[iin].append(place)
            if name:
                self._by_name[name].append((iin, place))

    @property
    def names(self) -> list[str]:
        """The names of the people."""
        return list(self._by_name)

    @property
    def iins(self) -> list[str]:
        """Their IINs, of those that have one."""
        return list(self._by_iin)

    def of(self, sought: str) -> Iterator[SeriesPlace]:
        """Yield the requests that are of the person of a document."""
        name, iin = _name_and_iin(sought)
        if iin:
            yield from self._by_iin.get(iin, ())
        yield from (place for other, place in self._by_name.get(name, ()) if not (iin and other))


def _name_and_iin(sought: str) -> tuple[str, str]:
    before, _space, last = sought.strip().rpartition(" ")
    return (before.strip(), last) if len(last) == IIN_DIGITS and last.isdecimal() else (sought.strip(), "")


def _others(planned: Plan, job: str) -> ColumnElement[bool]:
    """Return the condition for documents other than those that are asked for."""
    keys = [place.request.key for place in planned.places]
    is_other = document.c.job != job
    return is_other if any(map(str.isdecimal, keys)) else or_(is_other, document.c.key.not_in(keys))


def _documents(connection: Connection, form: Form, others: ColumnElement[bool], sought: _BySought) -> Iterator[AnyRow]:
    """Yield the documents in force of others; where few people are asked for, those that may be theirs."""
    if not (sought.names or sought.iins):
        return
    columns = (document.c.number, document.c.job, *map(now, ("sought", "record", "content", "unprinted")), SKELETON)
    query = select(*columns).select_from(DOCUMENTS).where(
        document.c.form == form.id, others, document.c.state.in_(IN_FORCE)
    )  # fmt: skip
    query = query.order_by(document.c.id)
    if len(sought.names) + len(sought.iins) <= FEW:
        yield from among(connection, query, document.c.id, _perhaps_of(connection, sought))
    else:
        yield from connection.execute(query, execution_options=STREAMED)


def _perhaps_of(connection: Connection, sought: _BySought) -> list[int]:
    """Return the documents of the book that may be of these people, or might have been before they were corrected.

    Each table is read from front to back: by the index of a form, or joined, SQLite takes five times as long.
    """
    number = select(document.c.number).where(document.c.id == correction.c.document_id).scalar_subquery()
    corrected = (correction.c.document_id, correction.c.sought, number)
    found: set[int] = set()
    for its_id, text, its_number in ((document.c.id, document.c.sought, document.c.number), corrected):
        name = func.rtrim(func.ltrim(func.substr(text, func.length(its_number) + 1)), AFTER_NAME)
        iin = func.substr(text, func.length(text) - IIN_DIGITS + 1)
        asked = ((name, [each.rstrip(AFTER_NAME) for each in sought.names]), (iin, sought.iins))
        is_one = or_(*(part.in_(values) for part, values in asked if values))
        found.update(connection.scalars(select(its_id).where(is_one)))
    return sorted(found)


def _course(names: Sequence[str], record: str) -> list[str]:
    values: Mapping[str, object] = json.loads(record)
    return [same_letters(str(values.get(name) or "")) for name in names]


def _problem(place: SeriesPlace, row: AnyRow) -> Problem:
    names = {"number": row.number, "job": row.job}
    message = _("the same person has the number {number} for the same course already, from the job “{job}”", **names)
    hint = _("Take the row out, or make a duplicate: docgen register reissue. Are they two people of one name? "
             "Then add --allow-doubles.")  # fmt: skip
    return place.problem("person-issued", message, hint)
