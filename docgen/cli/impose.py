"""docgen impose: volumes onto press sheets."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from docgen.cli.options import Progress, echo_notes, json_option, refuse_input
from docgen.cli.terminal import echo, echo_json, write_content
from docgen.errors import UsageError
from docgen.files import whole_file, write_whole
from docgen.messages import _, n_

if TYPE_CHECKING:
    from docgen.imposing import Imposition

ORDERS = ("cut-and-stack", "repeat", "in-order")


@click.command()
@click.argument("files", metavar="VOLUME...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--scheme", required=True, metavar="NAME|FILE", help="The scheme: a shipped one, or a TOML file of your own.")
@click.option("-o", "--output", metavar="FILE", help="The PDF of the sheets to make; - is standard output.")
@click.option("--dry-run", is_flag=True, help="Say how many sheets and lifts it takes, and the waste; make nothing.")
@click.option(
    "--order", type=click.Choice(ORDERS), default=ORDERS[0], show_default=True,
    help="In the order of numbers when the stacks are cut; one record a sheet; or records that follow each other on a sheet.",
)  # fmt: skip
@click.option("--depth", type=int, metavar="SHEETS", help="How many sheets are cut together; left out, as the scheme says.")
@click.option("--marks/--no-marks", default=None, help="Crop marks, registration marks, colour bar and slug line, or none.")
@click.option("--sheets", metavar="SHEETS", help="Only these sheets, such as 12-14,20: spoiled ones again, the same as before.")
@click.option("--job", default="", metavar="NAME", help="What the sheets call the job; left out, the names of the files.")
@click.option("--job-sheet", type=click.Path(path_type=Path), metavar="FILE", help="A PDF for press and guillotine besides.")
@json_option
def impose(
    files: tuple[Path, ...],
    scheme: str,
    output: str | None,
    dry_run: bool,
    order: str,
    depth: int | None,
    marks: bool | None,
    sheets: str | None,
    job: str,
    job_sheet: Path | None,
    as_json: bool,
) -> None:
    """Place the pages of PDF VOLUMES on press sheets, so that they are in order when they are cut and stacked.

    \b
    docgen impose out/*.pdf --scheme sra3-2xa4 --dry-run
    docgen impose out/*.pdf --scheme sra3-2xa4 -o sheets.pdf --job-sheet job.pdf
    """
    from docgen.imposing import ImposingOptions, open_imposition, sheet_numbers

    if output is None and job_sheet is None and not dry_run:
        raise click.UsageError(_("Say where the sheets go: -o FILE, or --dry-run for none."))
    for written in (output, job_sheet):
        if written is not None:
            refuse_input(written, *files, scheme)
    _refuse_same(output, job_sheet)
    options = ImposingOptions(order=order, depth=depth, has_crop_marks=marks, job=job)
    with open_imposition(files, scheme, options) as imposition:
        chosen = None if sheets is None else sheet_numbers(sheets, imposition.plan.sheets)
        echo_notes(imposition.notes)
        if not dry_run:
            _write(imposition, output, chosen, job_sheet)
        if as_json:
            echo_json(_as_json(imposition))
        elif dry_run:
            echo(_summary(imposition))


def _refuse_same(output: str | None, job_sheet: Path | None) -> None:
    """Raise UsageError if the sheets and the job sheet are to be one file."""
    if output is not None and job_sheet is not None and Path(output).resolve() == job_sheet.resolve():
        hint = _("Give the job sheet a name of its own.")
        raise UsageError.because("output-twice", _("the sheets are to be this file too"), hint, file=str(job_sheet))


def _write(imposition: Imposition, output: str | None, sheets: list[int] | None, job_sheet: Path | None) -> None:
    from docgen.imposing import write_job_sheet

    sheet = io.BytesIO()
    if job_sheet is not None:
        write_job_sheet(imposition, sheet)
    if output is not None:
        progress = Progress(imposition.plan.records * imposition.sides)
        try:
            with _opened(output) as out:
                count = imposition.write(out, sheets, lambda pages: progress(_("imposing"), pages))
        finally:
            progress.end()
        if output != "-":
            remark = _summary(imposition) if sheets is None else n_("{count} sheet", "{count} sheets", count)
            echo(f"{output}: {remark}", err=True)
    if job_sheet is not None:
        write_whole(job_sheet, sheet.getvalue())
        echo(str(job_sheet), err=True)


@contextmanager
def _opened(output: str) -> Iterator[IO[bytes]]:
    """Yield what the sheets are written to: a file that appears whole or not at all, or standard output."""
    if output == "-":
        buffer = io.BytesIO()
        yield buffer
        write_content(buffer.getvalue())
        return
    with whole_file(Path(output)) as temporary, temporary.open("wb") as file:
        yield file


def _summary(imposition: Imposition) -> str:
    plan = imposition.plan
    return ", ".join(
        (
            n_("{count} record", "{count} records", plan.records),
            n_("{count} sheet", "{count} sheets", plan.sheets),
            n_("{count} lift", "{count} lifts", len(plan.lifts)),
            _("waste {percent:.1f} %", percent=imposition.waste),
        )
    )


def _as_json(imposition: Imposition) -> dict[str, object]:
    plan = imposition.plan
    lifts = [{"sheets": [lift.first_sheet + 1, lift.first_sheet + lift.sheets], "records": lift.records} for lift in plan.lifts]
    return {
        "records": plan.records,
        "sheets": plan.sheets,
        "lifts": lifts,
        "blanks": plan.blanks,
        "waste": round(imposition.waste, 1),
        "standard": imposition.standard.name,
        "notes": [note.as_json() for note in imposition.notes],
    }
