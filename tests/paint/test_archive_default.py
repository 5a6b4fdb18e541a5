"""What nobody says the purpose of is for the archive, and what would break that is a problem with the way out."""

from __future__ import annotations

import io
import shutil
import struct
from pathlib import Path

import pypdf
import pytest
from fontTools.ttLib import TTFont
from PIL import Image
from support import verapdf
from support.calling import run
from support.places import ROOT
from support.records import record_of

import docgen
from docgen.errors import UsageError

CERTIFICATE, LIST = "retraining-certificate", "trainee-list"
TABLE = ROOT / "samples" / "people.xlsx"


def claims(pdf: bytes) -> str:
    """Return what a file claims: the part and level of PDF/A, and of PDF/UA."""
    root = pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    if "/Metadata" not in root:
        return ""
    packet = root["/Metadata"].get_data().decode()
    known = {"2A": "<pdfaid:conformance>A", "2B": "<pdfaid:conformance>B", "UA-1": "<pdfuaid:part>1", "X-4": "PDF/X-4<"}
    return ", ".join(name for name, text in known.items() if text in packet)


def written(tmp_path: Path, *args: object) -> bytes:
    result = run(*args, "-o", tmp_path / "out.pdf")
    assert result.exit_code == 0, result.output
    return (tmp_path / "out.pdf").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("form", [CERTIFICATE, LIST])
def test_a_document_is_for_the_archive_unless_it_is_to_be_plain(form, tmp_path):
    record = record_of(form)
    assert claims(docgen.render(form, record)) == "2A, UA-1"
    assert docgen.render(form, record) == docgen.render(form, record, purpose="archive")
    assert claims(docgen.render(form, record, purpose="plain")) == ""
    assert run("forms", "sample", form, "-o", tmp_path / "record.toml").exit_code == 0
    assert claims(written(tmp_path, "render", form, tmp_path / "record.toml")) == "2A, UA-1"
    assert claims(written(tmp_path, "render", form, tmp_path / "record.toml", "--for", "plain")) == ""


def test_a_batch_has_volumes_of_level_b_and_own_files_of_level_a(tmp_path):
    options = ["--ignore", "*", "--only", "3-4", "--each", "{number}"]
    for name, more, volume, own in (("default", [], "2B", "2A, UA-1"), ("plain", ["--for", "plain"], "", "")):
        assert run("batch", CERTIFICATE, TABLE, "-o", tmp_path / name, *options, *more).exit_code == 0
        assert claims((tmp_path / name / f"{CERTIFICATE}-001.pdf").read_bytes()) == volume
        files = sorted((tmp_path / name / "each").iterdir())
        assert [claims(path.read_bytes()) for path in files] == [own, own]


def test_a_job_says_plain_as_the_option_does(tmp_path):
    lines = ["version = 1", 'name = "Course"', f'form = "{CERTIFICATE}"', 'ignore = ["*"]', 'only = ["3"]', 'output = "out"']
    text = "\n".join([*lines, 'for = "plain"', "[table]", f'path = "{TABLE}"'])
    (tmp_path / "job.toml").write_text(text, "utf-8")
    result = run("batch", tmp_path / "job.toml")
    assert result.exit_code == 0, result.output
    assert claims((tmp_path / "out" / f"{CERTIFICATE}-001.pdf").read_bytes()) == ""


def test_what_has_no_purpose_of_the_kind_stays_as_it_was():
    """Word documents, images, and fixed pages by WeasyPrint, which are there to be compared with."""
    record = record_of(CERTIFICATE)
    assert docgen.render(CERTIFICATE, record, "png").startswith(b"\x89PNG")
    assert docgen.render(CERTIFICATE, record, "docx").startswith(b"PK")
    assert claims(docgen.render(CERTIFICATE, record, engine="weasyprint")) == ""
    with pytest.raises(UsageError, match="cannot be printed with --for archive as docx"):
        docgen.render(CERTIFICATE, record, "docx", purpose="archive")


def test_a_face_whose_licence_forbids_embedding_is_refused_with_the_way_out(tmp_path):
    names = {"Regular": "times", "Bold": "timesbd", "Italic": "timesi", "BoldItalic": "timesbi"}
    for style, name in names.items():
        face = TTFont(ROOT / "fonts" / f"LiberationSerif-{style}.ttf")
        face["OS/2"].fsType = 2 if style == "Bold" else 8  # restricted; editable (OpenType, OS/2)
        face.save(tmp_path / f"{name}.ttf")
    with pytest.raises(UsageError) as refused:
        docgen.render(CERTIFICATE, record_of(CERTIFICATE), fonts=tmp_path)
    assert refused.value.problems[0].code == "font-not-embeddable"
    assert "--for plain" in refused.value.problems[0].hint
    assert docgen.render(CERTIFICATE, record_of(CERTIFICATE), fonts=tmp_path, purpose="plain").startswith(b"%PDF")


def emblems(folder: Path, mode: str, colour: tuple[int, ...]) -> Path:
    """Fill a folder with pictures for both emblems, and the shipped ornament."""
    folder.mkdir()
    for name in ("state-emblem", "ministry-emblem"):
        picture = Image.new(mode, (1400, 1400), colour)
        picture.paste((200, 30, 30, 90)[: len(colour)], (300, 300, 1100, 1100))
        picture.save(folder / f"{name}.png")
    for path in (ROOT / "forms" / "artwork").glob("ornament*"):
        shutil.copy(path, folder)
    return folder


@pytest.mark.java
@pytest.mark.slow
def test_an_emblem_that_is_see_through_conforms(tmp_path):
    """PDF/A-2 allows transparency where the blending space is known (6.2.10), which the output intent says."""
    folder, files = emblems(tmp_path / "artwork", "RGBA", (0, 60, 120, 0)), tmp_path / "files"
    files.mkdir()
    (files / "page.pdf").write_bytes(docgen.render(CERTIFICATE, record_of(CERTIFICATE), artwork=folder))
    for flavour in ("2a", "ua1"):
        assert verapdf.failures(flavour, [files / "page.pdf"]) == {"page.pdf": []}


@pytest.mark.slow
def test_an_emblem_in_cmyk_or_jpeg_2000_is_refused_whatever_the_file_is_for(tmp_path):
    """A PNG has no CMYK, and pictures of other kinds are none that are taken."""
    folder = emblems(tmp_path / "artwork", "RGB", (0, 60, 120))
    (folder / "state-emblem.png").write_bytes(struct.pack(">I4s", 12, b"jP  ") + b"\r\n\x87\n")
    with pytest.raises(docgen.DataError, match="it is no PNG"):
        docgen.render(CERTIFICATE, record_of(CERTIFICATE), artwork=folder)


def test_a_picture_of_a_fixed_form_without_words_is_remarked_on(tmp_path):
    assert run("forms", "copy", CERTIFICATE, tmp_path / "forms", "--as", "own-certificate").exit_code == 0
    definition = tmp_path / "forms" / "shared" / "ministry-certificate.toml"
    lines = definition.read_text("utf-8").splitlines(keepends=True)
    definition.write_text("".join(line for line in lines if "Елтаңбасы" not in line), "utf-8")
    assert run("forms", "sample", CERTIFICATE, "-o", tmp_path / "record.toml").exit_code == 0
    options = ["render", "own-certificate", tmp_path / "record.toml", "--forms", tmp_path / "forms", "-o", tmp_path / "out.pdf"]
    result = run(*options)
    assert result.exit_code == 0, result.output
    assert "a picture does not say in words what it shows: state-emblem" in result.output
    assert "it shows" not in run(*options, "--for", "plain").output
