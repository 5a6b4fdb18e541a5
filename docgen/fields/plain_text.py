"""Kinds of field that hold letters in one line: any, or one of a few texts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from docgen import kazakh
from docgen.errors import Problem, nearest_hint
from docgen.fields.field import LONG, OUTER, CellRule, Field, Reading, shown
from docgen.fields.keys import PLAIN_TEXTS, key
from docgen.fields.letters import Rejected, check_letters
from docgen.messages import _

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
