"""The letters of a font in the file: what each code says by its ToUnicode map, its width by /W, its outline by PDFium."""

from __future__ import annotations

import ctypes
import math
import re
import struct
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from docgen.pdf.source import SourceFile
from docgen.pdf.syntax import entries, members, reference
from docgen.preflighting.alike.content import NotUnderstood, content_of
from docgen.preflighting.glyphs import Outline, PrintedFace, read_face, read_outline
from docgen.preflighting.loaded_page import LoadedFont, LoadedPage, PageObject

#: A map of codes as the press writes it (Adobe Technical Note 5014): nothing but single codes, and no comment or name besides
#: that PDFium might read otherwise.
MAP = re.compile(
    rb"/CIDInit /ProcSet findresource begin\s12 dict begin\sbegincmap\s"
    rb"/CIDSystemInfo<</Registry\(Adobe\)/Ordering\(UCS\)/Supplement 0>>def\s/CMapName/Adobe-Identity-UCS def\s/CMapType 2 def\s"
    rb"1 begincodespacerange\s<0000><FFFF>\sendcodespacerange\s"
    rb"((?:\d+ beginbfchar\s(?:<[0-9A-F]{4}><[0-9A-F]{4}>\s)*+endbfchar\s)*+)"
    rb"endcmap\sCMapName currentdict /CMap defineresource pop\send\send\s?"
)
PAIR = re.compile(rb"<([0-9A-F]{4})><([0-9A-F]{4})>")
#: The widths of a composite font (ISO 32000-1, 9.7.4.3), in the one form that the press writes.
WIDTHS = re.compile(rb"\[\s*(?:\d+\s*\[[\d\s]*\]\s*)*\]")
WIDTH_RUN = re.compile(rb"(\d+)\s*\[([\d\s]*)\]")
FONT = {b"/Subtype": b"/Type0", b"/Encoding": b"/Identity-H"}
#: Letters of which PDFium makes nothing else: no joined ones, none from right to left, no soft hyphens, no fixed spaces.
READ_AS_IS = re.compile("[ -~¡-¬®-ʯͰ-ϿЀ-ҁҊ-ԯ‐-‧‰-⁞₠-⃀ℂ-⅏]")


class Letter(NamedTuple):
    """A letter of a font. `width` and `reach`, its advance and how far right its ink goes, are in thousandths of an em."""

    sign: str
    width: int
    reach: int
    outline: Outline | None


class SetFont:
    """A font of the file, by its object; `handle` is the same font in PDFium."""

    def __init__(self, source: SourceFile, number: int, handle: LoadedFont):
        """Read a font; NotUnderstood if it is not one as the press writes them."""
        self.face: PrintedFace = read_face(handle)
        self._handle = handle
        font = entries(source.object(number).head)
        if {name: font.get(name) for name in FONT} != FONT:
            raise NotUnderstood
        [descendant] = members(source.resolved(font[b"/DescendantFonts"]))
        self._widths = dict(_widths(source, entries(source.resolved(descendant))))
        self._signs = _signs(source, font)
        self._letters: dict[int, Letter | None] = {}

    def letter(self, code: int) -> Letter | None:
        """Return the letter of a code; None if its sign, width or outline is not sure."""
        if code not in self._letters:
            self._letters[code] = self._read(code)
        return self._letters[code]

    def letters(self, codes: bytes) -> list[Letter] | None:
        """Return the letters of a text, of two bytes each; None if one of them is not sure."""
        found = [self.letter(code) for code in struct.unpack(f">{len(codes) // 2}H", codes[: len(codes) // 2 * 2])]
        known = [letter for letter in found if letter]
        return known if len(known) * 2 == len(codes) else None

    def _read(self, code: int) -> Letter | None:
        sign, width = self._signs.get(code, ""), self._widths.get(code)
        if not width or not READ_AS_IS.fullmatch(sign) or _width(self._handle, sign) != width:
            return None
        outline = None if sign == " " else read_outline(self._handle, ord(sign))
        if outline is None and sign != " ":
            return None
        return Letter(sign, width, math.floor(outline[2] * 1000 + 0.5) if outline else width, outline)


def _widths(source: SourceFile, font: dict[bytes, bytes]) -> Iterator[tuple[int, int]]:
    raw = source.resolved(font[b"/W"])
    if b"/W2" in font or not WIDTHS.fullmatch(raw):
        raise NotUnderstood
    for first, widths in WIDTH_RUN.findall(raw):
        yield from enumerate(map(int, widths.split()), int(first))


def _signs(source: SourceFile, font: dict[bytes, bytes]) -> dict[int, str]:
    """Return what each code says; a sign that several codes say is left out, since PDFium finds an outline by its sign."""
    number = reference(font[b"/ToUnicode"])
    written = MAP.fullmatch(b"" if number is None else content_of(source, source.object(number)))
    if written is None:
        raise NotUnderstood
    pairs = [(int(code, 16), chr(int(sign, 16))) for code, sign in PAIR.findall(written[1])]
    codes, signs = Counter(code for code, _sign in pairs), Counter(sign for _code, sign in pairs)
    return {code: sign for code, sign in pairs if codes[code] == signs[sign] == 1}


def _width(font: LoadedFont, sign: str) -> float:
    """Return the width that PDFium has for a sign, in thousandths of an em."""
    import pypdfium2.raw as pdfium

    width = ctypes.c_float()
    return width.value if pdfium.FPDFFont_GetGlyphWidth(font, ord(sign), 1000.0, width) else -1.0


def handles_of(page: LoadedPage) -> dict[bytes, LoadedFont]:
    """Return the fonts of the texts of a loaded page by their BaseFont; those that share one are left out."""
    import pypdfium2.raw as pdfium

    found: dict[int, LoadedFont] = {}
    for text in _texts(page, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject):
        font = pdfium.FPDFTextObj_GetFont(text)
        if font:
            found[ctypes.cast(font, ctypes.c_void_p).value or 0] = font
    named = [(read_face(font).name.encode(), font) for font in found.values()]
    counts = Counter(name for name, _font in named)
    return {name: font for name, font in named if counts[name] == 1}


def _texts(holder: LoadedPage | PageObject, count, get) -> Iterator[PageObject]:  # type: ignore[no-untyped-def]
    import pypdfium2.raw as pdfium

    for item in [get(holder, index) for index in range(count(holder))]:
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            yield item
        elif kind == pdfium.FPDF_PAGEOBJ_FORM:
            yield from _texts(item, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject)


def name_of(source: SourceFile, number: int) -> bytes:
    """Return the BaseFont of a font object, empty where its name is written with escapes."""
    raw = entries(source.object(number).head)[b"/BaseFont"]
    return b"" if b"#" in raw else raw[1:]
