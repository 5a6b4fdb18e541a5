"""Files of which some pages are measured: what kinds of pages they have, and the measuring of those that are chosen.

They are read once for both, and what is the same in several of them is measured once.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from docgen.errors import DocgenError
from docgen.files import read_bytes
from docgen.form import Form, given_form, without_code
from docgen.pdf.source import SourceFile, source_file
from docgen.preflighting.alike.content import DrawnPages
from docgen.preflighting.alike.same_objects import SameObjects
from docgen.preflighting.checks import file_findings
from docgen.preflighting.facts import FileFacts, read_facts
from docgen.preflighting.measuring import MeasuredFile, measured_files
from docgen.preflighting.report import Report
from docgen.preflighting.source_facts import facts_of_source
from docgen.prints import Print

#: The largest file that is measured, and how many bytes of several are in memory at once.
SIZE_LIMIT, TOGETHER = 4 << 30, 32 << 20


@dataclass(frozen=True, slots=True)
class SampledFile:
    """A file with its facts, and the kind of each page: equal for pages of one master and as many texts.

    Kinds are counted from 1 over all files that were read together; 0 is a page that is not understood.
    """

    path: Path
    facts: FileFacts
    kinds: Sequence[int]


def sampled_files(paths: Iterable[Path]) -> Iterator[SampledFile]:
    """Read files one by one. Raise DataError for a damaged one."""
    same, numbers = SameObjects(), dict[object, int]()
    for path in paths:
        with source_file(path) as source:
            facts, kinds = _facts(source, path), array("L")
            pages = DrawnPages(source, same)
            for index in range(source.count):
                kind = pages.kind(index)
                kinds.append(0 if kind is None else numbers.setdefault(kind, len(numbers) + 1))
        yield SampledFile(path, facts, kinds)


def _facts(source: SourceFile, path: Path) -> FileFacts:
    """Return the facts of a file: as its objects are written, else, where they are not as docgen writes them, by pypdf."""
    try:
        return facts_of_source(source)
    except (DocgenError, ValueError, LookupError, StopIteration, OSError, zlib.error):
        return read_facts(read_bytes(path, SIZE_LIMIT), path.name)


def preflight_sample(
    form: Form | str,
    files: Sequence[tuple[SampledFile, Sequence[int]]],
    print: Print | str = Print.FULL,
    progress: Callable[[int, int], None] = lambda _done, _pages: None,
) -> list[Report]:
    """Measure some pages of each of several files, from 1 in their order, as `preflight` does.

    What is the same object in several of them, such as a font or artwork, is measured in the first of them. `progress` is called
    after each page, with its number and that of all pages of a group of files. Raise DataError for a damaged file.
    """
    form, print = without_code(given_form(form)), Print(print)
    reports: list[Report] = []
    for group in _groups(files):
        pdfs = [read_bytes(file.path, SIZE_LIMIT) for file, _pages in group]
        wanted = [MeasuredFile(file.path.name, file.facts, array("I", [page - 1 for page in pages])) for file, pages in group]
        for file, findings in zip(wanted, measured_files(pdfs, form, print, wanted, progress), strict=True):
            findings.add_file(file_findings(form, file.facts, print))
            reports.append(Report(file.name, form.id, print, len(file.wanted), findings))
    return reports


def _groups(files: Sequence[tuple[SampledFile, Sequence[int]]]) -> Iterator[list[tuple[SampledFile, Sequence[int]]]]:
    """Yield the files that are held in memory and measured together."""
    group: list[tuple[SampledFile, Sequence[int]]] = []
    size = 0
    for file, pages in files:
        own = file.path.stat().st_size
        if group and size + own > TOGETHER:
            yield group
            group, size = [], 0
        group.append((file, pages))
        size += own
    if group:
        yield group
