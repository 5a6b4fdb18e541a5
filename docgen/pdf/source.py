"""A PDF from outside, read as far as its pages need: its objects as they are written, its pages with what they inherit.

Objects are read from the disk one by one, so memory does not grow
with the file.
"""

from __future__ import annotations

import os
import re
import zlib
from array import array
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple, cast

from docgen.errors import DataError
from docgen.files import opened
from docgen.messages import _
from docgen.pdf.damage import DAMAGE, pypdf_errors
from docgen.pdf.object_table import AT_OFFSET, PACKED, object_table
from docgen.pdf.syntax import (
    DEPTH,
    DamagedPdf,
    Unfinished,
    damaged,
    entries,
    members,
    reference,
    references,
    renumbered,
    text_of_string,
    value_at,
)  # fmt: skip

_HEADER = re.compile(rb"%PDF-(\d\.\d)")
_HEAD = re.compile(rb"[\0\t\n\f\r ]*(\d+)[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+obj")
_STREAM = re.compile(rb"[\0\t\n\f\r ]*stream(?:\r\n|\n|\r)")
_ENDED = re.compile(rb"[\0\t\n\f\r ]*endstream")
#: The page of a destination (12.3.2).
_TARGET = re.compile(rb"[\0\t\n\f\r ]*\[[\0\t\n\f\r ]*(\d+)[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+R")
#: How many bytes of an object are read at first, and the most that one may have without its stream.
FIRST, MOST = 1 << 10, 1 << 26
#: The most bytes of an inflated stream: a page of pictures has some ten millions.
LONGEST = 1 << 28
#: How many object streams stay inflated: a sheet takes pages from as many parts of a volume as it has positions.
INFLATED = 32
MOST_BOOKMARKS = 5_000_000
#: What the pages below a node of the page tree inherit (ISO 32000-1, 7.7.3.4).
INHERITED = (b"/Resources", b"/MediaBox", b"/CropBox", b"/Rotate")


class RawObject(NamedTuple):
    """An object as it is written; of a stream its dictionary, and where the content begins."""

    head: bytes
    stream_at: int | None = None


class RawPage(NamedTuple):
    """A page: the entries of its dictionary, with those that it inherits."""

    number: int
    entries: dict[bytes, bytes]


class _Branch(NamedTuple):
    """A node of the page tree: what pages below it inherit, its children, and after how many of its pages each ends."""

    inherited: dict[bytes, bytes]
    kids: list[int]
    ends: Sequence[int]


