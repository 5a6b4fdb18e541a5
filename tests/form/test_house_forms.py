"""The documents that the acts ask for without giving a layout: PDF and DOCX alike, any number of rows, totals that add up."""

import io
import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import pdfplumber
import pytest
from click.testing import CliRunner
from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from support.calling import beside, convert
from support.reading import MM, bare_words, docx_words, headings, numbered_pages, pdf_words, ruled_rows
from support.records import record_of
from support.writing import rows_of

import docgen
from docgen.cli import cli
from docgen.errors import DataError, FormError
from docgen.fields import Reading
from docgen.form import load_form

#: Form → the clause that asks for it, and by when.
FORMS = {
    "adaptation-programme": ("section 2.4: all newcomers", ""),
    "advanced-training-results": ("29", "within seven working days of the end of each course"),
    "attendance-note": ("13", ""),
    "breach-notice": ("11", ""),
    "competency-model": ("annexes 1–5, row 8", ""),
    "competitiveness-sheet": ("section 2.3: the integral indicator", ""),
    "consolidated-trainee-list": ("8", "by 1 December of each year"),
    "coverage-report": ("9", "quarterly"),
    "development-programme": ("2.4", "until the next one"),
    "final-test-record": ("12, 13", ""),
    "reserve-application": ("section 2.3: everyone in the reserve", ""),
    "reserve-list": ("15", ""),
    "retest-request": ("13", ""),
    "retraining-results": ("20", "within seven working days of the end of each course"),
    "rotation-recommendation": ("cl. 3 of item 1", ""),
    "trainee-list": ("7", "by 1 November of each year"),
    "training-agreement": ("11", ""),
    "training-order": ("9", ""),
    "training-report": ("20 (retraining), 29 (advanced training)", "within seven working days of the end of each course"),
    "training-plan": ("13 (retraining), 22 (advanced training)", "by 1 October of each year"),
    "training-request": ("12 (retraining), 22 (advanced training)", "by 1 August of each year"),
    "transfer-request": ("13", ""),
    "vacancy-notice": ("section 2.3: vacancies", ""),
}
TABLED = [form for form in FORMS if any(field.name == "rows" for field in load_form(form).fields)]


def both(form: str, record: dict | None) -> tuple[bytes, bytes]:
    """The PDF and the Word document of a record, or of a blank without one."""
    kind = docgen.Print.FULL if record is not None else docgen.Print.BLANK
    return docgen.render(form, record, print=kind), docgen.render(form, record, to="docx", print=kind)


@cache
def sample(form: str) -> tuple[bytes, bytes]:
    return both(form, record_of(form))


def assert_alike(form: str, record: dict | None) -> tuple[bytes, bytes]:
    pdf, docx = sample(form) if record == record_of(form) else both(form, record)
    assert pdf_words(pdf, headings(docx)) == docx_words(docx)
    return pdf, docx


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.clause("422", "Rules, 9", "Rules, 12", "Rules, 13", "Rules, 20", "Rules, 22", "Rules, 29")
@pytest.mark.clause("114", "7", "8", "9", "11", "13")
@pytest.mark.clause("977", "5", "15")
@pytest.mark.clause("998", "annexes 1–5, row 8")
@pytest.mark.clause("concept", "2.3, model", "2.4")
def test_pdf_and_docx_of_the_sample_have_the_same_words_in_the_same_order(form):
    record = record_of(form)
    _pdf, docx = assert_alike(form, record)
    text = docx_words(docx)
    values = [value for name, value in record.items() if isinstance(value, str) and name != "course_kind"]
    values += [value for row in record.get("rows", []) for value in row.values() if isinstance(value, str)]
    assert [value for value in values if bare_words(value) not in text] == []


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_a_blank_has_the_same_words_and_no_data(form):
    _pdf, docx = assert_alike(form, None)
    record = record_of(form)
    text = docx_words(docx)
    data = [record.get(name) for name in ("body", "organization", "signer", "employee", "topic")]
    assert [value for value in data if value and value in text] == []


@cache
def blank(form: str) -> tuple[bytes, bytes]:
    return both(form, None)


