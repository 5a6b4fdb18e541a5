"""An existing register, on paper or in Excel, taken over: its numbers are kept, and each sequence goes on after its highest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, update

from docgen.errors import DataError, Problem
from docgen.form import Form
from docgen.inputs.old_register import OldDocument
from docgen.messages import _
from docgen.register import issuing
from docgen.register.issuing import DocumentEntry, Plan, SeriesPlace
from docgen.register.schema import series
from docgen.register.values import stored_request


def take(connection: Connection, form: Form, taken: Sequence[OldDocument], job: str) -> Plan:
    """Return how the rows enter the book; DataError with every number that is taken or stands twice. Nothing is written."""
    requests = [stored_request(form.numbering, str(each.row), each.values, each.unprinted) for each in taken]
    try:
        planned = issuing.plan(connection, form, requests, job, prints=False)
    except DataError as error:
        raise DataError([_for_old_register(problem) for problem in error.problems]) from None
    for each in planned.series:
        seqs = [place.seq for place in planned.places if place.series is each and place.seq is not None]
        each.floor = max([each.floor, *seqs])
    return planned


def _for_old_register(problem: Problem) -> Problem:
    """Return a problem with what to do where the numbers are on paper already: none is given anew."""
    hints = {
        "number-taken": _("If the register holds this document already, take the row out; else compare with the paper."),
        "number-twice": _("Compare both rows with the paper; delete one, or correct its number."),
    }
    return replace(problem, hint=hints.get(problem.code, problem.hint))


def write(connection: Connection, form: Form, taken: Sequence[OldDocument], planned: Plan, job: str) -> None:
    """Store the rows and let the sequences go on after them. The book is locked."""
    there = {each.id: each for each in planned.series if each.id is not None}
    entries: Mapping[str, OldDocument] = {str(each.row): each for each in taken}

    def entry(place: SeriesPlace) -> DocumentEntry:
        told = entries[place.request.key]
        detail = {"state": told.state} | ({"reason": told.reason} if told.reason else {})
        return DocumentEntry(job, "imported", told.state, detail=detail)

    issuing.write(connection, form, planned, entry)
    for number, each in there.items():
        behind = (series.c.id == number, series.c.floor < each.floor)
        if connection.execute(update(series).where(*behind).values(floor=each.floor)).rowcount:
            issuing.record_sequence(connection, number)
