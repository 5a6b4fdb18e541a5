"""Headings break into even lines, in PDF as in the Word document: no other break makes the widest of so many lines narrower."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import combinations, groupby, pairwise
from pathlib import Path

import pdfplumber
import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from support.calling import convert
from support.records import record_of

import docgen
from docgen.fields import PlainText
from docgen.form import form_ids, load_form

FORMS = [form for form in form_ids() if not load_form(form).is_fixed]
#: What a line may be wider than the evenest break has it, in points: half a millimetre.
SLACK = 1.4
#: Names that take several lines of a page, on a landscape one too, and leave one word on the last if nobody sees to it.
LONG_NAME = (
    "Қазақстан Республикасы Ішкі істер министрлігінің Қарағанды облысы Полиция департаментінің балалардың құқықтарын қорғау"
)
LONG_NAMES = {
    "body": f"{LONG_NAME} қызметі",
    "organization": f"{LONG_NAME} академиясы",
    "position": f"{LONG_NAME} басқармасының инспекторы",
}

Word = dict
Lines = list[list[Word]]


def headings(pdf: bytes, docx: bytes) -> Iterator[Lines]:
    """Yield the lines of every heading of a document: of the columns of its tables, and those in the middle of its pages."""
    wanted = [paragraph.text.split() for paragraph in Document(io.BytesIO(docx)).paragraphs if is_heading(paragraph)]
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        for table in document.pages[0].find_tables():
            cells = [document.pages[0].crop(box) for box in table.rows[0].cells if box]
            yield from filter(None, (lines_of(cell.extract_words(return_chars=True)) for cell in cells))
        words = document.pages[0].extract_words(return_chars=True)
        for texts in wanted:
            starts = (at for at in range(len(words)) if [each["text"] for each in words[at : at + len(texts)]] == texts)
            if (start := next(starts, None)) is not None:  # else it is on a later page
                yield lines_of(words[start : start + len(texts)])


def is_heading(paragraph) -> bool:
    in_the_middle = WD_ALIGN_PARAGRAPH.CENTER in (paragraph.alignment, paragraph.style.paragraph_format.alignment)
    bold = all(run.bold or (run.bold is None and paragraph.style.font.bold) for run in paragraph.runs if run.text.strip())
    return in_the_middle and bold and bool(paragraph.text.strip("_ "))


def lines_of(words: list[Word]) -> Lines:
    return [list(line) for _y, line in groupby(words, key=lambda word: round(word["chars"][0]["matrix"][5]))]


def widths(lines: list[list[Word]]) -> list[float]:
    """Return the widths of lines in points: of their words, and a quarter of the size for each space between them."""
    size = lines[0][0]["chars"][0]["size"]
    return [sum(word["x1"] - word["x0"] for word in line) + (len(line) - 1) * size / 4 for line in lines]


def evenest(lines: Lines) -> float:
    """Return the least width, in points, that the widest line can have if the words are broken into as many lines."""
    words = [word for line in lines for word in line]
    breaks = combinations(range(1, len(words)), len(lines) - 1)
    return min(max(widths([words[a:b] for a, b in pairwise((0, *each, len(words)))])) for each in breaks)


def texts(lines: Lines) -> list[str]:
    return [" ".join(word["text"] for word in line) for line in lines]


def uneven(pdf: bytes, docx: bytes) -> list[list[str]]:
    return [texts(lines) for lines in headings(pdf, docx) if max(widths(lines)) > evenest(lines) + SLACK]


@pytest.fixture(scope="module", params=["blank", "long names"])
def folder(request, tmp_path_factory) -> Path:
    """Every form as PDF of ours and as Word document that LibreOffice prints; long names in every place that heads a page."""
    folder = tmp_path_factory.mktemp("headings")
    (folder / "ours").mkdir()
    for form in FORMS:
        record, kind = (None, "blank") if request.param == "blank" else (record_of(form), "full")
        if request.param == "long names":
            names = {field.name for field in load_form(form).fields if isinstance(field, PlainText)}
            record |= {name: text for name, text in LONG_NAMES.items() if name in names}
        (folder / f"{form}.docx").write_bytes(docgen.render(form, record, to="docx", print=kind))
        (folder / "ours" / f"{form}.pdf").write_bytes(docgen.render(form, record, print=kind))
    convert(sorted(folder.glob("*.docx")), folder)
    return folder


@pytest.mark.office
@pytest.mark.parametrize("form", FORMS)
def test_no_heading_could_be_evener(folder, form):
    ours, theirs = ((path / f"{form}.pdf").read_bytes() for path in (folder / "ours", folder))
    docx = (folder / f"{form}.docx").read_bytes()
    assert uneven(ours, docx) == []
    assert uneven(theirs, docx) == []
    assert [texts(lines) for lines in headings(ours, docx)] == [texts(lines) for lines in headings(theirs, docx)]


@pytest.mark.office
def test_the_long_names_are_broken_at_all(folder):
    """So that the test above cannot pass for want of headings."""
    form = "trainee-list"
    found = [lines for lines in headings((folder / f"{form}.pdf").read_bytes(), (folder / f"{form}.docx").read_bytes())]
    assert len(found) >= 6
    assert any(len(lines) > 1 for lines in found)
