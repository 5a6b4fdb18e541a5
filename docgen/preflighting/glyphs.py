"""The letters of a finished page: what each is, where its origin lies, its face and its size, read from the PDF alone.

PDFium interprets the page, nested form XObjects included. A letter's outline comes from the font that is in the file.
"""

from __future__ import annotations

import ctypes
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from docgen.fonts.faces import PRESCRIBED, SUBSTITUTE
from docgen.units import Box, Length, mm, pt

if TYPE_CHECKING:
    from docgen.preflighting.loaded_page import LoadedFont, LoadedPage, PageObject, PageSheet, TextPage

#: Capitals whose upper edge is flat and carries no accent: what a cap height is taken at.
FLAT = frozenset("БВГЕЖИКЛМНПРТХЦЧШЩЫЬЯҒҚҢҮҰІBDEFHIKLMNPRTXYZ")
#: The height of flat capitals in Times New Roman and its likes, in ems, for a face of which a page has none.
CAP_HEIGHT = 1341 / 2048
#: Letters at most this far apart in height are in one row.
ROW = mm(0.5)
#: A step across wider than the first of these, in ems, parts a row into spans; one wider than the second is read as a space.
PART, SPACE = 1.0, 0.15
#: What PDFium calls a hyphen that ends a line.
BROKEN_HYPHEN = {0x02, 0xFFFE}
#: Halves of a character in UTF-16, which a damaged file may hold alone; and the character to read for what is none.
HALVES, UNKNOWN = range(0xD800, 0xE000), 0xFFFD
#: Text rendering modes (ISO 32000-1, 9.3.6) that put no ink on paper.
INVISIBLE = {3, 7}


@dataclass(frozen=True, slots=True)
class PrintedFace:
    """A font of the file. `name` is its BaseFont, unchanged."""

    name: str
    bold: bool
    italic: bool

    @property
    def family(self) -> str:
        """The family where it is a known one, else the font's name without its subset tag."""
        plain = _untagged(self.name)
        letters = re.sub(r"[^a-z]", "", plain.lower())
        for family in (PRESCRIBED, SUBSTITUTE):
            known = family.lower().replace(" ", "")
            if re.fullmatch(known + r"(ps|mt|bold|italic|oblique|regular)*", letters):
                return family
        return plain

    def __str__(self) -> str:
        return " ".join([self.family, *["bold"] * self.bold, *["italic"] * self.italic])


@dataclass(frozen=True, slots=True)
class Glyph:
    """One letter. `left` is its origin, `right` where its advance ends; `stretch` is how wide it is set for its height."""

    letter: str
    left: Length
    right: Length
    baseline: Length
    size: Length
    stretch: float
    face: PrintedFace
    #: The letter's ink, if its outline is in the file.
    ink: Box | None
    is_upright: bool = True

    @property
    def box(self) -> Box:
        """The letter's ink, else the space that it takes on its line."""
        return self.ink or Box(self.left, self.baseline - self.size * CAP_HEIGHT, self.right - self.left, self.size * CAP_HEIGHT)


@dataclass(frozen=True)
class TextSpan:
    """Letters of one row with no step between them wider than an em."""

    glyphs: tuple[Glyph, ...]
    cap_ratio: float

    @cached_property
    def text(self) -> str:
        """The letters, with one space where there is any white between them."""
        parts: list[str] = []
        for before, glyph in zip((None, *self.glyphs), self.glyphs, strict=False):
            stepped = before and (glyph.left - before.right).mm > glyph.size.mm * SPACE
            parts.append(" " + glyph.letter if stepped else glyph.letter)
        return " ".join("".join(parts).split())

    @cached_property
    def _lettered(self) -> list[Glyph]:
        return [glyph for glyph in self.glyphs if not glyph.letter.isspace()]

    @property
    def left(self) -> Length:
        """The origin of the first letter."""
        return self._lettered[0].left

    @property
    def right(self) -> Length:
        """The end of the last letter's advance."""
        return self._lettered[-1].right

    @cached_property
    def baseline(self) -> Length:
        """The baseline of most letters."""
        heights = Counter(round(glyph.baseline.mm, 3) for glyph in self._lettered)
        return mm(heights.most_common(1)[0][0])

    @property
    def unevenness(self) -> Length:
        """How far the letter that is most out of line is from the baseline; below is positive."""
        return max((glyph.baseline - self.baseline for glyph in self._lettered), key=lambda off: abs(off.mm))

    @cached_property
    def size(self) -> Length:
        """The size of the largest letter."""
        return max(glyph.size for glyph in self._lettered)

    @property
    def cap_top(self) -> Length:
        """The upper edge of the line as an act means it: the top of its flat capitals."""
        return self.baseline - self.size * self.cap_ratio

    @property
    def sizes(self) -> tuple[Length, Length]:
        """The smallest and the largest size of a letter."""
        sizes = [glyph.size for glyph in self._lettered]
        return min(sizes), max(sizes)

    @property
    def stretch(self) -> float:
        """The width of the letter that is most out of proportion, as a share of its proper width."""
        return max((glyph.stretch for glyph in self._lettered), key=lambda stretch: abs(stretch - 1))

    @cached_property
    def faces(self) -> list[PrintedFace]:
        """The faces of the letters, each once."""
        return list(dict.fromkeys(glyph.face for glyph in self._lettered))

    @cached_property
    def weights(self) -> tuple[bool, ...]:
        """Whether each of the faces is bold."""
        return tuple(face.bold for face in self.faces)


