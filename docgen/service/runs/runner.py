"""Carries runs out: takes the next one from the table, lets a process print it, and stores how far it is and what came of it."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic, time
from typing import Any

from docgen.confined import child_command
from docgen.errors import DocgenError, MachineError
from docgen.messages import _, language
from docgen.service.logs import ServiceLog
from docgen.service.metrics import ServiceMetrics
from docgen.service.pages.desk import erase_old_drafts
from docgen.service.problems import problem_details
from docgen.service.runs.files import remove_folder, run_folder
from docgen.service.runs.store import CANCELLED, DONE, FAILED, WAITING, JobRun, RunStore
from docgen.service.settings import ServiceSettings, WorkSettings
from docgen.service.wire import MessageReader, WireBroken, packed

#: Seconds between two looks for a run to take, two words to the table, and two looks for what is to be erased.
LOOK, WORD, SWEEP = 1.0, 2.0, 60.0
#: How often a run is begun again after its process has died.
TRIES = 2
#: Seconds after which a folder that no run has is removed.
ORPHANED = 3600.0


class RunRunner:
    """The one that carries runs out in a service."""

    def __init__(self, settings: ServiceSettings, store: RunStore, log: ServiceLog, metrics: ServiceMetrics):
        self._settings, self._store, self._log, self._metrics = settings, store, log, metrics
        self._holder = secrets.token_hex(8)
        self._wake = asyncio.Event()
        self._is_stopping = False
        self._swept = 0.0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look for runs."""
        self._task = asyncio.create_task(self._loop())

    def wake(self) -> None:
        """Look for a run at once."""
        self._wake.set()

    async def close(self) -> None:
        """Stop the run under way, which goes on with the next start, and wait until that is stored."""
        self._is_stopping = True
        self._wake.set()
        if self._task:
            await self._task

    async def _loop(self) -> None:
        while not self._is_stopping:
            try:
                found = await asyncio.to_thread(self._store.take, self._holder)
                if found:
                    await self._carry_out(found)
                    continue
                await self._sweep()
            except DocgenError as error:  # the database is away: it is asked again
                self._log.write("runs failed", codes=[problem.code for problem in error.problems])
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), LOOK)
            self._wake.clear()

    async def _carry_out(self, run: JobRun) -> None:
        """Carry a run out, once more where its process dies."""
        self._log.write("run begins", run=run.id)
        state, result = WAITING, dict[str, Any]()
        for _try in range(TRIES):
            state, result = await _RunProcess(self._settings, self._store, self._holder, run).carry_out(self._stopped)
            if state != FAILED or "problem" in result:
                break
        if state == FAILED and "problem" not in result:
            with language(str(run.job.get("language", "en"))):
                result = {"problem": problem_details(_died(), 503)}
        await asyncio.to_thread(self._store.end, run.id, self._holder, state, result)
        self._metrics.runs.labels(state).inc()
        self._log.write("run ends", run=run.id, state=state)

    def _stopped(self) -> bool:
        return self._is_stopping

    async def _sweep(self) -> None:
        """Erase the runs whose time is over, and folders that no run has."""
        if monotonic() - self._swept < SWEEP:
            return
        self._swept = monotonic()
        await asyncio.to_thread(self._erase_old)

    def _erase_old(self) -> None:
        data = self._settings.data
        erase_old_drafts(data)
        for number in self._store.older(self._settings.limits.hours):
            self._store.erase(number)
            remove_folder(data, number)
        for folder in (data / "runs").glob("*"):
            with suppress(OSError):
                if time() - folder.stat().st_mtime > ORPHANED and not self._store.has(folder.name):
                    remove_folder(data, folder.name)


def _died() -> MachineError:
    message = _("the process that printed it has ended, twice")
    return MachineError.because("worker-ended", message, _("Divide the table; the log of the service says more."))


class _RunProcess:
    """One process that prints a run."""

    def __init__(self, settings: ServiceSettings, store: RunStore, holder: str, run: JobRun):
        self._settings, self._store, self._holder, self._run = settings, store, holder, run
        self._done, self._total = run.done, run.total

    async def carry_out(self, stopped: Any) -> tuple[str, dict[str, Any]]:
        """Return the state in which the run ends, and its result; WAITING where the service ends before the run."""
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                process = subprocess.Popen(
                    child_command("docgen.service.runs.process", theirs.fileno()),
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()], start_new_session=True,
                )  # fmt: skip
            ours.setblocking(False)
            try:
                return await self._followed(ours, stopped)
            finally:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
                await asyncio.to_thread(process.wait)

    async def _followed(self, connection: socket.socket, stopped: Any) -> tuple[str, dict[str, Any]]:
        """Follow what the process reports until it ends."""
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(connection, packed(self._message()))
        reader, spoken = MessageReader(), 0.0
        while True:
            if monotonic() - spoken > WORD:
                spoken = monotonic()
                report = (self._run.id, self._holder, self._done, self._total)
                if not await asyncio.to_thread(self._store.report, *report):
                    return CANCELLED, {}
            if stopped():
                return WAITING, {}
            try:
                data = await asyncio.wait_for(loop.sock_recv(connection, 1 << 20), LOOK / 2)
            except TimeoutError:
                continue
            if not data:
                return FAILED, {}
            try:
                for head, _body in reader.feed(data):
                    if (outcome := self._taken(head)) is not None:
                        return outcome
            except WireBroken:
                return FAILED, {}

    def _taken(self, head: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
        if "result" in head:
            return DONE, dict(head["result"])
        if "problem" in head:
            return FAILED, {"problem": head["problem"]}
        self._done, self._total = int(head["done"]), int(head["total"])
        return None

    def _message(self) -> dict[str, Any]:
        settings, job = self._settings, self._run.job
        folder: Path = run_folder(settings.data, self._run.id)
        return {
            "folder": str(folder.absolute()), "order": job["order"], "name": job["name"], "clerk": job["clerk"],
            "language": job["language"], "corrections": job.get("corrections", []),
            "settings": WorkSettings.of(settings).as_json(), "workers": settings.workers, "scheduler": settings.scheduler,
            "megabytes": settings.limits.megabytes * 2,
        }  # fmt: skip
