"""Raw values → a Record of a form, or every problem in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from docgen.errors import DataError, Problem, Where
from docgen.fields import Field, Reading, read_values
from docgen.form import Form
from docgen.form.rules import broken_rules
from docgen.messages import _, labelled


@dataclass(slots=True)
class Record:
    """One set of values that a form can print, and notes on what was mended in it.

    Nobody changes a record. It is not frozen, because a frozen object takes twice as long to create.
    """

    values: Mapping[str, object]
    notes: tuple[Problem, ...] = ()
    #: Whether it leaves space for values that are written by hand.
    is_blank: bool = False


def read_record(form: Form, raw: Mapping[str, object]) -> Record:
    """Return the record of raw values; raise DataError with all their problems at once."""
    reading = Reading()
    if not isinstance(raw, Mapping):
        raise DataError.because("not-a-record", _("a record is a set of named values"), _("See: docgen forms sample."))
    values = read_values(form.fields, raw, reading)
    reading.problems += _against_order(form, values)
    problems, remarks = broken_rules(form.rules, form.fields, values)
    reading.problems += problems
    reading.notes += remarks
    if outside := _outside_edition(form, values):
        (reading.notes if form.is_chosen else reading.problems).extend(outside)
    if reading.problems:
        raise DataError(reading.problems, reading.notes)
    return Record(values, tuple(reading.notes))


def blank_record(form: Form) -> Record:
    """Return a record that only leaves space, for a blank to be filled by hand."""
    return Record({field.name: field.blank_value() for field in form.fields}, is_blank=True)


def _outside_edition(form: Form, values: Mapping[str, object]) -> list[Problem]:
    """Return a problem if the document's own date is outside the period of the form's edition."""
    day = values[form.dated] if form.dated else None
    if not isinstance(day, date) or form.period.holds_on(day):
        return []
    message = _("{day} lies outside the time of this edition, which holds {period}", day=day, period=form.period)
    hint = _("The edition of that day is printed with --on {day}.", day=day)
    return [Problem("edition-other", message, hint, Where(key=form.dated), str(day))]


def sample_record(fields: tuple[Field, ...]) -> dict[str, object]:
    """Return raw values that can be printed as they are: the sample of each field, optional ones without a sample left out."""
    return {field.name: field.sample for field in fields if field.sample not in ("", None)}


def _against_order(form: Form, values: Mapping[str, object]) -> list[Problem]:
    """Return a problem for each date that is before one that must come first."""
    problems: list[Problem] = []
    first, begins = "", None
    for then in form.order:
        ends = values[then]
        if not isinstance(ends, date):
            continue
        if begins and ends < begins:
            label = labelled(form.field(first).label)
            message = _("{ends} lies before {first} ({begins})", ends=ends, first=label, begins=begins)
            hint = _("Exchange the two dates, or correct one.")
            problems.append(Problem("dates-reversed", message, hint, form.field(then).where(), str(ends)))
        first, begins = then, ends
    return problems
