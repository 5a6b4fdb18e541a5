"""Checks of what a file for the archive may hold (ISO 19005-2): what lasts, and needs nothing from outside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from docgen.errors import DataError
from docgen.messages import _
from docgen.pdf.source import source_of
from docgen.preflighting.standards import colour_rules, object_rules
from docgen.preflighting.standards.colours import family_of
from docgen.preflighting.standards.content_rules import FONT_FILES
from docgen.preflighting.standards.file_rules import missing
from docgen.preflighting.standards.icc import FAMILIES
from docgen.preflighting.standards.objects import PdfName, PdfReference, PdfStream
from docgen.preflighting.standards.opened import InspectedFile
from docgen.preflighting.standards.page_rules import box_of
from docgen.preflighting.standards.rules import Inspected

HEADER = re.compile(rb"%PDF-1\.[0-7](?:\r\n|[\r\n])%[\x80-\xff]{4}")
ENDED = re.compile(rb"%%EOF(?:\r\n|[\r\n])?\Z")
#: Bytes of a string (ISO 19005-2, 6.1.13).
STRING_LIMIT = 32_767
#: Classes and the latest version of profiles that say what device colours look like (ISO 19005-2, 6.2.3).
INTENT_CLASSES, PROFILE_VERSION = (b"prtr", b"mntr"), 4
_ANNOTATIONS = """Text Link FreeText Line Square Circle Polygon PolyLine Highlight Underline Squiggly StrikeOut Stamp Caret Ink
Popup FileAttachment Widget PrinterMark TrapNet Watermark Redact"""
#: The types of annotations that may be there: those of ISO 32000-1 without sound, films and 3D.
ANNOTATIONS = frozenset(_ANNOTATIONS.split())
#: Types of annotations that need no appearance.
UNDRAWN = ("Popup", "Link")
#: Flags of annotations (ISO 32000-1, table 165): those that must not be set, and Print, which must.
INVISIBLE, HIDDEN, PRINT, NO_VIEW, TOGGLE_NO_VIEW = 1, 2, 4, 32, 256
FORBIDDEN_FLAGS = INVISIBLE | HIDDEN | NO_VIEW | TOGGLE_NO_VIEW
#: Actions that do not change the file and need nothing but it, or say where else something is.
ACTIONS = frozenset(("GoTo", "GoToR", "GoToE", "Thread", "URI", "Named", "SubmitForm"))
NAMED_ACTIONS = ("NextPage", "PrevPage", "FirstPage", "LastPage")
#: Entries under which actions stand, and what a field does when something happens.
ACTION_KEYS = ("A", "OpenAction", "Next", "PA")
PERMISSIONS = ("UR3", "DocMDP")
#: Encodings of which a reader knows which letters they mean (ISO 32000-1, 9.10.2).
ENCODINGS = ("MacRomanEncoding", "MacExpertEncoding", "WinAnsiEncoding")
#: Parts of ISO 19005 that a file within one of part 2 may conform to.
EMBEDDED_PARTS = ("1", "2")
SYMBOLIC = 4


def _entries(thing: Inspected) -> dict[str, Any]:
    return thing.file.entries(thing.value)


# --- the file ---------------------------------------------------------------------------------------------------------


def header(thing: Inspected) -> Iterator[str]:
    """Expect that the file begins with its version, and a comment that says that it is no text."""
    if not HEADER.match(thing.file.ends[0]):
        yield repr(thing.file.ends[0][:14])[2:-1]


def ended(thing: Inspected) -> Iterator[str]:
    """Expect nothing after the end of the file."""
    if not ENDED.search(thing.file.ends[1]):
        yield _("more bytes")


def permissions(thing: Inspected) -> Iterator[str]:
    """Expect no rights but those of signatures."""
    yield from (f"/Perms /{each}" for each in thing.file.entries(thing.file.catalogue.get("Perms")) if each not in PERMISSIONS)


def requirements(thing: Inspected) -> Iterator[str]:
    """Expect that the file asks nothing special of its reader."""
    if "Requirements" in thing.file.catalogue:
        yield "/Requirements"


def rendering(thing: Inspected) -> Iterator[str]:
    """Expect that no reader lays the pages out anew."""
    if thing.file.resolve(thing.file.catalogue.get("NeedsRendering")) is True:
        yield "/NeedsRendering"


def strings(thing: Inspected) -> Iterator[str]:
    """Expect that strings are no longer than a reader takes."""
    for each in _entries(thing).values():
        if isinstance(each, bytes) and len(each) > STRING_LIMIT:
            yield _("a string of {count} bytes", count=len(each))


def compressed_metadata(thing: Inspected) -> Iterator[str]:
    """Expect metadata that a program finds that knows no PDF."""
    if "Filter" in thing.file.entries(thing.file.catalogue.get("Metadata")):
        yield "/Filter"


def packet_header(thing: Inspected) -> Iterator[str]:
    """Expect that the packet of metadata says neither its length nor its encoding."""
    if thing.file.packet and (begin := re.match(rb"[^<]*<\?xpacket [^>]*", thing.file.packet)):
        yield from (f"{name}=" for name in ("bytes", "encoding") if re.search(rb"\s%s\s*=" % name.encode(), begin[0]))


def level(*known: str) -> Any:
    """Return the check that the metadata claim one of the levels of conformance."""

    def check(thing: Inspected) -> Iterator[str]:
        if thing.file.metadata is not None and (found := thing.file.metadata.get("pdfaid:conformance")) not in known:
            yield f"pdfaid:conformance {found or missing()}"

    return check


# --- layers -----------------------------------------------------------------------------------------------------------


def _layer_choices(thing: Inspected) -> list[dict[str, Any]]:
    layers = thing.file.entries(thing.file.catalogue.get("OCProperties"))
    found = [layers.get("D"), *thing.file.array(layers.get("Configs"))]
    return [thing.file.entries(each) for each in found if each is not None]


def layer_names(thing: Inspected) -> Iterator[str]:
    """Expect that each configuration of layers has a name of its own."""
    names = [thing.file.text(each.get("Name")) or "" for each in _layer_choices(thing)]
    for before, name in enumerate(names):
        if not name or name in names[:before]:
            yield f"/Name “{name}”" if name else f"/Name: {missing()}"


def layer_order(thing: Inspected) -> Iterator[str]:
    """Expect that each layer is in the list that a reader shows."""
    layers = {each for each in thing.file.array(thing.file.entries(thing.file.catalogue.get("OCProperties")).get("OCGs"))}
    for each in _layer_choices(thing):
        if "Order" in each and (left := layers - set(_flat(thing.file, each["Order"]))):
            yield f"/Order: {', '.join(f'{layer.number} 0 R' for layer in left)}"


def _flat(file: InspectedFile, value: Any) -> Iterator[PdfReference]:
    for each in file.array(value):
        if isinstance(each, PdfReference) and not isinstance(file.resolve(each), list):
            yield each
        else:
            yield from _flat(file, each)


# --- colours ----------------------------------------------------------------------------------------------------------


def one_profile(thing: Inspected) -> Iterator[str]:
    """Expect that all output intents have one profile."""
    found = {each["DestOutputProfile"] for each in thing.file.archive_intents if "DestOutputProfile" in each}
    if len(found) > 1:
        yield str(len(found))


def intent_profile(thing: Inspected) -> Iterator[str]:
    """Expect that the profile of an output intent says what device colours look like."""
    for intent in thing.file.archive_intents[:1]:
        stream = thing.file.resolve(intent.get("DestOutputProfile"))
        if stream is None:
            continue
        profile = thing.file.archive_profile
        if profile is None or not isinstance(stream, PdfStream):
            yield _("it is no ICC profile")
            return
        if profile.profile_class not in INTENT_CLASSES:
            yield profile.profile_class.decode("latin-1")
        if profile.space not in FAMILIES:
            yield profile.space.decode("latin-1")
        elif thing.file.resolve(stream.entries.get("N")) != profile.components:
            yield f"/N {thing.file.resolve(stream.entries.get('N'))}, {profile.space.decode('latin-1').strip()}"
        if profile.version > PROFILE_VERSION:
            yield _("it is of version {version}, not 2 or 4", version=profile.version)


def device(family: str) -> Any:
    """Return the check that a device colour has a meaning by the output intent; that of gray has it by any."""

    def check(thing: Inspected) -> Iterator[str]:
        known = thing.file.archive_condition
        is_known = known is not None if family == "DeviceGray" else known == family
        if isinstance(thing.value, PdfName) and thing.value == family and not is_known:
            yield family

    return check


def colorants(thing: Inspected) -> Iterator[str]:
    """Expect that a DeviceN space says what its spot colours look like."""
    space = thing.value
    if not isinstance(space, list) or family_of(thing.file, space) != "DeviceN" or len(space) < 4:
        return
    attributes = thing.file.entries(space[4]) if len(space) > 4 else {}
    known = thing.file.entries(attributes.get("Colorants"))
    process = thing.file.array(thing.file.entries(attributes.get("Process")).get("Components"))
    for name in map(thing.file.resolve, thing.file.array(space[1])):
        if name not in known and name not in colour_rules.PROCESS and name not in process:
            yield f"/{name}"


def transparency(thing: Inspected) -> Iterator[str]:
    """Expect that a page with transparency says in which colours it is blended, where no output intent does."""
    group = thing.file.entries(thing.value.own.get("Group"))
    if thing.file.archive_profile is None and "CS" not in group and _is_transparent(thing.file, thing.value.get("Resources"), 0):
        yield f"/Group /CS: {missing()}"


def _is_transparent(file: InspectedFile, resources: Any, depth: int) -> bool:
    """Return whether resources have a state, picture or group that lets something show through."""
    known = file.entries(resources)
    for value in file.entries(known.get("ExtGState")).values():
        state = file.entries(value)
        is_opaque = all(file.resolve(state.get(name, 1)) == 1 for name in ("ca", "CA"))
        modes = file.resolve(state.get("BM", "Normal")), file.resolve(state.get("SMask", "None"))
        if not is_opaque or modes[0] not in ("Normal", "Compatible") or modes[1] != "None":
            return True
    for value in file.entries(known.get("XObject")).values():
        drawing = file.entries(value)
        if "SMask" in drawing or file.resolve(file.entries(drawing.get("Group")).get("S")) == "Transparency":
            return True
        if depth < 6 and _is_transparent(file, drawing.get("Resources"), depth + 1):
            return True
    return False


# --- streams, pictures, drawings --------------------------------------------------------------------------------------


def own_resources(thing: Inspected) -> Iterator[str]:
    """Expect that a page that names something has resources of its own."""
    if "Resources" in thing.value.own or "Resources" not in thing.value.inherited:
        return
    if re.search(rb"/[^\0\t\n\f\r ]+[\0\t\n\f\r ]", thing.file.content(thing.value.get("Contents"))):
        yield _("they are inherited")


def alternates(thing: Inspected) -> Iterator[str]:
    """Expect that no picture has others for other occasions."""
    if "Alternates" in thing.value:
        yield "/Alternates"


def interpolated(thing: Inspected) -> Iterator[str]:
    """Expect that no reader smooths a picture as it likes."""
    if thing.file.resolve(thing.value.get("Interpolate")) is True:
        yield "/Interpolate"


def picture_elsewhere(thing: Inspected) -> Iterator[str]:
    """Expect that no picture stands for one elsewhere."""
    return object_rules.opi(thing) if _entries(thing).get("Subtype") == "Image" else iter(())


def drawing_elsewhere(thing: Inspected) -> Iterator[str]:
    """Expect that no form stands for a picture elsewhere."""
    return object_rules.opi(thing) if _entries(thing).get("Subtype") == "Form" else iter(())


# --- fonts ------------------------------------------------------------------------------------------------------------


def widths(thing: Inspected) -> Iterator[str]:
    """Expect that a font has a width for each of its letters (ISO 32000-1, table 111)."""
    font = thing.value
    if font.get("Subtype") not in ("Type1", "MMType1", "TrueType", "Type3"):
        return
    first, last = (thing.file.resolve(font.get(name)) for name in ("FirstChar", "LastChar"))
    count = len(thing.file.array(font.get("Widths")))
    if type(first) is not int or type(last) is not int:
        yield f"/FirstChar, /LastChar: {missing()}"
    elif count != last - first + 1:
        yield f"/Widths: {count}, {first}–{last}"


def _descendant(thing: Inspected) -> dict[str, Any]:
    below = thing.file.array(thing.value.get("DescendantFonts"))
    return thing.file.entries(below[0]) if below else {}


def glyph_map(thing: Inspected) -> Iterator[str]:
    """Expect that a TrueType font that is addressed by numbers says which glyphs they are (ISO 32000-1, 9.7.4.2)."""
    font = _descendant(thing)
    has_program = any(name in thing.file.entries(font.get("FontDescriptor")) for name in FONT_FILES)
    found = thing.file.resolve(font.get("CIDToGIDMap"))
    if font.get("Subtype") == "CIDFontType2" and has_program and not (found == "Identity" or isinstance(found, PdfStream)):
        yield f"/CIDToGIDMap: {missing()}"


def unicode_map(thing: Inspected) -> Iterator[str]:
    """Expect that a font says which letters it shows, where its encoding alone does not (ISO 32000-1, 9.10.2)."""
    font = thing.value
    if isinstance(thing.file.resolve(font.get("ToUnicode")), PdfStream):
        return
    encoding = thing.file.resolve(font.get("Encoding"))
    if font.get("Subtype") == "Type0":
        is_known = isinstance(encoding, PdfName) and not encoding.startswith("Identity")
    else:
        flags = thing.file.resolve(thing.file.entries(font.get("FontDescriptor")).get("Flags"))
        is_plain = type(flags) is int and not flags & SYMBOLIC and font.get("Subtype") != "Type3"
        base = thing.file.resolve(encoding.get("BaseEncoding")) if isinstance(encoding, dict) else encoding
        is_known = base in ENCODINGS or (is_plain and base is None)
    if not is_known:
        yield f"/{thing.file.resolve(font.get('BaseFont'))}: /ToUnicode {missing()}"


# --- annotations, fields, actions -------------------------------------------------------------------------------------


def _annotations(thing: Inspected) -> list[dict[str, Any]]:
    return [thing.file.entries(each) for each in thing.file.array(thing.value.own.get("Annots"))]


def flags_of(file: InspectedFile, annotation: dict[str, Any]) -> int:
    """Return the flags of an annotation, 0 where it has none."""
    found = file.resolve(annotation.get("F"))
    return found if type(found) is int else 0


def annotation_types(thing: Inspected) -> Iterator[str]:
    """Expect no annotation that sounds, moves, or is of a type that there is not."""
    kinds = [thing.file.resolve(each.get("Subtype")) for each in _annotations(thing)]
    yield from (f"/{kind}" for kind in kinds if kind not in ANNOTATIONS)


def annotation_flags(thing: Inspected) -> Iterator[str]:
    """Expect that an annotation is printed, and never hidden."""
    for each in _annotations(thing):
        flags = flags_of(thing.file, each)
        if thing.file.resolve(each.get("Subtype")) != "Popup" and not (flags & PRINT and not flags & FORBIDDEN_FLAGS):
            yield f"/{thing.file.resolve(each.get('Subtype'))} /F {flags}"


def appearances(thing: Inspected) -> Iterator[str]:
    """Expect that the file draws each annotation itself, in one way: /N alone, a stream, for buttons one for each state."""
    for each in _annotations(thing):
        kind, box = thing.file.resolve(each.get("Subtype")), box_of(thing.file, each.get("Rect"))
        looks = thing.file.entries(each.get("AP"))
        if not looks:
            if box and kind not in UNDRAWN:
                yield f"/{kind}: /AP {missing()}"
            continue
        is_button = kind == "Widget" and thing.file.resolve(each.get("FT")) == "Btn"
        if set(looks) != {"N"} or isinstance(thing.file.resolve(looks["N"]), PdfStream) == is_button:
            yield f"/{kind}: /AP /{' /'.join(looks)}"


def widget_actions(thing: Inspected) -> Iterator[str]:
    """Expect that fields do nothing."""
    for each in _annotations(thing):
        if thing.file.resolve(each.get("Subtype")) == "Widget":
            yield from (f"/Widget /{name}" for name in ("A", "AA") if name in each)


def generated_looks(thing: Inspected) -> Iterator[str]:
    """Expect that no reader draws the fields anew."""
    if thing.file.resolve(thing.file.entries(thing.file.catalogue.get("AcroForm")).get("NeedAppearances")) is True:
        yield "/NeedAppearances"


def actions(thing: Inspected) -> Iterator[str]:
    """Expect no action that starts programs, plays, changes the file or what is shown."""
    for name in ACTION_KEYS:
        found = thing.file.resolve(_entries(thing).get(name))
        for each in found if isinstance(found, list) else [found]:
            kind = thing.file.resolve(thing.file.entries(each).get("S"))
            if isinstance(kind, PdfName) and kind in object_rules.ACTION_TYPES - ACTIONS - {"JavaScript"}:
                yield f"/{name} /{kind}"


def named_actions(thing: Inspected) -> Iterator[str]:
    """Expect of actions with a name those alone that turn pages."""
    entries = _entries(thing)
    if thing.file.resolve(entries.get("S")) == "Named" and (name := thing.file.resolve(entries.get("N"))) not in NAMED_ACTIONS:
        yield f"/Named /{name}"


def triggers(thing: Inspected) -> Iterator[str]:
    """Expect that nothing happens when the file or a page is opened or printed."""
    if "AA" in thing.file.catalogue:
        yield "/AA"


def page_triggers(thing: Inspected) -> Iterator[str]:
    """Expect that nothing happens when a page is opened."""
    if "AA" in thing.value.own:
        yield "/AA"


# --- attached files ---------------------------------------------------------------------------------------------------


def file_names(thing: Inspected) -> Iterator[str]:
    """Expect that an attached file has its name for old and new readers."""
    entries = _entries(thing)
    if "EF" in entries and not isinstance(thing.value, PdfStream):
        yield from (f"/{name}: {missing()}" for name in ("F", "UF") if not thing.file.text(entries.get(name)))


def attached_kinds(thing: Inspected) -> Iterator[str]:
    """Expect that an attached file is one for the archive itself: it says PDF/A-1 or PDF/A-2."""
    found = thing.file.entries(_entries(thing).get("EF"))
    for stream in dict.fromkeys(thing.file.resolve(each) for each in found.values()):
        if isinstance(stream, PdfStream) and (part := _part_of(thing.file.decoded(stream))) not in EMBEDDED_PARTS:
            yield f"PDF/A-{part}" if part else _("it is no PDF/A")


def _part_of(content: bytes) -> str:
    """Return the part of ISO 19005 that a file claims; nothing for one that claims none, or is no PDF."""
    if not content.startswith(b"%PDF-"):
        return ""
    try:
        with source_of(content) as source:
            metadata = InspectedFile(source).metadata
    except (DataError, ValueError, KeyError):
        return ""
    return metadata.get("pdfaid:part") if metadata else ""
