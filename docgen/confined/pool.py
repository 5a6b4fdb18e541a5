"""The child processes of this process: started when they are first needed, kept, and replaced when one ends.

Safe from several threads: each call has a child to itself, and waits where all are busy. A process that is forked off has
children of its own. None outlives this process: a child ends when its socket is closed, and by the system's own alarm.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar, cast

from docgen import errors
from docgen.confined import frames
from docgen.confined.forking import Fork, can_fork
from docgen.confined.limits import Operation, Progress
from docgen.errors import DataError, DocgenError, MachineError, Problem, Where
from docgen.messages import _, spoken, translated

R = TypeVar("R")
Process = subprocess.Popen[bytes] | Fork

#: Seconds in which a child has to be ready; a machine under load takes one.
START_SECONDS = 60
#: What of the environment a child is given: it has no business with names and passwords of registers.
ENVIRONMENT = ("PATH", "HOME", "TMPDIR", "TZ", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
_ERRORS = {kind.__name__: kind for kind in (DataError, errors.UsageError, errors.FormError, MachineError)}


def call(operation: Operation[..., R], args: Sequence[object], kwargs: Mapping[str, object]) -> R:
    """Return what an operation returns in a child process; raise as `Operation.__call__` says."""
    limits, pool = operation.limits, _pool
    facts = {
        "module": operation.module, "name": operation.name, "keys": list(kwargs), "language": spoken(),
        "seconds": limits.seconds, "megabytes": limits.megabytes,
    }  # fmt: skip
    is_fork = operation.is_own and can_fork()
    child, is_whole = Child(_forked) if is_fork else pool.take(), False
    try:
        answer, values = child.ask(facts, [*args, *kwargs.values()], limits.seconds, operation.progress)
        is_whole = answer.get("last") is False
    except TimeoutError:
        raise _too_long(operation) from None
    except frames.Broken:
        raise _ended(operation, child.end()) from None
    finally:
        if is_fork:
            child.end()
        else:
            pool.give_back(child, is_whole=is_whole)
    return cast("R", _result(operation, answer, values))


def close() -> None:
    """End the children of this process; the next call starts another one."""
    _pool.close()


class Child:
    """One child process and the socket to it."""

    def __init__(self, start: Callable[[socket.socket, socket.socket], Process] | None = None) -> None:
        with nullcontext() if start else _starting:  # a fork takes the lock by itself
            ours, theirs = map(_above_standard, socket.socketpair())
            with theirs:
                try:
                    self.process = (start or _start)(ours, theirs)
                except OSError as error:
                    ours.close()
                    raise _not_started(translated(error.strerror or str(error))) from None
        self.socket = ours
        try:
            frames.receive(ours, monotonic() + START_SECONDS)
        except (frames.Broken, TimeoutError) as error:
            reason = _("it is not ready in {seconds} seconds", seconds=START_SECONDS) if isinstance(error, TimeoutError) else ""
            raise _not_started(reason or _("it ended with {code}", code=self.end())) from None
        except BaseException:
            self.end()
            raise

    def ask(
        self, facts: Mapping[str, object], values: list[object], seconds: float, progress: Progress | None
    ) -> tuple[dict[str, object], list[object]]:
        """Return a call's answer; TimeoutError if it, or a step of it, takes longer than `seconds`, Broken if the child ends."""
        deadline = monotonic() + seconds
        frames.send(self.socket, facts, values, deadline)
        steps = 0
        while True:
            answer, values = frames.receive(self.socket, deadline)
            if "done" not in answer:
                return answer, values
            done, total = answer["done"], answer.get("total")
            if not (isinstance(done, int) and isinstance(total, int) and steps < done <= total):
                raise frames.Broken
            if progress:
                progress(done, total)
            steps, deadline = done, monotonic() + seconds

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self.process.poll() is None

    def end(self) -> int:
        """End the process with all that it may have started; return its exit code, or the signal that ended it, negative."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        with suppress(subprocess.TimeoutExpired):  # it may just be ending by itself, which says why
            self.process.wait(0.05)
        if self.process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        return self.process.wait()

    def forget(self) -> None:
        """Let go of a child that is another process's: that one, which this one was forked off, ends it."""
        self.socket.close()
        self.process.returncode = 0


