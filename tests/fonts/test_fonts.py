"""Which face is used, and that the PDF names the face that it embeds."""

from __future__ import annotations

import io
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from support.records import record_of

import docgen
from docgen import fonts
from docgen.files import shipped
from docgen.fonts import faces
from docgen.fonts.faces import Font
from docgen.paint.pdf.weasy import write_pdf
from docgen.units import pt

NAMES = {
    "LiberationSerif-Regular.ttf": "times.ttf",
    "LiberationSerif-Bold.ttf": "timesbd.ttf",
    "LiberationSerif-Italic.ttf": "timesi.ttf",
    "LiberationSerif-BoldItalic.ttf": "timesbi.ttf",
}
ON_THE_SYSTEM = pytest.mark.skipif(fonts.family().is_prescribed, reason="a licensed Times New Roman is installed here")


def base_fonts(pdf: bytes) -> set[str]:
    """Return the names of the embedded fonts of the first page, subset tags left out; each must have its file."""
    names = set()
    for font in PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"].values():
        descendant = font["/DescendantFonts"][0]
        assert "/FontFile2" in descendant["/FontDescriptor"]
        tag, _plus, name = descendant["/BaseFont"].lstrip("/").partition("+")
        assert len(tag) == 6
        names.add(name)
    return names


@pytest.fixture
def licensed(tmp_path):
    """A folder with Times New Roman, as a print shop would have it: the shipped faces under its file and family names."""
    for file, name in NAMES.items():
        font = TTFont(shipped("fonts") / file)
        for entry in font["name"].names:
            renamed = entry.toUnicode().replace("Liberation Serif", "Times New Roman")
            entry.string = renamed.replace("LiberationSerif", "TimesNewRoman")
        font.save(tmp_path / name)
    return tmp_path


@ON_THE_SYSTEM
def test_liberation_serif_stands_in_and_says_so():
    pdf = docgen.render("retraining-certificate", record_of("retraining-certificate"))
    assert base_fonts(pdf) == {"LiberationSerif", "LiberationSerif-Bold"}


def test_a_licensed_times_new_roman_is_preferred(licensed, monkeypatch):
    monkeypatch.setenv("DOCGEN_FONTS", str(licensed))
    pdf = docgen.render("retraining-certificate", record_of("retraining-certificate"))
    assert base_fonts(pdf) == {"TimesNewRoman", "TimesNewRoman-Bold"}


@ON_THE_SYSTEM
@pytest.mark.parametrize("fault", ["a face missing", "a damaged face", "damaged outlines", "no Kazakh letters", "no capitals"])
def test_an_incomplete_times_new_roman_is_not_taken(licensed, monkeypatch, fault):
    bold = licensed / "timesbd.ttf"
    if fault == "a face missing":
        bold.unlink()
    elif fault == "a damaged face":
        bold.write_bytes(bold.read_bytes()[:100])
    elif fault == "damaged outlines":
        with TTFont(bold, lazy=True) as font:
            begin, length = font.reader.tables["loca"].offset, font.reader.tables["loca"].length
        content = bold.read_bytes()
        bold.write_bytes(content[:begin] + b"\x7f" * length + content[begin + length :])
    else:
        font = TTFont(bold)
        for table in font["cmap"].tables:
            table.cmap.pop(ord("Қ" if fault == "no Kazakh letters" else "H"), None)
        font.save(bold)
    monkeypatch.setenv("DOCGEN_FONTS", str(licensed))
    assert fonts.family().name == "Liberation Serif"


def test_shipped_faces_have_every_kazakh_letter_and_the_cap_height_of_times():
    family = fonts.family()
    assert family.lacks("АаӘәБбВвГгҒғДдЕеЁёЖжЗзИиЙйКкҚқЛлМмНнҢңОоӨөПпРрСсТтУуҰұҮүФфХхҺһЦцЧчШшЩщЪъЫыІіЬьЭэЮюЯя№«»–—") == []
    assert family.cap_height(Font(pt(48), bold=True)).pt == pytest.approx(48 * 1341 / 2048, abs=0.01)


def test_without_any_face_the_machine_is_at_fault(monkeypatch, tmp_path):
    monkeypatch.setattr(faces, "shipped", lambda _folder: tmp_path)
    monkeypatch.setattr(faces, "SYSTEM_FOLDERS", ())
    monkeypatch.setenv("DOCGEN_FONTS", str(tmp_path))
    with pytest.raises(docgen.MachineError, match="DOCGEN_FONTS"):
        fonts.family()


@pytest.mark.parametrize("text", ["", "14", "14mm", "bold", "bold bold 14pt", "huge 14pt", "0pt", "bold 14pt x", 14, None])
def test_a_font_that_cannot_be_read_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the caller adds the words
        fonts.font(text)


def test_the_system_copy_of_liberation_is_not_what_is_embedded(monkeypatch, tmp_path):
    """Nothing of the machine's font configuration reaches the page: a broken one changes no byte."""
    record = record_of("retraining-certificate")
    before = docgen.render("retraining-certificate", record)
    shutil.copy(shipped("fonts") / "LiberationSerif-Bold.ttf", tmp_path / "LiberationSerif-Regular.ttf")
    config = tmp_path / "fonts.conf"
    config.write_text(f"<fontconfig><dir>{tmp_path}</dir></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(config))
    assert docgen.render("retraining-certificate", record) == before


def test_a_folder_of_faces_that_is_not_there_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCGEN_FONTS", str(tmp_path / "nope"))
    with pytest.raises(docgen.UsageError, match="Check DOCGEN_FONTS"):
        docgen.render("retraining-certificate", print="blank")


def test_a_machine_without_room_for_a_temporary_file_is_told_so(monkeypatch, tmp_path):
    """Each thread has fonts of its own, made when it first paints; it was taken for a library that is missing."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with ThreadPoolExecutor(1) as thread, pytest.raises(docgen.MachineError, match="a temporary file cannot be written") as told:
        thread.submit(write_pdf, "<p>a</p>", {}).result()
    assert "TMPDIR" in told.value.problems[0].hint
