"""What of a first page has to be laid again when some values are others than on the page before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

from docgen.form.places import Place, Stack, Text


@dataclass(frozen=True, slots=True)
class Step:
    """What is laid in one go: a stack with all its texts, or one other place. `names` are the fields that it prints,
    `anchors` the places that it is measured from."""

    place: Place
    lays: frozenset[str]
    names: frozenset[str]
    anchors: frozenset[str]


class Steps:
    """The steps to a first page, in order; texts of all pages and tables are laid when the pages are known."""

    def __init__(self, places: tuple[Place, ...]):
        texts = [place for place in places if isinstance(place, Text)]
        stacks = [_stack_step(place, texts) for place in places if isinstance(place, Stack)]
        stacked = frozenset().union(*(step.lays for step in stacks))
        alone = [place for place in places if not isinstance(place, Stack) and place.name not in stacked]
        others = [_step(place) for place in alone if place.is_on_first_page]
        order = {place.name: number for number, place in enumerate(places)}
        self.all: tuple[Step, ...] = tuple(sorted(stacks + others, key=lambda step: order[step.place.name]))
        self._touched: dict[frozenset[str], tuple[Place, ...]] = {}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The fields that the page prints."""
        return tuple(sorted(frozenset().union(*(step.names for step in self.all))))

    @cached_property
    def values_of(self) -> Callable[[Mapping[str, object]], tuple[object, ...]]:
        """Gives the values of these fields in one go."""
        names = self.names
        return itemgetter(*names) if len(names) > 1 else lambda values: tuple([values[name] for name in names])

    def changed(self, before: tuple[object, ...], now: tuple[object, ...]) -> list[str]:
        """Return the fields whose values differ; most are the same objects, since values that repeat are remembered."""
        return [name for name, old, new in zip(self.names, before, now, strict=True) if old is not new and old != new]

    def touched(self, changed: Iterable[str]) -> tuple[Place, ...]:
        """Return what to lay, in order, when the fields `changed` differ: what prints them, and what is measured from that."""
        changed = frozenset(changed)
        if changed not in self._touched:
            moved: set[str] = set()
            steps = []
            for step in self.all:
                if step.names & changed or step.anchors & moved:
                    moved |= step.lays
                    steps.append(step.place)
            self._touched[changed] = tuple(steps)
        return self._touched[changed]


def _step(place: Place) -> Step:
    return Step(place, frozenset({place.name}), place.names, frozenset(place.ordered_anchors))


def _stack_step(stack: Stack, texts: list[Text]) -> Step:
    members = [text for text in texts if text.name in stack.stack or text.level in stack.stack]
    names = frozenset().union(*(text.names for text in members))
    return Step(stack, frozenset(text.name for text in members), names, frozenset(stack.ordered_anchors))
