"""How well lines of a page say the fixed words of a place, worked out once for texts that differ in nothing that counts.

What counts of a text is which triples of letters of the fixed words it has, and the text with all that is none of these words
replaced: `FixedWords.plain`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, reduce
from itertools import groupby, pairwise
from operator import or_
from typing import NamedTuple

from docgen.preflighting.glyphs import TextSpan
from docgen.preflighting.prescribed_text import OptionalText, PrescribedText
from docgen.prints import Print

#: What counts for (and against) a match: the fixed text letter for letter; most of it, by its share; less.
TEXT, LIKENESS, OTHER_TEXT = 20.0, 12.0, -10.0
LIKE = 0.6
#: The words of so many texts are remembered.
MEMORY = 5_000
#: What stands for data; so many of it are as good as any number, since no place has as many pieces.
DATA, MANY = "\ue000", 12
MUCH = DATA * MANY


class SpanWords(NamedTuple):
    """What counts of the text of a span, for each place: its triples as bits, and its plain text."""

    triples: tuple[int, ...]
    plain: tuple[str, ...]


class FixedWords:
    """The fixed words of a place as they are looked for in texts."""

    def __init__(self, prescribed_text: PrescribedText, print: Print):
        self._text, self._print = prescribed_text, print
        #: Whether a text counts at all.
        self.are_there = bool(prescribed_text.fixed)
        self._bits = {triple: 1 << bit for bit, triple in enumerate(prescribed_text.triples)}
        self._words = {word for piece in prescribed_text.pieces for word in (piece or "").split()}
        needed = [piece for piece in prescribed_text.pieces if piece and not isinstance(piece, OptionalText)]
        self._needed = reduce(or_, (self.triples(" ".join(piece.split())) for piece in needed), 0)
        self._scores: dict[tuple[int, str], float] = {}

    @cached_property
    def is_short(self) -> bool:
        """Whether the words are too short for triples: they are compared as they are."""
        return 0 < len(self._text.fixed) < 3 or len(self._text.pieces) >= MANY

    def triples(self, text: str) -> int:
        """Return the triples of letters that a text shares with the words."""
        text = text.lower()
        return sum([bit for triple, bit in self._bits.items() if triple in text])

    def plain(self, text: str) -> str:
        """Return a text in which data stand for all that is none of the words.

        It is as good as the text: a word lies within one token, and data are anything, of a length that the pieces need.
        """
        parts: list[str] = []
        for is_word, tokens in groupby(text.split(" "), lambda token: any(word in token for word in self._words)):
            words = " ".join(tokens)
            parts.append(words if is_word else DATA * min(len(words), MANY))
        return " ".join(parts)

    def marked(self, spans: Sequence[int], steps: Sequence[int]) -> tuple[list[int], list[int]]:
        """Return the triples of spans and of the steps between them without those that change no score.

        Where one span alone is like the words, and all the others together are not, the others count for what they add to it.
        """
        like = [index for index, triples in enumerate(spans) if self.is_like(triples)]
        if len(like) == 1:
            [main] = like
            others = reduce(or_, (*spans[:main], *spans[main + 1 :], *steps), 0)
            if not self.is_like(others) and others & self._needed != self._needed:
                added = ~spans[main]
                marked = [triples & added for triples in spans]
                marked[main] = spans[main]
                return marked, [triples & added for triples in steps]
        return list(spans), list(steps)

    def is_like(self, triples: int) -> bool:
        """Return whether so many triples are likeness enough to count."""
        return triples.bit_count() / len(self._bits) >= LIKE

    def score(self, triples: int, plain: str) -> float:
        """Return the score of lines that have these triples and this plain text."""
        key = (triples, plain if triples & self._needed == self._needed else "")
        if key not in self._scores:
            if len(self._scores) > MEMORY:
                self._scores.clear()
            self._scores[key] = self._score(*key)
        return self._scores[key]

    def _score(self, triples: int, plain: str) -> float:
        if plain and self._text.matches(plain, self._print):
            return TEXT
        return LIKENESS * (triples.bit_count() / len(self._bits)) if self.is_like(triples) else OTHER_TEXT

    def score_as_it_is(self, text: str) -> float:
        """Return the score of a text by all its letters."""
        if self._text.matches(text, self._print):
            return TEXT
        likeness = self._text.likeness(text)
        return LIKENESS * likeness if likeness >= LIKE else OTHER_TEXT


class WordsOfPlaces:
    """The fixed words of all places, and what was found of them in texts."""

    def __init__(self, texts: Sequence[PrescribedText], print: Print):
        self.places = [FixedWords(text, print) for text in texts]
        self.are_short = any(place.is_short for place in self.places)
        self._spans: dict[str, SpanWords] = {}
        self._steps: dict[str, tuple[int, ...]] = {}

    def of_span(self, text: str) -> SpanWords:
        """Return what counts of the text of a span."""
        found = self._spans.get(text)
        if found is None:
            if len(self._spans) > MEMORY:
                self._spans.clear()
            found = SpanWords(
                tuple([words.triples(text) for words in self.places]), tuple([words.plain(text) for words in self.places])
            )
            self._spans[text] = found
        return found

    def of_step(self, above: str, below: str) -> tuple[int, ...]:
        """Return the triples that go over from one span to the next."""
        text = f"{above[-2:]} {below[:2]}"
        found = self._steps.get(text)
        if found is None:
            if len(self._steps) > MEMORY:
                self._steps.clear()
            found = self._steps[text] = tuple([words.triples(text) for words in self.places])
        return found


class PageWords:
    """The words of all places in the spans of one page; `key` is equal for pages on which they score alike."""

    def __init__(self, words: WordsOfPlaces, spans: Sequence[TextSpan]):
        self._places = words.places
        self._texts = [span.text for span in spans]
        #: A triple can go over a letter that is a span by itself, and short words are compared whole.
        self._is_plain = all([len(text) > 1 for text in self._texts]) and not words.are_short
        self.key: tuple[object, ...] = tuple(self._texts)
        if self._is_plain:
            known = [words.of_span(text) for text in self._texts]
            steps = [words.of_step(above, below) for above, below in pairwise(self._texts)]
            #: For each place whose words count: the triples of spans and steps, and the plain texts.
            self._marked = {
                place: (*each.marked([span.triples[place] for span in known], [step[place] for step in steps]),
                        [span.plain[place] for span in known])
                for place, each in enumerate(self._places) if each.are_there
            }  # fmt: skip
            self.key = tuple([tuple([tuple(each) for each in marked]) for marked in self._marked.values()])

    def scores(self, place: int, first: int, end: int) -> list[float]:
        """Return the scores of the spans from `first` on as the words of a place: of one, of two, of all before `end`."""
        words = self._places[place]
        if not words.are_there:
            return [0.0] * (end - first)
        if not self._is_plain:
            return [words.score_as_it_is(" ".join(self._texts[first : last + 1])) for last in range(first, end)]
        spans, steps, texts = self._marked[place]
        triples, plain = spans[first], texts[first]
        found = [words.score(triples, plain)]
        for last in range(first + 1, end):
            triples |= spans[last] | steps[last - 1]
            plain = _joined(plain, texts[last])
            found.append(words.score(triples, plain))
        return found


def _joined(above: str, below: str) -> str:
    """Return two plain texts as one; data that follow data are none the more."""
    if above.endswith(MUCH) and (below == MUCH or below.startswith(MUCH + " ")):
        return above + below[MANY:]
    return f"{above} {below}"
