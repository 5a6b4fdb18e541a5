"""Checks of a page's sheet, background, frame and pictures."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.form.definition import Sheet
from docgen.form.places import Fill, Frame, Picture, SigningLine
from docgen.messages import _
from docgen.preflighting.findings import ACROSS, POSITION, Finding, Subject, Verdict, in_mm, measured_mm
from docgen.preflighting.ink import across
from docgen.preflighting.ink_colours import shown_levels
from docgen.preflighting.measured_page import MeasuredPage
from docgen.prints import Print
from docgen.units import ZERO, Box, Length, mm

#: A colour may be off by so many levels of 255 in red, green and blue: what rounding in a PDF makes of it.
COLOUR_STEPS = 3
#: Ink may lie so much farther out than the radius of a circle, on the rendering that it is searched on.
ROUND = mm(0.25)
#: At the frame's own edge a pixel of the rendering is partly covered; the edge itself is measured exactly.
FRAME_PIXEL = mm(0.25)
#: Ink so near to where a picture is due is its own.
NEAR = mm(0.5)
#: A stretch of frame as long as the frame is wide has ink on at least this share of it.
FRAME_SHARE = 0.05


def sheet_size(sheet: Sheet, page: MeasuredPage) -> Iterator[Finding]:
    """Measure the sheet, and its crop and trim box, which must not show it in another size.

    The sheet of a page that is printed beyond its trim is the trimmed one.
    """
    subject = _sheet_subject(sheet, page)
    size = _("{width:g} × {height:g} mm", width=sheet.width.mm, height=sheet.height.mm)
    whole = "trimbox" if page.facts.trim else "mediabox"
    width, height = page.facts.boxes[whole]
    yield subject.found("size", _("size"), size, _size(width, height), _is_size(page, whole))
    others = [] if page.facts.trim else [name for name in ("cropbox", "trimbox") if page.facts.boxes[name] != (width, height)]
    odd = next((name for name in others if not _is_size(page, name)), None)
    shown = _size(*page.facts.boxes[odd]) + f" ({odd})" if odd else _("as the sheet")
    yield subject.found("boxes", _("crop and trim box"), _("as the sheet"), shown, odd is None)


def sheet_rotation(sheet: Sheet, page: MeasuredPage) -> Iterator[Finding]:
    """Check that the page is not turned."""
    turned = page.facts.rotation
    yield _sheet_subject(sheet, page).found("rotation", _("turned by"), "0°", f"{turned}°", turned == 0)


def _sheet_subject(sheet: Sheet, page: MeasuredPage) -> Subject:
    return Subject(sheet.clause, "sheet", page.page)


def _size(width: Length, height: Length) -> str:
    return _("{width:.2f} × {height:.2f} mm", width=width.mm, height=height.mm)


def _is_size(page: MeasuredPage, box: str) -> bool:
    width, height = page.facts.boxes[box]
    off = max(abs((width - page.form.sheet.width).mm), abs((height - page.form.sheet.height).mm))
    return off <= POSITION.mm


def no_code(sheet: Sheet, page: MeasuredPage) -> Iterator[Finding]:
    """Refuse a QR code on a page that an act prescribes: a reader would take it for a part of the prescribed form."""
    if (box := page.ink.code()) is not None:
        subject = Subject(sheet.clause or page.form.act.clause, "sheet", page.page)
        due = _("none: put it on the back (--back)") if page.form.is_coded_on_back else _("none: the act leaves no room for one")
        yield subject.found("code", _("code"), due, _spot(box), False)


def fill_colour(place: Fill, page: MeasuredPage) -> Iterator[Finding]:
    """Measure the colour of most of the sheet, and check that it reaches the sheet's edges and corners."""
    subject, colour = page.subject(place), page.ink.background
    due = shown_levels(place.fill) if page.file.is_press else _levels(place.fill)
    yield subject.found("colour", _("colour"), place.fill, _hex(colour), _is_near(colour, due))
    odd = [found for found in page.ink.edge_colours() if not _is_near(found, colour)]
    shown = _hex(odd[0]) if odd else _("the same")
    yield subject.found("bleed", _("colour at the edges"), _("the same"), shown, not odd)


