"""Which number each document of a job gets, and the one transaction that gives them.

An own number is kept where it is free. The others get, in their order, the lowest numbers of the sequence that are free: so a
sequence has no gaps once own numbers that ran ahead are reached. It begins at 1, or where the own numbers of the first job
begin when all of that job have one, or after the highest number of a register that was taken over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, func, insert, select, update

from docgen.errors import DataError, Problem, UsageError, Where
from docgen.fields import Rejected
from docgen.form import Form
from docgen.form.definition import check_numbered
from docgen.form.numbering import NumberPattern, read_pattern
from docgen.messages import _
from docgen.register import schema
from docgen.register.events import Event, add_events
from docgen.register.manyrows import insert_rows
from docgen.register.schema import document, series
from docgen.register.values import NOTHING, StoredRequest, canonical, clerk, digest, organization_key, quoted, stamp

#: How many values a query asks for by name, and how many times as many rows are fetched as are asked for.
FEW, TIMES = 100, 20


T = TypeVar("T")


@dataclass(slots=True)
class Series:
    """A sequence as a job finds it; `id` is None where the job begins it."""

    id: int | None
    form: str
    organization: str
    year: int
    pattern: NumberPattern
    floor: int
    is_empty: bool = False


@dataclass(slots=True)
class SeriesPlace:
    """A request with the series it belongs to and the number that it has or gets."""

    request: StoredRequest
    series: Series | None
    number: str = ""
    seq: int | None = None
    #: It has this number already, from the same job before.
    is_known: bool = False

    def problem(self, code: str, message: str, hint: str = "") -> Problem:
        key = self.request.key
        return Problem(code, message, hint, Where(key="number", row=int(key) if key.isdecimal() else None), self.number)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a job would write: every request in its order, and the sequences that they stand in."""

    places: list[SeriesPlace]
    series: list[Series] = field(default_factory=list)


def plan(
    connection: Connection, form: Form, requests: Sequence[StoredRequest], job: str, *, compare: bool = True, prints: bool = True
) -> Plan:
    """Return which number each request has or gets; DataError with every request that cannot have one.

    Without `compare`, a request need only have the number, organization and date of its record. With `prints`, a document that
    is void is refused: it is not printed again.
    """
    check_numbered(form)
    keys = [request.key for request in requests]
    _refuse_repeated(keys)
    known = _known(connection, form, job, keys)
    numbered = _Numbered(connection, form, compare, prints)
    problems: list[Problem] = []
    for request in requests:
        place = numbered.place(request, known.get(request.key), problems)
        if place is not None:
            numbered.places.append(place)
    fresh = defaultdict(list)
    for place in numbered.places:
        if not place.is_known:
            fresh[id(place.series)].append(place)
    for each in numbered.series:
        _give_numbers(connection, each, fresh[id(each)], known, problems)
    if problems:
        raise DataError(sorted(problems, key=lambda problem: problem.where.row or 0))
    return Plan(numbered.places, numbered.series)


def refuse_issued(connection: Connection, form: Form, planned: Plan, job: str) -> None:
    """DataError for each record that would get a number and stands in the book under another job already.

    A copy of a table under another name would else give everybody a second number. Records that the journal tells apart, as by
    the IIN, are of two people. One that brings a number of its own is meant.
    """
    fresh = [place for place in planned.places if not (place.is_known or place.request.number)]
    contents = {place.request.content: place for place in fresh}
    columns = (document.c.content, document.c.number, document.c.job, document.c.unprinted)
    query = select(*columns).where(document.c.form == form.id, document.c.job != job, document.c.state.in_(schema.IN_FORCE))
    problems = []
    for row in among(connection, query, document.c.content, list(contents)):
        place = contents.get(row.content)
        if place and (NOTHING in (place.request.unprinted, row.unprinted) or row.unprinted == place.request.unprinted):
            message = _("this record has the number {number} already, from the job “{job}”", number=row.number, job=row.job)
            hint = _("Name that job to print it again (--job), or make a duplicate: docgen register reissue.")
            problems.append(place.problem("record-issued", message, hint))
    if problems:
        raise DataError(sorted(problems, key=lambda problem: problem.where.row or 0))


