"""A document that goes over pages has the same words on each of them, as PDF and as Word document."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.calling import convert
from support.reading import numbered_pages
from support.torture import IS_FULL
from support.writing import record_with_rows

import docgen
from docgen.fields import Rows
from docgen.form import Form, form_ids, load_form


def goes_over_pages(form: Form) -> bool:
    """Return whether a form flows and has rows, which may be any number."""
    return not form.is_fixed and any(isinstance(field, Rows) for field in form.fields)


FORMS = [form for form in form_ids() if goes_over_pages(load_form(form))]
COUNTS = range(1, 61) if IS_FULL else [45]


@pytest.fixture(scope="module", params=COUNTS)
def folder(request, tmp_path_factory) -> Path:
    """Every form with so many rows, as PDF of ours and as LibreOffice prints the Word document."""
    folder = tmp_path_factory.mktemp("breaks")
    (folder / "ours").mkdir()
    for form in FORMS:
        record = record_with_rows(form, request.param)
        (folder / f"{form}.docx").write_bytes(docgen.render(form, record, to="docx"))
        (folder / "ours" / f"{form}.pdf").write_bytes(docgen.render(form, record))
    convert(sorted(folder.glob("*.docx")), folder)
    return folder


@pytest.mark.office
@pytest.mark.parametrize("form", FORMS)
def test_the_pages_of_pdf_and_word_document_break_at_the_same_words(folder, form):
    ours, theirs = (numbered_pages(path.read_bytes()) for path in (folder / "ours" / f"{form}.pdf", folder / f"{form}.pdf"))
    assert theirs == ours
    assert len(ours) > 1 or IS_FULL
