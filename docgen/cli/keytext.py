"""The keys that a field or place of a form has, in words and as plain values: all that its definition or its kind says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields

from docgen.fields import Field, Gathering
from docgen.form.places import Column, Place
from docgen.messages import _
from docgen.templating.templates import TextTemplate
from docgen.units import Length

#: What is told in a place of its own, or is not a key of the definition.
ELSEWHERE = {"name", "label", "optional", "sample", "fields", "clause", "column", "columns"}
#: Keys whose lengths are sizes of type, which are points whatever they come to in millimetres.
TYPE_SIZES = {"min_size"}
#: Keys that are told though nobody gave them.
ALWAYS = {"font", "align"}


def keys_of(thing: Field | Place | Column | Gathering) -> Iterator[tuple[str, object]]:
    """Give each key that says something: one that must be given, or that is not as it is without being given."""
    for field in fields(thing):
        value = getattr(thing, field.name)
        is_said = field.default is MISSING or value != field.default or field.name in ALWAYS
        if is_said and value is not None and field.name not in ELSEWHERE:
            yield field.name, value


def in_words(thing: Field | Place | Column | Gathering) -> str:
    """Return the keys of a field, place or column as its author could have written them."""
    return ", ".join(_told(name, value) for name, value in keys_of(thing))


def _told(name: str, value: object) -> str:
    key = name.replace("_", "-")
    if isinstance(value, Length):
        return f"{key} {length_in_words(value, name in TYPE_SIZES)}"
    return key if value is True else f"{key} {_worded(value)}"


def length_in_words(length: Length, is_type: bool = False) -> str:
    """Return a length in millimetres, or in points where it is a round number of those alone."""
    is_round = abs(length.mm - round(length.mm, 2)) < 1e-9
    if is_type or (not is_round and abs(length.pt - round(length.pt, 2)) < 1e-9):
        return _("{length:g} pt", length=length.pt)
    return _("{length:g} mm", length=length.mm)


def _worded(value: object) -> str:
    if isinstance(value, TextTemplate):
        return f"“{value.source}”"
    if isinstance(value, tuple):
        return ", ".join(" – ".join(map(str, each)) if isinstance(each, tuple) else str(each) for each in value)
    if isinstance(value, Gathering):
        return f"({in_words(value)})"
    return f"“{value}”" if isinstance(value, str) and (" " in value or not value.strip("_")) else str(value)


def plain(value: object) -> object:
    """Return a value of a definition as JSON has it; lengths with their unit."""
    if isinstance(value, Length):
        return f"{value.mm:g}mm"
    if isinstance(value, TextTemplate):
        return value.source
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if isinstance(value, (Column, Gathering)):
        return {name: plain(each) for name, each in keys_of(value)}
    return value if isinstance(value, (str, bool, int)) else str(value)
