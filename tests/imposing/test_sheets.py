"""Sheets of certificates: the pages as they are, PDF/X-4 where the volumes are, each thing once, the same bytes again."""

from __future__ import annotations

import io
import re
import tracemalloc

import numpy
import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from support import processes
from support.calling import run
from support.imposing import DPI, PT, certificates, cut, volume
from support.reading import words

from docgen.imposing import ImposingOptions, open_imposition
from docgen.inks import open_profile


@pytest.fixture(scope="module")
def volumes(tmp_path_factory):
    """Two volumes of a press batch, of five certificates and of two."""
    folder = tmp_path_factory.mktemp("volumes")
    (folder / "a.pdf").write_bytes(certificates(range(501, 506)))
    (folder / "b.pdf").write_bytes(certificates(range(506, 508)))
    return [folder / "a.pdf", folder / "b.pdf"]


@pytest.fixture(scope="module")
def sheets(volumes, tmp_path_factory):
    path = tmp_path_factory.mktemp("sheets") / "sheets.pdf"
    result = run("impose", *volumes, "--scheme", "sra3-2xa4", "-o", path, "--job", "Курс 507")
    assert result.exit_code == 0, result.output
    assert result.output == ("• sheet 4: 1 position stays empty\n" + f"{path}: 7 records, 4 sheets, 1 lift, waste 24.2 %\n")
    return path


def rendered(pdf, folder, page=1):
    processes.run(["pdftoppm", "-r", DPI, "-f", page, "-l", page, "-singlefile", pdf, folder / "page"], check=True)
    return numpy.asarray(Image.open(folder / "page.ppm").convert("RGB")).astype(int)


@pytest.mark.slow
def test_a_piece_shows_its_page_and_its_bleed(volumes, sheets, tmp_path):
    """Page 5 of the first volume is on sheet 1 in position 2, turned to the left; it begins at no whole pixel of the sheet."""
    piece = cut(sheets)[0][1]
    assert "00505" in piece.words
    page, upright = rendered(volumes[0], tmp_path, 5), numpy.rot90(piece.around, -1).astype(int)
    height, width = (min(sides) - 8 for sides in zip(page.shape[:2], upright.shape[:2], strict=True))
    inner = page[4 : 4 + height, 4 : 4 + width]
    shifts = [(down, across) for down in range(8) for across in range(8)]
    assert min(numpy.abs(inner - upright[y : y + height, x : x + width]).mean() for y, x in shifts) < 6


def places_of_words(pdf, page):
    """Return the middle of each word of a page, in mm from its upper left corner."""
    text = processes.run(["pdftotext", "-bbox", "-f", page, "-l", page, pdf, "-"], check=True, capture_output=True)
    found = re.findall(r'xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)<', text.stdout.decode())
    return [(text, (float(x0) + float(x1)) / 2 / PT, (float(y0) + float(y1)) / 2 / PT) for x0, y0, x1, y1, text in found]


def test_words_are_where_the_page_has_them(volumes, sheets):
    """Page 1 is in position 1 of sheet 1: its trim begins 12 mm from the left and ends 11.5 mm from below; turned to the left."""
    expected = sorted((text, 12 + y - 3, 11.5 + 297 - (x - 3)) for text, x, y in places_of_words(volumes[0], 1))
    found = sorted(each for each in places_of_words(sheets, 1) if 12 < each[1] < 222)
    assert "00501" in [text for text, _x, _y in found]
    assert [text for text, _x, _y in found] == [text for text, _x, _y in expected]
    assert [place for _text, *place in found] == [pytest.approx(place, abs=0.005) for _text, *place in expected]


def test_volumes_for_the_press_give_sheets_for_the_press(volumes, sheets):
    """ISO 15930-7: the version in XMP and Info, the intent of the volumes byte for byte, three boxes on each page, an /ID."""
    reader = PdfReader(sheets)
    root, info = reader.trailer["/Root"], reader.trailer["/Info"]
    packet = root["/Metadata"].get_data().decode()
    assert reader.pdf_header == "%PDF-1.6"
    assert (info["/GTS_PDFXVersion"], info["/Trapped"], info["/Title"]) == ("PDF/X-4", "/False", "Курс 507")
    assert "<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>" in packet
    [intent] = root["/OutputIntents"]
    assert (intent["/S"], intent["/OutputConditionIdentifier"]) == ("/GTS_PDFX", "FOGRA39")
    assert intent["/DestOutputProfile"].get_data() == open_profile().content
    assert len(reader.trailer["/ID"]) == 2
    for page in reader.pages:
        for name in ("/MediaBox", "/BleedBox", "/TrimBox"):
            assert [float(side) / PT for side in page.get_object()[name]] == pytest.approx([0, 0, 450, 320], abs=0.001)
    for each in PdfWriter(clone_from=io.BytesIO(sheets.read_bytes()))._objects:
        assert not re.search(r"/(DeviceRGB|CalRGB|Lab)\b", repr(each))


