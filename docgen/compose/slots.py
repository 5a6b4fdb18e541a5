"""Texts of a first page that are other words in each document of a table, measured by numbers alone: no list of items is made.

What is measured here is what `docgen.compose.texts` sets: a text that stands on one line has the same size, the same left edge
and the same pieces. A text that takes more lines is left to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from docgen.compose.layout import FormLayout, Placed
from docgen.compose.places import column_of
from docgen.compose.stack import StackRow, stack_of
from docgen.compose.texts import PlacedText, Setter, setter_of
from docgen.fonts.faces import Font
from docgen.form.places import Code, Fill, Frame, Picture, Stack, Text
from docgen.memory import Memory

#: The places that are measured from the lower edge or the baseline of another one alone, which its words do not move as long as
#: it stands on one line.
VERTICAL = (Text, Picture, Stack, Code, Frame, Fill)


#: A line that ends so is broken by `docgen.compose.lines`; and how many fixed texts are remembered.
NO_END, FIXED_TEXTS = ("", " "), 64
#: A piece of a line: its left edge in mm, its text, and whether it is data.
Piece = tuple[float, str, bool]
#: A text on one line: the index of its size, its width in mm, and its pieces. A plain tuple, since each document has some.
Fit = tuple[int, float, list[Piece]]


class TextSlot:
    """A text of the form that stands on one line: its sizes, the largest first, and how wide a line of each may be."""

    def __init__(self, place: Text, setters: Sequence[Setter], limits: Sequence[float]):
        self.place = place
        self.fonts: list[Font] = [setter.font for setter in setters]
        setter = setters[0]
        self._fill, self._family, self._units = place.text.fill, setter.family, setter.face.units
        self._fixed: Memory[str, int] = Memory(FIXED_TEXTS)
        #: Of each size: its index, the size in mm, the font units of an em, and the greatest width.
        em = setter.face.units_per_em
        self._sizes = [(at, each.font.size.mm, em, limit) for at, (each, limit) in enumerate(zip(setters, limits, strict=True))]
        self._left, self._column, self._share = setter.column.left.mm, setter.column.width.mm, setter.share

    def fit(self, values: Mapping[str, object]) -> Fit | None:
        """Return the text that these values make; None where it does not stand on one line as it is.

        Raise DataError for a letter that the face lacks, FormError where the template fails.
        """
        filled = self._fill(values, self._family)
        if len(filled) == 1:
            [(text, is_data)] = filled
            total = self._units(text)
            for at, size, em, limit in self._sizes:
                width = size * total / em
                if width <= limit and text[-1:] not in NO_END:
                    return at, width, [(self._left + (self._column - width) * self._share, text, is_data)]
            return None
        return self._fit_pieces(filled)

    def _fit_pieces(self, filled: list[tuple[str, bool]]) -> Fit | None:
        """Return a text of several pieces, or none, in the largest size in which it stands on one line."""
        if not filled or filled[-1][0][-1:] in NO_END:
            return None
        widths = [self._units_of(text, is_data) for text, is_data in filled]
        total = sum(widths)
        for at, size, em, limit in self._sizes:
            width = size * total / em
            if width <= limit:
                left = self._left + (self._column - width) * self._share
                pieces: list[Piece] = []
                for (text, is_data), wide in zip(filled, widths, strict=True):
                    pieces.append((left, text, is_data))
                    left += size * wide / em
                return at, width, pieces
        return None

    def _units_of(self, text: str, is_data: bool) -> int:
        """Return the width of a piece in font units; the fixed texts of a form are few, and are measured once."""
        if is_data:
            return self._units(text)
        found = self._fixed.get(text)
        return self._fixed.remember(text, self._units(text)) if found is None else found

    def size_of(self, placed: Placed | None) -> int | None:
        """Return which of the sizes a text was laid in; None for another one, or several lines."""
        if not isinstance(placed, PlacedText) or placed.lines != 1 or not placed.items:
            return None
        font = placed.items[0].font
        return self.fonts.index(font) if font in self.fonts else None


class SharedLine(NamedTuple):
    """Texts on one line that must fit beside each other: their names, and the width in mm that they have without the gaps."""

    names: tuple[str, ...]
    gaps: float
    text_area: float


class PageSlots(NamedTuple):
    """The slots of a page, the lines that some of them share with other texts, and the stacks that must be as large as can be."""

    slots: Sequence[TextSlot]
    lines: Sequence[SharedLine]
    stacks: frozenset[str]


def slots_of(layout: FormLayout, names: frozenset[str]) -> PageSlots | None:
    """Return a slot for each text of the first page that prints one of the fields `names`; None if one cannot have a slot."""
    places = [place for place in layout.form.places if place.is_on_first_page]
    texts = {place.name: place for place in places if place.names & names}
    rows = _rows_of(layout)
    moved = {anchor for place in places if not isinstance(place, VERTICAL) for anchor in place.ordered_anchors}
    slots: list[TextSlot] = []
    for name, place in texts.items():
        if not isinstance(place, Text) or name in moved or place.right_of:
            return None
        slots.append(_stacked(place, *rows[name][1:]) if name in rows else _alone(place, layout))
    used = [rows[name] for name in texts if name in rows]
    lines = {id(row): SharedLine(row.names, row.gaps, row.text_area.mm) for _stack, row, _at in used}
    shared = [line for line in lines.values() if len(line.names) > 1]
    return PageSlots(slots, shared, frozenset(stack for stack, _row, _at in used)) if slots else None


#: The stack of a text, its row, and which of the row's texts it is.
RowOf = tuple[str, StackRow, int]


def _rows_of(layout: FormLayout) -> dict[str, RowOf]:
    """Return the row of each text in a stack, set in the largest size."""
    rows: dict[str, RowOf] = {}
    for place in layout.form.places:
        if isinstance(place, Stack):
            stack = stack_of(place, layout)
            for row in stack.rows(*stack.tries[0]):
                rows |= {name: (place.name, row, at) for at, name in enumerate(row.names)}
    return rows


def _stacked(place: Text, row: StackRow, at: int) -> TextSlot:
    """Return the slot of a text of a row; the row's own may be larger where it fits on its rule."""
    column = row.text_area.mm
    if at or not row.larger:
        return TextSlot(place, [row.setters[at]], [column])
    return TextSlot(place, [*row.larger, row.setter], [*[min(column, row.line_width.mm)] * len(row.larger), column])


def _alone(place: Text, layout: FormLayout) -> TextSlot:
    column = column_of(place, layout.column, None)
    return TextSlot(place, [setter_of(place, place.font, column, layout)], [column.width.mm])
