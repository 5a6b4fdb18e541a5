"""The same records painted by the press and by WeasyPrint, and how such a pair of files is compared.

The bounds, and why they stand where they do:

- An origin: both painters begin a run of text where `compose` has it, the press to 1/10,000 pt (0.00002 mm at most), and go
  on by the same advance widths, which both write in whole thousandths of an em. So a long line does not drift. PDFium gives
  coordinates as floats of 24 bits, 0.00002 mm on this sheet. POSITION is the sum of both and some room; 0.02 mm were allowed.
- A pixel: 0.00002 mm are 0.0002 of a pixel at 200 dpi, so the share of a pixel that a letter covers changes by less than
  0.001, a quarter of a level of 255. Rounded, it may become the level beside, and two letters may meet in a pixel, so LEVELS
  is 2. Chromium's screen weighs three strips of a pixel against each other, and rounds twice: SCREEN_LEVELS is 2. It fits
  letters to the pixels in height, by FreeType's autofitter, where a face says that it has no instructions, with lines that it
  finds in the letters that the face holds. So the faces of both have to say so, to tell their letters, and to hold the same
  ones.
- Viewers beside each other share out the edges of letters and hairlines over pixels in their own way, poppler by whole pixels
  in height. So a pixel has its like within REACH pixels of 0.05 mm, which is what it may be off, up to LIKE levels.
- LibreOffice Draw takes a PDF apart and sets its lines anew, for a device of 600 dots to the inch: a size is a whole number of
  dots there, and so is the advance width of each letter, half a dot (0.021 mm) off at most and 0.6 % for the size; what it then
  writes stands on tenths of a point (0.018 mm off). It adds up to 1.2 mm over a long line; a STEP over a space is off by twice
  as much. Seen were 0.099, 0.024 and 0.034 mm for STEP, BEGIN and HEIGHT.
  Where runs stand in one line Draw may set them as one, with a space between: only the first one begins where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy
import pypdfium2
from PIL import Image
from pypdf import PdfWriter

from docgen.artwork import ArtworkFolders, artwork_folders
from docgen.compose import compose
from docgen.compose.page import ARTWORK_ITEMS, PRINT_LAYERS, Page, TextItem
from docgen.form import Form
from docgen.paint.info import DocumentInfo, document_info
from docgen.paint.pdf.weasy import paint_pages
from docgen.paint.press import Volume
from docgen.record import Record
from support import chromium, processes, viewers

#: Millimetres, and levels of 255.
POSITION, SIZE, LEVELS, SCREEN_LEVELS = 0.00005, 0.0001, 2, 2
DPI = 200
#: Where viewers are compared a pixel is 0.05 mm; on Chromium's screen, and beside it, twice as much.
FINE, REACH, LIKE, SCREEN_LIKE = 508, 3, 48, 80
#: What Draw may be off, in mm: from one letter of a run to the next, in front of a line, and in height.
STEP, BEGIN, HEIGHT = 0.12, 0.05, 0.05
#: So many pages are compared with their artwork, and all that have artwork of their own.
WHOLE = 20


@dataclass(frozen=True)
class Pair:
    """The same records by both painters, as batches and `docgen render` make them."""

    form: Form
    what: str
    press: Path
    weasy: Path
    info: DocumentInfo
    artwork: ArtworkFolders
    #: The pages of each record.
    composed: tuple[tuple[Page, ...], ...]

    def report(self, measured: str) -> None:
        """Print what was measured."""
        print(f"\n{self.form.id}, {self.what}: {measured}", end="", flush=True)

    def both(self, part: str = "") -> tuple[Path, Path]:
        """Return a part of both volumes: `bare`, `whole`, `first`; without a name all of them."""
        return self.press.with_name(f"{part}press.pdf"), self.weasy.with_name(f"{part}weasy.pdf")


def painted(form: Form, what: str, records: list[Record], folder: Path) -> Pair:
    """Paint records into a folder: both volumes, and parts of them, which are the pages without artwork (`bare`), those of
    which each has other artwork (`whole`), and the first one (`first`)."""
    composed = tuple(tuple(compose(form, record, PRINT_LAYERS[what])) for record in records)
    pages = [page for each in composed for page in each]
    info, artwork = document_info(form, records, (("№ 1 (а)", 0),)), artwork_folders(pictures=folder)
    pair = Pair(form, what, folder / "press.pdf", folder / "weasy.pdf", info, artwork, composed)
    press_volume(pair.press, pages, info, artwork)
    pair.weasy.write_bytes(paint_pages(pages, info, artwork))
    whole = ",".join(map(str, _of_each_artwork(pages)))
    for volume in pair.both():
        _without_backgrounds(volume, volume.with_name(f"bare{volume.name}"))
        for part, numbers in (("whole", whole), ("first", "1")):
            # All that pages may use goes along: to find out what they do, qpdf would read all artwork for each of them anew.
            take = ["qpdf", "--remove-unreferenced-resources=no", volume, "--pages", ".", numbers, "--"]
            processes.run([*take, volume.with_name(part + volume.name)], check=True)
    return pair


def press_volume(path: Path, pages: Iterable[Page], info: DocumentInfo, artwork: ArtworkFolders) -> None:
    """Write a volume as a batch does: its faces hold the letters that are set in them, as WeasyPrint's do."""
    labels = {page: label for label, page in info.bookmarks}
    with path.open("wb") as file:
        volume = Volume(file, artwork)
        for number, page in enumerate(pages):
            volume.add(page, labels.get(number))
        volume.close(info)


