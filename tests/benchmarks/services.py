"""Services under load: docgen's and its peers', called by 20 clients that stay connected, on the same cores as the service."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from measure import Failed

HERE = Path(__file__).parent
CLIENTS = 20
#: Seconds in which a service has to begin, and that a client waits.
START, WAIT = 120, 600
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Load:
    """What one round of calls took: how many a second, milliseconds of the middle and of 99 of 100, processor time of each."""

    rate: float
    middle: float
    late: float
    cpu: float


@dataclass(slots=True)
class RunningService:
    """A service that listens at a port; `pid` is its first process."""

    name: str
    port: int
    pid: int
    loads: list[Load] = field(default_factory=list)

    def call(self, path: str, bodies: Path, seconds: int, *, keyed: bool = False) -> Load:
        """Let 20 clients call for so many seconds; Failed where one call is refused."""
        address = f"http://127.0.0.1:{self.port}{path}"
        command = ("wrk", "-t1", f"-c{CLIENTS}", f"-d{seconds}s", "--timeout", "60s", "-s", str(HERE / "load.lua"), address)
        environment = {**os.environ, "BODIES": str(bodies), **({"KEYED": "1"} if keyed else {})}
        before = sum(self.processor().values())
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        if done.returncode:
            raise Failed(f"{self.name}: {done.stderr[-500:]}")
        found = json.loads(done.stdout.strip().splitlines()[-1])
        if found["failed"] or not found["requests"]:
            raise Failed(f"{self.name}: {found}")
        spent = sum(self.processor().values()) - before
        load = Load(found["requests"] / found["seconds"], found["middle"], found["late"], spent / found["requests"])
        self.loads.append(load)
        print(f"bench: {self.name}, {path}: {load.rate:.0f}/s, {load.late:.1f} ms", file=sys.stderr)
        return load

    def processes(self) -> list[int]:
        """Return the processes of the service."""
        found = [self.pid]
        for each in found:
            found += map(int, Path(f"/proc/{each}/task/{each}/children").read_text().split())
        return found

    def processor(self) -> dict[int, float]:
        """Return the seconds of processor time of each process."""
        texts = {each: Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split() for each in self.processes()}
        return {each: (int(words[11]) + int(words[12])) / TICKS for each, words in texts.items()}

    def memory(self) -> float:
        """Return the megabytes that its processes have in memory."""
        sizes = [Path(f"/proc/{each}/statm").read_text().split()[1] for each in self.processes()]
        return sum(map(int, sizes)) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)

    def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> tuple[float, bytes]:
        """Return the seconds until the first byte of an answer, and its body; Failed for one that refuses."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT)
        begun = time.perf_counter()
        connection.request(method, path, body, {"Docgen-Clerk": "bench", **(headers or {})})
        answer = connection.getresponse()
        seconds, content = time.perf_counter() - begun, answer.read()
        connection.close()
        if answer.status >= 300:
            raise Failed(f"{self.name}: {path}: {answer.status} {content[:300]!r}")
        return seconds, content

    def first_byte(self, path: str, times: int = 21) -> float:
        """Return the milliseconds until the first byte of a page, the middle of some."""
        return 1000 * median(self.ask("GET", path)[0] for _time in range(times))


@contextmanager
def running(
    name: str, command: Iterable[str], port: int, environment: Mapping[str, str] | None = None
) -> Iterator[RunningService]:
    """Provide a service; it is ended with the block."""
    process = subprocess.Popen(
        list(command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=HERE / "peers", start_new_session=True,
        env={**os.environ, **(environment or {})},
    )  # fmt: skip
    try:
        limit = time.monotonic() + START
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > limit:
                raise Failed(f"{name} does not begin")
            time.sleep(0.1)
        time.sleep(1)
        yield RunningService(name, port, process.pid)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(WAIT)


def _answers(port: int) -> bool:
    """Return whether a service answers, whatever it says: it may listen before it can."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START)
    try:
        connection.request("GET", "/health")
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def disk_milliseconds(folder: Path) -> float:
    """Return how long the disk takes to make 4 KB durable, the middle of some."""
    path, found = folder / "fsync", list[float]()
    with path.open("wb", buffering=0) as file:
        for _time in range(51):
            file.write(b"x" * 4096)
            begun = time.perf_counter()
            os.fsync(file.fileno())
            found.append(1000 * (time.perf_counter() - begun))
    path.unlink()
    return median(found)