def _refuse_repeated(keys: list[str]) -> None:
    if len(set(keys)) != len(keys):
        twice = next(key for number, key in enumerate(keys) if key in keys[:number])
        raise UsageError.because("key-twice", _("two records of the job have the key {key}", key=twice))


def _known(connection: Connection, form: Form, job: str, keys: list[str]) -> dict[str, Row]:
    """Return key → series, number, seq, hash and state of what this job was given before."""
    names = ("key", "series_id", "number", "seq", "sha256", "unprinted", "state")
    query = select(*map(document.c.get, names)).where(document.c.form == form.id, document.c.job == job)
    return {row.key: row for row in among(connection, query, document.c.key, keys)}


def among(connection: Connection, query: Select, column: ColumnElement, values: Sequence) -> Iterator[Row]:
    """Give the rows of a query about documents whose column has one of the values; where many are asked for, others too.

    All rows are fetched where there are not many times as many: PostgreSQL compares row by row with a long list. Else few are
    asked for at a time, so that a job does not take longer the longer the book is.
    """
    most = len(values) * TIMES
    if len(values) > FEW:
        there = query.with_only_columns(document.c.id, maintain_column_froms=True).limit(most + 1).subquery()
        if connection.execute(select(func.count()).select_from(there)).scalar_one() <= most:
            yield from connection.execute(query).all()
            return
    for begin in range(0, len(values), FEW):
        yield from connection.execute(query.where(column.in_(values[begin : begin + FEW])))


class _Numbered:
    """The requests of a job, each put to its series."""

    def __init__(self, connection: Connection, form: Form, compare: bool, prints: bool):
        self.connection, self.form, self.compare, self.prints = connection, form, compare, prints
        self.places: list[SeriesPlace] = []
        self._series: dict[tuple[str, int], Series] = {}
        #: The same by organization, as it is written, and date of issue.
        self._found: dict[tuple[str, str], Series] = {}

    @property
    def series(self) -> list[Series]:
        return list(self._series.values())

    def place(self, request: StoredRequest, known: Row | None, problems: list[Problem]) -> SeriesPlace | None:
        if known is not None:
            place = SeriesPlace(request, None, known.number, known.seq, is_known=True)
            if self.prints and known.state not in schema.IN_FORCE:
                message = _("the document with the number {number} is void, and is not printed again", number=known.number)
                hint = _("Leave this row out (--only), or print its duplicate: docgen register reissue.")
                problems.append(place.problem("document-void", message, hint))
            elif self.compare and _changed(request, known):
                message = _("the record was changed since it got the number {number}", number=known.number)
                hint = _("Is this another table? Then name it: --job NAME. Else undo the change, or void the old one.")
                problems.append(place.problem("record-changed", message, hint))
            return place
        own = request.number
        if not request.issued[:4].isdecimal():
            message = _("the date of issue is missing, and the number's year depends on it")
            problem = SeriesPlace(request, None, own).problem("date-missing", message).at(key=self.form.numbering.issued)
            problems.append(problem)
            return None
        found = self._found.get((request.organization, request.issued)) or self._find(request)
        return SeriesPlace(request, found, own, found.pattern.seq(own, found.year) if own else None)

    def _find(self, request: StoredRequest) -> Series:
        year = int(request.issued[:4])
        name = (organization_key(request.organization), year)
        if name not in self._series:
            self._series[name] = find_series(self.connection, self.form, request.organization, year)
        self._found[request.organization, request.issued] = self._series[name]
        return self._series[name]


def _changed(request: StoredRequest, known: Row) -> bool:
    unprinted = known.unprinted if request.unprinted == NOTHING else request.unprinted
    return digest(request.record(request.number or known.number), unprinted) != known.sha256


