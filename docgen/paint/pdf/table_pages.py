"""The pages of a document with a long table, written: those that WeasyPrint set, and between them those of the press."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from docgen import fonts
from docgen.artwork import ArtworkFolders
from docgen.compose.page import Item, Layer, Page, Part, TextItem
from docgen.paint.content import FACE_NAMES, literal
from docgen.paint.info import DocumentInfo
from docgen.paint.pdf.plain_rows import NotPlainRows
from docgen.paint.pdf.set_pages import PIXEL, SetPage, Shown, font_of, is_black, pieces_of, to_mm
from docgen.paint.pdf.table_model import BLACK, TABLE, PlacedRow, TableModel, cells_of, texts_of
from docgen.paint.pdf.table_structure import TableStructure
from docgen.paint.pdf.weasy import written
from docgen.paint.press.copying import page_as_form
from docgen.paint.press.finish import Finish
from docgen.paint.press.resources import Background
from docgen.paint.press.structure import ARTIFACT, PAGINATION, MarkedItems
from docgen.paint.press.volume import Figure, Underlay, Volume
from docgen.units import ZERO


@dataclass(frozen=True)
class TablePage:
    """A page of the table, with the numbers that WeasyPrint would write, so that viewers round them to the same pixels.

    Each rule is stroked by itself, as there. Where the file has a structure, rules are artifacts.
    """

    model: TableModel
    rows: Sequence[PlacedRow]
    lettering: Lettering
    is_tagged: bool

    @property
    def texts(self) -> Part:
        """The texts that it sets."""
        return self.lettering.texts

    def draw(self, sheet: float) -> bytes:
        """Return the operators that draw it on a sheet `sheet` points high."""
        model, half = self.model, self.model.thickness / 2
        head = model.page.head
        across, around = _ruled(model.edges, half)
        lines = [
            f"q 1 0 0 -1 0 {sheet:.6f} cm 0.75 0 0 0.75 0 0 cm {model.thickness:.6f} w",
            across % {"y": f"{head.position_y:.6f}"},
        ]
        for top, height in [(head.position_y, head.height), *[(row.top, row.height) for row in self.rows]]:
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
        texts = [_marked(begin, b"\n".join([_set(item) for item in items])) for begin, items in self.pieces if items]
        return b"\n".join([upright, *texts, b"ET Q"])


def _marked(begin: bytes, operators: bytes) -> bytes:
    return b"\n".join([begin, operators, b"EMC"]) if begin else operators


def _set(item: Item) -> bytes:
    assert isinstance(item, TextItem)
    font, left, baseline = item.font, item.left.mm / PIXEL, item.baseline.mm / PIXEL
    size = font.size.mm / PIXEL
    name = FACE_NAMES[font.bold, font.italic]
    return b"%s %.6f Tf 1 0 0 -1 %.6f %.6f Tm %s Tj" % (name, size, left, baseline, literal(item.text.encode("utf-16-be")))


@lru_cache(maxsize=4)
def _ruled(edges: tuple[float, ...], half: float) -> tuple[str, str]:
    """Return what draws the rules above a row, and those around it but above, with places for `y`, `top` and `bottom`."""
    across = [f"{left - half:.6f} %(y)s m {right + half:.6f} %(y)s l S" for left, right in pairwise(edges)]
    along = [f"{x:.6f} %(top)s m {x:.6f} %(bottom)s l S" for x in edges]
    first, *others = along
    return "\n".join(across), "\n".join([first, *[line for pair in zip(others, across, strict=True) for line in pair]])


def _heading(model: TableModel) -> Part:
    """Return the texts of the heading row as WeasyPrint set it."""
    shown = [piece for cell in model.page.head.children for piece in pieces_of(cell)]
    if not all(is_black(line.style) for line in shown):
        raise NotPlainRows
    return tuple([_item(line, number) for number, line in enumerate(shown)])


def _item(line: Shown, number: int) -> TextItem:
    left, baseline, width = map(to_mm, line[:3])
    return TextItem(TABLE, Layer.MASTER, left, baseline, width, line.text, font_of(line.style), BLACK, number)


def _foot(number: int, count: int, model: TableModel) -> Part:
    """Return the number of a page at its foot, in the middle of where the model has its own."""
    foot = model.page.foot
    text, font = f"{number} / {count}", font_of(foot.style)
    width = fonts.family().width(text, font)
    left = to_mm(foot.left + foot.width / 2) - width / 2
    return (TextItem("page", Layer.MASTER, left, to_mm(foot.baseline), width, text, font, BLACK),)


def write_pages(
    front: Any,
    middle: list[list[PlacedRow]],
    back: Any,
    model: TableModel,
    info: DocumentInfo,
    artwork: ArtworkFolders,
    finish: Finish,
    sources: Sequence[str],
) -> bytes:
    """Return the file: the pages of both documents as they are, and those between them; `sources` is the markup of all rows."""
    buffer = io.BytesIO()
    structure = TableStructure() if finish.is_tagged else None
    volume = Volume(buffer, artwork, finish=finish, structure=structure)
    count, label = len(front.pages) + len(middle) + len(back.pages), _bookmark(front, back)
    heading = _heading(model)

    def add(figures: Sequence[Underlay]) -> None:
        volume.add(Page(*model.page.size, ()), None if volume.pages else label, figures, hashed=False)

    def foot() -> Part:
        return _foot(volume.pages + 1, count, model) if volume.pages else ()

    def add_set(document: Any) -> None:
        pdf = structure.write(document) if structure else written(document)
        for index in range(len(document.pages)):
            name = volume.embed(Background(page_as_form(pdf, index, volume.pages if structure else None)))
            if structure:
                structure.show(volume.number_of(name))
            add([Figure(name, model.page.size[1], ZERO, ZERO, 1), Lettering([MarkedItems(of_page, foot())])])

    def pieces(rows: list[PlacedRow]) -> list[MarkedItems]:
        if structure:
            cells = [(list(map(tuple, cells_of(row, model))), sources[row.number]) for row in rows]
            return structure.pieces(heading, cells, foot())
        return [MarkedItems(b"", (*heading, *[text for row in rows for text in texts_of(row, model)], *foot()))]

    of_page = PAGINATION if structure else b""
    add_set(front)
    if structure:
        structure.go_on(SetPage(back.pages[0]).table, model.page.table)
    for rows in middle:
        add([TablePage(model, rows, Lettering(pieces(rows)), structure is not None)])
    add_set(back)
    volume.close(info)
    return buffer.getvalue()


def _bookmark(front: Any, back: Any) -> str | None:
    """Return the only bookmark, which is on the first page; NotPlainRows where there are others."""
    first, *others = [SetPage(page).bookmarks for document in (front, back) for page in document.pages]
    if len(first) > 1 or any(others):
        raise NotPlainRows
    return first[0][1] if first else None
