"""Files of one document each, by the press: what the files of a batch share is found, painted and compressed once."""

from __future__ import annotations

import io
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from docgen import fonts
from docgen.artwork import ArtworkFolders
from docgen.compose.page import ARTWORK_ITEMS, Layer, Page, Part, TextItem
from docgen.form import Form
from docgen.memory import Memory
from docgen.paint.content import draw
from docgen.paint.info import DocumentInfo
from docgen.paint.press.finish import PLAIN, Finish
from docgen.paint.press.program import FilledPage, SlottedPage
from docgen.paint.press.resources import Background
from docgen.paint.press.structure import StructureTree, piece_key, spaced
from docgen.paint.press.volume import Volume, press_pages
from docgen.purposes import Purpose

#: How many parts of pages are remembered before all are forgotten.
MEMORY = 4_000
_OTHER_LETTER = fonts.none_of(fonts.ALPHABET)
#: What draws the background of a volume of one page.
BACKGROUND = b"q /G0 Do Q"


class _SeenPart(NamedTuple):
    """A part of a page: what draws it, in which faces, and whether other files may have it too; itself, to live on.

    They may unless it has letters that are not of the alphabet, or a picture of the record. Where the file has a structure,
    `marked` are the operators of each piece that is marked by itself, and `kind` is the number of what they are marked by.
    """

    operators: bytes
    styles: frozenset[tuple[bool, bool]]
    is_usual: bool
    part: Part
    marked: tuple[bytes, ...] = ()
    kind: int = 0


@dataclass(frozen=True, slots=True)
class _Begun:
    """A file of which only the page's content, the information dictionary and the end are its own; it begins with `start`.

    `more` are entries of the information dictionary. `artwork` lives on, for it is known by its identity.
    """

    volume: Volume
    start: bytes
    more: bytes
    artwork: Sequence[_SeenPart]
    #: Where the file has a structure, what stands on its page before each text, and after the last one.
    between: Sequence[bytes] = ()

    def ended(self, content: bytes, info: DocumentInfo) -> bytes:
        """Return the whole file with this content of its page."""
        buffer = io.BytesIO()
        buffer.write(self.start)
        self.volume.continued(buffer, content).end(info, self.more)
        return buffer.getvalue()


class _FilledFile(NamedTuple):
    """How files are made of pages that are filled into the same one: their content in `pieces`, the slots at `places` in them.

    They are of one `kind` (language, form, sides), and go on from one that has begun.
    """

    slotted: SlottedPage
    kind: tuple[Hashable, ...]
    begun: _Begun
    pieces: list[bytes]
    places: Sequence[int]


def _kind(info: DocumentInfo) -> tuple[Hashable, ...]:
    """Return what of the metadata stands before the end of a file."""
    return info.language, info.form, info.sides


def _alternating(between: Sequence[bytes], texts: Sequence[bytes]) -> list[bytes]:
    """Return what draws a page: what stands before each text and after the last one, with the texts between."""
    return [piece for pair in zip(between, (*texts, b""), strict=True) for piece in pair]


