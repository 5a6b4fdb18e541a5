"""The ink of a page's artwork, measured on a rendering: edges of frames and pictures to a few thousandths of a millimetre.

Whether artwork is drawn flat, in nested form XObjects or as images makes no difference to a ruler, and so none here. Letters
are taken off the page before, because they lie over the artwork and are measured from their outlines.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar

from docgen.preflighting.loaded_page import LoadedPage, PageSheet
from docgen.units import Box, Length, mm

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Pixels = NDArray[numpy.uint8]

#: Ink is searched at the first resolution and its edges are measured at the second, where one pixel is 0.021 mm; the coverage of
#: the edge's own pixel gives the rest.
SEARCH_DPI, EDGE_DPI = 150, 1200
#: The resolution at which codes are searched: four pixels a module of 0.34 mm.
CODE_DPI = 300
#: What differs from the background by less, in levels of 255, is none.
FAINT = 6
#: Ink nearer than this belongs together: less than half of the smallest gap that an act prescribes (2 mm).
JOIN = mm(0.9)
#: How far around the edge as found it is searched exactly; less than JOIN.
AROUND = mm(0.4)
#: Within this distance from where ink begins it has its full colour.
FULL = mm(0.1)

Measure = TypeVar("Measure")
#: Levels of red, green and blue, to 255.
Levels = tuple[int, int, int]

#: What is worked out from the rendering of the whole sheet alone.
SHARED = ("_whole", "background", "_whole_contrast")


@dataclass(frozen=True, slots=True)
class Reach:
    """From where to where ink lies along a direction."""

    begin: Length
    end: Length

    @property
    def size(self) -> Length:
        """How long it is."""
        return self.end - self.begin

    @property
    def middle(self) -> Length:
        """The point half-way."""
        return (self.begin + self.end) / 2

    def shared(self, other: Reach) -> Length:
        """Return the length that both cover."""
        return mm(max(0.0, min(self.end.mm, other.end.mm) - max(self.begin.mm, other.begin.mm)))


def across(box: Box) -> Reach:
    """Return from where to where a box goes from left to right."""
    return Reach(box.left, box.right)


def down(box: Box) -> Reach:
    """Return from where to where a box goes from top to bottom."""
    return Reach(box.top, box.bottom)


def boxed(horizontal: Reach, vertical: Reach) -> Box:
    """Return the box that goes so far across and down."""
    return Box(horizontal.begin, vertical.begin, horizontal.size, vertical.size)


class Ink:
    """The artwork of one page as it is rendered; before the first rendering, `strip` takes the letters off the loaded page.

    `background` is equal on pages with equal artwork, and None where that is not known.
    """

    def __init__(
        self, page: LoadedPage, sheet: PageSheet, strip: Callable[[LoadedPage], None], background: object = None
    ) -> None:
        self._page, self.sheet, self._strip, self._background = page, sheet, strip, background
        #: What was measured of the artwork, by a key that names the measure: its type is known to who asks.
        self._known: dict[object, Any] = {}

    def take_over(self, before: Ink) -> None:
        """Take over what was measured on the page before, if its artwork is the same, as on most pages of a volume.

        It is the same if both pages have one `background`, or if the renderings agree in every level of every pixel:
        to move even a faint edge (40 levels) by 0.005 mm changes one.
        """
        if "_whole" not in before.__dict__ or before.sheet != self.sheet:
            return  # a form without artwork: nothing was rendered, and the page before is closed
        if self._is_like(before):
            self._known = before._known
            self.__dict__ |= {name: before.__dict__[name] for name in SHARED if name in before.__dict__}

    def _is_like(self, before: Ink) -> bool:
        import numpy

        if self._background is not None and self._background == before._background:
            return True
        return numpy.array_equal(self._whole, before._whole)

    @property
    def is_stripped(self) -> bool:
        """Whether the letters are off the page already."""
        return "_bare" in self.__dict__

    @cached_property
    def _bare(self) -> LoadedPage:
        """The page without its letters."""
        self._strip(self._page)
        return self._page

    def recalled(self, key: tuple[object, ...], measure: Callable[[], Measure]) -> Measure:
        """Return what was measured of the same artwork before, else measure it; the key names the measure."""
        if key not in self._known:
            self._known[key] = measure()
        measured: Measure = self._known[key]
        return measured

    def render(self, box: Box, dpi: float) -> Pixels:
        """Return the pixels within `box` as rows of red, green, blue and a fourth byte; the box is widened to whole pixels."""
        left, top, wide, high = self._pixels(box, dpi)
        return bitmap(self._bare, (-left, -top), self._size(dpi), (wide, high))

    def _size(self, dpi: float) -> tuple[int, int]:
        return round(self.sheet.width.pixels(dpi)), round(self.sheet.height.pixels(dpi))

    def _pixels(self, box: Box, dpi: float) -> tuple[int, int, int, int]:
        """Return left, top, width and height of a box in pixels, cut to the sheet."""
        spans = []
        for reach, size in ((across(box), self._size(dpi)[0]), (down(box), self._size(dpi)[1])):
            begin = min(max(int(reach.begin.pixels(dpi)), 0), size - 1)
            spans.append((begin, max(1, min(int(reach.end.pixels(dpi)) + 1, size) - begin)))
        return spans[0][0], spans[1][0], spans[0][1], spans[1][1]

    @cached_property
    def _whole(self) -> Pixels:
        return self.render(self.sheet.box, SEARCH_DPI)

    @cached_property
    def background(self) -> Levels:
        """The colour that most of the sheet has."""
        import numpy

        packed = numpy.ascontiguousarray(self._whole[::3, ::3]).view(">u4").astype(numpy.uint32) >> 8
        colours, counts = numpy.unique(packed, return_counts=True)
        most = int(colours[counts.argmax()])
        return most >> 16, most >> 8 & 255, most & 255

    def contrast(self, box: Box, dpi: float = SEARCH_DPI) -> Pixels:
        """Return how far each pixel in `box` differs from the background, 0 to 255: in the channel where it does most."""
        if dpi != SEARCH_DPI:
            return _contrast(self.render(box, dpi), self.background)
        left, top, wide, high = self._pixels(box, dpi)
        return self._whole_contrast[top : top + high, left : left + wide]

    @cached_property
    def _whole_contrast(self) -> Pixels:
        return _contrast(self._whole, self.background)

    def is_clear(self, box: Box, colours: Collection[Levels], least: int) -> bool:
        """Return whether each of some colours differs from all that is in a box by as many levels as `least`, in one channel."""
        left, top, wide, high = self._pixels(box, SEARCH_DPI)
        shown = self._whole[top : top + high, left : left + wide]
        return all([int(_contrast(shown, colour).min()) >= least for colour in colours])

    def edge_colours(self) -> Iterator[Levels]:
        """Yield the colour at each corner of the sheet, and in the middle of each edge."""
        high, wide, _channels = self._whole.shape
        rows, columns = (1, high // 2, high - 2), (1, wide // 2, wide - 2)
        places = [(row, column) for row in rows for column in columns if (row, column) != (rows[1], columns[1])]
        for place in places:
            red, green, blue, _fourth = (int(level) for level in self._whole[place])
            yield red, green, blue

    def vertical(self, window: Box, expected: Reach, *, is_exact: bool = True) -> Reach | None:
        """Return from which height to which the ink goes that belongs to `expected`, within a window as wide as that ink.

        `is_exact` false leaves it at the resolution of the search.
        """
        return self._reach(window, expected, is_down=True, is_exact=is_exact)

    def horizontal(self, window: Box, expected: Reach, *, is_exact: bool = True) -> Reach | None:
        """Return from left to right the ink that belongs to `expected`, within a window as high as that ink."""
        return self._reach(window, expected, is_down=False, is_exact=is_exact)

    def _reach(self, window: Box, expected: Reach, *, is_down: bool, is_exact: bool) -> Reach | None:
        profile = self.contrast(window).max(axis=1 if is_down else 0)
        begin = (down if is_down else across)(window).begin
        found = _belonging(list(self._runs(profile, begin, is_down)), expected)
        if not found or not is_exact:
            return found
        return Reach(
            self._edge(window, found.begin, is_down=is_down, is_end=False),
            self._edge(window, found.end, is_down=is_down, is_end=True),
        )

    def _runs(self, profile: Pixels, begin: Length, is_down: bool) -> Iterator[Reach]:
        """Yield where a profile has ink; runs nearer than JOIN are one."""
        import numpy

        pixel = self._pixel(SEARCH_DPI, is_down)
        first = int(begin.pixels(SEARCH_DPI))
        inked = numpy.flatnonzero(profile > FAINT)
        if inked.size:
            for run in numpy.split(inked, numpy.flatnonzero(numpy.diff(inked) * pixel.mm > JOIN.mm) + 1):
                yield Reach(pixel * (first + int(run[0])), pixel * (first + int(run[-1]) + 1))

    def _pixel(self, dpi: float, is_down: bool) -> Length:
        """Return the side of a pixel; a page is rendered in a whole number of them, so it is not quite 1/dpi."""
        size = self._size(dpi)
        return self.sheet.height / size[1] if is_down else self.sheet.width / size[0]

    def _edge(self, window: Box, near: Length, *, is_down: bool, is_end: bool) -> Length:
        """Return where ink begins (or ends) near a height (or a distance from the left), between two pixels if need be."""
        key = (window, near, is_down, is_end)
        return self.recalled(key, lambda: self._find_edge(window, near, is_down=is_down, is_end=is_end))

    def _find_edge(self, window: Box, near: Length, *, is_down: bool, is_end: bool) -> Length:
        strip = _strip(window, near, is_down)
        profile = self.contrast(strip, EDGE_DPI).max(axis=1 if is_down else 0)
        pixel = self._pixel(EDGE_DPI, is_down)
        first = self._pixels(strip, EDGE_DPI)[1 if is_down else 0]
        if is_end:
            return pixel * (first + len(profile) - _crossing(profile[::-1], pixel))
        return pixel * (first + _crossing(profile, pixel))

    def farthest(self, box: Box) -> Length:
        """Return how far from the middle of `box` its farthest ink lies: the radius, if it is a circle."""
        return self.recalled(("farthest", box), lambda: self._find_farthest(box))

    def share(self, box: Box) -> float:
        """Return the share of a box that has ink on it."""
        return self.recalled(("share", box), lambda: float((self.contrast(box) > FAINT).mean()))

    def code(self) -> Box | None:
        """Return where a QR code is, the first that is found; None where there is none, or no library that would read one."""
        return self.recalled(("code",), self._find_code)

    def _find_code(self) -> Box | None:
        if find_spec("zxingcpp") is None:
            return None
        import zxingcpp

        size = self._size(CODE_DPI)
        grey = bitmap(self._bare, (0, 0), size, size, is_grey=True)
        found = zxingcpp.read_barcodes(grey, formats=zxingcpp.barcode_formats_from_str("QRCode"))
        if not found:
            return None
        place = found[0].position
        corners = (place.top_left, place.top_right, place.bottom_left, place.bottom_right)
        across, down = self._pixel(CODE_DPI, False), self._pixel(CODE_DPI, True)
        left, right = (across * each(corner.x for corner in corners) for each in (min, max))
        top, bottom = (down * each(corner.y for corner in corners) for each in (min, max))
        return Box(left, top, right - left, bottom - top)

    def first_outside(self, box: Box, pictures: tuple[Box, ...]) -> Box | None:
        """Return the uppermost ink in a box that is in none of the pictures; None if there is no such ink."""
        return self.recalled(("outside", box, pictures), lambda: self._find_outside(box, pictures))

    def _find_outside(self, box: Box, pictures: tuple[Box, ...]) -> Box | None:
        import numpy

        inked = self.contrast(box) > FAINT
        first_left, first_top, _wide, _high = self._pixels(box, SEARCH_DPI)
        for picture in pictures:
            left, top, wide, high = self._pixels(picture, SEARCH_DPI)
            above, before = max(top - first_top, 0), max(left - first_left, 0)
            inked[above : max(top + high - first_top, 0), before : max(left + wide - first_left, 0)] = False
        rows, columns = numpy.nonzero(inked)
        if not rows.size:
            return None
        down, across = self._pixel(SEARCH_DPI, True), self._pixel(SEARCH_DPI, False)
        return Box(across * (first_left + int(columns[0])), down * (first_top + int(rows[0])), across, down)

    def _find_farthest(self, box: Box) -> Length:
        import numpy

        inked = self.contrast(box) > FAINT
        rows, columns = numpy.nonzero(inked)
        high, wide = inked.shape
        distances = numpy.hypot(rows + 0.5 - high / 2, columns + 0.5 - wide / 2)
        return self._pixel(SEARCH_DPI, True) * float(distances.max(initial=0.0))


def _contrast(pixels: Pixels, background: Levels) -> Pixels:
    import numpy

    high, wide, bytes_each = pixels.shape
    levels = pixels.reshape(high, wide * bytes_each)  # a row at a time: a pixel at a time takes ten times as long
    colour = numpy.tile(numpy.array((*background, 0), numpy.uint8), wide)
    return _largest((numpy.maximum(levels, colour) - numpy.minimum(levels, colour)).reshape(pixels.shape))


def contrast_of(pixels: Pixels, others: Pixels) -> Pixels:
    """Return how far each pixel differs from that of another rendering, 0 to 255: in the channel where it does most."""
    import numpy

    return _largest(numpy.maximum(pixels, others) - numpy.minimum(pixels, others))


def _largest(off: Pixels) -> Pixels:
    import numpy

    largest: Pixels = numpy.maximum(numpy.maximum(off[..., 0], off[..., 1]), off[..., 2])
    return largest


def _strip(window: Box, near: Length, is_down: bool) -> Box:
    around = Reach(near - AROUND, near + AROUND)
    return boxed(across(window), around) if is_down else boxed(around, down(window))


def _belonging(runs: list[Reach], expected: Reach) -> Reach | None:
    """Return the runs that lie in `expected` by half, or that cover half of it, as one."""
    own = [run for run in runs if run.shared(expected) >= run.size / 2 or (run.shared(expected) >= expected.size / 2)]
    return Reach(own[0].begin, own[-1].end) if own else None


def _crossing(profile: Pixels, pixel: Length) -> float:
    """Return where a profile, read from outside inwards, rises through half of the ink's full contrast."""
    import numpy

    begins = int(numpy.argmax(profile > FAINT))
    full = int(profile[begins : begins + 1 + round(FULL.mm / pixel.mm)].max())
    above = int(numpy.argmax(profile >= full / 2))
    if above == 0:
        return 0.0
    lower, upper = float(profile[above - 1]), float(profile[above])
    return above - 0.5 + (full / 2 - lower) / (upper - lower)


