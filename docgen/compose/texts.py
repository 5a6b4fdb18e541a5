"""One text set in its column: wrapped, aligned, cut into runs of wording and data; and the rules that a blank has under it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from docgen.compose.layout import Ground, Placed
from docgen.compose.lines import LEADING, Line, TooWide, break_lines
from docgen.compose.page import Item, Layer, RuleItem, TextItem
from docgen.errors import DataError
from docgen.fonts import Family, Font
from docgen.form.places import ALIGN, INK, Text
from docgen.messages import _
from docgen.units import ZERO, Box, Length, mm, pt

RULE_DROP = mm(1.2)
RULE_THICKNESS = mm(0.15)
CAPTION_GAP = mm(1.2)
CAPTION_FONT = Font(pt(9))


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A text that has been set, its cap height at the top of the sheet: its runs, and its ink down to the last baseline."""

    place: Text
    items: tuple[TextItem, ...]
    box: Box
    cap_height: Length
    leading: Length
    lines: int
    placed: dict[float, Placed] = field(default_factory=dict)

    def on(self, baseline: Length) -> Placed:
        """Return the text placed with its first line on `baseline`; the same baseline gives the same object."""
        if baseline.mm not in self.placed:
            self.placed[baseline.mm] = self._on(baseline)
        return self.placed[baseline.mm]

    def _on(self, baseline: Length) -> Placed:
        by = baseline - self.cap_height
        items = tuple(item.moved(by) for item in self.items)
        box = Box(self.box.left, by, self.box.width, self.box.height)
        return Placed(self.place, box, items, baseline, self.lines)


def set_block(place: Text, values: dict[str, object], font: Font, column: Box, ground: Ground) -> Block:
    """Return the text of a place set at the top of `column`, from memory where it was set before.

    TooWide when a word is wider than the column.
    """
    key = (place.name, font.size.mm, column.left.mm, column.width.mm, *[values[name] for name in place.ordered_names])
    return ground.memory.recall(key, lambda: set_text(place, values, font, column, ground.family))


def set_text(place: Text, values: dict[str, object], font: Font, column: Box, family: Family) -> Block:
    """Set the text of a place at the top of `column`; TooWide when a word is wider than the column."""
    pieces = place.text.fill(values)
    text = "".join([piece for piece, _is_data in pieces])
    lines = break_lines(text, font, column.width, family, balanced=place.align == "centre")
    cap_height, leading = family.cap_height(font), font.size * LEADING
    items: list[TextItem] = []
    for number, line in enumerate(lines):
        left = column.left + (column.width - line.width) * ALIGN[place.align]
        baseline = cap_height + leading * number
        items += _runs(place, left, baseline, font, number, line, pieces, family)
    width = max((line.width for line in lines), default=ZERO)
    left = column.left + (column.width - width) * ALIGN[place.align]
    box = Box(left, ZERO, width, cap_height + leading * (len(lines) - 1))
    return Block(place, tuple(items), box, cap_height, leading, len(lines))


def _runs(
    place: Text,
    left: Length,
    baseline: Length,
    font: Font,
    number: int,
    line: Line,
    pieces: list[tuple[str, bool]],
    family: Family,
) -> Iterator[TextItem]:
    """Cut a line, which begins at `left`, where wording and data meet."""
    position = 0
    for piece, is_data in pieces:
        begin, end = max(line.begin, position), min(line.end, position + len(piece))
        text = piece[begin - position : end - position] if end > begin else ""
        position += len(piece)
        if text:
            width = family.width(text, font)
            layer = Layer.DATA if is_data else Layer.MASTER
            yield TextItem(place.name, layer, left, baseline, width, text, font, place.colour, number)
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
