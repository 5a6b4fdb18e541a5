"""The press makes the page that WeasyPrint makes: the same letters, faces and places, the same pixels, in every viewer.

Each fixed form and one with every kind of field and of picture, in full, blank and overprint. The tests take a few random
records of each; `make torture` takes 500 of each print (RECORDS=2500 more, SEED=n the same again) and prints what it measured.

The bounds, and why they stand where they do:

- An origin: both painters begin a run of text where `compose` has it, the press to 1/10,000 pt (0.00002 mm at most), and go
  on by the same advance widths, which both write in whole thousandths of an em. So a long line does not drift. PDFium gives
  coordinates as floats of 24 bits, 0.00002 mm on this sheet. POSITION is the sum of both and some room; 0.02 mm were allowed.
- A pixel: 0.00002 mm are 0.0002 of a pixel at 200 dpi, so the share of a pixel that a letter covers changes by less than
  0.001, a quarter of a level of 255. Rounded, it may become the level beside, so LEVELS is 1.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import chromium
import numpy
import pypdfium2
import pytest
import torture
import viewers
from PIL import Image, ImageFilter
from pypdf import PdfWriter
from records import PICTURES, random_record

from docgen.artwork import Artwork, ArtworkFolders, artwork_folders
from docgen.compose import compose
from docgen.compose.page import ARTWORK_ITEMS, PRINTS, Page
from docgen.files import read_bytes
from docgen.form import Form, load_form
from docgen.form.places import Table
from docgen.paint.info import DocumentInfo, document_info
from docgen.paint.press import Volume, press_pages
from docgen.paint.weasy import paint_artwork, paint_pages
from docgen.pdf.preflight import preflight
from docgen.record import blank_record, read_record
from docgen.units import mm

FIXED = ("retraining-certificate", "advanced-training-certificate", "child-protection-certificate", "certificate-register")
FORMS = (*FIXED, "every-kind")
#: Records of each form and print.
COUNT = int(os.environ.get("RECORDS") or (500 if torture.IS_FULL else 3))
#: So many pages are compared with their artwork, and all that have artwork of their own.
WHOLE = 20
POSITION, SIZE, LEVELS = 0.00005, 0.0001, 1
DPI = 200
SCREEN_LEVELS = 2
#: Where viewers are compared a pixel is 0.1 mm, and the sheet a whole number of them.
TENTHS = 254
#: Viewers share out the edge of a letter over two or three pixels, each in its own way; thin lines become lighter by that. So a
#: pixel has its like within 0.3 mm, up to three eighths of the range: measured were 62 for MuPDF, 70 on Chromium's screen.
REACH, LIKE = 3, 96


@dataclass(frozen=True)
class Volumes:
    """The same records by both painters, as batches and `docgen render` make them."""

    form: Form
    what: str
    press: Path
    weasy: Path
    info: DocumentInfo
    artwork: ArtworkFolders
    #: The pages of each record.
    composed: tuple[tuple[Page, ...], ...]

    def told(self, measured: str) -> None:
        """Print what was measured."""
        print(f"\n{self.form.id}, {self.what}: {measured}", end="", flush=True)

    def both(self, part: str = "") -> tuple[Path, Path]:
        """Return a part of both volumes: `bare`, `whole`, `first`; without a name all of them."""
        return tuple(path.with_name(f"{part}{path.name}") for path in (self.press, self.weasy))


@pytest.fixture(scope="module", params=[(name, what) for name in FORMS for what in PRINTS], ids="-".join)
def volumes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Volumes]:
    folder = tmp_path_factory.mktemp("same")
    begun = time.monotonic()
    volumes = made(*request.param, COUNT, folder)
    count = sum(map(len, volumes.composed))
    volumes.told(f"SEED={torture.SEED}, {len(volumes.composed)} records, {count} pages, made in {time.monotonic() - begun:.0f} s")
    yield volumes
    shutil.rmtree(folder)


def made(name: str, what: str, count: int, folder: Path) -> Volumes:
    """Paint so many random records, and a blank for the pen."""
    form, chance = load_form(name, Path(__file__).parent / "forms"), random.Random(f"{torture.SEED} {name}")
    records = [read_record(form, random_record(form, chance, pictures(folder))) for _ in range(count)]
    records += [blank_record(form)] if what == "blank" else []
    composed = tuple(tuple(compose(form, record, PRINTS[what])) for record in records)
    info, artwork = document_info(form, records, (("№ 1 (а)", 0),)), artwork_folders(beside=folder)
    volumes = Volumes(form, what, folder / "press.pdf", folder / "weasy.pdf", info, artwork, composed)
    paint(volumes, [page for pages in composed for page in pages])
    return volumes


def paint(volumes: Volumes, pages: list[Page]) -> None:
    """Write both volumes and parts of them: the pages without artwork, those of which each has other artwork, the first one."""
    press_volume(pages, volumes)
    volumes.weasy.write_bytes(paint_pages(pages, volumes.info, volumes.artwork))
    grounds: dict[tuple, int] = {}
    for number, page in enumerate(pages, 1):
        grounds.setdefault(tuple(item for item in page.items if isinstance(item, ARTWORK_ITEMS)), number)
    whole = ",".join(map(str, sorted({*grounds.values(), *range(1, min(len(pages), WHOLE) + 1)})))
    for volume in volumes.both():
        without_grounds(volume, volume.with_name(f"bare{volume.name}"))
        for part, numbers in (("whole", whole), ("first", "1")):
            subprocess.run(["qpdf", volume, "--pages", ".", numbers, "--", volume.with_name(part + volume.name)], check=True)


def press_volume(pages: list[Page], volumes: Volumes) -> None:
    """Write a volume as a batch does: its faces hold the letters that are set in them, as WeasyPrint's do."""
    labels = {page: label for label, page in volumes.info.bookmarks}
    with volumes.press.open("wb") as file:
        volume = Volume(file, volumes.artwork)
        for number, page in enumerate(pages):
            volume.add(page, labels.get(number))
        volume.close(volumes.info)


