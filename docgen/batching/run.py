"""A batch from its rows to its manifest."""

from __future__ import annotations

import json
import math
import os
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.batching.conflicts import DoubledNumbers, Refusals
from docgen.batching.corrected import corrections_among
from docgen.batching.entries import Progress, no_progress
from docgen.batching.job import BatchJob, check_single, check_template
from docgen.batching.lines import as_json, facts_of_line, facts_of_lines
from docgen.batching.manifest import EACH, MANIFEST, read_manifest, write_manifest
from docgen.batching.measures import MeasuredVolumes, measure_volumes
from docgen.batching.record_files import Names, each_file
from docgen.batching.selection import EVERYTHING, Selection
from docgen.batching.settings import SPLIT, Order, Settings, ordered
from docgen.batching.sheets import SheetsFile, impose_volumes, names_of
from docgen.batching.stock import other_stock
from docgen.batching.volumes import PAINTER_FAILED, Outcome, Task, VolumeFile, print_volume, row_numbers
from docgen.batching.workspace import WORKSPACE, Workspace, batch_workspace
from docgen.errors import DataError, Problem, UsageError, visible
from docgen.files import is_taken
from docgen.form import Form
from docgen.inputs import GivenRows, NumberedRow, RowSource
from docgen.inputs.plain import PlainRows
from docgen.inputs.sources import is_row_source
from docgen.messages import _
from docgen.paint.press import PressOptions
from docgen.prints import Print
from docgen.purposes import Purpose
from docgen.spilled import AT_ONCE, HELD, Spilled

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from docgen.batching.numbering import Numbered
    from docgen.codes import Signer
    from docgen.imposing import Scheme
    from docgen.register import Register
    from docgen.signatures import PdfSigner

#: Rows that can be gone through as often as they are needed.
Rows = RowSource | Iterable[NumberedRow]


