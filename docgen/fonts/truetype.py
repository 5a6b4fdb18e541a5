"""A TrueType font file (ISO/IEC 14496-22): what it covers, how wide its letters are, and a part of it for a few letters.

Reading only what is asked for takes a few milliseconds, where a whole font library takes tenths of a second to load.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

#: Character maps with Unicode code points (platform, encoding), the widest first.
UNICODE_MAPS = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3), (0, 2), (0, 1), (0, 0))
POSTSCRIPT_NAME = 6
#: What a program in a PDF needs (ISO 32000-1, 9.9), less what hints letters to pixels.
EMBEDDED = (b"gasp", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp")
#: The tables that a font must have.
NEEDED = {b"glyf", b"hmtx", b"loca", b"maxp"}
#: Flags of a part of a composite glyph (`glyf` table).
WORDS, SCALE, MORE, SCALES, MATRIX, INSTRUCTIONS = 0x1, 0x8, 0x20, 0x40, 0x80, 0x100


class TrueTypeError(Exception):
    """A file that is no sound TrueType font."""


class TrueType:
    """One font file. Measures are in its own units, of which `units_per_em` are one em."""

    def __init__(self, path: Path):
        """Read the file's directory of tables; TrueTypeError for one that is damaged or of another kind."""
        try:
            self._content = path.read_bytes()
            version, count = struct.unpack_from(">IH", self._content)
            entries = list(struct.iter_unpack(">4s4xII", self._content[12 : 12 + 16 * count]))
            is_cut = any(offset + length > len(self._content) for _tag, offset, length in entries)
            self._tables = {tag: self._content[offset : offset + length] for tag, offset, length in entries}
            self.units_per_em: int
            self.bounds: tuple[int, int, int, int]
            self.units_per_em, *bounds = struct.unpack_from(">H16x4h", self._tables[b"head"], 18)
            self.bounds = (bounds[0], bounds[1], bounds[2], bounds[3])
            self.ascent: int
            self.descent: int
            self.ascent, self.descent = struct.unpack_from(">2h", self._tables[b"hhea"], 4)
            self._metrics = _word(self._tables[b"hhea"], 34)
            self._has_long_offsets = struct.unpack_from(">h", self._tables[b"head"], 50)[0] == 1
            self.glyphs = self._read_map()
        except (OSError, struct.error, LookupError, ValueError, StopIteration) as error:
            raise TrueTypeError(str(error)) from None
        if is_cut or version != 0x00010000 or not self.units_per_em or not self._metrics or not self._tables.keys() >= NEEDED:
            raise TrueTypeError(path.name)

    # ---- What it says of itself

    def _read_map(self) -> dict[int, int]:
        """Return code point → glyph."""
        table = self._tables[b"cmap"]
        count = _word(table, 2)
        maps = {(platform, kind): offset for platform, kind, offset in struct.iter_unpack(">HHI", table[4 : 4 + 8 * count])}
        found = next(table[maps[each] :] for each in UNICODE_MAPS if each in maps and table[maps[each] + 1] in MAPS)
        return {code: glyph for code, glyph in MAPS[found[1]](found) if glyph}

    @cached_property
    def postscript_name(self) -> str:
        """The name by which a PDF calls the face; nothing where it has none."""
        table = self._tables.get(b"name", b"").ljust(6, b"\0")
        count, start = struct.unpack_from(">HH", table, 2)
        count = min(count, (len(table) - 6) // 12)
        for platform, *_kinds, name, length, offset in struct.iter_unpack(">6H", table[6 : 6 + 12 * count]):
            if name == POSTSCRIPT_NAME:
                text = table[start + offset : start + offset + length]
                return text.decode("latin-1" if platform == 1 else "utf-16-be", "replace")
        return ""

    def advance(self, glyph: int) -> int:
        """Return how far a glyph moves the pen."""
        return _word(self._tables[b"hmtx"], 4 * min(glyph, self._metrics - 1))

    def top(self, glyph: int) -> int:
        """Return the height of a glyph's highest point above the baseline."""
        outline = self._outline(glyph)
        highest: int = struct.unpack_from(">h", outline, 8)[0] if outline else 0
        return highest

    def _outline(self, glyph: int) -> bytes:
        """Return the bytes of a glyph; nothing for an empty one."""
        loca, glyf = self._tables[b"loca"], self._tables[b"glyf"]
        if self._has_long_offsets:
            begin, end = struct.unpack_from(">2I", loca, 4 * glyph)
        else:
            begin, end = (2 * each for each in struct.unpack_from(">2H", loca, 2 * glyph))
        return glyf[begin:end]

    # ---- A part of it

    @property
    def forbids_embedding(self) -> bool:
        """Whether its licence lets it into no file (OS/2, fsType: restricted, and nothing less)."""
        table = self._tables.get(b"OS/2", b"")
        return len(table) >= 10 and _word(table, 8) & 0xF == 2

    def subset(self, codes: Iterable[int]) -> tuple[bytes, dict[int, int]]:
        """Return a font program of some code points, without hints, and the glyph of each code point in it.

        It has their glyphs, those that these are made of, and the one for a missing character, and the whole font's box. Its
        tables say that it has no instructions, and which letters its glyphs are: then viewers that fit letters to the pixels of a
        screen (FreeType's autofitter) do so by the rules of the script. Raise TrueTypeError if an outline is damaged.
        """
        try:
            return self._subset(codes)
        except (struct.error, LookupError) as error:
            raise TrueTypeError(str(error)) from None

    def _subset(self, codes: Iterable[int]) -> tuple[bytes, dict[int, int]]:
        glyphs, outlines = {code: self.glyphs[code] for code in codes}, {}
        waiting = {0, *glyphs.values()}
        while waiting:
            glyph = waiting.pop()
            outlines[glyph] = _without_hints(self._outline(glyph))
            waiting |= {part for _at, part in _parts(outlines[glyph])} - outlines.keys()
        numbers = {glyph: number for number, glyph in enumerate(sorted(outlines))}
        letters = {code: numbers[glyph] for code, glyph in sorted(glyphs.items())}
        return self._program([(glyph, _renumbered(outlines[glyph], numbers)) for glyph in numbers], letters), letters

    def _program(self, outlines: list[tuple[int, bytes]], letters: dict[int, int]) -> bytes:
        count, offsets = len(outlines), [0]
        padded = [outline + b"\0" * (-len(outline) % 4) for _glyph, outline in outlines]
        for outline in padded:
            offsets.append(offsets[-1] + len(outline))
        tables = {tag: self._tables[tag] for tag in EMBEDDED if tag in self._tables} | {
            b"glyf": b"".join(padded),
            b"loca": struct.pack(f">{count + 1}I", *offsets),
            b"hmtx": b"".join([self._metric(glyph) for glyph, _outline in outlines]),
            b"hhea": self._tables[b"hhea"][:34] + struct.pack(">H", count),
            b"maxp": self._profile(count),
            b"cmap": _map(letters),
            b"head": self._tables[b"head"][:8] + b"\0" * 4 + self._tables[b"head"][12:50] + b"\0\1\0\0",
        }
        return _file(tables)

    def _profile(self, count: int) -> bytes:
        """Return the sizes of `count` glyphs, of which none has instructions (OpenType, `maxp`)."""
        table = self._tables[b"maxp"]
        return table[:4] + struct.pack(">H", count) + table[6:14] + b"\0\1" + b"\0" * 12 + table[28:]

    def _metric(self, glyph: int) -> bytes:
        """Return advance width and left side bearing of a glyph."""
        table, extra = self._tables[b"hmtx"], max(0, glyph - self._metrics + 1)
        at = 4 * min(glyph, self._metrics - 1)
        bearing = table[at + 2 : at + 4] if not extra else table[4 * self._metrics + 2 * (extra - 1) :][:2]
        return table[at : at + 2] + bearing


def _word(table: bytes, at: int) -> int:
    """Return the unsigned 16-bit number at an offset; raise struct.error beyond the end."""
    number: int = struct.unpack_from(">H", table, at)[0]
    return number


def _by_segments(table: bytes) -> Iterator[tuple[int, int]]:
    """Yield code point and glyph from a map of format 4: segments, each with a difference or with glyphs one by one."""
    length, _language, doubled = struct.unpack_from(">3H", table, 2)
    count = doubled // 2
    words = struct.unpack(f">{(length - 14) // 2}H", table[14 : 14 + (length - 14) // 2 * 2])
    lasts, firsts = words[:count], words[count + 1 : 2 * count + 1]
    shifts, ranges = words[2 * count + 1 : 3 * count + 1], 3 * count + 1
    end = -1
    for segment, (first, last, shift) in enumerate(zip(firsts, lasts, shifts, strict=True)):
        offset = words[ranges + segment]
        for code in range(max(first, end + 1), min(last, 0xFFFE) + 1):
            glyph = words[ranges + segment + offset // 2 + code - first] if offset else code
            yield code, (glyph + shift & 0xFFFF) if glyph else 0
        end = max(end, last)


def _by_groups(table: bytes) -> Iterator[tuple[int, int]]:
    """Yield code point and glyph from a map of format 12: groups of neighbours."""
    count = struct.unpack_from(">I", table, 12)[0]
    end = -1
    for first, last, glyph in struct.iter_unpack(">3I", table[16 : 16 + 12 * count]):
        for code in range(max(first, end + 1), min(last, 0x10FFFF) + 1):
            yield code, glyph + code - first
        end = max(end, last)


#: The low byte of a map's format → how it is read.
MAPS = {4: _by_segments, 12: _by_groups}


def _map(letters: dict[int, int]) -> bytes:
    """Return the character map of a font: one table of format 4, a segment for each run of code points and glyphs."""
    segments: list[list[int]] = []
    for code, glyph in letters.items():
        if segments and segments[-1][1] + 1 == code and segments[-1][2] == (glyph - code) & 0xFFFF:
            segments[-1][1] = code
        elif code < 0xFFFF:
            segments.append([code, code, (glyph - code) & 0xFFFF])
    firsts, lasts, shifts = zip(*segments, [0xFFFF, 0xFFFF, 1], strict=True)
    count = len(firsts)
    power = count.bit_length() - 1
    head = (4, 16 + 8 * count, 0, 2 * count, 2 << power, power, 2 * (count - (1 << power)))
    words = (*head, *lasts, 0, *firsts, *shifts, *[0] * count)
    return struct.pack(">2H2HI", 0, 1, 3, 1, 12) + struct.pack(f">{len(words)}H", *words)


def _parts(outline: bytes) -> Iterator[tuple[int, int]]:
    """Yield the parts of a composite glyph: the offset of each one's number, and the number; nothing for a simple glyph."""
    if not outline or outline[0] < 0x80:
        return
    at, flags = 10, MORE
    while flags & MORE:
        flags, part = struct.unpack_from(">2H", outline, at)
        yield at + 2, part
        at += 4 + (4 if flags & WORDS else 2) + (2 if flags & SCALE else 4 if flags & SCALES else 8 if flags & MATRIX else 0)


def _without_hints(outline: bytes) -> bytes:
    """Return a glyph without the instructions that fit it to pixels."""
    if not outline:
        return outline
    contours = struct.unpack_from(">h", outline)[0]
    if contours >= 0:
        at = 10 + 2 * contours
        length = struct.unpack_from(">H", outline, at)[0]
        return outline[:at] + b"\0\0" + outline[at + 2 + length :]
    changed = bytearray(outline)
    for at, _part in _parts(outline):
        changed[at - 2] &= ~(INSTRUCTIONS >> 8)
    return bytes(changed)


def _renumbered(outline: bytes, numbers: dict[int, int]) -> bytes:
    changed = bytearray(outline)
    for at, part in _parts(outline):
        struct.pack_into(">H", changed, at, numbers[part])
    return bytes(changed)


def _file(tables: dict[bytes, bytes]) -> bytes:
    """Return a font file of these tables, with its checksums."""
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    directory = [struct.pack(">IHHHH", 0x00010000, count, 16 * power, power.bit_length() - 1, 16 * (count - power))]
    body, position, places = [], 12 + 16 * count, {}
    for tag, content in sorted(tables.items()):
        directory.append(struct.pack(">4sIII", tag, _checksum(content), position, len(content)))
        body.append(content + b"\0" * (-len(content) % 4))
        places[tag] = position
        position += len(body[-1])
    whole = bytearray(b"".join((*directory, *body)))
    struct.pack_into(">I", whole, places[b"head"] + 8, 0xB1B0AFBA - _checksum(bytes(whole)) & 0xFFFFFFFF)
    return bytes(whole)


def _checksum(content: bytes) -> int:
    padded = content + b"\0" * (-len(content) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) & 0xFFFFFFFF
