"""Objects of a file written into another one: each once, and what several files have alike once."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping

from docgen.messages import _
from docgen.paint.press.file import PdfFile
from docgen.pdf.source import RawObject, RawPage, SourceFile
from docgen.pdf.syntax import DamagedPdf, entries, members, reference, renumbered

#: Objects refer to each other through at most so many others.
STEPS = 200
#: What an object of a page may lead back to, and does not need: the page tree.
_NODE = re.compile(rb"/Type\s*/Pages?\b")
#: What becomes of a page's content stream in the dictionary of a form XObject.
ENCODING = (b"/Filter", b"/DecodeParms", b"/F", b"/FFilter", b"/FDecodeParms")

#: How content of the structure names its key in the tree of parents (14.7.4.4).
PARENT_KEYS = {b"/StructParents", b"/StructParent"}
#: How many kinds of pages are remembered: most files have one, or two.
MEMORY = 1_000

Content = tuple[bytes, bytes | None]


class ObjectCopier:
    """Copies what pages need from one file into a file that is being written.

    `same` maps what was copied to the number that it got. The copiers of all files share it, so that a font or a background that
    several volumes have is in the file once. `given` has the numbers that pages and elements of the structure get, for what
    leads to them; what leads to other pages leads nowhere. Keys in the tree of parents become `first_key` more.
    """

    def __init__(
        self,
        source: SourceFile,
        file: PdfFile,
        same: dict[bytes, int],
        given: Mapping[int, int] | None = None,
        first_key: int = 0,
    ):
        self._source, self._file, self._same = source, file, same
        self._copied = dict(given or {})
        self._first_key = first_key
        self._under_way: dict[int, int] = {}
        self._resources: dict[bytes, bytes] = {}
        self._heads: dict[tuple[bytes, bytes, tuple[float, float, float, float]], bytes] = {}

    def form(self, page: RawPage, box: tuple[float, float, float, float]) -> int:
        """Write the content of a page as a form XObject (8.10) with a box that it is drawn in; return its number.

        The box is rounded outwards to whole units, which takes fewer bytes; whoever draws it clips it exactly.
        """
        alike = (page.entries.get(b"/Resources", b"<<>>"), page.entries.get(b"/Group", b""), box)
        if alike not in self._heads:
            if len(self._heads) > MEMORY:
                self._heads.clear()
            self._heads[alike] = self._form_head(*alike)
        content, encoding = self._content(page.entries.get(b"/Contents", b"null"))
        if encoding is None:
            return self._file.add_stream(content, self._heads[alike])
        return self._file.add_encoded(content, self._heads[alike] + encoding)

    def _form_head(self, resources: bytes, group: bytes, box: tuple[float, float, float, float]) -> bytes:
        """Return what the dictionaries of many form XObjects have alike; what they lead to is written before them."""
        corners = [*map(math.floor, box[:2]), *map(math.ceil, box[2:])]
        described = (b" ".join(b"%d" % each for each in corners), self.shared(resources))
        head = b"/Subtype/Form/BBox[%s]/Resources %s" % described
        return b"%s/Group %s" % (head, self.copied(group)) if group else head

    def _content(self, contents: bytes) -> Content:
        """Return the content of a page, encoded as its second part says; a page of several streams is inflated and joined."""
        stream = RawObject(contents) if reference(contents) is None else self._stream(contents)
        if stream.head == b"null":
            return b"", None
        if stream.head[:1] == b"[":
            parts = members(stream.head)
            if len(parts) != 1:
                return b"\n".join([self._source.inflated(self._stream(part)) for part in parts]), None
            stream = self._stream(parts[0])
        head = entries(stream.head)
        encoding = b"".join([b"%s %s" % (name, self.copied(head[name])) for name in ENCODING if name in head])
        return self._source.encoded(stream, head), encoding or None

    def _stream(self, raw: bytes) -> RawObject:
        number = reference(raw)
        return RawObject(b"null") if number is None else self._source.object(number)

    def shared(self, raw: bytes) -> bytes:
        """Return a reference to a dictionary that many pages have; what stands in each page becomes an object of its own once."""
        if raw not in self._resources:
            copied = self.copied(raw)
            self._resources[raw] = copied if reference(copied) else b"%d 0 R" % self._file.add(copied)
        return self._resources[raw]

    def copied(self, raw: bytes, depth: int = 0) -> bytes:
        """Return an object with its references led to copies, which are written if they were not yet."""
        return renumbered(raw, lambda own: b"%d 0 R" % self._number(own, depth + 1))

    def apart(self, number: int) -> int:
        """Return the number of the copy of an object that is never one with a copy of another, such as an annotation."""
        if number not in self._copied:
            self._copied[number] = self._file.reserve()
            self._file.add(self.led(self.copied(self._source.object(number).head)), self._copied[number])
        return self._copied[number]

    def led(self, head: bytes) -> bytes:
        """Return a dictionary whose key in the tree of parents (14.7.4.4) is what it is in the joined file."""
        if not self._first_key or b"/StructParent" not in head:
            return head
        found = entries(head)
        for key in PARENT_KEYS & found.keys():
            found[key] = b"%d" % (self._source.whole(found[key]) + self._first_key)
        return b"<<%s>>" % b"".join(key + b" " + value for key, value in found.items())

    def _number(self, number: int, depth: int) -> int:
        if number in self._copied:
            return self._copied[number]
        if depth > STEPS:
            raise DamagedPdf(_("object {number} leads to too many others", number=number))
        if number in self._under_way:  # it leads back to itself, so its number is needed before it is written
            self._under_way[number] = self._under_way[number] or self._file.reserve()
            return self._under_way[number]
        self._under_way[number] = 0
        copied = self._written(self._source.object(number), number, depth)
        del self._under_way[number]
        self._copied[number] = copied
        return copied

    def _written(self, thing: RawObject, number: int, depth: int) -> int:
        if _is_of_page_tree(thing.head):
            return self._once(b"null", None, 0)
        if thing.stream_at is None:
            return self._once(self.led(self.copied(thing.head, depth)), None, self._under_way[number])
        head = entries(thing.head)
        rest = b"".join(b"%s %s" % (name, value) for name, value in head.items() if name != b"/Length")
        content = self._source.encoded(thing, head)
        copied = self.copied(rest, depth)
        if self._first_key and b"/StructParent" in copied:
            copied = self.led(b"<<%s>>" % copied)[2:-2]
        return self._once(copied, content, self._under_way[number])

    def _once(self, head: bytes, content: bytes | None, reserved: int) -> int:
        """Write an object unless one that is the same is there; one with a reserved number is always written."""
        key = hashlib.sha256(b"%d %s\n%s" % (content is None, head, content or b"")).digest()
        if not reserved and key in self._same:
            return self._same[key]
        number = reserved or None
        written = self._file.add(head, number) if content is None else self._file.add_encoded(content, head, number)
        self._same[key] = written
        return written


def _is_of_page_tree(head: bytes) -> bool:
    """Return whether an object is a page, or a node of the page tree."""
    return head[:2] == b"<<" and _NODE.search(head) is not None and entries(head).get(b"/Type") in (b"/Page", b"/Pages")
