"""A batch on a Dask cluster: its workers make the volumes, in folders that they share with the caller.

Before the first volume each worker is asked what it would print with: a volume made by another docgen, with other faces or into
a folder of its own must not come to light after hours. All that Dask raises becomes a MachineError here.
"""

from __future__ import annotations

import gc
import logging
import os
import pickle
import platform
import re
import secrets
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any

from docgen.batching.job import BatchJob
from docgen.errors import MachineError, UsageError, visible
from docgen.files import disk_errors
from docgen.messages import _
from docgen.rendering import settled

#: A client of Dask, whose methods have no types.
Client = Any
ADDRESS = re.compile(r"(tcp|tls)://[^\s/@]+:\d{1,5}")
#: Seconds to wait for a scheduler, and for it to let us go.
PATIENCE = 5
#: Seconds in which a worker that died may be back.
LONELY = 15
#: How much of a version or a SHA-256 is shown.
SHOWN = 12
#: What Dask would log in addition to our own message.
LOGS = ("distributed", "tornado", "asyncio", "concurrent")


@contextmanager
def cluster_executor(address: str, job: BatchJob, folder: Path) -> Iterator[Executor]:
    """Yield an executor whose tasks the workers of the scheduler at `address` do, after a look at each of them.

    `job` is one like those to be done, `folder` the one to be filled; both name folders from the root. Raise UsageError without
    Dask or for a wrong address; MachineError for a scheduler that does not answer, for workers that would print otherwise or
    elsewhere, and when the cluster is lost on the way.
    """
    errors = _dask_errors()
    if not ADDRESS.fullmatch(address):
        message = _("“{address}” is no address of a scheduler", address=visible(address))
        raise UsageError.because("scheduler-wrong", message, _("Write it as in: tcp://host:8786"), key="--scheduler")
    for name in list(logging.root.manager.loggerDict):
        if name.startswith(LOGS):
            logging.getLogger(name).setLevel(logging.CRITICAL)
    client = _connected(address)
    watched = _WatchedExecutor(client, errors)
    try:
        _look_at(client, job, folder)
        yield watched
    except errors as error:
        reason = _("no worker is left") if watched.is_alone else type(error).__name__
        message = _("the cluster at {address} was lost: {reason}", address=address, reason=reason)
        hint = _("Start it again, then run the same batch with --resume.")
        raise MachineError.because("workers-lost", message, hint) from error
    finally:
        watched.over.set()
        with suppress(*errors):
            client.close(PATIENCE)


def _dask_errors() -> tuple[type[BaseException], ...]:
    """Return what Dask raises when workers or the scheduler are lost; raise UsageError where it is not installed."""
    try:
        from distributed import KilledWorker
        from distributed.comm.core import CommClosedError
    except ImportError:
        hint = _("Install it: {command}", command='pip install "docgen[dask]"')
        raise UsageError.because("dask-missing", _("--scheduler needs Dask, which is not installed"), hint) from None
    return (KilledWorker, CommClosedError, CancelledError, TimeoutError)


def _connected(address: str) -> Client:
    distributed: Any = import_module("distributed")
    try:
        return distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, RuntimeError) as error:
        message = _("the scheduler {address} does not answer", address=address)
        raise MachineError.because("scheduler-unreachable", message, _("Is it running, and is this its address?")) from error


class _WatchedExecutor(Executor):
    """Dask's executor with an eye on its cluster.

    Where no worker has been for `LONELY` seconds, or the scheduler is gone, what waits is cancelled. Dask itself would wait for
    ever.
    """

    def __init__(self, client: Client, errors: tuple[type[BaseException], ...]):
        from distributed import KilledWorker

        self._client, self._errors = client, (*errors, OSError)
        self._executor = client.get_executor(pure=False)
        self._waiting: set[Future[Any]] = set()
        self.over, self.is_alone = Event(), False
        #: What Dask raises when a task has killed several workers, one after the other; and how its executor fails, unpacking an
        #: outcome for an error, at a task whose worker died right after it.
        self.killed = (KilledWorker, TypeError)
        Thread(target=self._watch, daemon=True).start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Give the cluster a task; what came of it is in the future.

        It goes as bytes, which the scheduler hands on as they are: rows it would read and write anew.
        """
        future: Future[Any] = self._executor.submit(do_packed, pickle.dumps((fn, args, kwargs)), *gc.get_threshold())
        self._waiting.add(future)
        future.add_done_callback(self._waiting.discard)
        return future

    def _watch(self) -> None:
        seen = monotonic()
        with suppress(*self._errors):
            while not self.over.wait(1) and not self.is_alone:
                seen = monotonic() if self._client.nthreads() else seen
                self.is_alone = monotonic() - seen > LONELY
        while not self.over.wait(0.1):  # what is submitted now would wait for ever too
            for future in self._waiting.copy():  # others may end meanwhile
                future.cancel()


def do_packed(task: bytes, *threshold: int) -> object:
    """Do a task where it is called, and look for cycles of objects as rarely meanwhile as our own processes do it."""
    before = gc.get_threshold()
    gc.set_threshold(*threshold)
    try:
        do, args, kwargs = pickle.loads(task)  # the caller's own, as all that a cluster does
        return do(*args, **kwargs)
    finally:
        gc.set_threshold(*before)


def _look_at(client: Client, job: BatchJob, folder: Path) -> None:
    """Raise MachineError unless there is a worker, and each would print as we do and sees the folder."""
    with _token(folder) as token:
        found = client.run(look, job, token, token.name, on_error="return")
    if not found:
        hint = _("Start some: dask worker {address}", address=client.scheduler.address)
        raise MachineError.because("workers-none", _("the cluster has no worker"), hint)
    own = look(job, token, "")
    for worker, seen in sorted(found.items()):
        if isinstance(seen, BaseException):
            reason = f"{type(seen).__name__}: {seen}"[:200]
            hint = _("It needs the same docgen, faces and folders as this computer.")
            raise MachineError.because("worker-unfit", _("{worker} cannot print: {reason}", worker=worker, reason=reason), hint)
        _refuse_other(worker, seen, own, folder)


def _refuse_other(worker: str, seen: Mapping[str, Any], own: Mapping[str, Any], folder: Path) -> None:
    for name, value in own.items():
        other = seen.get(name, "")
        if name != "folder" and other != value:
            message = _("{worker} has another {name}", worker=worker, name=name)
            hint = _("Here: “{own}”. There: “{other}”. Make them the same.", own=value[:SHOWN], other=other[:SHOWN])
            raise MachineError.because("worker-differs", message, hint)
    if not seen["folder"]:
        message = _("{worker} does not see the folder", worker=worker)
        hint = _("All workers need the same folders, under the same names, as this computer.")
        raise MachineError.because("worker-elsewhere", message, hint, file=str(folder))


@contextmanager
def _token(folder: Path) -> Iterator[Path]:
    """Yield a file where the folder is, or will be, that can be found only by a worker that sees the same folder."""
    there = next(each for each in (folder, *folder.parents) if each.is_dir())
    token = there / f".docgen-{secrets.token_hex(8)}"
    with disk_errors(there):
        token.write_text(token.name)
    try:
        yield token
    finally:
        token.unlink(missing_ok=True)


def look(job: BatchJob, token: Path, name: str) -> dict[str, object]:
    """Return, where it is called, all that decides what volumes look like, and whether the token is there."""
    with settled(job.fonts, job.time):
        identity: dict[str, Any] = job.identity()
    return {
        "docgen": identity["docgen"],
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        **identity["fonts"],
        **identity["artwork"],
        "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", ""),
        "folder": token.is_file() and token.read_text() == name,
    }
