"""Files of which some pages are measured: what kinds of pages they have, and the measuring of those that are chosen.

What is the same in several of them is measured once.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from docgen.files import read_bytes
from docgen.form import Form, given_form, without_code
from docgen.preflighting.measuring import MeasuredFile, measured_files
from docgen.preflighting.report import Report
from docgen.prints import Print

#: The largest file that is measured, and how many bytes of several are in memory at once.
SIZE_LIMIT, TOGETHER = 4 << 30, 32 << 20


class SampledFile(NamedTuple):
    """A file that has so many pages in `all`, and those of them that are measured, from 1 in their order."""

    path: Path
    all: int
    pages: Sequence[int]


def page_kinds(paths: Iterable[Path]) -> Iterator[tuple[int, dict[str, int]]]:
    """Read files one by one; yield how many pages each has, and the first of each kind, from 1.

    Raise DataError for a damaged file. A kind are pages of one master with as many texts; those that are not understood are one.
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
    files: Sequence[SampledFile],
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
        pdfs = [read_bytes(file.path, SIZE_LIMIT) for file in group]
        wanted = [MeasuredFile(file.path.name, None, array("I", [page - 1 for page in file.pages])) for file in group]
        counts = [file.all for file in group]
        for file, findings in zip(wanted, measured_files(pdfs, form, print, wanted, counts, progress), strict=True):
            reports.append(Report(file.name, form.id, print, len(file.wanted), findings))
    return reports


def _groups(files: Sequence[SampledFile]) -> Iterator[list[SampledFile]]:
    """Yield the files that are held in memory and measured together."""
    group: list[SampledFile] = []
    size = 0
    for file in files:
        own = file.path.stat().st_size
        if group and size + own > TOGETHER:
            yield group
            group, size = [], 0
        group.append(file)
        size += own
    if group:
        yield group
