"""Preflight passes right files and finds each wrong measure under its clause, in real PDFs.

The wrong certificates are pages of one volume, because preflight measures every page of it.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import pytest
from pypdf import PdfWriter
from pypdf.generic import FloatObject, NameObject, NumberObject, RectangleObject, StreamObject
from support import confined_operations
from support.writing import replace

from docgen.artwork import artwork_folders
from docgen.compose import Page, compose
from docgen.compose.page import FillItem, Item, Layer, RuleItem, TextItem
from docgen.confined.raster import page_image
from docgen.errors import DataError, UsageError
from docgen.fonts.faces import Font
from docgen.form import load_form
from docgen.paint.info import document_info
from docgen.paint.pdf.weasy import paint_artwork, paint_pages
from docgen.paint.press import press_pages
from docgen.preflighting import Report, Verdict, form_of, measuring, preflight
from docgen.record import blank_record, read_record
from docgen.units import Box, mm, pt

RETRAINING, ADVANCED = "retraining-certificate", "advanced-training-certificate"
RECORDS: dict[str, dict[str, object]] = {
    "as the sample": {},
    "one-line organization": {"organization": "Алматы академиясы"},
    "two-line organization": {
        "organization": "Қазақстан Республикасы Ішкі істер министрлігінің Мақан Есболатов атындағы Алматы академиясы"
    },
    "three-line topic": {
        "topic": "Құқық бұзушылықтың профилактикасы және қоғамдық қауіпсіздікті қамтамасыз ету саласындағы жергілікті "
        "полиция қызметі қызметкерлерінің іс-қимылдары, азаматтардың өтініштерімен жұмыс және дербес деректерді қорғау "
        "негіздері мен ақпараттық жүйелерді пайдалану тәртібі"
    },
    "no patronymic": {"patronymic": None},
    "longest names": {
        "rank": "әділет (полиция) генерал-лейтенанты",
        "surname": "Төлебаева-Жұмағалиева",
        "given_name": "Айгүлім-Мариям-Шолпан",
        "patronymic": "Нұрсұлтанбекмұхаммедқызы",
    },
    "no capital anywhere in the lines": {"rank": "", "topic": "ғңқ", "head": "ә. ө. ұлы"},
}


def record_of(form_id: str, **changed: object):
    form = load_form(form_id)
    sample = {field.name: field.sample for field in form.fields}
    return read_record(form, {name: value for name, value in (sample | changed).items() if value is not None})


def painted(form_id: str, pages: list[Page], artwork=None) -> bytes:
    info = document_info(load_form(form_id), [record_of(form_id)])
    return paint_pages(pages, info, artwork or artwork_folders())


def page_of(form_id: str, print: str = "full", **changed: object) -> Page:
    return compose(load_form(form_id), record_of(form_id, **changed))[0].shown(print)


def failed(report: Report, page: int | None = None) -> set[tuple[str, str]]:
    return {(finding.clause, finding.check) for finding in report.failures if finding.page == page}


@pytest.fixture(scope="module")
def right() -> bytes:
    return painted(RETRAINING, [page_of(RETRAINING)])


# What is right passes.


@pytest.mark.slow
@pytest.mark.parametrize("form_id", [RETRAINING, ADVANCED])
@pytest.mark.clause(
    "422",
    "2",
    "3.1, background",
    "3.1, emblem",
    "3.2",
    "4.1",
    "4.2",
    "4.3",
    "5",
    "5, line 1",
    "5, line 2",
    "5, line 3",
    "5, line 4",
    "5, line 5",
    "5, line 6, left",
    "5, line 6, right",
)
def test_a_volume_of_right_certificates_passes_page_by_page(form_id):
    records = [{name: value for name, value in record.items() if value != ""} for record in RECORDS.values()]
    pages = [page_of(form_id, **record) for record in records]
    report = preflight(painted(form_id, pages), load_form(form_id))
    assert report.passed, report.as_table()
    assert {finding.page for finding in report.findings} == {None, *range(1, len(pages) + 1)}


@pytest.mark.slow
def test_a_report_names_every_clause_with_a_measure(right):
    clauses = {finding.clause for finding in preflight(right, None).findings}
    assert clauses >= {"2", "3.1, background", "3.1, emblem", "3.2", "4.1", "4.2", "4.3", "5", "5, line 4"}


@pytest.mark.slow
def test_the_substitute_face_is_a_remark_and_no_failure(right):
    faces = [finding for finding in preflight(right, None).findings if finding.check == "face"]
    substitutes = [finding for finding in faces if "Liberation Serif" in finding.measured]
    assert {finding.verdict for finding in substitutes} <= {Verdict.REMARK}
    assert {finding.verdict for finding in faces} <= {Verdict.REMARK, Verdict.PASS}


@pytest.mark.slow
def test_artwork_as_png_passes(tmp_path):
    names = {"ministry-emblem": 110, "state-emblem": 30, "ornament-side": 7, "ornament-corner": 7}
    for name, height in names.items():
        drawing = artwork_folders().load(name, mm(height))
        pdf = paint_artwork(drawing, mm(height) * drawing.aspect, mm(height))
        page_image(pdf, 0, dpi=600, is_clear=True).save(tmp_path / f"{name}.png")
    pdf = painted(RETRAINING, [page_of(RETRAINING)], artwork_folders(tmp_path))
    report = preflight(pdf, None)
    assert report.passed, report.as_table()


@pytest.mark.parametrize("print", ["blank", "overprint"])
@pytest.mark.clause("422", "6")
def test_a_partial_print_passes_and_says_what_was_not_measured(print):
    pages = [page_of(RETRAINING, print), page_of(RETRAINING, print, organization="Алматы академиясы")]
    if print == "blank":
        form = load_form(RETRAINING)
        pages.append(compose(form, blank_record(form))[0].shown("blank"))
    report = preflight(painted(RETRAINING, pages), None, print=print)
    assert report.passed, report.as_table()
    assert [finding.verdict for finding in report.findings if finding.check == "print"] == [Verdict.REMARK]
    pictures = [finding for finding in report.findings if finding.clause == "4.1"]
    assert bool(pictures) == (print == "blank")


@pytest.mark.slow
def test_a_full_print_is_no_overprint(right):
    assert ("", "data-alone") in failed(preflight(right, None, print="overprint"))


# What is wrong is found, and found there.


def moved(name: str, right: float = 0.0, down: float = 0.0) -> Callable[[Item], Item]:
    """Move one place by millimetres."""

    def move(item: Item) -> Item:
        if item.place != name:
            return item
        if isinstance(item, TextItem):
            return item._replace(left=item.left + mm(right), baseline=item.baseline + mm(down))
        box = item.box
        return replace(item, box=replace(box, left=box.left + mm(right), top=box.top + mm(down)))

    return move


def changed(name: str, **values: object) -> Callable[[Item], Item]:
    def change(item: Item) -> Item:
        if item.place != name:
            return item
        return item._replace(**values) if isinstance(item, TextItem) else replace(item, **values)

    return change


def respelt(name: str, before: str, after: str) -> Callable[[Item], Item]:
    def respell(item: Item) -> Item:
        return item._replace(text=item.text.replace(before, after)) if item.place == name else item

    return respell


def lowered(name: str) -> Callable[[Item], Item]:
    return lambda item: item._replace(text=item.text.capitalize()) if item.place == name else item


def grown(name: str, by: float) -> Callable[[Item], Item]:
    """Make a picture larger, its top and its middle staying where they are."""

    def grow(item: Item) -> Item:
        if item.place != name:
            return item
        box = item.box
        return replace(item, box=Box(box.left - mm(by) / 2, box.top, box.width + mm(by), box.height + mm(by)))

    return grow


def without(*names: str) -> Callable[[Item], None]:
    return lambda item: None if item.place in names else item


def ink(left: float, top: float, width: float, height: float, colour: str = "#14296b") -> FillItem:
    return FillItem("stray", Layer.MASTER, Box(mm(left), mm(top), mm(width), mm(height)), colour)


def stray(left: float, baseline: float) -> TextItem:
    return TextItem("stray", Layer.DATA, mm(left), mm(baseline), mm(9), "Данасы", Font(pt(9)), "#111111")


@dataclass(frozen=True)
class Wrong:
    """One certificate with one thing wrong, and where that must be found.

    Other checks of the same clauses, and of those `allowed`, may fail too: a smaller size is a lower cap height as well.
    """

    change: Callable[[Item], Item | None]
    found: set[tuple[str, str]]
    allowed: tuple[str, ...] = ()
    added: tuple[Item, ...] = ()
    is_exact: bool = True


def same(item: Item) -> Item:
    return item


WRONG: dict[str, Wrong] = {
    "frame to the right": Wrong(moved("frame", right=0.3), {("3.2", "distance")}),
    "frame down": Wrong(moved("frame", down=0.3), {("3.2", "distance"), ("4.1", "gap"), ("5", "foot")}),
    "frame wider": Wrong(changed("frame", width=mm(7.3)), {("3.2", "width"), ("4.1", "gap"), ("5", "foot")}),
    "frame without a corner": Wrong(same, {("3.2", "whole")}, added=(ink(6.9, 6.9, 7.2, 7.2, "#e4f1fa"),)),
    "ink outside the frame": Wrong(same, {("3.2", "outside")}, added=(ink(2, 90, 0.5, 8),)),
    "no frame": Wrong(without("frame"), {("3.2", "presence")}),
    "state emblem down": Wrong(moved("state-emblem", down=0.3), {("4.1", "gap"), ("4.2", "gap")}),
    "state emblem to the right": Wrong(moved("state-emblem", right=0.3), {("4.1", "across-centre")}),
    "state emblem larger": Wrong(
        grown("state-emblem", 0.3), {("4.1", "diameter-across"), ("4.1", "diameter-down"), ("4.2", "gap")}
    ),
    "no state emblem": Wrong(without("state-emblem"), {("4.1", "presence")}),
    "ministry emblem down": Wrong(moved("ministry-emblem", down=0.3), {("3.1, emblem", "middle-down")}),
    "ministry emblem to the left": Wrong(moved("ministry-emblem", right=-0.3), {("3.1, emblem", "across-centre")}),
    "wrong background": Wrong(changed("background", colour="#e4fae4"), {("3.1, background", "colour")}),
    "background with a margin": Wrong(
        changed("background", box=Box(mm(1), mm(1), mm(295), mm(208))), {("3.1, background", "bleed"), ("3.2", "outside")}
    ),
    "organization down": Wrong(moved("organization", down=0.3), {("4.2", "gap"), ("4.3", "gap")}),
    "organization to the right": Wrong(moved("organization", right=0.3), {("4.2", "across-centre")}),
    "organization 13.5 pt": Wrong(changed("organization", font=Font(pt(13.5), bold=True)), {("4.2", "size")}, is_exact=False),
    "organization in small letters": Wrong(lowered("organization"), {("4.2", "capitals")}, is_exact=False),
    "title down": Wrong(moved("title", down=0.3), {("4.3", "gap"), ("5", "gap")}),
    "title to the left": Wrong(moved("title", right=-0.3), {("4.3", "across-centre")}),
    "title 47 pt": Wrong(changed("title", font=Font(pt(47), bold=True)), {("4.3", "size")}, is_exact=False),
    "title not bold": Wrong(changed("title", font=Font(pt(48))), {("4.3", "face")}, is_exact=False),
    "title in small letters": Wrong(lowered("title"), {("4.3", "capitals"), ("4.3", "text")}, is_exact=False),
    "title misspelt": Wrong(respelt("title", "ФИКАТ", "ФИКТ"), {("4.3", "text")}, is_exact=False),
    "no title": Wrong(without("title"), {("4.3", "text")}),
    "first line down": Wrong(moved("person", down=0.3), {("5", "gap")}),
    "first line to the right": Wrong(moved("person", right=0.3), {("5, line 1", "across-centre")}),
    "no first line": Wrong(without("person"), {("5, line 1", "text"), ("5", "lines")}),
    "first line 10 pt": Wrong(
        changed("person", font=Font(pt(10))), {("5, line 1", "size"), ("5", "one-size")}, ("5",), is_exact=False
    ),
    "second line 12 pt": Wrong(changed("period", font=Font(pt(12))), {("5", "one-size")}, ("5, line 2",), is_exact=False),
    "text of another form": Wrong(
        respelt("course", "қайта даярлау", "біліктілікті арттыру"), {("5, line 4", "text")}, is_exact=False
    ),
    "text cut": Wrong(respelt("course", "тақырыбы бойынша ", ""), {("5, line 4", "text")}, is_exact=False),
    "no line to sign on": Wrong(without("signature"), {("5, line 5, signature", "presence")}),
    "line to sign on shorter": Wrong(
        changed("signature", box=Box(mm(100.715), mm(172.647), mm(40), mm(0.15))), {("5, line 5, signature", "length")}
    ),
    "line to sign on to the right": Wrong(moved("signature", right=0.3), {("5, line 5, signature", "gap")}),
    "number out of its row": Wrong(moved("number", down=0.3), {("5, line 6, right", "level")}),
    "no number": Wrong(without("number"), {("5, line 6, right", "text")}),
    "text over the frame": Wrong(same, {("3.2", "letters-inside")}, added=(stray(8.0, 100.0),)),
    "text outside the frame": Wrong(same, {("3.2", "letters-inside")}, added=(stray(1.0, 204.0),)),
}


def wrong_page(wrong: Wrong) -> Page:
    page = page_of(RETRAINING)
    items = [replaced for item in page.items if (replaced := wrong.change(item)) is not None]
    return Page(page.width, page.height, (*items, *wrong.added))


@pytest.fixture(scope="module", params=[paint_pages, press_pages], ids=["weasyprint", "press"])
def wrong_volume(request: pytest.FixtureRequest) -> Report:
    """All wrong certificates in one file: of a volume from the press, preflight renders what differs from the page before."""
    info = document_info(load_form(RETRAINING), [record_of(RETRAINING)])
    pdf = request.param(list(map(wrong_page, WRONG.values())), info, artwork_folders())
    return preflight(pdf, load_form(RETRAINING), "wrong.pdf")


@pytest.mark.slow
@pytest.mark.parametrize("name", WRONG)
@pytest.mark.clause(
    "422", "3.1, background", "3.1, emblem", "3.2", "4.1", "4.2", "4.3", "5", "5, line 1", "5, line 4",
    "5, line 5, signature", "5, line 6, right",
)  # fmt: skip
def test_one_wrong_thing_is_found_under_its_clause_and_nowhere_else(wrong_volume, name):
    wrong, found = WRONG[name], failed(wrong_volume, list(WRONG).index(name) + 1)
    assert wrong.found <= found
    if wrong.is_exact:
        assert found == wrong.found
    assert {clause for clause, _check in found} <= {clause for clause, _check in wrong.found} | set(wrong.allowed)


@pytest.mark.slow
def test_a_line_that_the_form_does_not_have_is_remarked_on_its_own_page():
    info, page = document_info(load_form(RETRAINING), [record_of(RETRAINING)]), page_of(RETRAINING)
    line = RuleItem("line", Layer.DATA, Box(mm(40), mm(150), mm(50), mm(0.2)), "#14296b")
    struck = Page(page.width, page.height, (*page.items, line))
    for paint in (paint_pages, press_pages):
        report = preflight(paint([page, struck, page, page], info, artwork_folders()), load_form(RETRAINING))
        odd = [finding for finding in report.findings if finding.check == "other-ink"]
        assert [(each.page, each.measured) for each in odd] == [(2, "ink at 40 mm from the left, 150 mm from the top")]
        assert report.passed


@pytest.mark.slow
@pytest.mark.slow
def test_progress_is_called_after_each_page(right):
    calls = []
    preflight(right, load_form(RETRAINING), progress=lambda done, pages: calls.append((done, pages)))
    assert calls == [(1, 1)]


@pytest.mark.slow
def test_measures_are_reported_as_measured(wrong_volume):
    page = list(WRONG).index("state emblem down") + 1
    gaps = [f for f in wrong_volume.failures if f.page == page and f.clause == "4.1"]
    assert [(gap.prescribed, gap.measured) for gap in gaps] == [("2 mm", "2.29 mm")]


# Files changed after they were painted.


def rewritten(pdf: bytes, change: Callable[[PdfWriter], None]) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    change(writer)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def bold_fonts(writer: PdfWriter):
    fonts = writer.pages[0]["/Resources"]["/Font"].values()
    return [font.get_object() for font in fonts if "Bold" in font["/BaseFont"]]


def unembed(writer: PdfWriter) -> None:
    for font in bold_fonts(writer):
        del font["/DescendantFonts"][0]["/FontDescriptor"]["/FontFile2"]


def rename(writer: PdfWriter) -> None:
    for font in bold_fonts(writer):
        font[NameObject("/BaseFont")] = NameObject("/ABCDEF+Arial-BoldMT")
        font["/DescendantFonts"][0].get_object()[NameObject("/BaseFont")] = NameObject("/ABCDEF+Arial-BoldMT")


def enlarge(writer: PdfWriter) -> None:
    page = writer.pages[0]
    for name in ("/MediaBox", "/TrimBox", "/BleedBox"):
        page[NameObject(name)] = RectangleObject((0, 0, float(page.mediabox.width) + 1, page.mediabox.height))


def crop(writer: PdfWriter) -> None:
    page = writer.pages[0]
    page[NameObject("/CropBox")] = RectangleObject((9, 9, float(page.mediabox.width) - 9, float(page.mediabox.height) - 9))


def turn(writer: PdfWriter) -> None:
    writer.pages[0][NameObject("/Rotate")] = NumberObject(90)


def double(writer: PdfWriter) -> None:
    writer.pages[0][NameObject("/UserUnit")] = FloatObject(2)


def forget(writer: PdfWriter) -> None:
    del writer.root_object["/Lang"]
    writer.metadata = {}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "found"),
    [
        (unembed, {("4.2", "embedded"), ("4.3", "embedded"), ("", "font-embedded")}),
        (rename, {("4.2", "face"), ("4.3", "face")}),
        (enlarge, {("2", "size")}),
        (crop, {("2", "boxes")}),
        (turn, {("2", "rotation")}),
        (double, {("2", "size"), ("4.3", "size"), ("4.2", "size")}),
        (forget, {("", "title"), ("", "language")}),
    ],
)
@pytest.mark.clause("422", "2", "4.2", "4.3")
def test_a_changed_file_is_found(right, change, found):
    report = preflight(rewritten(right, change), load_form(RETRAINING))
    assert found <= failed(report)
    if change in (unembed, rename, turn, forget):
        assert failed(report) == found


@pytest.mark.slow
def test_a_page_moved_within_larger_boxes_is_measured_from_its_own_edges(right):
    def shift(writer: PdfWriter) -> None:
        page = writer.pages[0]
        page[NameObject("/MediaBox")] = RectangleObject([float(side) for side in page.mediabox])
        page.add_transformation((1, 0, 0, 1, 100, -50))
        moved_box = [float(side) + by for side, by in zip(page.mediabox, (100, -50, 100, -50), strict=True)]
        for name in ("/MediaBox", "/TrimBox", "/BleedBox", "/CropBox"):
            page[NameObject(name)] = RectangleObject(moved_box)

    report = preflight(rewritten(right, shift), None)
    assert report.passed, report.as_table()


def test_a_hyphen_that_ends_a_line_is_read_as_one():
    record = {"organization": "А" * 60 + "-" + "Б" * 20}
    report = preflight(painted(RETRAINING, [page_of(RETRAINING, **record)]), None)
    texts = [finding.measured for finding in report.findings if (finding.clause, finding.check) == ("4.2", "text")]
    assert texts == ["А" * 60 + "- " + "Б" * 20]


# What preflight answers.


@pytest.mark.slow
def test_the_form_is_read_from_the_file(right):
    assert form_of(right) == RETRAINING
    assert preflight(right, None).form == RETRAINING


@pytest.mark.slow
def test_a_file_that_names_no_form_needs_one_named(right):
    with pytest.raises(UsageError, match="does not say which form"):
        preflight(rewritten(right, forget), None)


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\nno", b"PK\x03\x04" * 40])
def test_a_damaged_file_is_refused(pdf):
    with pytest.raises(DataError) as refusal:
        preflight(pdf, load_form(RETRAINING), "x.pdf")
    assert refusal.value.problems[0].where.file == "x.pdf"
    assert ("Only PDF files are measured" in str(refusal.value)) == (not pdf.startswith(b"%PDF-"))
    with pytest.raises(DataError):
        form_of(pdf)


def vast(writer: PdfWriter) -> None:
    writer.pages[0][NameObject("/MediaBox")] = RectangleObject((0, 0, 14400, 14400))


def without_area(writer: PdfWriter) -> None:
    writer.pages[0][NameObject("/UserUnit")] = FloatObject(0)


def uncounted(writer: PdfWriter) -> None:
    writer.pages[0][NameObject("/Type")] = NameObject("/Nothing")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "words"),
    [(vast, "page 1 is 5080 × 5080 mm"), (without_area, "page 1 is 0 × 0 mm"), (uncounted, "its pages cannot be counted")],
)
def test_a_page_that_cannot_be_measured_is_refused(right, change, words):
    """A file of no page that anybody measured must not pass."""
    with pytest.raises(DataError, match=words):
        preflight(rewritten(right, change), load_form(RETRAINING))


def test_what_a_damaged_file_says_of_its_letters_harms_no_terminal():
    """Half of a character cannot be written at all, and an escape would steer a terminal."""

    def rename_letters(writer: PdfWriter) -> None:
        for number in range(1, len(writer._objects) + 1):
            stream = writer.get_object(number)
            if isinstance(stream, StreamObject) and b"begincmap" in stream.get_data():
                mapping = re.sub(rb"<(04[0-3].)><04..>", rb"<\1><D800>", stream.get_data())
                stream.set_data(re.sub(rb"<(04[4-F].)><04..>", rb"<\1><001B>", mapping))

    info = document_info(load_form(RETRAINING), [record_of(RETRAINING)])
    pdf = press_pages([page_of(RETRAINING)], info, artwork_folders())
    report = preflight(rewritten(pdf, rename_letters), load_form(RETRAINING))
    assert not report.passed
    assert "\x1b" not in report.as_table()
    assert (report.as_table() + json.dumps(report.as_json(), ensure_ascii=False)).encode()


@pytest.mark.slow
def test_what_a_child_measures_is_what_is_measured_here(right, monkeypatch):
    steps: list[tuple[int, int]] = []
    there = preflight(right, load_form(RETRAINING), "a.pdf", progress=lambda done, pages: steps.append((done, pages)))
    monkeypatch.setattr(measuring, "_has_additions", lambda: True)
    assert preflight(right, load_form(RETRAINING), "a.pdf") == there
    assert steps == [(page, there.pages) for page in range(1, there.pages + 1)]


@pytest.mark.slow
def test_a_file_that_ends_pdfium_is_refused_by_name(right, monkeypatch):
    monkeypatch.setattr(measuring, "page_measures", confined_operations.leave_amid)
    with pytest.raises(DataError, match=r"^strange\.pdf: the program that reads it has ended amid the work\n.*damaged"):
        preflight(right, load_form(RETRAINING), "strange.pdf")


@pytest.mark.slow
def test_a_file_cut_off_is_refused_or_fails(right):
    for length in (len(right) // 3, len(right) // 2, len(right) - 400):
        with suppress(DataError):
            assert not preflight(right[:length], load_form(RETRAINING)).passed


@pytest.mark.slow
def test_a_table_of_a_volume_says_once_what_pages_share(wrong_volume):
    table = wrong_volume.as_table()
    assert "2.29 mm" in table
    assert table.count("crop and trim box") == 1
    widths = {len(line) for line in table.splitlines() if line.endswith(("pass", "FAIL"))}
    assert max(widths) < 220
    assert f"1–{len(WRONG)}" in table


@pytest.mark.slow
def test_a_report_is_plain_values(wrong_volume):
    answer = json.loads(json.dumps(wrong_volume.as_json(), ensure_ascii=False))
    assert answer["file"] == "wrong.pdf"
    assert answer["passed"] is False
    first = answer["findings"][0]
    assert set(first) == {"clause", "place", "check", "what", "prescribed", "measured", "verdict", "page"}
    assert {finding["verdict"] for finding in answer["findings"]} <= {"pass", "remark", "fail"}
