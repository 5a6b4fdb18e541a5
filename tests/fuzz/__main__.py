"""Thousands of damaged files through the command line: no traceback, no hang, no greed; what is wrong is said in a message.

    PYTHONPATH=.:tests python -m fuzz [--seed N] [--inputs 2000] [--books 300] [--only KIND] [--number N] [--workers 2]

Each call runs in a child process, in the command line itself. It fails where it raises, where it ends with another code than
0 to 4, without a message or with a sign that steers a terminal, where it takes more than 20 seconds or 500 MB, or ends its
process. The same seed gives the same files: `--only KIND --number N` does one of them again, and leaves it in the folder that
it names. (What a register writes by its clock differs from run to run.)
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from multiprocessing.connection import Connection, wait
from pathlib import Path
from random import Random
from typing import NamedTuple

from click.testing import CliRunner, Result

#: Seconds of work and of the clock, and megabytes beyond what a child has before, that one file may take.
SECONDS, CLOCK, MEGABYTES = 20, 90, 500
#: A child is replaced after so many files: what the program remembers of each is not what is measured.
FILES = 150


class Job(NamedTuple):
    kind: str
    number: int


class Finding(NamedTuple):
    job: Job
    what: str
    detail: str = ""


def jobs(kinds: list[str], inputs: int, books: int) -> list[Job]:
    """Return which files are made: the inputs shared out over their kinds, and the books."""
    shared = [kind for kind in kinds if kind != "book"]
    found = [Job(shared[number % len(shared)], number // len(shared)) for number in range(inputs if shared else 0)]
    return found + [Job("book", number) for number in range(books if "book" in kinds else 0)]


def settings(folder: Path) -> None:
    """Take this process's own settings away, as the tests do."""
    for name in [name for name in os.environ if name.startswith("DOCGEN_")]:
        del os.environ[name]
    os.environ |= {"DOCGEN_LANG": "en", "DOCGEN_CACHE": str(folder / "cache"), "XDG_DATA_HOME": str(folder / "data")}


def tried(kind, job: Job, seed: int, folder: Path) -> tuple[list[Finding], list[int]]:
    """Return what goes wrong with one file, and the exit codes of its calls, which are made in this process."""
    from docgen.cli import cli

    path = folder / kind.file
    path.write_bytes(kind.mutated(seed, job.number))
    found, codes = [], []
    for call in kind.calls(path, Random(f"{seed} {job.kind} {job.number} calls")):
        result = CliRunner().invoke(cli, [str(word) for word in call])
        codes.append(result.exit_code)
        found += [Finding(job, what, f"{' '.join(map(str, call))}\n{detail}") for what, detail in _faults(result)]
    return found, codes


def _faults(result: Result) -> Iterator[tuple[str, str]]:
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        kind, _value, trace = result.exc_info
        frames = traceback.extract_tb(trace)
        own = next((frame for frame in reversed(frames) if "/docgen/" in frame.filename), frames[-1])
        what = f"more than {MEGABYTES} MB" if kind is MemoryError else kind.__name__
        yield f"{what} at {Path(own.filename).name}:{own.lineno}", "".join(traceback.format_exception(*result.exc_info))
        return
    if result.exit_code not in range(5):
        yield f"exit code {result.exit_code}", result.output
    if result.exit_code and not result.output.strip():
        yield "no message", f"exit code {result.exit_code}"
    if "Traceback" in result.output:
        yield "a traceback is shown", result.output
    if strange := {letter for letter in result.output if letter < " " and letter not in "\n\t"} | ({"\x7f"} & set(result.output)):
        yield f"a control sign is shown: {sorted(strange)}", result.output