@pytest.mark.slow
@pytest.mark.parametrize("form", TABLED)
def test_the_empty_rows_of_a_blank_fill_its_pages_and_are_as_many_in_word(form):
    """No more than two pages, and on the last one not room for two rows more, of 10 mm each."""
    pdf, docx = blank(form)
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        last = document.pages[-1]
        rows = [row for page in document.pages for row in page.extract_tables()[0][1:] if not any(row)]
        words = [word for word in last.extract_words() if (float(last.height) - word["bottom"]) * MM > 18]
        free = float(last.height) * MM - 20 - max(word["bottom"] * MM for word in words)
        assert len(document.pages) <= 2
    assert free < 20
    (table,) = Document(io.BytesIO(docx)).tables
    assert len(rows) == len([row for row in ruled_rows(table)[1:] if not any(cell.text for cell in row.cells)])


@pytest.mark.office
def test_a_blank_takes_as_many_pages_in_libreoffice(tmp_path):
    for form in FORMS:
        (tmp_path / f"{form}.docx").write_bytes(blank(form)[1])
    convert(tmp_path.glob("*.docx"), tmp_path)
    for form in FORMS:
        assert len(numbered_pages((tmp_path / f"{form}.pdf").read_bytes())) == len(numbered_pages(blank(form)[0])), form


@pytest.mark.slow
@pytest.mark.parametrize("count", [0, 1])
@pytest.mark.parametrize("form", TABLED)
def test_none_and_one_row(form, count):
    _pdf, docx = assert_alike(form, record_of(form, rows=rows_of(form, count)))
    (table,) = Document(io.BytesIO(docx)).tables
    rows = ruled_rows(table)
    filled = [row for row in rows if re.fullmatch(r"\d+", row.cells[0].text)]
    assert len(filled) == count
    assert count or len(rows) >= 7  # room to write by hand


@pytest.mark.slow
@pytest.mark.parametrize("form", TABLED)
def test_what_is_not_given_is_a_dash_in_every_cell_but_those_for_a_pen(form):
    """In rows and totals, of PDF and Word document, where everything that may be left out is left out."""
    fields = load_form(form).field("rows").fields
    bare = [{name: value for name, value in row.items() if name not in left_out(fields)} for row in rows_of(form, 3)]
    pdf, docx = both(form, record_of(form, rows=bare))
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        heads, *drawn = document.pages[0].extract_tables()[0]
    by_hand = [at for at, head in enumerate(heads) if head.replace("\n", " ") == "Орындалуы туралы белгі"]
    assert [row for row in drawn for at, cell in enumerate(row) if cell == "" and at not in by_hand] == []
    (table,) = Document(io.BytesIO(docx)).tables
    written = [[cell.text for cell in row.cells] for row in ruled_rows(table)[1:]]
    assert [row for row in written for at, cell in enumerate(row) if cell == "" and at not in by_hand] == []


def left_out(fields) -> set[str]:
    return {field.name for field in fields if field.optional}


def test_markup_in_a_row_is_printed_as_typed():
    row = rows_of("retraining-results", 1)[0] | {"unit": "<b>а</b> & {{ 7*7 }}", "result": "{% if %} &lt;"}
    _pdf, docx = assert_alike("retraining-results", record_of("retraining-results", rows=[row]))
    assert "<b>а</b> & {{ 7*7 }}, аға инспектор {% if %} &lt; number 1" in docx_words(docx)
    assert "{% if %} &lt; – 1." in docx_words(docx)


def test_a_report_is_made_of_a_table_with_kazakh_headings(tmp_path):
    fields = load_form("coverage-report").field("rows").fields
    lines = [";".join(field.label["kk"] for field in fields)]
    lines += [";".join(str(unit[field.name]) for field in fields) for unit in UNITS]
    (tmp_path / "t.csv").write_text("\n".join(lines), "utf-8")
    settings = ["--set", "body=Кадр қызметі", "--set", "quarter=3", "--set", "year=2026"]
    call = ["render", "coverage-report", str(tmp_path / "t.csv"), "-o", str(tmp_path / "o.pdf"), *settings]
    result = CliRunner().invoke(cli, call)
    assert (result.exit_code, beside(result, tmp_path / "o.pdf")) == (0, [])
    assert "Жиыны 3008 2023 9 0,4 2003 2001 99,9" in numbered_pages((tmp_path / "o.pdf").read_bytes())[0]


