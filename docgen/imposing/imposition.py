"""Volumes onto sheets: opens the files, plans which record goes where, and writes the sheets."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import IO

from docgen.errors import Problem, UsageError, Where, nearest_hint, visible
from docgen.imposing.boxes import PageBoxes, first_size
from docgen.imposing.claims import dropped_claims
from docgen.imposing.dating import info_of
from docgen.imposing.layout import SheetLayout, fitted
from docgen.imposing.pages import SourcePages, check_pages, is_duplex, refuse_mixed_volumes, sheets_text
from docgen.imposing.plan import SheetOrder, SheetPlan
from docgen.imposing.scheme import MOST_DEPTH, OPEN, Scheme, open_scheme
from docgen.imposing.sheet_file import SheetFile
from docgen.imposing.slug import LiftSlug, Slug
from docgen.imposing.standards import SheetStandard, standard_of
from docgen.imposing.symbol import SheetCode, job_code, symbol_box
from docgen.messages import _, n_
from docgen.paint.info import DocumentInfo
from docgen.pdf import pypdf_errors
from docgen.pdf.copying import ObjectCopier
from docgen.pdf.source import SourceFile, source_file
from docgen.units import Box

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImposingOptions:
    """How volumes are imposed: what a scheme leaves open, or says otherwise."""

    order: SheetOrder | str = SheetOrder.CUT_AND_STACK
    depth: int | None = None
    has_crop_marks: bool | None = None
    #: What the slug line and the job sheet call the job; the names of the files without it.
    job: str = ""
    #: Whether sheets are printed on both sides; without it as the scheme says, else as the volumes do.
    duplex: bool | None = None


@dataclass(frozen=True)
class Imposition:
    """Open files, with the plan of their sheets; `notes` are what there is to report."""

    sources: Sequence[SourceFile]
    pages: Sequence[SourcePages]
    layout: SheetLayout
    plan: SheetPlan
    standard: SheetStandard
    info: DocumentInfo
    notes: list[Problem] = field(default_factory=list)

    @property
    def sides(self) -> int:
        """How many pages a record has, and sides a printed sheet."""
        return 2 if self.layout.scheme.duplex else 1

    @property
    def waste(self) -> float:
        """The part of the paper that is no page, in per cent."""
        scheme = self.layout.scheme
        page, sheet = (size[0].mm * size[1].mm for size in (scheme.page, scheme.sheet))
        shown = self.plan.records * (scheme.positions if self.plan.order is SheetOrder.REPEAT else 1)
        return 100 * (1 - shown * page / (self.plan.sheets * sheet))

    def name(self, record: int) -> str:
        """Return the number of a record, counted from 0: that of its bookmark, else its place among all."""
        source, page = self._place(record * self.sides)
        return self._labels[source][page] or str(record + 1)

    @cached_property
    def _begins(self) -> list[int]:
        return list(accumulate((source.count for source in self.sources), initial=0))

    @cached_property
    def _labels(self) -> list[list[str]]:
        return [_numbers_of(source) for source in self.sources]

    def _place(self, page: int) -> tuple[int, int]:
        """Return the file of a page of all, and its index in that file."""
        source = bisect_right(self._begins, page) - 1
        return source, page - self._begins[source]

    def write(self, out: IO[bytes], sheets: Sequence[int] | None = None, progress: Progress = lambda pages: None) -> int:
        """Write the sheets, or some of them, counted from 0; return how many. Errors as those of `open_imposition`."""
        chosen = range(self.plan.sheets) if sheets is None else sheets
        writer = _SheetWriter(self, SheetFile(out, self.layout, self.standard))
        for sheet in chosen:
            progress(writer.add(sheet))
        writer.file.close(self.info)
        return len(chosen)

    def slug(self, sheet: int, *, is_back: bool = False) -> Slug:
        """Return the slug of a sheet, counted from 0."""
        lift = sheet // self.plan.depth + 1
        if (lift, is_back) not in self._slugs:
            self._slugs[lift, is_back] = self._lift_slug(lift, is_back=is_back)
        numbers = ", ".join(dict.fromkeys([self.name(record) for record in self.plan.on_sheet(sheet) if record is not None]))
        return self._slugs[lift, is_back].of(sheet + 1, (_("sheet {number}", number=sheet + 1), numbers))

    @cached_property
    def _slugs(self) -> dict[tuple[int, bool], LiftSlug]:
        """What the slugs of each lift have alike, on the fronts and on the backs."""
        return {}

    def _lift_slug(self, lift: int, *, is_back: bool) -> LiftSlug:
        common = (
            self.info.dated.strftime("%Y-%m-%d"),
            self.standard.name,
            n_("{count} sheet", "{count} sheets", self.plan.sheets),
            _("lift {number}", number=lift),
            _("back") if is_back else "",
        )
        return LiftSlug(self.layout, self.info.title, common, SheetCode(self.job_code, lift, 0, is_back))

    @cached_property
    def job_code(self) -> str:
        """The six figures that stand for the job in the symbols of its sheets."""
        return job_code(self.info)

    @cached_property
    def symbol_box(self) -> Box | None:
        """Where the symbol of a sheet is; None where it has none."""
        return symbol_box(self.layout) if self.layout.has_crop_marks else None


class _SheetWriter:
    """Writes sheets with their pages."""

    def __init__(self, imposition: Imposition, file: SheetFile):
        self._all, self.file = imposition, file
        same: dict[bytes, int] = {}
        self._copiers = [ObjectCopier(source, file.file, same) for source in imposition.sources]
        self._drawn: dict[tuple[PageBoxes, int, bool], bytes] = {}

    def add(self, sheet: int) -> int:
        """Write the sides of a sheet; return how many pages are on them."""
        count = 0
        for side in range(self._all.sides):
            pages = list(self._pages(sheet, side))
            drawn, forms = self._placed(pages, is_back=side == 1)
            slug = self._all.slug(sheet, is_back=side == 1) if self._all.layout.has_crop_marks else None
            self.file.add(drawn, forms, slug)
            count += len(pages)
        return count

    def _pages(self, sheet: int, side: int) -> Iterator[tuple[int, int]]:
        """Yield the positions of a side that have a page, and which one."""
        for position, record in enumerate(self._all.plan.on_sheet(sheet)):
            if record is not None:
                own = self._all.layout.back(position) if side else position
                yield own, record * self._all.sides + side

    def _placed(self, pages: list[tuple[int, int]], *, is_back: bool) -> tuple[bytes, dict[bytes, int]]:
        """Write the pages of a side as form XObjects, each once; return what draws them, and their numbers by name."""
        drawn, forms, known = [], dict[bytes, int](), dict[int, tuple[bytes, PageBoxes]]()
        for position, page in pages:
            if page not in known:
                source, index = self._all._place(page)
                name = b"/P%d" % len(forms)
                with pypdf_errors(str(self._all.sources[source].path)):
                    raw, boxes = self._all.pages[source].page(index)
                    forms[name] = self._copiers[source].form(raw, boxes.bleed)
                known[page] = (name, boxes)
            name, boxes = known[page]
            drawn.append(self._operators(boxes, position, is_back) % name)
        return b"\n".join(drawn), forms

    def _operators(self, boxes: PageBoxes, position: int, is_back: bool) -> bytes:
        key = (boxes, position, is_back)
        if key not in self._drawn:
            if len(self._drawn) > 10_000:
                self._drawn.clear()
            self._drawn[key] = self._all.layout.placement(boxes, position, is_back=is_back).draw(b"%s")
        return self._drawn[key]


@contextmanager
def open_imposition(
    files: Sequence[Path | str], scheme: Scheme | Path | str, options: ImposingOptions | None = None
) -> Iterator[Imposition]:
    """Yield the imposition of files, all of whose pages were looked at.

    Raise DataError for a scheme that does not fit its sheet, for files that are damaged, encrypted or of several jobs, and for
    pages that cannot be imposed, all of them at once; UsageError for an order or depth that there is not, and for no file.
    """
    options = options or ImposingOptions()
    order = _order(options.order)
    chosen = scheme if isinstance(scheme, Scheme) else open_scheme(scheme)
    depth = _depth(chosen.depth if options.depth is None else options.depth)
    paths = _distinct(list(map(Path, files)))
    if OPEN in (chosen.page, chosen.sheet):
        chosen = fitted(chosen, _first_size(paths[0]), has_crop_marks=options.has_crop_marks)
    layout = SheetLayout(chosen, chosen.marks if options.has_crop_marks is None else options.has_crop_marks)
    layout.check(chosen.name if isinstance(scheme, Scheme) else str(scheme))
    with ExitStack() as stack:
        sources = [stack.enter_context(source_file(path)) for path in paths]
        refuse_mixed_volumes(sources)
        said = chosen.duplex if options.duplex is None else options.duplex
        layout = replace(layout, scheme=replace(chosen, duplex=is_duplex(sources, said)))
        chosen = layout.scheme
        pages = check_pages(sources, chosen)
        count = sum(source.count for source in sources)
        plan = SheetPlan(count // (2 if chosen.duplex else 1), chosen.positions, depth, order)
        with pypdf_errors(str(paths[0])):
            standard, notes = standard_of(sources)
            notes += dropped_claims(sources, standard)
        imposition = Imposition(sources, pages, layout, plan, standard, info_of(sources, options.job), notes)
        imposition.notes.extend([*_padding(imposition), *_no_symbol(imposition)])
        yield imposition


def _first_size(path: Path) -> tuple[float, float]:
    """Return the size of the first page, in mm, from a look of its own: the pages are walked once, when the scheme is known."""
    with source_file(path) as source, pypdf_errors(str(path)):
        return first_size(source)


def _padding(imposition: Imposition) -> Iterator[Problem]:
    """Yield a note where positions of the last lift stay empty, with the sheets that have them."""
    plan = imposition.plan
    last = range(max(0, plan.sheets - plan.positions), plan.sheets)
    numbers = [sheet + 1 for sheet in last if None in plan.on_sheet(sheet)]
    if numbers:
        message = n_("{count} position stays empty", "{count} positions stay empty", plan.blanks)
        yield Problem("sheets-padded", message, where=Where(key=sheets_text(numbers)))


def _no_symbol(imposition: Imposition) -> Iterator[Problem]:
    """Yield a note where sheets of several pages have marks and no room for their symbol."""
    layout = imposition.layout
    if layout.has_crop_marks and layout.scheme.positions > 1 and imposition.symbol_box is None:
        message = _("the sheets have no symbol: there is no room for it left of the pages")
        yield Problem("symbol-left-out", message, where=Where(file=imposition.layout.scheme.name))


def _order(order: SheetOrder | str) -> SheetOrder:
    try:
        return SheetOrder(order)
    except ValueError:
        message = _("“{value}” is not offered", value=visible(str(order)[:60]))
        raise UsageError.because("order-unknown", message, nearest_hint(str(order), list(SheetOrder))) from None


def _depth(depth: int) -> int:
    if not 1 <= depth <= MOST_DEPTH:
        message = _("a lift of {depth} sheets is not possible", depth=depth)
        raise UsageError.because("depth-wrong", message, _("Give 1 to {most} sheets.", most=MOST_DEPTH), key="depth")
    return depth


def _distinct(paths: list[Path]) -> list[Path]:
    """Return the files; raise UsageError for none, and for one that is given twice: its records would be printed twice."""
    if not paths:
        raise UsageError.because("files-missing", _("no file is given to be imposed"))
    for number, path in enumerate(paths):
        if any(_is_same(path, other) for other in paths[:number]):
            hint = _("Its records would be printed twice: name it once.")
            raise UsageError.because("volume-twice", _("this file is given twice"), hint, file=str(path))
    return paths


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except (OSError, ValueError):
        return False


def _numbers_of(source: SourceFile) -> list[str]:
    """Return the number of the record of each page of a file: the first word of a bookmark with a digit in it; never a name."""
    with pypdf_errors(str(source.path)):
        return source.labels(_number_in)


def _number_in(label: str) -> str:
    first = label.partition(" ")[0]
    return first if any(sign.isdigit() for sign in first) else ""


def sheet_numbers(text: str, count: int) -> list[int]:
    """Return the sheets of a text such as `12-14,20`, counted from 0, in order; UsageError for what is no sheet of `count`."""
    found: set[int] = set()
    for part in filter(None, map(str.strip, text.split(","))):
        first, dash, last = part.partition("-")
        ends = (first.strip(), last.strip() if dash else first.strip())
        if not all(end.isascii() and end.isdigit() and len(end) < 10 for end in ends) or int(ends[0]) > int(ends[1]):
            message = _("“{part}” is no sheet, nor a span of sheets", part=part[:60])
            raise UsageError.because("sheets-wrong", message, _("Write it as in: 12-14,20"))
        if not 1 <= int(ends[0]) <= int(ends[1]) <= count:
            message = _("there is no sheet {part}", part=part[:60])
            raise UsageError.because("sheets-wrong", message, _("There are sheets 1 to {count}.", count=count))
        found.update(range(int(ends[0]) - 1, int(ends[1])))
    if not found:
        raise UsageError.because("sheets-wrong", _("no sheet is named"), _("Write it as in: 12-14,20"))
    return sorted(found)
