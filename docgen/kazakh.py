"""Kazakh, once and right: dates and periods in their cases, capitals, initials, lookalike letters, unbroken words."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

Case = Literal["nominative", "ablative", "dative"]


class Month(NamedTuple):
    """A month's name in the cases that dates and periods take."""

    nominative: str
    ablative: str
    dative: str


MONTHS = (
    Month("қаңтар", "қаңтардан", "қаңтарға"),
    Month("ақпан", "ақпаннан", "ақпанға"),
    Month("наурыз", "наурыздан", "наурызға"),
    Month("сәуір", "сәуірден", "сәуірге"),
    Month("мамыр", "мамырдан", "мамырға"),
    Month("маусым", "маусымнан", "маусымға"),
    Month("шілде", "шілдеден", "шілдеге"),
    Month("тамыз", "тамыздан", "тамызға"),
    Month("қыркүйек", "қыркүйектен", "қыркүйекке"),
    Month("қазан", "қазаннан", "қазанға"),
    Month("қараша", "қарашадан", "қарашаға"),
    Month("желтоқсан", "желтоқсаннан", "желтоқсанға"),
)


#: The cases in the order of a month's names.
CASES: tuple[Case, ...] = ("nominative", "ablative", "dative")


def month(day: date, case: Case = "nominative") -> str:
    """Return the name of the month of `day`; raise ValueError for an unknown case."""
    if case not in CASES:
        raise ValueError(case)
    return MONTHS[day.month - 1][CASES.index(case)]


def date_line(day: date) -> str:
    """Return the date as a form's date line has it: `2026 жылғы "06" ақпан` (FORMS.md, Dates)."""
    return f'{day.year} жылғы "{day.day:02}" {month(day)}'


def period(start: date, end: date) -> str:
    """Return the days from `start` to `end` in words (FORMS.md, Dates); ValueError when `end` is earlier.

    A course of one day has no "from … to": its period is that day, `2026 жылғы 5 қазан`.
    """
    if end < start:
        raise ValueError(f"{end} is before {start}")
    if start == end:
        return f"{start.year} жылғы {start.day} {month(start)}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.year} жылғы {start.day} – {end.day} {month(start)} аралығында"
    year = "" if start.year == end.year else f"{end.year} жылғы "
    return f"{start.year} жылғы {start.day} {month(start, 'ablative')} {year}{end.day} {month(end, 'dative')} дейін"


def upper(text: str) -> str:
    """Return `text` in capitals, letter for letter.

    str.upper is right for Cyrillic, the Kazakh letters among it (і → І, һ → Һ, ә → Ә). What it writes as two letters
    (ß → SS, ﬁ → FI) is left as it is, so the text keeps its length.
    """
    return "".join(capital if len(capital := letter.upper()) == 1 else letter for letter in text)


#: Words that say of a name which kind of settlement it is, behind the name or, as in Russian, before it.
KINDS_OF_PLACE = frozenset(
    [
        *("қаласы", "қала", "кенті", "кент", "ауылы", "ауыл", "аулы", "ауданы", "аудан", "округі", "округ", "облысы", "облыс"),
        *("стансасы", "станса", "станциясы", "станция", "бекеті", "бекет", "қыстағы", "разъезі", "разъезд"),
        *("селосы", "село", "поселкесі", "поселкасы", "поселок", "посёлок", "аул", "район"),
        *("қ.", "к.", "а.", "ауд.", "обл.", "ст.", "с.", "п.", "пос.", "р-н"),
    ]
)


def city_word(name: object = None) -> str:
    """Return the word behind a settlement's name on a form's date line: `қаласы`, none where the name says its kind itself.

    `Боровое кенті` does, and so does an abbreviation, `Боровое к.`; Кентау and a city called Аудан do not.
    """
    words = str(name or "").casefold().split()
    return "" if len(words) > 1 and not KINDS_OF_PLACE.isdisjoint((words[0], words[-1])) else "қаласы"


# "Марат ұлы", written apart or with a hyphen, is one patronymic: its second half has no initial of its own.
PATRONYMIC_SUFFIXES = frozenset({"ұлы", "қызы", "улы", "кызы", "оглы", "оғлы", "оглу"})


def initials(given_name: str, patronymic: str = "") -> str:
    """Return `Б. М.` for `Бауыржан`, `Маратұлы`; a hyphened name keeps both of its letters (`А.-М.`)."""
    words = unicodedata.normalize("NFC", f"{given_name} {patronymic}").split()
    return " ".join(filter(None, map(_initial, words)))


def _initial(word: str) -> str:
    parts = (part for part in word.split("-") if part.lower() not in PATRONYMIC_SUFFIXES)
    letters = (next(filter(str.isalpha, part), "") for part in parts)
    return "-".join(f"{upper(letter)}." for letter in letters if letter)


