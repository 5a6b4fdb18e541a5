"""Several documents at once, each for itself: what is wrong with one refuses that one alone.

All are painted with the numbers that they are expected to get, then issued in one transaction: the disk is waited for once, not
once a document.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from docgen.errors import DocgenError, Problem
from docgen.form import Form, form_for
from docgen.inputs import Raw, placing
from docgen.issuing.one import JOB, Draft, as_corrected, draft
from docgen.prints import Print
from docgen.register import BookOrder, RequestKey
from docgen.register.life import refuse_ended
from docgen.rendering import RenderedDocument, RenderOptions, prepare

if TYPE_CHECKING:
    from docgen.inputs import GivenRecord
    from docgen.register import CorrectedDocument, Document, Register


@dataclass(frozen=True, slots=True)
class IssueOrder:
    """A document that is wanted; `to`, `print` and `options` as for `issue`, `clerk` is who asks for it.

    `key` is the Idempotency-Key of the request: the same request again gets the same document, printed from the book. With
    `allow_doubles` a person who has a document for the same course already is noted, not refused.
    """

    form: Form | str
    record: GivenRecord
    to: str = "pdf"
    print: Print | str = Print.FULL
    clerk: str | None = None
    key: RequestKey | None = None
    new_organization: bool = False
    allow_doubles: bool = False
    options: RenderOptions = field(default_factory=RenderOptions)


@dataclass(frozen=True, slots=True)
class IssuedDocument:
    """A document with its number, and whether it was issued before, by the same request."""

    document: RenderedDocument
    is_known: bool = False


@dataclass(slots=True)
class _Work:
    """An order on its way."""

    order: IssueOrder
    drawn: Draft
    said: Raw
    stored: BookOrder
    notes: tuple[Problem, ...] = ()
    document: RenderedDocument | None = None


#: What became of an order.
Outcome = IssuedDocument | DocgenError


def issue_each(orders: Sequence[IssueOrder], register: Register) -> list[Outcome]:
    """Return the document of each order, or the error that refuses it, in their order; errors are those of `issue`.

    Raise MachineError where the register fails: then nothing was issued.
    """
    outcomes: list[Outcome | None] = [None] * len(orders)
    works: dict[int, _Work] = {}
    asked = {place: order.key for place, order in enumerate(orders) if order.key}
    requested = dict(zip(asked, register.requested_each(list(asked.values())), strict=True))
    corrections = _Corrections(register)
    for place, order in enumerate(orders):
        try:
            known = requested.get(place)
            if isinstance(known, DocgenError):
                raise known
            outcomes[place] = IssuedDocument(printed_again(known, order), is_known=True) if known else None
            if known is None:
                works[place] = _begun(order, corrections, register)
        except DocgenError as error:
            outcomes[place] = error
    works = dict(sorted(works.items(), key=_together))  # in the order in which the book gives the numbers
    _expect(works, outcomes, register)
    _paint(works, outcomes)
    _issue(works, outcomes, register)
    return [outcome for outcome in outcomes if outcome is not None]


def printed_again(known: Document, order: IssueOrder) -> RenderedDocument:
    """Return a document of the book as it says now; raise DataError if it is void or replaced."""
    refuse_ended(known)
    forms, on = order.options.get("forms"), order.options.get("on")
    form = form_for(order.form, known.record, forms, on) if isinstance(order.form, str) else order.form
    document = prepare(form, known.record, order.to, order.print, **order.options).document()
    return replace(document, number=known.number)


def _together(item: tuple[int, _Work]) -> tuple[str, str, str, bool, bool]:
    """Return what orders are brought together by: those of one form and clerk are issued at once."""
    stored = item[1].stored
    return stored.form.key, stored.form.digest, stored.clerk or "", stored.new_organization, stored.allow_doubles


class _Corrections:
    """What was corrected in the book, asked for once a form."""

    def __init__(self, register: Register):
        self._register = register
        self._known: dict[str, list[CorrectedDocument]] = {}

    def corrected(self, form: Form, job: str) -> list[CorrectedDocument]:
        """Return every document of a job that was corrected."""
        if form.id not in self._known:
            self._known[form.id] = self._register.corrected(form, job)
        return self._known[form.id]


def _begun(order: IssueOrder, corrections: _Corrections, register: Register) -> _Work:
    drawn = draft(order.form, order.record, order.to, order.print, order.options)
    with placing(drawn.source):
        request, said, notes = as_corrected(drawn, corrections, JOB, drawn.request())
        doubles = register.issued_people(drawn.form, [request], JOB) if order.allow_doubles else []
    stored = BookOrder(drawn.form, request, JOB, order.clerk, order.key, order.new_organization, order.allow_doubles)
    return _Work(order, drawn, said, stored, (*notes, *(replace(each, hint="") for each in doubles)))


def _expect(works: dict[int, _Work], outcomes: list[Outcome | None], register: Register) -> None:
    """Set the number that each order is expected to get: those of one form in a row, if the book takes all of them."""
    forms: dict[int, list[int]] = defaultdict(list)
    seen: set[str] = set()
    for place, work in works.items():
        if work.stored.request.key not in seen:  # of two equal records in one go, the second gets the number of the first
            seen.add(work.stored.request.key)
            forms[id(work.drawn.form)].append(place)
    for places in forms.values():
        form = works[places[0]].drawn.form
        try:
            numbers = register.expect(form, [works[place].stored.request for place in places], JOB)
        except DocgenError:
            continue  # who it is, the transaction says: the others are painted once more
        for place, number in zip(places, numbers, strict=True):
            works[place].stored = replace(works[place].stored, expected=number)


def _paint(works: dict[int, _Work], outcomes: list[Outcome | None]) -> None:
    """Paint each order with its expected number; one that cannot be painted leaves the works."""
    for place, work in list(works.items()):
        try:
            with placing(work.drawn.source):
                document = work.drawn.painted(work.said, work.stored.expected or "0")
        except DocgenError as error:
            outcomes[place] = error
            del works[place]
            continue
        work.document = document
        work.stored = replace(work.stored, sha256=hashlib.sha256(document.content).hexdigest())


def _issue(works: dict[int, _Work], outcomes: list[Outcome | None], register: Register) -> None:
    """Issue all in one transaction; what got another number than it was painted with is painted again, and noted then."""
    if not works:
        return
    given = register.issue_each([work.stored for work in works.values()])
    for (place, work), number in zip(works.items(), given, strict=True):
        if isinstance(number, DocgenError):
            with_place = work.drawn.source.placed(number.problems)
            outcomes[place] = type(number)(with_place, number.notes)
            continue
        try:
            outcomes[place] = _numbered(work, number, register)
        except DocgenError as error:  # it is issued; the same request again prints it
            outcomes[place] = error


def _numbered(work: _Work, number: str, register: Register) -> IssuedDocument:
    """Return the document with the number that it got; one that was painted with another is painted again."""
    document = work.document
    if document is None or number != work.stored.expected:
        document = work.drawn.painted(work.said, number)
        sha256 = hashlib.sha256(document.content).hexdigest()
        register.printed(work.drawn.form, JOB, {work.stored.request.key: sha256})
    record = replace(document.record, notes=(*document.record.notes, *work.notes))
    return IssuedDocument(replace(document, number=number, record=record))
