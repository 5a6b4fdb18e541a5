"""Documents that a clause names and no annex lays out: notices, requests, records. What the clause asks for is in them."""

import io
from datetime import date
from itertools import pairwise

import pdfplumber
import pytest
from docx import Document
from support.calling import convert
from support.reading import bare_words, docx_words, numbered_pages, pdf_words, ruled_rows
from support.records import record_of
from support.torture import IS_FULL
from support.writing import rows_of

import docgen
from docgen.errors import DataError

#: Those with rows, of which any number is printed; then those of one page.
ROWED = (
    *("adaptation-programme", "breach-notice", "competitiveness-sheet", "final-test-record", "reserve-application"),
    "vacancy-notice",
)
FORMS = (*ROWED, "retest-request", "rotation-recommendation", "transfer-request")
COUNTS = (2, 9, 17, 31, 45) if IS_FULL else (45,)


def cells(form: str, record: dict) -> list[list[str]]:
    """Return the cells of the table of the Word document, row by row, without its headings."""
    (table,) = Document(io.BytesIO(docgen.render(form, record, to="docx"))).tables
    return [[bare_words(cell.text) for cell in dict.fromkeys(row.cells)] for row in ruled_rows(table)[1:]]


def faults(form: str, record: dict) -> list[tuple[str, str]]:
    """Return the code of each problem of a record, and where it is."""
    with pytest.raises(DataError) as caught:
        docgen.render(form, record)
    return [(problem.code, problem.where.key) for problem in caught.value.problems]


def blank(form: str) -> str:
    return docx_words(docgen.render(form, to="docx", print="blank"))


# --- All of them --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_a_layout_of_ours_is_not_taken_for_an_annex(form):
    text = " ".join(numbered_pages(docgen.render(form, record_of(form))))
    assert "Нысан" not in text
    assert "-қосымша" not in text


@pytest.mark.parametrize("form", FORMS)
def test_quotation_marks_are_those_of_the_acts(form):
    text = " ".join(numbered_pages(docgen.render(form, record_of(form))))
    assert not set("«»“”„") & set(text)
    assert text.count('"') % 2 == 0


@pytest.mark.parametrize("form", FORMS)
def test_the_fields_that_may_be_missing_leave_both_formats_alike(form):
    given = record_of(form)
    needed = {name: value for name, value in given.items() if not docgen.load_form(form).field(name).optional}
    docx = docgen.render(form, needed, to="docx")
    assert pdf_words(docgen.render(form, needed), []) == docx_words(docx)
    assert "None" not in docx_words(docx)


def numbers(pdf: bytes) -> list[list[str]]:
    """Return the numbers of the rows on each page."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        pages = [[row[0] for table in page.extract_tables() for row in table] for page in document.pages]
    return [[first for first in page if first and first.isdigit()] for page in pages]


@pytest.mark.office
def test_many_rows_break_into_the_same_pages_in_word(tmp_path):
    pdfs = {}
    for form, count in [(form, count) for form in ROWED for count in COUNTS]:
        record = record_of(form, rows=rows_of(form, count))
        pdfs[f"{form}-{count}"] = docgen.render(form, record)
        (tmp_path / f"{form}-{count}.docx").write_bytes(docgen.render(form, record, to="docx"))
    convert(sorted(tmp_path.glob("*.docx")), tmp_path)
    theirs = {name: numbers((tmp_path / f"{name}.pdf").read_bytes()) for name in pdfs}
    assert theirs == {name: numbers(pdf) for name, pdf in pdfs.items()}
    assert all(len(pages) > 2 for name, pages in theirs.items() if name.endswith("-45"))


# --- Order No. 114-НҚ: breach, final test, another test, another stream -------------------------------------------------


@pytest.mark.clause("114", "11")
def test_a_notice_of_a_breach_names_the_conditions_as_the_act_words_them():
    conditions = [
        "белгіленген сабақ кестесіне сәйкес оқу",
        "оқу тәртібі мен мінез-құлық нормаларын сақтау",
        "қорытынды тестілеуден өту",
    ]
    rows = [{"condition": each, "day": date(2026, 10, 8), "facts": "а"} for each in conditions]
    record = record_of("breach-notice", rows=rows)
    assert [row[1] for row in cells("breach-notice", record)] == conditions
    rows[1]["condition"] = "кешікпеу"
    assert faults("breach-notice", record) == [("choice-unknown", "rows[2].condition")]


@pytest.mark.clause("114", "11")
def test_a_notice_of_a_breach_says_which_agreement():
    assert 'Келісім: № 58, 2026 жылғы "02" қазан' in docx_words(
        docgen.render("breach-notice", record_of("breach-notice"), to="docx")
    )


@pytest.mark.clause("114", "2", "12", "13")
def test_who_passed_gets_a_certificate_and_who_did_not_a_note():
    rows = rows_of("final-test-record", 3)
    for row, (result, number) in zip(rows, [("өтті", "00417"), ("өтпеді", "14"), ("өтпеді", None)], strict=True):
        row |= {"result": result, "number": number}
    record = record_of("final-test-record", rows=rows)
    given = [row[-2:] for row in cells("final-test-record", record)]
    assert given == [["өтті", "сертификат № 00417"], ["өтпеді", "анықтама № 14"], ["өтпеді", "анықтама"]]
    text = docx_words(docgen.render("final-test-record", record, to="docx"))
    assert "Барлығы: 3 қызметкер, оның ішінде: өтті – 1; өтпеді – 2." in text


@pytest.mark.clause("114", "12")
def test_nobody_sits_one_test_twice():
    rows = rows_of("final-test-record", 3)
    rows[2]["iin"] = rows[0]["iin"]
    assert faults("final-test-record", record_of("final-test-record", rows=rows)) == [("row-twice", "rows[3].iin")]


@pytest.mark.parametrize("changes", [{"hours": 39}, {"tested": date(2026, 10, 15)}], ids=lambda changes: next(iter(changes)))
@pytest.mark.clause("114", "6", "12")
def test_the_final_test_comes_after_a_programme_of_forty_hours(changes):
    assert [key for _code, key in faults("final-test-record", record_of("final-test-record", **changes))] == list(changes)


@pytest.mark.clause("114", "13")
def test_a_second_re_test_of_a_year_is_refused_by_its_clause():
    with pytest.raises(DataError) as caught:
        docgen.render("retest-request", record_of("retest-request", retest=2))
    (problem,) = caught.value.problems
    assert problem.where.key == "retest"
    assert "clause 13" in problem.message + problem.hint


@pytest.mark.clause("114", "13")
def test_the_dates_of_a_re_test_follow_each_other():
    names = ["start", "end", "tested", "noted", "signed"]
    for earlier, later in pairwise(names):
        record = record_of("retest-request")
        record[later] = record[earlier].replace(year=2025)
        assert ("dates-reversed", later) in faults("retest-request", record)


@pytest.mark.clause("114", "13")
def test_another_stream_is_for_one_of_the_three_reasons_of_the_act():
    for reason in ("ауру", "төтенше жағдайлар", "дүлей зілзала"):
        docx = docgen.render("transfer-request", record_of("transfer-request", reason=reason), to="docx")
        assert f"(ауру, төтенше жағдайлар, дүлей зілзала): {reason} " in docx_words(docx)
    assert faults("transfer-request", record_of("transfer-request", reason="демалыс")) == [("choice-unknown", "reason")]


# --- The Concept of the personnel policy, and Orders No. 328 and No. 977 ------------------------------------------------


@pytest.mark.clause("concept", "2.3, figure")
@pytest.mark.clause("977", "5")
def test_figures_are_added_up_and_nothing_more():
    rows = [{"parameter": f"Параметр {number}", "points": points} for number, points in enumerate((20, 0, 7), 1)]
    *_others, total = cells("competitiveness-sheet", record_of("competitiveness-sheet", rows=rows))
    assert total == ["Мәндердің қосындысы", str(20 + 0 + 7)]


@pytest.mark.clause("concept", "2.3, figure")
def test_the_sample_has_the_parameters_that_the_concept_names():
    """Section 2.3: what has a figure of its own, in the section's words and order."""
    named = ("бейінді білім", "біліктілігін арттыру", "жұмыс тәжірибесі", "нақты кәсіби жетістіктері", "наградалары")
    *rows, _total = cells("competitiveness-sheet", record_of("competitiveness-sheet"))
    assert [row[1].lower() for row in rows] == [*named, "кәсіби біліктілігінің деңгейі"]


