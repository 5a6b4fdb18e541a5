"""Rules of the house remark on what prints badly, and refuse nothing; what is shown, and how quickly."""

from __future__ import annotations

import json
import re

import pytest
from pypdf import PdfReader
from support import processes
from support.calling import run
from support.imposing import certificates
from support.press_files import Objects, draw, entry, instead, put, spoiled, stream
from support.records import record_of

import docgen
from docgen.preflighting import Verdict
from docgen.preflighting.standards import STANDARDS, StandardReport
from docgen.preflighting.standards.operators import operations

PICTURE = "/Type/XObject/Subtype/Image/BitsPerComponent 8/ColorSpace/DeviceCMYK"
ART = "0 0.5 0 0 k "


def report_of(*ways, **how) -> StandardReport:
    [report] = docgen.check_standards(spoiled(*ways, **how), ["pdfvt-1"])
    return report


def remarks(report: StandardReport) -> list[tuple[str, str, int | None]]:
    assert report.failures == [], report.as_table()
    return [(each.check, each.measured, each.page) for each in report.findings if each.verdict is Verdict.REMARK]


def picture(width: int, ink: bytes = b"\0\0\0\0"):
    body = stream(ink * width * width, f"{PICTURE}/Width {width}/Height {width}")
    return (put("resources", "/Group @group", "/Group @group/Photo @photo"), instead(photo=body))


def inherited(objects: Objects) -> None:
    put("page2", "/MediaBox[0 0 300 400]", "")(objects)
    entry("pages", "/MediaBox[0 0 300 400]")(objects)


REMARKS = {
    "an inherited MediaBox": ((inherited,), {}, [("own-media-box", "it is inherited", 2)]),
    "a later version": ((), {"version": "1.7"}, [("version", "PDF 1.7", None)]),
    "a later version in the catalogue": ((entry("catalogue", "/Version/2.0"),), {}, [("version", "PDF 2.0", None)]),
    "an attachment": (
        (entry("catalogue", "/Names<</EmbeddedFiles<</Names[]>>>>"),),
        {},
        [("embedded-files", "/EmbeddedFiles", None)],
    ),
    "another version in Info": (
        (put("info", "(PDF/X-4)", "(PDF/X-3:2003)"),),
        {},
        [("identification-info", "PDF/X-3:2003", None)],
    ),
    "records of no level": ((put("parts", "/RecordLevel 1", ""),), {}, [("vt-records", "/RecordLevel: missing", None)]),
    "black that knocks out": (
        (put("short", "/Black gs", ""),),
        {},
        [
            ("black-overprint", "black text clears what is under it", 2),
            ("black-overprint", "black text clears what is under it", 3),
        ],
    ),
    "black in gray": (
        (draw("BT /Font 12 Tf 0 g (A) Tj ET"),),
        {},
        [("black-overprint", "black text clears what is under it", 1)],
    ),
    "overprint of mode 0": (
        (put("resources", "/OPM 1", "/OPM 0"),),
        {},
        [("black-overprint", "black text clears what is under it", page) for page in (1, 2, 3)],
    ),
    "white that overprints": (
        (draw("/Black gs 0 0 0 0 k 0 0 9 9 re f"),),
        {},
        [("white-overprint", "white is printed over what is under it, and vanishes", 1)],
    ),
    "310 % ink": ((draw("1 1 1 0.1 k"),), {}, [("ink", "310 % ink", 1)]),
    "310 % ink by name": ((draw("/DeviceCMYK CS 1 1 1 0.1 SCN"),), {}, [("ink", "310 % ink", 1)]),
    "a picture of 400 % ink": (
        (*picture(100, b"\xff" * 4), draw("q 9 0 0 9 0 0 cm /Photo Do Q")),
        {},
        [("ink-picture", "400 % ink", 1)],
    ),
    "72 dpi": ((*picture(100), draw("q 100 0 0 100 0 0 cm /Photo Do Q")), {}, [("resolution", "72 dpi", 1)]),
    "72 dpi in a form": (
        (
            *picture(100),
            put("group", "/Resources<<>>", "/Resources<</XObject<</Photo @photo>>>>/Matrix[1 0 0 1 0 0]"),
            instead(
                group=stream(b"/Photo Do", "/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</Photo @photo>>>>")
            ),
            draw("q 0 100 -100 0 0 0 cm /Group Do Q"),
        ),
        {},
        [("resolution", "72 dpi", 1)],
    ),
    "a black and white picture of 300 dpi": (
        (draw("q 0.24 0 0 0.24 0 0 cm BI /W 1 /H 1 /IM true ID a EI Q"),),
        {},
        [("resolution", "300 dpi", 1)],
    ),
    "artwork that ends at the edge": (
        (draw(f"q {ART} 10 100 50 100 re f Q"), put("content", "0.1 0.02 0 0 k", "0 0 0 0 k")),
        {},
        [("bleed", "left: 35 mm end at the edge", 1)],
    ),
    "no bleed": (
        (put("page1", "/BleedBox[2 2 298 398]", "/BleedBox[10 10 290 390]"),),
        {},
        [
            ("bleed", f"{side}: {length} mm end at the edge", 1)
            for side, length in (("left", 134), ("right", 134), ("top", 99), ("bottom", 99))
        ],
    ),
}


