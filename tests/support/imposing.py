"""Pages to be imposed, and a guillotine: it cuts rendered sheets along their crop marks, and says what each piece shows."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy

from docgen.artwork import artwork_folders
from docgen.compose import compose
from docgen.form import load_form
from docgen.paint.info import document_info, record_label
from docgen.paint.press import Volume, finish_for
from docgen.record import read_record
from support import processes
from support.records import record_of
from support.viewers import poppler

PT = 72 / 25.4
#: How fine sheets are rendered; hundreds of them only so that their crop marks are found, in a quarter of the time.
DPI, COARSE = 100, 50
PER_MM = DPI / 25.4
#: The smallest level of what is paper or a ground, the largest of what is ink of a mark.
LIGHT, DARK = 165, 140
Shape = tuple[float, float]


def ground_of(number: int) -> tuple[int, int, int]:
    """Return the colour of the ground of a record's page, another for each of its neighbours."""
    return 170 + number * 37 % 80, 170 + number * 53 % 80, 170 + number * 29 % 80


class Look(NamedTuple):
    """How a page is written down, all of which shows the same: where its box begins, how it is turned, how large a unit is."""

    origin: float = 0
    rotate: int = 0
    unit: float = 1
    margin: float = 8
    is_inherited: bool = False
    is_split: bool = False
    has_trim: bool = True


PLAIN = Look()


def page_content(number: int, label: str, size: Shape, look: Look) -> bytes:
    """Return the operators of a page: its ground to the bleed, red beyond it, its number, a square in its upper left corner."""
    width, height = size
    out = look.margin
    levels = " ".join(f"{level / 255:.5f}" for level in ground_of(number))
    drawn = [
        f"1 0 0 rg {-out} {-out} {width + 2 * out} {height + 2 * out} re f",
        f"{levels} rg -3 -3 {width + 6} {height + 6} re f",
        f"0 g 10 {height - 20} 10 10 re f",
        f"BT /F 8 Tf {width / 2} {height / 2} Td ({label}) Tj ET",
    ]
    scale = PT / look.unit
    wide, high = (width, height) if look.rotate % 180 == 0 else (height, width)
    turned = {0: (1, 0, 0, 1, 0, 0), 90: (0, 1, -1, 0, wide, 0), 180: (-1, 0, 0, -1, wide, high), 270: (0, -1, 1, 0, 0, high)}
    move = look.origin + out * scale
    start = f"1 0 0 1 {move} {move} cm {scale} 0 0 {scale} 0 0 cm {' '.join(map(str, turned[look.rotate]))} cm"
    return "\n".join([start, *drawn]).encode()


def volume(labels: Iterable[str], size: Shape, look: Look = PLAIN, info: str = "", extra: str = "") -> bytes:
    """Return a PDF of pages of `size` in mm, page n with the ground of n, a bookmark each; `extra` are entries of each page."""
    labels = list(labels)
    wide, high = size if look.rotate % 180 == 0 else size[::-1]
    scale, out = PT / look.unit, look.margin

    def box(beyond: float) -> str:
        low = look.origin + (out - beyond) * scale
        return f"[{low:.4f} {low:.4f} {low + (wide + 2 * beyond) * scale:.4f} {low + (high + 2 * beyond) * scale:.4f}]"

    said = f"/MediaBox{box(out)}/Rotate {look.rotate}/Resources<</Font<</F 4 0 R>>>>"
    own = f"/UserUnit {look.unit}{extra}" + (f"/TrimBox{box(0)}/BleedBox{box(3)}" if look.has_trim else "")
    first = 6
    step = 4
    kids = " ".join(f"{first + step * index} 0 R" for index in range(len(labels)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R/Outlines 5 0 R>>",
        f"<</Type/Pages/Count {len(labels)}/Kids[{kids}]{said if look.is_inherited else ''}>>",
        f"<<{info}>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        f"<</Type/Outlines/First {first + 2} 0 R/Last {first + step * len(labels) - 2} 0 R/Count {len(labels)}>>",
    ]
    for index, label in enumerate(labels):
        page, content, mark, more = (first + step * index + offset for offset in range(step))
        drawn = page_content(index + 1, label, size, look)
        parts = drawn.split(b"\n", 2) if look.is_split else [drawn]
        halves = [b"\n".join(parts[:2]), b"\n".join(parts[2:])]
        following = f"/Next {mark + step} 0 R" if index + 1 < len(labels) else ""
        contents = f"[{content} 0 R {more} 0 R]" if look.is_split else f"{content} 0 R"
        objects += [
            f"<</Type/Page/Parent 2 0 R/Contents {contents}{own}{'' if look.is_inherited else said}>>",
            _stream(halves[0] if look.is_split else drawn),
            f"<</Parent 5 0 R/Title({label} Name\\)\\(of a person)/Dest[{page} 0 R/Fit]{following}>>",
            _stream(halves[1]),
        ]
    return written(objects)


def _stream(content: bytes) -> str:
    return f"<</Length {len(content)}>>stream\n{content.decode()}\nendstream"


def written(objects: Iterable[str], trailer: str = "/Info 3 0 R") -> bytes:
    """Return a file of objects, the first of which is the catalogue."""
    content, offsets = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, each.encode())
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(offsets) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table)
    end = b"startxref\n%d\n%%%%EOF\n" % len(content)
    return content + head + b"trailer\n<</Size %d/Root 1 0 R%s>>\n" % (count, trailer.encode()) + end


