"""How well lines of a page say the fixed words of a place."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from docgen.preflighting.glyphs import TextSpan
from docgen.preflighting.prescribed_text import OptionalText, PrescribedText
from docgen.prints import Print

#: What counts for (and against) a match: the fixed text letter for letter; most of it, by its share; less.
TEXT, LIKENESS, OTHER_TEXT = 20.0, 12.0, -10.0
LIKE = 0.6
#: The words of so many texts are remembered.
MEMORY = 5_000


class FixedWords:
    """The fixed words of a place as they are looked for in texts."""

    def __init__(self, prescribed_text: PrescribedText, print: Print):
        self.prescribed_text, self._print = prescribed_text, print
        pieces = [piece for piece in prescribed_text.pieces if piece and not isinstance(piece, OptionalText)]
        #: A text that matches has this word in one of its lines: spaces alone part lines.
        self._word = max((word for piece in pieces for word in piece.split()), key=len, default="")
        self._counted: dict[str, tuple[int, bool]] = {}
        self._scores: dict[str, float] = {}

    def counts(self, spans: Sequence[TextSpan]) -> WordCounts | None:
        """Return what of the words each span has; None where none are fixed."""
        if not self.prescribed_text.fixed:
            return None
        if len(self._counted) + len(self._scores) > MEMORY:
            self._counted.clear()
            self._scores.clear()
        return WordCounts(self, spans)

    def counted(self, text: str) -> tuple[int, bool]:
        """Return how many triples of letters a span has, and whether it has the word that every match has."""
        found = self._counted.get(text)
        if found is None:
            found = self._counted[text] = (self.prescribed_text.shared_triples(text), self._word in text)
        return found

    def score(self, text: str) -> float:
        """Return the score of a text."""
        score = self._scores.get(text)
        if score is None:
            score = self._scores[text] = self._score(text)
        return score

    def _score(self, text: str) -> float:
        if self.prescribed_text.matches(text, self._print):
            return TEXT
        likeness = self.prescribed_text.likeness(text)
        return LIKENESS * likeness if likeness >= LIKE else OTHER_TEXT


class WordCounts:
    """The words of one place in the spans of a page. Most ranges of spans have too few of them to be looked at as a text."""

    def __init__(self, words: FixedWords, spans: Sequence[TextSpan]):
        self._words, self._spans = words, spans
        counted = [words.counted(span.text) for span in spans]
        self._triples = [0, *accumulate(triples for triples, _has_word in counted)]
        self._found = [0, *accumulate(has_word for _triples, has_word in counted)]
        self._enough = LIKE * words.prescribed_text.triple_count

    def score(self, first: int, end: int) -> float:
        """Return the score of spans as the words of the place."""
        if self._found[end] == self._found[first]:
            at_most = self._triples[end] - self._triples[first] + 3 * (end - first - 1)  # three go over the end of a line
            if at_most < self._enough - 0.01:
                return OTHER_TEXT
        return self._words.score(" ".join([span.text for span in self._spans[first:end]]))
