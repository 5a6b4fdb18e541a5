"""sRGB → inks, in what WeasyPrint painted: every operator, picture and group (ISO 32000-1, 8.6).

A colour becomes a spot colour, the recipe of the palette, or what the profile makes of it.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from docgen.errors import DataError
from docgen.form.places import INK
from docgen.inks import OutputProfile, SpotColour, recipe_of
from docgen.messages import _
from docgen.paint.press.copying import CopiedObject

if TYPE_CHECKING:
    from PIL.Image import Image

#: The graphics states of a page: black ink alone is printed over what is there (11.7.4), every other colour in its place.
GRAPHICS_STATES = b"/ExtGState<</K<</OP true/op true/OPM 1>>/N<</OP false/op false/OPM 1>>>>"
#: What the content of a background begins with: all that it depends on, and transparency does not reset (table 52; 11.6.5.2).
FRESH_STATE = b"/N gs 0 0 0 1 K 1 w 0 J 0 j 10 M [] 0 d /RelativeColorimetric ri 0 i\n"
#: sRGB levels as the press writes them, and the operator that sets them for fills or strokes.
_SCREEN_COLOUR = re.compile(rb"(?<![^\s])([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+(rg|RG)(?=\s|$)")
#: The colour spaces that WeasyPrint names in the resources of all that it draws, for what sets one.
_NAMED_SPACES = re.compile(rb"^<</lab-d50 .*/lab-d65 .*>>$")
#: What is a colour of a screen still: a space in an object, an operator that sets another space than that of patterns.
_SCREEN_SPACE = re.compile(rb"/(DeviceRGB|CalRGB|Lab|ICCBased)\b")
_OTHER_SPACE = re.compile(rb"/(?!Pattern\b)\S+\s+(cs|CS)(?=\s)")
#: The two colours of a part of a gradient (a function of type 2, 7.10.3); the blending space of a group (11.6.6).
_GRADIENT_COLOUR = re.compile(rb"/(C[01]) \[([\d.]+) ([\d.]+) ([\d.]+) \]")
_BLENDING_SPACE = re.compile(rb"/CS /DeviceRGB\b")
#: A reference to an object, while what surrounds it is changed; and the group that a mask is made of (11.6.5.3).
_REFERENCE = re.compile(rb"\x00(\d+)\x00")
_MASK = re.compile(rb"/S /Luminosity\b[^>]*?/G \x00(\d+)\x00|/G \x00(\d+)\x00[^>]*?/S /Luminosity\b")


@dataclass(frozen=True)
class InkColours:
    """Colours as inks: spot colours, the recipes of the palette, and what the profile makes of others; black ink overprints."""

    profile: OutputProfile
    spots: tuple[SpotColour, ...] = ()

    @property
    def ink(self) -> bytes:
        """The operators that set the colour of text: black ink, unless that is a spot colour."""
        return self.operator(INK)

    @property
    def spaces(self) -> bytes:
        """The colour spaces of the spot colours, by the names that operators use."""
        return b"".join(b"/%s%s" % (self._name(spot), spot.space) for spot in self.spots)

    @property
    def resources(self) -> bytes:
        """The entries of resource dictionaries that the operators need."""
        return GRAPHICS_STATES + (b"/ColorSpace<<%s>>" % self.spaces if self.spots else b"")

    def operator(self, srgb: str) -> bytes:
        """Return the operators that set the inks of a colour; a spot colour of black overprints, as black ink does."""
        return b"%s gs %s" % (b"/N" if any(self.dots(srgb)[:3]) else b"/K", self.setting(srgb))

    def setting(self, srgb: str, *, is_stroke: bool = False) -> bytes:
        """Return the operators that set the inks of a colour, however they overprint."""
        if spot := self.spot(srgb):
            return b"/%s %s" % (self._name(spot), b"CS 1 SCN" if is_stroke else b"cs 1 scn")
        return _operands(self.dots(srgb)) + (b" K" if is_stroke else b" k")

    def spot(self, srgb: str) -> SpotColour | None:
        """Return the spot colour that prints a colour, None where the four inks do."""
        return next((spot for spot in self.spots if spot.recipe.srgb.upper() == srgb.upper()), None)

    def dots(self, srgb: str) -> tuple[float, float, float, float]:
        """Return the dots of the four inks, in per cent: the palette's recipe, else what the profile makes of the colour."""
        recipe = recipe_of(srgb)
        return recipe.cmyk if recipe else _converted(srgb, self.profile)

    def _name(self, spot: SpotColour) -> bytes:
        return b"Spot%d" % self.spots.index(spot)


@lru_cache(maxsize=4096)
def _converted(srgb: str, profile: OutputProfile) -> tuple[float, float, float, float]:
    return profile.inks_of(srgb)


def _operands(dots: tuple[float, ...]) -> bytes:
    return b" ".join(b"%g" % (dot / 100) for dot in dots)


