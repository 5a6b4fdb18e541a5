"""A few damaged files of every kind through the command line; `make fuzz` does thousands (tests/fuzz/__main__.py)."""

from __future__ import annotations

import os
import sys

import pytest
from fuzz.__main__ import jobs
from fuzz.kinds import kinds
from support import processes
from support.places import ROOT, TESTS


@pytest.fixture(scope="module")
def every_kind(tmp_path_factory):
    return kinds(tmp_path_factory.mktemp("seeds"))


def test_the_same_seed_gives_the_same_files(every_kind):
    for kind in every_kind.values():
        made = [kind.mutated(7, number) for number in range(5)]
        assert made == [kind.mutated(7, number) for number in range(5)]
        assert len({*made, kind.content}) > 3


def test_the_inputs_are_shared_out_over_their_kinds(every_kind):
    todo = jobs(list(every_kind), 100, 7)
    assert len(set(todo)) == 107
    assert sum(job.kind == "book" for job in todo) == 7


@pytest.mark.slow
def test_no_damaged_file_ends_in_a_traceback():
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{TESTS}"}
    command = [sys.executable, "-m", "fuzz", "--seed", "7", "--inputs", "51", "--books", "3", "--workers", "1"]
    done = processes.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
