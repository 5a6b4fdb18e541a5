"""Lines spread evenly over the height that is free, in one size, the largest that fits; some may be larger than that."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from operator import itemgetter
from typing import NamedTuple

from docgen.compose.layout import FormLayout, Placed, Setting
from docgen.compose.lines import TooWide
from docgen.compose.texts import MEMORY, Block, Setter, setter_of
from docgen.errors import DataError
from docgen.form.places import Stack, Text
from docgen.memory import Memory
from docgen.messages import _
from docgen.units import ZERO, Length, pt

STEP = pt(0.5)


class DoesNotFit(Exception):
    """A row takes more space than there is, and by how much; `fields` are what it prints."""

    def __init__(self, fields: str, excess: Length):
        super().__init__(fields)
        self.fields, self.excess = fields, excess


class StackRow:
    """One row of a stack in one size: a text, which may wrap, and its companions on the same baseline at the other side.

    The result for each set of values is remembered, a refusal too.
    """

    def __init__(self, text: Text, companions: list[Text], size: Length, layout: FormLayout, *, grows: bool = False):
        texts = [text, *companions]
        names = sorted(frozenset().union(*(each.names for each in texts)))
        fonts = [each.font if size == each.font.size else each.font.at(size) for each in texts]
        #: What sets its own text, and then those on the same line.
        self.setters = [setter_of(each, font, layout.column, layout) for each, font in zip(texts, fonts, strict=True)]
        self.gaps, self.text_area = sum([each.gap.mm for each in companions]), layout.column.width
        larger = sizes_between(text.largest, size) if grows and not companions else []
        #: What sets its text in each larger size in which it may stand on one line, and how long that may be.
        self.larger = [setter_of(text, text.font.at(each), layout.column, layout) for each in larger]
        self.line_width = text.rule if text.rule > ZERO else layout.column.width
        self.names = tuple([each.name for each in texts])
        self.fields = ", ".join(names) or text.name
        #: Takes what the row prints out of a record's values.
        self.printed: Callable[[Mapping[str, object]], object] = itemgetter(*names) if names else lambda _values: None
        self._known: Memory[object, tuple[Block, ...] | DoesNotFit] = Memory(MEMORY)

    def set(self, printed: object, values: Mapping[str, object]) -> tuple[Block, ...]:
        """Return its texts, the row's own first, for what it prints of the values; DoesNotFit."""
        found = self._known.get(printed)
        if found is None:
            found = self._known.remember(printed, self._set(values))
        if isinstance(found, DoesNotFit):
            raise DoesNotFit(found.fields, found.excess)
        return found

    def _set(self, values: Mapping[str, object]) -> tuple[Block, ...] | DoesNotFit:
        """Set the texts; a row with companions must fit on a single line together with them."""
        try:
            if len(self.setters) == 1:  # the row remembers it
                return (self._grown(values) or self.setters[0].make(values),)
            blocks = tuple([setter.set(values) for setter in self.setters])
        except TooWide as too_wide:
            return DoesNotFit(self.fields, too_wide.excess)
        excess = sum([block.width.mm for block in blocks]) + self.gaps - self.text_area.mm
        if excess > 0 or any([block.lines > 1 for block in blocks]):
            return DoesNotFit(self.fields, Length(max(excess, 0)))
        return blocks

    def _grown(self, values: Mapping[str, object]) -> Block | None:
        """Return the text in the largest size of its own in which it fits on one line; None if there is none."""
        for setter in self.larger:
            with suppress(TooWide):
                block = setter.make(values)
                if block.lines == 1 and block.width <= self.line_width:
                    return block
        return None

    @property
    def setter(self) -> Setter:
        """What sets its own text in the size of the stack."""
        return self.setters[0]


class StackLayout:
    """A stack of the form in each of its sizes, and the baselines that were found for its rows."""

    def __init__(self, place: Stack, layout: FormLayout):
        self.place, self.layout = place, layout
        sizes = sizes_between(layout.text(place.stack[0]).font.size, place.min_size, is_last_in=True)
        grow = any(layout.text(name).max_size for name in place.stack)
        #: The sizes that it is tried in, and whether its lines may be larger: the texts' own size first.
        self.tries = [*([(sizes[0], True)] if grow else []), *[(size, False) for size in sizes]]
        self.baselines: Memory[Hashable, list[Length] | DoesNotFit] = Memory(MEMORY)
        self._rows: dict[tuple[float, bool], list[StackRow]] = {}

    def rows(self, size: Length, grows: bool) -> list[StackRow]:
        """Return the rows set in `size`, those that may be larger if `grows` is true."""
        found = self._rows.get((size.mm, grows))
        if found is None:
            layout, texts = self.layout, self.layout.form.texts
            members = [(layout.text(name), [text for text in texts if text.level == name]) for name in self.place.stack]
            rows = [StackRow(text, companions, size, layout, grows=grows) for text, companions in members]
            found = self._rows[size.mm, grows] = rows
        return found


def stack_of(place: Stack, layout: FormLayout) -> StackLayout:
    """Return the layout of a stack of the form, the same one each time."""
    found = layout.stacks.get(place.name)
    if found is None:
        found = layout.stacks[place.name] = StackLayout(place, layout)
    return found


#: What of a row the baselines depend on: its lines, and the size of its text in mm.
Shape = tuple[int, float]


