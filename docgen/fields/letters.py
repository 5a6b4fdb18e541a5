"""Which letters can be printed exactly, and the refusal of a value that cannot be taken."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache

from docgen import fonts
from docgen.errors import UNSEEN
from docgen.fonts.faces import Family
from docgen.messages import _

#: Unicode general categories (UAX 44) that never appear on paper as a sign of their own.
UNPRINTABLE = {*UNSEEN, "Mn", "Mc", "Me"}
LETTER_LIMIT = 4000


class Rejected(Exception):
    """A value that a field cannot take; the caller makes it a Problem with a place. `proposal` is what was probably meant."""

    def __init__(self, code: str, message: str, hint: str = "", proposal: str = ""):
        super().__init__(message)
        self.code, self.message, self.hint, self.proposal = code, message, hint, proposal


@lru_cache(maxsize=4)
def _sound_letters(_family: Family) -> set[str]:
    """Return the letters that have been found printable in a family so far."""
    return set()


def check_letters(text: str) -> None:
    """Raise Rejected if a text cannot be printed exactly: it is too long, or has a sign that the face lacks."""
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
        hint = (
            _("It is after “{word}”; delete it.", word=before[-1][-40:]) if before else _("It is the first character; delete it.")
        )
        raise Rejected("character-unprintable", message, hint)
    right_to_left = [letter for letter in text if unicodedata.bidirectional(letter) in ("R", "AL", "AN")]
    if lacking := fonts.family().lacks(text) or right_to_left:
        strange = list(dict.fromkeys(lacking))[:5]
        letters = ", ".join(_("“{letter}” (U+{code:04X})", letter=letter, code=ord(letter)) for letter in strange)
        message = _("{letters} cannot be set in Times New Roman", letters=letters)
        raise Rejected("glyph-missing", message, _("Write it with Kazakh, Russian or Latin letters."))


def _line_break() -> str:
    return _("a line break")


#: What a clerk calls the signs that have no name in Unicode.
SIGNS: dict[str, Callable[[], str]] = {"\n": _line_break, "\r": _line_break, "\t": lambda: _("a tab")}


def _sign(letter: str) -> str:
    """Return the name of a sign that cannot be seen."""
    number = f"U+{ord(letter):04X} {unicodedata.name(letter, '')}".strip()
    return f"{SIGNS[letter]()} ({number})" if letter in SIGNS else number
