"""What the pages of a volume share, as PDF objects: the artwork under the text, and the faces.

A background becomes one form XObject (ISO 32000-1, 8.10), painted by WeasyPrint once and cached from then on; a face becomes a
composite font (9.7), subset to the characters that were set in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from docgen.artwork import SIZE_LIMIT, ArtworkFolders
from docgen.compose.page import FrameItem, Item, Layer, Page, PictureItem
from docgen.errors import DataError
from docgen.fields import PictureBytes
from docgen.files import read_bytes
from docgen.fonts import Face
from docgen.paint.press import cache
from docgen.paint.press.copying import CopiedObject, copy_form, dumped, loaded
from docgen.paint.press.file import PdfFile, deflate
from docgen.units import ZERO, Box, mm

#: How many kinds of files have their backgrounds, as they are numbered there, remembered.
FILES_ALIKE = 4
#: How large artwork is painted to find out which of it cannot be used.
TRIED = mm(10)


def background_of(page: Page, items: tuple[Item, ...], artwork: ArtworkFolders) -> Background:
    """Return the background of `items` on a sheet like that of `page`; DataError for artwork that is missing or unfit."""
    files = tuple(artwork.stamp(name) for item in items for name in _names(item))
    return _background(Page(page.width, page.height, items), artwork, files)


def placed(error: DataError, page: Page, artwork: ArtworkFolders, finish: Callable[[Background], Background]) -> DataError:
    """Return an error of the background of a page with the file of the first of its artwork that has the error by itself."""
    if error.problems[0].where.file:
        return error
    for name in dict.fromkeys(name for item in page.items for name in _names(item)):
        file = name if isinstance(name, PictureBytes) else artwork.find(name).name  # with its ending, it may be of any shape
        alone = PictureItem("", Layer.DATA, Box(ZERO, ZERO, TRIED, TRIED), file)
        try:
            finish(Background(paint(Page(TRIED, TRIED, (alone,)), artwork)))
        except DataError as found:
            place = name if isinstance(name, PictureBytes) else str(artwork.find(name))
            return DataError([problem.at(file=problem.where.file or place) for problem in found.problems])
    return error


def _names(item: Item) -> tuple[str, ...]:
    """Return the names of the artwork that an item draws."""
    if isinstance(item, FrameItem):
        return (f"{item.artwork}-side", f"{item.artwork}-corner")
    return (item.artwork,) if isinstance(item, PictureItem) else ()


@lru_cache(maxsize=16)
def _background(page: Page, artwork: ArtworkFolders, _files: tuple[tuple[str, int], ...]) -> Background:
    """Load a background from disk or paint it; it stays the same as long as its files do.

    A record's own picture is personal, so nothing of it is written to disk.
    """
    if any(item.layer is not Layer.MASTER for item in page.items):
        return Background(paint(page, artwork))
    name = shown_by(page, artwork)
    stored = cache.load(name, cache.BACKGROUND)
    if stored is not None:
        return Background(loaded(stored))
    objects = paint(page, artwork)
    cache.save(name, cache.BACKGROUND, dumped(objects))
    return Background(objects)


def shown_by(page: Page, artwork: ArtworkFolders) -> str:
    """Return the SHA-256 of all that a page of artwork shows: its geometry, and the content of its artwork."""
    digest = hashlib.sha256(repr(page).encode())
    for name in (name for item in page.items for name in _names(item)):
        path = artwork.find(name)
        digest.update(f"\n{path.name} ".encode() + hashlib.sha256(read_bytes(path, SIZE_LIMIT)).digest())
    return digest.hexdigest()


def paint(page: Page, artwork: ArtworkFolders) -> tuple[CopiedObject, ...]:
    """Return the objects of a background, its form XObject first; DataError for artwork that cannot be painted."""
    from docgen.paint.pdf.background import lay_under
    from docgen.paint.pdf.weasy import empty_pdf, paint_artwork

    return copy_form(lay_under(empty_pdf(page.width, page.height), [page], artwork, paint_artwork))


@dataclass(frozen=True)
class Background:
    """The objects of a background, its form XObject first."""

    objects: tuple[CopiedObject, ...]

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of its objects, numbered from 0, streams inflated: of what it draws, whichever file holds it."""
        digest, numbers = hashlib.sha256(), range(len(self.objects))
        for number, each in zip(numbers, self.objects, strict=True):
            stream = b"" if each.stream is None else b"stream\n%s\nendstream\n" % each.stream
            digest.update(b"%d 0 obj\n%s\n%sendobj\n" % (number, _written(each, numbers), stream))
        return digest.hexdigest()

    @cached_property
    def _encoded(self) -> tuple[bytes | None, ...]:
        return tuple(each.stream if each.is_encoded or each.stream is None else deflate(each.stream) for each in self.objects)

    def write(self, file: PdfFile, more: bytes = b"") -> int:
        """Write all objects; return the number of the form XObject, whose dictionary gets `more` entries."""
        first, *_others = [file.reserve() for _object in self.objects]
        written = self._numbered.get((first, more))
        if written is None:
            if len(self._numbered) >= FILES_ALIKE:
                self._numbered.clear()
            written = self._numbered[first, more] = self._from(first, more)
        for number, (content, stream) in enumerate(written, first):
            if stream is None:
                file.add(content, number)
            else:
                file.add_encoded(stream, content, number)
        return first

    @cached_property
    def _numbered(self) -> dict[tuple[int, bytes], list[tuple[bytes, bytes | None]]]:
        """What `_from` returned: files of one form each have the same numbers."""
        return {}

    def _from(self, first: int, more: bytes) -> list[tuple[bytes, bytes | None]]:
        """Return what is written for each object, and its stream, where they are numbered from `first` on."""
        numbers = range(first, first + len(self.objects))
        contents = [_written(each, numbers) + (b"" if index else more) for index, each in enumerate(self.objects)]
        is_deflated = [each.stream is not None and not each.is_encoded for each in self.objects]
        return [
            (content + b"/Filter/FlateDecode" if deflated else content, stream)
            for content, stream, deflated in zip(contents, self._encoded, is_deflated, strict=True)
        ]


