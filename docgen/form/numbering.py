"""How the register numbers a form: the pattern of its numbers, and the fields of the organization and of the year."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from docgen.errors import nearest_hint
from docgen.fields import Date, Field, check_letters
from docgen.fields.keys import FIELD_NAME, WHOLE, Reader, key, wrong
from docgen.messages import _

_TAG = re.compile(r"\{(seq|year)(?::0([1-9]|1[0-2])d)?\}")
#: A number of more digits than this is no sequence, and would not fit the database.
DIGITS = 12


@dataclass(frozen=True, slots=True)
class NumberPattern:
    """A number as `{year}-{seq:04d}`: `{seq}` counts from 1 within a year, padded with zeros where the pattern says so."""

    text: str

    def number(self, seq: int, year: int) -> str:
        """Return the number of a place in the sequence of a year."""
        return self.text.format(seq=seq, year=year)

    def numbers(self, year: int) -> Callable[[int], str]:
        """Return what gives the number of each place in the sequence of a year, more quickly for many of them."""
        return _template(self.text, year).__mod__

    def seq(self, number: str, year: int) -> int | None:
        """Return the place of a number in the sequence of a year, with or without leading zeros; None for another shape."""
        match = _shape(self.text, year).fullmatch(number)
        return int(match["seq"]) if match else None


@lru_cache(maxsize=64)
def _template(pattern: str, year: int) -> str:
    parts, end = [], 0
    for tag in _TAG.finditer(pattern):
        parts.append(pattern[end : tag.start()].replace("%", "%%"))
        parts.append(f"%0{tag[2] or 1}d" if tag[1] == "seq" else tag[0].format(year=year))
        end = tag.end()
    return "".join(parts) + pattern[end:].replace("%", "%%")


@lru_cache(maxsize=64)
def _shape(pattern: str, year: int) -> re.Pattern[str]:
    parts, end = [], 0
    for tag in _TAG.finditer(pattern):
        parts.append(re.escape(pattern[end : tag.start()]))
        parts.append(rf"(?P<seq>(?=0*[1-9])[0-9]{{1,{DIGITS}}})" if tag[1] == "seq" else tag[0].format(year=year))
        end = tag.end()
    return re.compile("".join(parts) + re.escape(pattern[end:]))


def read_pattern(value: object) -> NumberPattern:
    """Return the pattern in a text; raise ValueError for one without `{seq}`, which would repeat one number."""
    if not isinstance(value, str) or len(value) > 60:
        raise ValueError(value)
    check_letters(value)
    tags = [tag[1] for tag in _TAG.finditer(value)]
    if tags.count("seq") != 1 or re.search(r"[{}]", _TAG.sub("", value)):
        raise ValueError(value)
    return NumberPattern(value)


PATTERN = Reader(lambda: _("a pattern with {{seq}} or {{seq:05d}} once, and with {{year}} if it likes"), read_pattern)


@dataclass(frozen=True, kw_only=True)
class Numbering:
    """The table `[register]` of a form: its pattern, and the fields of the organization that numbers and the date of issue."""

    number: NumberPattern = key(PATTERN, NumberPattern("{seq:05d}"))
    organization: str = key(FIELD_NAME, "organization")
    issued: str = key(FIELD_NAME, "")
    #: After how many years at the latest a person needs such a document again; 0 where nothing says so.
    years: int = key(WHOLE, 0)

    def for_fields(self, fields: tuple[Field, ...]) -> Numbering:
        """Return it with the date of issue found: the field `issued`, else `signed`."""
        dates = [field.name for field in fields if isinstance(field, Date)]
        issued = self.issued or next((name for name in ("issued", "signed") if name in dates), "")
        return replace(self, issued=issued)


def check_numbering(numbering: Numbering, fields: tuple[Field, ...], file: str) -> None:
    """Raise FormError for a `[register]` that names fields which the form does not have."""
    names = [field.name for field in fields]
    dates = [field.name for field in fields if isinstance(field, Date)]
    for at, name, known in (("organization", numbering.organization, names), ("issued", numbering.issued, dates)):
        if name not in known:
            message = _("the form has no field “{name}”", name=name) if name else _("the form has no date of issue")
            raise wrong(file, f"register.{at}", "field-unknown", message, nearest_hint(name, known))
    if "number" not in names:
        raise wrong(file, "register", "field-unknown", _("the form has no field “{name}”", name="number"))
