"""What the content of pages means (ISO 32000-1, 14.7 and 14.8): headings, paragraphs, tables, figures, and what is none of them.

A screen reader says a document in the order of its elements, which is that of its places. Each text is marked content that leads
by the tree of parents to its element; artwork and rules are artifacts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, groupby
from typing import NamedTuple

from docgen.compose.page import Item, Layer, Page, Part, PictureItem, RuleItem, SymbolItem, TextItem
from docgen.form import Form, Place, Table
from docgen.form.places import Code, Picture, Text
from docgen.paint.alternatives import alternative
from docgen.paint.press.elements import Element, MarkedPage, ends_word, page_entries, write_structure
from docgen.paint.press.file import PdfFile, text_string
from docgen.units import Length

#: How many parts of pages a reader remembers.
MEMORY = 1_000
#: What is drawn that is no content: artwork and rules; and texts that each page has again (14.8.2.2).
ARTIFACT, PAGINATION = b"/Artifact BMC", b"/Artifact<</Type/Pagination>>BDC"


class MarkedItems(NamedTuple):
    """Items that are marked together, and the operator before them; EMC ends them."""

    begin: bytes
    items: Part


class StructureTree:
    """The structure of one document of a form, which grows with its pages; its element at the top is of the type `tag`."""

    def __init__(self, form: Form, tag: bytes = b"Document"):
        self._form = form
        #: By the identity of a side of the form, which the form holds.
        self._readers: dict[int, SideReader] = {}
        self._document = Element(tag)
        self._tables: dict[str, Element] = {}
        #: Of each page its object, and the elements of its marked contents by their numbers.
        self._pages: list[MarkedPage] = []

    def pieces(self, page: Page, side: Form) -> Iterator[MarkedItems]:
        """Yield what a page draws in order, each piece with its mark; `side` is the front or the back that it shows."""
        reader = self._readers.get(id(side)) or self._readers.setdefault(id(side), SideReader(side))
        tagged = _TaggedPage(len(self._pages), reader.places)
        self._pages.append(MarkedPage(0, tagged.elements))
        artwork: Part = ()  # that of several places is one background, as it is where nothing is marked
        row: list[Element] = []
        last: Part = ()
        for key, items, part in reader.page_groups(page):
            if part is not last:
                row, last = [], part
            begin = self._begin(tagged, key, row, part)
            if begin == ARTIFACT and key.is_artwork:
                artwork += items
                continue
            if artwork:
                yield MarkedItems(ARTIFACT, artwork)
                artwork = ()
            yield MarkedItems(begin, items)
        if artwork:
            yield MarkedItems(ARTIFACT, artwork)

    def _begin(self, page: _TaggedPage, key: _Key, row: list[Element], part: Part) -> bytes:
        """Return the operator that marks items of a key, in their element; `row` are the cells of its part."""
        place = page.places.get(key.place)
        if key.is_drawn:
            shown = alternative(place, self._form) if isinstance(place, (Picture, Code)) else ""
            return page.number(self._document.add(b"Figure", b"/Alt" + text_string(shown))) if shown else ARTIFACT
        if isinstance(place, Table):
            is_heading = all(item.layer is Layer.MASTER for item in part)
            if is_heading and not row and place.name in self._tables:  # it is there on the first page
                return PAGINATION
            row[:] = row or self._row(place, is_heading)
            return page.number(row[key.column])
        if isinstance(place, Text) and place.is_repeated:
            return PAGINATION
        if key.place not in page.of_place:
            page.of_place[key.place] = self._document.add(_tag(place), _language(place))
        return page.number(page.of_place[key.place])

    def _row(self, place: Table, is_heading: bool) -> list[Element]:
        """Add a row with a cell for each column to the table of a place; return the cells."""
        if place.name not in self._tables:
            self._tables[place.name] = self._document.add(b"Table")
        row = self._tables[place.name].add(b"TR")
        scope = b"/A<</O/Table/Scope/Column>>"
        return [row.add(b"TH", scope) if is_heading else row.add(b"TD") for _column in place.columns]

    def entries(self, index: int) -> bytes:
        """Return more entries of a page: where its contents lead to their elements."""
        return page_entries(index)

    def note_page(self, leaf: int) -> None:
        """Note the object of the page whose pieces were asked for last."""
        self._pages[-1] = self._pages[-1]._replace(leaf=leaf)

    def close(self, file: PdfFile) -> bytes:
        """Write the tree; return the entries of the catalogue."""
        return write_structure(self._document, self._pages, file)

    @property
    def top(self) -> Element:
        """The element that holds all others."""
        return self._document

    @property
    def marked(self) -> Sequence[Element | None]:
        """The elements of the marked contents of the page that was added last, by their numbers."""
        return self._pages[-1].elements


class _Key(NamedTuple):
    """What items that are marked together have alike: place, column of a table, whether they are no text, whether artwork."""

    place: str
    column: int = 0
    is_drawn: bool = False
    is_artwork: bool = False


#: What is marked together: by what, its items, and the part of the page that they are of.
_Group = tuple[_Key, Part, Part]


def piece_key(item: Item) -> _Key:
    """Return what an item is marked by that is in no table."""
    if isinstance(item, TextItem):
        return _Key(item.place)
    place = item.place if isinstance(item, (PictureItem, SymbolItem)) else ""
    return _Key(place, is_drawn=True, is_artwork=not isinstance(item, (RuleItem, SymbolItem)))


class SideReader:
    """Reads which items of the pages of one side of a form are marked together, once for what many records have alike."""

    def __init__(self, side: Form):
        self.places = {place.name: place for place in side.places}
        self._width = side.sheet.width
        self._keys: dict[tuple[str, Length], _Key] = {}
        #: Each key once, so that those which are equal are the same object.
        self._same: dict[_Key, _Key] = {}
        #: By the identity of a part, which is held so that no other object gets it.
        self._known: dict[int, tuple[Part, list[_Group]]] = {}

    def page_groups(self, page: Page) -> list[_Group]:
        """Return the items of a page that are marked together, each with the part that they are of."""
        parts = page.parts or [tuple(group) for _place, group in groupby(page.items, lambda item: item.place)]
        known = self._known.get
        found = [known(id(part)) or self._read(part) for part in parts]
        return [group for _part, groups in found for group in groups]

    def _read(self, part: Part) -> tuple[Part, list[_Group]]:
        """Return a part with the items of it that are marked together; the part itself where that is all of it."""
        if len(self._known) >= MEMORY:
            self._known.clear()
        read = self._known[id(part)] = part, self._grouped(part)
        return read

    def _grouped(self, part: Part) -> list[_Group]:
        keys = [self._same.setdefault(key, key) for key in map(self._key_of, part)]
        if keys.count(keys[0]) == len(keys):
            return [(keys[0], part, part)]
        pairs = groupby(zip(keys, part, strict=True), lambda pair: pair[0])
        return [(key, tuple(item for _key, item in group), part) for key, group in pairs]

    def _key_of(self, item: Item) -> _Key:
        """Return what an item is marked by."""
        if isinstance(item, TextItem):
            key = self._keys.get((item.place, item.left))
            if key is None:
                key = self._keys[item.place, item.left] = _Key(item.place, self._column(item))
            return key
        return piece_key(item)

    def _column(self, item: TextItem) -> int:
        """Return in which column a text begins; a table is centred on the sheet."""
        table = self.places.get(item.place)
        if not isinstance(table, Table):
            return 0
        edge = (self._width.mm - sum(column.width.mm for column in table.columns)) / 2
        edges = list(accumulate((column.width.mm for column in table.columns[:-1]), initial=edge))[1:]
        return bisect_right(edges, item.left.mm)


@dataclass
class _TaggedPage:
    """A page that is being marked: its elements by the numbers of their marked contents, and by their places."""

    index: int
    places: dict[str, Place]
    elements: list[Element] = field(default_factory=list)
    of_place: dict[str, Element] = field(default_factory=dict)

    def number(self, element: Element) -> bytes:
        """Return the operator that marks the next content of an element."""
        number = len(self.elements)
        self.elements.append(element)
        element.hold(self.index, number)
        return b"/%s<</MCID %d>>BDC" % (element.tag, number)


def _tag(place: Place | None) -> bytes:
    """Return the standard structure type (14.8.4) of the text of a place."""
    return b"H1" if isinstance(place, Text) and place.heading else b"P"


def _language(place: Place | None) -> bytes:
    return b"/Lang(%s)" % place.lang.encode() if isinstance(place, Text) and place.lang else b""


def spaced(items: Part, source: str = "", rest: str = "") -> Part:
    """Return texts with the space at which a line ended, which is not drawn: without it, two words are one to a screen reader.

    `source` is what the texts are of, where a word may be broken that is longer than its line; `rest` goes on on the next page.
    """
    if len(items) <= 1 and not rest:
        return items
    *before, last = [_spaced(item, after, source) for item, after in zip(items, (*items[1:], None), strict=True)]
    if rest and isinstance(last, TextItem) and ends_word(last.text, rest, source):
        last = last._replace(text=last.text + " ")
    return (*before, last)


def _spaced(item: Item, after: Item | None, source: str) -> Item:
    """Return a text with a space where it goes on in the next line and that begins a new word."""
    if not (isinstance(item, TextItem) and isinstance(after, TextItem)):
        return item
    if after.line == item.line and after.baseline == item.baseline:  # each paragraph of a place counts its lines
        return item
    return item._replace(text=item.text + " ") if ends_word(item.text, after.text, source) else item
