"""Which records of a table have one number: without a register nobody else sees that two people would hold it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docgen.errors import Problem, Where
from docgen.form import Form
from docgen.messages import _
from docgen.record import Record


def number_in_full(form: Form, record: Record) -> str | None:
    """Return a record's number with what it is unique in, its organization and year; 417 is 00417. None without a number."""
    number = str(record.values.get("number") or "")
    if form.lacks_for_numbers or not number:
        return None
    year = str(record.values.get(form.numbering.issued) or "")[:4]
    place = form.numbering.number.seq(number, int(year)) if year.isdecimal() else None
    return f"{place or number}/{year}/{record.values.get(form.numbering.organization)}".casefold()


def doubled_numbers(numbered: Iterable[tuple[int, str, str | None]]) -> Iterator[Problem]:
    """Give a note of each row whose number an earlier one has; rows come with their number, plain and in full."""
    first: dict[str, int] = {}
    for row, number, in_full in numbered:
        earlier = row if in_full is None else first.setdefault(in_full, row)
        if earlier != row:
            message = _("the number {number} stands in row {row} too", number=number, row=earlier)
            yield Problem("number-doubled", message, _("Give each record a number of its own."), Where(row=row, key="number"))
