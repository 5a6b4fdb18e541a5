"""The proof of imposition: sheets are rendered, cut by program along their crop marks, stacked, and their numbers read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy
import pypdf
import pytest
from PIL import Image
from support import processes
from support.calling import run
from support.imposing import COARSE, DPI, PER_MM, Look, Piece, crop_lines, cut, cutting, ground_of, volume

from docgen.imposing import open_scheme, scheme_names

#: The size of the pages of each shipped scheme, upright and across; that of a page by itself takes any.
SIZES = {name: tuple(side.mm for side in open_scheme(name).page) for name in scheme_names()} | {"single": (105.0, 148.0)}
SCHEMES = ("330x488-2xa4", "b2-4xa4", "single", "sra3-2xa4", "sra3-4xa5")
#: How far the boxes of a page by itself are from the edge of its sheet, in mm: 4 of marks, then 3 of bleed.
BOXES = {"/MediaBox": 0, "/BleedBox": 4, "/TrimBox": 7}


def imposed(folder, pdf: bytes, scheme: object, *options: object):
    (folder / "volume.pdf").write_bytes(pdf)
    result = run("impose", folder / "volume.pdf", "--scheme", scheme, "-o", folder / "sheets.pdf", *options)
    assert result.exit_code == 0, result.output
    return folder / "sheets.pdf"


def check_ground(piece: Piece, number: int) -> None:
    """Hold that a piece shows the ground of its page, and nothing but that from 3 mm beyond the trim to 8 mm within it."""
    inside = round(11 * piece.per_mm)
    page, ground = piece.around, numpy.array(ground_of(number), numpy.int16)
    for strip in (page[:inside], page[-inside:], page[:, :inside], page[:, -inside:]):
        assert numpy.abs(strip - ground).max() <= 2


def words_on(piece: Piece, page_of: Callable[[str], int] = int) -> list[str]:
    """Return the words of a piece, which must be on the ground of their page, `page_of` says which; without words it is paper."""
    if piece.words:
        check_ground(piece, page_of(piece.words[0]))
    else:
        assert (piece.image == 255).all()
    return piece.words


def stacked(sheets: list[list[Any]], depth: int) -> list[Any]:
    """Return the pieces as they lie when each lift was cut: its stacks one after another, then the next lift."""
    lifts = [sheets[begin : begin + depth] for begin in range(0, len(sheets), depth)]
    return [sheet[position] for lift in lifts for position in range(len(lift[0])) for sheet in lift]


def check_order(sheets: Iterable[list[Piece]], count: int, depth: int) -> None:
    """Hold that the stacks of cut sheets are in the order of numbers; each sheet is looked at while its picture is there."""
    pieces = stacked([[words_on(piece) for piece in sheet] for sheet in sheets], depth)
    assert [word for words in pieces for word in words] == [f"{number:05d}" for number in range(1, count + 1)]


def test_the_named_schemes_are_these():
    assert tuple(scheme_names()) == SCHEMES


@pytest.mark.slow
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("count", "depth"), [(1, 500), (2, 500), (7, 500), (7, 2)])
@pytest.mark.parametrize("is_across", [False, True])
def test_the_stacks_are_in_the_order_of_numbers(tmp_path, scheme, count, depth, is_across):
    size = SIZES[scheme][::-1] if is_across else SIZES[scheme]
    pdf = volume((f"{number:05d}" for number in range(1, count + 1)), size)
    check_order(cutting(imposed(tmp_path, pdf, scheme, "--depth", depth)), count, depth)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_thousand_records_are_in_order_over_several_lifts(tmp_path, scheme):
    pdf = volume((f"{number:05d}" for number in range(1, 1004)), SIZES[scheme])
    check_order(cutting(imposed(tmp_path, pdf, scheme, "--depth", 100), COARSE), 1003, 100)


def test_a_lift_goes_on_from_one_volume_to_the_next(tmp_path):
    """Three volumes of 3, 3 and 1 records in lifts of two sheets with two positions."""
    names = [f"{number:05d}" for number in range(1, 8)]
    for index, begin in enumerate((0, 3, 6)):
        (tmp_path / f"{index}.pdf").write_bytes(volume(names[begin : begin + 3], (210, 297)))
    files = [tmp_path / f"{index}.pdf" for index in range(3)]
    assert run("impose", *files, "--scheme", "sra3-2xa4", "--depth", 2, "-o", tmp_path / "sheets.pdf").exit_code == 0
    sheets = cut(tmp_path / "sheets.pdf")
    assert [word for piece in stacked(sheets, 2) for word in piece.words] == names


@pytest.mark.slow
@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("repeat", [["1", "1", "1", "1"], ["2", "2", "2", "2"], ["3", "3", "3", "3"]]),
        ("in-order", [["1", "2", "3"]]),
    ],
)
def test_the_other_orders_fill_sheet_by_sheet(tmp_path, order, expected):
    sheets = cut(imposed(tmp_path, volume("123", (297, 210)), "b2-4xa4", "--order", order))
    assert [[word for piece in sheet for word in piece.words] for sheet in sheets] == expected


#: The same page, written down in other ways; shown with a square in its upper left corner.
LOOKS = {
    "origin": Look(origin=-31.7),
    "rotate 90": Look(rotate=90),
    "rotate 180": Look(rotate=180, origin=12),
    "rotate 270": Look(rotate=270),
    "user unit": Look(unit=2, origin=5),
    "inherited": Look(is_inherited=True),
    "two streams": Look(is_split=True),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_foreign_pages_are_placed_by_their_trim_box(tmp_path, look):
    pdf = volume(["00001", "00002"], (210, 148), look)
    [sheet] = cut(imposed(tmp_path, pdf, "sra3-4xa5"))
    assert [piece.words for piece in sheet] == [["00001"], ["00002"], [], []]
    for number, piece in enumerate(sheet[:2], 1):
        check_ground(piece, number)
        assert corner_of(piece) == "upper left"


def corner_of(piece: Piece) -> str:
    """Return in which corner of a piece its square is."""
    out, side = round(3 * PER_MM), round(25 * PER_MM)
    part = piece.around[out:-out, out:-out]
    corners = {
        "upper left": part[:side, :side],
        "upper right": part[:side, -side:],
        "lower left": part[-side:, :side],
        "lower right": part[-side:, -side:],
    }
    [found] = [name for name, corner in corners.items() if (corner < 60).all(axis=2).mean() > 0.1]
    return found


SCHEME = """
sheet = ["450mm", "320mm"]
page = ["210mm", "148mm"]
columns = 2
rows = 2
gutter = ["6mm", "6mm"]
"""


@pytest.mark.parametrize(
    ("turn", "size", "corner"),
    [
        (0, (210, 148), "upper left"),
        (180, (210, 148), "lower right"),
        (0, (148, 210), "lower left"),
        (180, (148, 210), "upper right"),
    ],
)
def test_pages_are_turned_to_the_left_as_the_scheme_says_and_to_fit(tmp_path, turn, size, corner):
    (tmp_path / "own.toml").write_text(SCHEME + f"turn = {turn}\n", "utf-8")
    [sheet] = cut(imposed(tmp_path, volume(["00001"], size), tmp_path / "own.toml"))
    assert corner_of(sheet[0]) == corner


@pytest.mark.parametrize(
    ("binding", "turn", "front", "back"),
    [
        ("left", 0, "upper left", "upper left"),  # turned over like the page of a book
        ("top", 0, "upper left", "lower right"),  # like the sheet of a calendar
        ("left", 180, "lower right", "lower right"),
    ],
)
def test_a_back_lies_behind_its_front(tmp_path, binding, turn, front, back):
    """The sheet is turned over sideways: what is left on its front is right on its back."""
    text = SCHEME + f'duplex = true\nturn = {turn}\nbinding = "{binding}"\n'
    (tmp_path / "own.toml").write_text(text, "utf-8")
    names = [f"{number}{side}" for number in range(1, 8) for side in "FB"]
    fronts_and_backs = cut(imposed(tmp_path, volume(names, (210, 148)), tmp_path / "own.toml"))
    assert len(fronts_and_backs) == 4
    for fronts, backs in zip(fronts_and_backs[::2], fronts_and_backs[1::2], strict=True):
        mirrored = [backs[position] for position in (1, 0, 3, 2)]
        for one, other in zip(fronts, mirrored, strict=True):
            assert [re.sub("F", "B", word) for word in one.words] == other.words
            if one.words:
                assert (corner_of(one), corner_of(other)) == (front, back)


def test_pages_that_lie_across_have_backs_that_do_too(tmp_path):
    """Up is to the left on the front, and so to the right on the back: through the sheet it is the same edge."""
    (tmp_path / "own.toml").write_text(SCHEME + "duplex = true\n", "utf-8")
    fronts, backs = cut(imposed(tmp_path, volume(["1F", "1B", "2F", "2B"], (148, 210)), tmp_path / "own.toml"))
    assert (corner_of(fronts[0]), corner_of(backs[1])) == ("lower left", "upper right")


def test_without_a_gutter_pages_meet_at_the_cut_and_none_enters_another(tmp_path):
    """Two pages side by side: at the line between them the one ends and the other begins."""
    text = SCHEME.replace('gutter = ["6mm", "6mm"]', "").replace("rows = 2", "rows = 1")
    (tmp_path / "own.toml").write_text(text, "utf-8")
    pdf = imposed(tmp_path, volume(["00001", "00002"], (210, 148)), tmp_path / "own.toml")
    processes.run(["pdftoppm", "-r", DPI, pdf, tmp_path / "sheet"], check=True)
    sheet = numpy.asarray(Image.open(next(tmp_path.glob("sheet-*.ppm"))).convert("RGB"))
    left, middle, right = crop_lines(sheet)
    assert (right - left) / PER_MM == pytest.approx(420, abs=0.3)
    row = sheet[sheet.shape[0] // 2 + round(30 * PER_MM)].astype(int)
    assert numpy.abs(row[round(left) : int(middle) - 1] - ground_of(1)).max() <= 2
    assert numpy.abs(row[int(middle) + 2 : round(right)] - ground_of(2)).max() <= 2


def test_a_page_by_itself_has_its_marks_on_a_sheet_14_mm_larger(tmp_path):
    """3 mm of bleed and 4 mm of marks on each side, as the page for print shops says."""
    for out, code in ((14, 0), (13, 1)):
        keys = f'sheet = ["{210 + out}mm", "{148 + out}mm"]\npage = ["210mm", "148mm"]\ncolumns = 1\nrows = 1\n'
        (tmp_path / "one.toml").write_text(keys, "utf-8")
        (tmp_path / "volume.pdf").write_bytes(volume(["00001"], (210, 148)))
        result = run("impose", tmp_path / "volume.pdf", "--scheme", tmp_path / "one.toml", "-o", tmp_path / f"{out}.pdf")
        assert result.exit_code == code, result.output
    check_order(cutting(tmp_path / "14.pdf"), 1, 1)


def test_the_scheme_of_a_page_by_itself_is_as_large_as_the_page_asks_for(tmp_path):
    """Trim, 3 mm of bleed round it, 4 mm of marks round that; the record is cut out whole, and in order."""
    for width, height in ((210, 148), (297, 210)):
        pdf = imposed(tmp_path, volume(["00001", "00002", "00003"], (width, height)), "single")
        check_order(cutting(pdf), 3, 1)
        for page in pypdf.PdfReader(pdf).pages:
            for name, out in BOXES.items():
                expected = (out, out, width + 14 - out, height + 14 - out)
                assert [float(each) / 72 * 25.4 for each in page[name]] == pytest.approx(expected, abs=0.001)