def bitmap(
    page: LoadedPage,
    start: tuple[int, int],
    size: tuple[int, int],
    shape: tuple[int, int],
    *,
    is_grey: bool = False,
    has_notes: bool = False,
) -> Pixels:
    """Render a page `size` pixels large, its upper left corner at `start` of a white bitmap of `shape` (wide, high).

    A pixel is red, green, blue and a fourth byte, or one level of grey. Annotations are left out unless it `has_notes`.
    """
    import numpy
    import pypdfium2.raw as pdfium

    wide, high = shape
    pixels: Pixels = numpy.full((high, wide) if is_grey else (high, wide, 4), 255, numpy.uint8)
    memory, kind = pixels.ctypes.data_as(ctypes.c_void_p), pdfium.FPDFBitmap_Gray if is_grey else pdfium.FPDFBitmap_BGRx
    drawn = pdfium.FPDFBitmap_CreateEx(wide, high, kind, memory, pixels.strides[0])
    try:
        order, notes = 0 if is_grey else pdfium.FPDF_REVERSE_BYTE_ORDER, pdfium.FPDF_ANNOT if has_notes else 0
        pdfium.FPDF_RenderPageBitmap(drawn, page, *start, *size, 0, order | notes)
        return pixels
    finally:
        pdfium.FPDFBitmap_Destroy(drawn)
