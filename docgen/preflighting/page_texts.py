"""Which texts of a page are which place: first those of all pages and captions, then what the form has in order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from docgen.form import Form
from docgen.form.places import Text
from docgen.preflighting.expected_texts import expected_texts
from docgen.preflighting.glyphs import Glyph, TextSpan
from docgen.preflighting.match import Matcher, PageMatch
from docgen.preflighting.prescribed_text import prescribed_text_of
from docgen.preflighting.table_checks import heading_rows
from docgen.prints import Print
from docgen.units import Length, mm

#: A text of all pages is looked for so near to the height where it is due.
NEAR_FOOT = mm(6)


class PageTexts:
    """Finds the texts of a form on page after page of one print."""

    def __init__(self, form: Form, print: Print):
        self._form, self._print = form, print
        self._matchers: dict[bool, Matcher] = {}

    @property
    def is_placed(self) -> bool:
        """Whether the places of the form are measured; a table is printed full or not at all."""
        return self._form.is_fixed and (self._print == Print.FULL or self._form.table is None)

    @property
    def are_alike(self) -> bool:
        """Whether the same is expected on every page: no table, no number of the page."""
        return self.is_placed and self._form.table is None and not any(text.is_repeated for text in self._form.texts)

    def match(self, glyphs: Sequence[Glyph], found: Sequence[TextSpan], number: int, count: int) -> PageMatch:
        """Return which spans of a page, the `number`th of `count`, are which place."""
        if not self.is_placed:
            return PageMatch({}, ())
        form, table = self._form, self._form.table
        repeated = [place for place in form.texts if place.is_repeated and place.is_on(number)]
        fixed = {place.name: _on_all_pages(place, form, found, number, count) for place in repeated}
        found_ids = {id(span) for own in fixed.values() for span in own}
        free = [span for span in found if id(span) not in found_ids and span.text not in self._captions]
        if table and (heading := heading_rows(table, form, glyphs)):
            top = min(glyph.baseline for row in heading.values() for glyph in row)
            free = [span for span in free if span.baseline < top - mm(1)]
        matched = self._matcher(is_first=number == 1 or not table).match(free)
        return PageMatch({**fixed, **matched.spans}, matched.others)

    def _matcher(self, *, is_first: bool) -> Matcher:
        if is_first not in self._matchers:
            self._matchers[is_first] = Matcher(expected_texts(self._form, self._print, is_first=is_first), self._print)
        return self._matchers[is_first]

    @cached_property
    def _captions(self) -> set[str]:
        """The captions of a blank, which help the pen and are no place."""
        if self._print != Print.BLANK:
            return set()
        return {*(text.caption for text in self._form.texts), *(picture.caption for picture in self._form.pictures)}


def _on_all_pages(place: Text, form: Form, found: Sequence[TextSpan], number: int, count: int) -> tuple[TextSpan, ...]:
    """Return the spans of a text of all pages: those that say it, else the nearest to where it is due."""
    due: Length = form.sheet.height - (place.foot or form.sheet.top)
    prescribed_text = prescribed_text_of(place, page=number, pages=count)
    near = [span for span in found if abs((span.baseline - due).mm) <= NEAR_FOOT.mm]
    saying = [span for span in near if prescribed_text.matches(span.text, Print.FULL)]
    nearest = sorted(saying or near, key=lambda span: abs((span.baseline - due).mm))
    return tuple(nearest[:1])
