"""Which measures are taken: a table of checks for each kind of place, and for pages and files as a whole.

A new kind of place of docgen's own is one entry here, one from outside a call of `docgen.form.places.register`. A new form needs
none, because its places say what is prescribed.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping

from docgen.fonts.faces import PRESCRIBED
from docgen.form import Form
from docgen.form.places import CHECKS as ADDED_CHECKS
from docgen.form.places import AnnexHeading, Fill, Frame, Picture, Place, Stack, Table, Text
from docgen.messages import _
from docgen.preflighting import artwork_checks, table_checks, text_checks
from docgen.preflighting.facts import FileFacts
from docgen.preflighting.findings import Finding, Subject, Verdict
from docgen.preflighting.ink import FAINT
from docgen.preflighting.measured_page import MeasuredPage
from docgen.prints import Print

#: Takes a place of its kind and the page.
Check = Callable[..., Iterator[Finding]]

#: Kind of place → what is measured of it; those added by `docgen.form.places.register` come after these.
CHECKS: Mapping[type[Place], tuple[Check, ...]] = ChainMap(
    {
        Fill: (artwork_checks.fill_colour,),
        Frame: (artwork_checks.frame_edges, artwork_checks.frame_whole, artwork_checks.frame_outside),
        Picture: (artwork_checks.picture_size, artwork_checks.picture_down, artwork_checks.picture_across),
        Text: (
            text_checks.prescribed_text,
            text_checks.face,
            text_checks.size,
            text_checks.capitals,
            text_checks.evenness,
            text_checks.standing,
            text_checks.across,
        ),
        AnnexHeading: (text_checks.annex,),
        Stack: (text_checks.stack_lines, text_checks.stack_ends),
        Table: (table_checks.table_heading, table_checks.table_cells, table_checks.table_extent),
    },
    ADDED_CHECKS,
)
#: A picture that the record brings has its own margins.
OWN_PICTURE: tuple[Check, ...] = (artwork_checks.own_picture,)
#: These are artwork, which an overprint leaves out.
ARTWORK = (Fill, Frame, Picture)


def page_findings(page: MeasuredPage) -> Iterator[Finding]:
    """Give every finding on one page of a fixed form, in the order of its places."""
    yield from artwork_checks.sheet_checks(page)
    for place in page.form.places:
        if _is_due(place, page):
            for check in OWN_PICTURE if isinstance(place, Picture) and place.field else CHECKS[type(place)]:
                yield from check(place, page)
    for check in PAGE_CHECKS:
        yield from check(page)


def _is_due(place: Place, page: MeasuredPage) -> bool:
    """Whether a place appears on this page of this print."""
    if isinstance(place, Text):
        return place.name in page.reading.spans
    if isinstance(place, Picture) and place.field:
        return page.print != Print.BLANK
    if isinstance(place, ARTWORK):
        return page.shows_artwork
    return isinstance(place, Table) or page.number == 1 or not page.form.table


def _nothing_but_data(page: MeasuredPage) -> Iterator[Finding]:
    """On an overprint nothing may stand but letters: the artwork is on the stock already."""
    if page.print == Print.OVERPRINT and not page.form.prints_pictures:
        is_clear = not (page.ink.contrast(page.sheet.box) > FAINT).any() and page.ink.background == (255, 255, 255)
        shown = _("nothing") if is_clear else _("artwork")
        yield Subject("", "", page.page).found("data-alone", _("beside the data"), _("nothing"), shown, is_clear)


#: What is measured of a page of a fixed form as a whole, after its places; a check from outside is one more entry.
PAGE_CHECKS: list[Callable[[MeasuredPage], Iterator[Finding]]] = [
    text_checks.letters_inside,
    text_checks.other_texts,
    artwork_checks.other_ink,
    _nothing_but_data,
]


def flowing_findings(page: MeasuredPage) -> Iterator[Finding]:
    """Give the findings on one page of a form that flows: its sheet, its faces, and that all letters are on it."""
    yield from artwork_checks.sheet_checks(page)
    yield from text_checks.letters_inside(page)
    faces = list(dict.fromkeys(glyph.face for glyph in page.glyphs if not glyph.letter.isspace()))
    if faces:
        verdict = text_checks.family_verdict(faces)
        families = ", ".join(dict.fromkeys(face.family for face in faces))
        yield Subject("", "", page.page).found("family", _("face"), PRESCRIBED, families, verdict)


def file_findings(form: Form, facts: FileFacts, print: Print) -> Iterator[Finding]:
    """Give the findings on a file as a whole: its fonts and what it says of itself."""
    subject = Subject()
    if print != Print.FULL:
        shown = {
            Print.BLANK: _("the data were not measured"),
            Print.OVERPRINT: _("the data alone were measured"),
        }[print]
        yield subject.found("print", _("print"), print, shown, Verdict.REMARK)
    for font in facts.fonts:
        shown = (_("a subset") if font.is_subset else _("whole")) if font.is_embedded else _("not embedded")
        what = _("font {name}", name=font.name.rpartition("+")[2])
        yield subject.found("font-embedded", what, _("embedded"), shown, font.is_embedded)
    title = facts.title or _("missing")
    yield subject.found("title", _("title of the file"), form.title["kk"], title, _is_title(form, facts))
    language = facts.language or _("missing")
    yield subject.found("language", _("language of the file"), "kk", language, facts.language.startswith("kk"))
    if facts.form and facts.form != form.key:
        yield subject.found("form", _("form that the file names"), form.key, facts.form, Verdict.REMARK)


def _is_title(form: Form, facts: FileFacts) -> Verdict:
    if not facts.title:
        return Verdict.FAIL
    return Verdict.PASS if form.title["kk"] in facts.title else Verdict.REMARK
