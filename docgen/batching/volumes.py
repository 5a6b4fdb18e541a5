"""One volume of a batch: its rows are read, composed and painted in one pass. It depends on nothing but its task.

That is what lets any process make it, and lets it be made again with the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import lru_cache
from itertools import repeat
from pathlib import Path
from typing import IO, Protocol, TypeVar

from docgen.batching.checking import Entry, Progress, Raw, prepare
from docgen.batching.doubled import number_in_full
from docgen.batching.job import BatchJob
from docgen.batching.names import fill_name
from docgen.batching.stock import stock_of
from docgen.compose import Page
from docgen.errors import DataError, DocgenError, Problem, Where
from docgen.files import disk_errors, file_digest, whole_file, write_whole
from docgen.messages import _, language, spoken
from docgen.paint import press
from docgen.paint.info import latest_day, record_label, volume_info
from docgen.rendering import FORMATS, Job

T = TypeVar("T")
#: The code of a problem that costs one record alone: the others are printed.
PAINTER_FAILED = "painter-failed"
#: What stands for the number of a row that cannot have one yet, so that its other problems are found too.
NO_NUMBER = "0"


@dataclass(frozen=True, slots=True)
class Task:
    """The rows of one volume, and the room to make it in. `job` is a pickled BatchJob, the same for every task.

    `numbers` are those that the register gives its rows, None where a row has its own; `left_out` are rows that stopped a
    painter before; `language` is that of problems, wherever the task is done.
    """

    job: bytes
    room: Path
    number: int
    rows: tuple[tuple[int, Raw], ...]
    numbers: tuple[str | None, ...] = ()
    left_out: frozenset[int] = frozenset()
    language: str = field(default_factory=spoken)

    @property
    def digest(self) -> str:
        """What the rows and their numbers are known by: a volume that was made of others is not taken for this one."""
        found = hashlib.sha256()
        for told in (*self.rows, self.numbers):  # one by one: a volume may hold the whole of a large table
            found.update(json.dumps(told, ensure_ascii=False, default=str).encode())
        return found.hexdigest()


@dataclass(frozen=True, slots=True)
class Volume:
    """One file of a batch: its name, its SHA-256, and how many records and pages it holds."""

    file: str
    sha256: str
    records: int
    pages: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task of so many rows: its volume, None when nothing can be printed, and what was wrong or mended."""

    number: int
    rows: int
    digest: str
    volume: Volume | None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    @classmethod
    def from_json(cls, told: dict) -> Outcome:
        """Return what `as_json` told."""
        volume = Volume(**told["volume"]) if told["volume"] else None
        problems, notes = ([_problem(each) for each in told[name]] for name in ("problems", "notes"))
        return cls(told["number"], told["rows"], told["digest"], volume, tuple(problems), tuple(notes))


def _problem(told: dict) -> Problem:
    return Problem(**{**told, "where": Where(**told["where"])})


class Printer(Protocol):
    """A volume in the making, in one format."""

    pages: int

    def add(self, entry: Entry, label: str) -> str:
        """Take the pages of a record; return the SHA-256 of their content."""

    def close(self, latest: date | None) -> None:
        """Write all that waits; `latest` is the last day in its records."""


class PdfPrinter:
    """A PDF by the press, with a bookmark a record."""

    def __init__(self, job: BatchJob, file: IO[bytes]):
        self._form, self._volume = job.form, press.Volume(file, job.artwork)

    @property
    def pages(self) -> int:
        return self._volume.pages

    def add(self, entry: Entry, label: str) -> str:
        digests = [self._volume.add(page, None if number else label) for number, page in enumerate(entry.pages)]
        return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()

    def close(self, latest: date | None) -> None:
        self._volume.close(volume_info(self._form, latest))


class DocxPrinter:
    """A Word document with a section for each page and a bookmark a record; it is painted when all its pages are there."""

    def __init__(self, job: BatchJob, file: IO[bytes]):
        self._job, self._file = job, file
        self._pages: list[Page] = []
        self._bookmarks: list[tuple[str, int]] = []

    @property
    def pages(self) -> int:
        return len(self._pages)

    def add(self, entry: Entry, label: str) -> str:
        self._bookmarks.append((label, len(self._pages)))
        self._pages += entry.pages
        return hashlib.sha256("".join(map(str, entry.pages)).encode()).hexdigest()

    def close(self, latest: date | None) -> None:
        from docgen.paint.word import paint_docx

        info = volume_info(self._job.form, latest, tuple(self._bookmarks))
        self._file.write(paint_docx(self._job.form, self._pages, info, self._job.artwork))


#: Format → what prints its volumes. A new format is one new entry.
VOLUMES: dict[str, Callable[[BatchJob, IO[bytes]], Printer]] = {"pdf": PdfPrinter, "docx": DocxPrinter}


@lru_cache(maxsize=4)
def _job(pickled: bytes) -> BatchJob:
    """Unpickled once a process, so that what its form remembers from volume to volume is remembered here too."""
    return pickle.loads(pickled)


def volume_name(job: BatchJob, number: int) -> str:
    return f"{job.form.id}-{number:03d}.{job.to}"


def sidecar(room: Path, number: int) -> Path:
    """Return where the outcome of a task is told; the lines after the first are the manifest's, one a record."""
    return room / f"{number:03d}.jsonl"


def print_volume(task: Task, progress: Progress = lambda _step, _count: None) -> Outcome:
    """Make the volume of a task and, when it stands whole on the disk, its sidecar; return the sidecar's first line.

    A record at which a painter fails is left out and becomes a problem. MachineError when the disk is full.
    """
    with language(task.language), disk_errors(task.room):
        outcome, lines = _print(task, progress)
        with whole_file(sidecar(task.room, task.number)) as temporary, temporary.open("wb") as file:
            file.write(_json_line(outcome.as_json()))
            file.writelines(lines)
        return outcome


