"""A record that is being filled in, as its page: what is given in its place, what is missing as on a blank."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from support.reading import words
from support.records import record_of

from docgen.form import form_ids, load_form
from docgen.previewing import preview

FORM = load_form("retraining-certificate")


def said(**values: object) -> str:
    return words(preview(FORM, values).pdf())


def test_nothing_typed_is_the_blank_and_everything_typed_is_the_document():
    assert "СЕРТИФИКАТ" in said()
    assert "(оқу мерзімі)" in said()  # the caption of a line to write on
    whole = said(**record_of(FORM.id, surname="Оспанова"))
    assert "Оспанова" in whole
    assert "2026 жылғы 12 қаңтардан 6 ақпанға дейін" in whole
    assert "(оқу мерзімі)" not in whole


def test_a_word_that_is_missing_is_a_line_among_the_others_and_a_date_is_not_invented():
    shown = said(surname="Оспанова", start="2026-01-12", city="Қарағанды", hours=72)
    assert "__________ Оспанова" in shown
    assert "72 сағат" in shown
    for strange in ("қаңтар", "қыркүйек", "28"):
        assert strange not in shown


@pytest.mark.parametrize("wrong", [{"hours": "abc"}, {"start": "31.02.2026"}, {"start": "2026-03-01", "end": "2026-02-01"}])
def test_what_is_wrong_is_shown_as_missing(wrong):
    shown = said(**{**record_of(FORM.id), **wrong})
    assert "abc" not in shown
    assert ("қаңтардан" in shown) == ("hours" in wrong)


def test_what_does_not_fit_leaves_its_place_free_and_the_others_stand():
    shown = said(**record_of(FORM.id, surname="Ұ" * 400, topic="Тақырып"))
    assert "ҰҰ" not in shown
    assert "Тақырып" in shown


def test_a_spot_is_where_its_field_is_printed():
    found = preview(FORM, record_of(FORM.id))
    spots = {spot.fields: spot for spot in found.spots}
    topic, number = spots["topic",], spots["number",]
    assert topic.left + topic.width / 2 == pytest.approx(297 / 2, abs=0.5)  # it is centred on the sheet
    assert number.left + number.width == pytest.approx(297 - 32, abs=0.5)  # the margin of the form
    assert number.top > topic.top


@pytest.mark.slow
@pytest.mark.parametrize("form_id", form_ids())
def test_every_form_has_a_picture_however_little_is_typed(form_id):
    form = load_form(form_id)
    sample = record_of(form_id)
    for raw in ({}, dict(list(sample.items())[::2]), {name: _one_cell(value) for name, value in sample.items()}):
        picture = Image.open(io.BytesIO(preview(form, raw).png(40)))
        assert picture.width >= form.sheet.width.mm / 25.4 * 40 - 1


def _one_cell(value: object) -> object:
    """Return rows with the first cell of each alone."""
    if not isinstance(value, list):
        return value
    return [{name: _one_cell(each) for name, each in list(row.items())[:1]} if isinstance(row, dict) else row for row in value]
