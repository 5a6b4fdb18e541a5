"""Lines spread evenly over the room there is, in one size, as large as the room allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from docgen.compose.layout import Ground, Placed, Setting
from docgen.compose.lines import TooWide
from docgen.compose.texts import Block, set_block, set_text
from docgen.errors import DataError
from docgen.form.places import Stack, Text
from docgen.messages import _
from docgen.units import ZERO, Length, pt

T = TypeVar("T")

STEP = pt(0.5)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a stack: its text, which may wrap, and what stands on the same baseline at the other side."""

    text: Text
    companions: tuple[Text, ...]
    #: The fields that the row prints, in one order.
    names: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join(self.names) or self.text.name


class DoesNotFit(Exception):
    """A row that takes more room than there is, and how much more."""

    def __init__(self, row: Row, excess: Length):
        super().__init__(row.text.name)
        self.row, self.excess = row, excess


def lay_stack(place: Stack, setting: Setting) -> dict[str, Placed]:
    """Return the stack's texts, set at the largest size that fits; DataError with field and millimetres when none does."""
    ground = setting.ground
    rows: list[Row] = ground.memory.recall((place.name, "rows"), lambda: _rows(place, ground))
    refusal: DoesNotFit | None = None
    for size in _sizes(rows[0].text.font.size, place.min_size):
        try:
            blocks = [_set_row(row, size, setting) for row in rows]
            baselines = _spread(place, rows, blocks, setting)
        except DoesNotFit as too_large:
            refusal = too_large
            continue
        return {
            block.place.name: block.on(baseline)
            for texts, baseline in zip(blocks, baselines, strict=True)
            for block in texts
        }
    raise _refused(refusal, place.min_size)


def _rows(place: Stack, ground: Ground) -> list[Row]:
    texts = [each for each in ground.form.places if isinstance(each, Text)]
    named = {text.name: text for text in texts}
    return [_row(named[name], tuple(text for text in texts if text.level == name)) for name in place.stack]


def _row(text: Text, companions: tuple[Text, ...]) -> Row:
    return Row(text, companions, tuple(sorted(text.names.union(*(each.names for each in companions)))))


def _sizes(largest: Length, smallest: Length) -> Iterator[Length]:
    size = largest
    while size >= smallest:
        yield size
        size = size - STEP


def _spread(place: Stack, rows: list[Row], blocks: list[list[Block]], setting: Setting) -> list[Length]:
    """Return the first baseline of every row: each on its slot, an even pitch apart; one of more lines around its slot.

    The first row hangs from its slot and the last one stands on it, because their gaps are prescribed. The slots do not
    move with the number of lines in between, so that stock serves other records of the same course.
    """
    below = setting.placed[place.below]
    depths = tuple([texts[0].lines for texts in blocks])
    key = (place.name, below, blocks[0][0].leading.mm, depths)
    return _fit(setting.ground.memory.recall(key, lambda: _baselines(place, below, rows, blocks, setting.ground)))


def _baselines(
    place: Stack, below: Placed, rows: list[Row], blocks: list[list[Block]], ground: Ground
) -> list[Length] | DoesNotFit:
    first = below.box.bottom + place.gap + blocks[0][0].cap_height
    pitch = (ground.floor - place.foot - first) / (len(rows) - 1)
    baselines: list[Length] = []
    end = None
    for number, texts in enumerate(blocks):
        depth = texts[0].leading * (texts[0].lines - 1)
        share = 0.0 if number == 0 else 1.0 if number == len(rows) - 1 else 0.5
        begin = first + pitch * number - depth * share
        if end is not None and begin - end < texts[0].leading:
            return DoesNotFit(_tallest(rows, blocks), texts[0].leading - (begin - end))
        baselines.append(begin)
        end = begin + depth
    return baselines


def _tallest(rows: list[Row], blocks: list[list[Block]]) -> Row:
    return max(zip(rows, blocks, strict=True), key=lambda pair: pair[1][0].lines)[0]


def _set_row(row: Row, size: Length, setting: Setting) -> list[Block]:
    """Set a row in the column, or take it from memory; one with companions must fit on a single line beside them."""
    key = ("row", row.text.name, size.mm, *[setting.values[name] for name in row.names])
    return _fit(setting.ground.memory.recall(key, lambda: _row_set(row, size, setting)))


def _fit(result: T | DoesNotFit) -> T:
    """Return what has been laid; raise a refusal that was remembered."""
    if isinstance(result, DoesNotFit):
        raise DoesNotFit(result.row, result.excess)
    return result


def _row_set(row: Row, size: Length, setting: Setting) -> list[Block] | DoesNotFit:
    column = setting.ground.column
    try:
        texts = [_set(text, size, setting, row) for text in (row.text, *row.companions)]
    except TooWide as too_wide:
        return DoesNotFit(row, too_wide.excess)
    if row.companions:
        taken = sum([block.box.width.mm for block in texts]) + sum([text.gap.mm for text in row.companions])
        excess = Length(taken) - column.width
        if excess > ZERO or any(block.lines > 1 for block in texts):
            return DoesNotFit(row, max(excess, ZERO))
    return texts


def _set(text: Text, size: Length, setting: Setting, row: Row) -> Block:
    """Set one text of a row; beside companions, one may be the same when another is not."""
    font = text.font if size == text.font.size else text.font.at(size)
    ground = setting.ground
    if row.companions:
        return set_block(text, setting.values, font, ground.column, ground)
    return set_text(text, setting.values, font, ground.column, ground.family, ground.hand)


def _refused(refusal: DoesNotFit | None, smallest: Length) -> DataError:
    return DataError.because(
        "does-not-fit",
        _(
            "it is {excess:.1f} mm too long for the page, even at {size:g} pt",
            excess=refusal.excess.mm if refusal else 0.0,
            size=smallest.pt,
        ),
        _("Shorten it."),
        key=str(refusal.row) if refusal else "",
    )
