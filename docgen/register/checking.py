"""Whether the book is sound: sequences, hashes of records, the chain of events, duplicates, stock. Every fault is reported."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from docgen.errors import DataError, Problem, UsageError, visible
from docgen.messages import _, n_
from docgen.register import stock as stocks
from docgen.register.events import UNREADABLE, broken_links, damaged, details_in, is_in_chain, seal
from docgen.register.life import REPLACED
from docgen.register.proofs import History, altered_rows, lost_rows, read_history
from docgen.register.queries import NumberSequence, sequences
from docgen.register.schema import book, document, event, series, skeleton
from docgen.register.seen import RESTORED
from docgen.register.structure import structure_problems


@dataclass(frozen=True, slots=True)
class BookReport:
    """What is wrong with the book, how many documents and events it has, and its seal: the hash of the last event.

    Documents that were issued or printed together, up to a thousand, have one event. Each of the `notes` is a copy that was
    accepted in place of the book that had been used before.
    """

    problems: list[Problem]
    documents: int
    events: int
    seal: str
    notes: list[Problem]


def verify(connection: Connection, known: str, older: Callable[[Connection], Problem | None]) -> BookReport:
    """Return everything that is wrong with the book; `known` is an earlier seal, which must still be in its chain.

    `older` says what is wrong where the book does not go on from where it was last used. Raise UsageError for what is no seal.
    """
    known = known.strip().lower()
    if known and not re.fullmatch(r"[0-9a-f]{64}", known):
        hint = _("A seal has 64 digits, of 0–9 and a–f: compare it with what was noted down.")
        raise UsageError.because("seal-wrong", _("“{seal}” is no seal", seal=visible(known[:80])), hint, key="--seal")
    documents, (events, last) = _count(connection, document), _end(connection)
    with _any_text(connection):
        problems = list(_problems(connection, older))
        is_whole = all(problem.code != "tables-altered" for problem in problems)
        notes = list(_restores(connection)) if is_whole else []
    if known and not is_in_chain(connection, known):
        message = _("the book does not hold the seal {seal}: its past was rewritten", seal=known[:64])
        problems.append(Problem("seal-unknown", message, _("Compare with a copy of the register from before.")))
    return BookReport(problems, documents, events, last, notes)


def _count(connection: Connection, table: Table) -> int:
    found: int = connection.execute(select(func.count()).select_from(table)).scalar_one()
    return found


def _end(connection: Connection) -> tuple[int, str]:
    """Return what `seal` does; of a damaged book how many events there are, and no seal."""
    try:
        return seal(connection)
    except DataError:  # it is among the problems
        return _count(connection, event), ""


@contextmanager
def _any_text(connection: Connection) -> Iterator[None]:
    """Read texts that are no UTF-8, as a damaged file of SQLite may hold, with a sign that none of docgen's texts has."""
    driver = connection.connection.driver_connection
    if connection.dialect.name != "sqlite" or driver is None:
        yield
        return
    former, driver.text_factory = driver.text_factory, _readable
    try:
        yield
    finally:
        driver.text_factory = former


