"""The kinds of field: how a raw value becomes the value that is printed, or a problem.

A kind is one small class with `read`; KINDS lists them under the names that form definitions use. A new kind is one
new entry.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from itertools import pairwise
from typing import ClassVar

from docgen import fonts, kazakh
from docgen.errors import UNSEEN, Problem, Where
from docgen.fonts import Family
from docgen.messages import _

MISSING = (None, "", [])
#: White space that goes from the ends of a value: what is typed there is seen nowhere.
OUTER = "\t\n\r" + "".join(map(chr, (0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)))

#: Unicode general categories (UAX 44) that never stand on paper as a sign of their own.
UNPRINTABLE = {*UNSEEN, "Mn", "Mc", "Me"}
LETTER_LIMIT = 4000
#: Bits of a number that is longer than anything printed.
LONG = 400


class Rejected(Exception):
    """A value that a field cannot take; the caller adds the place and makes it a Problem."""

    def __init__(self, code: str, message: str, hint: str = ""):
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading collects on its way: problems that refuse a record, and notes on what was mended in it."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, eq=False)
class Field:
    """A named datum of a form. `blank` is what the act prints where the datum is written in by hand."""

    name: str
    label: Mapping[str, str]
    optional: bool = False
    sample: object = ""
    blank: str = "__________"
    kind: ClassVar[str] = ""
    takes_list: ClassVar[bool] = False

    def read(self, raw: object, reading: Reading) -> object:
        """Return the value to print; raise Rejected when `raw` cannot be one."""
        raise NotImplementedError

    def read_or_report(self, raw: object, reading: Reading) -> object:
        """Return the value, or None with a problem added to `reading`."""
        raw = raw.strip(OUTER) if isinstance(raw, str) else raw
        try:
            if raw in MISSING:
                return self.read_missing()
            if isinstance(raw, (list, Mapping)) and not self.takes_list:
                raise Rejected("not-one-value", _("one value is expected here"), _("Give: {rule}.", rule=self.rule()))
            return self.read(raw, reading)
        except Rejected as rejected:
            problem = Problem(rejected.code, rejected.message, rejected.hint, Where(key=self.name), _shown(raw))
            reading.problems.append(problem)
            return None

    def read_missing(self) -> object:
        """Return what stands for a value that was not given; raise Rejected when it must be given."""
        if self.optional:
            return None
        raise Rejected("value-missing", _("nothing is given"), _("Give: {rule}.", rule=self.rule()))

    def rule(self) -> str:
        """Return in words what the field takes."""
        return _("text")

    def room(self) -> object:
        """Return a value about as wide as what will be written by hand on a blank."""
        return self.blank


def _shown(raw: object) -> str:
    """Return a value for a message, not all of a long one; Python writes a number of thousands of digits in base 16 alone."""
    if isinstance(raw, int) and raw.bit_length() > LONG:
        return hex(raw)[:100]
    return str(raw)[:100] if not isinstance(raw, (list, dict)) else ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Text(Field):
    """Letters in one line, printed exactly as given, once lookalike letters are mended."""

    kind = "text"

    def read(self, raw: object, reading: Reading) -> str:
        if not isinstance(raw, (str, int)) or isinstance(raw, bool) or (isinstance(raw, int) and raw.bit_length() > LONG):
            hint = _("Put it in quotation marks; in a workbook, format the cell as text.")
            raise Rejected("not-text", _("“{raw}” is no text", raw=_shown(raw)), hint)
        text = unicodedata.normalize("NFC", str(raw))
        check_letters(text)
        try:
            mended, mendings = kazakh.mend_lookalikes(text)
        except kazakh.MixedScripts as mixed:
            hint = _("Type the word anew, in one alphabet.")
            raise Rejected("scripts-mixed", _("“{word}” mixes alphabets", word=mixed.word), hint) from None
        for mending in mendings:
            message = _("Latin letters in “{word}” were replaced by the Kazakh ones", word=mending.after)
            reading.notes.append(Problem("lookalikes-mended", message, "", Where(key=self.name), mending.before))
        return mended


@lru_cache(maxsize=4)
def _sound_letters(_family: Family) -> set[str]:
    """Return the letters that were found printable in a family so far."""
    return set()


def check_letters(text: str) -> None:
    """Raise Rejected for a text that cannot be printed exactly: too long, or with a sign that the face lacks."""
    if len(text) > LETTER_LIMIT:
        hint = _("{limit} are the limit; check that it is the right cell.", limit=LETTER_LIMIT)
        raise Rejected("text-too-long", _("the text has {count} letters", count=len(text)), hint)
    sound = _sound_letters(fonts.family())
    if not sound.issuperset(text):
        _check_each(text)
        sound.update(text)


def _check_each(text: str) -> None:
    place = next((n for n, letter in enumerate(text) if unicodedata.category(letter) in UNPRINTABLE), None)
    if place is not None:
        message = _("it holds {name}, which cannot be printed", name=_sign(text[place]))
        before = text[:place].split()
        hint = _("It stands after “{word}”; delete it.", word=before[-1][-40:]) if before else _("It stands first; delete it.")
        raise Rejected("character-unprintable", message, hint)
    right_to_left = [letter for letter in text if unicodedata.bidirectional(letter) in ("R", "AL", "AN")]
    if lacking := fonts.family().lacks(text) or right_to_left:
        letters = ", ".join(f"“{letter}” (U+{ord(letter):04X})" for letter in list(dict.fromkeys(lacking))[:5])
        message = _("{letters} cannot be set in Times New Roman", letters=letters)
        raise Rejected("glyph-missing", message, _("Write it with Kazakh, Russian or Latin letters."))


#: What a clerk calls the signs that have no name in Unicode.
SIGNS = {"\n": "a line break", "\r": "a line break", "\t": "a tab"}


def _sign(letter: str) -> str:
    """Return what a sign that cannot be seen is called."""
    number = f"U+{ord(letter):04X} {unicodedata.name(letter, '')}".strip()
    return f"{_(SIGNS[letter])} ({number})" if letter in SIGNS else number


@dataclass(frozen=True, kw_only=True, eq=False)
class Date(Field):
    """A day: a date cell, `2026-02-06` or `06.02.2026`."""

    kind = "date"
    earliest: date = date(2000, 1, 1)
    latest: date = date(2099, 12, 31)

    def read(self, raw: object, reading: Reading) -> date:
        day = _day_of(raw) if isinstance(raw, date) else _parse_day(raw)
        if not self.earliest <= day <= self.latest:
            message = _("{day} lies outside {earliest} – {latest}", day=day, earliest=self.earliest, latest=self.latest)
            raise Rejected("date-out-of-range", message, _("Check the year."))
        return day

    def rule(self) -> str:
        return _("a date such as 2026-02-06 or 06.02.2026")

    def room(self) -> date:
        return WIDEST_DAY


#: The day whose year, day and month take the most room in Kazakh.
WIDEST_DAY = date(2028, 9, 28)


def _day_of(raw: date) -> date:
    """Return the day of a date cell; a time of day in it would be lost."""
    if isinstance(raw, datetime):
        if raw.time() != time():
            raise Rejected("date-with-time", _("{raw} is a time of day, not a day", raw=raw), _("Write the date alone."))
        return raw.date()
    return raw


DAY_SHAPES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:[T ]00:00(?::00)?)?", re.ASCII),
    re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})", re.ASCII),
)


def _parse_day(raw: object) -> date:
    match = next((found for shape in DAY_SHAPES if (found := shape.fullmatch(_shown(raw)))), None)
    if not match:
        raise Rejected("not-a-date", _("“{raw}” is no date", raw=_shown(raw)), _("Write it as 2026-02-06 or 06.02.2026."))
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        hint = _("Check the day and the month.")
        raise Rejected("date-impossible", _("there is no such day as {raw}", raw=_shown(raw)), hint) from None


@dataclass(frozen=True, kw_only=True, eq=False)
class WholeNumber(Field):
    """A whole number; `why` tells the clause behind a bound."""

    kind = "whole-number"
    min: int = 0
    max: int = 999_999_999
    why: str = ""

    def read(self, raw: object, reading: Reading) -> int:
        number = _parse_whole(raw)
        if not self.min <= number <= self.max:
            message = _("{number} lies outside {min} – {max}", number=_shown(number), min=self.min, max=self.max)
            raise Rejected("number-out-of-range", message, self.why)
        return number

    def rule(self) -> str:
        return _("a whole number, {min} or more", min=self.min) + (f" ({self.why})" if self.why else "")

    def room(self) -> int:
        return max(self.min, min(self.max, 10 ** len(self.blank) - 1))


def _parse_whole(raw: object) -> int:
    if isinstance(raw, float) and raw.is_integer():
        return int(raw)
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and re.fullmatch(r"\d{1,12}", raw, re.ASCII):
        return int(raw)
    raise Rejected("not-a-number", _("“{raw}” is no whole number", raw=_shown(raw)), _("Write digits alone, such as 72."))


@dataclass(frozen=True, kw_only=True, eq=False)
class Iin(Field):
    """An individual identification number: 12 digits with the date of birth and a check digit (see `iin_fault`)."""

    kind = "iin"

    def read(self, raw: object, reading: Reading) -> str:
        digits = _shown(raw)
        digits = digits.rjust(12, "0") if isinstance(raw, int) and not isinstance(raw, bool) else digits
        if fault := iin_fault(digits):
            raise Rejected("iin-invalid", fault, _("Compare it with the identity card, digit by digit."))
        return digits

    def rule(self) -> str:
        return _("an IIN of 12 digits")


CENTURIES = {"1": 1800, "2": 1800, "3": 1900, "4": 1900, "5": 2000, "6": 2000}
IIN_WEIGHTS = (tuple(range(1, 12)), (*range(3, 12), 1, 2))


def iin_fault(digits: str) -> str:
    """Return what is wrong with an IIN, or nothing: YYMMDD of birth, century and sex, four digits, check digit.

    The check digit is Σ digit·weight mod 11 with the weights 1…11; if that is 10, again with 3…11, 1, 2; if it is 10 again,
    no such IIN is given out. A foreigner's seventh digit is 0, and the century of birth is then unknown.
    """
    if not re.fullmatch(r"\d{12}", digits, re.ASCII):
        return _("an IIN has 12 digits, this has other signs or another length")
    if digits[6] not in "0123456":
        return _("the seventh digit of an IIN is 0 to 6")
    if not _is_birthday(digits):
        return _("the first six digits are no date of birth (YYMMDD)")
    sums = (sum(int(d) * w for d, w in zip(digits, weights, strict=False)) % 11 for weights in IIN_WEIGHTS)
    if next((check for check in sums if check < 10), None) != int(digits[11]):
        return _("the check digit does not agree")
    return ""


def _is_birthday(digits: str) -> bool:
    years = [CENTURIES[digits[6]]] if digits[6] in CENTURIES else [1900, 2000]
    return any(_is_day(year + int(digits[:2]), int(digits[2:4]), int(digits[4:6])) for year in years)


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False


@dataclass(frozen=True, kw_only=True, eq=False)
class Image(Field):
    """The name of a picture file (PNG, SVG or PDF) beside the record or in the artwork folder."""

    kind = "image"

    def read(self, raw: object, reading: Reading) -> str:
        if not isinstance(raw, str) or not re.fullmatch(r"[\w .()-]+\.(png|svg|pdf)", raw, re.IGNORECASE):
            message = _("“{raw}” is no name of a PNG, SVG or PDF file", raw=_shown(raw))
            raise Rejected("not-an-image", message, _("Put the file beside the record and give its bare name."))
        return raw

    def rule(self) -> str:
        return _("the name of a PNG, SVG or PDF file beside the record")

    def room(self) -> None:
        return None


@dataclass(frozen=True, kw_only=True, eq=False)
class Choice(Text):
    """One of a few wordings, which the form's templates tell apart."""

    kind = "choice"
    options: tuple[str, ...] = ()

    def read(self, raw: object, reading: Reading) -> str:
        text = super().read(raw, reading)
        if text not in self.options:
            hint = nearest_hint(text, list(self.options))
            raise Rejected("choice-unknown", _("“{raw}” is not offered", raw=_shown(raw)), hint)
        return text

    def rule(self) -> str:
        return _("one of: {options}", options=" · ".join(self.options))


