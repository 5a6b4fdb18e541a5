"""`--attach-record`: the record itself in its document, PDF/A-3a, as other programs find it there."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pypdf
import pytest
from support import verapdf
from support.archive_files import CERTIFICATE, ORDER, REGISTER, Way, catalogue, each_object, in_xmp, put
from support.calling import run
from support.places import ROOT
from support.records import record_of
from support.structure import assert_led
from support.writing import record_with_rows

import docgen
from docgen.artwork import artwork_folders
from docgen.canonical import printed_content
from docgen.compose import compose
from docgen.compose.page import PRINT_LAYERS
from docgen.errors import UsageError
from docgen.form import load_form
from docgen.paint.info import document_info
from docgen.paint.press import SeparateFiles, finish_for, press_pages
from docgen.preflighting.standards import check_standards
from docgen.prints import Print
from docgen.record import read_record

#: One fixed form of a page, one of many, and two that WeasyPrint lays out; of so many rows the press sets those in the middle.
FORMS = {CERTIFICATE: 0, REGISTER: 45, ORDER: 0, "coverage-report": 160}
TABLE = ROOT / "samples" / "people.xlsx"
STANDARDS = ("pdfa-3a", "pdfa-3b", "pdfua-1")


def record(form: str) -> dict[str, object]:
    return record_with_rows(form, FORMS[form]) if FORMS[form] else record_of(form)


@lru_cache
def document(form: str) -> bytes:
    return docgen.render(form, record(form), attach_record=True)


def broken(pdf: bytes, *standards: str) -> dict[str, list[str]]:
    return {each.standard: [found.check for found in each.failures] for each in check_standards(pdf, standards)}


def attachments(pdf: bytes) -> dict[str, bytes]:
    return {name: content for name, [content] in pypdf.PdfReader(io.BytesIO(pdf)).attachments.items()}


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_a_document_has_what_it_prints_attached_in_canonical_form(form):
    pdf = document(form)
    assert broken(pdf, *STANDARDS) == {name: [] for name in STANDARDS}
    content = printed_content(load_form(form), read_record(load_form(form), record(form)).values)
    assert attachments(pdf) == {"record.json": content.encode()}
    root = pypdf.PdfReader(io.BytesIO(pdf)).root_object
    [listed] = root["/AF"]
    found = listed.get_object()
    assert listed == root["/Names"]["/EmbeddedFiles"]["/Names"].get_object()[1].get_object().indirect_reference
    assert (found["/AFRelationship"], found["/UF"], found["/EF"]["/F"]["/Subtype"]) == (
        "/Data",
        "record.json",
        "/application/json",
    )
    assert_led(pdf)


def test_a_field_that_is_on_no_page_is_not_attached(tmp_path):
    """The journal prints an IIN, the certificate does not: who has the certificate gets it from neither page nor attachment."""
    people = tmp_path / "people.csv"
    people.write_text("ИИН;Тегі;Аты\n900101300017;Сейітқали;Бауыржан\n", "utf-8")
    options = [part for name, value in record_of(CERTIFICATE).items() if name not in ("surname", "given_name", "number")
               for part in ("--set", f"{name}={value}")]  # fmt: skip
    more = ["--register", tmp_path / "book.db", "--each", "{number}", "--attach-record", *options]
    result = run("batch", CERTIFICATE, people, "-o", tmp_path / "out", *more)
    assert result.exit_code == 0, result.output
    [own] = (tmp_path / "out" / "each").iterdir()
    fields = json.loads(attachments(own.read_bytes())["record.json"])["fields"]
    assert fields["surname"] == "Сейітқали"
    assert "iin" not in fields
    assert b"900101300017" not in own.read_bytes()


def test_nothing_is_attached_that_nobody_asks_for():
    assert attachments(docgen.render(CERTIFICATE, record_of(CERTIFICATE))) == {}


def test_the_same_record_makes_the_same_bytes_alone_and_in_a_series():
    form, artwork, finish = load_form(CERTIFICATE), artwork_folders(), finish_for("archive", attach_record=True)
    series = SeparateFiles(artwork, finish, form)
    for number in ("00001", "00002", "00003"):
        own = read_record(form, record_of(CERTIFICATE, number=number))
        pages, info = compose(form, own, PRINT_LAYERS[Print.FULL]), document_info(form, [own])
        assert series.paint(pages, info) == press_pages(pages, info, artwork, finish, form)
    assert docgen.render(ORDER, record_of(ORDER), attach_record=True) == document(ORDER)


def test_a_batch_attaches_to_the_own_file_of_each_record_and_a_job_says_so(tmp_path):
    lines = ["version = 1", 'name = "Course"', f'form = "{CERTIFICATE}"', 'ignore = ["*"]', 'only = ["3-4"]', 'output = "out"']
    text = "\n".join([*lines, 'each = "{number}"', "attach-record = true", "[table]", f'path = "{TABLE}"'])
    (tmp_path / "job.toml").write_text(text, "utf-8")
    result = run("batch", tmp_path / "job.toml")
    assert result.exit_code == 0, result.output
    assert attachments((tmp_path / "out" / f"{CERTIFICATE}-001.pdf").read_bytes()) == {}
    own = sorted((tmp_path / "out" / "each").iterdir())
    numbers = [json.loads(attachments(path.read_bytes())["record.json"])["fields"]["number"] for path in own]
    assert numbers == [path.stem for path in own]
    assert len(own) == 2
    assert broken(own[0].read_bytes(), "pdfa-3a") == {"pdfa-3a": []}
    [single] = docgen.render_each(CERTIFICATE, TABLE_ROWS, attach_record=True)
    assert "record.json" in attachments(single.content)


TABLE_ROWS = [record_of(CERTIFICATE)]


def asked(tmp_path: Path, *options: object) -> str:
    assert run("forms", "sample", CERTIFICATE, "-o", tmp_path / "record.toml").exit_code == 0
    result = run("render", CERTIFICATE, tmp_path / "record.toml", "--attach-record", *options)
    assert result.exit_code == 2
    return result.output


@pytest.mark.parametrize(("name", "options"), [
    ("x.pdf", ["--for", "press"]), ("x.pdf", ["--for", "plain"]), ("x.docx", []), ("x.png", []),
])  # fmt: skip
def test_a_file_of_another_kind_is_refused_with_the_way_out(tmp_path, name, options):
    output = asked(tmp_path, "-o", tmp_path / name, *options)
    assert "a record is attached to a PDF for the archive alone" in output
    assert "Print it as PDF with --for archive, or leave --attach-record out." in output
    assert not (tmp_path / name).exists()


def test_a_blank_and_a_volume_have_no_record_to_attach(tmp_path):
    assert "a blank has no record to be attached" in asked(tmp_path, "-o", tmp_path / "x.pdf", "--print", "blank")
    with pytest.raises(UsageError, match="a blank has no record"):
        docgen.render(CERTIFICATE, print="blank", attach_record=True)
    result = run("batch", CERTIFICATE, TABLE, "--ignore", "*", "-o", tmp_path / "out", "--attach-record")
    assert result.exit_code == 2
    assert "no record is attached to a volume of many" in result.output
    assert "--each" in result.output


# --- what our rules of PDF/A-3 refuse ---------------------------------------------------------------------------------


def of_specification(change: Callable[[pypdf.generic.DictionaryObject], None]) -> Way:
    return lambda writer: [change(each) for each in each_object(writer, "EF")] and None


def of_content(**entries: object) -> Way:
    return of_specification(lambda found: put(found["/EF"]["/F"].get_object(), **entries))


SPOILED = {
    "a3-part": ("6.6.4", in_xmp("<pdfaid:part>3", "<pdfaid:part>2")),
    "a3-relationship": ("6.8", of_specification(lambda found: put(found, AFRelationship=None))),
    "a3-associated": ("6.8", catalogue(AF=None)),
    "a3-media-type": ("6.8", of_content(Subtype="/json")),
    "a3-file-name": ("6.8", of_specification(lambda found: put(found, UF=None))),
    "a3-marked": ("6.7.2.2", catalogue(MarkInfo=None)),
}


def spoiled(way: Way) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(document(ORDER)))
    way(writer)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("check", SPOILED)
def test_a_file_that_is_spoiled_in_one_thing_is_refused_for_its_clause(check):
    clause, way = SPOILED[check]
    [report] = check_standards(spoiled(way), ["pdfa-3a"])
    assert [(each.check, each.clause) for each in report.failures] == [(check, f"ISO 19005-3, {clause}")]


@pytest.mark.java
@pytest.mark.slow
def test_verapdf_says_the_same(tmp_path):
    sound = {f"{form}.pdf": document(form) for form in FORMS}
    for name, pdf in {**sound, **{f"{check}.pdf": spoiled(way) for check, (_clause, way) in SPOILED.items()}}.items():
        (tmp_path / name).write_bytes(pdf)
    found = verapdf.failures("3a", sorted(tmp_path.iterdir()))
    clauses = {name: {rule.rpartition("-")[0] for rule in rules} for name, rules in found.items()}
    assert clauses == {
        **{name: set() for name in sound},
        **{f"{check}.pdf": {clause} for check, (clause, _way) in SPOILED.items()},
    }
    assert verapdf.failures("ua1", [tmp_path / name for name in sound]) == {name: [] for name in sound}
