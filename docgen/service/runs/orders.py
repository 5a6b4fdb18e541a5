"""What a caller wants of a run: the keys of a job without those that the operator decides. A caller names no file or folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from docgen.errors import DataError, Problem, UsageError, Where, nearest_hint
from docgen.fields import Rejected
from docgen.fields.keys import shown
from docgen.imposing.scheme import scheme_names
from docgen.inputs.record_file import READERS, parse_record
from docgen.jobs import ENTRIES, Job
from docgen.jobs.entries import JobEntry
from docgen.messages import _
from docgen.service.runs.files import TABLE

#: What of a job a caller may say, by the names of its fields. None of them names a file, a folder or a process. Whatever a job
#: learns to say later is the operator's until it is listed here.
SAID = (
    "name", "form", "form_column", "sheet", "heading_rows", "columns", "constants", "ignore", "print", "purpose", "bleed",
    "spots", "back", "tagged", "attach_record", "part_fields", "to", "impose", "marks", "on", "split", "each", "only", "numbers",
    "skip_bad", "allow_doubles", "series", "new_organization", "preflight",
)  # fmt: skip
#: The same by their keys in a job's file.
ALLOWED: Mapping[str, JobEntry] = {ENTRIES[name].key: ENTRIES[name] for name in SAID}
#: Fields whose values a job's file may give as a name or a path; a caller gives one of these names.
NAMED: Mapping[str, Callable[[], list[str]]] = {"impose": scheme_names}
#: The keys of which one says what is made: a form, or the column that names the form of each row.
FORMS = frozenset(ENTRIES[name].key for name in ("form", "form_column"))
#: Whether the register of the service numbers the records.
NUMBERED = "numbered"
#: The rows themselves, in place of a table.
ROWS = "rows"


def read_order(content: bytes, suffix: str) -> dict[str, Any]:
    """Return the keys of an order in JSON or TOML as plain values; raise UsageError with every one that is unknown or wrong."""
    raw = parse_record(content, "", READERS[suffix])
    problems, values = list[Problem](), dict[str, Any]()
    for key, value in _pairs(raw):
        if key in (NUMBERED, ROWS, "version"):
            problems += _own_problems(key, value)
            values[key] = value
            continue
        each = ALLOWED.get(key)
        if each is None:
            problems.append(_unknown(key))
            continue
        try:
            each.reader.read(_meant(each, value))
            if each.field in NAMED and value not in NAMED[each.field]():
                raise ValueError(value)
            values[key] = value
        except (ValueError, Rejected):
            problems.append(
                Problem("key-wrong", _("“{value}” is not allowed here", value=shown(value)), _hint(each), Where(key=key))
            )
    if not FORMS & (values.keys() | {problem.where.key for problem in problems}):
        problems.append(Problem("key-missing", _("this key must be given"), "", Where(key="form")))
    if values.keys() >= FORMS:
        said = {"form": shown(values["form"]), "column": shown(values["table.form-column"])}
        message = _("the form is said twice: {form}, and by the column “{column}”", **said)
        problems.append(Problem("form-twice", message, _("Keep one of the two."), Where(key="form")))
    if problems:
        raise UsageError(problems)
    values.pop("version", None)
    return values


def _pairs(raw: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the keys with their values, those of a table of keys as `table.sheet`."""
    keys = {each.key for each in ENTRIES.values()}
    tables = {key.partition(".")[0] for key in keys if "." in key}
    for name, value in raw.items():
        if name in tables and name not in keys and isinstance(value, Mapping):
            yield from ((f"{name}.{inner}", each) for inner, each in value.items())
        else:
            yield name, value


def _hint(each: JobEntry) -> str:
    if each.field in NAMED:
        return _("Known are: {names}.", names=", ".join(NAMED[each.field]()))
    return _("Expected: {expected}.", expected=each.reader.expected())


def _own_problems(key: str, value: object) -> Iterator[Problem]:
    is_right = {NUMBERED: isinstance(value, bool), ROWS: _is_rows(value), "version": value == 1}[key]
    if not is_right:
        yield Problem("key-wrong", _("“{value}” is not allowed here", value=shown(value)), "", Where(key=key))


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, Mapping) for each in value)


def refuse_rows(count: int, limit: int) -> None:
    """Raise DataError for more rows than a run may have."""
    if count > limit:
        message = _("the table has more than {limit:,} rows", limit=limit)
        raise DataError.because("rows-many", message, _("Divide it."))


def _unknown(key: str) -> Problem:
    if any(each.key == key for each in ENTRIES.values()):
        message, hint = _("the service decides this"), _("Leave it out.")
        return Problem("key-of-operator", message, hint, Where(key=key))
    return Problem("key-unknown", _("there is no such key"), nearest_hint(key, list(ALLOWED)), Where(key=key[:100]))


def _meant(each: JobEntry, value: object) -> object:
    """Return a value as a job's file would have it: JSON has no dates."""
    if each.field == "on" and isinstance(value, str):
        return date.fromisoformat(value)
    return value


def job_values(order: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a `Job` that an order says."""
    said = ((ALLOWED[key], value) for key, value in order.items() if key in ALLOWED)
    return {each.field: each.reader.read(_meant(each, value)) for each, value in said}


def run_job(folder: Path, order: Mapping[str, Any], settings: Mapping[str, Any], name: str) -> Job:
    """Return the job of a run, whose table lies in a folder; `settings` are the operator's."""
    [table] = folder.glob(f"{TABLE}.*")
    values = {"name": name, **job_values(order)}
    paths: dict[str, Any] = {key: Path(settings[key]) if settings[key] else None for key in ("forms", "artwork", "profile")}
    if values.get("purpose") != "press":
        del paths["profile"]
    register = settings["register"] if order.get(NUMBERED) else ""
    return Job(**values, **paths, table=table, register=register)
