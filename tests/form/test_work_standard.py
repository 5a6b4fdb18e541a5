"""The work standard: the act's wording, the same words in PDF and DOCX, tables over pages, nothing left alone."""

import io
import re
import shutil
from datetime import date

import pdfplumber
import pypdfium2
import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader
from support.calling import convert
from support.reading import bare_words as words
from support.reading import docx_words, ruled_rows
from support.reading import numbered_pages as pdf_pages
from support.records import record_of

import docgen
from docgen.artwork import artwork_folders
from docgen.errors import DataError, FormError
from docgen.files import shipped
from docgen.form import load_form
from docgen.paint.docx.form_template import fill_docx
from docgen.paint.info import document_info
from docgen.paint.pdf.body import paint_body
from docgen.record import blank_record

FORM = "work-standard"
COLUMNS = (
    "Қойылған міндетті іске асыру үшін қажетті функциялардың тізбесі",
    "Анықталған функциялар бойынша іс-қимылды орындау тәртібі мен реттілігі",
    "Жасалған іс-әрекеттердің нәтижесіне қойылатын стандартты талаптар*",
)
HEADING = " ".join(COLUMNS)
#: The act words the second column of its second table otherwise; so is it from the second task on.
LATER_HEADING = HEADING.replace("іс-қимылды", "іс-әрекеттерді")
FOOTNOTE = (
    "* - өзге іс-әрекеттердің нәтижесіне қойылатын стандартты талапты белгілеу мүмкін болмаған жағдайда оны белгілеуді "
    "топтық іс-әрекеттер арқылы орындауға жол беріледі."
)
#: What the act's annex prints on a sheet to be filled by hand, in its order.
BLANK = (
    "Ішкі істер органдарында жұмыс стандарттарын (қызметкердің нақты жұмыс учаскесіндегі қызмет нәтижелеріне қойылатын "
    "алгоритм, қағидалар және талаптар) белгілеу қағидаларына қосымша БЕКІТЕМІН (органның, бөліністің атауы) бастығы "
    '(атағы, Т.А.Ә. (болған кезде) 20 жылғы " " ЖҰМЫС СТАНДАРТЫ (лауазымның құрылымдық тиесілігін көрсете отырып '
    "атауы) лауазымы бойынша 1. Жалпы ережелер 1. Жұмыс стандарты мынадай негізде белгіленді: 2. Іс-қимыл алгоритмі "
    f"2. Міндет: {HEADING} 3. Міндет: {LATER_HEADING} Таныстым: (қызметкердің атағы, Т.А.Ә., (болған кезде) қолы) {FOOTNOTE}"
)


def pdf_words(pdf: bytes) -> str:
    """Return the words of all pages, a heading row that is repeated at a page's top left aside."""
    first, *others = pdf_pages(pdf)
    heading = re.compile("^(?:" + "|".join(re.escape(words(each)) for each in (HEADING, LATER_HEADING)) + ")")
    return " ".join([first, *(heading.sub("", page).strip() for page in others)])


def both(**changes: object) -> tuple[bytes, bytes]:
    record = record_of(FORM) | changes
    return docgen.render(FORM, record, to="pdf"), docgen.render(FORM, record, to="docx")


def rows(count: int) -> list[dict[str, str]]:
    return [
        {"function": f"функция {number}.", "procedure": f"тәртіп {number}.", "requirement": f"талап {number}."}
        for number in range(1, count + 1)
    ]


@pytest.mark.clause(
    "969",
    "4",
    "annex, approval",
    "annex, title",
    "annex, section 1",
    "annex, section 2",
    "annex, acquaintance",
    "annex, footnote",
)
def test_the_blank_is_the_acts_own():
    form = load_form(FORM)
    record = blank_record(form)
    info = document_info(form, [record])
    assert words(pdf_words(paint_body(form, record, info, artwork_folders()))) == words(BLANK)
    assert docx_words(fill_docx(form, record, info)) == words(BLANK)


