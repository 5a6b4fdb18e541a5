"""Flowing documents for the archive: held against the standards by veraPDF, and their structure read by others."""

from __future__ import annotations

import io
import re
import subprocess
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pdfplumber
import pypdf
import pytest
from pypdf.generic import DictionaryObject
from support import processes, verapdf
from support.calling import run
from support.records import record_of
from support.structure import assert_led, contents_of, elements, kids_of, said
from support.writing import record_with_rows

import docgen
from docgen.form import form_ids, load_form
from docgen.paint import Paper, paint_paper
from docgen.preflighting.standards import check_standards

FORMS = [form for form in form_ids() if not load_form(form).is_fixed]
#: So many rows go on over several pages; of so many, the press sets the pages in the middle.
ROWS, MANY = 45, 160
#: Forms with a list of their own, whose table goes on over several pages.
LISTS = ["advanced-training-results", "coverage-report", "training-plan"]
FOOT = re.compile(r"^\d+ / \d+$")


def record(form: str, kind: str) -> dict[str, object] | None:
    """Return the sample of a form, the same with more rows, or nothing for a blank."""
    if kind == "blank":
        return None
    return record_of(form) if kind == "full" else record_with_rows(form, MANY if kind == "very long" else ROWS)


@lru_cache
def document(form: str, kind: str = "full") -> bytes:
    print = "blank" if kind == "blank" else "full"
    return docgen.render(form, record(form, kind), print=print, purpose="archive")


@pytest.mark.java
@pytest.mark.slow
@pytest.mark.parametrize("flavour", ["2a", "ua1"])
def test_documents_conform(tmp_path, flavour):
    for form in FORMS:
        for kind in ("full", "blank"):
            (tmp_path / f"{form}, {kind}.pdf").write_bytes(document(form, kind))
    for form in LISTS:
        for kind in ("long", "very long"):
            (tmp_path / f"{form}, {kind}.pdf").write_bytes(document(form, kind))
    files = sorted(tmp_path.iterdir())
    assert verapdf.failures(flavour, files) == {path.name: [] for path in files}


def words_of(pdf: bytes, tmp_path: Path) -> list[str]:
    """Return the words of the pages as they are drawn, as poppler finds them; numbers of pages left out."""
    (tmp_path / "drawn.pdf").write_bytes(pdf)
    shown = processes.run(["pdftotext", "-raw", tmp_path / "drawn.pdf", "-"], stdout=subprocess.PIPE, check=True).stdout.decode()
    pages = [page.splitlines() for page in shown.split("\f")]
    lines = [line for page in pages for line in page[: -1 if page and FOOT.match(page[-1]) else None]]
    return re.sub(r"(?<=\w-) ", "", " ".join(lines)).split()  # a line may end within a word at its hyphen


@pytest.mark.slow
@pytest.mark.parametrize(("form", "kind"), [*((form, "full") for form in FORMS), *((form, "very long") for form in LISTS)])
def test_the_text_under_the_tags_is_that_of_the_page_in_its_order(tmp_path, form, kind):
    spoken, drawn = (
        said(document(form, kind), tmp_path).split(),
        words_of(docgen.render(form, record(form, kind), purpose="plain"), tmp_path),
    )
    changes = SequenceMatcher(None, spoken, drawn, autojunk=False).get_opcodes()
    again = [drawn[begin:end] for kind, _from, _to, begin, end in changes if kind == "insert"]
    assert {kind for kind, *_places in changes} <= {"equal", "insert"}
    assert all(" ".join(words) in " ".join(spoken) for words in again)  # the headings of a table that goes on over the page


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["full", "blank"])
def test_each_marked_content_leads_to_the_element_that_has_it(form, kind):
    assert_led(document(form, kind))


