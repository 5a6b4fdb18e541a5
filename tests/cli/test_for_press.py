"""--for press on the command line and in a job: PDF/X-4 in the print shop's inks, and what it refuses."""

from __future__ import annotations

import pytest
from PIL import Image, ImageCms
from pypdf import PdfReader
from support.calling import run
from support.records import record_of
from support.writing import table

from docgen.inks import open_profile

FORM = "retraining-certificate"
PT = 72 / 25.4


def rows(count: int) -> list[dict]:
    return [record_of(FORM, number=f"{n:05d}", surname=f"Сейітқали-{n}") for n in range(1, count + 1)]


def boxes(path) -> list[tuple[float, float]]:
    pages = PdfReader(path).pages
    return [(round(float(page.mediabox.width) / PT, 2), round(float(page.trimbox.width) / PT, 2)) for page in pages]


def test_a_batch_for_the_press_has_bleed_on_every_page(tmp_path):
    people = table(tmp_path / "people.json", rows(3))
    result = run("batch", FORM, people, "-o", tmp_path / "out", "--for", "press", "--bleed", "5", "--quiet")
    assert result.exit_code == 0, result.output
    [volume] = (tmp_path / "out").glob("*.pdf")
    assert boxes(volume) == [(307, 297)] * 3
    assert PdfReader(volume).trailer["/Info"]["/GTS_PDFXVersion"] == "PDF/X-4"


def test_a_job_says_the_press_once(tmp_path):
    people = table(tmp_path / "people.json", rows(1))
    saved = tmp_path / "job.toml"
    options = ["--for", "press", "--bleed", "4", "--each", "{number}", "--save-job", saved]
    assert run("batch", FORM, people, "-o", tmp_path / "out", *options, "--quiet").exit_code == 0
    assert ('for = "press"' in saved.read_text("utf-8"), "bleed = 4.0" in saved.read_text("utf-8")) == (True, True)
    again = run("batch", saved, "-o", tmp_path / "again", "--quiet")
    assert again.exit_code == 0, again.output
    assert boxes(tmp_path / "again" / "each" / "00001.pdf") == [(305, 297)]
    first, second = ((tmp_path / name / "each" / "00001.pdf").read_bytes() for name in ("out", "again"))
    assert first == second


def test_one_document_for_the_press(tmp_path):
    record = table(tmp_path / "person.json", rows(1)[0])
    assert run("render", FORM, record, "-o", tmp_path / "a.pdf", "--for", "press").exit_code == 0
    assert boxes(tmp_path / "a.pdf") == [(303, 297)]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--bleed", "3"), "a profile, bleed and spot colours are for the press"),
        (("--for", "press", "--bleed", "21"), "a bleed of 21 mm is not possible"),
        (("--for", "press", "--to", "docx"), "cannot be printed with --for press as docx"),
        (("--for", "archives"), "'archives'"),
        (("--for", "press", "--profile", "none.icc"), "none.icc: there is no such file"),
    ],
)
def test_what_is_no_file_for_a_press_is_refused_and_nothing_is_made(tmp_path, options, message):
    people = table(tmp_path / "people.json", rows(1))
    result = run("batch", FORM, people, "-o", tmp_path / "out", *options, "--quiet")
    assert result.exit_code != 0
    assert message in result.stderr
    assert not list((tmp_path / "out").glob("*.pdf"))


@pytest.mark.slow
def test_a_job_for_the_press_is_handed_over_as_it_was_printed(tmp_path):
    """Also where it was printed with another bleed, which somebody has to say."""
    people = table(tmp_path / "people.json", [row | {"number": None} for row in rows(2)])
    saved, book = tmp_path / "job.toml", tmp_path / "book.db"
    options = ["--register", book, "--for", "press", "--bleed", "4", "--save-job", saved]
    assert run("batch", FORM, people, "-o", tmp_path / "out", *options, "--quiet").exit_code == 0
    done = run("hand-over", saved, "-o", tmp_path / "handed", "--dry-run")
    assert (done.exit_code, "2 documents" in done.stdout) == (0, True), done.output
    plain = run("hand-over", "people.json", "-o", tmp_path / "handed", "--register", book)
    assert (plain.exit_code, "is not what was printed" in plain.stderr, "--for" in plain.stderr) == (1, True, True)
    said = ("--register", book, "--for", "press", "--bleed", "4")
    done = run("hand-over", "people.json", "-o", tmp_path / "handed", *said)
    assert done.exit_code == 0, done.output
    assert boxes(tmp_path / "handed" / f"{FORM}-001.pdf") == [(305, 297)] * 2


# ---- profiles, artwork and pictures that no press can print


LOGO_FORM = "child-protection-certificate"


