"""Measures the pages of a file in child processes, each a part of them.

A part begins with the first page of the file, whatever it measures: what that page shows of fonts and artwork holds for all. So
the findings are the same, whichever pages are measured by which process.
"""

from __future__ import annotations

import os
import pickle
from array import array
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import fields
from itertools import pairwise
from threading import Lock
from typing import Any

from docgen.confined import operation, report_step
from docgen.confined.raster import PDFIUM, pdfium_errors
from docgen.errors import DataError, DocgenError
from docgen.fields import KINDS
from docgen.form import Form
from docgen.messages import _, language, spoken
from docgen.preflighting import checks
from docgen.preflighting.facts import FileFacts
from docgen.preflighting.finding_list import FindingList
from docgen.preflighting.findings import Finding, Verdict
from docgen.preflighting.pages import MeasuredTwice, PageMeasurer
from docgen.prints import Print

#: A part has at least so many pages, since each process measures the first page of the file besides.
PART = 200
Progress = Callable[[int, int], None]
#: The distinct findings of some pages, and for each page how many it has and their numbers.
Measured = tuple[list[Finding], "array[int]"]


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
    if _has_additions():
        table, pages = _measured(pdf, form, facts, file, print, wanted, progress, is_alike=False)
        _add(found, table, pages)
        return found
    settings, count = pickle.dumps((form, facts, print, wanted)), len(wanted)
    parts = _parts(count, workers or _cores())
    steps = Steps(count, progress)

    def measure(part: range) -> Measured:
        return _measured_apart(pdf, settings, file, part, steps)

    for table, pages in _each(measure, parts, steps):
        _add(found, table, pages)
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


def _measured_apart(pdf: bytes, settings: bytes, file: str, part: range, steps: Steps) -> Measured:
    """Measure a part in a child process; once more, all by PDFium, if two ways of measuring a page did not agree."""
    measure = page_measures.within(file=file, progress=steps.of_part())
    table, pages = measure(pdf, settings, file, part.start, part.stop, True)
    if table is None:
        table, pages = measure(pdf, settings, file, part.start, part.stop, False)
    return list(map(_finding, table or ())), array("I", pages)


@operation(seconds=60, megabytes=3072, loads=("pypdfium2", "PIL.Image"))
def page_measures(
    pdf: bytes, settings: bytes, file: str, first: int, end: int, is_alike: bool
) -> tuple[list[list[Any]] | None, bytes]:
    """Return the parts of every distinct finding, and for each page how many it has and their numbers, in 32 bits each.

    `settings` is what `measured_pages` pickles. The limit of time is that of one page. With `is_alike`, pages that are alike are
    not all measured by PDFium; None if it does not agree where it measures one.
    """
    form, facts, print, wanted = pickle.loads(settings)  # the parent's own, never a file's
    try:
        table, pages = _measured(pdf, form, facts, file, print, wanted[first:end], report_step, is_alike=is_alike)
    except MeasuredTwice:
        return None, b""
    return [[getattr(each, part.name) for part in PARTS] + [each.verdict.value] for each in table], pages.tobytes()


#: The parts of a finding that are plain values.
PARTS = [part for part in fields(Finding) if part.name != "verdict"]


def _finding(parts: list[Any]) -> Finding:
    *plain, verdict = parts
    named = dict(zip((part.name for part in PARTS), plain, strict=True))
    return Finding(**named, verdict=Verdict(verdict))


def _add(found: FindingList, table: Sequence[Finding], pages: array[int]) -> None:
    """Add pages to the findings of a file."""
    at = 0
    while at < len(pages):
        end = at + 1 + pages[at]
        found.add_page([table[number] for number in pages[at + 1 : end]])
        at = end


def _measured(
    pdf: bytes, form: Form, facts: FileFacts, file: str, print: Print, part: Sequence[int], progress: Progress, *, is_alike: bool
) -> Measured:
    """Measure a part of the pages in this process; return the distinct findings, and for each page their number and numbers."""
    import pypdfium2

    pages = array("I")
    with PDFIUM, pdfium_errors(file), pypdfium2.PdfDocument(pdf) as document, ExitStack() as stack:
        _refuse_uncounted(len(document), len(facts.pages), file)
        source = _source(pdf, stack) if is_alike and len(part) > 1 else None
        measurer = PageMeasurer(document, form, facts, file, print, source)
        for index in range(measurer.sides):
            if index < part[0]:
                measurer.findings(index)
        for done, index in enumerate(part, 1):
            found = measurer.findings(index)
            pages.append(len(found))
            pages.extend(found)
            progress(done, len(part))
    return measurer.table.findings, pages


def _source(pdf: bytes, stack: ExitStack) -> Any:
    """Return the file for reading its objects; None if it cannot be read so, and is measured by PDFium alone."""
    from docgen.pdf.source import source_of

    try:
        source = stack.enter_context(source_of(pdf))
        for _page in source.walk():
            pass
    except (DocgenError, ValueError, LookupError, StopIteration, OSError):
        return None
    return source


def _refuse_uncounted(count: int, other: int, file: str) -> None:
    """Raise DataError for a file without pages, or if PDFium and pypdf count differently: some pages would not be measured."""
    if not count == other > 0:
        message = _("its pages cannot be counted: {count} by one reading, {other} by another", count=count, other=other)
        raise DataError.because("pdf-damaged", message, _("Make the file anew."), file=file)
