"""Which letters of a page can be seen: none is drawn over, cut away, switched off, or of the colour of what is under it.

Where the objects of a page show by their order, boxes and colours that nothing hides a text, it is not rendered for that.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from docgen.preflighting.glyphs import Glyph
from docgen.preflighting.ink import Ink, Levels, bitmap, contrast_of
from docgen.preflighting.loaded_page import LoadedPage, PageObject, PageSheet
from docgen.preflighting.page_objects import (
    IDENTITY,
    RULE,
    Matrix,
    box_of,
    matrix_in,
    objects_in,
    objects_of,
    take_off_letters,
)
from docgen.units import Box

if TYPE_CHECKING:
    from docgen.preflighting.ink import Pixels

#: A text whose colour differs by so many levels of 255, in one channel, from all that is under it needs no rendering.
CLEAR = 64
#: A letter is seen if a page differs by so many levels with it and without it, where that is most: black differs by 200 and more,
#: white on a background of #e4f1fa by 27. At this resolution a stroke of 9 pt covers a third of a pixel.
SEEN, SEEN_DPI = 32, 75


class DrawnText(NamedTuple):
    """A text that nothing on its page hides: where it lies on the sheet, at most, and its colour."""

    box: Box
    colour: Levels


class Hidden(Exception):
    """Something may hide a text of a page, or a part of it."""


class ShownTexts:
    """The texts of a page with its letters; `load` loads it once more, since letters are taken off for measuring."""

    def __init__(self, page: LoadedPage, sheet: PageSheet, load: Callable[[], LoadedPage], *, has_layers: bool):
        """Read the objects of a page; `has_layers` says that the file has optional content (ISO 32000-1, 8.11)."""
        self._sheet, self._load = sheet, load
        self._texts = None if has_layers else _open_texts(page, sheet)

    def clear_colours(self, ink: Ink) -> frozenset[Levels]:
        """Return the colours of the texts if all can be seen by these alone; none where that is not sure."""
        colours = frozenset(text.colour for text in self._texts or ())
        is_clear = all([ink.is_clear(text.box, (text.colour,), CLEAR) for text in self._texts or ()])
        return colours if is_clear else frozenset()

    def hidden(self, glyphs: Sequence[Glyph], ink: Ink) -> list[Glyph]:
        """Return the letters and figures that cannot be seen."""
        if not glyphs or self.clear_colours(ink):
            return []
        with closing(self._load()) as page:
            return _unseen(page, self._sheet, [glyph for glyph in glyphs if glyph.letter.isalnum()])


def is_over(one: Box, other: Box) -> bool:
    """Return whether what is drawn in a box may hide something in another one: it lies there and is thicker than a rule."""
    is_level = one.left < other.right and other.left < one.right
    return is_level and one.top < other.bottom and other.top < one.bottom and min(one.width, one.height) > RULE


def _open_texts(page: LoadedPage, sheet: PageSheet) -> list[DrawnText] | None:
    """Return the texts of a page; None where something may hide one: an annotation, a later drawing, a clipping path."""
    import pypdfium2.raw as pdfium

    if pdfium.FPDFPage_GetAnnotCount(page) != 0:
        return None
    texts: list[DrawnText] = []
    try:
        for item, matrix in _drawn(objects_of(page), IDENTITY):
            if pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_TEXT:
                texts.append(DrawnText(box_of(item, sheet, matrix), _colour(item)))
            elif texts and _is_over_one(box_of(item, sheet, matrix), texts):  # artwork of thousands of paths comes first
                return None
    except Hidden:
        return None
    return texts


def _is_over_one(box: Box, texts: Sequence[DrawnText]) -> bool:
    return any(is_over(box, text.box) for text in texts)


def _drawn(items: Iterable[PageObject], matrix: Matrix) -> Iterator[tuple[PageObject, Matrix]]:
    """Yield what is drawn, in order, with the matrix that leads from its space to that of the page."""
    import pypdfium2.raw as pdfium

    for item in items:
        if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_FORM:
            yield item, matrix
            continue
        inner = list(_drawn(objects_in(item), matrix_in(item, matrix)))
        if any(pdfium.FPDFPageObj_GetType(each) == pdfium.FPDF_PAGEOBJ_TEXT for each, _matrix in inner):
            _refuse_changed(item)
        yield from inner


def _colour(text: PageObject) -> Levels:
    """Return the colour of a text; raise Hidden for one that is not plainly filled."""
    import pypdfium2.raw as pdfium

    _refuse_changed(text)
    red, green, blue, opacity = (ctypes.c_uint() for _channel in range(4))
    is_known = pdfium.FPDFPageObj_GetFillColor(text, red, green, blue, opacity)
    if not is_known or opacity.value != 255 or pdfium.FPDFTextObj_GetTextRenderMode(text) != pdfium.FPDF_TEXTRENDERMODE_FILL:
        raise Hidden
    return red.value, green.value, blue.value


def _refuse_changed(item: PageObject) -> None:
    """Raise Hidden for an object that is blended, masked, or cut by more than a box that it lies in."""
    import pypdfium2.raw as pdfium

    if pdfium.FPDFPageObj_HasTransparency(item):
        raise Hidden
    clip = pdfium.FPDFPageObj_GetClipPath(item)
    left, bottom, right, top = (ctypes.c_float() for _side in range(4))
    pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top)
    for index in range(max(pdfium.FPDFClipPath_CountPaths(clip), 0)):
        across, up = zip(*_points(clip, index), strict=True)
        is_box = len(across) in (4, 5) and len(set(across)) == len(set(up)) == 2
        is_inside = min(across) <= left.value and right.value <= max(across)
        if not (is_box and is_inside and min(up) <= bottom.value and top.value <= max(up)):
            raise Hidden


def _points(clip: PageObject, index: int) -> list[tuple[float, float]]:
    import pypdfium2.raw as pdfium

    points = []
    for segment in range(pdfium.FPDFClipPath_CountPathSegments(clip, index)):
        x, y = ctypes.c_float(), ctypes.c_float()
        pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFClipPath_GetPathSegment(clip, index, segment), x, y)
        points.append((x.value, y.value))
    return points or [(0.0, 0.0)]


def _unseen(page: LoadedPage, sheet: PageSheet, glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Return the letters with which a page looks as it does without them; annotations lie over it as they are printed."""
    size = round(sheet.width.pixels(SEEN_DPI)), round(sheet.height.pixels(SEEN_DPI))
    lettered = bitmap(page, (0, 0), size, size, has_notes=True)
    take_off_letters(page)
    off = contrast_of(lettered, bitmap(page, (0, 0), size, size, has_notes=True))
    return [glyph for glyph in glyphs if _most(off, glyph.box) < SEEN]


def _most(off: Pixels, box: Box) -> int:
    left, top = (max(0, int(side.pixels(SEEN_DPI))) for side in (box.left, box.top))
    right, bottom = (max(0, int(side.pixels(SEEN_DPI)) + 1) for side in (box.right, box.bottom))
    return int(off[top:bottom, left:right].max(initial=0))
