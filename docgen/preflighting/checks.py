"""Which measures are taken: a table of checks for each kind of place, and for pages and files as a whole.

A new check is one entry here, and so is a new kind of place of docgen's own; one from outside is a call of
`docgen.form.places.register`. A new form needs none, because its places say what is prescribed.
Each check declares what it measures and how exactly, which is what docs/acts/ shows.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeAlias, TypeVar

from docgen.fonts.faces import PRESCRIBED
from docgen.form import Form
from docgen.form.places import ALIGN, AnnexHeading, Fill, Frame, Picture, Place, SigningLine, Stack, Table, Text
from docgen.form.places import CHECKS as ADDED_CHECKS
from docgen.messages import _
from docgen.preflighting import artwork_checks, table_checks, text_checks
from docgen.preflighting.facts import FileFacts
from docgen.preflighting.findings import ACROSS, POSITION, SIZE, Finding, Subject, Verdict
from docgen.preflighting.ink import FAINT
from docgen.preflighting.measured_page import MeasuredPage, stack_of
from docgen.prints import Print
from docgen.units import Length

#: What is measured: a place, or the sheet.
P = TypeVar("P")
EXACT = "exact"
#: What measures something of a page.
Measures: TypeAlias = Callable[[MeasuredPage], Iterator[Finding]]
#: What is measured across of a place that is aligned so.
EDGES = {"left": "left edge", "centre": "middle", "right": "right edge"}


def _within(tolerance: Length, unit: str = "mm") -> str:
    return f"± {round(getattr(tolerance, unit), 3):g} {unit}"


def _always(_place: object, _form: Form) -> bool:
    return True


@dataclass(frozen=True)
class Check(Generic[P]):
    """A measure of every place of a kind.

    `take` yields its findings; `names` are those that it always yields, by their `Finding.check`, and `failures` those that it
    yields only if something is wrong. `measures` and `tolerance` say in English what is compared and how far it may be off.
    `applies` says of a place whether the measure is taken at all.
    """

    take: Callable[[P, MeasuredPage], Iterator[Finding]]
    names: tuple[str, ...]
    measures: str
    tolerance: str = EXACT
    applies: Callable[[P, Form], bool] = _always
    failures: tuple[str, ...] = ()


def _is_aligned(side: str) -> Callable[[Picture | Text, Form], bool]:
    return lambda place, _form: place.align == side


def _has_caption(place: SigningLine, _form: Form) -> bool:
    return bool(place.caption)


def _hangs_below(place: Text, form: Form) -> bool:
    return not (place.level or place.right_of or place.foot is not None or stack_of(place, form))


#: Kind of place of docgen's own → what is measured of it.
OWN_CHECKS: dict[type[Place], tuple[Check[Any], ...]] = {
    Fill: (
        Check(
            artwork_checks.fill_colour,
            ("colour", "bleed"),
            "the colour of the sheet, to its edges and corners",
            f"± {artwork_checks.COLOUR_STEPS} of 255 levels",
        ),
    ),
    Frame: (
        Check(
            artwork_checks.frame_edges,
            ("distance", "width"),
            "distance from the paper's edge and width, on all four sides",
            _within(POSITION),
            failures=("presence",),
        ),
        Check(artwork_checks.frame_whole, ("whole",), "the frame goes all the way round, corners included"),
        Check(artwork_checks.frame_outside, ("outside",), "no ink outside the frame"),
    ),
    Picture: (
        Check(
            artwork_checks.picture_size,
            ("diameter-across", "diameter-down", "round"),
            "diameter across and down; an outline that is not round is a remark",
            _within(POSITION),
            failures=("presence",),
        ),
        Check(
            artwork_checks.picture_middle,
            ("middle-down",),
            "the middle is the middle of the sheet, down",
            _within(POSITION),
            applies=lambda place, _form: place.centred,
        ),
        Check(
            artwork_checks.picture_gap,
            ("gap",),
            "the gap from what is above",
            _within(POSITION),
            applies=lambda place, _form: not place.centred,
        ),
        *(
            Check(
                artwork_checks.picture_across,
                (f"across-{side}",),
                f"the {EDGES[side]} across",
                _within(POSITION),
                applies=_is_aligned(side),
            )
            for side in ALIGN
        ),
    ),
    Text: (
        Check(text_checks.prescribed_text, ("text",), "the fixed words, letter for letter, with something where data belong"),
        Check(
            text_checks.face,
            ("face", "embedded"),
            "the face: Times New Roman (its metric substitute is a remark), weight and slant; its program is in the file",
        ),
        Check(text_checks.size, ("size",), "the size as printed, neither stretched nor condensed", _within(SIZE, "pt")),
        Check(
            text_checks.capitals,
            ("capitals",),
            "capitals throughout",
            applies=lambda place, _form: place.capitals,
        ),
        Check(
            text_checks.evenness,
            (),
            "the letters of a line are on one baseline",
            _within(POSITION),
            failures=("baseline",),
        ),
        Check(
            text_checks.level,
            ("level", "apart"),
            "on the baseline of the other text, with at least the gap between them",
            _within(POSITION),
            applies=lambda place, _form: bool(place.level),
        ),
        Check(
            text_checks.right_of,
            ("right_of",),
            "on the middle of the picture at its left",
            _within(POSITION),
            applies=lambda place, _form: bool(place.right_of) and not place.level,
        ),
        Check(
            text_checks.foot,
            ("foot",),
            "the baseline's distance from the lower edge",
            _within(POSITION),
            applies=lambda place, _form: place.foot is not None and not (place.level or place.right_of),
        ),
        Check(
            text_checks.below,
            ("gap",),
            "the gap from what is above, to the cap height of the first line",
            _within(POSITION),
            applies=_hangs_below,
        ),
        *(
            Check(
                text_checks.across,
                (f"across-{side}",),
                f"the {EDGES[side]} of each line across",
                _within(ACROSS),
                applies=_is_aligned(side),
            )
            for side in ALIGN
        ),
    ),
    AnnexHeading: (
        Check(
            text_checks.annex,
            ("text", "face", "embedded", "size", "across-right", "gap"),
            "each line as a text of its own, the first one below the margin",
            _within(POSITION),
            failures=("baseline",),
        ),
    ),
    SigningLine: (
        Check(
            artwork_checks.signing_line,
            ("length", "gap"),
            "the length of the line and its distance from the text at its left; not on a blank",
            _within(POSITION),
            failures=("presence",),
        ),
        Check(
            text_checks.signing_caption,
            ("text", "face", "embedded", "size"),
            "the caption below it",
            EXACT,
            _has_caption,
        ),
    ),
    Stack: (
        Check(text_checks.stack_lines, ("lines",), "all lines are there, in order"),
        Check(
            text_checks.stack_size,
            ("one-size",),
            "one size for all lines; those that may be larger are no smaller",
            _within(SIZE, "pt"),
        ),
        Check(
            text_checks.stack_ends, ("gap", "foot"), "the gap above the first line, the space below the last", _within(POSITION)
        ),
    ),
    Table: (
        Check(
            table_checks.table_heading,
            ("heading-row", "heading-face", "heading-size"),
            "all headings, letter for letter, on each page; their face and size",
            _within(SIZE, "pt"),
        ),
        Check(table_checks.table_cells, ("cells-face", "cells-size"), "face and size of the rows", _within(SIZE, "pt")),
        Check(
            table_checks.table_extent,
            ("table-width", "table-middle", "foot"),
            "width, middle, begin on each page, and the free foot of the page",
            _within(table_checks.RULE),
            failures=("presence", "gap", "top"),
        ),
    ),
}
#: The same with the kinds that `docgen.form.places.register` added.
CHECKS: Mapping[type[Place], tuple[Check[Any], ...]] = ChainMap(OWN_CHECKS, ADDED_CHECKS)
#: A picture that the record brings has its own margins.
OWN_PICTURE: tuple[Check[Any], ...] = (
    Check(artwork_checks.own_picture, ("inside",), "the picture of the record keeps to its box", _within(POSITION)),
)
#: What is measured of the sheet of every page.
SHEET: tuple[Check[Any], ...] = (
    Check(
        artwork_checks.sheet_size, ("size", "boxes"), "width and height of the sheet; crop and trim box too", _within(POSITION)
    ),
    Check(artwork_checks.sheet_rotation, ("rotation",), "not turned"),
)
#: Taken of the sheet of a page that an act prescribes.
NO_CODE: Check[Any] = Check(
    artwork_checks.no_code,
    (),
    "no QR code on a page that an act prescribes; looked for where `docgen[genuine]` is installed",
    failures=("code",),
    applies=lambda _sheet, form: form.forbids_code,
)
#: Taken of the frame, or of the sheet of a form without one.
LETTERS_INSIDE: Check[Any] = Check(
    text_checks.letters_inside, ("letters-inside",), "no letter lies outside the frame, or outside the sheet", _within(POSITION)
)
#: Taken of every page with letters.
LETTERS_SEEN: Check[Any] = Check(
    text_checks.letters_seen,
    (),
    "every letter can be seen: none is covered, cut away, switched off or of the colour under it",
    "32 of 255 levels at 75 dots an inch",
    failures=("letters-seen",),
)
#: These are artwork, which an overprint leaves out.
ARTWORK = (Fill, Frame, Picture, SigningLine)


def checks_of(place: Place, form: Form) -> tuple[Check[Any], ...]:
    """Return the checks that are made of a place of a form."""
    checks = OWN_PICTURE if isinstance(place, Picture) and place.field else CHECKS[type(place)]
    return tuple(check for check in checks if check.applies(place, form))


def page_measures_of(page: MeasuredPage) -> Iterator[Measures]:
    """Yield what is measured of a page of a fixed form, in the order of its places."""
    for check in SHEET:
        yield partial(check.take, page.form.sheet)
    for place in page.form.places:
        if _is_due(place, page):
            for check in checks_of(place, page.form):
                yield partial(check.take, place)
    yield from PAGE_CHECKS


def page_findings(page: MeasuredPage) -> Iterator[Finding]:
    """Yield every finding on one page of a fixed form."""
    for take in page_measures_of(page):
        yield from take(page)


def _letters_inside(page: MeasuredPage) -> Iterator[Finding]:
    return LETTERS_INSIDE.take(page.frame or page.form.sheet, page)


def _letters_seen(page: MeasuredPage) -> Iterator[Finding]:
    return LETTERS_SEEN.take(page.form.sheet, page)


def _no_code(page: MeasuredPage) -> Iterator[Finding]:
    if NO_CODE.applies(page.form.sheet, page.form):
        yield from NO_CODE.take(page.form.sheet, page)


def _is_due(place: Place, page: MeasuredPage) -> bool:
    """Return whether a place appears on this page of this print."""
    if isinstance(place, Text):
        return place.name in page.match.spans
    if isinstance(place, Picture) and place.field:
        return page.print != Print.BLANK
    if isinstance(place, ARTWORK):
        return page.shows_artwork
    return isinstance(place, Table) or page.number == 1 or not _has_table(page.form)


def _has_table(form: Form) -> bool:
    return any(isinstance(place, Table) for place in form.places)


def _nothing_but_data(page: MeasuredPage) -> Iterator[Finding]:
    """Yield whether an overprint has letters alone: the artwork is on the stock already."""
    if page.print == Print.OVERPRINT and not page.form.prints_pictures:
        is_clear = not (page.ink.contrast(page.sheet.box) > FAINT).any() and page.ink.background == (255, 255, 255)
        shown = _("nothing") if is_clear else _("artwork")
        yield Subject("", "", page.page).found("data-alone", _("beside the data"), _("nothing"), shown, is_clear)


#: What is measured of a page of a fixed form as a whole, after its places; a check from outside is one more entry.
PAGE_CHECKS: list[Measures] = [
    _letters_inside,
    _letters_seen,
    _no_code,
    text_checks.other_texts,
    artwork_checks.other_ink,
    _nothing_but_data,
]
_OWN = (dict(OWN_CHECKS), list(PAGE_CHECKS))


def has_additions() -> bool:
    """Return whether a program has added to what is measured."""
    return bool(ADDED_CHECKS) or (OWN_CHECKS, PAGE_CHECKS) != _OWN


def flowing_findings(page: MeasuredPage) -> Iterator[Finding]:
    """Yield the findings on one page of a form that flows: its sheet, its faces, and that all letters are on it."""
    for check in SHEET:
        yield from check.take(page.form.sheet, page)
    yield from _letters_inside(page)
    yield from _letters_seen(page)
    yield from _no_code(page)
    faces = list(dict.fromkeys(glyph.face for glyph in page.glyphs if not glyph.letter.isspace()))
    if faces:
        verdict = text_checks.family_verdict(faces)
        families = ", ".join(dict.fromkeys(face.family for face in faces))
        yield Subject("", "", page.page).found("family", _("face"), PRESCRIBED, families, verdict)


def file_findings(form: Form, facts: FileFacts, print: Print) -> Iterator[Finding]:
    """Yield the findings on a file as a whole: its fonts, its title, language and form."""
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
    yield subject.found("title", _("title of the file"), form.title["kk"], title, _title_verdict(form, facts))
    language = facts.language or _("missing")
    yield subject.found("language", _("language of the file"), "kk", language, facts.language.startswith("kk"))
    if facts.form and facts.form != form.key:
        yield subject.found("form", _("form that the file names"), form.key, facts.form, Verdict.REMARK)


def _title_verdict(form: Form, facts: FileFacts) -> Verdict:
    if not facts.title:
        return Verdict.FAIL
    return Verdict.PASS if form.title["kk"] in facts.title else Verdict.REMARK