@dataclass(frozen=True, kw_only=True, eq=False)
class Texts(Field):
    """A list of texts, at least `min` of them."""

    kind = "texts"
    takes_list = True
    min: int = 1

    def read(self, raw: object, reading: Reading) -> list[object]:
        raw = [raw] if isinstance(raw, str) else raw
        if not isinstance(raw, list):
            raise Rejected("not-a-list", _("this is no list"), _("Give a list of texts."))
        if len(raw) < self.min:
            raise Rejected("texts-missing", _("at least {min} must be given", min=self.min))
        item = Text(name="", label=self.label)
        inner = [Reading() for _item in raw]
        texts = [item.read_or_report(each, found) for each, found in zip(raw, inner, strict=True)]
        _gather(reading, self.name, inner)
        return texts

    def read_missing(self) -> object:
        return [] if self.optional or self.min == 0 else super().read_missing()

    def rule(self) -> str:
        return _("a list of texts")

    def room(self) -> list[object]:
        return []


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows(Field):
    """A list of records of their own, each with the same fields: the rows of a table, or the tasks of a standard.

    `at_most` are chains of fields, numbers or dates, no one of which may be more than the next. `unique` are fields whose
    value no two rows may share.
    """

    kind = "rows"
    takes_list = True
    fields: tuple[Field, ...] = ()
    min: int = 0
    at_most: tuple[tuple[str, ...], ...] = ()
    unique: tuple[str, ...] = ()

    def read(self, raw: object, reading: Reading) -> list[dict[str, object]]:
        if not isinstance(raw, list) or not all(isinstance(row, Mapping) for row in raw):
            raise Rejected("not-rows", _("this is no list of rows"), _("Give a list, each entry with its own fields."))
        if len(raw) < self.min:
            raise Rejected("rows-missing", _("at least {min} must be given", min=self.min))
        inner = [Reading() for _row in raw]
        rows = [read_values(self.fields, row, found) for row, found in zip(raw, inner, strict=True)]
        for row, found in zip(rows, inner, strict=True):
            found.problems.extend(self._above(row))
        for name in self.unique:
            self._report_repeated(name, rows, inner)
        _gather(reading, self.name, inner)
        return rows

    def _above(self, row: Mapping[str, object]) -> list[Problem]:
        """Return a problem for each value of a row that is more than the one that bounds it."""
        problems = []
        for less, more in (pair for chain in self.at_most for pair in pairwise(chain)):
            value, bound = row[less], row[more]
            if value is None or bound is None or value <= bound:
                continue
            message = _("{value} is more than “{name}”: {bound}", value=value, name=more, bound=bound)
            hint = _("Correct one of the two.")
            problems.append(Problem("more-than-bound", message, hint, Where(key=less), str(value)))
        return problems

    def _report_repeated(self, name: str, rows: list[dict[str, object]], inner: list[Reading]) -> None:
        """Report each row that repeats the value of an earlier one."""
        first: dict[object, int] = {}
        for number, (row, found) in enumerate(zip(rows, inner, strict=True), 1):
            value = row[name]
            if value is not None and (before := first.setdefault(value, number)) != number:
                message = _("{value} stands in row {row} already", value=value, row=before)
                problem = Problem("row-twice", message, _("Take one of the two rows out."), Where(key=name), str(value))
                found.problems.append(problem)

    def read_missing(self) -> object:
        return [] if self.min == 0 else super().read_missing()

    def rule(self) -> str:
        bounds = "".join(f"; {' ≤ '.join(chain)}" for chain in self.at_most)
        return _("a list of rows, each with: {fields}", fields=", ".join(field.name for field in self.fields)) + bounds

    def room(self) -> list[object]:
        return []


def _gather(reading: Reading, name: str, inner: list[Reading]) -> None:
    """Carry what was found in each item up, its place told as `name[3].field`."""
    for number, found in enumerate(inner, 1):
        key = f"{name}[{number}]"
        reading.problems.extend(problem.inside(key) for problem in found.problems)
        reading.notes.extend(note.inside(key) for note in found.notes)


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


def nearest_hint(name: str, known: list[str]) -> str:
    """Return `Did you mean …?`, or the whole choice when nothing is near."""
    import difflib

    if near := difflib.get_close_matches(name, known, 1):
        return _("Did you mean “{near}”?", near=near[0])
    return _("Known are: {names}.", names=", ".join(known)) if known else ""


KINDS: dict[str, Callable[..., Field]] = {
    kind.kind: kind for kind in (Text, Choice, Date, WholeNumber, Iin, Image, Texts, Rows)
}
