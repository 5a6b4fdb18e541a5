"""A Job → its file: each entry under a remark on what it is, paths from the folder of the file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.errors import UsageError
from docgen.fields.keys import shown
from docgen.files import write_whole
from docgen.jobs.entries import JobEntry, JobPath
from docgen.jobs.job import ENTRIES, Job
from docgen.jobs.reading import SUFFIX, VERSION
from docgen.messages import _

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import Table


def save_job(job: Job, path: Path) -> None:
    """Write a job to a file, whole or not at all; raise UsageError for a name that is none, and for a password."""
    refuse_name(path)
    text = job_text(job, path.parent)
    try:
        content = text.encode()
    except UnicodeEncodeError:
        message = _("the job has a name or heading in bytes that are no text")
        raise UsageError.because("job-unwritable", message, _("Rename the file or the column."), file=str(path)) from None
    write_whole(path, content)


def refuse_name(path: Path) -> None:
    """Raise UsageError for a name that a job's file cannot have."""
    if path.suffix.lower() != SUFFIX:
        hint = _("Call it {name}.", name=f"{path.stem}{SUFFIX}")
        raise UsageError.because(
            "job-name", _("a job is a file whose name ends in {suffix}", suffix=SUFFIX), hint, file=str(path)
        )


def job_text(job: Job, folder: Path) -> str:
    """Return a job as TOML for a file in `folder`; raise UsageError if the address of its register holds a password.

    What is as it would be without an entry is left out.
    """
    import tomlkit

    if "://" in job.register:
        from docgen.register import refuse_password

        refuse_password(job.register)
    document = tomlkit.document()
    document.add(tomlkit.comment(_("A job for docgen: docgen check FILE, docgen proof FILE -o proof.pdf, docgen batch FILE")))
    document.add("version", tomlkit.item(VERSION))
    tables: dict[str, Table] = {}
    for each, value in _said(job, folder):
        name, _dot, key = each.key.partition(".")
        if each.is_table:
            tables[name] = _table_of(each, value)
        elif key:
            _add(tables.setdefault(name, tomlkit.table()), key, each, value)
        else:
            _add(document, name, each, value)
    for name, table in tables.items():
        document.add(tomlkit.nl())
        document.add(name, table)
    return tomlkit.dumps(document)


def _said(job: Job, folder: Path) -> Iterator[tuple[JobEntry, Any]]:
    """Yield the entries that are not as they would be without a word, each with its value for the file."""
    for name, each in ENTRIES.items():
        value = getattr(job, name)
        if each.is_required or value != each.default:
            yield each, _readable(each, _as_written(each, value, folder))


def _as_written(each: JobEntry, value: Any, folder: Path) -> Any:
    if each.place is None or (each.place is JobPath.BOOK and (value == "default" or "://" in value)):
        return list(value) if isinstance(value, tuple) else value
    path = Path(value)
    return str(path) if path.is_absolute() else Path(os.path.relpath(path, folder)).as_posix()


def _readable(each: JobEntry, written: Any) -> Any:
    """Return a value as it is written; raise UsageError for one that the file could not give back."""
    try:
        each.reader.read(written)
    except ValueError:
        hint = _("Expected: {expected}.", expected=each.reader.expected())
        raise UsageError.because(
            "key-wrong", _("“{value}” is not allowed here", value=shown(written)), hint, key=each.key
        ) from None
    return written


def _add(into: TOMLDocument | Table, key: str, each: JobEntry, value: Any) -> None:
    import tomlkit

    into.add(tomlkit.comment(each.remark()))
    into.add(key, tomlkit.item(value))


def _table_of(each: JobEntry, values: dict[str, Any]) -> Table:
    """Return a table of the file whose keys are headings or fields."""
    import tomlkit

    table = tomlkit.table()
    table.add(tomlkit.comment(each.remark()))
    for key, value in values.items():
        table.add(tomlkit.key(key), tomlkit.item(value))
    return table
