"""One volume of a batch: its rows are read, composed and painted in one pass. It depends on nothing but its task.

That is what lets any process make it, and lets it be made again with the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import lru_cache
from itertools import repeat
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, TypeVar

from docgen.batching.conflicts import number_in_full
from docgen.batching.corrected import later_version, with_notes
from docgen.batching.entries import Entry, Progress, at_picture, compose_row, no_progress
from docgen.batching.job import BatchJob
from docgen.batching.lines import RequestLines, as_json, line_of
from docgen.batching.printers import VOLUMES, NoPrinter, Printer
from docgen.batching.record_files import OwnFiles
from docgen.batching.stock import stock_of
from docgen.canonical import printed_digest
from docgen.compose import refuse_stock
from docgen.errors import DataError, DocgenError, Problem, Where
from docgen.fields import Field
from docgen.files import PRIVATE, disk_errors, file_digest, private, whole_file
from docgen.inputs.journal import read_unprinted
from docgen.inputs.remarks import remarks
from docgen.inputs.sources import NumberedRow, Raw
from docgen.messages import _, language, spoken
from docgen.paint.info import dating_fields, latest_of, record_label
from docgen.paint.press.program import DisplayProgram
from docgen.prints import Print
from docgen.rendering import refuse_unsignable, settled
from docgen.tables.model import RowSpan

if TYPE_CHECKING:
    from docgen.register import RequestWriter, StoredRequest

T = TypeVar("T")
#: How many rows are hashed at once.
AT_ONCE = 64
#: How many pages are composed before they are painted, and painted before their lines are written: a processor that changes its
#: work at every record forgets what it knew of each, and takes a tenth longer.
PAGES_AT_ONCE = 64
#: Return rows as a text in which any two that differ do so too, a day from how it is written.
_shape = json.JSONEncoder(ensure_ascii=False, default=repr).encode
#: The code of a problem that costs one record alone: the others are printed.
PAINTER_FAILED = "painter-failed"
#: The number of a row that cannot have one yet, so that its other problems are found too.
NO_NUMBER = "0"


@dataclass(frozen=True, slots=True)
class Task:
    """The rows of one volume, and the workspace to make it in. `job` is a pickled BatchJob, the same for every task.

    `numbers` are those that the register gives its rows, None where a row has its own; `table` is what their table is known by,
    with how it is read, empty where nothing is known; `corrections` is what those of the register are known by, empty for none;
    `left_out` are rows that stopped a painter before; `language` is that of problems, wherever the task is done.
    """

    job: bytes
    workspace: Path
    number: int
    rows: Sequence[NumberedRow]
    numbers: tuple[str | None, ...] = ()
    table: str = ""
    corrections: str = ""
    left_out: frozenset[int] = frozenset()
    language: str = field(default_factory=spoken)

    @property
    def digest(self) -> str:
        """What the rows and their numbers are known by: a volume that was made of others is not taken for this one."""
        found = hashlib.sha256(_shape((self.table, self.numbers, self.corrections)).encode())
        facts: Sequence[object] = row_numbers(self.rows) if self.table else self.rows
        for first in range(0, len(facts), AT_ONCE):  # in parts: a volume may hold the whole of a large table
            found.update(_shape(facts[first : first + AT_ONCE]).encode())
        return found.hexdigest()


def row_numbers(rows: Sequence[NumberedRow]) -> list[int]:
    """Return the number of each row, without making the rows of a table's span for it."""
    return list(rows.numbers) if isinstance(rows, RowSpan) else [row for row, _raw in rows]