def _untagged(name: str) -> str:
    return re.sub(r"^[A-Z]{6}\+", "", name)


Heights = dict[PrintedFace, Counter[float]]


@dataclass
class CapHeights:
    """The height of flat capitals in each face, in ems, gathered from the outlines of a page's letters.

    What the first page of a file shows of a face holds for all its pages, so that a page's measures do not depend on which others
    were measured.
    """

    #: The heights on the first page; None on the first page itself.
    first: Heights | None = None
    own: Heights = field(default_factory=dict)

    @property
    def settled(self) -> Heights:
        """The heights that hold for all pages."""
        return self.own if self.first is None else self.first

    @property
    def usual(self) -> list[tuple[PrintedFace, float]]:
        """The faces that hold for all pages and the height of most capitals in each, as they were seen; subsets of one once."""
        faces = ((replace(face, name=_untagged(face.name)), counts) for face, counts in self.settled.items())
        return list(dict.fromkeys((face, counts.most_common(1)[0][0]) for face, counts in faces))

    def add(self, first: CapHeights) -> None:
        """Let what the first page of another file shows of its faces hold too; the usual heights have to be the same."""
        self.settled.update(first.settled)

    def of_next_page(self) -> CapHeights:
        """Return the heights for another page of the file."""
        return CapHeights(self.settled)

    def note(self, face: PrintedFace, letter: str, top: float) -> None:
        """Add the upper edge of a letter's outline, in ems; of letters with no flat top nothing is added."""
        if letter in FLAT and not (self.first and face in self.first):
            self.own.setdefault(face, Counter())[round(top, 5)] += 1

    @property
    def _seen(self) -> Heights:
        return {**self.settled, **self.own}

    def of(self, *, bold: bool, italic: bool) -> float:
        """Return the height in a style, or in any, or that of Times New Roman."""
        alike = [heights for face, heights in self._seen.items() if (face.bold, face.italic) == (bold, italic)]
        return next((counts.most_common(1)[0][0] for counts in alike or self._seen.values()), CAP_HEIGHT)

    def of_face(self, face: PrintedFace) -> float:
        """Return the height in a face, or in one of its style."""
        counts = self.settled.get(face) or self.own.get(face)
        return counts.most_common(1)[0][0] if counts else self.of(bold=face.bold, italic=face.italic)


Outline = tuple[float, float, float, float]


class Fonts:
    """The fonts of one page's letters, each read once; they are known by their address in PDFium."""

    def __init__(self, before: Fonts | None = None) -> None:
        """Take over what was read for the page `before`, which is still loaded, so that its fonts keep their addresses."""
        self._before = before._known if before else {}
        self._known: dict[int, tuple[PrintedFace, dict[int, Outline | None]]] = {}

    def face(self, font: LoadedFont) -> PrintedFace:
        """Return the name and style of a font."""
        return self._read(font)[0]

    def outline(self, font: LoadedFont, code: int) -> Outline | None:
        """Return left, lowest, right and highest point of a letter's outline, in ems above the baseline."""
        outlines = self._read(font)[1]
        if code not in outlines:
            outlines[code] = read_outline(font, code)
        return outlines[code]

    def _read(self, font: LoadedFont) -> tuple[PrintedFace, dict[int, Outline | None]]:
        address = ctypes.cast(font, ctypes.c_void_p).value or 0
        if address not in self._known:
            self._known[address] = self._before.get(address) or (read_face(font), {})
        return self._known[address]


def read_face(font: LoadedFont) -> PrintedFace:
    """Return the name and style of a font that PDFium has loaded."""
    import pypdfium2.raw as pdfium

    buffer = ctypes.create_string_buffer(256)
    angle = ctypes.c_int()
    pdfium.FPDFFont_GetBaseFontName(font, buffer, len(buffer))
    name = buffer.value.decode("utf-8", "replace")
    style = _untagged(name).lower()
    is_forced_bold = pdfium.FPDFFont_GetFlags(font) & 1 << 18  # ISO 32000-1, table 123
    is_slanted = pdfium.FPDFFont_GetItalicAngle(font, angle) and angle.value != 0
    bold = "bold" in style or bool(is_forced_bold)
    return PrintedFace(name, bold, "italic" in style or "oblique" in style or bool(is_slanted))