def _of_each_artwork(pages: list[Page]) -> list[int]:
    """Return the numbers of the first pages, and of the first one of each artwork."""
    first: dict[tuple, int] = {}
    for number, page in enumerate(pages, 1):
        first.setdefault(tuple(item for item in page.items if isinstance(item, ARTWORK_ITEMS)), number)
    return sorted({*first.values(), *range(1, min(len(pages), WHOLE) + 1)})


def _without_backgrounds(pdf: Path, bare: Path) -> None:
    """Write a volume in which the form XObjects that both painters lay under the texts are empty."""
    writer = PdfWriter(clone_from=pdf)
    backgrounds = {
        ref.idnum: ref.get_object()
        for page in writer.pages
        for name, ref in page["/Resources"].get("/XObject", {}).items()
        if name.startswith("/G")
    }
    for background in backgrounds.values():
        background.set_data(b"")
    writer.write(bare)


def compare_letters(press: Path, weasy: Path) -> tuple[float, int]:
    """Return how far letters are apart at most, in mm, and their number. Each has the same outline in both files."""
    worst, count, met = 0.0, 0, set()
    with pypdfium2.PdfDocument(press) as one, pypdfium2.PdfDocument(weasy) as other:
        assert len(one) == len(other)
        for ours, theirs in zip(one, other, strict=True):
            mine, yours = viewers.letters(ours), viewers.letters(theirs)
            assert [(a.text, a.face, a.colour) for a in mine] == [(b.text, b.face, b.colour) for b in yours]
            pairs = list(zip(mine, yours, strict=True))
            assert all(abs(a.size - b.size) <= SIZE for a, b in pairs)
            worst = max([worst, *(max(abs(a.left - b.left), abs(a.baseline - b.baseline)) for a, b in pairs)])
            assert worst <= POSITION
            count += len(pairs)
            if not met.issuperset(found := {(letter.face, letter.text) for letter in mine}):
                assert viewers.outlines(ours) == viewers.outlines(theirs)
                met |= found
    return worst, count


def compare_texts(press: Path, weasy: Path) -> None:
    ours, theirs = viewers.texts(press), viewers.texts(weasy)
    assert len(ours) >= 3
    assert ours == theirs


def compare_pixels(show: Callable, press: Path, weasy: Path) -> tuple[int, int, int]:
    """Return by how many levels pixels differ at most, the number of pixels that do, and of pages."""
    worst = other = count = 0
    for ours, theirs in zip(show(press, DPI), show(weasy, DPI), strict=True):
        count += 1
        if not numpy.array_equal(ours, theirs):
            difference = _apart(ours, theirs)
            worst, other = max(worst, int(difference.max())), other + numpy.count_nonzero(difference.max(axis=2))
            assert worst <= LEVELS
    return worst, other, count


def _apart(one: viewers.Pixels, other: viewers.Pixels) -> viewers.Pixels:
    return numpy.maximum(one, other) - numpy.minimum(one, other)


def compare_viewer(show: Callable, press: Path, weasy: Path) -> int:
    """Compare the first page as a viewer shows that of the press with how poppler shows that of WeasyPrint; return by how many
    levels a pixel is unlike all those around it."""
    ours, theirs = (next(each(pdf, FINE))[:4200, :5940] for each, pdf in ((show, press), (viewers.poppler, weasy)))
    off = viewers.farthest(ours, theirs, REACH)
    assert off <= LIKE
    return off


def compare_chromium(press: Path, weasy: Path) -> tuple[int, int]:
    """Compare the first page on Chromium's screen; return by how many levels pixels differ, and from poppler's around them."""
    ours, theirs = chromium.screenshot(press), chromium.screenshot(weasy)
    worst = int(_apart(ours, theirs).max())
    assert worst <= SCREEN_LEVELS
    shown = numpy.asarray(Image.fromarray(ours).resize((2970, 2100), Image.Resampling.BICUBIC))
    off = viewers.farthest(next(viewers.poppler(weasy, FINE / 2))[:2100, :2970], shown, REACH)
    assert off <= SCREEN_LIKE
    return worst, off


def compare_draw(press: Path, weasy: Path, page: Page) -> tuple[int, float, float, float]:
    """Compare a page in Draw; return the number of letters, and what Draw is off at most (STEP, BEGIN, HEIGHT)."""
    drawn, same = (_letters(viewers.draw(pdf, pdf.parent / "draw")) for pdf in (press, weasy))
    assert drawn == same
    given, runs = _letters(press), _runs(page)
    assert [(letter.text, letter.face) for letter in drawn] == [(letter.text, letter.face) for letter in given]
    off = [a.left - b.left for a, b in zip(drawn, given, strict=True)]
    steps = [abs(b - a) for (a, b), (run, after) in zip(pairwise(off), pairwise(runs), strict=True) if run == after]
    lines: dict[float, tuple[float, float]] = {}
    for each, letter in zip(off, given, strict=True):
        at = round(letter.baseline, 3)
        lines[at] = min(lines.get(at, (letter.left, each)), (letter.left, each))
    begin = max(abs(each) for _left, each in lines.values())
    up = max(abs(a.baseline - b.baseline) for a, b in zip(drawn, given, strict=True))
    assert max(steps) <= STEP
    assert begin <= BEGIN
    assert up <= HEIGHT
    return len(given), max(steps), begin, up


def _letters(pdf: Path) -> list[viewers.Letter]:
    """Return the letters of the first page, without spaces, of which Draw has its own."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [letter for letter in viewers.letters(document[0]) if not letter.text.isspace()]


def _runs(page: Page) -> list[int]:
    """Return the number of the run that each letter of a page belongs to."""
    texts = (item.text for item in page.items if isinstance(item, TextItem))
    return [number for number, text in enumerate(texts) for letter in text if not letter.isspace()]
