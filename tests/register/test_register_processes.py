"""Many clerks at one register, some of them killed: exactly the numbers 1 … N. `make torture` does it in full."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time

import pytest
from support import processes
from support.places import TESTS
from support.records import record_of

from docgen.form import load_form
from docgen.register import Filter, Request, open_register

FORM = load_form("retraining-certificate")
#: Clerks, and documents that each asks for. A tenth is rolled back.
CLERKS, DOCUMENTS = (50, 200) if os.environ.get("TORTURE") else (6, 20)
ROLLED_BACK = CLERKS * DOCUMENTS // 10
#: How often a clerk is killed at a moment that nobody chose, and what he works at.
KILLS, WORK = (200, 200) if os.environ.get("TORTURE") else (4, 40)
CLERK = [sys.executable, TESTS / "support" / "clerk.py"]


@pytest.mark.slow
def test_many_clerks_some_of_them_killed_leave_no_gap(register_at):
    with open_register(register_at) as register:
        first = register.issue(FORM, [Request("1", record_of(FORM.id, number=None))], "first")
    clerks = [
        processes.start([*CLERK, register_at, f"clerk {n}", str(DOCUMENTS)], stdout=subprocess.PIPE, text=True)
        for n in range(CLERKS)
    ]
    answers = [clerk.communicate()[0] for clerk in clerks]
    assert [clerk.returncode for clerk in clerks] == [0] * CLERKS
    numbers = sorted(int(number) for number in [*first, *" ".join(answers).split()])
    assert numbers == list(range(1, CLERKS * DOCUMENTS - ROLLED_BACK + 2))
    with open_register(register_at) as register:
        assert sorted(int(each.number) for each in register.documents(Filter())) == numbers
        assert register.verify().problems == []


@pytest.mark.slow
def test_a_clerk_killed_at_any_moment_begins_again_and_every_number_that_was_told_stands(register_at):
    chance = random.Random(17)
    command = [*CLERK, register_at, "clerk", str(WORK), "calm"]
    told: list[list[str]] = []
    for _kill in range(KILLS):
        with processes.start(command, stdout=subprocess.PIPE, text=True) as clerk:
            lines = [clerk.stdout.readline() for _line in range(chance.randint(1, WORK))]
            time.sleep(chance.random() / 200)
            clerk.kill()
            told.append("".join([*lines, clerk.stdout.read()]).split())
    numbers = processes.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert sorted(map(int, numbers)) == list(range(1, WORK + 1))
    assert all(part == numbers[: len(part)] for part in told)
    with open_register(register_at) as register:
        assert [each.number for each in register.documents(Filter())] == sorted(numbers)
        assert register.verify().problems == []


DISK_FULL = """
import resource, sys
from docgen.cli import cli
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
cli(sys.argv[2:])
"""


@pytest.mark.slow
@pytest.mark.parametrize("limit", [150_000, 400_000])
def test_a_full_disk_leaves_the_register_as_it_was(tmp_path, limit):
    path = tmp_path / "register.db"
    with open_register(path) as register:
        register.issue(FORM, [Request("1", record_of(FORM.id, number=None))], "first")
    before = path.read_bytes()
    rows = [record_of(FORM.id, number=f"{n:05d}", surname="Ким") for n in range(2, 602)]
    table = tmp_path / "old.json"
    table.write_text(json.dumps(rows, default=str), "utf-8")
    command = [sys.executable, "-c", DISK_FULL, limit, "register", "import", FORM.id, table, "--register", path]
    run = processes.run(list(map(str, command)), capture_output=True, text=True)
    assert run.returncode == 4, run.stderr
    assert "✗" in run.stderr
    assert "Traceback" not in run.stderr
    with open_register(path) as register:
        assert [each.number for each in register.documents(Filter())] == ["00001"]
        assert register.verify().problems == []
    assert path.read_bytes() == before
    again = processes.run([sys.executable, "-m", "docgen", *map(str, command[4:])], capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    with open_register(path) as register:
        assert len(register.documents(Filter())) == 601
