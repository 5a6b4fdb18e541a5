"""The pages of a document with long tables, written: those that WeasyPrint set, and between them those of the press."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, groupby, pairwise
from typing import Any

from docgen import fonts
from docgen.artwork import ArtworkFolders
from docgen.compose.page import Layer, Page, Part, TextItem
from docgen.paint.content import FACE_NAMES
from docgen.paint.info import DocumentInfo
from docgen.paint.pdf.line_model import BLACK, TABLE, PlacedHeading, PlacedPage, is_same, texts_of_cells
from docgen.paint.pdf.pango_widths import UNIT, pango_size, pango_widths
from docgen.paint.pdf.plain_rows import NotPlainRows
from docgen.paint.pdf.set_pages import PIXEL, SetPage, Shown, font_of, is_plain, pieces_of, set_pages, to_mm
from docgen.paint.pdf.table_model import TableModel
from docgen.paint.pdf.table_structure import TableStructure
from docgen.paint.pdf.weasy import written
from docgen.paint.press.copying import page_as_form
from docgen.paint.press.finish import Finish
from docgen.paint.press.outline import Outline
from docgen.paint.press.resources import Background
from docgen.paint.press.structure import ARTIFACT, PAGINATION, MarkedItems
from docgen.paint.press.volume import Figure, Underlay, Volume
from docgen.paint.strings import literal
from docgen.units import ZERO


@dataclass(frozen=True)
class TablePage:
    """A page of tables, with the numbers that WeasyPrint would write, so that viewers round them to the same pixels.

    Each rule is stroked by itself, as there. Where the file has a structure, rules are artifacts.
    """

    model: TableModel
    placed: PlacedPage
    lettering: Lettering
    is_tagged: bool

    @property
    def texts(self) -> Part:
        """The texts that it sets."""
        return self.lettering.texts

    def draw(self, sheet: float) -> bytes:
        """Return the operators that draw it on a sheet `sheet` points high."""
        model, half = self.model, self.model.thickness / 2
        across, around = _ruled(model.edges, half)
        lines = [f"q 1 0 0 -1 0 {sheet:.6f} cm 0.75 0 0 0.75 0 0 cm {model.thickness:.6f} w"]
        for each in self.placed:
            if isinstance(each, PlacedHeading):
                lines.append(across % {"y": f"{each.top:.6f}"})
            elif not each.is_row:
                continue
            top, height = each.top, model.head.height if isinstance(each, PlacedHeading) else each.height
            ends = {"top": f"{top - half:.6f}", "bottom": f"{top + height + half:.6f}", "y": f"{top + height:.6f}"}
            lines.append(around % ends)
        rules = "\n".join([*lines, "Q"]).encode()
        return b"\n".join([_marked(ARTIFACT if self.is_tagged else b"", rules), self.lettering.draw(sheet)])


@dataclass(frozen=True)
class Lettering:
    """Texts with the same numbers, in pieces that are marked together; `begin` is empty where the file has no structure."""

    pieces: Sequence[MarkedItems]

    @property
    def texts(self) -> Part:
        """The texts that it sets."""
        return tuple([item for piece in self.pieces for item in piece.items])

    def draw(self, sheet: float) -> bytes:
        """Return the operators that set them on a sheet `sheet` points high."""
        upright = b"q 1 0 0 -1 0 %.6f cm 0.75 0 0 0.75 0 0 cm 0 g BT" % sheet
        texts = [_marked(begin, b"\n".join(_set(items))) for begin, items in self.pieces if items]
        return b"\n".join([upright, *texts, b"ET Q"])


def _marked(begin: bytes, operators: bytes) -> bytes:
    return b"\n".join([begin, operators, b"EMC"]) if begin else operators


def _set(items: Part) -> Iterator[bytes]:
    """Yield what sets each text; sizes are those of Pango."""
    font, face = None, b""
    for item in items:
        assert isinstance(item, TextItem)
        if item.font is not font:
            font = item.font
            face = b"%s %.6f" % (FACE_NAMES[font.bold, font.italic], pango_size(font.size.mm / PIXEL) * UNIT)
        place = (item.left.mm / PIXEL, item.baseline.mm / PIXEL)
        yield b"%s Tf 1 0 0 -1 %.6f %.6f Tm %s Tj" % (face, *place, literal(item.text.encode("utf-16-be")))


@lru_cache(maxsize=4)
def _ruled(edges: tuple[float, ...], half: float) -> tuple[str, str]:
    """Return what draws the rules above a row, and those around it but above, with places for `y`, `top` and `bottom`."""
    across = [f"{left - half:.6f} %(y)s m {right + half:.6f} %(y)s l S" for left, right in pairwise(edges)]
    along = [f"{x:.6f} %(top)s m {x:.6f} %(bottom)s l S" for x in edges]
    first, *others = along
    return "\n".join(across), "\n".join([first, *[line for pair in zip(others, across, strict=True) for line in pair]])


class Headings:
    """The heading row of all tables, as WeasyPrint set it; NotPlainRows where it is not black."""

    def __init__(self, head: Any):
        self._top = head.position_y
        self._cells = [pieces_of(cell) for cell in head.children]
        self._known: dict[float, list[Part]] = {}
        if not all(is_plain(line.style) for cell in self._cells for line in cell):
            raise NotPlainRows

    def at(self, top: float) -> list[Part]:
        """Return the texts of each cell of one whose top is there, in pixels."""
        if top not in self._known:
            self._known = {top: [_texts(cell, top - self._top) for cell in self._cells]}
        return self._known[top]


def _texts(pieces: Sequence[Shown], lower: float) -> Part:
    lines = enumerate(groupby(pieces, lambda piece: piece.baseline))
    return tuple(
        [_item(piece._replace(baseline=baseline + lower), number) for number, (baseline, line) in lines for piece in line]
    )


def _item(line: Shown, number: int) -> TextItem:
    left, baseline, width = map(to_mm, line[:3])
    return TextItem(TABLE, Layer.MASTER, left, baseline, width, line.text, font_of(line.style), BLACK, number)


def _foot(number: int, count: int, model: TableModel) -> tuple[TextItem]:
    """Return the number of a page at its foot, in the middle of where the model has its own."""
    foot = model.page.foot
    text, font = f"{number} / {count}", font_of(foot.style)
    width = pango_widths(fonts.family().face(font), font.size.mm / PIXEL)(text) * UNIT
    left = to_mm(foot.left + (foot.width - width) / 2)
    return (TextItem("page", Layer.MASTER, left, to_mm(foot.baseline), to_mm(width), text, font, BLACK),)


def require_numbers(pages: Sequence[SetPage], model: TableModel) -> None:
    """Raise NotPlainRows where pages of a document are not as large as that of the model, or more than numbers are at their feet.

    These are not seen, for they are written here; the first page has none.
    """
    for index, page in enumerate(pages):
        foot, here = _foot(index + 1, len(pages), model) if index else (), page.margins
        if page.size != model.page.size or len(here) != len(foot):
            raise NotPlainRows
        if not all(is_same(mine, shown, "hidden") for mine, shown in zip(foot, here, strict=True)):
            raise NotPlainRows


def write_pages(
    front: Any,
    middle: list[PlacedPage],
    back: Any,
    model: TableModel,
    info: DocumentInfo,
    artwork: ArtworkFolders,
    finish: Finish,
    sources: Sequence[str],
) -> bytes:
    """Return the file: the pages of both documents as they are, and those between them.

    `sources` is the markup of all rows and paragraphs.
    """
    buffer = io.BytesIO()
    structure = TableStructure(model, sources) if finish.is_tagged else None
    outline = Outline()
    volume = Volume(buffer, artwork, finish=finish, structure=structure, outline=outline)
    count = len(front.pages) + len(middle) + len(back.pages)
    headings = Headings(model.head)

    def add(figures: Sequence[Underlay]) -> None:
        volume.add(Page(*model.page.size, ()), None, figures, hashed=False)

    def foot() -> Part:
        return _foot(volume.pages + 1, count, model) if volume.pages else ()

    def add_set(document: Any) -> None:
        pdf = structure.write(document) if structure else written(document)
        for index, set_page in enumerate(document.pages):
            for level, label, (left, top), _state in set_page.bookmarks:
                outline.add(level, label, to_mm(left).pt, to_mm(set_page.height - top).pt)
            name = volume.embed(Background(page_as_form(pdf, index, volume.pages if structure else None)))
            if structure:
                structure.show(volume.number_of(name))
            add([Figure(name, model.page.size[1], ZERO, ZERO, 1), Lettering([MarkedItems(of_page, foot())])])

    def pieces(page: PlacedPage) -> list[MarkedItems]:
        parts: list[list[Part]] = [
            headings.at(each.top) if isinstance(each, PlacedHeading) else [*texts_of_cells(each)] for each in page
        ]
        if structure:
            return structure.pieces(page, parts, foot())
        return [MarkedItems(b"", (*chain.from_iterable(chain.from_iterable(parts)), *foot()))]

    of_page = PAGINATION if structure else b""
    add_set(front)
    for page in middle:
        add([TablePage(model, page, Lettering(pieces(page)), structure is not None)])
    table = set_pages(back.pages[:1])[0].items[0].table
    if structure and table is not None:  # the later document does not begin with a paragraph
        structure.go_on(table)
    add_set(back)
    volume.close(info)
    return buffer.getvalue()
