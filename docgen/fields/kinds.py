"""The kinds of field that hold one value: how a raw value becomes the value that is printed, or a problem.

A kind is one class. It declares its keys in a form.toml (`key`), how a value is read, what messages call it (`rule`), what a
blank shows in its place, and how a spreadsheet formats and checks its column (`number_format`, `cell_rule`).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from typing import ClassVar

from docgen import kazakh
from docgen.errors import Problem, Where, nearest_hint
from docgen.fields.days import parse_day
from docgen.fields.keys import ANY, DAY, FIELD_NAME, FLAG, LABELS, PLAIN_TEXT, PLAIN_TEXTS, TEXT, WHOLE, key
from docgen.fields.letters import Rejected, check_letters
from docgen.messages import _, labelled, translated

#: Raw values that mean that no value is given.
MISSING: tuple[object, ...] = (None, "", [])
#: White space that is stripped from both ends of a value: nobody sees it on paper.
OUTER = "\t\n\r" + "".join(map(chr, (0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)))
#: Bits of a number that is longer than anything printed.
LONG = 400
#: Words that are a question when they are alone; none of them, with one letter more, is a word or a name.
QUESTIONS = (
    *("не", "неге", "неліктен", "кім", "қалай", "қашан", "қайда", "қайдан", "қай", "қайсы", "қандай", "қанша", "неше"),
    *("что", "кто", "кому", "как", "какой", "какая", "какие", "где", "куда", "откуда", "когда", "почему", "зачем", "сколько"),
)
#: A question mark is what programs write for a letter that an encoding lacks: before or within a word, several of them, for a
#: word of one letter, at the end of a word after which the sentence goes on, or of a word that is alone and asks nothing.
LOST = re.compile(
    r"\?[^\W\d_]|\?\?|^\?(?=$|[\s.,;-])|\s\?(?=[\s.,;-]+\S)|[^\W\d_]\?(?=[,;-]|\s+[^\W\d_A-ZА-ЯЁӘІҢҒҮҰҚӨҺ])"
    rf"|^(?!(?i:{'|'.join(QUESTIONS)})\?$)[^\W\d_]+\?$"
)
#: What programs write where there is no value, compared without regard to case; and those that are names when small or large.
NULLS = frozenset(
    ["null", "none", "undefined", r"\n", "<null>", "(null)", "[null]", "<none>", "<na>", "<nan>", "n/a", "#n/a", "н/д", "#н/д"]
)
NULLS_IN_CASE = frozenset(["NaN", "nan", "NAN", "NaT", "nat", "NA", "nil", "NIL"])
#: What people write where there is no patronymic: of an optional field alone, because a topic may be such a word.
NOTHING_GIVEN = frozenset(["нет", "отсутствует", "не указано", "жоқ", "көрсетілмеген", "no"])
LONGEST_NULL = 1 + max(map(len, NULLS | NOTHING_GIVEN))


@dataclass(slots=True)
class Reading:
    """What reading a record collects: problems, which refuse it, and notes on what was mended in it."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CellRule:
    """What a spreadsheet program checks while a cell is typed (ECMA-376 part 1, 18.3.1.32, `dataValidation`).

    `type` is `list`, `date`, `whole` or `textLength`. `values` are the options of a list, else the operands of `operator`. A
    warning can be passed by.
    """

    type: str
    values: tuple[object, ...]
    operator: str = "between"
    is_warning: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Field:
    """A named datum of a form, and the base of every kind.

    `blank` is what the act prints where the datum is written in by hand.
    """

    name: str = key(FIELD_NAME)
    label: Mapping[str, str] = key(LABELS)
    optional: bool = key(FLAG, False)
    sample: object = key(ANY, "")
    blank: str = key(PLAIN_TEXT, "__________")
    #: The name of the kind in a form.toml.
    kind: ClassVar[str] = ""
    #: Whether a value is a list.
    takes_list: ClassVar[bool] = False
    #: Whether a value names a picture.
    is_picture: ClassVar[bool] = False
    #: The keys that bound its values, the least first.
    bounds: ClassVar[tuple[str, str] | None] = None
    #: How a workbook shows its cells; text (`@`) keeps zeros at the beginning.
    number_format: ClassVar[str] = "@"
    #: What may be given, where that is a list.
    options: tuple[str, ...] = ()

    def read(self, raw: object, reading: Reading) -> object:
        """Return the value to print; raise Rejected if `raw` cannot be read."""
        raise NotImplementedError

    def read_or_report(self, raw: object, reading: Reading) -> object:
        """Return the value, or None with a problem added to `reading`."""
        raw = raw.strip(OUTER) if isinstance(raw, str) else raw
        try:
            if raw in MISSING:
                return self.read_missing()
            if not isinstance(raw, str) and isinstance(raw, (list, Mapping)) and not self.takes_list:
                raise Rejected("not-one-value", _("one value is expected here"), _("Give: {rule}.", rule=self.rule()))
            return self.read(raw, reading)
        except Rejected as rejected:
            problem = Problem(rejected.code, rejected.message, rejected.hint, self.where(), shown(raw), rejected.proposal)
            reading.problems.append(problem)
            return None

    def read_missing(self) -> object:
        """Return the value of a field that was not given; raise Rejected if it must be given."""
        if self.optional:
            return None
        raise Rejected("value-missing", _("nothing is given"), _("Give: {rule}.", rule=self.rule()))

    def where(self) -> Where:
        """Return the place of a problem with the field."""
        return Where(key=self.name, label=labelled(self.label))

    def rule(self) -> str:
        """Return in words what the field takes."""
        return _("text")

    def blank_value(self) -> object:
        """Return a value about as wide as what will be written by hand on a blank."""
        return self.blank

    def cell_rule(self) -> CellRule | None:
        """Return what a spreadsheet program checks in its column; None for no check."""
        return None

    def schema(self) -> dict[str, object]:
        """Return what JSON Schema (draft 2020-12) says of a value in its plainest spelling."""
        return {"type": "string"}

    def cell_note(self) -> str:
        """Return what a clerk has to know to fill one of its cells, beyond the rule; nothing in most cases."""
        return ""

    def meant_by(self, typed: str) -> str:
        """Return the raw value that a clerk means who types `typed` at a terminal."""
        return typed


