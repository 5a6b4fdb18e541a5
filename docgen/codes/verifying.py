"""Whether a document is genuine: its code is read, the signature checked, and what it says compared with what is printed.

Nothing is asked of anybody: the keys of those who sign are given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

from docgen.codes.claims import Claims, read_claims
from docgen.codes.envelope import is_ours, opened
from docgen.codes.failures import DamagedCode
from docgen.codes.keys import PublicKey
from docgen.codes.sign1 import read_message
from docgen.codes.signing import ALGORITHMS

if TYPE_CHECKING:
    from docgen.codes.listing import PublishedList


class CodeVerdict(Enum):
    """What is found of a code, and the exit code of `docgen verify` for it."""

    GENUINE = 0
    NO_CODE = 10
    """There is no code of docgen."""
    DAMAGED = 11
    """A code that cannot be read, or that no docgen wrote."""
    KEY_UNKNOWN = 12
    """It is signed with a key that nobody gave."""
    CHANGED = 13
    """The signature is not of what the code says."""
    OUTSIDE_VALIDITY = 14
    """Its day lies outside the validity of its key."""
    KEY_COMPROMISED = 15
    """Its key was in the hands of others on its day."""
    DIFFERS = 16
    """The page does not print what the code says."""
    VOID = 17
    """It was declared void, as the register's book or a published list says."""
    REPLACED = 18
    """A duplicate took its place, as the register's book or a published list says."""
    NOT_ISSUED = 19
    """The register's book has no document that says this."""
    LIST_DAMAGED = 20
    """The published list cannot be read, or no docgen wrote it."""
    LIST_KEY_UNKNOWN = 21
    """The list is signed with a key that nobody gave."""
    LIST_CHANGED = 22
    """The signature is not of what the list says."""
    LIST_KEY_INVALID = 23
    """The key of the list was reported as compromised, or was not valid on the day of the list."""
    LIST_OTHER = 24
    """The list is of another organization than the document."""
    LIST_OUTDATED = 25
    """By today's date, the list is older than its term."""
    LIST_EARLY = 26
    """By today's date, the list is of a day to come."""
    NOT_SEEN = 27
    """The page has the words of its code; its ink could not be compared."""
    NOT_COMPARED = 28
    """The code is sound; what is on the page could not be compared with it."""


@dataclass(frozen=True, slots=True)
class GivenList:
    """A published list as it was read: what is wrong with it, None if it may be believed; what it says, and its key."""

    fault: CodeVerdict | None
    published: PublishedList | None = None
    key: PublicKey | None = None


@dataclass(frozen=True, slots=True)
class VerifiedCode:
    """What was found of one code: the verdict, what the code says where its signature holds, and its key where that is known.

    `differences` are what the page prints otherwise; `is_compared` says whether words were compared, `is_seen` whether ink was.
    Codes of a picture, whose fields are for a person to compare, are genuine by themselves.
    """

    verdict: CodeVerdict
    claims: Claims | None = None
    key: PublicKey | None = None
    differences: tuple[Difference, ...] = ()
    is_compared: bool = False
    is_seen: bool = False
    pages: tuple[int, ...] = field(default=())
    #: The number of the duplicate that replaced it.
    replaced_by: str = ""
    #: The published list that was asked.
    given: GivenList | None = None

    @property
    def is_genuine(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.verdict is CodeVerdict.GENUINE

    @property
    def is_sound(self) -> bool:
        """Whether nothing that was looked at is wrong with it."""
        return self.verdict in (CodeVerdict.GENUINE, CodeVerdict.NOT_SEEN, CodeVerdict.NOT_COMPARED)

    def as_json(self) -> dict[str, Any]:
        """Return what was found as plain values."""
        claims, key = (self.claims, self.key) if self.key else (None, None)
        published = self.given.published if self.given else None
        return {
            "verdict": self.verdict.name.lower().replace("_", "-"),
            "genuine": self.is_genuine,
            "compared": self.is_compared,
            "seen": self.is_seen,
            "pages": list(self.pages),
            "key": key.id.hex() if key else None,
            "organization": key.organization if key else None,
            "number": claims.number if claims else None,
            "replaced_by": self.replaced_by or None,
            "day": str(claims.day) if claims else None,
            "form": claims.form if claims else None,
            "fields": claims.fields if claims else {},
            "list": {"day": str(published.day), "until": str(published.until)} if published else None,
            "differences": [{"printed": each.printed, "expected": each.expected} for each in self.differences],
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where a page prints other words than its code says; either may be empty."""

    expected: str
    printed: str


def verify_text(text: str, keys: Iterable[PublicKey]) -> VerifiedCode:
    """Return what is found of the text of a code, by the keys that are trusted."""
    if not is_ours(text):
        return VerifiedCode(CodeVerdict.NO_CODE)
    try:
        message = read_message(opened(text))
        claims = read_claims(message.payload)
    except DamagedCode:
        return VerifiedCode(CodeVerdict.DAMAGED)
    named = [key for key in keys if key.id == message.key_id]
    if not named or message.algorithm not in ALGORITHMS:
        return VerifiedCode(CodeVerdict.KEY_UNKNOWN, claims)
    for key in named:
        if ALGORITHMS[message.algorithm](key.public, message.signature, message.signed):
            return VerifiedCode(_by_day(claims.day, key), claims, key)
    return VerifiedCode(CodeVerdict.CHANGED)


def _by_day(day: date, key: PublicKey) -> CodeVerdict:
    """Return the verdict on a document of a day, by the validity of its key."""
    if not key.covers(day):
        return CodeVerdict.OUTSIDE_VALIDITY
    return CodeVerdict.KEY_COMPROMISED if key.compromised and day >= key.compromised else CodeVerdict.GENUINE


def differences(expected: Sequence[str], printed: Sequence[str]) -> Iterator[Difference]:
    """Yield where two sequences of words differ, each with the words of both."""
    from difflib import SequenceMatcher

    for kind, begin, end, other_begin, other_end in SequenceMatcher(None, expected, printed, autojunk=False).get_opcodes():
        if kind != "equal":
            yield Difference(" ".join(expected[begin:end]), " ".join(printed[other_begin:other_end]))


def shown_fields(fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the fields of a code as texts, rows with their numbers, for a person to compare."""
    for name, value in fields.items():
        if isinstance(value, list):
            for number, each in enumerate(value, 1):
                own = each if isinstance(each, dict) else {"": each}
                yield from ((f"{name}[{number}]{'.' * bool(key)}{key}", text) for key, text in shown_fields(own))
        else:
            yield name, str(value)
