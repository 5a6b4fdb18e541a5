"""What a batch, its proof and documents one by one take alike: one list of settings, and what they make of form and rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.artwork import artwork_folders, refuse_strange_artwork
from docgen.batching.job import BatchJob, check_batchable
from docgen.batching.measures import check_measured
from docgen.batching.people import People
from docgen.batching.printers import VOLUMES
from docgen.batching.record_files import check_pattern
from docgen.batching.selection import EVERYTHING, Selection
from docgen.compose.page import PRINT_LAYERS
from docgen.errors import Problem, UsageError
from docgen.form import Form, backed, check_numbered, given_form, load_form, worded
from docgen.inputs import GivenRows, RowSource, open_rows, placing
from docgen.inputs.journal import journal_fields
from docgen.inputs.sample_rows import sample_refused
from docgen.messages import _
from docgen.paint.press import PressOptions, finish_for
from docgen.prints import Print
from docgen.purposes import Purpose
from docgen.rendering import (
    FORMATS,
    check_attached,
    check_back,
    check_choice,
    check_finish,
    check_signable,
    purpose_of,
    settled,
    signed_form,
)

if TYPE_CHECKING:
    from docgen.batching.numbering import Numbered
    from docgen.batching.sheets import SheetSettings
    from docgen.codes import Signer
    from docgen.imposing import Scheme
    from docgen.register import Register
    from docgen.signatures import PdfSigner

SPLIT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the records of a table are printed: the keywords of `batch`, which explains them."""

    print: Print | str = Print.FULL
    to: str = "pdf"
    split: int = SPLIT
    each: str = ""
    only: Selection | str = EVERYTHING
    skip_bad: bool = False
    allow_doubles: bool = False
    forms: Path | str | None = None
    artwork: Path | str | None = None
    pictures: Path | str | None = None
    fonts: Path | str | None = None
    time: datetime | None = None
    on: date | None = None
    register: Register | Path | str | None = None
    job: str = ""
    purpose: Purpose | str | None = None
    press: PressOptions | None = None
    back: bool = False
    signer: Signer | None = None
    pdf_signer: PdfSigner | None = None
    tagged: bool = False
    attach_record: bool = False
    alternatives: Mapping[str, str] = field(default_factory=dict)
    impose: Scheme | Path | str = ""
    marks: bool | None = None
    preflight: str = ""
    #: Cells that a person corrected in a copy of his table, which is what is printed: the manifest lists them.
    corrections: Sequence[Mapping[str, object]] = ()

    def form_of(self, form: Form | str, formats: Mapping[str, object]) -> Form:
        """Return the form that is printed, in one of the `formats`; raise UsageError for settings that it cannot have."""
        loaded = load_form(form, self.forms, self.on) if isinstance(form, str) else given_form(form)
        if self.back:
            loaded = backed(loaded)
        if self.signer:
            loaded = signed_form(loaded, self.signer, self.to)
        loaded = worded(loaded, self.alternatives)
        check_choice(self.print, PRINT_LAYERS, "print-unknown")
        check_choice(self.to, formats, "format-unknown")
        check_batchable(loaded)
        check_finish(loaded, self.to, finish_for(self.purpose_to(), self.press, self.attach_record))
        check_attached(self.attach_record, is_blank=self.print == Print.BLANK)
        check_back(loaded, self.to)
        self._check_signed(alone=formats is FORMATS)
        self._check_tagged()
        self.imposed(loaded)
        check_measured(self.preflight, loaded, self.to)
        if not isinstance(self.split, int) or self.split < 1:
            raise UsageError.because("split-wrong", _("a volume holds one record or more"))
        if self.each:
            unprinted = () if self.register is None else journal_fields(loaded, self.forms)
            check_pattern(self.each, [field.name for field in (*loaded.fields, *unprinted)])
        if self.register is not None:
            check_numbered(loaded)
        if self.press:
            unprinted = () if self.register is None else journal_fields(loaded, self.forms)
            self.press.check_fields((*loaded.fields, *unprinted))
        self.selection()
        return loaded

    def purpose_to(self) -> Purpose | str:
        """Return what the files are for, as `purpose_of` has it."""
        return purpose_of(self.purpose, self.to)

    def _check_signed(self, *, alone: bool) -> None:
        """Raise UsageError where what is signed has no file of its own: a document that is not given back `alone`, or named."""
        if self.pdf_signer:
            check_signable(self.to, Print(self.print), Purpose(self.purpose_to()))
            if not (self.each or alone):
                hint = _("Ask for a document a record: --each “{example}”.", example="{number}-{surname}")
                raise UsageError.because("pdf-signature-no-volumes", _("volumes are not signed, documents are"), hint)

    def _check_tagged(self) -> None:
        """Raise UsageError where volumes are to be tagged that are not for the archive."""
        if self.tagged and self.purpose_to() != Purpose.ARCHIVE:
            hint = _("Print them with --for archive, or leave --tagged out.")
            raise UsageError.because("tagged-not-archive", _("volumes are tagged for the archive alone"), hint)

    def imposed(self, form: Form) -> SheetSettings | None:
        """Return how the volumes of a form are imposed, None for not at all; errors as of `sheet_settings`."""
        if not self.impose and self.marks is None:
            return None
        from docgen.batching.sheets import sheet_settings

        return sheet_settings(self.impose, self.marks, form, self.to)

    def as_keywords(self) -> dict[str, Any]:
        """Return the settings as keywords of `batch`."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def selection(self) -> Selection:
        """Return the records that are asked for; raise UsageError for what names none."""
        return Selection(self.only) if isinstance(self.only, str) else self.only

    def people_of(self, form: Form) -> People:
        """Return what tells who is in the table twice."""
        is_issued = self.register is not None
        return People(form, allowed=self.allow_doubles, is_issued=is_issued, leave_out=self.skip_bad)

    def job_of(self, form: Form, source: RowSource, book: str = "") -> BatchJob:
        """Return what is printed of a form and rows, and how; `book` is what the register calls the job."""
        pictures = source.folder if self.pictures is None else Path(self.pictures)
        folders = artwork_folders(self.artwork, pictures)
        refuse_strange_artwork(form.artwork, self.artwork)
        facts: dict[str, Any] = {"file": source.name, "sha256": source.sha256} if source.sha256 else {}
        if self.corrections:
            facts["corrections"] = list(self.corrections)
        return BatchJob(
            form, folders, Print(self.print), self.to, self.split, self.each, self.skip_bad,
            str(self.only), facts, book, journal_fields(form, self.forms) if book else (),
            None if self.fonts is None else str(self.fonts), self.time,
            purpose=Purpose(self.purpose_to()), press=self.press or PressOptions(), imposed=self.imposed(form),
            tagged=self.tagged, attach_record=self.attach_record, preflight=self.preflight, pdf_signer=self.pdf_signer,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Order:
    """A batch that is ready to be printed: the job, its rows, and which of them."""

    job: BatchJob
    source: RowSource
    numbered: Numbered | None
    only: Selection
    #: The problems of cells that cannot be used, of those rows that are asked for. It may grow while rows are read.
    bad: list[Problem]
    #: Who is in its rows twice. With a register all rows of the table are looked at before some of them are printed.
    people: People

    def book_notes(self, given: object) -> list[Problem]:
        """Return what the user of the register should know; nothing where the caller has it open, and can ask it."""
        return [] if self.numbered is None or self.numbered.register is given else self.numbered.register.notes


@contextmanager
def ordered(
    form: Form | str,
    rows: GivenRows,
    settings: Settings,
    *,
    formats: Mapping[str, object] = VOLUMES,
    is_read_first: bool = True,
    is_asked: bool = False,
) -> Iterator[Order]:
    """Yield what is to be printed, with the register open. What is raised within has its places (`docgen.inputs.placing`).

    With `is_read_first` a table is read to its end at once; otherwise its rows may come while others are still read. With
    `is_asked` nothing will be issued, so that a register which is not there is not made.
    """
    with settled(settings.fonts, settings.time):
        loaded = settings.form_of(form, formats)
        with _register(settings, is_asked=is_asked) as register:
            source = open_rows(rows, loaded, register=register is not None, forms=settings.forms)
            with placing(source):
                if register is not None and source.is_sample:
                    raise sample_refused()
                numbered = _numbered(register, settings, source)
                if numbered or (is_read_first and source.sha256):  # a generator is listed only where it is needed twice
                    source = source.whole()
                job = settings.job_of(loaded, source, numbered.job if numbered else "")
                if numbered:
                    job = replace(job, corrected=numbered.corrected(loaded))
                only, bad = _asked(settings, source, loaded.numbering.organization, is_numbered=numbered is not None)
                people = settings.people_of(loaded)
                if numbered and only.text:
                    people.see(source)
                yield Order(job, source, numbered, only, bad, people)


@contextmanager
def _register(settings: Settings, *, is_asked: bool) -> Iterator[Register | None]:
    if settings.register is None:
        yield None
        return
    from docgen.register import asked_register, opened_register

    with asked_register(settings.register) if is_asked else opened_register(settings.register) as register:
        yield register


def _numbered(register: Register | None, settings: Settings, source: RowSource) -> Numbered | None:
    """Return the register's part, None without one; it is loaded for those who use it."""
    if register is None:
        return None
    from docgen.batching.numbering import Numbered, check_job

    return Numbered(register, check_job(settings.job or source.name), settings.allow_doubles)


def _asked(settings: Settings, source: RowSource, organization: str, *, is_numbered: bool) -> tuple[Selection, list[Problem]]:
    """Return the selection, which knows of rows with cells that cannot be used, and the problems of those it asks for."""
    only = replace(settings.selection(), organization=organization)
    if not only.text or not source.bad or is_numbered:
        return only, source.bad if isinstance(source.bad, list) else list(source.bad)
    rows = {problem.where.row for problem in source.bad}
    only, asked = only.with_refused((row, raw) for row, raw in source.every_row if row in rows)
    return only, [problem for problem in source.bad if problem.where.row in asked]
