"""One file a record, beside the volumes or in place of them: made in the room with its volume, named when all have passed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from docgen.batching.checking import Entry
from docgen.batching.job import BatchJob
from docgen.batching.names import fill_name
from docgen.rendering import Job

#: How many files wait for the disk at once: file systems write those that wait in one go.
WAITING = 4


def each_file(job: BatchJob, row: int) -> str:
    """Return what a record's own file is called until all have passed and it gets its name."""
    return f"row-{row}.{job.to}"


class OwnFiles:
    """The records' own files of one volume. Nobody reads them before it has its sidecar, so they go to the disk together: that
    takes less than half of the time."""

    def __init__(self, job: BatchJob, workspace: Path):
        self._job, self._workspace = job, workspace
        self._written: list[tuple[Path, Path]] = []

    def add(self, entry: Entry) -> dict[str, str]:
        """Write a record's own file, if the job asks for one; return what the manifest says of it."""
        job = self._job
        if not job.each:
            return {}
        content = Job(job.form, entry.record, job.print, job.artwork, to=job.to).paint()
        path = self._workspace / each_file(job, entry.row)
        temporary = path.with_name(f".{path.name}.{os.urandom(6).hex()}")  # a cluster may make a volume twice at a time
        with temporary.open("xb") as file:
            file.write(content)
        self._written.append((temporary, path))
        return {"file": fill_name(job.each, entry.record.values), "file_sha256": hashlib.sha256(content).hexdigest()}

    def settle(self) -> None:
        """Make what was written durable; the names in the room become so with the sidecar's."""
        if not self._written:
            return
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(WAITING) as waiting:
            list(waiting.map(_settle, self._written))


def _settle(written: tuple[Path, Path]) -> None:
    temporary, path = written
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    temporary.replace(path)
