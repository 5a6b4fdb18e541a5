"""Artwork from outside: what is taken, and what would be cut, coarse, or reach beyond its own file."""

from __future__ import annotations

import io
import json
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image
from pypdf import PdfWriter
from support.records import record_of

from docgen.artwork import artwork_folders
from docgen.cli import cli
from docgen.confined import raster
from docgen.errors import DataError, UsageError
from docgen.form import load_form
from docgen.paint.pdf import weasy
from docgen.units import mm

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10">{}</svg>'
CIRCLE = '<circle cx="5" cy="5" r="5"/>'


def png(width: int, height: int, mode: str = "RGBA") -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((width, height), 50).convert(mode).save(buffer, "PNG")
    return buffer.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose picture would take `width` × `height` to unpack."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def pdf(width: float, height: float, password: str = "") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width, height)
    if password:
        writer.encrypt(password)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def load(folder: Path, name: str, content: bytes | str, *, is_square: bool = True):
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return artwork_folders(folder).load(Path(name).stem, mm(30), is_square=is_square)


def refusal(folder: Path, name: str, content: bytes | str, **options: bool):
    with pytest.raises(DataError) as error:
        load(folder, name, content, **options)
    (problem,) = error.value.problems
    assert problem.where.file.endswith(name)
    assert problem.hint
    return problem


# --- what is taken ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("e.svg", SVG.format(CIRCLE)),
        ("e.svg", SVG.format(CIRCLE).replace("0 0 10 10", "0,0,1e1,1E1")),
        ("e.svg", SVG.format(CIRCLE).encode("utf-16")),
        ("e.svg", '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://example.invalid/svg11.dtd">' + SVG.format(CIRCLE)),
        ("e.svg", SVG.format('<defs><g id="a"><rect width="1" height="1"/></g></defs>' + '<use xlink:href="#a"/>' * 50)),
        ("e.png", png(355, 355)),
        ("e.png", png(355, 355, "L")),
        ("e.png", png(355, 355, "P")),
        ("e.png", png(355, 355, "1")),
        ("e.PNG", png(355, 355)),
        ("e.pdf", pdf(100, 100)),
    ],
)
def test_a_sound_picture_is_taken(tmp_path, name, content):
    if name == "e.PNG":  # a name that a record gives, with its ending
        (tmp_path / name).write_bytes(content)
        assert artwork_folders(tmp_path).load(name, mm(30)).aspect == 1
    else:
        assert load(tmp_path, name, content).aspect == pytest.approx(1, abs=0.01)


def test_an_organization_s_own_file_comes_before_the_shipped_one(tmp_path):
    own = load(tmp_path, "state-emblem.svg", SVG.format(CIRCLE))
    assert own.content == SVG.format(CIRCLE).encode()
    assert artwork_folders().load("state-emblem", mm(30)).content != own.content


@pytest.mark.parametrize("link", ["url(#a)", "url('#a')", 'url("#a")'])
def test_a_drawing_may_refer_to_its_own_parts(tmp_path, link):
    part = "<linearGradient id='a'><stop stop-color='red'/></linearGradient><rect width='5' height='5' style='fill:{}'/>"
    drawing = SVG.format(part.format(link.replace("'", "&apos;")))
    assert load(tmp_path, "e.svg", drawing).media_type == "image/svg+xml"


def test_every_picture_that_the_forms_draw_is_shipped_and_sound():
    for form_id in ("retraining-certificate", "child-protection-certificate"):
        for name, height in load_form(form_id).artwork.items():
            assert artwork_folders().load(name, height).media_type == "image/svg+xml"


# --- what is refused --------------------------------------------------------------------------------------------------

OUTSIDE = [
    '<image xlink:href="file:///etc/passwd" width="5" height="5"/>',
    '<image href="http://127.0.0.1:9/x.png" width="5" height="5"/>',
    '<image href="data:image/png;base64,AAAA" width="5" height="5"/>',
    '<use xlink:href="file:///etc/passwd#a"/>',
    '<use href="other.svg#a"/>',
    '<a href="http://example.invalid/"><rect width="5" height="5"/></a>',
    '<a href="javascript:alert(1)"><rect width="5" height="5"/></a>',
    '<style>@import url("file:///etc/passwd");</style>',
    "<style>@import 'http://127.0.0.1:9/a.css';</style>",
    "<style>rect { fill: url(file:///etc/passwd#x) }</style>",
    '<rect fill="url(http://127.0.0.1:9/#x)" width="5" height="5"/>',
    '<rect style="fill: URL( \'http://127.0.0.1:9/#x\' )" width="5" height="5"/>',
    "<foreignObject><iframe src='file:///etc/passwd'/></foreignObject>",
]


