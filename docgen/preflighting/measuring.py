"""Measures the pages of a PDF, one after the other: each is loaded, read, its letters taken off, its ink measured.

All pages are measured in one call of a child process, because fonts and ink carry over from one page to the next.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from functools import partial
from typing import Any

from docgen.confined import operation, report_step
from docgen.confined.raster import PDFIUM, pdfium_errors
from docgen.errors import DataError
from docgen.fields import KINDS
from docgen.form import Form
from docgen.form.places import Text
from docgen.messages import _
from docgen.preflighting import checks
from docgen.preflighting.checks import flowing_findings, page_findings
from docgen.preflighting.facts import FileFacts
from docgen.preflighting.findings import Finding, Verdict
from docgen.preflighting.glyphs import CapHeights, Fonts, Glyph, TextSpan, read_glyphs, text_spans
from docgen.preflighting.ink import SEARCH_DPI, Ink, take_off_letters, take_off_rules
from docgen.preflighting.loaded_page import LoadedPage, PageSheet, read_sheet
from docgen.preflighting.match import PageMatch, expected_texts, match
from docgen.preflighting.measured_page import MeasuredPage
from docgen.preflighting.prescribed_text import prescribed_text_of
from docgen.preflighting.table_checks import heading_rows
from docgen.prints import Print
from docgen.units import Length, mm

#: A page of more pixels than this is not rendered; A0 has 35 million.
PIXELS = 100_000_000
#: A text of all pages is looked for so near to the height where it is due.
NEAR_FOOT = mm(6)


def measured_pages(
    pdf: bytes, form: Form, facts: FileFacts, file: str, print: Print, progress: Callable[[int, int], None]
) -> Iterable[Finding]:
    """Return the findings on every page, measured in a child process; raise DataError if PDFium cannot read the file.

    A program that has added kinds or checks of its own measures in its own process: the child would not know them.
    """
    if _has_additions():
        return _findings(pdf, form, facts, file, print, progress)
    measure = page_measures.within(file=file, progress=progress)
    return list(map(_finding, measure(pdf, pickle.dumps((form, facts, print)), file)))


def _has_additions() -> bool:
    return checks.has_additions() or not all(kind.__module__.startswith("docgen.") for kind in KINDS.values())


@operation(seconds=60, megabytes=3072, loads=("pypdfium2", "PIL.Image"))
def page_measures(pdf: bytes, settings: bytes, file: str) -> list[list[Any]]:
    """Return the parts of every finding; `settings` is what `measured_pages` pickles. The limit of time is that of one page."""
    form, facts, print = pickle.loads(settings)  # the parent's own, never a file's
    found = _findings(pdf, form, facts, file, print, report_step)
    return [[getattr(each, part.name) for part in PARTS] + [each.verdict.value] for each in found]


#: The parts of a finding that are plain values.
PARTS = [part for part in fields(Finding) if part.name != "verdict"]


def _finding(parts: list[Any]) -> Finding:
    *plain, verdict = parts
    named = dict(zip((part.name for part in PARTS), plain, strict=True))
    return Finding(**named, verdict=Verdict(verdict))


def _findings(
    pdf: bytes, form: Form, facts: FileFacts, file: str, print: Print, progress: Callable[[int, int], None]
) -> Iterator[Finding]:
    """Yield the findings on every page."""
    import pypdfium2

    measure = page_findings if _is_placed(form, print) else flowing_findings
    sides = (form, form.back) if facts.sides > 1 and form.back else (form,)
    caps = CapHeights()
    before: Ink | None = None
    #: What was measured last of each side.
    known: dict[int, Ink] = {}
    fonts: Fonts | None = None
    loaded: LoadedPage = None
    with PDFIUM, pdfium_errors(file), pypdfium2.PdfDocument(pdf) as document:
        _refuse_uncounted(len(document), len(facts.pages), file)
        for index, page_facts in enumerate(facts.pages):
            pdf_page, side = document[index], index % len(sides)
            shown = sides[side]
            sheet = read_sheet(pdf_page, page_facts.unit, page_facts.trim)
            _refuse_size(sheet, index + 1, file)
            fonts = Fonts(fonts if before and not before.is_stripped else None)
            glyphs = read_glyphs(pdf_page, sheet, caps, fonts)
            if loaded:
                loaded.close()  # only now: what both pages have, such as fonts, stays loaded
            loaded = pdf_page
            matched = _match(shown, glyphs, text_spans(glyphs, caps), print, index + 1, len(facts.pages))
            ink = Ink(
                pdf_page, sheet, partial(_strip, form=shown, is_blank=print == Print.BLANK, sheet=sheet), page_facts.background
            )
            if side in known:
                ink.take_over(known[side])
            page = MeasuredPage(shown, print, sheet, index + 1, len(facts.pages), glyphs, matched, caps, ink, facts)
            yield from measure(page)
            before = ink if measure is page_findings else None
            known |= {side: ink} if before else {}
            progress(index + 1, len(facts.pages))


def _refuse_uncounted(count: int, other: int, file: str) -> None:
    """Raise DataError for a file without pages, or if PDFium and pypdf count differently: some pages would not be measured."""
    if not count == other > 0:
        message = _("its pages cannot be counted: {count} by one reading, {other} by another", count=count, other=other)
        raise DataError.because("pdf-damaged", message, _("Make the file anew."), file=file)


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


def _is_placed(form: Form, print: Print) -> bool:
    """Return whether the places of a form are measured; a table is printed full or not at all."""
    return form.is_fixed and (print == Print.FULL or form.table is None)


def _match(form: Form, glyphs: Sequence[Glyph], found: list[TextSpan], print: Print, number: int, count: int) -> PageMatch:
    """Return which spans are which place: first texts of all pages and captions, then what the form has in order."""
    if not _is_placed(form, print):
        return PageMatch({}, ())
    table, texts = form.table, form.texts
    repeated = [place for place in texts if place.is_repeated and place.is_on(number)]
    fixed = {place.name: _on_all_pages(place, form, found, number, count) for place in repeated}
    found_ids = {id(span) for own in fixed.values() for span in own}
    captions = (
        {*(text.caption for text in texts), *(picture.caption for picture in form.pictures)} if print == Print.BLANK else {}
    )
    free = [span for span in found if id(span) not in found_ids and span.text not in captions]
    if table and (heading := heading_rows(table, form, glyphs)):
        top = min(glyph.baseline for row in heading.values() for glyph in row)
        free = [span for span in free if span.baseline < top - mm(1)]
    matched = match(expected_texts(form, print, is_first=number == 1 or not table), free, print)
    return PageMatch(fixed | matched.spans, matched.others)


def _on_all_pages(place: Text, form: Form, found: Sequence[TextSpan], number: int, count: int) -> tuple[TextSpan, ...]:
    """Return the spans of a text of all pages: those that say it, else the nearest to where it is due."""
    due: Length = form.sheet.height - (place.foot or form.sheet.top)
    prescribed_text = prescribed_text_of(place, page=number, pages=count)
    near = [span for span in found if abs((span.baseline - due).mm) <= NEAR_FOOT.mm]
    saying = [span for span in near if prescribed_text.matches(span.text, Print.FULL)]
    nearest = sorted(saying or near, key=lambda span: abs((span.baseline - due).mm))
    return tuple(nearest[:1])
