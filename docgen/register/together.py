"""Documents that are issued in one go, each for itself: what is wrong with one refuses that one alone.

Those of one form and clerk are given their numbers together, which takes as many questions to the book as one does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypedDict

from sqlalchemy import Connection

from docgen.errors import DataError, DocgenError
from docgen.form import Form, check_numbered
from docgen.register import issuing, keys, life, people, planning, queries
from docgen.register.keys import RequestKey
from docgen.register.values import Request, StoredRequest, stored_request, working_as


class Beginning(TypedDict):
    """What is said of sequences that begin (`planning.plan`)."""

    new_organization: bool
    pattern: str


@dataclass(frozen=True, slots=True)
class BookOrder:
    """A document that is to be issued by itself, and who asks for it.

    With `allow_doubles` its person may have a document for the same course already.
    `expected` and `sha256` are the number that it was painted with, and the hash of that file: if it gets that number, its print
    is recorded with it.
    """

    form: Form
    request: Request
    job: str
    clerk: str | None = None
    key: RequestKey | None = None
    new_organization: bool = False
    allow_doubles: bool = False
    expected: str = ""
    sha256: str = ""


def issue_each(connection: Connection, orders: Sequence[BookOrder], beginning: Beginning) -> list[str | DocgenError]:
    """Return the number of each order, or the error that refuses it; the book must be locked."""
    found: dict[int, str | DocgenError] = {}
    for places in _alike(orders):
        alike = [orders[place] for place in places]
        own: Beginning = {**beginning}
        own["new_organization"] |= alike[0].new_organization
        with working_as(alike[0].clerk):
            found |= zip(places, _issue_alike(connection, alike, own), strict=True)
    return [found[place] for place in range(len(orders))]


def _alike(orders: Sequence[BookOrder]) -> list[list[int]]:
    """Return the places of orders that can be issued together: of one form, job and clerk, no record twice."""
    groups: list[list[int]] = []
    last: dict[object, tuple[list[int], set[str]]] = {}
    for place, order in enumerate(orders):
        name = (order.form.key, order.form.digest, order.job, order.clerk, order.new_organization, order.allow_doubles)
        group, seen = last.get(name, ([], set()))
        if not group or order.request.key in seen:
            group, seen = [], set()
            groups.append(group)
            last[name] = (group, seen)
        group.append(place)
        seen.add(order.request.key)
    return groups


def _issue_alike(connection: Connection, orders: Sequence[BookOrder], beginning: Beginning) -> Iterator[str | DocgenError]:
    if len(orders) > 1:
        try:
            yield from _issue_together(connection, orders, beginning)
            return
        except DocgenError:  # nothing was written; which of them is refused is found one by one
            pass
    for order in orders:
        try:
            known = keys.document_of(connection, order.key) if order.key else None
            if known is not None:
                yield queries.with_id(connection, known).number
            else:
                yield from _issue_together(connection, [order], beginning)
        except DocgenError as error:
            yield error


def _issue_together(connection: Connection, orders: Sequence[BookOrder], beginning: Beginning) -> list[str]:
    """Issue orders of one form and clerk; raise DocgenError, with nothing written, if one is refused or known."""
    form, job = orders[0].form, orders[0].job
    keys.refuse_known(connection, [order.key for order in orders if order.key])
    planned = planning.plan(connection, form, stored_requests(form, [order.request for order in orders]), job, **beginning)
    one_each = not orders[0].allow_doubles
    refuse_issued(connection, form, planned, job, one_each=one_each)
    if one_each and people.is_somebody_twice(form, planned):
        raise DataError([])  # the second one is refused when they are issued one by one
    entry = issuing.DocumentEntry(job)
    issuing.write(connection, form, planned, lambda _place: entry)
    ids = queries.ids_of(connection, form.id, job, [order.request.key for order in orders])
    keys.store(connection, [(order.key, ids[order.request.key]) for order in orders if order.key])
    numbers = [place.number for place in planned.places]
    prints = {
        order.request.key: order.sha256
        for order, number in zip(orders, numbers, strict=True)
        if order.sha256 and number == order.expected
    }
    if prints:
        life.note_printed(connection, form, job, prints)
    return numbers


def stored_requests(form: Form, requests: Sequence[Request | StoredRequest]) -> list[StoredRequest]:
    """Return requests as the book stores them; raise UsageError for a form that it cannot number."""
    check_numbered(form)
    return [
        each if isinstance(each, StoredRequest) else stored_request(form.numbering, each.key, each.values, each.unprinted)
        for each in requests
    ]


def refuse_issued(connection: Connection, form: Form, planned: planning.Plan, job: str, *, one_each: bool) -> None:
    """Raise DataError with every request that another job has issued; with `one_each` also if it was with other words."""
    problems = planning.issued_records(connection, form, planned, job)
    problems += people.issued_people(connection, form, planned, job) if one_each else []
    if problems:
        raise DataError(sorted(problems, key=lambda problem: problem.where.row or 0))