def without_grounds(pdf: Path, bare: Path) -> None:
    """Write a volume with what both painters lay under the texts, from form XObjects of their own, left empty."""
    writer = PdfWriter(clone_from=pdf)
    grounds = {
        ref.idnum: ref.get_object()
        for page in writer.pages
        for name, ref in page["/Resources"].get("/XObject", {}).items()
        if name.startswith("/G")
    }
    for ground in grounds.values():
        ground.set_data(b"")
    writer.write(bare)


def pictures(folder: Path) -> tuple[str, ...]:
    """Return the names of pictures of every format, of which those that are not shipped lie in a folder."""
    emblem = artwork_folders().find("state-emblem")
    drawing = Artwork(emblem.stem, read_bytes(emblem, 1 << 20), "image/svg+xml", 1.0)
    (folder / "drawn.pdf").write_bytes(paint_artwork(drawing, mm(30), mm(30)))
    with pypdfium2.PdfDocument(folder / "drawn.pdf") as document:
        grain = Image.effect_noise((400, 400), 90).filter(ImageFilter.GaussianBlur(4)).convert("RGBA")
        grain.putalpha(document[0].render(scale=400 / 85.04).to_pil().convert("L").resize((400, 400)))
        grain.save(folder / "grain.png")
    return (*PICTURES, "drawn.pdf", "grain.png")


def test_same_letters_in_the_same_places_and_faces(volumes):
    worst, count = compare_letters(*volumes.both())
    volumes.told(f"{count} letters, at most {worst:.7f} mm apart")


def compare_letters(press: Path, weasy: Path) -> tuple[float, int]:
    """Return how far letters are apart at most, in mm, and their number. Each has the same outline in both files."""
    worst, count, met = 0.0, 0, set()
    with pypdfium2.PdfDocument(press) as one, pypdfium2.PdfDocument(weasy) as other:
        assert len(one) == len(other)
        for ours, theirs in zip(one, other, strict=True):
            pairs = list(zip(viewers.letters(ours), viewers.letters(theirs), strict=True))
            assert all((a.text, a.face, a.colour) == (b.text, b.face, b.colour) for a, b in pairs)
            assert all(abs(a.size - b.size) <= SIZE for a, b in pairs)
            worst = max([worst, *(max(abs(a.left - b.left), abs(a.baseline - b.baseline)) for a, b in pairs)])
            assert worst <= POSITION
            count += len(pairs)
            if not met.issuperset(found := {(letter.face, letter.text) for letter, _same in pairs}):
                assert viewers.outlines(ours) == viewers.outlines(theirs)
                met |= found
    return worst, count


@pytest.mark.parametrize("part", ["bare", "whole"])
def test_same_text_is_copied(volumes, part):
    press, weasy = map(viewers.texts, volumes.both(part))
    assert len(press) >= 3
    assert press == weasy


@pytest.mark.parametrize("part", ["bare", "whole"])
@pytest.mark.parametrize("viewer", viewers.QUICK)
def test_same_pixels(volumes, viewer, part):
    """Text lies over artwork, which the volume has once for all pages that have the same, and most of the time goes into that.
    So all pages are compared without artwork, and whole ones for each that the pages have."""
    worst, other, count = compare_pixels(viewers.QUICK[viewer], *volumes.both(part))
    volumes.told(f"{viewer} at {DPI} dpi, {count} {part} pages, at most {worst} of 255 apart, in {other} pixels")


