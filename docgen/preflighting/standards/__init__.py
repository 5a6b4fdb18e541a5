"""Preflight against standards: a finished PDF held against tables of rules, each with its clause.

The file is read within bounds by our own reader, never trusted; only the look at its bleed renders it, in a child process.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from docgen.errors import DataError, UsageError, nearest_hint, visible
from docgen.messages import _
from docgen.pdf import pypdf_errors
from docgen.pdf.source import source_file
from docgen.preflighting.standards.opened import InspectedFile
from docgen.preflighting.standards.report import RuleFinding, StandardReport, report_on, unread_report
from docgen.preflighting.standards.rules import StandardRule, StandardRules
from docgen.preflighting.standards.table import STANDARDS
from docgen.preflighting.standards.validator import validate
from docgen.preflighting.standards.walk import Walk

__all__ = ["STANDARDS", "RuleFinding", "StandardReport", "StandardRule", "StandardRules", "check_rules", "check_standards"]


def check_standards(
    pdf: bytes | Path | str,
    standards: Sequence[str],
    file: str = "",
    progress: Callable[[int, int], None] = lambda _done, _pages: None,
) -> list[StandardReport]:
    """Hold a PDF, its bytes or its path, against standards by their names; return a report on each, in their order.

    The file is gone through once, whatever the number of standards. `file` is what reports and errors call it. `progress` is
    called after each page with the number of pages done and of all.

    Where `DOCGEN_VERAPDF` names a command for veraPDF, its verdict comes with ours.

    Raise UsageError for an unknown standard, DataError for a file that is no PDF, or damaged, MachineError where veraPDF fails.
    """
    with _on_disk(pdf) as path:
        reports = check_rules(path, standards, file or ("" if isinstance(pdf, bytes) else str(pdf)), progress)
        return [replace(report, validation=validate(path, STANDARDS[report.standard].flavour)) for report in reports]


def check_rules(
    pdf: bytes | Path | str,
    standards: Sequence[str],
    file: str,
    progress: Callable[[int, int], None] = lambda _done, _pages: None,
) -> list[StandardReport]:
    """Hold a PDF against standards by our own rules alone; parameters, reports and errors as of `check_standards`."""
    chosen = [_standard(name) for name in dict.fromkeys(standards)]
    rules = {rule.code: rule for standard in chosen for rule in standard.rules}
    try:
        with _on_disk(pdf) as path, source_file(path, file) as source:
            walk = Walk(InspectedFile(source), rules.values(), progress)
            with pypdf_errors(file):
                walk.go()
    except DataError as error:
        if [each.code for each in error.problems] == ["pdf-protected"]:
            return [unread_report(standard, file) for standard in chosen]
        raise
    return [report_on(standard, walk.breaches, file, len(walk.pages)) for standard in chosen]


@contextmanager
def _on_disk(pdf: bytes | Path | str) -> Iterator[Path]:
    """Yield the path of a PDF, of bytes that of a file that is gone afterwards."""
    if not isinstance(pdf, bytes):
        yield Path(pdf)
        return
    with tempfile.NamedTemporaryFile(suffix=".pdf") as copy:
        copy.write(pdf)
        copy.flush()
        yield Path(copy.name)


def _standard(name: str) -> StandardRules:
    if name not in STANDARDS:
        message = _("“{value}” is not offered", value=visible(str(name)[:60]))
        raise UsageError.because("standard-unknown", message, nearest_hint(str(name), list(STANDARDS)))
    return STANDARDS[name]
