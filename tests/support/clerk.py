"""A clerk at work, run as a process of its own: issues documents one by one, and a tenth of the time something goes wrong.

    python tests/clerk.py REGISTER NAME COUNT [calm]

Of ten documents one is rolled back: the next document of its job has a number that is taken, or the process that issues it is
killed when all is written and nothing committed. A calm clerk meets nothing of that. What was issued is told on standard output,
a number a line.
"""

from __future__ import annotations

import os
import signal
import sys

from docgen.errors import DataError
from docgen.form import load_form
from docgen.record import sample_record
from docgen.register import Request, issuing, open_register, planning
from docgen.register.values import stored_request

FORM = load_form("retraining-certificate")
RECORD = {name: value for name, value in sample_record(FORM.fields).items() if name != "number"}


def issue(where: str, name: str, count: int, is_calm: bool) -> None:
    with open_register(where) as register:
        for turn in range(count):
            job = f"{name} {turn}"
            if is_calm or turn % 10 != 7:
                print(*register.issue(FORM, [Request("1", RECORD)], job), flush=True)
            elif turn % 20 == 7:
                be_killed(where, job)
            else:
                be_refused(register, job)


def be_refused(register, job: str) -> None:
    """Ask for three numbers, the last of which somebody has: none of them may stay."""
    taken = Request("3", RECORD | {"number": "00001"})
    try:
        register.issue(FORM, [Request("1", RECORD), Request("2", RECORD), taken], job)
    except DataError:
        return
    raise AssertionError("a number was given twice")


def be_killed(where: str, job: str) -> None:
    """Let a process die between writing and committing."""
    child = os.fork()
    if child == 0:
        with open_register(where) as register, register.write() as connection:
            planned = planning.plan(connection, FORM, [stored_request(FORM.numbering, "1", RECORD)], job)
            issuing.DocumentWriter(connection, FORM, lambda _place: issuing.DocumentEntry(job)).write(planned)
            os.kill(os.getpid(), signal.SIGKILL)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL


if __name__ == "__main__":
    issue(sys.argv[1], sys.argv[2], int(sys.argv[3]), "calm" in sys.argv[4:])