class Spread(NamedTuple):
    """How a stack was laid in its largest size: below which place; of each row what it prints, its shape, its baseline."""

    below: Placed
    rows: Sequence[StackRow]
    printed: Sequence[object]
    shapes: Sequence[Shape]
    baselines: Sequence[Length]


def lay_stack(place: Stack, setting: Setting, spreads: dict[str, Spread]) -> dict[str, Placed]:
    """Return the stack's texts, set at the largest size that fits; DataError with field and millimetres when none does.

    Where the stack was laid below the same place on the page before, only the texts that changed are returned. `spreads` are
    the stacks of that page on entry, of this one on return.
    """
    before = spreads.pop(place.name, None)
    if before is not None and before.below is setting.placed[place.below]:
        with suppress(DoesNotFit):
            if (changed := _lay_changed(place, before, setting, spreads)) is not None:
                return changed
    return _lay_all(place, setting, spreads)


def _lay_changed(place: Stack, before: Spread, setting: Setting, spreads: dict[str, Spread]) -> dict[str, Placed] | None:
    """Lay the rows that print something else than before; None where one has another shape, which may move all."""
    values = setting.values
    changed: dict[str, Placed] = {}
    printed = [row.printed(values) for row in before.rows]
    for row, now, then, shape, baseline in zip(
        before.rows, printed, before.printed, before.shapes, before.baselines, strict=True
    ):
        if now != then:
            blocks = row.set(now, values)
            if _shape(blocks) != shape:
                return None
            for block in blocks:
                changed[block.setter.place.name] = block.on(baseline)
    spreads[place.name] = Spread(before.below, before.rows, printed, before.shapes, before.baselines)
    return changed


def _shape(blocks: Sequence[Block]) -> Shape:
    return blocks[0].lines, blocks[0].setter.font.size.mm


def _lay_all(place: Stack, setting: Setting, spreads: dict[str, Spread]) -> dict[str, Placed]:
    layout, values = setting.layout, setting.values
    refusal: DoesNotFit | None = None
    stack = stack_of(place, layout)
    for attempt in stack.tries:
        rows = stack.rows(*attempt)
        try:
            printed = [row.printed(values) for row in rows]
            blocks = [row.set(now, values) for row, now in zip(rows, printed, strict=True)]
            shapes = tuple([_shape(texts) for texts in blocks])
            baselines = _spread(stack, rows, blocks, shapes, setting)
        except DoesNotFit as too_large:
            refusal = too_large
            continue
        if attempt == stack.tries[0]:  # other values may fit in a larger size than this one
            spreads[place.name] = Spread(setting.placed[place.below], rows, printed, shapes, baselines)
        return {
            block.setter.place.name: block.on(baseline)
            for texts, baseline in zip(blocks, baselines, strict=True)
            for block in texts
        }
    raise _refused(refusal, place.min_size)


def sizes_between(largest: Length, smallest: Length, *, is_last_in: bool = False) -> list[Length]:
    """Return the sizes from `largest` down in half points, `smallest` left out unless `is_last_in`."""
    sizes, size = [], largest
    while size > smallest or (is_last_in and size >= smallest):
        sizes.append(size)
        size = size - STEP
    return sizes


def _spread(
    stack: StackLayout, rows: list[StackRow], blocks: list[tuple[Block, ...]], shapes: tuple[Shape, ...], setting: Setting
) -> list[Length]:
    """Return the first baseline of every row: each on its slot, an even pitch apart; one of more lines around its slot.

    A row that is larger than the others begins where it would if it were not, so that no other row moves.

    The first row hangs from its slot and the last one ends at it, because their gaps are prescribed. The slots do not
    move with the number of lines in between, so that stock serves other records of the same course.
    """
    below = setting.placed[stack.place.below]
    key = (below, rows[0].setter.leading.mm, shapes)
    found = stack.baselines.recall(key, lambda: _baselines(stack.place, below, rows, blocks, stack.layout))
    if isinstance(found, DoesNotFit):
        raise DoesNotFit(found.fields, found.excess)
    return found


def _baselines(
    place: Stack, below: Placed, rows: list[StackRow], blocks: list[tuple[Block, ...]], layout: FormLayout
) -> list[Length] | DoesNotFit:
    leading, cap_height = rows[0].setter.leading, rows[0].setter.cap_height
    first = below.box.bottom + place.gap + cap_height
    pitch = (layout.floor - place.foot - first) / (len(rows) - 1)
    baselines: list[Length] = []
    end = None
    for number, texts in enumerate(blocks):
        depth = leading * (texts[0].lines - 1)
        share = 0.0 if number == 0 else 1.0 if number == len(rows) - 1 else 0.5
        begin = first + pitch * number - depth * share + (texts[0].setter.cap_height - cap_height) * (1 - share)
        if end is not None and begin - end < leading:
            tallest, _texts = max(zip(rows, blocks, strict=True), key=lambda pair: pair[1][0].lines)
            return DoesNotFit(tallest.fields, leading - (begin - end))
        baselines.append(begin)
        end = begin + depth
    return baselines


def _refused(refusal: DoesNotFit | None, smallest: Length) -> DataError:
    return DataError.because(
        "does-not-fit",
        _(
            "it is {excess:.1f} mm too long for the page, even at {size:g} pt",
            excess=refusal.excess.mm if refusal else 0.0,
            size=smallest.pt,
        ),
        _("Shorten it."),
        key=refusal.fields if refusal else "",
    )