class SourceFile:
    """An open PDF; `objects` and pages of it raise ValueError where it is damaged.

    Pages are found one by one, by what the nodes of the page tree say of themselves, or faster once they were walked.
    """

    def __init__(self, file: IO[bytes], path: Path):
        self.path, self._file, self._table = path, file, object_table(file)
        if b"/Encrypt" in self._table.trailer:
            hint = _("Open it with its password, and save it without one.")
            raise DataError.because("pdf-protected", _("the file is encrypted"), hint, file=str(path))
        header = _HEADER.search(os.pread(file.fileno(), FIRST, 0))
        self.version = header[1] if header else b"1.4"
        self._inflated: OrderedDict[int, tuple[dict[int, tuple[int, int]], bytes]] = OrderedDict()
        self._numbers = array("Q")
        self._inherits = array("L")
        self._inherited: list[dict[bytes, bytes]] = []
        self._branches: dict[int, _Branch] = {}
        self._is_walked = False

    # --- objects ------------------------------------------------------------------------------------------------------

    def object(self, number: int) -> RawObject:
        """Return an object; that of a number which the file does not have is null (7.3.10)."""
        kind, where = self._table.place(number)
        if kind == PACKED:
            return RawObject(self._unpacked(number, where))
        if kind != AT_OFFSET:
            return RawObject(b"null")
        size = FIRST
        while True:
            raw = os.pread(self._file.fileno(), size, where)
            try:
                return self._parsed(raw, number, where, is_cut=len(raw) == size)
            except (Unfinished, StopIteration):
                if len(raw) < size or size > MOST:
                    raise DamagedPdf(_("object {number} has no end", number=number)) from None
                size *= 8

    def _parsed(self, raw: bytes, number: int, where: int, *, is_cut: bool) -> RawObject:
        head = _HEAD.match(raw)
        if head is None or int(head[1]) != number:
            raise DamagedPdf(_("object {number} is not where the file says", number=number))
        begin, end = value_at(raw, head.end())
        if is_cut and len(raw) < end + 12:  # the word “stream” may follow, or the rest of a number
            raise Unfinished(end)
        if raw[begin : begin + 2] != b"<<":
            return RawObject(raw[begin:end])
        stream = _STREAM.match(raw, end)
        return RawObject(raw[begin:end], where + stream.end() if stream else None)

    def _unpacked(self, number: int, holder: int) -> bytes:
        if holder not in self._inflated:
            self._inflated[holder] = self._objects_in(holder)
            if len(self._inflated) > INFLATED:
                self._inflated.popitem(last=False)
        self._inflated.move_to_end(holder)
        spans, content = self._inflated[holder]
        begin, end = spans[number]
        return content[begin:end]

    def _objects_in(self, holder: int) -> tuple[dict[int, tuple[int, int]], bytes]:
        """Return where each object of an object stream begins and ends, and the content of the stream (7.5.7)."""
        if self._table.place(holder)[0] != AT_OFFSET:
            raise DamagedPdf(_("object {number} is not where the file says", number=holder))
        stream = self.object(holder)
        content, first = self.inflated(stream), self.whole(entries(stream.head)[b"/First"])
        listed = list(map(int, content[:first].split()))
        begins = [first + each for each in listed[1::2]]
        ends = [*begins[1:], len(content)]
        if ends != sorted(ends):  # they need not be in order: each ends where its value does
            ends = [value_at(content, begin)[1] for begin in begins]
        return dict(zip(listed[::2], zip(begins, ends, strict=True), strict=True)), content

    def encoded(self, stream: RawObject, head: dict[bytes, bytes]) -> bytes:
        """Return the content of a stream as it is stored; `head` has the entries of its dictionary."""
        if stream.stream_at is None:
            raise DamagedPdf(_("a stream is missing"))
        length = self.whole(head[b"/Length"])
        if not 0 <= length <= os.fstat(self._file.fileno()).st_size:
            raise DamagedPdf(_("a stream is longer or shorter than it says"))
        raw = os.pread(self._file.fileno(), length + 20, stream.stream_at)
        if not _ENDED.match(raw, length):
            raise DamagedPdf(_("a stream is longer or shorter than it says"))
        return raw[:length]

    def inflated(self, stream: RawObject) -> bytes:
        """Return the content of a stream that is stored as it is or deflated; others are decoded by pypdf."""
        head = entries(stream.head)
        content = self.encoded(stream, head)
        if b"/Filter" not in head:
            return content
        if b"/DecodeParms" not in head and head[b"/Filter"].strip(b"[] \r\n") == b"/FlateDecode":
            return _inflated(content)
        return _decoded(self.flat(stream.head), content)

    def inflated_at(self, raw: bytes) -> bytes:
        """Return the content of a stream that is referred to, empty if there is none."""
        number = reference(raw)
        stream = RawObject(b"null") if number is None else self.object(number)
        return b"" if stream.stream_at is None else self.inflated(stream)

    def flat(self, raw: bytes, depth: int = 0) -> bytes:
        """Return an object in which what is referred to stands itself, for filters and their parameters."""
        if depth > DEPTH:
            raise damaged(raw)
        return renumbered(raw, lambda number: self.flat(self.object(number).head, depth + 1))

    def resolved(self, raw: bytes) -> bytes:
        """Return what a reference leads to, or the object itself."""
        for _step in range(DEPTH):
            number = reference(raw)
            if number is None:
                return raw
            raw = self.object(number).head
        raise damaged(raw)

    def whole(self, raw: bytes) -> int:
        """Return a whole number."""
        return int(self.resolved(raw))

    def numbers(self, raw: bytes) -> list[float]:
        """Return an array of numbers."""
        return [float(self.resolved(each)) for each in members(self.resolved(raw))]

    @property
    def trailer(self) -> dict[bytes, bytes]:
        """The entries of the trailer, as they are written."""
        return self._table.trailer

    @cached_property
    def catalogue(self) -> dict[bytes, bytes]:
        """The entries of the catalogue."""
        return entries(self.resolved(self._table.trailer[b"/Root"]))

    @cached_property
    def info_entries(self) -> dict[bytes, bytes]:
        """The entries of the information dictionary, as they are written."""
        return entries(self.resolved(self._table.trailer.get(b"/Info", b"<<>>")) or b"<<>>")

    @cached_property
    def info(self) -> dict[bytes, str]:
        """The texts of the information dictionary (14.3.3)."""
        raw = {name: self.resolved(value) for name, value in self.info_entries.items()}
        return {name: text_of_string(value) for name, value in raw.items() if value[:1] in b"(<"}

    # --- pages --------------------------------------------------------------------------------------------------------

    def walk(self) -> Iterator[RawPage]:
        """Yield the pages in order, and remember where they lie; to be called once."""
        self._is_walked = True
        node = reference(self.catalogue[b"/Pages"])
        waiting: list[tuple[int | None, int, int]] = [(node, -1, 0)]
        seen: set[int] = set()
        while waiting:
            number, above, depth = waiting.pop()
            if number is None or number in seen or depth > DEPTH:
                raise DamagedPdf(_("the page tree is damaged"))
            found = entries(self.object(number).head)
            if b"/Kids" not in found:
                self._numbers.append(number)
                self._inherits.append(above)
                yield RawPage(number, self._inherited[above] | found)
                continue
            seen.add(number)
            self._inherited.append((self._inherited[above] if above >= 0 else {}) | self._handed_down(found))
            kids = members(self.resolved(found[b"/Kids"]))
            below = len(self._inherited) - 1
            waiting += [(reference(kid), below, depth + 1) for kid in reversed(kids)]

    @staticmethod
    def _handed_down(node: dict[bytes, bytes]) -> dict[bytes, bytes]:
        return {name: node[name] for name in INHERITED if name in node}

    @property
    def count(self) -> int:
        """How many pages were walked; before that, how many the root of the page tree says that there are."""
        return len(self._numbers) if self._is_walked else self._branch(reference(self.catalogue[b"/Pages"]), {}).ends[-1]

    def page(self, index: int) -> RawPage:
        """Return a page, counted from 0."""
        if not self._is_walked:
            return self._found(index)
        number = self._numbers[index]
        return RawPage(number, self._inherited[self._inherits[index]] | entries(self.object(number).head))

    def _found(self, index: int) -> RawPage:
        """Return a page by the numbers of pages that the nodes above it have (7.7.3.2); DamagedPdf where they are wrong."""
        node, inherited = reference(self.catalogue[b"/Pages"]), dict[bytes, bytes]()
        for _step in range(DEPTH):
            branch = self._branch(node, inherited)
            at = bisect_right(branch.ends, index)
            if index < 0 or at == len(branch.ends):
                break
            kid, inherited = branch.kids[at], branch.inherited
            index -= branch.ends[at - 1] if at else 0
            if kid not in self._branches:
                found = entries(self.object(kid).head)
                if b"/Kids" not in found and index == 0:
                    return RawPage(kid, inherited | found)
            node = kid
        raise DamagedPdf(_("the page tree is damaged"))

    def _branch(self, node: int | None, inherited: dict[bytes, bytes]) -> _Branch:
        if node is None:
            raise DamagedPdf(_("the page tree is damaged"))
        if node not in self._branches:
            found = entries(self.object(node).head)
            kids, count = references(self.resolved(found[b"/Kids"])), self.whole(found[b"/Count"])
            ends = range(1, count + 1) if count == len(kids) else list(accumulate(map(self._leaves_of, kids)))
            if not ends or ends[-1] != count:
                raise DamagedPdf(_("the page tree is damaged"))
            self._branches[node] = _Branch(inherited | self._handed_down(found), kids, ends)
        return self._branches[node]

    def _leaves_of(self, node: int) -> int:
        found = entries(self.object(node).head)
        return self.whole(found[b"/Count"]) if b"/Kids" in found else 1

    def labels(self, short: Callable[[str], str]) -> list[str]:
        """Return what `short` makes of the title of the first bookmark that leads to each page, empty for a page without one.

        Bookmarks of the first level count (12.3.3).
        """
        outline = entries(self.resolved(self.catalogue.get(b"/Outlines", b"<<>>")))
        found: dict[int, str] = {}
        following, seen = reference(outline.get(b"/First", b"null")), 0
        while following is not None:
            item = entries(self.object(following).head)
            page, title = self._target(item), short(text_of_string(self.resolved(item.get(b"/Title", b"()"))))
            if page is not None and title:
                found.setdefault(page, title)
            following, seen = reference(item.get(b"/Next", b"null")), seen + 1
            if seen > MOST_BOOKMARKS:
                raise DamagedPdf(_("its bookmarks have no end"))
        return [found.get(number, "") for number in self._numbers]

    def _target(self, item: dict[bytes, bytes]) -> int | None:
        """Return the object number of the page that a bookmark leads to."""
        target = self.resolved(item.get(b"/Dest", b"null"))
        if b"/A" in item:
            target = self.resolved(entries(self.resolved(item[b"/A"])).get(b"/D", b"null"))
        page = _TARGET.match(target)
        return int(page[1]) if page else None


