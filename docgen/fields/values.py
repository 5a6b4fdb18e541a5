"""The values of a record, read field by field, and remembered because a batch repeats most of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache, partial

from docgen import fonts
from docgen.errors import Problem, Where, nearest_hint
from docgen.fields.field import Field, Reading
from docgen.fonts.faces import Family
from docgen.memory import Memory
from docgen.messages import _, n_, spoken


def read_values(fields: tuple[Field, ...], raw: Mapping[str, object], reading: Reading) -> dict[str, object]:
    """Return the value of every field, None for a missing one; unknown names and bad values become problems in `reading`."""
    return _memories(fields, fonts.family()).read(raw, reading)


def read_rows(fields: tuple[Field, ...], rows: Iterable[Mapping[str, object]]) -> tuple[list[dict[str, object]], RowReadings]:
    """Return the values of each row as `read_values`, and the problems and notes of the rows that have some."""
    read, reading = _memories(fields, fonts.family()).read, Reading()
    found: RowReadings = defaultdict(Reading)
    values = []
    for number, row in enumerate(rows, 1):
        values.append(read(row, reading))
        if reading.problems or reading.notes:
            found[number], reading = reading, Reading()
    return values, found


#: The problems and notes of rows, by the number of the row.
RowReadings = defaultdict[int, Reading]
#: Stands for the value of a field that is not remembered.
UNREAD = object()
#: How many values of a field are remembered before all are forgotten.
MEMORY = 4096
#: How many unknown names of a record are reported one by one.
UNKNOWN_NAMES = 100
NO_LABELS: Mapping[str, str] = {}


class _Memories:
    """The values of some fields that were read without a problem or note, for one family of faces.

    A number is remembered together with its type, since 1, 1.0 and True are one key.
    """

    def __init__(self, fields: tuple[Field, ...]):
        self._fields = {field.name: field for field in fields}
        self._names = frozenset(self._fields)
        self._known: dict[str, Memory[object, object]] = {name: Memory(MEMORY) for name in self._fields}
        #: The problem of each unknown name and language, since every record of a table may have it.
        self._looked_up: Memory[tuple[str, str], Problem] = Memory(UNKNOWN_NAMES)
        #: Each field's name with the function that looks a value up.
        self._recalled = [(name, known.get) for name, known in self._known.items()]

    def read(self, raw: Mapping[str, object], reading: Reading) -> dict[str, object]:
        """Return the values of a record, as `read_values`."""
        if not self._names.issuperset(raw):
            raw = self._spelled(raw)
        values: dict[str, object] = {}
        get = raw.get
        for name, recall in self._recalled:
            given = get(name)
            try:
                value = recall(given, UNREAD)
            except TypeError:  # a list, which is no key
                value = UNREAD
            values[name] = self._read(name, given, reading) if value is UNREAD else value
        if not self._names.issuperset(raw):
            reading.problems[:0] = self._unknown([str(name) for name in raw if name not in values])
        return values

    def _spelled(self, raw: Mapping[str, object]) -> Mapping[str, object]:
        """Return a record with fields that are spelled with hyphens, as keys of a TOML file often are, under their own names."""
        others = {str(name): str(name).replace("-", "_") for name in raw if name not in self._names}
        spelled = {name: own for name, own in others.items() if own in self._names and own not in raw}
        return {spelled.get(str(name), name): value for name, value in raw.items()}

    def _unknown(self, names: list[str]) -> list[Problem]:
        """Return a problem for each of the first names that no field has, and one for all the others."""
        known = list(self._fields)
        labels = {label.casefold(): each.name for each in self._fields.values() for label in each.label.values()}
        problems = [
            self._looked_up.recall((name, spoken()), partial(unknown_name, name, known, labels)) for name in names[:UNKNOWN_NAMES]
        ]
        if (others := len(names) - len(problems)) > 0:
            message = n_("the form has no field for {count} more name", "the form has no field for {count} more names", others)
            problems.append(Problem("field-unknown", message))
        return problems

    def _read(self, name: str, given: object, reading: Reading) -> object:
        """Return the value that is read from `given`; remember it if there is no problem and no note."""
        known, read = self._known[name], self._fields[name].read_or_report
        is_named = type(given) in NAMED
        if not is_named and not isinstance(given, REMEMBERED):
            return read(given, reading)
        key = given if is_named else (type(given), given)
        if (value := known.get(key, UNREAD)) is not UNREAD:  # the memory may have been cleared by another thread since
            return value
        said = len(reading.problems) + len(reading.notes)
        value = read(given, reading)
        return known.remember(key, value) if len(reading.problems) + len(reading.notes) == said else value


#: The types of which a value is remembered, and those of which it is its own key: nothing of another type is equal to it.
REMEMBERED = (str, int, date)
NAMED = {str, date, type(None)}


@lru_cache(maxsize=64)
def _memories(fields: tuple[Field, ...], _family: Family) -> _Memories:
    return _Memories(fields)


def unknown_name(name: str, known: list[str], labels: Mapping[str, str] = NO_LABELS) -> Problem:
    """Return the problem of a field that the form does not have, with a hint at the field of this label or the nearest name.

    `labels` maps the labels of the fields, in small letters, to their names.
    """
    hint = nearest_hint(name[:100], known)
    if meant := labels.get(name.strip().casefold()):
        hint = _("That is its label: here it is called “{name}”.", name=meant)
    return Problem("field-unknown", _("the form has no field of this name"), hint, Where(key=name[:100]))
