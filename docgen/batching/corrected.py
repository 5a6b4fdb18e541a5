"""Rows that are older than the book: their document was corrected in the register since they were issued.

What the book says is printed then, and the row is reported with each value that is another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from docgen.batching.entries import Entry
from docgen.errors import Problem, Where
from docgen.messages import _

if TYPE_CHECKING:
    from docgen.batching.job import BatchJob
    from docgen.inputs.sources import NumberedRow, Raw


def later_version(job: BatchJob, entry: Entry) -> Raw | None:
    """Return what the book says of a row that is older than it, None for every other row."""
    if (corrected := job.corrected.get(entry.row)) is None:
        return None
    from docgen.register import stored_request

    request = stored_request(job.form.numbering, str(entry.row), entry.record.values, entry.unprinted)
    return {**corrected.record, **corrected.unprinted} if corrected.is_older(request) else None


def with_notes(entry: Entry, older: Entry) -> Entry:
    """Return an entry as the book has it, with a note on each value that is another in the row of the table."""
    notes = [_note(name, was, now) for name, was, now in _differences(entry, older)]
    return replace(entry, record=replace(entry.record, notes=(*entry.record.notes, *notes)))


def _differences(entry: Entry, older: Entry) -> Iterator[tuple[str, object, object]]:
    for was, now in ((older.record.values, entry.record.values), (older.unprinted, entry.unprinted)):
        for name in was:
            if was[name] != now.get(name):
                yield name, was[name], now.get(name)


def _note(name: str, was: object, now: object) -> Problem:
    message = _("the register was corrected since: it says “{value}”, and that is printed", value="–" if now is None else now)
    return Problem("row-older", message, _("Correct the table too."), Where(key=name), "" if was is None else str(was))


def corrections_among(job: BatchJob, rows: Sequence[NumberedRow]) -> str:
    """Return what the corrections of some rows are known by, empty for none: a volume made before them is made again."""
    if not job.corrected:
        return ""
    found = [(row, job.corrected[row].versions[-1].sha256) for row, _raw in rows if row in job.corrected]
    return hashlib.sha256(repr(found).encode()).hexdigest() if found else ""
