"""What TUTORIAL.md and the README tell a user to do works as it stands there: its files, commands and changes in Word."""

from __future__ import annotations

import io
import os
import re
import sys
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Pt
from docx.text.paragraph import Paragraph
from support import processes
from support.calling import convert
from support.reading import docx_words, lines, numbered_pages, words

from docgen.files import REPOSITORY

#: How the texts say what to do: write a file, add to one, run commands, change a document, read a result.
FILE = re.compile(r"(?P<add>Add to the end of )?`(?P<path>[\w./-]+)`:\n\n```\w+\n(?P<text>.*?)```\n", re.DOTALL)
COMMANDS = re.compile(r"(?<=\n)```\n(?P<commands>docgen .*?)```\n", re.DOTALL)
CHANGES = re.compile(r"Change\s`(?P<document>[\w./-]+)` so:\n\n(?P<changes>(?:- [^\n]*\n)+)")
SAYS = re.compile(r"`(?P<result>[\w./-]+)` says\s“(?P<words>[^”]+)”")
#: A line of the changes to a document.
CHANGE = re.compile(
    r"- (?:at the end: )?`(?P<found>.+?)`"
    r"(?: → (?:`(?P<new>.+)`|(?P<size>\d+) pt|deleted(?:, with all to the first `(?P<end>.+)`)?))?"
)
STEP = re.compile("|".join(pattern.pattern for pattern in (FILE, COMMANDS, CHANGES, SAYS)), re.DOTALL)


def follow(text: str, folder: Path) -> list[tuple[str, str]]:
    """Do what a text says in `folder`, step by step; return which result has to say what."""
    said = []
    for step in STEP.finditer(text):
        if step["path"]:
            path = folder / step["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            before = path.read_text("utf-8") + "\n" if step["add"] else ""
            path.write_text(before + step["text"], "utf-8")
        elif step["commands"]:
            run(step["commands"], folder)
        elif step["document"]:
            change(folder / step["document"], step["changes"].splitlines())
        else:
            said.append((step["result"], step["words"]))
    return said


def run(commands: str, folder: Path) -> None:
    settings = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = processes.run(["sh", "-e"], input=commands, text=True, cwd=folder, capture_output=True, env=settings)
    assert done.returncode == 0, (commands, done.stderr)


def change(path: Path, changes: list[str]) -> None:
    """Change a document as one does in Word: found → other words, a size, deleted; or a paragraph at the end."""
    document = Document(path)
    for line in changes:
        found, new, size, end = CHANGE.fullmatch(line).group("found", "new", "size", "end")
        if line.startswith("- at the end: "):
            document.add_paragraph(found)
            continue
        places = [paragraph for paragraph in paragraphs(document) if found in paragraph.text]
        assert places, line
        for paragraph in places:
            if size:
                resize(paragraph, int(size))
            elif new:
                retype(paragraph, paragraph.text.replace(found, new))
            else:
                delete(paragraph, end)
    document.save(path)


def resize(paragraph: Paragraph, size: int) -> None:
    for piece in paragraph.runs:
        piece.font.size = Pt(size)


def retype(paragraph: Paragraph, text: str) -> None:
    """Type over the words of a paragraph: they take the format of its first letter."""
    for piece in paragraph.runs[1:]:
        piece._r.getparent().remove(piece._r)
    paragraph.runs[0].text = text


def delete(paragraph: Paragraph, end: str | None) -> None:
    """Delete a paragraph, or all from it to the one that holds `end`."""
    for element in [paragraph._p, *(paragraph._p.itersiblings() if end else ())]:
        is_last = bool(end) and end in "".join(element.itertext())
        element.getparent().remove(element)
        if is_last:
            break


def paragraphs(document: Document):
    """Give the paragraphs of a document and of its tables' cells."""
    yield from document.paragraphs
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs


@pytest.fixture(scope="module")
def followed(tmp_path_factory) -> tuple[Path, list[tuple[str, str]]]:
    """The folder of a user who followed the tutorial, and what it says comes out; documents also as LibreOffice prints them."""
    folder = tmp_path_factory.mktemp("tutorial")
    said = follow((REPOSITORY / "TUTORIAL.md").read_text("utf-8"), folder)
    for path in list(folder.glob("*.docx")):
        path.rename(path.with_name(f"{path.stem} in Word.docx"))
    convert(sorted(folder.glob("*.docx")), folder)
    return folder, said


@pytest.mark.office
def test_every_result_says_what_the_tutorial_tells(followed):
    folder, said = followed
    assert len(said) == 5
    for result, expected in said:
        name = result.replace(".docx", " in Word.pdf")
        assert expected in words((folder / name).read_bytes()), result


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


@pytest.mark.slow
def test_the_forms_of_the_readme_work_as_they_stand_there(tmp_path):
    readme = (REPOSITORY / "README.md").read_text("utf-8")
    section = readme.partition("### A form of your own\n")[2].partition("\n#")[0]
    follow(section, tmp_path)
    assert words((tmp_path / "thanks.pdf").read_bytes()) == "АЛҒЫС ХАТ Сейітқали адал қызметі үшін"
    assert Document(io.BytesIO((tmp_path / "thanks.docx").read_bytes())).paragraphs[0].text == "АЛҒЫС ХАТ"