def test_qpdf_finds_no_fault(sheets):
    processes.run(["qpdf", "--check", sheets], check=True, capture_output=True)


def test_what_the_volumes_have_alike_is_in_the_sheets_once(volumes, sheets):
    backgrounds = set()
    for page in PdfReader(sheets).pages:
        forms = page["/Resources"]["/XObject"]
        for name in forms:
            if name.startswith("/P"):
                backgrounds.add(forms[name]["/Resources"]["/XObject"].raw_get("/G0").idnum)
    assert len(backgrounds) == 1


def test_the_slug_names_job_sheet_lift_numbers_and_condition_and_no_person(sheets):
    text = words(sheets.read_bytes())
    assert "Курс 507 · 2026-02-06 · PDF/X-4, FOGRA39 · 4 sheets · lift 1 · sheet 1 · 00501, 00505" in text
    assert "sheet 4 · 00504" in text


@pytest.mark.slow
def test_the_colour_of_registration_is_on_all_plates(sheets, tmp_path):
    """A crop mark: above the left trim of the first page, 14.5 mm from the left, 5 mm below the upper edge."""
    words_ = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=tiffsep", "-r300", "-dLastPage=1"]
    processes.run([*words_, f"-sOutputFile={tmp_path / 'plate%d.tif'}", sheets], check=True, capture_output=True)
    plates = [numpy.asarray(Image.open(path).convert("L")) for path in tmp_path.glob("plate1(*")]
    assert len(plates) == 4
    row, column = round(6 / 25.4 * 300), round(12 / 25.4 * 300)
    for plate in plates:
        assert plate[row, column - 3 : column + 4].min() == 0


def content_of(page):
    """Return all that a sheet draws: its streams, and the forms that they show."""
    forms = page["/Resources"]["/XObject"]
    return [page.get_contents().get_data(), *(forms[name].get_data() for name in sorted(forms))]


def test_spoiled_sheets_are_printed_again_the_same(volumes, sheets, tmp_path):
    result = run(
        "impose", *volumes, "--scheme", "sra3-2xa4", "--job", "Курс 507", "-o", tmp_path / "again.pdf", "--sheets", "2-3"
    )
    assert result.exit_code == 0
    assert f"{tmp_path / 'again.pdf'}: 2 sheets" in result.output
    again, whole = PdfReader(tmp_path / "again.pdf").pages, PdfReader(sheets).pages
    assert [content_of(page) for page in again] == [content_of(page) for page in whole[1:3]]


def test_the_same_volumes_give_the_same_bytes(volumes, sheets, tmp_path):
    run("impose", *volumes, "--scheme", "sra3-2xa4", "-o", tmp_path / "again.pdf", "--job", "Курс 507")
    assert (tmp_path / "again.pdf").read_bytes() == sheets.read_bytes()


@pytest.mark.slow
def test_plain_volumes_give_plain_sheets(tmp_path):
    (tmp_path / "plain.pdf").write_bytes(certificates(range(1, 4), "plain"))
    assert run("impose", tmp_path / "plain.pdf", "--scheme", "sra3-2xa4", "-o", tmp_path / "sheets.pdf").exit_code == 0
    reader = PdfReader(tmp_path / "sheets.pdf")
    assert reader.pdf_header == "%PDF-1.7"
    assert "/OutputIntents" not in reader.trailer["/Root"]
    assert [[word for word in piece.words if word.startswith("000")] for piece in _trimmed(tmp_path)] == [["00001"], ["00003"]]


def _trimmed(folder):
    return cut(folder / "sheets.pdf")[0]


def test_of_mixed_files_it_is_said_why_the_sheets_are_plain(volumes, tmp_path):
    (tmp_path / "c.pdf").write_bytes(certificates([508], "plain"))
    result = run("impose", volumes[0], tmp_path / "c.pdf", "--scheme", "sra3-2xa4", "-o", tmp_path / "sheets.pdf")
    assert f"• {tmp_path / 'c.pdf'}: it is no PDF/X-4, others are: the sheets are a plain PDF" in result.output
    assert "/GTS_PDFXVersion" not in PdfReader(tmp_path / "sheets.pdf").trailer["/Info"]


def test_sheets_are_hardly_larger_than_the_volume(tmp_path):
    """Without marks at most a tenth; memory and speed are measured by the benchmark."""
    (tmp_path / "volume.pdf").write_bytes(certificates(range(1, 401)))
    run("impose", tmp_path / "volume.pdf", "--scheme", "b2-4xa4", "-o", tmp_path / "sheets.pdf", "--no-marks")
    assert (tmp_path / "sheets.pdf").stat().st_size <= 1.1 * (tmp_path / "volume.pdf").stat().st_size