@pytest.mark.slow
@pytest.mark.parametrize("form", LISTS)
@pytest.mark.parametrize(("kind", "rows"), [("long", ROWS), ("very long", MANY)])
def test_a_table_is_one_over_all_its_pages(tmp_path, form, kind, rows):
    pdf = document(form, kind)
    assert_led(pdf)
    with pdfplumber.open(io.BytesIO(pdf)) as read:
        assert len(read.pages) > 1
        assert "№ р/с" in (read.pages[1].extract_text() or "")  # the heading is repeated for the eye
    found = elements(pdf)
    assert any(stream for _tag, element in found for _page, stream, _number in contents_of(element)) == (kind == "very long")
    tags = [tag for tag, _element in found]
    assert (tags.count("Table"), tags.count("THead")) == (1, 1)
    assert rows < tags.count("TR") <= rows + 3  # the heading, and a total
    assert said(pdf, tmp_path).count("№ р/с") == 1  # and said once
    assert {element["/A"]["/Scope"] for tag, element in found if tag == "TH"} == {"/Column"}


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_headings_begin_with_the_first_level_and_skip_none(form):
    levels = [int(tag[1]) for tag, _element in elements(document(form)) if re.fullmatch("H[1-6]", tag)]
    assert levels[:1] == [1]
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.slow
def test_a_paragraph_that_goes_on_over_the_page_is_one(tmp_path):
    """Each element with content on two pages is whole, which WeasyPrint's own tags are not."""
    text = " ".join(f"сөз{number}" for number in range(400))
    form = "training-agreement"
    pdf = docgen.render(form, {**record_of(form), "organization_address": text, "organization_bank": text}, purpose="archive")
    pages = [{page for page, *_place in contents_of(element)} for tag, element in elements(pdf) if tag == "P"]
    assert max(map(len, pages)) > 1
    assert text in said(pdf, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "kind"), [("training-order", "full"), ("coverage-report", "very long"), ("work-standard", "full")]
)
def test_the_page_looks_as_it_did(tmp_path, form, kind):
    pictures = []
    for purpose in ("plain", "archive"):
        (tmp_path / f"{purpose}.pdf").write_bytes(docgen.render(form, record(form, kind), purpose=purpose))
        processes.run(["pdftoppm", "-r", 60, tmp_path / f"{purpose}.pdf", tmp_path / purpose], check=True)
        pictures.append([path.read_bytes() for path in sorted(tmp_path.glob(f"{purpose}-*.ppm"))])
    assert pictures[0] == pictures[1]


def test_the_same_record_makes_the_same_bytes():
    assert docgen.render("training-order", record_of("training-order"), purpose="archive") == document("training-order")


@pytest.fixture
def own_form(tmp_path) -> Path:
    """A copy of a flowing form, whose body a test may change."""
    assert run("forms", "copy", "attendance-note", tmp_path / "forms", "--as", "own-note").exit_code == 0
    return tmp_path / "forms" / "own-note"


def printed(own_form: Path, more: str, purpose: str = "archive"):
    """Print the form with more at the end of its body."""
    body = own_form / "body.html"
    body.write_text(body.read_text("utf-8") + more, "utf-8")
    sample, out = own_form.parent.parent / "record.toml", own_form.parent.parent / "out.pdf"
    sample.unlink(missing_ok=True)
    assert run("forms", "sample", "own-note", "--forms", own_form.parent, "-o", sample).exit_code == 0
    return run("render", "own-note", sample, "--forms", own_form.parent, "-o", out, "--for", purpose), out


def test_a_picture_says_what_it_shows(own_form):
    result, out = printed(own_form, '<img style="height:20mm" src="docgen:artwork/state-emblem" alt="Мемлекеттік Елтаңба">')
    assert result.exit_code == 0, result.output
    assert [element["/Alt"] for tag, element in elements(out.read_bytes()) if tag == "Figure"] == ["Мемлекеттік Елтаңба"]


def test_a_picture_that_says_nothing_is_passed_over_with_a_remark(own_form):
    result, out = printed(own_form, '<img style="height:20mm" src="docgen:artwork/state-emblem">')
    assert result.exit_code == 0, result.output
    shown = f"{own_form / 'body.html'}: a picture does not say in words what it shows: docgen:artwork/state-emblem"
    assert shown in result.output
    assert 'Write alt="…" into its <img>' in result.output
    assert "Figure" not in [tag for tag, _element in elements(out.read_bytes())]
    assert_led(out.read_bytes())


