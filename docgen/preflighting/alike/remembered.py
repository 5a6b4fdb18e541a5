"""What was found of each place of a form, remembered by what it was found from.

A check asks the page for the spans of some places, and each span for some of what it is: its size, its left end. On the next
page its findings are the same if those answers are: all else that it sees, the form, the sheet and the artwork, is one for all
pages of a master.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from docgen.preflighting.findings import Finding
from docgen.preflighting.glyphs import TextSpan

if TYPE_CHECKING:
    from docgen.preflighting.checks import Measures
    from docgen.preflighting.measured_page import MeasuredPage

Spans = tuple[TextSpan, ...]
#: What was asked for: the name of a place, the index of a span and what of it; how many spans it has, by the index NUMBER.
Asked = tuple[str, int, str]
NUMBER = -1
#: The findings of one check are remembered of so many pages; then all are forgotten.
MEMORY = 400


class AskedSpan:
    """A span that notes what of it is asked for. It stands for a TextSpan."""

    def __init__(self, span: TextSpan, note: Callable[[str], None]):
        self._span, self._note = span, note

    def __getattr__(self, name: str) -> Any:
        self._note(name)
        return getattr(self._span, name)


class AskedSpans(Mapping[str, Spans]):
    """The spans of each place, which note what is asked for."""

    def __init__(self, spans: Mapping[str, Spans]):
        self._spans = spans
        #: In the order of the questions; the names of the places alone, too.
        self.asked: dict[Asked, None] = {}
        self.places: dict[str, None] = {}

    def begin(self) -> None:
        """Forget what was asked."""
        self.asked, self.places = {}, {}

    def __getitem__(self, name: str) -> Spans:
        self.asked[name, NUMBER, ""] = self.places[name] = None
        spans: Any = tuple([AskedSpan(span, self._noted(name, index)) for index, span in enumerate(self._spans[name])])
        return spans  # type: ignore[no-any-return]

    def _noted(self, name: str, index: int) -> Callable[[str], None]:
        return lambda attribute: self.asked.setdefault((name, index, attribute))

    def __contains__(self, name: object) -> bool:
        """Whether a place is looked for; that is the same on all pages of a master, and so nothing that is asked."""
        return name in self._spans

    def __iter__(self) -> Iterator[str]:
        return iter(self._spans)

    def __len__(self) -> int:
        return len(self._spans)

    def of(self, places: tuple[str, ...]) -> tuple[Spans | None, ...]:
        """Return the spans of places without noting it."""
        return tuple(map(self._spans.get, places))

    def answers(self, asked: tuple[Asked, ...]) -> tuple[object, ...] | None:
        """Return the answers to questions that were asked of another page; None where it has other spans to ask."""
        found: list[object] = []
        for name, index, attribute in asked:
            spans = self._spans.get(name, ())
            if index == NUMBER:
                found.append(len(spans))
            elif index >= len(spans):
                return None
            else:
                answer = getattr(spans[index], attribute)
                found.append(tuple(answer) if isinstance(answer, list) else answer)
        return tuple(found)


class Remembered:
    """The findings of one check of one place on earlier pages, as their numbers in the table of findings."""

    def __init__(self) -> None:
        #: By the spans of the places that were asked for; and by the answers to what was asked of them.
        self._by_spans: dict[tuple[str, ...], dict[tuple[Spans | None, ...], tuple[int, ...]]] = {}
        self._by_answers: dict[tuple[Asked, ...], dict[tuple[object, ...], tuple[int, ...]]] = {}
        self._count = 0

    def findings(
        self, spans: AskedSpans, take: Measures, page: MeasuredPage, number: Callable[[Finding], int]
    ) -> tuple[int, ...]:
        """Return the numbers of the findings, found anew where what they were found from has changed."""
        for places, known in self._by_spans.items():
            if (same := known.get(spans.of(places))) is not None:
                return same
        for asked, answered in self._by_answers.items():
            answers = spans.answers(asked)
            if answers is not None and (alike := answered.get(answers)) is not None:
                return alike
        spans.begin()
        found = tuple([number(finding) for finding in take(page)])
        self._remember(spans, found)
        return found

    def _remember(self, spans: AskedSpans, found: tuple[int, ...]) -> None:
        self._count += 1
        if self._count > MEMORY:
            self._count = 0
            self._by_spans.clear()
            self._by_answers.clear()
        places, asked = tuple(spans.places), tuple(spans.asked)
        self._by_spans.setdefault(places, {})[spans.of(places)] = found
        answers = spans.answers(asked)
        if answers is not None:
            self._by_answers.setdefault(asked, {})[answers] = found
