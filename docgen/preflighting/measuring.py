"""Measures the pages of a file in child processes, each a part of them.

A part begins with the first page of the file, whatever it measures: what that page shows of fonts and artwork holds for all. So
the findings are the same, whichever pages are measured by which process.
"""

from __future__ import annotations

import os
import pickle
import zlib
from array import array
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import fields
from itertools import accumulate, pairwise
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from docgen.confined import operation, report_step
from docgen.confined.raster import PDFIUM, pdfium_errors
from docgen.errors import DataError, DocgenError
from docgen.fields import KINDS
from docgen.form import Form
from docgen.messages import _, language, spoken
from docgen.preflighting import checks
from docgen.preflighting.facts import FileFacts, read_facts
from docgen.preflighting.finding_list import FindingList
from docgen.preflighting.findings import Finding, Verdict
from docgen.preflighting.pages import MeasuredTwice, PageMeasurer, Sides
from docgen.preflighting.source_facts import facts_of_source
from docgen.prints import Print

if TYPE_CHECKING:
    from docgen.pdf.source import SourceFile

#: A part has at least so many pages, since each process measures the first page of the file besides.
PART = 200
#: Of a file of which one page in so many is measured, pages are found one by one.
SPARSE = 4
Progress = Callable[[int, int], None]
#: The distinct findings of some pages, and for each page how many it has and their numbers.
Measured = tuple[list[Finding], "array[int]"]


class MeasuredFile(NamedTuple):
    """A file to be measured: its name, its facts, and the pages that are `wanted`, from 0.

    Without facts these are read where the pages are measured, and the findings on the file as a whole come after its pages.
    """

    name: str
    facts: FileFacts | None
    wanted: Sequence[int]


def measured_pages(
    pdf: bytes,
    form: Form,
    facts: FileFacts,
    file: str,
    print: Print,
    progress: Progress,
    workers: int,
    wanted: Sequence[int],
) -> FindingList:
    """Return the findings on the `wanted` pages, from 0, measured in `workers` child processes, 0 for one a core.

    Raise DataError if PDFium cannot read the file. A program that has added kinds or checks of its own measures in its own
    process: a child would not know them.
    """
    found = FindingList(is_single=len(facts.pages) == 1, wanted=wanted)
    count = len(wanted)
    steps = Steps(count, progress)

    def measure(part: range) -> Measured:
        return _measured_apart([pdf], form, print, [MeasuredFile(file, facts, wanted[part.start : part.stop])], steps)

    parts = [range(count)] if _has_additions() else _parts(count, workers or _cores())
    for table, pages in _each(measure, parts, steps):
        _add([found], [count], table, pages)
    return found


