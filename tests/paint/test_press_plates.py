"""What each ink of a page for the press prints, of every fixed form: its recipes and nothing else, in each of the prints."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy
import pytest
from PIL import Image
from support import processes
from support.plates import PROCESS, dots_of, separations
from support.reading import lines
from support.records import record_of

import docgen
from docgen.inks.palette import INK_LIMIT, palette
from docgen.prints import Print

FIXED = ["retraining-certificate", "advanced-training-certificate", "child-protection-certificate", "certificate-register"]
CERTIFICATES = FIXED[:3]
PT = 72 / 25.4
#: Per cent between a dot that is asked for and what a plate of 256 levels shows.
LEVEL = 0.5


@lru_cache
def pdf(form: str, print: Print = Print.FULL, purpose: str = "press") -> bytes:
    return docgen.render(form, record_of(form), print=print, purpose=purpose)


@lru_cache
def plates(form: str, print: Print = Print.FULL) -> numpy.ndarray:
    """Return the dots of each pixel in the four inks, rows by columns by inks; there is no other plate."""
    with TemporaryDirectory() as folder:
        found = separations(pdf(form, print), Path(folder))
    assert sorted(found) == sorted(PROCESS)
    return numpy.dstack([found[name] for name in PROCESS])


def colours(form: str) -> numpy.ndarray:
    levels = numpy.round(plates(form).reshape(-1, 4) * 2.55).astype(numpy.uint8)
    return numpy.unique(levels.view(numpy.uint32)).view(numpy.uint8).reshape(-1, 4) / 2.55


@pytest.mark.slow
@pytest.mark.parametrize("form", FIXED)
def test_every_pixel_is_a_recipe_of_the_palette_or_black_over_one(form):
    """Ghostscript smooths no edges of plates, so each pixel is one colour; nothing that is shipped is translucent."""
    recipes = [(0, 0, 0, 0), *(recipe.cmyk for recipe in palette().values())]
    allowed = numpy.array([*recipes, *((*recipe[:3], 100) for recipe in recipes)])
    strange = [tuple(each) for each in colours(form) if abs(allowed - each).max(axis=1).min() > LEVEL]
    assert strange == []


@pytest.mark.parametrize("form", FIXED)
def test_no_pixel_has_more_ink_than_paper_takes(form):
    assert colours(form).sum(axis=1).max() <= INK_LIMIT


@pytest.mark.parametrize("form", FIXED)
def test_what_is_printed_onto_stock_is_black_alone_but_for_a_title(form):
    """The data are texts: on the other plates there is nothing of them, unless the form sets its title in dark blue."""
    overprint = plates(form, Print.OVERPRINT)
    coloured = overprint[overprint[:, :, :3].max(axis=2) > 0]
    assert overprint[:, :, 3].max() == 100
    assert (len(coloured) > 0) == (form == "child-protection-certificate")
    assert not len(coloured) or abs(coloured - list(dots_of("dark-blue").values())).max() <= LEVEL


@pytest.mark.slow
@pytest.mark.parametrize("form", CERTIFICATES)
def test_the_prints_lie_over_each_other(form):
    """Stock and what is printed onto it are the certificate, on each plate, pixel by pixel: black over what is there.

    Stock has lines for the pen besides, in black.
    """
    full, blank, data = (plates(form, each) for each in (Print.FULL, Print.BLANK, Print.OVERPRINT))
    knocks_out = data[:, :, :3].max(axis=2, keepdims=True) > 0
    both = numpy.where(knocks_out, data, numpy.maximum(blank, data))
    assert abs(both - full)[:, :, :3].max() <= LEVEL
    assert (full - both).max() <= LEVEL
    lines_for_pen = (both - full)[:, :, 3] > LEVEL
    assert (blank[lines_for_pen][:, 3] == 100).all()
    assert lines_for_pen.mean() < 0.02
    assert (data[:, :, 3] == 100).sum() > 500
    assert (blank != full).any()


@pytest.mark.slow
@pytest.mark.parametrize("form", FIXED)
def test_letters_stand_and_are_as_large_as_in_the_plain_file(form):
    plain, inked = lines(pdf(form, purpose="plain")), lines(pdf(form))
    assert [(each.text, each.font) for each in plain] == [(each.text, each.font) for each in inked]
    assert len(plain) > 5
    for one, other in zip(inked, plain, strict=True):  # both are measured from the corner of their sheet, 3 mm apart
        assert one.size == pytest.approx(other.size)
        for name in ("left", "right", "baseline"):
            assert getattr(one, name) - getattr(other, name) == pytest.approx(3, abs=0.005), (one.text, name)


def shown_by_poppler(content: bytes, folder: Path) -> numpy.ndarray:
    """Return the dots of the first page as poppler shows them in four inks, with overprint."""
    (folder / "page.pdf").write_bytes(content)
    words = ["pdftoppm", "-r", "150", "-jpegcmyk", "-jpegopt", "quality=100", "-singlefile"]
    processes.run([*words, folder / "page.pdf", folder / "page"], check=True)
    picture = Image.open(folder / "page.jpg")
    assert picture.mode == "CMYK"
    return numpy.asarray(picture) / 2.55


def shown_by_ghostscript(content: bytes, folder: Path) -> numpy.ndarray:
    found = separations(content, folder / "gs", dpi=150)
    return numpy.dstack([found[name] for name in PROCESS])


def shown_by_mupdf(content: bytes, folder: Path) -> numpy.ndarray:
    (folder / "page.pdf").write_bytes(content)
    words = [
        "mutool",
        "draw",
        "-q",
        "-N",
        "-c",
        "cmyk",
        "-F",
        "pam",
        "-r",
        "150",
        "-o",
        folder / "page.pam",
        folder / "page.pdf",
        "1",
    ]
    processes.run(words, check=True)
    head, _end, levels = (folder / "page.pam").read_bytes().partition(b"ENDHDR\n")
    width, height, depth = (int(head.split(key)[1].split()[0]) for key in (b"WIDTH", b"HEIGHT", b"DEPTH"))
    return numpy.frombuffer(levels, numpy.uint8).reshape(height, width, depth) / 2.55


#: Programs that show overprint.
SHOWN = (shown_by_poppler, shown_by_ghostscript, shown_by_mupdf)


@pytest.mark.slow
@pytest.mark.parametrize("show", SHOWN)
@pytest.mark.parametrize("form", CERTIFICATES)
def test_black_overprints_the_ground_in_every_program_that_shows_overprint(form, show, tmp_path):
    """Under the black of the title's line, and of every other text on the ground, the ground is printed as beside it."""
    inks = show(pdf(form), tmp_path)
    corner = numpy.median(inks[5:15, 5:15].reshape(-1, 4), axis=0)
    ground = [name for name in ("light-blue", "pale-blue") if list(dots_of(name).values()) == pytest.approx(corner, abs=1)]
    assert ground
    lower = inks[round(inks.shape[0] * 0.75) :]  # below the emblem: texts on the ground alone
    text = lower[:, :, 3] > 99
    assert text.sum() > 300
    assert numpy.median(lower[text], axis=0)[:3] == pytest.approx(corner[:3], abs=1)


@pytest.mark.slow
def test_text_without_overprint_would_be_noticed(tmp_path):
    """The control: the same page, whose black knocks out, fails the test above."""
    content = pdf(CERTIFICATES[0])
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import BooleanObject, NameObject

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    for each in writer._objects:
        states = each.get("/ExtGState") if isinstance(each, dict) else None
        if states and "/K" in states:
            for key in ("/OP", "/op"):
                states["/K"][NameObject(key)] = BooleanObject(False)
    out = io.BytesIO()
    writer.write(out)
    for show in SHOWN:
        inks = show(out.getvalue(), tmp_path)
        lower = inks[round(inks.shape[0] * 0.75) :]
        assert numpy.median(lower[lower[:, :, 3] > 99], axis=0)[0] < 4
