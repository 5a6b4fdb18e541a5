"""Programs that tests start: with default signals whatever the caller ignores, and with a limit to every wait."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Sequence
from selectors import EVENT_READ, DefaultSelector

#: Seconds that a program may take; ours take a few, more on a busy machine. TimeoutExpired names the program and the limit.
LIMIT = 600.0
#: What `nohup`, jobs in the background and many CI systems ignore, and programs inherit.
SIGNALS = (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)


def command(words: Sequence[object]) -> list[str]:
    """Return the words of a command that is run with default signals, even where this process ignores them."""
    ignored = [each.name.removeprefix("SIG") for each in SIGNALS if signal.getsignal(each) is signal.SIG_IGN]
    restore = [shutil.which("env") or "env", f"--default-signal={','.join(ignored)}"] if ignored else []
    return [*restore, *map(str, words)]


class Process(subprocess.Popen):
    """A program that runs beside the test; no wait for it is without limit."""

    def wait(self, timeout: float | None = LIMIT) -> int:
        return super().wait(timeout)

    def communicate(self, input: str | bytes | None = None, timeout: float | None = LIMIT) -> tuple:
        return super().communicate(input, timeout)

    def line(self, timeout: float = 300) -> str:
        """Return the first line that the program writes; TimeoutExpired if there is none by then."""
        with DefaultSelector() as selector:
            selector.register(self.stdout, EVENT_READ)
            if not selector.select(timeout):
                raise subprocess.TimeoutExpired(f"the first line of {self.args}", timeout)
        return self.stdout.readline()


def start(words: Sequence[object], **options: object) -> Process:
    """Start a program, with the options of `subprocess.Popen`."""
    return Process(command(words), **options)


def run(
    words: Sequence[object] | str, timeout: float = LIMIT, shell: bool = False, **options: object
) -> subprocess.CompletedProcess:
    """Run a program to its end, with the options of `subprocess.run`."""
    words = ["sh", "-c", words] if shell else words
    return subprocess.run(command(words), timeout=timeout, **options)
