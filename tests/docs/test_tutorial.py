"""What TUTORIAL.md tells a user to do works: its files, commands, and changes in Word."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.calling import convert
from support.documents import Step, follow
from support.places import ROOT
from support.reading import docx_words, lines, numbered_pages, words


@pytest.fixture(scope="module")
def followed(tmp_path_factory) -> tuple[Path, list[Step]]:
    """The folder of a user who followed the tutorial, and what it says comes out; documents also as LibreOffice prints them."""
    folder = tmp_path_factory.mktemp("tutorial")
    said = follow(ROOT / "TUTORIAL.md", folder)
    for path in list(folder.glob("*.docx")):
        path.rename(path.with_name(f"{path.stem} in Word.docx"))
    convert(sorted(folder.glob("*.docx")), folder)
    return folder, said


@pytest.mark.office
def test_every_result_says_what_the_tutorial_says(followed):
    folder, said = followed
    assert len(said) == 5
    for step in said:
        name = step.path.replace(".docx", " in Word.pdf")
        assert step.text in words((folder / name).read_bytes()), step.path


@pytest.mark.office
def test_a_size_changed_in_word_is_printed(followed):
    printed = {line.text: line.size for line in lines((followed[0] / "changed in Word.pdf").read_bytes())}
    topic = next(size for text, size in printed.items() if text.startswith("Құқық қорғау органдарындағы"))
    assert topic == pytest.approx(16)
    assert any(text.startswith("Ескерту: ") for text in printed)
    assert "СЕРТИФИКАТ" not in printed


@pytest.mark.office
def test_the_new_report_says_the_same_in_both_formats(followed):
    folder, _said = followed
    pdf = " ".join(numbered_pages((folder / "instructors.pdf").read_bytes()))
    assert docx_words((folder / "instructors in Word.docx").read_bytes()) == pdf
