"""Kinds of one value: text, date, whole number, picture, choice."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from docgen import kazakh
from docgen.errors import Problem, nearest_hint
from docgen.fields.base import LONG, Field, Reading, Rejected, shown
from docgen.fields.letters import check_letters
from docgen.messages import _, translated

#: A question mark within or before a word is what programs write for a letter that an encoding lacks.
LOST = re.compile(r"\?[^\W\d_]")


@dataclass(frozen=True, kw_only=True, eq=False)
class Text(Field):
    """Letters in one line, printed exactly as given, once lookalike letters are mended.

    `without` are words that the form prints beside the value, such as `қаласы`: it would print them twice.
    """

    kind = "text"
    without: tuple[str, ...] = ()

    def read(self, raw: object, reading: Reading) -> str:
        if not isinstance(raw, (str, int)) or isinstance(raw, bool) or (isinstance(raw, int) and raw.bit_length() > LONG):
            hint = _("Put it in quotation marks; in a workbook, format the cell as text.")
            raise Rejected("not-text", _("“{raw}” is no text", raw=shown(raw)), hint)
        text = unicodedata.normalize("NFC", str(raw))
        check_letters(text)
        if "?" in text and LOST.search(text):
            hint = _("Type it anew; save tables as .xlsx or as CSV in UTF-8, other encodings lose Kazakh letters.")
            raise Rejected("letters-lost", _("“{raw}” has lost letters: a ? stands in a word", raw=shown(text)), hint)
        if self.optional and not text[0].isalnum() and not any(map(str.isalnum, text)):  # it would be printed
            hint = _("Leave it empty where there is none.")
            raise Rejected("text-says-nothing", _("“{raw}” has no letter and no digit", raw=shown(text)), hint)
        try:
            mended, mendings = kazakh.mend_lookalikes(text)
        except kazakh.MixedScripts as mixed:
            hint = _("Type the word anew, in one alphabet.")
            raise Rejected("scripts-mixed", _("“{word}” mixes alphabets", word=mixed.word), hint) from None
        for mending in mendings:
            message = _("Latin letters in “{word}” were replaced by the Kazakh ones", word=mending.after)
            reading.notes.append(Problem("lookalikes-mended", message, "", self.where(), mending.before))
        if self.without and (match := _beside(self.without).search(mended)):
            message = _("“{word}” is not part of it: the form prints that word itself", word=match[0].strip())
            hint = _("Give it alone, in Kazakh, such as “{sample}”.", sample=self.sample)
            raise Rejected("word-doubled", message, hint)
        return mended

    def rule(self) -> str:
        words = ", ".join(f"“{word}”" for word in self.without)
        return _("text, without {words}", words=words) if words else super().rule()


@lru_cache(maxsize=32)
def _beside(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds one of some words at the beginning or the end of a text; one that ends with a dot needs no space."""
    either = "|".join(re.escape(word) + ("" if word.endswith(".") else r"(?=\s)") for word in words)
    return re.compile(rf"^(?:{either})|(?<=\s)(?:{'|'.join(map(re.escape, words))})$", re.IGNORECASE)


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

    def blank_value(self) -> date:
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
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:[T ]00?:00(?::00)?)?", re.ASCII),
    re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?: 00?:00(?::00)?)?", re.ASCII),
)


def _parse_day(raw: object) -> date:
    match = next((found for shape in DAY_SHAPES if (found := shape.fullmatch(shown(raw)))), None)
    if not match:
        hint = _day_number_hint(shown(raw)) or _("Write it as 2026-02-06 or 06.02.2026.")
        raise Rejected("not-a-date", _("“{raw}” is no date", raw=shown(raw)), hint)
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        hint = _("Check the day and the month.")
        raise Rejected("date-impossible", _("there is no such day as {raw}", raw=shown(raw)), hint) from None


#: From which day spreadsheets count (that they take 1900 for a leap year is in it), and which numbers are days of documents.
FIRST_DAY = date(1899, 12, 30)
DAY_NUMBERS = range((date(1950, 1, 1) - FIRST_DAY).days, (date(2100, 1, 1) - FIRST_DAY).days)


def _day_number_hint(raw: str) -> str:
    """Return which day a number stands for that a spreadsheet shows when its cell is not formatted as a date, or nothing."""
    if not re.fullmatch(r"\d{5}(\.0)?", raw, re.ASCII) or int(raw[:5]) not in DAY_NUMBERS:
        return ""
    day = FIRST_DAY + timedelta(days=int(raw[:5]))
    return _("Spreadsheets count days so: it would be {day:%d.%m.%Y}. Format the column as a date, or write it so.", day=day)


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
            message = _("{number} lies outside {min} – {max}", number=shown(number), min=self.min, max=self.max)
            raise Rejected("number-out-of-range", message, translated(self.why))
        return number

    def rule(self) -> str:
        rule = _("a whole number, {min} or more", min=self.min)
        if self.max != type(self).max:
            rule = _("a whole number, {min} – {max}", min=self.min, max=self.max)
        return rule + (f" ({translated(self.why)})" if self.why else "")

    def blank_value(self) -> int:
        return max(self.min, min(self.max, 10 ** len(self.blank) - 1))


def _parse_whole(raw: object) -> int:
    if isinstance(raw, float) and raw.is_integer():
        return int(raw)
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if re.fullmatch(r"\d{1,12}", digits := shown(raw), re.ASCII):  # also numbers of a database or of numpy
        return int(digits)
    raise Rejected("not-a-number", _("“{raw}” is no whole number", raw=shown(raw)), _("Write digits alone, such as 72."))


class PictureBytes(str):
    """A picture that a record holds as its content. As text it is a name made of its SHA-256: so the register knows it."""

    __slots__ = ("content",)
    content: bytes

    def __new__(cls, content: bytes, suffix: str) -> PictureBytes:
        picture = super().__new__(cls, hashlib.sha256(content).hexdigest() + suffix)
        picture.content = content
        return picture

    def __getnewargs__(self) -> tuple[bytes, str]:  # type: ignore[override]  # it is made of two values, str of one
        return self.content, self[64:]


def _picture_suffix(content: bytes) -> str:
    """Return the suffix of the format that a picture's content begins as, empty for none that is taken."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return ".png"
    if content.startswith(b"%PDF-"):
        return ".pdf"
    return ".svg" if content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<") else ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Image(Field):
    """A picture (PNG, SVG or PDF): the name of a file beside the record or in the artwork folder, or its content as bytes."""

    kind = "image"

    def read(self, raw: object, reading: Reading) -> str:
        if isinstance(raw, bytes | bytearray | memoryview):
            content = bytes(raw)
            if not (suffix := _picture_suffix(content)):
                message, hint = _("the bytes are no PNG, SVG or PDF"), _("Give the content of such a file, or its name.")
                raise Rejected("not-an-image", message, hint)
            return PictureBytes(content, suffix)
        if not isinstance(raw, str) or not re.fullmatch(r"[\w .()-]+\.(png|svg|pdf)", raw, re.IGNORECASE):
            message = _("“{raw}” is no name of a PNG, SVG or PDF file", raw=shown(raw))
            raise Rejected("not-an-image", message, _("Put the file beside the record and give its bare name."))
        return raw

    def rule(self) -> str:
        return _("the name of a PNG, SVG or PDF file beside the record")

    def blank_value(self) -> None:
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
            raise Rejected("choice-unknown", _("“{raw}” is not offered", raw=shown(raw)), hint)
        return text

    def rule(self) -> str:
        return _("one of: {options}", options=" · ".join(self.options))
