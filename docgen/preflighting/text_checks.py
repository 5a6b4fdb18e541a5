"""Checks of a page's texts: words, face, size, capitals, position."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from docgen import kazakh
from docgen.fonts.faces import PRESCRIBED, SUBSTITUTE
from docgen.form.definition import Sheet
from docgen.form.places import ALIGN, AnnexHeading, Frame, Picture, SigningLine, Stack, Text
from docgen.messages import _
from docgen.preflighting.expected_texts import annex_texts, texts_of
from docgen.preflighting.findings import (
    ACROSS,
    POSITION,
    SIZE,
    Finding,
    Subject,
    Verdict,
    in_mm,
    in_pt,
    measured_mm,
    measured_pt,
)
from docgen.preflighting.glyphs import Glyph, PrintedFace, TextSpan
from docgen.preflighting.measured_page import MeasuredPage, stack_of
from docgen.preflighting.prescribed_text import prescribed_text_of
from docgen.prints import Print
from docgen.units import Box, Length

#: A letter may be set so much wider or narrower than the face has it.
STRETCH = 0.005
FAMILIES = {PRESCRIBED: Verdict.PASS, SUBSTITUTE: Verdict.REMARK}


def prescribed_text(place: Text, page: MeasuredPage) -> Iterator[Finding]:
    """Check that a text is there and has its fixed words."""
    prescribed = prescribed_text_of(place, page=page.number, pages=page.count)
    spans, subject = page.spans(place), page.subject(place)
    on_print = prescribed.on_print(page.print)
    text = " ".join(span.text for span in spans)
    if not spans:
        yield subject.found("text", _("text"), str(prescribed), _("missing"), False)
    else:
        yield subject.found("text", _("text"), str(prescribed), text, on_print.matches(text, page.print))


def face(place: Text, page: MeasuredPage) -> Iterator[Finding]:
    """Check family, weight and slant, as the PDF names its fonts, and that those fonts are in the file."""
    faces = _faces(page.spans(place))
    if faces:
        style = ["bold"] * place.font.bold + ["italic"] * place.font.italic
        prescribed = " ".join([PRESCRIBED, *style])
        verdict = face_verdict(faces, bold=place.font.bold, italic=place.font.italic)
        subject = page.subject(place)
        yield subject.found("face", _("face"), prescribed, ", ".join(dict.fromkeys(map(str, faces))), verdict)
        absent = [str(one) for one in faces if not page.file.is_embedded(one.name)]
        shown = _("{fonts} not embedded", fonts=", ".join(absent)) if absent else _("embedded")
        yield subject.found("embedded", _("font in the file"), _("embedded"), shown, not absent)


def face_verdict(faces: Sequence[PrintedFace], *, bold: bool, italic: bool) -> Verdict:
    """Return the verdict on faces that have to be Times New Roman in one style; its substitute is a remark."""
    if any((face.bold, face.italic) != (bold, italic) for face in faces):
        return Verdict.FAIL
    return family_verdict(faces)


def family_verdict(faces: Sequence[PrintedFace]) -> Verdict:
    """Return the verdict on the families of faces in any style."""
    verdicts = [FAMILIES.get(face.family, Verdict.FAIL) for face in faces]
    return next((one for one in (Verdict.FAIL, Verdict.REMARK) if one in verdicts), Verdict.PASS)


def _faces(spans: Sequence[TextSpan]) -> list[PrintedFace]:
    return list(dict.fromkeys(face for span in spans for face in span.faces))


def size(place: Text, page: MeasuredPage) -> Iterator[Finding]:
    """Measure the size as it comes out on paper; lines of a stack may go down to its smallest."""
    spans = page.spans(place)
    if not spans:
        return
    largest = place.largest
    row = page.form.place(place.level) if place.level else place
    stack = stack_of(row, page.form)
    smallest = stack.min_size if stack else largest
    prescribed = f"{smallest.pt:g}–{in_pt(largest)}" if stack else in_pt(largest)
    yield _size(page.subject(place), spans, smallest, largest, prescribed)


def _size(subject: Subject, spans: Sequence[TextSpan], smallest: Length, largest: Length, prescribed: str) -> Finding:
    low, high = min(span.sizes[0] for span in spans), max(span.sizes[1] for span in spans)
    stretch = max((span.stretch for span in spans), key=lambda stretch: abs(stretch - 1))
    is_right = low.pt >= smallest.pt - SIZE.pt and high.pt <= largest.pt + SIZE.pt and abs(stretch - 1) <= STRETCH
    shown = measured_pt(high) if (high - low).pt < SIZE.pt else f"{low.pt:.2f}–{measured_pt(high)}"
    if abs(stretch - 1) > STRETCH:
        shown = _("{size}, {percent:.0f} % wide", size=shown, percent=stretch * 100)
    return subject.found("size", _("size"), prescribed, shown, is_right)


def capitals(place: Text, page: MeasuredPage) -> Iterator[Finding]:
    """Check that all letters are capitals, where the act prescribes them."""
    text = " ".join(span.text for span in page.spans(place))
    if place.capitals and text:
        small = [letter for letter in text if kazakh.upper(letter) != letter]
        shown = _("small: {letters}", letters="".join(dict.fromkeys(small))) if small else _("capitals")
        yield page.subject(place).found("capitals", _("capitals"), _("capitals"), shown, not small)


def evenness(place: Text, page: MeasuredPage) -> Iterator[Finding]:
    """Check that the letters of a line are on one baseline; a finding comes only if they are not."""
    for span in page.spans(place):
        if abs(span.unevenness.mm) > POSITION.mm:
            prescribed, shown = _("on one baseline"), _("{off} off", off=measured_mm(span.unevenness))
            yield page.subject(place).found("baseline", _("letters of a line"), prescribed, shown, False)


def below(place: Text, page: MeasuredPage) -> Iterator[Finding]:
    """Measure the gap from what is above a text, or from the margin."""
    if spans := page.spans(place):
        what = _("below {place}", place=place.below) if place.below else _("below the margin")
        yield gap_finding(page.subject(place), what, place.gap, page.anchor(place), spans[0])


def gap_finding(subject: Subject, what: str, gap: Length, anchors: Sequence[Length], first: TextSpan) -> Finding:
    """Return the finding on the gap above a line; of several heights that it may be measured from, the nearest counts."""
    gaps = [first.cap_top - anchor for anchor in anchors]
    return subject.length("gap", what, gap, min(gaps, key=lambda found: abs((found - gap).mm)))


def level(place: Text, page: MeasuredPage) -> Iterator[Finding]:
    """Measure a text against the baseline of another one, and that there is at least the gap between them."""
    other, own = page.match.spans.get(place.level), page.spans(place)
    if not other or not own:
        return
    subject, what = page.subject(place), _("baseline against {place}", place=place.level)
    yield subject.length("level", what, Length(0), own[0].baseline - other[-1].baseline)
    gap = max(own[0].left - other[-1].right, other[0].left - own[-1].right)
    prescribed = _("at least {gap}", gap=in_mm(place.gap))
    yield subject.found("apart", _("apart"), prescribed, measured_mm(gap), gap.mm >= place.gap.mm - POSITION.mm)


def foot(place: Text, page: MeasuredPage) -> Iterator[Finding]:
    """Measure the baseline's distance from the lower edge of the sheet."""
    spans = page.spans(place)
    if spans and place.foot is not None:
        distance = page.form.sheet.height - spans[0].baseline
        yield page.subject(place).length("foot", _("above the lower edge"), place.foot, distance)


