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
    values: dict[str, object] = {}
    for name, field, known in _memories(fields, fonts.family()):
        given = raw.get(name)
        key = given if type(given) is str else (type(given), given)
        try:
            values[name] = known[key]
        except (KeyError, TypeError):  # TypeError: a list
            values[name] = _read(field, given, reading, known)
    if not raw.keys() <= values.keys():
        known_names = list(values)
        reading.problems[:0] = [unknown_name(str(name), known_names) for name in raw if name not in values]
    return values


#: How many values of a field are remembered before all are forgotten.
MEMORY = 4096


def _read(field: Field, given: object, reading: Reading, known: dict[object, object]) -> object:
    """Read a value, and remember it if it was read without a word: a batch repeats most of its values."""
    said = len(reading.problems) + len(reading.notes)
    value = field.read_or_report(given, reading)
    if isinstance(given, (str, int, date)) and len(reading.problems) + len(reading.notes) == said:
        if len(known) >= MEMORY:
            known.clear()
        known[given if type(given) is str else (type(given), given)] = value
    return value


@lru_cache(maxsize=64)
def _memories(fields: tuple[Field, ...], _family: Family) -> tuple[tuple[str, Field, dict[object, object]], ...]:
    """Return each field with its name, and the values of it that were read in a family so far."""
    return tuple((field.name, field, {}) for field in fields)


def unknown_name(name: str, known: list[str]) -> Problem:
    """Return the problem for a field that the form does not have, with the nearest one that it has."""
    return Problem(
        "field-unknown", _("the form has no field of this name"), nearest_hint(name, known), Where(key=name[:100])
    )
