"""One cell: its value tidied, or the reason why it cannot be used."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from docgen.errors import Problem, Where
from docgen.memory import Memory
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
# Every white space of Unicode, no-break spaces included, and two signs without width.
OUTER = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u200b\ufeff"
ROUNDED_FROM = 10**15  # a spreadsheet keeps 15 digits of a number
_BROKEN = re.compile("[\0\ud800-\udfff]")


MEMORY = 8192  # texts that are remembered before all are forgotten


class Uncached:
    """The value of a cell whose formula was never calculated."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The value of a cell whose formula gave an error; `shown` is what the program shows there, in its own language."""

    shown: str

    def __str__(self) -> str:
        return self.shown


@dataclass(frozen=True, slots=True)
class Percentage:
    """The value of a cell that shows its number as a percentage."""

    value: float

    def __str__(self) -> str:
        return f"{self.value:.15g}"


@dataclass(frozen=True, slots=True)
class Disguised:
    """The value of a cell that shows its number otherwise than it is, in a way that cannot be repeated."""

    value: float

    def __str__(self) -> str:
        return f"{self.value:.15g}"


class ShownNumber(int):
    """A whole number whose cell shows more than its digits, such as KZ-00417; its text is what the cell shows."""

    shown: str

    def __new__(cls, value: int, shown: str) -> Self:
        """Return the number with its text."""
        number = super().__new__(cls, value)
        number.shown = shown
        return number

    def __str__(self) -> str:
        return self.shown

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ShownNumber) and (int(self), self.shown) == (int(other), other.shown)

    def __hash__(self) -> int:
        return hash((int(self), self.shown))

    def __reduce__(self) -> tuple[type[ShownNumber], tuple[int, str]]:
        return ShownNumber, (int(self), self.shown)


class LocalNumber(float):
    """A whole number whose cell shows a decimal sign or signs between thousands, which are those of the program's language.

    What is seen cannot be repeated: a field of numbers takes it, one of texts does not.
    """

    def __str__(self) -> str:
        return str(int(self))


class BadCell(Exception):
    """A cell that cannot be used, and why; the caller adds its place."""

    def __init__(self, code: str, message: str, hint: str):
        self.problem = Problem(code, message, hint)
        super().__init__(message)


class TidyTexts(Memory[str, str | None]):
    """Text of a cell → the text tidied, None if there is nothing to see in it; raises BadCell for a bad one.

    A table repeats most of its texts: each is tidied once, and rows share it.
    """

    def __init__(self) -> None:
        super().__init__(MEMORY)

    def __missing__(self, raw: str) -> str | None:
        return self.remember(raw, _text(raw) or None)


def tidy_row(raws: Iterable[Any], texts: TidyTexts) -> list[Value | None]:
    """Return the values of a row tidied, None for empty ones; raise BadCell if one of them cannot be used."""
    return [texts[raw] if (kind := type(raw)) is str else raw if kind in PLAIN else TIDY[kind](raw) for raw in raws]


def tidy_or_note(raw: Any, texts: TidyTexts, where: Callable[[], Where], problems: list[Problem]) -> Value | None:
    """Return one value tidied; None, with a problem noted, if it cannot be used."""
    try:
        return tidy_row([raw], texts)[0]
    except BadCell as bad:
        value = "" if isinstance(raw, Uncached) else str(raw).encode("utf-8", "replace").decode()
        problems.append(replace(bad.problem, where=where(), value=value))
        return None


def is_blank(value: Any) -> bool:
    """Return whether the value is text with nothing to see in it."""
    return isinstance(value, str) and not value.strip(OUTER)


def _text(value: str) -> str:
    text = value.strip(OUTER)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text in ERRORS or (text.startswith("Err:") and re.fullmatch(r"Err:\d{3}", text)):
        _failed(text)
    if _BROKEN.search(text):
        raise BadCell("text-broken", _("the text holds a broken character"), _("Type it again."))
    return text


def _failed(error: str | Failed) -> Value:
    message = _("the cell holds the error {error}", error=error)
    raise BadCell("cell-error", message, _("Correct its formula, or type the value."))


def _number(value: float) -> int | float:
    if not -ROUNDED_FROM < value < ROUNDED_FROM:
        raise BadCell(
            "number-rounded",
            _("the number is longer than 15 digits, so its last digits are lost"),
            _("Format the column as text, then type it again."),
        )
    return int(value) if value.is_integer() else value


def _moment(value: datetime) -> date:
    return value.date() if value.time() == time() else value


def _duration(value: time | timedelta) -> Value:
    raise BadCell(
        "cell-time",
        _("the cell holds a time of day ({value})", value=_hours(value) if isinstance(value, timedelta) else value),
        _("Format it as text, a number or a date."),
    )


def _hours(value: timedelta) -> str:
    """Return elapsed time in hours, minutes and seconds, as cells show it."""
    minutes, seconds = divmod(int(value.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _disguised(cell: Disguised) -> Value:
    raise BadCell(
        "number-disguised",
        _("the cell shows the number {value} in a way that cannot be printed as it is seen", value=cell),
        _("Format the cell as text or as a number, then type what is to be printed."),
    )


def _percentage(cell: Percentage) -> Value:
    raise BadCell(
        "cell-percentage",
        _("the cell shows the number {value} as a percentage", value=cell),
        _("Format the cell as text or as a number, then type what is to be printed."),
    )


def _uncached(_cell: Uncached) -> Value:
    raise BadCell(
        "formula-without-value",
        _("the cell's formula was never calculated"),
        _("Open the file in Excel or LibreOffice and save it, or type the value."),
    )


#: What is used as it is; a list and an object come from JSON, for a form whose fields hold rows.
PLAIN = frozenset([type(None), int, bool, date, list, dict, ShownNumber, LocalNumber])

TIDY: Mapping[type, Callable[[Any], Value]] = {
    float: _number,
    datetime: _moment,
    time: _duration,
    timedelta: _duration,
    Uncached: _uncached,
    Failed: _failed,
    Percentage: _percentage,
    Disguised: _disguised,
}
