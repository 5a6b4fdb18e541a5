"""What was found of each place of a form, remembered by the texts that it was found from.

A check of a place asks the page for texts of some places. On the next page its findings are the same if those texts are the same
spans, at the same places: all else that it sees, the form, the sheet and the artwork, is one for all pages of a master.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from docgen.preflighting.checks import Measures
from docgen.preflighting.findings import Finding
from docgen.preflighting.glyphs import TextSpan
from docgen.preflighting.measured_page import MeasuredPage

Spans = tuple[TextSpan, ...]
#: The findings of one check are remembered of so many pages; then all are forgotten.
MEMORY = 400


class SpanReads(Mapping[str, Spans]):
    """The spans of each place, which notes what is asked for."""

    def __init__(self, spans: Mapping[str, Spans]):
        self._spans = spans
        self.asked: dict[str, Spans | None] = {}

    def __getitem__(self, name: str) -> Spans:
        found = self._spans.get(name)
        self.asked[name] = found
        if found is None:
            raise KeyError(name)
        return found

    def __contains__(self, name: object) -> bool:
        """Whether a place is looked for; that is the same on all pages of a master, and so nothing that is asked."""
        return name in self._spans

    def __iter__(self) -> Iterator[str]:
        for name in self._spans:
            self.asked[name] = self._spans[name]
            yield name

    def __len__(self) -> int:
        return len(self._spans)

    def of(self, names: Iterable[str]) -> tuple[Spans | None, ...]:
        """Return the spans of places without noting it."""
        return tuple(map(self._spans.get, names))


class Remembered:
    """The findings of one check of one place on earlier pages, as their numbers in the table of findings."""

    def __init__(self) -> None:
        #: By the names of the places that were asked for, mostly the same each time, and by their spans.
        self._known: dict[tuple[str, ...], dict[tuple[Spans | None, ...], tuple[int, ...]]] = {}

    def findings(self, spans: SpanReads, take: Measures, page: MeasuredPage, number: Callable[[Finding], int]) -> tuple[int, ...]:
        """Return the numbers of the findings, found anew where the texts that they were found from have changed."""
        for names, known in self._known.items():
            if (remembered := known.get(spans.of(names))) is not None:
                return remembered
        spans.asked = {}
        found = tuple([number(finding) for finding in take(page)])
        if sum(map(len, self._known.values())) >= MEMORY:
            self._known.clear()
        self._known.setdefault(tuple(spans.asked), {})[tuple(spans.asked.values())] = found
        return found
