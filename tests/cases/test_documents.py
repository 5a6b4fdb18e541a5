"""What a finished document said wrong without a word: spaces that are not there, a date of another day, a city twice a city."""

from __future__ import annotations

import io
import re
import shutil
from datetime import date

import pdfplumber
import pypdf
import pytest
from support import processes
from support.reading import docx_words, words
from support.records import record_of

import docgen
from docgen.form import form_ids, load_form

FLOWING = [name for name in form_ids() if not load_form(name).is_fixed]


def pdf_of(form: str, **changes: object) -> bytes:
    return docgen.render(form, record_of(form, **changes), to="pdf")


# --- every space of the text is a space in the file -------------------------------------------------------------------


def by_pdfplumber(pdf: bytes) -> list[str]:
    """Return the words of a file by the spaces that it holds, none guessed from a gap; another line or cell is another word.

    Cells are 8 pt apart at the least, the words of a line a quarter of their size.
    """
    text, last = [], None
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            for char in page.chars:
                here = (page.page_number, round(char["matrix"][5], 1))
                is_apart = last is not None and (here != last[0] or not -1 < char["x0"] - last[1] < char["size"] / 2)
                text.append((" " if is_apart else "") + char["text"])
                last = (here, char["x1"])
    return "".join(text).split()


def by_ghostscript(pdf: bytes) -> list[str]:
    command = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=txtwrite", "-sOutputFile=-", "-"]
    return processes.run(command, input=pdf, capture_output=True, check=True).stdout.decode().split()


def joined_by_hyphen(found: list[str]) -> set[str]:
    """Return the words, those that a line's end has parted at a hyphen left aside."""
    return {word for word in found if "-" not in word and "\u2010" not in word}


READERS = {
    "pdfplumber": by_pdfplumber,
    "Ghostscript": pytest.param(
        by_ghostscript,
        marks=pytest.mark.skipif(not shutil.which("gs"), reason="Ghostscript is not installed (Debian: ghostscript)"),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS.values(), ids=READERS.keys())
@pytest.mark.parametrize("form", FLOWING)
def test_every_space_of_the_text_is_a_space_in_the_file(form, reader):
    """Held against the words of the same record in Word, where a space is a character."""
    pdf = pdf_of(form)
    typed = set(docx_words(docgen.render(form, record_of(form), to="docx")).split()) | set(words(pdf).split())
    assert sorted(joined_by_hyphen(reader(pdf)) - typed) == []


@pytest.mark.slow
@pytest.mark.parametrize("form", [name for name in form_ids() if load_form(name).is_fixed])
def test_on_fixed_pages_too(form):
    pdf = pdf_of(form)
    assert sorted(joined_by_hyphen(by_pdfplumber(pdf)) - set(words(pdf).split())) == []


# --- the day of a file is its document's own --------------------------------------------------------------------------


def created(pdf: bytes) -> date:
    return pypdf.PdfReader(io.BytesIO(pdf)).metadata.creation_date.date()


def own_days(form: str) -> set[date]:
    """Return the days that date the sample of a form, as the acts have them: signed, approved or issued."""
    record = record_of(form)
    return {record[name] for name in ("signed", "approved", "issued") if name in record}


DATED = [form for form in form_ids() if own_days(form)]


@pytest.mark.parametrize("form", DATED)
def test_a_file_was_created_on_a_day_of_its_document(form):
    assert created(pdf_of(form)) in own_days(form)


def test_a_programme_is_not_of_the_year_that_it_ends_in():
    """It is approved on 2 March 2026 and plans until 20 February 2029."""
    assert created(pdf_of("development-programme", approved=date(2026, 3, 2), next_attestation=date(2029, 2, 20))) == date(
        2026, 3, 2
    )


def test_a_register_is_of_the_year_that_it_is_kept_for():
    assert created(pdf_of("certificate-register")).year == record_of("certificate-register")["year"] == 2026


@pytest.mark.slow
@pytest.mark.parametrize("form", form_ids())
def test_a_day_from_outside_comes_before_any_other(form, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780272000")
    assert created(pdf_of(form)) == date(2026, 6, 1)


# --- kinds of settlements ---------------------------------------------------------------------------------------------

SETTLEMENTS = ["Боровое кенті", "Шортанды ауылы", "Бурабай ауданы", "Осакаров кенті"]


@pytest.mark.slow
@pytest.mark.parametrize("to", ["pdf", "docx"])
@pytest.mark.parametrize("city", SETTLEMENTS)
def test_a_settlement_that_is_no_city_is_not_called_one(city, to):
    document = docgen.render("retraining-certificate", record_of("retraining-certificate", city=city), to=to)
    printed = words(document) if to == "pdf" else docx_words(document)
    assert city in printed
    assert not re.search(rf"{city}\s+қаласы", printed)


@pytest.mark.parametrize("city", ["Қарағанды", "Ақтөбе", "Кентау", "Аудан"])
def test_a_city_is_called_one(city):
    assert f"{city} қаласы" in words(pdf_of("retraining-certificate", city=city))


@pytest.mark.parametrize("city", SETTLEMENTS)
@pytest.mark.parametrize("what", ["overprint", "blank"])
@pytest.mark.parametrize("form", ["retraining-certificate", "advanced-training-certificate"])
@pytest.mark.clause("422", "5, line 6, left")
def test_a_settlement_that_is_no_city_is_not_printed_onto_stock(form, what, city):
    """The act prescribes a blank with “____ қаласы”, which is printed ahead for all."""
    assert "қаласы" in words(docgen.render(form, None, print="blank"))
    with pytest.raises(docgen.DataError) as refused:
        docgen.render(form, record_of(form, city=city), print=what)
    [problem] = refused.value.problems
    assert (problem.code, problem.where.key, problem.value) == ("stock-word", "city", city)
    assert "“қаласы”" in problem.message


@pytest.mark.parametrize("what", ["overprint", "blank"])
def test_a_city_is(what):
    form = "retraining-certificate"
    assert docgen.render(form, record_of(form, city="Қарағанды", patronymic=None), print=what).startswith(b"%PDF")
