"""Which lines of a page are which place of the form: the likeliest match, so that one wrong line does not shift the rest.

Lines and places are aligned in the order of reading. A place may take several spans (wrapped lines), none (it is
missing), and a span may belong to none (it should not be there). SCORES has what counts for a match.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from docgen.fonts.faces import Font
from docgen.form import Form
from docgen.form.places import ALIGN, CAPTION_FONT, AnnexHeading, Place, SigningLine, Stack, Text
from docgen.preflighting.glyphs import TextSpan
from docgen.preflighting.prescribed_text import PrescribedText, prescribed_text_of
from docgen.prints import Print
from docgen.templating.templates import TextTemplate

#: What counts for (and against) a match.
SCORES = {
    "text": 20.0,  # the fixed text, letter for letter
    "likeness": 12.0,  # most of it does
    "other text": -10.0,
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
LIKE = 0.6
#: Wrapped lines are at most this far apart, in ems.
LEADING = 1.45
#: No place has more spans; no page of a fixed form has more, so what follows belongs to none.
SPANS_OF_PLACE, SPANS_OF_PAGE = 16, 200


@dataclass(frozen=True, slots=True)
class Expected:
    """A text that a page has to carry; `row` names the place whose baseline it is on."""

    place: Text
    prescribed_text: PrescribedText
    row: str
    smallest: float
    largest: float


def expected_texts(form: Form, print: Print, *, is_first: bool = True) -> list[Expected]:
    """Return the texts of a page in the order of reading, as far as they appear on this print.

    Texts of all pages are left out; they are found by their height on the page.
    """
    smallest = {name: stack.min_size.pt for stack in form.places if isinstance(stack, Stack) for name in stack.stack}
    level = {place.name: place.level for place in form.texts if place.level}
    texts = [text for place in form.places for text in texts_of(place, form)] if is_first else []
    expected = []
    for text in texts:
        row = level.get(text.name, text.name)
        prescribed_text = prescribed_text_of(text).on_print(print)
        if not text.is_repeated and (prescribed_text.fixed or (prescribed_text.has_data and print != Print.BLANK)):
            low = smallest.get(row, text.font.size.pt)
            expected.append(Expected(text, prescribed_text, row, low, text.largest.pt))
    return _in_rows(expected)


def texts_of(place: Place, form: Form) -> list[Text]:
    """Return what a place prints as texts: itself, the lines of an annex heading, the caption of a line to sign on."""
    if isinstance(place, Text):
        return [place]
    if isinstance(place, SigningLine) and place.caption:
        return [Text(name=place.name, clause=place.clause, text=TextTemplate(place.caption), font=CAPTION_FONT)]
    return annex_texts(place, form) if isinstance(place, AnnexHeading) else []


def annex_texts(place: AnnexHeading, form: Form) -> list[Text]:
    """Return the lines of an annex heading as texts of their own."""
    lines = (*form.annex.lines, "Нысан") if form.annex else ()
    return [
        Text(
            name=f"{place.name}-{number}", clause=place.clause, text=TextTemplate(line), font=place.font,
            align="right", width=place.annex,
        )
        for number, line in enumerate(lines, 1)
    ]  # fmt: skip


def _in_rows(expected: list[Expected]) -> list[Expected]:
    """Bring the places of one row together, left before right."""
    order = {item.row: number for number, item in reversed(list(enumerate(expected)))}
    return sorted(expected, key=lambda item: (order[item.row], ALIGN[item.place.align]))


@dataclass(frozen=True, slots=True)
class PageMatch:
    """The spans of each place by its name, and those that belong to none."""

    spans: dict[str, tuple[TextSpan, ...]]
    others: tuple[TextSpan, ...]


def match(expected: Sequence[Expected], spans: Sequence[TextSpan], print: Print) -> PageMatch:
    """Return the likeliest match of a page's spans to the expected texts."""
    spans, beyond = spans[:SPANS_OF_PAGE], spans[SPANS_OF_PAGE:]

    @cache
    def best(place: int, span: int) -> tuple[float, tuple[tuple[int, int], ...]]:
        """Return the best score from `place` and `span` on, and for each place its first span and the one after its last."""
        if place == len(expected):
            return SCORES["not prescribed"] * (len(spans) - span), ()
        score, taken = best(place + 1, span)
        choices = [(score + SCORES["missing"], ((span, span), *taken))]
        if span < len(spans):
            score, taken = best(place, span + 1)
            choices.append((score + SCORES["not prescribed"], taken))
        for end in range(span + 1, min(span + SPANS_OF_PLACE, len(spans)) + 1):
            own = _score(expected[place], spans[span:end], print)
            score, taken = best(place + 1, end)
            choices.append((score + own + _parting(expected, place, spans, end), ((span, end), *taken)))
        return max(choices, key=lambda choice: choice[0])

    taken = best(0, 0)[1]
    used = {index for begin, end in taken for index in range(begin, end)}
    return PageMatch(
        {item.place.name: tuple(spans[begin:end]) for item, (begin, end) in zip(expected, taken, strict=True)},
        (*(span for index, span in enumerate(spans) if index not in used), *beyond),
    )


def _score(item: Expected, spans: Sequence[TextSpan], print: Print) -> float:
    """Return the score of spans as the text of a place."""
    text = " ".join(span.text for span in spans)
    score = SCORES["line"] * (len(spans) - 1) + _style(item.place.font, item, spans[0])
    if item.prescribed_text.fixed:
        likeness = item.prescribed_text.likeness(text)
        if item.prescribed_text.matches(text, print):
            score += SCORES["text"]
        else:
            score += SCORES["likeness"] * likeness if likeness >= LIKE else SCORES["other text"]
    for above, below in itertools.pairwise(spans):
        is_step = _is_level(above, below)
        if is_step and print == Print.FULL:
            score += SCORES["parted"]
        elif not is_step and (below.baseline - above.baseline).mm > above.size.mm * LEADING:
            score += SCORES["wide leading"]
    return score


def _style(font: Font, item: Expected, span: TextSpan) -> float:
    off = max(item.smallest - span.size.pt, span.size.pt - item.largest, 0.0)
    is_other = any(face.bold != font.bold for face in span.faces)
    return SCORES["size"] * min(off, 4.0) + SCORES["other style"] * is_other


def _parting(expected: Sequence[Expected], place: int, spans: Sequence[TextSpan], end: int) -> float:
    """Return the score of the step from the last span of a place to the first of the next."""
    if place + 1 == len(expected) or end == len(spans):
        return 0.0
    above, below = spans[end - 1], spans[end]
    is_level = _is_level(above, below)
    score = 0.0 if is_level == (expected[place].row == expected[place + 1].row) else SCORES["wrong row"]
    white = below.left - above.right if is_level else below.baseline - above.baseline
    return score + SCORES["white"] * min(white.mm / above.size.mm, 4.0)


def _is_level(one: TextSpan, other: TextSpan) -> bool:
    return abs((one.baseline - other.baseline).mm) < one.size.mm / 2
