"""One page with its form: the letters of each place, the ink of its artwork, and where everything is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from docgen.form import Form
from docgen.form.places import ALIGN, AnnexHeading, Frame, Picture, Place, SigningLine, Stack, Table, Text
from docgen.preflighting.expected_texts import annex_texts, texts_of
from docgen.preflighting.facts import FileFacts, PageFacts
from docgen.preflighting.findings import Subject
from docgen.preflighting.glyphs import CapHeights, Glyph, TextSpan
from docgen.preflighting.ink import Ink, Reach, across, boxed, down
from docgen.preflighting.loaded_page import PageSheet
from docgen.preflighting.match import PageMatch
from docgen.preflighting.shown import ShownTexts
from docgen.prints import Print
from docgen.units import ZERO, Box, Length, mm

#: The distance between the baselines of wrapped lines, in ems: Word's single spacing for Times. House; acts leave it free.
LEADING = 1.15
#: A line to write on lies no further below the baseline of the text next to it.
LINE_DROP = mm(2)
#: How many lines a text may have taken that a blank leaves out.
UNPRINTED_LINES = range(1, 5)


@dataclass
class MeasuredPage:
    """What one page shows. It is page `number` of the file, from 1, of `count` pages.

    Boxes of texts reach from the cap height of the first line to the last baseline: what an act means by a distance from a text.
    """

    form: Form
    print: Print
    sheet: PageSheet
    number: int
    count: int
    glyphs: Sequence[Glyph]
    match: PageMatch
    caps: CapHeights
    ink: Ink
    file: FileFacts
    shown: ShownTexts
    _boxes: dict[str, Box | None] = field(default_factory=dict)

    def subject(self, place: Place) -> Subject:
        """Return clause, place and page for findings."""
        return Subject(clause_of(place, self.form), place.name, self.page)

    @property
    def facts(self) -> PageFacts:
        """What the page's own objects say."""
        return self.file.pages[self.number - 1]

    @property
    def page(self) -> int | None:
        """The page's number for findings, where the file has several."""
        return self.number if self.count > 1 else None

    def texts(self) -> list[Text]:
        """Return the texts that were looked for on this page."""
        known = [text for place in self.form.places for text in texts_of(place, self.form)]
        return [text for text in known if text.name in self.match.spans]

    def spans(self, place: Place) -> tuple[TextSpan, ...]:
        """Return the text of a place as the page has it, none if it is missing."""
        return self.match.spans.get(place.name, ())

    @property
    def frame(self) -> Frame | None:
        """The form's frame."""
        return self.form.frame

    @cached_property
    def _framed(self) -> tuple[Box | None, Box | None]:
        frame, ink = self.frame, self.ink
        if not frame or not self.shows_artwork:
            return None, None
        return ink.recalled(("frame", frame.name), lambda: measure_frame(ink, frame, self.form.sheet.box))

    @property
    def outer(self) -> Box | None:
        """The frame's outer edge as measured."""
        return self._framed[0]

    @property
    def inner(self) -> Box:
        """The frame's inner edge: as measured, else as prescribed; without a frame the sheet's edge."""
        if not self.frame:
            return self.sheet.box
        return self._framed[1] or self.form.sheet.box.inset(self.frame.edge + self.frame.width)

    @property
    def shows_artwork(self) -> bool:
        """Whether this print has background, frame and emblems."""
        return self.print != Print.OVERPRINT

    def measured(self, name: str) -> Box | None:
        """Return the box of a place as measured; None if it is not on the page."""
        if name in self._boxes:
            return self._boxes[name]
        place = next((place for place in [*self.form.places, *self.texts()] if place.name == name), None)
        box = self._boxes[name] = self._measure(place) if place else None
        return box

    def _measure(self, place: Place) -> Box | None:
        if isinstance(place, Picture):
            return self._measure_picture(place)
        if isinstance(place, Stack):
            return self.measured(place.stack[-1])
        if isinstance(place, AnnexHeading):
            return self.measured(annex_texts(place, self.form)[-1].name)
        return text_box(self.spans(place)) if isinstance(place, Text) else None

    def _measure_picture(self, place: Picture) -> Box | None:
        if not (self.shows_artwork or place.field):
            return None
        due = self.due(place)
        return self.ink.recalled(("picture", due), lambda: measure_picture(self.ink, due))

    def due(self, place: Picture) -> Box:
        """Return the box in which a picture has to be, given what was measured above it."""
        column = self.form.sheet.box if place.centred else self.form.sheet.column
        share = ALIGN[place.align]
        left = column.left + (column.width - place.diameter) * share
        return Box(left, self._picture_top(place), place.diameter, place.diameter)

    def due_line(self, place: SigningLine) -> Box | None:
        """Return the box in which a line to sign on has to be, right of its text as measured; None if that is missing."""
        spans = self.match.spans.get(place.level)
        return Box(spans[-1].right + place.gap, spans[-1].baseline, place.sign, LINE_DROP) if spans else None

    def _picture_top(self, place: Picture) -> Length:
        if place.centred:
            return (self.form.sheet.height - place.diameter) / 2
        return self.anchor(place)[0] + place.gap

    def anchor(self, place: Picture | Text | Stack | Table) -> list[Length]:
        """Return the height that a place's gap is measured from; several if the text above is not printed on this page."""
        if isinstance(place, Picture) and place.inside:
            return [self.inner.top]
        return self.bottoms(place.below) if place.below else [self.form.sheet.column.top if isinstance(place, Text) else ZERO]

    def bottoms(self, name: str) -> list[Length]:
        """Return the lower edge of a place: as measured, else where it has to be, for each number of lines it may have."""
        place = self.form.place(name)
        if isinstance(place, Picture) and (place.field or not self.measured(name)):
            return [self.due(place).bottom]
        if box := self.measured(name):
            return [box.bottom]
        if isinstance(place, Text) and (place.below or _hangs_from_margin(place)):
            first = [top + place.gap + self._cap_height(place) for top in self.anchor(place)]
            lines = UNPRINTED_LINES if place.names and self.print == Print.BLANK else range(1, 2)
            return [baseline + place.font.size * LEADING * (count - 1) for baseline in first for count in lines]
        return [ZERO]

    def _cap_height(self, place: Text) -> Length:
        return place.font.size * self.caps.of(bold=place.font.bold, italic=place.font.italic)

    def column(self, place: Text) -> Box:
        """Return the column that a text is aligned in."""
        column = self.form.sheet.column
        picture = self.form.place(place.right_of) if place.right_of else None
        if isinstance(picture, Picture) and self.measured(picture.name):
            used = picture.diameter + place.gap
            column = Box(column.left + used, column.top, column.width - used, column.height)
        if place.width is None:
            return column
        share = ALIGN[place.align]
        return Box(column.left + (column.width - place.width) * share, column.top, place.width, column.height)


