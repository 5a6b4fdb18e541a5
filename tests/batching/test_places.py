"""The folder of a batch: what becomes of it on the way, what it may be, and in which order files get into it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import processes, torture
from support.records import record_of

import docgen
from docgen.batching import verify
from docgen.files import MANY

PEOPLE = [record_of(torture.FORM, number=f"{n:05d}") for n in range(1, 11)]


@pytest.mark.parametrize("done", [3, 10])
def test_a_folder_taken_away_while_a_batch_runs_is_told_and_the_next_run_is_whole(tmp_path, done):
    counts = []

    def take_away(_step: str, count: int) -> None:
        counts.append(count)
        if sum(counts) == done:
            shutil.rmtree(tmp_path / "out")

    with pytest.raises(docgen.DataError, match="cannot be written: No such file"):
        docgen.batch(torture.FORM, PEOPLE, tmp_path / "out", split=5, progress=take_away)
    docgen.batch(torture.FORM, PEOPLE, tmp_path / "out", split=5, resume=True)
    assert verify(tmp_path / "out").problems == ()


def test_a_room_taken_away_while_a_batch_runs_is_told_and_the_next_run_is_whole(tmp_path):
    taken = []

    def take_away(_step: str, _count: int) -> None:
        if len(taken) < 1 and (tmp_path / "out" / ".docgen-batch" / "001.jsonl").exists():
            taken.append(shutil.rmtree(tmp_path / "out" / ".docgen-batch"))

    with pytest.raises(docgen.DataError, match="cannot be written: No such file"):
        docgen.batch(torture.FORM, PEOPLE, tmp_path / "out", split=5, progress=take_away)
    docgen.batch(torture.FORM, PEOPLE, tmp_path / "out", split=5, resume=True)
    assert verify(tmp_path / "out").problems == ()


def test_a_folder_may_be_a_link(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to("disk")
    docgen.batch(torture.FORM, PEOPLE, tmp_path / "out", split=5)
    assert (tmp_path / "out").is_symlink()
    assert sorted(path.name for path in (tmp_path / "disk").iterdir()) == [
        "manifest.json", f"{torture.FORM}-001.pdf", f"{torture.FORM}-002.pdf",
    ]  # fmt: skip


def test_a_link_that_leads_nowhere_is_told(tmp_path):
    (tmp_path / "out").symlink_to("nowhere")
    with pytest.raises(docgen.DataError, match="cannot be written"):
        docgen.batch(torture.FORM, PEOPLE, tmp_path / "out")
    assert (tmp_path / "out").is_symlink()


def test_a_file_system_that_takes_no_files_is_told():
    with pytest.raises(docgen.DataError, match="cannot be written"):
        docgen.batch(torture.FORM, PEOPLE, "/proc/docgen/out")


def test_a_room_without_a_name_is_not_taken_for_that_of_this_batch(tmp_path):
    """A machine stopped while the room of a finished batch was taken away: its volumes are of another print."""
    out, workspace = tmp_path / "out", tmp_path / "out" / ".docgen-batch"

    def keep(_step: str, _count: int) -> None:
        if (workspace / "001.jsonl").exists():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        docgen.batch(torture.FORM, PEOPLE, out, split=5, progress=keep)
    (workspace / "job.json").unlink()
    docgen.batch(torture.FORM, PEOPLE, out, split=5, print="blank")
    docgen.batch(torture.FORM, PEOPLE, tmp_path / "calm", split=5, print="blank")
    assert torture.digests(out) == torture.digests(tmp_path / "calm")


@pytest.mark.slow
def test_of_two_batches_into_one_folder_one_is_refused_and_the_other_is_whole(tmp_path):
    table = torture.people(tmp_path / "people.json", 1500, has_numbers=True)
    command = [sys.executable, "-m", "docgen", "batch", torture.FORM, table, "-o", tmp_path / "out", "--split", "500"]
    both = [processes.start(list(map(str, command)), stderr=subprocess.PIPE, stdout=subprocess.PIPE) for _each in range(2)]
    said = [batch.communicate()[1].decode() for batch in both]
    codes = [batch.returncode for batch in both]
    assert 0 in codes, said
    refusals = [words for code, words in zip(codes, said, strict=True) if code]
    assert all("another batch prints here" in words for words in refusals)
    assert set(codes) <= {0, 2}
    assert verify(tmp_path / "out").problems == ()
    assert not (tmp_path / "out" / ".docgen-batch").exists()


CALL = re.compile(r'(?:\[pid +\d+\] |\d+ +)?(write|fsync|syncfs|rename)\((?:\d+<([^>]*)>|"([^"]*)", "([^"]*)")')


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("count", [6, 2 * MANY], ids=["each by itself", "all in one go"])
def test_every_file_is_on_the_disk_before_it_gets_its_name_and_the_manifest_is_last(tmp_path, count):
    """What a power cut leaves: a name stands for a whole file, and a manifest for a whole batch."""
    table, log, out = torture.people(tmp_path / "people.json", count, has_numbers=True), tmp_path / "log", tmp_path / "out"
    command = ["strace", "-f", "-y", "-qq", "-s", "0", "-e", "trace=write,fsync,syncfs,rename", "-o", log]
    command += [sys.executable, "-m", "docgen", "batch", torture.FORM, table, "-o", out, "--quiet"]
    command += ["--split", count // 2, "--workers", 1, "--each", "{number}"]
    done = processes.run(list(map(str, command)), capture_output=True, text=True)
    if "ptrace" in done.stderr:
        pytest.skip("this machine does not let processes be traced")
    calls = [match.groups() for line in log.read_text().splitlines() if (match := CALL.match(line))]
    calls = [(name, file or old, new) for name, file, old, new in calls if (file or old).startswith(str(out))]
    written, named = set(), []
    for name, path, new in calls:
        if name == "write":
            written.add(path)
        elif name == "fsync":
            written.discard(path)
        elif name == "syncfs":  # all that the file system holds
            written.clear()
        else:
            assert path not in written, f"{path} was named {new} before it was on the disk"
            named.append(new)
    shown = [path for path in named if ".docgen-batch" not in Path(path).parts]
    assert len(shown) == 2 + count + 1
    assert shown[-1] == str(out / "manifest.json")
    *folders, manifest, end = calls[-4:]
    assert {(name, path) for name, path, _new in folders} == {("fsync", str(out)), ("fsync", str(out / "each"))}
    assert manifest == ("rename", str(out / ".docgen-batch" / "manifest.json"), str(out / "manifest.json"))
    assert end[:2] == ("fsync", str(out))
