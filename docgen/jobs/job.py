"""A job: all that decides what comes out of a table, and what can be done with it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.batching import (
    BatchResult,
    Progress,
    Selection,
    Settings,
    batch,
    check_batchable,
    no_progress,
)
from docgen.checking import CheckReport, examine, sheets_beyond_first
from docgen.errors import Problem, UsageError
from docgen.form import Form, check_numbered, load_form
from docgen.inputs import RowSource, TableRows, open_table
from docgen.inputs.by_form import rows_by_form
from docgen.jobs.entries import (
    BOOK,
    COLUMNS,
    COUNT,
    DAY,
    EXTENT,
    FORMAT,
    GIVEN,
    NAME,
    PATTERN,
    PRINT,
    PURPOSE,
    ROWS,
    SIZE,
    SPOTS,
    SWITCH,
    TEXTS,
    VALUES,
    WORDS,
    JobPath,
    entries_of,
    entry,
)
from docgen.jobs.parts import joined
from docgen.jobs.placing import key_of, placing, refuse_missing
from docgen.messages import _
from docgen.paint.press import PressOptions
from docgen.prints import Print

if TYPE_CHECKING:
    from docgen.batching import Proof
    from docgen.register import Register


@dataclass(frozen=True, slots=True)
class OpenedJob:
    """A job at work: its form, its rows, the register if it has one, and how they are printed."""

    form: Form
    source: RowSource
    register: Register | None
    settings: Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is wanted of a table. Each field is one entry: a key of the file and an option of the command line.

    `file` is where the job was read from, None for one that was never in a file; `said` names the fields that the command line
    gave instead.
    """

    name: str = entry("name", "--job", NAME, lambda: _("What the register calls this job."))
    form: str = entry("form", "FORM", GIVEN, lambda: _("Which document; docgen forms lists them."), "")
    table: Path = entry(
        "table.path", "TABLE", GIVEN, lambda: _("Where the records are, from the folder of this file."), place=JobPath.INPUT
    )
    sheet: str = entry("table.sheet", "--sheet", GIVEN, lambda: _("The sheet, if it is not the first."), "")
    heading_rows: str = entry(
        "table.heading-rows", "--heading-rows", ROWS, lambda: _("The rows of the headings, 4 or 4-5, if they are not found."), ""
    )
    form_column: str = entry(
        "table.form-column",
        "--form-column",
        GIVEN,
        lambda: _("The column that names the form of each row, in place of form."),
        "",
    )
    columns: Mapping[str, str] = entry("columns", "--map", COLUMNS, lambda: _("Heading = the field that the column holds."), {})
    constants: Mapping[str, object] = entry("set", "--set", VALUES, lambda: _("Field = its value in every row."), {})
    ignore: tuple[str, ...] = entry(
        "ignore", "--ignore", TEXTS, lambda: _("Columns that are left out; * is every other one."), ()
    )
    print: str = entry("print", "--print", PRINT, lambda: _("full, blank or overprint."), Print.FULL.value)
    purpose: str | None = entry(
        "for", "--for", PURPOSE, lambda: _("archive: PDF/A-2; plain; or press: PDF/X-4 for a print shop."), None
    )
    profile: Path | None = entry(
        "press.profile", "--profile", GIVEN, lambda: _("The ICC profile of the print shop."), None, JobPath.INPUT
    )
    bleed: float | None = entry("press.bleed", "--bleed", SIZE, lambda: _("Millimetres printed beyond the edge."), None)
    spots: Mapping[str, str] = entry("spot", "--spot", SPOTS, lambda: _("Colour = the spot colour that prints it."), {})
    part_fields: tuple[str, ...] = entry(
        "press.dpart-fields", "--dpart-fields", TEXTS, lambda: _("Fields that the volumes say of each record."), ()
    )
    back: bool = entry("back", "--back", SWITCH, lambda: _("Print the back of the form too."), False)
    key: str = entry("sign.key", "--key", GIVEN, lambda: _("The key that signs the documents' codes."), "")
    keys: Path | None = entry(
        "sign.keys", "--keys", GIVEN, lambda: _("The folder of keys, where it is not your own."), None, JobPath.INPUT
    )
    passphrase_file: Path | None = entry(
        "sign.passphrase-file", "--passphrase-file", GIVEN, lambda: _("The file with the key's passphrase."), None, JobPath.INPUT
    )
    sign_pdf: Path | None = entry(
        "sign.pdf", "--sign-pdf", GIVEN, lambda: _("The PKCS#12 file that signs each PDF."), None, JobPath.INPUT
    )
    sign_passphrase_file: Path | None = entry(
        "sign.pdf-passphrase-file",
        "--sign-passphrase-file",
        GIVEN,
        lambda: _("The file with its passphrase."),
        None,
        JobPath.INPUT,
    )
    tagged: bool = entry(
        "tagged", "--tagged", SWITCH, lambda: _("Tag the volumes for the archive: PDF/A-2a and PDF/UA-1."), False
    )
    attach_record: bool = entry(
        "attach-record", "--attach-record", SWITCH, lambda: _("Attach to each record's own file what it prints: PDF/A-3a."), False
    )
    alternatives: Mapping[str, str] = entry(
        "alt", "--alt", WORDS, lambda: _("Picture = what it shows, for a screen reader, where the form does not say it."), {}
    )
    impose: str = entry("impose.scheme", "--impose", GIVEN, lambda: _("The scheme of the press sheets: a name or a file."), "")
    marks: bool | None = entry("impose.marks", "--marks", SWITCH, lambda: _("Marks on the press sheets, or none."), None)
    preflight: str = entry(
        "preflight", "--preflight", EXTENT, lambda: _("How much is measured when it is printed: all or a sample."), ""
    )
    to: str = entry("to", "--to", FORMAT, lambda: _("pdf or docx."), "pdf")
    on: date | None = entry("on", "--on", DAY, lambda: _("The edition in force on that day."), None)
    split: int = entry("split", "--split", COUNT, lambda: _("Records a volume."), 1000)
    each: str = entry("each", "--each", GIVEN, lambda: _("One more file a record, named by its fields."), "")
    only: tuple[str, ...] = entry("only", "--only", TEXTS, lambda: _("These rows alone."), ())
    numbers: tuple[str, ...] = entry("numbers", "--numbers", TEXTS, lambda: _("The records with these numbers alone."), ())
    skip_bad: bool = entry(
        "skip-bad", "--skip-bad", SWITCH, lambda: _("Print the good records though others have problems."), False
    )
    allow_doubles: bool = entry(
        "allow-doubles", "--allow-doubles", SWITCH, lambda: _("A person may be in the table twice, for one course."), False
    )
    output: Path | None = entry("output", "--output", GIVEN, lambda: _("The folder to fill."), None, JobPath.OUTPUT)
    artwork: Path | None = entry("artwork", "--artwork", GIVEN, lambda: _("A folder of your own emblems."), None, JobPath.INPUT)
    forms: Path | None = entry("forms", "--forms", GIVEN, lambda: _("A folder of your own forms."), None, JobPath.INPUT)
    workers: int | None = entry("workers", "--workers", COUNT, lambda: _("How many processes print."), None)
    scheduler: str = entry("scheduler", "--scheduler", GIVEN, lambda: _("The Dask cluster that prints."), "")
    register: str = entry("register.book", "--register", BOOK, lambda: _("The book that gives the numbers."), "", JobPath.BOOK)
    series: str = entry(
        "register.series",
        "--series",
        PATTERN,
        lambda: _("How the numbers of a sequence that begins look: {{year}}-{{seq:04d}}."),
        "",
    )
    new_organization: bool = entry(
        "register.new-organization", "--new-organization", SWITCH, lambda: _("The organization is a new one."), False
    )
    file: Path | None = None
    said: frozenset[str] = field(default=frozenset())
    #: The rows of a job that is one form's part of another.
    part: TableRows | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.form and self.form_column:
            message = _("the form is said twice: {form}, and by the column “{column}”", form=self.form, column=self.form_column)
            raise UsageError.because("form-twice", message, _("Keep one of the two."), file=str(self.file or ""), key="form")
        if self.only and self.numbers:
            raise UsageError.because("selection-twice", _("Give --only or --numbers, not both."), file=str(self.file or ""))

    def changed(self, said: Mapping[str, Any]) -> tuple[Job, list[Problem]]:
        """Return the job with what the command line says by field, and a note on each entry that it puts aside.

        Columns, constants and columns to leave out are added to those of the job.
        """
        notes, values = [], dict(said)
        for name in filter(said.__contains__, ENTRIES):
            before, value = getattr(self, name), said[name]
            if isinstance(value, Mapping):
                values[name] = {**before, **value}
                notes += [
                    self._note(f"{name}.{key}", before[key], new) for key, new in value.items() if before.get(key, new) != new
                ]
            elif name == "ignore":
                values[name] = tuple(dict.fromkeys((*before, *value)))
            elif before not in (value, ENTRIES[name].default):
                notes.append(self._note(name, before, value))
        for one, other in (("only", "numbers"), ("numbers", "only")):  # the two choose the same thing
            if said.get(one) and other not in said and getattr(self, other):
                values[other] = ()
                notes.append(self._note(other, getattr(self, other), said[one]))
        return dataclasses.replace(self, **values, said=self.said | said.keys()), notes

    def _note(self, name: str, before: object, now: object) -> Problem:
        message = _("the command line says {now}, in place of {before}", now=_shown(now), before=_shown(before))
        return Problem("job-overridden", message).at(file=str(self.file or ""), key=key_of(name, ENTRIES))

    @property
    def selection(self) -> Selection:
        """The records that are asked for."""
        return Selection(",".join(self.numbers), "number") if self.numbers else Selection(",".join(self.only))

    def rows(self, form: Form | None = None, *, is_numbered: bool | None = None) -> RowSource:
        """Return the rows of the table, as `open_table` does; `is_numbered` says whether a register numbers them.

        Raise UsageError for a file or folder that is missing, and DataError or UsageError for columns and constants that do not
        fit, each with the job's own key where the job says them.
        """
        if self.part is not None:
            return self.part
        self.refuse_missing()
        with self.placing():
            return open_table(
                self.table,
                form or self.loaded_form(),
                sheet=self.sheet or None,
                ignore=self.ignore,
                columns=self.columns,
                heading_rows=self.heading_rows,
                constants=self.constants,
                register=bool(self.register) if is_numbered is None else is_numbered,
                forms=self.forms,
            )

    def by_form(self) -> list[Job]:
        """Return a job for each form that the rows name, with these rows and a folder of its own; itself where one form is said.

        Raise UsageError for records that are chosen by their numbers, which each form has; DataError for rows that are chosen and
        not there; else as `rows`.
        """
        if not self.form_column:
            return [self]
        if self.numbers:
            hint = _("Choose them by their rows: --only. The manifest of each form has number and row.")
            raise UsageError.because("selection-mixed", _("each form has numbers of its own"), hint, file=str(self.file or ""))
        self.refuse_missing()
        with self.placing():
            found = rows_by_form(
                self.table,
                self.form_column,
                sheet=self.sheet or None,
                ignore=self.ignore,
                columns=self.columns,
                heading_rows=self.heading_rows,
                constants=self.constants,
                register=bool(self.register),
                forms=self.forms,
                on=self.on,
            )
        if self.only:
            numbers = sorted(number for _form, rows in found for number in rows.table.numbers)
            list(self.selection.of((number, {}) for number in numbers))
        parts = [self._part(form, rows) for form, rows in found]
        return [part for part in parts if part is not None]

    def _part(self, form: Form, rows: TableRows) -> Job | None:
        """Return the job of one form's rows; None if none of them is asked for."""
        only = self.only
        if only:
            chosen = [number for number in rows.table.numbers if self.selection.asks_for(number)]
            if not chosen:
                return None
            only = tuple(map(str, chosen))
        output = self.output and self.output / form.id
        return dataclasses.replace(self, form=form.id, form_column="", part=rows, output=output, only=only)

    def loaded_form(self) -> Form:
        """Return the form; raise UsageError if there is none of this name."""
        with self.placing():
            return load_form(self.form, self.forms, self.on)

    @contextmanager
    def opened(self, *, is_asked: bool = False) -> Iterator[OpenedJob]:
        """Yield the job at work, its register open if it has one; raise as `rows` and `open_register`.

        With `is_asked` nothing will be issued, so that a register which is not there is not made.
        """
        self.refuse_missing()
        form = self.loaded_form()
        check_batchable(form)
        with self._opened_register(form, is_asked=is_asked) as register, self.placing():
            yield OpenedJob(form, self.rows(form, is_numbered=register is not None), register, self.settings(register))

    @contextmanager
    def _opened_register(self, form: Form, *, is_asked: bool) -> Iterator[Register | None]:
        if not self.register:
            yield None
            return
        from docgen.register import asked_register, open_register  # SQLAlchemy is loaded for those who use it

        check_numbered(form)
        opening = asked_register if is_asked else open_register
        with opening(self.register, new_organization=self.new_organization, series=self.series) as register:
            yield register

    def settings(self, register: Register | None = None) -> Settings:
        """Return how the records are printed, as `batch` and `proof` take it."""
        return Settings(
            print=self.print, to=self.to, split=self.split, each=self.each, only=self.selection, skip_bad=self.skip_bad,
            allow_doubles=self.allow_doubles, forms=self.forms, artwork=self.artwork, register=register,
            job=self.name if register else "", purpose=self.purpose, press=self.press, back=self.back, tagged=self.tagged,
            attach_record=self.attach_record, alternatives=self.alternatives,
            impose=self.scheme, marks=self.marks, preflight=self.preflight,
        )  # fmt: skip

    @property
    def scheme(self) -> str:
        """The scheme of the press sheets; a file is named from the folder of the job."""
        is_own = self.impose.endswith(".toml") and self.file is not None and "impose" not in self.said
        return str(self.file.parent / self.impose) if is_own and self.file else self.impose

    @property
    def press(self) -> PressOptions | None:
        """What the print shop asks for, None for nothing."""
        return PressOptions.of(self.profile, self.bleed, self.spots, self.part_fields)

    @property
    def folder(self) -> Path:
        """The folder to fill; raise UsageError if the job does not say it."""
        if self.output is None:
            message, hint = _("the job does not say where to print"), _("Give its output.")
            raise UsageError.because("output-missing", message, hint, file=str(self.file or ""), key="output")
        return self.output

    def check(self) -> list[Problem]:
        """Return every problem of every row; nothing is printed."""
        return joined([part.examine() for part in self.by_form()]).problems

    def other_sheets(self) -> list[Problem]:
        """Return a note on the sheets of the workbook after the first, if the job does not say which is read."""
        self.refuse_missing()
        return [] if self.sheet or self.heading_rows else sheets_beyond_first(self.table)

    def examine(self, source: RowSource | None = None, progress: Progress = no_progress) -> CheckReport:
        """Return all that `check` finds, with notes and counts, in the rows of the job, which may be given.

        A workbook of several sheets is one document, if the form has rows.
        """
        form = self.loaded_form()
        if source is None and form.rows and self.other_sheets():
            with self.placing():
                return examine(
                    self.form, self.table, ignore=self.ignore, columns=self.columns, constants=self.constants, forms=self.forms,
                    on=self.on,
                )  # fmt: skip
        source = source or self.rows(form).whole()
        with self._opened_register(form, is_asked=True) as register:
            report = examine(
                form, source, artwork=self.artwork, forms=self.forms, allow_doubles=self.allow_doubles, back=self.back,
                register=register, job=self.name if register else "", progress=progress,
            )  # fmt: skip
            return dataclasses.replace(report, notes=[*report.notes, *register.notes]) if register else report

    def proof(self) -> Proof:
        """Return the contact sheet of what `batch` would print; of a job of several forms each part has its own (`by_form`)."""
        from docgen.batching import proof

        with self.opened(is_asked=True) as opened:
            return proof(opened.form, opened.source, opened.settings)

    def batch(self, out_dir: Path | str | None = None, **how: Any) -> BatchResult:
        """Print the job into its output folder, or into `out_dir`; `how` are `workers`, `executor`, `resume` and `progress`.

        Of a job of several forms each part is printed by itself (`by_form`, after `refuse_bad`).
        """
        folder = out_dir or self.folder
        with self.opened() as opened:
            how = {"workers": self.workers or 1} | how
            return batch(opened.form, opened.source, folder, **opened.settings.as_keywords(), **how)

    def refuse_missing(self) -> None:
        """Raise UsageError with every file and folder that the job names and that is not there."""
        refuse_missing(self, ENTRIES)

    def placing(self) -> AbstractContextManager[None]:
        """Give the problems that the block raises the place in the job's file, for what the job says and not the command line."""
        return placing(self, ENTRIES)


#: The entries of a job, by the names of its fields.
ENTRIES = entries_of(Job)


def _shown(value: object) -> str:
    """Return a value of a job for a note."""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
