"""Rules on the output intent: the printing condition that a file was made for (ISO 15930-7, 6.4; ISO 32000-1, 14.11.5)."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.messages import _
from docgen.preflighting.standards import clauses
from docgen.preflighting.standards.file_rules import missing
from docgen.preflighting.standards.objects import PdfStream
from docgen.preflighting.standards.rules import Inspected, Kind, StandardRule

#: ICC.1 of 2004 is version 4 (ISO 15930-7 builds on it and on its forerunners of version 2).
PROFILE_VERSION = 4


def one_intent(thing: Inspected) -> Iterator[str]:
    """Expect that exactly one output intent is of PDF/X."""
    if (count := len(thing.file.intents)) != 1:
        yield str(count)


def condition(thing: Inspected) -> Iterator[str]:
    """Expect that the printing condition has a name."""
    for intent in thing.file.intents:
        if not (thing.file.text(intent.get("OutputConditionIdentifier")) or "").strip():
            yield missing()


def described(thing: Inspected) -> Iterator[str]:
    """Expect that a condition that is in no registry is described (ISO 32000-1, table 365)."""
    for intent in thing.file.intents:
        if not any((thing.file.text(intent.get(name)) or "").strip() for name in ("RegistryName", "Info")):
            yield f"/Info: {missing()}"


def has_profile(thing: Inspected) -> Iterator[str]:
    """Expect that the profile of the condition is in the file."""
    for intent in thing.file.intents:
        if not isinstance(thing.file.resolve(intent.get("DestOutputProfile")), PdfStream):
            yield missing()


def no_outside_profile(thing: Inspected) -> Iterator[str]:
    """Expect no profile elsewhere, which is for PDF/X-4p."""
    for intent in thing.file.intents:
        if "DestOutputProfileRef" in intent:
            yield "/DestOutputProfileRef"


def sound_profile(thing: Inspected) -> Iterator[str]:
    """Expect that the profile is one of an output device, of gray, RGB or CMYK."""
    if len(thing.file.intents) != 1:
        return
    stream = thing.file.resolve(thing.file.intents[0].get("DestOutputProfile"))
    if not isinstance(stream, PdfStream):
        return
    profile = thing.file.icc(stream.number)
    if profile is None:
        yield _("it is no ICC profile")
        return
    if profile.profile_class != b"prtr":
        yield _("it is not the profile of a printing condition (class “{name}”)", name=_signature(profile.profile_class))
    if profile.family is None:
        yield _signature(profile.space)
    elif thing.file.resolve(stream.entries.get("N")) != profile.components:
        yield f"/N {thing.file.resolve(stream.entries.get('N'))}, {_signature(profile.space)}"
    if profile.version > PROFILE_VERSION:
        yield _("it is of version {version}, not 2 or 4", version=profile.version)


def _signature(raw: bytes) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 else "?" for byte in raw).strip()


def _profile_hint() -> str:
    return _("Export the file with the ICC profile of the print shop's condition, such as PSOcoated_v3.icc.")


INTENT_RULES = (
    StandardRule(
        "intent", clauses.COLOUR, Kind.FILE, lambda: _("there is one output intent of PDF/X"), _profile_hint, one_intent
    ),
    StandardRule(
        "intent-condition", clauses.COLOUR, Kind.FILE, lambda: _("the output intent names its printing condition"),
        _profile_hint, condition,
    ),
    StandardRule(
        "intent-info", clauses.COLOUR, Kind.FILE,
        lambda: _("the output intent describes its printing condition, or says in which registry it is"),
        _profile_hint, described,
    ),
    StandardRule(
        "intent-profile", clauses.COLOUR, Kind.FILE, lambda: _("the profile of the output intent is in the file"),
        _profile_hint, has_profile,
    ),
    StandardRule(
        "intent-outside", clauses.COLOUR, Kind.FILE, lambda: _("the output intent leads to no profile outside the file"),
        _profile_hint, no_outside_profile,
    ),
    StandardRule(
        "intent-class", clauses.COLOUR, Kind.FILE,
        lambda: _("the profile of the output intent is one of a printing condition"), _profile_hint, sound_profile,
    ),
)  # fmt: skip
