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
    family = fonts.family()
    values = {field.name: _recall(field, raw.get(field.name), reading, family) for field in fields}
    if not raw.keys() <= values.keys():
        known = list(values)
        reading.problems[:0] = [unknown_name(str(name), known) for name in raw if name not in values]
    return values


#: How many values of a field are remembered before all are forgotten.
MEMORY = 4096


def _recall(field: Field, raw: object, reading: Reading, family: Family) -> object:
    """Read a value, or take it from memory where the same one was read without a word: a batch repeats most of its values."""
    if not isinstance(raw, (str, int, date)):
        return field.read_or_report(raw, reading)
    known, key = _known_values(field, family), (type(raw), raw)
    if key in known:
        return known[key]
    said = len(reading.problems) + len(reading.notes)
    value = field.read_or_report(raw, reading)
    if len(reading.problems) + len(reading.notes) == said:
        if len(known) >= MEMORY:
            known.clear()
        known[key] = value
    return value


@lru_cache(maxsize=512)
def _known_values(_field: Field, _family: Family) -> dict[tuple[type, object], object]:
    return {}


def unknown_name(name: str, known: list[str]) -> Problem:
    """Return the problem for a field that the form does not have, with the nearest one that it has."""
    return Problem(
        "field-unknown", _("the form has no field of this name"), nearest_hint(name, known), Where(key=name[:100])
    )
