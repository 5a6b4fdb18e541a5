"""How a number in a workbook is shown, as far as it changes what is printed: a date, a time, a percentage, zeros and words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from docgen.tables.cells import Disguised, Failed, LocalNumber, Percentage, ShownNumber

#: Formats that every program knows by number and no workbook spells out (ECMA-376 part 1, 18.8.30).
DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
PERCENTAGES = frozenset([9, 10])
NUMBERS = {
    **{2: "0.00", 3: "#,##0", 4: "#,##0.00", 11: "0.00E+00", 48: "##0.0E+0"},
    **dict.fromkeys((37, 38), "#,##0"),
    **dict.fromkeys((39, 40), "#,##0.00"),
}
ELAPSED = frozenset([46])
#: The digits of a number that spreadsheets show; what is beyond them comes from counting in binary.
DIGITS = 15
THOUSAND = 1000
MIDNIGHT = time()

#: Parts of a format: a quoted text, an escaped sign, a space as wide as a sign, a sign that fills, a currency, elapsed time,
#: a colour or a condition, General, and any other sign.
_PART = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|(?P<space>_.)|(?P<fill>\*.)|\[\$(?P<currency>[^\]-]*)[^\]]*\]'
    r"|\[(?P<elapsed>h+|m+|s+)\]|(?P<bracket>\[[^\]]*\])|(?P<general>General)|(?P<sign>.)",
    re.IGNORECASE | re.DOTALL,
)
_LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]|General', re.IGNORECASE)
_PLACES = "0#?"

Reader = Callable[[str], Any]


def reader_of(number: int, code: str, is_1904: bool) -> Reader:
    """Return what makes a value of a number as it is stored, by the number and the code of its format."""
    shape = _LITERAL.sub("", code).partition(";")[0]
    if number in PERCENTAGES or "%" in shape:
        return lambda stored: Percentage(float(stored))
    if number in ELAPSED or re.search(r"\[[hms]+\]", shape, re.IGNORECASE):
        return _elapsed
    if number in DATES or re.search("[dmyhs]", shape, re.IGNORECASE):
        return _moment_1904 if is_1904 else _moment_1900
    shape_of_number = _Shape(code or NUMBERS.get(number, ""))
    return plain if shape_of_number.is_plain else shape_of_number.read


def plain(stored: str) -> int | float:
    """Return the number that is stored, to the 15 digits that are shown of it."""
    try:
        return int(stored)
    except ValueError:
        number = float(f"{float(stored):.{DIGITS}g}")
        return int(number) if number.is_integer() and abs(number) < 10**DIGITS else number


class _Shape:
    """How a format shows a positive number: its digits with zeros before them, and texts around and between them."""

    def __init__(self, code: str):
        sections = _sections(code)
        self.parts = sections[0]
        #: Whether a zero is shown as something else, or not at all: the third part of a format is for it.
        self._hides_zero = len(sections) > 2 and ("sign", "0") not in sections[2]
        signs = [sign for kind, sign in self.parts if kind == "sign"]
        self._has_texts = any(kind in ("quoted", "escaped", "currency") and text.strip() for kind, text in self.parts)
        self._has_texts = self._has_texts or any(sign not in _PLACES + ".,@ \u00a0" for sign in signs)
        self._is_general = any(kind == "general" for kind, _text in self.parts) or "@" in signs
        self._places = sum(sign in _PLACES for sign in signs)
        conditions = [text for kind, text in self.parts if kind == "bracket" and text[1:2] in "<>="]
        #: Whether the digits that are shown are those of the number: no fraction, no thousands left out, no condition.
        self._is_exact = not conditions and (self._is_general or self._places > 0) and not set(signs) & set(".,/Ee")
        self._is_scaled = re.search(r",(?![#?0])", "".join(signs)) is not None
        self._zeros = len(signs) if set(signs) == {"0"} and len(signs) > 1 else 0
        line = "".join(signs)
        #: Whether there is a decimal sign, which is that of the program's language; signs of thousands; a space among digits.
        self._has_fraction, self._has_thousands = "." in signs, re.search(r"[0#?],[0#?]", line) is not None
        self._has_spaces = re.search(r"[0#?][ \u00a0][0#?]", line) is not None
        is_parted = self._has_fraction or self._has_thousands or self._has_spaces
        self.is_plain = not (self._has_texts or self._is_scaled or self._zeros or self._hides_zero or is_parted)

    def read(self, stored: str) -> Any:
        """Return the number, with the text that is shown where it is more than the number's digits."""
        number = plain(stored)
        if number == 0 and self._hides_zero:
            return Disguised(number)
        if not self._has_texts and not self._is_scaled:
            return self._read_digits(number)
        if not isinstance(number, int):  # no kind of field prints a fraction
            return number
        if not self._is_exact or number < 0:
            return Disguised(number)
        return ShownNumber(number, self._shown(str(number)))

    def _read_digits(self, number: int | float) -> Any:
        """Return a number without texts around it: with its zeros, or with what is among its digits."""
        if not isinstance(number, int) or abs(number) >= 10**DIGITS:
            return number
        if self._has_fraction or (self._has_thousands and abs(number) >= THOUSAND):
            return LocalNumber(number)
        if self._has_spaces and number >= 0:
            shown = self._shown(str(number))
            return number if shown == str(number) else ShownNumber(number, shown)
        return str(number).zfill(self._zeros) if self._zeros and number >= 0 else number

    def _shown(self, digits: str) -> str:
        if self._is_general:
            return "".join(digits if kind == "general" or text == "@" else _text(kind, text) for kind, text in self.parts).strip()
        digits = digits.rjust(self._places)
        before, digits = digits[: len(digits) - self._places], digits[len(digits) - self._places :]
        shown, at = [], 0
        for kind, text in self.parts:
            if kind != "sign" or text not in _PLACES:
                shown.append(_text(kind, text))
                continue
            digit = digits[at] if digits[at] != " " else {"0": "0"}.get(text, "")
            shown.append((before if at == 0 else "") + digit)
            at += 1
        return "".join(shown).strip()


