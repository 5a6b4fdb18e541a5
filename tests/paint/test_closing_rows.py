"""What closes a document stays with its last row: a signature is never alone on a page, in PDF and in Word alike."""

import io
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import pdfplumber
import pytest
from docx import Document
from docx.shared import Mm
from support.calling import convert
from support.reading import docx_words, ruled_rows
from support.torture import IS_FULL
from support.writing import record_with_rows, saved

import docgen
from docgen.paint.docx.templates import fill_template
from docgen.paint.info import DocumentInfo

#: Form → a number of rows at which the ending came to stand alone when only its paragraphs were kept with the table, or the
#: first at which there is a second page.
WORST = {
    "adaptation-programme": 5,
    "advanced-training-results": 15,
    "breach-notice": 7,
    "competency-model": 9,
    "competitiveness-sheet": 15,
    "consolidated-trainee-list": 18,
    "coverage-report": 30,
    "development-programme": 15,
    "final-test-record": 6,
    "reserve-application": 10,
    "reserve-list": 12,
    "retraining-results": 15,
    "trainee-list": 34,
    "training-order": 29,
    "training-plan": 14,
    "training-request": 20,
    "vacancy-notice": 9,
    "work-standard": 13,
}
#: A file, its form and number of rows.
Case = tuple[Path, str, int]


def counts_of(form: str) -> Iterable[int]:
    return range(1, 41) if IS_FULL else [WORST[form]]


def cases(folder: Path, to: str) -> list[Case]:
    """Render each form with each number of rows."""
    draft = []
    for form in WORST:
        for count in counts_of(form):
            path = folder / f"{form}-{count}.{to}"
            path.write_bytes(docgen.render(form, record_with_rows(form, count), to=to))
            draft.append((path, form, count))
    return draft


def alone(folder: Path, draft: list[Case]) -> list[str]:
    """Return those of which the last of several pages holds no last row."""
    found = []
    for path, form, count in draft:
        with pdfplumber.open(folder / f"{path.stem}.pdf") as pdf:
            rows = [row for table in pdf.pages[-1].extract_tables() for row in table]
            is_there = len(rows) > 1 if form == "work-standard" else [str(count)] in [row[:1] for row in rows]
            if len(pdf.pages) > 1 and not is_there:
                found.append(path.stem)
    return found


@pytest.mark.slow
def test_no_pdf_ends_with_a_page_of_its_signature_alone(tmp_path):
    assert alone(tmp_path, cases(tmp_path, "pdf")) == []


@pytest.mark.office
def test_no_word_document_ends_with_a_page_of_its_signature_alone(tmp_path):
    draft = cases(tmp_path, "docx")
    for start in range(0, len(draft), 100):  # it takes some 250 files at the most
        convert([path for path, _form, _count in draft[start : start + 100]], tmp_path)
    assert alone(tmp_path, draft) == []


# --- Templates of a user's own ------------------------------------------------------------------------------------------


def template(width: float = 160, *, keeps_next: bool = True, closing: str = "Басшы") -> bytes:
    """Return a template of a table of that width, in mm, with two closing lines; the text is 160 mm wide."""
    draft = Document()
    section = draft.sections[0]
    section.page_width, section.left_margin, section.right_margin = Mm(210), Mm(30), Mm(20)
    table = draft.add_table(1, 2)
    for column in table.columns:
        column.width = Mm(width / 2)
    for cell in table.row_cells(0):
        cell.text = "{{ name }}"
        cell.paragraphs[0].paragraph_format.keep_with_next = keeps_next
    draft.add_paragraph("Барлығы: 1").paragraph_format.keep_with_next = True
    draft.add_paragraph(closing)
    return saved(draft)


def filled(content: bytes) -> Document:
    info = DocumentInfo("t", "f", datetime(2026, 2, 6))
    return Document(io.BytesIO(fill_template(content, {"name": "Ким"}, info, flows=True)))


def test_what_keeps_with_a_table_becomes_its_last_row():
    draft = filled(template())
    (table,) = draft.tables
    assert [cell.text for cell in table.rows[0].cells] == ["Ким", "Ким"]
    assert [[cell.text for cell in row.cells] for row in table.rows[1:]] == [["Барлығы: 1\nБасшы"] * 2]
    assert len(ruled_rows(table)) == 1
    assert [paragraph.text for paragraph in draft.paragraphs] == [""]
    assert docx_words(saved(draft)) == "Ким Ким Барлығы: 1 Басшы"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(template(keeps_next=False), id="not tied to the table"),
        pytest.param(template(120), id="a table narrower than the text"),
        pytest.param(template(closing="сөз " * 400), id="longer than a page may be"),
    ],
)
def test_what_would_not_stand_the_same_in_the_table_stays_below_it(content):
    draft = filled(content)
    assert len(draft.tables[0].rows) == 1
    assert next(paragraph.text for paragraph in draft.paragraphs) == "Барлығы: 1"


def test_text_below_the_closing_lines_stays_text():
    draft = Document(io.BytesIO(template()))
    draft.add_paragraph("Ескерту")
    draft = filled(saved(draft))
    assert [paragraph.text for paragraph in draft.paragraphs] == ["Ескерту"]


def test_a_heading_between_two_tables_closes_nothing():
    draft = Document(io.BytesIO(template()))
    draft.paragraphs[-1].paragraph_format.keep_with_next = True
    draft.add_table(1, 1)
    draft = filled(saved(draft))
    assert [len(table.rows) for table in draft.tables] == [1, 1]
