"""Which number each document of a job gets; nothing is written here.

A record's own number is used if it is free. The others get, in their order, the lowest free numbers of the sequence, so that a
sequence has no gaps once it reaches own numbers that ran ahead. It begins at 1, or where the own numbers of the first job begin
if all of that job have one, or after the highest number of a register that was taken over.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass, field
from itertools import count, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, func, null, select

from docgen.errors import DataError, Problem, UsageError, Where
from docgen.fields import Rejected
from docgen.form import Form, check_numbered
from docgen.form.numbering import NumberPattern, read_pattern
from docgen.messages import _
from docgen.register import schema
from docgen.register.current import AS_ISSUED, CORRECTED, DOCUMENTS, SKELETON_ISSUED, now, record_in
from docgen.register.likeness import likeness, meant_number
from docgen.register.schema import document, series
from docgen.register.values import NOTHING, StoredRequest, content_key, content_of, digest, organization_key

if TYPE_CHECKING:
    from docgen.register.schema import AnyRow, AnySelect

#: How many values a query names at most, and up to how many times as many rows are fetched instead.
FEW, TIMES = 100, 20
#: How many requests a job has at most that is looked at as a whole, and how many of a longer one are in memory at a time: each
#: takes a kilobyte, and two parts of them are there while one follows the other. How many digits the number of a row has at most.
WHOLE, PART, ROW_DIGITS = 5000, 1000, 7

V = TypeVar("V")


@dataclass(slots=True)
class Series:
    """A sequence of numbers as a job finds it; `id` is None if the job begins it."""

    id: int | None
    form: str
    organization: str
    year: int
    pattern: NumberPattern
    floor: int
    is_empty: bool = False


@dataclass(slots=True)
class SeriesPlace:
    """The place of a request in its series: the number that it has or gets, and its position `seq`."""

    request: StoredRequest
    series: Series | None  #: None for a document that is known, or has no date of issue.
    number: str = ""
    seq: int | None = None
    #: Whether it has this number already, from an earlier run of the same job.
    is_known: bool = False

    @property
    def unique(self) -> int | str:
        """Return what the number is unique by in its series: its position, or itself if it does not follow the pattern."""
        return self.number if self.seq is None else self.seq

    def problem(self, code: str, message: str, hint: str = "") -> Problem:
        """Return a problem of this request's number, at the row that the key names."""
        key = self.request.key
        return Problem(code, message, hint, Where(key="number", row=int(key) if key.isdecimal() else None), self.number)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a job would write: the place of every request, in their order, and the series of those that are new."""

    places: list[SeriesPlace]
    series: list[Series] = field(default_factory=list)


def plan(
    connection: Connection,
    form: Form,
    requests: Sequence[StoredRequest],
    job: str,
    *,
    compare: bool = True,
    prints: bool = True,
    new_organization: bool = False,
    pattern: str = "",
) -> Plan:
    """Return which number each request has or gets.

    Without `compare`, only the number, organization and date of a request are looked at. With `prints`, a void document is
    refused, for it is not printed again, and a number that is nearly one of the sequence; without, they are on paper already.
    `new_organization` lets a name begin a sequence that is nearly another. `pattern` is that of the numbers of sequences which
    the job begins; one that has begun with another is refused. Raise DataError with every request that cannot have a number.
    """
    planner = Planner(
        connection, form, job, compare=compare, prints=prints, new_organization=new_organization, pattern=pattern
    )  # fmt: skip
    planner.foresee(requests)
    places = planner.places(requests)
    planner.refuse()
    return Plan(places, planner.series)


def parts(values: Iterable[V]) -> Iterator[list[V]]:
    """Yield the requests of a job, or what goes with them, so many at a time that a million are never in memory at once."""
    rest = iter(values)
    while part := list(islice(rest, PART)):
        yield part


def issued_records(connection: Connection, form: Form, planned: Plan, job: str) -> list[Problem]:
    """Return a problem for every record that would get a number and is in the book already, under another job.

    Otherwise a copy of a table under another name would give everybody a second number. Records whose unprinted values differ,
    such as the IIN, are of two people; a record with a number of its own is meant to be issued.
    """
    fresh = [place for place in planned.places if not (place.is_known or place.request.number)]
    contents = {content_key(place.request.content): place for place in fresh}
    problems = []
    for row in _issued_with(connection, form, job, list(contents)):
        place = contents.get(row.content)
        if place and is_same_record(place.request, row):
            message = _("this record has the number {number} already, from the job “{job}”", number=row.number, job=row.job)
            hint = _("Name that job to print it again (--job), or make a duplicate: docgen register reissue.")
            problems.append(place.problem("record-issued", message, hint))
    return problems


def is_same_record(request: StoredRequest, row: AnyRow) -> bool:
    """Return whether a document of the book is the requested one but for its number, and for what only one of them has."""
    is_alike = NOTHING in (request.unprinted, row.unprinted) or row.unprinted == request.unprinted
    return is_alike and row.content == content_key(request.content) and content_of(record_in(row)) == request.content


def _issued_with(connection: Connection, form: Form, job: str, contents: list[int]) -> Iterator[AnyRow]:
    """Yield documents of other jobs that have such a content, or were corrected to it; perhaps others as well."""
    for said in (document, schema.correction):
        template = SKELETON_ISSUED if said is document else null().label("skeleton")
        own = (said.c.content, said.c.record, said.c.unprinted)
        query = select(*own, template, document.c.number, document.c.job, document.c.form)
        query = query.select_from(AS_ISSUED if said is document else document.join(said)).where(
            document.c.job != job, document.c.state.in_(schema.IN_FORCE)
        )
        if said is document:  # asked for the corrected ones of a form, SQLite reads all documents of that form
            query = query.where(document.c.form == form.id)
        yield from (row for row in among(connection, query, said.c.content, contents) if row.form == form.id)


def among(
    connection: Connection,
    query: AnySelect,
    column: ColumnElement[Any],
    values: Sequence[str] | Sequence[int],
    times: int = TIMES,
) -> Iterator[AnyRow]:
    """Yield the rows of a query about documents whose column has one of the values; for many values also other rows.

    Unless there are so many `times` more rows than values, all rows are fetched: PostgreSQL compares each row with a long list.
    Otherwise few values are asked for at a time, so that a job does not take longer the longer the book is.
    """
    most = len(values) * times
    if len(values) > FEW:
        some = query.with_only_columns(document.c.id, maintain_column_froms=True).limit(most + 1).subquery()
        if connection.execute(select(func.count()).select_from(some)).scalar_one() <= most:
            yield from connection.execute(query).all()
            return
    for begin in range(0, len(values), FEW):
        yield from connection.execute(query.where(column.in_(values[begin : begin + FEW])))


@dataclass(slots=True)
class _Claims:
    """What the requests of a job want of a sequence: how many they are, how many bring a number, and the places of those."""

    requests: int = 0
    own: int = 0
    seqs: set[int] = field(default_factory=set)
    #: The request that has a number first, by what it is unique by; and the places that nobody has, lowest first.
    first: dict[int | str, str] = field(default_factory=dict)
    free: Iterator[int] = field(default_factory=count)


class Planner:
    """Gives the requests of a job their places, some at a time: a job of a million is never in memory as a whole.

    All of them are foreseen first, for what they bring and begin decides which numbers are free. The arguments are those of
    `plan`; a job `in_parts` is foreseen, placed and perhaps written one part after another.
    """

    def __init__(
        self, connection: Connection, form: Form, job: str, *, compare: bool = True, prints: bool = True,
        new_organization: bool = False, pattern: str = "", in_parts: bool = False,
    ):  # fmt: skip
        check_numbered(form)
        self.connection, self.form, self.job, self.compare, self.prints = connection, form, job, compare, prints
        self.pattern = wanted_pattern(pattern)
        #: What is wrong with the requests so far.
        self.problems: list[Problem] = []
        #: The organizations with numbers of this form, by what near names have in common; None where they are not asked for.
        self._organizations: dict[str, dict[str, str]] | None = None if new_organization else {}
        #: Organizations of the requests that are nearly others, as they are written, with the other's name.
        self._near: dict[str, str] = {}
        self._series: dict[tuple[str, int], Series] = {}
        #: The same series by organization, as it is written, and date of issue.
        self._found: dict[tuple[str, str], Series] = {}
        #: What is wanted of each series, by its `id` in this process; whether all requests were foreseen; and their keys.
        self._claims: dict[int, _Claims] = defaultdict(_Claims)
        self._is_begun = False
        self._keys = Keys()
        #: What a part asks of the book: nothing of what this job itself writes, and nothing at all where the job is new to it.
        self._before: list[ColumnElement[bool]] = []
        self._is_new_job = False
        if in_parts:
            last = connection.execute(select(func.coalesce(func.max(document.c.id), 0))).scalar_one()
            of_job = select(document.c.id).where(document.c.form == form.id, document.c.job == job).limit(1)
            self._before = [document.c.id <= last]
            self._is_new_job = connection.execute(of_job).first() is None

    def foresee(self, requests: Sequence[StoredRequest]) -> list[StoredRequest]:
        """Note what some requests of the job want of their sequences; return those that have no number yet."""
        keys = [request.key for request in requests]
        if (twice := self._keys.add(keys)) is not None:
            raise UsageError.because("key-twice", _("two records of the job have the key {key}", key=twice))
        known = self._known(keys)
        fresh = [request for request in requests if request.key not in known] if known else list(requests)
        wanted = Counter(map(itemgetter(2, 3, 1), fresh))  # most of them want the same
        for (organization, issued, number), times in wanted.items():
            if issued[:4].isdecimal():
                found = self._found.get((organization, issued)) or self._find(organization, issued)
                claims = self._claims[id(found)]
                claims.requests += times
                if number:
                    claims.own += times
                    claims.seqs |= {seq for seq in [found.pattern.seq(number, found.year)] if seq is not None}
        return fresh

    def places(self, requests: Sequence[StoredRequest]) -> list[SeriesPlace]:
        """Return the places of some requests, in their order; what is wrong with them is added to the problems."""
        if not self._is_begun:
            self._begin()
        known = self._known([request.key for request in requests])
        found = [] if known or self._near else [self._found.get((each.organization, each.issued)) for each in requests]
        if all(found) and found and not any(map(itemgetter(1), requests)):  # nothing can be wrong with them
            places = list(map(SeriesPlace, requests, found))
        else:
            each_place = (self.place(each, known.get(each.key), self.problems) for each in requests)
            places = [place for place in each_place if place is not None]
        fresh = defaultdict(list)
        for place in places:
            if not place.is_known:
                fresh[id(place.series)].append(place)
        for each in self._series.values():
            self._give_numbers(each, fresh[id(each)])
        return places

    def refuse(self) -> None:
        """Raise DataError with every request that cannot have a number."""
        self.problems += _other_patterns(self)
        if self.problems:
            raise DataError(sorted(self.problems, key=lambda problem: problem.where.row or 0))

    def _begin(self) -> None:
        """Find out what is free, now that all is known that is wanted."""
        self._is_begun = True
        for each in self._series.values():
            claims = self._claims[id(each)]
            if each.is_empty and claims.seqs and claims.own == claims.requests:
                each.floor = min(claims.seqs) - 1
            claims.free = _free(self.connection, each, claims.seqs)

    def _known(self, keys: list[str]) -> dict[str, AnyRow]:
        """Return the documents that this job issued before, by their keys: series, number, seq, hash and state."""
        if self._is_new_job:
            return {}
        names = ("key", "series_id", "number", "seq", "sha256", "unprinted", "state")
        columns = (now(name) if name in CORRECTED else document.c[name] for name in names)
        query = select(*columns).select_from(DOCUMENTS).where(
            document.c.form == self.form.id, document.c.job == self.job, *self._before
        )  # fmt: skip
        return {row.key: row for row in among(self.connection, query, document.c.key, keys, times_of(keys))}

    @property
    def series(self) -> list[Series]:
        """Return the series that were needed, in the order of their first request."""
        return list(self._series.values())

    def place(self, request: StoredRequest, known: AnyRow | None, problems: list[Problem]) -> SeriesPlace | None:
        """Return the place of a request, None if it has no date; add what is wrong to `problems`."""
        if known is not None:
            place = SeriesPlace(request, None, known.number, known.seq, is_known=True)
            if self.prints and known.state not in schema.IN_FORCE:
                problems.append(_not_printed_again(place, known))
            elif self.compare and _changed(request, known):
                message = _("the record was changed since it got the number {number}", number=known.number)
                hint = _("Is this another table? Then name it: --job NAME. Is it a correction? Then make it in the book: "
                         "docgen register correct. Else undo the change.")  # fmt: skip
                problems.append(place.problem("record-changed", message, hint))
            return place
        own = request.number
        if not request.issued[:4].isdecimal():
            message = _("the date of issue is missing, and the number's year depends on it")
            problem = SeriesPlace(request, None, own).problem("date-missing", message).at(key=self.form.numbering.issued)
            problems.append(problem)
            return None
        found = self._found.get((request.organization, request.issued)) or self._find(request.organization, request.issued)
        if self._near and request.organization in self._near:
            problems.append(self._near_organization(request))
        if own and self.prints and (meant := meant_number(own, found.pattern, found.year)):
            message = _("“{number}” is nearly the number {meant}", number=own, meant=meant)
            hint = _("Write it as the register does: {meant}. Or write another number.", meant=meant)
            problems.append(SeriesPlace(request, None, own).problem("number-near", message, hint))
        return SeriesPlace(request, found, own, found.pattern.seq(own, found.year) if own else None)

    def _find(self, organization: str, issued: str) -> Series:
        year = int(issued[:4])
        name = (organization_key(organization), year)
        if name not in self._series:
            self._series[name] = find_series(self.connection, self.form, organization, year, self.pattern)
            if self._series[name].is_empty and self._organizations is not None:
                self._look_for_near(organization, name[0], self._organizations)
        if other := next((other for near, other in self._near.items() if organization_key(near) == name[0]), ""):
            self._near[organization] = other
        self._found[organization, issued] = self._series[name]
        return self._series[name]

    def _look_for_near(self, organization: str, key: str, known: dict[str, dict[str, str]]) -> None:
        """Note an organization that has no numbers yet and is nearly another one, of the book or of this job."""
        if not known:
            query = select(series.c.organization_key, series.c.organization).where(series.c.form == self.form.id)
            for other_key, other in self.connection.execute(query.distinct()):
                known.setdefault(likeness(other), {})[other_key] = other
        alike = known.setdefault(likeness(organization), {})
        if alike and key not in alike:
            self._near[organization] = next(iter(alike.values()))
        else:
            alike[key] = organization

    def _near_organization(self, request: StoredRequest) -> Problem:
        names = {"name": request.organization, "other": self._near[request.organization]}
        message = _("“{name}” is nearly “{other}”, which has numbers of its own", **names)
        hint = _("Write the name as the register has it. Is it another organization? Then add --new-organization.")
        problem = SeriesPlace(request, None, request.organization).problem("organization-near", message, hint)
        return problem.at(key=self.form.numbering.organization)

    def _give_numbers(self, series: Series, places: list[SeriesPlace]) -> None:
        """Check the own numbers, then give each other place the next free number."""
        claims = self._claims[id(series)]
        self._refuse_taken(series, claims, [place for place in places if place.number])
        number = series.pattern.numbers(series.year)
        for place in places:
            if not place.number:
                place.seq = next(claims.free)
                place.number = number(place.seq)

    def _refuse_taken(self, series: Series, claims: _Claims, own: list[SeriesPlace]) -> None:
        """Add a problem for each own number that another document has, be it of this job (known or new) or of another."""
        hint = _("Take the number out, and the next free one is given; or write another.")
        taken = [*self._taken(series, document.c.number, [place.number for place in own]),
                 *self._taken(series, document.c.seq, [place.seq for place in own if place.seq is not None])]  # fmt: skip
        numbers, seqs = {row.number for row in taken}, {row.seq for row in taken if row.seq is not None}
        ours = {_unique(row): row.key for row in taken if row.job == self.job and row.key in self._keys}
        claims.first.update(ours)
        for place in own:
            key, earlier = place.request.key, claims.first.setdefault(place.unique, place.request.key)
            if (place.number in numbers or place.seq in seqs) and place.unique not in ours:
                message = _("the number {number} of {year} is given already", number=place.number, year=series.year)
                self.problems.append(place.problem("number-taken", message, hint))
            elif earlier != key:
                message = _("the number {number} is at {key} too", number=place.number, key=earlier)
                self.problems.append(place.problem("number-twice", message, hint))

    def _taken(self, series: Series, column: Column[Any], values: Sequence[str] | Sequence[int]) -> Iterator[AnyRow]:
        """Yield the documents of a series, of before this job, that have one of the values in a column."""
        if series.id is not None and values:
            query = select(document.c.number, document.c.seq, document.c.job, document.c.key)
            query = query.where(document.c.series_id == series.id, *self._before)
            wanted = set(values)
            found = among(self.connection, query, column, values, times_of(values))
            yield from (row for row in found if getattr(row, column.key) in wanted)


class Keys:
    """Which keys of a job were met: a byte for each number of a row, since there may be a million; the others as they are."""

    def __init__(self) -> None:
        self._rows, self._others = bytearray(), set[str]()

    def add(self, keys: Sequence[str]) -> str | None:
        """Note some keys; return the first one that was met before, None where all are new."""
        first = _row_of(keys[0]) if keys else -1
        if first >= 0 and list(map(str, range(first, first + len(keys)))) == keys and _row_of(keys[-1]) >= 0:
            end = first + len(keys)
            self._rows.extend(bytes(max(0, end - len(self._rows))))
            if not any(self._rows[first:end]):  # mostly they are the rows of a table, one after another
                self._rows[first:end] = b"\1" * len(keys)
                return None
        return next((key for key in keys if not self._is_new(key)), None)

    def _is_new(self, key: str) -> bool:
        """Note a key; return whether it was not met before."""
        if (row := _row_of(key)) < 0:
            is_new = key not in self._others
            self._others.add(key)
            return is_new
        self._rows.extend(bytes(max(0, row + 1024 - len(self._rows))))
        is_new = not self._rows[row]
        self._rows[row] = 1
        return is_new

    def __contains__(self, key: str) -> bool:
        row = _row_of(key)
        if row < 0:
            return key in self._others
        return row < len(self._rows) and bool(self._rows[row])


def _row_of(key: str) -> int:
    """Return the row that a key is the number of, as docgen writes it; -1 for another key."""
    is_row = len(key) <= ROW_DIGITS and key.isdecimal() and key.isascii() and (key[0] != "0" or key == "0")
    return int(key) if is_row else -1


def _unique(row: AnyRow) -> int | str:
    """Return the same as `SeriesPlace.unique` of a document."""
    found: int | str = row.number if row.seq is None else row.seq
    return found


def times_of(values: Sized) -> int:
    """Return how many times as many rows are fetched as are asked for: one part of a job after another asks for rows again."""
    return TIMES if len(values) < PART else 2


def _not_printed_again(place: SeriesPlace, known: AnyRow) -> Problem:
    """Return the problem of a row whose document is void or replaced, with what to do in each case."""
    if known.state == "replaced":
        message = _("the document with the number {number} was replaced by a duplicate, which is printed by itself",
                    number=known.number)  # fmt: skip
        hint = _(
            "Print the others: --skip-bad, or --only with their rows. The duplicate: the same docgen register reissue again."
        )
    else:
        message = _("the document with the number {number} is void, and is not printed again", number=known.number)
        hint = _("Let the row stay and print the others: --skip-bad, or --only with their rows. "
                 "Who shall have a document after all gets a new row at the end of the table.")  # fmt: skip
    return place.problem("document-void", message, hint)


def _changed(request: StoredRequest, known: AnyRow) -> bool:
    unprinted: str = known.unprinted if request.unprinted == NOTHING else request.unprinted
    sha256: str = known.sha256
    return digest(request.record(request.number or known.number), unprinted) != sha256


def wanted_pattern(text: str) -> NumberPattern | None:
    """Return the pattern of numbers that a text is, None for an empty one; raise UsageError for what is no pattern."""
    try:
        return read_pattern(text) if text else None
    except (ValueError, Rejected):
        hint = _("Write it as {{seq:05d}} or {{year}}-{{seq:04d}}: with {{seq}} once, and {{year}} if you like.")
        raise UsageError.because("pattern-wrong", _("“{pattern}” is no pattern of numbers", pattern=text[:80]), hint) from None


def _other_patterns(planner: Planner) -> Iterator[Problem]:
    """Yield a problem for each sequence that has begun with another pattern than the job says."""
    for each in planner.series:
        if planner.pattern is not None and each.pattern.text != planner.pattern.text:
            names = {
                "organization": each.organization,
                "year": each.year,
                "now": each.pattern.text,
                "said": planner.pattern.text,
            }
            message = _("the numbers of “{organization}” in {year} have the pattern {now} already, and not {said}", **names)
            yield Problem("pattern-other", message, _("A sequence that has begun keeps its pattern: leave --series out."))


def find_series(connection: Connection, form: Form, organization: str, year: int, wanted: NumberPattern | None = None) -> Series:
    """Return the series of an organization's numbers in a year, or the one that would begin, with the `wanted` pattern if any."""
    row = connection.execute(
        select(series).where(
            series.c.form == form.id, series.c.organization_key == organization_key(organization), series.c.year == year
        )
    ).one_or_none()
    if row is not None:
        return Series(row.id, form.id, row.organization, year, NumberPattern(row.pattern), row.floor)
    other = connection.execute(select(schema.pattern.c.pattern).where(schema.pattern.c.form == form.id)).scalar()
    pattern = wanted or (read_pattern(other) if other else form.numbering.number)
    return Series(None, form.id, organization, year, pattern, 0, is_empty=True)


def _free(connection: Connection, series: Series, claimed: set[int]) -> Iterator[int]:
    """Return the free positions of a series, lowest first."""
    begin, used = series.floor + 1, claimed
    if series.id is not None:
        above = (document.c.series_id == series.id, document.c.seq > series.floor)
        highest, number = connection.execute(select(func.max(document.c.seq), func.count()).where(*above)).one()
        if highest is not None and number == highest - series.floor:
            begin = highest + 1
        elif highest is not None:
            used = claimed.union(connection.execute(select(document.c.seq).where(*above)).scalars())
    return (seq for seq in count(begin) if seq not in used)
