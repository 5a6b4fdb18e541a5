"""What looks wrong with a person's name or rank and may be right all the same: a remark each, which stops nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import NamedTuple

from docgen.errors import Problem, Where
from docgen.fields.iin import iin_fault
from docgen.memory import Memory
from docgen.messages import _
from docgen.names import sex_of_patronymic, sex_of_surname

#: The texts of a person, by field.
Person = Mapping[str, str]
FIELDS = ("rank", "surname", "given_name", "patronymic", "iin")
_RUSSIAN_RANK = re.compile(r"\b(?:полиции|милиции|юстиции|службы|старший|младший|рядовой|старшина)\b", re.I)
_APART = re.compile(r"[^\W\d_]+ (?:ұлы|қызы)", re.I)
_INITIALS = re.compile(r"(?:[^\W\d_]\.[ -]?)+|[^\W\d_]")


class NameRemark(NamedTuple):
    """A sign that something is wrong: the fields that are looked at, what is found, and what to say of it.

    `applies` is called with the texts of these fields, where none is missing; the remark is at the first of them.
    """

    code: str
    fields: tuple[str, ...]
    applies: Callable[..., bool]
    message: Callable[[], str]


def _is_in_capitals(text: str) -> bool:
    return text.isupper() and sum(map(str.isalpha, text)) > 2 and "." not in text


def _is_small(text: str) -> bool:
    return text[:1].islower()


def _is_initial(text: str) -> bool:
    return _INITIALS.fullmatch(text) is not None


def _differs(one: str, other: str) -> bool:
    return bool(one and other) and one != other


def _sex_of_iin(iin: str) -> str:
    """Return the sex that the seventh digit of an IIN says, odd for men; nothing for a foreigner's 0."""
    return "" if iin[6] == "0" else "m" if int(iin[6]) % 2 else "f"


RULES = (
    NameRemark("rank-in-russian", ("rank",), lambda rank: bool(_RUSSIAN_RANK.search(rank)),
         lambda: _("this is a rank in Russian, and the document is in Kazakh")),
    *(NameRemark("name-in-capitals", (name,), _is_in_capitals,
      lambda: _("it is in capitals, and is printed so")) for name in FIELDS[:4]),
    *(NameRemark("name-in-small-letters", (name,), _is_small, lambda: _("it begins with a small letter"))
      for name in FIELDS[1:4]),
    *(NameRemark("name-of-initials", (name,), _is_initial, lambda: _("this is an initial, where a name is asked for"))
      for name in FIELDS[2:4]),
    NameRemark("patronymic-apart", ("patronymic",), lambda text: bool(_APART.fullmatch(text)),
         lambda: _("-ұлы and -қызы are written together with the father's name, unless the identity card has them apart")),
    NameRemark("patronymic-of-other-sex", ("patronymic", "iin"),
         lambda text, iin: not iin_fault(iin) and _differs(sex_of_patronymic(text), _sex_of_iin(iin)),
         lambda: _("the patronymic and the IIN are not of the same sex")),
    NameRemark("surname-of-other-sex", ("surname", "patronymic"),
         lambda text, patronymic: _differs(sex_of_surname(text), sex_of_patronymic(patronymic)),
         lambda: _("the surname and the patronymic are not of the same sex")),
    NameRemark("surname-of-other-sex", ("surname", "iin"),
         lambda text, iin: not iin_fault(iin) and _differs(sex_of_surname(text), _sex_of_iin(iin)),
         lambda: _("the surname and the IIN are not of the same sex")),
)  # fmt: skip


#: The rules of each set of fields, in the order of RULES.
_RULES_OF = {
    fields: tuple(rule for rule in RULES if rule.fields == fields) for fields in dict.fromkeys(rule.fields for rule in RULES)
}
#: How many texts of a set of fields are remembered with what is found in them: ranks and names repeat.
_TEXTS = 4096


class _Looked:
    """Looks at the texts of a set of fields, and remembers what is found in them: by the text itself where it is one field."""

    def __init__(self, fields: tuple[str, ...]):
        self.fields, self.places = fields, tuple(map(FIELDS.index, fields))
        self._rules, self._known = _RULES_OF[fields], Memory[object, tuple[NameRemark, ...]](_TEXTS)
        self.texts: Callable[[list[str]], object] = itemgetter(*self.places)
        self.known = self._known.get

    def look(self, key: object, texts: list[str]) -> tuple[NameRemark, ...]:
        """Return the rules that the texts of a person break, none where one of the fields is empty."""
        given = [texts[place] for place in self.places]
        broken = tuple(rule for rule in self._rules if rule.applies(*given)) if all(given) else ()
        return self._known.remember(key, broken)


_LOOKED = [_Looked(fields) for fields in _RULES_OF]


def remarks(raw: Mapping[str, object]) -> list[Problem]:
    """Return a remark for each sign that something is wrong with the person of a row; each code once a field."""
    get = raw.get
    texts = [str(value).strip() if type(value := get(name)) in (str, int) else "" for name in FIELDS]
    found: dict[tuple[str, str], Problem] = {}
    for looked in _LOOKED:
        key = looked.texts(texts)
        broken = looked.known(key)
        if broken is None:
            broken = looked.look(key, texts)
        for rule in broken:
            place = looked.fields[0]
            problem = Problem(rule.code, rule.message(), "", Where(key=place), texts[looked.places[0]])
            found.setdefault((rule.code, place), problem)
    return list(found.values())
