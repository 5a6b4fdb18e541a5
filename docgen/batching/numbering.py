"""The register's part in a batch: which numbers the rows may expect, and which they have got.

No lock is held while volumes are painted. They are painted with the numbers that the register would give at that moment; when
all have passed, it gives them for good in one transaction. Where somebody else was quicker, or bad rows were left out, the
volumes are painted once more with the numbers that were given. Nothing is shown before that.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from docgen.batching.conflicts import Refusals
from docgen.batching.entries import Entry
from docgen.batching.lines import RequestReader, number_in, printed_in
from docgen.batching.manifest import Manifest
from docgen.batching.selection import Selection
from docgen.batching.volumes import NO_NUMBER, request_of
from docgen.errors import DataError, Problem, UsageError, Where
from docgen.fields import Reading, read_values
from docgen.form import Form
from docgen.inputs.sources import NumberedRow, Raw
from docgen.messages import _
from docgen.register import BookEnd, CorrectedDocument, Register, RequestWriter, StoredRequest, stored_request
from docgen.spilled import Spilled


@dataclass(frozen=True, slots=True)
class Numbered:
    """A register and what it calls the job: the same job again gives the same numbers.

    Who has a document for the same course from another job gets no second one, unless that is allowed: then it is noted.
    """

    register: Register
    job: str
    allow_doubles: bool = False
    #: The same person issued by another job, where that is allowed, by row.
    doubles: dict[int, Problem] = field(default_factory=dict)

    def expected(self, form: Form, rows: Iterable[NumberedRow]) -> Mapping[int, str | None]:
        """Return for each row the number that it would get, None where it brings its own.

        Rows that lack an organization or a date get `NO_NUMBER`: they are refused when they are read.
        """
        asking = _asking(form)
        asked, kinds, numbered = Spilled[StoredRequest](), bytearray(), array("q")
        for row, raw in rows:
            number = raw.get("number")
            is_own = number not in (None, "")
            if request := asking(raw, number if is_own else None):
                asked.append(StoredRequest(str(row), *request))
            numbered.append(row)
            kinds.append(is_own << 1 | (request is not None))
        given = iter(self.register.expect_all(form, asked, self.job))
        numbers = (next(given) if kind & 1 else NO_NUMBER for kind in kinds)
        own = (None if kind & 2 else number for kind, number in zip(kinds, numbers, strict=True))
        return RowNumbers(zip(numbered, own, strict=True))

    def expecting(
        self, form: Form, rows: Iterable[NumberedRow], refusals: Refusals
    ) -> tuple[Iterable[NumberedRow], Mapping[int, str | None]]:
        """Return the rows that are not refused, and the numbers that they may expect; `rows` can be gone through again."""
        while True:
            try:
                return rows, self.expected(form, rows)
            except DataError as error:
                rows = refusals.without(rows, error)

    def chosen(
        self, form: Form, rows: Iterable[NumberedRow], only: Selection, refusals: Refusals
    ) -> tuple[Iterable[NumberedRow], Mapping[int, str | None]]:
        """Return the rows that are asked for, and the numbers that they may expect; `rows` can be gone through again.

        Those that are asked for by their numbers are printed though the register refuses others, such as void documents.
        """
        if not only.field:
            return self.expecting(form, list(only.of(rows)) if only.text else rows, refusals)
        others = Refusals(skip_bad=True)
        rows, numbers = self.expecting(form, rows, others)
        if asked := [problem for problem in others.problems if only.names(problem.value)]:
            rows = refusals.without(rows, DataError(asked))
            only = only.with_met(problem.value for problem in asked)
        shown = [(row, {**raw, "number": numbers[row] or raw.get("number")}) for row, raw in rows]
        chosen = {row for row, _raw in only.of(shown)}
        rows = [(row, raw) for row, raw in rows if row in chosen]
        self.refuse_unissued(form, rows, numbers)
        return rows, numbers

    @staticmethod
    def request(form: Form, entry: Entry) -> StoredRequest:
        """Return an entry in the words of the register; a number that it gave is its own to add."""
        return request_of(RequestWriter(form.numbering), entry)

    def refused(self, form: Form, requests: Sequence[StoredRequest]) -> list[Problem]:
        """Return the problems for which the register would not number these rows, each with its row; nothing is issued."""
        self._note_doubles(form, requests)
        try:
            self.register.refuse(form, requests, self.job, one_each=not self.allow_doubles)
        except DataError as error:
            return error.problems
        return []

    def issue(self, form: Form, lines: Collection[bytes]) -> Mapping[int, str | None]:
        """Give each printed record its number for good; return them by row, or nothing where they are those that were printed.

        The lines are gone through several times.
        """
        numbers = self._issued(form, PrintedRequests(lines), BriefRequests(lines))
        if all(number == printed for number, printed in zip(numbers, map(number_in, lines), strict=True)):
            return {}
        return RowNumbers(zip((int(printed_in(line)[0]) for line in lines), numbers, strict=True))

    @staticmethod
    def instead(numbers: Mapping[int, str | None], given: Mapping[int, str | None]) -> Mapping[int, str | None]:
        """Return what rows are printed with now that others were given; a row that got none has `NO_NUMBER`."""
        return RowNumbers((row, number and given.get(row, NO_NUMBER)) for row, number in numbers.items())

    def issue_entries(
        self, form: Form, rows: list[NumberedRow], entries: Mapping[int, Entry], refusals: Refusals
    ) -> tuple[list[NumberedRow], dict[int, str | None]]:
        """Give each row its number for good; return the rows that were not refused, and their numbers, None for own ones."""
        while True:
            writer = RequestWriter(form.numbering)
            writer.learn(entries[row].record.values for row, _raw in rows)
            requests = [request_of(writer, entries[row]) for row, _raw in rows]
            try:
                numbers = self._issued(form, requests)
            except DataError as error:
                rows = refusals.without(rows, error)
                continue
            given = zip(rows, numbers, strict=True)
            return rows, {row: None if entries[row].has_own_number else number for (row, _raw), number in given}

    def _issued(
        self, form: Form, requests: Collection[StoredRequest], brief: Iterable[StoredRequest] | None = None
    ) -> Sequence[str]:
        self._note_doubles(form, requests)
        return self.register.issue_all(form, requests, self.job, once=True, one_each=not self.allow_doubles, brief=brief)

    def _note_doubles(self, form: Form, requests: Collection[StoredRequest]) -> None:
        """Remember who has a document from another job already, where that is allowed."""
        found = self.register.issued_people_all(form, requests, self.job) if self.allow_doubles else []
        self.doubles.update({each.where.row or 0: replace(each, hint="") for each in found})

    @property
    def notes(self) -> list[Problem]:
        """What is noted of the rows, in their order."""
        return [self.doubles[row] for row in sorted(self.doubles)]

    def corrected(self, form: Form) -> dict[int, CorrectedDocument]:
        """Return the documents of the job that were corrected since they were issued, by row."""
        return {int(each.key): each for each in self.register.corrected(form, self.job) if each.key.isdecimal()}

    def printed(self, form: Form, lines: Iterable[bytes], *, again: bool) -> None:
        """Note in the register what was printed, by the hash of each record's pages; without `again`, only what is new to it."""
        self.register.printed_all(form, self.job, map(printed_in, lines), again=again)

    def facts(self, form: Form) -> dict[str, object]:
        """Return what the manifest says of the register: the job, and how far the book was when it had issued it."""
        end = self.register.job_end(form, self.job)
        return {"job": self.job, "book": end.identity, "events": end.events, "seal": end.hash}

    def refuse_lost(self, manifest: Manifest, path: Path, *, is_resumed: bool) -> None:
        """Raise DataError where the batch of a manifest is lost to the book: that would give its numbers to others.

        A batch that is printed anew may have been numbered by another book, one that is resumed may not.
        """
        end = end_in(manifest, path)
        is_ours = end is not None and (is_resumed or self.register.is_copy_of(end))
        if is_ours and (problem := lost_problem(self.register, manifest, path)):
            raise DataError(problem)

    def refuse_unissued(self, form: Form, rows: list[NumberedRow], numbers: Mapping[int, str | None]) -> None:
        """Raise DataError when records that were chosen by their numbers would get other ones: they were never issued."""
        now = self.expected(form, rows)
        never = [row for row, _raw in rows if now[row] != numbers[row]]
        if never:
            hint = _("Print the whole table first, or choose by --only ROWS.")
            raise DataError([Problem("not-issued", _("this number was never given"), hint).at(row=row) for row in never])


