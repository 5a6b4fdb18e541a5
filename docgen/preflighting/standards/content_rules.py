"""Rules on what pages draw: operators, graphics states, fonts, pictures, transparency (ISO 15930-7, 6.5 to 6.27)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docgen.messages import _
from docgen.preflighting.standards import clauses
from docgen.preflighting.standards.file_rules import missing
from docgen.preflighting.standards.jpeg2000 import jpeg_2000_header
from docgen.preflighting.standards.objects import PdfName, PdfStream
from docgen.preflighting.standards.rules import Inspected, Kind, StandardRule
from docgen.preflighting.standards.usage import ContentUse

#: Graphics states within each other (PDF Reference 1.6, annex C).
NESTING = 28
_BLEND_MODES = """Normal Compatible Multiply Screen Overlay Darken Lighten ColorDodge ColorBurn HardLight SoftLight Difference
Exclusion Hue Saturation Color Luminosity"""
#: Rendering intents (ISO 32000-1, table 70), and blend modes (tables 136 and 137).
INTENTS = ("AbsoluteColorimetric", "RelativeColorimetric", "Saturation", "Perceptual")
BLEND_MODES = frozenset(_BLEND_MODES.split())
HALFTONES = (1, 5)
FONT_FILES = ("FontFile", "FontFile2", "FontFile3")
#: What a content stream uses, as `ContentUse` has it → the kind of resource.
RESOURCE_KINDS = {"drawings": "XObject", "fonts": "Font", "states": "ExtGState", "shadings": "Shading", "patterns": "Pattern"}


def operators(thing: Inspected) -> Iterator[str]:
    """Expect that there is no operator that PDF does not know, within BX and EX neither."""
    yield from sorted(thing.value.unknown - {"PS"})


def postscript_operator(thing: Inspected) -> Iterator[str]:
    """Expect that no content stream passes PostScript on."""
    if "PS" in thing.value.unknown:
        yield "PS"


def nesting(thing: Inspected) -> Iterator[str]:
    """Expect that graphics states lie within each other as deep as PDF 1.6 lets them."""
    if thing.value.depth > NESTING:
        yield str(thing.value.depth)


def balance(thing: Inspected) -> Iterator[str]:
    """Expect that each `q` has its `Q` (ISO 32000-1, 8.4.2)."""
    if not thing.value.is_balanced:
        yield "q … Q"


def resources(thing: Inspected) -> Iterator[str]:
    """Expect that what a content stream names is in its resources (ISO 32000-1, 7.8.3)."""
    found = thing.file.entries(thing.resources)
    use: ContentUse = thing.value
    for field, kind in RESOURCE_KINDS.items():
        known = thing.file.entries(found.get(kind))
        names = sorted(name for name in getattr(use, field) if name and thing.file.resolve(known.get(name)) is None)
        yield from (f"/{kind} /{name}" for name in names)


def drawn_intents(thing: Inspected) -> Iterator[str]:
    """Expect that content streams set known rendering intents."""
    yield from (f"/{name}" for name in sorted(thing.value.intents) if name not in INTENTS)


def state_intent(thing: Inspected) -> Iterator[str]:
    """Expect that a graphics state sets a known rendering intent."""
    yield from _other(thing, "RI", INTENTS)


def picture_intent(thing: Inspected) -> Iterator[str]:
    """Expect that a picture has a known rendering intent."""
    yield from _other(thing, "Intent", INTENTS)


def _other(thing: Inspected, name: str, allowed: tuple[str, ...]) -> Iterator[str]:
    if (found := thing.file.resolve(thing.value.get(name))) is not None and found not in allowed:
        yield f"/{name} /{found}"


# --- fonts ------------------------------------------------------------------------------------------------------------


def embedded(thing: Inspected) -> Iterator[str]:
    """Expect that the program of every font that text is shown in is in the file; a Type 3 font is drawn by the file itself."""
    font = thing.value
    if font.get("Subtype") == "Type3":
        return
    descendants = thing.file.array(font.get("DescendantFonts"))
    described = thing.file.entries(descendants[0]) if descendants else font
    descriptor = thing.file.entries(described.get("FontDescriptor"))
    if not any(isinstance(thing.file.resolve(descriptor.get(name)), PdfStream) for name in FONT_FILES):
        yield f"/{thing.file.resolve(font.get('BaseFont'))}"


def embedded_map(thing: Inspected) -> Iterator[str]:
    """Expect that a CMap that is not one of those that every reader has is in the file (ISO 32000-1, 9.7.5.2)."""
    encoding = thing.file.resolve(thing.value.get("Encoding"))
    is_known = isinstance(encoding, PdfStream) or (isinstance(encoding, PdfName) and encoding.endswith(("H", "V")))
    if thing.value.get("Subtype") == "Type0" and not is_known:
        yield f"/Encoding: {missing()}" if encoding is None else f"/Encoding /{encoding}"


# --- graphics states --------------------------------------------------------------------------------------------------


def transfer(thing: Inspected) -> Iterator[str]:
    """Expect that no transfer function changes what is printed; TR2 may say Default."""
    if "TR" in thing.value:
        yield "/TR"
    if thing.file.resolve(thing.value.get("TR2")) not in (None, "Default"):
        yield "/TR2"


def halftone_origin(thing: Inspected) -> Iterator[str]:
    """Expect no HTP, which was never part of PDF."""
    if "HTP" in thing.value:
        yield "/HTP"


def halftone(thing: Inspected) -> Iterator[str]:
    """Expect that halftones are of type 1 or 5, and have no name."""
    found = thing.file.entries(thing.value.get("HT"))
    for each in [found, *map(thing.file.entries, found.values())] if found.get("HalftoneType") == 5 else [found]:
        kind = thing.file.resolve(each.get("HalftoneType"))
        if kind is not None and kind not in HALFTONES:
            yield f"/HalftoneType {kind}"
        if "HalftoneName" in each:
            yield "/HalftoneName"


def blend_mode(thing: Inspected) -> Iterator[str]:
    """Expect that a blend mode is one that PDF 1.6 knows."""
    value = thing.file.resolve(thing.value.get("BM"))
    for each in value if isinstance(value, list) else [value]:
        if (mode := thing.file.resolve(each)) is not None and mode not in BLEND_MODES:
            yield f"/BM /{mode}"


def soft_mask(thing: Inspected) -> Iterator[str]:
    """Expect that a mask by luminosity is made of a group that says in which colours (ISO 32000-1, table 144)."""
    mask = thing.file.entries(thing.value.get("SMask"))
    if mask.get("S") == "Luminosity" and "CS" not in thing.file.entries(thing.file.entries(mask.get("G")).get("Group")):
        yield f"/CS: {missing()}"


# --- pictures ---------------------------------------------------------------------------------------------------------


def alternates(thing: Inspected) -> Iterator[str]:
    """Expect that no other picture is printed in the place of one that is shown (ISO 32000-1, 8.9.5.4)."""
    for each in thing.file.array(thing.value.get("Alternates")):
        if thing.file.resolve(thing.file.entries(each).get("DefaultForPrinting")) is True:
            yield "/DefaultForPrinting"


def picture_mask(thing: Inspected) -> Iterator[str]:
    """Expect that the mask of a picture is one of grays (ISO 32000-1, 11.6.5.3)."""
    mask = thing.file.entries(thing.value.get("SMask"))
    if mask and (space := thing.file.resolve(mask.get("ColorSpace"))) != "DeviceGray":
        yield f"/SMask /{space}"


def jpeg_2000(thing: Inspected) -> Iterator[str]:
    """Expect that a JPEG 2000 picture has 1, 3 or 4 channels of one depth, and colours that the standard knows."""
    stream = thing.file.object(thing.number) if thing.number is not None else None
    if isinstance(stream, PdfStream) and _has_filter(thing, stream, "JPXDecode"):
        yield from jpeg_2000_header(thing.file.decoded(stream)).wrong(has_space="ColorSpace" in stream.entries)


def _has_filter(thing: Inspected, stream: PdfStream, name: str) -> bool:
    found: Any = thing.file.resolve(stream.entries.get("Filter"))
    return name in (list(map(thing.file.resolve, found)) if isinstance(found, list) else [found])


def _again_hint() -> str:
    return _("Export the file again as PDF/X-4.")


def _fonts_hint() -> str:
    return _("Export it again with all fonts embedded; a font whose licence forbids that has to be replaced.")


CONTENT_RULES = (
    StandardRule(
        "resource", clauses.COMPLETE, Kind.CONTENT, lambda: _("all that a page draws is in the file"), _again_hint, resources
    ),
    StandardRule(
        "font", clauses.FONTS, Kind.FONT, lambda: _("every font that text is set in is in the file"), _fonts_hint, embedded
    ),
    StandardRule(
        "font-map", clauses.FONTS, Kind.FONT, lambda: _("the character map of every font is in the file, or a known one"),
        _fonts_hint, embedded_map,
    ),
    StandardRule(
        "transfer", clauses.GRAPHICS_STATE, Kind.STATE, lambda: _("no transfer function changes colours"), _again_hint, transfer
    ),
    StandardRule(
        "halftone-origin", clauses.GRAPHICS_STATE, Kind.STATE, lambda: _("no halftone has an origin of its own (HTP)"),
        _again_hint, halftone_origin,
    ),
    StandardRule(
        "halftone", clauses.GRAPHICS_STATE, Kind.STATE, lambda: _("halftones are of type 1 or 5, without a name"),
        _again_hint, halftone,
    ),
    StandardRule(
        "postscript-operator", clauses.POSTSCRIPT, Kind.CONTENT, lambda: _("no page passes PostScript on"),
        _again_hint, postscript_operator,
    ),
    StandardRule(
        "alternate", clauses.IMAGES, Kind.IMAGE, lambda: _("no picture is printed in the place of one that is shown"),
        _again_hint, alternates,
    ),
    StandardRule(
        "operator", clauses.COMPATIBILITY, Kind.CONTENT, lambda: _("every operator is one of PDF"), _again_hint, operators
    ),
    StandardRule(
        "blend-mode", clauses.TRANSPARENCY, Kind.STATE, lambda: _("blend modes are those of PDF"), _again_hint, blend_mode
    ),
    StandardRule(
        "soft-mask", clauses.TRANSPARENCY, Kind.STATE, lambda: _("a mask by luminosity says in which colours it is"),
        _again_hint, soft_mask,
    ),
    StandardRule(
        "picture-mask", clauses.TRANSPARENCY, Kind.IMAGE, lambda: _("the mask of a picture is gray"), _again_hint, picture_mask
    ),
    StandardRule(
        "intent-drawn", clauses.RENDERING_INTENTS, Kind.CONTENT, lambda: _("rendering intents on pages are those of PDF"),
        _again_hint, drawn_intents,
    ),
    StandardRule(
        "intent-state", clauses.RENDERING_INTENTS, Kind.STATE,
        lambda: _("rendering intents of graphics states are those of PDF"), _again_hint, state_intent,
    ),
    StandardRule(
        "intent-picture", clauses.RENDERING_INTENTS, Kind.IMAGE, lambda: _("rendering intents of pictures are those of PDF"),
        _again_hint, picture_intent,
    ),
    StandardRule(
        "nesting", clauses.LIMITS, Kind.CONTENT, lambda: _("graphics states lie 28 deep within each other at most"),
        _again_hint, nesting,
    ),
    StandardRule(
        "balance", clauses.LIMITS, Kind.CONTENT, lambda: _("each graphics state that is saved is restored"), _again_hint, balance
    ),
    StandardRule(
        "jpeg-2000", clauses.JPEG_2000, Kind.IMAGE, lambda: _("JPEG 2000 pictures have 1, 3 or 4 channels of one depth"),
        _again_hint, jpeg_2000,
    ),
)  # fmt: skip
