"""The command line on a disk that fails where it is told to: a process that forks for each call, so that a call costs no start.

A test asks `Faulty.run`; this file is also the program that it starts, with faults.c loaded before the C library.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import traceback
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("faults.c")
KILL = -1
#: Calls so far, the call that fails, its error, whether the disk stays full: `struct control`.
CONTROL = struct.Struct("4q")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended: its exit code (a signal is negative), what it said, and how many calls to the disk it made."""

    code: int
    said: str
    calls: int


class Faulty:
    """A process that runs docgen with faults; `under` is the folder on the disk that fails."""

    def __init__(self, under: Path, outside: Path):
        from support import processes  # what is started below runs this file alone

        library = outside / "faults.so"
        processes.run(["gcc", "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
        self._control = outside / "control"
        self._control.write_bytes(CONTROL.pack(0, 0, 0, 0))
        shims = {"LD_PRELOAD": library, "FAULTS": self._control, "FAULTS_UNDER": under.resolve()}
        self._process = processes.start(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=os.environ | {name: str(value) for name, value in shims.items()},
        )  # fmt: skip

    def __enter__(self) -> Faulty:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.__exit__(None, None, None)

    def warm(self, *arguments: object) -> None:
        """Run docgen on a sound disk in the process from which the calls are forked: they find loaded what it loads."""
        code, said = self._ask("warm", arguments)
        assert code == 0, said

    def run(self, *arguments: object, at: int = 0, error: int = errno.EIO, stays: bool = False) -> Ended:
        """Run docgen; its call number `at` fails with `error`, or it is killed there; with `stays` all later writes fail too."""
        self._control.write_bytes(CONTROL.pack(0, at, error, stays))
        code, said = self._ask("fork", arguments)
        return Ended(code, said, CONTROL.unpack(self._control.read_bytes())[0])

    def _ask(self, how: str, arguments: tuple) -> tuple[int, str]:
        self._process.stdin.write(json.dumps([how, *map(str, arguments)]) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


def can_fail() -> bool:
    """Return whether this machine can make a disk fail."""
    return sys.platform == "linux" and shutil.which("gcc") is not None


def serve() -> None:
    """Answer each call on standard input with its exit code and what it said."""
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        how, *arguments = json.loads(line)
        with tempfile.TemporaryFile() as said:
            os.dup2(said.fileno(), 1), os.dup2(said.fileno(), 2)
            code = _call(arguments) if how == "warm" else _forked(arguments)
            said.seek(0)
            print(json.dumps([code, said.read().decode()]), file=answers, flush=True)


def _forked(arguments: list[str]) -> int:
    child = os.fork()
    if child == 0:
        os._exit(_call(arguments))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _call(arguments: list[str]) -> int:
    from docgen.cli import cli

    try:
        cli(arguments, prog_name="docgen")
    except SystemExit as end:
        return end.code or 0
    except BaseException:
        traceback.print_exc()
        return 99
    finally:
        sys.stdout.flush(), sys.stderr.flush()


if __name__ == "__main__":
    serve()