@pytest.mark.clause(
    "969",
    "4",
    "8",
    "annex, approval",
    "annex, title",
    "annex, section 1",
    "annex, section 2",
    "annex, section 2, second task",
    "annex, acquaintance",
    "annex, footnote",
)
def test_a_standard_reads_in_the_acts_order():
    pdf, _docx = both()
    record = record_of(FORM)
    first, second = record["tasks"]
    expected = [
        f"қосымша БЕКІТЕМІН {record['approver_body']} {record['approver_unit']} бастығы {record['approver_rank']}",
        f'{record["approver_name"]} 2026 жылғы "06" ақпан ЖҰМЫС СТАНДАРТЫ {record["position"]} лауазымы бойынша',
        "1. Жалпы ережелер 1. Жұмыс стандарты мынадай негізде белгіленді:",
        *record["acts"],
        f"2. Іс-қимыл алгоритмі 2. Міндет: {first['task']} {HEADING} {' '.join(first['rows'][0].values())}",
        *(" ".join(row.values()) for row in first["rows"][1:]),
        f"3. Міндет: {second['task']} {LATER_HEADING} {' '.join(second['rows'][0].values())}",
        *(" ".join(row.values()) for row in second["rows"][1:]),
        f"Таныстым: {record['employee_rank']} {record['employee_name']}",
        FOOTNOTE,
    ]
    text, end = pdf_words(pdf), 0
    for piece in map(words, expected):
        assert piece in text[end:]
        end = text.index(piece, end) + len(piece)


CASES = {
    "sample": {},
    "signed by hand": {"approved": None},
    "no tasks": {"tasks": []},
    "no rows": {"tasks": [{"task": "міндет", "rows": []}]},
    "one row": {"tasks": [{"task": "міндет", "rows": rows(1)}]},
    "many tasks": {"tasks": [{"task": f"міндет {n}", "rows": rows(n)} for n in range(7)]},
    "500 rows": {"tasks": [{"task": "міндет", "rows": rows(500)}]},
    "markup": {
        "position": "<b>аға</b> & {{ 7*7 }}",
        "acts": ["{% for %}", "{_{ }_} {_% %_}", "a  b   в", '"№ 5" \\n'],
        "tasks": [{"task": "{# #}", "rows": [{"function": "&lt;", "procedure": "{%tr", "requirement": "</w:t>"}]}],
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("changes", CASES.values(), ids=CASES.keys())
def test_pdf_and_docx_have_the_same_words_in_the_same_order(changes):
    pdf, docx = both(**changes)
    assert pdf_words(pdf) == docx_words(docx)


@pytest.mark.parametrize("acts", [[], None])
@pytest.mark.clause("969", "4")
def test_a_standard_without_acts_is_refused_by_the_clause_that_wants_the_full_list(acts):
    with pytest.raises(DataError) as refused:
        both(acts=acts)
    (problem,) = refused.value.problems
    assert problem.where.key == "acts"
    assert "clause 4" in problem.hint


@pytest.mark.clause("969", "annex, section 2", "annex, section 2, second task")
def test_the_third_task_is_headed_as_the_second_one():
    tasks = [{"task": f"міндет {n}", "rows": rows(1)} for n in range(3)]
    for text in map(words, (pdf_words(both(tasks=tasks)[0]), docx_words(both(tasks=tasks)[1]))):
        assert [text.count(words(each)) for each in (HEADING, LATER_HEADING)] == [1, 2]


def test_markup_is_printed_as_typed():
    pdf, docx = both(**CASES["markup"])
    typed = [CASES["markup"]["position"], *CASES["markup"]["acts"], "&lt;", "</w:t>"]
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        printed = "".join(glyph["text"] for glyph in document.pages[0].chars)
    paragraphs = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(docx)).paragraphs)
    paragraphs = paragraphs.replace("\u00a0", " ")  # in Word, what must stay on one line has no-break spaces
    assert [text for text in typed if text not in printed] == []
    assert [text for text in typed[:-2] if text not in paragraphs] == []


@pytest.mark.slow
@pytest.mark.clause("969", "annex, section 2")
def test_five_hundred_rows_stand_under_a_heading_on_every_page():
    pdf, docx = both(**CASES["500 rows"])
    pages = pdf_pages(pdf)
    assert len(pages) > 10
    assert all(words(HEADING) in page for page in pages)
    assert [int(n) for n in re.findall(r"талап (\d+)\.", " ".join(pages))] == list(range(1, 501))
    for page in pages:
        assert set(re.findall(r"функция (\d+)\.", page)) == set(re.findall(r"талап (\d+)\.", page))
    assert len(ruled_rows(Document(io.BytesIO(docx)).tables[0])) == 501


