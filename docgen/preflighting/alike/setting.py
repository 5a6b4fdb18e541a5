"""Where the letters of runs stand: PDFium's arithmetic, in 32 bits as it has it, on the operators of a page and its fonts.

So every place is the number that PDFium gives, not one that rounds to another hundredth of a millimetre.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from copy import copy
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from docgen.preflighting.alike.content import TextRun
from docgen.preflighting.alike.letters import Letter, SetFont
from docgen.preflighting.glyphs import PART, ROW, SPACE, Glyph, PrintedFace, TextSpan, ink_box
from docgen.preflighting.loaded_page import PageSheet
from docgen.units import MM_PER_PT, Length, mm, pt

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Numbers = NDArray[numpy.float32]

#: Runs that say the same are one drawn twice, of which PDFium reads one, only if they are nearer than this.
TWICE = mm(20)
#: Of two equal letters nearer to each other than so many ems PDFium reads one alone: 0.07, and a little more.
NEAR = 0.1
#: The size of the largest letters, in millimetres: one and a half times that of the largest that an act prescribes.
LARGEST = pt(72).mm
#: PDFium reads two spaces as one, and takes a hyphen at the end of a line for none.
JOINED, HYPHENS = "  ", tuple("-‐‑‒–—")


class SetRun:
    """A run of text on a sheet: its letters, and where each begins and ends, in millimetres."""

    def __init__(self, run: TextRun, font: SetFont, letters: Sequence[Letter], sheet: PageSheet):
        import numpy

        self.letters, self._known = "".join([letter.sign for letter in letters]), letters
        self.face: PrintedFace = font.face
        size = numpy.float32(run.size)
        self.size = pt(float(size) * sheet.unit)
        across = numpy.float32(run.x) + numpy.float32(run.shift[0])
        up = numpy.float32(run.y) + numpy.float32(run.shift[1])
        widths, reaches = (numpy.array(each, numpy.float32) for each in ([x.width for x in letters], [x.reach for x in letters]))
        begins = _begins(widths * size / numpy.float32(1000))
        origins, em = begins + across, size / numpy.float32(1000)
        # Of the box of a letter and that of its advance the farther counts; each goes through a space of its own.
        ends = numpy.maximum(((origins - across) + widths * em) + across, (begins + reaches * em) + across)
        self.lefts: list[float] = self._points(origins, sheet)
        self.rights: list[float] = self._points(ends, sheet)
        self.baseline = pt((sheet.top - float(up)) * sheet.unit)

    @staticmethod
    def _points(places: Numbers, sheet: PageSheet) -> list[float]:
        """Return places across as `PageSheet.point` does."""
        points: list[float] = ((places.astype("float64") - sheet.left) * sheet.unit * MM_PER_PT).tolist()
        return points

    @cached_property
    def lettered(self) -> list[int]:
        """The indices of what is no space."""
        return [index for index, letter in enumerate(self.letters) if letter != " "]

    @cached_property
    def ends(self) -> tuple[float, float, float, float]:
        """How far the ink of its letters goes left, up, right and down, in millimetres."""
        import numpy

        outlines = numpy.array([self._known[index].outline for index in self.lettered])
        low_x, low_y, high_x, high_y = outlines.T
        size = self.size.mm
        left = numpy.array([self.lefts[index] for index in self.lettered]) + size * low_x
        top = self.baseline.mm - size * high_y
        right, bottom = left + size * (high_x - low_x), top + size * (high_y - low_y)
        return float(left.min()), float(top.min()), float(right.max()), float(bottom.max())

    @cached_property
    def unspaced(self) -> SetRun:
        """The run without the space that it begins with."""
        run = copy(self)
        run.letters, run.lefts, run.rights, run._known = self.letters[1:], self.lefts[1:], self.rights[1:], self._known[1:]
        for name in ("lettered", "ends", "unspaced"):
            run.__dict__.pop(name, None)
        return run

    @property
    def glyphs(self) -> list[Glyph]:
        """Its letters one by one."""
        return [self._glyph(index) for index in range(len(self.letters))]

    def _glyph(self, index: int) -> Glyph:
        letter, left = self._known[index], mm(self.lefts[index])
        ink = ink_box(left, self.baseline, self.size, 1.0, letter.outline) if letter.outline else None
        return Glyph(letter.sign, left, mm(self.rights[index]), self.baseline, self.size, 1.0, self.face, ink)


def _begins(advances: Numbers) -> Numbers:
    """Return where each letter begins, added up letter by letter in 32 bits."""
    import numpy

    begins = numpy.zeros_like(advances)
    numpy.add.accumulate(advances[:-1], out=begins[1:])
    return begins


class SetSpan(TextSpan):
    """A span of runs; it is equal to itself alone."""

    def __init__(self, runs: Sequence[SetRun], cap_ratio: float):
        object.__setattr__(self, "runs", runs)
        object.__setattr__(self, "cap_ratio", cap_ratio)

    __eq__, __hash__ = object.__eq__, object.__hash__
    runs: Sequence[SetRun]

    @property
    def glyphs(self) -> tuple[Glyph, ...]:
        """The letters one by one."""
        return tuple(glyph for run in self.runs for glyph in run.glyphs)

    @cached_property
    def text(self) -> str:
        """The letters, with one space where there is any white between them."""
        text, before = self.runs[0].letters, self.runs[0]
        for run in self.runs[1:]:
            is_stepped = run.lefts[0] - before.rights[-1] > run.size.mm * SPACE
            text, before = text + (" " + run.letters if is_stepped else run.letters), run
        return " ".join(text.split())

    @property
    def left(self) -> Length:
        """The origin of the first letter."""
        return mm(self.runs[0].lefts[self.runs[0].lettered[0]])

    @cached_property
    def right(self) -> Length:
        """The end of the last letter's advance."""
        return mm(self.runs[-1].rights[self.runs[-1].lettered[-1]])

    @cached_property
    def baseline(self) -> Length:
        """The baseline of most letters."""
        heights: Counter[float] = Counter()
        for run in self.runs:
            heights[round(run.baseline.mm, 3)] += len(run.lettered)
        return mm(heights.most_common(1)[0][0])

    @property
    def unevenness(self) -> Length:
        """How far the letter that is most out of line is from the baseline; below is positive."""
        return max((run.baseline - self.baseline for run in self.runs), key=lambda off: abs(off.mm))

    @cached_property
    def size(self) -> Length:
        """The size of the largest letter."""
        return max(run.size for run in self.runs)

    @property
    def sizes(self) -> tuple[Length, Length]:
        """The smallest and the largest size of a letter."""
        sizes = [run.size for run in self.runs]
        return min(sizes), max(sizes)

    @property
    def stretch(self) -> float:
        """The width of the letters, as a share of their proper width."""
        return 1.0

    @cached_property
    def faces(self) -> list[PrintedFace]:
        """The faces of the letters, each once."""
        return list(dict.fromkeys(run.face for run in self.runs))


