"""Measures pages that are like one that PDFium measured; what it cannot vouch for it leaves to PDFium."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise
from operator import attrgetter
from typing import Any

from docgen.pdf.source import SourceFile
from docgen.preflighting.alike.content import UNREAD, DrawnPages, PageContent, Paint, TextRun
from docgen.preflighting.alike.letters import SetFont, handles_of, name_of
from docgen.preflighting.alike.remembered import AskedSpans, Remembered
from docgen.preflighting.alike.setting import SetRun, SetSpan, are_over_each_other, is_one_twice, parted, rows_of, set_run
from docgen.preflighting.checks import Measures, page_measures_of
from docgen.preflighting.finding_list import FindingTable
from docgen.preflighting.findings import POSITION
from docgen.preflighting.glyphs import CapHeights
from docgen.preflighting.ink import Levels
from docgen.preflighting.loaded_page import LoadedPage, PageSheet
from docgen.preflighting.match import PageMatch
from docgen.preflighting.measured_page import MeasuredPage
from docgen.preflighting.page_texts import PageTexts
from docgen.preflighting.shown import CLEAR, is_over
from docgen.preflighting.text_checks import other_texts
from docgen.units import Box, mm

#: So many masters are remembered, each with a page that stays loaded; the pages of others are measured by PDFium.
MASTERS = 16
#: So many pages of one master may fail to prove it before it is given up.
TRIALS = 3
#: So many runs of a master are remembered, then they are forgotten.
MEMORY = 5_000


@dataclass
class Master:
    """What pages have alike, as it was measured on one of them: the sheet, the artwork, what is measured and was found."""

    page: MeasuredPage
    measures: list[tuple[Measures, Remembered | None]]
    paints: tuple[Paint, ...]
    #: The colours of its texts, as they are written and in levels as PDFium shows them.
    colours: frozenset[bytes]
    levels: frozenset[Levels]
    runs: dict[TextRun, SetRun | None] = field(default_factory=dict)
    #: The spans of each row by the identity of its runs, None for one that is left to PDFium.
    rows: dict[tuple[int, ...], list[SetSpan] | None] = field(default_factory=dict)
    spans: dict[tuple[int, ...], SetSpan] = field(default_factory=dict)


class Masters:
    """The masters of one file, or of several that have the same fonts, and the measuring of pages by them."""

    def __init__(self, source: SourceFile, reader: DrawnPages, texts: PageTexts, table: FindingTable):
        self._source, self._reader, self._texts, self._table = source, reader, texts, table
        self._known: dict[object, Master] = {}
        self._trials: dict[object, int] = {}
        self._fonts: dict[int, SetFont] = {}
        self._names: dict[bytes, int] = {}
        self._open: list[LoadedPage] = []

    def go_on(self, source: SourceFile, reader: DrawnPages) -> None:
        """Measure the pages of another file, read with the same `SameObjects`; those before must stay loaded."""
        self._source, self._reader, self._names = source, reader, {}

    def faces(self, index: int, load: Callable[[], LoadedPage]) -> CapHeights | None:
        """Return what a first page shows of its faces, as PDFium would see it; None if a letter of it is not sure.

        `load` loads the page, with its fonts.
        """
        content = self.content(index)
        if content is None:
            return None
        self._read_fonts(content, load)
        shown = CapHeights()
        for run in content.runs:
            font = self._fonts.get(run.font)
            letters = font.letters(run.codes) if font else None
            if font is None or letters is None:
                return None
            for letter in letters:
                if letter.outline:
                    shown.note(font.face, letter.sign, letter.outline[3])
        return shown

    def content(self, index: int) -> PageContent | None:
        """Return what a page draws; None if it is not understood."""
        return self._reader.content(index)

    def findings(self, content: PageContent | None) -> list[int] | None:
        """Return the numbers of the findings on a page; None for a page that PDFium has to measure."""
        master = self._known.get(content.master) if content else None
        return self._findings(master, content) if master and content else None

    def _findings(self, master: Master, content: PageContent) -> list[int] | None:
        runs = self._set(master, content.runs)
        spans = self._spans(master, runs) if runs else None
        if spans is None:
            return None
        own = self._texts.match((), spans, 1, 1)
        asked = AskedSpans(own.spans)
        page = replace(master.page, match=PageMatch(asked, own.others), _boxes=Unremembered())
        found: list[int] = []
        for take, remembered in master.measures:
            if remembered:
                found += remembered.findings(asked, take, page, self._table.number)
            else:
                found += map(self._table.number, take(page))
        return None if self._table.failed and not self._table.failed.isdisjoint(found) else found

    # --- texts --------------------------------------------------------------------------------------------------------

    def _set(self, master: Master, runs: Sequence[TextRun]) -> list[SetRun] | None:
        """Return the runs of a page as they stand on its sheet; None if PDFium may read them otherwise."""
        if len(master.runs) > MEMORY:
            master.runs.clear()
            master.rows.clear()
            master.spans.clear()
        placed: list[SetRun] = []
        for run in runs:
            if run not in master.runs:
                font = self._fonts.get(run.font)
                if font is None or font.face not in master.page.caps.settled:
                    return None
                found = set_run(run, font, master.page.sheet)
                master.runs[run] = found if found and _is_seen(master, run, found) else None
            found = master.runs[run]
            if found is None:
                return None
            placed.append(found)
        return None if is_one_twice(placed) else placed

    def _spans(self, master: Master, runs: Sequence[SetRun]) -> list[SetSpan] | None:
        """Return the spans of a page in the order of reading; None if a row of them is left to PDFium."""
        spans: list[SetSpan] = []
        rows = rows_of(runs)
        if any(are_over_each_other(above, below) for above, below in pairwise(rows)):
            return None
        for row in rows:
            key = tuple(map(id, row))
            if key not in master.rows:
                master.rows[key] = self._row(master, row)
            found = master.rows[key]
            if found is None:
                return None
            spans += found
        return spans

    def _row(self, master: Master, row: Sequence[SetRun]) -> list[SetSpan] | None:
        """Return the spans of a row; None where letters mix, or one is not inside the frame."""
        area, slack = master.page.inner, POSITION.mm
        for left, top, right, bottom in [run.ends for run in row]:
            is_across = left >= area.left.mm - slack and right <= area.right.mm + slack
            if not (is_across and top >= area.top.mm - slack and bottom <= area.bottom.mm + slack):
                return None
        spans = parted(row)
        caps = master.page.caps
        return None if spans is None else [self._span(master, span, caps.of_face(span[0].face)) for span in spans]

    @staticmethod
    def _span(master: Master, runs: tuple[SetRun, ...], cap_ratio: float) -> SetSpan:
        """Return a span, the same one for the same runs: rows may have others besides."""
        key = tuple(map(id, runs))
        if key not in master.spans:
            master.spans[key] = SetSpan(runs, cap_ratio)
        return master.spans[key]

    # --- masters ------------------------------------------------------------------------------------------------------

    def learn(self, content: PageContent, measured: MeasuredPage, found: list[int], load: Callable[[], LoadedPage]) -> bool:
        """Make a page that PDFium measured a master, if both ways agree on it; return whether it has to stay loaded.

        `found` is what was found on it; `load` loads the page once more, with its fonts.
        """
        is_full = len(self._known) >= MASTERS or self._trials.get(content.master, 0) >= TRIALS
        if is_full or not self._texts.are_alike:
            return False
        if content.master in self._known:  # a page that was left to PDFium, such as one with a font that was not known
            self._read_fonts(content, load)
            return False
        self._trials[content.master] = self._trials.get(content.master, 0) + 1
        self._read_fonts(content, load)
        page = replace(measured, number=1, count=1, glyphs=(), file=replace(measured.file, pages=(measured.facts,)))
        measures = [(take, None if take is other_texts else Remembered()) for take in page_measures_of(page)]
        colours, levels = frozenset(run.colour for run in content.runs), measured.shown.clear_colours(measured.ink)
        master = Master(page, measures, content.paints, colours, levels)
        if self._is_proved(master, content, measured, found):
            self._known[content.master] = master
            return True
        return False

    def _is_proved(self, master: Master, content: PageContent, measured: MeasuredPage, found: list[int]) -> bool:
        """Return whether each letter of the page stands where PDFium has it, and the findings are the same."""
        runs = self._set(master, content.runs)
        if runs is None:
            return False
        place = attrgetter("baseline.mm", "left.mm", "letter")
        glyphs = sorted((glyph for row in rows_of(runs) for run in row for glyph in run.glyphs), key=place)
        return glyphs == sorted(measured.glyphs, key=place) and self._findings(master, content) in (None, found)

    def _read_fonts(self, content: PageContent, load: Callable[[], LoadedPage]) -> None:
        """Read the fonts of a page that are not known; those that cannot be told apart by name stay unknown."""
        identities = {run.font for run in content.runs if run.codes} - self._fonts.keys()
        if not identities or len(self._open) >= MASTERS:
            return
        page = load()
        self._open.append(page)  # its fonts are asked for letters that other pages have
        handles = handles_of(page)
        for identity in identities:
            with suppress(*UNREAD):
                number = self._reader.objects.number(identity)
                name = name_of(self._source, number)
                if name in handles and self._names.setdefault(name, identity) == identity:
                    self._fonts[identity] = SetFont(self._source, number, handles[name])


def _is_seen(master: Master, run: TextRun, found: SetRun) -> bool:
    """Return whether a run is seen for certain: drawn over by nothing, in a colour of the master that is clear on its artwork.

    Of which of the master's colours it is cannot be told, so each of them has to be.
    """
    left, top, right, bottom = map(mm, found.ends)
    box = Box(left, top, right - left, bottom - top)
    if run.colour not in master.colours or any(_hides(paint, box, master.page.sheet) for paint in master.paints[run.after :]):
        return False
    return bool(master.levels) and master.page.ink.is_clear(box, master.levels, CLEAR)


def _hides(paint: Paint, box: Box, sheet: PageSheet) -> bool:
    if paint is None:
        return True
    (x, y, wide, high), shift = paint
    right, up = (float(each) for each in shift)
    corners = [sheet.point(x + right + each * wide, y + up + each * high) for each in (0, 1)]
    (left, lower), (far, upper) = (map(min, zip(*corners, strict=True)), map(max, zip(*corners, strict=True)))
    return is_over(Box(left, lower, far - left, upper - lower), box)


class Unremembered(dict[str, Any]):
    """Boxes that are measured anew each time, so that what they are measured from is asked for each time."""

    def __setitem__(self, name: str, box: object) -> None:
        """Forget it."""
