"""The tags of several files as one structure (ISO 32000-1, 14.7): each file a part of the document, in its own language.

Elements are copied as they are written, each once and none for two. What files name alike and mean otherwise is renamed in the
later one: identifiers of elements, types that a role map explains, classes of attributes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from docgen.messages import _
from docgen.paint.press.file import PdfFile
from docgen.pdf.copying import ObjectCopier
from docgen.pdf.source import SourceFile
from docgen.pdf.syntax import DEPTH, DamagedPdf, content_of_string, entries, members, reference

Entries = dict[bytes, bytes]


@dataclass
class _JoinedNames:
    """Names that mean something in the joined file, of one kind: what each means, and what those of a file become."""

    meanings: dict[bytes, bytes] = field(default_factory=dict)
    renamed: dict[bytes, bytes] = field(default_factory=dict)

    def begin(self, own: Entries, number: int) -> None:
        """Find other names for those of a file that mean something else in an earlier one."""
        self.renamed = {}
        for name, meaning in own.items():
            if self.meanings.get(name, meaning) != meaning:
                self.renamed[name] = self._free(name, number, own)

    def _free(self, name: bytes, number: int, own: Entries) -> bytes:
        free = b"%s-%d" % (name, number)
        while free in self.meanings or free in own:
            free += b"-"
        return free

    def now(self, name: bytes) -> bytes:
        """Return what a name of the file is called in the joined one."""
        return self.renamed.get(name, name)


@dataclass
class FileStructure:
    """The structure of one file: its root, its elements by their numbers, and which of them are at the top."""

    root: Entries
    elements: dict[int, Entries]
    #: The numbers of those at the top, in order.
    top: dict[int, None]

    @classmethod
    def read(cls, source: SourceFile) -> FileStructure:
        """Return the structure of a file, its elements in order; raise DamagedPdf for one without an end."""
        root = entries(source.resolved(source.catalogue[b"/StructTreeRoot"]))
        elements: dict[int, Entries] = {}
        top = dict.fromkeys(_elements_below(source, root))
        waiting = list(top)[::-1]
        while waiting:
            number = waiting.pop()
            if number in elements:
                continue
            elements[number] = found = entries(source.object(number).head)
            waiting += list(_elements_below(source, found))[::-1]
        return cls(root, elements, top)


def _elements_below(source: SourceFile, above: Entries) -> Iterator[int]:
    """Yield the numbers of the elements in another one, or in the root."""
    for kid in _listed(source, above.get(b"/K", b"[]")):
        number = reference(kid)
        if number is not None and b"/S" in entries(source.object(number).head):
            yield number


def _listed(source: SourceFile, raw: bytes) -> list[bytes]:
    """Return the members of an array, or the one thing that stands in its place."""
    found = source.resolved(raw)
    return members(found) if found[:1] == b"[" else [raw]


class JoinedStructure:
    """The structure of a file that is being joined."""

    def __init__(self, file: PdfFile):
        self._file = file
        self._root, self.document = file.reserve(), file.reserve()
        self.parts: list[int] = []
        self.parents: list[bytes] = []
        self.namespaces: dict[bytes, None] = {}
        self.roles, self.classes = _JoinedNames(), _JoinedNames()
        #: Identifier → the object of its element.
        self.identifiers: dict[bytes, int] = {}
        self.is_suspect = False
        #: What is added to the keys of the next file in the tree of parents.
        self.next_key = 0

    def reserve(self, source: SourceFile, own: FileStructure) -> dict[int, int]:
        """Return the numbers that the root of the next file's structure and its elements get."""
        numbers = {number: self._file.reserve() for number in own.elements}
        root = reference(source.catalogue[b"/StructTreeRoot"])
        return numbers | ({root: self._root} if root is not None else {})

    def add(self, source: SourceFile, own: FileStructure, copier: ObjectCopier, language: bytes | None) -> None:
        """Add the elements of a file; `language` is what its part is in, where it is not that of the joined file."""
        _FileCopy(self, source, own, copier).write(language)

    def close(self) -> bytes:
        """Write the tree and what leads to its elements; return the entries of the catalogue."""
        kids = b" ".join(b"%d 0 R" % part for part in self.parts)
        self._file.add(b"<</S/Document/P %d 0 R/K[%s]>>" % (self._root, kids), self.document)
        parents = self._file.add(b"<</Nums[%s]>>" % b" ".join(self.parents))
        said = b"/K %d 0 R/ParentTree %d 0 R/ParentTreeNextKey %d" % (self.document, parents, self.next_key)
        for key, names in ((b"/RoleMap", self.roles), (b"/ClassMap", self.classes)):
            if names.meanings:
                said += key + b"<<%s>>" % b"".join(name + b" " + meaning for name, meaning in names.meanings.items())
        if self.namespaces:
            said += b"/Namespaces[%s]" % b" ".join(self.namespaces)
        if self.identifiers:
            listed = sorted(self.identifiers.items())
            named = b"".join(b"%s %d 0 R" % (_string(name), number) for name, number in listed)
            ends = b"%s%s" % (_string(listed[0][0]), _string(listed[-1][0]))
            said += b"/IDTree<</Kids[%d 0 R]>>" % self._file.add(b"<</Limits[%s]/Names[%s]>>" % (ends, named))
        self._file.add(b"<</Type/StructTreeRoot%s>>" % said, self._root)
        suspects = b"/Suspects true" if self.is_suspect else b""
        return b"/MarkInfo<</Marked true%s>>/StructTreeRoot %d 0 R" % (suspects, self._root)


