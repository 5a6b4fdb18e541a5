"""What callers do with runs: order, look, follow, fetch, cancel, erase. A caller sees his own, who administers sees all."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from docgen import tables
from docgen.errors import UsageError, nearest_hint, visible
from docgen.files import write_whole
from docgen.messages import _, language
from docgen.service.calls import JSON, Answer, Call, Upload, as_json, json_answer
from docgen.service.runs.files import TABLE, file_answer, named_file, new_folder, published, remove_folder
from docgen.service.runs.orders import NUMBERED, ROWS, read_order, refuse_rows
from docgen.service.runs.store import JobRun, unknown_run
from docgen.service.streams import Streamed
from docgen.service.tokens import Right

if TYPE_CHECKING:
    from docgen.service.endpoints import Exchange, Service

#: How many runs are listed.
LISTED = 100
#: Seconds between two looks at a run that somebody follows, and after which a line is sent to show that it is followed.
LOOK, QUIET = 0.5, 15.0


async def order(service: Service, call: Call, exchange: Exchange) -> Answer:
    """Order a run: its keys and a table, or rows."""
    with language(call.language):
        wanted = await asyncio.to_thread(_wanted, call, service.settings.limits.rows)
        keys = wanted.keys
        form = keys.get("form")
        if form is not None and form not in service.pool.facts.forms:
            hint = nearest_hint(str(form)[:60], list(service.pool.facts.forms))
            raise UsageError.because("form-unknown", _("there is no form “{id}”", id=visible(str(form)[:60])), hint)
        if keys.get(NUMBERED):
            exchange.caller.refuse(Right.ISSUE)
            if not service.settings.register:
                raise UsageError.because("register-none", _("this service has no register"), _("Ask who keeps the service."))
        run, is_new = await asyncio.to_thread(_added, service, call, wanted)
    service.runner.wake()
    headers = {"location": f"/v1/runs/{run.id}"} | ({} if is_new else {"idempotent-replayed": "true"})
    return json_answer(run.as_json(), 202, headers)


class _Wanted:
    """What a caller wants: the keys, and the table, which is a file of the upload or the rows as JSON."""

    def __init__(self, keys: dict[str, Any], name: str, suffix: str, table: Path | bytes):
        self.keys, self.name, self.suffix, self.table = keys, name, suffix, table

    def digest(self) -> str:
        """Return the SHA-256 of all of it."""
        digest = hashlib.sha256(json.dumps([self.keys, self.suffix], sort_keys=True, ensure_ascii=False).encode())
        if isinstance(self.table, bytes):
            digest.update(self.table)
        else:
            with self.table.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()

    def store(self, folder: Path) -> None:
        """Put the table into a run's folder, safe on the disk."""
        target = folder / f"{TABLE}{self.suffix}"
        if isinstance(self.table, bytes):
            write_whole(target, self.table, 0o600)
            return
        with self.table.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(self.table, target)


def _wanted(call: Call, most: int) -> _Wanted:
    """Return what a call wants; raise UsageError with what is missing or wrong, DataError for more than `most` rows."""
    if call.media_type == JSON:
        keys = read_order(Path(call.files[0].path).read_bytes(), ".json")
        rows = keys.pop(ROWS, None)
        if rows is None:
            raise UsageError.because("rows-missing", _("there are no rows"), _("Give them as “rows”, or send a table."), key=ROWS)
        refuse_rows(len(rows), most)
        return _Wanted(keys, "", ".json", as_json(rows))
    parts = {upload.field: upload for upload in call.files}
    if "job" in parts:
        keys = read_order(Path(parts["job"].path).read_bytes(), ".toml")
    else:
        keys = read_order(call.texts.get("order", "").encode(), ".json")
    if (rows := keys.pop(ROWS, None)) is not None:
        refuse_rows(len(rows), most)
        return _Wanted(keys, "", ".json", as_json(rows))
    if "table" not in parts:
        message, hint = _("there is no table"), _("Send it as the part “table”, with its file name.")
        raise UsageError.because("table-missing", message, hint, key="table")
    table = parts["table"]
    return _Wanted(keys, Path(table.name).stem, _suffix_of(table), Path(table.path))


def _suffix_of(upload: Upload) -> str:
    suffix = Path(upload.name).suffix.lower()
    if suffix not in tables.FORMATS:
        hint = _("Known are: {names}.", names=", ".join(tables.FORMATS))
        message = _("the name of the table does not say its format")
        raise UsageError.because("format-unknown", message, hint, file=upload.name)
    return suffix


