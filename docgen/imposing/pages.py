"""The pages of all files before anything is written: every page that cannot be imposed is found, and all are reported at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from docgen.errors import DataError, Problem, UsageError, Where
from docgen.imposing.boxes import PageBoxes, annotation_problem, boxes_of, size_problem
from docgen.imposing.scheme import Scheme
from docgen.messages import _
from docgen.pdf import pypdf_errors
from docgen.pdf.source import RawPage, SourceFile
from docgen.pdf.syntax import DamagedPdf, entries, members

#: What the boxes of a page depend on: pages that are alike in it are looked at once.
_BOX_KEYS = (b"/MediaBox", b"/CropBox", b"/TrimBox", b"/BleedBox", b"/Rotate", b"/UserUnit")
#: The name of the manifest of a batch, which is where the volumes of one job are.
MANIFEST = "manifest.json"


class PageReader:
    """Reads the boxes of the pages of a file."""

    def __init__(self, source: SourceFile):
        self._source = source
        self._known: dict[tuple[bytes | None, ...], PageBoxes | Problem] = {}

    def boxes(self, page: RawPage) -> PageBoxes | Problem:
        """Return the boxes of a page, or what is wrong with them."""
        key = tuple([page.entries.get(name) for name in _BOX_KEYS])
        if key not in self._known:
            if len(self._known) > 10_000:
                self._known.clear()
            self._known[key] = boxes_of(self._source, page)
        return self._known[key]


def check_pages(sources: Iterable[SourceFile], scheme: Scheme) -> None:
    """Walk the pages of all files; raise DataError with every page that cannot be imposed by a scheme."""
    problems: list[Problem] = []
    size = (scheme.page[0].mm, scheme.page[1].mm)
    for source in sources:
        found: defaultdict[Problem, list[int]] = defaultdict(list)
        with pypdf_errors(str(source.path)):
            reader = PageReader(source)
            for number, page in enumerate(source.walk(), 1):
                for problem in _page_problems(source, reader, page, size):
                    found[problem].append(number)
            if not source.count:
                raise DamagedPdf(_("it has no pages"))
            if _hides_layers(source):
                hint = _("Print the file into a new PDF, with the layers that are wanted.")
                found[Problem("pdf-layered", _("it has layers that are hidden, and would be shown"), hint)] = []
        if scheme.duplex and source.count % 2:
            message = _("it has {count} pages, and the last sheet would have no back", count=source.count)
            hint = _("Each record needs a front and a back; for fronts alone set duplex = false in the scheme.")
            found[Problem("duplex-odd", message, hint)] = []
        problems += [problem.at(file=str(source.path), key=_pages_text(pages)) for problem, pages in found.items()]
    if problems:
        raise DataError(problems)


def _page_problems(source: SourceFile, reader: PageReader, page: RawPage, size: tuple[float, float]) -> Iterator[Problem]:
    boxes = reader.boxes(page)
    problem = boxes if isinstance(boxes, Problem) else size_problem(boxes, size)
    if problem:
        yield problem
    if b"/Annots" in page.entries and (problem := annotation_problem(source, page)):
        yield problem


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
