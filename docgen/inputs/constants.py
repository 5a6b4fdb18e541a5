"""Values that are the same in every row of a table: said once by the caller, instead of in a column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from docgen.errors import DataError, Problem, UsageError
from docgen.fields import MISSING, Field, Reading, labels_of, unknown_name
from docgen.inputs.sources import NumberedRow, Raw
from docgen.messages import _
from docgen.tables import meanings


@dataclass(frozen=True, slots=True)
class Constants:
    """The constants of a table, by the names of their fields, and notes on what was mended in them."""

    values: Raw = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()
    #: The fields whose values they are.
    fields: tuple[Field, ...] = ()

    def filled(self, rows: Iterable[NumberedRow]) -> Iterator[NumberedRow]:
        """Yield rows with the constants wherever they have no value of their own."""
        return ((number, {**self.values, **raw}) for number, raw in rows) if self.values else iter(rows)

    def contradicted(self, rows: Iterable[NumberedRow], named: Iterable[str]) -> Iterator[Problem]:
        """Yield a problem for each value of a row that is another one than the constant; `named` are the fields with a column."""
        held = set(named)
        ours = {each.name: _Agreement(each, self.values[each.name]) for each in self.fields if each.name in held}
        if not ours:
            return
        for number, raw in rows:
            for name, agreement in ours.items():
                if name in raw and not agreement.holds(raw[name]):
                    yield _contradiction(agreement.field, raw[name], self.values[name]).at(row=number)


NO_CONSTANTS = Constants()


def constants_of(given: Mapping[str, object] | None, fields: Iterable[Field]) -> Constants:
    """Return the constants that a caller gives by field, each name or label of `fields`.

    Raise UsageError with every name that is no field's; DataError with every value that its field cannot take.
    """
    if not given:
        return NO_CONSTANTS
    known = {each.name: each for each in fields}
    named = _named(given, known)
    reading = Reading()
    values = {name: _mended(known[name], value, reading) for name, value in named.items()}
    if reading.problems:
        raise DataError(reading.problems, reading.notes)
    return Constants(values, tuple(reading.notes), tuple(known[name] for name in values))


def _named(given: Mapping[str, object], known: Mapping[str, Field]) -> dict[str, object]:
    """Return constants by the names of fields; raise UsageError with every name that is none, or that means a field again."""
    meant = meanings(map(str, given), labels_of(known.values()))
    labels = {label.casefold(): each.name for each in known.values() for label in each.label.values()}
    named: dict[str, object] = {}
    problems = []
    for name, value in given.items():
        match meant[str(name)]:
            case [one] if one not in named:
                named[one] = value
            case [one]:
                problems.append(Problem("constant-twice", _("the field has two constants"), "", known[one].where(), str(value)))
            case _:
                problems.append(unknown_name(str(name), list(known), labels))
    if problems:
        raise UsageError(problems)
    return named


def _mended(each: Field, value: object, reading: Reading) -> object:
    """Return a constant as it is given, or with its letters mended: a note on it is needed once, not in every row."""
    before = len(reading.notes)
    if value in MISSING:
        reading.problems.append(Problem("constant-empty", _("no value is set for it"), _("Leave it out."), each.where()))
        return value
    read = each.read_or_report(value, reading)
    return read if len(reading.notes) > before else value


class _Agreement:
    """Tells whether a value of a row is the constant of its field; most rows say the same in the same way."""

    def __init__(self, each: Field, constant: object):
        self.field, self._constant = each, _read(each, constant)
        self._known: dict[tuple[type, object], bool] = {}

    def holds(self, value: object) -> bool:
        if not isinstance(value, (str, int, date)):
            return _read(self.field, value) == self._constant
        key = (type(value), value)
        if key not in self._known:
            if len(self._known) > MEMORY:
                self._known.clear()
            self._known[key] = _read(self.field, value) == self._constant
        return self._known[key]


#: How many values of a field are remembered as the constant or another one.
MEMORY = 1000


def _read(each: Field, value: object) -> object:
    """Return a value as it would be printed, so that 144 and “144” are one; what cannot be read is itself."""
    reading = Reading()
    read = each.read_or_report(value, reading)
    return value if reading.problems else read


def _contradiction(each: Field, value: object, constant: object) -> Problem:
    message = _("“{value}” is here, and “{constant}” is set for every row", value=str(value)[:60], constant=str(constant)[:60])
    hint = _("Empty the cell or correct it, or do not set “{name}”.", name=each.name)
    return Problem("constant-contradicted", message, hint, each.where(), str(value))
