"""What of a page is marked (ISO 32000-1, 14.6): content of a structure element, an artifact, or neither."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from docgen.preflighting.standards.objects import PdfName, PdfReference, PdfStream, parsed
from docgen.preflighting.standards.opened import InspectedFile, PageNode
from docgen.preflighting.standards.operators import names_in, operations
from docgen.preflighting.standards.tags import TagTree
from docgen.preflighting.standards.usage import SHOW_TEXT

#: Operators that draw something (ISO 32000-1, 8.5.3, 8.7.4.2, 8.9.7, 9.4.3).
DRAWS = frozenset(("f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "BI", *SHOW_TEXT))
#: Drawings lie within each other at most so deep.
NESTED = 40


@dataclass(frozen=True, slots=True)
class MarkedSequence:
    """A marked content sequence: its tag, and its MCID where it has one."""

    tag: str
    number: int | None


@dataclass
class TaggedPage:
    """A page, the MCIDs of its content and of its forms, what is drawn unmarked, and marks that contradict each other."""

    node: PageNode
    tree: TagTree
    #: The object that has it, a page or a form, its /StructParents, and the MCIDs in order.
    streams: list[tuple[int, Any, list[int]]] = field(default_factory=list)
    unmarked: list[str] = field(default_factory=list)
    contradicting: list[str] = field(default_factory=list)


def tagged_page(file: InspectedFile, tree: TagTree, node: PageNode) -> TaggedPage:
    """Return what is marked of a page and of the forms that it draws."""
    page = TaggedPage(node, tree)
    reader = _SequenceReader(file, page)
    content = file.content(node.get("Contents"))
    reader.read(content, node.get("Resources"), node.number, node.own.get("StructParents"), (), 0)
    return page


class _SequenceReader:
    """Reads the content streams of one page."""

    def __init__(self, file: InspectedFile, page: TaggedPage):
        self._file, self._page = file, page
        self._seen: set[tuple[int, tuple[MarkedSequence, ...]]] = set()

    def read(self, content: bytes, resources: Any, number: int, key: Any, outer: tuple[MarkedSequence, ...], depth: int) -> None:
        """Note what is marked in a content stream that is drawn within `outer` sequences."""
        numbers: list[int] = []
        within = list(outer)
        for operator, operands in operations(content):
            if operator in ("BDC", "BMC"):
                sequence = self._sequence(operands, resources)
                self._contradict(sequence, within)
                within.append(sequence)
                numbers += [] if sequence.number is None else [sequence.number]
            elif operator == "EMC":
                del within[max(len(outer), len(within) - 1) :]
            elif operator in DRAWS and not _is_marked(within):
                self._page.unmarked.append(operator)
            elif operator == "Do":
                for name in names_in(operands):
                    self._drawing(name, resources, tuple(within), depth)
        if numbers or number == self._page.node.number:
            self._page.streams.append((number, self._file.resolve(key), numbers))

    def _sequence(self, operands: list[Any], resources: Any) -> MarkedSequence:
        tag = str(operands[0]) if operands and isinstance(operands[0], PdfName) else ""
        properties = operands[1] if len(operands) > 1 else None
        if isinstance(properties, PdfName):
            entries = self._file.entries(self._named(resources, "Properties", properties))
        else:
            entries = self._file.entries(parsed(properties)) if isinstance(properties, bytes) else {}
        number = self._file.resolve(entries.get("MCID"))
        return MarkedSequence(tag, number if type(number) is int else None)

    def _named(self, resources: Any, kind: str, name: str) -> Any:
        return self._file.entries(self._file.entries(resources).get(kind)).get(name)

    def _contradict(self, sequence: MarkedSequence, within: list[MarkedSequence]) -> None:
        """Note an artifact within content, or content within an artifact."""
        if sequence.tag == "Artifact" and any(each.number is not None for each in within):
            self._page.contradicting.append("/Artifact")
        if sequence.number is not None and any(each.tag == "Artifact" for each in within):
            self._page.contradicting.append(f"/MCID {sequence.number}")

    def _drawing(self, name: str, resources: Any, within: tuple[MarkedSequence, ...], depth: int) -> None:
        value = self._named(resources, "XObject", name)
        stream = self._file.resolve(value)
        if not isinstance(stream, PdfStream):
            return
        if stream.entries.get("Subtype") != "Form":
            if not _is_marked(within):
                self._page.unmarked.append(f"/{name} Do")
        elif depth < NESTED and isinstance(value, PdfReference) and (value.number, within) not in self._seen:
            self._seen.add((value.number, within))
            inside = stream.entries.get("Resources", resources)
            key = stream.entries.get("StructParents")
            self.read(self._file.decoded(stream), inside, stream.number, key, within, depth + 1)


def _is_marked(within: list[MarkedSequence] | tuple[MarkedSequence, ...]) -> bool:
    return any(each.number is not None or each.tag == "Artifact" for each in within)
