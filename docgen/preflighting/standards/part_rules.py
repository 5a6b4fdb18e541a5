"""Rules of PDF/VT-1 (ISO 16612-2:2010) beyond those of PDF/X-4: what it says of itself, document parts, hints at reuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docgen.messages import _
from docgen.preflighting.findings import Verdict
from docgen.preflighting.standards import clauses
from docgen.preflighting.standards.file_rules import claims, has_property, missing
from docgen.preflighting.standards.metadata import xmp_time
from docgen.preflighting.standards.objects import PdfName, PdfReference, PdfStream
from docgen.preflighting.standards.parts import PartNode, PartTree
from docgen.preflighting.standards.rules import Inspected, Kind, StandardRule

#: For what the content of a drawing may be reused, and where it has to be said in which environment.
SCOPES = ("Unknown", "SingleUse", "Record", "File", "Stream", "Global")
WIDE_SCOPES = ("Stream", "Global")
#: So many breaches of one kind are listed: with the first pages of a volume shifted, all that follow are.
LISTED = 20


def modified(thing: Inspected) -> Iterator[str]:
    """Expect no change since: a program that does not know PDF/VT sets xmp:ModifyDate alone, and the file is PDF/VT no more."""
    metadata = thing.file.metadata
    said, other = (metadata.get(name) if metadata else "" for name in ("pdfvtid:GTS_PDFVTModDate", "xmp:ModifyDate"))
    if said and other and xmp_time(said) != xmp_time(other):
        yield f"{said}, xmp:ModifyDate {other}"


def has_root(thing: Inspected) -> Iterator[str]:
    """Expect that the catalogue leads to the tree of document parts."""
    tree: PartTree = thing.value
    if not tree.root:
        yield f"/DPartRoot: {missing()}"
    elif thing.file.resolve(tree.root.get("Type")) not in (None, "DPartRoot"):
        yield f"/Type /{thing.file.resolve(tree.root.get('Type'))}"


def sound_tree(thing: Inspected) -> Iterator[str]:
    """Expect that nodes are below each other as they say."""
    tree: PartTree = thing.value
    yield from tree.wrong[:LISTED]
    if tree.root and not tree.nodes and not tree.wrong:
        yield f"/DPartRootNode: {missing()}"
    for node in tree.nodes:
        parent = node.entries.get("Parent")
        if not isinstance(parent, PdfReference) or (node.parent is not None and parent.number != node.parent):
            yield _part(node, "/Parent")
        if thing.file.resolve(node.entries.get("Type")) not in (None, "DPart"):
            yield _part(node, f"/Type /{thing.file.resolve(node.entries['Type'])}")


def _part(node: PartNode, text: str) -> str:
    return f"{node.number} 0 R: {text}"


def leaf_or_branch(thing: Inspected) -> Iterator[str]:
    """Expect that a part has parts below it, or pages, never both."""
    for node in thing.value.nodes:
        if ("DParts" in node.entries) == ("Start" in node.entries) or ("DParts" in node.entries and "End" in node.entries):
            yield _part(node, "/DParts, /Start")


def coverage(thing: Inspected) -> Iterator[str]:
    """Expect that leaves take the pages in order, each page once, and all of them."""
    tree: PartTree = thing.value
    following, found = 0, []
    for node in tree.leaves:
        span = tree.span(node)
        if span is None or span[0] != following or span[1] < span[0]:
            found.append(_part(node, _pages(span)))
        following = span[1] + 1 if span else following
    if tree.nodes and following != len(tree.pages) and not found:
        found.append(_("pages {first} to {last} are in no part", first=following + 1, last=len(tree.pages)))
    yield from found[:LISTED]


def _pages(span: tuple[int, int] | None) -> str:
    return missing() if span is None else _("pages {first} to {last}", first=span[0] + 1, last=span[1] + 1)


def page_part(thing: Inspected) -> Iterator[str]:
    """Expect that each page leads back to its part."""
    tree: PartTree = thing.value
    of_page: dict[int, list[PdfReference]] = {}
    for node in tree.leaves:
        first, last = tree.span(node) or (0, -1)
        for page in range(first, last + 1):
            of_page.setdefault(page, []).append(PdfReference(node.number))
    wrong = [page for page, parts in of_page.items() if tree.pages[page].own.get("DPart") not in parts]
    yield from (_("page {page}", page=page + 1) for page in wrong[:LISTED])


def level_names(thing: Inspected) -> Iterator[str]:
    """Expect that each level of the tree has its name, where levels have names."""
    tree: PartTree = thing.value
    names = tree.root.get("NodeNameList")
    levels = 1 + max((node.level for node in tree.nodes), default=0)
    if names is not None:
        found = [thing.file.resolve(each) for each in thing.file.array(names)]
        if len(found) < levels or not all(isinstance(each, PdfName) and each for each in found):
            yield _("{names} names, {levels} levels", names=len(found), levels=levels)


def record_level(thing: Inspected) -> Iterator[str]:
    """Expect that the level of records is one of the tree's."""
    tree: PartTree = thing.value
    level = thing.file.resolve(tree.root.get("RecordLevel"))
    if level is not None and not (type(level) is int and any(node.level == level for node in tree.nodes)):
        yield f"/RecordLevel {level}"


def says_records(thing: Inspected) -> Iterator[str]:
    """Expect a level of records; without it a press does not know where one ends."""
    if thing.value.root and "RecordLevel" not in thing.value.root:
        yield f"/RecordLevel: {missing()}"


