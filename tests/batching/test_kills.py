"""A numbered batch killed at moments that nobody chose, and resumed until it is done: none lost, none doubled, no gap."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support import processes, torture

from docgen.batching import verify
from docgen.batching.workspace import WORKSPACE
from docgen.register import Filter, open_register

#: Kills; records of the batch; records a volume.
KILLS, RECORDS, SPLIT = (200, 5000, 250) if torture.IS_FULL else (4, 200, 25)
KILLS = int(os.environ.get("KILLS") or KILLS)
#: A batch is killed again while it is resumed, so often at most: in the end it must be let through.
IN_A_ROW = 4


def command(table: Path, folder: Path, book: str, *more: str) -> list[str]:
    options = ["-o", folder / "out", "--register", book, "--split", SPLIT, "--workers", 2, "--quiet", *more]
    return [sys.executable, "-m", "docgen", "batch", *map(str, [torture.FORM, table, *options])]


def begin(line: list[str]) -> processes.Process:
    """Begin a batch as the head of a group of processes, as a shell does."""
    return processes.start(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)


def strike_process(batch: processes.Process, chance: random.Random) -> None:
    batch.kill()


def strike_group(batch: processes.Process, chance: random.Random) -> None:
    os.killpg(batch.pid, signal.SIGKILL)


def strike_worker(batch: processes.Process, chance: random.Random) -> None:
    """Kill a worker; the batch itself goes on."""
    children = Path(f"/proc/{batch.pid}/task/{batch.pid}/children").read_text().split()
    if children:
        os.kill(int(chance.choice(children)), signal.SIGKILL)


def interrupt(batch: processes.Process, chance: random.Random) -> None:
    os.killpg(batch.pid, signal.SIGINT)


#: Seconds in which Python itself starts, and answers Ctrl-C in its own way.
STARTING = 0.2
#: Ctrl-C less often than the rest.
STRIKES = [strike_process, strike_group, strike_worker] * 2 + [interrupt]


class Batch:
    """A batch in a folder of its own that is struck again and again; `told` is what happened to it.

    `seconds` is how long it would take: a batch that ended before it was struck tells it anew.
    """

    def __init__(self, table: Path, folder: Path, new_register: Callable[[Path], str], seconds: float = 0):
        self.table, self.folder, self.seconds = table, folder, seconds
        self.told: list[str] = []
        self.strikes = 0
        folder.mkdir()
        self.book = new_register(folder)

    def run(self, *more: str) -> None:
        """Run it to its end."""
        started = time.monotonic()
        done = processes.run(command(self.table, self.folder, self.book, *more), capture_output=True, text=True)
        assert done.returncode == 0, (self.told, done.stdout, done.stderr)
        self.seconds = self.seconds or time.monotonic() - started

    def strike(self, chance: random.Random, *more: str) -> bool:
        """Run it and strike it some time; return whether it came to its end nevertheless."""
        batch, started = begin(command(self.table, self.folder, self.book, *more)), time.monotonic()
        strike = chance.choice(STRIKES)
        after = chance.uniform(STARTING if strike is interrupt else 0, self.seconds)
        try:
            batch.wait(after)
            self.seconds = time.monotonic() - started
        except subprocess.TimeoutExpired:
            strike(batch, chance)
            self.strikes += 1
        said = batch.communicate()[0]
        self.told.append(f"{strike.__name__} after {after:.2f} s: exit {batch.returncode} {said[-300:]}")
        assert "Traceback" not in said, self.told
        return batch.returncode == 0

    def found(self) -> tuple[dict[str, str], list[tuple], list[str]]:
        """Return its files, what the register holds, and what else is there."""
        beside = sorted(path.name for path in self.folder.iterdir())
        return torture.digests(self.folder / "out"), torture.documents(self.book), beside


def undisturbed(table: Path, folder: Path, new_register: Callable[[Path], str]) -> Batch:
    """Return a batch that nothing disturbed, and which is right in all."""
    batch = Batch(table, folder, new_register)
    batch.run()
    assert torture.numbers(folder / "out") == [f"{number:05d}" for number in range(1, RECORDS + 1)]
    assert verify(folder / "out").problems == ()
    with open_register(batch.book, create=False) as register:
        assert [(each.number, each.state) for each in register.documents(Filter())] == [
            (number, "printed") for number in torture.numbers(folder / "out")
        ]
        assert register.verify().problems == []
    return batch


@pytest.mark.slow
def test_a_numbered_batch_killed_at_any_moment_ends_as_if_undisturbed(tmp_path, monkeypatch, new_register):
    for name, value in torture.SETTINGS.items():
        monkeypatch.setenv(name, value)
    chance, table = torture.dice(), torture.people(tmp_path / "people.json", RECORDS)
    calm = undisturbed(table, tmp_path / "calm", new_register)
    expected, seconds, strikes, batches = calm.found(), calm.seconds, 0, 0
    assert not (calm.folder / "out" / WORKSPACE).exists()
    while strikes < KILLS:
        batch = Batch(table, tmp_path / "struck", new_register, seconds)
        is_done = batch.strike(chance)
        for _again in range(chance.randint(1, IN_A_ROW)):
            is_done = is_done or batch.strike(chance, "--resume")
        if not is_done:
            batch.run("--resume")
        assert batch.found() == expected, batch.told
        seconds, strikes, batches = max(batch.seconds, 0.5), strikes + batch.strikes, batches + 1
        shutil.rmtree(batch.folder)
    print(f"{strikes} strikes at {batches} batches of {RECORDS} records, {calm.seconds:.1f} s undisturbed")
