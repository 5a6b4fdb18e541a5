"""The parts of a job whose rows name their forms: what is wrong with all of them, before one is printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from docgen.checking import CheckReport
from docgen.errors import DataError

if TYPE_CHECKING:
    from docgen.jobs.job import Job


def refuse_bad(parts: Iterable[Job]) -> None:
    """Raise DataError with every problem of the rows that the parts of a job ask for, unless it prints the good ones."""
    problems = []
    for part in parts:
        if not part.skip_bad:
            found = part.examine().problems
            problems += [each for each in found if not part.only or part.selection.asks_for(each.where.row or 0)]
    if problems:
        raise DataError(sorted(problems, key=lambda problem: problem.where.row or 0))


def joined(reports: Sequence[CheckReport]) -> CheckReport:
    """Return what was found of the parts of a job as one, in the order of the table; each note once."""
    if len(reports) == 1:
        return reports[0]
    notes = list(dict.fromkeys(note for report in reports for note in report.notes))
    problems = sorted((each for report in reports for each in report.problems), key=lambda problem: problem.where.row or 0)
    return CheckReport(sum(each.records for each in reports), problems, notes, sum(each.left_out for each in reports))
