"""Lines spread evenly over the height that is free, in one size, the largest that fits."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from operator import itemgetter
from typing import NamedTuple

from docgen.compose.layout import FormLayout, Placed, Setting
from docgen.compose.lines import TooWide
from docgen.compose.texts import MEMORY, Block, setter_of
from docgen.errors import DataError
from docgen.form.places import Stack, Text
from docgen.memory import Memory
from docgen.messages import _
from docgen.units import Length, pt

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

    def __init__(self, text: Text, companions: list[Text], size: Length, layout: FormLayout):
        texts = [text, *companions]
        names = sorted(frozenset().union(*(each.names for each in texts)))
        fonts = [each.font if size == each.font.size else each.font.at(size) for each in texts]
        self._setters = [setter_of(each, font, layout.column, layout) for each, font in zip(texts, fonts, strict=True)]
        self._gaps, self._text_area = sum([each.gap.mm for each in companions]), layout.column.width
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
            if len(self._setters) == 1:  # the row remembers it
                return (self._setters[0].make(values),)
            blocks = tuple([setter.set(values) for setter in self._setters])
        except TooWide as too_wide:
            return DoesNotFit(self.fields, too_wide.excess)
        excess = sum([block.width.mm for block in blocks]) + self._gaps - self._text_area.mm
        if excess > 0 or any([block.lines > 1 for block in blocks]):
            return DoesNotFit(self.fields, Length(max(excess, 0)))
        return blocks


class StackLayout:
    """A stack of the form in each of its sizes, and the baselines that were found for its rows."""

    def __init__(self, place: Stack, layout: FormLayout):
        self.place, self.layout = place, layout
        self.sizes = _sizes(place, layout)
        self.baselines: Memory[Hashable, list[Length] | DoesNotFit] = Memory(MEMORY)
        self._rows: dict[float, list[StackRow]] = {}

    def rows(self, size: Length) -> list[StackRow]:
        """Return the rows set in `size`."""
        found = self._rows.get(size.mm)
        if found is None:
            layout, texts = self.layout, self.layout.form.texts
            members = [(layout.text(name), [text for text in texts if text.level == name]) for name in self.place.stack]
            found = self._rows[size.mm] = [StackRow(text, companions, size, layout) for text, companions in members]
        return found


class Spread(NamedTuple):
    """How a stack was laid in its largest size: below which place; of each row what it prints, its lines, its baseline."""

    below: Placed
    rows: Sequence[StackRow]
    printed: Sequence[object]
    lines: Sequence[int]
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
    """Lay the rows that print something else than before; None where one has more or fewer lines, which may move all."""
    values = setting.values
    changed: dict[str, Placed] = {}
    printed = [row.printed(values) for row in before.rows]
    for row, now, then, lines, baseline in zip(before.rows, printed, before.printed, before.lines, before.baselines, strict=True):
        if now != then:
            blocks = row.set(now, values)
            if blocks[0].lines != lines:
                return None
            for block in blocks:
                changed[block.setter.place.name] = block.on(baseline)
    spreads[place.name] = Spread(before.below, before.rows, printed, before.lines, before.baselines)
    return changed


def _lay_all(place: Stack, setting: Setting, spreads: dict[str, Spread]) -> dict[str, Placed]:
    layout, values = setting.layout, setting.values
    refusal: DoesNotFit | None = None
    stack = layout.stacks.get(place.name)
    if stack is None:
        stack = layout.stacks[place.name] = StackLayout(place, layout)
    for size in stack.sizes:
        rows = stack.rows(size)
        try:
            printed = [row.printed(values) for row in rows]
            blocks = [row.set(now, values) for row, now in zip(rows, printed, strict=True)]
            lines = tuple([texts[0].lines for texts in blocks])
            baselines = _spread(stack, rows, blocks, lines, setting)
        except DoesNotFit as too_large:
            refusal = too_large
            continue
        if size == stack.sizes[0]:  # other values may fit in a larger size than this one
            spreads[place.name] = Spread(setting.placed[place.below], rows, printed, lines, baselines)
        return {
            block.setter.place.name: block.on(baseline)
            for texts, baseline in zip(blocks, baselines, strict=True)
            for block in texts
        }
    raise _refused(refusal, place.min_size)


def _sizes(place: Stack, layout: FormLayout) -> tuple[Length, ...]:
    """Return the sizes that a stack may be set in, the texts' own first."""
    sizes = [layout.text(place.stack[0]).font.size]
    while (smaller := sizes[-1] - STEP) >= place.min_size:
        sizes.append(smaller)
    return tuple(sizes)


def _spread(
    stack: StackLayout, rows: list[StackRow], blocks: list[tuple[Block, ...]], lines: tuple[int, ...], setting: Setting
) -> list[Length]:
    """Return the first baseline of every row: each on its slot, an even pitch apart; one of more lines around its slot.

    The first row hangs from its slot and the last one ends at it, because their gaps are prescribed. The slots do not
    move with the number of lines in between, so that stock serves other records of the same course.
    """
    below = setting.placed[stack.place.below]
    key = (below, blocks[0][0].setter.leading.mm, lines)
    found = stack.baselines.recall(key, lambda: _baselines(stack.place, below, rows, blocks, stack.layout))
    if isinstance(found, DoesNotFit):
        raise DoesNotFit(found.fields, found.excess)
    return found


def _baselines(
    place: Stack, below: Placed, rows: list[StackRow], blocks: list[tuple[Block, ...]], layout: FormLayout
) -> list[Length] | DoesNotFit:
    leading = blocks[0][0].setter.leading
    first = below.box.bottom + place.gap + blocks[0][0].setter.cap_height
    pitch = (layout.floor - place.foot - first) / (len(rows) - 1)
    baselines: list[Length] = []
    end = None
    for number, texts in enumerate(blocks):
        depth = leading * (texts[0].lines - 1)
        share = 0.0 if number == 0 else 1.0 if number == len(rows) - 1 else 0.5
        begin = first + pitch * number - depth * share
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