@pytest.mark.slow
@pytest.mark.parametrize("form", ["coverage-report", "retraining-results"])
def test_five_hundred_rows_stand_under_a_heading_on_every_page(form):
    pdf, docx = assert_alike(form, record_of(form, rows=rows_of(form, 500)))
    pages = numbered_pages(pdf)
    (heading,) = headings(docx)
    assert len(pages) > 10
    assert all(heading in page for page in pages)
    rows = Document(io.BytesIO(docx)).tables[0].rows
    numbers = [row.cells[0].text for row in rows]
    assert [number for number in numbers if number.isdigit()] == [str(n) for n in range(1, 501)]
    last = pages[-1]
    assert "А. Ж. Нұрғалиев" in last
    assert re.search(r"\b500\b", last)  # the last row stays with the signature


@pytest.mark.slow
@pytest.mark.parametrize("count", [10, 11, 13, 15])
def test_a_signature_is_never_alone_on_a_page(count):
    rows = rows_of("trainee-list", count)
    last = numbered_pages(docgen.render("trainee-list", record_of("trainee-list", rows=rows)))[-1]
    assert rows[-1]["iin"] in last
    assert f"Барлығы: {count} қызметкер" in last
    assert "А. Ж. Нұрғалиев" in last


@pytest.mark.office
def test_pages_carry_their_number_from_the_second_on_in_both_formats(tmp_path):
    record = record_of("trainee-list", rows=rows_of("trainee-list", 31))
    (tmp_path / "o.docx").write_bytes(docgen.render("trainee-list", record, to="docx"))
    convert([tmp_path / "o.docx"], tmp_path)
    ours, theirs = (numbered_pages(pdf) for pdf in (docgen.render("trainee-list", record), (tmp_path / "o.pdf").read_bytes()))
    assert len(ours) == len(theirs) == 2


@pytest.mark.parametrize("form", TABLED)
def test_a_columns_heading_is_of_whole_words_a_millimetre_clear_of_its_rules(form):
    """A word wider than its column would be broken in the middle, or touch the rule beside it."""
    pdf, docx = sample(form)
    words = Document(io.BytesIO(docx)).tables[0].rows[0]
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        page = document.pages[0]
        boxes = page.find_tables()[0].rows[0].cells
        found = [page.crop(box).extract_words() for box in boxes]
    assert [[word["text"] for word in cell] for cell in found] == [cell.text.split() for cell in words.cells]
    for (left, _top, right, _bottom), cell in zip(boxes, found, strict=True):
        assert min(min(word["x0"] - left, right - word["x1"]) for word in cell) > 1 / MM


@pytest.mark.parametrize("form", [form for form in FORMS if load_form(form).sheet.width > load_form(form).sheet.height])
def test_the_line_for_a_signature_is_as_long_on_a_landscape_page_as_on_others(form):
    """Between an office and a name it begins at 120 mm, in both formats, and ends before the name at the right edge."""
    pdf, docx = sample(form)
    body = Document(io.BytesIO(docx)).element.body
    stops = [[int(stop.get(qn("w:pos"))) for stop in tabs] for tabs in body.iter(qn("w:tabs"))]
    assert [6804, 14287] in stops  # 120 and 252 mm in twentieths of a point
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        page = document.pages[-1]
        lines = [line for line in (*page.lines, *page.rects) if line["width"] > 30 / MM and line["height"] < 1]
        foot = max(lines, key=lambda line: line["bottom"])
    assert foot["x0"] == pytest.approx((30 + 120) / MM, abs=1)
    assert 60 / MM < foot["width"] < 110 / MM


