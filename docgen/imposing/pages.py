"""The pages of all files before anything is written: every page that cannot be imposed is found, and all are reported at once."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from docgen.errors import DataError, Problem, UsageError, Where
from docgen.imposing.boxes import PageBoxes, annotation_problem, boxes_of, size_problem
from docgen.imposing.scheme import Scheme
from docgen.messages import _
from docgen.pdf import pypdf_errors
from docgen.pdf.source import RawPage, SourceFile
from docgen.pdf.syntax import DamagedPdf, entries, members, reference

#: What the boxes of a page depend on, and what else becomes part of a sheet but the content.
_BOX_KEYS = (b"/MediaBox", b"/CropBox", b"/TrimBox", b"/BleedBox", b"/Rotate", b"/UserUnit")
_KEYS = (*_BOX_KEYS, b"/Resources", b"/Group")
#: How many kinds of pages are remembered: most files have one, or two.
MOST_KINDS = 1_000
#: The name of the manifest of a batch, which is where the volumes of one job are.
MANIFEST = "manifest.json"


class PageKind(NamedTuple):
    """What pages have alike: the entries that become part of a sheet, their boxes or what is wrong with them or their size."""

    entries: dict[bytes, bytes]
    boxes: PageBoxes | Problem
    problem: Problem | None


class SourcePages:
    """The pages of a file, for positions of the size `page` in mm: of each is remembered its kind and where its content is."""

    def __init__(self, source: SourceFile, page: tuple[float, float]):
        self._source, self._size = source, page
        self._kinds: dict[tuple[bytes | None, ...], PageKind] = {}
        self._each: list[PageKind | None] = []
        self._content = array("Q")

    def walk(self) -> Iterator[tuple[RawPage, Problem | None]]:
        """Yield the pages in order, each with what is wrong with its boxes or its size; to be called once, before `page`."""
        for page in self._source.walk():
            key = tuple([page.entries.get(name) for name in _KEYS])
            kind = self._kinds.get(key) or self._read(page.entries)
            if len(self._kinds) < MOST_KINDS:
                self._kinds[key] = kind
            self._each.append(self._kinds.get(key))
            self._content.append(reference(page.entries.get(b"/Contents", b"null")) or 0)
            yield page, kind.problem

    def page(self, index: int) -> tuple[RawPage, PageBoxes]:
        """Return a page again, with its boxes."""
        kind, content = self._each[index], self._content[index]
        if kind and content:
            page = RawPage(0, {**kind.entries, b"/Contents": b"%d 0 R" % content})
        else:
            page = self._source.page(index)
            kind = self._read(page.entries)
        if isinstance(kind.boxes, Problem):  # the file was changed since its pages were checked
            raise DamagedPdf(kind.boxes.message)
        return page, kind.boxes

    def _read(self, found: dict[bytes, bytes]) -> PageKind:
        boxes = boxes_of(self._source, found)
        problem = boxes if isinstance(boxes, Problem) else size_problem(boxes, self._size)
        return PageKind({name: found[name] for name in _KEYS if name in found}, boxes, problem)


def check_pages(sources: Sequence[SourceFile], scheme: Scheme) -> list[SourcePages]:
    """Return the pages of all files; raise DataError with every page that cannot be imposed by a scheme."""
    problems: list[Problem] = []
    checked = [SourcePages(source, (scheme.page[0].mm, scheme.page[1].mm)) for source in sources]
    for source, pages in zip(sources, checked, strict=True):
        found: defaultdict[Problem, list[int]] = defaultdict(list)
        with pypdf_errors(str(source.path)):
            for number, (page, problem) in enumerate(pages.walk(), 1):
                if problem:
                    found[problem].append(number)
                if b"/Annots" in page.entries and (lost := annotation_problem(source, page)):
                    found[lost].append(number)
            if not source.count:
                raise DamagedPdf(_("it has no pages"))
            if _hides_layers(source):
                hint = _("Print the file into a new PDF, with the layers that are wanted.")
                found[Problem("pdf-layered", _("it has layers that are hidden, and would be shown"), hint)] = []
        if scheme.duplex and source.count % 2:
            message = _("it has {count} pages, and the last sheet would have no back", count=source.count)
            hint = _("Each record needs a front and a back; for fronts alone set duplex = false in the scheme.")
            found[Problem("duplex-odd", message, hint)] = []
        problems += [problem.at(file=str(source.path), key=_pages_text(numbers)) for problem, numbers in found.items()]
    if problems:
        raise DataError(problems)
    return checked


def _pages_text(pages: Sequence[int]) -> str:
    """Return the numbers of pages in words, such as `pages 1, 3–7`; empty for none."""
    if len(pages) < 2:
        return _("page {number}", number=pages[0]) if pages else ""
    return _("pages {numbers}", numbers=_spans(pages))


def sheets_text(sheets: Sequence[int]) -> str:
    """Return the numbers of sheets in words."""
    return _("sheet {number}", number=sheets[0]) if len(sheets) == 1 else _("sheets {numbers}", numbers=_spans(sheets))


def _spans(numbers: Sequence[int]) -> str:
    runs = [[number for _place, number in run] for _key, run in groupby(enumerate(numbers), lambda each: each[1] - each[0])]
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


def _hides_layers(source: SourceFile) -> bool:
    """Return whether some layers of a file are hidden when it is opened (8.11.4.3)."""
    layers = entries(source.resolved(source.catalogue.get(b"/OCProperties", b"<<>>")))
    default = entries(source.resolved(layers.get(b"/D", b"<<>>")))
    hidden = members(source.resolved(default.get(b"/OFF", b"[]")))
    return bool(hidden) or default.get(b"/BaseState") == b"/OFF"


def refuse_mixed_volumes(sources: Sequence[SourceFile]) -> None:
    """Raise UsageError for volumes of several forms or batches: their stacks would be mixed."""
    first = sources[0]
    for source in sources[1:]:
        if _form(source) and _has_backs(source) != _has_backs(first):
            message = _("of it and {file} only one has backs: their stacks would be mixed", file=str(first.path))
        elif _form(source) != _form(first):
            values = {"form": _form(source) or "–", "other": _form(first) or "–", "file": str(first.path)}
            message = _("it is of the form “{form}”, {file} of “{other}”: their stacks would be mixed", **values)
        elif _batch(source) != _batch(first):
            message = _("it is of another batch than {file}: their stacks would be mixed", file=str(first.path))
        else:
            continue
        raise UsageError.because("volumes-mixed", message, _("Impose each by itself."), file=str(source.path))


def is_duplex(sources: Sequence[SourceFile], said: bool | None) -> bool:
    """Return whether sheets are printed on both sides: as it is said, else as the volumes say.

    Raise DataError for volumes whose records have backs where one side is printed, and for those without where it is both.
    """
    known = [source for source in sources if _form(source)]
    backed = [source for source in known if _has_backs(source)]
    wrong = {False: backed, True: [source for source in known if source not in backed], None: []}[said]
    if problems := [_side_problem(source, is_backed=not said) for source in wrong]:
        raise DataError(problems)
    return bool(backed) if said is None else said


def _side_problem(source: SourceFile, *, is_backed: bool) -> Problem:
    where = Where(file=str(source.path))
    if is_backed:
        message = _("its records have backs, and sheets are to be printed on one side")
        return Problem("volume-sides", message, _("Leave “duplex” out, or print the volumes without --back."), where)
    message = _("its records have no backs, and sheets are to be printed on both sides")
    return Problem("volume-sides", message, _("Print the volumes with --back, or leave “duplex” out."), where)


def _has_backs(source: SourceFile) -> bool:
    return source.info.get(b"/docgensides", "") == "2"


def _form(source: SourceFile) -> str:
    return source.info.get(b"/docgenform", "")


def _batch(source: SourceFile) -> str:
    """Return the folder of a batch with its manifest, empty for a file that is in none."""
    folder = source.path.resolve().parent
    return str(folder) if _form(source) and (folder / MANIFEST).is_file() else ""
