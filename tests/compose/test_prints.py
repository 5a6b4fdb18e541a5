"""Three ways to print (FORMS.md, clause 6): blank and overprint laid over each other are the full certificate."""

from __future__ import annotations

import numpy
import pytest
from support.reading import lines, pixels, words
from support.records import record_of
from support.writing import replace

import docgen
from docgen.artwork import artwork_folders
from docgen.compose import compose
from docgen.compose.page import Layer, RuleItem
from docgen.paint.info import document_info
from docgen.paint.pdf.weasy import paint_pages
from docgen.record import blank_record, read_record

CERTIFICATES = ["retraining-certificate", "advanced-training-certificate", "child-protection-certificate"]
DPI = 200


def painted(form_id: str, what: str, *, guides: bool = True) -> bytes:
    """Return a print of the sample record; without guides, the blank has no rules and captions."""
    form = docgen.load_form(form_id)
    record = read_record(form, record_of(form_id))
    page = compose(form, record)[0].shown(what)
    items = tuple(item for item in page.items if guides or item.layer is not Layer.GUIDE)
    return paint_pages([replace(page, items=items)], document_info(form, [record]), artwork_folders())


@pytest.mark.slow
@pytest.mark.parametrize("form_id", CERTIFICATES)
@pytest.mark.clause("422", "6")
def test_blank_and_overprint_make_the_full_certificate_pixel_by_pixel(form_id):
    """Where the overprint is white the blank shows, exactly. The edges of letters are mixtures that each of the three
    pictures rounds to whole levels by itself, so there they may differ by one level of 255 a picture.
    """
    full, blank, over = (
        pixels(painted(form_id, what, guides=False), DPI).astype(float) for what in ("full", "blank", "overprint")
    )
    white = (over == 255).all(axis=2)
    assert (full[white] == blank[white]).all()
    ink = numpy.array([0x11] * 3)
    share = ((255 - over) / (255 - ink))[~white]
    laid = blank[~white] * (1 - share) + ink * share
    assert numpy.abs(full[~white] - laid).max() <= 3
    assert (~white).sum() > 5000


@pytest.mark.slow
@pytest.mark.parametrize("form_id", CERTIFICATES)
@pytest.mark.clause("422", "6")
def test_overprint_holds_the_data_alone_in_the_places_of_the_full_certificate(form_id):
    full = painted(form_id, "full")
    over = painted(form_id, "overprint")
    assert "СЕРТИФИКАТ" not in words(over)
    assert (pixels(over, 30)[3, 3] == 255).all()
    there = {line.text: line for line in lines(full)}
    for line in lines(over):
        if line.text in there:
            found = there[line.text]
            assert (line.left, line.baseline) == pytest.approx((found.left, found.baseline), abs=0.002)


@pytest.mark.clause("422", "form", "6")
def test_the_blank_has_the_acts_captions_and_none_of_the_data():
    text = words(docgen.render("retraining-certificate", record_of("retraining-certificate"), print="blank"))
    for caption in (
        "(білім беру ұйымының атауы)",
        "(атағы, тегі, аты, әкесінің аты (ол болған жағдайда))",
        "(оқу мерзімі)",
        "тақырыбы бойынша сағат көлемінде қайта даярлау курсынан өтті",
        "Білім беру ұйымының бастығы",
        "қаласы 20 жылғы",
        "Тіркеу №",
    ):
        assert caption in text
    for datum in ("Сейітқали", "144", "00417", "ақпан", "Қарағанды", "Нұрғалиев"):
        assert datum not in text


@pytest.mark.clause("422", "form")
def test_the_full_certificate_has_neither_rules_nor_captions_for_the_pen():
    form = docgen.load_form("retraining-certificate")
    page = compose(form, read_record(form, record_of(form.id)))[0].shown("full")
    assert all(item.layer is not Layer.GUIDE for item in page.items)


