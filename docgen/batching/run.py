"""A batch from its rows to its manifest."""

from __future__ import annotations

import json
import math
import os
import pickle
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.batching.checking import Progress, Raw
from docgen.batching.doubled import DoubledNumbers
from docgen.batching.job import BatchJob
from docgen.batching.lines import as_json, told_in, told_in_all
from docgen.batching.manifest import EACH, MANIFEST, read_manifest, write_manifest
from docgen.batching.names import Names
from docgen.batching.record_files import each_file
from docgen.batching.refusals import Refusals
from docgen.batching.selection import Selection
from docgen.batching.settings import Settings
from docgen.batching.stock import other_stock
from docgen.batching.volumes import NO_NUMBER, PAINTER_FAILED, Outcome, Task, Volume, print_volume, row_numbers
from docgen.batching.workspace import Workspace, batch_workspace
from docgen.errors import DataError, Problem, UsageError, visible
from docgen.files import is_taken
from docgen.form import Form
from docgen.messages import _
from docgen.prints import Print

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from docgen.batching.numbering import Numbered


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What a batch made: its volumes, how many records, what was mended, and the problems of the rows that it left out."""

    folder: Path
    volumes: tuple[Volume, ...]
    records: int
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]


def batch(
    form: Form | str,
    rows: Iterable[Raw] | Iterable[tuple[int, Raw]],
    out_dir: Path | str,
    *,
    workers: int = 1,
    executor: Executor | None = None,
    resume: bool = False,
    progress: Progress = lambda _step, _count: None,
    **settings: object,
) -> BatchResult:
    """Print every row into volumes in `out_dir`, with a bookmark a record and a manifest.

    `rows` are records, or pairs of a row's number and its record; if they have a `digest`, a batch that is resumed knows them by
    it, and if they have `parts(size)`, they are taken as these give them, perhaps while others are still read. Further
    `settings` (docgen.batching.Settings): `print`, `to`, `split`, `each`, `only`, `skip_bad`, `forms`, `artwork`, `beside`,
    `register`, `job`, `also`, `bad`, `source`.

    Volumes are made by `workers` processes, or by an `executor` whose processes see the same folders. With any problem nothing
    is printed and DataError tells them all, unless `skip_bad`. A batch that was stopped goes on with `resume`, and ends with the
    same bytes.

    UsageError for a wrong call, or a folder in which another batch stands; MachineError when the disk is full.
    """
    told = Settings(**settings)
    job, numbered = told.job_of(form), told.numbered()
    folder = _folder(out_dir) if executor is None else _folder(out_dir).absolute()  # its processes may stand elsewhere
    printing = _printing(rows, job, workers, executor, progress)
    run = _Run(job, folder, printing, numbered, told.bad, progress, getattr(rows, "digest", ""))
    run.refuse_selection()
    with batch_workspace(run.folder, job.identity(), resume=resume) as workspace:
        return run.make(workspace, _Rows(rows, is_asked_again=numbered is not None), told.only)


def _folder(name: Path | str) -> Path:
    """Return the folder of this name; UsageError for what names none."""
    if not isinstance(name, (str, os.PathLike)) or "\0" in str(name):
        raise UsageError.because("folder-wrong", _("“{name}” names no folder", name=visible(str(name)[:80])))
    return Path(name)


class _Rows:
    """Rows with their numbers. A table that has a length gives them as often as it is asked, so that nobody keeps them; one
    that has `parts` divides them itself, and makes them when they are needed.
    """

    def __init__(self, rows: Iterable, is_asked_again: bool):
        self._rows = rows if isinstance(rows, Sized) or not is_asked_again else list(rows)
        self.parts = getattr(rows, "parts", None)

    def __iter__(self) -> Iterator[tuple[int, Raw]]:
        for number, row in enumerate(self._rows, 1):
            yield _numbered(row) if isinstance(row, tuple) else (number, row)


def _numbered(row: tuple) -> tuple[int, Raw]:
    """Return a pair as it is given; UsageError for another tuple."""
    if len(row) != 2 or not isinstance(row[0], int):
        message = _("“{row}” is no row", row=visible(repr(row)[:80]))
        raise UsageError.because("row-wrong", message, _("Give records, or pairs of a row's number and its record."))
    return row


def _parts(rows: Iterable[tuple[int, Raw]], size: int) -> Iterator[Sequence[tuple[int, Raw]]]:
    """Give the rows in parts of so many."""
    if parts := getattr(rows, "parts", None):
        yield from parts(size)
        return
    rows = iter(rows)
    while part := tuple(islice(rows, size)):
        yield part


#: What makes the volumes of tasks, in their order.
Printing = Callable[[Iterable[Task]], Iterator[Outcome]]


def _printing(rows: Iterable, job: BatchJob, workers: int, executor: Executor | None, progress: Progress) -> Printing:
    """Return an executor, processes of our own, or this one where there is work for no more."""

    def told(outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
        for outcome in outcomes:
            progress(_("records"), outcome.rows)
            yield outcome

    if executor is not None:
        from docgen.batching.workers import print_volumes_on

        return lambda tasks: told(print_volumes_on(tasks, executor))
    volumes = math.ceil(len(rows) / job.split) if isinstance(rows, Sized) else workers
    if min(workers, volumes) > 1:
        from docgen.batching.workers import print_volumes

        return lambda tasks: told(print_volumes(tasks, min(workers, volumes)))
    return lambda tasks: (print_volume(task, progress) for task in tasks)


class _Run:
    """One batch on its way: the outcomes of its volumes, then the names of its files and the manifest."""

    def __init__(
        self,
        job: BatchJob,
        folder: Path,
        printing: Printing,
        numbered: Numbered | None,
        bad: Collection[Problem],
        progress: Progress,
        table: str,
    ):
        self.job, self.folder, self._printing, self._numbered = job, folder, printing, numbered
        self._bad, self._progress, self._table = bad, progress, table
        self._refusals = Refusals(job.skip_bad)
        self._doubled = DoubledNumbers()

    def make(self, workspace: Workspace, rows: Iterable[tuple[int, Raw]], only: Selection) -> BatchResult:
        """Make the volumes in their room, give them their names, and write the manifest."""
        if self._numbered is None:
            outcomes = self._outcomes(workspace, only.of(rows) if only.text else rows, {})
            self.refuse_others(workspace, outcomes)
        else:
            outcomes = self._numbered_outcomes(workspace, *self._numbered.chosen(self.job.form, rows, only, self._refusals))
        result = self._result(outcomes)
        if self._numbered is None:
            result = replace(result, notes=(*self._doubled.notes(workspace.written_in_parts(outcomes)), *result.notes))
        if self.job.print != Print.FULL:
            result = replace(result, notes=(*result.notes, *other_stock(workspace.lines(outcomes))))
        write_manifest(workspace.path / MANIFEST, self._head(result), self._told(workspace, outcomes))
        workspace.publish(self._files(workspace, result, outcomes))
        if self._numbered is not None:
            self._numbered.printed(self.job.form, workspace.written(outcomes), again=not workspace.is_resumed)
        return result

    def _numbered_outcomes(
        self, workspace: Workspace, rows: Iterable[tuple[int, Raw]], numbers: dict[int, str | None]
    ) -> list[Outcome]:
        """Make the volumes with the numbers that they expect, and once more if the register gave others or refused some."""
        while True:
            outcomes = self._outcomes(workspace, rows, numbers)
            self.refuse_others(workspace, outcomes)
            try:
                given = self._numbered.issue(self.job.form, workspace.written(outcomes))
            except DataError as error:
                good = self._refusals.without(rows, error)
                rows, numbers = self._numbered.expecting(self.job.form, good, self._refusals)
                continue
            if not given:
                return outcomes
            numbers = {row: number and given.get(row, NO_NUMBER) for row, number in numbers.items()}

    def _outcomes(
        self, workspace: Workspace, rows: Iterable[tuple[int, Raw]], numbers: Mapping[int, str | None]
    ) -> list[Outcome]:
        """Return the outcome of each volume: those that stand already are taken as they are, the others are made."""
        done: dict[int, Outcome] = {}

        def take(outcome: Outcome) -> None:
            done[outcome.number] = outcome
            if self._numbered is None:  # else the register sees to it
                self._doubled.count(workspace.written_in_parts([outcome]))

        def missing() -> Iterator[Task]:
            for task in self._tasks(workspace, rows, numbers):
                if outcome := workspace.finished(task):
                    take(outcome)
                    self._progress(_("records"), outcome.rows)
                else:
                    yield task

        for outcome in self._printing(missing()):
            take(outcome)
        return [done[number] for number in sorted(done)]

    def _tasks(self, workspace: Workspace, rows: Iterable[tuple[int, Raw]], numbers: Mapping[int, str | None]) -> Iterator[Task]:
        job = pickle.dumps(self.job)
        for number, part in enumerate(_parts(rows, min(self.job.split, sys.maxsize)), 1):
            given = tuple(map(numbers.__getitem__, row_numbers(part))) if numbers else ()
            yield Task(job, workspace.path, number, part, given, self._table)

    def _result(self, outcomes: list[Outcome]) -> BatchResult:
        """Return what can be printed; DataError when there is nothing, or something is wrong and must not be passed over."""
        found = [*self._bad, *self._refusals.problems, *(problem for outcome in outcomes for problem in outcome.problems)]
        problems = tuple(sorted(found, key=lambda problem: problem.where.row or 0))
        volumes = tuple(outcome.volume for outcome in outcomes if outcome.volume)
        refused = [problem for problem in problems if problem.code != PAINTER_FAILED]
        if (refused and not self.job.skip_bad) or not volumes:
            raise DataError(list(problems) or Problem("table-empty", _("there is no record to print")))
        notes = tuple(note for outcome in outcomes for note in outcome.notes)
        named = tuple(volume for volume in volumes if volume.file)
        return BatchResult(self.folder, named, sum(volume.records for volume in volumes), problems, notes)

    def _told(self, workspace: Workspace, outcomes: list[Outcome]) -> Iterator[bytes]:
        """Give what the manifest says of the records, as JSON: each one's own file with the name that it gets."""
        if not self.job.each:
            return map(told_in_all, workspace.written_in_parts(outcomes))
        return (as_json(line).encode() for line in self._renamed(map(told_in, workspace.written(outcomes))))

    def _renamed(self, lines: Iterable[bytes]) -> Iterator[dict[str, object]]:
        names, has_volumes = Names(), self.job.has_volumes
        for line in map(json.loads, lines):
            if not has_volumes:
                del line["volume"], line["page"]
            yield line | {"file": f"{EACH}/{names.take(line['file'], line['row'], self.job.to)}"}

    def _files(self, workspace: Workspace, result: BatchResult, outcomes: list[Outcome]) -> Iterator[tuple[str, str]]:
        """Give each file's name in the room and the one that it gets."""
        for volume in result.volumes:
            yield volume.file, volume.file
        if self.job.each:
            for line in self._renamed(map(told_in, workspace.written(outcomes))):
                yield each_file(self.job, line["row"]), line["file"]

    def _head(self, result: BatchResult) -> dict[str, object]:
        volumes = [{"file": v.file, "records": v.records, "pages": v.pages, "sha256": v.sha256} for v in result.volumes]
        return {**self.job.identity(), "volumes": volumes, "problems": [problem.as_facts() for problem in result.problems]}

    def refuse_selection(self) -> None:
        """UsageError when some records would be printed over a batch of all of them, or the other way round."""
        if not is_taken(self.folder / MANIFEST):
            return
        before = read_manifest(self.folder, _("Choose another folder with -o, or delete this file."))
        if before.get("only", "") != self.job.only:
            message = _("the folder holds a batch of other records")
            raise UsageError.because("folder-taken", message, _("Choose another folder with -o."), file=str(self.folder))

    def refuse_others(self, workspace: Workspace, outcomes: list[Outcome]) -> None:
        """UsageError when files of another batch would stay beside these: who prints the folder would print people twice."""
        result = self._result(outcomes)
        there = [*self.folder.glob(f"{self.job.form.id}-[0-9]*.*"), *self.folder.glob(f"{EACH}/*")]
        ours = {name for _here, name in self._files(workspace, result, outcomes)} if there else set()
        if others := sorted({path.relative_to(self.folder).as_posix() for path in there} - ours):
            message = _("the folder holds files of another batch: {files}", files=", ".join(others[:5]))
            hint = _("Choose another folder with -o, or delete them.")
            raise UsageError.because("folder-taken", message, hint, file=str(self.folder))
