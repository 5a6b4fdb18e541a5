"""The outline of one document (ISO 32000-1, 12.3.3): bookmarks within bookmarks, each with its place on a page."""

from __future__ import annotations

from dataclasses import dataclass, field

from docgen.paint.press.elements import Objects
from docgen.paint.press.file import text_string


@dataclass(slots=True)
class _Bookmark:
    """A bookmark: its level and name, its page's object and the place there, and those within."""

    level: int
    label: str = ""
    destination: bytes = b""
    within: list[_Bookmark] = field(default_factory=list)
    number: int = 0

    @property
    def count(self) -> int:
        """How many are within, those within them too; all are open."""
        return len(self.within) + sum(each.count for each in self.within)

    @property
    def ends(self) -> bytes:
        """The entries that lead to those within; there are some."""
        return b"/First %d 0 R/Last %d 0 R/Count %d" % (self.within[0].number, self.within[-1].number, self.count)


class Outline:
    """Grows with the pages of a file; a bookmark of a higher level is within the last one of a lower."""

    def __init__(self) -> None:
        self._open = [_Bookmark(0)]
        self._waiting: list[tuple[_Bookmark, float, float]] = []

    def add(self, level: int, label: str, left: float, top: float) -> None:
        """Add a bookmark of the page that is written next; its place is in points from the page's lower left corner."""
        while self._open[-1].level >= level:
            self._open.pop()
        bookmark = _Bookmark(level, label)
        self._open[-1].within.append(bookmark)
        self._open.append(bookmark)
        self._waiting.append((bookmark, left, top))

    def note_page(self, leaf: int) -> None:
        """Note the object of the page that was written last."""
        for bookmark, left, top in self._waiting:
            bookmark.destination = b"[%d 0 R/XYZ %.6f %.6f 0]" % (leaf, left, top)
        self._waiting.clear()

    def close(self, file: Objects) -> bytes:
        """Write the bookmarks; return the entries of the catalogue, none without bookmarks."""
        top = self._open[0]
        if not top.within:
            return b""
        top.number = file.reserve()
        _write(top, file)
        file.add(b"<</Type/Outlines%s>>" % top.ends, top.number)
        return b"/Outlines %d 0 R" % top.number


def _write(above: _Bookmark, file: Objects) -> None:
    """Write the bookmarks within one, and give them numbers."""
    for each in above.within:
        each.number = file.reserve()
    for before, each, after in zip([None, *above.within], above.within, [*above.within[1:], None], strict=False):
        _write(each, file)
        links = (b"/Prev %d 0 R" % before.number if before else b"") + (b"/Next %d 0 R" % after.number if after else b"")
        within = each.ends if each.within else b""
        entries = (above.number, text_string(each.label), each.destination, links, within)
        file.add(b"<</Parent %d 0 R/Title%s/Dest%s%s%s>>" % entries, each.number)
