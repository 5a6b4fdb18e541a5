"""Checks of tags: that they are there, mean something, and lead to the content of each page and back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from docgen.messages import _
from docgen.preflighting.standards.file_rules import missing
from docgen.preflighting.standards.objects import PdfReference
from docgen.preflighting.standards.opened import InspectedFile
from docgen.preflighting.standards.rules import Inspected
from docgen.preflighting.standards.tagged_pages import TaggedPage
from docgen.preflighting.standards.tags import STANDARD_TYPES, StructureElement, TagTree

#: So many breaches of one rule are listed: where one page is led to the tags of another, all are.
LISTED = 20
#: A language (RFC 3066): letters and digits between hyphens.
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
HEADING = re.compile(r"H([1-6])")
PARTS_OF_TABLE = ("THead", "TBody", "TFoot")
#: Type → what it may stand below, and type → what may stand below it (ISO 32000-1, tables 336 and 337).
ABOVE = {
    "TR": ("Table", *PARTS_OF_TABLE),
    **dict.fromkeys(PARTS_OF_TABLE, ("Table",)),
    **dict.fromkeys(("TH", "TD"), ("TR",)),
    "LI": ("L",),
    "LBody": ("LI",),
    "TOCI": ("TOC",),
}
BELOW = {
    "Table": ("TR", *PARTS_OF_TABLE, "Caption"),
    **dict.fromkeys(PARTS_OF_TABLE, ("TR",)),
    "TR": ("TH", "TD"),
    "L": ("L", "LI", "Caption"),
    "LI": ("Lbl", "LBody"),
    "TOC": ("TOC", "TOCI", "Caption"),
}


def is_marked(thing: Inspected) -> Iterator[str]:
    """Expect that the catalogue says that content is tagged."""
    if thing.file.resolve(thing.file.entries(thing.file.catalogue.get("MarkInfo")).get("Marked")) is not True:
        yield f"/MarkInfo /Marked: {missing()}"


def is_not_suspect(thing: Inspected) -> Iterator[str]:
    """Expect that no tags are said to be guessed."""
    if thing.file.resolve(thing.file.entries(thing.file.catalogue.get("MarkInfo")).get("Suspects")) is True:
        yield "/Suspects true"


def has_structure(thing: Inspected) -> Iterator[str]:
    """Expect that the catalogue leads to structure elements."""
    tree: TagTree = thing.value
    if not tree.elements:
        yield missing() if not tree.root else f"/StructTreeRoot /K: {missing()}"


def roles(thing: Inspected) -> Iterator[str]:
    """Expect that each type is a standard one, or is mapped to one; and that no standard type is mapped."""
    tree: TagTree = thing.value
    used = dict.fromkeys(each.type for each in tree.elements)
    yield from (f"/{name}" for name in used if name not in STANDARD_TYPES)
    yield from (f"/RoleMap /{name}" for name in tree.roles if name in STANDARD_TYPES)


def _languages(thing: Inspected) -> Iterator[str]:
    tree: TagTree = thing.value
    for entries in (thing.file.catalogue, *(each.entries for each in tree.elements)):
        if (said := thing.file.text(entries.get("Lang"))) is not None:
            yield said


def sound_languages(thing: Inspected) -> Iterator[str]:
    """Expect that languages are codes of RFC 3066; an empty one says that it is not known."""
    yield from dict.fromkeys(f"/Lang “{each}”" for each in _languages(thing) if each and not LANGUAGE.fullmatch(each))


def has_language(thing: Inspected) -> Iterator[str]:
    """Expect that the catalogue says in which language the text is."""
    if not (thing.file.text(thing.file.catalogue.get("Lang")) or "").strip():
        yield f"/Lang: {missing()}"


def all_marked(thing: Inspected) -> Iterator[str]:
    """Expect that all that a page draws is content of an element, or an artifact."""
    page: TaggedPage = thing.value
    if page.unmarked:
        operators = ", ".join(dict.fromkeys(page.unmarked))
        yield f"{operators} ({len(page.unmarked)}×)"


def no_contradiction(thing: Inspected) -> Iterator[str]:
    """Expect no artifact within content, and no content within an artifact."""
    page: TaggedPage = thing.value
    yield from page.contradicting[:LISTED]


def leads(thing: Inspected) -> Iterator[str]:
    """Expect that each MCID leads by the tree of parents to the one element that holds it, and each that is held is there.

    Both directions are said twice in a file (ISO 32000-1, 14.7.4.4), and readers take either.
    """
    page: TaggedPage = thing.value
    found = [each for stream in page.streams for each in _astray(thing.file, page.tree, *stream)]
    yield from found[:LISTED]


def _astray(file: InspectedFile, tree: TagTree, holder: int, key: Any, numbers: list[int]) -> Iterator[str]:
    own = file.array(tree.parents.get(key)) if type(key) is int else []
    if numbers and not own:
        yield f"/StructParents {key}" if key is not None else f"/StructParents: {missing()}"
        return
    yield from (_("MCID {number} comes twice", number=number) for number, count in Counter(numbers).items() if count > 1)
    for number in dict.fromkeys(numbers):
        parent = own[number] if 0 <= number < len(own) else None
        holders = tree.holders.get((holder, number), [])
        if [parent] != [PdfReference(each.number) for each in holders if each.number is not None]:
            yield _("MCID {number} leads to {parent}, and is in {holders}",
                    number=number, parent=_shown(parent), holders=", ".join(map(str, holders)) or "–")  # fmt: skip
    for number in sorted(set(range(len(own))) - set(numbers)):
        if isinstance(own[number], PdfReference) and file.resolve(own[number]) is not None:
            yield _("MCID {number} is not on the page", number=number)


def _shown(parent: Any) -> str:
    return f"{parent.number} 0 R" if isinstance(parent, PdfReference) else "–"


def held_is_there(thing: Inspected) -> Iterator[str]:
    """Expect that what elements hold of a page is marked on it."""
    page: TaggedPage = thing.value
    there = {number for holder, _key, numbers in page.streams if holder == page.node.number for number in numbers}
    held = {number for holder, number in page.tree.holders if holder == page.node.number}
    yield from [_("MCID {number} is not on the page", number=number) for number in sorted(held - there)][:LISTED]


def own_key(thing: Inspected) -> Iterator[str]:
    """Expect that no two pages lead to the same tags: the second one's content would be read as the first one's."""
    page: TaggedPage = thing.value
    key = thing.file.resolve(page.node.own.get("StructParents"))
    if type(key) is int and (shared := [each for each in page.tree.keys[key] if each != page.node.page]):
        yield _("/StructParents {key}, as on page {page}", key=key, page=shared[0])


def has_parent(thing: Inspected) -> Iterator[str]:
    """Expect that each element says what it is below."""
    tree: TagTree = thing.value
    found = [str(each) for each in tree.elements if not _is_below(thing.file, tree, each)]
    yield from found[:LISTED]


def _is_below(file: InspectedFile, tree: TagTree, element: StructureElement) -> bool:
    above = element.entries.get("P")
    if element.parent is None:
        return bool(file.entries(above)) and file.entries(above) == tree.root
    return isinstance(above, PdfReference) and above.number == element.parent.number


def nesting(*types: str) -> Callable[[Inspected], Iterator[str]]:
    """Return the check that elements of types stand where they may, and hold what they may."""

    def check(thing: Inspected) -> Iterator[str]:
        tree: TagTree = thing.value
        for each in tree.elements:
            if each.type in types and each.type in ABOVE and each.above not in ABOVE[each.type]:
                yield f"{each} < {each.above or '–'}"
            if each.type in types and each.type in BELOW:
                yield from (f"{each} > {kid}" for kid in each.elements if kid.type not in BELOW[each.type])

    return check


def described(*types: str) -> Callable[[Inspected], Iterator[str]]:
    """Return the check that elements of types say in words what they show."""

    def check(thing: Inspected) -> Iterator[str]:
        tree: TagTree = thing.value
        for each in tree.of_type(*types):
            has_text = thing.file.text(each.entries.get("ActualText")) is not None
            if not has_text and not (thing.file.text(each.entries.get("Alt")) or "").strip():
                yield str(each)

    return check


def heading_levels(thing: Inspected) -> Iterator[str]:
    """Expect that headings begin with the first level, and skip none on the way down."""
    tree: TagTree = thing.value
    levels = [(each, int(match[1])) for each in tree.elements if (match := HEADING.fullmatch(each.type))]
    for (_last, before), (each, level) in pairwise([(None, 0), *levels]):
        if level > before + 1:
            yield f"{each} > H{before}" if before else str(each)


def one_kind_of_heading(thing: Inspected) -> Iterator[str]:
    """Expect headings of levels, or headings that get theirs from the structure, never both."""
    tree: TagTree = thing.value
    if any(tree.of_type("H")) and any(HEADING.fullmatch(each.type) for each in tree.elements):
        yield "H + H1…H6"


def header_cells(thing: Inspected) -> Iterator[str]:
    """Expect that each header cell says of which cells: by its scope, or because they name it."""
    tree: TagTree = thing.value
    named = {each for cell in tree.of_type("TD", "TH") for each in thing.file.array(_table_attribute(thing, cell, "Headers"))}
    for cell in tree.of_type("TH"):
        scope = thing.file.resolve(_table_attribute(thing, cell, "Scope"))
        if scope not in ("Row", "Column", "Both") and thing.file.resolve(cell.entries.get("ID")) not in named:
            yield f"{cell}: /Scope {missing()}" if scope is None else f"{cell}: /Scope /{scope}"


def _table_attribute(thing: Inspected, element: StructureElement, name: str) -> Any:
    """Return an attribute of a table that an element has by itself, or by its classes (14.7.5)."""
    own = thing.file.resolve(element.entries.get("A"))
    classes = thing.file.resolve(element.entries.get("C"))
    known = thing.file.entries(thing.file.entries(thing.file.catalogue.get("StructTreeRoot")).get("ClassMap"))
    by_class = [known.get(each) for each in (classes if isinstance(classes, list) else [classes]) if isinstance(each, str)]
    for each in [*(own if isinstance(own, list) else [own]), *by_class]:
        entries = thing.file.entries(each)
        if thing.file.resolve(entries.get("O")) == "Table" and name in entries:
            return entries[name]
    return None


def notes(thing: Inspected) -> Iterator[str]:
    """Expect that each note has an identifier of its own."""
    tree: TagTree = thing.value
    seen: set[Any] = set()
    for each in tree.of_type("Note"):
        name = thing.file.resolve(each.entries.get("ID"))
        if not name or name in seen:
            yield f"{each}: /ID {missing()}" if not name else f"{each}: /ID"
        seen.add(name)
