"""Files for the archive, held against the standards by veraPDF, and what is under their tags by other readers."""

from __future__ import annotations

import io
from functools import lru_cache
from itertools import groupby

import pdfplumber
import pypdf
import pytest
from support import processes, verapdf
from support.calling import run
from support.places import ROOT
from support.records import record_of
from support.structure import assert_led, elements, said

import docgen
from docgen.compose import compose
from docgen.compose.page import TextItem
from docgen.form import Table, backed, load_form
from docgen.prints import Print
from docgen.record import read_record

CERTIFICATES = ["retraining-certificate", "advanced-training-certificate", "child-protection-certificate"]
REGISTER = "certificate-register"
ROWS = 45


def record(form: str) -> dict[str, object]:
    """Return a record of a form; that of the register has rows for several pages."""
    found = record_of(form)
    return {**found, "rows": found["rows"] * ROWS} if form == REGISTER else found


@lru_cache
def document(form: str, print: str = "full", *, back: bool = False) -> bytes:
    return docgen.render(form, None if print == "blank" else record(form), print=print, purpose="archive", back=back)


DOCUMENTS = {
    **{
        f"{form}, {print}": (form, print, False) for form in (*CERTIFICATES, REGISTER) for print in ("full", "blank", "overprint")
    },
    **{f"{form}, with its back": (form, "full", True) for form in CERTIFICATES},
}


@pytest.mark.java
@pytest.mark.slow
@pytest.mark.parametrize("flavour", ["2a", "ua1"])
def test_documents_conform(tmp_path, flavour):
    for name, (form, print, back) in DOCUMENTS.items():
        (tmp_path / f"{name}.pdf").write_bytes(document(form, print, back=back))
    assert verapdf.failures(flavour, sorted(tmp_path.iterdir())) == {f"{name}.pdf": [] for name in DOCUMENTS}


@pytest.mark.java
@pytest.mark.slow
def test_volumes_conform(tmp_path):
    table = ROOT / "samples" / "people.xlsx"
    for name, more in {"fronts": [], "backs": ["--back"], "blanks": ["--print", "overprint"]}.items():
        result = run("batch", CERTIFICATES[0], table, "-o", tmp_path / name, "--ignore", "*", "--for", "archive", *more)
        assert result.exit_code == 0, result.output
        (tmp_path / name / f"{CERTIFICATES[0]}-001.pdf").rename(tmp_path / f"{name}.pdf")
    assert verapdf.failures("2b", sorted(tmp_path.glob("*.pdf"))) == {"fronts.pdf": [], "backs.pdf": [], "blanks.pdf": []}


@pytest.mark.java
@pytest.mark.slow
def test_what_is_spoiled_is_refused(tmp_path):
    """The validator that passes our files does not pass everything."""
    whole = pypdf.PdfWriter(clone_from=io.BytesIO(document(CERTIFICATES[0])))
    del whole.root_object["/OutputIntents"]
    whole.write(tmp_path / "intent.pdf")
    whole = pypdf.PdfWriter(clone_from=io.BytesIO(document(CERTIFICATES[0])))
    del whole.root_object["/MarkInfo"]
    whole.write(tmp_path / "mark.pdf")
    found = verapdf.failures("2a", sorted(tmp_path.iterdir()))
    assert "6.2.4.3-2" in found["intent.pdf"]
    assert "6.7.2.2-1" in found["mark.pdf"]


def lines_of(form: str, *, back: bool) -> list[str]:
    """Return the lines of a document's places in their order, the runs of each put together."""
    loaded = load_form(form)
    found: dict[object, str] = {}
    for number, page in enumerate(compose(backed(loaded) if back else loaded, read_record(loaded, record(form)))):
        for item in page.shown(Print.FULL).items:
            if isinstance(item, TextItem):
                line = (number, item.place, item.line)
                found[line] = found.get(line, "") + item.text
    return list(found.values())


@pytest.mark.slow
@pytest.mark.parametrize("form", CERTIFICATES)
@pytest.mark.parametrize("back", [False, True])
def test_the_text_under_the_tags_is_that_of_the_page_in_its_order(tmp_path, form, back):
    expected = " ".join(lines_of(form, back=back))
    assert said(document(form, back=back), tmp_path).split() == expected.split()


