"""The volumes of a batch on press sheets: what `docgen impose` makes of them, without a second command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.errors import Problem, UsageError
from docgen.files import file_digest
from docgen.form import Form
from docgen.messages import _

if TYPE_CHECKING:
    from docgen.imposing import Scheme

#: What the files are called, after the form.
SHEETS, JOB_SHEET = "sheets", "job-sheet"


@dataclass(frozen=True, slots=True)
class SheetSettings:
    """How the volumes are imposed: by which scheme, and with marks or without, None as the scheme says."""

    scheme: Scheme
    marks: bool | None = None

    def identity(self) -> dict[str, object]:
        """Return all of it as JSON has it, lengths in millimetres."""
        scheme = {name: _plain(value) for name, value in asdict(self.scheme).items()}
        return {"scheme": scheme, "marks": self.marks}


def _plain(value: Any) -> object:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(each) for each in value]
    return value["mm"] if isinstance(value, Mapping) else getattr(value, "mm", value)


@dataclass(frozen=True, slots=True)
class SheetsFile:
    """The sheets of a batch: their file and the job sheet, how many sheets in how many lifts, the waste in per cent."""

    file: str
    sha256: str
    job_sheet: str
    job_sheet_sha256: str
    sheets: int
    lifts: int
    waste: float

    def as_json(self) -> dict[str, object]:
        """Return all of it as plain values."""
        return asdict(self) | {"waste": round(self.waste, 1)}


def sheet_settings(impose: Scheme | Path | str, marks: bool | None, form: Form, to: str) -> SheetSettings | None:
    """Return how a batch of a form is imposed, None for not at all.

    Marks without a scheme are for each page by itself. Raise UsageError for a format that is not imposed and for no marks of no
    sheets, DataError for a scheme that does not fit its sheet or the form: nothing is painted before.
    """
    if not impose and not marks:
        if marks is not None:
            raise UsageError.because("marks-alone", _("--no-marks is for sheets"), _("Give --impose too, or leave it out."))
        return None
    if to != "pdf" or not form.is_fixed:
        message = _("“{id}” cannot be imposed as {to}", id=form.id, to=to)
        raise UsageError.because("impose-not-offered", message, _("Sheets are made of the PDF volumes of certificates."))
    from docgen.imposing import SINGLE, Scheme, SheetLayout, check_leaf, fitted, open_scheme  # loaded for those who use it

    scheme = impose if isinstance(impose, Scheme) else open_scheme(impose or SINGLE)
    name = scheme.name if isinstance(impose, Scheme) else str(impose or SINGLE)
    leaf = (form.sheet.width.mm, form.sheet.height.mm)
    scheme = fitted(scheme, leaf, has_crop_marks=marks)
    SheetLayout(scheme, scheme.marks if marks is None else marks).check(name)
    check_leaf(scheme, name, leaf, has_back=form.is_backed)
    return SheetSettings(scheme, marks)


def names_of(form: Form) -> tuple[str, str]:
    """Return what the sheets and the job sheet of a form's batch are called."""
    return f"{form.id}-{SHEETS}.pdf", f"{form.id}-{JOB_SHEET}.pdf"


def impose_volumes(
    form: Form, volumes: Sequence[Path], settings: SheetSettings, job: str, folder: Path
) -> tuple[SheetsFile, list[Problem]]:
    """Write sheets and job sheet of volumes into a folder; return them, with what there is to report."""
    from docgen.imposing import ImposingOptions, make, open_imposition

    names = names_of(form)
    with open_imposition(volumes, settings.scheme, ImposingOptions(has_crop_marks=settings.marks, job=job)) as imposition:
        plan = imposition.plan
        make(imposition, folder / names[0], range(plan.sheets), folder / names[1])
        digests = [file_digest(folder / name) for name in names]
        notes = [note.at(file=Path(note.where.file).name) for note in imposition.notes]
        sheets = SheetsFile(names[0], digests[0], names[1], digests[1], plan.sheets, len(plan.lifts), imposition.waste)
    return sheets, notes