@dataclass(frozen=True, slots=True)
class VolumeFile:
    """One file of a batch: its name, its SHA-256, and how many records and pages it holds.

    It has no name where the records have files of their own alone. `kinds` has the first page of each kind, by a hash of what is
    drawn but texts, where a sample is to be measured.
    """

    file: str
    sha256: str
    records: int
    pages: int
    kinds: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task of so many rows: its volume, None when nothing can be printed, and what was wrong or mended."""

    number: int
    rows: int
    digest: str
    volume: VolumeFile | None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return all of it as plain values."""
        volume = self.volume and asdict(self.volume)
        problems, notes = ([problem.as_values() for problem in each] for each in (self.problems, self.notes))
        facts = {"number": self.number, "rows": self.rows, "digest": self.digest, "volume": volume}
        return {**facts, "problems": problems, "notes": notes}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Outcome:
        """Return the outcome that `as_json` wrote; raise KeyError or TypeError for values that it did not."""
        volume = VolumeFile(**values["volume"]) if values["volume"] else None
        problems, notes = ([_problem(each) for each in values[name]] for name in ("problems", "notes"))
        return cls(values["number"], values["rows"], values["digest"], volume, tuple(problems), tuple(notes))


def _problem(values: dict[str, Any]) -> Problem:
    return Problem(**{**values, "where": Where(**values["where"])})


@lru_cache(maxsize=4)
def _job(pickled: bytes) -> BatchJob:
    """Return the job, unpickled once a process: what its form remembers from volume to volume is remembered here too."""
    job = pickle.loads(pickled)
    assert isinstance(job, BatchJob)
    return job


def volume_name(job: BatchJob, number: int) -> str:
    """Return the name of the volume of a number."""
    return f"{job.form.id}-{number:03d}.{job.to}"


def sidecar(workspace: Path, number: int) -> Path:
    """Return where the outcome of a task is written; the lines after the first are those of its records."""
    return workspace / f"{number:03d}.jsonl"


def print_volume(task: Task, progress: Progress = no_progress) -> Outcome:
    """Make the volume of a task and, when it is whole on the disk, its sidecar; return the sidecar's first line.

    A record that cannot be painted is left out and becomes a problem. Raise MachineError when the disk is full.
    """
    job = _job(task.job)
    with (
        language(task.language),
        disk_errors(task.workspace),
        settled(job.fonts, job.time),
        TemporaryFile(dir=task.workspace) as lines,
    ):
        outcome = _print(task, lines, progress)
        lines.seek(0)
        with whole_file(sidecar(task.workspace, task.number), PRIVATE) as temporary, temporary.open("wb") as file:
            file.write(f"{as_json(outcome.as_json())}\n".encode())
            copyfileobj(lines, file)
        return outcome


def _print(task: Task, lines: IO[bytes], progress: Progress) -> Outcome:
    broken: list[Problem] = [painter_failed(row, _("the process ended")) for row in sorted(task.left_out)]
    while True:
        try:
            return _print_once(task, lines, broken, progress)
        except PainterFailed as failed:
            broken.append(painter_failed(failed.row, failed.reason))
            task = replace(task, left_out=task.left_out | {failed.row})


def _print_once(task: Task, lines: IO[bytes], broken: list[Problem], progress: Progress) -> Outcome:
    job = _job(task.job)
    path = task.workspace / volume_name(job, task.number)
    lines.seek(0)
    lines.truncate()
    temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}")  # a cluster may make a volume twice at a time
    with open(temporary, "xb", opener=private) as file:
        printer = (VOLUMES[job.to] if job.has_volumes else NoPrinter)(job, file)
        writer = _VolumeWriter(task, job, printer, path.name, lines)
        writer.print_all(progress)
        if writer.records:
            printer.close(writer.latest)
            file.flush()
            os.fsync(file.fileno())
    temporary.replace(path)
    writer.own_files.settle()
    records = writer.records
    is_file = bool(records) and job.has_volumes
    name, kinds = (path.name, printer.kinds) if is_file else ("", None)
    volume = VolumeFile(name, file_digest(path), records, printer.pages, kinds) if records else None
    if not is_file:
        path.unlink()
    problems, notes = (*writer.problems, *broken), tuple(writer.notes)
    return Outcome(task.number, len(task.rows), task.digest, volume, problems, notes)


