"""A task is a whole process; a measure is the median of several runs of it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median


class Failed(Exception):
    """A task that ended with an error; the message is what it said."""


@dataclass(frozen=True, slots=True)
class Task:
    """A command that makes `count` pages, rows or documents, and the file that it makes.

    The file `begins_without` is taken away before each run.
    """

    name: str
    command: tuple[str, ...]
    count: int = 1
    output: Path | None = None
    begins_without: Path | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run: seconds on the clock, seconds of processor time (user and system), and the peak of memory in MB."""

    seconds: float
    cpu: float
    peak: float


@dataclass(frozen=True, slots=True)
class Measure:
    """What the runs of a task took: medians. `size` is that of its file in bytes."""

    task: Task
    runs: tuple[Run, ...]
    size: int

    @property
    def seconds(self) -> float:
        return median(run.seconds for run in self.runs)

    @property
    def cpu(self) -> float:
        return median(run.cpu for run in self.runs)

    @property
    def peak(self) -> float:
        return median(run.peak for run in self.runs)

    @property
    def rate(self) -> float:
        """How many a second."""
        return self.task.count / self.seconds

    @property
    def spread(self) -> str:
        seconds = sorted(run.seconds for run in self.runs)
        return f"{seconds[0]:.2f} – {seconds[-1]:.2f}"


@dataclass
class Bench:
    """The sizes and runs asked for, and what has been measured so far: each task once, though several lines need it."""

    sizes: dict[str, int]
    runs: int
    #: Seconds of each round of calls to a service.
    seconds: int = 10
    measures: dict[Task, Measure] = field(default_factory=dict)

    def measure(self, *tasks: Task) -> list[Measure]:
        self.measures.update(measure([task for task in tasks if task not in self.measures], self.runs))
        return [self.measures[task] for task in tasks]


def measure(tasks: Iterable[Task], runs: int) -> dict[Task, Measure]:
    """Run the tasks in turn, `runs` times around, so that a busy minute of the machine falls on all of them."""
    tasks = list(tasks)
    found: dict[Task, list[Run]] = {task: [] for task in tasks}
    for turn in range(runs):
        for task in tasks:
            found[task].append(run(task))
            print(f"bench: {turn + 1}/{runs} {task.name}, {task.count}: {found[task][-1].seconds:.2f} s", file=sys.stderr)
    return {task: Measure(task, tuple(each), _size(task)) for task, each in found.items()}


def run(task: Task) -> Run:
    """Run a task once. Memory is the largest process's, as the kernel counts it for the child and those it waited for."""
    if task.begins_without:
        task.begins_without.unlink(missing_ok=True)
    begun = time.perf_counter()
    process = subprocess.Popen(task.command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read()
    _pid, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Failed(f"{task.name}: {said.decode(errors='replace')[-500:]}")
    kilobyte = 1024 if sys.platform == "darwin" else 1
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / kilobyte / 1024)


def _size(task: Task) -> int:
    return task.output.stat().st_size if task.output else 0