@pytest.mark.parametrize("options", [["--object-streams=generate"], ["--object-streams=disable"], ["--qdf"], ["--linearize"]])
def test_it_does_not_matter_how_a_file_is_written(tmp_path, options):
    (tmp_path / "plain.pdf").write_bytes(volume(["00001", "00002"], (210, 148)))
    processes.run(["qpdf", *options, tmp_path / "plain.pdf", tmp_path / "volume.pdf"], check=True)
    assert run("impose", tmp_path / "volume.pdf", "--scheme", "sra3-4xa5", "-o", tmp_path / "sheets.pdf").exit_code == 0
    assert [piece.words for piece in _trimmed(tmp_path)] == [["00001"], ["00002"], [], []]
    assert "00001, 00002" in words((tmp_path / "sheets.pdf").read_bytes())


def test_a_dry_run_says_how_much_paper_it_takes_and_writes_nothing(volumes, tmp_path):
    """Seven A4 on four SRA3: 1 − 7 · 623.7 cm² / (4 · 1440 cm²) = 24.2 %."""
    result = run("impose", *volumes, "--scheme", "sra3-2xa4", "--dry-run", "--depth", 3, "-o", tmp_path / "sheets.pdf")
    assert result.output.splitlines()[-1] == "7 records, 4 sheets, 2 lifts, waste 24.2 %"
    assert list(tmp_path.iterdir()) == []


def test_a_program_gets_the_plan_as_json(volumes):
    import json

    result = run("impose", *volumes, "--scheme", "b2-4xa4", "--dry-run", "--depth", 1, "--json")
    found = json.loads(result.stdout)
    assert (found["records"], found["sheets"], found["blanks"], found["standard"]) == (7, 2, 1, "PDF/X-4, FOGRA39")
    assert found["lifts"] == [{"sheets": [1, 1], "records": 4}, {"sheets": [2, 2], "records": 3}]
    assert [note["code"] for note in found["notes"]] == ["sheets-padded"]


def test_the_job_sheet_says_what_to_cut_and_which_numbers_each_stack_has(volumes, tmp_path):
    """Two A4 in the middle of a sheet SRA3: (450 − 426) / 2 = 12 mm from the left, (320 − 297) / 2 = 11.5 mm from below."""
    options = ["--scheme", "sra3-2xa4", "--depth", 2, "--job", "Курс 507", "--job-sheet", tmp_path / "job.pdf"]
    assert run("impose", *volumes, *options).exit_code == 0
    text = words((tmp_path / "job.pdf").read_bytes())
    for said in (
        "Курс 507", "a.pdf, b.pdf", "450 × 320 mm", "4, in lifts of 2", "12, 222, 228, 438 mm", "11.5, 308.5 mm",
        "1 1 – 2 1 00501 – 00502 2", "1 1 – 2 2 00503 – 00504 2", "2 3 – 4 1 00505 – 00506 2", "2 3 – 4 2 00507 1",
    ):  # fmt: skip
        assert said in text


def test_a_record_without_a_bookmark_is_called_by_its_place(tmp_path):
    (tmp_path / "volume.pdf").write_bytes(volume(["A", "B", "C"], (210, 297)))
    with open_imposition([tmp_path / "volume.pdf"], "sra3-2xa4", ImposingOptions(depth=5)) as imposition:
        assert [imposition.name(record) for record in range(3)] == ["1", "2", "3"]


def test_without_marks_nothing_is_outside_the_bleed(tmp_path):
    (tmp_path / "volume.pdf").write_bytes(volume(["00001"], (210, 148)))
    run("impose", tmp_path / "volume.pdf", "--scheme", "sra3-4xa5", "-o", tmp_path / "sheets.pdf", "--no-marks")
    sheet = rendered(tmp_path / "sheets.pdf", tmp_path)
    left, lower = (round(side / 25.4 * DPI) for side in (450 / 2 - 3 - 210 - 3, 320 / 2))
    assert (sheet[:, : left - 2] == 255).all()
    assert (sheet[lower + 3 :] == 255).all()


@pytest.mark.slow
def test_memory_does_not_grow_with_the_volume(tmp_path):
    """Of each page some hundred bytes are remembered: where it lies, its number, where it is written."""
    peaks = []
    for count in (2_500, 4_000):
        (tmp_path / "volume.pdf").write_bytes(certificates(range(1, count + 1)))
        tracemalloc.start()
        try:
            with open_imposition([tmp_path / "volume.pdf"], "sra3-2xa4") as imposition, open(tmp_path / "s.pdf", "wb") as out:
                imposition.write(out)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[1] - peaks[0] < 1_500 * 600