def set_run(run: TextRun, font: SetFont, sheet: PageSheet) -> SetRun | None:
    """Return a run as it stands on a sheet; None if PDFium may read its letters otherwise, or one of them is not sure."""
    letters = font.letters(run.codes)
    if letters is None:
        return None
    text = "".join([letter.sign for letter in letters])
    if not text.strip() or JOINED in text or text.endswith(HYPHENS):
        return None
    found = SetRun(run, font, letters, sheet)
    return found if found.size.mm <= LARGEST else None


def is_one_twice(runs: Sequence[SetRun]) -> bool:
    """Return whether two runs say the same so near to each other that PDFium may read one of them alone."""
    seen: dict[str, list[SetRun]] = {}
    for run in runs:
        for other in seen.setdefault(run.letters, []):
            if abs(run.lefts[0] - other.lefts[0]) < TWICE.mm and abs((run.baseline - other.baseline).mm) < TWICE.mm:
                return True
        seen[run.letters].append(run)
    return False


def rows_of(runs: Sequence[SetRun]) -> list[tuple[SetRun, ...]]:
    """Return the runs row by row, each from left to right."""
    rows: list[list[SetRun]] = []
    for run in sorted(runs, key=lambda run: run.baseline.mm):
        if rows and run.baseline - rows[-1][0].baseline <= ROW:
            rows[-1].append(run)
        else:
            rows.append([run])
    return [_single_spaced(sorted(row, key=lambda run: run.lefts[0])) for row in rows]


def _single_spaced(row: Sequence[SetRun]) -> tuple[SetRun, ...]:
    """Return a row without the space that a run begins with where the one before ends with one: PDFium reads the first alone."""
    runs = [row[0]]
    for run in row[1:]:
        runs.append(run.unspaced if runs[-1].letters.endswith(" ") and run.letters.startswith(" ") else run)
    return tuple(runs)


def are_over_each_other(above: Sequence[SetRun], below: Sequence[SetRun]) -> bool:
    """Return whether two rows have runs so near to each other that PDFium may take equal letters of both for one."""
    if below[0].baseline.mm - above[-1].baseline.mm > NEAR * LARGEST:
        return False
    return any(_are_near(one, other) for one in above for other in below)


def _are_near(one: SetRun, other: SetRun) -> bool:
    near = NEAR * max(one.size.mm, other.size.mm)
    is_level = one.lefts[0] - near <= other.lefts[-1] and other.lefts[0] - near <= one.lefts[-1]
    return is_level and abs((one.baseline - other.baseline).mm) <= near and one.face == other.face


def parted(row: Sequence[SetRun]) -> list[tuple[SetRun, ...]] | None:
    """Return the runs of each span of a row; None where letters of two runs mix, or lie over each other."""
    spans: list[list[SetRun]] = [[row[0]]]
    for before, run in pairwise(row):
        if run.lefts[0] <= before.lefts[-1] + NEAR * max(run.size.mm, before.size.mm):
            return None
        if run.lefts[0] - before.rights[-1] > run.size.mm * PART:
            spans.append([])
        spans[-1].append(run)
    return [tuple(span) for span in spans]