def _inflated(content: bytes) -> bytes:
    """Return deflated content, which may not be longer than LONGEST: a few bytes can hold gigabytes."""
    inflater = zlib.decompressobj()
    found = inflater.decompress(content, LONGEST)
    if inflater.unconsumed_tail:
        raise DamagedPdf(_("a stream holds more than {limit} MB", limit=LONGEST >> 20))
    if not inflater.eof:
        raise DamagedPdf(_("a stream is cut off"))
    return found


def _decoded(head: bytes, content: bytes) -> bytes:
    """Return the content of a stream that several filters or parameters encode; DamagedPdf where pypdf cannot decode it."""
    import io

    from pypdf.errors import DependencyError, PyPdfError
    from pypdf.filters import decode_stream_data
    from pypdf.generic import NameObject, NumberObject, StreamObject, read_object

    stream = StreamObject()
    described = read_object(io.BytesIO(head), None)
    stream.update({NameObject(key): described[key] for key in described if key != "/Length"})  # type: ignore[index,attr-defined]
    stream[NameObject("/Length")] = NumberObject(len(content))
    stream._data = content
    try:
        return bytes(decode_stream_data(stream))
    except (*DAMAGE, DependencyError, PyPdfError) as error:
        raise DamagedPdf(_("a stream cannot be decoded: {reason}", reason=str(error)[:200])) from None


@contextmanager
def source_file(path: Path, name: str | None = None) -> Iterator[SourceFile]:
    """Yield a PDF open for reading; DataError, by its name or its path, if there is none, it is damaged or encrypted."""
    name = str(path) if name is None else name
    with opened(path) as file:
        head = file.read(1024)
        file.seek(0)
        if b"%PDF-" not in head:
            raise DataError.because("pdf-damaged", _("this is no PDF"), _("Is it the right file?"), file=name)
        with pypdf_errors(name):
            source = SourceFile(file, path)
            _known = source.catalogue, source.info  # read here, where damage is reported
        yield source


@contextmanager
def source_of(pdf: bytes) -> Iterator[SourceFile]:
    """Yield a PDF in memory, open for reading; errors as of `SourceFile`."""
    with _memory_file() as file:
        file.write(pdf)
        file.flush()
        with pypdf_errors(""):
            source = SourceFile(file, Path())
        yield source


def _memory_file() -> IO[bytes]:
    """Return an empty file that is in memory where the system has such, else a temporary one."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("pdf"), "w+b")
    return cast("IO[bytes]", TemporaryFile())
