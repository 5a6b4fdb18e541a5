"""A column of full names → columns of surnames, given names and patronymics, and a problem of each name that is in doubt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from docgen import tables
from docgen.errors import Problem
from docgen.form.lexicon import NAME_PARTS
from docgen.messages import _
from docgen.names import BETWEEN, Doubt, take_apart
from docgen.spilled import Spilled
from docgen.tables.model import RecordTable, Value

#: Why a full name may be read otherwise, in words.
REASONS: Mapping[Doubt, Callable[[], str]] = {
    "one-word": lambda: _("it is one word"),
    "no-patronymic": lambda: _("no word of it is a patronymic, so its order is not certain"),
    "not-last": lambda: _("a patronymic is not its third word"),
    "order": lambda: _("its second word looks like a surname"),
    "two-patronymics": lambda: _("two words of it look like patronymics"),
    "many-words": lambda: _("it has more than three words"),
    "small-letters": lambda: _("a word of it begins with a small letter"),
    "initials": lambda: _("there are initials in it"),
    "signs": lambda: _("there are other signs than letters in it"),
}


@dataclass(frozen=True, slots=True)
class SplitNames:
    """A table with the parts of its full names behind its other values."""

    table: RecordTable
    #: Field → the heading that holds it; a part of a full name has the heading of that.
    headings: Mapping[str, str]
    #: A part of a full name → the place of its value in a row.
    places: Mapping[str, int]
    problems: list[Problem]


def with_names_apart(table: RecordTable, columns: Mapping[str, str]) -> SplitNames:
    """Return a table whose `columns` (heading → field) hold no full name any more."""
    columns, notes = _with_full_surnames(table, columns)
    headings = {field: heading for heading, field in columns.items()}
    full = headings.pop(tables.FULL_NAME, None)
    if full is None:
        return SplitNames(table, headings, {}, [])
    at, width = [heading.text for heading in table.headings].index(full), len(table.headings)
    values: Spilled[tuple[Value | None, ...]] = Spilled()
    problems = []
    for number, row in zip(table.numbers, table.values, strict=True):
        found = row[at] if at < len(row) else None
        parts, problem = _parts(found)
        if problem:
            problems.append(replace(problem, where=replace(table.where(number, full), key=", ".join(NAME_PARTS), label=full)))
        values.append((*row, *(None,) * (width - len(row)), *parts))
    headings |= dict.fromkeys(NAME_PARTS, full)
    places = {name: width + index for index, name in enumerate(NAME_PARTS)}
    return SplitNames(replace(table, values=values, notes=(*table.notes, *notes)), headings, places, problems)


def _parts(found: Value | None) -> tuple[tuple[str | None, ...], Problem | None]:
    """Return surname, given name and patronymic, or none of them with a problem to be placed."""
    nothing = (None,) * len(NAME_PARTS)
    if found is None:
        return nothing, None
    text = str(found)
    reading = take_apart(text) if isinstance(found, str) else take_apart("")
    if not reading.doubt:
        return (*reading.parts, *nothing[len(reading.parts) :]), None
    proposal = f" {BETWEEN} ".join(reading.parts)
    message = _("“{name}” cannot be taken apart with certainty: {reason}", name=text[:100], reason=REASONS[reading.doubt]())
    hint = _("Write it as surname | given name | patronymic.")
    if proposal:
        hint = _("Is it “{proposal}” (surname | given name | patronymic)? Then write it so.", proposal=proposal)
    return nothing, Problem("name-doubtful", message, hint, value=text, proposal=proposal)


def _with_full_surnames(table: RecordTable, columns: Mapping[str, str]) -> tuple[Mapping[str, str], list[Problem]]:
    """Return the columns with that of the surnames as one of full names, where these are in it and the others are empty."""
    headings = {field: heading for heading, field in columns.items()}
    surname, *others = (headings.get(name) for name in NAME_PARTS)
    if surname is None or others[0] is None or table.headings[0].row is None:
        return columns, []
    texts = [heading.text for heading in table.headings]
    at, empty = texts.index(surname), [texts.index(other) for other in others if other]
    if not table.values or any(_value(row, index) is not None for row in table.values for index in empty):
        return columns, []
    if not any(len(value.split()) > 1 for row in table.values if isinstance(value := _value(row, at), str)):
        return columns, []
    heading = table.headings[at]
    message = _("the other columns of the name are empty, so this one is read as full names")
    note = Problem("column-of-full-names", message, "", table.heading_where(heading), heading.text)
    rest = {text: field for text, field in columns.items() if text not in (surname, *others)}
    return rest | {surname: tables.FULL_NAME}, [note]


def _value(row: tuple[Value | None, ...], index: int) -> Value | None:
    return row[index] if index < len(row) else None
