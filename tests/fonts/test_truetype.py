"""Font files read by our own reader and by fontTools: the same letters, widths and outlines, in the whole and in a part of it."""

from __future__ import annotations

import io

import pytest
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

from docgen.files import shipped
from docgen.fonts.faces import ALPHABET
from docgen.fonts.truetype import TrueType, TrueTypeError

FILES = sorted(path.name for path in shipped("fonts").glob("*.ttf"))
EACH = pytest.mark.parametrize("name", FILES)


def both(path) -> tuple[TrueType, TTFont]:
    return TrueType(path), TTFont(path)


def points(font: TTFont, name: str) -> list[list]:
    """Return the points of a glyph, where its contours end, and which points lie on the curve."""
    return [list(each) for each in font["glyf"][name].getCoordinates(font["glyf"])]


def assert_same(ours: TrueType, theirs: TTFont) -> None:
    numbers = {name: number for number, name in enumerate(theirs.getGlyphOrder())}
    assert ours.glyphs == {code: numbers[name] for code, name in theirs.getBestCmap().items()}
    for name, number in numbers.items():
        assert ours.advance(number) == theirs["hmtx"][name][0]
        assert ours.top(number) == getattr(theirs["glyf"][name], "yMax", 0)


@EACH
def test_letters_widths_and_heights_are_those_that_fonttools_reads(name):
    ours, theirs = both(shipped("fonts") / name)
    assert_same(ours, theirs)
    head, hhea = theirs["head"], theirs["hhea"]
    assert (ours.units_per_em, *ours.bounds) == (head.unitsPerEm, head.xMin, head.yMin, head.xMax, head.yMax)
    assert (ours.ascent, ours.descent) == (hhea.ascent, hhea.descent)
    assert ours.postscript_name == theirs["name"].getDebugName(6)


@EACH
def test_a_part_of_a_face_has_the_same_outlines_and_no_hints(name):
    ours, theirs = both(shipped("fonts") / name)
    letters = sorted(ALPHABET)
    content, numbers = ours.subset(map(ord, letters))
    part = TTFont(io.BytesIO(content), checkChecksums=2)
    assert len(content) < 20_000
    assert len(numbers) == len(letters)
    assert "fpgm" not in part
    assert part["maxp"].maxSizeOfInstructions == part["maxp"].maxFunctionDefs == part["maxp"].maxStackElements == 0
    assert part["maxp"].maxPoints == theirs["maxp"].maxPoints
    assert {code: part.getGlyphID(glyph) for code, glyph in part.getBestCmap().items()} == numbers
    for letter in letters:
        glyph = theirs.getBestCmap()[ord(letter)]
        inside = part.getGlyphName(numbers[ord(letter)])
        assert points(part, inside) == points(theirs, glyph)
        assert part["hmtx"][inside] == theirs["hmtx"][glyph]
        program = getattr(part["glyf"][inside], "program", None)
        assert program is None or not program.getBytecode()


def small_font(path, letters: str) -> None:
    """Write a font of a few letters that has short offsets, fewer widths than glyphs, and composite glyphs."""
    font = TTFont(shipped("fonts") / FILES[0])
    subsetter = Subsetter(Options(hinting=True))
    subsetter.populate(unicodes=map(ord, letters))
    subsetter.subset(font)
    font.save(path)
    assert TTFont(path)["head"].indexToLocFormat == 0


def test_short_offsets_and_letters_made_of_others(tmp_path):
    small_font(tmp_path / "a.ttf", "ЁёЙйÄäФф  ")
    ours, theirs = both(tmp_path / "a.ttf")
    assert_same(ours, theirs)
    content, numbers = ours.subset([ord("Ё")])
    part = TTFont(io.BytesIO(content), checkChecksums=2)
    assert theirs["glyf"][theirs.getBestCmap()[ord("Ё")]].isComposite()
    assert points(part, part.getGlyphName(numbers[ord("Ё")])) == points(theirs, theirs.getBestCmap()[ord("Ё")])


def test_a_map_of_groups_with_letters_beyond_the_first_plane(tmp_path):
    font = TTFont(shipped("fonts") / FILES[0])
    letters = font.getBestCmap() | {0x1F600: font.getBestCmap()[ord("A")]}
    wide = CmapSubtable.newSubtable(12)
    wide.platformID, wide.platEncID, wide.language, wide.cmap = 3, 10, 0, letters
    font["cmap"] = newTable("cmap")
    font["cmap"].tableVersion, font["cmap"].tables = 0, [wide]
    font.save(tmp_path / "a.ttf")
    ours, theirs = both(tmp_path / "a.ttf")
    assert_same(ours, theirs)
    assert 0x1F600 in ours.glyphs


@pytest.mark.parametrize("kept", [0, 3, 11, 100, 300, 5000, 200_000, -1])
def test_a_file_that_is_cut_off_is_told_as_damaged(tmp_path, kept):
    content = (shipped("fonts") / FILES[0]).read_bytes()
    (tmp_path / "a.ttf").write_bytes(content[:kept])
    with pytest.raises(TrueTypeError):
        TrueType(tmp_path / "a.ttf")


@pytest.mark.parametrize("missing", ["cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp"])
def test_a_file_without_a_table_that_is_needed_is_told_as_damaged(tmp_path, missing):
    content = (shipped("fonts") / FILES[0]).read_bytes()
    (tmp_path / "a.ttf").write_bytes(content.replace(missing.encode(), b"none", 1))
    with pytest.raises(TrueTypeError):
        TrueType(tmp_path / "a.ttf")


def test_a_file_without_a_map_of_unicode_is_told_as_damaged(tmp_path):
    font = TTFont(shipped("fonts") / FILES[0])
    font["cmap"].tables = [table for table in font["cmap"].tables if table.platformID == 1]
    font.save(tmp_path / "a.ttf")
    with pytest.raises(TrueTypeError):
        TrueType(tmp_path / "a.ttf")


@pytest.mark.parametrize("content", [b"OTTO" + b"\0" * 100, b"%PDF-1.7\n" * 50, b"\0\1\0\0\0\0" + b"\0" * 50])
def test_another_kind_of_file_is_told_as_damaged(tmp_path, content):
    (tmp_path / "a.ttf").write_bytes(content)
    with pytest.raises(TrueTypeError):
        TrueType(tmp_path / "a.ttf")