def work(connection: Connection, kinds: dict, seed: int, base: Path) -> None:
    """Answer job after job with what was found, each in a folder of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stderr = sys.stdout = open(os.devnull, "w")  # noqa: SIM115 -- it stays until the process ends
    while (job := connection.recv()) is not None:
        folder = Path(tempfile.mkdtemp(dir=base))
        _bind()
        try:
            answer = tried(kinds[job.kind], job, seed, folder)
        except MemoryError:
            answer = [Finding(job, f"more than {MEGABYTES} MB")], []
        except Exception:
            answer = [Finding(job, "the fuzzer itself", traceback.format_exc())], []
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        shutil.rmtree(folder, ignore_errors=True)
        connection.send(answer)


def _bind() -> None:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + (MEGABYTES << 20), resource.RLIM_INFINITY))


class Worker:
    """A child process that has at most one job."""

    def __init__(self, kinds: dict, seed: int, base: Path) -> None:
        self.connection, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("fork")
        self.process = context.Process(target=work, args=(theirs, kinds, seed, base), daemon=True)
        self.process.start()
        theirs.close()
        self.job: Job | None = None
        self.done = 0

    def give(self, job: Job) -> None:
        self.job, self.began, self.spent = job, time.monotonic(), self._cpu()
        self.connection.send(job)

    def _cpu(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def answer(self) -> tuple[list[Finding], list[int]] | None:
        """Return what `tried` does, None while the job takes its time; a worker that has ended or is too slow has found that."""
        assert self.job
        if self.connection.poll():
            try:
                answer = self.connection.recv()
            except EOFError:
                self.process.join()
                answer = [Finding(self.job, f"its process ended with {self.process.exitcode}")], []
                self.done = FILES
        elif self._cpu() - self.spent > SECONDS or time.monotonic() - self.began > CLOCK:
            self.process.kill()
            answer, self.done = ([Finding(self.job, f"more than {SECONDS} seconds")], []), FILES
        else:
            return None
        self.job, self.done = None, self.done + 1
        return answer

    def end(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.join()
        self.process.close()


def found_by(todo: list[Job], kinds: dict, seed: int, base: Path, count: int) -> Iterator[tuple[Job, list[Finding], list[int]]]:
    """Yield each job with what was found and its exit codes, as they are done by `count` processes."""
    todo, workers = todo[::-1], [Worker(kinds, seed, base) for _number in range(count)]
    try:
        while todo or any(worker.job for worker in workers):
            for at, worker in enumerate(workers):
                if worker.job is None and todo:
                    if worker.done >= FILES:
                        worker.end()
                        workers[at] = worker = Worker(kinds, seed, base)
                    worker.give(todo.pop())
            wait([worker.connection for worker in workers if worker.job], 0.5)
            for worker in workers:
                if (job := worker.job) and (answer := worker.answer()) is not None:
                    yield job, *answer
    finally:
        for worker in workers:
            worker.end()


def main(arguments: list[str]) -> int:
    """Run the fuzzer; return 1 where it has found anything."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, kind, default in (
        ("seed", int, 1),
        ("inputs", int, 2000),
        ("books", int, 300),
        ("workers", int, os.cpu_count() or 1),
    ):
        parser.add_argument(f"--{name}", type=kind, default=default)
    parser.add_argument("--only", default="")
    parser.add_argument("--number", type=int, default=None)
    given = parser.parse_args(arguments)
    base = Path(tempfile.mkdtemp(prefix="docgen-fuzz-"))
    settings(base)
    from fuzz.kinds import kinds as every_kind

    kinds = every_kind(base)
    names = [given.only] if given.only else list(kinds)
    if given.number is not None:
        found, codes = tried(kinds[given.only], Job(given.only, given.number), given.seed, base)
        print(*(f"{each.what}\n{each.detail}" for each in found), f"exit codes {codes}; the file is in {base}", sep="\n")
        return bool(found)
    return _all(jobs(names, given.inputs, given.books), kinds, given, base)


def _all(todo: list[Job], kinds: dict, given: argparse.Namespace, base: Path) -> int:
    """Do every job, say what is found as it comes, then all of it in short; return 1 where there is something."""
    began, every, ended = time.monotonic(), [], Counter()
    for number, (job, found, codes) in enumerate(found_by(todo, kinds, given.seed, base, given.workers), 1):
        every += found
        ended.update((job.kind, code) for code in codes)
        for each in found:
            print(f"{each.job.kind} {each.job.number}: {each.what}", flush=True)
        if number % 200 == 0:
            print(f"{number} of {len(todo)} files, {time.monotonic() - began:.0f} s", flush=True)
    shutil.rmtree(base, ignore_errors=True)
    for kind in kinds:
        codes = {code: count for (name, code), count in sorted(ended.items()) if name == kind}
        print(f"{kind}: exit codes " + ", ".join(f"{code} × {count}" for code, count in codes.items()))
    for what, count in Counter((each.job.kind, each.what) for each in every).most_common():
        print(f"{count} × {': '.join(what)}")
    print(f"seed {given.seed}: {len(todo)} files, {len(every)} findings, {time.monotonic() - began:.0f} s")
    return bool(every)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