@pytest.mark.slow
def test_the_register_is_read_row_by_row_with_its_headings_once(tmp_path):
    """The text under the tags is the record's, in the order of its places: what later pages repeat is left out."""
    loaded, read = load_form(REGISTER), read_record(load_form(REGISTER), record(REGISTER))
    [table] = [place for place in loaded.places if isinstance(place, Table)]
    first, *_later = compose(loaded, read)
    items = [item for item in first.shown(Print.FULL).items if isinstance(item, TextItem)]
    above = [item for item in items if item.place in ("annex", "title", "organization")]
    lines = ["".join(item.text for item in line) for _key, line in groupby(above, lambda item: (item.place, item.baseline))]
    words = [*lines, *(column.heading for column in table.columns)]
    for number, row in enumerate(read.values["rows"], 1):
        name = " ".join(filter(None, (row["surname"], row["given_name"], row["patronymic"])))
        words += [str(number), f"{name}, {row['iin']}", f"{row['workplace']}, {row['position']}", row["number"]]
        words += [f"{row['issued']:%d.%m.%Y}"]
    assert said(document(REGISTER), tmp_path).split() == " ".join(words).split()


@pytest.mark.parametrize("form", CERTIFICATES)
def test_a_certificate_has_a_heading_and_figures_that_say_what_they_show(form):
    found = elements(document(form))
    assert [tag for tag, _element in found].count("H1") == 1
    figures = [element["/Alt"] for tag, element in found if tag == "Figure"]
    emblems = [
        "Қазақстан Республикасы Ішкі істер министрлігінің эмблемасы",
        "Қазақстан Республикасының Мемлекеттік Елтаңбасы",
    ]
    assert figures == ([] if form == CERTIFICATES[2] else emblems)


@pytest.mark.slow
def test_the_register_is_one_table_over_its_pages_with_a_heading_row(tmp_path):
    pdf = document(REGISTER)
    tags = [tag for tag, _element in elements(pdf)]
    assert (tags.count("Table"), tags.count("TR"), tags.count("TH"), tags.count("TD")) == (1, ROWS + 1, 5, 5 * ROWS)
    scopes = {element["/A"]["/Scope"] for tag, element in elements(pdf) if tag == "TH"}
    assert scopes == {"/Column"}
    with pdfplumber.open(io.BytesIO(pdf)) as read:
        assert len(read.pages) > 2
    assert said(pdf, tmp_path).count("Тегі, аты, әкесінің аты") == 1  # repeated headings are no content


def test_a_text_in_another_language_says_so():
    spoken = [element["/Lang"] for _tag, element in elements(document(CERTIFICATES[0], back=True)) if "/Lang" in element]
    assert spoken == ["ru", "ru"]


@pytest.mark.parametrize(("form", "print", "back"), DOCUMENTS.values(), ids=DOCUMENTS)
def test_each_marked_content_leads_to_the_element_that_has_it(form, print, back):
    assert_led(document(form, print, back=back))


@pytest.mark.parametrize("form", [*CERTIFICATES, REGISTER])
def test_the_page_looks_as_it_did(tmp_path, form):
    pictures = []
    for purpose in ("plain", "archive"):
        (tmp_path / f"{purpose}.pdf").write_bytes(docgen.render(form, record(form), purpose=purpose))
        processes.run(["pdftoppm", "-r", 100, tmp_path / f"{purpose}.pdf", tmp_path / purpose], check=True)
        pictures.append([path.read_bytes() for path in sorted(tmp_path.glob(f"{purpose}-*.ppm"))])
    assert pictures[0] == pictures[1]


def test_the_same_record_makes_the_same_bytes():
    assert docgen.render(REGISTER, record(REGISTER), purpose="archive") == document(REGISTER)


@pytest.mark.java
@pytest.mark.slow
def test_the_own_files_of_a_batch_conform_as_documents(tmp_path):
    table = ROOT / "samples" / "people.xlsx"
    options = ["--ignore", "*", "--for", "archive", "--only", "3-4", "--each", "{number}"]
    result = run("batch", CERTIFICATES[0], table, "-o", tmp_path, *options)
    assert result.exit_code == 0, result.output
    files = sorted((tmp_path / "each").glob("*.pdf"))
    assert len(files) == 2
    for flavour in ("2a", "ua1"):
        assert verapdf.failures(flavour, files) == {path.name: [] for path in files}
