"""The palette and profiles: every colour of what is shipped is a recipe, and a profile is that of a printing condition."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest
from PIL import Image, ImageCms
from support.places import ROOT

from docgen.errors import DataError
from docgen.form.places import INK
from docgen.inks import open_profile, recipe_of
from docgen.inks.palette import INK_LIMIT, palette

SHIPPED = [
    *(ROOT / "forms").glob("*/form.toml"),
    *(ROOT / "forms" / "shared").glob("*.toml"),
    *(ROOT / "forms").glob("artwork/*.svg"),
]
FOGRA39 = ROOT / "forms" / "profiles" / "fogra39.icc"


def colours_of(path: Path) -> set[str]:
    return {match.upper() for match in re.findall(r"#[0-9a-fA-F]{6}\b", path.read_text("utf-8"))}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_colour_of_the_shipped_forms_and_artwork_is_a_recipe(path):
    assert [colour for colour in colours_of(path) if recipe_of(colour) is None] == []


def test_text_is_printed_by_black_ink_alone():
    assert recipe_of(INK).cmyk == (0, 0, 0, 100)


def test_no_recipe_takes_more_ink_than_the_paper():
    assert {recipe.name: sum(recipe.cmyk) for recipe in palette().values() if sum(recipe.cmyk) > INK_LIMIT} == {}


def test_a_recipe_prints_about_what_its_screen_shows():
    """By the profile, each recipe is within a hardly seen distance (ΔE*ab) of its sRGB, but black, which is one ink."""
    flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
    screen, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
    shown = ImageCms.buildTransform(ImageCms.getOpenProfile(str(FOGRA39)), screen, "CMYK", "RGB", intent, flags)
    measured = ImageCms.buildTransform(screen, lab, "RGB", "LAB", intent)
    for recipe in palette().values():
        inks = Image.new("CMYK", (1, 1), tuple(round(dot * 2.55) for dot in recipe.cmyk))
        levels = Image.new("RGB", (1, 1), tuple(int(recipe.srgb[at : at + 2], 16) for at in (1, 3, 5)))
        pair = [ImageCms.applyTransform(each, measured).tobytes() for each in (ImageCms.applyTransform(inks, shown), levels)]
        one, other = ([lightness * 100 / 255, *rest] for lightness, *rest in (struct.unpack("Bbb", each) for each in pair))
        apart = sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5
        assert apart < (8 if recipe.is_black else 6), (recipe, apart)


def test_the_shipped_profile_is_of_cmyk_output():
    profile = ImageCms.getOpenProfile(str(FOGRA39)).profile
    assert (profile.xcolor_space.strip(), profile.device_class) == ("CMYK", "prtr")
    assert open_profile().content == FOGRA39.read_bytes()


def test_an_own_profile_is_taken_byte_for_byte(tmp_path):
    own = tmp_path / "press.icc"
    own.write_bytes(FOGRA39.read_bytes())
    assert open_profile(own).content == FOGRA39.read_bytes()


def changed(content: bytes, at: int, new: bytes) -> bytes:
    return content[:at] + new + content[at + len(new) :]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is no ICC profile"),
        (b"%PDF-1.7\n" * 40, "it is no ICC profile"),
        (FOGRA39.read_bytes()[:-1], "it is cut off or longer than it says"),
        (changed(FOGRA39.read_bytes(), 8, b"\5"), "it is of version 5, not 2 or 4"),
        (changed(FOGRA39.read_bytes(), 12, b"scnr"), "it is not the profile of a printing condition (class “scnr”)"),
        (changed(FOGRA39.read_bytes(), 16, b"RGB "), "its colours are “RGB”, not CMYK"),
        (changed(FOGRA39.read_bytes(), 128, b"\0" * 500), ""),  # the table of its parts is gone; littleCMS says why
    ],
)
def test_a_file_that_is_no_profile_of_a_printing_condition_is_refused(tmp_path, content, reason):
    path = tmp_path / "own.icc"
    path.write_bytes(content)
    with pytest.raises(DataError) as refused:
        open_profile(path)
    [problem] = refused.value.problems
    assert (problem.code, problem.where.file) == ("profile-wrong", str(path))
    assert problem.message.startswith(f"this profile cannot be used: {reason}")
    assert problem.hint


@pytest.mark.parametrize(("grey", "black"), [("#000000", 100), ("#FFFFFF", 0), ("#808080", 50)])
def test_grey_is_black_ink_alone(grey, black):
    assert open_profile().inks_of(grey) == (0, 0, 0, black)


def test_a_colour_that_is_no_recipe_is_converted_within_the_limit_of_ink():
    cyan, magenta, yellow, black = open_profile().inks_of("#7A1020")
    assert cyan + magenta + yellow + black <= INK_LIMIT
    assert magenta > cyan  # a dark red
