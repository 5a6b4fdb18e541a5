"""Preflight of what is not one fixed page: tables over several pages, flowing forms, a record's own picture; and its parts."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import NameObject
from support.records import record_of
from support.writing import replace

import docgen
from docgen.artwork import artwork_folders
from docgen.compose import Page, compose
from docgen.compose.page import TextItem
from docgen.errors import UsageError
from docgen.fonts.faces import Font
from docgen.form import load_form
from docgen.form.places import Text
from docgen.paint.info import document_info
from docgen.paint.pdf.weasy import paint_pages
from docgen.preflighting import Report, preflight
from docgen.preflighting.ink import Reach, _belonging, _crossing
from docgen.preflighting.prescribed_text import prescribed_text_of
from docgen.record import read_record
from docgen.templating.templates import TextTemplate
from docgen.units import mm, pt

REGISTER = "certificate-register"


def failed(report: Report) -> set[tuple[str, str, int | None]]:
    return {(finding.clause, finding.check, finding.page) for finding in report.failures}


def register_pages() -> list[Page]:
    form, raw = load_form(REGISTER), record_of(REGISTER)
    pages = compose(form, read_record(form, raw | {"rows": raw["rows"] * 16}))
    return [page.shown("full") for page in pages]


def painted_register(change=lambda number, item: item) -> bytes:
    form = load_form(REGISTER)
    pages = [
        replace(page, items=tuple(changed for item in page.items if (changed := change(number, item))))
        for number, page in enumerate(register_pages(), 1)
    ]
    info = document_info(form, [read_record(form, record_of(REGISTER))])
    return paint_pages(pages, info, artwork_folders())


@pytest.mark.clause("114", "annex 2, heading", "annex 2, sheet", "annex 2, title", "annex 2, table", "annex 2, page number")
def test_a_register_of_several_pages_passes():
    report = preflight(painted_register(), None)
    assert report.passed, report.as_table()
    headings = [finding.page for finding in report.findings if finding.check == "heading-row"]
    assert headings == list(range(1, report.pages + 1))
    assert report.pages > 1


def _no_heading(number, item):
    is_heading = number == 2 and isinstance(item, TextItem) and item.text == "Берілген күні"
    return None if is_heading else item


def _wrong_page_number(number, item):
    return item._replace(text="7 / 2") if number == 2 and item.place == "page-number" else item


def _small_rows(number, item):
    is_cell = number == 2 and isinstance(item, TextItem) and item.place == "table" and not item.font.bold
    return item._replace(font=Font(pt(10))) if is_cell else item


def _thin_heading(number, item):
    is_heading = number == 1 and isinstance(item, TextItem) and item.place == "table" and item.font.bold
    return item._replace(font=Font(pt(11))) if is_heading else item


def _lower_table(number, item):
    if number == 2 and item.place == "table" and not isinstance(item, TextItem):
        return replace(item, box=replace(item.box, top=item.box.top + mm(1)))
    return item


def _title_down(number, item):
    return item._replace(baseline=item.baseline + mm(0.3)) if item.place == "title" else item


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "found"),
    [
        (_no_heading, {("annex 2, table", "heading-row", 2)}),
        (_wrong_page_number, {("annex 2, page number", "text", 2)}),
        (_small_rows, {("annex 2, table", "cells-size", 2)}),
        (_thin_heading, {("annex 2, table", "heading-face", 1)}),
        (_lower_table, {("annex 2, table", "top", 2)}),
        (_title_down, {("annex 2, title", "gap", 1), ("", "gap", 1)}),
    ],
)
@pytest.mark.clause("114", "annex 2, title", "annex 2, table", "annex 2, page number")
def test_one_wrong_thing_in_a_register_is_found_on_its_page(change, found):
    assert failed(preflight(painted_register(change), None)) == found


@pytest.mark.slow
@pytest.mark.clause("969", "4")
def test_a_work_standard_passes_and_an_unembedded_font_fails():
    pdf = docgen.render("work-standard", record_of("work-standard"))
    report = preflight(pdf, None)
    assert report.passed, report.as_table()
    assert {finding.check for finding in report.findings} >= {"size", "family", "font-embedded", "title", "language"}
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    for font in writer.pages[0]["/Resources"]["/Font"].values():
        del font.get_object()["/DescendantFonts"][0]["/FontDescriptor"]["/FontFile2"]
    buffer = io.BytesIO()
    writer.write(buffer)
    assert {check for _clause, check, _page in failed(preflight(buffer.getvalue(), None))} == {"font-embedded"}


def test_a_flowing_form_in_another_family_fails():
    writer = PdfWriter(clone_from=io.BytesIO(docgen.render("work-standard", record_of("work-standard"))))
    for font in writer.pages[0]["/Resources"]["/Font"].values():
        font.get_object()[NameObject("/BaseFont")] = NameObject("/ABCDEF+Calibri")
        font.get_object()["/DescendantFonts"][0].get_object()[NameObject("/BaseFont")] = NameObject("/ABCDEF+Calibri")
    buffer = io.BytesIO()
    writer.write(buffer)
    assert "family" in {check for _clause, check, _page in failed(preflight(buffer.getvalue(), None))}


@pytest.mark.slow
@pytest.mark.parametrize("size", [(900, 900), (900, 400), None])
@pytest.mark.clause(
    "114",
    "annex 1, logo",
    "annex 1, official name",
    "annex 1, title",
    "annex 1, text",
    "annex 1, text, line 1",
    "annex 1, text, line 2",
    "annex 1, text, line 3",
    "annex 1, head",
    "annex 1, date",
    "annex 1, seal",
)
def test_a_logo_of_the_record_keeps_to_its_box(tmp_path, size):
    record = record_of("child-protection-certificate")
    if size:
        Image.new("RGB", size, "#a03020").save(tmp_path / "logo.png")
        record |= {"logo": "logo.png"}
    report = preflight(docgen.render("child-protection-certificate", record, pictures=tmp_path), None)
    assert report.passed, report.as_table()
    assert bool([finding for finding in report.findings if finding.place == "logo"]) == bool(size)


def test_an_unknown_print_is_refused():
    with pytest.raises(UsageError, match="not offered"):
        preflight(b"", None, print="half")


# The parts.


def test_an_edge_between_two_pixels_is_measured_by_the_coverage_of_one():
    import numpy

    profile = numpy.array([0, 0, 100, 200, 200, 200, 200, 200, 200], numpy.uint8)
    assert _crossing(profile, mm(0.02)) == pytest.approx(2.5)
    assert _crossing(profile[3:], mm(0.02)) == 0.0


@pytest.mark.parametrize(
    ("runs", "found"),
    [
        ([(7, 14), (16, 46), (50, 160)], (16, 46)),
        ([(7, 14), (16.4, 46.4), (50, 160)], (16.4, 46.4)),
        ([(7, 14), (17, 20), (25, 46), (50, 160)], (17, 46)),
        ([(7, 44), (50, 160)], (7, 44)),
        ([(7, 14), (50, 160)], None),
        ([], None),
    ],
)
def test_ink_belongs_to_a_place_by_half(runs, found):
    reaches = [Reach(mm(begin), mm(end)) for begin, end in runs]
    belonging = _belonging(reaches, Reach(mm(16), mm(46)))
    assert belonging == (Reach(mm(found[0]), mm(found[1])) if found else None)


@pytest.mark.parametrize(
    ("text", "print", "is_right"),
    [
        ('Алматы қаласы 2026 жылғы "06" ақпан', "full", True),
        ('Алматы  қаласы 20 26 жылғы "06" ақпан', "full", True),
        ('қаласы 2026 жылғы "06" ақпан', "full", False),
        ('Алматы қаласы 2026 жылы "06" ақпан', "full", False),
        ('қаласы 20 жылғы " "', "blank", True),
        ('Алматы қаласы 20 жылғы " "', "blank", False),
        ("Алматы 26 06 ақпан", "overprint", True),
    ],
)
def test_fixed_words_are_compared_with_gaps_for_data(text, print, is_right):
    template = '{{ city }} қаласы 20{{ issued | year2 }} жылғы "{{ issued | day2 }}" {{ issued | month }}'
    prescribed_text = prescribed_text_of(Text(name="date", text=TextTemplate(template)))
    assert str(prescribed_text) == '… қаласы 20… жылғы "…" …'
    assert prescribed_text.on_print(print).matches(text, print) == is_right
