"""Measures the pages of a PDF, one after the other: each is loaded, read, its letters taken off, its ink measured.

Pages that are like one that was measured so need not be loaded (`docgen.preflighting.alike`).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from docgen.errors import DataError
from docgen.form import Form
from docgen.messages import _
from docgen.preflighting.checks import flowing_findings, page_findings
from docgen.preflighting.facts import FileFacts
from docgen.preflighting.finding_list import FindingTable
from docgen.preflighting.glyphs import CapHeights, Fonts, read_glyphs, text_spans
from docgen.preflighting.ink import SEARCH_DPI, Ink
from docgen.preflighting.loaded_page import LoadedPage, PageSheet, read_sheet
from docgen.preflighting.measured_page import MeasuredPage
from docgen.preflighting.page_objects import take_off_letters, take_off_rules
from docgen.preflighting.page_texts import PageTexts
from docgen.preflighting.shown import ShownTexts
from docgen.prints import Print

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

    from docgen.pdf.source import SourceFile
    from docgen.preflighting.alike.content import DrawnPages
    from docgen.preflighting.alike.masters import Masters
    from docgen.preflighting.alike.same_objects import SameObjects

#: A page of more pixels than this is not rendered; A0 has 35 million.
PIXELS = 100_000_000
#: One page of so many is measured both ways.
COMPARED = 251


class MeasuredTwice(Exception):
    """A page was measured in two ways, and they differ."""


class Side:
    """The pages that are measured against one form: all, or fronts, or backs; of one file, or of several with the same fonts."""

    def __init__(self, form: Form, print: Print, table: FindingTable):
        self.form, self.texts, self._table = form, PageTexts(form, print), table
        self.masters: Masters | None = None
        #: What was measured last, and what the first page has of faces.
        self.ink: Ink | None = None
        self.caps: CapHeights | None = None

    def read(self, source: SourceFile, reader: DrawnPages) -> None:
        """Have the pages of a file measured by those that they are like; files that were read before must stay loaded."""
        from docgen.preflighting.alike.masters import Masters

        if self.masters:
            self.masters.go_on(source, reader)
        elif self.texts.are_alike:
            self.masters = Masters(source, reader, self.texts, self._table)

    def holds_for(self, index: int, load: Callable[[int], LoadedPage]) -> bool:
        """Return whether the first page of a file that is read, of this index, shows of its faces what the one before did."""
        shown = self.masters.faces(index, partial(load, index)) if self.masters else None
        if shown is None or self.caps is None or shown.usual != self.caps.usual:
            return False
        self.caps.add(shown)
        return True


class Sides:
    """The sides of the files that are measured one after the other.

    Files whose first pages show the same of their faces share them; artwork is shared by all.
    """

    def __init__(self, form: Form, print: Print):
        self._form, self._print, self.table = form, print, FindingTable()
        #: By what files say of themselves, and by the fonts of their first pages.
        self._known: dict[object, dict[object, list[Side]]] = {}
        self._before: list[Side] = []
        self._same: SameObjects | None = None

    def of(self, facts: FileFacts, source: SourceFile | None, load: Callable[[int], LoadedPage]) -> tuple[list[Side], bool]:
        """Return the sides of a file, and whether they are new: its first pages are then measured before any other.

        `load` loads a page, counted from 0.
        """
        reader = self._reader(source) if source else None
        fonts = self._fonts(facts, reader)
        known = self._known.setdefault((facts.form, facts.is_press, facts.sides), {}) if fonts else {}
        sides = known.get(fonts)
        if source and reader and sides is None:
            sides = next((each for each in _distinct(known) if _hold_for(each, source, reader, load)), None)
        is_new = sides is None
        if sides is None:
            back = self._form.back if facts.sides > 1 else None
            sides = [Side(form, self._print, self.table) for form in ((self._form, back) if back else (self._form,))]
            for side, before in zip(sides, self._before, strict=False):
                side.ink = before.ink
        if source and reader:
            for side in sides:
                side.read(source, reader)
        known[fonts] = sides
        self._before = sides
        return sides, is_new

    def _reader(self, source: SourceFile) -> DrawnPages:
        from docgen.preflighting.alike.content import DrawnPages
        from docgen.preflighting.alike.same_objects import SameObjects

        self._same = self._same or SameObjects()
        return DrawnPages(source, self._same)

    @staticmethod
    def _fonts(facts: FileFacts, reader: DrawnPages | None) -> object:
        """Return the fonts of the first pages of a file; None for a file that is measured by itself."""
        try:
            return reader and tuple(map(reader.fonts, range(facts.sides)))
        except (ValueError, LookupError, StopIteration, OSError, zlib.error):
            return None


def _distinct(known: Mapping[object, list[Side]]) -> list[list[Side]]:
    """Return the sides of each file once, those that were measured last first."""
    return list({id(sides): sides for sides in reversed(list(known.values()))}.values())


def _hold_for(sides: Sequence[Side], source: SourceFile, reader: DrawnPages, load: Callable[[int], LoadedPage]) -> bool:
    for side in sides:
        side.read(source, reader)
    return all(side.holds_for(index, load) for index, side in enumerate(sides))


class PageMeasurer:
    """Measures pages of one loaded file by its sides."""

    def __init__(
        self, document: PdfDocument, facts: FileFacts, file: str, print: Print, sides: Sequence[Side], table: FindingTable
    ):
        self._document, self._facts, self._file, self._print = document, facts, file, print
        self._sides, self._table = sides, table
        #: The page that was loaded last, its fonts and its ink.
        self._loaded: LoadedPage = None
        self._fonts: Fonts | None = None
        self._ink: Ink | None = None

    def findings(self, index: int) -> list[int]:
        """Return the numbers of the findings on a page; MeasuredTwice if two ways of measuring it do not agree."""
        side = self._sides[index % len(self._sides)]
        masters = side.masters
        content = masters.content(index) if masters else None
        alike = masters.findings(content) if masters else None
        if alike is not None and index % COMPARED:
            return alike
        page = self._page(index, side, content.master if content else None)
        measure = page_findings if side.texts.is_placed else flowing_findings
        found = [self._table.number(replace(finding, page=None)) for finding in measure(page)]
        if alike not in (None, found):
            raise MeasuredTwice
        self._ink = page.ink if measure is page_findings else None
        side.ink = self._ink
        if masters and content and masters.learn(content, page, found, partial(self._document.get_page, index)):
            self._loaded = None  # it stays loaded, since its artwork may be measured again
        return found

    def _page(self, index: int, side: Side, background: object) -> MeasuredPage:
        """Return a page as it is read from the file; pages with equal `background`, if not None, have the same artwork."""
        facts, count = self._facts.pages[index], len(self._facts.pages)
        pdf_page = self._document.get_page(index)
        sheet = read_sheet(pdf_page, facts.unit, facts.trim)
        _refuse_size(sheet, index + 1, self._file)
        self._fonts = Fonts(self._fonts if self._ink and not self._ink.is_stripped else None)
        caps = side.caps.of_next_page() if side.caps else CapHeights()
        glyphs = read_glyphs(pdf_page, sheet, caps, self._fonts)
        shown = ShownTexts(pdf_page, sheet, partial(self._again, index), has_layers=self._facts.has_layers)
        side.caps = side.caps or caps
        if self._loaded:
            self._loaded.close()  # only now: what both pages have, such as fonts, stays loaded
        self._loaded = pdf_page
        matched = side.texts.match(glyphs, text_spans(glyphs, caps), index + 1, count)
        strip = partial(_strip, form=side.form, is_blank=self._print == Print.BLANK, sheet=sheet)
        ink = Ink(pdf_page, sheet, strip, background)
        if side.ink:
            ink.take_over(side.ink)
        return MeasuredPage(side.form, self._print, sheet, index + 1, count, glyphs, matched, caps, ink, self._facts, shown)

    def _again(self, index: int) -> LoadedPage:
        """Return a page as it is in the file, upright and cut as the one that is measured."""
        facts = self._facts.pages[index]
        page = self._document.get_page(index)
        read_sheet(page, facts.unit, facts.trim)
        return page


def _refuse_size(sheet: PageSheet, number: int, file: str) -> None:
    """Raise DataError for a page that is too large to be rendered as a whole; no sheet of paper is."""
    across, down = sheet.width.pixels(SEARCH_DPI), sheet.height.pixels(SEARCH_DPI)
    if not (across > 0 and down > 0 and across * down <= PIXELS):
        message = _("page {number} is {width:g} × {height:g} mm", number=number, width=sheet.width.mm, height=sheet.height.mm)
        raise DataError.because("page-size", message, _("Is it the right file?"), file=file)


def _strip(page: LoadedPage, *, form: Form, is_blank: bool, sheet: PageSheet) -> None:
    """Remove everything from a page but its artwork."""
    take_off_letters(page)
    if is_blank:
        take_off_rules(page, sheet, form.inner_box or form.sheet.box)