class _FileCopy:
    """The structure of one file on its way into the joined one."""

    def __init__(self, joined: JoinedStructure, source: SourceFile, own: FileStructure, copier: ObjectCopier):
        self._joined, self._source, self._own, self._copier = joined, source, own, copier
        self._file = joined._file
        self._number = len(joined.parts) + 1
        #: The element that is the file's only one at the top and holds all of it, if it has such.
        [whole, *others] = own.top or [None]
        self._whole = whole if whole is not None and not others and own.elements[whole].get(b"/S") == b"/Document" else None
        self._identifiers: dict[bytes, bytes] = {}

    def write(self, language: bytes | None) -> None:
        """Write the part of the file with its elements, then how its pages lead to them."""
        self._begin_names()
        part = self._part()
        for number, element in self._own.elements.items():
            above = part if number in self._own.top else None
            self._write(number, self._rewritten(number, element, above), language)
        if self._whole is None:
            kids = b" ".join(b"%d 0 R" % self._copied_number(number) for number in self._own.top)
            own_language = b"" if language is None else b"/Lang" + language
            self._file.add(b"<</S/Part/P %d 0 R/K[%s]%s>>" % (self._joined.document, kids, own_language), part)
        self._joined.parts.append(part)
        self._lead()

    def _copied_number(self, number: int) -> int:
        copied = reference(self._copier.copied(b"%d 0 R" % number))
        assert copied is not None
        return copied

    def _part(self) -> int:
        """Return the number of the file's part: its own document, where that is all that it has, or a new element."""
        return self._file.reserve() if self._whole is None else self._copied_number(self._whole)

    # --- names --------------------------------------------------------------------------------------------------------

    def _begin_names(self) -> None:
        """Find names for the types, classes and identifiers of the file that an earlier one uses otherwise."""
        joined, root = self._joined, self._own.root
        marked = entries(self._source.resolved(self._source.catalogue.get(b"/MarkInfo", b"<<>>")))
        joined.is_suspect |= self._source.resolved(marked.get(b"/Suspects", b"false")) == b"true"
        joined.namespaces |= dict.fromkeys(map(self._copier.copied, _listed(self._source, root.get(b"/Namespaces", b"[]"))))
        roles = {name: self._source.resolved(value) for name, value in self._dictionary(b"/RoleMap").items()}
        classes = {name: self._source.flat(value) for name, value in self._dictionary(b"/ClassMap").items()}
        joined.roles.begin(roles, self._number)
        joined.classes.begin(classes, self._number)
        own = {name for each in self._own.elements.values() if (name := self._identifier(each)) is not None}
        self._identifiers = {name: self._free(name, own) for name in sorted(own) if name in joined.identifiers}
        joined.roles.meanings |= {joined.roles.now(name): joined.roles.now(role) for name, role in roles.items()}
        joined.classes.meanings |= {joined.classes.now(name): self._attributes(each) for name, each in classes.items()}

    def _dictionary(self, key: bytes) -> Entries:
        return entries(self._source.resolved(self._own.root.get(key, b"<<>>")))

    def _identifier(self, element: Entries) -> bytes | None:
        return content_of_string(self._source.resolved(element[b"/ID"])) if b"/ID" in element else None

    def _free(self, name: bytes, own: set[bytes]) -> bytes:
        free = b"%s-%d" % (name, self._number)
        while free in self._joined.identifiers or free in own:
            free += b"-"
        return free

    # --- elements -----------------------------------------------------------------------------------------------------

    def _rewritten(self, number: int, element: Entries, above: int | None) -> Entries:
        """Return the entries of an element as they are in the joined file; `above` is the part that it is at the top of."""
        ways: dict[bytes, Callable[[bytes], bytes]] = {
            b"/S": lambda raw: self._joined.roles.now(self._source.resolved(raw)),
            b"/C": self._class_names,
            b"/ID": lambda raw: _string(self._renamed_identifier(raw)),
            b"/A": lambda raw: self._attributes(raw) if self._identifiers else self._copier.copied(raw),
        }
        said = {key: ways.get(key, self._copier.copied)(value) for key, value in element.items()}
        copied = self._copied_number(number)
        if above is not None:
            said[b"/P"] = b"%d 0 R" % (self._joined.document if above == copied else above)
            said |= {b"/S": b"/Part"} if above == copied else {}
        if b"/ID" in element:
            self._joined.identifiers[self._renamed_identifier(element[b"/ID"])] = copied
        return said

    def _write(self, number: int, said: Entries, language: bytes | None) -> None:
        if language is not None and number == self._whole:
            said.setdefault(b"/Lang", language)
        self._file.add(b"<<%s>>" % b"".join(key + b" " + value for key, value in said.items()), self._copied_number(number))

    def _class_names(self, raw: bytes) -> bytes:
        found = [each if each[:1] != b"/" else self._joined.classes.now(each) for each in _listed(self._source, raw)]
        return b"[%s]" % b" ".join(found)

    def _renamed_identifier(self, raw: bytes) -> bytes:
        name = content_of_string(self._source.resolved(raw))
        return self._identifiers.get(name, name)

    def _attributes(self, raw: bytes) -> bytes:
        """Return attributes with the header cells that they name by the identifiers that those have now."""
        parts = []
        for each in _listed(self._source, raw):
            found = self._source.resolved(each)
            own = entries(found) if found[:2] == b"<<" else {}
            if b"/Headers" in own:
                named = map(self._renamed_identifier, _listed(self._source, own[b"/Headers"]))
                own[b"/Headers"] = b"[%s]" % b"".join(map(_string, named))
                each = b"<<%s>>" % b"".join(key + b" " + value for key, value in own.items())
            parts.append(self._copier.copied(each))
        return b"[%s]" % b" ".join(parts)

    # --- the way back -------------------------------------------------------------------------------------------------

    def _lead(self) -> None:
        """Add to the tree of parents what leads from the contents of the file's pages to their elements."""
        joined, first = self._joined, self._joined.next_key
        for key, value in sorted(self._numbered()):
            joined.parents.append(b"%d %s" % (first + key, self._copier.copied(value)))
            joined.next_key = max(joined.next_key, first + key + 1)

    def _numbered(self) -> Iterator[tuple[int, bytes]]:
        """Yield the keys and values of the tree of parents (7.9.7)."""
        waiting = [(self._own.root.get(b"/ParentTree", b"<<>>"), 0)]
        while waiting:
            raw, depth = waiting.pop()
            if depth > DEPTH:
                raise DamagedPdf(_("its tags have no end"))
            node = entries(self._source.resolved(raw))
            flat = _listed(self._source, node.get(b"/Nums", b"[]"))
            yield from ((self._source.whole(key), value) for key, value in zip(flat[::2], flat[1::2], strict=True))
            waiting += [(kid, depth + 1) for kid in _listed(self._source, node.get(b"/Kids", b"[]"))]


def _string(content: bytes) -> bytes:
    """Return a string of any bytes."""
    return b"<%s>" % content.hex().encode()
