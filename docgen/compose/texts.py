"""One text set in its column: wrapped, aligned, cut into runs of wording and data; and the rules that a blank has under it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from docgen.compose.layout import Ground, Placed
from docgen.compose.lines import LEADING, Line, TooWide, break_lines
from docgen.compose.page import Item, Layer, RuleItem, TextItem
from docgen.errors import DataError
from docgen.fonts import Family, Font
from docgen.form.places import ALIGN, INK, Text
from docgen.messages import _
from docgen.units import ZERO, Box, Length, mm, pt

#: A letter that does not break a line.
FIGURE = "0"
RULE_DROP = mm(1.2)
RULE_THICKNESS = mm(0.15)
CAPTION_GAP = mm(1.2)
CAPTION_FONT = Font(pt(9))


class Run(NamedTuple):
    """A piece of a line that is all wording or all data: which line, from where, how wide."""

    line: int
    left: Length
    width: Length
    text: str
    layer: Layer


@dataclass(slots=True, eq=False)
class Block:
    """A text that has been set: its runs, and the box of its ink, cap height at the top of the sheet, last baseline below."""

    place: Text
    font: Font
    runs: tuple[Run, ...]
    box: Box
    cap_height: Length
    leading: Length
    lines: int
    placed: dict[float, Placed] = field(default_factory=dict)

    def on(self, baseline: Length) -> Placed:
        """Return the text placed with its first line on `baseline`; the same baseline gives the same object."""
        found = self.placed.get(baseline.mm)
        if found is None:
            found = self.placed[baseline.mm] = self._on(baseline)
        return found

    def _on(self, baseline: Length) -> Placed:
        box = Box(self.box.left, baseline - self.cap_height, self.box.width, self.box.height)
        return Placed(self.place, box, self.items(baseline), baseline, self.lines)

    def items(self, first: Length, layer: Layer | None = None) -> tuple[TextItem, ...]:
        """Return the runs with the first line on the baseline `first`, in one layer where it is named."""
        name, font, colour = self.place.name, self.font, self.place.colour
        baselines = [first, *(first + self.leading * number for number in range(1, self.lines))]
        return tuple(
            [
                TextItem(name, layer or run.layer, run.left, baselines[run.line], run.width, run.text, font, colour, run.line)
                for run in self.runs
            ]
        )


def set_block(place: Text, values: Mapping[str, object], font: Font, column: Box, ground: Ground) -> Block:
    """Return the text of a place set at the top of `column`, from memory where it was set before.

    TooWide when a word is wider than the column.
    """
    key = (place.name, font.size.mm, column.left.mm, column.width.mm, *[values[name] for name in place.ordered_names])
    return ground.memory.recall(key, lambda: set_text(place, values, font, column, ground.family, ground.hand))


def set_text(
    place: Text, values: Mapping[str, object], font: Font, column: Box, family: Family, hand: Length = ZERO
) -> Block:
    """Set the text of a place at the top of `column`; TooWide when a word is wider than the column.

    With `hand` each datum has at least so much room a letter, unless the place has a rule of its own to write on.
    """
    pieces = place.text.fill(values, family)
    if hand > ZERO and place.rule == ZERO:
        pieces = [(_room_to_write(text, font, hand, family) if is_data else text, is_data) for text, is_data in pieces]
    text = pieces[0][0] if len(pieces) == 1 else "".join([piece for piece, _is_data in pieces])
    lines = break_lines(text, font, column.width, family, balanced=place.align == "centre")
    share, runs = ALIGN[place.align], []
    for number, line in enumerate(lines):
        left = Length(column.left.mm + (column.width.mm - line.width.mm) * share)
        if len(pieces) == 1 and len(lines) == 1:
            runs.append(Run(0, left, line.width, text[: line.end], Layer.DATA if pieces[0][1] else Layer.MASTER))
        else:
            runs += _runs(number, line, left, pieces, font, family)
    width = lines[0].width if len(lines) == 1 else max([line.width for line in lines], default=ZERO)
    cap_height, leading = family.cap_height(font), font.size * LEADING
    left = Length(column.left.mm + (column.width.mm - width.mm) * share)
    box = Box(left, ZERO, width, Length(cap_height.mm + leading.mm * (len(lines) - 1)))
    return Block(place, font, tuple(runs), box, cap_height, leading, len(lines))


def _room_to_write(text: str, font: Font, hand: Length, family: Family) -> str:
    """Return a text as wide as the hand needs for `text`, or as it is where it is wider."""
    needed = hand * len(text)
    if family.width(text, font) >= needed:
        return text
    return FIGURE * math.ceil(needed.mm / family.width(FIGURE, font).mm)


def _runs(
    number: int, line: Line, left: Length, pieces: list[tuple[str, bool]], font: Font, family: Family
) -> Iterator[Run]:
    """Cut a line, which begins at `left`, where wording and data meet."""
    position = 0
    for piece, is_data in pieces:
        begin, end = max(line.begin, position), min(line.end, position + len(piece))
        text = piece[begin - position : end - position] if end > begin else ""
        position += len(piece)
        if text:
            width = family.width(text, font)
            yield Run(number, left, width, text, Layer.DATA if is_data else Layer.MASTER)
            left = left + width


def guides(placed: Placed, column: Box, family: Family) -> Iterator[Item]:
    """Give the rules that the blank has under a text: one of the place's own length a line, else one under each datum."""
    place = placed.place
    data = [item for item in placed.items if item.layer is Layer.DATA]
    ruled = {item.line: item for item in data}.values() if place.rule > ZERO else data
    rule = None
    for item in ruled:
        width = place.rule if place.rule > ZERO else item.width
        left = column.left + (column.width - width) * ALIGN[place.align] if place.rule > ZERO else item.left
        rule = Box(left, item.baseline + RULE_DROP, width, RULE_THICKNESS)
        yield RuleItem(place.name, Layer.GUIDE, rule, INK)
    if rule and place.caption:
        width = family.width(place.caption, CAPTION_FONT)
        baseline = rule.bottom + CAPTION_GAP + family.cap_height(CAPTION_FONT)
        left = rule.left + (rule.width - width) / 2
        yield TextItem(place.name, Layer.GUIDE, left, baseline, width, place.caption, CAPTION_FONT, INK, placed.lines)


def refuse_width(place: Text, too_wide: TooWide) -> DataError:
    """Return the refusal of a text with a word wider than its column."""
    return DataError.because(
        "does-not-fit",
        _("“{word}” is {excess:.1f} mm too wide", word=too_wide.word[:60], excess=too_wide.excess.mm),
        _("Put spaces or hyphens where it may be broken, or shorten it."),
        key=", ".join(sorted(place.names)) or place.name,
    )
