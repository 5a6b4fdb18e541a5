"""One PDF that grows page by page: pages are written as they are composed, and what they share is written once."""

from __future__ import annotations

import hashlib
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby
from typing import IO, ClassVar, NamedTuple, Protocol

from docgen import fonts
from docgen.artwork import ArtworkFolders
from docgen.compose.page import ARTWORK_ITEMS, Item, Layer, Page, Part, TextItem
from docgen.errors import DataError
from docgen.fonts.faces import Font
from docgen.form import Form
from docgen.paint.content import FACE_NAMES, draw
from docgen.paint.info import PRODUCER, DocumentInfo
from docgen.paint.press.attachment import attach, write_record
from docgen.paint.press.elements import PageStructure
from docgen.paint.press.file import PdfFile, text_string
from docgen.paint.press.finish import PLAIN, Finish
from docgen.paint.press.kinds import PageKinds
from docgen.paint.press.outline import Outline
from docgen.paint.press.parts import DocumentParts
from docgen.paint.press.program import FilledPage, SlottedPage
from docgen.paint.press.record_structure import VolumeStructure
from docgen.paint.press.resources import Background, background_of, placed, write_face
from docgen.paint.press.structure import StructureTree, spaced
from docgen.units import MM_PER_PT, Length

#: How many pages one node of the page tree has (ISO 32000-1, 7.7.3.2).
BRANCH = 100
#: How many drawn parts are remembered before all are forgotten.
MEMORY = 4_000


class _Drawn:
    """A part of a page: the operators that draw it, and what is written for them, a call where it is shared.

    `artwork` is the part itself where it belongs to the background.
    """

    __slots__ = ("artwork", "is_shared", "operators", "written")

    def __init__(self, operators: bytes, call: bytes = b"", artwork: Part = ()):
        self.operators, self.artwork = operators, artwork
        self.written, self.is_shared = call or operators, bool(call)


class _KnownPage(NamedTuple):
    """A page with slots, all that is drawn of it, and where its slots are in that."""

    slotted: SlottedPage
    parts: list[_Drawn]
    places: tuple[int, ...]


class _UsedLetters:
    """The letters that a face needs: an alphabet, and what else was set in it.

    Texts wait for a branch of pages, and are then searched for new letters.
    """

    def __init__(self, alphabet: frozenset[str]) -> None:
        self._found = alphabet | {" "}
        self.waiting: list[str] = []
        self._new = _none_of(alphabet)

    def search(self) -> None:
        """Search the texts that wait."""
        new = self._new.findall("".join(set(self.waiting)))
        self.waiting.clear()
        if new:
            self._found = self._found.union(new)
            self._new = fonts.none_of(self._found)

    @property
    def all(self) -> frozenset[str]:
        """All letters, those of the alphabet and the space among them."""
        self.search()
        return self._found


@lru_cache(maxsize=64)
def _size_of(width: float, height: float) -> bytes:
    """Return the width and height of a sheet in points, given in mm."""
    return b"%.4f %.4f" % (width / MM_PER_PT, height / MM_PER_PT)


@lru_cache(maxsize=4)
def _none_of(alphabet: frozenset[str]) -> re.Pattern[str]:
    """Return what finds a letter that is neither in an alphabet nor a space: the same for all files."""
    return fonts.none_of({*alphabet, " "})


def _parts_of(page: Page) -> Sequence[Part]:
    """Return the parts of a page; one that was put together item by item falls into lines."""
    return page.parts or [tuple(group) for _line, group in groupby(page.items, _line_of)]


def _line_of(item: Item) -> tuple[str, int]:
    return (item.place, item.line if isinstance(item, TextItem) else -1)


