"""Notes as a clerk can read them: what many rows have alike is said once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from docgen.errors import Problem
from docgen.messages import _, n_

#: So many rows with the same note have a line each; of more, the first one names the others.
LINES_ALIKE = 3
#: How many of the others it names; `--json` has all.
ROWS_NAMED = 12
#: So many notes of one kind, each in words of its own, are shown.
MOST_ALIKE = 20


def shortened(notes: Sequence[Problem]) -> Iterator[Problem]:
    """Yield notes; of those on many rows that are of one kind the first, and how many more there are."""
    alike: Counter[str] = Counter()
    for note in _folded(notes):
        alike[note.code] += note.where.row is not None
        if alike[note.code] <= MOST_ALIKE:
            yield note
    for code, count in alike.items():
        if count > MOST_ALIKE:
            more = n_("and {count} more remark of this kind", "and {count} more remarks of this kind", count - MOST_ALIKE)
            yield Problem(code, more, _("--json prints all of them."))


def _folded(notes: Sequence[Problem]) -> Iterator[Problem]:
    """Yield notes; of one that many rows have at the same field, the first with the numbers of the other rows."""
    alike: dict[tuple[object, ...], _Alike] = {}
    for place, note in enumerate(notes):
        if note.where.row is not None:
            alike.setdefault(_but_for_row(note), _Alike(place)).add(note.where.row)
    for place, note in enumerate(notes):
        group = alike.get(_but_for_row(note))
        if note.where.row is None or group is None or group.count <= LINES_ALIKE:
            yield note
        elif place == group.first:
            yield replace(note, message=_with_rows(note.message, group.count - 1, group.rows[1:]))


@dataclass(slots=True)
class _Alike:
    """Notes that are alike: the place of the first of them, how many there are, and the rows of those that may be named."""

    first: int
    count: int = 0
    rows: list[int] = field(default_factory=list)

    def add(self, row: int) -> None:
        self.count += 1
        if len(self.rows) <= ROWS_NAMED:
            self.rows.append(row)


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