def _levels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(colour: tuple[int, int, int]) -> str:
    return "#" + "".join(f"{level:02x}" for level in colour)


def _is_near(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return all(abs(a - b) <= COLOUR_STEPS for a, b in zip(one, other, strict=True))


def frame_edges(place: Frame, page: MeasuredPage) -> Iterator[Finding]:
    """Measure the frame's distance from the paper's edge, and its width, on four sides."""
    subject, outer, inner = page.subject(place), page.outer, page.inner
    if outer is None:
        yield subject.missing(in_mm(place.width))
        return
    sheet = page.sheet.box
    distances = (outer.left, outer.top, sheet.right - outer.right, sheet.bottom - outer.bottom)
    widths = (inner.left - outer.left, inner.top - outer.top, outer.right - inner.right, outer.bottom - inner.bottom)
    for side, distance in zip(_sides(), distances, strict=True):
        yield subject.length("distance", _("from the edge, {side}", side=side), place.edge, distance)
    for side, width in zip(_sides(), widths, strict=True):
        yield subject.length("width", _("width, {side}", side=side), place.width, width)


def _sides() -> tuple[str, ...]:
    return _("left"), _("top"), _("right"), _("bottom")


def frame_whole(place: Frame, page: MeasuredPage) -> Iterator[Finding]:
    """Check that the frame goes all the way round, corners included."""
    if page.outer is None:
        return
    cells = list(_cells(place, page.form.sheet.box))
    empty = [cell for cell in cells if page.ink.share(cell) < FRAME_SHARE]
    shown = _("nothing at {place}", place=_spot(empty[0])) if empty else _("whole")
    yield page.subject(place).found("whole", _("all the way round"), _("whole"), shown, not empty)


def _cells(place: Frame, sheet: Box) -> Iterator[Box]:
    """Yield the stretches of a frame, each about as long as the frame is wide."""
    outer, width = sheet.inset(place.edge), place.width
    columns, rows = round(outer.width.mm / width.mm), round(outer.height.mm / width.mm)
    wide, high = outer.width / columns, outer.height / rows
    for number in range(columns):
        for top in (outer.top, outer.bottom - width):
            yield Box(outer.left + wide * number, top, wide, width)
    for number in range(rows):
        for left in (outer.left, outer.right - width):
            yield Box(left, outer.top + high * number, width, high)


def frame_outside(place: Frame, page: MeasuredPage) -> Iterator[Finding]:
    """Check that nothing but the background lies outside the frame, wherever the frame is."""
    sheet = page.form.sheet.box
    outer = (page.outer or sheet.inset(place.edge)).inset(-FRAME_PIXEL)
    bands = (
        Box(ZERO, ZERO, sheet.width, outer.top),
        Box(ZERO, outer.bottom, sheet.width, sheet.height - outer.bottom),
        Box(ZERO, ZERO, outer.left, sheet.height),
        Box(outer.right, ZERO, sheet.width - outer.right, sheet.height),
    )
    inked = [band for band in bands if page.ink.share(band) > 0]
    shown = _("ink at {place}", place=_spot(inked[0])) if inked else _("nothing")
    yield page.subject(place).found("outside", _("outside the frame"), _("nothing"), shown, not inked)


def _spot(box: Box) -> str:
    return _("{left:.0f} mm from the left, {top:.0f} mm from the top", left=box.left.mm, top=box.top.mm)


def other_ink(page: MeasuredPage) -> Iterator[Finding]:
    """Remark on lines and spots inside the frame that the form does not have; no act forbids them."""
    if page.frame is None or not page.shows_artwork or page.form.table:
        return
    lines = [page.due_line(place) for place in page.form.places if isinstance(place, SigningLine)]
    boxes = [page.due(place) for place in page.form.pictures] + [line for line in lines if line]
    if spot := page.ink.first_outside(page.inner.inset(FRAME_PIXEL), tuple(box.inset(-NEAR) for box in boxes)):
        shown = _("ink at {place}", place=_spot(spot))
        yield Subject("", "", page.page).found("other-ink", _("inside the frame"), _("none"), shown, Verdict.REMARK)


def picture_size(place: Picture, page: MeasuredPage) -> Iterator[Finding]:
    """Measure a picture's diameter across and down, and check that it is a circle."""
    subject, box = page.subject(place), page.measured(place.name)
    if box is None:
        yield subject.missing(_("diameter {size}", size=in_mm(place.diameter)))
        return
    yield subject.length("diameter-across", _("diameter across"), place.diameter, box.width)
    yield subject.length("diameter-down", _("diameter down"), place.diameter, box.height)
    farthest = page.ink.farthest(box) * 2
    is_round = farthest.mm <= place.diameter.mm + ROUND.mm * 2
    verdict = Verdict.PASS if is_round else Verdict.REMARK
    shown = _("round") if is_round else _("{size:.1f} mm at its widest", size=farthest.mm)
    yield subject.found("round", _("outline"), _("round"), shown, verdict)


def picture_middle(place: Picture, page: MeasuredPage) -> Iterator[Finding]:
    """Measure the height of a picture that is due in the middle of the sheet."""
    box = page.measured(place.name)
    if box is not None:
        what = _("middle from the upper edge")
        yield page.subject(place).length("middle-down", what, page.form.sheet.height / 2, box.top + box.height / 2)


def picture_gap(place: Picture, page: MeasuredPage) -> Iterator[Finding]:
    """Measure a picture's distance from the frame or from what is above."""
    box = page.measured(place.name)
    if box is not None:
        what = _("below the frame's inner edge") if place.inside else _("below {place}", place=place.below or _("the edge"))
        yield page.subject(place).length("gap", what, place.gap, box.top - page.anchor(place)[0])


def picture_across(place: Picture, page: MeasuredPage) -> Iterator[Finding]:
    """Measure where a picture is across the sheet."""
    box = page.measured(place.name)
    if box is None:
        return
    due, subject = page.due(place), page.subject(place)
    sides = {
        "left": (_("left edge"), due.left, box.left),
        "centre": (_("middle from the left edge"), due.centre, box.centre),
        "right": (_("right edge"), due.right, box.right),
    }
    yield subject.length(f"across-{place.align}", *sides[place.align])


def own_picture(place: Picture, page: MeasuredPage) -> Iterator[Finding]:
    """Check that a picture of the record, if it has one, keeps to its box; its margins are its own."""
    subject, box, due = page.subject(place), page.measured(place.name), page.due(place)
    if box is None or page.print == Print.BLANK:
        return
    over = max(due.left - box.left, due.top - box.top, box.right - due.right, box.bottom - due.bottom)
    shown = _("{size} over", size=measured_mm(over)) if over > POSITION else _("inside")
    size = in_mm(place.diameter)
    yield subject.found("inside", _("within its box"), f"{size} × {size}", shown, over <= POSITION)


def signing_line(place: SigningLine, page: MeasuredPage) -> Iterator[Finding]:
    """Measure the line to sign on; of a blank, whose lines are not told from those for the pen, it is not measured."""
    due = page.due_line(place)
    if page.print != Print.FULL or due is None:
        return
    subject, window = page.subject(place), Box(ZERO, due.top, page.sheet.width, due.height)
    reach = page.ink.horizontal(window, across(due))
    if reach is None:
        yield subject.missing(_("a line of {length}", length=in_mm(place.sign)))
        return
    yield subject.length("length", _("length of the line"), place.sign, reach.size)
    yield subject.length("gap", _("right of {place}", place=place.level), place.gap, reach.begin - due.left + place.gap, ACROSS)
