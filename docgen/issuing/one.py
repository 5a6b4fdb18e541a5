"""One document: a record becomes a draft, the draft a document with its number."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Unpack

from docgen.canonical import canonical
from docgen.errors import DataError, Problem
from docgen.form import Form, check_numbered
from docgen.inputs import Raw, RecordSource, open_record, placing
from docgen.inputs.journal import journal_fields, read_unprinted
from docgen.inputs.sample_rows import SampleRows, sample_refused
from docgen.memory import Memory
from docgen.messages import _
from docgen.prints import Print
from docgen.record import Record, read_record, sample_record
from docgen.register import opened_register
from docgen.register.values import Request, digest, stored_request
from docgen.rendering import RenderedDocument, RenderOptions, prepare, settled

if TYPE_CHECKING:
    from docgen.inputs import GivenRecord
    from docgen.register import CorrectedDocument, Register

#: What the register calls the job of documents that are issued one by one.
JOB = "render"
#: The samples of forms, by the digests of these.
_samples: Memory[str, SampleRows] = Memory(32)


def issue(
    form: Form | str,
    record: GivenRecord,
    register: Register | Path | str,
    to: str = "pdf",
    print: Print | str = Print.FULL,
    *,
    job: str = JOB,
    new_organization: bool = False,
    allow_doubles: bool = False,
    store: Callable[[RenderedDocument], None] = lambda _document: None,
    fonts: Path | str | None = None,
    time: datetime | None = None,
    **options: Unpack[RenderOptions],
) -> RenderedDocument:
    """Issue a record and return its document with the number, once that is safe in the register.

    `register` is an open one, or where it is (`open_register`, also for `new_organization`). A record without a number gets the
    next that is free, one with a number keeps it; the same record again has the same number. Fields that only the journal shows
    (IIN, position, place of work) are kept in the register. A person who has a document for the same course already is refused,
    with `allow_doubles` noted. No lock is held while painting. `store` is called with the document
    before the register notes it as printed: what is not stored is issued, but not printed. Other parameters and errors are those
    of `render`; also DataError for a number that is taken and for the form's sample, UsageError for a form that the register
    cannot number.
    """
    with settled(fonts, time):
        drawn = draft(form, record, to, print, options)
        with opened_register(register, new_organization=new_organization) as book, placing(drawn.source):
            document = _issue(drawn, book, job, store, allow_doubles=allow_doubles)
            if book is register:  # the caller has it open, and can ask it for its notes
                return document
            return replace(document, record=Record(document.record.values, (*document.record.notes, *book.notes)))


class Correcting(Protocol):
    """What says which documents of a job were corrected: a register."""

    def corrected(self, form: Form, job: str) -> list[CorrectedDocument]:
        """Return every document of a job that was corrected, with all that it said."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A record that is to be issued: its form, where it comes from, and its raw values, printed and unprinted."""

    form: Form
    source: RecordSource
    raw: Raw
    unprinted: Raw
    to: str
    print: Print | str
    options: RenderOptions

    def painted(self, values: Raw, number: str) -> RenderedDocument:
        """Return the document with a number; errors as of `render`."""
        document = prepare(self.form, {**values, "number": number}, self.to, self.print, **self.options).document()
        notes = (*self.source.left_out, *self.source.placed(document.record.notes))
        return replace(document, number=number, record=Record(document.record.values, notes))

    def request(self) -> Request:
        """Return what the register is asked for; DataError for a record that cannot be read."""
        own = self.raw.get("number")
        record = read_record(self.form, self.raw if own else {**self.raw, "number": "0"})
        values = {name: value for name, value in record.values.items() if name != "number" or own}
        return Request(digest(canonical(values), canonical(self.unprinted)), values, self.unprinted)


def draft(form: Form | str, record: GivenRecord, to: str, print: Print | str, options: RenderOptions) -> Draft:
    """Return a record that is to be issued; errors as of `issue`, but for those of the register."""
    options = options.copy()
    loaded, source = open_record(
        form, record, values=options.pop("values", None), format=options.get("format"), ignore=options.get("ignore", ()),
        columns=options.get("columns"), forms=options.get("forms"), on=options.get("on"),
    )  # fmt: skip
    check_numbered(loaded)
    with placing(source):
        if problems := [*source.problems, *([] if options.pop("skip_doubles", False) else source.doubles)]:
            raise DataError(problems)
        if source.raw in _sample_of(loaded):
            raise sample_refused()
        unprinted_fields = journal_fields(loaded, options.get("forms"))
        unprinted = read_unprinted(unprinted_fields, source.raw)
    names = {field.name for field in unprinted_fields}
    raw = {name: value for name, value in source.raw.items() if name not in names}
    if options.get("pictures") is None:
        options["pictures"] = source.folder
    return Draft(loaded, source, raw, unprinted, to, print, options)


def _sample_of(form: Form) -> SampleRows:
    """Return the sample of a form, which nobody may be issued: read once."""
    return _samples.get(form.digest) or _samples.remember(form.digest, SampleRows(form.fields, [sample_record(form.fields)]))


def _issue(
    drawn: Draft, register: Register, job: str, store: Callable[[RenderedDocument], None], *, allow_doubles: bool
) -> RenderedDocument:
    form = drawn.form
    request, said, notes = as_corrected(drawn, register, job, drawn.request())
    [expected] = register.expect(form, [request], job)
    document = drawn.painted(said, expected)
    doubles = register.issued_people(form, [request], job) if allow_doubles else []
    [number] = register.issue(form, [request], job, once=True, one_each=not allow_doubles)
    if number != expected:
        document = drawn.painted(said, number)
    noted = [replace(each, hint="") for each in doubles]
    document = replace(document, record=replace(document.record, notes=(*document.record.notes, *notes, *noted)))
    store(document)
    register.printed(form, job, {request.key: hashlib.sha256(document.content).hexdigest()})
    return document


def as_corrected(drawn: Draft, register: Correcting, job: str, request: Request) -> tuple[Request, Raw, tuple[Problem, ...]]:
    """Return the request, and what is printed, as the book has them if the document was corrected there, with a note."""
    request, notes = _as_corrected(drawn.form, register, job, request)
    own = drawn.raw.get("number")
    now = {name: value for name, value in request.values.items() if name != "number" or own}
    return request, now if notes else drawn.raw, notes


def _as_corrected(form: Form, register: Correcting, job: str, request: Request) -> tuple[Request, tuple[Problem, ...]]:
    """Return the request as the book has it if its document was corrected there, with a note if the record is older.

    A record that was corrected like the book is the same document, not a new one.
    """
    stored = stored_request(form.numbering, request.key, request.values, request.unprinted)
    for each in register.corrected(form, job):
        if each.is_now(stored):
            return replace(request, key=each.key), ()
        if each.is_older(stored):
            message = _("the register was corrected since: what it says of {number} is printed", number=each.number)
            note = Problem("row-older", message, _("Correct the record too."))
            return Request(each.key, each.record, each.unprinted), (note,)
    return request, ()
