"""Many clerks at one register, some of them killed: exactly the numbers 1 … N. `make torture` does it in full."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from conftest import record_of

from docgen.form import load_form
from docgen.register import Filter, Request, open_register

FORM = load_form("retraining-certificate")
#: Clerks, and documents that each asks for. A tenth is rolled back.
CLERKS, DOCUMENTS = (50, 200) if os.environ.get("TORTURE") else (6, 20)
ROLLED_BACK = CLERKS * DOCUMENTS // 10


def test_many_clerks_some_of_them_killed_leave_no_gap(register_at):
    with open_register(register_at) as register:
        first = register.issue(FORM, [Request("1", record_of(FORM.id, number=None))], "first")
    script = Path(__file__).with_name("clerk.py")
    command = [sys.executable, script, register_at]
    clerks = [
        subprocess.Popen([*command, f"clerk {n}", str(DOCUMENTS)], stdout=subprocess.PIPE, text=True) for n in range(CLERKS)
    ]
    answers = [clerk.communicate()[0] for clerk in clerks]
    assert [clerk.returncode for clerk in clerks] == [0] * CLERKS
    numbers = sorted(int(number) for number in [*first, *" ".join(answers).split()])
    assert numbers == list(range(1, CLERKS * DOCUMENTS - ROLLED_BACK + 2))
    with open_register(register_at) as register:
        assert sorted(int(each.number) for each in register.documents(Filter())) == numbers
        assert register.verify().problems == []
