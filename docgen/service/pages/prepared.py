"""A table that a clerk prepares to be printed: the file as it was given, what its columns hold, and the cells that he corrected.

It is a job, stored beside his drafts (`desk`). The upload stays as it was: corrections go into a copy of it, a workbook, which is
what is checked and printed.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from docgen import tables
from docgen.errors import DataError, DocgenError, Problem, UsageError, Where
from docgen.fields import Field
from docgen.files import PRIVATE, PRIVATE_FOLDER, file_digest, read_bytes, write_whole
from docgen.form import Form, load_form
from docgen.inputs import table_fields
from docgen.jobs import ColumnGuesses, Job, guess_columns
from docgen.jobs.job import ENTRIES
from docgen.messages import _
from docgen.purposes import Purpose
from docgen.service.calls import Call, Upload
from docgen.service.pages.desk import ClerkDesk
from docgen.service.runs.orders import NUMBERED

#: The folder of a clerk's tables, within his own; and the parts of one table's folder.
TABLES, UPLOAD, COPY, FACTS = "tables", "upload", "corrected.xlsx", "job.json"
#: What stands in a cell that was emptied: white space is read as nothing.
EMPTIED = " "
SIZE_LIMIT = 8 << 20


#: What of a table is stored, besides its corrections.
STORED = (
    *("form_id", "name", "suffix", "columns", "constants"),
    *("is_confirmed", "is_numbered", "is_press", "skips_bad", "allows_doubles", "split"),
)


@dataclass(slots=True)
class Correction:
    """A cell that a clerk corrected: its row as a person counts it, the field that its column holds, and both texts."""

    row: int
    field: str
    before: str
    after: str


@dataclass
class PreparedTable:
    """A table with what was said of it so far; `columns` are headings with the fields that they hold, "" for none."""

    call: Call
    id: str
    form_id: str
    name: str
    suffix: str
    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    corrections: list[Correction] = field(default_factory=list)
    is_numbered: bool = False
    is_press: bool = False
    skips_bad: bool = False
    allows_doubles: bool = False
    split: int = 1000
    #: Whether a clerk has confirmed what the columns hold.
    is_confirmed: bool = False

    @property
    def job_name(self) -> str:
        """What the register calls its job: tables of different people may have one name, and are not one job."""
        return f"{self.name}-{self.id[:6]}"

    @property
    def folder(self) -> Path:
        """Where it is stored. `id` is one that was made here, never a caller's text."""
        return _folder(self.call) / self.id

    @property
    def upload(self) -> Path:
        """The file as it was given."""
        return self.folder / f"{UPLOAD}{self.suffix}"

    @property
    def table(self) -> Path:
        """What is checked and printed: the upload, or its corrected copy."""
        return self.folder / COPY if self.corrections else self.upload

    @cached_property
    def form(self) -> Form:
        """The form that each row makes a document of."""
        return load_form(self.form_id, self.call.settings.forms)

    @property
    def may_number(self) -> bool:
        """Whether the register could number the documents."""
        return bool(self.call.settings.register) and self.form.lacks_for_numbers is None

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that its columns may hold."""
        return table_fields(self.form, self.is_numbered, self.call.settings.forms)

    @cached_property
    def read(self) -> tables.RecordTable:
        """The table as it was given."""
        return tables.read(self.upload)

    def guesses(self) -> ColumnGuesses:
        """Return its columns with what a clerk said that they hold, else with what is guessed."""
        found = guess_columns(self.read, self.fields, self.form.lexicon)
        said = [(place, self.columns[each.heading]) for place, each in enumerate(found.columns) if each.heading in self.columns]
        for place, _name in said:  # all are emptied first, so that two columns can change places
            found = found.changed(place, "")
        for place, name in said:
            if name in {each.name for each in self.fields}:
                found = found.changed(place, name)
        return found

    def job(self) -> Job:
        """Return the job that a clerk has put together."""
        guesses, settings = self.guesses(), self.call.settings
        missing = {each.name for each in guesses.missing}
        paths: dict[str, Any] = {
            name: Path(path) if (path := getattr(settings, name)) else None for name in ("forms", "artwork", "profile")
        }
        if not self.is_press:
            del paths["profile"]
        return Job(
            name=self.job_name, form=self.form_id, table=self.table, columns=guesses.said, ignore=guesses.left_out,
            constants={name: value for name, value in self.constants.items() if name in missing}, **paths,
            register=settings.register if self.is_numbered else "", split=self.split, skip_bad=self.skips_bad,
            allow_doubles=self.allows_doubles,
            purpose=(Purpose.PRESS if self.is_press else Purpose.PLAIN).value,
        )  # fmt: skip

    def order(self) -> dict[str, Any]:
        """Return the job as the keys of an order, which a run carries out."""
        job, said = self.job(), ("form", "columns", "constants", "split", "skip_bad", "allow_doubles", "purpose")
        keys = {ENTRIES[name].key: getattr(job, name) for name in said}
        return {**keys, ENTRIES["ignore"].key: list(job.ignore), NUMBERED: self.is_numbered}

    def correct(self, cells: Mapping[tuple[int, str], str]) -> None:
        """Put texts into cells of the copy, by row and field; one that is as it was given is no correction."""
        from docgen.workbooks import write_checked_copy

        rows = self.job().rows() if cells else None
        given = dict(rows.every_row) if rows else {}
        known = {(each.row, each.field): each for each in self.corrections}
        for (row, name), text in cells.items():
            before = known[row, name].before if (row, name) in known else _shown(given.get(row, {}).get(name))
            known[row, name] = Correction(row, name, before, text)
        self.corrections = [each for each in known.values() if each.before != each.after]
        if not self.corrections:
            (self.folder / COPY).unlink(missing_ok=True)
            return
        headings = {each.field: each.heading for each in self.guesses().columns if each.field}
        write_checked_copy(self.read, map(_noted, self.corrections), self.folder / COPY, headings, with_proposals=True)

    def facts(self) -> list[dict[str, object]]:
        """Return the corrections as the manifest lists them."""
        return [asdict(each) for each in self.corrections]

    def save(self) -> None:
        """Store what was said."""
        said = {name: getattr(self, name) for name in STORED} | {"corrections": self.facts()}
        write_whole(self.folder / FACTS, json.dumps(said, ensure_ascii=False).encode(), PRIVATE)

    def erase(self) -> None:
        """Erase the table with all that belongs to it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def _noted(correction: Correction) -> Problem:
    """Return what the copy notes beside a corrected cell."""
    message = _("corrected; it was “{before}”", before=correction.before)
    where = Where(row=correction.row, key=correction.field)
    return Problem("corrected", message, "", where, correction.before, correction.after or EMPTIED)


