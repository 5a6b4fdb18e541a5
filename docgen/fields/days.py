"""Days as they are written in this country: those that can be read one way alone, and what others probably mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from docgen import kazakh
from docgen.fields.letters import Rejected
from docgen.messages import _

_RUSSIAN = ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря")
#: The name of a month behind a day → its number.
MONTHS = {
    name: number for names in ([each.nominative for each in kazakh.MONTHS], _RUSSIAN) for number, name in enumerate(names, 1)
}
_WORD = rf"(?P<word>{'|'.join(MONTHS)})"
_QUOTED = r"[«“\"]?(?P<day>\d{1,2})[»”\"]?"
_OF_YEAR = r"(?:\s*(?:ж\.?|жыл|г\.?|год|года))?"

SHAPES = tuple(
    re.compile(shape, re.ASCII)
    for shape in (
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:[t ]00?:00(?::00)?)?",
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?: 00?:00(?::00)?)?",
        rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}}|\d{{2}}){_OF_YEAR}",
        rf"{_QUOTED}\s+{_WORD}\s+(?P<year>\d{{4}}){_OF_YEAR}",
        rf"(?P<year>\d{{4}})\s*(?:жылғы|жыл|ж\.)\s+{_QUOTED}\s+{_WORD}",
    )
)
#: Days that could be read otherwise: the likeliest reading is proposed.
GUESSES = (
    re.compile(r"(?P<day>\d{1,2})[/-](?P<month>\d{1,2})[/-](?P<year>\d{4}|\d{2})", re.ASCII),
    re.compile(r"(?P<year>\d{4})[./](?P<month>\d{1,2})[./](?P<day>\d{1,2})", re.ASCII),
    re.compile(r"(?P<day>\d{1,2})\s*[.,]\s*(?P<month>\d{1,2})\s*[.,]\s*(?P<year>\d{4}|\d{2})", re.ASCII),
)
#: From which day spreadsheets count (that they take 1900 for a leap year is in it), and which numbers are days of documents.
FIRST_DAY = date(1899, 12, 30)
DAY_NUMBERS = range((date(1950, 1, 1) - FIRST_DAY).days, (date(2100, 1, 1) - FIRST_DAY).days)


def parse_day(raw: str, earliest: date, latest: date) -> date:
    """Return the day that a text means; a year of two digits is that of the only century between the bounds.

    Raise Rejected, with a proposal where there is a likely reading, for what is no day or may be several.
    """
    text = raw.casefold() if len(raw) < 40 else ""
    match = next((found for shape in SHAPES if (found := shape.fullmatch(text))), None)
    days = [] if match is None else list(_days(match, raw))
    if len(days) > 1:
        days = [day for day in days if earliest <= day <= latest] or days[-1:]
    if len(days) == 1:
        return days[0]
    likely = days[-1:] or _guessed(text, earliest, latest)
    raise Rejected("not-a-date", _("“{raw}” is no date", raw=raw), _hint(raw, likely), f"{likely[0]:%d.%m.%Y}" if likely else "")


def _days(match: re.Match[str], raw: str) -> Iterator[date]:
    """Yield the days that a text can mean: of a year of two digits one in each century; raise Rejected if there is none."""
    found = match.groupdict()
    month = MONTHS[found["word"]] if found.get("word") else int(found["month"])
    centuries = (1900, 2000) if len(found["year"]) == 2 else (0,)
    for century in centuries:
        try:
            yield date(century + int(found["year"]), month, int(found["day"]))
        except ValueError:
            if century == centuries[-1]:
                hint = _("Check the day and the month.")
                raise Rejected("date-impossible", _("there is no such day as {raw}", raw=raw), hint) from None


def _guessed(text: str, earliest: date, latest: date) -> list[date]:
    """Return the likeliest day of a text, if there is one between the bounds."""
    match = next((found for shape in GUESSES if (found := shape.fullmatch(text))), None)
    try:
        days = [] if match is None else list(_days(match, text))
    except Rejected:
        days = []
    if not days and re.fullmatch(r"\d{5}(\.0)?", text, re.ASCII) and int(text[:5]) in DAY_NUMBERS:
        days = [FIRST_DAY + timedelta(days=int(text[:5]))]
    return [day for day in days if earliest <= day <= latest][-1:]


def _hint(raw: str, likely: list[date]) -> str:
    if not likely:
        return _("Write it as 2026-02-06 or 06.02.2026.")
    if raw[:5].isdigit():
        hint = _(
            "Spreadsheets count days so: it would be {day:%d.%m.%Y}. Format the column as a date, or write it so.", day=likely[0]
        )
        return hint
    return _("Is it {day:%d.%m.%Y}? Then write it so.", day=likely[0])
