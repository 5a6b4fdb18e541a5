"""A register behind pgbouncer, where each transaction may be on another connection of the server."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from support import pgbouncer
from support.calling import run
from support.records import record_of

from docgen.errors import MachineError
from docgen.form import load_form
from docgen.register import Filter, Request, open_register

FORM = load_form("retraining-certificate")
RECORD = record_of(FORM.id, issued="2026-02-06", start="2026-01-12", end="2026-02-06", number=None)


@pytest.fixture
def pooled(postgres_server) -> Iterator[str]:
    """The address of an empty database behind the pooler."""
    import psycopg

    if pgbouncer.program() is None:
        pytest.skip("pgbouncer is not installed: scripts/setup test")
    name = f"pooled_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    with pgbouncer.pooler(postgres_server.format(name=name)) as address:
        yield address


def test_a_batch_is_numbered_twice_behind_a_pooler(pooled, tmp_path):
    for turn in range(2):
        call = ["batch", FORM.id, "samples/people.xlsx", "-o", tmp_path / "out", "--register", pooled, "--quiet"]
        done = run(*call, "--ignore", "Тіркеу нөмірі")
        assert done.exit_code == 0, (turn, done.output)
    with open_register(pooled) as register:
        assert [each.number for each in register.documents(Filter())] == [f"{n:05d}" for n in range(1, 51)]
        assert register.verify().problems == []


def test_many_clerks_behind_a_pooler_leave_no_gap(pooled):
    def issue(clerk: int) -> list[str]:
        with open_register(pooled) as register:
            return [n for turn in range(8) for n in register.issue(FORM, [Request("1", RECORD)], f"{clerk} {turn}")]

    with ThreadPoolExecutor(6) as pool:
        numbers = sorted(number for each in pool.map(issue, range(6)) for number in each)
    assert numbers == [f"{n:05d}" for n in range(1, 49)]


def test_a_lock_is_waited_for_in_bounded_time_and_the_next_transaction_waits_as_long_as_it_likes(pooled):
    import psycopg

    with open_register(pooled) as register:
        register.issue(FORM, [Request("1", RECORD)], "a")
    with psycopg.connect(pooled, prepare_threshold=None) as holder:
        holder.execute("SELECT * FROM book FOR UPDATE")
        with pytest.raises(MachineError) as refused, open_register(pooled, wait=0.3) as register:
            register.issue(FORM, [Request("1", RECORD)], "b")
        assert refused.value.problems[0].code == "register-locked"
        [limit] = holder.execute("SHOW lock_timeout").fetchone()
        assert limit == "0"
