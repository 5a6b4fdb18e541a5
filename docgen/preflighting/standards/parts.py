"""The tree of document parts of PDF/VT (ISO 32000-2, 14.12): nodes, the levels that they are on, the pages of the leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from docgen.preflighting.standards.objects import PdfReference
from docgen.preflighting.standards.opened import InspectedFile, PageNode

#: Levels; trees of real files have three or four.
DEPTH = 64


@dataclass(frozen=True, slots=True)
class PartNode:
    """A document part: the number of its object, its entries, its level from 0, and the number of what it should be below."""

    number: int
    entries: dict[str, Any]
    level: int
    parent: int | None
    children: tuple[Any, ...]


@dataclass
class PartTree:
    """What a file says of its parts; `wrong` are the places where the tree itself is none."""

    root: dict[str, Any]
    nodes: list[PartNode] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    #: The number of a page's object → its place, counted from 0; and the pages.
    places: dict[int, int] = field(default_factory=dict)
    pages: Sequence[PageNode] = ()

    @property
    def leaves(self) -> list[PartNode]:
        """The parts that have pages, in order."""
        return [node for node in self.nodes if not node.children]

    def span(self, node: PartNode) -> tuple[int, int] | None:
        """Return the first and last page of a leaf, counted from 0; None where it names none of the file's."""
        start = node.entries.get("Start")
        end = node.entries.get("End", start)
        found = [self.places.get(each.number) if isinstance(each, PdfReference) else None for each in (start, end)]
        first, last = found
        return (first, last) if first is not None and last is not None else None


def part_tree(file: InspectedFile, pages: Sequence[PageNode]) -> PartTree:
    """Return the tree of a file; without a root where it has none."""
    value = file.catalogue.get("DPartRoot")
    tree = PartTree(file.entries(value), places={node.number: node.page - 1 for node in pages}, pages=pages)
    waiting: list[tuple[Any, int, int | None]] = []
    if tree.root:
        root_number = value.number if isinstance(value, PdfReference) else None
        waiting.append((tree.root.get("DPartRootNode"), 0, root_number))
    seen: set[int] = set()
    while waiting:
        node, level, parent = waiting.pop()
        entries = file.entries(node)
        if not isinstance(node, PdfReference) or not entries or node.number in seen or level > DEPTH:
            tree.wrong.append(f"/DParts {node.number} 0 R" if isinstance(node, PdfReference) else "/DParts")
            continue
        seen.add(node.number)
        children = _children(file, entries, tree)
        tree.nodes.append(PartNode(node.number, entries, level, parent, children))
        waiting += [(child, level + 1, node.number) for child in reversed(children)]
    return tree


def _children(file: InspectedFile, entries: dict[str, Any], tree: PartTree) -> tuple[Any, ...]:
    """Return what is below a part: /DParts is an array of arrays of references (ISO 32000-2, table 409)."""
    found: list[Any] = []
    for each in file.array(entries.get("DParts")):
        group = file.resolve(each)
        if isinstance(group, list):
            found += group
        else:
            tree.wrong.append("/DParts [[…]]")
            found.append(each)
    return tuple(found)
