"""The structure of a tagged file (ISO 32000-1, 14.7): its elements, the content that they hold, the tree that leads back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from docgen.pdf.syntax import DEPTH
from docgen.preflighting.standards.objects import PdfName, PdfReference
from docgen.preflighting.standards.opened import InspectedFile, PageNode

_STANDARD = """Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl
LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP Figure
Formula Form"""
#: The standard structure types (ISO 32000-1, 14.8.4).
STANDARD_TYPES = frozenset(_STANDARD.split())
#: A marked content: the number of the object whose content stream has it, a page or a form, and its MCID.
MarkedContent = tuple[int, int]


@dataclass(eq=False, slots=True)
class StructureElement:
    """An element: its object, its type as the role map leads to it, its entries, what is above and below it."""

    number: int | None
    type: str
    entries: dict[str, Any]
    parent: StructureElement | None
    elements: list[StructureElement] = field(default_factory=list)
    contents: list[MarkedContent] = field(default_factory=list)
    #: The numbers of annotations and drawings that it holds as a whole.
    objects: list[int] = field(default_factory=list)

    @property
    def above(self) -> str:
        """The type of the element above, empty at the top."""
        return self.parent.type if self.parent else ""

    def __str__(self) -> str:
        return f"{self.type} ({self.number} 0 R)" if self.number is not None else self.type


@dataclass
class TagTree:
    """The structure of a file; without a root where it has none."""

    root: dict[str, Any]
    #: The elements in the order in which they are read.
    elements: list[StructureElement] = field(default_factory=list)
    #: Type → the one that the role map puts in its place.
    roles: dict[str, str] = field(default_factory=dict)
    #: Key of the tree of parents → a list by MCID, or one element.
    parents: dict[int, Any] = field(default_factory=dict)
    #: What is marked on pages and in forms → the elements that hold it.
    holders: dict[MarkedContent, list[StructureElement]] = field(default_factory=lambda: defaultdict(list))
    #: /StructParents → the pages that have it, counted from 1.
    keys: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def of_type(self, *types: str) -> Iterator[StructureElement]:
        """Yield the elements of types."""
        return (each for each in self.elements if each.type in types)


def tag_tree(file: InspectedFile, pages: Sequence[PageNode]) -> TagTree:
    """Return the structure of a file."""
    tree = TagTree(file.entries(file.catalogue.get("StructTreeRoot")))
    for node in pages:
        if type(key := file.resolve(node.own.get("StructParents"))) is int:
            tree.keys[key].append(node.page)
    found = file.entries(tree.root.get("RoleMap"))
    tree.roles = {name: str(role) for name, value in found.items() if isinstance(role := file.resolve(value), PdfName)}
    tree.parents = dict(_numbered(file, tree.root.get("ParentTree"), 0))
    _read_elements(file, tree)
    for element in tree.elements:
        for content in element.contents:
            tree.holders[content].append(element)
    return tree


def role_of(roles: dict[str, str], name: str) -> str:
    """Return the standard type that a type stands for; the last one reached where it stands for none."""
    seen: set[str] = set()
    while name not in STANDARD_TYPES and name in roles and name not in seen:
        seen.add(name)
        name = roles[name]
    return name


def _numbered(file: InspectedFile, node: Any, depth: int) -> Iterator[tuple[int, Any]]:
    """Yield the keys and values of a number tree (7.9.7)."""
    if depth > DEPTH:
        return
    entries = file.entries(node)
    flat = file.array(entries.get("Nums"))
    for key, value in zip(flat[::2], flat[1::2], strict=False):
        if type(number := file.resolve(key)) is int:
            yield number, value
    for kid in file.array(entries.get("Kids")):
        yield from _numbered(file, kid, depth + 1)


def _read_elements(file: InspectedFile, tree: TagTree) -> None:
    """Read the elements from the root down, in their order; one that comes again is passed over."""
    seen: set[int] = set()
    waiting: list[tuple[Any, StructureElement | None, Any]] = [(kid, None, None) for kid in _kids(file, tree.root)]
    waiting.reverse()
    while waiting:
        value, parent, page = waiting.pop()
        entries = file.entries(value)
        number = value.number if isinstance(value, PdfReference) else None
        name = file.resolve(entries.get("S"))
        if not isinstance(name, PdfName) or number in seen:
            continue
        if number is not None:
            seen.add(number)
        element = StructureElement(number, role_of(tree.roles, name), entries, parent)
        tree.elements.append(element)
        if parent:
            parent.elements.append(element)
        page = entries.get("Pg", page)
        below = [kid for kid in _kids(file, entries) if not _hold(file, element, kid, page)]
        waiting += [(kid, element, page) for kid in reversed(below)]


def _kids(file: InspectedFile, entries: dict[str, Any]) -> list[Any]:
    """Return what is below an element: one thing, or several."""
    value = entries.get("K")
    found = file.resolve(value)
    return found if isinstance(found, list) else [] if found is None else [value]


def _hold(file: InspectedFile, element: StructureElement, kid: Any, page: Any) -> bool:
    """Note a kid that is marked content or an object; return False for one that is an element (tables 324 and 325)."""
    found = file.resolve(kid)
    if type(found) is int:
        _hold_content(element, page, found)
        return True
    entries = file.entries(found)
    if type(number := file.resolve(entries.get("MCID"))) is int:
        _hold_content(element, entries.get("Stm", entries.get("Pg", page)), number)
        return True
    if file.resolve(entries.get("Type")) == "OBJR":
        if isinstance(reference := entries.get("Obj"), PdfReference):
            element.objects.append(reference.number)
        return True
    return False


def _hold_content(element: StructureElement, holder: Any, number: int) -> None:
    if isinstance(holder, PdfReference):
        element.contents.append((holder.number, number))
