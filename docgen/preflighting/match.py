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
from docgen.preflighting.words import FixedWords, WordCounts
from docgen.prints import Print

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
#: Styles and words of so many texts are remembered.
MEMORY = 5_000


@dataclass(frozen=True, slots=True)
class PageMatch:
    """The spans of each place by its name, and those that belong to none."""

    spans: Mapping[str, tuple[TextSpan, ...]]
    others: tuple[TextSpan, ...]


class Step(NamedTuple):
    """From one span to the next: in one row or not, what the white between them counts, what it loses within a place."""

    is_level: bool
    white: float
    loss: float


class Matcher:
    """Matches the spans of page after page to the texts that are expected on each."""

    def __init__(self, expected: Sequence[Expected], print: Print):
        self._expected, self._print = expected, print
        self._words = [FixedWords(item.prescribed_text, print) for item in expected]
        self._shares_row = [one.row == other.row for one, other in pairwise(expected)]
        self._styles: dict[tuple[int, float, tuple[bool, ...]], float] = {}

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
        """Return for each place its first span and the one after its last.

        `below` is the best score of what follows a place, by the span that it begins with. Of equal scores the first counts: to
        leave the place out, to leave the span out, to take few spans.
        """
        if len(self._styles) > MEMORY:
            self._styles.clear()
        count = len(spans)
        steps = [_step(above, below, self._print) for above, below in pairwise(spans)]
        below = [SCORES["not prescribed"] * (count - span) for span in range(count + 1)]
        choices: list[list[int]] = []
        for place in reversed(range(len(self._expected))):
            words = self._words[place].counts(spans)
            best, chosen = [0.0] * (count + 1), [0] * (count + 1)
            for span in reversed(range(count + 1)):
                score, choice = below[span] + SCORES["missing"], span
                if span < count:
                    if (without := best[span + 1] + SCORES["not prescribed"]) > score:
                        score, choice = without, LEFT_OUT
                    for end, own, parting in self._scores(place, span, spans, steps, words):
                        if (taken := below[end] + own + parting) > score:
                            score, choice = taken, end
                best[span], chosen[span] = score, choice
            below = best
            choices.append(chosen)
        return _followed(choices[::-1])

    def _scores(
        self, place: int, first: int, spans: Sequence[TextSpan], steps: Sequence[Step], words: WordCounts | None
    ) -> Iterator[tuple[int, float, float]]:
        """Yield for each number of spans from `first` on the one after the last, the score as a place's, that of the step on."""
        style = self._style(place, spans[first])
        losses: list[float] = []
        is_last, count = place + 1 == len(self._expected), len(spans)
        for end in range(first + 1, min(first + SPANS_OF_PLACE, count) + 1):
            if end > first + 1 and (loss := steps[end - 2].loss):
                losses.append(loss)
            score = SCORES["line"] * (end - first - 1) + style
            if words:
                score += words.score(first, end)
            for loss in losses:
                score += loss
            parting = 0.0
            if not is_last and end < count:
                step = steps[end - 1]
                parting = (0.0 if step.is_level == self._shares_row[place] else SCORES["wrong row"]) + step.white
            yield end, score, parting

    def _style(self, place: int, span: TextSpan) -> float:
        """Return what size and weight of a span count as those of a place."""
        key = (place, span.size.mm, span.weights)
        if key not in self._styles:
            item = self._expected[place]
            off = max(item.smallest - span.size.pt, span.size.pt - item.largest, 0.0)
            is_other = any(bold != item.place.font.bold for bold in span.weights)
            self._styles[key] = SCORES["size"] * min(off, 4.0) + SCORES["other style"] * is_other
        return self._styles[key]


def _step(above: TextSpan, below: TextSpan, print: Print) -> Step:
    """Return what the step between two spans counts."""
    down, size = (below.baseline - above.baseline).mm, above.size.mm
    is_level = abs(down) < size / 2
    white = (below.left - above.right).mm if is_level else down
    loss = 0.0
    if is_level and print == Print.FULL:
        loss = SCORES["parted"]
    elif not is_level and down > size * LEADING:
        loss = SCORES["wide leading"]
    return Step(is_level, SCORES["white"] * min(white / size, 4.0), loss)


def _followed(choices: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Return what the choices lead to, from the first place and span on."""
    taken, span = [], 0
    for chosen in choices:
        while chosen[span] == LEFT_OUT:
            span += 1
        taken.append((span, chosen[span]))
        span = chosen[span]
    return taken
