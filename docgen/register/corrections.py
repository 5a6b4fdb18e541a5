"""A document is corrected under its number until it is handed over: an event with the reason and the hashes of both versions.

Its own row stays as it was issued; what it says since then is a row of `correction`, to which later ones are added. What a number
depends on (`fixed_fields`) cannot be corrected: such a document is void, and another one is issued.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, null, select

from docgen.canonical import canonical
from docgen.errors import DataError, UsageError, nearest_hint, visible
from docgen.form import Form
from docgen.inputs import journal_fields, read_unprinted
from docgen.messages import _
from docgen.register.current import AS_ISSUED, CORRECTION, SKELETON_ISSUED, record_in
from docgen.register.events import Event, add_events
from docgen.register.hashes import stored_hash
from docgen.register.life import DUPLICATE_OF, given_reason, refuse_ended
from docgen.register.queries import Document, Filter, find
from docgen.register.schema import correction, document, insert_rows
from docgen.register.values import NOTHING, StoredRequest, content_key, digest, stored_request

if TYPE_CHECKING:
    from docgen.register.schema import AnyRow


@dataclass(frozen=True, slots=True)
class Version:
    """What a document said at a time: the hash of its record and unprinted values, and those values in canonical JSON."""

    sha256: str
    record: str
    unprinted: str

    def is_of(self, request: StoredRequest, number: str) -> bool:
        """Return whether a request says the same; one without unprinted values does not contradict them."""
        unprinted = self.unprinted if request.unprinted == NOTHING else request.unprinted
        return digest(request.record(number), unprinted) == self.sha256


@dataclass(frozen=True, slots=True)
class CorrectedDocument:
    """A document that was corrected: its job's key, its number, and its versions, first to last."""

    key: str
    number: str
    versions: tuple[Version, ...]

    @property
    def record(self) -> Mapping[str, object]:
        """What it says now, with its number."""
        values: dict[str, object] = json.loads(self.versions[-1].record)
        return values

    @property
    def unprinted(self) -> Mapping[str, object]:
        """What it says now and does not print."""
        values: dict[str, object] = json.loads(self.versions[-1].unprinted)
        return values

    def is_older(self, request: StoredRequest) -> bool:
        """Return whether a request says what the document said before, and not what it says now."""
        *before, now = self.versions
        return not now.is_of(request, self.number) and any(each.is_of(request, self.number) for each in before)

    def is_now(self, request: StoredRequest) -> bool:
        """Return whether a request says what the document says now."""
        return self.versions[-1].is_of(request, self.number)


def corrected_values(
    form: Form, document: Document, given: Mapping[str, object], forms: Path | str | None = None
) -> tuple[dict[str, object], dict[str, object]]:
    """Return what a document says, and what it does not print, with the values that are given; raise UsageError for no field."""
    journal = journal_fields(form, forms)
    printed, unprinted = ([field.name for field in fields] for fields in (form.fields, journal))
    for name in given:
        if name not in (*printed, *unprinted):
            message = _("the form has no field “{name}”", name=visible(name))
            raise UsageError.because("field-unknown", message, nearest_hint(name, [*printed, *unprinted]), key="--set")
    of_record = {name: value for name, value in given.items() if name in printed}
    of_journal = {name: value for name, value in given.items() if name not in printed}
    return {**document.record, **of_record}, read_unprinted(journal, {**document.unprinted, **of_journal})


def fixed_fields(form: Form) -> tuple[str, str, str]:
    """Return the fields that cannot be corrected: what the number depends on, and the number itself."""
    return "number", form.numbering.organization, form.numbering.issued