@dataclass
class Piece:
    """What was cut out of a sheet: its picture, that with 3 mm on each side, the words on it, and how many pixels a mm has."""

    image: numpy.ndarray
    around: numpy.ndarray
    words: list[str]
    per_mm: float = PER_MM


def cut(pdf: Path) -> list[list[Piece]]:
    """Return the pieces of each sheet in the order of positions, cut along the crop marks that are found in its picture."""
    return list(cutting(pdf))


def cutting(pdf: Path, dpi: float = DPI) -> Iterator[list[Piece]]:
    """Yield the same sheet by sheet, as they are rendered: the pictures of a thousand fit neither into memory nor on a disk."""
    for picture, words in zip(poppler(pdf, dpi), _words(pdf, dpi), strict=True):
        yield _pieces(picture, words, dpi / 25.4)


def _words(pdf: Path, dpi: float) -> list[list[tuple[float, float, str]]]:
    """Return the words of each page with their middle, in pixels from its upper left corner."""
    text = processes.run(["pdftotext", "-bbox", pdf, "-"], check=True, capture_output=True).stdout.decode()
    found = []
    for page in text.split("<page ")[1:]:
        found.append([])
        for match in re.finditer(r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)<', page):
            left, top, right, bottom = (float(match[side]) * dpi / 72 for side in range(1, 5))
            found[-1].append(((left + right) / 2, (top + bottom) / 2, match[5]))
    return found


def _pieces(sheet: numpy.ndarray, words: list[tuple[float, float, str]], per_mm: float) -> list[Piece]:
    across, down = crop_lines(sheet, per_mm), crop_lines(sheet.transpose(1, 0, 2), per_mm)
    return [
        _piece(sheet, (left, top, right, bottom), words, per_mm)
        for top, bottom in zip(down[::2], down[1::2], strict=True)
        for left, right in zip(across[::2], across[1::2], strict=True)
    ]


def _piece(sheet: numpy.ndarray, box: tuple[float, ...], words: list[tuple[float, float, str]], per_mm: float) -> Piece:
    left, top, right, bottom = box
    on_it = [word for x, y, word in words if left < x < right and top < y < bottom]
    out = 3 * per_mm
    return Piece(_part(sheet, box), _part(sheet, (left - out, top - out, right + out, bottom + out)), on_it, per_mm)


def _part(sheet: numpy.ndarray, box: tuple[float, ...]) -> numpy.ndarray:
    """Return a part of a sheet without the pixels that its edge goes through."""
    left, top, right, bottom = box
    return sheet[int(top) + 2 : int(bottom) - 1, int(left) + 2 : int(right) - 1]


def crop_lines(sheet: numpy.ndarray, per_mm: float = PER_MM) -> list[float]:
    """Return where the crop marks along the upper edge of a sheet are: upright lines of 4 mm without a gap, which stand alone."""
    dark = (sheet[: _ground_begins(sheet, per_mm)] < DARK).all(axis=2)
    run = longest = numpy.zeros(dark.shape[1], int)
    for row in dark:
        run = (run + 1) * row
        longest = numpy.maximum(longest, run)
    long = (longest >= 3.5 * per_mm) & (longest <= 4.5 * per_mm)
    columns = numpy.flatnonzero(long)
    groups = numpy.split(columns, numpy.flatnonzero(numpy.diff(columns) > 2) + 1)
    return [float(group.mean()) + 0.5 for group in groups if len(group) and _stands_alone(dark, group, per_mm)]


def _ground_begins(sheet: numpy.ndarray, per_mm: float) -> int:
    """Return the row where the grounds of a sheet begin: rows of little paper for 3 mm, which no line of a slug or of text is."""
    is_full = (sheet[:, ::16] > 250).all(axis=2).mean(axis=1) < 0.7
    tall = round(3 * per_mm)
    starts = numpy.flatnonzero(numpy.lib.stride_tricks.sliding_window_view(is_full, tall).all(axis=1))
    return int(starts[0]) if len(starts) else round(25 * per_mm)  # a page without a ground begins nowhere


def _stands_alone(dark: numpy.ndarray, group: numpy.ndarray, per_mm: float) -> bool:
    """Whether there is paper on both sides of a line, for a millimetre; a line within a symbol has others beside it."""
    near, far = 2, round(per_mm) + 1
    begin, end = int(group[0]), int(group[-1])
    return not dark[:, max(0, begin - far) : begin - near + 1].any() and not dark[:, end + near : end + far + 1].any()


def certificates(numbers: Iterable[int], purpose: str = "press", form_id: str = "retraining-certificate") -> bytes:
    """Return a volume of certificates as a batch makes them."""
    form, buffer = load_form(form_id), io.BytesIO()
    sheets, record = Volume(buffer, artwork_folders(None, None), finish=finish_for(purpose)), None
    for number in numbers:
        record = read_record(form, record_of(form_id, number=f"{number:05d}", topic=f"Тақырып {number}"))
        for page in compose(form, record):
            sheets.add(page, record_label(record), hashed=False)
    sheets.close(document_info(form, [record] if record else []))
    return buffer.getvalue()