@pytest.mark.slow
@pytest.mark.parametrize("count", [*range(31, 41), 74, 76, 78, 80])
@pytest.mark.clause("969", "8", "annex, acquaintance")
def test_the_signature_is_never_alone_on_a_page(count):
    pages = pdf_pages(docgen.render(FORM, record_of(FORM, tasks=[{"task": "міндет", "rows": rows(count)}])))
    last = pages[-1]
    assert f"талап {count}." in last
    assert f"Таныстым: {record_of(FORM)['employee_rank']}" in last
    assert last.endswith(words(FOOTNOTE))


@pytest.mark.slow
def test_a_row_higher_than_a_page_loses_nothing():
    tall = {"function": "ұзын сөз " * 400, "procedure": "т.", "requirement": "Щ" * 3000}
    tasks = [{"task": "міндет", "rows": [*rows(3), tall, *rows(3)]}]
    pages = pdf_pages(docgen.render(FORM, record_of(FORM, tasks=tasks)))
    text = " ".join(pages)
    assert (text.count("ұзын"), text.count("сөз"), text.count("Щ")) == (400, 400, 3000)
    assert all(words(HEADING) in page for page in pages)


def test_the_word_document_keeps_rows_and_signature_together():
    """Heading rows repeat, no row is split, the last row stays with the signature and that with the footnote."""
    _pdf, docx = both()
    document = Document(io.BytesIO(docx))
    assert [len(ruled_rows(table)) for table in document.tables] == [4, 3]
    for table in document.tables:
        heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert heads == [True] + [False] * (len(table.rows) - 1)
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    # An earlier table is followed by another one, which it would drag to the next page.
    assert all(cell.paragraphs[0].paragraph_format.keep_with_next for cell in document.tables[-1].rows[-1].cells)
    signature, caption, footnote = document.tables[-1].rows[-1].cells[0].paragraphs
    assert signature.text.startswith("Таныстым:")
    assert (signature.paragraph_format.keep_with_next, caption.paragraph_format.keep_with_next) == (True, True)
    assert footnote.text == FOOTNOTE


def test_the_word_document_is_an_office_sheet():
    _pdf, docx = both()
    document = Document(io.BytesIO(docx))
    section = document.sections[0]
    margins = (section.left_margin, section.right_margin, section.top_margin, section.bottom_margin)
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert [round(margin.mm) for margin in margins] == [30, 15, 20, 20]
    fields = [field.get(qn("w:instr")).strip() for field in section.footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    assert defaults.find(qn("w:rFonts")).get(qn("w:ascii")) == "Times New Roman"
    assert defaults.find(qn("w:lang")).get(qn("w:val")) == "kk-KZ"
    assert document.core_properties.language == "kk"


def test_the_pdf_tells_its_title_language_and_day():
    pdf, _docx = both()
    with pypdfium2.PdfDocument(pdf) as document:
        told = document.get_metadata_dict()
        sizes = {tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in document}
    assert told["Title"] == "Жұмыс стандарты"
    assert told["CreationDate"].startswith("D:20260206")
    assert PdfReader(io.BytesIO(pdf)).root_object["/Lang"] == "kk"
    assert sizes == {(210, 297)}


@pytest.mark.slow
def test_the_same_record_makes_the_same_bytes():
    assert both() == both()


def test_every_problem_of_nested_rows_is_reported_at_once():
    tasks = [{"task": "", "rows": [{"function": "а", "procedure": "", "requirement": "\x07"}]}]
    with pytest.raises(DataError) as caught:
        docgen.render(FORM, record_of(FORM, tasks=tasks, approved="31.02.2026"))
    assert {problem.where.key for problem in caught.value.problems} == {
        "approved",
        "tasks[1].task",
        "tasks[1].rows[1].procedure",
        "tasks[1].rows[1].requirement",
    }


def own_form(folder, body: str) -> None:
    shutil.copytree(shipped("forms") / FORM, folder / FORM)
    (folder / FORM / "body.html").write_text(body, encoding="utf-8")
    (folder / "secret.html").write_text("secret", encoding="utf-8")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("{{ position.__class__ }}", "template-wrong"),
        ("{{ form.folder }}", "template-wrong"),
        ("{% include '../secret.html' %}", "template-wrong"),
        ("{% include '/etc/hostname' %}", "template-wrong"),
        ("{{ acts.append('x') }}", "template-wrong"),
        ("<p>{{ approved | month('vocative') }}</p>", "template-wrong"),
        ('<a href="https://example.org/">x</a>', "template-link"),
        ('<a href="javascript:alert(1)">x</a>', "template-link"),
    ],
)
def test_a_body_reaches_nothing_but_its_record(tmp_path, body, code):
    own_form(tmp_path, body)
    with pytest.raises(FormError) as caught:
        docgen.render(FORM, record_of(FORM), forms=tmp_path)
    assert caught.value.problems[0].code == code
    assert caught.value.problems[0].where.file.endswith("body.html")


