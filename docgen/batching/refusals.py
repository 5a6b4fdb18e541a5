"""Rows that the register refuses: their numbers are taken, or stand twice in the table, or they have one from another job."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from docgen.batching.checking import Raw
from docgen.errors import DataError, Problem


@dataclass(slots=True)
class Refusals:
    """What the register refuses of a batch: all of it, or with `skip_bad` these rows, which are left out with their problems."""

    skip_bad: bool = False
    problems: list[Problem] = field(default_factory=list)

    def without(self, rows: Iterable[tuple[int, Raw]], error: DataError) -> list[tuple[int, Raw]]:
        """Return the rows that an error does not tell of; the error itself where they must not be passed over."""
        refused = {problem.where.row for problem in error.problems}
        if not self.skip_bad or None in refused:
            raise error
        self.problems += error.problems
        return [(row, raw) for row, raw in rows if row not in refused]