@pytest.mark.parametrize("form", FORMS)
def test_the_word_document_is_an_office_sheet(form):
    document = Document(io.BytesIO(sample(form)[1]))
    section, sheet = document.sections[0], load_form(form).sheet
    assert (section.page_width.mm, section.page_height.mm) == pytest.approx((sheet.width.mm, sheet.height.mm), abs=0.2)
    fields = [field.get(qn("w:instr")).strip() for field in section.footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert (section.different_first_page_header_footer, section.first_page_footer.is_linked_to_previous) == (True, True)
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    assert defaults.find(qn("w:rFonts")).get(qn("w:ascii")) == "Times New Roman"
    assert defaults.find(qn("w:lang")).get(qn("w:val")) == "kk-KZ"
    for table in document.tables:
        heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert heads == [True] + [False] * (len(table.rows) - 1)
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
        assert all(cell.paragraphs[0].paragraph_format.keep_with_next for row in table.rows[-2:] for cell in row.cells)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sample", "blank"])
@pytest.mark.parametrize("form", FORMS)
def test_a_layout_of_ours_carries_neither_the_number_of_an_annex_nor_the_word_that_says_it_is_the_acts_form(form, kind):
    text = docx_words({"sample": sample, "blank": blank}[kind](form)[1])
    assert re.findall(r"\bнысан\b|\S*-қосымша\b", text, re.IGNORECASE) == []
    assert load_form(form).annex is None


@pytest.mark.parametrize("form", ["training-plan", "consolidated-trainee-list"])
@pytest.mark.clause("422", "Rules, 13", "Rules, 22")
@pytest.mark.clause("114", "8")
def test_what_somebody_approves_opens_with_the_approval(form):
    record = record_of(form, approved=None)
    first = numbered_pages(docgen.render(form, record))[0]
    assert first.startswith(f"БЕКІТЕМІН {record['approver_position']} {record['approver']} 20 жылғы")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.clause("422", "Rules, 9", "Rules, 12", "Rules, 13", "Rules, 20", "Rules, 22", "Rules, 29")
@pytest.mark.clause("114", "7", "8")
def test_show_tells_act_clause_deadline_and_that_the_layout_is_house(form):
    clause, deadline = FORMS[form]
    shown = CliRunner().invoke(cli, ["forms", "show", form]).output
    assert f"clause: {clause}" in shown
    assert deadline in shown
    assert "layout: house" in shown


# --- What is computed --------------------------------------------------------------------------------------------------


def cells(form: str, record: dict) -> list[list[str]]:
    document = Document(io.BytesIO(docgen.render(form, record, to="docx")))
    (table,) = [block for block in document.iter_inner_content() if isinstance(block, Table)]
    return [[cell.text for cell in dict.fromkeys(row.cells)] for row in ruled_rows(table)[1:]]


def hundredths(part: int, whole: int) -> str:
    if not whole:
        return "–"
    return str((Decimal(100) * part / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)).replace(".", ",")


UNITS = [
    {"unit": "А", "staff": 1000, "due_retraining": 16, "retrained": 1, "due_training": 3, "trained": 2},
    {"unit": "Б", "staff": 7, "due_retraining": 7, "retrained": 7, "due_training": 0, "trained": 0},
    {"unit": "В", "staff": 0, "due_retraining": 0, "retrained": 0, "due_training": 0, "trained": 0},
    {"unit": "Г", "staff": 2001, "due_retraining": 2000, "retrained": 1, "due_training": 2000, "trained": 1999},
]


@pytest.mark.clause("422", "Rules, 9")
def test_the_coverage_report_adds_up():
    record = record_of("coverage-report", rows=UNITS)
    *rows, total = cells("coverage-report", record)
    sums = {name: sum(unit[name] for unit in UNITS) for name in UNITS[0] if name != "unit"}
    for number, (row, unit) in enumerate(zip([*rows, total], [*UNITS, sums], strict=True), 1):
        first = [str(number), unit["unit"]] if "unit" in unit else ["Жиыны"]
        retraining, training = (unit["due_retraining"], unit["retrained"]), (unit["due_training"], unit["trained"])
        expected = [*first, unit["staff"], *retraining, hundredths(*retraining[::-1])]
        assert row == [str(cell) for cell in [*expected, *training, hundredths(*training[::-1])]]


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"trained": 4}, ["rows[2].trained"]),
        ({"due_training": 1001}, ["rows[2].due_training"]),
        ({"retrained": 17, "trained": 4}, ["rows[2].retrained", "rows[2].trained"]),
        ({"staff": 15}, ["rows[2].due_retraining"]),
    ],
)
@pytest.mark.clause("422", "Rules, 9")
def test_no_more_are_trained_than_are_due_and_no_more_are_due_than_there_are(changes, keys):
    record = record_of("coverage-report", rows=[UNITS[1], UNITS[0] | changes])
    with pytest.raises(DataError) as caught:
        docgen.render("coverage-report", record)
    problems = caught.value.problems
    assert [problem.where.key for problem in problems] == keys
    assert {problem.code for problem in problems} == {"more-than-bound"}
    assert all(re.search("“Due for|“Staff", problem.message) for problem in problems)


