"""Files of which some pages are measured: what kinds of pages they have, and the measuring of those that are chosen.

What is the same in several of them is measured once.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from docgen.errors import DocgenError
from docgen.files import read_bytes
from docgen.form import Form, given_form, without_code
from docgen.pdf.source import source_of
from docgen.preflighting.checks import file_findings
from docgen.preflighting.facts import read_facts
from docgen.preflighting.measuring import MeasuredFile, measured_files
from docgen.preflighting.report import Report
from docgen.preflighting.source_facts import facts_of_source
from docgen.prints import Print

#: The largest file that is measured, and how many bytes of several are in memory at once.
SIZE_LIMIT, TOGETHER = 4 << 30, 32 << 20
#: A file to be measured, and those of its pages that are, from 1 in their order.
Sampled = tuple[Path, Sequence[int]]


def page_kinds(paths: Iterable[Path]) -> Iterator[tuple[int, dict[str, int]]]:
    """Read files one by one; yield how many pages each has, and the first of each kind, from 1.

    Raise DataError for a damaged file. A kind are pages of one master with as many texts; pages that are not understood are one kind.
    """
    from docgen.pdf.source import source_file
    from docgen.preflighting.alike.content import DrawnPages
    from docgen.preflighting.alike.same_objects import SameObjects

    same, numbers = SameObjects(), dict[object, int]()
    for path in paths:
        with source_file(path) as source:
            pages, first = DrawnPages(source, same), dict[str, int]()
            for index, _page in enumerate(source.walk()):
                kind = pages.kind(index)
                first.setdefault("" if kind is None else str(numbers.setdefault(kind, len(numbers))), index + 1)
        yield source.count, first


def preflight_sample(
    form: Form | str,
    files: Sequence[Sampled],
    print: Print | str = Print.FULL,
    progress: Callable[[int, int], None] = lambda _done, _pages: None,
) -> list[Report]:
    """Measure some pages of each of several files that docgen has just made, as `preflight` does.

    What is the same object in several of them, such as a font or artwork, is measured in the first of them. `progress` is called
    after each page, with its number and that of all pages of a group of files. Raise DataError for a damaged file.
    """
    form, print = without_code(given_form(form)), Print(print)
    reports: list[Report] = []
    for group in _groups(files):
        pdfs = [read_bytes(path, SIZE_LIMIT) for path, _pages in group]
        wanted = [_wanted(pdf, path, pages, form) for pdf, (path, pages) in zip(pdfs, group, strict=True)]
        for file, findings in zip(wanted, measured_files(pdfs, form, print, wanted, progress), strict=True):
            findings.add_file(file_findings(form, file.facts, print))
            reports.append(Report(file.name, form.id, print, len(file.wanted), findings))
    return reports


def _wanted(pdf: bytes, path: Path, pages: Sequence[int], form: Form) -> MeasuredFile:
    """Return what is to be measured of a file, with its facts.

    They are read as its objects are written, else, where they are not as docgen writes them, by pypdf.
    """
    wanted = array("I", [page - 1 for page in pages])
    try:
        with source_of(pdf) as source:
            first = range(min(source.count, len(form.sides)))
            facts = facts_of_source(source, sorted({*first, *wanted}))
    except (DocgenError, ValueError, LookupError, StopIteration, OSError, zlib.error):
        facts = read_facts(pdf, path.name)
    return MeasuredFile(path.name, facts, wanted)


def _groups(files: Sequence[Sampled]) -> Iterator[list[Sampled]]:
    """Yield the files that are held in memory and measured together."""
    group: list[Sampled] = []
    size = 0
    for path, pages in files:
        own = path.stat().st_size
        if group and size + own > TOGETHER:
            yield group
            group, size = [], 0
        group.append((path, pages))
        size += own
    if group:
        yield group