def profile(name: str) -> bytes:
    """Return a profile that is wrong in what its name says."""
    sound = open_profile().content
    changed = {"cut": sound[:-1], "version 5": sound[:8] + b"\5" + sound[9:], "scanner": sound[:12] + b"scnr" + sound[16:]}
    if name == "screen":
        return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return changed.get(name, b"\x89PNG\r\n\x1a\n" * 40)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("screen", "it is not the profile of a printing condition (class “mntr”)"),
        ("scanner", "it is not the profile of a printing condition (class “scnr”)"),
        ("cut", "it is cut off or longer than it says"),
        ("version 5", "it is of version 5, not 2 or 4"),
        ("picture", "it is no ICC profile"),
    ],
)
@pytest.mark.parametrize("command", ["batch", "render", "job"])
def test_a_wrong_profile_is_named_and_nothing_is_made(tmp_path, name, reason, command):
    icc = tmp_path / "own.icc"
    icc.write_bytes(profile(name))
    people = table(tmp_path / "people.json", rows(1) if command != "render" else rows(1)[0])
    if command == "job":
        job = tmp_path / "job.toml"
        job.write_text(
            f'version = 1\nname = "a"\nform = "{FORM}"\noutput = "out"\nfor = "press"\ntable.path = "people.json"\n'
            '[press]\nprofile = "own.icc"\n',
            "utf-8",
        )
        result = run("batch", job)
    else:
        result = run(command, FORM, people, "-o", tmp_path / "out", "--to", "pdf", "--for", "press", "--profile", icc)
    assert result.exit_code == 1, result.output
    assert f"{icc}: this profile cannot be used: {reason}" in result.stderr
    assert "Ask the print shop for the ICC profile of its printing condition" in result.stderr
    assert not (tmp_path / "out").exists()


def with_logos(*logos: str) -> list[dict]:
    return [record_of(LOGO_FORM, number=f"{n:05d}", surname=f"Сейітқали-{n}", logo=logo) for n, logo in enumerate(logos, 1)]


def drawing(colour: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="{colour}"/></svg>'


@pytest.mark.slow
@pytest.mark.parametrize("colour", ["lab(50 40 20)", "device-cmyk(0 1 1 0)"])
def test_a_picture_whose_colours_are_no_inks_is_named_with_its_row(tmp_path, colour):
    (tmp_path / "red.svg").write_text(drawing("#f00"), "utf-8")
    (tmp_path / "odd.svg").write_text(drawing(colour), "utf-8")
    records = [
        record_of(LOGO_FORM, number=f"{n:05d}", surname=f"Сейітқали-{n}", logo=logo)
        for n, logo in ((1, "red.svg"), (2, "odd.svg"))
    ]
    people = table(tmp_path / "people.json", records)
    result = run("batch", LOGO_FORM, people, "-o", tmp_path / "out", "--for", "press", "--quiet")
    assert result.exit_code == 1, result.output
    assert f"{people}: row 2: logo: the artwork has colours that cannot be printed as inks" in result.stderr
    assert "Use a drawing (SVG) of plain colours or a picture (PNG) in RGB or grey." in result.stderr
    assert not list((tmp_path / "out").glob("*.pdf"))
    assert run("batch", LOGO_FORM, people, "-o", tmp_path / "plain", "--quiet").exit_code == 0


@pytest.mark.parametrize("name", ["state-emblem", "ornament-side"])
def test_own_artwork_whose_colours_are_no_inks_is_named(tmp_path, name):
    own = tmp_path / "own"
    own.mkdir()
    (own / f"{name}.svg").write_text(drawing("lab(50 40 20)"), "utf-8")
    people = table(tmp_path / "people.json", rows(2))
    result = run("batch", FORM, people, "-o", tmp_path / "out", "--for", "press", "--artwork", own, "--quiet")
    assert result.exit_code == 1, result.output
    assert f"{own / f'{name}.svg'}: the artwork has colours that cannot be printed as inks" in result.stderr
    assert not list((tmp_path / "out").glob("*.pdf"))


def test_a_picture_of_72_dpi_is_refused_with_its_row_and_a_translucent_one_is_printed(tmp_path):
    """PDF/X-4 has transparency; what is too coarse would be seen."""
    for name, side, mode in (("coarse", 85, "RGB"), ("clear", 600, "RGBA")):
        Image.new(mode, (side, side), (200, 30, 30, 100)[: len(mode)]).save(tmp_path / f"{name}.png")
    people = table(tmp_path / "people.json", with_logos("clear.png", "coarse.png"))
    result = run("batch", LOGO_FORM, people, "-o", tmp_path / "out", "--for", "press", "--quiet")
    assert result.exit_code == 1, result.output
    assert f"{people}: row 2: logo: at 30 mm it has 72 dpi, print needs 300" in result.stderr
    assert "Use an SVG, a PDF, or a PNG at least 355 pixels high." in result.stderr
    assert "row 1" not in result.stderr
    assert not list((tmp_path / "out").glob("*.pdf"))
    kept = run("batch", LOGO_FORM, people, "-o", tmp_path / "kept", "--for", "press", "--skip-bad", "--quiet")
    assert kept.exit_code == 0, kept.output
    [volume] = (tmp_path / "kept").glob("*.pdf")
    assert len(PdfReader(volume).pages) == 1