def stack_of(place: Place, form: Form) -> Stack | None:
    """Return the stack of which a place is a line."""
    return next((stack for stack in form.places if isinstance(stack, Stack) and place.name in stack.stack), None)


def clause_of(place: Place, form: Form) -> str:
    """Return the clause that prescribes a place; a text without one of its own has that of its row or stack."""
    if place.clause or not isinstance(place, Text):
        return place.clause
    if place.level:
        return clause_of(form.place(place.level), form)
    stack = stack_of(place, form)
    return stack.clause if stack else ""


def text_box(spans: Sequence[TextSpan]) -> Box | None:
    """Return the ink of a text as an act means it: from the cap height of its first line to its last baseline."""
    if not spans:
        return None
    left, right = min(span.left for span in spans), max(span.right for span in spans)
    return Box(left, spans[0].cap_top, right - left, spans[-1].baseline - spans[0].cap_top)


def measure_frame(ink: Ink, frame: Frame, sheet: Box) -> tuple[Box | None, Box | None]:
    """Return the outer and the inner edge of a frame; each side is measured between the corners, beyond its neighbours' reach."""
    outer = sheet.inset(frame.edge)
    inner = outer.inset(frame.width)
    middle = inner.inset(frame.width)
    bands = {
        "left": (across(Box(outer.left, ZERO, frame.width, ZERO)), False),
        "right": (across(Box(inner.right, ZERO, frame.width, ZERO)), False),
        "top": (down(Box(ZERO, outer.top, ZERO, frame.width)), True),
        "bottom": (down(Box(ZERO, inner.bottom, ZERO, frame.width)), True),
    }
    reaches: dict[str, Reach] = {}
    for side, (band, is_down) in bands.items():
        window = boxed(across(middle), down(sheet)) if is_down else boxed(across(sheet), down(middle))
        reach = (ink.vertical if is_down else ink.horizontal)(window, band)
        if reach is None:
            return None, None
        reaches[side] = reach
    left, right, top, bottom = (reaches[side] for side in ("left", "right", "top", "bottom"))
    outside = Box(left.begin, top.begin, right.end - left.begin, bottom.end - top.begin)
    return outside, Box(left.end, top.end, right.begin - left.end, bottom.begin - top.end)


def measure_picture(ink: Ink, due: Box) -> Box | None:
    """Return the box of the ink that a picture has near the box where it is due.

    Its height is taken within its width and its width within its height, twice, so that a moved picture is found whole.
    """
    sheet, box = ink.sheet.box, due
    for is_exact in (False, True):
        rows = ink.vertical(boxed(across(box), down(sheet)), down(due), is_exact=is_exact)
        columns = rows and ink.horizontal(boxed(across(sheet), rows), across(due), is_exact=is_exact)
        if not rows or not columns:
            return None
        box = boxed(columns, rows)
    return box


def _hangs_from_margin(place: Text) -> bool:
    """Return whether a text is measured from the upper margin, as the first of a page without artwork is."""
    return place.gap > ZERO and place.foot is None and not (place.level or place.right_of)
