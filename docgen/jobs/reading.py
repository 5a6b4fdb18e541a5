"""A job's file → a Job, or every mistake in it by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from docgen.errors import DataError, Problem, UsageError, Where, nearest_hint
from docgen.fields import Rejected
from docgen.fields.keys import shown
from docgen.files import read_bytes
from docgen.inputs.record_file import read_toml_text
from docgen.jobs.entries import JobEntry, JobPath
from docgen.jobs.job import ENTRIES, Job
from docgen.messages import _

#: The version of what a file of a job may say.
VERSION = 1
SUFFIX = ".toml"
SIZE_LIMIT = 1 << 20
#: The entries by their keys in the file, and the tables that hold some of them.
KEYS: Mapping[str, JobEntry] = {each.key: each for each in ENTRIES.values()}
TABLES = {key.partition(".")[0] for key, each in KEYS.items() if "." in key or each.is_table}


def is_job_file(name: str | None) -> bool:
    """Return whether a name in a call is that of a job's file: no form is called so."""
    return bool(name) and str(name).lower().endswith(SUFFIX)


def open_job(path: Path | str) -> Job:
    """Return the job in a file (TOML); its paths are read from the folder of the file.

    Raise DataError for a file that is missing or no TOML; UsageError with every key that is unknown, missing or wrong, and for a
    password. Whether what it names is there is found when the job is used.
    """
    path = Path(path)
    raw = _read(path)
    if problems := _version_problems(raw):
        raise UsageError(_at(path, problems))
    problems, values = [], {}
    for key, value in _pairs(raw):
        if key not in KEYS:
            problems.append(_unknown(key, value))
            continue
        try:
            values[KEYS[key].field] = located(KEYS[key], KEYS[key].reader.read(value), path.parent)
        except (ValueError, Rejected) as error:
            problems.append(_wrong(key, value, error))
    given = {problem.where.key for problem in problems} | {ENTRIES[name].key for name in values}
    required = [each for each in KEYS.values() if each.is_required]
    problems += [_missing(each) for each in required if not given & {each.key, each.key.partition(".")[0]}]
    if not given & {"form", "table.form-column"}:
        problems.append(_missing(ENTRIES["form"]))
    if problems:
        raise UsageError(_at(path, problems))
    return Job(**values, file=path)


def _read(path: Path) -> Mapping[str, object]:
    """Return the keys of a file; raise DataError if it is missing or no TOML."""
    content = read_bytes(path, SIZE_LIMIT)
    try:
        raw = read_toml_text(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        reason, hint = _("it is not in UTF-8"), _("Save it anew with the encoding UTF-8.")
    except ValueError as error:
        reason = str(error)
        hint = _('Write key = "value"; headings with spaces or other letters than a – z stand in quotation marks too.')
    else:
        return raw
    message = _("the job cannot be read: {reason}", reason=reason)
    raise DataError.because("job-damaged", message, hint, file=str(path))


def _at(path: Path, problems: list[Problem]) -> list[Problem]:
    return [problem.at(file=str(path)) for problem in problems]


def _version_problems(raw: Mapping[str, object]) -> list[Problem]:
    """Return a problem for a file of another version: none of its keys can be relied on."""
    version, where = raw.get("version"), Where(key="version")
    if type(version) is int and version > VERSION:
        message = _("the job is of version {version}, and this docgen knows version {known}", version=version, known=VERSION)
        return [Problem("job-newer", message, _("Install the newest docgen on this machine."), where, str(version))]
    if version == VERSION and type(version) is int:
        return []
    message = _("this is no job: it does not begin with version = {version}", version=VERSION)
    hint = _("docgen job new and --save-job write jobs; a record is printed by docgen render.")
    return [Problem("job-version", message, hint, where, shown(version) if version is not None else "")]


def _pairs(raw: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield each key of a file with its value; those within a table that holds entries as `table.path`."""
    for name, value in raw.items():
        if name == "version":
            continue
        if name in TABLES and name not in KEYS and isinstance(value, Mapping):
            yield from ((f"{name}.{inner}", each) for inner, each in value.items())
        else:
            yield name, value


def located(each: JobEntry, value: Any, folder: Path) -> Any:
    """Return a value with its path read from the folder of the job's file; `default` and addresses are no paths."""
    if each.place is JobPath.BOOK:
        return value if value == "default" or "://" in value else str(folder / value)
    return folder / value if each.place else value


def _unknown(key: str, value: object) -> Problem:
    """Return the problem of a key that no entry has, with the key that it may have been."""
    if key in TABLES:
        return _wrong(key, value, ValueError(_("a table is expected here")))
    last = key.rpartition(".")[2]
    meant = next((known for known in KEYS if known.rpartition(".")[2] == last and "." in known + key), "")
    hint = _("It belongs elsewhere: {key}.", key=_written(meant)) if meant else nearest_hint(key, [*KEYS, "version"])
    return Problem("key-unknown", _("there is no such key"), hint, Where(key=key[:100]))


def _written(key: str) -> str:
    """Return a key as one finds it in a file: `path in [table]`, and one of no table above them all."""
    table, _dot, last = key.rpartition(".")
    return _("{key} in [{table}]", key=last, table=table) if table else _("{key}, above the first [table]", key=last)


def _wrong(key: str, value: object, error: ValueError | Rejected) -> Problem:
    """Return the problem of a value that an entry cannot take."""
    if isinstance(error, Rejected):  # whose message does not repeat the value: it may be secret
        return Problem(error.code, error.message, error.hint, Where(key=key))
    message = _("“{value}” is not allowed here", value=shown(value))
    each = KEYS.get(key)
    if each is not None and each.is_table and isinstance(value, Mapping):
        strayed = next((name for name in value if name in KEYS and "." not in name and not isinstance(value[name], str)), "")
        if strayed:
            return _unknown(f"{key}.{strayed}", value)
    hint = _("Expected: {expected}.", expected=each.reader.expected() if each else _("a table"))
    return Problem("key-wrong", message, hint, Where(key=key), shown(value))


def _missing(each: JobEntry) -> Problem:
    hint = _("Expected: {expected}.", expected=each.reader.expected())
    return Problem("key-missing", _("this key must be given"), f"{each.remark()} {hint}", Where(key=each.key))
