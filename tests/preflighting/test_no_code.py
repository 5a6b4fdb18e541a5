"""Preflight refuses a code on a page that an act prescribes, and finds none where it belongs."""

from __future__ import annotations

import io

import pypdf
import pytest
from support.calling import run
from support.records import record_of
from support.signing import signer

import docgen
from docgen.codes import symbol
from docgen.paint.content import symbol_mask

MINISTRY, CHILD = "retraining-certificate", "child-protection-certificate"


def stamped(pdf: bytes, left: float, bottom: float, side: float) -> bytes:
    """Return a file on whose first page somebody stamped a QR code; measures in points.

    One of them is over the emblem in the middle, where ink is no surprise.
    """
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    page = writer.pages[0]
    over = pypdf.generic.DecodedStreamObject()
    mask = symbol_mask(symbol("https://example.kz/check?number=00417"))
    paper = b"q 1 g %.1f %.1f %.1f %.1f re f Q " % (left - 8, bottom - 8, side + 16, side + 16)
    over.set_data(b"Q " + paper + b"q 0 g %.1f 0 0 %.1f %.1f %.1f cm %s Q" % (side, side, left, bottom, mask))
    begin = pypdf.generic.DecodedStreamObject()
    begin.set_data(b"q")
    own = page["/Contents"].get_object()
    streams = [begin, *(own if isinstance(own, list) else [own]), over]
    page[pypdf.generic.NameObject("/Contents")] = pypdf.generic.ArrayObject(
        [each if isinstance(each, pypdf.generic.IndirectObject) else writer._add_object(each) for each in streams]
    )
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def verdict_on(folder, pdf: bytes) -> tuple[int, list[str]]:
    """Return the exit code of docgen preflight, and the lines of its report that are about a code."""
    (folder / "file.pdf").write_bytes(pdf)
    result = run("preflight", folder / "file.pdf")
    return result.exit_code, [line for line in result.output.splitlines() if " code " in line]


@pytest.mark.parametrize(
    ("form", "at", "said"),
    [
        (MINISTRY, (700, 60, 70), ["2", "FAIL", "247 mm from the left", "none: put it on the back (--back)"]),
        (MINISTRY, (390, 250, 60), ["2", "FAIL", "none: put it on the back (--back)"]),
        (CHILD, (700, 60, 70), ["12", "FAIL", "none: put it on the back (--back)"]),
        ("certificate-register", (700, 60, 70), ["annex 2, sheet", "FAIL", "none: the act leaves no room for one"]),
        ("work-standard", (480, 60, 70), ["4, 8", "FAIL", "none: the act leaves no room for one"]),
    ],
)
def test_a_code_on_a_prescribed_page_is_refused_with_clause_and_place(tmp_path, form, at, said):
    plain = docgen.render(form, record_of(form), purpose="plain")
    assert verdict_on(tmp_path, plain)[1] == []
    code, lines = verdict_on(tmp_path, stamped(plain, *at))
    assert (code, len(lines)) == (1, 1)
    assert [each for each in said if each not in lines[0]] == []


@pytest.mark.slow
@pytest.mark.parametrize("form", [MINISTRY, CHILD])
@pytest.mark.parametrize("purpose", ["plain", "archive", "press"])
def test_a_signed_file_passes_the_act(tmp_path, form, purpose):
    pdf = docgen.render(form, record_of(form), back=True, signer=signer(), purpose=purpose)
    assert verdict_on(tmp_path, pdf) == (0, [])


def test_a_house_form_may_have_one(tmp_path):
    pdf = docgen.render("attendance-note", record_of("attendance-note"), signer=signer())
    assert verdict_on(tmp_path, pdf) == (0, [])