def _readable(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return "\ufffd" + raw.decode("utf-8", "backslashreplace")


def _problems(connection: Connection, older: Callable[[Connection], Problem | None]) -> Iterator[Problem]:
    """Yield every problem. A check that meets what docgen never wrote reports that, and the others go on."""
    yield from (wrong := list(structure_problems(connection)))
    try:
        yield from _row_problems(connection, older)
    except (OperationalError, ProgrammingError):
        if not wrong:
            raise
        yield from damaged().problems  # a column or a table is not there, as was said


def _row_problems(connection: Connection, older: Callable[[Connection], Problem | None]) -> Iterator[Problem]:
    history = read_history(connection)

    def place(connection: Connection, _history: History) -> Iterator[Problem]:
        if problem := older(connection):
            yield problem

    for check in (place, *_CHECKS):
        try:
            yield from check(connection, history)
        except DataError as error:
            yield from error.problems
        except UNREADABLE:
            yield from damaged().problems


def _restores(connection: Connection) -> Iterator[Problem]:
    """Yield a note for each copy that was accepted in place of a book which had been used before."""
    for row in connection.execute(select(event).where(event.c.what == RESTORED).order_by(event.c.id)):
        for _number, detail in details_in(row):
            names = {"at": row.at, "clerk": row.clerk, "reason": detail.get("reason", "")}
            message = _("{at}: {clerk} accepted this copy of the register: {reason}", **names)
            yield Problem("register-restored", message)


def _gaps(connection: Connection, _history: History) -> Iterator[Problem]:
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


def _repeated(connection: Connection, _history: History) -> Iterator[Problem]:
    """Yield a problem for each repeated number; the tables refuse one, but the file may have been changed by other means."""
    for column in (document.c.number, document.c.seq):
        query = select(column, series.c.form, series.c.year, func.count()).join(series, series.c.id == document.c.series_id)
        query = query.where(column.is_not(None)).group_by(column, document.c.series_id, series.c.form, series.c.year)
        for number, form, year, _count in connection.execute(query.having(func.count() > 1)):
            message = _("{form}: the number {number} of {year} occurs twice", form=form, number=number, year=year)
            yield Problem("number-twice", message)


def _changed(columns: list[str]) -> str:
    """Return a hint that names the columns which are not what the events say."""
    return _("What differs: {columns}.", columns=", ".join(columns))


def _sequences(connection: Connection, history: History) -> Iterator[Problem]:
    """Yield a problem for each sequence that does not begin where its events say, which could hide a gap."""
    for row, columns in altered_rows(connection, history, "series"):
        message = _("{form}, {year}: the sequence is not what its events say", form=row.form, year=row.year)
        yield Problem("sequence-altered", message, _changed(columns))
    for facts in lost_rows(connection, history, "series"):
        message = _("{form}, {year}: the sequence is not what its events say", form=facts["form"], year=facts["year"])
        yield Problem("sequence-altered", message)


def _documents(connection: Connection, history: History) -> Iterator[Problem]:
    """Yield a problem for each document whose record, number or state is not what its events say."""
    for row, columns in altered_rows(connection, history, "document"):
        if columns != ["state"]:
            message = _("the record of {number} ({form}) was altered after it was issued", number=row.number, form=row.form)
            yield Problem("record-altered", message, _changed(columns))
        if "state" in columns:
            yield _state_altered(row.number, row.form)
    for facts in lost_rows(connection, history, "document"):
        message = _("the document {number} is gone, but its events are there", number=facts.get("number"))
        yield Problem("document-gone", message)


def _skeletons(connection: Connection, history: History) -> Iterator[Problem]:
    """Yield a problem if a skeleton is not as it was written, or no document has it."""
    ids = [row.id for row, _columns in altered_rows(connection, history, "skeleton")]
    used = select(document.c.skeleton_id).where(document.c.skeleton_id.is_not(None))
    ids += connection.execute(select(skeleton.c.id).where(skeleton.c.id.not_in(used))).scalars()
    if ids:
        message = _("what the records of several documents have in common is not as it was written")
        yield Problem("skeleton-altered", message, _("Compare with a copy of the register from before."))


def _state_altered(number: object, form: object) -> Problem:
    return Problem("state-altered", _("the state of {number} ({form}) is not what its events say", number=number, form=form))


def _prints(connection: Connection, history: History) -> Iterator[Problem]:
    """Yield a problem for each document whose print is not what its events say."""
    ids = [row.id for row, _columns in altered_rows(connection, history, "printed")]
    ids += [facts["id"] for facts in lost_rows(connection, history, "printed")]
    for number in dict.fromkeys(ids):
        facts = history.facts["document"].get(number, {})
        form = history.facts["series"].get(facts.get("series_id"), {}).get("form", "")
        yield _state_altered(facts.get("number", number), form)


#: What happens to a document after it was issued: the table, the code of its problem, the column of the document.
_LATER = (
    ("correction", "correction-altered", "document_id"),
    ("handed", "hand-over-altered", "id"),
    ("request", "request-altered", "document_id"),
)


def _later(connection: Connection, history: History) -> Iterator[Problem]:
    """Yield a problem for each correction, hand-over and request of a document that is not what its event says."""
    for table, code, key in _LATER:
        ids = [getattr(row, key) for row, _columns in altered_rows(connection, history, table)]
        ids += [facts[key] for facts in lost_rows(connection, history, table)]
        for number in dict.fromkeys(ids):
            name = history.facts["document"].get(number, {}).get("number", number)
            message = _("what happened to {number} after it was issued is not what its events say", number=name)
            yield Problem(code, message, _("Compare with a copy of the register from before."))


def _stock_rows(connection: Connection, history: History) -> Iterator[Problem]:
    """Yield a problem for each movement of stock that is not what its event says."""
    changed = [(row.form, _changed(columns)) for row, columns in altered_rows(connection, history, "stock")]
    for form, hint in [*changed, *((facts["form"], "") for facts in lost_rows(connection, history, "stock"))]:
        yield Problem("stock-altered", _("the stock of {form}: a movement is not what its event says", form=form), hint)


def _patterns(connection: Connection, history: History) -> Iterator[Problem]:
    """Yield a problem for each pattern of numbers that is not what its last event says."""
    forms = [row.form for row, _columns in altered_rows(connection, history, "pattern")]
    forms += [facts["form"] for facts in lost_rows(connection, history, "pattern")]
    for form in dict.fromkeys(forms):
        yield Problem("pattern-altered", _("the pattern of numbers of {form} is not what its event says", form=form))


def _book(connection: Connection, _history: History) -> Iterator[Problem]:
    """Yield a problem unless the book has the one row that counts its events."""
    if [*connection.execute(select(book.c.id)).scalars()] != [1]:
        yield from damaged().problems


def _broken(connection: Connection, _history: History) -> Iterator[Problem]:
    for number in broken_links(connection):
        message = _("event {number} does not follow from the one before it: the past was changed there", number=number)
        yield Problem("events-altered", message, _("Compare with a copy of the register from before."))


def _duplicates(connection: Connection, _history: History) -> Iterator[Problem]:
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


def _stock(connection: Connection, _history: History) -> Iterator[Problem]:
    for form in stocks.stocked_forms(connection):
        known = stocks.movements(connection, form)
        sums = {kind: sum(len(each.serials) for each in known if each.kind == kind) for kind in stocks.KINDS}
        left = sum(map(len, stocks.left(known)))
        if sums[stocks.RECEIVED] - sums[stocks.USED] - sums[stocks.SPOILED] != left:
            message = _("the stock of {form} does not add up: {left} sheets are left", form=form, left=left)
            yield Problem("stock-wrong", message)


#: What looks at one side of the book each: a table, its chain, its sequences.
_CHECKS: tuple[Callable[[Connection, History], Iterator[Problem]], ...] = (
    _book, _gaps, _sequences, _skeletons, _documents, _prints, _later, _stock_rows, _patterns, _repeated, _broken, _duplicates,
    _stock,
)  # fmt: skip