@pytest.mark.parametrize("what", REMARKS)
def test_what_prints_badly_is_remarked_on_and_not_refused(what):
    ways, how, expected = REMARKS[what]
    report = report_of(*ways, **how)
    assert remarks(report) == expected
    assert report.passed


def test_rules_of_the_house_remark_and_clauses_of_standards_refuse():
    rules = STANDARDS["pdfvt-1"].rules
    assert all((rule.clause == "docgen") == (rule.verdict is Verdict.REMARK) for rule in rules)


def test_every_rule_that_remarks_has_a_file_that_it_remarks_on():
    remarked = {check for _ways, _how, expected in REMARKS.values() for check, _measured, _page in expected}
    assert remarked == {rule.code for rule in STANDARDS["pdfvt-1"].rules if rule.verdict is Verdict.REMARK}


@pytest.mark.parametrize(
    ("what", "ways"),
    {
        "text that is not seen": (
            draw("BT 3 Tr /Other 12 Tf (A) Tj ET"),
            put("resources", "/Font @font", "/Font @font/Other<<>>"),
        ),
        "a bookmark to a place": (
            entry("catalogue", "/Outlines @out"),
            instead(out=b"<</First @mark/Last @mark/Count 1>>", mark=b"<</Title(A)/Parent @out/Dest[@page1/Fit]>>"),
        ),
        "RGB that stands for a profile": (
            put("resources", "/Spot @spot", "/Spot @spot/DefaultRGB[/ICCBased @srgb]"),
            draw("1 0 0 rg"),
        ),
        "an ArtBox": (put("page2", "/TrimBox", "/ArtBox"),),
        "gray": (draw("0.3 g"),),
        "a registration colour": (
            put("resources", "/Spot @spot", "/Spot @spot/All[/Separation/All/DeviceCMYK @tint]"),
            draw("/All cs 1 scn"),
        ),
        "an unused font of the reader": (
            put("resources", "/Font @font", "/Font @font/Other<</Subtype/Type1/BaseFont/Helvetica>>"),
        ),
        "a line as a string": (draw("BT /Font 12 Tf <41> Tj (\\)1 0 0 rg\\() Tj [(A) -3 (B)] TJ ET"),),
    }.items(),
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_allowed_passes(what, ways):
    assert remarks(report_of(*ways)) in ([], [("black-overprint", "black text clears what is under it", 1)])


@pytest.mark.slow
def test_a_page_of_an_act_has_the_ink_that_separations_have(tmp_path):
    """Ghostscript's separations of the page: no pixel has more than 300 %, as the rules say."""
    import numpy
    from PIL import Image

    path = tmp_path / "page.pdf"
    path.write_bytes(docgen.render("retraining-certificate", record_of("retraining-certificate"), purpose="press"))
    command = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=tiffsep", "-r50", f"-sOutputFile={tmp_path}/%d.tif", path]
    processes.run(command, check=True)
    plates = [255 - numpy.asarray(Image.open(each), dtype=int) for each in sorted(tmp_path.glob("*(*).tif"))]
    assert len(plates) == 4
    assert sum(plates).max() / 2.55 <= 300
    [report] = docgen.check_standards(path, ["pdfx-4"])
    assert not [each for each in report.findings if each.check.startswith("ink") and each.verdict is not Verdict.PASS]


def test_operators_are_those_that_pypdf_reads():
    """Every operator of a printed page, in order, as pypdf's own parser of content streams has them."""
    from pypdf.generic import ContentStream

    pdf = docgen.render("retraining-certificate", record_of("retraining-certificate"), purpose="press")
    import io

    page = PdfReader(io.BytesIO(pdf)).pages[0]
    content = page.get_contents()
    theirs = [operator.decode() for _operands, operator in ContentStream(content, page.pdf).operations]
    assert [each.operator for each in operations(content.get_data())] == theirs


# --- what is shown ----------------------------------------------------------------------------------------------------


@pytest.fixture
def broken(tmp_path):
    path = tmp_path / "order.pdf"
    path.write_bytes(
        spoiled(draw("1 0 0 rg"), put("page2", "/TrimBox[10 10 290 390]", ""), put("page3", "/TrimBox[10 10 290 390]", ""))
    )
    return path


def test_the_command_says_clause_page_and_what_to_do(broken):
    result = run("preflight", broken, "--standard", "pdfx-4")
    assert result.exit_code == 1
    assert "ISO 15930-7, 6.12  the TrimBox is within the MediaBox" in result.output
    wrong = (
        "✗ ISO 15930-7, 6.4: no colour is RGB without a profile\n    page 1: DeviceRGB\n"
        "    Convert it to inks of the printing condition, or give it an ICC profile.\n"
    )
    assert wrong in result.output
    assert "not both\n    page 2–3: missing\n" in result.output
    assert result.output.rstrip("\n").endswith("PDF/X-4 (ISO 15930-7:2010): 3 pages, 78 passed, 0 remarks, 2 failed")


def test_it_answers_on_several_standards_in_json(broken):
    result = run("preflight", broken, "--standard", "pdfx-4", "--standard", "pdfvt-1", "--json")
    answer = json.loads(result.output)
    assert result.exit_code == 1
    assert (answer["file"], answer["passed"]) == (str(broken), False)
    assert [(each["standard"], each["pages"], each["passed"]) for each in answer["standards"]] == [
        ("pdfx-4", 3, False),
        ("pdfvt-1", 3, False),
    ]
    [rgb] = [each for each in answer["standards"][0]["findings"] if each["check"] == "rgb"]
    assert (rgb["clause"], rgb["verdict"], rgb["page"]) == ("ISO 15930-7, 6.4", "fail", 1)
    assert isinstance(rgb["object"], int)


def test_a_sound_file_ends_with_0(tmp_path):
    path = tmp_path / "volume.pdf"
    path.write_bytes(certificates(range(1, 4)))
    assert run("preflight", path, "--standard", "pdfx-4").exit_code == 0


def test_a_standard_has_nothing_to_do_with_a_form(broken):
    result = run("preflight", broken, "--standard", "pdfx-4", "--form", "retraining-certificate")
    assert result.exit_code == 2
    assert "--standard asks nothing of the form" in result.output


def test_the_help_names_every_standard():
    text = " ".join(run("preflight", "--help").output.split())
    assert re.search(r"Hold it against a standard instead of its act: (.+?); may", text)[1].split(", ") == list(STANDARDS)


def test_what_pages_share_is_looked_at_once():
    """A hundred pages take less than a hundred times as many objects as one: the background is read once."""
    [report] = docgen.check_standards(certificates(range(1, 101)), ["pdfx-4"])
    assert report.pages == 100
    assert len(report.findings) == len(STANDARDS["pdfx-4"].rules)
