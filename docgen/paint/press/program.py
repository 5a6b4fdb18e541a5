"""A form as a display program: what its documents have alike is drawn once, the texts of each go at once into their slots.

The slots are the texts that print a person's name or a document's number. A page is first composed as a display list, and where
these texts stand is noted. The page of the next record with the same other values and sizes is that one, its slots filled: the
operators that its display list would be drawn with, without the list. What does not fit its slot is composed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from docgen import fonts
from docgen.compose.fixed import FirstPage, first_page
from docgen.compose.layout import Placed
from docgen.compose.page import Layer, Page
from docgen.compose.slots import Fit, PageSlots, SharedLine, TextSlot, slots_of
from docgen.compose.texts import PlacedText
from docgen.errors import DataError, FormError
from docgen.fonts.faces import Family
from docgen.form import Form
from docgen.form.people import NAMES
from docgen.form.places import INK
from docgen.memory import Memory
from docgen.paint.content import Colours, begun_text, coded, height_of, number
from docgen.units import MM_PER_PT

#: The fields that no two documents of a table have alike.
OWN = frozenset({*NAMES, "number"})
#: How many sets of other values, such as courses, are remembered before all are forgotten.
MEMORY = 256


class SlottedPage:
    """A page with slots: where these are among its parts, the face of each, and the page itself as it was composed."""

    __slots__ = ("downs", "page", "places", "styles")

    def __init__(self, page: Page, places: tuple[int, ...], downs: tuple[bytes, ...], styles: tuple[tuple[bool, bool], ...]):
        self.page, self.places, self.downs, self.styles = page, places, downs, styles


class FilledPage(NamedTuple):
    """A page with its slots filled: the operators of each, and the text that they show."""

    slotted: SlottedPage
    operators: Sequence[bytes]
    texts: Sequence[str]


class _Base:
    """What documents of one set of other values have alike: a page for each size of the slots, and the widths of texts."""

    __slots__ = ("pages", "widths")

    def __init__(self, widths: dict[str, float]):
        self.pages: dict[tuple[int, ...], SlottedPage | None] = {}
        self.widths = widths


class _SlotOperators:
    """Draws a slot: the operators that begin its text in each size, and what stands around them where it is coloured."""

    def __init__(self, slot: TextSlot, layers: frozenset[Layer], colours: Colours):
        self._begun = [begun_text(font) for font in slot.fonts]
        self._is_data_alone = Layer.MASTER not in layers
        colour = slot.place.colour
        self._around = None if colour == INK else (colours.operator(colour), colours.ink)

    def draw(self, fit: Fit, down: bytes) -> tuple[bytes, str]:
        """Return the operators and the text of what is shown."""
        size, _width, pieces = fit
        begun = self._begun[size]
        if self._is_data_alone:
            pieces = [piece for piece in pieces if piece[2]]
        drawn = [b"%s %s %s Td %s Tj ET" % (begun, number(left / MM_PER_PT), down, coded(text)) for left, text, _data in pieces]
        if self._around:
            begin, end = self._around
            drawn = [b"%s %s %s" % (begin, each, end) for each in drawn]
        return b"\n".join(drawn), "".join([text for _left, text, _data in pieces])


class DisplayProgram:
    """The display program of a form whose documents have one page, for the layers of a print and the colours of a file."""

    def __init__(self, page: FirstPage, slots: PageSlots, layers: frozenset[Layer], colours: Colours):
        self._page, self._layers = page, layers
        self._slots, self._shared, self._stacks = slots.slots, slots.lines, slots.stacks
        self._drawers = [_SlotOperators(slot, layers, colours).draw for slot in self._slots]
        self._names = [slot.place.name for slot in self._slots]
        #: Of each line that texts share: these, each with the slot that it is in, its gaps and how wide it may be.
        index = {name: at for at, name in enumerate(self._names)}
        self._lines = [([(name, index.get(name)) for name in line.names], line.gaps, line.text_area) for line in slots.lines]
        self._key = _key_of(page, frozenset(self._names))
        self._bases: Memory[object, _Base] = Memory(MEMORY)

    def fill(self, values: Mapping[str, object]) -> FilledPage | None:
        """Return the page of these values; None where it has to be composed."""
        try:
            base = self._bases.get(self._key(values))
        except TypeError:  # a list
            return None
        fits = self._fits(values) if base else ()
        slotted = base.pages.get(tuple([fit[0] for fit in fits])) if base and fits else None
        if base is None or slotted is None or (self._lines and not self._fit_on_lines(base.widths, fits)):
            return None
        operators, texts = [], []
        for draw, fit, down in zip(self._drawers, fits, slotted.downs, strict=True):
            drawn, text = draw(fit, down)
            operators.append(drawn)
            texts.append(text)
        return FilledPage(slotted, operators, texts)

    def _fits(self, values: Mapping[str, object]) -> Sequence[Fit]:
        """Return the texts of the slots; none where one of them does not fit its slot, or is refused, which is said elsewhere."""
        fits: list[Fit] = []
        try:
            for slot in self._slots:
                if (fit := slot.fit(values)) is None:
                    return ()
                fits.append(fit)
        except (DataError, FormError):
            return ()
        return fits

    def _fit_on_lines(self, fixed: Mapping[str, float], fits: Sequence[Fit]) -> bool:
        """Return whether the texts of each line fit beside each other, as `StackRow` says."""
        for members, gaps, text_area in self._lines:
            width: float = sum([fixed[name] if at is None else fits[at][1] for name, at in members])
            if width + gaps - text_area > 0:
                return False
        return True

    def learn(self, values: Mapping[str, object], page: Page) -> None:
        """Note where the slots are in a page that was composed of these values just now; the next record may be like it."""
        placed, stacks = self._page.last
        sizes = [slot.size_of(placed.get(name)) for slot, name in zip(self._slots, self._names, strict=True)]
        known = [size for size in sizes if size is not None]
        if len(known) < len(sizes) or not self._stacks <= stacks:
            return
        base = self._bases.recall(self._key(values), lambda: _Base(_widths(placed, self._shared)))
        if tuple(known) not in base.pages:
            base.pages[tuple(known)] = self._slotted(page, placed)

    def _slotted(self, page: Page, placed: Mapping[str, Placed]) -> SlottedPage | None:
        """Return a page with its slots; None where one of them shows nothing."""
        parts = {id(part): at for at, part in enumerate(page.parts)}
        slots = [placed[name] for name in self._names]
        places = [parts.get(id(each.shown[self._layers])) for each in slots]
        found = tuple([at for at in places if at is not None])
        if len(found) < len(places):
            return None
        height = page.height.mm / MM_PER_PT
        fonts_of = [each.items[0].font for each in slots if isinstance(each, PlacedText)]
        downs = tuple([height_of(each.first_baseline.mm, height) for each in slots])
        return SlottedPage(page, found, downs, tuple([(font.bold, font.italic) for font in fonts_of]))


def _widths(placed: Mapping[str, Placed], lines: Sequence[SharedLine]) -> dict[str, float]:
    return {name: placed[name].box.width.mm for line in lines for name in line.names}


def _key_of(page: FirstPage, slots: frozenset[str]) -> Callable[[Mapping[str, object]], object]:
    """Return what takes the values of a record that stand outside the slots."""
    names = sorted(frozenset[str]().union(*(each.names for each in page.places if each.name not in slots)))
    return itemgetter(*names) if names else lambda _values: None


def program_of(form: Form, layers: frozenset[Layer], colours: Colours) -> DisplayProgram | None:
    """Return the display program of a form in the faces that are used now, the same one each time.

    None for a form that has none: whose documents have several pages, or a signed code, or nothing of their own. A blank has
    none either, since its rules are as long as the data.
    """
    return _program(form, fonts.family(), layers, colours)


@lru_cache(maxsize=8)
def _program(form: Form, family: Family, layers: frozenset[Layer], colours: Colours) -> DisplayProgram | None:
    if not form.is_fixed or form.coder or form.is_backed or Layer.GUIDE in layers:
        return None
    page = first_page(form, family)
    slots = slots_of(page.layout, OWN) if page.is_alone else None
    return DisplayProgram(page, slots, layers, colours) if slots else None
