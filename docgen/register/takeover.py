"""Taking over an old register, on paper or in Excel: its numbers stay, and each sequence goes on after its highest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, update

from docgen.errors import DataError, Problem
from docgen.form import Form
from docgen.inputs import OldDocument
from docgen.messages import _
from docgen.register import issuing, planning
from docgen.register.issuing import DocumentEntry
from docgen.register.planning import Plan, SeriesPlace
from docgen.register.schema import series
from docgen.register.values import Request, stored_together


def plan_takeover(
    connection: Connection, form: Form, old: Sequence[OldDocument], job: str, *, new_organization: bool = False
) -> Plan:
    """Return how the rows would enter the book; nothing is written.

    Raise DataError with every number that is in use or repeated.
    """
    requests = stored_together(form.numbering, [Request(str(each.row), each.values, each.unprinted) for each in old])
    try:
        planned = planning.plan(connection, form, requests, job, prints=False, new_organization=new_organization)
    except DataError as error:
        raise DataError([_for_old_register(problem) for problem in error.problems]) from None
    for each in planned.series:
        seqs = [place.seq for place in planned.places if place.series is each and place.seq is not None]
        each.floor = max([each.floor, *seqs])
    return planned


def _for_old_register(problem: Problem) -> Problem:
    """Return a problem with a hint for numbers that are on paper already and cannot change."""
    hints = {
        "number-taken": _("If the register holds this document already, take the row out; else compare with the paper."),
        "number-twice": _("Compare both rows with the paper; delete one, or correct its number."),
    }
    return replace(problem, hint=hints.get(problem.code, problem.hint))


def write(connection: Connection, form: Form, old: Sequence[OldDocument], planned: Plan, job: str) -> None:
    """Store the rows and raise the floors of their sequences; the book must be locked."""
    known = {each.id: each for each in planned.series if each.id is not None}
    by_key: Mapping[str, OldDocument] = {str(each.row): each for each in old}

    def entry(place: SeriesPlace) -> DocumentEntry:
        document = by_key[place.request.key]
        detail = {"state": document.state} | ({"reason": document.reason} if document.reason else {})
        return DocumentEntry(job, "imported", document.state, detail=detail)

    issuing.DocumentWriter(connection, form, entry).write(planned)
    for number, each in known.items():
        is_behind = (series.c.id == number, series.c.floor < each.floor)
        if connection.execute(update(series).where(*is_behind).values(floor=each.floor)).rowcount:
            issuing.record_sequence(connection, number)
