"""A batch whose documents are given back one by one, without a folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.batching.conflicts import Refusals, doubled_numbers, number_in_full
from docgen.batching.entries import Entry, Progress, no_progress
from docgen.batching.selection import EVERYTHING, Selection
from docgen.batching.settings import Order, Settings, ordered
from docgen.batching.volumes import PAINTER_FAILED, painter_failed, read_entry
from docgen.errors import DataError, DocgenError, Problem
from docgen.form import Form
from docgen.inputs import GivenRows, NumberedRow
from docgen.messages import _
from docgen.paint.press import PressOptions
from docgen.prints import Print
from docgen.purposes import Purpose
from docgen.record import Record
from docgen.rendering import FORMATS, RenderedDocument, Rendering, check_print, settled

if TYPE_CHECKING:
    from docgen.codes import Signer
    from docgen.register import Register
    from docgen.signatures import PdfSigner


def render_each(
    form: Form | str,
    rows: GivenRows,
    to: str = "pdf",
    print: Print | str = Print.FULL,
    *,
    only: Selection | str = EVERYTHING,
    skip_bad: bool = False,
    allow_doubles: bool = False,
    register: Register | Path | str | None = None,
    job: str = "",
    forms: Path | str | None = None,
    artwork: Path | str | None = None,
    pictures: Path | str | None = None,
    fonts: Path | str | None = None,
    time: datetime | None = None,
    on: date | None = None,
    purpose: Purpose | str | None = None,
    press: PressOptions | None = None,
    back: bool = False,
    signer: Signer | None = None,
    pdf_signer: PdfSigner | None = None,
    attach_record: bool = False,
    alternatives: Mapping[str, str] | None = None,
    progress: Progress = no_progress,
) -> RenderedDocuments:
    """Return an iterator over the document of every row, each painted when it is asked for.

    Parameters are those of `batch` and `render`, and each document is the file that `batch` makes with `each`. All rows are read
    and composed first: with any problem DataError lists them all, before there is a document; with `skip_bad` the good records
    are rendered, and the others are in `problems` of what is returned. A `register` gives its numbers before the first document,
    in one transaction, and notes each as printed when it is given back; the same job again gives the same numbers. Raise errors
    as `batch` does.
    """
    settings = Settings(
        print=print, to=to, only=only, skip_bad=skip_bad, allow_doubles=allow_doubles, register=register, job=job,
        forms=forms, artwork=artwork, pictures=pictures, fonts=fonts, time=time, on=on,
        purpose=purpose, press=press, back=back, signer=signer, pdf_signer=pdf_signer, attach_record=attach_record,
        alternatives=alternatives or {},
    )  # fmt: skip
    (press or PressOptions()).refuse_fields()
    with ordered(form, rows, settings, formats=FORMATS) as order:
        check_print(order.job.form, to, order.job.print)
        return RenderedDocuments(order, settings, progress)


class RenderedDocuments(Iterator[RenderedDocument]):
    """The documents of a batch, made by `render_each`; `len` is how many there are.

    `problems` are those of the rows that were left out, and grow by a record that cannot be painted; `notes` is what was mended
    or left out. Both have their places.
    """

    def __init__(self, order: Order, settings: Settings, progress: Progress):
        self._job, self._source, self._settings, self._progress = order.job, order.source, settings, progress
        self._rows: list[tuple[NumberedRow, str | None]] = []
        problems, notes = self._read(order)
        if (problems and not order.job.skip_bad) or not self._rows:
            raise DataError(problems or [Problem("table-empty", _("there is no record to print"))])
        self.problems = order.source.placed(sorted(problems, key=lambda problem: problem.where.row or 0))
        self.notes = [*order.source.placed([*order.source.left_out, *notes]), *order.book_notes(settings.register)]
        self.notes += order.job.pdf_signer.remarks if order.job.pdf_signer else ()
        self._count = len(self._rows)
        self._documents = self._paint_all()

    def __len__(self) -> int:
        return self._count

    def __next__(self) -> RenderedDocument:
        return next(self._documents)

    def _read(self, order: Order) -> tuple[list[Problem], list[Problem]]:
        """Read and compose all rows, and have them numbered; return the problems and notes that they have."""
        job, refusals = order.job, Refusals(order.job.skip_bad)
        chosen: Iterable[NumberedRow] = order.only.of(order.source) if order.only.text else order.source
        numbers: Mapping[int, str | None] = {}
        if order.numbered:
            chosen, numbers = order.numbered.chosen(job.form, order.source, order.only, refusals)
        problems, notes = list(order.bad), list[Problem]()
        entries: dict[int, Entry] = {}
        rows: list[NumberedRow] = []
        for row, raw in order.people.single(chosen):
            try:
                entry = read_entry(job, row, raw, numbers.get(row))
            except DataError as error:
                problems += [problem.at(row=row) for problem in error.problems]
                continue
            finally:
                self._progress(_("records"), 1)
            notes += entry.notes
            entry.pages = []  # composed again when it is painted: those of all rows would fill the memory
            entries[row] = entry
            rows.append((row, raw))
        problems += order.people.problems
        if order.numbered and (job.skip_bad or not problems):
            rows, numbers = order.numbered.issue_entries(job.form, rows, entries, refusals)
        elif not order.numbered:
            notes = [*doubled_numbers(_number(job.form, row, entry.record) for row, entry in entries.items()), *notes]
        self._rows = [(pair, numbers.get(pair[0])) for pair in rows]
        found = order.numbered.notes if order.numbered else []
        return [*problems, *refusals.problems], [*order.people.notes, *found, *notes]

    def _paint_all(self) -> Iterator[RenderedDocument]:
        for (row, raw), number in self._rows:
            try:
                with settled(self._settings.fonts, self._settings.time):
                    job = self._job
                    record = read_entry(job, row, raw, number).record
                    finish = job.single_finish
                    document = Rendering(
                        job.form, record, job.print, job.artwork, to=job.to, finish=finish, pdf_signer=job.pdf_signer
                    ).document(row)
            except DataError as error:
                self._leave_out([problem.at(row=row) for problem in error.problems])
            except (DocgenError, OSError, MemoryError):
                raise
            except Exception as error:  # it must not cost the others their print
                self._leave_out([painter_failed(row, f"{type(error).__name__}: {error}"[:200])])
            else:
                self._note_printed(document)
                yield document

    def _leave_out(self, problems: list[Problem]) -> None:
        placed = self._source.placed(problems)
        if not self._job.skip_bad and placed[0].code != PAINTER_FAILED:
            raise DataError(placed)
        self.problems += placed

    def _note_printed(self, document: RenderedDocument) -> None:
        if self._settings.register is None:
            return
        from docgen.register import opened_register

        with opened_register(self._settings.register) as register:
            digest = hashlib.sha256(document.content).hexdigest()
            register.printed(self._job.form, self._job.book, {str(document.row): digest})


def _number(form: Form, row: int, record: Record) -> tuple[int, object, str | None]:
    return row, record.values.get("number"), number_in_full(form, record)