class Pool:
    """The children that are there, at most one a core and two at least."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._idle: list[Child] = []
        self._busy = 0
        self._limit = max(2, os.cpu_count() or 1)
        self.children: set[Child] = set()

    def take(self) -> Child:
        """Return a child for one call, as soon as there is one."""
        with self._change:
            while self._busy >= self._limit:
                self._change.wait()
            self._busy += 1
            child = self._idle.pop() if self._idle else None
        try:
            if child and not child.is_alive:
                self.children.discard(child)
                child.end()
                child = None
            if child is None:
                child = Child()
                self.children.add(child)
                _close_with_worker()
            return child
        except BaseException:
            self._release()
            raise

    def give_back(self, child: Child, *, is_whole: bool) -> None:
        """Keep a child for the next call, or end it where the last one was not answered whole."""
        try:
            if not is_whole:
                self.children.discard(child)
                child.end()
        finally:
            self._release(child if is_whole else None)

    def _release(self, child: Child | None = None) -> None:
        with self._change:
            self._busy -= 1
            if child:
                self._idle.append(child)
            self._change.notify()

    def close(self) -> None:
        """End the children that wait for a call."""
        with self._change:
            idle, self._idle = self._idle, []
        for child in idle:
            self.children.discard(child)
            child.end()


def child_command(module: str, handle: int) -> list[str]:
    """Return the command of a process that runs `serve(handle)` of a module; `handle` is a file descriptor that it inherits.

    It has the search path of this one; `-I -S` leaves the interpreter nothing else to look for.
    """
    own = str(Path(errors.__file__).parents[1])
    path = sys.path if own in sys.path else [*sys.path, own]
    program = f"import sys; sys.path[:] = sys.argv[2:]; from {module} import serve; serve(int(sys.argv[1]))"
    return [sys.executable, "-I", "-S", *(["-B"] if sys.dont_write_bytecode else []), "-c", program, str(handle), *path]


def _forked(ours: socket.socket, theirs: socket.socket) -> Process:
    """Start a fork that answers calls; it must not keep our end of the socket, by whose end it learns that we have ended."""
    from docgen.confined.child import serve

    def work() -> None:
        ours.close()
        serve(theirs.detach())

    return Fork(work)


def _start(_ours: socket.socket, theirs: socket.socket) -> Process:
    return subprocess.Popen(
        child_command("docgen.confined.child", theirs.fileno()),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[theirs.fileno()],
        env={name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
        start_new_session=True,  # Ctrl-C is the parent's alone, and the child's group can be ended as one
    )


def _above_standard(connection: socket.socket) -> socket.socket:
    """Return a socket whose number is none of the standard streams', which are free where they were closed."""
    if connection.fileno() > 2:
        return connection
    with connection:
        return socket.socket(fileno=fcntl.fcntl(connection, fcntl.F_DUPFD_CLOEXEC, 3))


def _result(operation: Operation[..., Any], answer: Mapping[str, object], values: list[object]) -> object:
    """Return the result of a call, or raise what went wrong in it. What a child says is taken for nothing but data."""
    if "tuple" in answer:
        if answer["tuple"]:
            return tuple(values)
        if len(values) == 1:
            return values[0]
    elif "memory" in answer:
        raise _too_large(operation)
    elif "failed" in answer:
        message = _("{name} failed: {reason}", name=operation.name, reason=answer["failed"])
        raise MachineError.because("confined-failed", message, file=operation.file)
    elif answer.get("error") in _ERRORS:
        raise _same_error(operation, answer)
    raise _ended(operation, 0)


def _same_error(operation: Operation[..., Any], answer: Mapping[str, Any]) -> DocgenError:
    """Return the error that was raised in the child, about the file that the caller named where the child named none."""
    try:
        problems, notes = ([_problem(each) for each in answer[name]] for name in ("problems", "notes"))
    except (TypeError, LookupError, AttributeError):
        return _ended(operation, 0)
    named = [each.at(file=each.where.file or operation.file) for each in problems]
    return _ERRORS[answer["error"]](named, notes)


def _problem(facts: dict[str, Any]) -> Problem:
    """Return a problem as the child wrote it; TypeError where it is none."""
    where = facts.pop("where")
    texts = [*facts.values(), *(value for name, value in where.items() if name != "row")]
    if not all(isinstance(text, str) for text in texts) or not isinstance(where["row"], int | None):
        raise TypeError
    return Problem(where=Where(**where), **facts)


def _too_long(operation: Operation[..., Any]) -> DataError:
    message = _("it takes longer than {seconds:g} seconds", seconds=operation.limits.seconds)
    return DataError.because("confined-slow", message, _("Make the file anew, or a simpler one."), file=operation.file)


def _too_large(operation: Operation[..., Any]) -> DataError:
    message = _("it needs more than {megabytes} MB of memory", megabytes=operation.limits.megabytes)
    return DataError.because("confined-memory", message, _("Make the file anew, or a simpler one."), file=operation.file)


def _ended(operation: Operation[..., Any], code: int) -> DataError:
    """Return the error for a child that ended amid a call; by which signal says whether that was a limit."""
    if -code in (signal.SIGXCPU, signal.SIGALRM):
        return _too_long(operation)
    message = _("the program that reads it has ended amid the work")
    hint = _(
        "It is damaged, or needs more than {megabytes} MB of memory. Make the file anew.", megabytes=operation.limits.megabytes
    )
    return DataError.because("confined-ended", message, hint, file=operation.file)


def _not_started(reason: str) -> MachineError:
    message = _("the process for files from outside cannot be started: {reason}", reason=reason)
    return MachineError.because("confined-start", message, _("Make room in the memory, then run the same command again."))


def _close_with_worker() -> None:
    """End the children where a process of multiprocessing ends: those that are forked do not call what `atexit` was given."""
    if (multiprocessing := sys.modules.get("multiprocessing")) and multiprocessing.parent_process():
        from multiprocessing.util import Finalize

        Finalize(None, close, exitpriority=1)


_pool = Pool()
_starting = threading.Lock()


def _after_fork() -> None:
    global _pool
    forgotten, _pool = _pool, Pool()
    _starting.release()
    for child in list(forgotten.children):
        child.forget()


# A fork amid the start of a child would hold that child's end of the socket open, and the parent never learn that it ended.
os.register_at_fork(before=_starting.acquire, after_in_parent=_starting.release, after_in_child=_after_fork)
atexit.register(close)