def read_outline(font: LoadedFont, code: int) -> Outline | None:
    """Read an outline; None for a font that is not in the file, since its letters look different on every machine."""
    import pypdfium2.raw as pdfium

    if pdfium.FPDFFont_GetIsEmbedded(font) != 1:
        return None
    path = pdfium.FPDFFont_GetGlyphPath(font, code, 1.0)
    count = pdfium.FPDFGlyphPath_CountGlyphSegments(path) if path else 0
    points = []
    for index in range(max(count, 0)):
        x, y = ctypes.c_float(), ctypes.c_float()
        pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFGlyphPath_GetGlyphPathSegment(path, index), x, y)
        points.append((x.value, y.value))
    if not points:
        return None
    across, up = zip(*points, strict=True)
    return min(across), min(up), max(across), max(up)


def read_glyphs(page: LoadedPage, sheet: PageSheet, caps: CapHeights, fonts: Fonts) -> list[Glyph]:
    """Return the letters of a loaded PDFium page in the order of its content; heights of capitals are added to `caps`."""
    import pypdfium2.raw as pdfium

    text_page = pdfium.FPDFText_LoadPage(page)
    try:
        found = (_read_glyph(text_page, index, sheet, fonts, caps) for index in range(pdfium.FPDFText_CountChars(text_page)))
        return [glyph for glyph in found if glyph]
    finally:
        pdfium.FPDFText_ClosePage(text_page)


def _read_glyph(text_page: TextPage, index: int, sheet: PageSheet, fonts: Fonts, caps: CapHeights) -> Glyph | None:
    """Return one letter; None for what PDFium adds of its own (line ends) and for what leaves no ink."""
    import pypdfium2.raw as pdfium

    run = pdfium.FPDFText_GetTextObject(text_page, index)
    if not run or pdfium.FPDFText_IsGenerated(text_page, index) == 1 or _is_invisible(run):
        return None
    matrix, advance = pdfium.FS_MATRIX(), pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetMatrix(text_page, index, matrix)
    pdfium.FPDFText_GetCharOrigin(text_page, index, x, y)
    pdfium.FPDFText_GetLooseCharBox(text_page, index, advance)
    code, font = pdfium.FPDFText_GetUnicode(text_page, index), pdfium.FPDFTextObj_GetFont(run)
    code = ord("-") if code in BROKEN_HYPHEN else UNKNOWN if code in HALVES or code > sys.maxunicode else code
    size = pt(pdfium.FPDFText_GetFontSize(text_page, index) * math.hypot(matrix.c, matrix.d) * sheet.unit)
    stretch = math.hypot(matrix.a, matrix.b) / (math.hypot(matrix.c, matrix.d) or 1.0)
    left, baseline = sheet.point(x.value, y.value)
    right, _top = sheet.point(advance.right, advance.top)
    face, outline = fonts.face(font), fonts.outline(font, code)
    if outline:
        caps.note(face, chr(code), outline[3])
    is_upright = matrix.a > 0 < matrix.d and abs(matrix.b) + abs(matrix.c) < 1e-3 * matrix.d
    ink = ink_box(left, baseline, size, stretch, outline) if outline else None
    return Glyph(chr(code), left, right, baseline, size, stretch, face, ink, is_upright)


def _is_invisible(run: PageObject) -> bool:
    """Whether a run of text is drawn without ink, or with ink that one sees through wholly."""
    import pypdfium2.raw as pdfium

    red, green, blue, opacity = (ctypes.c_uint() for _channel in range(4))
    known = pdfium.FPDFPageObj_GetFillColor(run, red, green, blue, opacity)
    return pdfium.FPDFTextObj_GetTextRenderMode(run) in INVISIBLE or bool(known and opacity.value == 0)


def ink_box(left: Length, baseline: Length, size: Length, stretch: float, outline: Outline) -> Box:
    """Return the box of a letter's ink, from its origin and its outline in ems."""
    low_x, low_y, high_x, high_y = outline
    wide = size * stretch
    return Box(left + wide * low_x, baseline - size * high_y, wide * (high_x - low_x), size * (high_y - low_y))


def text_spans(glyphs: Sequence[Glyph], caps: CapHeights) -> list[TextSpan]:
    """Return the spans of a page in the order of reading: row by row, each from left to right."""
    upright = [glyph for glyph in glyphs if glyph.is_upright]
    return [span for row in _rows(upright) for span in _parted(row, caps)]


def _rows(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    row: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.baseline):
        if row and glyph.baseline - row[0].baseline > ROW:
            yield row
            row = []
        row.append(glyph)
    if row:
        yield row


def _parted(row: list[Glyph], caps: CapHeights) -> Iterator[TextSpan]:
    span: list[Glyph] = []
    for glyph in [*sorted(row, key=lambda glyph: glyph.left), None]:
        if span and (glyph is None or (glyph.left - span[-1].right).mm > glyph.size.mm * PART):
            if not all(each.letter.isspace() for each in span):
                yield TextSpan(tuple(span), caps.of_face(span[0].face))
            span = []
        if glyph:
            span.append(glyph)
