"""A face in a volume: which characters were set in it, and the font objects that it becomes (ISO 32000-1, 9.7)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from docgen.fonts import Face
from docgen.paint.press.file import PdfFile, deflate

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
    """What of a face stands in a file for some letters; streams are compressed."""

    program: bytes
    length: int
    to_glyph: bytes
    to_unicode: bytes
    widths: bytes


def write_face(file: PdfFile, face: Face, letters: Iterable[str], number: int) -> None:
    """Write a face, subset to `letters`, as the composite font object `number`."""
    letters = tuple(sorted({*letters, " "}))
    subset = _subset(face, letters)
    name = f"/{_tag(letters, face)}+{face.postscript_name}".encode()
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
def _subset(face: Face, letters: tuple[str, ...]) -> Subset:
    program, glyphs = face.file.subset(map(ord, letters))
    to_unicode = TO_UNICODE % _unicode_ranges(letters)
    return Subset(
        deflate(program), len(program), deflate(_cid_to_gid(letters, glyphs)), deflate(to_unicode), _widths(face, letters)
    )


def _tag(letters: tuple[str, ...], face: Face) -> str:
    """Return the six capitals that tell one subset from another (9.6.4)."""
    digest = hashlib.sha256(f"{face.postscript_name} {''.join(letters)}".encode()).digest()
    return "".join(chr(65 + byte % 26) for byte in digest[:6])


def _descriptor(face: Face, name: bytes, program: int) -> bytes:
    flags = SERIF | SYMBOLIC | (ITALIC if face.italic else 0)
    bounds = b" ".join(b"%d" % edge for edge in face.bounds)
    measures = tuple(round(1000 * each) for each in (face.ascent, -face.descent, face.cap_height))
    return (
        b"<</Type/FontDescriptor/FontName%s/Flags %d/FontBBox[%s]/ItalicAngle %d/Ascent %d/Descent %d/CapHeight %d"
        b"/StemV %d/FontFile2 %d 0 R>>"
        % (name, flags, bounds, -16 if face.italic else 0, *measures, 140 if face.bold else 80, program)
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
