"""A flowing document with a long table: WeasyPrint sets where it begins and ends, the press what lies between.

WeasyPrint takes milliseconds for each row of a table, and keeps all of them. But the pages in the middle of a long one are alike:
the heading row, then rows of words, each as high as its longest cell has lines. So WeasyPrint sets a document that has the first
rows alone, and one that has the last rows and what follows them. The pages between are composed of the rows, after the pattern of
the first page on which the table is continued. All rows that are set twice must be the same, in the same places. Where they are
not, or where a row holds more than words, WeasyPrint sets the whole.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, groupby, pairwise, takewhile
from typing import Any, NamedTuple

from docgen import fonts
from docgen.artwork import ArtworkFolders
from docgen.compose.page import Item, Layer, Page, Part, TextItem
from docgen.fonts.faces import Font
from docgen.paint.content import FACE_NAMES, literal
from docgen.paint.info import DocumentInfo
from docgen.paint.pdf.plain_rows import ROW, CellLine, CellPiece, NotPlainRows, PlainColumn, PlainColumns, kinds_of
from docgen.paint.pdf.table_structure import TableStructure
from docgen.paint.pdf.weasy import written
from docgen.paint.press.copying import page_as_form
from docgen.paint.press.finish import PLAIN, Finish
from docgen.paint.press.resources import Background
from docgen.paint.press.structure import ARTIFACT, PAGINATION, MarkedItems
from docgen.paint.press.volume import Figure, Underlay, Volume
from docgen.units import MM_PER_PT, ZERO, Length

#: A table of fewer rows is set by WeasyPrint. So many the first document has, or more, until it has a full continued page.
LONG, FIRST, MOST = 150, 40, 640
#: How many rows of doubtful cells are laid out at once.
AT_ONCE = 200
#: A table by its columns and heading, its rows, and its end.
_TABLE = re.compile(r"(<table>(?:<col [^>]*>)*<thead>.*?</thead><tbody>)(.*?)(</tbody></table>)", re.DOTALL)
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL | re.IGNORECASE)
#: What a document may not have, since its parts are set apart: counters go on, links lead to other pages, and a style that counts
#: rows would find others.
_COUNTED = re.compile(r"counter|bookmark-|<a |\sid=|:(?:nth|first|last|only|has|empty)")
#: Page numbers are laid out and not drawn, for the number of pages is not known yet.
UNSEEN = "<style>@page{@bottom-center{visibility:hidden}}</style>"
#: The colour of a body, which is not that of certificates; and what the items of its pages belong to.
BLACK = "#000000"
TABLE = "table"
#: A CSS pixel in millimetres, and how near two places are that count as one.
PIXEL, NEAR = MM_PER_PT * 0.75, 1e-4


class LongTable(NamedTuple):
    """A body with one long table: what is above it, its beginning and end, its rows, and what is below it."""

    above: str
    begin: str
    rows: list[str]
    end: str
    below: str

    def first(self, count: int) -> str:
        """Return the body with so many rows and nothing below but styles, which hold for all."""
        return "".join((self.above, self.begin, *self.rows[:count], self.end, *_STYLE.findall(self.below)))

    def only(self, rows: Sequence[str]) -> str:
        """Return a body of its table alone, with other rows."""
        return "".join((*_STYLE.findall(self.above), self.begin, *rows, self.end, *_STYLE.findall(self.below)))

    def last(self, begin: int) -> str:
        """Return the body of the rows from one on, with nothing above."""
        return "".join((*_STYLE.findall(self.above), self.begin, *self.rows[begin:], self.end, self.below))


def long_table(body: str) -> LongTable | None:
    """Return a body cut at its long table; None where it has none, or what does not let it be set in parts."""
    if body.count("<tr") <= LONG:
        return None
    found = max(_TABLE.finditer(body), key=lambda table: len(table[2]), default=None)
    if found is None or _COUNTED.search(body):
        return None
    begin, rows, end = found.groups()
    each = re.findall(r"<tr.*?</tr>", rows, re.DOTALL)
    if len(each) < LONG or "".join(each) != rows:
        return None
    return LongTable(body[: found.start()], begin, each, end, body[found.end() :])


class Shown(NamedTuple):
    """A piece of a line as WeasyPrint set it: its left edge and baseline in pixels, its width, its text and its style."""

    left: float
    baseline: float
    width: float
    text: str
    style: Any


class SetRow(NamedTuple):
    """A row as WeasyPrint set it: its number, its top and height in pixels, and the lines of its cells."""

    number: int
    top: float
    height: float
    cells: list[list[Shown]]

    @property
    def lines(self) -> int:
        """How many lines its highest cell has."""
        return max(len({piece.baseline for piece in cell}) for cell in self.cells)


class SetPage:
    """A page that WeasyPrint set: its table, if that is of the body itself, and the number at its foot."""

    def __init__(self, page: Any):
        self.size = (_mm(page.width), _mm(page.height))
        self.bookmarks = page.bookmarks
        self._box = page._page_box
        self.table: Any = next(self._tables(), None)

    def _tables(self) -> Iterator[Any]:
        for body in self._box.children[0].children:
            yield from (each.get_wrapped_table() for each in body.children if each.is_table_wrapper)

    @property
    def is_continued(self) -> bool:
        """Whether its table began on an earlier page; NotPlainRows where its cells do not share their rules."""
        if self.table is not None and self.table.style["border_collapse"] != "collapse":
            raise NotPlainRows
        return self.table is not None and self.table.skipped_rows > 0

    @property
    def head(self) -> Any:
        """The heading row; NotPlainRows where that is not one, above one group of rows."""
        groups = self.table.children
        if len(groups) != 2 or not groups[0].is_header or len(groups[0].children) != 1:
            raise NotPlainRows
        return groups[0].children[0]

    @property
    def rows(self) -> list[SetRow]:
        """The rows of its table."""
        rows = self.table.children[-1].children if self.table is not None else ()
        return [SetRow(row.index, row.position_y, row.height, [_pieces(cell) for cell in row.children]) for row in rows]

    @property
    def foot(self) -> Shown:
        """The number of the page; NotPlainRows where there is something else in its margins."""
        found = [piece for box in self._box.children[1:] for piece in _pieces(box)]
        if len(found) != 1:
            raise NotPlainRows
        return found[0]

    @property
    def floor(self) -> float:
        """Where its content ends at the latest."""
        bottom: float = self._box.content_box_y() + self._box.height
        return bottom


#: The kinds of box that a line of words is made of.
WORDS = {"BlockBox", "TableCellBox", "LineBox", "InlineBox", "TextBox", "MarginBox"}


def _pieces(box: Any) -> list[Shown]:
    """Return the pieces of the lines of words in a box; NotPlainRows where something else is in it."""
    return [Shown(each.position_x, each.position_y + each.baseline, each.width, each.text, each.style) for each in _texts_in(box)]


def _texts_in(box: Any) -> Iterator[Any]:
    if type(box).__name__ not in WORDS or box.background is not None:
        raise NotPlainRows
    if hasattr(box, "text"):
        yield box
    for each in getattr(box, "children", ()):
        yield from _texts_in(each)


@dataclass(frozen=True)
class _Model:
    """A continued page, by which others are set: its index, and what is alike on all of them, in pixels.

    `edges` are the columns' left edges and the last one's right edge; `contents` are of each column the left edge of its cells'
    content, its width, and the share that a line has at its left of what it leaves free.
    """

    page: SetPage
    index: int
    edges: tuple[float, ...]
    contents: list[tuple[float, float, float]]
    columns: PlainColumns
    font: Font
    #: A font unit; the thickness of rules.
    unit: float
    thickness: float
    #: The height of a line, that of a row without lines, and the first baseline below the top of a row.
    leading: float
    extra: float
    drop: float


#: How lines are aligned: the share of what they leave free that is at their left.
SHARES = {"left": 0.0, "start": 0.0, "center": 0.5, "right": 1.0, "end": 1.0}


def _model(page: SetPage, index: int, rows: Sequence[str]) -> _Model:
    """Return what a continued page says of all that are like it; NotPlainRows if it does not say it."""
    first, cells, table = page.rows[0], page.table.children[-1].children[0].children, page.table
    found = ROW.fullmatch(rows[first.number])
    shown = [line for row in page.rows for cell in row.cells for line in cell]
    if found is None or not shown or any(cell.colspan != 1 or cell.vertical_align != "top" for cell in cells):
        raise NotPlainRows
    font, size = _font(shown[0].style), shown[0].style["font_size"]
    face = fonts.family().face(font)
    unit = size / face.units_per_em
    if unit * 1024 % 1 or not all(_is_black(line.style) and _font(line.style) == font for line in shown):
        raise NotPlainRows  # Pango rounds widths to 1/1024 px; here they are sums of font units
    borders = {border for grid in table.collapsed_border_grid for line in grid for _score, border in line}
    if len(borders) != 1 or (style := next(iter(borders)))[0] != "solid" or _levels(style[2]) != (0, 0, 0, 1):
        raise NotPlainRows
    edges = (*table.column_positions, table.column_positions[-1] + table.column_widths[-1])
    contents = [(cell.content_box_x(), cell.width, SHARES[cell.style["text_align_all"]]) for cell in cells]
    columns = [
        PlainColumn(kind, wide / unit, face.units) for kind, (_x, wide, _share) in zip(kinds_of(found[1]), contents, strict=True)
    ]
    leading = next(cell.children[0].height for cell in cells if cell.children)
    drop = next(cell[0].baseline for cell in first.cells if cell) - first.top
    return _Model(
        page, index, edges, contents, PlainColumns(columns), font, unit, style[1], leading,
        first.height - leading * first.lines, drop,
    )  # fmt: skip


def _is_black(style: Any) -> bool:
    is_drawn_on = any(each != "none" for each in style["text_decoration_line"]) and style["text_decoration_line"] != "none"
    return _levels(style["color"]) == (0, 0, 0, 1) and not is_drawn_on


def _levels(colour: Any) -> tuple[float, ...]:
    """Return red, green, blue and alpha, from 0 to 1."""
    return (*colour.to("srgb").coordinates, colour.alpha)


def _font(style: Any) -> Font:
    return Font(_mm(style["font_size"]), bold=style["font_weight"] >= 600, italic=style["font_style"] != "normal")


def _mm(pixels: float) -> Length:
    return Length(pixels * PIXEL)


class PlacedRow(NamedTuple):
    """A row on its page: its number, its top and height in pixels, and the lines of its cells."""

    number: int
    top: float
    height: float
    cells: Sequence[Sequence[CellLine]]


#: Lays out a body, and returns WeasyPrint's document.
LayOut = Callable[[str], Any]


def paint_long(lay: LayOut, table: LongTable, info: DocumentInfo, artwork: ArtworkFolders, finish: Finish = PLAIN) -> bytes:
    """Return the PDF of a document with a long table; `lay` lays out a body. NotPlainRows where it has to be set as a whole."""
    front, model = _begun(lay, table)
    pages = _pages(lay, table, model)
    if len(pages) < 3:
        raise NotPlainRows
    for page in front.pages:
        _compare(SetPage(page), model, pages)
    *middle, before_last, _last = pages
    begin = before_last[0].number
    back = lay(UNSEEN + table.last(begin))
    first = SetPage(back.pages[0])
    _compare(first, model, [[row._replace(number=row.number - begin) for row in before_last]])
    if len(first.rows) != len(before_last):
        raise NotPlainRows
    return _written(front.copy(front.pages[: model.index]), middle, back, model, info, artwork, finish, table.rows)


def _begun(lay: LayOut, table: LongTable) -> tuple[Any, _Model]:
    """Return a document of the first rows, and the first full page of it on which the table is continued."""
    count = FIRST
    while count <= MOST:
        document = lay(UNSEEN + table.first(count))
        pages = [SetPage(page) for page in document.pages]
        found = next((index for index, page in enumerate(pages[:-1]) if page.is_continued), None)
        if found is not None:
            return document, _model(pages[found], found, table.rows)
        count *= 2
    raise NotPlainRows


def _pages(lay: LayOut, table: LongTable, model: _Model) -> list[list[PlacedRow]]:
    """Return the rows of the model and of all pages after it, as if nothing followed; what is no plain row ends them."""
    begin = model.page.rows[0].number
    found = takewhile(bool, map(ROW.fullmatch, table.rows[begin:]))
    cells = [model.columns.read(row[1]) for row in found if row]
    _settle(lay, table, model)
    pages: list[list[PlacedRow]] = [[]]
    first = top = model.page.rows[0].top
    floor = model.page.floor
    for number, row in enumerate(map(model.columns.lines, cells), begin):
        height = model.extra + model.leading * max(map(len, row))
        if top + height > floor and pages[-1]:
            pages.append([])
            top = first
        if top + height > floor - NEAR and (top == first or top + height < floor + NEAR):
            raise NotPlainRows  # higher than a page, or it may fit and may not
        pages[-1].append(PlacedRow(number, top, height, row))
        top += height
    return pages


def _settle(lay: LayOut, table: LongTable, model: _Model) -> None:
    """Let WeasyPrint break the doubtful cells, each once, in a document of their own."""
    rows = list(model.columns.doubtful_rows())
    broken = [
        _measured(row, model) for part in _parts(rows) for page in lay(table.only(part)).pages for row in SetPage(page).rows
    ]
    if len(broken) != len(rows):
        raise NotPlainRows
    model.columns.settle(broken)


def _parts(rows: list[str]) -> Iterator[list[str]]:
    return (rows[first : first + AT_ONCE] for first in range(0, len(rows), AT_ONCE))


def _measured(row: SetRow, model: _Model) -> list[list[CellLine]]:
    """Return the lines of a row that WeasyPrint set; NotPlainRows where they are not like those of other rows."""
    cells = [[list(line) for _baseline, line in groupby(cell, lambda piece: piece.baseline)] for cell in row.cells]
    lines: list[list[CellLine]] = [
        [[CellPiece(piece.text, piece.width / model.unit) for piece in line] for line in cell] for cell in cells
    ]
    if not _is_alike(row, PlacedRow(row.number, row.top, model.extra + model.leading * row.lines, lines), model):
        raise NotPlainRows
    return lines


def _compare(page: SetPage, model: _Model, pages: list[list[PlacedRow]]) -> None:
    """Raise NotPlainRows where a row that WeasyPrint set is not as it is set here."""
    ours = {row.number: row for each in pages for row in each}
    if any(row.number in ours and not _is_alike(row, ours[row.number], model) for row in page.rows):
        raise NotPlainRows


def _is_alike(theirs: SetRow, ours: PlacedRow, model: _Model) -> bool:
    """Return whether a row is at the same place and as high, and its lines are the same, in the same places and the same face."""
    here, there = list(_texts(ours, model)), [piece for cell in theirs.cells for piece in cell]
    is_near = abs(theirs.top - ours.top) < NEAR and abs(theirs.height - ours.height) < NEAR
    return is_near and len(here) == len(there) and all(map(_is_same, here, there))


def _is_same(item: TextItem, piece: Shown) -> bool:
    """Return whether a text is a piece that WeasyPrint set; a space at its end is not drawn."""
    left, baseline = (abs(place.mm - other * PIXEL) for place, other in zip(item[2:4], piece[:2], strict=True))
    is_near = left < NEAR and baseline < NEAR and item.text.rstrip(" ") == piece.text.rstrip(" ")
    return is_near and _is_black(piece.style) and _font(piece.style) == item.font


def _texts(row: PlacedRow, model: _Model) -> Iterator[TextItem]:
    """Yield the texts of a row, cell after cell."""
    return chain.from_iterable(_cells(row, model))


def _cells(row: PlacedRow, model: _Model) -> Iterator[list[TextItem]]:
    """Yield the texts of each cell of a row."""
    unit = model.unit
    for (left, wide, share), lines in zip(model.contents, row.cells, strict=True):
        baseline, texts = row.top + model.drop, list[TextItem]()
        for number, line in enumerate(lines):
            x = left + (wide - sum([units for _text, units in line]) * unit) * share
            for text, units in line:
                width = units * unit
                texts.append(TextItem(TABLE, Layer.DATA, _mm(x), _mm(baseline), _mm(width), text, model.font, BLACK, number))
                x += width
            baseline += model.leading
        yield texts


@dataclass(frozen=True)
class TablePage:
    """A page of the table, with the numbers that WeasyPrint would write, so that viewers round them to the same pixels.

    Each rule is stroked by itself, as there. Where the file has a structure, rules are artifacts.
    """

    model: _Model
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


def _heading(model: _Model) -> Part:
    """Return the texts of the heading row as WeasyPrint set it."""
    shown = [piece for cell in model.page.head.children for piece in _pieces(cell)]
    if not all(_is_black(line.style) for line in shown):
        raise NotPlainRows
    return tuple([_item(line, number) for number, line in enumerate(shown)])


def _item(line: Shown, number: int) -> TextItem:
    left, baseline, width = map(_mm, line[:3])
    return TextItem(TABLE, Layer.MASTER, left, baseline, width, line.text, _font(line.style), BLACK, number)


def _foot(number: int, count: int, model: _Model) -> Part:
    """Return the number of a page at its foot, in the middle of where the model has its own."""
    foot = model.page.foot
    text, font = f"{number} / {count}", _font(foot.style)
    width = fonts.family().width(text, font)
    left = _mm(foot.left + foot.width / 2) - width / 2
    return (TextItem("page", Layer.MASTER, left, _mm(foot.baseline), width, text, font, BLACK),)


def _written(
    front: Any,
    middle: list[list[PlacedRow]],
    back: Any,
    model: _Model,
    info: DocumentInfo,
    artwork: ArtworkFolders,
    finish: Finish,
    sources: Sequence[str],
) -> bytes:
    """Return the file: the pages of both documents as they are, and those between them."""
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
            cells = [(list(map(tuple, _cells(row, model))), sources[row.number]) for row in rows]
            return structure.pieces(heading, cells, foot())
        return [MarkedItems(b"", (*heading, *[text for row in rows for text in _texts(row, model)], *foot()))]

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
