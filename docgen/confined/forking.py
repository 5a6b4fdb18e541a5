"""A child process that is a fork of this one: it has loaded what this one has, and starts in a few milliseconds."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable

#: Seconds between two looks at a fork that is waited for.
STEP = 0.001


def can_fork() -> bool:
    """Return whether this process may be forked: on Linux, beside no thread of its own.

    A lock that a thread holds at that moment would stay locked in the fork for ever.
    """
    return sys.platform == "linux" and threading.active_count() == 1


class Fork:
    """A forked process that does one thing, in a session of its own and without our streams; it stands for a Popen."""

    def __init__(self, work: Callable[[], None]):
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            _do(work)

    def poll(self) -> int | None:
        """Return its exit code, or the signal that ended it, negative; None while it runs."""
        if self.returncode is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if ended else None
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return that code when it has ended; TimeoutExpired if that takes longer than so many seconds."""
        if timeout is None and self.returncode is None:
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        end = time.monotonic() + (timeout or 0)
        while (code := self.poll()) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired("fork", timeout or 0)
            time.sleep(STEP)
        return code


def _do(work: Callable[[], None]) -> None:
    """Do the work of a fork, and end it: nothing that this program does at its end is done twice."""
    try:
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nothing, stream)
        gc.freeze()  # what the parent made stays shared with it
        work()
    finally:
        os._exit(0)
