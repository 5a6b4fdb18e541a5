"""The child process: one operation after the other, each within its limits, until the parent closes the socket."""

from __future__ import annotations

import socket
import sys
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from importlib import import_module
from typing import Any

from docgen.confined.bounds import bind, bind_time, settle_signals, unbind, used_megabytes
from docgen.confined.frames import Broken, receive, send
from docgen.confined.limits import Limits, Operation, reporters
from docgen.errors import DocgenError
from docgen.messages import language

#: A child that has grown by more megabytes than this is replaced by a new one.
GROWTH = 256


def serve(handle: int) -> None:
    """Answer the calls that come over a socket, given by its file descriptor."""
    settle_signals()
    with socket.socket(fileno=handle) as connection:
        connection.setblocking(True)
        send(connection, {"ready": True})
        first = used_megabytes()
        while True:
            try:
                facts, values = receive(connection)
            except Broken:
                return
            answer, result = _answer(facts, values, connection)
            unbind()
            is_last = "memory" in answer or used_megabytes() - first > GROWTH
            del values
            try:
                send(connection, {**answer, "last": is_last}, result)
            except Broken:
                return
            if is_last:
                return


def _answer(facts: Mapping[str, Any], values: list[object], caller: socket.socket) -> tuple[dict[str, object], list[object]]:
    """Return how a call ended, and its result."""
    try:
        called = _operation(facts["module"], facts["name"])
        count = len(values) - len(facts["keys"])
        named = dict(zip(facts["keys"], values[count:], strict=True))
        with language(facts["language"]):
            limits = Limits(facts["seconds"], facts["megabytes"])
            reporters[:] = [partial(_report, caller, limits)]
            bind(limits)
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
    bind_time(limits.seconds)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
