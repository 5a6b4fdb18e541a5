"""The hand-over of a job's documents to the customer: after it a document is corrected no more, but replaced by a duplicate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from docgen.canonical import canonical
from docgen.errors import DataError, Problem, UsageError, visible
from docgen.messages import _
from docgen.register import issuing
from docgen.register.current import HANDED_OVER
from docgen.register.events import Event, add_events
from docgen.register.hashes import stored_hash
from docgen.register.life import DUPLICATES, ISSUED, REPLACED, VOID
from docgen.register.queries import Document, Filter, documents, find
from docgen.register.schema import handed, insert_rows
from docgen.register.unknown import refuse_unknown


@dataclass(frozen=True, slots=True)
class JobDocuments:
    """The documents of a job: what there is to hand over, what is void, and what was handed over before.

    A duplicate stands in the place of the document that it replaces.
    """

    form: str
    to_hand_over: list[Document]
    void: list[Document]
    handed_over: list[Document]


def documents_of_job(connection: Connection, job: str, form: str = "") -> JobDocuments:
    """Return the documents of a job, in the order of the book.

    Raise DataError if there are none, UsageError if they are of several forms.
    """
    found = list(documents(connection, Filter(form, key=(job, ""))))
    if not found:
        refuse_unknown(connection, form=form, job=job)
        message = _("the job “{job}” has no documents of “{form}”", job=visible(job), form=form)
        raise DataError.because("job-without-form", message, _("docgen register list --job NAME shows what a job issued."))
    forms = sorted({each.form for each in found})
    if len(forms) > 1:
        message = _("the job “{job}” has documents of several forms: {forms}", job=visible(job), forms=", ".join(forms))
        raise UsageError.because("job-several", message, _("Say which: --form."))
    last = [in_its_place(connection, each) for each in found]
    return JobDocuments(
        forms[0],
        [each for each in last if each.state != VOID and not each.handed_over],
        [each for each in last if each.state == VOID],
        [each for each in last if each.state != VOID and each.handed_over],
    )


def in_its_place(connection: Connection, which: Document) -> Document:
    """Return a document, or the last duplicate that stands for it."""
    while which.state == REPLACED:
        which = find(connection, Filter(which.form, key=(DUPLICATES, str(which.id))))
    return which


def unprinted_problems(found: JobDocuments) -> Iterator[Problem]:
    """Yield a problem for each document that was never printed, or one if there is nothing to hand over."""
    for each in found.to_hand_over:
        if each.state == ISSUED:
            message = _("{number} of {year} was issued and not printed", number=each.number, year=each.year)
            yield Problem("hand-over-unprinted", message, _how_to_print(each))
    if not found.to_hand_over and found.handed_over:
        message = _("all documents of the job were handed over on {day}", day=found.handed_over[-1].handed_over)
        yield Problem("hand-over-done", message, _("For a document that was lost: docgen register reissue."))
    elif not found.to_hand_over:
        yield Problem("hand-over-empty", _("all documents of the job are void"), _("docgen register list shows them."))


def _how_to_print(which: Document) -> str:
    if which.duplicate_of:
        return _("Print the duplicate: the same docgen register reissue again, with -o.")
    return _("Print it: docgen batch … --numbers {number}. If nobody shall have it: docgen register void.", number=which.number)


def refuse_changed(connection: Connection, job: str, found: JobDocuments) -> None:
    """Raise DataError if the documents of a job are no longer as they were found; the book must be locked."""
    now = documents_of_job(connection, job, found.form)
    if [(each.id, each.sha256, each.printed_sha256) for each in now.to_hand_over] != [
        (each.id, each.sha256, each.printed_sha256) for each in found.to_hand_over
    ]:
        message = _("somebody else has just changed documents of the job “{job}”", job=visible(job))
        raise DataError.because("hand-over-crossed", message, _("Run the command again."))


def note_handed_over(connection: Connection, which: Sequence[Document], day: str, package: str) -> None:
    """Record that documents were handed over on a day, with the hash of the package's list of checksums; lock the book first."""
    detail = canonical({"day": day, "package": package})
    for chunk in issuing.chunks(sorted(each.id for each in which)):
        insert_rows(connection, handed, [(number, day, stored_hash(package)) for number in chunk])
        add_events(connection, [Event(HANDED_OVER, number, detail) for number in chunk])