class SeparateFiles:
    """Makes one file after another. All have the artwork that the first one found, as the pages of a volume do.

    The faces hold a whole alphabet, which is subset once a process, instead of a subset of their own. `form` is what the pages
    are of, where the finish asks for a structure. Most documents of one page differ in its content and their title alone: what
    is before is written once. Whether they do is seen with the first of each kind, whose page must be what is expected; others
    are written from beginning to end. The bytes are the same.
    """

    def __init__(self, artwork: ArtworkFolders, finish: Finish = PLAIN, form: Form | None = None):
        self._artwork, self._finish, self._form = artwork, finish, form
        self._painted: dict[Page, Background] = {}
        self._parts: dict[int, _SeenPart] = {}
        self._begun: dict[Hashable, _Begun] = {}
        #: By the identity of a page with slots, which is held so that no other object gets it.
        self._filled: Memory[int, _FilledFile] = Memory(MEMORY)
        self._is_marked = form is not None and finish.is_tagged
        #: What the pieces of a part are marked by → a number, which is quicker to look up.
        self._kinds: dict[tuple[Hashable, ...], int] = {}

    def paint(self, pages: Iterable[Page], info: DocumentInfo) -> bytes:
        """Return one PDF of the pages with the bookmarks of `info`; DataError for artwork that is missing or unfit for print."""
        pages = list(pages)
        if len(pages) > 1 or info.bookmarks or self._finish.purpose == Purpose.PRESS or not pages[0].parts:
            return self._written(pages, info)
        [page] = pages
        parts = self._parts_of(page)
        if not all([each.is_usual for each in parts]):
            return self._written(pages, info)
        artwork, texts = [each for each in parts if not each.operators], [each for each in parts if each.operators]
        key = self._key(page, info, artwork, texts)
        if self._is_marked:
            return self._tagged(page, info, key, artwork, texts)
        content = b"\n".join(self._pieces(artwork, texts))
        begun = self._begun.get(key)
        if begun is not None and len({each.operators for each in texts}) == len(texts):  # the same lines would be shared
            return begun.ended(content, info)
        return self._written(pages, info, key, content, artwork)

    def _key(
        self, page: Page, info: DocumentInfo, artwork: Sequence[_SeenPart], texts: Sequence[_SeenPart]
    ) -> tuple[Hashable, ...]:
        """Return what pages have alike whose files begin alike."""
        styles = frozenset[tuple[bool, bool]]().union(*[each.styles for each in texts])
        kinds = [each.kind for each in texts] if self._is_marked else []
        return (*[id(each.part) for each in artwork], styles, page.width, page.height, *_kind(info), *kinds)

    def paint_filled(self, page: FilledPage, info: DocumentInfo, composed: Callable[[], list[Page]]) -> bytes:
        """Return one PDF of a page of a display program, as `paint` does of the pages that its record is `composed` as."""
        known = self._filled.get(id(page.slotted))
        if known is None or known.kind != _kind(info):
            known = self._first_filled(page.slotted, info)
        if known is None or any([_OTHER_LETTER.search(text) for text in page.texts]):
            return self.paint(composed(), info)
        pieces = known.pieces.copy()
        for at, operators in zip(known.places, page.operators, strict=True):
            pieces[at] = operators
        if not self._is_marked and len(set(pieces)) < len(pieces):  # the same lines would be shared
            return self.paint(composed(), info)
        return known.begun.ended((b"" if self._is_marked else b"\n").join(pieces), info)

    def _first_filled(self, slotted: SlottedPage, info: DocumentInfo) -> _FilledFile | None:
        """Return how the files of pages are made that are filled into this one, and remember it; None where none has begun so."""
        parts, slots = self._parts_of(slotted.page), slotted.places
        order = [at for at, each in enumerate(parts) if each.operators]
        artwork, texts = [each for each in parts if not each.operators], [parts[at] for at in order]
        begun = self._begun.get(self._key(slotted.page, info, artwork, texts))
        if begun is None or not all([each.is_usual for at, each in enumerate(parts) if at not in slots]):
            return None
        if self._is_marked:
            if any([len(parts[at].marked) != 1 for at in slots]):
                return None
            owners = [at for at in order for _piece in parts[at].marked]
            pieces = _alternating(begun.between, [piece for each in texts for piece in each.marked])
            places = [2 * owners.index(at) + 1 for at in slots]
        else:
            pieces = self._pieces(artwork, texts)
            places = [len(pieces) - len(order) + order.index(at) for at in slots]
        return self._filled.remember(id(slotted), _FilledFile(slotted, _kind(info), begun, pieces, places))

    def _pieces(self, artwork: Sequence[_SeenPart], texts: Sequence[_SeenPart]) -> list[bytes]:
        """Return what draws a page in which nothing is marked, line by line."""
        return [*([BACKGROUND] if artwork else []), self._finish.begin, *[each.operators for each in texts]]

    def _tagged(
        self, page: Page, info: DocumentInfo, key: Hashable, artwork: Sequence[_SeenPart], texts: Sequence[_SeenPart]
    ) -> bytes:
        """Return a file of one page whose content is marked: pages whose texts are marked alike have the same structure."""
        begun = self._begun.get(key)
        between = self._between_texts(page) if begun is None else begun.between
        content = b"".join(_alternating(between, [each for part in texts for each in part.marked]))
        return begun.ended(content, info) if begun else self._written([page], info, key, content, artwork, between)

    def _between_texts(self, page: Page) -> list[bytes]:
        """Return what stands on a page before each of its texts and after the last one: marks, and what draws the artwork."""
        assert self._form is not None
        between, drawn = [self._finish.begin], dict[Part, int]()
        for begin, items in StructureTree(self._form).pieces(page, self._form):
            between[-1] += b"\n%s\n" % begin
            if type(items[0]) in ARTWORK_ITEMS:
                between[-1] += b"q /G%d Do Q\nEMC" % drawn.setdefault(items, len(drawn))
            else:
                between.append(b"\nEMC")
        return between

    def _written(
        self,
        pages: list[Page],
        info: DocumentInfo,
        key: Hashable = None,
        content: bytes = b"",
        artwork: Sequence[_SeenPart] = (),
        between: Sequence[bytes] = (),
    ) -> bytes:
        """Write a file from beginning to end; where its page has this content, remember under `key` how it began."""
        buffer = io.BytesIO()
        volume = Volume(buffer, self._artwork, fonts.ALPHABET, self._finish, self._form, self._painted)
        volume.add_all(pages, info)
        more = volume.write_shared(info)
        if content and volume.content == content:
            begun = _Begun(volume, buffer.getvalue(), more, artwork, between)
            self._begun[key] = begun
            return begun.ended(content, info)
        volume.end(info, more)
        return buffer.getvalue()

    def _parts_of(self, page: Page) -> list[_SeenPart]:
        """Return the parts of a page, those that an earlier page has too from memory."""
        if len(self._parts) > MEMORY:
            self._parts.clear()
            self._begun.clear()
            self._filled.clear()
        known, height = self._parts, page.height.pt
        return [known.get(id(part)) or self._part(part, height) for part in page.parts]

    def _part(self, part: Part, height: float) -> _SeenPart:
        """Draw a part, and remember it, unless it is a picture of the record: such are personal, and large."""
        if type(part[0]) in ARTWORK_ITEMS:
            is_usual = all(item.layer is Layer.MASTER for item in part)
            seen = _SeenPart(b"", frozenset(), is_usual, part)
            return self._remembered(seen) if is_usual else seen
        texts = [item for item in part if type(item) is TextItem]
        styles = frozenset([(text.font.bold, text.font.italic) for text in texts])
        is_usual = not any([_OTHER_LETTER.search(text.text) for text in texts])
        operators = draw(part, height, self._finish.colours)
        if not self._finish.is_tagged:
            return self._remembered(_SeenPart(operators, styles, is_usual, part))
        pieces = [(key, tuple(group)) for key, group in groupby(part, piece_key)]
        marked = tuple([draw(spaced(items), height, self._finish.colours) for _key, items in pieces])
        kind = self._kinds.setdefault(tuple([key for key, _items in pieces]), len(self._kinds))
        return self._remembered(_SeenPart(operators, styles, is_usual, part, marked, kind))

    def _remembered(self, seen: _SeenPart) -> _SeenPart:
        self._parts[id(seen.part)] = seen
        return seen


#: How many kinds of single files are remembered: forms, each with its artwork as it is now.
SERIES = 16
_series: Memory[Hashable, SeparateFiles] = Memory(SERIES)


def press_file(
    pages: Iterable[Page], info: DocumentInfo, artwork: ArtworkFolders, finish: Finish = PLAIN, form: Form | None = None
) -> bytes:
    """Return one PDF as `press_pages` does, in half the time where this process made one of its kind before.

    A kind is a form, the faces and the artwork, as long as its files are not changed.
    """
    if finish.purpose == Purpose.PRESS or form is None or not isinstance(pages, list) or len(pages) > 1:
        return press_pages(pages, info, artwork, finish, form)
    stamps = tuple([artwork.stamp(name) for name in form.artwork])
    kind = (form.digest, artwork, fonts.family(), finish, stamps)
    series = _series.get(kind) or _series.remember(kind, SeparateFiles(artwork, finish, form))
    return series.paint(pages, info)