def compare_pixels(show: Callable, press: Path, weasy: Path) -> tuple[int, int, int]:
    """Return by how many levels pixels differ at most, the number of pixels that do, and of pages."""
    worst = other = count = 0
    for ours, theirs in zip(show(press, DPI), show(weasy, DPI), strict=True):
        count += 1
        if not numpy.array_equal(ours, theirs):
            difference = numpy.maximum(ours, theirs) - numpy.minimum(ours, theirs)
            worst, other = max(worst, int(difference.max())), other + numpy.count_nonzero(difference.max(axis=2))
            assert worst <= LEVELS
    return worst, other, count


def test_the_file_is_sound_and_its_faces_are_embedded_subsets(volumes):
    check = subprocess.run(["qpdf", "--check", volumes.press], check=True, capture_output=True, text=True)
    assert "No syntax or stream encoding errors" in check.stdout
    assert not check.stderr
    fonts = subprocess.run(["pdffonts", volumes.press], check=True, capture_output=True, text=True).stdout.splitlines()[2:]
    names = [font.split()[0].rpartition("+")[2] for font in fonts]
    assert len({*names}) == len(names) > 0
    assert all(font.split()[-5:-2] == ["yes", "yes", "yes"] for font in fonts)


def test_preflight_passes(volumes):
    """A volume of certificates is measured whole, a form with a table record by record, each with its own page numbers."""
    if volumes.form.id not in FIXED:
        pytest.skip("a table over an emblem, which preflight takes for one")
    if any(isinstance(place, Table) for place in volumes.form.places):
        files = (press_pages(pages, volumes.info, volumes.artwork) for pages in volumes.composed)
    else:
        files = [volumes.press.read_bytes()]
    for pdf in files:
        report = preflight(pdf, volumes.form, "", volumes.what)
        assert report.passed, report.as_table()
    volumes.told(report.summary())


def test_viewers_show_the_same_page(volumes):
    press, _weasy = volumes.both("first")
    shown = {name: next(show(press, TENTHS))[:2100, :2970] for name, show in viewers.QUICK.items()}
    for name in shown.keys() - {"poppler"}:
        off = viewers.farthest(shown["poppler"], shown[name], REACH)
        volumes.told(f"{name} beside poppler, at most {off} of 255 without its like within {REACH / 10} mm")
        assert off <= LIKE


@pytest.mark.skipif(not viewers.has_draw(), reason="LibreOffice opens no PDF (Debian: libreoffice-draw)")
def test_draw_shows_the_same_page(volumes):
    if not torture.IS_FULL and volumes.form.id != "every-kind":
        pytest.skip("two seconds each: make torture")
    press, weasy = volumes.both("first")
    ours, theirs = (letters_of(viewers.draw(page, page.parent / "draw")) for page in (press, weasy))
    assert ours == theirs
    count, step, begin, up = compare_draw(ours, press)
    volumes.told(f"Draw, {count} letters, at most {step:.3f} mm a step, {begin:.3f} mm at a begin, {up:.3f} mm in height")


def compare_draw(drawn: list[viewers.Letter], press: Path) -> tuple[int, float, float, float]:
    """Return the number of letters, and how far they are off at most, in mm: from one to the next, in front, in height."""
    given = letters_of(press)
    assert [letter.text for letter in drawn] == [letter.text for letter in given]
    assert [letter.face for letter in drawn] == [letter.face for letter in given]
    off = [a.left - b.left for a, b in zip(drawn, given, strict=True)]
    follows = [False, *(0 < b.left - a.left < 5 and abs(b.baseline - a.baseline) < 0.001 for a, b in pairwise(given))]
    step = max(abs(after - before) for (before, after), goes_on in zip(pairwise(off), follows[1:], strict=True) if goes_on)
    begin = max(abs(each) for each, goes_on in zip(off, follows, strict=True) if not goes_on)
    up = max(abs(a.baseline - b.baseline) for a, b in zip(drawn, given, strict=True))
    return len(given), step, begin, up


def letters_of(page: Path) -> list[viewers.Letter]:
    with pypdfium2.PdfDocument(page) as document:
        return [letter for letter in viewers.letters(document[0]) if not letter.text.isspace()]


@pytest.mark.skipif(not (torture.IS_FULL and chromium.PROGRAM), reason="make torture, with Chromium (Debian: chromium)")
def test_chromium_shows_the_same_page(volumes):
    press, weasy = (chromium.screenshot(page) for page in volumes.both("first"))
    assert press.shape == weasy.shape
    apart = numpy.maximum(press, weasy) - numpy.minimum(press, weasy)
    poppler = next(viewers.poppler(volumes.press, TENTHS))[:2100, :2970]
    shown = numpy.asarray(Image.fromarray(press).resize((2970, 2100), Image.Resampling.BICUBIC))
    off = viewers.farthest(poppler, shown, REACH)
    volumes.told(f"Chromium, at most {apart.max()} of 255 apart, in {numpy.count_nonzero(apart.max(axis=2))} pixels; "
        f"beside poppler {off} within {REACH / 10} mm")
    assert apart.max() <= SCREEN_LEVELS
    assert off <= LIKE
