"""Every line of a form stands at the same height in PDF as in its Word template that LibreOffice lays out."""

from __future__ import annotations

import io
from difflib import SequenceMatcher
from pathlib import Path

import pdfplumber
import pytest
from support.calling import convert
from support.reading import MM
from support.records import record_of

import docgen
from docgen.form import form_ids, load_form

#: Those with a Word template of their own; of one that is fixed there is no blank as a Word document.
FORMS = [form for form in form_ids() if load_form(form).template("template.docx")]
BLANKS = [form for form in FORMS if not load_form(form).is_fixed]
#: FORMS.md allows a Word document half a millimetre.
TOLERANCE = 0.5
#: Lines of 14 pt are less than so many mm apart.
LEADING = 6


def baselines(pdf: bytes) -> list[tuple[tuple[int, str], float]]:
    """Return the words with the number of their page, and the height of each above the foot in mm; lines to write on left out."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return [
            ((page.page_number, text), word["chars"][0]["matrix"][5] * MM)
            for page in document.pages
            for word in page.extract_words(return_chars=True)
            if (text := word["text"].strip("_"))
        ]


def apart(ours: list, theirs: list) -> dict[tuple[int, str], float]:
    """Return the words that stand on no line of ours in the second file, and by how many mm they are off their own.

    A word may stand on the line before its own: from 24.8 on LibreOffice narrows the spaces of a justified line, as Word does,
    where one word more fits so. The lines themselves stay where they are, and the end of the paragraph shows it.
    """
    lines: dict[int, list[float]] = {}
    for (page, _text), y in ours:
        lines.setdefault(page, []).append(y)
    matcher = SequenceMatcher(None, [word for word, _y in ours], [word for word, _y in theirs], autojunk=False)
    blocks = matcher.get_matching_blocks()
    assert sum(block.size for block in blocks) > 0.9 * len(ours)
    pairs = [(ours[block.a + n], theirs[block.b + n]) for block in blocks for n in range(block.size)]
    return {
        word: round(y - other, 2)
        for (word, y), (_word, other) in pairs
        if abs(y - other) > TOLERANCE and not (y < other < y + LEADING and is_near(other, lines[word[0]]))
    }


def is_near(height: float, lines: list[float]) -> bool:
    return any(abs(height - line) <= TOLERANCE for line in lines)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The sample and the blank of every form, as PDF of ours and as LibreOffice prints the Word document."""
    folder = tmp_path_factory.mktemp("heights")
    (folder / "ours").mkdir()
    for form in FORMS:
        for kind, record in (("full", record_of(form)), ("blank", None)):
            if record is not None or form in BLANKS:
                (folder / f"{form}.{kind}.docx").write_bytes(docgen.render(form, record, to="docx", print=kind))
                (folder / "ours" / f"{form}.{kind}.pdf").write_bytes(docgen.render(form, record, print=kind))
    convert(sorted(folder.glob("*.docx")), folder)
    return folder


@pytest.mark.office
@pytest.mark.parametrize("name", [f"{form}.full" for form in FORMS] + [f"{form}.blank" for form in BLANKS])
def test_lines_stand_at_the_same_height_in_pdf_and_word_document(folder, name):
    ours, theirs = (baselines(path.read_bytes()) for path in (folder / "ours" / f"{name}.pdf", folder / f"{name}.pdf"))
    assert apart(ours, theirs) == {}