def inked(objects: tuple[CopiedObject, ...], colours: InkColours) -> tuple[CopiedObject, ...]:
    """Return the objects of a background in inks; DataError where a colour cannot become one.

    The first of them, which draws the others, sets all that a page could have set otherwise.
    """
    heads = [_head(each) for each in objects]
    masks = {int(first or second) for head in heads for first, second in _MASK.findall(head)}
    plain = replace(colours, spots=())  # a mask is no ink
    first, *others = (
        _inked(each, head, plain if index in masks else colours, is_mask=index in masks)
        for index, (each, head) in enumerate(zip(objects, heads, strict=True))
    )
    return _self_contained(first, colours), *others


def _head(copied: CopiedObject) -> bytes:
    """Return an object as text, its references as numbers between null bytes."""
    return b"".join(part if isinstance(part, bytes) else b"\x00%d\x00" % part for part in copied.parts)


def _self_contained(master: CopiedObject, colours: InkColours) -> CopiedObject:
    """Return the form XObject of a background so that it looks alike wherever it is drawn."""
    assert master.stream is not None
    head = _head(master).replace(b"/Resources <<", b"/Resources <<" + colours.resources, 1)
    return replace(master, parts=tuple(_parts(head)), stream=FRESH_STATE + master.stream)


def _inked(copied: CopiedObject, head: bytes, colours: InkColours, *, is_mask: bool) -> CopiedObject:
    if _NAMED_SPACES.match(head):
        return CopiedObject((b"<<%s>>" % colours.spaces,))
    stream = copied.stream
    if stream is not None and b"/Subtype /Image" in head and b"/DeviceRGB" in head:
        head, stream = _inked_picture(head, stream, colours.profile)
    elif stream is not None and b"/BBox" in head:
        _refuse_if(_OTHER_SPACE.search(stream))
        stream = _SCREEN_COLOUR.sub(lambda match: _operator(match, colours), stream)
    elif b"/ShadingType" in head:
        head = _GRADIENT_COLOUR.sub(lambda match: _gradient_colour(match, colours), head)
        head = head.replace(b"/DeviceRGB", b"/DeviceCMYK")
    head = _BLENDING_SPACE.sub(b"/CS /DeviceGray" if is_mask else b"/CS /DeviceCMYK", head)
    _refuse_if(_SCREEN_SPACE.search(head))
    return replace(copied, parts=tuple(_parts(head)), stream=stream)


def _refuse_if(found: object) -> None:
    if found:
        hint = _("Use a drawing (SVG) of plain colours or a picture (PNG) in RGB or grey.")
        raise DataError.because("artwork-no-inks", _("the artwork has colours that cannot be printed as inks"), hint)


def _parts(head: bytes) -> Iterator[bytes | int]:
    for index, part in enumerate(_REFERENCE.split(head)):
        yield int(part) if index % 2 else part


def _srgb(levels: Iterable[bytes]) -> str:
    return "#" + "".join(f"{round(float(level) * 255):02X}" for level in levels)


def _operator(match: re.Match[bytes], colours: InkColours) -> bytes:
    """Return the operators that set inks instead of sRGB levels."""
    *levels, operator = match.groups()
    return colours.setting(_srgb(levels), is_stroke=operator == b"RG")


def _gradient_colour(match: re.Match[bytes], colours: InkColours) -> bytes:
    """Return an end of a gradient in inks; DataError for a spot colour, which no other colour can turn into."""
    key, *levels = match.groups()
    srgb = _srgb(levels)
    if spot := colours.spot(srgb):
        recipe = spot.recipe.name
        message = _("the artwork has a gradient of {recipe}, which cannot be printed as a spot colour", recipe=recipe)
        hint = _("Draw it in plain colours, or leave --spot {recipe} out.", recipe=recipe)
        raise DataError.because("artwork-spot-gradient", message, hint)
    return b"/%s [%s ]" % (key, _operands(colours.dots(srgb)))


def _inked_picture(head: bytes, stream: bytes, profile: OutputProfile) -> tuple[bytes, bytes]:
    """Return an RGB picture of 8 bits, as PNG predictors pack it (7.4.4.4), in inks; a grey pixel is black ink alone."""
    from PIL import Image

    picture = Image.open(io.BytesIO(_png(head, stream)))
    inks = profile.convert(picture)
    red, green, blue = picture.split()
    is_grey = _equal(red, green, blue)
    black = Image.merge("CMYK", (*[Image.new("L", picture.size)] * 3, red.point(lambda level: 255 - level)))
    inks.paste(black, mask=is_grey)
    head = re.sub(rb"/DecodeParms <<[^>]*>>", b"", head).replace(b"/DeviceRGB", b"/DeviceCMYK")
    return head, inks.tobytes()


def _png(head: bytes, rows: bytes) -> bytes:
    """Return the PNG file whose rows a picture's stream holds (ISO/IEC 15948, 11)."""
    width, height = (int(found[1]) for name in (b"Width", b"Height") if (found := re.search(rb"/%s (\d+)" % name, head)))
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b"")]
    written = [struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


def _equal(red: Image, green: Image, blue: Image) -> Image:
    """Return a mask that is white where the three levels of a pixel are one."""
    from PIL import ImageChops

    apart = ImageChops.lighter(ImageChops.difference(red, green), ImageChops.difference(green, blue))
    return apart.point(lambda level: 0 if level else 255)
