"""A fixed form and a record → its pages.

The first page is laid again only where the record differs from the one before: most of what a batch prints repeats. The
pages of a table follow it, each put together when its turn comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from operator import itemgetter
from typing import NamedTuple

from docgen import fonts
from docgen.compose.layout import FormLayout, Placed, Setting
from docgen.compose.lines import TooWide
from docgen.compose.page import ALL_LAYERS, Layer, Page, Part
from docgen.compose.places import lay_place
from docgen.compose.stack import Spread, lay_stack
from docgen.compose.tables import Drawing, lay_table
from docgen.compose.texts import PlacedText, guides, refuse_width, setter_of
from docgen.errors import DataError, Problem
from docgen.fonts.faces import Family
from docgen.form import Form
from docgen.form.places import CODE_VALUE, Place, Stack, Text
from docgen.messages import labelled
from docgen.record import Record
from docgen.units import ZERO, Length, mm

#: The width of a letter written by hand on a blank: two figures of a day in 9 mm. House style.
HANDWRITING = mm(4.5)
#: The layers that rows and page numbers belong to.
ROW_LAYERS = frozenset({Layer.MASTER, Layer.DATA})


class Pages:
    """The pages of a record. All is measured; each page is put together when its turn comes, and anew each time.

    `again` lays them anew.
    """

    def __init__(self, each: list[Callable[[], Page]], again: Callable[[], Iterable[Page]]):
        self._each, self._count, self._again = each, len(each), again

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Page]:
        return (page() for page in self._each) if len(self._each) == self._count else iter(self._again())

    def taken(self) -> Iterator[Page]:
        """Yield each page, and forget what it is put together from: that of a long table takes more than its file.

        Who asks for the pages after that gets them laid anew.
        """
        if len(self._each) < self._count:
            yield from self._again()
            return
        each, self._each = self._each[::-1], []
        while each:
            yield each.pop()()


def compose(form: Form, record: Record, layers: frozenset[Layer] = ALL_LAYERS) -> list[Page]:
    """Return the pages of a fixed form for one record, with the items of `layers`; errors as `lay`."""
    return list(lay(form, record, layers))


def lay(form: Form, record: Record, layers: frozenset[Layer] = ALL_LAYERS) -> Pages | list[Page]:
    """Return the same pages as `compose`, for a painter that takes one after the other.

    DataError names field and millimetres when a text does not fit at the size that the act prescribes. What repeats from
    record to record is the same object in the pages of both. The back, where it is printed, comes last.
    """
    if form.coder:
        record = _with_code(form, record, layers)
    if not form.is_backed:
        return _laid(form, record, layers)
    problems: list[Problem] = []
    pages: list[Page] = []
    for side in form.sides:
        try:
            pages += _laid(side, record, layers)
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(list(dict.fromkeys(problems)))
    return pages


def _with_code(form: Form, record: Record, layers: frozenset[Layer]) -> Record:
    """Return a record with the symbol of its signed code, None where no datum is printed."""
    is_shown = Layer.DATA in layers and not record.is_blank
    symbol = form.coder.symbol(form, record) if form.coder and is_shown else None
    return Record({**record.values, CODE_VALUE: symbol}, record.notes, record.is_blank)


def _laid(form: Form, record: Record, layers: frozenset[Layer]) -> Pages | list[Page]:
    if record.is_blank:
        with suppress(DataError):  # a text that would not fit by hand keeps the width of type
            return _composed(first_page(form, fonts.family(), HANDWRITING), record, layers)
    try:
        return _composed(first_page(form, fonts.family()), record, layers)
    except DataError as error:
        raise DataError([_labelled(problem, form) for problem in error.problems]) from None


def _composed(page: FirstPage, record: Record, layers: frozenset[Layer]) -> Pages | list[Page]:
    layout, placed = page.layout, page.lay(record.values)
    first = [part for each in placed.values() if (part := each.shown.get(layers) or _shown(each, layers, layout))]
    if page.is_alone:
        return [Page.of(layout.form.sheet.width, layout.form.sheet.height, first)]
    setting = Setting(layout, record.values, placed)
    bodies = lay_table(layout.form.table, setting) if layout.form.table else [_no_rows]
    numbered = [_on_every_page(setting, number, len(bodies)) for number in range(1, len(bodies) + 1)]
    firsts: list[list[Part]] = [first, *[[]] * (len(bodies) - 1)]
    pages: list[Callable[[], Page]] = [
        partial(_page, layout, layers, *each) for each in zip(firsts, bodies, numbered, strict=True)
    ]
    return Pages(pages, partial(_composed, page, record, layers))


def _no_rows() -> Iterator[Part]:
    return iter(())


def _labelled(problem: Problem, form: Form) -> Problem:
    """Return a problem of one or more fields, separated by commas, with what a clerk calls them."""
    labels = {field.name: labelled(field.label) for field in form.fields}
    names = problem.where.key.split(", ")
    return problem.at(label=", ".join(labels[name] for name in names)) if labels.keys() >= set(names) else problem


def _shown(placed: Placed, layers: frozenset[Layer], layout: FormLayout) -> Part:
    """Return the items of a place that belong to `layers`, rules and captions after the text above them."""
    items: Part = placed.items
    if Layer.GUIDE in layers and isinstance(placed, PlacedText):
        items = (*items, *guides(placed, layout.family))
    shown = placed.shown[layers] = _only(tuple(layers), items)
    return shown


def _page(layout: FormLayout, layers: frozenset[Layer], first: list[Part], body: Drawing, numbered: list[Part]) -> Page:
    sheet, wanted = layout.form.sheet, tuple(layers)
    parts = [*body(), *numbered] if layers >= ROW_LAYERS else [_only(wanted, part) for part in (*body(), *numbered)]
    return Page.of(sheet.width, sheet.height, [*first, *filter(None, parts)])


def _only(layers: tuple[Layer, ...], part: Part) -> Part:
    """Return the items of a part that belong to `layers`: the same tuple where all do."""
    return part if all([item.layer in layers for item in part]) else tuple([item for item in part if item.layer in layers])


def _on_every_page(setting: Setting, number: int, count: int) -> list[Part]:
    """Return the texts of each page, such as its number."""
    layout = setting.layout
    parts: list[Part] = []
    for place in [each for each in layout.on_every_page if each.is_on(number)]:
        values = {**setting.values, "page": number, "pages": count}
        layer = None if place.names else Layer.MASTER  # a page's number is no datum: a blank has it too
        try:
            block = setter_of(place, place.font, layout.column, layout, layer).set(values)
        except TooWide as too_wide:
            raise refuse_width(place, too_wide) from None
        parts.append(block.on(layout.form.sheet.height - (place.foot or layout.column.top)).items)
    return parts


@dataclass(frozen=True, slots=True)
class Step:
    """What is laid in one go: a stack with all its texts, or one other place.

    `names` are the fields that it prints, `anchors` the places that it is measured from.
    """

    place: Place
    lays: frozenset[str]
    names: frozenset[str]
    anchors: frozenset[str]


class _Laid(NamedTuple):
    """A first page: the values that it shows, its places by name, in order, and its stacks in their largest size."""

    values: tuple[object, ...]
    placed: Mapping[str, Placed]
    spreads: Mapping[str, Spread]


class FirstPage:
    """The first page of a form's documents, in steps, and what the last one looked like.

    Texts of all pages and tables are laid when the number of pages is known.
    """

    def __init__(self, layout: FormLayout):
        self.layout = layout
        self._steps = _steps(layout.form.places)
        self._names = tuple(sorted(frozenset[str]().union(*(step.names for step in self._steps))))
        self._values_of = _getter(self._names)
        self._affected: dict[frozenset[str], list[Place]] = {}
        self._last: _Laid | None = None

    @property
    def is_alone(self) -> bool:
        """Whether the documents of the form have no other page."""
        return not (self.layout.form.table or self.layout.on_every_page)

    @property
    def places(self) -> list[Place]:
        """What it shows, each text of a stack by itself."""
        return [place for place in self.layout.form.places if place.is_on_first_page]

    @property
    def last(self) -> tuple[Mapping[str, Placed], Set[str]]:
        """The places of the page that was laid last, and the names of the stacks that have their largest size there."""
        return (self._last.placed, self._last.spreads.keys()) if self._last else ({}, frozenset())

    def lay(self, values: Mapping[str, object]) -> dict[str, Placed]:
        """Return the places of the page by name, in order; DataError for a text that does not fit.

        What shows the same values as on the page before, and is measured from the same places, is the same as there.
        """
        layout, last = self.layout, self._last
        now = self._values_of(values)
        placed: dict[str, Placed] = {}
        spreads: dict[str, Spread] = {}
        if last is None:
            places = [step.place for step in self._steps]
        else:
            places = self._affected_by(self._changed(last.values, now))
            placed, spreads = dict(last.placed), dict(last.spreads)
        setting = Setting(layout, values, placed)
        for place in places:
            if isinstance(place, Stack):
                placed.update(lay_stack(place, setting, spreads))
            else:
                placed[place.name] = lay_place(place, setting)
        self._last = _Laid(now, placed, spreads)
        return placed

    def _changed(self, before: tuple[object, ...], now: tuple[object, ...]) -> frozenset[str]:
        """Return the fields whose values differ; most are the same objects, since values that repeat are remembered."""
        return frozenset([name for name, old, new in zip(self._names, before, now, strict=True) if old is not new and old != new])

    def _affected_by(self, changed: frozenset[str]) -> list[Place]:
        """Return what to lay, in order, when the fields `changed` differ: what prints them, and what is measured from that."""
        found = self._affected.get(changed)
        if found is None:
            moved: set[str] = set()
            found = []
            for step in self._steps:
                if step.names & changed or step.anchors & moved:
                    moved |= step.lays
                    found.append(step.place)
            self._affected[changed] = found
        return found


@lru_cache(maxsize=32)
def first_page(form: Form, family: Family, handwriting: Length = ZERO) -> FirstPage:
    """Return the first page of a form set in `family`, its data at least `handwriting` a letter wide."""
    return FirstPage(FormLayout(form, family, handwriting))


def _getter(names: tuple[str, ...]) -> Callable[[Mapping[str, object]], tuple[object, ...]]:
    """Return what takes the values of `names` out of a record in one call."""
    return itemgetter(*names) if len(names) > 1 else lambda values: tuple([values[name] for name in names])


def _steps(places: tuple[Place, ...]) -> list[Step]:
    """Return the steps to a first page, in order."""
    texts = [place for place in places if isinstance(place, Text)]
    stacks = {place.name: _stack_step(place, texts) for place in places if isinstance(place, Stack)}
    stacked = frozenset[str]().union(*(step.lays for step in stacks.values()))
    alone = [place for place in places if place.is_on_first_page and place.name not in stacked]
    return [stacks.get(place.name) or _step(place) for place in alone]


def _step(place: Place) -> Step:
    return Step(place, frozenset({place.name}), place.names, frozenset(place.ordered_anchors))


def _stack_step(stack: Stack, texts: list[Text]) -> Step:
    members = [text for text in texts if text.name in stack.stack or text.level in stack.stack]
    names = frozenset[str]().union(*(text.names for text in members))
    return Step(stack, frozenset(text.name for text in members), names, frozenset(stack.ordered_anchors))
