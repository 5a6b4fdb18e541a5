"""One cell: its value tidied, or the reason why it cannot be used."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from docgen.errors import Problem, Where
from docgen.messages import _
from docgen.tables.model import Value

# What Excel and LibreOffice put where a formula failed, in English and, in files saved as CSV, in Russian.
ERRORS = frozenset(
    [
        *("#REF!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#SPILL!", "#CALC!", "#FIELD!"),
        *("#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#GETTING_DATA"),
        *("#ССЫЛКА!", "#ДЕЛ/0!", "#Н/Д", "#ИМЯ?", "#ПУСТО!", "#ЧИСЛО!", "#ЗНАЧ!"),
    ]
)
# Every white space of Unicode, the no-break spaces among it, and two that take no room.
OUTER = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u200b\ufeff"
ROUNDED_FROM = 10**15  # a spreadsheet keeps 15 digits of a number
_BROKEN = re.compile("[\0\ud800-\udfff]")


class Uncached:
    """Stands in a cell whose formula was never calculated."""


class _BadCell(Exception):
    """A cell that cannot be used, and why; `tidy` adds its place."""

    def __init__(self, code: str, message: str, hint: str):
        self.problem = Problem(code, message, hint)
        super().__init__(message)


@lru_cache(maxsize=16_384)
def _text(value: str) -> str:
    text = value.strip(OUTER).replace("\r\n", "\n").replace("\r", "\n")
    if text in ERRORS or re.fullmatch(r"Err:\d{3}", text):
        raise _BadCell(
            "cell-error",
            _("the cell holds the error {error}", error=text),
            _("Correct its formula, or type the value."),
        )
    if _BROKEN.search(text):
        raise _BadCell("text-broken", _("the text holds a broken character"), _("Type it again."))
    return text


def _number(value: float) -> int | float:
    if not -ROUNDED_FROM < value < ROUNDED_FROM:
        raise _BadCell(
            "number-rounded",
            _("the number is longer than 15 digits, so its last digits are lost"),
            _("Format the column as text, then type it again."),
        )
    return int(value) if value.is_integer() else value


def _moment(value: datetime) -> date:
    return value.date() if value.time() == time() else value


def _duration(value: time | timedelta) -> Value:
    raise _BadCell(
        "cell-time",
        _("the cell holds a time of day ({value})", value=value),
        _("Format it as text, a number or a date."),
    )


def _uncached(value: Uncached) -> Value:
    raise _BadCell(
        "formula-without-value",
        _("the cell's formula was never calculated"),
        _("Open the file in Excel or LibreOffice and save it, or type the value."),
    )


TIDY: Mapping[type, Callable[[Any], Value]] = {
    str: _text,
    float: _number,
    datetime: _moment,
    time: _duration,
    timedelta: _duration,
    Uncached: _uncached,
}


def tidy(value: Any, where: Callable[[], Where], problems: list[Problem]) -> Value | None:
    """Return the value tidied; None, with a problem noted, when it cannot be used. `where` is asked for its place then."""
    rule = TIDY.get(type(value))
    if rule is None:
        return value
    try:
        return rule(value)
    except _BadCell as bad:
        shown = "" if isinstance(value, Uncached) else str(value).encode("utf-8", "replace").decode()
        problems.append(replace(bad.problem, where=where(), value=shown))
        return None


def is_blank(value: Any) -> bool:
    """Return whether the value is text with nothing to see in it."""
    return isinstance(value, str) and not value.strip(OUTER)
