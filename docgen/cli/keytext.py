"""The keys of a field or place of a form, in words and as plain values: what its definition says and what its kind adds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields

from docgen.fields import Field, Gathering
from docgen.form import Column, Place
from docgen.messages import _
from docgen.templating import TextTemplate
from docgen.units import Length

#: Keys that are shown elsewhere, or are no keys of a definition.
ELSEWHERE = {"name", "label", "optional", "asked", "sample", "fields", "clause", "column", "columns"}
#: Keys whose lengths are sizes of type, always in points.
TYPE_SIZES = {"min_size", "max_size"}
#: Keys that are shown with their default too.
ALWAYS = {"font", "align"}


def keys_of(thing: Field | Place | Column | Gathering) -> Iterator[tuple[str, object]]:
    """Yield each key with its value: those that must be given, and those whose value is not the default."""
    for field in fields(thing):
        value = getattr(thing, field.name)
        is_shown = field.default is MISSING or value != field.default or field.name in ALWAYS
        if is_shown and value is not None and field.name not in ELSEWHERE:
            yield field.name, value


def keys_in_words(thing: Field | Place | Column | Gathering) -> str:
    """Return the keys of a field, place or column in words, near to how a definition writes them."""
    return ", ".join(_key_in_words(name, value) for name, value in keys_of(thing))


def _key_in_words(name: str, value: object) -> str:
    key = name.replace("_", "-")
    if isinstance(value, Length):
        return f"{key} {length_in_words(value, name in TYPE_SIZES)}"
    return key if value is True else f"{key} {_value_in_words(value)}"


def length_in_words(length: Length, is_type: bool = False) -> str:
    """Return a length in millimetres, or in points if only that is a round number."""
    is_round = abs(length.mm - round(length.mm, 2)) < 1e-9
    if is_type or (not is_round and abs(length.pt - round(length.pt, 2)) < 1e-9):
        return _("{length:g} pt", length=length.pt)
    return _("{length:g} mm", length=length.mm)


def _value_in_words(value: object) -> str:
    if isinstance(value, TextTemplate):
        return f"“{value.source}”"
    if isinstance(value, tuple):
        return ", ".join(" – ".join(map(str, each)) if isinstance(each, tuple) else str(each) for each in value)
    if isinstance(value, Gathering):
        return f"({keys_in_words(value)})"
    return f"“{value}”" if isinstance(value, str) and (" " in value or not value.strip("_")) else str(value)


def plain(value: object) -> object:
    """Return a value of a definition as plain values for JSON; lengths with their unit."""
    if isinstance(value, Length):
        return f"{value.mm:g}mm"
    if isinstance(value, TextTemplate):
        return value.source
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if isinstance(value, (Column, Gathering)):
        return {name: plain(each) for name, each in keys_of(value)}
    return value if isinstance(value, (str, bool, int)) else str(value)
