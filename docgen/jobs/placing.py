"""Where a job says what is wrong: its key in the file, if not the command line said it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.errors import DocgenError, Problem, UsageError
from docgen.files import looked_at
from docgen.jobs.entries import JobEntry, JobPath
from docgen.messages import _

if TYPE_CHECKING:
    from docgen.jobs.job import Job

Entries = Mapping[str, JobEntry]

#: Code of a problem that lies in what a job says → the fields that may have said it.
CODES: Mapping[str, tuple[str, ...]] = {
    "column-unknown": ("columns", "ignore"),
    "field-unknown": ("constants", "columns"),
    "sheet-unknown": ("sheet",),
    "heading-rows-wrong": ("heading_rows",),
    "heading-rows-none": ("heading_rows",),
    "form-unknown": ("form",),
    "form-column-unknown": ("form_column",),
    "edition-none": ("on",),
    "each-wrong": ("each",),
    "spot-unknown": ("spots",),
    "spot-wrong": ("spots",),
    "spot-twice": ("spots",),
    "picture-unknown": ("alternatives",),
    "dpart-field-unknown": ("part_fields",),
}


def key_of(name: str, entries: Entries) -> str:
    """Return the key in the file of a field, or of an item of one: `constants.hours` is `set.hours`."""
    field, dot, item = name.partition(".")
    return f"{entries[field].key}{dot}{item}"


@contextmanager
def placing(job: Job, entries: Entries) -> Iterator[None]:
    """Give the problems that the block raises the place in the job's file, for what the job says and not the command line."""
    try:
        yield
    except DocgenError as error:
        if not job.file:
            raise
        raise type(error)([_placed(job, problem, entries) for problem in error.problems], error.notes) from None


def _placed(job: Job, problem: Problem, entries: Entries) -> Problem:
    if problem.where.row is not None:
        return problem
    names = CODES.get(problem.code, ())
    if problem.where.key in job.constants and not problem.where.file:
        names = ("constants",)
    for name in (name for name in names if name not in job.said):
        item = _item_of(getattr(job, name), problem)
        if item is not None:
            key = key_of(f"{name}.{item}" if item else name, entries)
            return problem.at(file=str(job.file), key=key, label="", sheet="")
    return problem


def _item_of(value: object, problem: Problem) -> str | None:
    """Return the heading or field in an entry of a job that a problem is about, "" for the entry itself; None for neither."""
    if isinstance(value, Mapping):
        known = (key for key, each in value.items() if key in (problem.where.key, problem.value) or each == problem.value)
        return next(known, None)
    if isinstance(value, tuple):
        return "" if problem.value in value else None
    return "" if value else None


def refuse_missing(job: Job, entries: Entries) -> None:
    """Raise UsageError with every file and folder that a job names and that is not there."""
    if job.file is None:  # then the command line said them, and who opens them says what is wrong
        return
    problems = [_missing(each, path).at(file=str(job.file)) for each, path in _inputs(job, entries) if not _is_there(path)]
    if problems:
        raise UsageError(problems)


def _inputs(job: Job, entries: Entries) -> Iterator[tuple[JobEntry, Path]]:
    """Yield the files and folders that the job itself names, and that must be there."""
    for name, each in entries.items():
        if each.place is JobPath.INPUT and name not in job.said and (path := getattr(job, name)):
            yield each, path


def _is_there(path: Path) -> bool:
    with looked_at(path):
        return path.exists()


def _missing(each: JobEntry, path: Path) -> Problem:
    message = _("there is no such file or folder: {path}", path=path)
    hint = _("A path is read from the folder that the job is in. Correct it, or give {option}.", option=each.option)
    return Problem("file-missing", message, hint).at(key=each.key)
