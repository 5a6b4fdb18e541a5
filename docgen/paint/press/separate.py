"""Files of one document each, by the press: what the files of a batch share is found, painted and compressed once."""

from __future__ import annotations

import io
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from docgen import fonts
from docgen.artwork import ArtworkFolders
from docgen.compose.page import ARTWORK_ITEMS, Page, Part, TextItem
from docgen.form import Form
from docgen.paint.content import draw
from docgen.paint.info import DocumentInfo
from docgen.paint.press.finish import PLAIN, Finish
from docgen.paint.press.resources import Background
from docgen.paint.press.volume import Volume

#: How many parts of pages are remembered before all are forgotten.
MEMORY = 4_000
_OTHER_LETTER = fonts.none_of(fonts.ALPHABET)
#: What draws the background of a volume of one page.
BACKGROUND = b"q /G0 Do Q"


class _SeenPart(NamedTuple):
    """A part of a page: what draws it, in which faces, and whether all its letters are of the alphabet; itself, to live on."""

    operators: bytes
    styles: frozenset[tuple[bool, bool]]
    is_usual: bool
    part: Part


@dataclass(frozen=True, slots=True)
class _Begun:
    """A file of which only the page's content, the information dictionary and the end are its own; it begins with `start`.

    `more` are entries of the information dictionary. `artwork` lives on, for it is known by its identity.
    """

    volume: Volume
    start: bytes
    more: bytes
    artwork: Sequence[_SeenPart]

    def ended(self, content: bytes, info: DocumentInfo) -> bytes:
        """Return the whole file with this content of its page."""
        buffer = io.BytesIO()
        buffer.write(self.start)
        self.volume.continued(buffer, content).end(info, self.more)
        return buffer.getvalue()


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

    def paint(self, pages: Iterable[Page], info: DocumentInfo) -> bytes:
        """Return one PDF of the pages with the bookmarks of `info`; DataError for artwork that is missing or unfit for print."""
        pages = list(pages)
        if len(pages) > 1 or info.bookmarks or self._finish.is_identified or not pages[0].parts:
            return self._written(pages, info)
        [page] = pages
        parts = self._parts_of(page)
        artwork, texts = [each for each in parts if not each.operators], [each for each in parts if each.operators]
        if not all([each.is_usual for each in texts]):
            return self._written(pages, info)
        content = b"\n".join([*([BACKGROUND] if artwork else []), self._finish.begin, *[each.operators for each in texts]])
        styles = frozenset[tuple[bool, bool]]().union(*[each.styles for each in texts])
        key = (*[id(each.part) for each in artwork], styles, page.width, page.height, info.language, info.form, info.sides)
        begun = self._begun.get(key)
        if begun is not None and len({each.operators for each in texts}) == len(texts):  # the same lines would be shared
            return begun.ended(content, info)
        return self._written(pages, info, key, content, artwork)

    def _written(
        self, pages: list[Page], info: DocumentInfo, key: Hashable = None, content: bytes = b"", artwork: Sequence[_SeenPart] = ()
    ) -> bytes:
        """Write a file from beginning to end; where its page has this content, remember under `key` how it began."""
        buffer = io.BytesIO()
        volume = Volume(buffer, self._artwork, fonts.ALPHABET, self._finish, self._form, self._painted)
        volume.add_all(pages, info)
        more = volume.write_shared(info)
        if content and volume.content == content:
            begun = _Begun(volume, buffer.getvalue(), more, artwork)
            self._begun[key] = begun
            return begun.ended(content, info)
        volume.end(info, more)
        return buffer.getvalue()

    def _parts_of(self, page: Page) -> list[_SeenPart]:
        """Return the parts of a page, those that an earlier page has too from memory."""
        if len(self._parts) > MEMORY:
            self._parts.clear()
            self._begun.clear()
        known, height = self._parts, page.height.pt
        for part in page.parts:
            if id(part) not in known:
                known[id(part)] = self._part(part, height)
        return [known[id(part)] for part in page.parts]

    def _part(self, part: Part, height: float) -> _SeenPart:
        if type(part[0]) in ARTWORK_ITEMS:
            return _SeenPart(b"", frozenset(), True, part)
        texts = [item for item in part if type(item) is TextItem]
        styles = frozenset([(text.font.bold, text.font.italic) for text in texts])
        is_usual = not any([_OTHER_LETTER.search(text.text) for text in texts])
        return _SeenPart(draw(part, height, self._finish.colours), styles, is_usual, part)