def right_of(place: Text, page: MeasuredPage) -> Iterator[Finding]:
    """Measure a text against the middle of the picture at its left, whether the record has one or not."""
    picture, box = page.form.place(place.right_of), page.measured(place.name)
    if box is not None and isinstance(picture, Picture):
        due = page.due(picture)
        what = _("middle against {place}", place=place.right_of)
        yield page.subject(place).length("right_of", what, Length(0), box.top + box.height / 2 - (due.top + due.height / 2))


def across(place: Text, page: MeasuredPage) -> Iterator[Finding]:
    """Measure where the lines of a text are across, by their advance widths; of several lines the one farthest off counts.

    A text of which this print shows a part only is not measured.
    """
    spans = page.spans(place)
    if not spans or (page.print != Print.FULL and prescribed_text_of(place).is_partly_data):
        return
    column = page.column(place)
    what, due = {
        "left": (_("left edge"), column.left),
        "centre": (_("middle from the left edge"), column.centre),
        "right": (_("right edge"), column.right),
    }[place.align]
    share = ALIGN[place.align]
    found = max((left + (right - left) * share for left, right in _ends(spans)), key=lambda place: abs((place - due).mm))
    yield page.subject(place).length(f"across-{place.align}", what, due, found, ACROSS)


def _ends(spans: Sequence[TextSpan]) -> list[tuple[Length, Length]]:
    """Return where each line begins and ends."""
    lines: list[list[TextSpan]] = []
    for span in spans:
        if lines and abs((span.baseline - lines[-1][0].baseline).mm) < span.size.mm / 2:
            lines[-1].append(span)
        else:
            lines.append([span])
    return [(min(span.left for span in line), max(span.right for span in line)) for line in lines]