def test_a_picture_for_the_eye_alone_is_no_content(own_form):
    result, out = printed(own_form, '<img style="height:20mm" src="docgen:artwork/state-emblem" alt="">')
    assert result.exit_code == 0, result.output
    assert "Figure" not in [tag for tag, _element in elements(out.read_bytes())]
    assert_led(out.read_bytes())


def test_a_list_is_a_list_and_another_language_says_so(own_form, tmp_path):
    result, out = printed(own_form, '<ul><li>бір</li><li>екі <span lang="ru">два</span></li></ul>')
    assert result.exit_code == 0, result.output
    found = elements(out.read_bytes())
    assert [tag for tag, _element in found if tag in {"L", "LI", "LBody"}] == ["L", "LI", "LBody", "LI", "LBody"]
    assert [element["/Lang"] for _tag, element in found if "/Lang" in element] == ["ru"]
    assert "бір" in said(out.read_bytes(), tmp_path)


DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}<rect width="9" height="9"/></svg>'


def test_a_drawing_within_the_page_says_by_its_title_what_it_shows(own_form):
    result, out = printed(own_form, DRAWING.format("<title>Шаршы</title>"))
    assert result.exit_code == 0, result.output
    assert [element["/Alt"] for tag, element in elements(out.read_bytes()) if tag == "Figure"] == ["Шаршы"]


def test_a_drawing_without_a_title_is_passed_over_with_a_remark(own_form):
    result, out = printed(own_form, DRAWING.format(""))
    assert (result.exit_code, out.exists()) == (0, True)
    assert "a picture does not say in words what it shows: <svg" in result.output
    assert [tag for tag, _element in elements(out.read_bytes()) if tag == "Figure"] == []


def test_a_word_that_is_broken_over_lines_is_one(own_form, tmp_path):
    """A line ends with a space where a word does, and nowhere else."""
    word = "сөз" * 60
    result, out = printed(own_form, f"<p>алды {word} соңы</p>")
    assert result.exit_code == 0, result.output
    assert f"алды {word} соңы" in said(out.read_bytes(), tmp_path)


@pytest.mark.slow
def test_a_word_that_is_broken_in_a_row_that_the_press_sets_is_one(tmp_path):
    form, word = "advanced-training-results", "Ұзын" * 30
    wanted = record(form, "very long")
    wanted["rows"][80] |= {"position": word}
    assert word in said(docgen.render(form, wanted, purpose="archive"), tmp_path)


def test_what_is_see_through_is_a_problem_with_the_way_out(own_form):
    """WeasyPrint draws it in a group, whose contents no page has."""
    result, out = printed(own_form, '<p style="opacity:.5">сөнген</p>')
    assert (result.exit_code, out.exists()) == (3, False)
    assert f"{own_form / 'body.html'}: a part of the page that is see-through" in result.output


LINKS = """<h2 id="there">Бар</h2><p>Ол жақта: <a href="#there">осы бөлім, оның ішінде екінші жолға түсетін сөздердің бәрі бар
бөлім</a>.</p><p style="break-before:page"><a href="#there" title="Бөлімге">артқа</a></p>"""