def find_series(connection: Connection, form: Form, organization: str, year: int) -> Series:
    """Return the sequence of an organization's numbers in a year, or the one that would begin."""
    row = connection.execute(
        select(series).where(
            series.c.form == form.id, series.c.organization_key == organization_key(organization), series.c.year == year
        )
    ).one_or_none()
    if row is not None:
        return Series(row.id, form.id, row.organization, year, NumberPattern(row.pattern), row.floor)
    other = connection.execute(select(schema.pattern.c.pattern).where(schema.pattern.c.form == form.id)).scalar()
    pattern = read_pattern(other) if other else form.numbering.number
    return Series(None, form.id, organization, year, pattern, 0, is_empty=True)


def set_pattern(connection: Connection, form: Form, text: str) -> None:
    """Let sequences of a form that begin from now on take another pattern; UsageError for what is none. The book is locked."""
    check_numbered(form)
    try:
        read_pattern(text)
    except (ValueError, Rejected):
        hint = _("Write it as {{seq:05d}} or {{year}}-{{seq:04d}}: with {{seq}} once, and {{year}} if you like.")
        raise UsageError.because("pattern-wrong", _("“{pattern}” is no pattern of numbers", pattern=text[:80]), hint) from None
    table = schema.pattern
    changed = connection.execute(update(table).where(table.c.form == form.id).values(pattern=text))
    if not changed.rowcount:
        connection.execute(insert(table).values(form=form.id, pattern=text))
    add_events(connection, [Event("pattern", None, canonical({"form": form.id, "pattern": text}))])


def _give_numbers(
    connection: Connection, series: Series, places: list[SeriesPlace], known: Mapping[str, Row], problems: list[Problem]
) -> None:
    """Give each place without a number of its own the next that is free, once the own ones have been looked at."""
    own = [place for place in places if place.number]
    _refuse_taken(connection, series, own, known, problems)
    seqs = {place.seq for place in own if place.seq is not None}
    if series.is_empty and seqs and len(own) == len(places):
        series.floor = min(seqs) - 1
    free = _free(connection, series, seqs)
    for place in places:
        if not place.number:
            place.seq = next(free)
            place.number = series.pattern.number(place.seq, series.year)


def _refuse_taken(
    connection: Connection, series: Series, own: list[SeriesPlace], known: Mapping[str, Row], problems: list[Problem]
) -> None:
    """Add a problem for each own number that another document has: one of this job, `known` from before or not, or of another."""
    hint = _("Take the number out, and the next free one is given; or write another.")
    numbers = _taken(connection, series, document.c.number, [place.number for place in own])
    seqs = _taken(connection, series, document.c.seq, [place.seq for place in own if place.seq is not None])
    first = {_place(row): key for key, row in known.items() if own and row.series_id == series.id}
    ours = set(first)
    for place in own:
        key, earlier = place.request.key, first.setdefault(_place(place), place.request.key)
        if (place.number in numbers or place.seq in seqs) and _place(place) not in ours:
            message = _("the number {number} of {year} is given already", number=place.number, year=series.year)
            problems.append(place.problem("number-taken", message, hint))
        elif earlier != key:
            message = _("the number {number} stands at {key} too", number=place.number, key=earlier)
            problems.append(place.problem("number-twice", message, hint))


def _place(of: SeriesPlace | Row) -> int | str:
    """Return what a number is unique by in its sequence: its place, or itself where it is of another shape."""
    return of.number if of.seq is None else of.seq


def _taken(connection: Connection, series: Series, column, values: list) -> set:
    if series.id is None:
        return set()
    query = select(column).where(document.c.series_id == series.id)
    return {value for (value,) in among(connection, query, column, values)}.intersection(values)


def _free(connection: Connection, series: Series, claimed: set[int]) -> Iterator[int]:
    """Give the free places of a sequence, lowest first."""
    begin, used = series.floor + 1, claimed
    if series.id is not None:
        above = (document.c.series_id == series.id, document.c.seq > series.floor)
        highest, number = connection.execute(select(func.max(document.c.seq), func.count()).where(*above)).one()
        if highest is not None and number == highest - series.floor:
            begin = highest + 1
        elif highest is not None:
            used = claimed.union(connection.execute(select(document.c.seq).where(*above)).scalars())
    return (seq for seq in count(begin) if seq not in used)


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """How documents enter the book: under which job and event, in which state, as a duplicate of which other."""

    job: str
    what: str = "issued"
    state: str = "issued"
    duplicate_of: int | None = None
    detail: Mapping[str, object] = field(default_factory=dict)


