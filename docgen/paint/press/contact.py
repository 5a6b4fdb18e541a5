"""Contact sheets: pages reduced onto A4, twelve to a sheet, each with highlights and a caption. All of it stays vectors.

They are documents by themselves, for the archive: each page is a figure, in whose place a screen reader says whose
it is, and its caption follows. What each sheet has again, and highlights, are artifacts.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from docgen import fonts
from docgen.artwork import ArtworkFolders
from docgen.compose.lines import TooWide, break_lines
from docgen.compose.page import Layer, Page, Part, RuleItem, TextItem
from docgen.fonts.faces import Font
from docgen.form.places import INK
from docgen.messages import _
from docgen.paint.content import SCREEN, draw
from docgen.paint.info import DocumentInfo
from docgen.paint.press.elements import Element, MarkedPage, Objects, page_entries, write_structure
from docgen.paint.press.file import text_string
from docgen.paint.press.for_archive import ArchivedDocument
from docgen.paint.press.structure import ARTIFACT, PAGINATION, spaced
from docgen.paint.press.volume import Figure, Underlay, Volume
from docgen.units import ZERO, Box, Length, mm, pt

PER_SHEET = 12
#: Columns and rows, and whether the sheet is landscape; the one on which the pages are largest is taken.
GRIDS = ((3, 4, False), (4, 3, False), (3, 4, True), (4, 3, True))
SHORT, LONG = mm(210), mm(297)
MARGIN, GUTTER, CAPTION_GAP, ROW_GAP = mm(10), mm(5), mm(1.2), mm(3.5)
TITLE, NOTE, LABEL, REASON = Font(pt(12), bold=True), Font(pt(9)), Font(pt(7.5), bold=True), Font(pt(7.5))
LINE = mm(3.1)
CAPTION_LINES, LABEL_LINES = 4, 2
EDGE, EDGE_COLOUR = mm(0.1), "#8a8a8a"
#: The stroke of a highlight, and its distance from what it surrounds.
STROKE, STROKE_GAP = mm(0.12), mm(0.12)
REASON_COLOUR = "#444444"
SWATCH = mm(2.2)


@dataclass(frozen=True, slots=True)
class Sample:
    """A page to be shown small: boxes to highlight on it, each with its colour; what it is, and why it was chosen."""

    page: Page
    highlights: tuple[tuple[Box, str], ...]
    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class ContactHeading:
    """The heading of every sheet: a title, a line below it, and what each colour of a highlight means."""

    title: str
    note: str
    legend: tuple[tuple[str, str], ...]


def paint_contact_sheets(
    samples: Sequence[Sample], heading: ContactHeading, info: DocumentInfo, artwork: ArtworkFolders
) -> bytes:
    """Return a PDF of the samples in their order, at least one; DataError for artwork that is missing or unfit for print."""
    buffer = io.BytesIO()
    structure = _SheetStructure()
    volume = Volume(buffer, artwork, finish=ArchivedDocument(), structure=structure)
    names = [volume.store(sample.page) for sample in samples]
    pairs = list(zip(samples, names, strict=True))
    sheets = [pairs[begin : begin + PER_SHEET] for begin in range(0, len(pairs), PER_SHEET)]
    for number, part in enumerate(sheets, 1):
        grid = _grid(samples[0].page, heading)
        structure.begin_sheet()
        pieces: list[Underlay] = [*_head(heading, grid, f"{number} / {len(sheets)}", structure)]
        for place, (sample, name) in enumerate(part):
            box = grid.cell(place)
            alternative = _("the page of {label} ({reason})", label=sample.label, reason=sample.reason)
            figure = Figure(name, sample.page.height, box.left, box.top, grid.scale)
            pieces.append(_MarkedFigure(structure.tagged(b"Figure", b"/Alt" + text_string(alternative)), figure))
            pieces += _around(f"sample-{place}", sample, box, grid, structure)
        volume.add(Page(grid.width, grid.height, ()), figures=pieces, hashed=False)
    volume.close(info)
    return buffer.getvalue()


class _SheetStructure:
    """The structure of the sheets (`PageStructure`): a heading, then of each page its figure and its caption."""

    def __init__(self) -> None:
        self._document = Element(b"Document")
        self._pages: list[MarkedPage] = []

    @property
    def is_first(self) -> bool:
        """Whether the first sheet is filled: what others have again is no content."""
        return len(self._pages) == 1

    def begin_sheet(self) -> None:
        """Begin the next sheet."""
        self._pages.append(MarkedPage(0, []))

    def tagged(self, tag: bytes, entries: bytes = b"") -> bytes:
        """Return the operator that begins the content of a new element."""
        elements = self._pages[-1].elements
        assert isinstance(elements, list)
        element = self._document.add(tag, entries)
        element.hold(len(self._pages) - 1, len(elements))
        elements.append(element)
        return b"/%s<</MCID %d>>BDC" % (tag, len(elements) - 1)

    def entries(self, index: int) -> bytes:
        """Return more entries of a page: where its contents lead to their elements."""
        return page_entries(index)

    def note_page(self, leaf: int) -> None:
        """Note the object of the page that was written last."""
        self._pages[-1] = self._pages[-1]._replace(leaf=leaf)

    def close(self, file: Objects) -> bytes:
        """Write the tree; return the entries of the catalogue."""
        return write_structure(self._document, self._pages, file)


@dataclass(frozen=True, slots=True)
class _MarkedFigure:
    """A reduced page, in its mark."""

    begin: bytes
    figure: Figure
    texts: ClassVar[Part] = ()

    def draw(self, sheet: float) -> bytes:
        """Return the operators that draw it on a sheet `sheet` points high."""
        return b"%s\n%s\nEMC" % (self.begin, self.figure.draw(sheet))


@dataclass(frozen=True, slots=True)
class _MarkedPart:
    """Texts or rules, in their mark."""

    begin: bytes
    items: Part

    @property
    def texts(self) -> Part:
        """The texts that it sets."""
        return self.items

    def draw(self, sheet: float) -> bytes:
        """Return the operators that draw them on a sheet `sheet` points high."""
        return b"%s\n%s\n%s\nEMC" % (self.begin, SCREEN.ink, draw(spaced(self.items), sheet))


@dataclass(frozen=True, slots=True)
class Grid:
    """How pages are arranged on a sheet of `width` × `height`: the size of one, its scale, and the lines of the legend."""

    columns: int
    width: Length
    height: Length
    area: Box
    row: Length
    scale: float
    shown: tuple[Length, Length]
    legend: tuple[tuple[Length, Length, str, str], ...]

    def cell(self, place: int) -> Box:
        """Return the box of a page; pages are centred in their columns."""
        column, row = place % self.columns, place // self.columns
        width = (self.area.width - GUTTER * (self.columns - 1)) / self.columns
        left = self.area.left + (width + GUTTER) * column + (width - self.shown[0]) / 2
        return Box(left, self.area.top + self.row * row, *self.shown)


def _grid(page: Page, heading: ContactHeading) -> Grid:
    return max((_laid(page, heading, *grid) for grid in GRIDS), key=lambda grid: grid.scale)


def _laid(page: Page, heading: ContactHeading, columns: int, rows: int, is_landscape: bool) -> Grid:
    width, height = (LONG, SHORT) if is_landscape else (SHORT, LONG)
    across = width - MARGIN * 2
    legend = tuple(_legend(heading.legend, across))
    top = MARGIN + mm(12)
    floor = height - MARGIN - LINE * (1 + max((line for line, *_rest in legend), default=-1)) * 1.2
    row = (floor - top) / rows
    cell = (across - GUTTER * (columns - 1)) / columns
    high = row - CAPTION_GAP - LINE * CAPTION_LINES - ROW_GAP
    scale = min(cell.mm / page.width.mm, high.mm / page.height.mm)
    shown = (page.width * scale, page.height * scale)
    area = Box(MARGIN, top, across, floor - top)
    placed = tuple((left, floor + LINE * 1.2 * (line + 0.8), colour, text) for line, left, colour, text in legend)
    return Grid(columns, width, height, area, row, scale, shown, placed)


def _legend(legend: Iterable[tuple[str, str]], across: Length) -> Iterator[tuple[int, Length, str, str]]:
    """Yield each entry of the legend with the number of its line and where it begins in it."""
    line, left = 0, ZERO
    for colour, text in legend:
        text = _cut(settable(text), REASON, across - SWATCH * 2)
        width = SWATCH * 1.6 + fonts.family().width(text, REASON)
        if left > ZERO and left + width > across:
            line, left = line + 1, ZERO
        yield line, MARGIN + left, colour, text
        left = left + width + mm(4)


def _head(heading: ContactHeading, grid: Grid, number: str, structure: _SheetStructure) -> Iterator[_MarkedPart]:
    """Yield the title, the number of the sheet, the line below, and what each colour means."""
    right, across = grid.width - MARGIN, grid.area.width

    def content(tag: bytes, text: TextItem) -> _MarkedPart:
        return _MarkedPart(structure.tagged(tag) if structure.is_first else PAGINATION, (text,))

    yield content(b"H1", _text("title", heading.title, MARGIN, MARGIN + mm(4), TITLE, across - mm(20)))
    left = right - fonts.family().width(number, NOTE)
    yield _MarkedPart(PAGINATION, (_text("number", number, left, MARGIN + mm(4), NOTE, mm(20)),))
    yield content(b"P", _text("note", heading.note, MARGIN, MARGIN + mm(8.5), NOTE, across))
    for index, (left, baseline, colour, text) in enumerate(grid.legend):
        swatch = Box(left, baseline - SWATCH * 0.8, SWATCH, SWATCH)
        yield _MarkedPart(ARTIFACT, tuple(_frame(f"legend-{index}", swatch, STROKE * 3, colour)))
        yield content(b"P", _text(f"legend-{index}", text, left + SWATCH * 1.6, baseline, REASON, across))


def _around(place: str, sample: Sample, box: Box, grid: Grid, structure: _SheetStructure) -> Iterator[_MarkedPart]:
    """Yield the edge of a reduced page with its highlights, then its caption."""
    yield _MarkedPart(ARTIFACT, tuple(_frames(place, sample, box, grid)))
    if caption := tuple(_caption(place, sample, box, grid)):
        yield _MarkedPart(structure.tagged(b"Caption"), caption)


def _frames(place: str, sample: Sample, box: Box, grid: Grid) -> Iterator[RuleItem]:
    """Yield the edge of a reduced page and its highlights."""
    yield from _frame(place, box.inset(-EDGE), EDGE, EDGE_COLOUR)
    for highlighted, colour in sample.highlights:
        small = Box(*(side * grid.scale for side in highlighted))
        moved = Box(box.left + small.left, box.top + small.top, small.width, small.height)
        yield from _frame(place, moved.inset(-(STROKE + STROKE_GAP)), STROKE, colour)


def _caption(place: str, sample: Sample, box: Box, grid: Grid) -> Iterator[TextItem]:
    """Yield the lines of a reduced page's caption."""
    column = (grid.area.width - GUTTER * (grid.columns - 1)) / grid.columns
    left = box.left - (column - box.width) / 2
    lines = [(line, LABEL, INK) for line in _wrapped(sample.label, LABEL, column, LABEL_LINES)]
    lines += [(line, REASON, REASON_COLOUR) for line in _wrapped(sample.reason, REASON, column, CAPTION_LINES - len(lines))]
    for number, (text, font, colour) in enumerate(lines):
        yield _text(place, text, left, box.bottom + CAPTION_GAP + LINE * (number + 0.75), font, column, colour, number)


