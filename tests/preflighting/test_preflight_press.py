"""Pages for the press are measured from the trim, their colours by the recipe."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import RectangleObject
from support.records import record_of

import docgen
from docgen.paint.press import PressOptions
from docgen.units import mm

FORMS = ["retraining-certificate", "child-protection-certificate", "advanced-training-certificate"]
PT = 72 / 25.4


def failed(pdf: bytes, form: str, print: str = "full") -> list[tuple[str, str]]:
    findings = docgen.preflight(pdf, form, print=print).findings
    assert len(findings) > 30
    return [(each.place, each.check) for each in findings if each.verdict.value == "fail"]


@pytest.mark.parametrize("print", ["full", "blank", "overprint"])
@pytest.mark.parametrize("form", FORMS)
def test_a_page_for_the_press_fulfils_its_act(form, print):
    assert failed(docgen.render(form, record_of(form), print=print, purpose="press"), form, print) == []


@pytest.mark.parametrize("bleed", [0, 5])
def test_so_it_does_with_another_bleed(bleed):
    pdf = docgen.render(FORMS[0], record_of(FORMS[0]), purpose="press", press=PressOptions(bleed=mm(bleed)))
    assert failed(pdf, FORMS[0]) == []


def test_a_trim_that_is_a_millimetre_off_is_found():
    """The frame is then 8 mm from one edge and 6 mm from the other."""
    form = FORMS[0]
    writer = PdfWriter(clone_from=io.BytesIO(docgen.render(form, record_of(form), purpose="press")))
    box = PdfReader(io.BytesIO(docgen.render(form, record_of(form), purpose="press"))).pages[0].trimbox
    moved = RectangleObject([float(box.left) - PT, float(box.bottom), float(box.right) - PT, float(box.top)])
    writer.pages[0].trimbox = moved
    buffer = io.BytesIO()
    writer.write(buffer)
    assert ("frame", "distance") in failed(buffer.getvalue(), form)


def test_another_colour_than_the_recipe_is_found():
    form = FORMS[0]
    writer = PdfWriter(clone_from=io.BytesIO(docgen.render(form, record_of(form), purpose="press")))
    for each in writer._objects:
        if getattr(each, "get_data", None) and b"0.1 0.02 0 0 k" in each.get_data():
            each.set_data(each.get_data().replace(b"0.1 0.02 0 0 k", b"0.3 0.02 0 0 k"))
    buffer = io.BytesIO()
    writer.write(buffer)
    assert ("background", "colour") in failed(buffer.getvalue(), form)
