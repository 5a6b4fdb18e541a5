"""Documents that are issued in one go, each for itself: what is wrong with one refuses that one alone.

Those of one form and clerk are given their numbers together, which takes as many questions to the book as one does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypedDict

from sqlalchemy import Connection

from docgen.errors import DataError, DocgenError, Problem
from docgen.form import Form, check_numbered
from docgen.register import issuing, keys, life, people, planning, queries
from docgen.register.events import signature
from docgen.register.keys import RequestKey
from docgen.register.values import Request, StoredRequest, stored_together, working_as
from docgen.spilled import Spilled


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


def issue_each(
    connection: Connection, orders: Sequence[BookOrder], beginning: Beginning, names: people.NamesInBook
) -> list[str | DocgenError]:
    """Return the number of each order, or the error that refuses it; the book must be locked.

    `names` are those of the book, kept from one call to the next.
    """
    found: dict[int, str | DocgenError] = {}
    for places in _alike(orders):
        alike = [orders[place] for place in places]
        own: Beginning = {**beginning}
        own["new_organization"] |= alike[0].new_organization
        with working_as(alike[0].clerk):
            found |= zip(places, _issue_alike(connection, alike, own, names), strict=True)
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


def _issue_alike(
    connection: Connection, orders: Sequence[BookOrder], beginning: Beginning, names: people.NamesInBook
) -> Iterator[str | DocgenError]:
    if len(orders) > 1:
        try:
            yield from _issue_together(connection, orders, beginning, names)
            return
        except DocgenError:  # nothing was written; which of them is refused is found one by one
            pass
    for order in orders:
        try:
            known = keys.document_of(connection, order.key) if order.key else None
            if known is not None:
                yield queries.with_id(connection, known).number
            else:
                yield from _issue_together(connection, [order], beginning, names)
        except DocgenError as error:
            yield error


def _issue_together(
    connection: Connection, orders: Sequence[BookOrder], beginning: Beginning, names: people.NamesInBook
) -> list[str]:
    """Issue orders of one form and clerk; raise DocgenError, with nothing written, if one is refused or known."""
    form, job = orders[0].form, orders[0].job
    keys.refuse_known(connection, [order.key for order in orders if order.key])
    planned = planning.plan(connection, form, stored_requests(form, [order.request for order in orders]), job, **beginning)
    one_each = not orders[0].allow_doubles
    refuse_issued(connection, form, planned, job, one_each=one_each and names.perhaps(connection, planned))
    if one_each and people.is_somebody_twice(form, planned):
        raise DataError([])  # the second one is refused when they are issued one by one
    entry = issuing.DocumentEntry(job)
    issuing.DocumentWriter(connection, form, lambda _place: entry).write(planned)
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


def issue_all(
    connection: Connection, form: Form, requests: Collection[StoredRequest], job: str, beginning: Beginning,
    *, once: bool = False, one_each: bool = False, brief: Iterable[StoredRequest] | None = None,
) -> Sequence[str]:  # fmt: skip
    """Issue the requests of one job, all or none, and return their numbers; the book must be locked.

    Those of a long job are gone through several times, a part of them at a time. `brief` are the same, with nothing but what is
    enough to foresee their numbers, where that is read more quickly.
    """
    entry = issuing.DocumentEntry(job)
    writer = issuing.DocumentWriter(connection, form, lambda _place: entry, signature(connection))
    if len(requests) <= planning.WHOLE:
        planned = planning.plan(connection, form, list(requests), job, **beginning)
        if once:
            refuse_issued(connection, form, planned, job, one_each=one_each)
        writer.write(planned)
        return [place.number for place in planned.places]
    planner = planning.Planner(connection, form, job, in_parts=True, **beginning)
    others = people.Others(connection, form, job, by_person=one_each) if once else None
    refused: list[Problem] = []
    if others is None or others.is_nobody:
        _foresee(planner, requests if brief is None else brief)
    else:
        refused = _foreseen(planner, requests, others, by_person=one_each)
    numbers: Spilled[str] = Spilled()
    for part in planning.parts(requests):
        places = planner.places(part)
        for place in places:
            numbers.append(place.number)
        if not planner.problems:  # else all of it is refused in the end, and what was written is not kept
            writer.write(planning.Plan(places, planner.series))
    planner.refuse()
    if refused:
        raise DataError(refused)
    return numbers


def expected_numbers(
    connection: Connection, form: Form, requests: Collection[StoredRequest], job: str, beginning: Beginning
) -> Sequence[str]:
    """Return the numbers that requests would get; only the number, organization and date of each are looked at."""
    planner = planning.Planner(connection, form, job, compare=False, in_parts=len(requests) > planning.WHOLE, **beginning)
    _foresee(planner, requests)
    numbers = Spilled(place.number for part in planning.parts(requests) for place in planner.places(part))
    planner.refuse()
    return numbers


def people_issued(
    connection: Connection, form: Form, requests: Collection[StoredRequest], job: str, beginning: Beginning
) -> list[Problem]:
    """Return a problem for each request whose person has a document for the same course from another job."""
    asked: Iterable[StoredRequest] = requests
    if len(requests) > planning.WHOLE:
        others = people.Others(connection, form, job, by_person=True)
        if others.is_nobody:
            return []
        asked = [each for part in planning.parts(requests) for each in others.perhaps(part)]
    planned = planning.plan(connection, form, list(asked), job, compare=False, prints=False, **beginning)
    return people.issued_people(connection, form, planned, job)


def _foresee(planner: planning.Planner, requests: Iterable[StoredRequest]) -> None:
    for part in planning.parts(requests):
        planner.foresee(part)


def _foreseen(
    planner: planning.Planner, requests: Iterable[StoredRequest], others: people.Others, *, by_person: bool
) -> list[Problem]:
    """Foresee all requests of a job; return a problem for each new one that another job has issued."""
    connection, form, job = planner.connection, planner.form, planner.job
    asked = [each for part in planning.parts(requests) for each in others.perhaps(planner.foresee(part))]
    planned = planning.Plan([planning.SeriesPlace(each, None) for each in asked])
    return issued_problems(connection, form, planned, job, one_each=by_person) if asked else []


def stored_requests(form: Form, requests: Sequence[Request | StoredRequest]) -> list[StoredRequest]:
    """Return requests as the book stores them; raise UsageError for a form that it cannot number."""
    check_numbered(form)
    stored = iter(stored_together(form.numbering, [each for each in requests if isinstance(each, Request)]))
    return [each if isinstance(each, StoredRequest) else next(stored) for each in requests]


def refuse_issued(connection: Connection, form: Form, planned: planning.Plan, job: str, *, one_each: bool) -> None:
    """Raise DataError with every request that another job has issued; with `one_each` also if it was with other words."""
    if problems := issued_problems(connection, form, planned, job, one_each=one_each):
        raise DataError(problems)


def issued_problems(connection: Connection, form: Form, planned: planning.Plan, job: str, *, one_each: bool) -> list[Problem]:
    """Return a problem for each request that another job has issued, in the order of their rows."""
    problems = planning.issued_records(connection, form, planned, job)
    problems += people.issued_people(connection, form, planned, job) if one_each else []
    return sorted(problems, key=lambda problem: problem.where.row or 0)