#: The parts of a format in their order, each with its kind.
Section = list[tuple[str, str]]


def _sections(code: str) -> list[Section]:
    """Return the parts of a format: for positive numbers, negative ones, zero, text; a quoted semicolon parts nothing."""
    found: list[Section] = [[]]
    for match in _PART.finditer(code):
        if match["sign"] == ";":
            found.append([])
        else:
            kind = match.lastgroup or ""
            found[-1].append((kind, match[kind]))
    return found


def _text(kind: str, text: str) -> str:
    """Return what a part shows of itself: a space for one as wide as a sign, nothing for a colour."""
    return {"space": " ", "fill": "", "bracket": "", "elapsed": ""}.get(kind, text)


def _elapsed(stored: str) -> timedelta | Failed:
    """Return the time that `[h]:mm` shows: of a day or more it is no date either."""
    try:
        return timedelta(milliseconds=round(float(stored) * 86_400_000))
    except (OverflowError, ValueError):
        return Failed("#VALUE!")


def _moment_1900(stored: str) -> date | datetime | time | Failed:
    days = float(stored)
    return _moment(days + 1 if 1 <= days < 60 else days, datetime(1899, 12, 30))  # its calendar has a 29 February 1900


def _moment_1904(stored: str) -> date | datetime | time | Failed:
    return _moment(float(stored), datetime(1904, 1, 1))


def _moment(days: float, begin: datetime) -> date | datetime | time | Failed:
    try:
        whole, part = divmod(days, 1)
        moment = begin + timedelta(days=whole, milliseconds=round(part * 86_400_000))
    except (OverflowError, ValueError):
        return Failed("#VALUE!")
    if days < 0:
        return Failed("#VALUE!")
    if days < 1:
        return moment.time()
    return moment.date() if moment.time() == MIDNIGHT else moment
