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
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from docgen import tables
from docgen.batching.job import NAMING
from docgen.checking import CheckReport
from docgen.errors import DataError, DocgenError, Problem, UsageError, Where
from docgen.fields import Field
from docgen.files import PRIVATE, PRIVATE_FOLDER, file_digest, read_bytes, write_whole
from docgen.form import Form, load_form
from docgen.inputs import table_fields
from docgen.inputs.by_form import FormNames, columns_of_forms, forms_in
from docgen.jobs import ColumnGuesses, Job, guess_columns, joined
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
    *("form_id", "name", "suffix", "sheets", "sheet", "form_columns", "form_column", "columns", "constants"),
    *("is_confirmed", "is_numbered", "purpose", "scheme", "each", "skips_bad", "allows_doubles", "split"),
)
#: What of a job its run is ordered with, by the names of its fields.
ORDERED = (
    *("form", "form_column", "sheet", "columns", "constants", "split", "skip_bad", "allow_doubles", "purpose", "impose", "each"),
)
#: What is said of the next table of a form too.
AGAIN = ("constants", "purpose", "scheme", "each", "split")
#: The field of a cell that names the form of its row.
FORM_CELL = "form"


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
    #: The titles of the sheets that hold anything; "" is the first of them.
    sheets: list[str] = field(default_factory=list)
    sheet: str = ""
    #: The columns whose cells name forms, and the one of them that says which form a row is of, "" for none.
    form_columns: list[str] = field(default_factory=list)
    form_column: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    corrections: list[Correction] = field(default_factory=list)
    is_numbered: bool = False
    purpose: str = Purpose.ARCHIVE.value
    #: The scheme of the press sheets, and the pattern of names for a file a record; "" for none.
    scheme: str = ""
    each: str = ""
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
        """The form that was chosen for all rows."""
        return load_form(self.form_id, self.call.settings.forms)

    @cached_property
    def forms(self) -> list[Form]:
        """The forms that its rows make documents of: the one that was chosen, or those that the cells of a column name."""
        if not self.form_column:
            return [self.form]
        names = FormNames(self.call.settings.forms)
        return [names.loaded(each) for each in forms_in(self.read, self.form_column, names)] or [self.form]

    @property
    def may_number(self) -> bool:
        """Whether the register could number the documents."""
        return bool(self.call.settings.register) and all(form.lacks_for_numbers is None for form in self.forms)

    @property
    def is_fixed(self) -> bool:
        """Whether each document is a page, which can be proofed, imposed and printed by a press."""
        return all(form.is_fixed for form in self.forms)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that its columns may hold."""
        found = (each for form in self.forms for each in table_fields(form, self.is_numbered, self.call.settings.forms))
        return tuple({each.name: each for each in reversed([*found])}.values())[::-1]

    @cached_property
    def read(self) -> tables.RecordTable:
        """The table as it was given."""
        return tables.read(self.upload, self.sheet or None)

    def choose(self, sheet: str, form_column: str) -> None:
        """Take another sheet, or another column to say the form of each row; what the columns hold is to be confirmed again.

        Raise UsageError for a sheet or column that is not among those that were found, DataError for a sheet that is no table.
        """
        if sheet != self.sheet and sheet in self.sheets:
            table = tables.read(self.upload, sheet)
            self.sheet, self.read, self.corrections = sheet, table, []
            (self.folder / COPY).unlink(missing_ok=True)
            self.form_columns = columns_of_forms(table, FormNames(self.call.settings.forms))
            form_column = next(iter(self.form_columns), "")
        if form_column and form_column not in self.form_columns:
            message = _("the table has no column “{name}”", name=form_column[:60])
            raise UsageError.because("form-column-unknown", message)
        self.form_column, self.is_confirmed = form_column, False
        self.__dict__.pop("forms", None)
        self.is_numbered = self.is_numbered and self.may_number

    def guesses(self) -> ColumnGuesses:
        """Return its columns with what a clerk said that they hold, else with what is guessed."""
        found = guess_columns(self.read, self.fields, self.form.lexicon)
        found = replace(found, columns=tuple(each for each in found.columns if each.heading != self.form_column))
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
        is_press = self.purpose == Purpose.PRESS.value
        if not is_press:
            del paths["profile"]
        return Job(
            name=self.job_name, form="" if self.form_column else self.form_id, form_column=self.form_column, table=self.table,
            sheet=self.sheet, columns=guesses.said, ignore=guesses.left_out,
            constants={name: value for name, value in self.constants.items() if name in missing}, **paths,
            register=settings.register if self.is_numbered else "", split=self.split, skip_bad=self.skips_bad,
            allow_doubles=self.allows_doubles, purpose=self.purpose, impose=self.scheme, each=self.each,
        )  # fmt: skip

    def parts(self) -> list[Job]:
        """Return the job of each form."""
        return self.job().by_form()

    def examine(self) -> tuple[CheckReport, dict[int, Mapping[str, Any]]]:
        """Return what is wrong with the rows, and the rows by their numbers; raise as `Job.examine`."""
        reports = [part.examine() for part in self.parts()]
        rows = {row: raw for each in reports if each.source for row, raw in each.source.every_row}
        return joined(reports), rows

    def order(self) -> dict[str, Any]:
        """Return the job as the keys of an order, which a run carries out."""
        job = self.job()
        keys = {ENTRIES[name].key: getattr(job, name) for name in ORDERED if getattr(job, name)}
        return {**keys, ENTRIES["ignore"].key: list(job.ignore), NUMBERED: self.is_numbered}

    def correct(self, cells: Mapping[tuple[int, str], str]) -> None:
        """Put texts into cells of the copy, by row and field; one that is as it was given is no correction."""
        from docgen.workbooks import write_checked_copy

        given = self._given() if cells else {}
        known = {(each.row, each.field): each for each in self.corrections}
        for (row, name), text in cells.items():
            before = known[row, name].before if (row, name) in known else _shown(given.get(row, {}).get(name))
            known[row, name] = Correction(row, name, before, text)
        self.corrections = [each for each in known.values() if each.before != each.after]
        if not self.corrections:
            (self.folder / COPY).unlink(missing_ok=True)
            return
        headings = {each.field: each.heading for each in self.guesses().columns if each.field} | {FORM_CELL: self.form_column}
        write_checked_copy(self.read, map(_noted, self.corrections), self.folder / COPY, headings, with_proposals=True)

    def _given(self) -> dict[int, dict[str, Any]]:
        """Return the rows as they are printed, each with what its cell says of its form."""
        rows = {row: dict(raw) for part in self.parts() for row, raw in part.rows().every_row}
        for each in self.read.rows if self.form_column else ():
            rows.setdefault(each.number, {})[FORM_CELL] = each.cells.get(self.form_column)
        return rows

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
        found.sheets, found.sheet = _sheets(found.upload)
        found.form_columns = columns_of_forms(found.read, FormNames(call.settings.forms))
        found.form_column = next(iter(found.form_columns), "")
        headings = {each.text for each in found.read.headings}
        found.is_numbered = found.may_number and "issue" in call.page["rights"]
        found.each = _each_of(form)
        if earlier := next((each for each in prepared_tables(call) if each.form_id == form.id), None):
            found.columns = {heading: name for heading, name in earlier.columns.items() if heading in headings}
            for name in AGAIN:
                setattr(found, name, getattr(earlier, name))
        found.save()
    except DocgenError as error:
        found.erase()
        raise type(error)([_named(each, found.upload, upload.name) for each in error.problems]) from None
    return found


def _sheets(path: Path) -> tuple[list[str], str]:
    """Return the titles of a workbook's sheets with records, if it has several, and the one to begin with; "" is the first."""
    try:
        titles = tables.sheet_titles(path)
    except DataError:  # one of them cannot be read: the first is tried by itself
        return [], ""
    try:
        first = tables.read(path)
    except DataError:  # the first is a cover
        return titles, next(iter(titles), "")
    return (titles, first.sheet) if first.others else ([], "")


def _each_of(form: Form) -> str:
    """Return how the documents of a form that flows are called: each is a file of its own."""
    return "" if form.is_fixed else "-".join(f"{{{field.name}}}" for field in form.fields if field.name in NAMING)


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