class Underlay(Protocol):
    """What is drawn under the items of a page, and is none of them; `texts` are those that it sets in the faces of the file."""

    @property
    def texts(self) -> Part:
        """The texts that it sets."""

    def draw(self, sheet: float) -> bytes:
        """Return the operators that draw it on a sheet `sheet` points high."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A stored page of the volume, shown on another at `scale`, its upper left corner at (`left`, `top`)."""

    name: bytes
    height: Length
    left: Length
    top: Length
    scale: float
    texts: ClassVar[Part] = ()

    def draw(self, sheet: float) -> bytes:
        """Return the operators that draw it on a sheet `sheet` points high."""
        bottom = sheet - self.top.pt - self.height.pt * self.scale
        return b"q %.6f 0 0 %.6f %.4f %.4f cm %s Do Q" % (self.scale, self.scale, self.left.pt, bottom, self.name)


class Volume:
    """One PDF that grows page by page; memory grows by a few bytes a page alone.

    Faces are subset to the letters that were set in them and those of `alphabet`; `finish` is what the file is for.
    Where that asks for a structure, `form` is what its pages are of, or `structure` knows them; it is that of many records where
    the volume is `of_records`, else of one document. The bookmarks are those of `outline`, or the labels of pages.
    What is `painted` by one file of a series, the others have too.
    """

    def __init__(
        self,
        file: IO[bytes],
        artwork: ArtworkFolders,
        alphabet: frozenset[str] = frozenset(),
        finish: Finish = PLAIN,
        form: Form | None = None,
        painted: dict[Page, Background] | None = None,
        structure: PageStructure | None = None,
        outline: Outline | None = None,
        of_records: bool = False,
    ):
        self._painted_sheets = {} if painted is None else painted
        self._finish, self._form = finish, form
        self._file = PdfFile(file, finish.version, finish.is_identified)
        is_tagged = form is not None and finish.is_tagged
        #: The structure of a volume of records, which knows where each of them ends; None where there is none.
        self.records = VolumeStructure(form, self._file) if form and is_tagged and of_records else None
        self._tree = self.records or (StructureTree(form) if form and is_tagged else None)
        self._structure = structure or self._tree
        self._outline = outline
        self._begin = _Drawn(finish.begin)
        #: What knows the pages of each record, None where the file need not say it.
        self.parts = DocumentParts(self._file) if finish.has_parts else None
        self._artwork = artwork
        self.pages = 0
        #: What notes the kinds of pages, None where nobody asks for them.
        self.kinds: PageKinds | None = None
        #: By face, bold and italic.
        self._letters: defaultdict[tuple[bool, bool], _UsedLetters] = defaultdict(partial(_UsedLetters, alphabet))
        self._drawn: dict[bytes, _Drawn] = {}
        self._shared: dict[bytes, bytes] = {}
        self._backgrounds: dict[tuple[Item, ...], _Drawn] = {}
        # The same by the identity of their parts, which is quicker to compare; `_alive` holds the parts, so that no other
        # object gets the identity of one. What is written depends on the pages alone, never on which of them share a part.
        self._known: dict[int, _Drawn] = {}
        self._known_pieces: dict[tuple[bytes, int], _Drawn] = {}
        self._alive: list[Part] = []
        self._known_backgrounds: dict[tuple[int, ...], _Drawn] = {}
        self._known_slotted: dict[int, _KnownPage] = {}
        self._objects: dict[bytes, int] = {}
        self._figures: dict[bytes, int] = {}
        self._figure_resources = 0
        self._catalogue, self._pages, self._resources, self._faces, self._bookmark_root = (
            self._file.reserve() for _number in range(5)
        )
        self._branches: list[tuple[int, int]] = []
        self._leaves: list[int] = []
        self._branch = self._file.reserve()
        self._bookmark: tuple[int, int, str, int] | None = None
        self._first_bookmark = self._bookmarks = self._metadata = self._record = 0
        #: The width and height of most sheets, in points; and what the pages of each size have alike.
        self._size = b""
        self._alike: dict[bytes, bytes] = {}

    def store(self, page: Page) -> bytes:
        """Write a page as a form XObject, which others show as a Figure; return its name."""
        self._figure_resources = self._figure_resources or self._file.reserve()
        content = b"\n".join([each.written for each in self._parts(page)])
        box = (page.width.pt, page.height.pt, self._figure_resources)
        name = b"/P%d" % len(self._figures)
        entries = b"/Type/XObject/Subtype/Form/BBox[0 0 %.4f %.4f]/Resources %d 0 R" % box
        self._figures[name] = self._file.add_stream(content, entries)
        return name

    def embed(self, drawn: Background) -> bytes:
        """Write what was painted elsewhere as a form XObject, which pages show as a Figure; return its name."""
        self._figure_resources = self._figure_resources or self._file.reserve()
        name = b"/P%d" % len(self._figures)
        self._figures[name] = drawn.write(self._file)
        return name

    def number_of(self, figure: bytes) -> int:
        """Return the object of what was stored or embedded under a name."""
        return self._figures[figure]

    def add(
        self,
        page: Page,
        label: str | None = None,
        figures: Sequence[Underlay] = (),
        hashed: bool = True,
        side: Form | None = None,
    ) -> str:
        """Write a page, with a bookmark if it has a label; return the SHA-256 of what it draws, in hexadecimal, where `hashed`.

        It is that of the sheet's width and height in points ("595.2756 841.8898"), a line feed, and the page's content stream
        in which each `/Xn Do` is replaced by the content of that form XObject, and the name of the background (`/Gn`) by
        `Background.digest`. So it is the same in any volume; it does not depend on the faces, whose files the manifest names.
        Figures are drawn under its items.
        """
        parts = self._marked(page, side, self._tree) if self._tree and side else self._parts(page)
        if figures:
            for figure in figures:
                self._collect_letters(figure.texts)
            parts = [*(_Drawn(figure.draw(page.height.pt)) for figure in figures), *parts]
        return self._add(page, parts, label, hashed)

    def add_filled(self, page: FilledPage, label: str | None = None) -> str:
        """Write a page of a display program, which is the page that it would be composed as; return its SHA-256, as `add`."""
        return self._add(page.slotted.page, self._filled(page), label, hashed=True)

    def _add(self, page: Page, parts: Sequence[_Drawn], label: str | None, hashed: bool) -> str:
        """Write a page of the size of `page` that has these parts, as `add` says."""
        content = b"\n".join([each.written for each in parts])
        stream = self._file.add_stream(content)
        self.pages += 1
        size = _size_of(page.width.mm, page.height.mm)
        if self.kinds:
            self.kinds.note(self.pages, size, content, lambda: b"\n".join([each.operators for each in parts]))
        more = self._alike.get(size)
        if more is None:
            more = self._alike[size] = self._entries_alike(page, size)
        if self.parts:
            more += b"/DPart %d 0 R" % self.parts.open
        if self._structure:
            more += self._structure.entries(self.pages - 1)
        leaf = self._file.add(b"<</Type/Page/Parent %d 0 R/Contents %d 0 R%s>>" % (self._branch, stream, more))
        self._leaves.append(leaf)
        if self._structure:
            self._structure.note_page(leaf)
        if self.parts:
            self.parts.note_page(leaf)
        if self._outline:
            self._outline.note_page(leaf)
        if len(self._leaves) == BRANCH:
            self._end_branch()
        if label is not None:
            self._add_bookmark(label, leaf)
        return hashlib.sha256(b"\n".join([size, *[each.operators for each in parts]])).hexdigest() if hashed else ""

    def _entries_alike(self, page: Page, size: bytes) -> bytes:
        """Return the entries that a page has as every page of its size has them: boxes, and resources where each names them."""
        self._size = self._size or size
        boxes = self._finish.boxes(page, is_usual=size == self._size)
        return boxes + (b"/Resources %d 0 R" % self._resources if self._finish.names_resources else b"")

    def add_all(self, pages: Iterable[Page], info: DocumentInfo) -> None:
        """Write the pages with the bookmarks of `info`; the back of the form, where it is printed, comes last."""
        labels = {index: label for label, index in info.bookmarks}
        sides = self._sides(pages) if self._tree else ((page, None) for page in pages)
        for index, (page, side) in enumerate(sides):
            self.add(page, labels.get(index), hashed=False, side=side)

    def add_record(self, pages: Sequence[Page], label: str) -> list[str]:
        """Write the pages of a record of a volume, the first with a bookmark; return what `add` does of each."""
        if self.records is None:
            return [self.add(page, None if number else label) for number, page in enumerate(pages)]
        sides = self._sides(pages)
        digests = [self.add(page, None if number else label, side=side) for number, (page, side) in enumerate(sides)]
        self.records.end_record()
        return digests

    def _sides(self, pages: Iterable[Page]) -> Iterator[tuple[Page, Form | None]]:
        """Yield the pages, each as it comes, with what it shows: the front of the form or its back, which comes last."""
        form, last = self._form, None
        front = form and form.sides[0]
        for page in pages:
            if last:
                yield last, front
            last = page
        if last:
            yield last, form and form.sides[-1]

    def _parts(self, page: Page) -> list[_Drawn]:
        """Return what the page draws, in order: its background, the colour of ink, its texts and rules."""
        parts, height = _parts_of(page), page.height.mm / MM_PER_PT
        self._forget()
        texts: list[_Drawn] = []
        artwork: list[_Drawn] = []
        for part in parts:
            drawn = self._draw_again(part, height)
            (artwork if drawn.artwork else texts).append(drawn)
        return [self._background(page, artwork), self._begin, *texts] if artwork else [self._begin, *texts]

    def _filled(self, page: FilledPage) -> list[_Drawn]:
        """Return what a filled page draws, as `_parts`; what stands outside its slots is looked up once, when it is shared."""
        self._forget()
        known = self._known_slotted.get(id(page.slotted))
        if known is None:
            return self._first_filled(page)
        drawn = known.parts.copy()
        for at, operators, text, style in zip(known.places, page.operators, page.texts, page.slotted.styles, strict=True):
            drawn[at] = self._draw_slot(operators, text, style)
        return drawn

    def _first_filled(self, page: FilledPage) -> list[_Drawn]:
        """Return the same of a page with new slots, which is remembered once all outside its slots is shared."""
        slotted = page.slotted
        slots = dict(zip(slotted.places, zip(page.operators, page.texts, slotted.styles, strict=True), strict=True))
        height = slotted.page.height.mm / MM_PER_PT
        parts = [
            self._draw_slot(*slots[at]) if at in slots else self._draw_again(part, height)
            for at, part in enumerate(slotted.page.parts)
        ]
        artwork = [each for each in parts if each.artwork]
        begin = [self._background(slotted.page, artwork), self._begin] if artwork else [self._begin]
        texts = [at for at, each in enumerate(parts) if not each.artwork]
        drawn = [*begin, *[parts[at] for at in texts]]
        if all([each.is_shared for at, each in enumerate(parts) if at not in slots]):
            places = tuple([len(begin) + texts.index(at) for at in slotted.places])
            self._known_slotted[id(slotted)] = _KnownPage(slotted, drawn.copy(), places)
        return drawn

    def _draw_slot(self, operators: bytes, text: str, style: tuple[bool, bool]) -> _Drawn:
        """Return the part that is drawn in a slot, as `_draw` does."""
        drawn = self._drawn.get(operators)
        if drawn is None:
            drawn = self._drawn[operators] = _Drawn(operators, self._shared.get(operators, b""))
            self._letters[style].waiting.append(text)
        elif not drawn.is_shared:
            self._share(drawn)
        return drawn

    def _marked(self, page: Page, side: Form, structure: StructureTree | VolumeStructure) -> list[_Drawn]:
        """Return what the page draws, in order, each piece as marked content; documents of one record share the artwork alone."""
        self._forget()
        known = self._known_pieces.get
        shown, height, is_shared = [self._begin], page.height.mm / MM_PER_PT, self.records is not None
        for begin, items in structure.pieces(page, side):
            piece = known((begin, id(items)))
            if piece is None:
                piece = self._marked_piece(begin, items, page, height)
            elif is_shared and not piece.is_shared:
                self._share_marked(piece, begin, items)
            shown.append(piece)
        return shown

    def _share_marked(self, piece: _Drawn, begin: bytes, items: Part) -> None:
        """Draw what stands between the marks of a piece, and in many records, by a form XObject (14.7.4.2)."""
        piece.is_shared = True
        if type(items[0]) in ARTWORK_ITEMS:
            return
        operators = piece.operators[len(begin) + 1 : -len(b"\nEMC")]
        inner = _Drawn(operators, self._shared.get(operators, b""))
        if not inner.is_shared:
            self._share(inner)
        piece.written = b"%s\n%s\nEMC" % (begin, inner.written)

    def _marked_piece(self, begin: bytes, items: Part, page: Page, height: float) -> _Drawn:
        """Return what draws a piece as marked content; it is remembered by its identity, for many records have the same."""
        if type(items[0]) in ARTWORK_ITEMS:
            background = self._background_of(page, items)
            drawn = _Drawn(b"%s\n%s\nEMC" % (begin, background.operators))
            drawn.written = b"%s\n%s\nEMC" % (begin, background.written)
        else:
            self._collect_letters(items)
            drawn = _Drawn(b"%s\n%s\nEMC" % (begin, draw(spaced(items), height, self._finish.colours)))
        self._known_pieces[begin, id(items)] = drawn
        self._alive.append(items)
        return drawn

    def _forget(self) -> None:
        """Forget what was drawn when it is too much.

        This is done between pages and by their content alone, so that the same pages always make the same file; parts by
        their identity may be forgotten at any time.
        """
        if len(self._drawn) >= MEMORY:
            self._drawn.clear()
        if not (self._drawn or self._tree) or len(self._alive) >= MEMORY:
            for memory in (self._known, self._alive, self._known_backgrounds, self._known_pieces, self._known_slotted):
                memory.clear()

    def _draw_again(self, part: Part, height: float) -> _Drawn:
        """Draw a part; one that was drawn before is shared from then on."""
        drawn = self._known.get(id(part))
        if drawn is None:
            return self._draw(part, height)
        if not drawn.is_shared:
            self._share(drawn)
        return drawn

    def _draw(self, part: Part, height: float) -> _Drawn:
        """Draw a part, and remember it; one that looks like an earlier one is shared with it."""
        operators = b"" if type(part[0]) in ARTWORK_ITEMS else draw(part, height, self._finish.colours)
        drawn = self._drawn.get(operators) if operators else _Drawn(b"", b"/G", part)
        if drawn is None:
            self._collect_letters(part)
            drawn = self._drawn[operators] = _Drawn(operators, self._shared.get(operators, b""))
        elif not drawn.is_shared:
            self._share(drawn)
        self._known[id(part)] = drawn
        self._alive.append(part)
        return drawn

    def _collect_letters(self, part: Part) -> None:
        """Note the texts of a part by their faces; they wait to be searched for new letters."""
        font: Font | None = None
        waiting: list[str] = []
        for item in part:
            if type(item) is TextItem:
                if item.font is not font:
                    font = item.font
                    waiting = self._letters[font.bold, font.italic].waiting
                waiting.append(item.text)

    def _share(self, drawn: _Drawn) -> None:
        """Put a part that is drawn a second time into the file once, as a form XObject (8.10), only to be called from then on.

        It is whole lines, because programs that copy text end a line where a form XObject ends.
        """
        name = b"/X%d" % len(self._shared)
        entries = b"/Type/XObject/Subtype/Form/BBox[0 0 14400 14400]/Resources %d 0 R%s" % (self._faces, self._finish.shared)
        self._objects[name] = self._file.add_stream(drawn.operators, entries)
        drawn.written = self._shared[drawn.operators] = name + b" Do"
        drawn.is_shared = True

    def _background(self, page: Page, parts: list[_Drawn]) -> _Drawn:
        """Return what draws the background of these parts, which is in the file once."""
        same = tuple(map(id, parts))
        if same not in self._known_backgrounds:
            items = tuple([item for part in parts for item in part.artwork])
            self._known_backgrounds[same] = self._background_of(page, items)
        return self._known_backgrounds[same]

    def _background_of(self, page: Page, items: Part) -> _Drawn:
        """Return what draws the background of these items, which is in the file once."""
        if items not in self._backgrounds:
            name, sheet = b"/G%d" % len(self._backgrounds), self._finish.sheet(page, items)
            painted = self._painted(sheet)
            self._objects[name] = painted.write(self._file, self._finish.master(painted.digest))
            self._backgrounds[items] = _Drawn(b"q %s Do Q" % painted.digest.encode(), b"q %s Do Q" % name)
        return self._backgrounds[items]

    def _painted(self, sheet: Page) -> Background:
        """Return the background of a sheet in the colours of the file; DataError with the file of artwork that is unfit."""
        if sheet in self._painted_sheets:
            return self._painted_sheets[sheet]
        try:
            painted = self._finish.background(background_of(sheet, sheet.items, self._artwork))
        except DataError as error:
            raise placed(error, sheet, self._artwork, self._finish.background) from None
        if all(item.layer is Layer.MASTER for item in sheet.items):  # a record's own picture belongs to its file alone
            self._painted_sheets[sheet] = painted
        return painted

    def _end_branch(self) -> None:
        for letters in self._letters.values():
            letters.search()
        kids = b" ".join(b"%d 0 R" % leaf for leaf in self._leaves)
        entries = (self._pages, len(self._leaves), kids)
        self._file.add(b"<</Type/Pages/Parent %d 0 R/Count %d/Kids[%s]>>" % entries, self._branch)
        self._branches.append((self._branch, len(self._leaves)))
        self._leaves = []
        self._branch = self._file.reserve()

    def _add_bookmark(self, label: str, leaf: int) -> None:
        """Add a bookmark; it names the next one, so each is written when the next one comes (12.3.3)."""
        number = self._file.reserve()
        self._write_bookmark(number)
        self._first_bookmark = self._first_bookmark or number
        self._bookmarks += 1
        self._bookmark = (number, self._bookmark[0] if self._bookmark else 0, label, leaf)

    def _write_bookmark(self, after: int) -> None:
        if self._bookmark is None:
            return
        number, before, label, leaf = self._bookmark
        links = (b"/Prev %d 0 R" % before if before else b"") + (b"/Next %d 0 R" % after if after else b"")
        entries = (self._bookmark_root, text_string(label), leaf, links)
        self._file.add(b"<</Parent %d 0 R/Title%s/Dest[%d 0 R/Fit]%s>>" % entries, number)

    def close(self, info: DocumentInfo) -> None:
        """Write all that is left."""
        self.end(info, self.write_shared(info))

    def write_shared(self, info: DocumentInfo) -> bytes:
        """Write all but the information dictionary, of which more entries are returned, and the end of the file."""
        self._write_resources()
        self._write_page_tree()
        self._write_bookmark_root()
        outlines = b"/Outlines %d 0 R/PageMode/UseOutlines" % self._bookmark_root if self._bookmarks else b""
        outlines += self._outline.close(self._file) if self._outline else b""
        catalogue, more = self._finish.close(self._file)
        if self._finish.is_attached:
            self._record = self._file.reserve()
            catalogue += attach(self._file, self._record)
        if self._finish.is_described:
            self._metadata = self._file.reserve()
            catalogue = b"/Metadata %d 0 R" % self._metadata + catalogue
        catalogue += self.parts.close() if self.parts else b""
        catalogue += self._structure.close(self._file) if self._structure else b""
        entries = (self._pages, info.language.encode(), outlines, catalogue)
        self._file.add(
            b"<</Type/Catalog/Pages %d 0 R/Lang(%s)%s/ViewerPreferences<</DisplayDocTitle true>>%s>>" % entries, self._catalogue
        )
        self._file.end_group()
        if self.pages == 1:
            self._file.hold_first()
        return more

    def end(self, info: DocumentInfo, more: bytes) -> None:
        """Write what is attached, the metadata, the information dictionary and the end of the file."""
        if self._record:
            write_record(self._file, info, self._record)
        if self._metadata:
            self._file.write_waiting()
            self._finish.describe(self._file, info, self._metadata)
        self._file.close(self._catalogue, self._write_info(info, more))

    def continued(self, file: IO[bytes], content: bytes) -> Volume:
        """Return a volume like this one, of one page and all written but its end, with other content of the page.

        `file` holds what this one has written.
        """
        other = copy(self)
        other._file = self._file.continued(file, content)
        return other

    @property
    def content(self) -> bytes:
        """The content of its only page, as long as it is not compressed."""
        return self._file.waiting_stream

    def _write_resources(self) -> None:
        faces = {(face.bold, face.italic): face for face in fonts.family().faces}
        numbers = {}
        for name, style in sorted((FACE_NAMES[style], style) for style in self._letters):
            numbers[name] = self._file.reserve()
            write_face(self._file, faces[style], self._letters[style].all, numbers[name])
        entries = b"".join(b"%s %d 0 R" % each for each in numbers.items())
        objects = b"".join(b"%s %d 0 R" % each for each in self._objects.items())
        figures = b"".join(b"%s %d 0 R" % each for each in self._figures.items())
        fonts_and_states = b"/Font<<%s>>%s" % (entries, self._finish.resources)
        self._file.add(b"<<%s>>" % fonts_and_states, self._faces)
        self._file.add(b"<<%s/XObject<<%s%s>>>>" % (fonts_and_states, objects, figures), self._resources)
        if figures:
            self._file.add(b"<<%s/XObject<<%s>>>>" % (fonts_and_states, objects), self._figure_resources)

    def _write_page_tree(self) -> None:
        self._end_branch()
        kids = b" ".join(b"%d 0 R" % number for number, _count in self._branches)
        count = sum(count for _number, count in self._branches)
        entries = (count, kids, self._size or b"595.2756 841.8898", self._resources)
        self._file.add(b"<</Type/Pages/Count %d/Kids[%s]/MediaBox[0 0 %s]/Resources %d 0 R>>" % entries, self._pages)

    def _write_bookmark_root(self) -> None:
        if self._bookmark is not None:
            self._write_bookmark(0)
            entries = (self._first_bookmark, self._bookmark[0], self._bookmarks)
            self._file.add(b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>" % entries, self._bookmark_root)

    def _write_info(self, info: DocumentInfo, more: bytes) -> int:
        day = info.dated.strftime("(D:%Y%m%d%H%M%SZ)").encode()
        producer = text_string(PRODUCER)
        sides = b"/docgensides(%d)" % info.sides if info.sides > 1 else b""
        entries = (text_string(info.title), producer, producer, day, day, text_string(info.form), sides, more)
        return self._file.add_apart(b"<</Title%s/Creator%s/Producer%s/CreationDate%s/ModDate%s/docgenform%s%s%s>>" % entries)


def press_pages(
    pages: Iterable[Page], info: DocumentInfo, artwork: ArtworkFolders, finish: Finish = PLAIN, form: Form | None = None
) -> bytes:
    """Return one PDF of the pages with the bookmarks of `info`; the same page as `docgen.paint.pdf.weasy.paint_pages` makes.

    `form` is what the pages are of, where the finish asks for a structure. The faces hold a whole alphabet, which is subset once
    a process, instead of a subset of their own. DataError for artwork that is missing or unfit for print.
    """
    buffer = io.BytesIO()
    volume = Volume(buffer, artwork, fonts.ALPHABET, finish, form)
    volume.add_all(pages, info)
    volume.close(info)
    return buffer.getvalue()