def labels_of(fields: Iterable[Field]) -> dict[str, tuple[str, ...]]:
    """Return the labels of each field by its name, as `tables.columns` takes them."""
    return {each.name: tuple(each.label.values()) for each in fields}


def shown(raw: object) -> str:
    """Return a value for a message, not all of a long one; Python writes a number of thousands of digits in base 16 alone."""
    if isinstance(raw, int) and raw.bit_length() > LONG:
        return hex(raw)[:100]
    if isinstance(raw, bytes | bytearray | memoryview):
        return repr(bytes(raw[:20]))
    return str(raw)[:100] if raw is not None and not isinstance(raw, (list, dict)) else ""


@dataclass(frozen=True, kw_only=True, eq=False)
class PlainText(Field):
    """Letters in one line, printed exactly as given, once lookalike letters are mended.

    `without` are words that the form itself prints next to the value, such as `г.`, and are refused; `left_out` those that are
    left out, with a note, behind the value.
    """

    kind = "text"
    without: tuple[str, ...] = key(PLAIN_TEXTS, ())
    left_out: tuple[str, ...] = key(PLAIN_TEXTS, ())

    def read(self, raw: object, reading: Reading) -> str:
        """Return the value to print; raise Rejected if `raw` cannot be read."""
        if not isinstance(raw, (str, int)) or isinstance(raw, bool) or (isinstance(raw, int) and raw.bit_length() > LONG):
            hint = _("Put it in quotation marks; in a workbook, format the cell as text.")
            raise Rejected("not-text", _("“{raw}” is no text", raw=shown(raw)), hint)
        text = unicodedata.normalize("NFC", str(raw))
        check_letters(text)
        self._refuse_no_value(text)
        if "?" in text and LOST.search(text):
            hint = _("Type it anew; save tables as .xlsx or as CSV in UTF-8, other encodings lose Kazakh letters.")
            raise Rejected("letters-lost", _("“{raw}” has lost letters: there is a ? in a word", raw=shown(text)), hint)
        try:
            mended, mendings = kazakh.mend_lookalikes(text)
        except kazakh.MixedScripts as mixed:
            hint = _("Type the word anew, in one alphabet.")
            raise Rejected("scripts-mixed", _("“{word}” mixes alphabets", word=mixed.word), hint) from None
        for mending in mendings:
            message = _("Latin letters in “{word}” were replaced by the Kazakh ones", word=mending.after)
            reading.notes.append(Problem("lookalikes-mended", message, "", self.where(), mending.before))
        return self._alone(mended, reading) if self.without or self.left_out else mended

    def _alone(self, text: str, reading: Reading) -> str:
        """Return the text without a word that the form itself prints; raise Rejected where it is not certain what is left."""
        match = _repeated((*self.without, *self.left_out)).search(text)
        if not match:
            return text
        word, rest = match[0].strip(), (text[: match.start()] + text[match.end() :]).strip(OUTER)
        is_sign = text.startswith(word) and not any(map(str.isalnum, word))
        is_behind = word.casefold() in self.left_out and match.start() > 0
        if rest and (is_sign or is_behind):
            message = _("“{sign}” was left out: the form prints it itself", sign=word)
            reading.notes.append(Problem("sign-left-out", message, "", self.where(), shown(text)))
            return self._alone(rest, reading)
        message = _("“{word}” is not part of it: the form prints that word itself", word=word)
        raise Rejected("word-doubled", message, _("Give it alone, in Kazakh, such as “{sample}”.", sample=self.sample))

    def _refuse_no_value(self, text: str) -> None:
        """Raise Rejected for what stands for no value: it would be printed."""
        hint = _("Leave it empty where there is none.")
        word = text.casefold() if len(text) < LONGEST_NULL else ""
        if word in NULLS or text in NULLS_IN_CASE or (self.optional and word in NOTHING_GIVEN):
            raise Rejected("text-is-null", _("“{raw}” stands for no value", raw=text), hint)
        if self.optional and not text[0].isalnum() and not any(map(str.isalnum, text)):
            raise Rejected("text-says-nothing", _("“{raw}” has no letter and no digit", raw=shown(text)), hint)

    def rule(self) -> str:
        """Return in words what the field takes."""
        words = ", ".join(f"“{word}”" for word in (*self.without, *self.left_out))
        return _("text, without {words}", words=words) if words else super().rule()