class RowNumbers(Mapping[int, str | None]):
    """The number of each row, None where it brings its own: a million of them in little memory, quick one after another."""

    def __init__(self, pairs: Iterable[tuple[int, str | None]]) -> None:
        self._rows, self._numbers = array("q"), Spilled[str | None]()
        is_in_order = True
        for row, number in pairs:
            is_in_order = is_in_order and (not self._rows or row > self._rows[-1])
            self._rows.append(row)
            self._numbers.append(number)
        #: Where each row is, unless they are in order: then it is found.
        self._places = None if is_in_order else {row: place for place, row in enumerate(self._rows)}

    def __getitem__(self, row: int) -> str | None:
        if self._places is not None:
            return self._numbers[self._places[row]]
        place = bisect_left(self._rows, row)
        if place == len(self._rows) or self._rows[place] != row:
            raise KeyError(row)
        return self._numbers[place]

    def __iter__(self) -> Iterator[int]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


class PrintedRequests(Collection[StoredRequest]):
    """What the register is asked to keep of each record that was printed: read from their lines, as often as it is needed."""

    def __init__(self, lines: Collection[bytes]):
        self._lines = lines

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[StoredRequest]:
        return map(StoredRequest._make, map(RequestReader().request_in, self._lines))

    def __contains__(self, request: object) -> bool:
        return any(each == request for each in self)