class _VolumeWriter:
    """A volume on its way: how many records it has so far, the latest of their dates, and what was wrong or mended.

    Their lines go to a file: those of a hundred thousand take 40 MB.
    """

    def __init__(self, task: Task, job: BatchJob, printer: Printer, name: str, lines: IO[bytes]):
        self._task, self._job, self._printer, self._volume, self._lines = task, job, printer, as_json(name), lines
        self.own_files = OwnFiles(job, task.workspace)
        self._days = dating_fields(job.form)
        self._requests = _request_writer(job) if job.book else None
        self._request_lines = RequestLines()
        #: Records that are read and not yet painted, the pages that they have, and how many may wait. Where one gets a file
        #: of its own by a painter that takes long, its progress is shown.
        self._waiting: list[Entry] = []
        self._pages, self._most = 0, 1 if job.each and not self.own_files.at_once else PAGES_AT_ONCE
        self._row = 0
        self.records = 0
        self.latest: date | None = None
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []

    def print_all(self, progress: Progress) -> None:
        """Read and paint the rows of the task; raise PainterFailed at a row that no rule foresees."""
        left_out, records = self._task.left_out, _("records")
        for (row, raw), number in zip(self._task.rows, self._task.numbers or repeat(None), strict=False):
            if row not in left_out:
                self._at(row, self._read, row, raw, number)
            progress(records, 1)
        self._at(0, self._print)

    def _at(self, row: int, do: Callable[..., None], *given: object) -> None:
        """Do something with a row. Raise PainterFailed for what no rule foresees.

        It must not cost the others their print, so this is the one place where everything is caught. What docgen refuses, and
        what the disk or the memory fails at, is raised as it is.
        """
        self._row = row
        try:
            do(*given)
        except (DocgenError, OSError, MemoryError):
            raise
        except Exception as error:
            raise PainterFailed(self._row, f"{type(error).__name__}: {error}"[:200]) from error

    def _read(self, row: int, raw: Raw, number: str | None) -> None:
        try:
            entry = read_entry(self._job, row, raw, number, program=self._printer.program)
        except DataError as error:
            self.problems += [problem.at(row=row) for problem in error.problems]
            return
        self._waiting.append(entry)
        self._pages += len(entry.pages) or 1
        if self._pages >= self._most:
            self._print()

    def _print(self) -> None:
        """Paint the records that wait, and write their lines."""
        waiting, self._waiting, self._pages = self._waiting, [], 0
        if self.problems and not self._job.skip_bad:
            return  # nothing of it will be printed: the others are only checked
        painted = [self._paint(entry) for entry in waiting]
        if self._requests is not None:
            self._requests.learn(entry.record.values for entry in waiting)
        own_files = self.own_files.write(waiting, [self._own_file(entry) for entry in waiting])
        for entry, facts, own_file in zip(waiting, painted, own_files, strict=True):
            self._write_line(entry, *facts, own_file)

    def _own_file(self, entry: Entry) -> bytes:
        self._row = entry.row
        return self.own_files.paint(entry)

    def _paint(self, entry: Entry) -> tuple[int, str]:
        """Return the page at which a record begins, and its hash."""
        record, self._row = entry.record, entry.row
        page = self._printer.pages + 1
        try:
            digest = self._printer.add(entry, record_label(record) or str(entry.row))
        except DataError as error:
            placed = (at_picture(problem, record) for problem in error.problems)
            raise DataError([each.at(row=entry.row) if each.where.key else each for each in placed]) from None
        self.records += 1
        self.latest = latest_of(record.values, self._days, self.latest)
        if entry.remarks or record.notes:
            self.notes += entry.notes
        return page, digest

    def _write_line(self, entry: Entry, page: int, digest: str, own_file: Mapping[str, str]) -> None:
        """Write the line of a record."""
        job, values, self._row = self._job, entry.record.values, entry.row
        number = values.get("number")
        in_full = None if job.book else number_in_full(job.form, entry.record)
        fields = printed_digest(job.form, entry.record, job.print)
        line = line_of(entry.row, number, self._volume, page, digest, fields, own_file, _internal(job, entry), in_full)
        if self._requests is None:
            self._lines.write(line)
        else:
            request = request_of(self._requests, entry)
            self._lines.write(self._request_lines.with_request(line, digest, str(number), request))