@lru_cache(maxsize=32)
def _repeated(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern of some words at the beginning or end of a text; one that ends in a sign needs no space after it."""
    either = "|".join(re.escape(word) + (r"(?=\s)" if word[-1].isalnum() else "") for word in words)
    return re.compile(rf"^(?:{either})|(?<=\s)(?:{'|'.join(map(re.escape, words))})$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, eq=False)
class Date(Field):
    """A day: a date cell, `2026-02-06`, `06.02.2026`, or as people write it, `6 ақпан 2026 ж.` (`docgen.fields.days`)."""

    kind = "date"
    bounds = ("earliest", "latest")
    number_format = "dd.mm.yyyy"
    earliest: date = key(DAY, date(2000, 1, 1))
    latest: date = key(DAY, date(2099, 12, 31))

    def read(self, raw: object, reading: Reading) -> date:
        """Return the value to print; raise Rejected if `raw` cannot be read."""
        day = _day_of(raw) if isinstance(raw, date) else parse_day(shown(raw), self.earliest, self.latest)
        if not self.earliest <= day <= self.latest:
            message = _("{day} lies outside {earliest} – {latest}", day=day, earliest=self.earliest, latest=self.latest)
            raise Rejected("date-out-of-range", message, _("Check the year."))
        return day

    def rule(self) -> str:
        """Return in words what the field takes."""
        return _("a date such as 2026-02-06 or 06.02.2026")

    def blank_value(self) -> date:
        """Return a value about as wide as what is written by hand."""
        return WIDEST_DAY

    def schema(self) -> dict[str, object]:
        """Return what JSON Schema says of a value in its plainest spelling."""
        return {"type": "string", "format": "date"}

    def cell_rule(self) -> CellRule:
        """Return a warning: days are read from text too, where a machine does not know 06.02.2026."""
        return CellRule("date", (self.earliest, self.latest), is_warning=True)


#: The day whose year, day and month take the most room in Kazakh.
WIDEST_DAY = date(2028, 9, 28)


def _day_of(raw: date) -> date:
    """Return the day of a date cell; a time of day in it would be lost."""
    if isinstance(raw, datetime):
        if raw.time() != time():
            raise Rejected("date-with-time", _("{raw} is a time of day, not a day", raw=raw), _("Write the date alone."))
        return raw.date()
    return raw


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

    def schema(self) -> dict[str, object]:
        """Return what JSON Schema says of a value in its plainest spelling."""
        return {"type": "integer", "minimum": self.min, "maximum": self.max}

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


class PictureBytes(str):
    """A picture that a record holds as its content. As text it is a name made of its SHA-256: so the register knows it."""

    __slots__ = ("content",)
    content: bytes

    def __new__(cls, content: bytes, suffix: str) -> PictureBytes:
        """Return the picture in `content`, named with the suffix of its format."""
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
    """A picture (PNG, SVG or PDF): the name of a file in the record's folder or an artwork folder, or its content as bytes."""

    kind = "image"
    is_picture = True

    def read(self, raw: object, reading: Reading) -> str:
        """Return the value to print; raise Rejected if `raw` cannot be read."""
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
        """Return in words what the field takes."""
        return _("the name of a PNG, SVG or PDF file beside the record")

    def schema(self) -> dict[str, object]:
        """Return what JSON Schema says of a value: the name of a file among the operator's artwork."""
        return {"type": "string", "pattern": r"^[\w .()-]+\.([pP][nN][gG]|[sS][vV][gG]|[pP][dD][fF])$"}

    def blank_value(self) -> None:
        """Return a value about as wide as what is written by hand."""
        return None


@dataclass(frozen=True, kw_only=True, eq=False)
class Choice(PlainText):
    """One of a few texts, between which the form's templates distinguish."""

    kind = "choice"
    options: tuple[str, ...] = key(PLAIN_TEXTS)
    #: No keys of this kind.
    without: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def read(self, raw: object, reading: Reading) -> str:
        """Return the value to print; raise Rejected if `raw` cannot be read."""
        text = super().read(raw, reading)
        if text not in self.options:
            hint = nearest_hint(text, list(self.options))
            raise Rejected("choice-unknown", _("“{raw}” is not offered", raw=shown(raw)), hint)
        return text

    def rule(self) -> str:
        """Return in words what the field takes."""
        return _("one of: {options}", options=" · ".join(self.options))

    def schema(self) -> dict[str, object]:
        """Return what JSON Schema says of a value."""
        return {"enum": list(self.options)}

    def cell_rule(self) -> CellRule:
        """Return what a spreadsheet program checks in the column."""
        return CellRule("list", self.options)

    def meant_by(self, typed: str) -> str:
        """Return the option of this number, or the only one that begins so; any other text as it is."""
        if typed in self.options:
            return typed
        if typed.isascii() and typed.isdigit() and 0 < int(typed[:4]) <= len(self.options):
            return self.options[int(typed[:4]) - 1]
        near = [option for option in self.options if option.casefold().startswith(typed.casefold())]
        return near[0] if len(near) == 1 else typed
