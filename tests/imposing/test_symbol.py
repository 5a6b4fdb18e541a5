"""The symbol of a sheet is read back from a rendering, by another library than the one that drew it."""

from __future__ import annotations

import random

import numpy
import pytest
import segno
import zxingcpp
from imposing.test_stacks import SCHEMES, SIZES, imposed
from PIL import Image
from support import processes
from support.calling import run
from support.imposing import certificates, volume
from support.reading import words

from docgen.imposing.symbol import LEVEL, MASK, MODULES, ROW, SheetCode, common_pattern, own_pattern


def read(pdf, folder) -> list[str]:
    """Return what is read from each sheet at 300 dpi."""
    processes.run(["pdftoppm", "-r", "300", "-gray", pdf, folder / "sheet"], check=True)
    found = []
    for path in sorted(folder.glob("sheet-*.pgm")):
        codes = zxingcpp.read_barcodes(Image.open(path))
        assert len(codes) == 1
        found.append(codes[0].text)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("scheme", [scheme for scheme in SCHEMES if scheme != "single"])  # its page has no room for a symbol
def test_job_lift_sheet_and_side_are_read_from_each_side(tmp_path, scheme):
    """Two sheets in lifts of one, both sides: lift and sheet go up together, the job is the same on all."""
    per_sheet = {"sra3-2xa4": 2, "330x488-2xa4": 2}.get(scheme, 4)
    labels = [f"{number:05d}{side}" for number in range(1, per_sheet + 2) for side in "FB"]
    texts = read(imposed(tmp_path, volume(labels, SIZES[scheme]), scheme, "--duplex", "--depth", 1), tmp_path)
    assert [(text[6:15], text[15:24], text[24:]) for text in texts] == [
        (f"{sheet:09d}", f"{sheet:09d}", side) for sheet in (1, 2) for side in ("001", "002")
    ]
    [job] = {text[:6] for text in texts}
    assert job.isdigit()


@pytest.mark.slow
def test_the_job_sheet_says_the_figures_of_the_job_and_a_reprint_has_the_same(tmp_path):
    pdf = imposed(tmp_path, volume("123", (210, 297)), "sra3-2xa4", "--job-sheet", tmp_path / "job.pdf")
    (tmp_path / "all").mkdir()
    (tmp_path / "one").mkdir()
    texts = read(pdf, tmp_path / "all")
    assert f"Symbol {texts[0][:6]}, then lift, sheet and side of each sheet" in words((tmp_path / "job.pdf").read_bytes())
    options = ["--scheme", "sra3-2xa4", "--sheets", 2, "-o", tmp_path / "again.pdf"]
    assert run("impose", tmp_path / "volume.pdf", *options).exit_code == 0
    assert read(tmp_path / "again.pdf", tmp_path / "one") == texts[1:]


@pytest.mark.slow
def test_it_is_in_black_ink_alone(tmp_path):
    """Left of the page, 11.5 + 6 mm above the lower edge: dark modules on the plate of black, nothing on the others."""
    (tmp_path / "volume.pdf").write_bytes(certificates([1]))
    assert run("impose", tmp_path / "volume.pdf", "--scheme", "sra3-2xa4", "-o", tmp_path / "sheets.pdf").exit_code == 0
    command = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=tiffsep", "-r300", f"-sOutputFile={tmp_path / 'plate%d.tif'}"]
    processes.run([*command, tmp_path / "sheets.pdf"], check=True, capture_output=True)
    dot = 300 / 25.4
    top, left, right = (round(each * dot) for each in (320 - 11.5 - 6 - 5.4, 2.4, 8.1))
    dark = {}
    for path in tmp_path.glob("plate1(*"):
        plate = numpy.asarray(Image.open(path).convert("L"))
        dark[path.name[7:-5]] = (plate[top : top + round(5.4 * dot), left:right] < 128).mean()
    assert dark.pop("Black") > 0.3
    assert len(dark) == 3
    assert set(dark.values()) == {0.0}


def test_it_is_put_together_as_segno_draws_it():
    """Of what sheets have in common, and what is a sheet's own."""
    chance = random.Random(7)
    for _number in range(100):
        job, lift, sheet = f"{chance.randrange(10**6):06d}", chance.randrange(10**9), chance.randrange(10**9)
        code = SheetCode(job, lift, sheet, chance.random() < 0.5)
        drawn = segno.make_qr(code.figures, error=LEVEL, version=1, mode="numeric", mask=MASK, boost_error=False)
        parts = (common_pattern(code._replace(sheet=0)), own_pattern(code))
        bits = "".join(f"{one | other:08b}" for one, other in zip(*parts, strict=True))
        rows = [bits[row * ROW * 8 :][:MODULES] for row in range(MODULES)]
        assert rows == ["".join(map(str, row)) for row in drawn.matrix]


@pytest.mark.slow
def test_where_there_is_no_room_it_is_left_out_and_said_so(tmp_path):
    """(440 − 2 · 210) / 2 − 3 − 2.5 = 4.5 mm left of the bleed are less than 25 modules of 0.25 mm."""
    (tmp_path / "own.toml").write_text('sheet = ["440mm", "320mm"]\npage = ["210mm", "297mm"]\ncolumns = 2\nrows = 1\n', "utf-8")
    (tmp_path / "volume.pdf").write_bytes(volume("1", (210, 297)))
    result = run("impose", tmp_path / "volume.pdf", "--scheme", tmp_path / "own.toml", "-o", tmp_path / "sheets.pdf")
    assert result.exit_code == 0
    assert "own: the sheets have no symbol: there is no room for it left of the pages" in result.output
    processes.run(["pdftoppm", "-r", "300", "-gray", tmp_path / "sheets.pdf", tmp_path / "sheet"], check=True)
    assert zxingcpp.read_barcodes(Image.open(next(tmp_path.glob("sheet-*.pgm")))) == []
