"""The structure of a volume: each record a part of it, written when its pages are, so that memory grows by bytes a page.

Most records have the same elements in the same order, and differ in the objects that these are. So what a page draws is read into
elements once for each kind of page; of the others only the numbers are new.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import NamedTuple

from docgen.compose.page import Page, Part
from docgen.form import Form
from docgen.paint.press.elements import Element, page_entries, place_of, write_root
from docgen.paint.press.file import PdfFile
from docgen.paint.press.structure import MarkedItems, SideReader, StructureTree

#: The type of a record.
RECORD = b"Part"
#: How many joined parts are remembered.
MEMORY = 1_000


class PagePlan(NamedTuple):
    """How pages of a kind are marked: operators with what of the page each marks; elements, and which has each content."""

    runs: list[tuple[bytes, int, int]]
    #: An element as it is written below the object of its record, with that of its page.
    elements: list[bytes]
    #: By the numbers of marked contents, the places of their elements among those.
    holders: list[int]


class VolumeStructure:
    """The structure of a volume of a form without tables, which grows with its records."""

    def __init__(self, form: Form, file: PdfFile):
        self._form, self._file = form, file
        self._root, self._document = file.reserve(), file.reserve()
        self._readers: dict[int, SideReader] = {}
        self._plans: dict[tuple[object, ...], PagePlan] = {}
        self._joined: dict[tuple[int, ...], tuple[list[Part], Part]] = {}
        #: The pages of the open record: their plans and their objects.
        self._open: list[tuple[PagePlan, int]] = []
        self._records, self._parents = array("L"), array("L")

    def pieces(self, page: Page, side: Form) -> list[MarkedItems]:
        """Return what a page of the open record draws in order, each piece with its mark, as `StructureTree` does."""
        reader = self._readers.get(id(side)) or self._readers.setdefault(id(side), SideReader(side))
        groups = reader.page_groups(page)
        shape = (id(side), *[id(key) for key, _items, _part in groups])
        plan = self._plans.get(shape)
        if plan is None:
            plan = self._plans[shape] = self._plan(page, side, [items for _key, items, _part in groups])
        self._open.append((plan, 0))
        return [
            MarkedItems(begin, groups[first][1] if after == first + 1 else self._join([each[1] for each in groups[first:after]]))
            for begin, first, after in plan.runs
        ]

    def _plan(self, page: Page, side: Form, groups: Sequence[Part]) -> PagePlan:
        tree = StructureTree(self._form, RECORD)
        runs, first = [], 0
        for begin, items in tree.pieces(page, side):
            after, length = first, 0
            while length < len(items):
                length += len(groups[after])
                after += 1
            runs.append((begin, first, after))
            first = after
        elements = [each for each in tree.top.content if isinstance(each, Element)]
        place = {id(element): number for number, element in enumerate(elements)}
        return PagePlan(runs, list(map(_pattern, elements)), [place[id(element)] for element in tree.marked])

    def _join(self, parts: list[Part]) -> Part:
        """Return parts as one, which is the same object for the same parts."""
        same = tuple(map(id, parts))
        known = self._joined.get(same)
        if known is None:
            if len(self._joined) >= MEMORY:
                self._joined.clear()
            known = self._joined[same] = parts, tuple(item for part in parts for item in part)
        return known[1]

    def entries(self, index: int) -> bytes:
        """Return more entries of a page: where its contents lead to their elements."""
        return page_entries(index)

    def note_page(self, leaf: int) -> None:
        """Note the object of the page whose pieces were asked for last."""
        self._open[-1] = self._open[-1][0], leaf

    def end_record(self) -> None:
        """Write the structure of the record whose pages were added last."""
        add, record, all_kids = self._file.add, self._file.reserve(), []
        for plan, leaf in self._open:
            own = record, leaf
            first = self._file.add_all([pattern % own for pattern in plan.elements])
            kids = [b"%d 0 R" % number for number in range(first, first + len(plan.elements))]
            self._parents.append(add(b"[%s]" % b" ".join([kids[holder] for holder in plan.holders])))
            all_kids += kids
        add(b"<</S/%s/P %d 0 R/K[%s]>>" % (RECORD, self._document, b" ".join(all_kids)), record)
        self._records.append(record)
        self._open.clear()

    def close(self, file: PdfFile) -> bytes:
        """Write what is above the records; return the entries of the catalogue."""
        kids = b" ".join(b"%d 0 R" % record for record in self._records)
        file.add(b"<</S/Document/P %d 0 R/K[%s]>>" % (self._root, kids), self._document)
        return write_root(self._root, self._document, self._parents, file)


def _pattern(element: Element) -> bytes:
    """Return an element as it is written, but for the objects of its record and its page."""
    numbers = [place_of(each)[1] for each in element.content if isinstance(each, int)]
    held = b"%d" % numbers[0] if len(numbers) == 1 else b"[%s]" % b" ".join(b"%d" % number for number in numbers)
    return b"<</S/%s/P %%d 0 R/Pg %%d 0 R/K %s%s>>" % (element.tag, held, element.entries.replace(b"%", b"%%"))