def _json_line(told: Mapping[str, object]) -> bytes:
    """Return a line of a sidecar. Bytes are half as large as text here, and a volume may have a hundred thousand of them."""
    return f"{json.dumps(told, ensure_ascii=False, default=str)}\n".encode()


def _print(task: Task, progress: Progress) -> tuple[Outcome, list[bytes]]:
    broken: list[Problem] = [_broken(row, _("the process ended")) for row in sorted(task.left_out)]
    while True:
        try:
            return _print_once(task, broken, progress)
        except PainterFailed as failed:
            broken.append(_broken(failed.row, failed.reason))
            task = replace(task, left_out=task.left_out | {failed.row})


def _print_once(task: Task, broken: list[Problem], progress: Progress) -> tuple[Outcome, list[bytes]]:
    job = _job(task.job)
    path = task.room / volume_name(job, task.number)
    problems, notes, lines, latest = [], [], [], None
    path.unlink(missing_ok=True)  # never written through a link that lies there
    with path.open("xb") as file:
        printer = VOLUMES[job.to](job, file)
        for entry in _entries(task, job, problems, progress):
            if problems and not job.skip_bad:
                continue  # nothing of it will be printed: the others are only checked
            page = printer.pages + 1
            with painting(entry.row):
                digest = printer.add(entry, record_label(entry.record) or str(entry.row))
                line = {"row": entry.row, "number": entry.record.values.get("number"), "volume": path.name, "page": page}
                line |= {"sha256": digest} | _print_each(task, job, entry)
            if job.printed != "full":
                line["stock"] = stock_of(job.form, entry.record)
            if not job.book:
                line["in_full"] = number_in_full(job.form, entry.record)
            if job.book:
                line["record"] = _for_register(entry)
            lines.append(_json_line(line))
            latest = max(filter(None, (latest, latest_day(entry.record))), default=None)
            notes += [note.at(row=entry.row) for note in entry.record.notes]
        if lines:
            printer.close(latest)
            file.flush()
            os.fsync(file.fileno())
    volume = Volume(path.name, file_digest(path), len(lines), printer.pages) if lines else None
    if not lines:
        path.unlink()
    return Outcome(task.number, len(task.rows), task.digest, volume, (*problems, *broken), tuple(notes)), lines


def _entries(task: Task, job: BatchJob, problems: list[Problem], progress: Progress) -> Iterator[Entry]:
    for (row, raw), number in zip(task.rows, task.numbers or repeat(None), strict=False):
        if row not in task.left_out:
            try:
                with painting(row):
                    entry = read_entry(job, row, raw, number)
                yield entry
            except DataError as error:
                problems += [problem.at(row=row) for problem in error.problems]
        progress(_("records"), 1)


def read_entry(job: BatchJob, row: int, raw: Raw, number: str | None) -> Entry:
    """Return a row read and composed, with the number that the register gives it; DataError with every problem of it."""
    if not job.book:
        return prepare(job.form, row, raw, job.artwork, job.printed)
    from docgen.register.also import read_also

    beside = {field.name for field in job.also}
    own = {name: value for name, value in raw.items() if name not in beside}
    given = own if number is None else own | {"number": number}
    problems: list[Problem] = []
    entry = _unless_refused(lambda: prepare(job.form, row, given, job.artwork, job.printed), problems)
    also = _unless_refused(lambda: read_also(job.also, raw), problems)
    if problems:
        raise DataError(problems)
    return replace(entry, also=also, has_own_number=number is None)


def _unless_refused(make: Callable[[], T], problems: list[Problem]) -> T | None:
    try:
        return make()
    except DataError as error:
        problems += error.problems
        return None


def _for_register(entry: Entry) -> dict[str, object]:
    """Return what the register keeps of an entry; a number that it gave is its own to add."""
    values = {name: value for name, value in entry.record.values.items() if name != "number" or entry.has_own_number}
    return {"values": values, "also": entry.also}


def _print_each(task: Task, job: BatchJob, entry: Entry) -> dict[str, str]:
    """Write the record's own file, if the job asks for one; return what the manifest says of it."""
    if not job.each:
        return {}
    content = FORMATS[job.to](Job(job.form, entry.record, job.printed, job.artwork, engine="press"))
    write_whole(task.room / each_file(job, entry.row), content)
    return {"file": fill_name(job.each, entry.record.values), "file_sha256": hashlib.sha256(content).hexdigest()}


def each_file(job: BatchJob, row: int) -> str:
    """Return what a record's own file is called until all have passed and it gets its name."""
    return f"row-{row}.{job.to}"


class PainterFailed(Exception):
    """Something that no rule foresees happened while this row was composed or painted."""

    def __init__(self, row: int, reason: str):
        super().__init__(row, reason)
        self.row, self.reason = row, reason


@contextmanager
def painting(row: int) -> Iterator[None]:
    """Turn what a painter was never meant to raise into PainterFailed.

    The one place where everything is caught: one record that finds a fault in a painter must not cost the others their print.
    What docgen refuses, and what the disk or the memory fails at, goes on its way.
    """
    try:
        yield
    except (DocgenError, OSError, MemoryError):
        raise
    except Exception as error:
        raise PainterFailed(row, f"{type(error).__name__}: {error}"[:200]) from error


def _broken(row: int, reason: str) -> Problem:
    message = _("this record cannot be painted: {reason}", reason=reason)
    hint = _("The others are printed. Please report this with the record.")
    return Problem(PAINTER_FAILED, message, hint, Where(row=row))
