"""The Nth call to the disk fails, or the machine stops there: no torn file, a clear message, and --resume ends with the same."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest
from support import torture
from support.faulty import KILL, Faulty, can_fail

from docgen.batching.workspace import JOB, WORKSPACE

pytestmark = pytest.mark.skipif(not can_fail(), reason="faults of the disk need Linux and gcc")

#: Calls that fail in the normal suite, of each kind; `make torture` takes every one.
SOME = 2
FAULTS = {"killed": (KILL, False), "EIO": (errno.EIO, False), "ENOSPC": (errno.ENOSPC, True)}
BATCHES = {
    "volumes": [],
    "each": ["--each", "{surname}"],
    "register": ["--register", "{disk}/book.db"],
    "both": ["--each", "{number}", "--register", "{disk}/book.db", "--workers", 2],
}


class Bench:
    """A disk that fails, what is printed on it, and what an undisturbed run leaves there."""

    def __init__(self, faulty: Faulty, disk: Path, options: list):
        self.faulty, self.disk = faulty, disk
        table = torture.people(disk.parent / "people.json", 6, has_numbers="--register" not in options)
        self.command = self._command(table, disk, options)
        faulty.warm(*self._command(table, disk.parent / "sound", options))
        ended = faulty.run(*self.command)
        assert ended.code == 0, ended.said
        self.calls, self.expected = ended.calls, self.found()

    def _command(self, table: Path, disk: Path, options: list) -> list:
        command = ["batch", torture.FORM, table, "-o", disk / "out", "--split", 3, "--quiet"]
        command += [str(option).replace("{disk}", str(disk)) for option in options]
        return command if "--workers" in options else [*command, "--workers", 1]

    def found(self) -> tuple[dict[str, bytes], list[str]]:
        book = self.disk / "book.db"
        content = torture.contents(book)
        return {name: data for name, data in torture.files(self.disk).items() if name != book.name}, content

    def disturb(self, at: int, error: int, stays: bool) -> list[str]:
        """Let the call `at` fail in a run on an empty disk, resume it; return what is wrong."""
        for path in self.disk.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        ended = self.faulty.run(*self.command, at=at, error=error, stays=stays)
        wrong = [f"torn: {name}" for name, data in self.found()[0].items() if self._is_torn(name, data)]
        if ended.code == 0:  # what failed did not matter, such as a look whether the folder is there, or tidying up
            self._tidy()
            return wrong + ([] if self.found() == self.expected else ["it says that all is well"])
        if error != KILL and not (ended.code == 4 and "✗" in ended.said and "Traceback" not in ended.said):
            wrong.append(f"exit {ended.code}: {ended.said[-500:]}")
        again = self.faulty.run(*self.command, "--resume")
        if again.code != 0:
            return [*wrong, f"resumed, exit {again.code}: {again.said[-500:]}"]
        return wrong + ([] if self.found() == self.expected else ["resumed, it ends otherwise"])

    def _tidy(self) -> None:
        """Take away a room that could not be, once it says no more whose it is: the next batch in the folder does the same."""
        workspace = self.disk / "out" / WORKSPACE
        if not (workspace / JOB).exists():
            shutil.rmtree(workspace, ignore_errors=True)

    def _is_torn(self, name: str, data: bytes) -> bool:
        parts = Path(name).parts
        return parts[0] == "out" and not parts[1].startswith(".") and data != self.expected[0].get(name)


@pytest.mark.slow
@pytest.mark.parametrize("batch", BATCHES)
def test_whatever_call_fails_nothing_is_torn_and_the_batch_goes_on(tmp_path, monkeypatch, batch):
    for name, value in torture.SETTINGS.items():
        monkeypatch.setenv(name, value)
    disk, outside = tmp_path / "disk", tmp_path / "outside"
    disk.mkdir(), outside.mkdir()
    chance, wrong = torture.dice(), {}
    with Faulty(disk, outside) as faulty:
        bench = Bench(faulty, disk, BATCHES[batch])
        every = range(1, bench.calls + 1)
        for name, fault in FAULTS.items():
            calls = every if torture.IS_FULL else chance.sample(every, SOME)
            wrong |= {(name, at): found for at in calls if (found := bench.disturb(at, *fault))}
            print(f"{batch}, {name}: {len(calls)} of {bench.calls} calls")
    assert wrong == {}
