"""The values of a record, field by field, remembered where they repeat."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from docgen import fonts
from docgen.errors import Problem, Where, nearest_hint
from docgen.fields.base import Field, Reading
from docgen.fonts import Family
from docgen.messages import _


def read_values(fields: tuple[Field, ...], raw: Mapping[str, object], reading: Reading) -> dict[str, object]:
    """Return the value of every field, None where it is missing; unknown names and bad values become problems."""
    memories, get = _memories(fields, fonts.family()), raw.get
    try:
        values = {name: recall(get(name), UNREAD) for name, recall in memories.recalled}
    except TypeError:  # a list, which nothing can be remembered by
        values = dict.fromkeys(memories.fields, UNREAD)
    for name in [name for name, value in values.items() if value is UNREAD]:
        values[name] = memories.read(name, get(name), reading)
    if not memories.names.issuperset(raw):
        known_names = list(values)
        reading.problems[:0] = [unknown_name(str(name), known_names) for name in raw if name not in values]
    return values


#: Stands for the value of a field that is not remembered.
UNREAD = object()
#: How many values of a field are remembered before all are forgotten.
MEMORY = 4096


class _Memories:
    """The values of some fields that were read in a family without a word so far: a batch repeats most of its values.

    A number is remembered with its type, since 1, 1.0 and True are one key.
    """

    def __init__(self, fields: tuple[Field, ...]):
        self.fields = {field.name: field for field in fields}
        self.names = frozenset(self.fields)
        self._known: dict[str, dict[object, object]] = {name: {} for name in self.fields}
        #: What looks a value up, by the name of its field.
        self.recalled = [(name, known.get) for name, known in self._known.items()]

    def read(self, name: str, given: object, reading: Reading) -> object:
        """Read a value, and remember it if there was nothing to say."""
        known, read = self._known[name], self.fields[name].read_or_report
        is_named = type(given) in NAMED
        if not is_named and not isinstance(given, KEPT):
            return read(given, reading)
        key = given if is_named else (type(given), given)
        if key in known:
            return known[key]
        said = len(reading.problems) + len(reading.notes)
        value = read(given, reading)
        if len(reading.problems) + len(reading.notes) == said:
            if len(known) >= MEMORY:
                known.clear()
            known[key] = value
        return value


#: Of which types a value is remembered; and of which it is its own key, because nothing of another type is equal to it.
KEPT = (str, int, date)
NAMED = {str, date, type(None)}


@lru_cache(maxsize=64)
def _memories(fields: tuple[Field, ...], _family: Family) -> _Memories:
    return _Memories(fields)


def unknown_name(name: str, known: list[str]) -> Problem:
    """Return the problem for a field that the form does not have, with the nearest one that it has."""
    return Problem(
        "field-unknown", _("the form has no field of this name"), nearest_hint(name, known), Where(key=name[:100])
    )
