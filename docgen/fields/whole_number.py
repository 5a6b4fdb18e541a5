"""The kind of field that holds a whole number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from docgen.fields.field import OUTER, CellRule, Field, Reading, shown
from docgen.fields.keys import PLAIN_TEXTS, TEXT, WHOLE, key
from docgen.fields.letters import Rejected
from docgen.messages import _, translated


@dataclass(frozen=True, kw_only=True, eq=False)
class WholeNumber(Field):
    """A whole number; `why` is the clause that sets a bound, `units` what may be written behind it, such as `сағ.`."""

    kind = "whole-number"
    bounds = ("min", "max")
    number_format = "0"
    min: int = key(WHOLE, 0)
    max: int = key(WHOLE, 999_999_999)
    why: str = key(TEXT, "")
    units: tuple[str, ...] = key(PLAIN_TEXTS, ())

    def read(self, raw: object, reading: Reading) -> int:
        """Return the value to print; raise Rejected if `raw` cannot be read."""
        number = _parse_whole(_without_unit(raw, self.units) if self.units and isinstance(raw, str) else raw)
        if not self.min <= number <= self.max:
            message = _("{number} lies outside {min} – {max}", number=shown(number), min=self.min, max=self.max)
            raise Rejected("number-out-of-range", message, translated(self.why))
        return number

    def rule(self) -> str:
        """Return in words what the field takes."""
        rule = _("a whole number, {min} or more", min=self.min)
        if self.max != type(self).max:
            rule = _("a whole number, {min} – {max}", min=self.min, max=self.max)
        return rule + (f" ({translated(self.why)})" if self.why else "")

    def blank_value(self) -> int:
        """Return a value about as wide as what is written by hand."""
        widest: int = 10 ** len(self.blank) - 1
        return max(self.min, min(self.max, widest))

    def cell_rule(self) -> CellRule:
        """Return what a spreadsheet program checks in the column."""
        return CellRule("whole", (self.min, self.max))


def _without_unit(raw: str, units: tuple[str, ...]) -> str:
    """Return a number without what is written behind it, if that is one of its units."""
    text = raw.strip(OUTER).casefold()
    numbers = (text.removesuffix(unit.casefold()).rstrip(OUTER) for unit in units)
    return next((number for number in numbers if number.isascii() and number.isdigit()), raw)


#: A text with one number in it and words around that; and a whole number that a program wrote with its point.
_AMONG_WORDS = re.compile(r"[^\d.,/+-]*?(\d{1,12})(?:[.,]0+|[^\d,/+-]*)", re.ASCII)


def _number_among(text: str) -> str:
    """Return the one number in a text, as what is probably meant; nothing if there are several, or signs of arithmetic."""
    match = _AMONG_WORDS.fullmatch(text)
    return match[1] if match and not any(sign.isnumeric() and not sign.isascii() for sign in text) else ""


def _parse_whole(raw: object) -> int:
    if isinstance(raw, float) and raw.is_integer():
        return int(raw)
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw if type(raw) is int else int(raw)
    if re.fullmatch(r"\d{1,12}", digits := shown(raw), re.ASCII):  # numbers of a database or of numpy are neither int nor float
        return int(digits)
    proposal = _number_among(raw) if isinstance(raw, str) else ""
    hint = _("Is it {number}? Then write digits alone.", number=proposal) if proposal else _("Write digits alone, such as 72.")
    raise Rejected("not-a-number", _("“{raw}” is no whole number", raw=shown(raw)), hint, proposal)
