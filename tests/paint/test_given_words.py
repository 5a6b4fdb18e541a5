"""`--alt`, and `[alt]` of a job: what the user's own pictures show, in words, where the form does not say it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.calling import run
from support.places import ROOT
from support.records import record_of
from support.structure import assert_led, elements

import docgen

FORM, TABLE = "retraining-certificate", ROOT / "samples" / "people.xlsx"
REMARK = "does not say in words what it shows"


def figures(pdf: bytes) -> list[str]:
    return [element["/Alt"] for tag, element in elements(pdf) if tag == "Figure"]


@pytest.fixture
def own_form(tmp_path) -> Path:
    """A copy of a certificate whose emblem of state says nothing."""
    assert run("forms", "copy", FORM, tmp_path / "forms", "--as", "own-certificate").exit_code == 0
    definition = tmp_path / "forms" / "shared" / "ministry-certificate.toml"
    lines = definition.read_text("utf-8").splitlines(keepends=True)
    definition.write_text("".join(line for line in lines if "Елтаңбасы" not in line), "utf-8")
    assert run("forms", "sample", FORM, "-o", tmp_path / "record.toml").exit_code == 0
    return tmp_path


def test_an_option_says_what_a_picture_shows_and_nothing_is_left_to_remark_on(own_form):
    call = ["render", "own-certificate", own_form / "record.toml", "--forms", own_form / "forms", "-o", own_form / "x.pdf"]
    before = run(*call)
    assert REMARK in before.output
    assert "--alt" in before.output
    silent = figures((own_form / "x.pdf").read_bytes())
    result = run(*call, "--alt", "state-emblem=Облыстың елтаңбасы")
    assert result.exit_code == 0, result.output
    assert REMARK not in result.output
    pdf = (own_form / "x.pdf").read_bytes()
    assert sorted(set(figures(pdf)) - set(silent)) == ["Облыстың елтаңбасы"]
    assert_led(pdf)
    assert run(*call).exit_code == 0  # what was made before with other words is not taken for it
    assert figures((own_form / "x.pdf").read_bytes()) == silent


def test_the_words_win_over_those_of_the_form_for_artwork_of_ones_own():
    pdf = docgen.render(FORM, record_of(FORM), alternatives={"ministry-emblem": "Академияның эмблемасы"})
    assert "Академияның эмблемасы" in figures(pdf)
    assert "Қазақстан Республикасының Мемлекеттік Елтаңбасы" in figures(pdf)
    assert "Академияның эмблемасы" not in figures(docgen.render(FORM, record_of(FORM)))


def test_a_job_says_it_for_each_of_its_documents(tmp_path):
    lines = ["version = 1", 'name = "Course"', f'form = "{FORM}"', 'ignore = ["*"]', 'only = ["3-4"]', 'each = "{number}"',
             'output = "out"', "[table]", f'path = "{TABLE}"', "[alt]", 'state-emblem = "Облыстың елтаңбасы"']  # fmt: skip
    (tmp_path / "job.toml").write_text("\n".join(lines), "utf-8")
    result = run("batch", tmp_path / "job.toml")
    assert result.exit_code == 0, result.output
    own = sorted((tmp_path / "out" / "each").iterdir())
    assert [("Облыстың елтаңбасы" in figures(path.read_bytes())) for path in own] == [True, True]
    (tmp_path / "job.toml").write_text("\n".join(lines).replace("state-emblem", "state-emblen"), "utf-8")
    result = run("batch", tmp_path / "job.toml", "-o", tmp_path / "other")
    assert result.exit_code == 2
    assert "“state-emblen” is no picture of “retraining-certificate”" in result.output
    assert "job.toml: alt.state-emblen: " in result.output
    assert "Did you mean “state-emblem”?" in result.output


def test_a_picture_of_a_body_is_told_too(tmp_path):
    assert run("forms", "copy", "attendance-note", tmp_path / "forms", "--as", "own-note").exit_code == 0
    body = tmp_path / "forms" / "own-note" / "body.html"
    body.write_text(body.read_text("utf-8") + '<img style="height:20mm" src="docgen:artwork/state-emblem">', "utf-8")
    assert run("forms", "sample", "own-note", "--forms", tmp_path / "forms", "-o", tmp_path / "record.toml").exit_code == 0
    call = ["render", "own-note", tmp_path / "record.toml", "--forms", tmp_path / "forms", "-o", tmp_path / "x.pdf"]
    result = run(*call, "--alt", 'state-emblem=Елтаңба "<ескі>"')
    assert result.exit_code == 0, result.output
    assert REMARK not in result.output
    assert figures((tmp_path / "x.pdf").read_bytes()) == ['Елтаңба "<ескі>"']
    wrong = run(*call, "--alt", "logo=Белгі")
    assert (wrong.exit_code, "“logo” is no picture of “own-note”" in wrong.output) == (2, True)


@pytest.mark.parametrize(("texts", "message"), [
    (["state-emblem"], "--alt takes PICTURE=WORDS, not “state-emblem”."),
    (["a="], "--alt takes PICTURE=WORDS, not “a=”."),
    (["a=b", "a=c"], "--alt gives two texts to “a”."),
])  # fmt: skip
def test_a_wrong_option_says_what_is_right(tmp_path, texts, message):
    options = [part for text in texts for part in ("--alt", text)]
    result = run("render", FORM, tmp_path / "record.toml", "-o", tmp_path / "x.pdf", *options)
    assert (result.exit_code, message in result.output) == (2, True)
