"""Rules on every object of a file: filters, what is outside the file, PostScript, actions, limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docgen.messages import _
from docgen.preflighting.standards import clauses
from docgen.preflighting.standards.objects import PdfName, PdfStream
from docgen.preflighting.standards.rules import Inspected, Kind, StandardRule

#: Filters of PDF 1.6 (ISO 32000-1, table 6) without LZW, which PDF/X forbids, and Crypt, which encrypts.
FILTERS = (
    "ASCIIHexDecode", "ASCII85Decode", "FlateDecode", "RunLengthDecode", "CCITTFaxDecode", "JBIG2Decode", "DCTDecode",
    "JPXDecode",
)  # fmt: skip
SHORT_FILTERS = ("AHx", "A85", "Fl", "RL", "CCF", "DCT")
#: Entries that say that the content of a stream is elsewhere (table 5).
OUTSIDE = ("F", "FFilter", "FDecodeParms")
_ACTION_TYPES = """GoTo GoToR GoToE Launch Thread URI Sound Movie Hide Named SubmitForm ResetForm ImportData JavaScript
SetOCGState Rendition Trans GoTo3DView"""
#: Types of actions (table 198), and entries under which they stand.
ACTION_TYPES = frozenset(_ACTION_TYPES.split())
#: PDF Reference 1.6, annex C: bytes of a name, whole numbers.
NAME_LIMIT, WHOLE_LIMIT = 127, 2**31 - 1
MOST_MEMBERS = 100_000


def _entries(thing: Inspected) -> dict[str, Any]:
    return thing.file.entries(thing.value)


def filters(thing: Inspected) -> Iterator[str]:
    """Expect that streams are encoded by filters that every reader of PDF/X has."""
    if isinstance(thing.value, PdfStream):
        yield from _forbidden(thing, thing.value.entries.get("Filter"), FILTERS)


def inline_filters(thing: Inspected) -> Iterator[str]:
    """Expect that pictures within a content stream are encoded so too."""
    for image in thing.value.images:
        yield from _forbidden(thing, image.get("Filter"), (*FILTERS, *SHORT_FILTERS))


def _forbidden(thing: Inspected, value: Any, allowed: tuple[str, ...]) -> Iterator[str]:
    found = thing.file.resolve(value)
    for each in found if isinstance(found, list) else [found]:
        if (name := thing.file.resolve(each)) is not None and name not in allowed:
            yield f"/{name}"


def outside_content(thing: Inspected) -> Iterator[str]:
    """Expect that the content of a stream is in the file."""
    if isinstance(thing.value, PdfStream):
        yield from (f"/{name}" for name in OUTSIDE if name in thing.value.entries)


def reference_drawing(thing: Inspected) -> Iterator[str]:
    """Expect that a form XObject stands for no page of another file (ISO 32000-1, 8.10.4)."""
    if _is_form(thing) and "Ref" in _entries(thing):
        yield "/Ref"


def opi(thing: Inspected) -> Iterator[str]:
    """Expect that a drawing stands for no picture elsewhere (ISO 32000-1, 14.11.7)."""
    if isinstance(thing.value, PdfStream) and "OPI" in thing.value.entries:
        yield "/OPI"


def postscript(thing: Inspected) -> Iterator[str]:
    """Expect that no drawing is a program in PostScript (ISO 32000-1, 8.8.2)."""
    entries = _entries(thing)
    is_program = "PS" in (entries.get("Subtype"), entries.get("Subtype2"), *entries)
    if isinstance(thing.value, PdfStream) and is_program:
        yield "/PS"


def _is_form(thing: Inspected) -> bool:
    return isinstance(thing.value, PdfStream) and thing.value.entries.get("Subtype") == "Form"


def actions(thing: Inspected) -> Iterator[str]:
    """Expect that nothing is done when a page is opened, or a place clicked on."""
    entries = _entries(thing)
    if "AA" in entries:
        yield "/AA"
    for name in ("A", "OpenAction", "Next", "PA"):
        found = thing.file.resolve(entries.get(name))
        if isinstance(found, dict) and thing.file.resolve(found.get("S")) in ACTION_TYPES:
            yield f"/{name} /{thing.file.resolve(found['S'])}"


def scripts(thing: Inspected) -> Iterator[str]:
    """Expect that there is no JavaScript, in no place."""
    entries = _entries(thing)
    if "JavaScript" in entries or (entries.get("S") == "JavaScript") or ("JS" in entries and "S" in entries):
        yield "/JavaScript"


def limits(thing: Inspected) -> Iterator[str]:
    """Expect that names and whole numbers are no longer than a reader of PDF 1.6 takes."""
    waiting: list[Any] = [*_entries(thing).keys(), *_entries(thing).values()]
    for each in waiting[:MOST_MEMBERS]:
        if isinstance(each, list):
            waiting += [member for member in each if not isinstance(member, dict)]
        elif isinstance(each, PdfName | str) and len(each) > NAME_LIMIT:
            yield _("a name of {count} bytes", count=len(each))
        elif type(each) is int and abs(each) > WHOLE_LIMIT:
            yield str(each)


def _flatten_hint() -> str:
    return _("Export the file again as PDF/X-4.")


OBJECT_RULES = (
    StandardRule(
        "reference", clauses.COMPLETE, Kind.OBJECT, lambda: _("no drawing stands for a page of another file"),
        lambda: _("Place the page itself."), reference_drawing,
    ),
    StandardRule(
        "opi", clauses.COMPLETE, Kind.OBJECT, lambda: _("no picture stands for one elsewhere (OPI)"),
        lambda: _("Place the picture itself, in full resolution."), opi,
    ),
    StandardRule(
        "outside", clauses.EXTERNAL, Kind.OBJECT, lambda: _("the content of every stream is in the file"),
        _flatten_hint, outside_content,
    ),
    StandardRule(
        "filter", clauses.FILTERS, Kind.OBJECT, lambda: _("no stream is compressed by LZW, or encrypted"), _flatten_hint, filters
    ),
    StandardRule(
        "filter-inline", clauses.FILTERS, Kind.CONTENT, lambda: _("no inline picture is compressed by LZW"),
        _flatten_hint, inline_filters,
    ),
    StandardRule(
        "postscript", clauses.POSTSCRIPT, Kind.OBJECT, lambda: _("nothing is drawn by PostScript"), _flatten_hint, postscript
    ),
    StandardRule(
        "action", clauses.ACTIONS, Kind.OBJECT, lambda: _("there are no actions"),
        lambda: _("Export it without links, buttons and what happens on opening; bookmarks may lead to a place by themselves."),
        actions,
    ),
    StandardRule(
        "javascript", clauses.ACTIONS, Kind.OBJECT, lambda: _("there is no JavaScript"), _flatten_hint, scripts
    ),
    StandardRule(
        "limit", clauses.LIMITS, Kind.OBJECT, lambda: _("names have 127 bytes at most, whole numbers 32 bits"),
        _flatten_hint, limits,
    ),
)  # fmt: skip
