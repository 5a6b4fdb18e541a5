"""sRGB → inks, in what WeasyPrint painted: every operator, picture and group (ISO 32000-1, 8.6), by recipe or by profile."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from docgen.errors import DataError
from docgen.inks import OutputProfile, recipe_of
from docgen.messages import _
from docgen.paint.press.copying import CopiedObject

#: The graphics states of a page: black ink alone is printed over what is there (11.7.4), every other colour in its place.
GRAPHICS_STATES = b"/ExtGState<</K<</OP true/op true/OPM 1>>/N<</OP false/op false/OPM 1>>>>"
#: sRGB levels as the press writes them, and the operator that sets them for fills or strokes.
_SCREEN_COLOUR = re.compile(rb"(?<![^\s])([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+(rg|RG)(?=\s|$)")
#: The colour spaces that WeasyPrint names in every drawing, for those that set one.
_NAMED_SPACES = re.compile(rb"^<</lab-d50 .*/lab-d65 .*>>$")
#: What else could be a colour of a screen: a space in an object, an operator that sets another space or paints a gradient.
_SCREEN_SPACE = re.compile(rb"/(DeviceRGB|CalRGB|Lab|ICCBased)\b")
_OTHER_SPACE = re.compile(rb"(?<=\s)(cs|CS|sc|SC|scn|SCN|sh)(?=\s)")


@dataclass(frozen=True)
class InkColours:
    """Colours as inks; black ink alone overprints."""

    profile: OutputProfile

    @property
    def ink(self) -> bytes:
        """The operators that set black ink."""
        return b"/K gs 0 0 0 1 k"

    def operator(self, srgb: str) -> bytes:
        """Return the operators that set the inks of a colour."""
        dots = inks_of(srgb, self.profile)
        return b"%s gs %s k" % (b"/N" if any(dots[:3]) else b"/K", _operands(dots))


def inks_of(srgb: str, profile: OutputProfile) -> tuple[float, float, float, float]:
    """Return the dots of the four inks, in per cent: the palette's recipe, else what the profile makes of the colour."""
    recipe = recipe_of(srgb)
    return recipe.cmyk if recipe else _converted(srgb, profile)


@lru_cache(maxsize=4096)
def _converted(srgb: str, profile: OutputProfile) -> tuple[float, float, float, float]:
    return profile.inks_of(srgb)


def _operands(dots: tuple[float, ...]) -> bytes:
    return b" ".join(b"%g" % (dot / 100) for dot in dots)


def inked(objects: tuple[CopiedObject, ...], profile: OutputProfile) -> tuple[CopiedObject, ...]:
    """Return the objects of a background in inks; DataError where a colour cannot become one."""
    return tuple(_inked(each, profile) for each in objects)


def _inked(copied: CopiedObject, profile: OutputProfile) -> CopiedObject:
    head = b"".join(part if isinstance(part, bytes) else b" 0 " for part in copied.parts)
    if _NAMED_SPACES.match(head):
        return CopiedObject((b"<<>>",))
    content = copied.stream if copied.stream is not None and b"/Form" in head else b""
    if _SCREEN_SPACE.search(head) or _OTHER_SPACE.search(content):
        hint = _("Use a drawing (SVG) of plain colours, without gradients and transparency, or print with --for plain.")
        raise DataError.because("artwork-no-inks", _("the artwork has colours that cannot be printed as inks"), hint)
    if not content:
        return copied

    def set_inks(match: re.Match[bytes]) -> bytes:
        srgb = "#" + "".join(f"{round(float(level) * 255):02X}" for level in match.groups()[:3])
        return _operands(inks_of(srgb, profile)) + (b" k" if match[4] == b"rg" else b" K")

    return replace(copied, stream=_SCREEN_COLOUR.sub(set_inks, content))