#: An ending of the genitive, back and front → the last sounds that it follows; those of the last one are voiceless, or become so.
GENITIVE = {
    ("ның", "нің"): "аәеёоөұүыіэямнң",
    ("дың", "дің"): "лрйуиюзж",
    ("тың", "тің"): "кқпстфхһцчшщбвгғд",
}
_VOWEL = "аәеёоөұүыіэяи"
#: What decides whether an ending is back or front: the last vowel; у and ю do between consonants alone, else one before them.
_DECIDING = re.compile(rf"[{_VOWEL}]|(?<![{_VOWEL}])[ую](?=[^\W{_VOWEL}ую])")
_BACK = "аоұыяую"
#: A man's surname whose stem decides: Мәсімовтің, Назарбаевтың. In Горбачевтің and Әлиевтің the last vowel does.
_STEM = re.compile(rf"(?:(?<=[^\W{_VOWEL}])ов|(?<=[{_VOWEL[:-1]}])ев)$")
#: Front whatever the vowel (Гогольдің, Маркстің), and the names in -и that are back (Мұқағалидың), as no others are (Гандидің).
_FRONT_END, _BACK_END = re.compile(r"(?:ь|[нрл]к|рг|к[ст])$"), re.compile(r"(?:[қғ]\w{0,2}|[кг]ал)и$")


def in_case(name: str, case: object) -> str:
    """Return a name as it is, or in the genitive where `case` says so and the name takes an ending."""
    return genitive(name) if case == "genitive" and takes_suffix(name) else name


def takes_suffix(name: str) -> bool:
    """Return whether a name ends in a letter of Kazakh or Russian, so that an ending can follow it."""
    return name[-1:].lower() in {*"ьъ", *"".join(GENITIVE.values())}


def genitive(name: str) -> str:
    """Return a name in the genitive: `Маратұлының`, `Айгүлдің`, `Ахметовтің`; of several words the last one takes the ending.

    The ending follows vowel harmony and the last sound, in capitals where the word is. ValueError for a name that takes none.
    """
    if not takes_suffix(name):
        raise ValueError(name)
    word = re.split(r"[ -]", name)[-1]
    small = word.lower()
    sound = small.rstrip("ьъ")[-1:]
    back, front = next((pair for pair, sounds in GENITIVE.items() if sound and sound in sounds), ("ның", "нің"))
    suffix = back if _is_back(small) else front
    return name + (upper(suffix) if len(word) > 1 and word == upper(word) else suffix)


def _is_back(word: str) -> bool:
    """Return whether a word in small letters takes back vowels in its endings."""
    word = _STEM.sub("", word)
    if _FRONT_END.search(word):
        return False
    if word.endswith("и"):
        return _BACK_END.search(word) is not None
    return (_DECIDING.findall(word) or _BACK)[-1] in _BACK


# Each Latin letter that can stand for one Cyrillic letter only. Left out on purpose: Y and y, which have the outline of Ү and
# у, and are typed for either, and for й and я (ya) by who writes in Latin letters; b, which may mean ь, б or в. A wrong guess
# would change a name, so those words are reported.
# h is һ when small, but H is Н: the capital of һ has another shape.
TWINS = dict(
    zip(
        "aceopxihkmt" + "ABCEHIKMOPTX" + "əƏɵƟëË",
        "асеорхіһкмт" + "АВСЕНІКМОРТХ" + "әӘөӨёЁ",
        strict=True,
    )
)
#: The letters of Kazakh and Russian, and signs that occur among them: texts of these alone, most of all, mix nothing.
CYRILLIC = frozenset("".join(map(chr, range(0x410, 0x450))) + "ЁёӘәҒғҚқҢңӨөҰұҮүҺһІі" + " -–—.,:;«»“”\"'()/№0123456789")
_TO_CYRILLIC = str.maketrans(TWINS)
# A run of letters, with the accents that decomposed text sets after them.
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")


#: Signs that names are written with or without, and ё, which Russian writes as е as often as not.
_UNCOUNTED = dict.fromkeys(map(ord, " \t\u00a0-‐‑–—.,'’ʼ`\"«»()")) | str.maketrans("ЁёËë", "ЕеЕе")
_ALIKE = _TO_CYRILLIC | _UNCOUNTED
#: The same for a text without a Cyrillic letter, in small letters: there h is the H of a word in capitals.
_ALIKE_IN_LATIN = str.maketrans("abcehikmoptx", "авсенікмортх") | _UNCOUNTED
_HAS_CYRILLIC = re.compile("[\u0400-\u052f]")
#: What most names have nothing of; to look for it takes a tenth of the time of replacing it.
_UNUSUAL = re.compile("[^А-Яа-яӘәҒғҚқҢңӨөҰұҮүҺһІі|0-9]")