def _added(service: Service, call: Call, wanted: _Wanted) -> tuple[JobRun, bool]:
    """Store a run with its table, or return the one that the same request ordered before."""
    scope = hashlib.sha256("\n".join((call.clerk, call.operation, call.key)).encode()).hexdigest()
    body, data = wanted.digest(), service.settings.data
    number = secrets.token_hex(16)
    name = str(wanted.keys.get("name") or wanted.name or number)[:200]
    job = {"name": name, "order": wanted.keys, "language": call.language, "clerk": call.clerk}
    with new_folder(data, number) as folder:
        wanted.store(folder)
        run, is_new = service.runs.add(number, call.clerk, scope, body, job, service.settings.limits.runs)
    if not is_new:
        remove_folder(data, number)
    return run, is_new


async def _found(service: Service, call: Call, exchange: Exchange) -> JobRun:
    """Return the run of a path; raise UsageError if there is none, or it is another caller's."""
    run = await asyncio.to_thread(service.runs.find, call.path["run"])
    if run.owner != exchange.caller.name and Right.ADMINISTER not in exchange.caller.rights:
        raise unknown_run()
    return run


async def list_runs(service: Service, _call: Call, exchange: Exchange) -> Answer:
    """List the caller's runs, the latest first."""
    owner = None if Right.ADMINISTER in exchange.caller.rights else exchange.caller.name
    found = await asyncio.to_thread(service.runs.runs, owner, LISTED)
    return json_answer({"runs": [each.as_json() for each in found]})


async def show(service: Service, call: Call, exchange: Exchange) -> Answer:
    """Show a run: how far it is, its problems, its files."""
    run = await _found(service, call, exchange)
    return json_answer(_facts(service, run))


def _facts(service: Service, run: JobRun) -> dict[str, object]:
    files = published(service.settings.data, run.id) if run.is_final else {}
    listed = [_file(run, name, path) for name, path in files.items()]
    return run.as_json() | {"files": listed}


def _file(run: JobRun, name: str, path: Path) -> dict[str, object]:
    return {"name": name, "bytes": path.stat().st_size, "href": f"/v1/runs/{run.id}/files/{quote(name)}"}


async def follow(service: Service, call: Call, exchange: Exchange) -> Streamed:
    """Follow a run as a stream of events (HTML Living Standard, 9.2), until it has ended."""
    run = await _found(service, call, exchange)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return Streamed(200, "text/event-stream", _events(service, run), headers)


async def _events(service: Service, run: JobRun) -> AsyncIterator[bytes]:
    last, said = None, monotonic()
    while True:
        now = (run.state, run.done, run.total)
        if now != last:
            last, said = now, monotonic()
            yield b"event: state\ndata: %s\n\n" % as_json(run.as_json())
        elif monotonic() - said > QUIET:
            said = monotonic()
            yield b": still there\n\n"
        else:
            yield b""
        if run.is_final:
            yield b"event: end\ndata: {}\n\n"
            return
        if service.is_stopping:
            return
        await asyncio.sleep(LOOK)
        run = await asyncio.to_thread(service.runs.find, run.id)


async def fetch(service: Service, call: Call, exchange: Exchange) -> Answer | Streamed:
    """Return a file of a run."""
    run = await _found(service, call, exchange)
    return file_answer(named_file(service.settings.data, run.id, call.path["name"]), exchange.headers)


async def fetch_manifest(service: Service, call: Call, exchange: Exchange) -> Answer | Streamed:
    """Return the manifest of a run."""
    call.path = {**call.path, "name": "manifest.json"}
    return await fetch(service, call, exchange)


async def cancel(service: Service, call: Call, exchange: Exchange) -> Answer:
    """Stop a run."""
    run = await _found(service, call, exchange)
    if run.is_final:
        raise UsageError.because("run-ended", _("the run has ended already"))
    return json_answer((await asyncio.to_thread(service.runs.cancel, run.id)).as_json())


async def erase(service: Service, call: Call, exchange: Exchange) -> Answer:
    """Erase a run that has ended, with all its files."""
    run = await _found(service, call, exchange)
    await asyncio.to_thread(service.runs.erase, run.id)
    await asyncio.to_thread(remove_folder, service.settings.data, run.id)
    return Answer(204, JSON)
