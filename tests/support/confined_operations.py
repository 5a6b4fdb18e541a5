"""Operations for tests: harmless ones that take time, memory, or their own process with them."""

from __future__ import annotations

import os
import signal
import sys
import time

from docgen.confined import operation, report_step
from docgen.errors import DataError, Problem, Where
from docgen.messages import _


@operation(seconds=20, megabytes=300)
def echo(*values: object, **named: object) -> tuple[object, ...]:
    return *values, *named.values()


@operation(seconds=20, megabytes=300)
def process() -> int:
    return os.getpid()


@operation(seconds=20, megabytes=300)
def nap(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


@operation(seconds=20, megabytes=300)
def work(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


@operation(seconds=20, megabytes=300)
def fill(megabytes: int) -> int:
    return len(bytearray(megabytes << 20))


KEPT: list[bytearray] = []


@operation(seconds=20, megabytes=900)
def keep(megabytes: int) -> int:
    KEPT.append(bytearray(megabytes << 20))
    return os.getpid()


@operation(seconds=20, megabytes=300)
def leave(code: int) -> None:
    os._exit(code)


@operation(seconds=20, megabytes=300)
def be_killed(number: int) -> None:
    os.kill(os.getpid(), number)


@operation(seconds=20, megabytes=300)
def start_another() -> int:
    """Start a process that outlives its parent unless the whole group is ended; return never."""
    if os.fork() == 0:
        time.sleep(60)
        os._exit(0)
    time.sleep(60)
    return 0


@operation(seconds=20, megabytes=300)
def refuse(file: str) -> None:
    notes = [Problem("mended", "a", value="b")]
    raise DataError([Problem("x", _("this is no PDF"), "h", Where(file=file, row=3, column="B"), "v"), Problem("y", "z")], notes)


@operation(seconds=20, megabytes=300)
def fail() -> None:
    raise ZeroDivisionError("a fault of ours")


@operation(seconds=20, megabytes=300)
def speak() -> None:
    """Write to the standard streams, which C libraries do."""
    for stream in (1, 2):
        os.write(stream, b"noise")
    assert os.read(0, 1) == b""


@operation(seconds=20, megabytes=300)
def environment() -> list[str]:
    return sorted(os.environ)


@operation(seconds=20, megabytes=300)
def signals() -> list[bool]:
    return [signal.getsignal(number) is signal.SIG_DFL for number in (signal.SIGALRM, signal.SIGXCPU)]


@operation(seconds=20, megabytes=300)
def loaded() -> list[str]:
    return sorted(sys.modules)


def no_operation() -> None:
    """What a module has besides is not called, whoever asks for it."""


@operation(seconds=20, megabytes=300)
def leave_amid(*_values: object) -> list[list[object]]:
    """End the process amid the work, as a C library may that a file has led astray."""
    os._exit(1)


@operation(seconds=1, megabytes=300)
def steps(count: int, seconds: float) -> int:
    for step in range(count):
        time.sleep(seconds)
        report_step(step + 1, count)
    return count