def test_a_link_within_the_page_is_said_in_its_place_and_leads_there(own_form, tmp_path):
    """ISO 14289-1, 7.18.5: its annotation is in its element with its words, and says in words where it leads."""
    result, out = printed(own_form, LINKS)
    assert result.exit_code == 0, result.output
    pdf = out.read_bytes()
    assert_led(pdf)
    links = [element for tag, element in elements(pdf) if tag == "Link"]
    held = [[kid["/Obj"] for kid in kids_of(link) if isinstance(kid, DictionaryObject) and "/Obj" in kid] for link in links]
    assert [len(each) for each in held] == [2, 1]  # the first one goes on in the next line
    assert [each["/Contents"] for each in held[0]] == ["осы бөлім, оның ішінде екінші жолға түсетін сөздердің бәрі бар бөлім"] * 2
    assert held[1][0]["/Contents"] == "Бөлімге"
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    numbers = reader.root_object["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    parents = dict(zip(numbers[::2], list.__iter__(numbers[1::2]), strict=True))
    for link, led in zip(links, held, strict=True):
        for each in led:
            assert parents[each["/StructParent"]].idnum == link.indirect_reference.idnum
            assert list.__getitem__(each["/Dest"], 0).idnum == reader.pages[0].indirect_reference.idnum
    assert "/Names" not in reader.root_object
    assert "Ол жақта: осы бөлім, оның ішінде" in " ".join(said(pdf, tmp_path).split())
    reports = check_standards(pdf, ["pdfa-2a", "pdfua-1"])
    assert [finding.check for report in reports for finding in report.failures] == []


@pytest.mark.java
@pytest.mark.slow
def test_links_lists_and_notes_conform_also_when_they_are_joined(own_form, tmp_path):
    more = (
        '<aside>Ескертпе</aside><aside>Тағы бірі</aside><dl><div><dt>1) </dt><dd>бір</dd></div></dl><p role="caption">атауы</p>'
    )
    result, out = printed(own_form, LINKS + more)
    assert result.exit_code == 0, result.output
    assert run("merge", out, out, "-o", tmp_path / "joined.pdf").exit_code == 0
    for flavour in ("2a", "ua1"):
        assert verapdf.failures(flavour, [out, tmp_path / "joined.pdf"]) == {"out.pdf": [], "joined.pdf": []}


def test_the_acts_of_a_standard_are_a_list_its_captions_and_its_note_say_what_they_are():
    found = elements(document("work-standard"))
    acts = record_of("work-standard")["acts"]
    tags = [tag for tag, _element in found]
    assert (tags.count("L"), tags.count("LI"), tags.count("LBody")) == (1, len(acts), len(acts))
    assert tags.count("Caption") == 1
    [note] = [element for tag, element in found if tag == "Note"]
    root = pypdf.PdfReader(io.BytesIO(document("work-standard"))).root_object["/StructTreeRoot"]
    [kid] = root["/IDTree"]["/Kids"]
    assert kid.get_object()["/Names"][0] == note["/ID"] == "note-1"


def test_items_with_labels_are_a_list_with_labels():
    tags = [tag for tag, _element in elements(document("training-agreement"))]
    at = tags.index("L")
    assert tags[at : at + 10] == ["L", *["LI", "Lbl", "LBody"] * 3]
    assert tags.count("L") == 1


PAPERS = {
    "list.pdf": Paper(
        "Тізім № 5", "Қарағанды", ["Бланкілер: 5"], ["№", "Тегі, аты"],
        [[number, "Әбдіқадырова Гүлнұр"] for number in range(1, 81)],
        ["Берген", "Алған"], date(2026, 2, 6),
    ),
    "title.pdf": Paper("Тізім"),
}  # fmt: skip


@pytest.mark.java
@pytest.mark.slow
def test_the_papers_of_the_house_conform(tmp_path):
    for name, paper in PAPERS.items():
        (tmp_path / name).write_bytes(paint_paper(paper))
    for flavour in ("2a", "ua1"):
        assert verapdf.failures(flavour, sorted(tmp_path.iterdir())) == {name: [] for name in PAPERS}


@pytest.mark.slow
def test_a_paper_is_read_in_its_order(tmp_path):
    pdf = paint_paper(PAPERS["list.pdf"])
    assert_led(pdf)
    words = said(pdf, tmp_path).split()
    assert words[:8] == ["Тізім", "№", "5", "Қарағанды", "Бланкілер:", "5", "№", "Тегі,"]
    assert [word for word in words if word.isdecimal()] == ["5", "5", *map(str, range(1, 81))]


def test_for_the_press_there_is_none(tmp_path):
    assert run("forms", "sample", "training-report", "-o", tmp_path / "record.toml").exit_code == 0
    result = run("render", "training-report", tmp_path / "record.toml", "-o", tmp_path / "out.pdf", "--for", "press")
    assert result.exit_code == 2
    assert "“training-report” cannot be printed with --for press as pdf" in result.output
    assert "For the archive there are PDF files of all forms, for the press those of certificates and registers." in result.output
    assert not (tmp_path / "out.pdf").exists()