def same_letters(text: str) -> str:
    """Return what a name has in common with the same one in another case, with lookalike letters, or with another hyphen."""
    if not _UNUSUAL.search(text):
        return text.casefold()
    text = unicodedata.normalize("NFC", text)
    return text.translate(_ALIKE).casefold() if _HAS_CYRILLIC.search(text) else text.casefold().translate(_ALIKE_IN_LATIN)


class Mending(NamedTuple):
    """A word in which Latin lookalikes became Cyrillic letters."""

    before: str
    after: str


class MixedScripts(ValueError):
    """A word mixes scripts in a way that cannot be mended; `word` is that word."""

    def __init__(self, word: str):
        self.word = word
        super().__init__(word)


def mend_lookalikes(text: str) -> tuple[str, tuple[Mending, ...]]:
    """Return `text` with Latin lookalikes in Cyrillic words replaced (FORMS.md, Dates), and what was mended.

    A word is a run of letters: hyphens, digits and apostrophes part words, so `COVID-19-ға` and `3D-модель` are not
    mixed. Words of one script are untouched. MixedScripts for a word that mixes scripts in any other way.
    """
    if text.isascii() or CYRILLIC.issuperset(text) or len({_script(letter) for letter in set(text) if letter.isalpha()}) < 2:
        return text, ()
    mendings: list[Mending] = []

    def mend(match: re.Match[str]) -> str:
        word = match[0]
        after = _mend_word(word)
        if after != word:
            mendings.append(Mending(word, after))
        return after

    return _WORD.sub(mend, text), tuple(mendings)


def _mend_word(word: str) -> str:
    scripts = {_script(letter) for letter in word} - {""}
    if len(scripts) < 2:
        return word
    if scripts == {"LATIN", "CYRILLIC"} and all(letter in TWINS for letter in word if _script(letter) == "LATIN"):
        return word.translate(_TO_CYRILLIC)
    raise MixedScripts(word)


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    """Return `LATIN`, `CYRILLIC`, `GREEK` …; empty for accents and modifier letters, which belong to any script."""
    script = unicodedata.name(letter, "UNKNOWN").partition(" ")[0]
    return "" if script in ("COMBINING", "MODIFIER") else script


#: The 42 letters of the Kazakh alphabet in Cyrillic, in their order; Ё is a letter of its own after Е.
ALPHABET = "АӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯ"
#: The place of each sign that has one: words end first, then digits, then Cyrillic letters, then Latin ones.
_PLACES = {sign: place for place, sign in enumerate("0123456789" + ALPHABET + "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1)}


def alphabetical(text: str) -> tuple[tuple[tuple[int, str], ...], str]:
    """Return what texts are sorted by to be in Kazakh alphabetical order, whatever the capitals.

    Words are compared one after the other, a hyphen parts them like a space, and other signs do not count. Latin letters come
    after Cyrillic ones, a letter with an accent after the plain one, and letters of other scripts last.
    """
    words = re.split(r"[\s-]+", unicodedata.normalize("NFC", text).strip())
    places: list[tuple[int, str]] = []
    for word in words:
        places += [_place(sign) for sign in upper(word) if sign.isalnum()]
        places.append((0, ""))
    return tuple(places), text


@lru_cache(maxsize=1024)
def _place(sign: str) -> tuple[int, str]:
    """Return the place of a capital, digit or other letter, and what tells it from another in the same place."""
    if sign in _PLACES:
        return _PLACES[sign], ""
    plain = unicodedata.normalize("NFD", sign)[0]
    return _PLACES.get(plain, len(_PLACES) + 1), sign


_MONTH = "|".join(name.nominative for name in MONTHS)
_CAPITAL = "A-ZА-ЯЁӘІҢҒҮҰҚӨҺ"

# What keeps a space from being a line break. Each pattern ends with the spaces it holds; the reason is behind it.
_HELD = tuple(
    re.compile(pattern)
    for pattern in (
        r"№ +(?=\S)",  # a number sign with its number
        rf"(?<!\w)[{_CAPITAL}]\. +(?=[{_CAPITAL}])",  # an initial with the next initial or the surname
        rf"(?i)\d[\"»”]? +(?=(?:{_MONTH}))",  # a day with its month, in any case of it: 12 қаңтардан, "06" ақпан
        r"(?i)\d +(?=(?:жыл|ж\.|сағат|академиялық|%))",  # a number with what it counts
        r"\d +(?=[–—-] +\d)",  # a range does not begin a line with its dash: 5 – 16
        r"(?<=\d )[–—-] +(?=\d)",  # nor does it end one with it
        r"(?i)(?<=\S) +(?=(?:қаласы|кенті|ауылы|ауданы|қ\.))",  # a settlement with its kind
    )
)


def holds_together(text: str) -> frozenset[int]:
    """Return each index i where no line may begin with text[i], though a space before it would let it (UAX 14)."""
    return frozenset(match.end() for pattern in _HELD for match in pattern.finditer(text))