@pytest.mark.parametrize("url", ["file:///etc/hostname", "https://example.org/x.png", "../../artwork/x.svg"])
def test_a_picture_from_elsewhere_is_an_error(tmp_path, url):
    own_form(tmp_path, f'<img src="{url}">')
    with pytest.raises(FormError) as caught:
        docgen.render(FORM, record_of(FORM), forms=tmp_path)
    assert caught.value.problems[0].code == "template-link"


def test_a_body_draws_its_own_pictures_and_the_artwork(tmp_path):
    own_form(tmp_path, '<img src="docgen:form/seal.svg"><img src="docgen:artwork/state-emblem" style="height:30mm">')
    seal = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#c00"/></svg>'
    (tmp_path / FORM / "seal.svg").write_text(seal, encoding="utf-8")
    assert docgen.render(FORM, record_of(FORM), forms=tmp_path).startswith(b"%PDF")


@pytest.fixture(scope="module")
def by_libreoffice(tmp_path_factory) -> dict[str, bytes]:
    """The standard and the register as LibreOffice lays them out, in one conversion."""
    folder = tmp_path_factory.mktemp("office")
    register = record_of("certificate-register")
    register["rows"] = [register["rows"][0] | {"number": f"{n:04}"} for n in range(1, 41)]
    made = {
        "standard": both(tasks=[{"task": "міндет", "rows": rows(60)}])[1],
        "register": docgen.render("certificate-register", register, to="docx"),
    }
    for name, docx in made.items():
        (folder / f"{name}.docx").write_bytes(docx)
    convert([folder / f"{name}.docx" for name in made], folder)
    laid_out = {name: (folder / f"{name}.pdf").read_bytes() for name in made}
    return laid_out | {f"{name}.docx": docx for name, docx in made.items()}


@pytest.mark.office
def test_libreoffice_lays_out_the_same_standard(by_libreoffice):
    assert pdf_words(by_libreoffice["standard"]) == docx_words(by_libreoffice["standard.docx"])
    assert all(words(HEADING) in page for page in pdf_pages(by_libreoffice["standard"]))


@pytest.mark.office
def test_libreoffice_lays_out_the_same_register(by_libreoffice):
    pages = pdf_pages(by_libreoffice["register"])
    heading = (
        "№ р/с Тегі, аты, әкесінің аты (ол болған жағдайда), жеке сәйкестендіру нөмірі Жұмыс орны, лауазымы "
        "Сертификаттың № Берілген күні"
    )
    assert len(pages) > 2
    assert all(heading in page for page in pages)
    text = " ".join([pages[0], *(page.removeprefix(heading).strip() for page in pages[1:])])
    assert text == docx_words(by_libreoffice["register.docx"])
    assert re.findall(r" (\d{4}) 16\.10\.2026", text) == [f"{n:04}" for n in range(1, 41)]


def test_the_register_reads_the_same_in_pdf_and_docx():
    form, record = "certificate-register", record_of("certificate-register")
    docx = docx_words(docgen.render(form, record, to="docx"))
    pdf = pdf_pages(docgen.render(form, record, to="pdf"))[0]
    assert sorted(docx.split()) == sorted(pdf.split())
    assert date(2026, 10, 16).strftime("%d.%m.%Y") in docx