def test_a_course_that_ends_before_it_begins_is_told_with_its_row():
    rows = rows_of("training-plan", 3)
    rows[2] |= {"start": "2027-10-22", "end": "2027-10-04"}
    with pytest.raises(DataError) as caught:
        docgen.render("training-plan", record_of("training-plan", rows=rows))
    (problem,) = caught.value.problems
    assert (problem.where.key, problem.message) == ("rows[3].start", "2027-10-22 is more than “Training ends”: 2027-10-04")


@pytest.mark.clause("114", "8")
def test_who_stands_in_two_lists_is_told_with_both_rows():
    rows = rows_of("consolidated-trainee-list", 4)
    rows[3]["iin"] = rows[1]["iin"]
    with pytest.raises(DataError) as caught:
        docgen.render("consolidated-trainee-list", record_of("consolidated-trainee-list", rows=rows))
    (problem,) = caught.value.problems
    assert (problem.code, problem.where.key) == ("row-twice", "rows[4].iin")
    assert problem.message == f"{rows[1]['iin']} is in row 2 already"


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("retraining-results", "Барлығы: 3 тыңдаушы, оның ішінде: сынақтан өтті – 2; сынақтан өтпеді – 1."),
        ("consolidated-trainee-list", "Бұқар жырау ауданы – 2; Теміртау қаласы – 1; Шет ауданы – 1."),
        ("training-request", "Барлығы: 40 қызметкер, оның ішінде: аға басшы құрам – 6; орта басшы құрам – 34."),
        ("training-plan", "Барлығы: 95 тыңдаушы, оның ішінде: аға басшы құрам – 25; орта басшы құрам – 70."),
    ],
)
@pytest.mark.clause("422", "Rules, 12", "Rules, 13", "Rules, 20", "Rules, 22")
@pytest.mark.clause("114", "8")
def test_counts_by_category(form, told):
    assert told in " ".join(numbered_pages(sample(form)[0]))


# --- What a record chooses ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("annex", "assessment", "columns"), [(1, None, 3), (2, None, 3), (3, None, 4), (5, "Тестілеуден өту.", 4), (1, "Әңгіме.", 4)]
)
@pytest.mark.clause("998", "annexes 1–5, row 8")
def test_the_competency_model_has_the_assessment_of_annexes_three_to_five_and_never_loses_one(annex, assessment, columns):
    row = {"number": 8, "competency": "Құзырет А", "description": ["Сипаттама"]}
    rows = [row | ({"assessment": [assessment]} if assessment else {})]
    _pdf, docx = assert_alike("competency-model", record_of("competency-model", annex_number=annex, rows=rows))
    (table,) = Document(io.BytesIO(docx)).tables
    assert len(table.columns) == columns
    assert (assessment or "") in docx_words(docx)


#: Order No. 328, item 3: row 8 of annex 3 to the Rules, its description in three paragraphs.
ROW_8 = [
    "Эмоциялық күрделі қызметтік жағдайларда байсалдылығын, тактикалығын және Әдеп кодексінің басқа да талаптарын (халыққа "
    "(арнайы контенгентке), әріптестеріне және басшылығына қатысты) көрсету қабілеті.",
    "ІІО имидждік саясатының ережелерін білу және түсіну.",
    "ІІО қызметтік этикасының, құпиялылық режимінің және имидждік саясатының талаптарын сақтай отырып, жалпы және арнайы "
    "қызметтік мәселелер бойынша халық өкілдерімен, арнайы контенгентпен ауызша байланыста болу (әңгімелесу) қабілеті.",
]


@pytest.mark.clause("998", "annexes 1–5, row 8")
def test_the_row_of_the_act_has_its_number_and_three_paragraphs():
    (table,) = Document(io.BytesIO(sample("competency-model")[1])).tables
    number, competency, description, _assessment = ruled_rows(table)[1].cells
    assert (number.text, competency.text) == ("8", "Кәсіби әдептілік және ІІО-ның корпоративтік мәдениетін ұстаушылық")
    paragraphs = [paragraph.text.replace("\u00a0", " ") for paragraph in description.paragraphs]
    assert [text[-len(end) :] for text, end in zip(paragraphs, ROW_8, strict=True)] == ROW_8