def _folder(call: Call) -> Path:
    return ClerkDesk(Path(call.settings.data), call.clerk).folder / TABLES


def add_table(call: Call, upload: Upload, form_id: str) -> PreparedTable:
    """Store a table that was given for a form; raise UsageError or DataError for one that cannot be read.

    What the clerk said of an earlier table of the form is taken over for columns of the same headings.
    """
    form = load_form(form_id, call.settings.forms)
    suffix = Path(upload.name).suffix.lower()
    if suffix not in tables.FORMATS:
        message, hint = (
            _("the name of the table does not say its format"),
            _("Known are: {names}.", names=", ".join(tables.FORMATS)),
        )
        raise UsageError.because("format-unknown", message, hint, file=upload.name)
    found = PreparedTable(call, secrets.token_hex(8), form.id, (Path(upload.name).stem or form.id)[:100], suffix)
    found.folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    try:
        os.replace(upload.path, found.upload)
        headings = {each.text for each in found.read.headings}
        found.is_numbered = found.may_number and "issue" in call.page["rights"]
        if earlier := next((each for each in prepared_tables(call) if each.form_id == form.id), None):
            found.columns = {heading: name for heading, name in earlier.columns.items() if heading in headings}
            found.constants = earlier.constants
        found.save()
    except DocgenError as error:
        found.erase()
        raise type(error)([_named(each, found.upload, upload.name) for each in error.problems]) from None
    return found


def _named(problem: Problem, path: Path, name: str) -> Problem:
    """Return a problem with the name that a file has for its owner."""
    return problem.at(file=name) if problem.where.file == str(path) else problem


def prepared_table(call: Call, number: str) -> PreparedTable:
    """Return a table of the clerk's; raise UsageError if he has none of this name."""
    if re.fullmatch(r"[0-9a-f]{16}", number):
        try:
            said = json.loads(read_bytes(_folder(call) / number / FACTS, SIZE_LIMIT))
            corrections = [Correction(**each) for each in said.pop("corrections")]
            return PreparedTable(call, number, **said, corrections=corrections)
        except (DataError, ValueError, TypeError, KeyError, AttributeError):
            pass
    message = _("there is no such table")
    raise UsageError.because("table-unknown", message, _("Tables are erased 30 days after they were touched last."))


def prepared_tables(call: Call) -> list[PreparedTable]:
    """Return the clerk's tables, the one that was touched last first."""
    found = []
    for path in sorted(_folder(call).glob(f"*/{FACTS}"), key=lambda path: path.stat().st_mtime, reverse=True):
        try:
            found.append(prepared_table(call, path.parent.name))
        except UsageError:
            continue
    return found


def copy_for_run(table: PreparedTable, folder: Path, stem: str) -> str:
    """Put what is printed into a run's folder; return the SHA-256 of the file as it was given."""
    shutil.copyfile(table.table, folder / f"{stem}{table.table.suffix}")
    return file_digest(table.upload)
