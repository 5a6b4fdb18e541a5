"""Questions to the book: which documents there are, what happened to one of them, how far the sequences are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from docgen.errors import DataError, UsageError
from docgen.form.numbering import NumberPattern
from docgen.messages import _
from docgen.register.current import CORRECTED, CORRECTION, DOCUMENTS, HANDED_OVER, SKELETON, now, record_in
from docgen.register.events import UNREADABLE, BookEnd, book_end, damaged, details_in, may_concern
from docgen.register.schema import STATE, document, event, handed, printed, series
from docgen.register.unknown import refuse_unknown
from docgen.register.values import organization_key

if TYPE_CHECKING:
    from docgen.register.schema import AnyRow, AnySelect

#: Execution options: rows are fetched a thousand at a time, so that a long book is not in memory twice.
STREAMED = {"yield_per": 1000}
#: The events of many documents that give no reason for the state of any.
NO_REASON = (HANDED_OVER, "issued", "printed", "requested", "bound")
#: How many missing numbers of a sequence are listed: an own number of twelve digits leaves a gap of nearly as many.
GAPS_SHOWN = 1000


@dataclass(frozen=True, slots=True)
class Filter:
    """Which documents are wanted; an empty value does not restrict them. `search` are words of a name, a number or an IIN."""

    form: str = ""
    organization: str = ""
    year: int | None = None
    state: str = ""
    search: str = ""
    number: str = ""
    since: str = ""
    until: str = ""
    #: The job and key of the document.
    key: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the book. `duplicate_of` and `replaced_by` are numbers, with their year if it differs."""

    id: int
    form: str
    organization: str
    year: int
    number: str
    state: str
    dated: str
    record: Mapping[str, object]
    unprinted: Mapping[str, object]
    job: str
    key: str
    clerk: str
    at: str
    form_sha256: str
    sha256: str
    printed_sha256: str | None
    duplicate_of: str
    replaced_by: str
    #: The day on which it was handed over, empty until then.
    handed_over: str = ""

    @property
    def person(self) -> str:
        """Return the name of the person that the document is for, from its record."""
        names = [self.record.get(name) for name in ("surname", "given_name", "patronymic")]
        return " ".join(str(name) for name in names if name) or str(self.record.get("employee") or "")

    def as_json(self) -> dict[str, object]:
        """Return the document as plain values."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "id"}


def documents(connection: Connection, wanted: Filter, first: int = 0, count: int | None = None) -> Iterator[Document]:
    """Yield the wanted documents in the order of the book: form, organization, year, position in the sequence.

    Those from the one at `first` alone, counted from 0, and `count` of them.
    """
    order = (series.c.form, series.c.organization_key, series.c.year, document.c.seq.is_(None), document.c.seq, document.c.id)
    query = _query(wanted).order_by(*order)
    if first or count is not None:
        query = query.offset(first).limit(count)
    for row in connection.execute(query, execution_options=STREAMED):
        try:
            yield _document(row)
        except UNREADABLE:
            raise damaged() from None


#: The columns of a document without its state, which depends on whether it was printed; some may have been corrected.
COLUMNS = tuple(now(column.key) if column.key in CORRECTED else column for column in document.c if column.key != "state")


def _query(wanted: Filter) -> AnySelect:
    """Return the query for documents, each with its series, print, and the numbers of its duplicate and of what it replaces."""
    first, other = document.alias("first"), document.alias("other")
    first_series, other_series = series.alias("first_series"), series.alias("other_series")
    query = (
        select(
            *COLUMNS, SKELETON, STATE.label("state"), printed.c.sha256.label("printed_sha256"),
            series.c.organization, series.c.year, handed.c.day.label("handed_over"),
            first.c.number.label("first_number"), first_series.c.year.label("first_year"),
            other.c.number.label("other_number"), other_series.c.year.label("other_year"),
        )
        .select_from(DOCUMENTS)
        .join(series, series.c.id == document.c.series_id)
        .outerjoin(printed, printed.c.id == document.c.id)
        .outerjoin(handed, handed.c.id == document.c.id)
        .outerjoin(first, first.c.id == document.c.duplicate_of)
        .outerjoin(first_series, first_series.c.id == first.c.series_id)
        .outerjoin(other, other.c.duplicate_of == document.c.id)
        .outerjoin(other_series, other_series.c.id == other.c.series_id)
    )  # fmt: skip
    equal: dict[ColumnElement[Any], str] = {
        document.c.form: wanted.form, STATE: wanted.state, document.c.number: wanted.number,
        document.c.job: wanted.key[0], document.c.key: wanted.key[1],
    }  # fmt: skip
    query = query.where(*(column == value for column, value in equal.items() if value))
    if wanted.year is not None:
        query = query.where(series.c.year == wanted.year)
    if wanted.organization:
        query = query.where(series.c.organization_key.contains(organization_key(wanted.organization), autoescape=True))
    if wanted.since:
        query = query.where(document.c.dated >= wanted.since)
    if wanted.until:
        query = query.where(document.c.dated <= wanted.until)
    return query.where(*(now("sought").contains(word, autoescape=True) for word in wanted.search.casefold().split()))


def _document(row: AnyRow) -> Document:
    def other(number: str | None, year: int | None) -> str:
        return "" if number is None else number_in(row.year, number, year)

    record, unprinted = json.loads(record_in(row)), json.loads(row.unprinted)
    words = (row.form, row.number, row.state, row.dated, row.organization, row.clerk, row.at, row.job, row.key)
    if not (isinstance(record, dict) and isinstance(unprinted, dict) and all(isinstance(each, str) for each in words)):
        raise TypeError(row.id)
    return Document(
        id=row.id, form=row.form, organization=row.organization, year=row.year, number=row.number, state=row.state,
        dated=row.dated, record=record, unprinted=unprinted,
        job=row.job, key=row.key, clerk=row.clerk,
        at=row.at, form_sha256=row.form_sha256, sha256=row.sha256, printed_sha256=row.printed_sha256,
        duplicate_of=other(row.first_number, row.first_year), replaced_by=other(row.other_number, row.other_year),
        handed_over=row.handed_over or "",
    )  # fmt: skip


def number_in(year: object, number: str, of: object) -> str:
    """Return a number `of` a year as documents of `year` name it: with its year if that is another one."""
    return number if str(of) == str(year) else f"{number} ({of})"


def count(connection: Connection, wanted: Filter) -> int:
    """Return how many documents are wanted."""
    found: int = connection.execute(select(func.count()).select_from(_query(wanted).subquery())).scalar_one()
    return found


def with_id(connection: Connection, number: int) -> Document:
    """Return the document with this id."""
    try:
        return _document(connection.execute(_query(Filter()).where(document.c.id == number)).one())
    except UNREADABLE:
        raise damaged() from None


def ids_of(connection: Connection, form: str, job: str, keys: Sequence[str]) -> dict[str, int]:
    """Return the ids of a few documents that a job issued, by their keys."""
    query = select(document.c.key, document.c.id).where(document.c.form == form, document.c.job == job, document.c.key.in_(keys))
    return {row.key: row.id for row in connection.execute(query)}


def find(connection: Connection, wanted: Filter) -> Document:
    """Return the one document that is wanted; leading zeros of a number do not count: 7 finds 00007.

    Raise DataError if there is none, UsageError if there are several or the form is unknown.
    """
    found = list(documents(connection, wanted)) or _at_position(connection, wanted)
    if not found:
        refuse_unknown(connection, form=wanted.form, organization=wanted.organization)
        message = _("the register has no “{form}” with the number {number}", form=wanted.form, number=wanted.number)
        hint = _("docgen register list {form} shows which it has.", form=wanted.form)
        raise DataError.because("document-unknown", message, hint)
    if len(found) > 1:
        choices = "; ".join(f"{each.number}, {each.year}, {each.organization}" for each in found[:5])
        message = _("several documents have the number {number}: {choices}", number=wanted.number, choices=choices)
        raise UsageError.because("document-ambiguous", message, _("Say which: --year and --organization."))
    return found[0]


def _at_position(connection: Connection, wanted: Filter) -> list[Document]:
    """Return the documents whose position in their sequence is that of a number which no document has as it is written."""
    numbers = {
        number
        for row in connection.execute(select(series).where(series.c.form == wanted.form)).all()
        if (seq := NumberPattern(row.pattern).seq(wanted.number.strip(), row.year)) is not None
        for number in connection.execute(
            select(document.c.number).where(document.c.series_id == row.id, document.c.seq == seq)
        ).scalars()
    }
    return [each for number in sorted(numbers) for each in documents(connection, replace(wanted, number=number))]


def history(connection: Connection, number: int) -> list[dict[str, object]]:
    """Return the events of the document with this id, first to last."""
    return [
        {"at": row.at, "clerk": row.clerk, "what": row.what, **detail}
        for row in connection.execute(select(event).where(may_concern(number)).order_by(event.c.id))
        for document, detail in details_in(row)
        if document == number
    ]


def job_end(connection: Connection, form: str, job: str) -> BookEnd:
    """Return how far the book was when it issued the last document of a job: the same whenever it is asked."""
    query = select(func.max(document.c.id)).where(document.c.form == form, document.c.job == job)
    last = connection.execute(query).scalar() or 0
    issued = select(event.c.id, event.c.hash).where(may_concern(last), event.c.what == "issued")
    row = connection.execute(issued.order_by(event.c.document_id.desc()).limit(1)).first()
    now = book_end(connection)
    return now if row is None else now._replace(events=row.id, hash=row.hash)


def reasons(connection: Connection) -> dict[int, str]:
    """Return the last reason that an event gives for the state of each document, by its id; one of a correction is none."""
    columns = (event.c.document_id, event.c.detail, event.c.packed)
    of_many = and_(event.c.packed.is_not(None), event.c.what.not_in(NO_REASON))
    query = select(*columns).where(event.c.document_id.is_not(None), or_(event.c.detail.contains("reason"), of_many))
    query = query.where(event.c.what != CORRECTION)
    details = (each for row in connection.execute(query.order_by(event.c.id)) for each in details_in(row))
    return {number: str(detail["reason"]) for number, detail in details if number is not None and "reason" in detail}


@dataclass(frozen=True, slots=True)
class NumberSequence:
    """How far the numbers of a form, an organization and a year are; `missing` are positions that were left out."""

    form: str
    organization: str
    year: int
    pattern: str
    floor: int
    documents: int
    highest: int | None
    missing: tuple[int, ...]


def sequences(connection: Connection, form: str = "") -> list[NumberSequence]:
    """Return every sequence of the book, or of one form."""
    query = (
        select(series, func.count(document.c.id).label("documents"), func.max(document.c.seq).label("highest"))
        .join(document, document.c.series_id == series.c.id)
        .group_by(*series.c)
        .order_by(series.c.form, series.c.organization_key, series.c.year)
    )
    rows = connection.execute(query.where(series.c.form == form) if form else query).all()
    return [
        NumberSequence(
            row.form, row.organization, row.year, row.pattern, row.floor, row.documents, row.highest,
            _missing(connection, row.id, row.floor, row.highest),
        )
        for row in rows
    ]  # fmt: skip


def _missing(connection: Connection, series_id: int, floor: int, highest: int | None) -> tuple[int, ...]:
    if not isinstance(floor, int) or not isinstance(highest, int | None):
        raise damaged()
    above = (document.c.series_id == series_id, document.c.seq > floor)
    used = connection.execute(select(func.count()).where(*above)).scalar_one()
    if highest is None or used >= highest - floor:
        return ()
    taken = set(connection.execute(select(document.c.seq).where(*above)).scalars())
    gaps = (seq for seq in range(floor + 1, highest) if seq not in taken)
    return tuple(seq for seq, _nth in zip(gaps, range(GAPS_SHOWN), strict=False))
