"""Files of docgen, WeasyPrint and fullbleed against PDF/X-4 and PDF/VT-1; and what cannot be read."""

from __future__ import annotations

import io

import fullbleed
import pypdf
import pytest
import weasyprint
from support.imposing import certificates
from support.places import ROOT
from support.press_files import draw, entry, fogra39, put, spoiled
from support.records import record_of

import docgen
from docgen.imposing import ImposingOptions, open_imposition
from docgen.preflighting import Verdict
from docgen.preflighting.standards import StandardReport, check_standards

PROFILE = ROOT / "forms" / "profiles" / "fogra39.icc"
FORMS = ["retraining-certificate", "child-protection-certificate"]


def report_of(pdf: bytes, standard: str = "pdfx-4") -> StandardReport:
    [report] = docgen.check_standards(pdf, [standard])
    return report


def not_passed(pdf: bytes, standard: str = "pdfx-4") -> list[tuple[str, str]]:
    return [(each.check, each.measured) for each in report_of(pdf, standard).findings if each.verdict is not Verdict.PASS]


@pytest.mark.parametrize("print", ["full", "blank", "overprint"])
@pytest.mark.parametrize("form", FORMS)
def test_what_docgen_prints_for_the_press_passes_without_a_remark(form, print):
    assert not_passed(docgen.render(form, record_of(form), print=print, purpose="press")) == []


def test_so_does_a_volume():
    report = report_of(certificates(range(1, 31)))
    assert report.pages == 30
    assert {each.verdict for each in report.findings} == {Verdict.PASS}


def test_what_is_printed_for_a_screen_is_no_pdf_x():
    pdf = docgen.render(FORMS[0], record_of(FORMS[0]), purpose="plain")
    checks = {each.check for each in report_of(pdf).failures}
    assert checks >= {"intent", "trapped", "file-id", "metadata", "trim-box"}


@pytest.mark.parametrize("marks", [True, False])
def test_so_do_sheets_of_it(tmp_path, marks):
    volume, sheets = tmp_path / "volume.pdf", tmp_path / "sheets.pdf"
    volume.write_bytes(certificates(range(1, 8)))
    with open_imposition([volume], "sra3-2xa4", ImposingOptions(has_crop_marks=marks)) as imposition, sheets.open("wb") as out:
        imposition.write(out)
    assert not_passed(sheets.read_bytes()) == []


HTML = """<html lang=en><title>A title</title><style>
@color-profile device-cmyk {{ src: url({profile}); components: c, m, y, k }}
@page {{ size: A5; margin: 0; bleed: 3mm; background: device-cmyk(0.1 0 0 0) }}
body {{ color: {colour}; margin: 20mm; font-family: "Liberation Serif" }}</style><p>Text of a page.</p></html>"""


def by_weasyprint(colour: str) -> bytes:
    return weasyprint.HTML(string=HTML.format(profile=PROFILE.as_uri(), colour=colour)).write_pdf(pdf_variant="pdf/x-4")


@pytest.mark.slow
def test_a_page_by_weasyprint_passes_where_its_colours_are_inks():
    """Its black does not overprint, which is a remark of ours."""
    assert not_passed(by_weasyprint("device-cmyk(0 0 0 1)")) == [("black-overprint", "black text clears what is under it")]


@pytest.mark.slow
def test_a_page_by_weasyprint_fails_where_a_colour_is_that_of_a_screen():
    assert [each.check for each in report_of(by_weasyprint("#111111")).failures] == ["rgb"]


def by_fullbleed(profile: str) -> bytes:
    engine = fullbleed.PdfEngine(
        page_width="148mm", page_height="210mm", pdf_profile=profile, output_intent_icc=str(PROFILE), color_space="cmyk",
        output_intent_identifier="FOGRA39", output_intent_components=4, document_title="A title", document_lang="en",
        document_timestamp="2026-02-06T00:00:00Z", font_files=[str(ROOT / "fonts" / "LiberationSerif-Regular.ttf")],
    )  # fmt: skip
    return bytes(engine.render_pdf("<html><body><p>Hello</p></body></html>", "body{font-family:'Liberation Serif';color:#000}"))


def test_a_page_by_fullbleed_passes():
    assert report_of(by_fullbleed("pdfx4")).failures == []


def test_the_parts_of_fullbleed_are_a_flat_list_which_no_part_of_the_standard_knows():
    """ISO 32000-2, table 409: DParts is an array of arrays; its own validator takes the flat one. The rule stays."""
    assert {each.check for each in report_of(by_fullbleed("pdfvt1"), "pdfvt-1").failures} == {"vt-tree"}


# --- damage -----------------------------------------------------------------------------------------------------------


def cut_off() -> bytes:
    pdf = spoiled()
    return pdf.replace(b"/FontFile2", b"/FontFile2", 1)[: len(pdf) // 2]


BOMB = b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream"
DAMAGED = {
    "no PDF": (b"PK\3\4", "this is no PDF"),
    "a stream that is cut off": (spoiled(put("short", "/Black gs", "/Black gs ("))[:], "this is no PDF that can be read"),
    "a page tree in a circle": (spoiled(put("pages", "@page2", "@pages")), "the page tree is damaged"),
    "a form within itself": (
        spoiled(
            put("resources", "/Group @group", "/Group @group/Self @self"),
            draw("/Self Do"),
            entry("mask", "/X @self"),
            lambda objects: objects.update(self=b"<</Subtype/Form/BBox[0 0 1 1]/Length 8>>stream\n/Self Do\nendstream"),
        ),
        "",
    ),
    "a reference to itself": (
        spoiled(put("note", "/Rect[400 400 420 420]", "/Rect @ring"), lambda objects: objects.update(ring=b"@ring")),
        "its references go round in a circle",
    ),
}


@pytest.mark.parametrize("what", DAMAGED)
def test_a_damaged_file_is_named_and_refused(what):
    pdf, message = DAMAGED[what]
    if not message:  # drawn once, where it has resources of the page that drew it: it ends
        assert report_of(pdf).pages == 3
        return
    with pytest.raises(docgen.DataError, match=message) as caught:
        check_standards(pdf, ["pdfx-4"], "order.pdf")
    assert caught.value.problems[0].where.file == "order.pdf"


@pytest.mark.slow
def test_a_stream_of_gigabytes_is_refused():
    import zlib

    packer = zlib.compressobj(9)
    packed = b"".join([*(packer.compress(bytes(1 << 24)) for _part in range(17)), packer.flush()])
    pdf = spoiled(lambda objects: objects.update(short=BOMB % (len(packed), packed)))
    with pytest.raises(docgen.DataError, match="a stream holds more than 256 MB"):
        check_standards(pdf, ["pdfx-4"])


def test_an_unknown_standard_is_refused_with_what_is_near():
    with pytest.raises(docgen.UsageError, match="Did you mean “pdfx-4”"):
        docgen.check_standards(spoiled(), ["pdfx4"])


def test_a_file_of_others_is_read_by_its_pages_as_pypdf_counts_them():
    pdf = certificates(range(1, 4))
    assert report_of(pdf).pages == len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 3


def test_the_profile_of_the_sample_is_the_shipped_one():
    assert PROFILE.read_bytes() == fogra39()
