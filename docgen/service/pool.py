"""The workers of a service: processes that do calls, each with some calls under way, replaced when they end.

Each call waits in a lane. Of the quick ones (a certificate) several are on their way to one worker, so that it never waits. A
slow one (a document that is laid out, a measured file) has its worker to itself, and one worker is always left to the others.
Those of the book go to one worker, which does what has come meanwhile together. A worker that ends amid a call is replaced; that
call is tried once more by itself, the others go on to other workers.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from time import monotonic
from typing import Any, cast

from docgen.confined import child_command
from docgen.errors import DocgenError, FormError, MachineError, Problem, UsageError
from docgen.messages import _
from docgen.service.calls import Answer, Call
from docgen.service.logs import ServiceLog
from docgen.service.metrics import ServiceMetrics
from docgen.service.settings import WorkSettings
from docgen.service.wire import MessageReader, WireBroken, packed

#: How many quick calls, and calls of the book, are on their way to a worker.
DEPTH, BOOK_DEPTH = 3, 32
#: Seconds after which a worker that does not become ready is ended, and between looks at those that work for too long.
START_SECONDS, LOOK = 120.0, 0.5
#: Seconds before another worker is started in place of one that did not become ready.
PAUSE = 2.0
#: Bytes that a socket holds, so that an answer is written at once.
BUFFER = 1 << 20


class Lane(Enum):
    """Where a call waits."""

    QUICK = "quick"
    SLOW = "slow"
    BOOK = "book"


@dataclass(slots=True)
class Errand:
    """A call on its way: its message, who waits for the answer, and how often a worker ended amid it."""

    number: int
    message: bytes
    lane: Lane
    answer: asyncio.Future[tuple[dict[str, Any], bytes]]
    language: str
    tries: int = 0


@dataclass(slots=True)
class PoolFacts:
    """What the workers said of the forms when they began: by id, whether it has a fixed page."""

    forms: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class WorkerProcess(asyncio.Protocol):
    """One worker and the socket to it."""

    def __init__(self, pool: WorkerPool):
        self._pool = pool
        self._reader = MessageReader()
        self.errands: deque[Errand] = deque()
        self.is_ready = self.is_retiring = self.is_late = False
        self.since = monotonic()
        self.transport: asyncio.Transport
        self.process: subprocess.Popen[bytes]

    async def start(self, settings: WorkSettings) -> None:
        """Start the process; raise MachineError where the system refuses one."""
        ours, theirs = socket.socketpair()
        for each in (ours, theirs):
            each.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        with theirs:
            try:
                self.process = subprocess.Popen(
                    child_command("docgen.service.worker", theirs.fileno()),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,  # what a library writes there may quote a record
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,  # Ctrl-C is the service's alone, and the worker's group can be ended as one
                )
            except OSError as error:
                ours.close()
                message = _("a worker cannot be started: {reason}", reason=error.strerror)
                raise MachineError.because("worker-start", message) from None
        await asyncio.get_running_loop().create_unix_connection(lambda: self, sock=ours)
        self.transport.write(packed(settings.as_json()))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the socket."""
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Take what the worker writes."""
        try:
            for head, body in self._reader.feed(data):
                self._take(head, body)
        except WireBroken:
            self.end()
        self._pool.pump()

    def _take(self, head: dict[str, Any], body: bytes) -> None:
        if "n" in head and self.errands and self.errands[0].number == head["n"]:
            errand = self.errands.popleft()
            self.since = monotonic()
            if not errand.answer.done():
                errand.answer.set_result((head, body))
        elif "retires" in head:
            self.is_retiring = True
        elif "forms" in head:
            self.is_ready = True
            self._pool.take_ready(self, PoolFacts(head["forms"]))
        elif "refused" in head:
            self._pool.take_refusal(head)
        else:
            raise WireBroken

    @property
    def lane(self) -> Lane | None:
        """The lane of the call that it does, None where it has none."""
        return self.errands[0].lane if self.errands else None

    def send(self, errand: Errand) -> None:
        """Send a call to the worker."""
        if not self.errands:
            self.since = monotonic()
        self.errands.append(errand)
        self.transport.write(errand.message)

    def connection_lost(self, _error: Exception | None) -> None:
        """Learn that the process has ended, or is to be ended."""
        self.end()
        self._pool.take_end(self)

    def end(self) -> None:
        """End the process with all that it may have started."""
        self.transport.close()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)


class WorkerPool:
    """All workers of a service, and the calls that wait for one."""

    def __init__(self, settings: WorkSettings, count: int, log: ServiceLog, metrics: ServiceMetrics):
        self._settings, self._count, self._log, self._metrics = settings, max(1, count), log, metrics
        self._limits = settings.limits
        self._workers: list[WorkerProcess] = []
        self._lanes: dict[Lane, deque[Errand]] = {lane: deque() for lane in Lane}
        self._quick = self._lanes[Lane.QUICK]
        self._last = 0
        self._is_closing = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.facts = PoolFacts()

    async def start(self) -> None:
        """Start the workers, and return when one is ready; raise as the worker does that cannot work with these settings."""
        for _worker in range(self._count):
            await self._start_one()
        self._tasks.add(asyncio.create_task(self._watch()))
        try:
            await asyncio.wait_for(asyncio.shield(self._ready), START_SECONDS)
        except TimeoutError:
            message = _("no worker is ready in {seconds:g} seconds", seconds=START_SECONDS)
            raise MachineError.because("worker-start", message) from None

    async def _start_one(self) -> None:
        worker = WorkerProcess(self)
        await worker.start(self._settings)
        self._workers.append(worker)

    @property
    def ready(self) -> int:
        """How many workers are ready."""
        return sum(worker.is_ready for worker in self._workers)

    @property
    def waiting(self) -> int:
        """How many calls wait for a worker."""
        return sum(map(len, self._lanes.values()))

    def refuse_full(self) -> None:
        """Raise UsageError where too many calls wait already."""
        if self.waiting >= self._limits.waiting:
            message = _("{count} requests wait already", count=self.waiting)
            raise UsageError.because("service-full", message, _("Send it again in a moment."))

    async def do(self, call: Call, lane: Lane) -> tuple[Answer, Mapping[str, Any] | None]:
        """Return the answer to a call, and what is to be logged of a failure; raise MachineError where no worker can do it."""
        self._last += 1
        message = packed({"n": self._last, **call.head()}, call.body)
        answer: asyncio.Future[tuple[dict[str, Any], bytes]] = asyncio.get_running_loop().create_future()
        self._lanes[lane].append(Errand(self._last, message, lane, answer, call.language))
        self.pump()
        head, body = await answer
        return Answer(head["s"], head["t"], body, head.get("h") or {}), head.get("failure")

    def pump(self) -> None:
        """Send calls that wait to workers that can take one."""
        for lane, find in ((Lane.SLOW, self._for_slow), (Lane.BOOK, self._for_book)):
            while self._lanes[lane] and (worker := find()):
                worker.send(self._lanes[lane].popleft())
        while self._quick and (worker := self._for_quick()):
            worker.send(self._quick.popleft())

    def _for_quick(self) -> WorkerProcess | None:
        """Return the worker with the fewest calls that can take a quick one."""
        best = None
        for worker in self._workers:
            if worker.is_ready and not worker.is_retiring and len(worker.errands) < DEPTH:
                is_taken = worker.errands and worker.errands[0].lane is Lane.SLOW
                if not is_taken and (best is None or len(worker.errands) < len(best.errands)):
                    best = worker
        return best

    def _for_slow(self) -> WorkerProcess | None:
        """Return a worker without a call, unless it is the last one that is left to quick calls."""
        able = [worker for worker in self._workers if worker.is_ready and not worker.is_retiring]
        busy = sum(1 for worker in able if worker.lane is Lane.SLOW)
        if busy >= max(1, len(able) - 1):
            return None
        return next((worker for worker in able if not worker.errands), None)

    def _for_book(self) -> WorkerProcess | None:
        """Return the worker that has calls of the book already, else the one with the fewest calls."""
        able = [worker for worker in self._workers if worker.is_ready and not worker.is_retiring and worker.lane is not Lane.SLOW]
        if not able:
            return None
        chosen = next((worker for worker in able if worker.errands and worker.errands[-1].lane is Lane.BOOK), None)
        chosen = chosen or min(able, key=lambda worker: len(worker.errands))
        return chosen if len(chosen.errands) < BOOK_DEPTH else None

    def take_ready(self, _worker: WorkerProcess, facts: PoolFacts) -> None:
        """Take what a worker says that is ready."""
        self.facts = facts
        self._metrics.workers.set(self.ready)
        if not self._ready.done():
            self._ready.set_result(None)

    def take_refusal(self, head: Mapping[str, Any]) -> None:
        """Take why a worker cannot work with these settings: the service does not start."""
        error = _refusal(head)
        self._log.write("worker refused", codes=[problem.code for problem in error.problems])
        if not self._ready.done():
            self._ready.set_exception(error)

    def take_end(self, worker: WorkerProcess) -> None:
        """Take the end of a worker: its calls go to others, and another one is started."""
        if worker not in self._workers:
            return
        self._workers.remove(worker)
        self._metrics.workers.set(self.ready)
        code = worker.process.poll()
        errands = list(worker.errands)
        if not (worker.is_retiring or self._is_closing):
            self._metrics.deaths.inc()
            self._log.write("worker ended", code=code, late=worker.is_late, calls=len(errands))
            if errands:
                self._try_again(errands.pop(0), is_late=worker.is_late)
        for errand in reversed(errands):
            self._lanes[errand.lane].appendleft(errand)
        if not self._is_closing:
            self._run(self._replace(0 if worker.is_ready else PAUSE, worker.process))

    def _try_again(self, errand: Errand, *, is_late: bool) -> None:
        """Let a call be tried once more, with a worker to itself; one that took too long, or ended another worker, is refused."""
        errand.tries += 1
        if errand.tries == 1 and not is_late:
            errand.lane = Lane.SLOW
            self._lanes[Lane.SLOW].appendleft(errand)
            return
        if not errand.answer.done():
            seconds = self._limits.seconds
            errand.answer.set_exception(_too_long(seconds) if is_late else _ended())

    def _run(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _replace(self, pause: float, ended: subprocess.Popen[bytes]) -> None:
        await asyncio.to_thread(ended.wait)
        await asyncio.sleep(pause)
        while not self._is_closing:
            try:
                return await self._start_one()
            except MachineError:
                self._log.write("worker cannot be started")
                await asyncio.sleep(PAUSE)

    async def _watch(self) -> None:
        """End workers that work on one call for too long, or do not become ready."""
        while True:
            await asyncio.sleep(LOOK)
            self._metrics.waiting.set(self.waiting)
            for worker in list(self._workers):
                limit = self._limits.seconds if worker.is_ready else START_SECONDS
                if (worker.errands or not worker.is_ready) and monotonic() - worker.since > limit:
                    worker.is_late = True
                    worker.end()

    async def close(self) -> None:
        """End all workers."""
        self._is_closing = True
        for worker in list(self._workers):
            worker.end()
            await asyncio.to_thread(worker.process.wait)
        for task in list(self._tasks):
            task.cancel()


def _refusal(head: Mapping[str, Any]) -> DocgenError:
    """Return the error that a worker had at its start."""
    cls: Callable[[list[Problem]], DocgenError] = {"FormError": FormError, "UsageError": UsageError}.get(
        str(head.get("class")), MachineError
    )
    try:
        found = json.loads(str(head["refused"]))["problems"]
        return cls([_problem(each) for each in found])
    except (ValueError, LookupError, TypeError):
        return MachineError.because("worker-start", _("a worker cannot work with these settings"))


def _problem(facts: Mapping[str, str]) -> Problem:
    return Problem(facts["code"], facts["message"], facts["hint"]).at(file=facts["file"], key=facts["field"])


def _too_long(seconds: float) -> MachineError:
    message = _("it takes longer than {seconds:g} seconds", seconds=seconds)
    return MachineError.because("worker-slow", message, _("Ask for less at once."))


def _ended() -> MachineError:
    message = _("the worker has ended amid the work, twice")
    return MachineError.because("worker-ended", message, _("Ask for less at once; the log of the service says more."))
