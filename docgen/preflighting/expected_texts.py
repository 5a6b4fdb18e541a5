"""The texts that a page of a form has to carry, in the order of reading."""

from __future__ import annotations

from dataclasses import dataclass

from docgen.form import Form
from docgen.form.places import ALIGN, CAPTION_FONT, AnnexHeading, Place, SigningLine, Stack, Text
from docgen.preflighting.prescribed_text import PrescribedText, prescribed_text_of
from docgen.prints import Print
from docgen.templating.templates import TextTemplate


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
