"""The process that prints one run: the job's batch, from where it was stopped; what comes of it goes back as messages."""

from __future__ import annotations

import gc
import os
import resource
import signal
import socket
from collections.abc import Mapping, Sized
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import Any

from docgen.batching import BatchResult, VolumeFile
from docgen.confined import settle_signals
from docgen.errors import DocgenError, Problem
from docgen.files import PRIVATE_FOLDER
from docgen.jobs import Job, OpenedJob, refuse_bad
from docgen.memory import YOUNG
from docgen.messages import language
from docgen.service.logs import failure_facts
from docgen.service.problems import failed, problem_details, status_of
from docgen.service.runs.files import OUTPUT, TABLE
from docgen.service.runs.orders import refuse_rows, run_job
from docgen.service.wire import MessageReader, packed
from docgen.service.wording import for_caller

#: Seconds between two reports.
OFTEN = 0.3


def serve(handle: int) -> None:
    """Print the run that the first message says, and report over a socket, given by its file descriptor."""
    settle_signals()
    gc.set_threshold(YOUNG, 10, 10)
    signal.signal(signal.SIGTERM, lambda _number, _frame: os._exit(143))  # what is done waits to be resumed
    with socket.socket(fileno=handle) as connection:
        reader, found = MessageReader(), list[tuple[dict[str, Any], bytes]]()
        while not found:
            data = connection.recv(1 << 20)
            if not data:
                return
            found = reader.feed(data)
        [(head, _body)] = found
        os.umask(0o077)
        megabytes = int(head["megabytes"])
        _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, hard))
        with language(head["language"]):
            connection.sendall(packed(_outcome(head, connection)))


def _outcome(head: Mapping[str, Any], connection: socket.socket) -> dict[str, Any]:
    """Return what came of the run: its result, or the problem for which nothing was printed."""
    try:
        return {"result": _printed(head, connection)}
    except DocgenError as error:
        error.problems = [_named(each, head) for each in error.problems]
        return {"problem": problem_details(error, status_of(error))}
    except (MemoryError, Exception) as error:
        return {"problem": problem_details(failed(), 503), "failure": failure_facts(error)}


def _named(problem: Problem, head: Mapping[str, Any]) -> Problem:
    """Return a problem in a caller's words, with the name that he gave the table: where it is stored is nobody's business."""
    problem = for_caller(problem)
    is_stored = problem.where.file.startswith(str(head["folder"]))
    is_table = is_stored and Path(problem.where.file).stem == TABLE
    shown = f"{head['name']}{Path(problem.where.file).suffix}" if is_table else ""
    return problem.at(file=shown) if is_stored else problem


def _printed(head: Mapping[str, Any], connection: socket.socket) -> dict[str, Any]:
    """Print the job, of one whose rows name their forms each form into a folder of its own; return what came of it."""
    from docgen.register.values import working_as

    folder, settings = Path(head["folder"]), head["settings"]
    output = folder / OUTPUT
    output.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    job = run_job(folder, head["order"], settings, head["name"])
    parts = job.by_form()
    if job.form_column:
        refuse_bad(parts)
    reports, results = _Reports(connection, settings["limits"]["rows"]), []
    with working_as(head["clerk"] or None):
        for part in parts:
            results.append(_batch(head, part, output / part.form if job.form_column else output, reports))
    return {
        "records": sum(each.records for each in results),
        "forms": [part.form for part in parts],
        "volumes": [
            _volume(volume, part.form if job.form_column else "")
            for part, each in zip(parts, results, strict=True) for volume in each.volumes
        ],
        "measured": [each.measured.as_json() for each in results if each.measured],
        "problems": [_named(each, head).as_json() for result in results for each in result.problems],
        "notes": [_named(each, head).as_json() for result in results for each in result.notes],
    }  # fmt: skip


def _batch(head: Mapping[str, Any], job: Job, output: Path, reports: _Reports) -> BatchResult:
    from docgen.batching import batch

    with ExitStack() as stack:
        opened = stack.enter_context(job.opened())
        gc.freeze()  # the table stays until the end, as in the command line's batch
        reports.add(opened.source)
        how = stack.enter_context(_printers(head, job, opened, output))
        output.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        return batch(opened.form, opened.source, output, resume=True, progress=reports, **how)


def _volume(volume: VolumeFile, folder: str) -> dict[str, object]:
    name = f"{folder}/{volume.file}" if folder else volume.file
    return {"file": name, "records": volume.records, "pages": volume.pages, "sha256": volume.sha256}


def _printers(head: Mapping[str, Any], job: Job, opened: OpenedJob, output: Path) -> Any:
    """Return a context manager with the settings of the batch and who prints it: processes here, or a cluster."""
    from contextlib import contextmanager

    @contextmanager
    def printers() -> Any:
        settings = opened.settings.as_keywords() | {"corrections": head["corrections"]}
        if not head["scheduler"]:
            yield settings | {"workers": head["workers"]}
            return
        from docgen.artwork import artwork_folders
        from docgen.batching import BatchJob, cluster_executor

        batch_job = BatchJob(opened.form, artwork_folders(job.artwork, opened.source.folder))
        with cluster_executor(head["scheduler"], batch_job, output.absolute()) as executor:
            yield settings | {"executor": executor}

    return printers()


class _Reports:
    """Reports how far the run is, now and then; raises DataError beyond `limit` rows: some tables are read as they print."""

    def __init__(self, connection: socket.socket, limit: int):
        self._connection, self._limit = connection, limit
        self._sources: list[Sized] = []
        self._done, self._last = 0, 0.0

    def add(self, source: Sized) -> None:
        """Add the records of a form, as many as it has now."""
        self._sources.append(source)
        refuse_rows(self._total, self._limit)

    @property
    def _total(self) -> int:
        return sum(map(len, self._sources))

    def __call__(self, _step: str, done: int) -> None:
        """Count records that are done."""
        self._done += done
        refuse_rows(self._total, self._limit)
        if monotonic() - self._last > OFTEN:
            self._last = monotonic()
            self._connection.sendall(packed({"done": self._done, "total": self._total}))
