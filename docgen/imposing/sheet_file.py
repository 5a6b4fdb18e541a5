"""The PDF of the sheets, written sheet by sheet: what they share once, memory flat."""

from __future__ import annotations

from typing import IO

from docgen import fonts
from docgen.imposing.crop_marks import REGISTRATION, draw_crop_marks
from docgen.imposing.layout import SheetLayout
from docgen.imposing.slug import Slug
from docgen.imposing.standards import SheetStandard
from docgen.paint.info import PRODUCER, DocumentInfo
from docgen.paint.press.file import PdfFile, text_string
from docgen.paint.press.resources import write_face
from docgen.units import ZERO

#: How many pages one node of the page tree has (ISO 32000-1, 7.7.3.2).
BRANCH = 100
#: The boxes of a sheet of one page, which say where it is cut.
BOXES = (b"MediaBox", b"BleedBox", b"TrimBox")
#: How many of the streams that sheets have alike are remembered.
MEMORY = 1_000
#: The graphics state of black that is printed over what lies below (8.6.7).
OVERPRINT = b"<</OP true/op true/OPM 1>>"


class SheetFile:
    """A PDF of sheets; a sheet is what its positions draw, and with marks what is round them."""

    def __init__(self, file: IO[bytes], layout: SheetLayout, standard: SheetStandard):
        self._layout, self._standard = layout, standard
        self.file = PdfFile(file, standard.version, standard.is_identified)
        self._pages, self._branch, self._face = (self.file.reserve() for _number in range(3))
        self._branches: list[tuple[int, int]] = []
        self._leaves: list[int] = []
        self._streams: dict[bytes, int] = {}
        self._letters: set[str] = set(fonts.ALPHABET)
        self._crop_marks = self._write_crop_marks() if layout.has_crop_marks else 0
        self._overprint = self.file.add(OVERPRINT) if layout.has_crop_marks else 0
        named = BOXES if layout.scheme.positions == 1 else standard.boxes
        self._boxes = b"".join(self._box(name) for name in named)

    def _box(self, name: bytes) -> bytes:
        """Return a box of the sheets: where a page by itself is cut or bleeds, else the sheet, which is not cut (14.11.2)."""
        (width, height), block = self._layout.scheme.sheet, self._layout.block
        if name == b"MediaBox" or self._layout.scheme.positions > 1:
            return b"/%s[0 0 %.4f %.4f]" % (name, width.pt, height.pt)
        out = self._layout.scheme.bleed if name == b"BleedBox" else ZERO
        lower, upper = (height - block.bottom - out).pt, (height - block.top + out).pt
        return b"/%s[%.4f %.4f %.4f %.4f]" % (name, (block.left - out).pt, lower, (block.right + out).pt, upper)

    def _write_crop_marks(self) -> int:
        width, height = (side.pt for side in self._layout.scheme.sheet)
        head = b"/Type/XObject/Subtype/Form/BBox[0 0 %.4f %.4f]" % (width, height)
        head += b"/Resources<</ColorSpace<</All %s>>>>" % REGISTRATION
        return self.file.add_stream(draw_crop_marks(self._layout), head)

    def add(self, drawn: bytes, forms: dict[bytes, int], slug: Slug | None) -> None:
        """Write a sheet: what draws its pages, the form XObjects that this names, its slug where it has marks."""
        named = b"".join([b"%s %d 0 R" % each for each in forms.items()])
        if slug is None:
            contents, font = b"%d 0 R" % self._common(drawn), b""
        else:
            self._letters.update(slug.text)
            named += b"/M %d 0 R" % self._crop_marks
            font = b"/Font<</R %d 0 R>>/ExtGState<</K %d 0 R>>" % (self._face, self._overprint)
            alike = self._common(b"%s\n/M Do %s" % (drawn, slug.begun))
            contents = b"[%d 0 R %d 0 R]" % (alike, self.file.add_stream(slug.ended))
        entries = (self._branch, contents, named, font, self._boxes)
        leaf = b"<</Type/Page/Parent %d 0 R/Contents %s/Resources<</XObject<<%s>>%s>>%s>>" % entries
        self._leaves.append(self.file.add(leaf))
        if len(self._leaves) == BRANCH:
            self._end_branch()

    def _common(self, drawn: bytes) -> int:
        """Return the stream of what most sheets have alike: where their pages are, the marks, the beginning of the slug."""
        if drawn not in self._streams:
            if len(self._streams) > MEMORY:
                self._streams.clear()
            self._streams[drawn] = self.file.add_stream(drawn)
        return self._streams[drawn]

    def _end_branch(self) -> None:
        kids = b" ".join(b"%d 0 R" % leaf for leaf in self._leaves)
        entries = (self._pages, len(self._leaves), kids)
        self.file.add(b"<</Type/Pages/Parent %d 0 R/Count %d/Kids[%s]>>" % entries, self._branch)
        self._branches.append((self._branch, len(self._leaves)))
        self._leaves = []
        self._branch = self.file.reserve()

    def close(self, info: DocumentInfo) -> None:
        """Write the face of the slug, the page tree and the metadata."""
        if self._crop_marks:
            [face] = [each for each in fonts.family().faces if not (each.bold or each.italic)]
            write_face(self.file, face, frozenset(self._letters), self._face)
        if self._leaves:
            self._end_branch()
        kids = b" ".join(b"%d 0 R" % number for number, _count in self._branches)
        count = sum(count for _number, count in self._branches)
        self.file.add(b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids), self._pages)
        catalogue, more = self._standard.close(self.file, info)
        root = self.file.add(b"<</Type/Catalog/Pages %d 0 R%s>>" % (self._pages, catalogue))
        day = info.dated.strftime("(D:%Y%m%d%H%M%SZ)").encode()
        producer = text_string(PRODUCER)
        entries = (text_string(info.title), producer, producer, day, day, more)
        written = self.file.add(b"<</Title%s/Creator%s/Producer%s/CreationDate%s/ModDate%s%s>>" % entries)
        self.file.close(root, written)
