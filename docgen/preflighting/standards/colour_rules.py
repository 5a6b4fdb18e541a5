"""Rules on colours: each is in inks of the printing condition, or says by a profile what it looks like (ISO 15930-7, 6.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docgen.messages import _
from docgen.preflighting.standards import clauses
from docgen.preflighting.standards.colours import CALIBRATED, family_of
from docgen.preflighting.standards.intent_rules import PROFILE_VERSION
from docgen.preflighting.standards.objects import PdfName, PdfStream
from docgen.preflighting.standards.rules import Inspected, Kind, StandardRule

#: Classes of profiles that describe colours of a page: input, display, output, conversion (ICC.1, 7.2.5).
CLASSES = (b"scnr", b"mntr", b"prtr", b"spac")
#: Families that a colour space may be of (ISO 32000-1, table 62).
FAMILIES = (*CALIBRATED, "DeviceGray", "DeviceRGB", "DeviceCMYK", "Indexed", "Pattern", "Separation", "DeviceN")
#: Spaces that a group may be blended in (11.6.6): those whose values can be made of others again.
BLENDING = ("DeviceGray", "DeviceRGB", "DeviceCMYK", "CalGray", "CalRGB", "ICCBased")
#: Colorants of one DeviceN space (PDF Reference 1.6, annex C).
COLORANTS = 32
#: Entries of a stream that say how it is stored.
ENCODING = ("Length", "Filter", "DecodeParms")
#: Names that are no spot colours (8.6.6.4 and 8.6.6.5).
PROCESS = ("All", "None", "Cyan", "Magenta", "Yellow", "Black")


def _device(thing: Inspected, family: str) -> Iterator[str]:
    """Expect a colour of the printing condition. Without one nothing can be said; another rule says that it is missing."""
    if thing.value == family and isinstance(thing.value, PdfName) and thing.file.condition not in (None, family):
        yield family


def rgb(thing: Inspected) -> Iterator[str]:
    """Expect that DeviceRGB is for a printing condition of RGB, or stands for a DefaultRGB."""
    return _device(thing, "DeviceRGB")


def cmyk(thing: Inspected) -> Iterator[str]:
    """Expect that DeviceCMYK is for a printing condition of CMYK, or stands for a DefaultCMYK."""
    return _device(thing, "DeviceCMYK")


def known_family(thing: Inspected) -> Iterator[str]:
    """Expect that a colour space is of one of the families of PDF."""
    if (family := family_of(thing.file, thing.value)) not in FAMILIES:
        yield f"/{family}"


def _profile(thing: Inspected) -> PdfStream | None:
    if isinstance(thing.value, list) and family_of(thing.file, thing.value) == "ICCBased" and len(thing.value) > 1:
        found = thing.file.resolve(thing.value[1])
        return found if isinstance(found, PdfStream) else None
    return None


def sound_profile(thing: Inspected) -> Iterator[str]:
    """Expect that the profile of an ICCBased space is one of colours, with the components of the space (ISO 32000-1, 8.6.5.5)."""
    stream = _profile(thing)
    if stream is None:
        return
    profile = thing.file.icc(stream.number)
    if profile is None:
        yield _("it is no ICC profile")
        return
    if profile.profile_class not in CLASSES:
        yield profile.profile_class.decode("latin-1")
    if profile.components != thing.file.resolve(stream.entries.get("N")):
        yield f"/N {thing.file.resolve(stream.entries.get('N'))}, {profile.space.decode('latin-1').strip()}"
    if profile.version > PROFILE_VERSION:
        yield _("it is of version {version}, not 2 or 4", version=profile.version)


def other_profile(thing: Inspected) -> Iterator[str]:
    """Expect that CMYK in the printing condition itself is DeviceCMYK, which keeps its inks."""
    stream = _profile(thing)
    profile = thing.file.icc(stream.number) if stream else None
    intent = thing.file.intent_profile
    if profile and intent and profile.family == "DeviceCMYK" and profile.digest == intent.digest:
        yield "ICCBased"


def one_spot(thing: Inspected) -> Iterator[str]:
    """Expect that a spot colour looks alike wherever it is used: one alternate space, one tint transformation."""
    if not isinstance(thing.value, list) or family_of(thing.file, thing.value) != "Separation" or len(thing.value) < 4:
        return
    name = str(thing.file.resolve(thing.value[1]))
    look = _look(thing, thing.value[2:4])
    if name not in PROCESS and thing.file.spots.setdefault(name, look) != look:
        yield f"/{name}"


def _look(thing: Inspected, value: Any, depth: int = 0) -> Any:
    """Return what two objects have alike if they say the same."""
    found = thing.file.resolve(value)
    if depth > 6:
        return repr(value)
    if isinstance(found, PdfStream):
        return _look(
            thing, {k: v for k, v in found.entries.items() if k not in ("Length", "Filter", "DecodeParms")}, depth + 1
        ), (thing.file.decoded(found))
    if isinstance(found, dict):
        return tuple(sorted((key, repr(_look(thing, each, depth + 1))) for key, each in found.items()))
    if isinstance(found, list):
        return tuple(_look(thing, each, depth + 1) for each in found)
    return float(found) if type(found) is int else found


def colorant_names(thing: Inspected) -> Iterator[str]:
    """Expect that names of colorants are UTF-8, so that every reader shows them alike."""
    for name in _colorants(thing):
        try:
            name.encode("latin-1").decode("utf-8")
        except (UnicodeDecodeError, UnicodeEncodeError):
            yield f"/{name}"


def colorant_count(thing: Inspected) -> Iterator[str]:
    """Expect that a DeviceN space has as many colorants as PDF 1.6 lets it have."""
    if (count := len(_colorants(thing))) > COLORANTS:
        yield str(count)


def _colorants(thing: Inspected) -> list[str]:
    space = thing.value
    if not isinstance(space, list) or len(space) < 2 or family_of(thing.file, space) not in ("Separation", "DeviceN"):
        return []
    names = thing.file.resolve(space[1])
    found = [thing.file.resolve(each) for each in names] if isinstance(names, list) else [names]
    return [str(each) for each in found if isinstance(each, PdfName)]


def blending_space(thing: Inspected) -> Iterator[str]:
    """Expect that a group is blended in the colours of the printing condition, or in those of a profile (ISO 32000-1, 11.6.6)."""
    space = thing.file.resolve(thing.value.get("CS"))
    if space is None:
        return
    family = family_of(thing.file, space)
    defaults = thing.file.entries(thing.file.entries(thing.resources).get("ColorSpace"))
    if family not in BLENDING:
        yield f"/{family}"
    elif family in ("DeviceRGB", "DeviceCMYK") and thing.file.condition not in (None, family):
        yield from [] if f"Default{family[6:]}" in defaults else [family]


def _inks_hint() -> str:
    return _("Convert it to inks of the printing condition, or give it an ICC profile.")


def _profile_hint() -> str:
    return _("Give the picture or drawing the profile that belongs to it, and export the file again.")


COLOUR_RULES = (
    StandardRule(
        "rgb", clauses.COLOUR, Kind.SPACE, lambda: _("no colour is RGB without a profile"), _inks_hint, rgb
    ),
    StandardRule(
        "cmyk", clauses.COLOUR, Kind.SPACE, lambda: _("no colour is CMYK where the printing condition is not"), _inks_hint, cmyk
    ),
    StandardRule(
        "colour-space", clauses.COLOUR, Kind.SPACE, lambda: _("every colour space is one of PDF"), _inks_hint, known_family
    ),
    StandardRule(
        "icc-profile", clauses.COLOUR, Kind.SPACE, lambda: _("every ICC profile fits the colours that it describes"),
        _profile_hint, sound_profile,
    ),
    StandardRule(
        "icc-intent", clauses.COLOUR, Kind.SPACE,
        lambda: _("no colour has the profile of the output intent: it would be DeviceCMYK"),
        lambda: _("Export CMYK that is in the printing condition already without a profile."), other_profile,
    ),
    StandardRule(
        "spot", clauses.COLOUR, Kind.SPACE, lambda: _("a spot colour is the same wherever it is used"),
        lambda: _("Give all swatches of that name the same values."), one_spot,
    ),
    StandardRule(
        "colorant-name", clauses.NAMES, Kind.SPACE, lambda: _("the names of colorants are UTF-8"),
        lambda: _("Name the spot colour in plain letters."), colorant_names,
    ),
    StandardRule(
        "blending", clauses.TRANSPARENCY, Kind.GROUP, lambda: _("transparency is blended in colours of the printing condition"),
        lambda: _("Set the transparency blend space to CMYK, and export the file again."), blending_space,
    ),
    StandardRule(
        "colorants", clauses.LIMITS, Kind.SPACE, lambda: _("a colour space has 32 colorants at most"), _inks_hint, colorant_count
    ),
)  # fmt: skip