def _written(copied: CopiedObject, numbers: Sequence[int]) -> bytes:
    """Return what precedes the stream, where the object of index n has the number `numbers[n]`."""
    return b"".join([b"%d 0 R" % numbers[part] if isinstance(part, int) else part for part in copied.parts])


#: Font descriptor flags (table 123): serif, symbolic (its own encoding), italic.
SERIF, SYMBOLIC, ITALIC = 1 << 1, 1 << 2, 1 << 6

TO_UNICODE = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def
/CMapName/Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000><FFFF>
endcodespacerange
%s
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""


class Subset(NamedTuple):
    """What a file holds of a face for some letters, and its name there; streams are compressed."""

    name: bytes
    program: bytes
    length: int
    to_glyph: bytes
    to_unicode: bytes
    widths: bytes


def write_face(file: PdfFile, face: Face, letters: frozenset[str], number: int) -> None:
    """Write a face, subset to `letters`, as the composite font object `number`."""
    subset = _subset(face, letters)
    name = subset.name
    program = file.add_encoded(subset.program, b"/Filter/FlateDecode/Length1 %d" % subset.length)
    descriptor = file.add(_descriptor(face, name, program))
    to_glyph = file.add_encoded(subset.to_glyph, b"/Filter/FlateDecode")
    to_unicode = file.add_encoded(subset.to_unicode, b"/Filter/FlateDecode")
    descendant = file.add(
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/FontDescriptor %d 0 R/CIDToGIDMap %d 0 R/DW 0/W[%s]>>" % (name, descriptor, to_glyph, subset.widths)
    )
    file.add(
        b"<</Type/Font/Subtype/Type0/BaseFont%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
        % (name, descendant, to_unicode),
        number,
    )


@lru_cache(maxsize=16)
def _subset(face: Face, wanted: frozenset[str]) -> Subset:
    letters = tuple(sorted(wanted))
    program, glyphs = face.file.subset(map(ord, letters))
    name = f"/{_tag(letters, face)}+{face.postscript_name}".encode()
    to_unicode = TO_UNICODE % _unicode_ranges(letters)
    to_glyph, widths = _cid_to_gid(letters, glyphs), _widths(face, letters)
    return Subset(name, deflate(program), len(program), deflate(to_glyph), deflate(to_unicode), widths)


def _tag(letters: tuple[str, ...], face: Face) -> str:
    """Return the six capitals that distinguish one subset from another (9.6.4)."""
    digest = hashlib.sha256(f"{face.postscript_name} {''.join(letters)}".encode()).digest()
    return "".join(chr(65 + byte % 26) for byte in digest[:6])


def _descriptor(face: Face, name: bytes, program: int) -> bytes:
    flags = SERIF | SYMBOLIC | (ITALIC if face.italic else 0)
    bounds = b" ".join(b"%d" % edge for edge in face.bounds)
    ascent, descent, capitals = (round(1000 * each) for each in (face.ascent, -face.descent, face.cap_height))
    slant, stem = -16 if face.italic else 0, 140 if face.bold else 80
    return (
        b"<</Type/FontDescriptor/FontName%s/Flags %d/FontBBox[%s]/ItalicAngle %d/Ascent %d/Descent %d/CapHeight %d"
        b"/StemV %d/FontFile2 %d 0 R>>" % (name, flags, bounds, slant, ascent, descent, capitals, stem, program)
    )


def _cid_to_gid(letters: tuple[str, ...], glyphs: dict[int, int]) -> bytes:
    table = bytearray(2 * (ord(letters[-1]) + 1))
    for letter in letters:
        table[2 * ord(letter) : 2 * ord(letter) + 2] = glyphs[ord(letter)].to_bytes(2)
    return bytes(table)


def _widths(face: Face, letters: tuple[str, ...]) -> bytes:
    """Return each width in whole thousandths of an em, which is all that some viewers read."""
    return b"".join(b"%d[%d]" % (ord(x), round(1000 * face.advance(x) / face.units_per_em)) for x in letters)


def _unicode_ranges(letters: tuple[str, ...]) -> bytes:
    """Return the lines that map each code to itself, at most 100 in a block (Adobe Technical Note 5014)."""
    blocks = [letters[at : at + 100] for at in range(0, len(letters), 100)]
    return b"\n".join(
        b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(b"<%04X><%04X>" % (ord(x), ord(x)) for x in block))
        for block in blocks
    )
