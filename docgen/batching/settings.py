"""What a batch and its proof are told alike: one list of settings, and the job that they make of a form."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.artwork import artwork_folders, refuse_strange_artwork
from docgen.batching.job import BatchJob, check_batchable, check_template
from docgen.batching.names import check_pattern
from docgen.batching.printers import VOLUMES
from docgen.batching.selection import EVERYTHING, Selection
from docgen.compose.page import PRINT_LAYERS
from docgen.errors import Problem, UsageError
from docgen.fields import Field
from docgen.form import Form, given_form
from docgen.messages import _
from docgen.prints import Print
from docgen.rendering import check_choice

if TYPE_CHECKING:
    from docgen.batching.numbering import Numbered
    from docgen.register import Register

SPLIT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the records of a table are printed.

    `print` is full, blank or overprint; volumes are of the format `to` and hold `split` records. `each` names one more file for
    every record, in the folder `each`, by a pattern such as `{number}-{surname}` (the only one where a Word template of the
    form's own makes DOCX); `only` picks rows, such as "412-415,980". With `skip_bad` the good
    records are printed though others have problems; `bad` are problems of rows that the table's reader could not give, and
    count like those of the others; a list may grow as the rows are taken.

    `forms` and `artwork` are folders that are searched first, `beside` is the folder of the records' pictures. A `register`
    gives the numbers of records that bring none, and keeps all of them under the name of the `job`; the same job again gives
    the same numbers. It keeps the fields `also` of each row too, which are not printed. `source` goes into the manifest: the
    table's name and SHA-256.
    """

    print: Print | str = Print.FULL
    to: str = "pdf"
    split: int = SPLIT
    each: str = ""
    only: Selection | str = EVERYTHING
    skip_bad: bool = False
    bad: Collection[Problem] = ()
    forms: Path | str | None = None
    artwork: Path | str | None = None
    pictures: Path | None = None
    register: Register | None = None
    job: str = ""
    unprinted: Iterable[Field] = ()
    source: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        if isinstance(self.only, str):
            object.__setattr__(self, "only", Selection(self.only))  # as --only takes it

    def job_of(self, form: Form | str) -> BatchJob:
        """Return what is printed of a form, and how; UsageError for settings that it cannot be printed with."""
        form = given_form(form, self.forms)
        check_choice(self.print, PRINT_LAYERS, "print-unknown")
        check_choice(self.to, VOLUMES, "format-unknown")
        check_batchable(form)
        if not isinstance(self.split, int) or self.split < 1:
            raise UsageError.because("split-wrong", _("a volume holds one record or more"))
        if self.each:
            check_pattern(self.each, [field.name for field in form.fields])
        artwork = artwork_folders(self.artwork, self.pictures)
        refuse_strange_artwork(form.artwork, self.artwork)
        job = BatchJob(
            form, artwork, self.print, self.to, self.split, self.each, self.skip_bad,
            str(self.only), self.source or {}, self.job if self.register else "", tuple(self.unprinted),
        )  # fmt: skip
        check_template(job)
        return job

    def numbered(self) -> Numbered | None:
        """Return the register's part, None without one; it is loaded for those who use it."""
        if self.register is None:
            return None
        from docgen.batching.numbering import Numbered, check_job
        from docgen.register import Register

        if not isinstance(self.register, Register):
            hint = _("Give what docgen.register.open_register returns.")
            raise UsageError.because("register-not-open", _("the register is not open"), hint)
        return Numbered(self.register, check_job(self.job))