#: A value with so many digits may be an IIN that was mistyped; it has twelve.
IIN_DIGITS = 10


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What a batch made: its volumes, how many records, what was mended, and the problems of the rows that it left out.

    Problems and notes have their places: file, sheet, row, column, label. Notes also name what the table holds and was not
    printed.
    """

    folder: Path
    volumes: tuple[VolumeFile, ...]
    records: int
    problems: tuple[Problem, ...]
    #: A tuple; of very many a sequence that waits on the disk.
    notes: Sequence[Problem]
    #: The press sheets, where they were asked for.
    sheets: SheetsFile | None = None
    #: What was measured, where that was asked for.
    measured: MeasuredVolumes | None = None


def batch(
    form: Form | str,
    rows: GivenRows,
    out_dir: Path | str,
    *,
    print: Print | str = Print.FULL,
    to: str = "pdf",
    split: int = SPLIT,
    each: str = "",
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
    tagged: bool = False,
    attach_record: bool = False,
    alternatives: Mapping[str, str] | None = None,
    impose: Scheme | Path | str = "",
    marks: bool | None = None,
    preflight: str = "",
    corrections: Sequence[Mapping[str, object]] = (),
    workers: int = 1,
    executor: Executor | None = None,
    resume: bool = False,
    progress: Progress = no_progress,
) -> BatchResult:
    """Print every row into volumes in `out_dir`, with a bookmark a record and a manifest.

    `rows` are a table (a path, bytes, a stream, or what `open_table` returns), records as mappings, or pairs of a row's number
    and its record. `print` is full, blank or overprint; volumes are of the format `to` (pdf, docx) and hold `split` records.
    `each` names one more file for every record, in the folder `each`, by a pattern such as `{number}-{surname}`: the only one of
    a form that flows, or whose DOCX a Word template of its own makes. `only` picks rows, such as "412-415,980".

    With any problem nothing is printed and DataError lists them all; with `skip_bad` the good records are printed. A person who
    is there twice, for one course, is a problem, with `allow_doubles` a note (docgen.batching.people). A `register`
    (open, or where it is) gives the numbers of records that bring none, and keeps all of them under the name of the `job`, else
    of the table; the same job again gives the same numbers.

    `forms` and `artwork` are folders that are searched first, `pictures` is the folder of the records' pictures, else the
    table's. `fonts`, `time`, `on`, `purpose`, `press`, `back`, `signer` and `alternatives` are those of `render`, and
    `pdf_signer` signs what `each` names; `tagged` volumes are PDF/A-2a and PDF/UA-1, with each record a part of their structure;
    with `attach_record` the files of `each` have their record attached. With `impose`, the name or file of a scheme, the volumes
    are placed on press sheets too (docgen.impose), with `marks` or without, and a job
    sheet is written. With `preflight`, "all" of their pages or a "sample" (the first and the last, the first of each master and
    number of texts, one in a hundred at random) are measured as `docgen.preflight` does; the result and the manifest say what was
    found. The manifest lists `corrections`: cells that a person corrected in a copy of the table.

    Volumes are made by `workers` processes, or by an `executor` whose processes see the same folders; `progress` is called after
    each record or volume. A batch that was stopped goes on with `resume`, and ends with the same bytes.

    Raise UsageError for a wrong call, or a folder in which another batch is; MachineError when the disk is full.
    """
    settings = Settings(
        print=print, to=to, split=split, each=each, only=only, skip_bad=skip_bad, allow_doubles=allow_doubles, register=register,
        job=job, forms=forms, artwork=artwork, pictures=pictures, fonts=fonts, time=time, on=on,
        purpose=purpose, press=press, back=back, signer=signer, pdf_signer=pdf_signer, tagged=tagged, attach_record=attach_record,
        alternatives=alternatives or {}, impose=impose, marks=marks, preflight=preflight, corrections=corrections,
    )  # fmt: skip
    folder = _folder(out_dir) if executor is None else _folder(out_dir).absolute()  # its processes may be elsewhere
    is_read_first = executor is None and workers == 1
    with ordered(form, rows, settings, is_read_first=is_read_first) as order:
        check_template(order.job)
        check_single(order.job)
        printing = _printing(order.source, order.job, workers, executor, progress)
        run = _Run(order, folder, printing, progress, workers if executor is None else 0)
        run.refuse_folder(resume=resume)
        with batch_workspace(folder, order.job.identity(), resume=resume) as workspace:
            result, notes = run.print(workspace)
        for note in chain(order.book_notes(register), pdf_signer.remarks if pdf_signer else ()):
            notes.append(note)
        found = tuple(notes) if len(notes) <= HELD else notes
        return replace(result, problems=tuple(order.source.placed(result.problems)), notes=found)


def _folder(name: Path | str) -> Path:
    """Return the folder of this name; raise UsageError for what names none."""
    if not isinstance(name, (str, os.PathLike)) or "\0" in str(name):
        raise UsageError.because("folder-wrong", _("“{name}” names no folder", name=visible(str(name)[:80])))
    return Path(name)


def _parts(rows: Rows, size: int) -> Iterator[Sequence[NumberedRow]]:
    """Yield the rows in chunks of `size`; a table divides them itself, and makes them when they are needed."""
    return rows.parts(size) if is_row_source(rows) else PlainRows(rows).parts(size)


#: What makes the volumes of tasks, in their order.
Printing = Callable[[Iterable[Task]], Iterator[Outcome]]


def _printing(source: RowSource, job: BatchJob, workers: int, executor: Executor | None, progress: Progress) -> Printing:
    """Return an executor, processes of our own, or this one where there is work for no more."""

    def counted(outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
        for outcome in outcomes:
            progress(_("records"), outcome.rows)
            yield outcome

    if executor is not None:
        from docgen.batching.workers import print_volumes_on

        return lambda tasks: counted(print_volumes_on(tasks, executor))
    volumes = math.ceil(len(source) / job.split) if source.is_whole else workers
    if min(workers, volumes) > 1:
        from docgen.batching.workers import print_volumes

        return lambda tasks: counted(print_volumes(tasks, min(workers, volumes)))
    return lambda tasks: (print_volume(task, progress) for task in tasks)


def _masked(problem: Problem) -> Problem:
    """Return a problem without the IIN that was refused: a manifest goes with the volumes, to whoever prints them.

    A value with as many digits is taken for one wherever it is.
    """
    is_iin = problem.where.key.rpartition(".")[2] == "iin" or sum(map(str.isdecimal, problem.value)) >= IIN_DIGITS
    return replace(problem, value="•" * len(problem.value)) if is_iin else problem


def _has_manifest(folder: Path) -> bool:
    return is_taken(folder / MANIFEST)


class _Run:
    """One batch on its way: the outcomes of its volumes, then the names of its files and the manifest."""

    def __init__(self, order: Order, folder: Path, printing: Printing, progress: Progress, workers: int):
        self.job, self.folder, self._printing, self._numbered = order.job, folder, printing, order.numbered
        self._source, self._only, self._bad, self._progress = order.source, order.only, order.bad, progress
        self._people, self._workers = order.people, workers
        self._refusals = Refusals(order.job.skip_bad)
        self._doubled = DoubledNumbers()

    def print(self, workspace: Workspace) -> tuple[BatchResult, Spilled[Problem]]:
        """Make the volumes in their workspace, give them their names, and write the manifest; return the notes with places."""
        rows, only = self._source, self._only
        if self._numbered is None:
            outcomes = self._outcomes(workspace, only.of(rows) if only.text else rows, {})
            self.refuse_others(workspace, outcomes)
        else:
            chosen = self._numbered.chosen(self.job.form, rows, only, self._refusals)
            outcomes = self._numbered_outcomes(workspace, self._numbered, *chosen)
        result = self._result(outcomes)
        notes = Spilled(self._placed(self._notes(workspace, outcomes)))
        if self.job.imposed is not None:
            paths = [workspace.file(volume.file) for volume in result.volumes]
            sheets, noted = impose_volumes(self.job.form, paths, self.job.imposed, self.job.book, workspace.path)
            result = replace(result, sheets=sheets)
            for note in self._placed(noted):
                notes.append(note)
        if self.job.preflight:
            paths = [workspace.file(volume.file) for volume in result.volumes]
            measured = measure_volumes(
                self.job.form, paths, result.volumes, self.job.preflight, self.job.print, self._workers, self._progress
            )  # fmt: skip
            result = replace(result, measured=measured)
        write_manifest(workspace.path / MANIFEST, self._head(result), self._records(workspace, outcomes))
        workspace.publish(self._files(workspace, result, outcomes))
        if self._numbered is not None:
            self._numbered.printed(self.job.form, workspace.written(outcomes), again=not workspace.is_resumed)
        return result, notes

    def _placed(self, notes: Iterable[Problem]) -> Iterator[Problem]:
        """Yield notes with their places, some at a time."""
        notes = iter(notes)
        while part := list(islice(notes, AT_ONCE)):
            yield from self._source.placed(part)

    def _notes(self, workspace: Workspace, outcomes: list[Outcome]) -> Iterator[Problem]:
        """Yield what is noted of the table, then of its rows."""
        yield from self._source.left_out
        if self._numbered is None:
            yield from self._doubled.notes(workspace.written_in_parts(outcomes))
        else:
            yield from self._numbered.notes
        yield from self._people.notes
        yield from workspace.notes(outcomes)
        if self.job.print != Print.FULL:
            yield from other_stock(workspace.lines(outcomes))

    def _numbered_outcomes(
        self, workspace: Workspace, numbered: Numbered, rows: Rows, numbers: Mapping[int, str | None]
    ) -> list[Outcome]:
        """Make the volumes with the numbers that they expect, and once more if the register gave others or refused some."""
        while True:
            outcomes = self._outcomes(workspace, rows, numbers)
            self.refuse_others(workspace, outcomes)
            try:
                given = numbered.issue(self.job.form, workspace.written(outcomes))
            except DataError as error:
                good = self._refusals.without(rows, error)
                rows, numbers = numbered.expecting(self.job.form, good, self._refusals)
                continue
            if not given:
                return outcomes
            numbers = numbered.instead(numbers, given)

    def _outcomes(self, workspace: Workspace, rows: Rows, numbers: Mapping[int, str | None]) -> list[Outcome]:
        """Return the outcome of each volume: those that are whole already are taken as they are, the others are made."""
        done: dict[int, Outcome] = {}

        def take(outcome: Outcome) -> None:
            done[outcome.number] = replace(outcome, notes=())  # they wait in the sidecar
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

    def _tasks(self, workspace: Workspace, rows: Rows, numbers: Mapping[int, str | None]) -> Iterator[Task]:
        job = pickle.dumps(self.job)
        parts = _parts(rows, min(self.job.split, sys.maxsize))
        for number, part in enumerate(map(self._people.single_in, parts), 1):
            given = tuple(map(numbers.__getitem__, row_numbers(part))) if numbers else ()
            yield Task(job, workspace.path, number, part, given, self._source.digest, corrections_among(self.job, part))

    def _result(self, outcomes: list[Outcome]) -> BatchResult:
        """Return what can be printed; raise DataError when nothing can, or when a problem must not be passed over."""
        found = [*self._bad, *self._refusals.problems, *self._people.problems]
        found += [problem for outcome in outcomes for problem in outcome.problems]
        problems = tuple(sorted(found, key=lambda problem: problem.where.row or 0))
        volumes = tuple(outcome.volume for outcome in outcomes if outcome.volume)
        refused = [problem for problem in problems if problem.code != PAINTER_FAILED]
        if (refused and not self.job.skip_bad) or not volumes:
            raise DataError(list(problems) or Problem("table-empty", _("there is no record to print")))
        named = tuple(volume for volume in volumes if volume.file)
        return BatchResult(self.folder, named, sum(volume.records for volume in volumes), problems, ())

    def _records(self, workspace: Workspace, outcomes: list[Outcome]) -> Iterator[bytes]:
        """Yield what the manifest says of the records, as JSON: each one's own file with the name that it gets."""
        if not self.job.each:
            return map(facts_of_lines, workspace.written_in_parts(outcomes))
        return (as_json(line).encode() for line in self._renamed(map(facts_of_line, workspace.written(outcomes))))

    def _renamed(self, lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
        names, has_volumes = Names(), self.job.has_volumes
        for line in map(json.loads, lines):
            if not has_volumes:
                del line["volume"], line["page"]
            yield line | {"file": f"{EACH}/{names.take(line['file'], line['row'], self.job.to)}"}

    def _files(self, workspace: Workspace, result: BatchResult, outcomes: list[Outcome]) -> Iterator[tuple[str, str]]:
        """Yield each file's name in the workspace and the one that it gets."""
        for volume in result.volumes:
            yield volume.file, volume.file
        if self.job.imposed is not None:
            yield from ((name, name) for name in names_of(self.job.form))
        if self.job.each:
            for line in self._renamed(map(facts_of_line, workspace.written(outcomes))):
                yield each_file(self.job, line["row"]), line["file"]

    def _head(self, result: BatchResult) -> dict[str, object]:
        volumes = [{"file": v.file, "records": v.records, "pages": v.pages, "sha256": v.sha256} for v in result.volumes]
        problems = [_masked(problem).as_facts() for problem in result.problems]
        book = {"register": self._numbered.facts(self.job.form)} if self._numbered else {}
        sheets = {"sheets": result.sheets.as_json()} if result.sheets else {}
        measured = {"preflight": result.measured.as_json()} if result.measured else {}
        return {**self.job.identity(), **book, "volumes": volumes, **sheets, **measured, "problems": problems}

    def refuse_folder(self, *, resume: bool) -> None:
        """Raise an error for a folder whose batch must not be printed over.

        UsageError when some records would be printed over a batch of all of them, or the other way round; DataError when the
        register has lost the batch that is there.
        """
        if self._numbered is not None:
            for folder in filter(_has_manifest, (self.folder, self.folder / WORKSPACE) if resume else (self.folder,)):
                self._numbered.refuse_lost(read_manifest(folder), folder / MANIFEST, is_resumed=resume)
        if not _has_manifest(self.folder):
            return
        before = read_manifest(self.folder, _("Choose another folder with -o, or delete this file."))
        if before.get("only", "") != self.job.only:
            message = _("the folder holds a batch of other records")
            raise UsageError.because("folder-taken", message, _("Choose another folder with -o."), file=str(self.folder))

    def refuse_others(self, workspace: Workspace, outcomes: list[Outcome]) -> None:
        """Raise UsageError when files of another batch would stay with these: who prints the folder would print people twice."""
        result = self._result(outcomes)
        there = [*self.folder.glob(f"{self.job.form.id}-[0-9]*.*"), *self.folder.glob(f"{EACH}/*")]
        there += [self.folder / name for name in names_of(self.job.form) if is_taken(self.folder / name)]
        ours = {name for _here, name in self._files(workspace, result, outcomes)} if there else set()
        if others := sorted({path.relative_to(self.folder).as_posix() for path in there} - ours):
            message = _("the folder holds files of another batch: {files}", files=", ".join(others[:5]))
            hint = _("Choose another folder with -o, or delete them.")
            raise UsageError.because("folder-taken", message, hint, file=str(self.folder))
