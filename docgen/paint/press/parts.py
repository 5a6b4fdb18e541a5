"""The document parts of a volume (PDF/VT-1, ISO 16612-2:2010; as ISO 32000-2, 14.12): which pages are of which record.

A press that reads them prints, repeats or leaves out records by what their metadata say, and knows how many pages each has.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from docgen.paint.press.file import PdfFile, text_string
from docgen.paint.strings import literal

#: What the levels of the tree are called, from the root, and which of them is a record, counted from 0.
LEVELS = (b"Volume", b"Group", b"Record")
RECORD_LEVEL = 2
#: How many records a group has: with a few thousand groups, no array of a large volume is long.
GROUP = 100

#: The metadata of a part: texts, whole numbers, days, and such under a key.
PartFacts = Mapping[str, object]


class DocumentParts:
    """The tree of parts, written as records come: it remembers a group of records, and a number for each group."""

    def __init__(self, file: PdfFile):
        self._file = file
        self._root, self._volume, self._group = (file.reserve() for _number in range(3))
        self._records: list[int] = []
        self._groups: list[int] = []
        #: The part that pages are of now, 0 between records.
        self.open = 0
        self._first = self._last = 0

    def begin(self) -> None:
        """Begin a record: the pages that are added from now on are its pages."""
        self.open, self._first = self._file.reserve(), 0

    def note_page(self, page: int) -> None:
        """Note the number of a page of the open record."""
        self._first, self._last = self._first or page, page

    def end(self, facts: PartFacts) -> None:
        """Write the part of the open record with what is said of it; one page is its range without an end (table 409)."""
        end = b"/End %d 0 R" % self._last if self._last != self._first else b""
        entries = (self._group, self._first, end, part_metadata(facts))
        self._file.add(b"<</Type/DPart/Parent %d 0 R/Start %d 0 R%s/DPM%s>>" % entries, self.open)
        self._records.append(self.open)
        self.open = 0
        if len(self._records) == GROUP:
            self._end_group()

    def _end_group(self) -> None:
        self._write(self._group, self._volume, self._records)
        self._groups.append(self._group)
        self._records, self._group = [], self._file.reserve()

    def _write(self, number: int, parent: int, parts: list[int]) -> None:
        """Write a part of others, which are an array of arrays (table 409): one of them here."""
        listed = b" ".join(b"%d 0 R" % part for part in parts)
        self._file.add(b"<</Type/DPart/Parent %d 0 R/DParts[[%s]]>>" % (parent, listed), number)

    def close(self) -> bytes:
        """Write the groups that wait and the root; return its entry of the catalogue."""
        if self._records:
            self._end_group()
        self._write(self._volume, self._root, self._groups)
        names = b"".join(b"/" + name for name in LEVELS)
        entries = (self._volume, RECORD_LEVEL, names)
        self._file.add(b"<</Type/DPartRoot/DPartRootNode %d 0 R/RecordLevel %d/NodeNameList[%s]>>" % entries, self._root)
        return b"/DPartRoot %d 0 R" % self._root


def part_metadata(facts: PartFacts) -> bytes:
    """Return metadata as a dictionary; its keys are XML names as they are, as those of fields are (ISO 32000-2, 14.12.4.2)."""
    return b"<<%s>>" % b"".join([b"/%s%s" % (key.encode(), _value(value)) for key, value in facts.items()])


def _value(value: object) -> bytes:
    if type(value) is int:
        return b" %d" % value
    if not isinstance(value, str):
        if isinstance(value, Mapping):
            return part_metadata(value)
        value = value.strftime("D:%Y%m%d") if isinstance(value, date) else str(value)
    return literal(value.encode()) if value.isascii() and value.isprintable() else text_string(value)