@pytest.mark.parametrize("inside", OUTSIDE)
def test_a_drawing_that_reaches_outside_its_file_is_refused(tmp_path, inside):
    assert refusal(tmp_path, "e.svg", SVG.format(inside)).code == "artwork-damaged"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "no SVG"),
        ("hello", "no SVG"),
        (SVG.format(CIRCLE)[:-10], "no SVG"),
        ("<?xml version='1.0' encoding='foo'?>" + SVG.format(""), "no SVG"),
        ("<html/>", "no SVG"),
        ('<svg viewBox="0 0 10 10"/>', "no SVG"),  # without its namespace nothing is drawn
        (SVG.format("").replace("viewBox", "class"), "no viewBox"),
        (SVG.format("").replace("0 0 10 10", "a b c d"), "no viewBox"),
        (SVG.format("").replace("0 0 10 10", "0 0 1.2.3 4"), "no viewBox"),
        (SVG.format("").replace("0 0 10 10", "0 0 0 0"), "0 wide"),
        (SVG.format("").replace("0 0 10 10", "0 0 -5 -5"), "-5 wide"),
        (SVG.format("").replace("0 0 10 10", "0 0 nan nan"), "nan wide"),
        (SVG.format("<text>Текст</text>"), "not turned into curves"),
        ('<!DOCTYPE svg [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>' + SVG.format("&b;"), "entities"),
        ('<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + SVG.format("&a;"), "entities"),
        (SVG.format('<g id="a"><use href="#a"/></g>'), "more than 100000"),
        (
            SVG.format('<g id="a0"><path/></g>' + "".join(
                f'<g id="a{n}">' + f'<use href="#a{n - 1}"/>' * 10 + "</g>" for n in range(1, 9))),
            "more than 100000",
        ),
        (SVG.format("<g>" * 50_000 + "</g>" * 50_000), "nested too deeply"),
    ],
    ids=range(18),
)  # fmt: skip
def test_a_damaged_drawing_is_refused(tmp_path, content, words):
    assert words in refusal(tmp_path, "e.svg", content).message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no PNG"),
        (b"hello", "no PNG"),
        (png(355, 355)[:500], "truncated"),
        (png(355, 355)[:-1000], "truncated"),
        (png_that_claims(100_000, 100_000), "10000 million pixels"),
        (png_that_claims(10_000, 8_001), "80 million pixels"),
        (png_that_claims(400, 400), "truncated"),
        (png(400, 400, "I;16"), "8 bits"),
    ],
    ids=range(8),
)
def test_a_damaged_png_is_refused(tmp_path, content, words):
    assert words in refusal(tmp_path, "e.png", content).message


def test_a_cut_png_is_refused_after_weasyprint_is_loaded_too(tmp_path):
    """WeasyPrint tells Pillow to take truncated pictures; half an emblem must not be printed."""
    import weasyprint.images  # noqa: F401

    assert "truncated" in refusal(tmp_path, "e.png", png(355, 355)[:-1000]).message


@pytest.mark.parametrize(("pixels", "is_taken"), [(100, False), (353, False), (355, True), (700, True)])
def test_a_png_under_300_dpi_at_its_size_is_refused(tmp_path, pixels, is_taken):
    """30 mm at 300 dpi are 354.3 pixels."""
    if is_taken:
        assert load(tmp_path, "e.png", png(pixels, pixels)).aspect == 1
    else:
        problem = refusal(tmp_path, "e.png", png(pixels, pixels))
        assert problem.code == "artwork-coarse"
        assert "355 pixels" in problem.hint


@pytest.mark.parametrize(
    ("name", "content"),
    [("e.svg", SVG.format("").replace("10 10", "20 10")), ("e.png", png(400, 500)), ("e.pdf", pdf(100, 200))],
)
def test_an_emblem_that_is_not_square_is_refused(tmp_path, name, content):
    assert refusal(tmp_path, name, content).code == "artwork-not-square"
    assert load(tmp_path, name, content, is_square=False)


@pytest.mark.parametrize("content", [b"", b"hello", pdf(100, 100)[:100]], ids=range(3))
def test_a_damaged_pdf_is_refused(tmp_path, content):
    assert refusal(tmp_path, "e.pdf", content).code == "pdf-damaged"


def test_a_pdf_with_a_password_is_refused_as_such(tmp_path):
    assert refusal(tmp_path, "e.pdf", pdf(100, 100, "secret")).code == "pdf-locked"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("e.svg", SVG.format("").replace("10 10", "100000 1")),
        ("e.svg", SVG.format("").replace("10 10", "1 100000")),
        ("e.pdf", pdf(14_000, 1)),
        ("e.pdf", pdf(1, 14_000)),
    ],
)
def test_a_picture_that_is_hardly_more_than_a_line_is_refused(tmp_path, name, content):
    """It would take all memory to draw, or millions of tiles to fill a frame."""
    assert "wide and" in refusal(tmp_path, name, content, is_square=False).message


