"""Verdicts in words, the same at a terminal and on the page that verifies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypedDict

from docgen.codes.verifying import CodeVerdict, VerifiedCode
from docgen.messages import _


class VerdictValues(TypedDict):
    """What the words name: the days of the document's key, the duplicate, and the days of a list and of today."""

    first: object
    last: object
    compromised: object
    replaced_by: object
    day: object
    until: object
    today: object


def verdict_words(values: VerdictValues) -> dict[CodeVerdict, str]:
    """Return each verdict in words."""
    return {
        CodeVerdict.GENUINE: _("genuine"),
        CodeVerdict.NO_CODE: _("not verified: there is no code of docgen"),
        CodeVerdict.DAMAGED: _("not genuine: the code is damaged, or no docgen wrote it"),
        CodeVerdict.KEY_UNKNOWN: _("not verified: it is signed with a key that is not known here"),
        CodeVerdict.CHANGED: _("not genuine: what the code says was changed after it was signed"),
        CodeVerdict.OUTSIDE_VALIDITY: _(
            "not genuine: its day lies outside the validity of the key, {first} – {last}",
            first=values["first"], last=values["last"],
        ),
        CodeVerdict.KEY_COMPROMISED: _("not genuine: others had the key from {day} on", day=values["compromised"]),
        CodeVerdict.DIFFERS: _("not genuine: the page does not print what its code says"),
        CodeVerdict.VOID: _("no longer valid: it was declared void"),
        CodeVerdict.REPLACED: (
            _("no longer valid: the duplicate {number} replaced it", number=values["replaced_by"])
            if values["replaced_by"]
            else _("no longer valid: a duplicate replaced it")
        ),
        CodeVerdict.NOT_SEEN: _("its words are genuine; whether something lies over them was not seen"),
        CodeVerdict.NOT_COMPARED: _("the code is genuine; what is printed was not compared with it"),
        CodeVerdict.NOT_ISSUED: _("signed, but not as the register has it: it was never issued, or was corrected since"),
        **{verdict: _("signed and unchanged; {but}", but=words) for verdict, words in list_words(values).items()},
    }  # fmt: skip


def list_words(values: VerdictValues) -> dict[CodeVerdict, str]:
    """Return in words what hinders a list from saying that a document is still valid."""
    return {
        CodeVerdict.LIST_DAMAGED: _("the list of void documents is damaged, or is no such list"),
        CodeVerdict.LIST_KEY_UNKNOWN: _("the list of void documents is signed with a key that is not known here"),
        CodeVerdict.LIST_CHANGED: _("the list of void documents was changed after it was signed"),
        CodeVerdict.LIST_KEY_INVALID: _(
            "the list of void documents is signed with a key that was not valid on its day, or that others had"
        ),
        CodeVerdict.LIST_OTHER: _("the list of void documents is of another organization"),
        CodeVerdict.LIST_OUTDATED: _(
            "the list of void documents was current until {until}, and by this computer's date it is {today}: "
            "what was declared void since is not in it",
            until=values["until"], today=values["today"],
        ),
        CodeVerdict.LIST_EARLY: _(
            "the list of void documents is of {day}, and by this computer's date it is {today}: its clock is wrong",
            day=values["day"], today=values["today"],
        ),
    }  # fmt: skip


def said_of(found: VerifiedCode, today: object) -> str:
    """Return what is found of a code in words; `today` is the day that a list was held against."""
    key, published = found.key, found.given.published if found.given else None
    values: VerdictValues = {
        "first": key.first if key else "", "last": (key.last if key else None) or "…",
        "compromised": (key.compromised if key else None) or "", "replaced_by": found.replaced_by,
        "day": published.day if published else "", "until": published.until if published else "", "today": today,
    }  # fmt: skip
    return verdict_words(values)[found.verdict]


def remarks_on(found: VerifiedCode) -> Iterator[str]:
    """Yield what was not done with a code, and what would help."""
    if found.key is None or found.claims is None or found.verdict is CodeVerdict.DIFFERS:
        return
    if found.is_compared and not found.is_seen:
        yield _(
            "It is set in another face, or trimmed to another size: its words were compared, letter by letter, its looks were "
            "not. Name a folder with the faces of its maker in DOCGEN_FONTS, or look at it."
        )
    if not found.is_compared and found.claims.form:
        yield _("Compare this with what is printed: it was not done here.")
    if not found.is_compared and not found.claims.form:
        yield _(
            "A short code holds number, day and a hash of the fields, no fields: they are in a PDF for the archive, as docgen "
            "made it, and in the register's book (--register). Compare number and day with what is printed."
        )


def answer_of(found: VerifiedCode) -> dict[str, Any]:
    """Return what was found as plain values, with the remarks on it in words."""
    return {**found.as_json(), "remarks": list(remarks_on(found))}
