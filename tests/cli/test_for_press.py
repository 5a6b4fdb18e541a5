"""--for press on the command line and in a job: PDF/X-4 in the print shop's inks, and what it refuses."""

from __future__ import annotations

import pytest
from pypdf import PdfReader
from support.calling import run
from support.records import record_of
from support.writing import table

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
        (("--for", "press", "--to", "docx"), "cannot be printed for the press as docx"),
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
