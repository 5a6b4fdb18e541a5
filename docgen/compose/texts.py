"""One text set in its column: wrapped, aligned, cut into runs of fixed text and data; and the rules that a blank has under it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter

from docgen.compose.layout import FormLayout, Placed, PlacedBox
from docgen.compose.lines import LEADING, Line, TooWide, break_lines
from docgen.compose.page import Item, Layer, Part, RuleItem, TextItem
from docgen.errors import DataError
from docgen.fonts.faces import Family, Font
from docgen.form.places import ALIGN, CAPTION_FONT, INK, Picture, Place, SigningLine, Text
from docgen.memory import Memory
from docgen.messages import _
from docgen.units import ZERO, Box, Length, mm

#: How many texts a setter remembers before it forgets all: enough for what repeats over a batch. A number never does.
MEMORY = 1_000
#: A letter at which no line ends.
FIGURE = "0"
RULE_DROP = mm(1.2)
RULE_THICKNESS = mm(0.15)
CAPTION_GAP = mm(1.2)


#: A piece of a line that is all fixed text or all data: its line, left edge, width, text and layer.
Run = tuple[int, Length, Length, str, Layer]


class Block:
    """A text that has been set: its runs, how many lines they make, and the width of the widest."""

    __slots__ = ("_placed", "lines", "runs", "setter", "width")

    def __init__(self, setter: Setter, runs: tuple[Run, ...], lines: int, width: Length):
        self.setter, self.runs, self.lines, self.width = setter, runs, lines, width
        self._placed: dict[float, PlacedText] | None = None

    @property
    def height(self) -> Length:
        """From the cap height of the first line to the baseline of the last."""
        return self.setter.height(self.lines)

    @property
    def text(self) -> str:
        """Its runs, one behind the other."""
        return " ".join([text for _line, _left, _width, text, _layer in self.runs])

    def on(self, baseline: Length) -> PlacedText:
        """Return the text placed with its first line on `baseline`; the same baseline gives the same object."""
        if self._placed is None:  # the cells of a table are many, and are placed row by row
            self._placed = {}
        found = self._placed.get(baseline.mm)
        if found is None:
            found = self._placed[baseline.mm] = PlacedText(self, baseline)
        return found

    def items(self, first: Length) -> tuple[TextItem, ...]:
        """Return the runs with the first line on the baseline `first`."""
        setter = self.setter
        name, font, colour = setter.place.name, setter.font, setter.place.colour
        baselines = baselines_from(first, setter.leading, self.lines)
        return tuple(
            [
                new_item(TextItem, (name, layer, left, baselines[line], width, text, font, colour, line))
                for line, left, width, text, layer in self.runs
            ]
        )


#: Makes a TextItem of the tuple of all its values, without a call of Python's: there are many.
new_item = tuple.__new__


def baselines_from(first: Length, leading: Length, lines: int) -> list[Length]:
    """Return the baselines of `lines` lines, `leading` apart."""
    return [first] if lines == 1 else [first, *[first + leading * number for number in range(1, lines)]]


class PlacedText(Placed):
    """A text with its first line on a baseline. Its box is computed when it is asked for, which is seldom.

    It does not hold the block, which holds it: a batch makes no cycles that the collector would have to look for.
    """

    __slots__ = ("_setter", "_width")

    place: Text
    items: tuple[TextItem, ...]

    def __init__(self, block: Block, baseline: Length):
        self._setter, self._width = block.setter, block.width
        self.place, self.items, self.shown = block.setter.place, block.items(baseline), {}
        self.first_baseline, self.lines = baseline, block.lines

    @property
    def column(self) -> Box:
        """The column that it is set in."""
        return self._setter.column

    @property
    def box(self) -> Box:
        """The box of its ink: the cap height of the first line at the top, the last baseline below."""
        setter, width = self._setter, self._width
        return Box(setter.left_of(width), self.first_baseline - setter.cap_height, width, setter.height(self.lines))


class Setter:
    """Sets a text of the form in one size and one column.

    What is the same for all records is computed once, and a text whose values came before is the same block as then. With
    `layer` the text belongs to that layer as a whole.
    """

    def __init__(self, place: Text, font: Font, column: Box, layout: FormLayout, layer: Layer | None = None):
        self.place, self.font, self.column = place, font, column
        self.family, self.face = layout.family, layout.family.face(font)
        self._size, self._em, self._text_area = font.size.mm, self.face.units_per_em, column.width.mm
        self._spans: Memory[int, tuple[Length, Length]] = Memory(MEMORY)
        #: A rule to write on has its own length, and pages are not numbered by hand.
        by_hand = layout.handwriting > ZERO and place.rule == ZERO and not place.is_repeated
        self._handwriting = layout.handwriting if by_hand else None
        self.cap_height, self.leading = layout.family.cap_height(font), font.size * LEADING
        self.share, self._is_balanced = ALIGN[place.align], place.align == "centre"
        names = sorted(place.text.names)
        self._key: Callable[[Mapping[str, object]], object] = itemgetter(*names) if names else lambda _values: None
        self._layers = (layer, layer) if layer else (Layer.MASTER, Layer.DATA)
        self._is_whole = layer is not None
        self._known: Memory[object, Block] = Memory(MEMORY)

    def left_of(self, width: Length) -> Length:
        """Return where a line so wide begins."""
        return Length(self.column.left.mm + (self.column.width.mm - width.mm) * self.share)

    def height(self, lines: int) -> Length:
        """Return the height of so many lines, from the cap height of the first to the baseline of the last."""
        return self.cap_height + self.leading * (lines - 1)

    def set(self, values: Mapping[str, object]) -> Block:
        """Return the text that these values make, from memory where it was made before; TooWide as `make`."""
        key = self._key(values)
        try:
            block = self._known.get(key)
        except TypeError:  # a list
            return self.make(values)
        return self._known.remember(key, self.make(values)) if block is None else block

    def make(self, values: Mapping[str, object]) -> Block:
        """Return the text that these values make; TooWide when a word is wider than the column."""
        if self._is_whole and self._handwriting is None:
            text = self.place.text.whole(values, self.family)
            return self._in_one_run(text, self._layers[True]) or self._in_lines([(text, True)])
        pieces = self.place.text.fill(values, self.family)
        if self._handwriting is not None:
            width = self._handwriting
            pieces = [(self._by_hand(text, width) if is_data else text, is_data) for text, is_data in pieces]
        if self._is_whole and len(pieces) > 1:
            pieces = [("".join([piece for piece, _is_data in pieces]), True)]
        return self._in_one_line(pieces) or self._in_lines(pieces)

    def _in_one_line(self, pieces: list[tuple[str, bool]]) -> Block | None:
        """Return the text where it fits on one line and has no space at its end, as most texts do; else None."""
        if len(pieces) == 1:
            [(text, is_data)] = pieces
            return self._in_one_run(text, self._layers[is_data])
        size, em, column = self._size, self._em, self.column
        units = [self.face.units(piece) for piece, _is_data in pieces]
        width = size * sum(units) / em
        if not width <= column.width.mm or not pieces or pieces[-1][0].endswith(" "):
            return None
        left = column.left.mm + (column.width.mm - width) * self.share
        runs: list[Run] = []
        for (piece, is_data), wide in zip(pieces, units, strict=True):
            own = size * wide / em
            runs.append((0, Length(left), Length(own), piece, self._layers[is_data]))
            left += own
        return Block(self, tuple(runs), 1, Length(width))

    def _in_one_run(self, text: str, layer: Layer) -> Block | None:
        """Return a text of one layer where it fits on one line, as `_in_one_line`."""
        units = self.face.units(text)
        span = self._spans.get(units) or self._span(units)
        if span[1].mm > self._text_area or not text or text[-1] == " ":
            return None
        left, width = span
        return Block(self, ((0, left, width, text, layer),), 1, width)

    def _span(self, units: int) -> tuple[Length, Length]:
        """Return where a line of so many units of the font begins, and its width. Figures are all of one width."""
        width = self._size * units / self._em
        return self._spans.remember(units, (self.left_of(Length(width)), Length(width)))

    def _in_lines(self, pieces: list[tuple[str, bool]]) -> Block:
        text = "".join([piece for piece, _is_data in pieces])
        lines = break_lines(text, self.font, self.column.width, self.family, self._is_balanced)
        runs = [run for number, line in enumerate(lines) for run in self._runs(number, line, pieces)]
        return Block(self, tuple(runs), len(lines), max([line.width for line in lines], default=ZERO))

    def _by_hand(self, text: str, letter: Length) -> str:
        """Return a text as wide as `text` is when written by hand, `letter` a letter, or `text` itself where it is wider."""
        needed, family = letter * len(text), self.family
        if family.width(text, self.font) >= needed:
            return text
        return FIGURE * math.ceil(needed.mm / family.width(FIGURE, self.font).mm)

    def _runs(self, number: int, line: Line, pieces: list[tuple[str, bool]]) -> Iterator[Run]:
        """Cut a line where fixed text and data meet."""
        left, position = self.left_of(line.width), 0
        for piece, is_data in pieces:
            begin, end = max(line.begin, position), min(line.end, position + len(piece))
            text = piece[begin - position : end - position] if end > begin else ""
            position += len(piece)
            if text:
                width = self.family.width(text, self.font)
                yield number, left, width, text, self._layers[is_data]
                left = left + width


def setter_of(place: Text, font: Font, column: Box, layout: FormLayout, layer: Layer | None = None) -> Setter:
    """Return what sets a text of the form in this size and column: the same one each time, with its memory."""
    key = (place.name, font.size.mm, column.left.mm, column.width.mm)
    return layout.setters.recall(key, lambda: Setter(place, font, column, layout, layer))


def guides(placed: PlacedText, family: Family) -> Iterator[Item]:
    """Yield the rules that the blank has under a text: one of the place's own length a line, else one under each datum."""
    place, column = placed.place, placed.column
    data = [item for item in placed.items if item.layer is Layer.DATA]
    rule = None
    for item in {item.line: item for item in data}.values() if place.rule > ZERO else data:
        width = place.rule if place.rule > ZERO else item.width
        left = column.left + (column.width - width) * ALIGN[place.align] if place.rule > ZERO else item.left
        rule = rule_below(item.baseline, left, width)
        yield RuleItem(place.name, Layer.GUIDE, rule, INK)
    if rule and place.caption:
        baseline = rule.bottom + CAPTION_GAP + family.cap_height(CAPTION_FONT)
        yield captioned(place, place.caption, rule, baseline, Layer.GUIDE, family, line=placed.lines)


