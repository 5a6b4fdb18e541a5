"""The open register: each method reads or writes in one short transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from docgen.canonical import canonical
from docgen.errors import DocgenError, Problem
from docgen.files import data_folder, open_to_others
from docgen.form import Form
from docgen.inputs import OldDocument
from docgen.register import (
    checking,
    corrections,
    hand_over,
    issuing,
    keys,
    life,
    planning,
    queries,
    stock,
    takeover,
    together,
    unknown,
)
from docgen.register.events import BookEnd, book_end, holds_end, lock_book
from docgen.register.failures import database_errors
from docgen.register.keys import RequestKey
from docgen.register.people import NamesInBook
from docgen.register.queries import Document, Filter
from docgen.register.schema import IN_FORCE
from docgen.register.seen import LastSeen
from docgen.register.together import Beginning, BookOrder, refuse_issued, stored_requests
from docgen.register.values import Request, StoredRequest, working_as


class Register:
    """The book of what was issued, as `open_register` returns it; safe from several threads and processes."""

    def __init__(
        self,
        engine: Engine,
        name: str,
        clerk: str | None = None,
        time: datetime | None = None,
        new_organization: bool = False,
        series: str = "",
    ) -> None:
        self._engine, self._clerk, self._time = engine, clerk, time
        #: What a plan is told of sequences that begin: whether a near name may begin one, and the pattern of its numbers.
        self._beginning: Beginning = {"new_organization": new_organization, "pattern": series}
        self._seen = LastSeen(name, is_shared=engine.dialect.name != "sqlite")
        self._identity = ""
        #: Who is in the book, for documents that are issued by themselves: one writer at a time looks at them.
        self._names = NamesInBook()
        #: The name of the register in messages.
        self.name = name

    def __enter__(self) -> Register:
        return self

    def __exit__(self, *_error: object) -> None:
        self._engine.dispose()

    @property
    def notes(self) -> list[Problem]:
        """What its user should know of it so far: that others may read it, that it was never used here before."""
        files = [Path(self.name)] if not self._seen.is_shared else []
        opened = [note for path in (*files, data_folder()) if (note := open_to_others(path))]
        return [*opened, *self._seen.notes.values()]

    def note(self, note: Problem) -> None:
        """Add something that its user should know."""
        self._seen.notes[note.code] = note

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Provide a connection that sees one state of the book; it holds no lock for longer than it reads."""
        with database_errors(self.name), self._engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Provide the only connection that writes; all of it is committed at the end, or nothing.

        Raise DataError where the book is older than it was when it was last used from here, or parts from that
        (`register-shorter`, `register-parted`).
        """
        with self._locked() as connection:
            before = book_end(connection)
            self._seen.refuse_older(connection, self._seen.end(before.identity))
            yield connection
            end = book_end(connection)
        self._seen.store(end, before.events)

    def _last_seen(self) -> BookEnd | None:
        """Return how far the book was when it was last used from here; it is read before the book is."""
        if not self._identity:
            with self.read() as connection:
                self._identity = book_end(connection).identity
        return self._seen.end(self._identity)

    @contextmanager
    def _locked(self) -> Iterator[Connection]:
        """Provide a connection that writes to any copy of the book."""
        with (
            working_as(self._clerk, self._time),
            database_errors(self.name),
            self._engine.connect().execution_options(docgen_writes=True) as connection,
            connection.begin(),
        ):
            lock_book(connection)
            yield connection

    def expect(self, form: Form, requests: Sequence[Request | StoredRequest], job: str) -> list[str]:
        """Return the numbers that `issue` would give at this moment. Nothing is written and no lock is held.

        Only the number, organization and date of the requests are looked at. Raise DataError with every request that cannot
        have a number, as `issue` does.
        """
        return list(self.expect_all(form, stored_requests(form, requests), job))

    def expect_all(self, form: Form, requests: Collection[StoredRequest], job: str) -> Sequence[str]:
        """Return the same of requests that are in no list: they are gone through several times."""
        seen = self._last_seen()
        with self.read() as connection:
            self._seen.refuse_older(connection, seen)
            return together.expected_numbers(connection, form, requests, job, self._beginning)

    def refuse(self, form: Form, requests: Sequence[Request | StoredRequest], job: str, *, one_each: bool = False) -> None:
        """Raise DataError with every request that `issue`, with `once`, would refuse at this moment; nothing is written."""
        stored = stored_requests(form, requests)
        with self.read() as connection:
            planned = planning.plan(connection, form, stored, job, **self._beginning)
            refuse_issued(connection, form, planned, job, one_each=one_each)

    def issued_people(self, form: Form, requests: Sequence[Request | StoredRequest], job: str) -> list[Problem]:
        """Return a problem for each request whose person has a document for the same course from another job; nothing is written.

        A request that has its number already is none of them.
        """
        return self.issued_people_all(form, stored_requests(form, requests), job)

    def issued_people_all(self, form: Form, requests: Collection[StoredRequest], job: str) -> list[Problem]:
        """Return the same of requests that are in no list: they are gone through several times."""
        with self.read() as connection:
            return together.people_issued(connection, form, requests, job, self._beginning)

    def issue(
        self, form: Form, requests: Sequence[Request | StoredRequest], job: str, *, once: bool = False, one_each: bool = False
    ) -> list[str]:
        """Give every request its number and store its record, all or none; return the numbers once they are safe on disk.

        The same job, key and values again give the same numbers and store nothing. Raise UsageError for a form without a
        number, and DataError with every request, at its row, that has an own number in use (`number-taken`, `number-twice`),
        a record changed since it got its number (`record-changed`) or no date of issue (`date-missing`); with `once`, also
        one that has a number from another job already (`record-issued`), and with `one_each` besides one whose person has a
        document for the same course from another job (`person-issued`).
        """
        return list(self.issue_all(form, stored_requests(form, requests), job, once=once, one_each=one_each))

    def issue_all(
        self, form: Form, requests: Collection[StoredRequest], job: str, *, once: bool = False, one_each: bool = False,
        brief: Iterable[StoredRequest] | None = None,
    ) -> Sequence[str]:  # fmt: skip
        """Do the same with requests that are in no list: they are gone through several times.

        `brief` are the same requests with the first four values alone, where that is quicker to read.
        """
        options: dict[str, bool] = {"once": once, "one_each": one_each}
        with self.write() as connection:
            return together.issue_all(connection, form, requests, job, self._beginning, brief=brief, **options)

    def issue_each(self, orders: Sequence[BookOrder]) -> list[str | DocgenError]:
        """Issue each order for itself, all in one transaction; return its number, or the error that refuses it.

        An order whose key is known gets the number that it had; one with the number that it was painted with is recorded as
        printed. Otherwise as `issue` with `once`.
        """
        with self.write() as connection:
            return together.issue_each(connection, orders, self._beginning, self._names)

    def requested(self, asked: RequestKey) -> Document | None:
        """Return the document that a request with this key asked for before, None for a new key.

        Raise DataError if that was another request.
        """
        [found] = self.requested_each([asked])
        if isinstance(found, DocgenError):
            raise found
        return found

    def requested_each(self, asked: Sequence[RequestKey]) -> list[Document | DocgenError | None]:
        """Return for each key what `requested` returns, or raises."""
        found: list[Document | DocgenError | None] = []
        with self.read() as connection:
            known = keys.known_among(connection, asked)
            for key in asked:
                try:
                    number = keys.document_of(connection, key) if key.key in known else None
                    found.append(None if number is None else queries.with_id(connection, number))
                except DocgenError as error:
                    found.append(error)
        return found

    def printed(self, form: Form, job: str, hashes: Mapping[str, str], *, again: bool = True) -> None:
        """Record the prints of documents of a job: the SHA-256 of each file by the document's key.

        Without `again`, documents with the same hash already are left out: a run that was resumed is one print. Raise
        DataError for a key that was never issued.
        """
        self.printed_all(form, job, hashes.items(), again=again)

    def printed_all(self, form: Form, job: str, hashes: Iterable[tuple[str, str]], *, again: bool = True) -> None:
        """Record the same of pairs of a key and a hash, as they come."""
        with self.write() as connection:
            for part in planning.parts(hashes):
                life.note_printed(connection, form, job, dict(part), again=again)

    def documents(self, wanted: Filter, first: int = 0, count: int | None = None) -> list[Document]:
        """Return the wanted documents in the order of the book: all, or `count` of them from the one at `first`, from 0."""
        with self.read() as connection:
            return list(queries.documents(connection, wanted, first, count))

    def each(self, wanted: Filter) -> Iterator[Document]:
        """Yield the wanted documents as `documents` returns them, all of one state of the book and never all in memory."""
        with self.read() as connection:
            yield from queries.documents(connection, wanted)

    def count(self, wanted: Filter) -> int:
        """Return how many documents are wanted."""
        with self.read() as connection:
            return queries.count(connection, wanted)

    def refuse_unknown(self, wanted: Filter, forms: Sequence[str] = ()) -> None:
        """Raise for a form, a job or an organization that is wanted and not in the book, with the nearest that is.

        A form is known where it is installed or among `forms`. Raise UsageError for an unknown form, else DataError.
        """
        with self.read() as connection:
            names = {"form": wanted.form, "job": wanted.key[0], "organization": wanted.organization}
            unknown.refuse_unknown(connection, **names, forms=forms)

    def find(self, wanted: Filter) -> Document:
        """Return the one document that is wanted; raise DataError if there is none, UsageError if there are several."""
        with self.read() as connection:
            return queries.find(connection, wanted)

    def history(self, which: Document) -> list[dict[str, object]]:
        """Return the events of a document, first to last."""
        with self.read() as connection:
            return queries.history(connection, which.id)

    def reasons(self) -> dict[int, str]:
        """Return the reason why each document is void or replaced, by its id."""
        with self.read() as connection:
            return queries.reasons(connection)

    def sequences(self, form: str = "") -> list[queries.NumberSequence]:
        """Return every sequence of numbers, or those of one form."""
        with self.read() as connection:
            return queries.sequences(connection, form)

    def set_pattern(self, form: Form, pattern: str) -> None:
        """Give another pattern to the sequences of a form that begin from now on; raise UsageError for what is no pattern."""
        with self.write() as connection:
            issuing.set_pattern(connection, form, pattern)

    def void(self, wanted: Filter, reason: str) -> Document:
        """Declare a document void and return it; raise DataError if it is void or replaced already, or no reason is given."""
        with self.write() as connection:
            which = queries.find(connection, wanted)
            life.void(connection, which, reason)
        return which

    def reissue(
        self, form: Form, wanted: Filter, record: Mapping[str, object], reason: str, key: RequestKey | None = None
    ) -> Document:
        """Issue a duplicate with `record`, which replaces the wanted document; return the duplicate.

        A `key` is stored with it. Raise DataError if that document is void or replaced already, or the duplicate's date of issue
        is missing or earlier.
        """
        with self.write() as connection:
            which = queries.find(connection, wanted)
            duplicate = life.reissue(
                connection, form, which, record, reason, new_organization=self._beginning["new_organization"]
            )
            if key:
                keys.store(connection, [(key, duplicate.id)])
        return duplicate

    def correct(
        self, form: Form, which: Document, record: Mapping[str, object], unprinted: Mapping[str, object], reason: str
    ) -> Document:
        """Let a document that was not handed over say something else under its number; return it.

        Raise DataError if it is void, replaced or handed over, if what its number depends on would change, or if somebody else
        has corrected it since it was read.
        """
        with self.write() as connection:
            return corrections.correct(connection, form, which, record, unprinted, reason)

    def corrected(self, form: Form, job: str) -> list[corrections.CorrectedDocument]:
        """Return every document of a job that was corrected, with all that it said."""
        with self.read() as connection:
            return corrections.corrected(connection, form, job)

    def documents_of_job(self, job: str, form: str = "") -> hand_over.JobDocuments:
        """Return the documents of a job, duplicates in the places of those that they replace.

        Raise DataError if there are none, UsageError if they are of several forms.
        """
        with self.read() as connection:
            return hand_over.documents_of_job(connection, job, form)

    def in_force(self, found: Iterable[Document]) -> list[Document]:
        """Return those of some documents that are in force, a duplicate in the place of each that it replaces."""
        with self.read() as connection:
            last = [hand_over.in_its_place(connection, each) for each in found]
        return [each for each in last if each.state in IN_FORCE]

    def note_handed_over(
        self, job: str, found: hand_over.JobDocuments, day: str, package: str, publish: Callable[[], None]
    ) -> None:
        """Record that the documents of a job were handed over; `publish` lets others see the package, before all is committed.

        Raise DataError if somebody has changed one of them since they were found.
        """
        with self.write() as connection:
            hand_over.refuse_changed(connection, job, found)
            hand_over.note_handed_over(connection, found.to_hand_over, day, package)
            publish()

    def same_duplicate(self, which: Document, record: Mapping[str, object]) -> Document | None:
        """Return the duplicate that replaced a document if it was issued with this record and is still to be had, else None.

        What was not printed, or was spoiled in the printer, is printed again, until it is handed over.
        """
        if which.state != life.REPLACED:
            return None
        duplicate = self.find(Filter(which.form, key=(life.DUPLICATES, str(which.id))))
        own = {name: duplicate.record.get(name) for name in ("number", life.DUPLICATE_OF)}
        is_same = canonical({**record, **own}) == canonical(duplicate.record)
        return duplicate if is_same and duplicate.state in IN_FORCE and not duplicate.handed_over else None

    def as_it_is_now(self, which: Document) -> Document:
        """Return a document as the book has it now."""
        return self.find(Filter(which.form, key=(which.job, which.key)))

    def note_printed(self, which: Document, sha256: str) -> None:
        """Record the print of one document: the SHA-256 of its file."""
        with self.write() as connection:
            life.note_one_printed(connection, which, sha256)

    def take_over(self, form: Form, old: Sequence[OldDocument], job: str, dry_run: bool = False) -> int:
        """Take over an old register, or only check that it could be (`dry_run`); return how many documents are new.

        Raise DataError with every number that is in use or repeated.
        """
        seen = self._last_seen()
        with self.read() if dry_run else self.write() as connection:
            self._seen.refuse_older(connection, seen)
            planned = takeover.plan_takeover(connection, form, old, job, new_organization=self._beginning["new_organization"])
            if not dry_run:
                takeover.write(connection, form, old, planned, job)
        return sum(not place.is_known for place in planned.places)

    def verify(self, known: str = "") -> checking.BookReport:
        """Return what is wrong with the book (gaps, altered records or events, stock that does not add up) and its seal.

        `known` is a seal that was noted down before and must still be in the chain. A book that is older than it was when it was
        last used from here, or parts from that, is a problem too. Raise UsageError for what is no seal.
        """
        seen = None
        with suppress(DocgenError):  # a damaged book is what is looked for
            seen = self._last_seen()
        with self.read() as connection:
            report = checking.verify(connection, known, lambda connection: self._seen.problem(connection, seen))
            end = None if report.problems else book_end(connection)
        if end:
            self._seen.store(end)
        return report

    def accept_restore(self, reason: str) -> None:
        """Record that this copy of the book is meant, older than the one last used from here or another one, and why.

        Raise DataError if no reason is given, UsageError if the book goes on from where it was last used.
        """
        with self._locked() as connection:
            self._seen.accept(connection, life.given_reason(reason))
            end = book_end(connection)
        self._seen.store(end, anyway=True)

    def job_end(self, form: Form, job: str) -> BookEnd:
        """Return how far the book was when it issued the last document of a job: its identity, its events, and its seal."""
        with self.read() as connection:
            return queries.job_end(connection, form.id, job)

    def is_copy_of(self, end: BookEnd) -> bool:
        """Return whether `end` is of this book or of a copy of it, older, newer or another one."""
        with self.read() as connection:
            return book_end(connection).identity == end.identity

    def holds(self, end: BookEnd) -> bool:
        """Return whether this book was once as long as `end` says, with that seal."""
        with self.read() as connection:
            return book_end(connection).identity == end.identity and holds_end(connection, end)

    def move_stock(self, form: str, *movements: stock.Movement) -> None:
        """Record stock that was received, used or spoiled, all or nothing; raise DataError for serials that cannot be."""
        with self.write() as connection:
            for movement in movements:
                stock.move(connection, form, movement)

    def stocked_forms(self) -> list[str]:
        """Return the ids of the forms of which stock was recorded."""
        with self.read() as connection:
            return stock.stocked_forms(connection)

    def stock_left(self, form: str) -> list[stock.SerialRange]:
        """Return the serials of a form that are left; raise UsageError for a form that is unknown."""
        with self.read() as connection:
            unknown.refuse_unknown(connection, form=form)
            return stock.left(stock.movements(connection, form))

    def stock_statement(self, form: str, since: str, until: str) -> stock.StockStatement:
        """Return the closing statement of a period; both days (2026-02-06) are included. Raise as `stock_left`."""
        with self.read() as connection:
            unknown.refuse_unknown(connection, form=form)
            return stock.statement(connection, form, since, until)