@pytest.mark.clause("concept", "2.3, figure")
def test_no_parameter_counts_twice():
    rows = [{"parameter": "Бейінді білім", "points": points} for points in (20, 7)]
    record = record_of("competitiveness-sheet", rows=rows)
    assert faults("competitiveness-sheet", record) == [("row-twice", "rows[2].parameter")]


@pytest.mark.parametrize(
    ("form", "name", "label"),
    [
        ("competitiveness-sheet", "candidate_for", "Үміттенетін лауазымы"),
        ("reserve-application", "competitiveness", "Бәсекеге қабілеттіліктің интегралдық көрсеткіші"),
    ],
)
def test_what_an_employee_does_not_have_is_not_asked_by_a_line(form, name, label):
    assert f"{label}:" in blank(form)
    assert f"{label}:" in docx_words(docgen.render(form, record_of(form), to="docx"))
    assert label not in docx_words(docgen.render(form, record_of(form, **{name: None}), to="docx"))


@pytest.mark.clause("328", "item 1, cl. 3")
def test_a_rotation_weighs_three_things_each_with_its_document():
    names = ("qualification", "health", "obstacles")
    values = {name: name for each in names for name in (each, f"{each}_proof")}
    rows = cells("rotation-recommendation", record_of("rotation-recommendation", **values))
    weighed = [
        *("Біліктілік талаптарына сәйкес келуі", "Әскери-дәрігерлік комиссиясының медициналық куәландыру нәтижелері"),
        "Ротациялауға кедергі болатын негіздердің жоқтығы",
    ]
    proofs = [[name, f"{name} proof"] for name in names]
    assert rows == [[str(number), what, *proof] for number, (what, proof) in enumerate(zip(weighed, proofs, strict=True), 1)]


@pytest.mark.clause("concept", "2.3, vacancies")
def test_a_vacancy_closes_after_it_was_published():
    record = record_of("vacancy-notice", closes=date(2026, 1, 18))
    assert faults("vacancy-notice", record) == [("dates-reversed", "closes")]
    assert "өтінім бере алады." in blank("vacancy-notice")


@pytest.mark.clause("concept", "2.4, newcomers")
def test_a_newcomer_acquires_skills_and_corporate_culture_with_a_mentor():
    docx = docgen.render("adaptation-programme", record_of("adaptation-programme"), to="docx")
    assert "Тәлімгер: Сейітқали Бауыржан Маратұлы" in docx_words(docx)
    rows = rows_of("adaptation-programme", 1)
    rows[0]["direction"] = "спорт"
    record = record_of("adaptation-programme", rows=rows)
    assert faults("adaptation-programme", record) == [("choice-unknown", "rows[1].direction")]
