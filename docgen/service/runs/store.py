"""The table of runs, beside the register: in its PostgreSQL database, else in a SQLite file among the service's data."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Float, Integer, MetaData, Table, Text, UniqueConstraint, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from docgen.errors import DataError, DocgenError, UsageError
from docgen.messages import _
from docgen.register.failures import database_errors
from docgen.register.opening import engine_for, name_of, place_of

#: The states of a run. The last three are final.
WAITING, WORKING, DONE, FAILED, CANCELLED = STATES = ("waiting", "working", "done", "failed", "cancelled")
FINAL = (DONE, FAILED, CANCELLED)
#: Seconds after which a run whose holder says nothing is taken over by another service.
LEASE = 15.0
#: Seconds that a writer waits for the lock.
WAIT = 10.0

metadata = MetaData()
#: A run: who ordered it, what is wanted (`job`, as JSON), how far it is, and what came of it (`result`, as JSON). `holder` is the
#: service that works at it, which was heard of at `heard`.
run = Table(
    "docgen_run",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("job", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("holder", Text, nullable=False),
    Column("heard", Float, nullable=False),
    Column("asked", Float, nullable=False),
    Column("ended", Float, nullable=False),
    Column("is_cancelled", Integer, nullable=False),
    Column("result", Text, nullable=False),
    UniqueConstraint("key", name="docgen_run_once"),
)


@dataclass(frozen=True, slots=True)
class JobRun:
    """A run as the table has it; times are seconds since 1970."""

    id: str
    owner: str
    job: Mapping[str, Any]
    state: str = WAITING
    done: int = 0
    total: int = 0
    asked: float = 0.0
    ended: float = 0.0
    is_cancelled: bool = False
    result: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_final(self) -> bool:
        """Whether nothing more comes of it."""
        return self.state in FINAL

    def as_json(self) -> dict[str, object]:
        """Return the run as a caller sees it."""
        times = {name: _iso(value) for name, value in (("asked", self.asked), ("ended", self.ended)) if value}
        return {
            "id": self.id, "state": self.state, "done": self.done, "total": self.total, **times, "name": self.job.get("name", ""),
            "order": self.job.get("order", {}), **self.result,
        }  # fmt: skip


def _iso(value: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(value))


class RunStore:
    """The table, open; each method is one short transaction. Safe from several threads and services."""

    def __init__(self, register: str, data: Path):
        place = place_of(register) if register else None
        self._place = data / "runs.db" if place is None or isinstance(place, Path) else place
        self.name = name_of(self._place)
        self._engine = engine_for(self._place, create=True, wait=WAIT)
        self._is_server = not isinstance(self._place, Path)
        with self._write() as connection:
            metadata.create_all(connection)

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with (
            database_errors(self.name),
            self._engine.connect().execution_options(docgen_writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        with database_errors(self.name), self._engine.connect() as connection, connection.begin():
            yield connection

    def add(self, number: str, owner: str, key: str, body: str, job: Mapping[str, Any], most: int) -> tuple[JobRun, bool]:
        """Add a run with this id, or return the one that the same request ordered before; whether it is new.

        Raise DataError if that was another request, UsageError if as many as `most` wait already.
        """
        new = JobRun(number, owner, job, asked=time.time())
        try:
            with self._write() as connection:
                if known := self._known(connection, key, body):
                    return known, False
                waiting = connection.execute(select(run.c.id).where(run.c.state == WAITING).limit(most)).all()
                if len(waiting) >= most:
                    message = _("{count} runs wait already", count=len(waiting))
                    raise UsageError.because("service-full", message, _("Send it again in a moment."))
                connection.execute(
                    insert(run).values(
                        id=new.id, owner=owner, key=key, body=body, job=json.dumps(dict(job), ensure_ascii=False), state=WAITING,
                        done=0, total=0, holder="", heard=0.0, asked=new.asked, ended=0.0, is_cancelled=0, result="{}",
                    )
                )  # fmt: skip
        except DocgenError as error:
            if not isinstance(error.__cause__, IntegrityError):
                raise
            with self._read() as connection:  # another service was quicker
                if known := self._known(connection, key, body):
                    return known, False
            raise
        return new, True

    def _known(self, connection: Connection, key: str, body: str) -> JobRun | None:
        row = connection.execute(select(run).where(run.c.key == key)).one_or_none()
        if row is not None and row.body != body:
            message = _("this Idempotency-Key belongs to another request")
            raise DataError.because("key-of-another", message, _("Give each request a key of its own."), key="Idempotency-Key")
        return None if row is None else _run(row)

    def find(self, number: str) -> JobRun:
        """Return a run; raise UsageError if there is none."""
        with self._read() as connection:
            row = connection.execute(select(run).where(run.c.id == number)).one_or_none()
        if row is None:
            raise unknown_run()
        return _run(row)

    def runs(self, owner: str | None, count: int) -> list[JobRun]:
        """Return the latest runs, all or those of an owner."""
        query = select(run).order_by(run.c.asked.desc()).limit(count)
        with self._read() as connection:
            return [_run(row) for row in connection.execute(query if owner is None else query.where(run.c.owner == owner))]

    def take(self, holder: str) -> JobRun | None:
        """Take the next run that waits, or whose holder has died; None if there is none.

        Rows that another service is looking at are passed over (SKIP LOCKED).
        """
        now = time.time()
        is_free = (run.c.state == WAITING) | ((run.c.state == WORKING) & (run.c.heard < now - LEASE))
        query = select(run).where(is_free).order_by(run.c.asked).limit(1)
        with self._write() as connection:
            row = connection.execute(query.with_for_update(skip_locked=True) if self._is_server else query).one_or_none()
            if row is None:
                return None
            values = {"state": WORKING, "holder": holder, "heard": now}
            connection.execute(update(run).where(run.c.id == row.id).values(**values))
            return _run(row)

    def report(self, number: str, holder: str, done: int, total: int) -> bool:
        """Store how far a run is; return False if it is not the holder's any more, or is to be cancelled."""
        with self._write() as connection:
            mine = (run.c.id == number) & (run.c.holder == holder) & (run.c.state == WORKING)
            found = connection.execute(update(run).where(mine).values(done=done, total=total, heard=time.time()))
            is_cancelled = connection.execute(select(run.c.is_cancelled).where(run.c.id == number)).scalar()
            return bool(found.rowcount) and not is_cancelled

    def end(self, number: str, holder: str, state: str, result: Mapping[str, Any]) -> None:
        """Store what came of a run, unless it is not the holder's any more; WAITING gives it back."""
        values: dict[str, Any] = {"state": state, "result": json.dumps(dict(result), ensure_ascii=False), "heard": 0.0}
        values["ended"] = time.time() if state in FINAL else 0.0
        if state == DONE:
            values["done"] = values["total"] = int(result.get("records", 0))
        with self._write() as connection:
            mine = (run.c.id == number) & (run.c.holder == holder) & (run.c.state == WORKING)
            connection.execute(update(run).where(mine).values(**values))

    def cancel(self, number: str) -> JobRun:
        """Let a run be stopped: one that waits at once, one under way by its holder; raise UsageError for one that has ended."""
        with self._write() as connection:
            waiting = (run.c.id == number) & (run.c.state == WAITING)
            connection.execute(update(run).where(waiting).values(state=CANCELLED, ended=time.time(), is_cancelled=1))
            connection.execute(update(run).where(run.c.id == number, run.c.state == WORKING).values(is_cancelled=1))
        return self.find(number)

    def erase(self, number: str) -> None:
        """Take the row of a run away; raise UsageError for one that is under way or waits."""
        with self._write() as connection:
            found = connection.execute(delete(run).where(run.c.id == number, run.c.state.in_(FINAL)))
        if not found.rowcount:
            self.find(number)
            message = _("the run has not ended")
            raise UsageError.because("run-under-way", message, _("Cancel it first."))

    def has(self, number: str) -> bool:
        """Return whether there is such a run."""
        with self._read() as connection:
            return connection.execute(select(run.c.id).where(run.c.id == number)).first() is not None

    def older(self, hours: float) -> list[str]:
        """Return the runs that ended more hours ago."""
        query = select(run.c.id).where(run.c.state.in_(FINAL), run.c.ended < time.time() - hours * 3600)
        with self._read() as connection:
            return list(connection.execute(query).scalars())

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()


def unknown_run() -> UsageError:
    """Return the error for a run that is not there, or is another caller's."""
    return UsageError.because("run-unknown", _("there is no such run"), _("Runs are erased some time after their end."))


def _run(row: Any) -> JobRun:
    return JobRun(
        row.id, row.owner, json.loads(row.job), row.state, row.done, row.total, row.asked, row.ended, bool(row.is_cancelled),
        json.loads(row.result),
    )  # fmt: skip