def stack_lines(place: Stack, page: MeasuredPage) -> Iterator[Finding]:
    """Check that a stack's lines are all there, one below the other."""
    due, there = _lines(place, page)
    heights = [page.match.spans[name][0].baseline for name in there]
    is_ordered = all(above < below for above, below in itertools.pairwise(heights))
    subject = page.subject(place)
    shown = str(len(there)) if is_ordered else _("{count}, not in order", count=len(there))
    is_right = is_ordered and there == due
    yield subject.found("lines", _("lines in order"), str(len(due)), shown, is_right)


def _lines(place: Stack, page: MeasuredPage) -> tuple[list[str], list[str]]:
    """Return the names of the lines that this print has of a stack, and of those that are on the page."""
    due = [name for name in place.stack if name in page.match.spans]
    return due, [name for name in due if page.match.spans[name]]


def stack_size(place: Stack, page: MeasuredPage) -> Iterator[Finding]:
    """Check that all lines of a stack have one size; those that may be larger than the others are no smaller."""
    subject, (_due, there) = page.subject(place), _lines(place, page)
    grown = {text.name for text in page.form.texts if text.max_size}
    ends = {name: [end for span in page.match.spans[name] for end in span.sizes] for name in there}
    sizes = [end for name in there if name not in grown for end in ends[name]]
    sizes += [min(end, max(sizes, default=end)) for name in there if name in grown for end in ends[name]]
    if sizes:
        low, high = min(sizes), max(sizes)
        shown = measured_pt(high) if (high - low).pt <= SIZE.pt else f"{low.pt:.2f}–{measured_pt(high)}"
        yield subject.found("one-size", _("size of all lines"), _("one size"), shown, (high - low).pt <= SIZE.pt)


def stack_ends(place: Stack, page: MeasuredPage) -> Iterator[Finding]:
    """Measure the gap above a stack's first line and the space below its last one."""
    first, last = (page.match.spans.get(place.stack[end]) for end in (0, -1))
    subject = page.subject(place)
    if first:
        what = _("first line below {place}", place=place.below)
        yield gap_finding(subject, what, place.gap, page.anchor(place), first[0])
    if last:
        floor = page.inner.bottom
        yield subject.length("foot", _("last line above the foot"), place.foot, floor - last[-1].baseline)


def letters_inside(place: Frame | Sheet, page: MeasuredPage) -> Iterator[Finding]:
    """Check that no letter lies outside the frame's inner edge, or outside the sheet of a form without a frame."""
    is_frame = isinstance(place, Frame)
    subject = page.subject(place) if isinstance(place, Frame) else Subject(place.clause, "sheet", page.page)
    where = _("inside the frame") if is_frame else _("on the sheet")
    odd = [glyph for glyph in page.glyphs if not glyph.letter.isspace() and not _is_within(glyph.box, page.inner)]
    shown = _("outside: {letters}", letters=_joined(odd)) if odd else where
    yield subject.found("letters-inside", _("all text"), where, shown, not odd)


def letters_seen(place: Sheet, page: MeasuredPage) -> Iterator[Finding]:
    """Check that every letter and figure can be seen; a finding comes only if one cannot."""
    if hidden := page.shown.hidden(page.glyphs, page.ink):
        shown = _("not seen: {letters}", letters=_joined(hidden))
        subject = Subject(place.clause, "sheet", page.page)
        yield subject.found("letters-seen", _("all text"), _("can be seen"), shown, False)


def _is_within(ink: Box, area: Box) -> bool:
    slack = POSITION
    is_across = ink.left >= area.left - slack and ink.right <= area.right + slack
    return is_across and ink.top >= area.top - slack and ink.bottom <= area.bottom + slack


def _joined(glyphs: Sequence[Glyph]) -> str:
    return "".join(glyph.letter for glyph in glyphs)


def annex(place: AnnexHeading, page: MeasuredPage) -> Iterator[Finding]:
    """Check the lines of an annex heading: each as any other text, the first one below the margin."""
    lines = [line for line in annex_texts(place, page.form) if line.name in page.match.spans]
    for line in lines:
        for check in (prescribed_text, face, size, evenness, across):
            yield from check(line, page)
    if lines:
        yield from below(lines[0], page)


def signing_caption(place: SigningLine, page: MeasuredPage) -> Iterator[Finding]:
    """Check the caption below a line to sign on, as any other text."""
    for caption in texts_of(place, page.form):
        for check in (prescribed_text, face, size):
            yield from check(caption, page)


def other_texts(page: MeasuredPage) -> Iterator[Finding]:
    """Remark on texts that the form does not have; no act forbids them. Those of a signed code are the form's own."""
    coded = {place.text.source for place in page.form.code_places if isinstance(place, Text)}
    for span in [span for span in page.match.others if span.text not in coded]:
        subject = Subject("", "", page.page)
        yield subject.found("other-text", _("text of no place"), _("none"), span.text, Verdict.REMARK)