def test_a_name_never_leads_out_of_the_folders(tmp_path):
    (tmp_path / "art").mkdir()
    (tmp_path / "secret.svg").write_text(SVG.format(CIRCLE))
    for name in ("../secret", "../secret.svg", str(tmp_path / "secret.svg")):
        with pytest.raises(DataError, match="no artwork"):
            artwork_folders(tmp_path / "art").load(name, mm(30))


def test_a_folder_that_is_not_there_is_a_wrong_call(tmp_path, monkeypatch):
    with pytest.raises(UsageError):
        artwork_folders(tmp_path / "nope")
    monkeypatch.setenv("DOCGEN_ARTWORK", str(tmp_path / "nope"))
    with pytest.raises(UsageError):
        artwork_folders()


# --- from outside -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("state-emblem.png", png(100, 100), 1),
        ("state-emblem.svg", SVG.format(OUTSIDE[0]), 1),
        ("state-emblem.pdf", b"%PDF-1.7", 1),
        ("state-emblem.svg", SVG.format(CIRCLE).encode(), 0),
    ],
    ids=["coarse", "outside", "damaged", "sound"],
)
def test_no_document_is_made_with_artwork_unfit_for_print(tmp_path, name, content, code):
    art = tmp_path / "art"
    art.mkdir()
    (art / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (tmp_path / "r.json").write_text(json.dumps(record_of("retraining-certificate"), default=str), encoding="utf-8")
    output = tmp_path / "o.pdf"
    arguments = ["render", "retraining-certificate", tmp_path / "r.json", "-o", output, "--artwork", art]
    result = CliRunner().invoke(cli, list(map(str, arguments)))
    assert result.exit_code == code, result.output
    assert output.exists() == (code == 0)


def test_a_logo_that_is_not_there_is_named_with_the_folder_to_put_it(tmp_path):
    record = record_of("child-protection-certificate", logo="logo.png")
    (tmp_path / "r.json").write_text(json.dumps(record, default=str), encoding="utf-8")
    arguments = ["render", "child-protection-certificate", tmp_path / "r.json", "-o", tmp_path / "o.pdf"]
    result = CliRunner().invoke(cli, list(map(str, arguments)))
    assert result.exit_code == 1
    assert f"Put logo.png into one of: {tmp_path}" in result.stderr


def test_artwork_that_is_a_link_out_of_its_folder_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "e.svg").write_text(SVG.format(CIRCLE), encoding="utf-8")
    (tmp_path / "art").mkdir()
    (tmp_path / "art" / "state-emblem.svg").symlink_to(tmp_path / "elsewhere" / "e.svg")
    with pytest.raises(DataError, match="this is a link to another folder") as error:
        artwork_folders(tmp_path / "art").load("state-emblem", mm(30))
    assert error.value.problems[0].code == "artwork-linked"


def test_a_link_within_the_folder_or_to_it_is_followed(tmp_path):
    (tmp_path / "art").mkdir()
    (tmp_path / "art" / "emblem-2026.svg").write_text(SVG.format(CIRCLE), encoding="utf-8")
    (tmp_path / "art" / "state-emblem.svg").symlink_to("emblem-2026.svg")
    (tmp_path / "linked").symlink_to(tmp_path / "art")
    for folder in ("art", "linked"):
        assert artwork_folders(tmp_path / folder).load("state-emblem", mm(30)).aspect == 1


def test_what_is_painted_in_a_child_is_the_same(monkeypatch):
    own = artwork_folders().load("state-emblem", mm(30))
    here = weasy.paint_artwork(own, mm(30), mm(30))
    monkeypatch.setattr(weasy, "write_pdf", None)  # nothing is painted in this process
    assert weasy.paint_artwork(replace(own, is_shipped=False), mm(30), mm(30)) == here


@pytest.mark.slow
def test_a_picture_that_takes_too_long_is_refused_by_name(monkeypatch):
    own = replace(artwork_folders().load("state-emblem", mm(30)), is_shipped=False, name="seal")
    monkeypatch.setattr(weasy, "painted_artwork", weasy.painted_artwork.within(seconds=0.01))
    with pytest.raises(DataError, match=r"seal: it takes longer than 0\.01 seconds"):
        weasy.paint_artwork(own, mm(31), mm(31))


def test_a_pdf_as_artwork_is_read_in_a_child(tmp_path, monkeypatch):
    (tmp_path / "seal.pdf").write_bytes(pdf(100, 50))
    monkeypatch.setattr(raster, "page_image", None)  # nothing is rendered in this process
    taken = artwork_folders(tmp_path).load("seal", mm(30))
    assert (taken.media_type, round(taken.aspect, 2), taken.is_shipped) == ("image/png", 2.0, False)
