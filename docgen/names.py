"""Names of people: a full name taken apart by its own form, and what the parts say of a person.

A full name is written in this country as surname, given name, patronymic. A patronymic is known by how it ends: -ұлы, -қызы,
-ович, -евна, оглы; the halves of `Серік ұлы` belong together. Nothing else in a name is certain, so that each reading says
whether it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from docgen import kazakh

#: Why a full name may be read otherwise.
Doubt = Literal[
    "", "one-word", "no-patronymic", "not-last", "order", "two-patronymics", "many-words", "small-letters", "initials", "signs"
]
#: What parts a surname, a given name and a patronymic that somebody has confirmed.
BETWEEN = "|"


class NameReading(NamedTuple):
    """A full name taken apart: surname, given name and patronymic as far as there are some, and why that is no certainty."""

    parts: tuple[str, ...]
    doubt: Doubt = ""


_MALE = ("ұлы", "улы", "оглы", "оғлы", "оглу", "uly")
_FEMALE = ("қызы", "кызы", "гызы", "kyzy", "qyzy")
#: The second half of a patronymic, written apart.
_HALVES = frozenset((*_MALE, *_FEMALE))
_OF_MAN = re.compile(
    rf"[^\W\d_]{{2,}}[- ]?(?:{'|'.join(_MALE)})|[^\W\d_]{{2,}}(?:ович|евич|ьич)|Ильич|Лукич|Фомич|Кузьмич|Никитич", re.I
)
_OF_WOMAN = re.compile(rf"[^\W\d_]{{2,}}[- ]?(?:{'|'.join(_FEMALE)})|[^\W\d_]{{2,}}(?:овна|евна|инична|ична)", re.I)
_SURNAMES_OF_MEN = ("ов", "ев", "ёв", "ский", "цкий")
_SURNAMES_OF_WOMEN = ("ова", "ева", "ёва", "ская", "цкая")
#: How surnames end, and given names do not.
_SURNAME = re.compile(r"[^\W\d_-]{2,}(?:ов|ев|ёв|ова|ева|ёва|ский|цкий|ская|цкая)(?:-.+)?", re.I)
_WORD = re.compile(r"[^\W\d_]+(?:[-'’ʼ][^\W\d_]+)*")
_INITIAL = re.compile(r"(?:[^\W\d_]\.?-?){1,3}\.|[^\W\d_]")


@lru_cache(maxsize=4096)
def sex_of_patronymic(text: str) -> str:
    """Return `m` or `f` for a patronymic that ends as those of men or of women, else nothing."""
    text = " ".join(_mended(text).split())
    return "m" if _OF_MAN.fullmatch(text) else "f" if _OF_WOMAN.fullmatch(text) else ""


@lru_cache(maxsize=4096)
def sex_of_surname(text: str) -> str:
    """Return `m` or `f` for a surname that has one form for men and one for women, else nothing."""
    text = _mended(text).casefold()
    return "m" if text.endswith(_SURNAMES_OF_MEN) else "f" if text.endswith(_SURNAMES_OF_WOMEN) else ""


def take_apart(text: str) -> NameReading:
    """Return the parts of a full name in the order surname, given name, patronymic, and whether there is a doubt.

    A name in which somebody has put `|` between the parts is certain.
    """
    if BETWEEN in text:
        parts = tuple(" ".join(part.split()) for part in text.split(BETWEEN))
        return NameReading(parts) if len(parts) in (2, 3) and all(parts) else NameReading((), "signs")
    words = unicodedata.normalize("NFC", text).replace(",", " ").split()
    spaced = re.sub(r"\.(?=[^\W\d_])", ". ", " ".join(words)).split()
    if any(_INITIAL.fullmatch(word) for word in spaced):
        return NameReading(tuple(spaced) if len(spaced) in (2, 3) and not _INITIAL.fullmatch(spaced[0]) else (), "initials")
    if not words or not all(map(_WORD.fullmatch, words)) or "," in text:
        return NameReading(_in_order(_units(words)) if all(map(_WORD.fullmatch, words)) else (), "signs")
    units = _units(words)
    if any(not word[0].isupper() and word.casefold() not in _HALVES for word in words):
        return NameReading(() if _doubt(units) else _in_order(units), "small-letters")
    return NameReading(_in_order(units), _doubt(units))


def _doubt(units: Sequence[str]) -> Doubt:
    """Return why a name of words that are in order may be read otherwise."""
    if len(units) == 1:
        return "one-word"
    if len(units) > 3:
        return "many-words"
    are_patronymics = [bool(sex_of_patronymic(unit)) for unit in units]
    if sum(are_patronymics) > 1:
        return "two-patronymics"
    are_surnames = [bool(_SURNAME.fullmatch(_mended(unit))) for unit in units]
    if not any(are_patronymics):
        return "" if len(units) == 2 and are_surnames == [True, False] else "no-patronymic"
    if len(units) != 3 or not are_patronymics[2]:
        return "not-last"
    return "order" if are_surnames[:2] == [False, True] else ""


def _in_order(units: Sequence[str]) -> tuple[str, ...]:
    """Return the likeliest surname, given name and patronymic; nothing where a part is missing."""
    are_patronymics = [bool(sex_of_patronymic(unit)) for unit in units]
    if len(units) < 2 or (len(units) == 2 and are_patronymics[1]):
        return ()
    first, second = (bool(_SURNAME.fullmatch(_mended(unit))) for unit in units[:2])
    if len(units) == 3 and are_patronymics == [False, True, False]:
        return (units[2], units[0], units[1])
    if len(units) < 4 and second and not first:
        return (units[1], units[0], *units[2:])
    return (units[0], *([" ".join(units[1:-1])] if len(units) > 2 else []), units[-1])


def _units(words: Sequence[str]) -> list[str]:
    """Return the words of a name, `Серік ұлы` as one."""
    units: list[str] = []
    for word in words:
        if word.casefold() in _HALVES and units:
            units[-1] = f"{units[-1]} {word}"
        else:
            units.append(word)
    return units


def _mended(text: str) -> str:
    """Return a text with Latin lookalikes replaced, as it is where they cannot be."""
    try:
        return kazakh.mend_lookalikes(text)[0]
    except kazakh.MixedScripts:
        return text