def measured_files(
    pdfs: Sequence[bytes], form: Form, print: Print, files: Sequence[MeasuredFile], counts: Sequence[int], progress: Progress
) -> list[FindingList]:
    """Return the findings on the wanted pages of each of several files of docgen, measured in one child process; errors as above.

    What is the same in them is measured once: fonts and artwork are compared by all that their objects hold. `counts` are the
    numbers of their pages, as printed; `files` have no facts, which are read in the child.
    """
    found = [FindingList(is_single=count == 1, wanted=file.wanted) for file, count in zip(files, counts, strict=True)]
    wanted = [len(file.wanted) for file in files]
    table, pages = _measured_apart(pdfs, form, print, files, Steps(sum(wanted), progress), is_own=True)
    _add(found, wanted, table, pages, has_file=True)
    return found


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _parts(count: int, workers: int) -> list[range]:
    """Return the pages of each part; none has fewer than PART pages but the only one."""
    parts = max(1, min(workers, count // PART))
    ends = [count * number // parts for number in range(parts + 1)]
    return [range(begin, end) for begin, end in pairwise(ends)]


def _each(measure: Callable[[range], Measured], parts: Sequence[range], steps: Steps) -> Iterator[Measured]:
    """Yield what is measured of each part, in order; an error of one ends all at their next page."""
    if len(parts) == 1:
        yield measure(parts[0])
        return
    with ThreadPoolExecutor(len(parts)) as threads:
        waiting = [threads.submit(_spoken, spoken(), measure, part) for part in parts]
        try:
            for each in waiting:
                yield each.result()
        except BaseException:
            steps.is_stopped = True
            raise


def _spoken(tongue: str, measure: Callable[[range], Measured], part: range) -> Measured:
    """Measure a part in the language that the caller speaks: each thread has its own."""
    with language(tongue):
        return measure(part)


class Stopped(Exception):
    """Another part has failed, or nobody waits any more."""


class Steps:
    """Counts the pages that all parts have measured; where `is_stopped` is set, each part ends at its next page."""

    def __init__(self, count: int, progress: Progress):
        self._count, self._progress, self._lock = count, progress, Lock()
        self._done, self.is_stopped = 0, False

    def of_part(self) -> Progress:
        """Return what counts the steps of a part; a page that is measured again is not counted again."""
        most = 0

        def step(done: int, _all: int) -> None:
            nonlocal most
            if self.is_stopped:
                raise Stopped
            if done > most:
                most = done
                with self._lock:
                    self._done += 1
                    self._progress(self._done, self._count)

        return step


def _has_additions() -> bool:
    return checks.has_additions() or not all(kind.__module__.startswith("docgen.") for kind in KINDS.values())


def _measured_apart(
    pdfs: Sequence[bytes], form: Form, print: Print, files: Sequence[MeasuredFile], steps: Steps, *, is_own: bool = False
) -> Measured:
    """Measure pages in a child process; once more, all by PDFium, if two ways of measuring a page did not agree.

    The child may be a fork where docgen has just made the files (`is_own`).
    """
    progress = steps.of_part()
    if _has_additions():
        return _measured(pdfs, form, print, files, progress, is_alike=False)
    measure = page_measures.within(file=files[0].name, progress=progress, is_own=is_own)
    settings, lengths = pickle.dumps((form, print, list(files))), list(map(len, pdfs))
    content = pdfs[0] if len(pdfs) == 1 else b"".join(pdfs)
    table, pages = measure(content, lengths, settings, True)
    if table is None:
        table, pages = measure(content, lengths, settings, False)
    return list(map(_finding, table or ())), array("I", pages)


@operation(seconds=60, megabytes=3072, loads=("pypdfium2", "numpy"))
def page_measures(pdfs: bytes, lengths: list[int], settings: bytes, is_alike: bool) -> tuple[list[list[Any]] | None, bytes]:
    """Return the parts of every distinct finding, and for each page how many it has and their numbers, in 32 bits each.

    `pdfs` are the files, one after the other. `settings` is what `_measured_apart` pickles. The limit of time is that of one
    page. With `is_alike`, pages that are alike are not all measured by PDFium; None if it does not agree where it measures one.
    """
    form, print, files = pickle.loads(settings)  # the parent's own, never a file's
    ends = list(accumulate(lengths))
    parted = [pdfs] if len(lengths) == 1 else [pdfs[end - length : end] for end, length in zip(ends, lengths, strict=True)]
    try:
        table, pages = _measured(parted, form, print, files, report_step, is_alike=is_alike)
    except MeasuredTwice:
        return None, b""
    return [[getattr(each, part.name) for part in PARTS] + [each.verdict.value] for each in table], pages.tobytes()


#: The parts of a finding that are plain values.
PARTS = [part for part in fields(Finding) if part.name != "verdict"]


def _finding(parts: list[Any]) -> Finding:
    *plain, verdict = parts
    named = dict(zip((part.name for part in PARTS), plain, strict=True))
    return Finding(**named, verdict=Verdict(verdict))


def _add(
    found: Sequence[FindingList], counts: Sequence[int], table: Sequence[Finding], pages: array[int], *, has_file: bool = False
) -> None:
    """Add pages to the findings of each file, of which each has so many at most; then those on the file where it has any."""
    at = 0
    for findings, count in zip(found, counts, strict=True):
        for number in range(count + has_file):
            if at == len(pages):
                return
            end = at + 1 + pages[at]
            add = findings.add_page if number < count else findings.add_file
            add([table[number] for number in pages[at + 1 : end]])
            at = end


def _measured(
    pdfs: Sequence[bytes],
    form: Form,
    print: Print,
    files: Sequence[MeasuredFile],
    progress: Progress,
    *,
    is_alike: bool,
) -> Measured:
    """Measure pages of files in this process; return the distinct findings, and for each page their number and numbers."""
    pages, sides = array("I"), Sides(form, print)
    done, total = 0, sum(len(file.wanted) for file in files)
    with PDFIUM, ExitStack() as stack:  # all stay loaded: their pages are compared with those of others
        for pdf, file in zip(pdfs, files, strict=True):
            measured = _measured_file(pdf, file, form, sides, print, stack, is_alike=is_alike and total > 1)
            for number, found in enumerate(measured):
                pages.append(len(found))
                pages.extend(found)
                if number < len(file.wanted):
                    done += 1
                    progress(done, total)
    return sides.table.findings, pages


def _measured_file(
    pdf: bytes, file: MeasuredFile, form: Form, known: Sides, print: Print, stack: ExitStack, *, is_alike: bool
) -> Iterator[list[int]]:
    """Yield the numbers of the findings on each page of a file that is wanted, then those on a file that had no facts."""
    import pypdfium2

    name, given, wanted = file
    source = _source(pdf, stack, len(wanted)) if is_alike or given is None else None
    facts = given or _facts(source, pdf, name, {*range(len(form.sides)), *wanted})
    with pdfium_errors(name):
        document = stack.enter_context(pypdfium2.PdfDocument(pdf))
        _refuse_uncounted(len(document), len(facts.pages), name)
        sides, is_new = known.of(facts, source if is_alike else None, document.get_page)
        measurer = PageMeasurer(document, facts, name, print, sides, known.table)
        for index in range(len(sides) if is_new else 0):
            if index < wanted[0]:
                measurer.findings(index)
        for index in wanted:
            yield measurer.findings(index)
    if given is None:
        yield list(map(known.table.number, checks.file_findings(form, facts, print)))


def _facts(source: SourceFile | None, pdf: bytes, name: str, pages: set[int]) -> FileFacts:
    """Return the facts of a file and of some of its pages, from 0.

    They are read as its objects are written, else, where they are not as docgen writes them, by pypdf.
    """
    with suppress(DocgenError, ValueError, LookupError, StopIteration, OSError, zlib.error):
        if source:
            return facts_of_source(source, sorted(page for page in pages if page < source.count))
    return read_facts(pdf, name)


def _source(pdf: bytes, stack: ExitStack, wanted: int) -> SourceFile | None:
    """Return the file for reading its objects; None if it cannot be read so, and is measured by PDFium alone.

    So is a file with optional content (ISO 32000-1, 8.11): which of it is shown stands in none of the objects that are drawn.
    Where few pages are `wanted`, these are found one by one.
    """
    from docgen.pdf.source import source_of

    try:
        source = stack.enter_context(source_of(pdf))
        for _page in source.walk() if wanted * SPARSE > source.count else ():
            pass
        has_layers = b"/OCProperties" in source.catalogue
    except (DocgenError, ValueError, LookupError, StopIteration, OSError, zlib.error):
        return None
    return None if has_layers else source


def _refuse_uncounted(count: int, other: int, file: str) -> None:
    """Raise DataError for a file without pages, or if PDFium and pypdf count differently: some pages would not be measured."""
    if not count == other > 0:
        message = _("its pages cannot be counted: {count} by one reading, {other} by another", count=count, other=other)
        raise DataError.because("pdf-damaged", message, _("Make the file anew."), file=file)
