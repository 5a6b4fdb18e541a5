"""The structure of a file (ISO 32000-1, 14.7): a tree of elements, and from each marked content of a page the way to its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

#: A marked content by the page's index and its number on the page: one whole number, since a long table has a hundred thousand,
#: and a pair takes twice the memory. The bits of the number are more than a page can have contents.
MarkedContent = int
NUMBER_BITS = 20


class Objects(Protocol):
    """A file that takes objects: one of the press, or one that WeasyPrint writes."""

    @property
    def fingerprint(self) -> bytes:
        """What names the document, 16 bytes."""

    def reserve(self) -> int:
        """Return the number of an object that will be written later."""

    def add(self, content: bytes, number: int | None = None) -> int:
        """Write an object that is no stream; return its number."""

    def add_stream(self, content: bytes, entries: bytes = b"") -> int:
        """Write a stream that is to be compressed; return its number."""

    def add_encoded(self, content: bytes, entries: bytes, number: int | None = None) -> int:
        """Write a stream whose content is encoded already, as its `entries` say; return its number."""


class HeldObject(NamedTuple):
    """An annotation that an element holds (14.7.4.3): the page's index, and its object."""

    page: int
    object: int


@dataclass(slots=True)
class Element:
    """An element of the structure: its type, more entries of its dictionary, and what is in it.

    `content` are elements, annotations and marked contents. `identifier` names it among all of the file, where it has to be
    named.
    """

    tag: bytes
    entries: bytes = b""
    content: list[Element | HeldObject | MarkedContent] = field(default_factory=list)
    number: int = 0
    identifier: bytes = b""

    def add(self, tag: bytes, entries: bytes = b"") -> Element:
        """Add an element within; return it."""
        added = Element(tag, entries)
        self.content.append(added)
        return added

    def hold(self, page: int, number: int) -> None:
        """Add a marked content: the page's index, and its number on that page."""
        marked = page << NUMBER_BITS | number
        if self.content:
            self.content.append(marked)
        else:  # most have no other: a list that grows would keep room for four
            self.content = [marked]


def place_of(marked: MarkedContent) -> tuple[int, int]:
    """Return the page's index and the number on that page."""
    return marked >> NUMBER_BITS, marked & ((1 << NUMBER_BITS) - 1)


class MarkedPage(NamedTuple):
    """A page: its object, and the elements of its marked contents by their numbers; None is no content, but an artifact.

    `stream` is the form XObject that holds them where the page's own content does not.
    """

    leaf: int
    elements: Sequence[Element | None]
    stream: int = 0

    def reference(self, number: int) -> bytes:
        """Return what leads to a marked content (14.7.4.2)."""
        stream = b"/Stm %d 0 R" % self.stream if self.stream else b""
        return b"<</Type/MCR/Pg %d 0 R%s/MCID %d>>" % (self.leaf, stream, number)

    def held(self, annotation: int) -> bytes:
        """Return what leads to an annotation (14.7.4.3)."""
        return b"<</Type/OBJR/Pg %d 0 R/Obj %d 0 R>>" % (self.leaf, annotation)


class PageStructure(Protocol):
    """The structure of a file that grows with its pages."""

    def entries(self, index: int) -> bytes:
        """Return more entries of a page: where its contents lead to their elements."""

    def note_page(self, leaf: int) -> None:
        """Note the object of the page that was written last."""

    def close(self, file: Objects) -> bytes:
        """Write the tree; return the entries of the catalogue."""


def ends_word(text: str, following: str = "", source: str = "") -> bool:
    """Return whether a new word begins after a line: not after a space, nor after a hyphen, nor where the source has no space.

    A word that is longer than its line is broken anywhere; `source` has it in one piece, with what follows on the next line.
    """
    is_hyphen = text.endswith(("-", "\u2010")) and not text.endswith(" -")
    return bool(text) and not (text[-1].isspace() or is_hyphen or (bool(source) and text + following in source))


def page_entries(index: int) -> bytes:
    """Return the entries of a page whose contents lead to their elements by the list of this index."""
    return b"/StructParents %d/Tabs/S" % index


def write_structure(document: Element, pages: Sequence[MarkedPage], file: Objects, links: Sequence[Element] = ()) -> bytes:
    """Write the tree of a document and the tree of parents of its pages; return the entries of the catalogue.

    `links` are the elements of annotations, whose keys in that tree come after those of the pages.
    """
    root = file.reserve()
    identified = _number(document, file)
    _write(document, root, pages, file)
    parents = [file.add(_parents(page.elements)) for page in pages]
    return write_root(root, document.number, [*parents, *(each.number for each in links)], file, identified)


def write_root(root: int, document: int, parents: Sequence[int], file: Objects, identified: Sequence[Element] = ()) -> bytes:
    """Write the root of a structure, to which pages lead by `parents`; return the entries of the catalogue.

    `identified` are the elements that have an identifier.
    """
    nums = file.add(b"<</Nums[%s]>>" % b" ".join(b"%d %d 0 R" % each for each in enumerate(parents)))
    entries = (document, nums, len(parents), _identifiers(identified, file))
    file.add(b"<</Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R/ParentTreeNextKey %d%s>>" % entries, root)
    return b"/MarkInfo<</Marked true>>/StructTreeRoot %d 0 R" % root


def _parents(elements: Sequence[Element | None]) -> bytes:
    return b"[%s]" % b" ".join(b"%d 0 R" % each.number if each else b"null" for each in elements)


def _identifiers(identified: Sequence[Element], file: Objects) -> bytes:
    """Write where elements are found by their identifiers (14.7.2); return the entry of the root, nothing where none has one."""
    if not identified:
        return b""
    listed = sorted((each.identifier, each.number) for each in identified)
    named = b"".join(b"(%s) %d 0 R" % each for each in listed)
    limits = b"(%s)(%s)" % (listed[0][0], listed[-1][0])
    return b"/IDTree<</Kids[%d 0 R]>>" % file.add(b"<</Limits[%s]/Names[%s]>>" % (limits, named))


def _number(element: Element, file: Objects) -> list[Element]:
    """Give an element and all that are in it their numbers; return those that have an identifier."""
    element.number = file.reserve()
    identified = [element] if element.identifier else []
    for each in element.content:
        if isinstance(each, Element):
            identified += _number(each, file)
    return identified


def _write(element: Element, parent: int, pages: Sequence[MarkedPage], file: Objects) -> None:
    if element.identifier:
        element.entries += b"/ID(%s)" % element.identifier
    if len(element.content) == 1 and type(element.content[0]) is int:  # most elements of a long table
        index, number = place_of(element.content[0])
        page = pages[index]
        content = b"/K " + page.reference(number) if page.stream else b"/Pg %d 0 R/K %d" % (page.leaf, number)
        file.add(b"<</S/%s/P %d 0 R%s%s>>" % (element.tag, parent, content, element.entries), element.number)
        return
    kids = []
    for each in element.content:
        if isinstance(each, Element):
            _write(each, element.number, pages, file)
            kids.append(b"%d 0 R" % each.number)
        elif isinstance(each, HeldObject):
            kids.append(pages[each.page].held(each.object))
        else:
            index, number = place_of(each)
            kids.append(pages[index].reference(number))
    content = b"/K[%s]" % b" ".join(kids) if kids else b""
    file.add(b"<</S/%s/P %d 0 R%s%s>>" % (element.tag, parent, content, element.entries), element.number)
