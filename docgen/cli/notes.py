"""Notes as a clerk can read them: what many rows have alike is said once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from docgen.errors import Problem
from docgen.memory import FirstPlaces
from docgen.messages import _, n_

#: So many rows with the same note have a line each; of more, the first one names the others.
LINES_ALIKE = 3
#: How many of the others it names; `--json` has all.
ROWS_NAMED = 12
#: So many notes of one kind, each in words of its own, are shown.
MOST_ALIKE = 20


def shortened(notes: Sequence[Problem]) -> Iterator[Problem]:
    """Yield notes; of those on many rows that are of one kind the first, and how many more there are.

    There may be a million, each in words of its own: what is shown is all that is held of them.
    """
    groups, kinds = _Groups(notes), Counter[str]()
    found: list[Problem | _Alike] = []
    folded: dict[int, _Alike] = {}
    for place, note in enumerate(notes):
        row, first = note.where.row, groups.first(place, note)
        if row is not None and first != place and groups.is_large(first):
            if first in folded:
                folded[first].add(row)
            continue
        kinds[note.code] += row is not None
        if kinds[note.code] <= MOST_ALIKE:
            found.append(folded.setdefault(place, _Alike(note)) if groups.is_large(place) else note)
    yield from (each.in_one if isinstance(each, _Alike) else each for each in found)
    for code, count in kinds.items():
        if count > MOST_ALIKE:
            more = n_("and {count} more remark of this kind", "and {count} more remarks of this kind", count - MOST_ALIKE)
            yield Problem(code, more, _("--json prints all of them."))


class _Groups:
    """Which notes many rows have at the same field: a group is known by the place of its first note, and few bytes a note."""

    def __init__(self, notes: Sequence[Problem]):
        self._firsts, self._counts = FirstPlaces(), bytearray(len(notes))
        for place, note in enumerate(notes):
            first = self.first(place, note)
            self._counts[first] = min(self._counts[first] + 1, LINES_ALIKE + 1)

    def first(self, place: int, note: Problem) -> int:
        """Return the place of the first note that is like this one but for its row; of a note without a row its own place."""
        return place if note.where.row is None else self._firsts.first(hash(_but_for_row(note)), place + 1) - 1

    def is_large(self, first: int) -> bool:
        """Return whether the group that begins at this place is too large for a line each."""
        return self._counts[first] > LINES_ALIKE


@dataclass(slots=True)
class _Alike:
    """A note that many rows have: the first of them, how many others there are, and the rows of those that may be named."""

    note: Problem
    others: int = 0
    rows: list[int] = field(default_factory=list)

    def add(self, row: int) -> None:
        """Add the row of another one."""
        self.others += 1
        if len(self.rows) < ROWS_NAMED:
            self.rows.append(row)

    @property
    def in_one(self) -> Problem:
        """The first note, with the numbers of the other rows."""
        return replace(self.note, message=_with_rows(self.note.message, self.others, self.rows))


def _but_for_row(note: Problem) -> tuple[object, ...]:
    where = note.where
    return note.code, note.message, note.hint, where.file, where.key, where.column, where.sheet, where.label


def _with_rows(message: str, count: int, rows: Sequence[int]) -> str:
    named = ", ".join(map(str, rows)) + (", …" if count > ROWS_NAMED else "")
    return n_(
        "{message} (and in {count} more row: {rows})",
        "{message} (and in {count} more rows: {rows})",
        count,
        message=message,
        rows=named,
    )