@pytest.mark.parametrize("form_id", CERTIFICATES)
@pytest.mark.clause("422", "5, line 5, signature")
@pytest.mark.clause("114", "annex 1, signature")
def test_a_full_print_and_a_blank_have_the_line_to_sign_on_and_an_overprint_has_not(form_id):
    """The line begins 3 mm right of the words and keeps clear of the name, which is 50 mm away from them."""
    form = docgen.load_form(form_id)
    page = compose(form, read_record(form, record_of(form_id)))[0]
    words_end = max(item.left.mm + item.width.mm for item in page.items if item.place == "head")
    for print, count in (("full", 1), ("blank", 1), ("overprint", 0)):
        rules = [item.box for item in page.shown(print).items if item.place == "signature" and isinstance(item, RuleItem)]
        assert [(box.left.mm, box.width.mm) for box in rules] == [(pytest.approx(words_end + 3), 44)] * count


@pytest.mark.clause("114", "annex 1, signature")
def test_the_word_for_the_signature_is_on_a_child_protection_certificate_and_on_its_blank():
    form_id = "child-protection-certificate"
    printed = {kind: words(docgen.render(form_id, record_of(form_id), print=kind)) for kind in ("full", "blank", "overprint")}
    assert {kind: text.count("(қолы)") for kind, text in printed.items()} == {"full": 1, "blank": 1, "overprint": 0}


@pytest.mark.clause("114", "annex 1, logo", "annex 1, official name", "annex 1, text, line 2")
def test_a_blank_of_child_protection_has_the_acts_words_for_logo_name_and_person():
    text = words(docgen.render("child-protection-certificate", print="blank"))
    for caption in ("Ұйымның логотипі", "ұйымның ресми атауы", "(Тегі, аты әкесінің аты (ол болған жағдайда))"):
        assert caption in text


def test_a_blank_without_a_record_can_be_filled_by_hand():
    text = words(docgen.render("retraining-certificate", print="blank"))
    assert "СЕРТИФИКАТ" in text
    assert "(оқу мерзімі)" in text
    assert "курс тақырыбы" not in text  # the act has no caption under that line
    assert "_" not in text


FIXED = [*CERTIFICATES, "certificate-register"]


@pytest.mark.slow
@pytest.mark.parametrize("form_id", FIXED)
@pytest.mark.clause("422", "6")
def test_a_blank_for_the_pen_has_space_to_write_every_datum(form_id):
    """House: 4.5 mm a letter, so that two figures of a day have 9 mm; the measures of the act stay."""
    form = docgen.load_form(form_id)
    items = compose(form, blank_record(form))[0].items
    pictures = {place.name for place in form.pictures}  # the outline of a picture is not written on
    rules = [item for item in items if isinstance(item, RuleItem) and item.layer is Layer.GUIDE and item.place not in pictures]
    assert len(rules) >= 2
    assert min(item.box.width.mm for item in rules) >= 9
    assert docgen.preflight(docgen.render(form, print="blank"), form, print="blank").passed


def test_stock_is_ruled_as_wide_as_the_data_that_are_printed_on_it():
    form = docgen.load_form("retraining-certificate")
    page = compose(form, read_record(form, record_of(form.id)))[0]
    for place in ("date", "number", "course"):
        data = [item.width.mm for item in page.items if item.place == place and item.layer is Layer.DATA]
        assert [item.box.width.mm for item in page.items if item.place == place and isinstance(item, RuleItem)] == data


def test_a_blank_without_that_much_space_uses_what_there_is(tmp_path):
    (tmp_path / "slip").mkdir()
    (tmp_path / "slip" / "form.toml").write_text(
        'id = "slip"\nlayout = "house"\ntitle.kk = "Қағаз"\nact.name = "ours"\n'
        'sheet = { width = "60mm", height = "60mm", margin = "10mm" }\n'
        '[[field]]\nuse = "number"\nblank = "__________"\n[[place]]\nname = "text"\ntext = "№ {{ number }}"\n',
        "utf-8",
    )
    form = docgen.load_form("slip", tmp_path)
    (rule,) = [item for item in compose(form, blank_record(form))[0].items if isinstance(item, RuleItem)]
    assert 10 < rule.box.width.mm < 40