@dataclass(frozen=True, slots=True)
class BriefRequests(Iterable[StoredRequest]):
    """The same, with nothing but what is enough to foresee their numbers: the record itself is not read."""

    lines: Iterable[bytes]

    def __iter__(self) -> Iterator[StoredRequest]:
        for asked in map(RequestReader().asked_in, self.lines):
            yield StoredRequest(*asked)


def end_in(manifest: Manifest, path: Path) -> BookEnd | None:
    """Return how far the book was when it had numbered the batch of a manifest, None where the manifest does not say it.

    Raise DataError for a damaged manifest.
    """
    facts = manifest.get("register")
    if facts is None or "seal" not in facts:  # it was not numbered, or by an older docgen
        return None
    try:
        return BookEnd(str(facts["book"]), int(facts["events"]), str(facts["seal"]))
    except (KeyError, TypeError, ValueError):
        message = _("the manifest lacks something that a batch writes into it")
        raise DataError.because("manifest-damaged", message, _("Print the batch anew."), file=str(path)) from None


def lost_problem(register: Register, manifest: Manifest, path: Path) -> Problem | None:
    """Return a problem where a book does not hold the seal that a manifest has, else None."""
    end = end_in(manifest, path)
    if end is None or register.holds(end):
        return None
    message = _("the register {name} does not know this batch: it is an older copy, or another register", name=register.name)
    hint = _("Put its newest copy back, or name the register that numbered the batch.")
    return Problem("batch-unknown", message, hint, Where(file=str(path)))


#: Kinds of values that are remembered by what they are; numbers are not, since 1, 1.0 and True are one key.
PLAIN = (str, date, datetime)
#: What a number depends on: an own one, the organization, the date of issue.
Asked = tuple[str, str, str]


def _asking(form: Form) -> Callable[[Raw, object], Asked | None]:
    """Return what reads of a row, with its own number or None, what its number depends on: None where that cannot be read.

    Most rows of a batch bring no number, and repeat the rest.
    """
    place = (form.numbering.organization, form.numbering.issued)
    fields = tuple(field for field in form.fields if field.name in (*place, "number"))

    def read(organization: object, issued: object, number: object) -> Asked | None:
        reading, given = Reading(), dict(zip(place, (organization, issued), strict=True))
        values = read_values(fields, given | {"number": NO_NUMBER if number is None else number}, reading)
        request = stored_request(form.numbering, "", values)
        return None if reading.problems else ("" if number is None else request.number, request.organization, request.issued)

    known = lru_cache(maxsize=4096)(lambda organization, issued: read(organization, issued, None))

    def ask(raw: Raw, number: object) -> Asked | None:
        organization, issued = map(raw.get, place)
        if number is None and type(organization) in PLAIN and type(issued) in PLAIN:
            return known(organization, issued)
        return read(organization, issued, number)

    return ask


def check_job(job: str) -> str:
    """Return the name of a job; raise UsageError for one that is empty or too long for a list."""
    if not job.strip() or len(job) > 200 or not job.isprintable():
        raise UsageError.because("job-wrong", _("the register needs a name for the job"), _("Give --job NAME."), key="--job")
    return job
