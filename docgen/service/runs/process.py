"""The process that prints one run: the job's batch, from where it was stopped; what comes of it goes back as messages."""

from __future__ import annotations

import os
import resource
import signal
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import Any

from docgen.batching import VolumeFile
from docgen.confined import settle_signals
from docgen.errors import DocgenError, Problem
from docgen.files import PRIVATE_FOLDER
from docgen.jobs import Job, OpenedJob
from docgen.messages import language
from docgen.service.logs import failure_facts
from docgen.service.problems import problem_details, status_of
from docgen.service.runs.files import OUTPUT, TABLE
from docgen.service.runs.orders import NUMBERED, job_values, refuse_rows
from docgen.service.wire import MessageReader, packed
from docgen.service.wording import for_caller
from docgen.service.worker import failed

#: Seconds between two reports.
OFTEN = 0.3


def serve(handle: int) -> None:
    """Print the run that the first message says, and report over a socket, given by its file descriptor."""
    settle_signals()
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
    folder, order, settings = Path(head["folder"]), head["order"], head["settings"]
    output = folder / OUTPUT
    output.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    job = _job(folder, order, settings, head["name"])
    with ExitStack() as stack:
        opened = stack.enter_context(job.opened())
        limit = settings["limits"]["rows"]
        refuse_rows(len(opened.source), limit)
        how = stack.enter_context(_printers(head, job, opened, output))
        from docgen.register.values import working_as

        stack.enter_context(working_as(head["clerk"] or None))
        from docgen.batching import batch

        result = batch(opened.form, opened.source, output, resume=True, progress=_Reports(connection, opened, limit), **how)
    return {
        "records": result.records,
        "volumes": [_volume(each) for each in result.volumes],
        "problems": [_named(each, head).as_json() for each in result.problems],
        "notes": [_named(each, head).as_json() for each in result.notes],
    }


def _volume(volume: VolumeFile) -> dict[str, object]:
    return {"file": volume.file, "records": volume.records, "pages": volume.pages, "sha256": volume.sha256}


def _job(folder: Path, order: Mapping[str, Any], settings: Mapping[str, Any], name: str) -> Job:
    [table] = folder.glob(f"{TABLE}.*")
    values = {"name": name, **job_values(order)}
    paths: dict[str, Any] = {key: Path(settings[key]) if settings[key] else None for key in ("forms", "artwork", "profile")}
    if values.get("purpose") != "press":
        del paths["profile"]
    register = settings["register"] if order.get(NUMBERED) else ""
    return Job(**values, **paths, table=table, register=register)


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

    def __init__(self, connection: socket.socket, opened: OpenedJob, limit: int):
        self._connection, self._source, self._limit = connection, opened.source, limit
        self._done, self._last = 0, 0.0

    def __call__(self, _step: str, done: int) -> None:
        """Count records that are done."""
        self._done += done
        refuse_rows(len(self._source), self._limit)
        if monotonic() - self._last > OFTEN:
            self._last = monotonic()
            self._connection.sendall(packed({"done": self._done, "total": len(self._source)}))
