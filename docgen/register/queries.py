"""What the book is asked: which documents there are, one of them, what happened to it, how far the sequences are."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Select, func, select

from docgen.errors import DataError, UsageError
from docgen.form.numbering import NumberPattern
from docgen.messages import _
from docgen.register.events import concerns, details_in
from docgen.register.schema import STATE, document, event, printed, series
from docgen.register.values import organization_key

#: Rows come a thousand at a time, so that a long book is not held in memory twice; of events, each may tell of a thousand.
STREAMED, EVENTS_STREAMED = {"yield_per": 1000}, {"yield_per": 50}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which documents are meant; what is empty is not asked for. `search` are words of a name, a number or an IIN."""

    form: str = ""
    organization: str = ""
    year: int | None = None
    state: str = ""
    search: str = ""
    number: str = ""
    since: str = ""
    until: str = ""
    #: The job and key that it was issued under.
    key: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it stands in the book. `duplicate_of` and `replaced_by` are numbers, with their year where it differs."""

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

    @property
    def person(self) -> str:
        """Return whom the document is for, as its record names them."""
        names = [self.record.get(name) for name in ("surname", "given_name", "patronymic")]
        return " ".join(str(name) for name in names if name) or str(self.record.get("employee") or "")

    def as_json(self) -> dict[str, object]:
        """Return the document as plain values."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "id"}


def documents(connection: Connection, wanted: Filter) -> Iterator[Document]:
    """Give the documents that are meant, in the order of the book: form, organization, year, sequence."""
    order = (series.c.form, series.c.organization_key, series.c.year, document.c.seq.is_(None), document.c.seq, document.c.id)
    for row in connection.execute(_asked(wanted).order_by(*order), execution_options=STREAMED):
        yield _document(row)


#: The columns of a document, but for its state: that depends on whether it was printed.
OF_A_DOCUMENT = tuple(column for column in document.c if column is not document.c.state)


def _asked(wanted: Filter) -> Select:
    first, other = document.alias("first"), document.alias("other")
    first_series, other_series = series.alias("first_series"), series.alias("other_series")
    query = (
        select(
            *OF_A_DOCUMENT, STATE.label("state"), printed.c.sha256.label("printed_sha256"), series.c.organization, series.c.year,
            first.c.number.label("first_number"), first_series.c.year.label("first_year"),
            other.c.number.label("other_number"), other_series.c.year.label("other_year"),
        )
        .join(series, series.c.id == document.c.series_id)
        .outerjoin(printed, printed.c.id == document.c.id)
        .outerjoin(first, first.c.id == document.c.duplicate_of)
        .outerjoin(first_series, first_series.c.id == first.c.series_id)
        .outerjoin(other, other.c.duplicate_of == document.c.id)
        .outerjoin(other_series, other_series.c.id == other.c.series_id)
    )  # fmt: skip
    equal = {
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
    return query.where(*(document.c.sought.contains(word, autoescape=True) for word in wanted.search.casefold().split()))


def _document(row) -> Document:
    def other(number: str | None, year: int | None) -> str:
        return "" if number is None else number if year == row.year else f"{number} ({year})"

    return Document(
        id=row.id, form=row.form, organization=row.organization, year=row.year, number=row.number, state=row.state,
        dated=row.dated, record=json.loads(row.record), unprinted=json.loads(row.unprinted),
        job=row.job, key=row.key, clerk=row.clerk,
        at=row.at, form_sha256=row.form_sha256, sha256=row.sha256, printed_sha256=row.printed_sha256,
        duplicate_of=other(row.first_number, row.first_year), replaced_by=other(row.other_number, row.other_year),
    )  # fmt: skip


def find(connection: Connection, wanted: Filter) -> Document:
    """Return the one document of a form and number; DataError when there is none, UsageError when several have the number.

    Zeros before a number do not matter, as where it is given: 7 finds 00007.
    """
    found = list(documents(connection, wanted)) or _at_its_place(connection, wanted)
    if not found:
        message = _("the register has no “{form}” with the number {number}", form=wanted.form, number=wanted.number)
        hint = _("docgen register list {form} shows which it has.", form=wanted.form)
        raise DataError.because("document-unknown", message, hint)
    if len(found) > 1:
        choices = "; ".join(f"{each.number}, {each.year}, {each.organization}" for each in found[:5])
        message = _("several documents have the number {number}: {choices}", number=wanted.number, choices=choices)
        raise UsageError.because("document-ambiguous", message, _("Say which: --year and --organization."))
    return found[0]


def _at_its_place(connection: Connection, wanted: Filter) -> list[Document]:
    """Return the documents that stand in their sequences where a number does that nobody has as it is written."""
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
    """Return what happened to a document, first to last."""
    return [
        {"at": row.at, "clerk": row.clerk, "what": row.what, **detail}
        for row in connection.execute(select(event).where(concerns(number)).order_by(event.c.id))
        for document, detail in details_in(row)
        if document == number
    ]


def reasons(connection: Connection) -> dict[int, str]:
    """Return why documents are what they are: the last reason that an event of each gives."""
    query = select(event.c.document_id, event.c.detail).where(event.c.document_id.is_not(None), event.c.detail.contains("reason"))
    told = (each for row in connection.execute(query.order_by(event.c.id)) for each in details_in(row))
    return {number: str(detail["reason"]) for number, detail in told if "reason" in detail}


@dataclass(frozen=True, slots=True)
class Sequence:
    """How far the numbers of a form, an organization and a year are. `missing` are places that were passed over."""

    form: str
    organization: str
    year: int
    pattern: str
    floor: int
    documents: int
    highest: int | None
    missing: tuple[int, ...]


def sequences(connection: Connection, form: str = "") -> list[Sequence]:
    """Return every sequence of the book, or of one form."""
    query = (
        select(series, func.count(document.c.id).label("documents"), func.max(document.c.seq).label("highest"))
        .join(document, document.c.series_id == series.c.id)
        .group_by(*series.c)
        .order_by(series.c.form, series.c.organization_key, series.c.year)
    )
    rows = connection.execute(query.where(series.c.form == form) if form else query).all()
    return [
        Sequence(
            row.form, row.organization, row.year, row.pattern, row.floor, row.documents, row.highest,
            _missing(connection, row.id, row.floor, row.highest),
        )
        for row in rows
    ]  # fmt: skip


def _missing(connection: Connection, series_id: int, floor: int, highest: int | None) -> tuple[int, ...]:
    above = (document.c.series_id == series_id, document.c.seq > floor)
    used = connection.execute(select(func.count()).where(*above)).scalar_one()
    if highest is None or used >= highest - floor:
        return ()
    taken = set(connection.execute(select(document.c.seq).where(*above)).scalars())
    gaps = (seq for seq in range(floor + 1, highest) if seq not in taken)
    return tuple(seq for seq, _nth in zip(gaps, range(GAPS_SHOWN), strict=False))


#: How many missing numbers of a sequence are told: an own number of twelve digits leaves a gap of nearly as many.
GAPS_SHOWN = 1000
