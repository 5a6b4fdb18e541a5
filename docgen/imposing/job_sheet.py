"""The job sheet: what the press and the guillotine need to know of an imposition, on A4."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import IO

from docgen import fonts
from docgen.artwork import artwork_folders
from docgen.compose.lines import TooWide, break_lines
from docgen.compose.page import Item, Layer, Page, RuleItem, TextItem
from docgen.files import printable_name
from docgen.fonts.faces import Font
from docgen.form.places import INK
from docgen.imposing.imposition import Imposition
from docgen.imposing.plan import Lift, SheetOrder
from docgen.messages import _
from docgen.paint.press import Volume
from docgen.paint.press.contact import settable
from docgen.units import Box, Length, mm, pt

WIDTH, HEIGHT, MARGIN = mm(210), mm(297), mm(18)
TITLE, PLAIN, BOLD = Font(pt(15), bold=True), Font(pt(10)), Font(pt(10), bold=True)
LINE, STROKE = mm(5), mm(0.15)
#: Where the second column of the facts begins, and the columns of the table of lifts.
FACTS, COLUMNS = mm(42), (mm(0), mm(18), mm(48), mm(72), mm(150))
#: The most that the drawing of a sheet takes.
DRAWN = (mm(110), mm(80))


def write_job_sheet(imposition: Imposition, out: IO[bytes]) -> None:
    """Write the job sheet: files, scheme, how much there is, where is cut, and which numbers each stack has."""
    volume = Volume(out, artwork_folders(None, None), fonts.ALPHABET)
    for page in _JobPages(imposition).pages():
        volume.add(page, hashed=False)
    volume.close(imposition.info)


class _JobPages:
    """Sets the job sheet line by line, on as many pages as it takes."""

    def __init__(self, imposition: Imposition):
        self._all, self._items, self._down = imposition, list[Item](), MARGIN
        self._done: list[Page] = []

    def pages(self) -> list[Page]:
        """Return the pages."""
        self._set(self._all.info.title, MARGIN, TITLE)
        self._down += LINE * 1.8
        for name, text in self._facts():
            self._fact(name, text)
        self._down += LINE / 2
        self._draw_sheet()
        self._heading()
        for lift in self._all.plan.lifts:
            for row in self._rows(lift):
                self._row(row, PLAIN)
        self._end_page()
        return self._done

    def _facts(self) -> Iterator[tuple[str, str]]:
        plan, scheme = self._all.plan, self._all.layout.scheme
        yield _("Files"), ", ".join(printable_name(source.path) for source in self._all.sources)
        yield _("Scheme"), scheme.name
        yield _("Sheet"), _("{across:g} × {up:g} mm", across=scheme.sheet[0].mm, up=scheme.sheet[1].mm)
        yield _("Page"), _("{across:g} × {up:g} mm", across=scheme.page[0].mm, up=scheme.page[1].mm)
        yield _("Records"), str(plan.records)
        yield _("Sheets"), _("{count}, in lifts of {depth}", count=plan.sheets, depth=plan.depth)
        yield _("Printed on"), _("both sides; turn the sheet over sideways") if scheme.duplex else _("one side")
        yield _("Waste"), f"{self._all.waste:.1f} %"
        yield _("Standard"), self._all.standard.name or "PDF"
        edges = self._cuts()
        yield _("Cut, from the left"), _("{lengths} mm", lengths=", ".join(edges[0]))
        yield _("Cut, from below"), _("{lengths} mm", lengths=", ".join(edges[1]))
        if self._all.symbol_box is not None:
            yield _("Symbol"), _("{code}, then lift, sheet and side of each sheet", code=self._all.job_code)
        yield _("Stack"), _STACKING[plan.order]()

    def _cuts(self) -> tuple[list[str], list[str]]:
        """Return where the guillotine cuts, in mm from the left and the lower edge of the sheet."""
        cells, height = self._all.layout.cells, self._all.layout.scheme.sheet[1].mm
        across = {round(edge.mm, 2) for cell in cells for edge in (cell.left, cell.right)}
        up = {round(height - edge.mm, 2) for cell in cells for edge in (cell.top, cell.bottom)}
        return [f"{edge:g}" for edge in sorted(across)], [f"{edge:g}" for edge in sorted(up)]

    def _rows(self, lift: Lift) -> Iterator[tuple[str, ...]]:
        """Yield a row for each stack of a lift that has records: lift, sheets, position, numbers, how many."""
        plan = self._all.plan
        sheets = _span(str(lift.first_sheet + 1), str(lift.first_sheet + lift.sheets))
        if plan.order is SheetOrder.CUT_AND_STACK:
            begins = range(lift.first_record, lift.first_record + lift.records, lift.sheets)
            ends = [min(begin + lift.sheets, lift.first_record + lift.records) for begin in begins]
            stacks = [(str(position), begin, end) for position, (begin, end) in enumerate(zip(begins, ends, strict=True), 1)]
        else:
            stacks = [(_span("1", str(plan.positions)), lift.first_record, lift.first_record + lift.records)]
        for position, begin, end in stacks:
            head = (str(lift.number + 1), sheets, position)
            for numbers, count in _runs([self._all.name(record) for record in range(begin, end)]):
                yield *head, numbers, str(count)
                head = ("", "", "")

    def _heading(self) -> None:
        self._row((_("Lift"), _("Sheets"), _("Position"), _("Numbers"), _("Records")), BOLD)

    def _row(self, cells: Iterable[str], font: Font) -> None:
        if self._down + LINE > HEIGHT - MARGIN:
            self._end_page()
            self._heading()
        for left, text in zip(COLUMNS, cells, strict=True):
            self._set(text, MARGIN + left, font)
        self._down += LINE
        self._rule(Box(MARGIN, self._down - LINE * 0.72, WIDTH - MARGIN * 2, STROKE))

    def _fact(self, name: str, text: str) -> None:
        self._set(name, MARGIN, BOLD)
        for line in _wrapped(text, WIDTH - MARGIN * 2 - FACTS):
            self._set(line, MARGIN + FACTS, PLAIN)
            self._down += LINE

    def _draw_sheet(self) -> None:
        """Draw the sheet with its positions, reduced; the edge that the gripper holds is thick."""
        layout = self._all.layout
        sheet = layout.scheme.sheet
        scale = min(most.mm / side.mm for most, side in zip(DRAWN, sheet, strict=True))
        left, top = MARGIN + FACTS, self._down
        if top + sheet[1] * scale > HEIGHT - MARGIN:
            self._end_page()
            top = self._down
        self._frame(Box(left, top, sheet[0] * scale, sheet[1] * scale))
        self._rule(Box(left, top + sheet[1] * scale - STROKE * 5, sheet[0] * scale, STROKE * 5))
        for number, cell in enumerate(layout.cells, 1):
            box = Box(left + cell.left * scale, top + cell.top * scale, cell.width * scale, cell.height * scale)
            self._frame(box)
            self._down = box.top + box.height / 2
            self._set(str(number), box.centre - fonts.family().width(str(number), BOLD) / 2, BOLD)
        self._down = top + sheet[1] * scale + LINE * 2

    def _frame(self, box: Box) -> None:
        self._rule(Box(box.left, box.top, box.width, STROKE))
        self._rule(Box(box.left, box.bottom - STROKE, box.width, STROKE))
        self._rule(Box(box.left, box.top, STROKE, box.height))
        self._rule(Box(box.right - STROKE, box.top, STROKE, box.height))

    def _rule(self, box: Box) -> None:
        self._items.append(RuleItem("rule", Layer.MASTER, box, INK))

    def _set(self, text: str, left: Length, font: Font) -> None:
        text = settable(text)
        width = fonts.family().width(text, font)
        self._items.append(TextItem("text", Layer.DATA, left, self._down, width, text, font, INK, len(self._items)))

    def _end_page(self) -> None:
        self._done.append(Page(WIDTH, HEIGHT, tuple(self._items)))
        self._items, self._down = [], MARGIN


#: How the stacks are put together, as a line of the job sheet.
_STACKING = {
    SheetOrder.CUT_AND_STACK: lambda: _("in each lift position 1 on top, under it position 2 and so on; then the next lift"),
    SheetOrder.REPEAT: lambda: _("each sheet has one record in all positions"),
    SheetOrder.IN_ORDER: lambda: _("each sheet has records that follow each other: gather them sheet by sheet"),
}


#: The most lines of numbers that a stack takes: those of a table in no order do not go up.
MOST_RUNS = 20
_COUNTED = re.compile(r"(.*?)(\d*)", re.DOTALL)


def _runs(names: Sequence[str]) -> list[tuple[str, int]]:
    """Return the numbers of a stack as spans that go up, with how many records each has: every organization counts from 1."""
    begins = [0, *(place for place in range(1, len(names)) if not _goes_up(names[place - 1], names[place])), len(names)]
    if len(begins) > MOST_RUNS + 1:
        rest = (_("{first} … {last}, in no order", first=names[0], last=names[-1]), len(names))
        return [rest]
    return [(_span(names[begin], names[end - 1]), end - begin) for begin, end in pairwise(begins)]


def _goes_up(before: str, after: str) -> bool:
    one, other = (_COUNTED.fullmatch(name) for name in (before, after))
    if one is None or other is None or one[1] != other[1] or not (one[2] and other[2]):
        return False
    return int(one[2]) < int(other[2])


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first} – {last}"


def _wrapped(text: str, width: Length) -> list[str]:
    """Return a text as lines; one word that is wider than a line stays whole."""
    text = settable(text)
    try:
        return [text[line.begin : line.end].strip() for line in break_lines(text, PLAIN, width, fonts.family())]
    except TooWide:
        return [text]
