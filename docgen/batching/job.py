"""What a batch prints and how: all that decides which files come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen import fonts
from docgen.artwork import ArtworkFolders
from docgen.errors import UsageError
from docgen.fields import Field
from docgen.files import file_digest
from docgen.form import Form
from docgen.messages import _
from docgen.paint.press import Finish, PressOptions, finish_for
from docgen.prints import Print
from docgen.purposes import Purpose
from docgen.rendering import check_print
from docgen.version import VERSION

if TYPE_CHECKING:
    from docgen.batching.sheets import SheetSettings
    from docgen.register import CorrectedDocument
    from docgen.signatures import PdfSigner

#: What documents are called after, where a form has it.
NAMING = ("number", "surname", "employee")


class Extent(StrEnum):
    """How much of a batch is measured."""

    ALL = "all"  #: Every page.
    SAMPLE = (
        "sample"  #: The first page and the last, the first of each master and number of texts, and one in a hundred at random.
    )


@dataclass(frozen=True, slots=True, eq=False)
class BatchJob:
    """The same job over the same rows gives the same files. It goes to other processes, so it holds plain values.

    `each` is the pattern of names for one file a record, empty for none; `only` says which records were asked for, empty for
    all; `source` is the table's name and SHA-256. `book` is what the register calls the job, empty where no register
    numbers the records; it keeps the `unprinted` fields of each record, which are read like the form's own and not printed.
    `corrected` are the documents of the book that were corrected since their rows were issued, by row: their rows may be older.
    `fonts` is the folder of faces and `time` the time of the files, where the caller sets them. `purpose` is what the PDF files
    are for, `press` what the print shop asks of them; `imposed` is how the volumes are placed on press sheets, None for not at
    all; `tagged` volumes have a structure, for the archive; with `attach_record` the files of single records have these attached;
    `preflight` is how much of the volumes is measured, empty for nothing; `pdf_signer` signs the records' own files.
    """

    form: Form
    artwork: ArtworkFolders
    print: Print = Print.FULL
    to: str = "pdf"
    split: int = 1000
    each: str = ""
    skip_bad: bool = False
    only: str = ""
    source: Mapping[str, Any] = field(default_factory=dict)
    book: str = ""
    unprinted: tuple[Field, ...] = ()
    fonts: str | None = None
    time: datetime | None = None
    corrected: Mapping[int, CorrectedDocument] = field(default_factory=dict)
    purpose: Purpose = Purpose.PLAIN
    press: PressOptions = field(default_factory=PressOptions)
    imposed: SheetSettings | None = None
    tagged: bool = False
    attach_record: bool = False
    preflight: str = ""
    pdf_signer: PdfSigner | None = None

    @property
    def finish(self) -> Finish:
        """How its volumes are finished; errors as of `finish_for`."""
        single = finish_for(self.purpose, self.press)
        return single if self.tagged else single.of_volume

    @property
    def single_finish(self) -> Finish:
        """How a PDF of one record by itself is finished; errors as of `finish_for`."""
        return finish_for(self.purpose, self.press, self.attach_record)

    @property
    def has_volumes(self) -> bool:
        """Whether records are together in volumes.

        A text over pages, and a Word template of the form's own, make one document at a time.
        """
        return self.form.is_fixed and (self.to != "docx" or self.form.template("template.docx") is None)

    def identity(self) -> dict[str, object]:
        """Return all of it as JSON has it: form, faces and artwork by their SHA-256."""
        return {
            "docgen": VERSION,
            "form": {"id": self.form.id, "sha256": self.form.digest},
            "print": self.print,
            "format": self.to,
            **({"back": True} if self.form.is_backed else {}),
            **({"key": self.form.coder.key_id} if self.form.coder else {}),
            **({"certificate": self.pdf_signer.fingerprint} if self.pdf_signer else {}),
            "split": self.split,
            "each": self.each,
            "only": self.only,
            "skip_bad": self.skip_bad,
            "source": dict(self.source),
            **({"register": {"job": self.book}} if self.book else {}),
            **({"time": self.time.isoformat()} if self.time else {}),
            **({"for": self.purpose, **self._press_facts()} if self.purpose != Purpose.PLAIN else {}),
            **({"tagged": True} if self.tagged else {}),
            **({"attach_record": True} if self.attach_record else {}),
            **({"impose": self.imposed.identity()} if self.imposed else {}),
            "fonts": {face.path.name: file_digest(face.path) for face in fonts.family().faces},
            "artwork": {name: file_digest(self.artwork.find(name)) for name in sorted(self.form.artwork)},
        }

    def _press_facts(self) -> dict[str, object]:
        bleed, profile = self.press.bleed, self.press.profile
        return {
            "bleed": None if bleed is None else bleed.mm,
            "profile": None if profile is None else file_digest(Path(profile)),
            **({"spots": dict(self.press.spots)} if self.press.spots else {}),
            **({"dpart_fields": list(self.press.part_fields)} if self.press.part_fields else {}),
        }


def check_batchable(form: Form) -> None:
    """Raise UsageError for a form that is one document of many rows, such as a register."""
    if form.rows:
        message = _("“{id}” is one document of many rows, not one document a row", id=form.id)
        raise UsageError.because("form-not-batched", message, _("Use: docgen render {id} TABLE -o FILE", id=form.id))


def check_single(job: BatchJob) -> None:
    """Raise UsageError where records are to be attached to their files and have none, but volumes alone."""
    if job.attach_record and not job.each:
        hint = _("Ask for a file a record too, with --each, or leave --attach-record out.")
        raise UsageError.because("attachment-of-volume", _("no record is attached to a volume of many"), hint)


def check_template(job: BatchJob) -> None:
    """Raise UsageError for what a text over pages, or a form's own Word template, cannot print: volumes alone, or stock."""
    if job.has_volumes:
        return
    check_print(job.form, job.to, job.print)
    if not job.each and not job.form.is_fixed:
        names = [field.name for field in job.form.fields if field.name in NAMING]
        message = _("“{id}” is a text over pages: each record is a document of its own", id=job.form.id)
        hint = _("Say how they are called: --each “{example}”.", example="-".join(f"{{{name}}}" for name in names))
        raise UsageError.because("form-not-in-volumes", message, hint)
    if not job.each:
        message = _("“{id}” has a Word template of its own, which fills one document at a time", id=job.form.id)
        hint = _("Ask for a document a record: --each “{example}”. Or take template.docx out of the form's folder.",
                 example="{number}-{surname}")  # fmt: skip
        raise UsageError.because("template-not-batched", message, hint)