def test_a_cell_of_several_lines_is_as_many_paragraphs(tmp_path):
    (tmp_path / "t.csv").write_text('number;competency;description\n8;Құзырет;"Бірінші.\nЕкінші."\n', "utf-8")
    content = docgen.render("competency-model", tmp_path / "t.csv", to="docx", values=record_of("competency-model", rows=None))
    (table,) = Document(io.BytesIO(content)).tables
    assert [paragraph.text for paragraph in ruled_rows(table)[1].cells[2].paragraphs] == ["Бірінші.", "Екінші."]


@pytest.mark.clause("977", "5")
def test_the_reserve_list_has_a_column_for_each_criterion_of_the_selection():
    """Order No. 977, clause 5, items 1–5."""
    criteria = {
        "competitiveness": "Бәсекеге қабілеттілігінің көрсеткіші",
        "experience": "Болжанған қызмет түрі бойынша тиісті кәсіптік даярлығының және жұмыс тәжірибесінің болуы",
        "knowledge": "Тиісті басшылар санаттарының қызметін регламенттейтін нормативтік құқықтық актілерді білуі",
        "health": "Денсаулық жағдайы",
        "training": "Кәсіптік қайта даярлау мен біліктілігін арттыру нәтижелері",
    }
    row = rows_of("reserve-list", 1)[0] | {name: f"мән {at}" for at, name in enumerate(criteria)}
    _pdf, docx = assert_alike("reserve-list", record_of("reserve-list", rows=[row]))
    (table,) = Document(io.BytesIO(docx)).tables
    heading, first = (row.cells for row in ruled_rows(table)[:2])
    columns = {" ".join(cell.text.split()): first[at].text for at, cell in enumerate(heading)}
    assert [columns[words] for words in criteria.values()] == [f"мән {at}" for at in range(5)]


@pytest.mark.clause("114", "11")
def test_no_two_sections_or_items_of_an_agreement_have_one_number():
    numbers = re.findall(r"(?<!\S)(\d(?:\.\d)?[.)])(?=\s)", docx_words(blank("training-agreement")[1]))
    assert numbers == ["1.", "1.1.", "2.", "2.1.", "1)", "2)", "3)", "2.2.", "3.", "3.1.", "4."]


@pytest.mark.clause("114", "11")
def test_an_agreement_prints_the_details_of_both_parties():
    details = {
        "organization_bin": "000040000000", "organization_address": "Астана, 1-үй", "organization_bank": "KZ00 0000 0000",
        "organization_phone": "8 (7172) 11-22-33", "employee_address": "Қарағанды, 2-үй", "employee_phone": "8 701 000 11 22",
    }  # fmt: skip
    _pdf, docx = assert_alike("training-agreement", record_of("training-agreement", **details))
    assert [value for value in details.values() if bare_words(value) not in docx_words(docx)] == []


@pytest.mark.clause("concept", "2.4")
def test_a_programme_of_development_says_with_what_result_it_ended():
    _pdf, docx = assert_alike("development-programme", record_of("development-programme", achieved="толық меңгерілді"))
    assert "Бағдарламаны меңгерудің нәтижелері: толық меңгерілді" in docx_words(docx)


@pytest.mark.parametrize(("kind", "clause"), [("қайта даярлау", "20"), ("біліктілікті арттыру", "29")])
@pytest.mark.clause("422", "Rules, 20", "Rules, 29")
def test_the_report_names_its_clause_and_what_is_enclosed_and_counts_who_got_no_certificate(kind, clause):
    _pdf, docx = assert_alike("training-report", record_of("training-report", course_kind=kind, enrolled=25, passed=25))
    text = docx_words(docx)
    assert f"қағидаларының {clause}-тармағына сәйкес {kind} курсы" in text
    assert f"Қосымша: {kind} курстарында оқыту қорытындылары туралы мәліметтер, 1 парақта." in text
    assert "Сертификат алғандар саны: 25 Сертификат алмағандар саны: 0" in text


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("қайта даярлау", "ІІО қызметкерлерін қайта даярлау"),
        ("біліктілікті арттыру", "ІІО қызметкерлерінің біліктілігін арттыру"),
    ],
)
@pytest.mark.parametrize("form", ["training-request", "training-plan"])
@pytest.mark.clause("422", "Rules, 12", "Rules, 13", "Rules, 22")
def test_a_request_and_a_plan_are_for_one_of_two_kinds_of_training(form, kind, told):
    _pdf, docx = assert_alike(form, record_of(form, course_kind=kind))
    assert told in docx_words(docx)


