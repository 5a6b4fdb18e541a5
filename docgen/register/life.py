"""The life of a document: issued → printed → void, or replaced by a duplicate. Each step is an event; nothing is undone.

A duplicate is a document of its own: it gets the next number of the year in which it is issued, its event names the document
that it replaces, and that one is no longer in force. So no two sheets of paper with one number are in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from json.encoder import encode_basestring as quoted
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select, update

from docgen.canonical import canonical
from docgen.errors import DataError, visible
from docgen.form import Form
from docgen.messages import _
from docgen.register import issuing, planning
from docgen.register.events import Event, add_events
from docgen.register.hashes import stored_hash
from docgen.register.issuing import DocumentEntry
from docgen.register.planning import among, times_of
from docgen.register.queries import Document, Filter, find, number_in
from docgen.register.schema import document, insert_rows, printed, update_rows
from docgen.register.values import stored_request

if TYPE_CHECKING:
    from docgen.register.schema import AnyRow, AnySelect

ISSUED, PRINTED, VOID, REPLACED = STATES = ("issued", "printed", "void", "replaced")
#: The job of duplicates; their key is the id of the document that they replace.
DUPLICATES = "duplicates"
#: The field of a form that prints whose duplicate a document is: on a back, where the act says what the front holds.
DUPLICATE_OF = "duplicate_of"


def note_printed(connection: Connection, form: Form, job: str, hashes: Mapping[str, str], *, again: bool = True) -> None:
    """Record the prints of documents of a job, given the SHA-256 of each by its key; void and replaced documents stay so.

    Without `again`, documents that were printed with the same hash before are left out. Raise DataError for a key that was
    never issued.
    """
    query = select(document.c.id, document.c.key, printed.c.sha256).outerjoin(printed, printed.c.id == document.c.id)
    query = query.where(document.c.form == form.id, document.c.job == job)
    found = _in_a_row(connection, query, hashes)
    if hashes.keys() - {key for _number, key, _known in found}:
        found = list(among(connection, query, document.c.key, list(hashes), times_of(hashes)))
    rows = sorted((number, hashes[key], known) for number, key, known in found if key in hashes)
    if len(rows) < len(hashes):
        missing = hashes.keys() - {key for _number, key, _known in found}
        message = _("{key} of this job was never issued", key=min(missing))
        raise DataError.because("not-issued", message, _("Issue it first."), key=job)
    _record_prints(connection, rows if again else [row for row in rows if row[1] != row[2]])


def _in_a_row(connection: Connection, query: AnySelect, keys: Mapping[str, object]) -> list[AnyRow]:
    """Return the documents from the first of some keys on, as many as there are keys: those of a job mostly follow each other."""
    first = connection.execute(query.where(document.c.key == next(iter(keys)))).first() if keys else None
    if first is None:
        return []
    return list(connection.execute(query.where(document.c.id.between(first.id, first.id + len(keys) - 1))).all())


def note_one_printed(connection: Connection, which: Document, sha256: str) -> None:
    """Record the print of one document, with the SHA-256 of its file."""
    known = connection.execute(select(printed.c.sha256).where(printed.c.id == which.id)).scalar()  # as it is now
    _record_prints(connection, [(which.id, sha256, known)])


def _record_prints(connection: Connection, rows: list[tuple[int, str, str | None]]) -> None:
    """Record prints of documents: the id of each, the hash of its file, and the hash that is recorded already."""
    for chunk in issuing.chunks(rows):
        if new := [(number, stored_hash(sha256)) for number, sha256, known in chunk if known is None]:
            insert_rows(connection, printed, new)
        if other := [(stored_hash(sha256), number) for number, sha256, known in chunk if known not in (None, sha256)]:
            update_rows(connection, printed, ("sha256",), other)
        add_events(connection, [Event(PRINTED, number, f'{{"sha256":{quoted(sha256)}}}') for number, sha256, _known in chunk])


def void(connection: Connection, which: Document, reason: str) -> None:
    """Declare a document void; its number is never given again. Raise DataError if it is void or replaced already."""
    refuse_ended(which)
    _set_state(connection, which.id, VOID)
    add_events(connection, [Event(VOID, which.id, canonical({"reason": given_reason(reason)}))])


def reissue(
    connection: Connection,
    form: Form,
    which: Document,
    record: Mapping[str, object],
    reason: str,
    *,
    new_organization: bool = False,
) -> Document:
    """Issue a duplicate with `record`, which has no number yet, in place of `which`; return the duplicate.

    A form with the field `DUPLICATE_OF` says in it whose duplicate it is, whatever the record has there. Raise DataError
    if `which` is void or replaced already, or the record has no date of issue or one before that of `which`.
    """
    refuse_ended(which)
    detail = {"reason": given_reason(reason)}
    if any(field.name == DUPLICATE_OF for field in form.fields):
        record = {**record, DUPLICATE_OF: number_in(str(record.get(form.numbering.issued))[:4], which.number, which.year)}
    request = stored_request(form.numbering, str(which.id), record, which.unprinted)
    if request.issued and request.issued < which.dated:
        message = _("{number} was issued on {day}; a duplicate of it cannot be of {earlier}",
                    number=which.number, day=which.dated, earlier=request.issued)  # fmt: skip
        raise DataError.because("duplicate-earlier", message, _("Give the day on which the duplicate is issued."))
    planned = planning.plan(connection, form, [request], DUPLICATES, new_organization=new_organization)
    entry = DocumentEntry(DUPLICATES, duplicate_of=which.id, detail=detail)
    issuing.DocumentWriter(connection, form, lambda _place: entry).write(planned)
    duplicate = find(connection, Filter(form=form.id, key=(DUPLICATES, str(which.id))))
    _set_state(connection, which.id, REPLACED)
    add_events(connection, [Event(REPLACED, which.id, canonical({**detail, "by": duplicate.number}))])
    return duplicate


def _set_state(connection: Connection, number: int, state: str) -> None:
    connection.execute(update(document).where(document.c.id == number).values(state=state))


def refuse_ended(which: Document) -> None:
    """Raise DataError for a document that is void or replaced already."""
    if which.state == VOID:
        message = _("{number} of {year} is void already", number=which.number, year=which.year)
        raise DataError.because("document-void", message, _("docgen register show says when and why."))
    if which.state == REPLACED:
        names = {"number": which.number, "year": which.year, "other": which.replaced_by}
        message = _("{number} of {year} was replaced by {other} already", **names)
        raise DataError.because("document-replaced", message, _("Take the number of the duplicate."))


def given_reason(reason: str) -> str:
    """Return a reason with all its signs visible; raise DataError if there is none."""
    if not reason.strip():
        raise DataError.because("reason-missing", _("a reason must be given"), _("Write why, in a few words."))
    return visible(reason.strip())
