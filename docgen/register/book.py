"""The register that is open: what can be asked of it and written into it, each in one short transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from docgen import clock
from docgen.errors import UsageError, visible
from docgen.form import Form, check_numbered
from docgen.inputs.old_register import OldDocument
from docgen.messages import _
from docgen.register import checking, issuing, life, queries, stock
from docgen.register import takeover as taking
from docgen.register.events import lock_book
from docgen.register.failures import told
from docgen.register.opening import WAIT, bring_up_to_date, engine_for, name_of, place_of
from docgen.register.queries import Document, Filter
from docgen.register.values import Request, StoredRequest, stored_request, working_as


class Register:
    """The book of what was issued. Made by `open_register`; safe from several threads and processes."""

    def __init__(self, engine: Engine, name: str, clerk: str | None = None, time: datetime | None = None):
        self._engine, self._clerk, self._time = engine, clerk, time
        #: How the register is called in messages.
        self.name = name

    def __enter__(self) -> Register:
        return self

    def __exit__(self, *_error: object) -> None:
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the book and holds nobody up for longer than it reads."""
        with told(self.name), self._engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection that alone writes; all of it is stored on leaving, or nothing."""
        with (
            working_as(self._clerk),
            clock.fixed(self._time),
            told(self.name),
            self._engine.connect().execution_options(docgen_writes=True) as connection,
            connection.begin(),
        ):
            lock_book(connection)
            yield connection

    def expect(self, form: Form, requests: Sequence[Request | StoredRequest], job: str) -> list[str]:
        """Return the numbers that `issue` would give at this moment. Nothing is written and no lock is held.

        The requests need only hold number, organization and date: the rest is not compared. DataError with every request that
        cannot have a number, as `issue` raises it.
        """
        requests = _kept(form, requests)
        with self.read() as connection:
            return [place.number for place in issuing.plan(connection, form, requests, job, compare=False).places]

    def issue(self, form: Form, requests: Sequence[Request | StoredRequest], job: str, *, once: bool = False) -> list[str]:
        """Give every request its number and store its record, all or none; return the numbers once that is safe on disk.

        The same job, key and values again give the same numbers and store nothing. DataError, at the row of each: an own
        number that is taken (`number-taken`, `number-twice`), a record that was changed since it got its number
        (`record-changed`), one without a date of issue (`date-missing`); with `once`, one that has a number from another job
        already (`record-issued`). UsageError for a form without a number.
        """
        requests = _kept(form, requests)
        with self.write() as connection:
            planned = issuing.plan(connection, form, requests, job)
            if once:
                issuing.refuse_issued(connection, form, planned, job)
            entry = issuing.DocumentEntry(job)
            issuing.write(connection, form, planned, lambda _place: entry)
        return [place.number for place in planned.places]

    def printed(self, form: Form, job: str, hashes: Mapping[str, str], *, again: bool = True) -> None:
        """Note for documents of a job, by their key, the SHA-256 of what was printed.

        Without `again`, those that are known to be printed with the same hash are passed over: a print that goes on where it
        was stopped is one print.
        """
        with self.write() as connection:
            life.note_printed(connection, form, job, hashes, again=again)

    def documents(self, wanted: Filter) -> list[Document]:
        """Return the documents that are meant, in the order of the book."""
        with self.read() as connection:
            return list(queries.documents(connection, wanted))

    def find(self, wanted: Filter) -> Document:
        """Return the one document that is meant; DataError when there is none, UsageError when there are several."""
        with self.read() as connection:
            return queries.find(connection, wanted)

    def history(self, which: Document) -> list[dict[str, object]]:
        """Return what happened to a document, first to last."""
        with self.read() as connection:
            return queries.history(connection, which.id)

    def reasons(self) -> dict[int, str]:
        """Return why documents are void or replaced, by their id."""
        with self.read() as connection:
            return queries.reasons(connection)

    def sequences(self, form: str = "") -> list[queries.Sequence]:
        """Return every sequence of numbers, or those of one form."""
        with self.read() as connection:
            return queries.sequences(connection, form)

    def set_pattern(self, form: Form, pattern: str) -> None:
        """Let the sequences of a form that begin from now on take another pattern; those that have begun keep theirs."""
        with self.write() as connection:
            issuing.set_pattern(connection, form, pattern)

    def void(self, wanted: Filter, reason: str) -> Document:
        """Declare a document void, for a reason; DataError when it is void or replaced already."""
        with self.write() as connection:
            which = queries.find(connection, wanted)
            life.void(connection, which, reason)
        return which

    def reissue(self, form: Form, wanted: Filter, record: Mapping[str, object], reason: str) -> Document:
        """Issue a duplicate with `record`; the document that is meant is replaced by it. Return the duplicate."""
        with self.write() as connection:
            which = queries.find(connection, wanted)
            return life.reissue(connection, form, which, record, reason)

    def note_printed(self, which: Document, sha256: str) -> None:
        """Note the SHA-256 of what was printed of one document."""
        with self.write() as connection:
            life.note_one_printed(connection, which, sha256)

    def take(self, form: Form, taken: Sequence[OldDocument], job: str, dry_run: bool = False) -> int:
        """Take an old register over, or only try (`dry_run`); return how many documents are new. DataError with every fault."""
        with self.read() if dry_run else self.write() as connection:
            planned = taking.take(connection, form, taken, job)
            if not dry_run:
                taking.write(connection, form, taken, planned, job)
        return sum(not place.is_known for place in planned.places)

    def verify(self, known: str = "") -> checking.BookReport:
        """Return what is wrong with the book: gaps, altered records or events, stock that does not add up; and its seal.

        `known` is a seal that was noted down before: it must still be in the book.
        """
        with self.read() as connection:
            return checking.verify(connection, known)

    def move_stock(self, form: str, movement: stock.Movement) -> None:
        """Note stock that was received, used or spoiled; DataError for serials that cannot be."""
        with self.write() as connection:
            stock.move(connection, form, movement)

    def stock_left(self, form: str) -> list[stock.Range]:
        """Return the serials of a form that are left."""
        with self.read() as connection:
            return stock.left(stock.movements(connection, form))

    def stock_statement(self, form: str, since: str, until: str) -> stock.Statement:
        """Return the closing statement of a period."""
        with self.read() as connection:
            return stock.statement(connection, form, since, until)


def _kept(form: Form, requests: Sequence[Request | StoredRequest]) -> list[StoredRequest]:
    check_numbered(form)
    return [
        each if type(each) is StoredRequest else stored_request(form.numbering, each.key, each.values, each.unprinted)
        for each in requests
    ]


def open_register(
    where: Path | str | None = None,
    *,
    clerk: str | None = None,
    time: datetime | None = None,
    create: bool = True,
    wait: float = WAIT,
) -> Register:
    """Return the register in a file or at a `postgresql://` address, brought up to date; use it as a context manager.

    Without `where` it is the one that `DOCGEN_REGISTER` names, else the user's own. With `create`, a file that is not there is
    made. `clerk` is who works with it, else `DOCGEN_CLERK` or the user of the system; `time` is the time of its events, else that
    of `SOURCE_DATE_EPOCH` or the clock. `wait` is how many seconds a writer waits for its turn.

    Raise DataError, UsageError or MachineError when it cannot be used.
    """
    with clock.fixed(time):  # refused before a file is made
        place = place_of(where)
    name = name_of(place)
    engine = engine_for(place, create, wait)
    try:
        with told(name):
            bring_up_to_date(engine, name, create)
    except BaseException:
        engine.dispose()
        raise
    return Register(engine, name, clerk, time)


def opened_register(register: Register | Path | str) -> AbstractContextManager[Register]:
    """Return a context manager with a register: an open one stays open, one that is named is opened for the block.

    Raise UsageError for what is neither a register nor where one is.
    """
    if isinstance(register, Register):
        return nullcontext(register)
    if not isinstance(register, str | Path):
        message = _("“{value}” is no register", value=visible(str(register)[:60]))
        raise UsageError.because("register-wrong", message, _("Give where it is, or what open_register returns."))
    return open_register(register)