def part_metadata(thing: Inspected) -> Iterator[str]:
    """Expect that what is said of a part is a dictionary of plain values."""
    for node in thing.value.nodes:
        value = node.entries.get("DPM")
        if value is not None and not _is_plain(thing, value, 0):
            yield _part(node, "/DPM")


def _is_plain(thing: Inspected, value: Any, depth: int) -> bool:
    found = thing.file.resolve(value)
    if depth > 20 or isinstance(found, PdfStream):
        return False
    if isinstance(found, dict):
        return all(_is_plain(thing, each, depth + 1) for each in found.values())
    if isinstance(found, list):
        return depth > 0 and all(_is_plain(thing, each, depth + 1) for each in found)
    return depth > 0 and found is not None


def _drawing(thing: Inspected) -> dict[str, Any]:
    stream = thing.value
    is_drawing = isinstance(stream, PdfStream) and stream.entries.get("Subtype") in ("Form", "Image")
    return stream.entries if is_drawing else {}


def scope(thing: Inspected) -> Iterator[str]:
    """Expect that the scope of a drawing is one of those that PDF/VT knows; a wide one says in which environment it holds."""
    drawing = _drawing(thing)
    found = thing.file.resolve(drawing.get("GTS_Scope"))
    if found is not None and found not in SCOPES:
        yield f"/GTS_Scope /{found}"
    if found in WIDE_SCOPES and not thing.file.text(drawing.get("GTS_Env")):
        yield f"/GTS_Env: {missing()}"


def encapsulated(thing: Inspected) -> Iterator[str]:
    """Expect that an encapsulated drawing looks alike everywhere: a form is a group, a picture has its rendering intent."""
    drawing = _drawing(thing)
    found = thing.file.resolve(drawing.get("GTS_Encapsulated"))
    if found is not None and type(found) is not bool:
        yield "/GTS_Encapsulated"
    elif found and drawing.get("Subtype") == "Form" and thing.file.entries(drawing.get("Group")).get("S") != "Transparency":
        yield f"/Group: {missing()}"
    elif found and drawing.get("Subtype") == "Image" and "Intent" not in drawing and drawing.get("ImageMask") is not True:
        yield f"/Intent: {missing()}"


def identifier(thing: Inspected) -> Iterator[str]:
    """Expect that the identifier of a drawing is a text."""
    found = thing.file.resolve(_drawing(thing).get("GTS_XID"))
    if found is not None and not (isinstance(found, bytes) and found):
        yield "/GTS_XID"


def _variable_hint() -> str:
    return _("Make the file anew as PDF/VT-1; a program that does not know PDF/VT may have changed it.")


PART_RULES = (
    StandardRule(
        "vt-identification", clauses.VT, Kind.FILE, lambda: _("the metadata say PDF/VT-1"), _variable_hint,
        claims("pdfvtid:GTS_PDFVTVersion", "PDF/VT-1"),
    ),
    StandardRule(
        "vt-date", clauses.VT, Kind.FILE, lambda: _("the metadata say when it became PDF/VT"), _variable_hint,
        has_property("pdfvtid:GTS_PDFVTModDate", xmp_time),
    ),
    StandardRule(
        "vt-modified", clauses.VT, Kind.FILE, lambda: _("nothing was changed since it became PDF/VT"), _variable_hint, modified
    ),
    StandardRule(
        "vt-root", clauses.VT_ROOT, Kind.PART, lambda: _("the file has a tree of document parts"), _variable_hint, has_root
    ),
    StandardRule(
        "vt-record-level", clauses.VT_ROOT, Kind.PART, lambda: _("the level of records is one of the tree"),
        _variable_hint, record_level,
    ),
    StandardRule(
        "vt-names", clauses.VT_ROOT, Kind.PART, lambda: _("each level of the tree has a name"), _variable_hint, level_names
    ),
    StandardRule(
        "vt-tree", clauses.VT_PART, Kind.PART, lambda: _("each part is below the one that it names"), _variable_hint, sound_tree
    ),
    StandardRule(
        "vt-leaf", clauses.VT_PART, Kind.PART, lambda: _("each part has parts or pages, not both"),
        _variable_hint, leaf_or_branch,
    ),
    StandardRule(
        "vt-pages", clauses.VT_PART, Kind.PART, lambda: _("parts take the pages in order, each once"), _variable_hint, coverage
    ),
    StandardRule(
        "vt-page", clauses.VT_PART, Kind.PART, lambda: _("each page leads to its part"), _variable_hint, page_part
    ),
    StandardRule(
        "vt-metadata", clauses.VT_METADATA, Kind.PART, lambda: _("what is said of a part is a dictionary of plain values"),
        _variable_hint, part_metadata,
    ),
    StandardRule(
        "vt-scope", clauses.VT, Kind.OBJECT,
        lambda: _("the scope of a drawing is known, and its environment where it needs one"), _variable_hint, scope,
    ),
    StandardRule(
        "vt-encapsulated", clauses.VT, Kind.OBJECT,
        lambda: _("a drawing that is encapsulated is a group, or a picture with a rendering intent"),
        _variable_hint, encapsulated,
    ),
    StandardRule(
        "vt-identifier", clauses.VT, Kind.OBJECT, lambda: _("the identifier of a drawing is a text"), _variable_hint, identifier
    ),
    StandardRule(
        "vt-records", clauses.HOUSE, Kind.PART, lambda: _("the tree says on which level its records are"),
        lambda: _("A press then knows where a record begins and ends."), says_records, Verdict.REMARK,
    ),
)  # fmt: skip
