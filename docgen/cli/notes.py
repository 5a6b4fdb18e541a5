"""Notes as a clerk can read them: what many rows have alike is said once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from docgen.errors import Problem
from docgen.messages import _, n_

#: So many rows with the same note have a line each; of more, the first one names the others.
LINES_ALIKE = 3
#: How many of the others it names; `--json` has all.
ROWS_NAMED = 12
#: So many notes of one kind, each in words of its own, are shown.
MOST_ALIKE = 20


def shortened(notes: list[Problem]) -> Iterator[Problem]:
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


def _folded(notes: list[Problem]) -> Iterator[Problem]:
    """Yield notes; of one that many rows have at the same field, the first with the numbers of the other rows."""
    alike: dict[tuple[object, ...], list[Problem]] = {}
    for note in notes:
        if note.where.row is not None:
            alike.setdefault(_but_for_row(note), []).append(note)
    for note in notes:
        group = alike.get(_but_for_row(note), [])
        if note.where.row is None or len(group) <= LINES_ALIKE:
            yield note
        elif note is group[0]:
            yield replace(note, message=_with_rows(note.message, [str(each.where.row) for each in group[1:]]))


def _but_for_row(note: Problem) -> tuple[object, ...]:
    return note.code, note.message, note.hint, replace(note.where, row=None)


def _with_rows(message: str, rows: list[str]) -> str:
    named = ", ".join(rows[:ROWS_NAMED]) + (", …" if len(rows) > ROWS_NAMED else "")
    return n_(
        "{message} (and in {count} more row: {rows})",
        "{message} (and in {count} more rows: {rows})",
        len(rows),
        message=message,
        rows=named,
    )
