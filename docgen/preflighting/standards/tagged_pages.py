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
class Mark:
    """A marked content sequence: its tag, and its MCID where it has one."""

    tag: str
    number: int | None


@dataclass
class TaggedPage:
    """A page, the MCIDs of its content and of its forms, what is drawn without a mark, marks that contradict each other."""

    node: PageNode
    tree: TagTree
    #: The object that has it, a page or a form, its /StructParents, and the MCIDs in order.
    streams: list[tuple[int, Any, list[int]]] = field(default_factory=list)
    unmarked: list[str] = field(default_factory=list)
    contradicting: list[str] = field(default_factory=list)


def tagged_page(file: InspectedFile, tree: TagTree, node: PageNode) -> TaggedPage:
    """Return the marks of a page and of the forms that it draws."""
    page = TaggedPage(node, tree)
    reader = _MarkReader(file, page)
    content = file.content(node.get("Contents"))
    reader.read(content, node.get("Resources"), node.number, node.own.get("StructParents"), (), 0)
    return page


class _MarkReader:
    """Reads the content streams of one page."""

    def __init__(self, file: InspectedFile, page: TaggedPage):
        self._file, self._page = file, page
        self._seen: set[tuple[int, tuple[Mark, ...]]] = set()

    def read(self, content: bytes, resources: Any, number: int, key: Any, outer: tuple[Mark, ...], depth: int) -> None:
        """Note what is marked in a content stream that is drawn within the `outer` marks."""
        numbers: list[int] = []
        marks = list(outer)
        for operator, operands in operations(content):
            if operator in ("BDC", "BMC"):
                mark = self._mark(operands, resources)
                self._contradict(mark, marks)
                marks.append(mark)
                numbers += [] if mark.number is None else [mark.number]
            elif operator == "EMC":
                del marks[max(len(outer), len(marks) - 1) :]
            elif operator in DRAWS and not _is_marked(marks):
                self._page.unmarked.append(operator)
            elif operator == "Do":
                for name in names_in(operands):
                    self._drawing(name, resources, tuple(marks), depth)
        if numbers or number == self._page.node.number:
            self._page.streams.append((number, self._file.resolve(key), numbers))

    def _mark(self, operands: list[Any], resources: Any) -> Mark:
        tag = str(operands[0]) if operands and isinstance(operands[0], PdfName) else ""
        properties = operands[1] if len(operands) > 1 else None
        if isinstance(properties, PdfName):
            entries = self._file.entries(self._named(resources, "Properties", properties))
        else:
            entries = self._file.entries(parsed(properties)) if isinstance(properties, bytes) else {}
        number = self._file.resolve(entries.get("MCID"))
        return Mark(tag, number if type(number) is int else None)

    def _named(self, resources: Any, kind: str, name: str) -> Any:
        return self._file.entries(self._file.entries(resources).get(kind)).get(name)

    def _contradict(self, mark: Mark, marks: list[Mark]) -> None:
        """Note an artifact within content, or content within an artifact."""
        if mark.tag == "Artifact" and any(each.number is not None for each in marks):
            self._page.contradicting.append("/Artifact")
        if mark.number is not None and any(each.tag == "Artifact" for each in marks):
            self._page.contradicting.append(f"/MCID {mark.number}")

    def _drawing(self, name: str, resources: Any, marks: tuple[Mark, ...], depth: int) -> None:
        value = self._named(resources, "XObject", name)
        stream = self._file.resolve(value)
        if not isinstance(stream, PdfStream):
            return
        if stream.entries.get("Subtype") != "Form":
            if not _is_marked(marks):
                self._page.unmarked.append(f"/{name} Do")
        elif depth < NESTED and isinstance(value, PdfReference) and (value.number, marks) not in self._seen:
            self._seen.add((value.number, marks))
            inside = stream.entries.get("Resources", resources)
            key = stream.entries.get("StructParents")
            self.read(self._file.decoded(stream), inside, stream.number, key, marks, depth + 1)


def _is_marked(marks: list[Mark] | tuple[Mark, ...]) -> bool:
    return any(each.number is not None or each.tag == "Artifact" for each in marks)
