"""Imposition in one call: the sheets of files as a PDF, and the job sheet, each whole or not at all."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from docgen.errors import Problem, UsageError
from docgen.files import whole_file, write_whole
from docgen.imposing.imposition import ImposingOptions, Imposition, Progress, open_imposition, sheet_numbers
from docgen.imposing.job_sheet import write_job_sheet
from docgen.imposing.plan import SheetOrder
from docgen.imposing.scheme import Scheme
from docgen.messages import _

#: Called with the imposition and the sheets that were written, before their file gets its name.
Done = Callable[[Imposition, Sequence[int]], None]


@dataclass(frozen=True, slots=True)
class ImposedSheets:
    """What an imposition comes to: how many records on how many sheets, positions that stay empty, what there is to report.

    `written` is how many sheets were written, which are fewer where some were asked for. `waste` is the part of the paper that is
    no page, in per cent; `standard` is that of the sheets, empty for a plain PDF.
    """

    records: int
    sheets: int
    written: int
    lifts: int
    blanks: int
    waste: float
    standard: str
    notes: tuple[Problem, ...]


def impose(
    files: Sequence[Path | str] | Path | str,
    scheme: Scheme | Path | str,
    output: Path | str | IO[bytes] | None = None,
    *,
    order: SheetOrder | str = SheetOrder.CUT_AND_STACK,
    depth: int | None = None,
    marks: bool | None = None,
    duplex: bool | None = None,
    sheets: str = "",
    job: str = "",
    job_sheet: Path | str | None = None,
    progress: Progress = lambda pages: None,
) -> ImposedSheets:
    """Place the pages of PDF files on press sheets by a scheme: the name of a shipped one, or a TOML file.

    `output` is a file or a stream; without it nothing is written, and what is returned says how much paper it takes. `order` is
    cut-and-stack, repeat or in-order; `depth`, `marks` and `duplex` are as the scheme says where they are left out, and `duplex`
    then as the volumes do. `sheets`, such as "12-14,20", are written alone, the same bytes as before. `job` is what the sheets
    call the job, `job_sheet` a PDF for press and guillotine. `progress` is called with the number of pages after each sheet.

    Raise DataError for a scheme that does not fit its sheet and for files and pages that cannot be imposed, all at once;
    UsageError for a wrong call, such as an output among the files.
    """
    given = [files] if isinstance(files, (str, Path)) else list(files)
    paths = [each for each in (output, job_sheet) if isinstance(each, (str, Path))]
    refuse_outputs(paths, [*given, *([] if isinstance(scheme, Scheme) else [scheme])])
    options = ImposingOptions(order=order, depth=depth, has_crop_marks=marks, job=job, duplex=duplex)
    with open_imposition(given, scheme, options) as imposition:
        chosen = sheet_numbers(sheets, imposition.plan.sheets) if sheets else range(imposition.plan.sheets)
        written = 0 if output is None else len(chosen)
        make(imposition, output, chosen, job_sheet, progress)
        return imposed(imposition, written)


def imposed(imposition: Imposition, written: int) -> ImposedSheets:
    """Return what an imposition comes to, of which some sheets were written."""
    plan, notes = imposition.plan, tuple(imposition.notes)
    counts = (plan.records, plan.sheets, written, len(plan.lifts), plan.blanks)
    return ImposedSheets(*counts, imposition.waste, imposition.standard.name, notes)


def make(
    imposition: Imposition,
    output: Path | str | IO[bytes] | None,
    sheets: Sequence[int],
    job_sheet: Path | str | None,
    progress: Progress = lambda pages: None,
    done: Done = lambda _imposition, _sheets: None,
) -> None:
    """Write sheets, counted from 0, and the job sheet; `done` is called before the sheets get their name, and may refuse them."""
    paper = io.BytesIO()
    if job_sheet is not None:
        write_job_sheet(imposition, paper)
    if output is not None:
        with _opened(output) as out:
            imposition.write(out, sheets, progress)
            done(imposition, sheets)
    if job_sheet is not None:
        write_whole(Path(job_sheet), paper.getvalue())


@contextmanager
def _opened(output: Path | str | IO[bytes]) -> Iterator[IO[bytes]]:
    """Yield what the sheets are written to: a stream, or a file that appears whole or not at all."""
    if not isinstance(output, (str, Path)):
        yield output
        return
    with whole_file(Path(output)) as temporary, temporary.open("wb") as file:
        yield file


def refuse_outputs(outputs: Sequence[Path | str], inputs: Sequence[Path | str]) -> None:
    """Raise UsageError for an output among the inputs, by whatever name, and for two outputs that are one file."""
    for number, output in enumerate(outputs):
        if any(_is_one(output, each) for each in inputs):
            hint = _("It would be written over: give the output another name.")
            raise UsageError.because("output-is-input", _("this file is read by the same command"), hint, file=str(output))
        if any(_is_one(output, each) or Path(output).resolve() == Path(each).resolve() for each in outputs[:number]):
            hint = _("Give the job sheet a name of its own.")
            raise UsageError.because("output-twice", _("the sheets are to be this file too"), hint, file=str(output))


def _is_one(path: Path | str, other: Path | str) -> bool:
    try:
        return Path(path).samefile(other)
    except (OSError, ValueError):
        return False
