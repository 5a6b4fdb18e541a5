"""Spot colours: a recipe of the palette on a plate of its own, in texts, rules, grounds and artwork; and what cannot be one."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from pypdf import PdfReader
from support.calling import run
from support.plates import PROCESS, dots_of, separations
from support.records import record_of
from support.writing import table

import docgen
from docgen.errors import DataError, UsageError
from docgen.inks.palette import palette
from docgen.paint.press import PressOptions

FORM = "retraining-certificate"
LOGO_FORM = "child-protection-certificate"
INK = "PANTONE 2757 C"
PT = 72 / 25.4


def spots(**names: str) -> PressOptions:
    return PressOptions(spots=tuple((recipe.replace("_", "-"), name) for recipe, name in names.items()))


def press(options: PressOptions | None = None, form: str = FORM, **changes: object) -> bytes:
    return docgen.render(form, record_of(form, **changes), purpose="press", press=options)


@pytest.mark.slow
def test_a_recipe_has_a_plate_of_its_own_and_is_on_no_other(tmp_path):
    """Frame and title are dark blue: what the four plates lose is on the fifth, at the same places."""
    before, after = separations(press(), tmp_path / "a"), separations(press(spots(dark_blue=INK)), tmp_path / "b")
    assert after.keys() == {*PROCESS, INK}
    blue = before["Magenta"] > 80  # of all recipes dark blue alone has so much of it
    assert blue.sum() > 5_000
    assert after[INK][blue].min() == 100
    for name in PROCESS:
        assert after[name][blue].max() <= 1, name
        assert after[name][~blue] == pytest.approx(before[name][~blue], abs=0.5), name
    assert after[INK][~blue].max() == 0


@pytest.mark.slow
def test_several_recipes_have_a_plate_each_the_ground_and_an_emblem_too(tmp_path):
    options = spots(light_blue="Ақшыл көк", gold="PANTONE 871 C", dark_blue=INK)
    plates = separations(press(options), tmp_path)
    assert plates.keys() == {*PROCESS, "Ақшыл көк", "PANTONE 871 C", INK}
    corner = plates["Ақшыл көк"][1:8, 1:8]  # the bleed too
    assert corner.min() == 100
    assert max(plates[name][1:8, 1:8].max() for name in PROCESS) == 0
    emblem = slice(round(10 * PT), round(35 * PT)), slice(round(120 * PT), round(180 * PT))
    assert (plates["PANTONE 871 C"][emblem] == 100).sum() > 100


@pytest.mark.slow
def test_a_spot_colour_knocks_out_what_is_under_it_and_black_still_overprints(tmp_path):
    plates = separations(press(spots(dark_blue=INK), topic="Ф"), tmp_path, dpi=144)
    title = plates[INK][round(85 * PT * 2) : round(105 * PT * 2)] == 100
    assert title.sum() > 1_000
    ground = dots_of("light-blue")
    for name in PROCESS:
        assert plates[name][round(85 * PT * 2) : round(105 * PT * 2)][title].max() == 0
    line = slice(round(165 * PT * 2), round(175 * PT * 2)), slice(round(35 * PT * 2), round(95 * PT * 2))
    text = plates["Black"][line] == 100
    assert text.sum() > 300
    for name in ("Cyan", "Magenta"):
        assert plates[name][line][text] == pytest.approx(ground[name], abs=1)


def test_where_there_is_no_such_ink_the_recipe_is_shown():
    """PDFium has no plates: a pixel of both files is the same."""
    import numpy
    import pypdfium2

    shown = [
        numpy.asarray(pypdfium2.PdfDocument(each)[0].render(scale=1).to_pil().convert("RGB")).astype(int)
        for each in (press(), press(spots(dark_blue=INK, light_blue="Blue", gold="Gold")))
    ]
    assert abs(shown[0] - shown[1]).max() <= 1


@pytest.mark.slow
def test_black_itself_may_be_a_spot_colour_and_overprints(tmp_path):
    plates = separations(press(spots(black="PANTONE Black 6 C"), topic="Ф"), tmp_path, dpi=144)
    assert plates["PANTONE Black 6 C"].max() == 100
    line = slice(round(165 * PT * 2), round(175 * PT * 2)), slice(round(35 * PT * 2), round(95 * PT * 2))
    text = plates["PANTONE Black 6 C"][line] == 100
    assert text.sum() > 300
    assert plates["Cyan"][line][text] == pytest.approx(dots_of("light-blue")["Cyan"], abs=1)


def drawing(*shapes: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{"".join(shapes)}</svg>'.encode()


@pytest.mark.slow
def test_own_artwork_in_the_colour_of_the_recipe_is_on_its_plate_fill_stroke_and_translucent(tmp_path):
    logo = drawing(
        '<rect width="100" height="30" fill="#14296b"/>',
        '<path d="M0 45H100" fill="none" stroke="#14296B" stroke-width="12"/>',
        '<rect y="60" width="100" height="40" fill="#14296b" opacity=".5"/>',
    )
    options = spots(dark_blue=INK)
    plates = separations(press(options, LOGO_FORM, logo=logo), tmp_path / "a", dpi=144)
    bare = separations(press(options, LOGO_FORM), tmp_path / "b", dpi=144)
    more = plates[INK] - bare[INK]
    assert (more > 99).sum() > 500
    assert ((more > 45) & (more < 55)).sum() > 300
    for name in PROCESS:
        assert (plates[name] - bare[name])[more > 45].max() <= 1, name


def test_the_spaces_are_separations_with_the_recipe_as_alternate():
    page = PdfReader(io.BytesIO(press(spots(dark_blue="Синий (#5)")))).pages[0]
    [space] = page["/Resources"]["/ColorSpace"].values()
    assert (space[0], space[1], space[2]) == ("/Separation", "/Синий (#5)", "/DeviceCMYK")
    tint = space[3]
    assert (tint["/FunctionType"], tint["/N"]) == (2, 1)
    assert (tint["/C0"], [float(dot) * 100 for dot in tint["/C1"]]) == ([0, 0, 0, 0], list(dots_of("dark-blue").values()))


def test_a_gradient_of_a_spot_colour_is_refused_with_its_file():
    ends = '<stop offset="0" stop-color="#14296b"/><stop offset="1" stop-color="#ff0000"/>'
    logo = drawing(
        f'<defs><linearGradient id="g">{ends}</linearGradient></defs>', '<rect width="100" height="100" fill="url(#g)"/>'
    )
    with pytest.raises(DataError) as refused:
        press(spots(dark_blue=INK), LOGO_FORM, logo=logo)
    [problem] = refused.value.problems
    assert problem.code == "artwork-spot-gradient"
    assert problem.where.file.endswith(".svg")
    assert problem.message == "the artwork has a gradient of dark-blue, which cannot be printed as a spot colour"
    assert problem.hint == "Draw it in plain colours, or leave --spot dark-blue out."
    assert press(None, LOGO_FORM, logo=logo)


@pytest.mark.parametrize(
    ("names", "code", "place", "message", "hint"),
    [
        ({"dark_bleu": INK}, "spot-unknown", "dark-bleu", "there is no colour “dark-bleu”", "Did you mean “dark-blue”?"),
        ({"xyz": INK}, "spot-unknown", "xyz", "there is no colour “xyz”", "Known are: black, dark-blue,"),
        ({"gold": ""}, "spot-wrong", "gold", "“” is no name of a spot colour", "as the print shop writes it"),
        ({"gold": "a\nb"}, "spot-wrong", "gold", "is no name of a spot colour", "as the print shop writes it"),
        ({"gold": "я" * 64}, "spot-wrong", "gold", "is no name of a spot colour", "as the print shop writes it"),
        ({"gold": "Black"}, "spot-wrong", "gold", "“Black” is not a spot colour", "That ink is on every press"),
        ({"gold": "all"}, "spot-wrong", "gold", "“all” is not a spot colour", "That ink is on every press"),
        (
            {"dark_blue": INK, "gold": "Pantone 2757 c"}, "spot-twice", "gold",
            "the spot colour “Pantone 2757 c” is given twice: for dark-blue too", "give each an ink of its own",
        ),
    ],
)  # fmt: skip
def test_what_is_no_spot_colour_is_refused(names, code, place, message, hint):
    with pytest.raises(UsageError) as refused:
        press(spots(**names))
    [problem] = refused.value.problems
    assert (problem.code, problem.where.key) == (code, place)
    assert message in problem.message
    assert hint in problem.hint


@pytest.mark.slow
def test_every_recipe_may_be_a_spot_colour(tmp_path):
    names = {recipe.name.replace("-", "_"): f"Spot {recipe.name}" for recipe in palette().values()}
    plates = separations(press(spots(**names)), tmp_path)
    for name in PROCESS:
        assert plates[name].max() == 0


# ---- the command line and jobs


def batch(tmp_path: Path, *options: object):
    people = table(tmp_path / "people.json", [record_of(FORM)])
    return run("batch", FORM, people, "-o", tmp_path / "out", "--quiet", *options)


@pytest.mark.slow
def test_a_batch_takes_spot_colours_passes_the_preflight_and_is_imposed_with_its_plates(tmp_path):
    result = batch(tmp_path, "--for", "press", "--spot", f"dark-blue={INK}", "--spot", "gold=Gold")
    assert result.exit_code == 0, result.output
    [volume] = (tmp_path / "out").glob("*.pdf")
    checked = run("preflight", volume, "--form", FORM)
    assert (checked.exit_code, " 0 failed" in checked.output) == (0, True), checked.output
    assert run("impose", volume, "--scheme", "sra3-2xa4", "-o", tmp_path / "sheets.pdf").exit_code == 0
    sheet = separations((tmp_path / "sheets.pdf").read_bytes(), tmp_path / "plates", dpi=36)
    assert sheet[INK].max() == sheet["Gold"].max() == 100


def test_a_job_says_spot_colours(tmp_path):
    saved = tmp_path / "job.toml"
    result = batch(tmp_path, "--for", "press", "--spot", f"dark-blue={INK}", "--dpart-fields", "surname", "--save-job", saved)
    assert result.exit_code == 0, result.output
    assert re.search(r"\[spot\]\n#[^\n]*\ndark-blue = \"PANTONE 2757 C\"\n", saved.read_text("utf-8"))
    assert 'dpart-fields = ["surname"]' in saved.read_text("utf-8")
    again = run("batch", saved, "-o", tmp_path / "again", "--quiet")
    assert again.exit_code == 0, again.output
    [first], [second] = ((tmp_path / name).glob("*.pdf") for name in ("out", "again"))
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--for", "press", "--spot", "dark-blue"), "--spot takes COLOUR=NAME, not “dark-blue”."),
        (("--for", "press", "--spot", "gold=A", "--spot", "gold=B"), "--spot gives two inks to “gold”."),
        (("--spot", "gold=A"), "Print with --for press, or leave --profile, --bleed, --spot and --dpart-fields out."),
        (("--for", "press", "--spot", "goldd=A"), "goldd: there is no colour “goldd” to be printed as a spot colour"),
    ],
)
def test_a_call_with_a_wrong_spot_colour_makes_nothing(tmp_path, options, message):
    result = batch(tmp_path, *options)
    assert (result.exit_code, message in result.stderr) == (2, True), result.stderr
    assert not (tmp_path / "out").exists()


def test_a_jobs_own_entry_is_named_where_a_spot_colour_is_wrong(tmp_path):
    table(tmp_path / "people.json", [record_of(FORM)])
    job = tmp_path / "job.toml"
    job.write_text(
        f'version = 1\nname = "a"\nform = "{FORM}"\noutput = "out"\nfor = "press"\ntable.path = "people.json"\n'
        '[spot]\ngoldd = "A"\ngold = "B"\nblack = "B"\n',
        "utf-8",
    )
    result = run("batch", job)
    assert result.exit_code == 2
    assert f"{job}: spot.goldd: there is no colour “goldd” to be printed as a spot colour" in result.stderr
    assert f"{job}: spot.black: the spot colour “B” is given twice: for gold too" in result.stderr
