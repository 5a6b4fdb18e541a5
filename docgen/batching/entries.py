"""Rows → entries that can be painted, or every problem that they have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from docgen.artwork import ArtworkFolders
from docgen.compose import compose
from docgen.compose.page import PRINT_LAYERS, Layer, Page, PictureItem
from docgen.errors import DataError, Problem
from docgen.form import Form
from docgen.inputs.sources import NumberedRow, Raw
from docgen.messages import _
from docgen.paint.press.program import DisplayProgram, FilledPage
from docgen.prints import Print
from docgen.record import Record, read_record

#: Called after each record or volume with what is being done, and for how many records it was done.
Progress = Callable[[str, int], None]


def no_progress(_step: str, _count: int) -> None:
    """Show nothing."""


@dataclass(slots=True)
class Entry:
    """A record of a batch with the pages that it makes, and the row of the table that it came from.

    `unprinted` is what the register keeps beyond the record; `has_own_number` is False where the register gave the number.
    `remarks` are on what looks wrong with its person. `filled` is its page by a display program, and then there are no `pages`.
    """

    row: int
    record: Record
    pages: list[Page]
    unprinted: Mapping[str, object] = field(default_factory=dict)
    has_own_number: bool = True
    remarks: Sequence[Problem] = ()
    filled: FilledPage | None = None

    @property
    def notes(self) -> list[Problem]:
        """What was mended in the record, and the remarks on its person, with their row."""
        return [note.at(row=self.row) for note in (*self.remarks, *self.record.notes)]


def read_entries(
    form: Form,
    rows: Iterable[NumberedRow],
    problems: list[Problem],
    notes: list[Problem],
    artwork: ArtworkFolders,
    print: Print = Print.FULL,
    progress: Progress = no_progress,
) -> Iterator[Entry]:
    """Yield each row that can be printed, composed; add the problems of the others to `problems`, with their row.

    What was mended in a row is added to `notes`, whether it can be printed or not.
    """
    records = _("records")
    for row, raw in rows:
        try:
            entry = compose_row(form, row, raw, artwork, print)
        except DataError as error:
            problems += [problem.at(row=row) for problem in error.problems]
            notes += [note.at(row=row) for note in error.notes]
        else:
            notes += [note.at(row=row) for note in entry.record.notes]
            yield entry
        progress(records, 1)


def compose_row(
    form: Form,
    row: int,
    raw: Raw,
    artwork: ArtworkFolders,
    print: Print = Print.FULL,
    program: DisplayProgram | None = None,
) -> Entry:
    """Return a row read and composed, or filled into the slots of a display `program` of the form where it fits.

    Raise DataError with every problem of it, and what was mended in it.
    """
    record = read_record(form, raw)
    filled = program.fill(record.values) if program else None
    try:
        pages = compose(form, record, PRINT_LAYERS[print]) if form.is_fixed and filled is None else []
        if form.prints_pictures:
            _load_pictures([filled.slotted.page] if filled else pages, artwork)
    except DataError as error:
        raise DataError([at_picture(problem, record) for problem in error.problems], record.notes) from None
    if program and filled is None:
        program.learn(record.values, pages[0])
    return Entry(row, record, pages, filled=filled)


def at_picture(problem: Problem, record: Record) -> Problem:
    """Return a problem of artwork with the field of the record that names the file, where it is the record's own picture."""
    file = Path(problem.where.file).name
    return next((problem.at(key=name) for name, value in record.values.items() if file and value == file), problem)


def _load_pictures(pages: list[Page], artwork: ArtworkFolders) -> None:
    """Raise DataError for a picture of the record that is missing or unfit for print."""
    for page in pages:
        for item in page.items:
            if type(item) is PictureItem and item.layer is Layer.DATA:
                artwork.load(item.artwork, item.box.height)