def test_another_kind_of_training_is_refused_with_the_choice():
    with pytest.raises(DataError) as caught:
        docgen.render("training-plan", record_of("training-plan", course_kind="біліктілік арттыру"))
    (problem,) = caught.value.problems
    assert (problem.code, problem.where.key) == ("choice-unknown", "course_kind")
    assert "біліктілікті арттыру" in problem.hint


@pytest.mark.parametrize(
    ("form", "condition"),
    [
        ("training-agreement", "1) белгіленген сабақ кестесіне сәйкес оқу;"),
        ("training-agreement", "2) оқу тәртібі мен мінез-құлық нормаларын сақтау,"),
        ("training-agreement", "3) қорытынды тестілеуден өту."),
        ("attendance-note", "1) жылына бір реттен артық емес қайта тестілеуге қатысуға;"),
    ],
)
@pytest.mark.clause("114", "11", "13")
def test_the_wording_of_the_act_stands_in_the_document(form, condition):
    assert condition in docx_words(docgen.render(form, to="docx", print="blank"))


@pytest.mark.parametrize("form", ["training-agreement", "attendance-note"])
@pytest.mark.clause("114", "6")
def test_less_than_forty_hours_are_refused(form):
    with pytest.raises(DataError) as caught:
        docgen.render(form, record_of(form, hours=39))
    assert caught.value.problems[0].where.key == "hours"


# --- The keys of a definition ------------------------------------------------------------------------------------------

FORM = """
id = "f"
title = { kk = "а", ru = "а", en = "a" }
layout = "house"
act.name = "an act"
sheet = { width = "210mm", height = "297mm" }
[[field]]
name = "rows"
kind = "rows"
label = { kk = "а", ru = "а", en = "a" }
KEY
[[field.field]]
name = "few"
kind = "whole-number"
label = { kk = "а", ru = "а", en = "a" }
[[field.field]]
name = "many"
kind = "whole-number"
label = { kk = "а", ru = "а", en = "a" }
"""


@pytest.mark.parametrize(
    ("key", "at"),
    [
        ('at-most = ["few", "many"]', "field[1].at-most"),
        ('at-most = [["few"]]', "field[1].at-most"),
        ('at-most = [["few", "most"]]', "field[1].at-most"),
        ('unique = ["fev"]', "field[1].unique"),
    ],
)
def test_a_bound_between_fields_that_are_not_there_is_a_mistake_of_the_form(key, at, tmp_path):
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "body.html").write_text("{{ rows | length }}")
    (tmp_path / "f" / "form.toml").write_text(FORM.replace("KEY", key), "utf-8")
    with pytest.raises(FormError) as caught:
        load_form("f", tmp_path)
    assert caught.value.problems[0].where.key == at


def test_show_tells_the_bounds_of_the_rows():
    shown = CliRunner().invoke(cli, ["forms", "show", "coverage-report"]).output
    assert "; retrained ≤ due_retraining ≤ staff; trained ≤ due_training ≤ staff" in shown


def test_a_bound_waits_for_both_values():
    rows = load_form("coverage-report").field("rows")
    reading = Reading()
    rows.read_or_report([UNITS[0] | {"due_training": "x"}], reading)
    assert [(problem.code, problem.where.key) for problem in reading.problems] == [("not-a-number", "rows[1].due_training")]


def test_words_that_stay_together_have_no_break_spaces_in_word():
    """Both formats keep a day with its month, initials with a surname, a number sign with its number on one line."""
    order = Document(io.BytesIO(sample("training-order")[1]))
    texts = [cell.text for row in order.tables[0].rows for cell in row.cells] + [each.text for each in order.paragraphs]
    for held in ("5\u00a0–\u00a016\u00a0қазан", "Д.\u00a0Е.\u00a0Жұмабековаға"):
        assert any(held in text for text in texts)
    assert not any("16 қазан" in text for text in texts)
