"""A batch on a real Dask cluster of this machine: the same files as without it, whatever happens to its workers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from support import processes
from support.cluster import cluster
from support.records import record_of

from docgen.batching import verify
from docgen.batching.workspace import WORKSPACE
from docgen.cli import cli

pytest.importorskip("distributed", reason="Dask is not installed (pip install docgen[dask])")

FORM = "retraining-certificate"
SLOW = "slow_printing(0.05)"


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """A table of 60 people, and what processes of this machine make of it in volumes of 5."""
    folder = tmp_path_factory.mktemp("local")
    source = folder / "people.json"
    records = [record_of(FORM, number=f"{n:05d}", surname=f"Сейітқали-{n}") for n in range(1, 61)]
    source.write_text(json.dumps(records, ensure_ascii=False, default=str), encoding="utf-8")
    result = CliRunner().invoke(cli, ["batch", FORM, str(source), "-o", str(folder / "out"), "--split", "5", "--workers", "1"])
    assert result.exit_code == 0, result.output
    return source, files(folder / "out")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


#: The command line; a worker is given up after a second, not fifteen.
COMMAND = "from docgen.batching import cluster; cluster.LONELY = 1; from docgen.cli import main; main()"
#: The same, where the worker of each third volume is lost between the volume's end and the moment when that is looked at.
LOSING = """
from itertools import count
from distributed.client import Future
result, asked = Future._result, count()
async def lost(future, raiseit=True):
    found = await result(future, raiseit)
    if next(asked) % 3 == 0:
        future._state.lose()
    return found
Future._result = lost
"""


def start(source: Path, out: Path, address: str, *options: str, before: str = "") -> processes.Process:
    """Start the command line in a folder of its own, as its user stands elsewhere than the workers."""
    command = ["batch", FORM, source.name, "-o", os.path.relpath(out, source.parent), "--split", "5", "--scheduler", address]
    return processes.start(
        [sys.executable, "-c", before + COMMAND, *command, *options],
        cwd=source.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def end(process: processes.Process) -> tuple[int, str]:
    said, complained = process.communicate()
    assert "Traceback" not in complained
    return process.returncode, said + complained


def wait_for(path: Path) -> None:
    end = time.monotonic() + 300
    while not path.exists() and time.monotonic() < end:
        time.sleep(0.01)
    assert path.exists()


@pytest.mark.slow
def test_a_worker_killed_on_the_way_costs_nothing(printed, tmp_path):
    source, expected = printed
    with cluster("", "die_printing(7)") as (address, _scheduler, workers):
        code, said = end(start(source, tmp_path / "out", address))
        assert (code, workers[1].wait(20)) == (0, -signal.SIGKILL), said
    assert "WARNING" not in said
    assert files(tmp_path / "out") == expected
    assert verify(tmp_path / "out").problems == ()


@pytest.mark.slow
def test_a_volume_that_kills_one_worker_after_the_other_is_made_here(printed, tmp_path):
    """Dask gives a task up that has killed four; the record dies of what these workers have and this machine has not."""
    source, expected = printed
    with cluster(*["die_of('Сейітқали-33 ')"] * 4, SLOW + ";die_of('Сейітқали-33 ')") as (address, _scheduler, workers):
        code, said = end(start(source, tmp_path / "out", address))
        assert code == 0, said
        assert sum(worker.poll() == -signal.SIGKILL for worker in workers) == 4
    assert files(tmp_path / "out") == expected


@pytest.mark.slow
def test_a_worker_lost_right_after_its_volume_costs_nothing(printed, tmp_path):
    source, expected = printed
    with cluster("") as (address, _scheduler, _workers):
        code, said = end(start(source, tmp_path / "out", address, before=LOSING))
    assert code == 0, said
    assert files(tmp_path / "out") == expected


@pytest.mark.slow
def test_a_lost_scheduler_is_told_and_the_batch_resumed_here(printed, tmp_path):
    source, expected = printed
    with cluster(SLOW) as (address, scheduler, _workers):
        process = start(source, tmp_path / "out", address)
        wait_for(tmp_path / "out" / WORKSPACE / "002.jsonl")
        scheduler.kill()
        code, said = end(process)
    assert (code, "was lost" in said, "--resume" in said) == (4, True, True), said
    assert not (tmp_path / "out" / "manifest.json").exists()
    resumed = ["batch", FORM, str(source), "-o", str(tmp_path / "out"), "--split", "5", "--resume"]
    assert CliRunner().invoke(cli, resumed).exit_code == 0
    assert files(tmp_path / "out") == expected


@pytest.mark.slow
def test_a_cluster_without_workers_left_is_not_waited_for(printed, tmp_path):
    with cluster("die_printing(7)") as (address, _scheduler, _workers):
        process = start(printed[0], tmp_path / "out", address)
        code, said = end(process)
    assert (code, "no worker is left" in said) == (4, True), said


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_done_and_the_cluster_goes_on_with_it(printed, tmp_path):
    source, expected = printed
    with cluster(SLOW) as (address, _scheduler, _workers):
        process = start(source, tmp_path / "out", address)
        wait_for(tmp_path / "out" / WORKSPACE / "002.jsonl")
        process.send_signal(signal.SIGINT)
        code, said = end(process)
        assert (code, "run the same command with --resume" in said) == (130, True), said
        assert end(start(source, tmp_path / "out", address, "--resume"))[0] == 0
    assert files(tmp_path / "out") == expected


OTHERS = {
    "from docgen.batching import job; job.VERSION = '0.0.9'": ("has another docgen", "There: “0.0.9”"),
    "import os; os.environ['SOURCE_DATE_EPOCH'] = '1'": ("has another SOURCE_DATE_EPOCH", "There: “1”"),
    "from docgen.batching import cluster as c; c.look = blind(c.look)": ("does not see the folder", "the same folders"),
    "from docgen.batching import cluster as c; c.look = None": ("cannot print: TypeError", "the same docgen"),
}


@pytest.mark.slow
def test_workers_that_would_print_otherwise_or_elsewhere_are_refused(printed, tmp_path):
    with cluster() as (address, _scheduler, _workers):
        code, said = end(start(printed[0], tmp_path / "out", address))
        assert (code, f"the cluster has no worker\n    Start some: dask worker {address}" in said) == (4, True), said
    for change, expected in OTHERS.items():
        with cluster(change) as (address, _scheduler, _workers):
            code, said = end(start(printed[0], tmp_path / "out", address))
            assert (code, *(each in said for each in expected)) == (4, True, True), said
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("address", "options", "code", "message"),
    [
        ("press1", [], 2, "“press1” is no address of a scheduler"),
        ("tcp://press1", [], 2, "Write it as in: tcp://host:8786"),
        ("inproc://1/2/3", [], 2, "is no address of a scheduler"),
        ("tcp://127.0.0.1:8786", ["--workers", "2"], 2, "leave it out with --scheduler"),
        ("tcp://127.0.0.1:1", [], 4, "the scheduler tcp://127.0.0.1:1 does not answer"),
    ],
)
def test_a_wrong_address_is_told(printed, tmp_path, address, options, code, message):
    found, said = end(start(printed[0], tmp_path / "out", address, *options))
    assert (found, message in said) == (code, True), said
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_without_dask_the_way_to_install_it_is_told(printed, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    call = ["batch", FORM, str(printed[0]), "-o", str(tmp_path / "out"), "--scheduler", "tcp://127.0.0.1:8786"]
    result = CliRunner().invoke(cli, call)
    assert (result.exit_code, 'pip install "docgen[dask]"' in result.output) == (2, True), result.output
