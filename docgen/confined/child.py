"""The child process: one operation after the other, each within its limits, until the parent closes the socket."""

from __future__ import annotations

import math
import resource
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from docgen.confined.frames import Broken, receive, send
from docgen.confined.limits import Limits, Operation, reporters
from docgen.errors import DocgenError
from docgen.messages import language

#: Seconds that a child outlives its limit where the parent does not end it: because the parent itself was killed.
GRACE = 5
#: A child that has grown by more megabytes than this is replaced by a new one.
GROWTH = 256


def serve(handle: int) -> None:
    """Answer the calls that come over a socket, given by its file descriptor."""
    _prepare()
    with socket.socket(fileno=handle) as connection:
        connection.setblocking(True)
        send(connection, {"ready": True})
        first = _megabytes()
        while True:
            try:
                facts, values = receive(connection)
            except Broken:
                return
            answer, result = _answer(facts, values, connection)
            _unbind()
            is_last = "memory" in answer or _megabytes() - first > GROWTH
            del values
            try:
                send(connection, {**answer, "last": is_last}, result)
            except Broken:
                return
            if is_last:
                return


def _prepare() -> None:
    """Take back what the parent's own settings of signals would do to the limits, and leave no memory image behind."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for number in (signal.SIGALRM, signal.SIGXCPU, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(facts: Mapping[str, Any], values: list[object], caller: socket.socket) -> tuple[dict[str, object], list[object]]:
    """Return how a call ended, and its result."""
    try:
        called = _operation(facts["module"], facts["name"])
        count = len(values) - len(facts["keys"])
        named = dict(zip(facts["keys"], values[count:], strict=True))
        with language(facts["language"]):
            limits = Limits(facts["seconds"], facts["megabytes"])
            reporters[:] = [partial(_report, caller, limits)]
            _bind(limits)
            result = called.function(*values[:count], **named)
    except MemoryError:
        return {"memory": True}, []
    except DocgenError as error:
        lists = {"problems": [asdict(each) for each in error.problems], "notes": [asdict(each) for each in error.notes]}
        return {"error": type(error).__name__, **lists}, []
    except Exception as error:
        return {"failed": f"{type(error).__name__}: {error}"[:500]}, []
    return ({"tuple": True}, list(result)) if isinstance(result, tuple) else ({"tuple": False}, [result])


def _operation(module: str, name: str) -> Operation[..., object]:
    """Return the operation that a module declares by this name, with what it needs loaded."""
    found = getattr(import_module(module), name, None)
    if not isinstance(found, Operation):
        raise LookupError(f"{module} declares no operation {name}")
    for each in found.loads:
        import_module(each)
    return found


def _report(caller: socket.socket, limits: Limits, done: int, total: int) -> None:
    """Report a step to the caller, and let the time of the next one begin."""
    send(caller, {"done": done, "total": total})
    _bind_time(limits)


def _bind(limits: Limits) -> None:
    """Set the limits of one call, which the system keeps whatever runs."""
    if used := _megabytes():
        _set_soft(resource.RLIMIT_AS, (used + limits.megabytes) << 20)
    _bind_time(limits)


def _bind_time(limits: Limits) -> None:
    """Set the limits of time on a processor and by the clock, from now on."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    _set_soft(resource.RLIMIT_CPU, math.ceil(spent.ru_utime + spent.ru_stime + limits.seconds) + GRACE)
    signal.setitimer(signal.ITIMER_REAL, limits.seconds + GRACE)


def _unbind() -> None:
    signal.setitimer(signal.ITIMER_REAL, 0)
    for kind in (resource.RLIMIT_AS, resource.RLIMIT_CPU):
        _set_soft(kind, resource.RLIM_INFINITY)


def _set_soft(kind: int, limit: int) -> None:
    hard = resource.getrlimit(kind)[1]
    is_within = hard == resource.RLIM_INFINITY or (limit != resource.RLIM_INFINITY and limit < hard)
    resource.setrlimit(kind, (limit if is_within else hard, hard))


_STATM = Path("/proc/self/statm")


def _megabytes() -> int:
    """Return how much memory this process has taken up (its address space); 0 where the system does not say."""
    try:
        return int(_STATM.read_bytes().split()[0]) * resource.getpagesize() >> 20
    except OSError:
        return 0


if __name__ == "__main__":
    serve(int(sys.argv[1]))
