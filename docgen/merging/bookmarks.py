"""The bookmarks of several files, one after the other (ISO 32000-1, 12.3.3), written as they are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from docgen.messages import _
from docgen.paint.press.file import PdfFile
from docgen.pdf.copying import ObjectCopier
from docgen.pdf.source import MOST_BOOKMARKS, SourceFile
from docgen.pdf.syntax import DEPTH, DamagedPdf, entries, reference

#: What an item says of its neighbours, and of the tags, which are left out.
LINKS = {b"/Parent", b"/Prev", b"/Next", b"/First", b"/Last", b"/SE"}


@dataclass
class Chain:
    """The items of one level: the last one waits for the number of the next."""

    parent: int
    first: int = 0
    last: int = 0
    #: What the last item says, but for where the next one is.
    waiting: bytes = b""
    #: How many items are shown below the parent, if it is open.
    count: int = 0


class Bookmarks:
    """The bookmarks of a file that is being joined."""

    def __init__(self, file: PdfFile):
        self._file = file
        self._root = file.reserve()
        self._top = Chain(self._root)

    def add(self, source: SourceFile, copier: ObjectCopier) -> None:
        """Put the bookmarks of a file after those of the earlier ones, with all below them."""
        outline = entries(source.resolved(source.catalogue.get(b"/Outlines", b"<<>>")))
        self._copy_level(source, copier, outline, self._top, 0)

    def _copy_level(self, source: SourceFile, copier: ObjectCopier, above: dict[bytes, bytes], chain: Chain, depth: int) -> None:
        if depth > DEPTH:
            raise DamagedPdf(_("its bookmarks have no end"))
        for item in items(source, above):
            said = b"".join(key + b" " + copier.copied(value) for key, value in item.items() if key not in LINKS)
            shown = max(0, source.whole(item[b"/Count"])) if b"/Count" in item else 0
            chain.count += 1 + shown
            self._append(chain, said)
            if b"/First" in item:
                below = Chain(chain.last)
                self._copy_level(source, copier, item, below, depth + 1)
                self._end(below)
                chain.waiting += _ends(below)

    def _append(self, chain: Chain, said: bytes) -> None:
        number = self._file.reserve()
        if chain.last:
            self._file.add(b"<<%s/Next %d 0 R>>" % (chain.waiting, number), chain.last)
            said += b"/Prev %d 0 R" % chain.last
        chain.first, chain.last = chain.first or number, number
        chain.waiting = b"/Parent %d 0 R%s" % (chain.parent, said)

    def _end(self, chain: Chain) -> None:
        if chain.last:
            self._file.add(b"<<%s>>" % chain.waiting, chain.last)

    def close(self) -> bytes:
        """Write what waits; return the catalogue's entry, empty without bookmarks."""
        self._end(self._top)
        if not self._top.first:
            self._file.add(b"null", self._root)
            return b""
        self._file.add(b"<</Type/Outlines%s/Count %d>>" % (_ends(self._top), self._top.count), self._root)
        return b"/Outlines %d 0 R" % self._root


def _ends(chain: Chain) -> bytes:
    return b"/First %d 0 R/Last %d 0 R" % (chain.first, chain.last) if chain.first else b""


def items(source: SourceFile, above: dict[bytes, bytes]) -> Iterator[dict[bytes, bytes]]:
    """Yield the items of the level below an item or the root; raise DamagedPdf if they have no end."""
    following, seen = reference(above.get(b"/First", b"null")), 0
    while following is not None:
        item = entries(source.object(following).head)
        yield item
        following, seen = reference(item.get(b"/Next", b"null")), seen + 1
        if seen > MOST_BOOKMARKS:
            raise DamagedPdf(_("its bookmarks have no end"))