def write(connection: Connection, form: Form, planned: Plan, entry_of: Callable[[SeriesPlace], DocumentEntry]) -> None:
    """Store the documents of a plan that are new, each as its entry says and with its event. The book is locked."""
    _begin_series(connection, planned.series)
    last = _last_id(connection, document)
    who, at = clerk(), stamp()
    fresh = [place for place in planned.places if not place.is_known]
    for part in in_parts(list(enumerate(fresh, last + 1))):
        rows, events = [], []
        for number, place in part:
            entry = entry_of(place)
            row = _row(number, form, place, entry, who, at)
            rows.append(row)
            events.append(_event(number, place, row[SHA256], entry))
        insert_rows(connection, document, rows)
        add_events(connection, events)


#: Documents that are written at once.
PART = 1000


def in_parts(values: list[T]) -> Iterator[list[T]]:
    """Give the values of a long job in parts: the rows that are made of them need not be in memory all at once."""
    return (values[begin : begin + PART] for begin in range(0, len(values), PART))


#: The event that tells how a sequence begins, or where it goes on.
SEQUENCE = "sequence"


def _last_id(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()


def _begin_series(connection: Connection, planned: Iterable[Series]) -> None:
    """Store the series that are new. Their ids are our own: a server counts on where a transaction was undone, and a job that was
    stopped and done again would leave other events than one that was not."""
    for each in planned:
        if each.id is None:
            each.id = _last_id(connection, series) + 1
            values = {
                "id": each.id, "form": each.form, "organization": each.organization,
                "organization_key": organization_key(each.organization),
                "year": each.year, "pattern": each.pattern.text, "floor": each.floor,
            }  # fmt: skip
            connection.execute(insert(series).values(values))
            record_sequence(connection, each.id)


def record_sequence(connection: Connection, number: int) -> None:
    """Write the event that says what a sequence is now."""
    row = connection.execute(select(series).where(series.c.id == number)).one()
    add_events(connection, [Event(SEQUENCE, None, canonical(sequence_facts(row)))])


def sequence_facts(row) -> dict[str, object]:
    """Return what the events tell of a sequence."""
    return {"series_id": row.id} | {name: getattr(row, name) for name in ("form", "organization", "year", "pattern", "floor")}


#: Where a row has the hash of its record.
SHA256 = list(document.c.keys()).index("sha256")


def _row(number: int, form: Form, place: SeriesPlace, entry: DocumentEntry, who: str, at: str) -> tuple:
    """Return a document as the table has it, column by column."""
    request = place.request
    record = request.record(place.number)
    return (
        number, place.series.id, form.id, place.number, place.seq, entry.job, request.key,
        record, request.unprinted, digest(record, request.unprinted), request.content, form.digest, request.issued,
        f"{place.number.casefold()} {request.sought}".rstrip(), who, at, entry.duplicate_of, entry.state,
    )  # fmt: skip


def _event(number: int, place: SeriesPlace, sha256: str, entry: DocumentEntry) -> Event:
    """An event holds what must not change unseen: the number, the hash of the record, the sequence."""
    key = place.request.key
    if entry.duplicate_of is None and not entry.detail:  # written out: an encoder takes several times as long
        told = f'"job":{quoted(entry.job)},"key":{quoted(key)},"number":{quoted(place.number)}'
        return Event(entry.what, number, f'{{{told},"series_id":{place.series.id},"sha256":"{sha256}"}}')
    told = {"number": place.number, "series_id": place.series.id, "sha256": sha256, "job": entry.job, "key": key}
    return Event(entry.what, number, canonical(told | {"duplicate_of": entry.duplicate_of} | dict(entry.detail)))
