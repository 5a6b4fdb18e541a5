"""The press makes the page that WeasyPrint makes: the same letters, faces and places, the same pixels, in every viewer.

Each fixed form and one with every kind of field and of picture, in full, blank and overprint. The tests take a few random
records of each; `make torture` takes 500 of each form and print (RECORDS=20 as many, SEED=n the same again) and prints what it
measured. `pairs.py` holds the comparisons and says why each bound stands where it does, `test_wrong_pages.py` what each notices.
"""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageFilter
from support import chromium, pairs, processes, torture, viewers
from support.pairs import Pair
from support.places import FORMS as TEST_FORMS
from support.records import PICTURES, random_record

from docgen.artwork import Artwork, artwork_folders
from docgen.compose.page import PRINT_LAYERS
from docgen.files import read_bytes
from docgen.form import load_form
from docgen.form.places import Table
from docgen.paint.pdf.weasy import paint_artwork
from docgen.paint.press import press_pages
from docgen.preflighting import preflight
from docgen.record import blank_record, read_record
from docgen.units import mm

FIXED = ("retraining-certificate", "advanced-training-certificate", "child-protection-certificate", "certificate-register")
FORMS = (*FIXED, "every-kind")
#: Records of each form and print.
COUNT = int(os.environ.get("RECORDS") or (500 if torture.IS_FULL else 3))


@pytest.fixture(scope="module", params=[(name, what) for name in FORMS for what in PRINT_LAYERS], ids="-".join)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """The random records of a form and print, and in blank one for the pen."""
    (name, what), folder, begun = request.param, tmp_path_factory.mktemp("same"), time.monotonic()
    form, chance = load_form(name, TEST_FORMS), random.Random(f"{torture.SEED} {name}")
    records = [read_record(form, random_record(form, chance, pictures(folder))) for _ in range(COUNT)]
    pair = pairs.painted(form, what, records + [blank_record(form)] * (what == "blank"), folder)
    summary = f"{len(pair.composed)} records, {sum(map(len, pair.composed))} pages, made in {time.monotonic() - begun:.0f} s"
    pair.report(f"SEED={torture.SEED}, {summary}")
    yield pair
    shutil.rmtree(folder)


def pictures(folder: Path) -> tuple[str, ...]:
    """Return the names of pictures of every format, of which those that are not shipped lie in a folder."""
    emblem = artwork_folders().find("state-emblem")
    drawing = Artwork(emblem.stem, read_bytes(emblem, 1 << 20), "image/svg+xml", 1.0)
    (folder / "drawn.pdf").write_bytes(paint_artwork(drawing, mm(30), mm(30)))
    with pypdfium2.PdfDocument(folder / "drawn.pdf") as document:
        # Coarse enough that viewers, which make it smaller each in its own way, show the same.
        grain = Image.effect_noise((400, 400), 90).filter(ImageFilter.GaussianBlur(4)).convert("RGBA")
        grain.putalpha(document[0].render(scale=400 / 85.04).to_pil().convert("L").resize((400, 400)))
        grain.save(folder / "grain.png")
    return (*PICTURES, "drawn.pdf", "grain.png")


@pytest.mark.slow
def test_same_letters_in_the_same_places_and_faces(pair):
    worst, count = pairs.compare_letters(*pair.both())
    pair.report(f"{count} letters, at most {worst:.7f} mm apart")


@pytest.mark.slow
@pytest.mark.parametrize("part", ["bare", "whole"])
def test_same_text_is_copied(pair, part):
    pairs.compare_texts(*pair.both(part))


@pytest.mark.slow
@pytest.mark.parametrize("part", ["bare", "whole"])
@pytest.mark.parametrize("viewer", viewers.QUICK)
def test_same_pixels(pair, viewer, part):
    """Text lies over artwork, which the volume has once for all pages that have the same, and most of the time goes into that.
    So all pages are compared without artwork, and whole ones for each that the pages have."""
    worst, other, count = pairs.compare_pixels(viewers.QUICK[viewer], *pair.both(part))
    pair.report(f"{viewer} at {pairs.DPI} dpi, {count} {part} pages, at most {worst} of 255 apart, in {other} pixels")


@pytest.mark.slow
def test_the_file_is_sound_and_its_faces_are_embedded_subsets(pair):
    check = processes.run(["qpdf", "--check", pair.press], check=True, capture_output=True, text=True)
    assert "No syntax or stream encoding errors" in check.stdout
    assert not check.stderr
    fonts = processes.run(["pdffonts", pair.press], check=True, capture_output=True, text=True).stdout.splitlines()[2:]
    names = [font.split()[0].rpartition("+")[2] for font in fonts]
    assert len({*names}) == len(names) > 0
    assert all(font.split()[-5:-2] == ["yes", "yes", "yes"] for font in fonts)


@pytest.mark.slow
def test_preflight_passes(pair):
    """A volume of certificates is measured whole, a form with a table record by record, each with its own page numbers."""
    if pair.form.id not in FIXED:
        pytest.skip("a table over an emblem, which preflight takes for one")
    if any(isinstance(place, Table) for place in pair.form.places):
        files = (press_pages(pages, pair.info, pair.artwork) for pages in pair.composed)
    else:
        files = [pair.press.read_bytes()]
    for pdf in files:
        report = preflight(pdf, pair.form, "", pair.what)
        assert report.passed, report.as_table()
    pair.report(report.summary())


@pytest.mark.slow
@pytest.mark.parametrize("viewer", sorted(viewers.QUICK.keys() - {"poppler"}))
def test_viewers_show_the_same_page(pair, viewer):
    if not torture.IS_FULL and pair.what != "full":
        pytest.skip("five seconds each: make torture")
    off = pairs.compare_viewer(viewers.QUICK[viewer], *pair.both("first"))
    pair.report(f"{viewer} beside poppler, at most {off} of 255 without its like within {pairs.REACH * 0.05:.2f} mm")


@pytest.mark.slow
@pytest.mark.office
def test_draw_shows_the_same_page(pair):
    if not torture.IS_FULL and pair.form.id != "every-kind":
        pytest.skip("two seconds each: make torture")
    count, step, begin, up = pairs.compare_draw(*pair.both("first"), pair.composed[0][0])
    pair.report(f"Draw, {count} letters, off by at most {step:.3f} mm a step, {begin:.3f} in front, {up:.3f} in height")


@pytest.mark.slow
@pytest.mark.skipif(not (torture.IS_FULL and chromium.PROGRAM), reason="make torture, with Chromium (Debian: chromium)")
def test_chromium_shows_the_same_page(pair):
    worst, off = pairs.compare_chromium(*pair.both("first"))
    pair.report(f"Chromium, at most {worst} of 255 apart; against poppler {off} unlike all within {pairs.REACH * 0.1:.1f} mm")