def correct(
    connection: Connection,
    form: Form,
    which: Document,
    record: Mapping[str, object],
    unprinted: Mapping[str, object],
    reason: str,
) -> Document:
    """Let a document say `record` and `unprinted` from now on, and return it; the book must be locked.

    Raise DataError if it is void, replaced or handed over, if nothing is another, if what its number depends on would be, or if
    somebody else has corrected it since `which` was read.
    """
    read, which = which, find(connection, Filter(which.form, key=(which.job, which.key)))
    if which.sha256 != read.sha256:
        message = _("somebody else has just corrected {number} of {year}", number=which.number, year=which.year)
        raise DataError.because("correction-crossed", message, _("Look at it (docgen register show), then correct it again."))
    refuse_ended(which)
    _refuse_handed_over(which)
    why = given_reason(reason)
    values = {**record, "number": which.number}
    request = stored_request(form.numbering, which.key, values, unprinted)
    text = request.record(which.number)
    plain = json.loads(text)
    _refuse_fixed(form, which, plain)
    _refuse_other_first(which, plain)
    changed = _changed(which, plain, json.loads(request.unprinted))
    if not changed:
        message = _("{number} of {year} says so already", number=which.number, year=which.year)
        raise DataError.because("correction-none", message, _("docgen register show says what the book holds."))
    sha256 = digest(text, request.unprinted)
    last: int = connection.execute(select(func.coalesce(func.max(correction.c.id), 0))).scalar_one()
    words = f"{which.number.casefold()} {request.sought}".rstrip()
    row = (last + 1, which.id, text, request.unprinted, stored_hash(sha256), content_key(request.content), words)
    insert_rows(connection, correction, [row])
    detail = {"reason": why, "before": which.sha256, "sha256": sha256, "correction": last + 1, "fields": changed}
    add_events(connection, [Event(CORRECTION, which.id, canonical(detail))])
    return find(connection, Filter(which.form, key=(which.job, which.key)))


def _changed(which: Document, record: Mapping[str, object], unprinted: Mapping[str, object]) -> list[str]:
    """Return the names of the fields that are another, in the order of their names."""
    pairs = ((which.record, record), (which.unprinted, unprinted))
    return sorted({name for was, now in pairs for name in {**was, **now} if was.get(name) != now.get(name)})


def _refuse_fixed(form: Form, which: Document, record: Mapping[str, object]) -> None:
    for name in fixed_fields(form):
        if record.get(name) != which.record.get(name):
            message = _("the number {number} depends on this: it cannot be corrected", number=which.number)
            hint = _("Declare the document void (docgen register void) and issue another one.")
            raise DataError.because("correction-fixed", message, hint, key=name)


def _refuse_other_first(which: Document, record: Mapping[str, object]) -> None:
    """Raise DataError if a duplicate would say that it is one of another document."""
    if which.duplicate_of and record.get(DUPLICATE_OF) != which.record.get(DUPLICATE_OF):
        message = _("{number} is the duplicate of {first}: the book says so, and it cannot be corrected",
                    number=which.number, first=which.duplicate_of)  # fmt: skip
        raise DataError.because("correction-fixed", message, key=DUPLICATE_OF)


def _refuse_handed_over(which: Document) -> None:
    if which.handed_over:
        message = _("{number} of {year} was handed over on {day}: its paper is with its owner",
                    number=which.number, year=which.year, day=which.handed_over)  # fmt: skip
        hint = _("Issue a duplicate, which says that it is one: docgen register reissue.")
        raise DataError.because("document-handed-over", message, hint)


def corrected(connection: Connection, form: Form, job: str) -> list[CorrectedDocument]:
    """Return every document of a job that was corrected, with all that it said."""
    own = (document.c.id, document.c.key, document.c.number)
    query = select(*own, correction.c.sha256, correction.c.record, correction.c.unprinted, null().label("skeleton"))
    query = query.select_from(document.join(correction))
    rows = connection.execute(query.where(document.c.form == form.id, document.c.job == job).order_by(correction.c.id)).all()
    later: dict[int, list[AnyRow]] = {}
    for row in rows:
        later.setdefault(row.id, []).append(row)
    found = []
    for number, versions in later.items():
        first = connection.execute(
            select(*document.c, SKELETON_ISSUED).select_from(AS_ISSUED).where(document.c.id == number)
        ).one()
        found.append(CorrectedDocument(first.key, first.number, _versions([first, *versions])))
    return found


def _versions(rows: Sequence[AnyRow]) -> tuple[Version, ...]:
    return tuple(Version(row.sha256, record_in(row), row.unprinted) for row in rows)
