"""Numbers that two records claim: what the register refuses of a batch, and doubled numbers where there is no register."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from docgen.batching.lines import in_full_in, read_line
from docgen.errors import DataError, Problem, Where
from docgen.form import Form
from docgen.inputs.sources import NumberedRow
from docgen.memory import FirstPlaces
from docgen.messages import _
from docgen.record import Record


def number_in_full(form: Form, record: Record) -> str | None:
    """Return a record's number with what it is unique in, its organization and year; 417 is 00417. None without a number."""
    number, numbering = str(record.values.get("number") or ""), form.numbering
    issued, organization = record.values.get(numbering.issued), record.values.get(numbering.organization)
    numbered = _series(form, issued, str(organization)) if number else None
    if numbered is None:
        return None
    year, scope = numbered
    place = numbering.number.seq(number, year) if year else None
    return f"{place or number}".casefold() + scope


@lru_cache(maxsize=4096)
def _series(form: Form, issued: object, organization: str) -> tuple[int, str] | None:
    """Return the year in which a number is unique, 0 for none, and what it is unique in; None for a form that is not numbered."""
    if form.lacks_for_numbers:
        return None
    year = str(issued or "")[:4]
    return int(year) if year.isdecimal() else 0, f"/{year}/{organization}".casefold()


def doubled_numbers(numbered: Iterable[tuple[int, object, str | None]]) -> Iterator[Problem]:
    """Yield a note for each row whose number an earlier one has; rows come with their number, plain and in full."""
    first: dict[str, int] = {}
    for row, number, in_full in numbered:
        earlier = row if in_full is None else first.setdefault(in_full, row)
        if earlier != row:
            message = _("row {row} has the number {number} too", number=number, row=earlier)
            yield Problem("number-doubled", message, _("Give each record a number of its own."), Where(row=row, key="number"))


class DoubledNumbers:
    """The numbers of a batch, counted as its lines come, while others are still printed.

    All are compared as they are written in the lines; few are parsed.
    """

    def __init__(self) -> None:
        self._met, self._count = FirstPlaces(), 0
        #: The hashes of numbers that were met more than once.
        self._doubled: set[int] = set()

    def count(self, lines: Iterable[bytes]) -> None:
        """Count the numbers of some lines."""
        for hashed in map(hash, chain.from_iterable(map(in_full_in, lines))):
            self._count += 1
            if self._met.first(hashed, self._count) != self._count:
                self._doubled.add(hashed)

    def notes(self, lines: Iterable[bytes]) -> Iterator[Problem]:
        """Yield a note as `doubled_numbers` does; `lines` are all that were counted, in the order of the table."""
        if doubled := self._doubled:
            pairs = ((line, number) for some in lines for line, number in zip(some.split(b"\n"), in_full_in(some), strict=False))
            suspects = (read_line(line) for line, number in pairs if hash(number) in doubled)
            yield from doubled_numbers((line["row"], line.get("number"), line.get("in_full")) for line in suspects)


@dataclass(slots=True)
class Refusals:
    """What the register refuses of a batch: all of it, or with `skip_bad` these rows, which are left out with their problems."""

    skip_bad: bool = False
    problems: list[Problem] = field(default_factory=list)

    def without(self, rows: Iterable[NumberedRow], error: DataError) -> list[NumberedRow]:
        """Return the rows that an error does not name; raise the error itself where they must not be passed over."""
        refused = {problem.where.row for problem in error.problems}
        if not self.skip_bad or None in refused:
            raise error
        self.problems += error.problems
        return [(row, raw) for row, raw in rows if row not in refused]
