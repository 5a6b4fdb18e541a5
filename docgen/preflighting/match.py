"""Which lines of a page are which place of the form: the likeliest match, so that one wrong line does not shift the rest.

Lines and places are aligned in the order of reading. A place may take several spans (wrapped lines), none (it is
missing), and a span may belong to none (it should not be there). SCORES has what counts for a match.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from docgen.preflighting.expected_texts import Expected
from docgen.preflighting.glyphs import TextSpan
from docgen.preflighting.words import PageWords, WordsOfPlaces
from docgen.prints import Print
from docgen.units import mm

#: What counts for (and against) a match.
SCORES = {
    "other style": -2.0,  # bold instead of regular, or the other way around
    "size": -2.0,  # for each point that the size is off, up to 4
    "wide leading": -6.0,  # lines further apart than wrapped lines are
    "parted": -6.0,  # a step within a row, where nothing has been left out
    "line": -0.5,  # for each line after the first
    "missing": -12.0,
    "not prescribed": -6.0,
    "wrong row": -8.0,  # places that share a row on two, or places of two rows on one
    "white": 0.5,  # for each em of white between two places, up to 4
}
#: Wrapped lines are at most this far apart, in ems.
LEADING = 1.45
#: No place has more spans; no page of a fixed form has more, so what follows belongs to none.
SPANS_OF_PLACE, SPANS_OF_PAGE = 16, 200
#: The choice that a span belongs to no place.
LEFT_OUT = -1
#: So many pages are remembered, by all that counts of them.
MEMORY = 2_000
#: The size of a span in millimetres, and whether each of its faces is bold.
Style = tuple[float, tuple[bool, ...]]


@dataclass(frozen=True, slots=True)
class PageMatch:
    """The spans of each place by its name, and those that belong to none."""

    spans: Mapping[str, tuple[TextSpan, ...]]
    others: tuple[TextSpan, ...]


class SpanStep(NamedTuple):
    """From one span to the next: in one row or not, what the white between them counts, what it loses within a place."""

    is_level: bool
    white: float
    loss: float


class Matcher:
    """Matches the spans of page after page to the texts that are expected on each."""

    def __init__(self, expected: Sequence[Expected], print: Print):
        self._expected, self._print = expected, print
        self._words = WordsOfPlaces([item.prescribed_text for item in expected], print)
        self._shares_row = [one.row == other.row for one, other in pairwise(expected)]
        #: What is likeliest for pages of which all is equal that counts.
        self._known: dict[tuple[object, ...], list[tuple[int, int]]] = {}

    def match(self, spans: Sequence[TextSpan]) -> PageMatch:
        """Return the likeliest match."""
        spans, beyond = spans[:SPANS_OF_PAGE], spans[SPANS_OF_PAGE:]
        taken = self._likeliest(spans)
        used = {index for begin, end in taken for index in range(begin, end)}
        return PageMatch(
            {item.place.name: tuple(spans[begin:end]) for item, (begin, end) in zip(self._expected, taken, strict=True)},
            (*(span for index, span in enumerate(spans) if index not in used), *beyond),
        )

    def _likeliest(self, spans: Sequence[TextSpan]) -> list[tuple[int, int]]:
        """Return for each place its first span and the one after its last."""
        words = PageWords(self._words, spans)
        styles = [(span.size.mm, span.weights) for span in spans]
        steps = [_step(above, below, self._print) for above, below in pairwise(spans)]
        key = (words.key, tuple(styles), tuple(steps))
        if key not in self._known:
            if len(self._known) > MEMORY:
                self._known.clear()
            self._known[key] = self._worked_out(words, styles, steps)
        return self._known[key]

    def _worked_out(self, words: PageWords, styles: Sequence[Style], steps: Sequence[SpanStep]) -> list[tuple[int, int]]:
        """Return what is likeliest, from the last place back.

        `below` is the best score of what follows a place, by the span that it begins with. Of equal scores the first counts: to
        leave the place out, to leave the span out, to take few spans.
        """
        count = len(styles)
        below = [SCORES["not prescribed"] * (count - span) for span in range(count + 1)]
        choices: list[list[int]] = []
        for place in reversed(range(len(self._expected))):
            best, chosen = [0.0] * (count + 1), [0] * (count + 1)
            for span in reversed(range(count + 1)):
                score, choice = below[span] + SCORES["missing"], span
                if span < count:
                    if (without := best[span + 1] + SCORES["not prescribed"]) > score:
                        score, choice = without, LEFT_OUT
                    own = words.scores(place, span, min(span + SPANS_OF_PLACE, count))
                    for end, own_score, parting in self._scores(place, span, styles[span], steps, own):
                        if (taken := below[end] + own_score + parting) > score:
                            score, choice = taken, end
                best[span], chosen[span] = score, choice
            below = best
            choices.append(chosen)
        return _followed(choices[::-1])

    def _scores(
        self, place: int, first: int, style: Style, steps: Sequence[SpanStep], words: Sequence[float]
    ) -> Iterator[tuple[int, float, float]]:
        """Yield for each number of spans from `first` on the one after the last, their score, and that of the step on."""
        is_last, manner = place + 1 == len(self._expected), self._style(place, style)
        losses: list[float] = []
        for end, own in enumerate(words, first + 1):
            if end > first + 1 and steps[end - 2].loss:
                losses.append(steps[end - 2].loss)
            score, parting = SCORES["line"] * (end - first - 1) + manner + own, 0.0
            for loss in losses:
                score += loss
            if not is_last and end <= len(steps):
                step = steps[end - 1]
                parting = (0.0 if step.is_level == self._shares_row[place] else SCORES["wrong row"]) + step.white
            yield end, score, parting

    def _style(self, place: int, style: Style) -> float:
        """Return what size and weight of a span count as those of a place."""
        item, size = self._expected[place], mm(style[0]).pt
        off = max(item.smallest - size, size - item.largest, 0.0)
        is_other = any(bold != item.place.font.bold for bold in style[1])
        return SCORES["size"] * min(off, 4.0) + SCORES["other style"] * is_other


def _step(above: TextSpan, below: TextSpan, print: Print) -> SpanStep:
    """Return what the step between two spans counts."""
    down, size = (below.baseline - above.baseline).mm, above.size.mm
    is_level = abs(down) < size / 2
    white = (below.left - above.right).mm if is_level else down
    loss = 0.0
    if is_level and print == Print.FULL:
        loss = SCORES["parted"]
    elif not is_level and down > size * LEADING:
        loss = SCORES["wide leading"]
    return SpanStep(is_level, SCORES["white"] * min(white / size, 4.0), loss)


def _followed(choices: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Return what the choices lead to, from the first place and span on."""
    taken, span = [], 0
    for chosen in choices:
        while chosen[span] == LEFT_OUT:
            span += 1
        taken.append((span, chosen[span]))
        span = chosen[span]
    return taken