def _frame(place: str, box: Box, thickness: Length, colour: str) -> Iterator[RuleItem]:
    """Yield the four sides of a box, within it."""
    for side in (
        Box(box.left, box.top, box.width, thickness),
        Box(box.left, box.bottom - thickness, box.width, thickness),
        Box(box.left, box.top, thickness, box.height),
        Box(box.right - thickness, box.top, thickness, box.height),
    ):
        yield RuleItem(place, Layer.GUIDE, side, colour)


def _text(
    place: str, text: str, left: Length, baseline: Length, font: Font, width: Length, colour: str = INK, line: int = 0
) -> TextItem:
    text = _cut(settable(text), font, width)
    return TextItem(place, Layer.GUIDE, left, baseline, fonts.family().width(text, font), text, font, colour, line)


def _wrapped(text: str, font: Font, width: Length, count: int) -> list[str]:
    """Return a text as at most `count` lines; what is left over ends in an ellipsis."""
    text = settable(text)
    try:
        lines = break_lines(text, font, width, fonts.family())
    except TooWide:
        return [_cut(text, font, width)]
    shown = [text[line.begin : line.end] for line in lines[:count]]
    if len(lines) > count:
        shown[-1] = _cut(text[lines[count - 1].begin :], font, width)
    return [line for line in shown if line]


def _cut(text: str, font: Font, width: Length) -> str:
    """Return a text cut with an ellipsis where it is wider than `width`."""
    family, shown = fonts.family(), text
    while shown and family.width(shown, font) > width:
        text = text[:-1]
        shown = f"{text.rstrip()}…"
    return shown


def settable(text: str) -> str:
    """Return a text with `?` for what the faces have no glyph for, as in the name of a file."""
    lacking = set(fonts.family().lacks(text))
    return "".join("?" if letter in lacking else letter for letter in text) if lacking else text
