"""The real service: `docgen serve` in a process of its own, on a free port, and a client that calls it."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from support import processes
from support.records import record_of

CERTIFICATE = "retraining-certificate"
DOCUMENTS = f"/v1/forms/{CERTIFICATE}/documents"


class Serving:
    """A running service: its process, its address, a client of it, and its log."""

    def __init__(self, process: processes.Process, address: str, log: Path, data: Path, verify: Any):
        self.process, self.address, self._log, self.data = process, address, log, data
        self.client = httpx.Client(base_url=address, timeout=120, verify=verify, trust_env=False)

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def log(self) -> list[dict[str, Any]]:
        """Return the lines of the log."""
        return [json.loads(line) for line in self._log.read_text("utf-8").splitlines() if line.startswith("{")]

    def logged(self, request: str, seconds: float = 60) -> dict[str, Any]:
        """Return the line of a request by its id, which is written when it has been answered; fail if there is none by then."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            for line in self.log():
                if line.get("id") == request:
                    return line
            time.sleep(0.05)
        raise AssertionError(f"no line of request {request} in {seconds} s")

    def log_text(self) -> str:
        return self._log.read_text("utf-8")

    def workers(self) -> list[int]:
        """Return the ids of the worker processes (Linux)."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(child) for child in children if b"service.worker" in Path(f"/proc/{child}/cmdline").read_bytes()]

    def stop(self) -> int:
        """Let the service end as SIGTERM asks it to; return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@contextmanager
def served(folder: Path, *options: object, verify: Any = True, environment: Mapping[str, str] | None = None) -> Iterator[Serving]:
    """Provide a service that stores in `folder`; it is ended with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "service.log"
    command = [sys.executable, "-m", "docgen", "serve", "--port", "0", "--data", folder / "data", *options]
    with log.open("ab") as stderr:
        process = processes.start(
            command, stdout=-1, stderr=stderr, text=True, env={**os.environ, **(environment or {})}, start_new_session=True
        )
    with process:
        try:
            line = process.line()
            assert "http" in line, line + log.read_text("utf-8")
            serving = Serving(process, line.split()[-1], log, folder / "data", verify)
            with serving.client:
                yield serving
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(30)
                except Exception:
                    os.killpg(process.pid, signal.SIGKILL)


def plain(value: object) -> object:
    """Return a value as JSON has it."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def record(form: str = CERTIFICATE, **changes: object) -> dict[str, object]:
    """Return the sample of a form as JSON has it, with changes."""
    found = plain(record_of(form, **changes))
    assert isinstance(found, dict)
    return found
