"""Whether the book is sound: sequences, hashes of records, the chain of events, duplicates, stock. Every fault is reported."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from docgen.errors import Problem, UsageError, visible
from docgen.messages import _, n_
from docgen.register import stock as stocks
from docgen.register.events import broken_links, details_in, is_in_chain, seal
from docgen.register.issuing import SEQUENCE, sequence_facts
from docgen.register.life import PRINTED, REPLACED, STATES, VOID
from docgen.register.queries import EVENTS_STREAMED, STREAMED, NumberSequence, sequences
from docgen.register.schema import STATE, document, event, printed, series
from docgen.register.values import digest


@dataclass(frozen=True, slots=True)
class BookReport:
    """What is wrong with the book, how many documents and events it has, and its seal: the hash of the last event.

    Documents that were issued or printed together, up to a thousand, have one event.
    """

    problems: list[Problem]
    documents: int
    events: int
    seal: str


def verify(connection: Connection, known: str = "") -> BookReport:
    """Return everything that is wrong with the book; `known` is an earlier seal, which must still be in its chain.

    Raise UsageError for what is no seal.
    """
    known = known.strip().lower()
    if known and not re.fullmatch(r"[0-9a-f]{64}", known):
        hint = _("A seal has 64 digits, of 0–9 and a–f: compare it with what was noted down.")
        raise UsageError.because("seal-wrong", _("“{seal}” is no seal", seal=visible(known[:80])), hint, key="--seal")
    problems = _problems(connection)
    if known and not is_in_chain(connection, known):
        message = _("the book does not hold the seal {seal}: its past was rewritten", seal=known[:64])
        problems.append(Problem("seal-unknown", message, _("Compare with a copy of the register from before.")))
    documents = connection.execute(select(func.count()).select_from(document)).scalar_one()
    return BookReport(problems, documents, *seal(connection))


def _problems(connection: Connection) -> list[Problem]:
    return [
        *_gaps(connection), *_begun(connection), *_repeated(connection), *_changed(connection), *_broken(connection),
        *_duplicates(connection), *_stock(connection),
    ]  # fmt: skip


def _gaps(connection: Connection) -> Iterator[Problem]:
    for each in sequences(connection):
        if each.missing:
            yield Problem("sequence-gap", _gap_in_words(each), _("The next documents without a number of their own get them."))


def _gap_in_words(each: NumberSequence) -> str:
    names = {"form": each.form, "organization": each.organization, "year": each.year}
    places = ", ".join(map(str, each.missing[:10]))
    return n_(
        "{form}, {organization}, {year}: the number {places} is missing",
        "{form}, {organization}, {year}: {count} numbers are missing, such as {places}",
        len(each.missing), places=places, **names,
    )  # fmt: skip


def _begun(connection: Connection) -> Iterator[Problem]:
    """Yield a problem for each sequence that does not begin where its events say, which could hide a gap."""
    recorded: dict[object, dict[str, object]] = {}
    for row in connection.execute(select(event).where(event.c.what == SEQUENCE).order_by(event.c.id)):
        for _no_document, facts in details_in(row):
            recorded[facts.get("series_id", 0)] = facts
    for row in connection.execute(select(series)):
        if recorded.get(row.id, {}) != sequence_facts(row):
            message = _("{form}, {year}: the sequence is not what its events say", form=row.form, year=row.year)
            yield Problem("sequence-altered", message)


def _repeated(connection: Connection) -> Iterator[Problem]:
    """Yield a problem for each repeated number; the tables refuse one, but the file may have been changed by other means."""
    for column in (document.c.number, document.c.seq):
        query = select(column, series.c.form, series.c.year, func.count()).join(series, series.c.id == document.c.series_id)
        query = query.where(column.is_not(None)).group_by(column, document.c.series_id, series.c.form, series.c.year)
        for number, form, year, _count in connection.execute(query.having(func.count() > 1)):
            message = _("{form}: the number {number} of {year} occurs twice", form=form, number=number, year=year)
            yield Problem("number-twice", message)


def _changed(connection: Connection) -> Iterator[Problem]:
    """Yield a problem for each document whose record, number or state is not what its events say."""
    facts_of = _facts_of_documents(connection)
    columns = (document, STATE.label("current_state"), printed.c.sha256.label("printed_sha256"))
    query = select(*columns).outerjoin(printed, printed.c.id == document.c.id).order_by(document.c.id)
    for row in connection.execute(query, execution_options=STREAMED):
        facts = facts_of.get(row.id, {})
        as_issued = {name: facts.get(name) for name in ("number", "series_id", "sha256", "job", "key")}
        same = as_issued == {name: getattr(row, name) for name in as_issued}
        if digest(row.record, row.unprinted) != row.sha256 or not same or json.loads(row.record).get("number") != row.number:
            message = _("the record of {number} ({form}) was altered after it was issued", number=row.number, form=row.form)
            yield Problem("record-altered", message)
        if (
            row.current_state not in STATES
            or row.current_state != facts.get("state")
            or row.printed_sha256 != facts.get("printed")
        ):
            message = _("the state of {number} ({form}) is not what its events say", number=row.number, form=row.form)
            yield Problem("state-altered", message)
    ids = set(connection.execute(select(document.c.id)).scalars())
    for facts in (facts for number, facts in facts_of.items() if number not in ids):
        message = _("the document {number} is gone, but its events are there", number=facts.get("number"))
        yield Problem("document-gone", message)


def _facts_of_documents(connection: Connection) -> dict[int | None, dict[str, object]]:
    """Return what the events say of each document, by its id: how it was issued, its last state, the hash of its print."""
    facts_of: dict[int | None, dict[str, object]] = {}
    columns = (event.c.document_id, event.c.what, event.c.detail)
    query = select(*columns).where(event.c.document_id.is_not(None)).order_by(event.c.id)
    for row in connection.execute(query, execution_options=EVENTS_STREAMED):
        for number, detail in details_in(row):
            _add_event(facts_of.setdefault(number, {}), row.what, detail)
    return facts_of


def _add_event(facts: dict[str, object], what: str, detail: Mapping[str, object]) -> None:
    """Add to the facts of a document what an event says of it."""
    if what == PRINTED:
        facts["printed"] = detail.get("sha256")
        facts["state"] = facts.get("state") if facts.get("state") in (VOID, REPLACED) else PRINTED
    elif what in (VOID, REPLACED):
        facts["state"] = what
    else:
        facts |= {**detail, "state": detail.get("state", "issued")}


def _broken(connection: Connection) -> Iterator[Problem]:
    for number in broken_links(connection):
        message = _("event {number} does not follow from the one before it: the past was changed there", number=number)
        yield Problem("events-altered", message, _("Compare with a copy of the register from before."))


def _duplicates(connection: Connection) -> Iterator[Problem]:
    first = document.alias("first")
    query = (
        select(document.c.number, document.c.form, first.c.state)
        .outerjoin(first, first.c.id == document.c.duplicate_of)
        .where(document.c.duplicate_of.is_not(None))
    )
    for row in connection.execute(query):
        if row.state is None or row.state != REPLACED:
            names = {"number": row.number, "form": row.form}
            message = _("{number} ({form}) is the duplicate of a document that was not replaced", **names)
            yield Problem("duplicate-alone", message)


def _stock(connection: Connection) -> Iterator[Problem]:
    for form in stocks.stocked_forms(connection):
        known = stocks.movements(connection, form)
        sums = {kind: sum(len(each.serials) for each in known if each.kind == kind) for kind in stocks.KINDS}
        left = sum(map(len, stocks.left(known)))
        if sums[stocks.RECEIVED] - sums[stocks.USED] - sums[stocks.SPOILED] != left:
            message = _("the stock of {form} does not add up: {left} sheets are left", form=form, left=left)
            yield Problem("stock-wrong", message)
