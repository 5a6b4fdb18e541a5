"""Lines spread evenly over the room there is, in one size, as large as the room allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from docgen.compose.layout import Layout
from docgen.compose.lines import TooWide
from docgen.compose.texts import Block, set_text
from docgen.errors import DataError
from docgen.fonts import Font
from docgen.form.places import Stack, Text
from docgen.messages import _
from docgen.units import ZERO, Box, Length, pt

STEP = pt(0.5)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a stack: its text, which may wrap, and what stands on the same baseline at the other side."""

    text: Text
    companions: tuple[Text, ...]

    @property
    def names(self) -> str:
        """The fields that the row prints, for a message."""
        return ", ".join(sorted(self.text.names.union(*(text.names for text in self.companions)))) or self.text.name


class DoesNotFit(Exception):
    """A row that takes more room than there is, and how much more."""

    def __init__(self, row: Row, excess: Length):
        super().__init__(row.text.name)
        self.row, self.excess = row, excess


def lay_stack(place: Stack, layout: Layout) -> None:
    """Set the stack's rows at the largest size that fits; DataError with field and millimetres when none does."""
    rows = [_row(layout.form.place(name), layout) for name in place.stack]
    refusal: DoesNotFit | None = None
    for size in _sizes(rows[0].text.font.size, place.min_size):
        try:
            blocks = _spread(place, rows, size, layout)
        except DoesNotFit as too_large:
            refusal = too_large
            continue
        for row, texts in zip(rows, blocks, strict=True):
            for text, block in zip((row.text, *row.companions), texts, strict=True):
                layout.keep(text, block)
        layout.boxes[place.name] = layout.boxes[rows[-1].text.name]
        return
    raise _refused(refusal, place.min_size)


def _row(text: Text, layout: Layout) -> Row:
    others = (place for place in layout.form.places if isinstance(place, Text) and place.level == text.name)
    return Row(text, tuple(others))


def _sizes(largest: Length, smallest: Length) -> Iterator[Length]:
    size = largest
    while size >= smallest:
        yield size
        size = size - STEP


def _spread(place: Stack, rows: list[Row], size: Length, layout: Layout) -> list[list[Block]]:
    """Set every row on its slot, an even pitch apart; a row of more lines stands around its slot.

    The first row hangs from its slot and the last one stands on it, because their gaps are prescribed. The slots do not
    move with the data, so that printed stock and overprint agree.
    """
    blocks = [_set_row(row, size, layout) for row in rows]
    first = layout.boxes[place.below].bottom + place.gap + blocks[0][0].cap_height
    last = layout.floor - place.foot
    pitch = (last - first) / (len(rows) - 1)
    placed, end = [], None
    for number, texts in enumerate(blocks):
        depth = texts[0].box.height - texts[0].cap_height
        share = 0.0 if number == 0 else 1.0 if number == len(rows) - 1 else 0.5
        begin = first + pitch * number - depth * share
        if end is not None and begin - end < texts[0].leading:
            raise DoesNotFit(_tallest(rows, blocks), texts[0].leading - (begin - end))
        end = begin + depth
        placed.append([block.moved_to(begin) for block in texts])
    return placed


def _tallest(rows: list[Row], blocks: list[list[Block]]) -> Row:
    return max(zip(rows, blocks, strict=True), key=lambda pair: pair[1][0].lines)[0]


def _set_row(row: Row, size: Length, layout: Layout) -> list[Block]:
    """Set a row in the column; one with companions must fit on a single line beside them."""
    column = layout.column
    try:
        companions = [_set(text, size, column, layout) for text in row.companions]
        text = _set(row.text, size, column, layout)
    except TooWide as too_wide:
        raise DoesNotFit(row, too_wide.excess) from None
    if companions:
        taken = sum((block.box.width.mm for block in (text, *companions)), 0.0) + sum(t.gap.mm for t in row.companions)
        excess = Length(taken) - column.width
        if excess > ZERO or any(block.lines > 1 for block in (text, *companions)):
            raise DoesNotFit(row, max(excess, ZERO))
    return [text, *companions]


def _set(text: Text, size: Length, column: Box, layout: Layout) -> Block:
    font = Font(size, text.font.bold, text.font.italic)
    return set_text(text, layout.values, font, column, layout.family)


def _refused(refusal: DoesNotFit | None, smallest: Length) -> DataError:
    return DataError.because(
        "does-not-fit",
        _(
            "it is {excess:.1f} mm too long for the page, even at {size:g} pt",
            excess=refusal.excess.mm if refusal else 0.0,
            size=smallest.pt,
        ),
        _("Shorten it."),
        key=refusal.row.names if refusal else "",
    )