def read_entry(
    job: BatchJob,
    row: int,
    raw: Raw,
    number: str | None,
    layers: Print | None = None,
    program: DisplayProgram | None = None,
) -> Entry:
    """Return a row read and composed, with the number that the register gives it; raise DataError with every problem of it.

    `layers` are shown in place of what the job prints; a `program` of what it prints may fill the page. The entry has the remarks
    on its person. A row that is older than a correction in the register is read as the register has it, with a note on each
    value.
    """
    entry = _entry(job, row, raw, number, layers, program)
    if job.corrected and (later := later_version(job, entry)) is not None:
        raw, entry = later, with_notes(_entry(job, row, later, number, layers, program), entry)
    entry.remarks = remarks(raw)
    return entry


def _entry(job: BatchJob, row: int, raw: Raw, number: str | None, layers: Print | None, program: DisplayProgram | None) -> Entry:
    if not job.book:
        return _composed(job, row, raw, layers, program)
    names = _names_of(job.unprinted)
    given = raw if number is None else {**raw, "number": number}
    if names.isdisjoint(raw):
        entry = _composed(job, row, given, layers, program)
        entry.has_own_number = number is None
        return entry
    problems: list[Problem] = []
    own = {name: value for name, value in given.items() if name not in names}
    composed = _unless_refused(lambda: _composed(job, row, own, layers, program), problems)
    unprinted = _unless_refused(lambda: read_unprinted(job.unprinted, raw), problems)
    if composed is None or unprinted is None:
        raise DataError(problems)
    composed.unprinted, composed.has_own_number = unprinted, number is None
    return composed


def _composed(job: BatchJob, row: int, raw: Raw, layers: Print | None, program: DisplayProgram | None) -> Entry:
    entry = compose_row(job.form, row, raw, job.artwork, layers or job.print, program)
    if job.print != Print.FULL:
        refuse_stock(job.form, entry.record)
    if job.pdf_signer:
        refuse_unsignable(job.form, entry.record, job.pdf_signer)
    return entry


@lru_cache(maxsize=4)
def _names_of(fields: tuple[Field, ...]) -> frozenset[str]:
    return frozenset(field.name for field in fields)


def _unless_refused(read: Callable[[], T], problems: list[Problem]) -> T | None:
    try:
        return read()
    except DataError as error:
        problems += error.problems
        return None


def _internal(job: BatchJob, entry: Entry) -> dict[str, object]:
    """Return what the batch needs to know of an entry once all are printed, and the manifest does not say."""
    return {} if job.print == Print.FULL else {"stock": stock_of(job.form, entry.record)}


def _request_writer(job: BatchJob) -> RequestWriter:
    from docgen.register.values import RequestWriter

    return RequestWriter(job.form.numbering)


def request_of(writer: RequestWriter, entry: Entry) -> StoredRequest:
    """Return an entry in the words of the register; a number that it gave is its own to add."""
    return writer.stored(str(entry.row), entry.record.values, entry.unprinted, has_own_number=entry.has_own_number)


class PainterFailed(Exception):
    """Something that no rule foresees happened while this row was composed or painted."""

    def __init__(self, row: int, reason: str):
        super().__init__(row, reason)
        self.row, self.reason = row, reason


def painter_failed(row: int, reason: str) -> Problem:
    """Return the problem of a record at which a painter failed in a way that no rule foresees."""
    message = _("this record cannot be painted: {reason}", reason=reason)
    hint = _("The others are printed. Please report this with the record.")
    return Problem(PAINTER_FAILED, message, hint, Where(row=row))
