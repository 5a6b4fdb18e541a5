"""How a number in a workbook is shown, as far as it changes what the number means: a date, a percentage, leading zeros."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from docgen.tables.cells import Failed, Percentage

#: Formats that every program knows by number and no workbook spells out (ECMA-376 part 1, 18.8.30).
DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
PERCENTAGES = frozenset([9, 10])
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
MIDNIGHT = time()

Reader = Callable[[str], Any]


def reader_of(number: int, code: str, is_1904: bool) -> Reader:
    """Return what makes a value of a number as it is stored, by the number and the code of its format."""
    shape = _LITERAL.sub("", code).partition(";")[0]
    if number in PERCENTAGES or "%" in shape:
        return lambda stored: Percentage(float(stored))
    if number in DATES or re.search("[dmyhs]", shape, re.IGNORECASE):
        return _moment_1904 if is_1904 else _moment_1900
    if re.fullmatch("00+", shape):
        return lambda stored: _with_zeros(stored, len(shape))
    return plain


def plain(stored: str) -> int | float:
    """Return the number that is stored."""
    try:
        return int(stored)
    except ValueError:
        return float(stored)


def _with_zeros(stored: str, digits: int) -> str | int | float:
    """Return the number with the zeros that its format shows before it: an IIN or a register number."""
    number = plain(stored)
    whole = int(number) if isinstance(number, float) and number.is_integer() else number
    return str(whole).zfill(digits) if isinstance(whole, int) and 0 <= whole < 10**15 else number


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