def rule_below(baseline: Length, left: Length, width: Length) -> Box:
    """Return the box of a line to write on, under what is on `baseline`."""
    return Box(left, baseline + RULE_DROP, width, RULE_THICKNESS)


def captioned(place: Place, caption: str, over: Box, baseline: Length, layer: Layer, family: Family, line: int = 0) -> TextItem:
    """Return a caption on `baseline`, in the middle of the box `over` it."""
    width = family.width(caption, CAPTION_FONT)
    left = over.left + (over.width - width) / 2
    return TextItem(place.name, layer, left, baseline, width, caption, CAPTION_FONT, INK, line)


def signing_line(place: SigningLine, level: Placed, family: Family) -> Placed:
    """Return a line to sign on, right of the text on its level, and the caption below it."""
    rule = rule_below(level.first_baseline, level.box.right + place.gap, place.sign)
    items: Part = (RuleItem(place.name, Layer.MASTER, rule, INK),)
    if place.caption:
        baseline = rule.bottom + CAPTION_GAP + family.cap_height(CAPTION_FONT)
        items = (*items, captioned(place, place.caption, rule, baseline, Layer.MASTER, family))
    return PlacedBox(place, rule, items)


def picture_guides(place: Picture, box: Box, family: Family) -> Part:
    """Return what a blank shows where the record's picture goes: the outline of its box, with the caption in its middle."""
    thin = RULE_THICKNESS
    sides = (
        Box(box.left, box.top, box.width, thin),
        Box(box.left, box.bottom - thin, box.width, thin),
        Box(box.left, box.top, thin, box.height),
        Box(box.right - thin, box.top, thin, box.height),
    )
    baseline = box.top + (box.height + family.cap_height(CAPTION_FONT)) / 2
    rules = [RuleItem(place.name, Layer.GUIDE, side, INK) for side in sides]
    return (*rules, captioned(place, place.caption, box, baseline, Layer.GUIDE, family))


def refuse_width(place: Text, too_wide: TooWide) -> DataError:
    """Return the refusal of a text with a word wider than its column."""
    return DataError.because(
        "does-not-fit",
        _("“{word}” is {excess:.1f} mm too wide", word=too_wide.word[:60], excess=too_wide.excess.mm),
        _("Put spaces or hyphens where it may be broken, or shorten it."),
        key=", ".join(sorted(place.names)) or place.name,
    )
