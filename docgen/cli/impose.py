"""docgen impose: volumes onto press sheets."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.book import open_book
from docgen.cli.options import Progress, echo_notes, json_option
from docgen.cli.terminal import echo, echo_json, write_content
from docgen.messages import _, n_

if TYPE_CHECKING:
    from docgen.imposing import Imposition
    from docgen.register import Movement, Register

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
@click.option(
    "--duplex/--no-duplex", default=None, help="Print both sides, or one; left out, as the scheme says, else as the volumes do."
)
@click.option("--sheets", metavar="SHEETS", help="Only these sheets, such as 12-14,20: spoiled ones again, the same as before.")
@click.option("--job", default="", metavar="NAME", help="What the sheets call the job; left out, the names of the files.")
@click.option("--job-sheet", type=click.Path(path_type=Path), metavar="FILE", help="A PDF for press and guillotine besides.")
@click.option(
    "--register", "where", metavar="PATH|URL",
    help="With --sheets: record in this register that the blanks on these sheets were spoiled.",
)  # fmt: skip
@click.option("--serial", default="", metavar="SERIAL", help="With --register: the serial of the first record's blank.")
@json_option
def impose(
    files: tuple[Path, ...],
    scheme: str,
    output: str | None,
    dry_run: bool,
    order: str,
    depth: int | None,
    marks: bool | None,
    duplex: bool | None,
    sheets: str | None,
    job: str,
    job_sheet: Path | None,
    where: str | None,
    serial: str,
    as_json: bool,
) -> None:
    """Place the pages of PDF VOLUMES on press sheets, so that they are in order when they are cut and stacked.

    \b
    docgen impose out/*.pdf --scheme sra3-2xa4 --dry-run
    docgen impose out/*.pdf --scheme sra3-2xa4 -o sheets.pdf --job-sheet job.pdf
    docgen impose out/*.pdf --scheme sra3-2xa4 -o again.pdf --sheets 12-14
    """
    from docgen.imposing import ImposingOptions, open_imposition, refuse_outputs, sheet_numbers

    if output is None and job_sheet is None and not dry_run:
        raise click.UsageError(_("Say where the sheets go: -o FILE, or --dry-run for none."))
    if (where or serial) and not (where and serial and sheets):
        raise click.UsageError(_("Spoiled blanks are recorded by --sheets, --register and --serial together."))
    refuse_outputs([written for written in (output, job_sheet) if written not in (None, "-")], [*files, scheme])
    options = ImposingOptions(order=order, depth=depth, has_crop_marks=marks, job=job, duplex=duplex)
    with open_imposition(files, scheme, options) as imposition, _stock(where) as register:
        chosen = None if sheets is None else sheet_numbers(sheets, imposition.plan.sheets)
        spoiled = [] if register is None or chosen is None else _spoiled(imposition, chosen, serial)
        echo_notes(imposition.notes)
        if not dry_run:
            _write(imposition, output, chosen, job_sheet, register, spoiled)
        if as_json:
            echo_json(_as_json(imposition))
        elif dry_run:
            echo(_summary(imposition))


@contextmanager
def _stock(where: str | None) -> Iterator[Register | None]:
    """Yield the register in which spoiled blanks are recorded, None without one."""
    if where is None:
        yield None
        return
    with open_book(where, create=False) as register:
        yield register


def _spoiled(imposition: Imposition, sheets: list[int], serial: str) -> list[Movement]:
    from docgen.imposing import spoiled_stock
    from docgen.register import read_serials, today

    return spoiled_stock(imposition, sheets, read_serials(serial), today().isoformat())


def _write(
    imposition: Imposition,
    output: str | None,
    sheets: list[int] | None,
    job_sheet: Path | None,
    register: Register | None,
    spoiled: list[Movement],
) -> None:
    """Write sheets and job sheet; the sheets get their name when the spoiled blanks are recorded."""
    from docgen.imposing import make, stocked_form

    def record(_imposition: Imposition, _sheets: Sequence[int]) -> None:
        if register is not None:
            register.move_stock(stocked_form(imposition), *spoiled)

    chosen = range(imposition.plan.sheets) if sheets is None else sheets
    progress = Progress(len(chosen) * imposition.plan.per_sheet * imposition.sides)
    buffer = io.BytesIO()
    try:
        out = buffer if output == "-" else output
        make(imposition, out, chosen, job_sheet, lambda pages: progress(_("imposing"), pages), record)
    finally:
        progress.end()
    if output == "-":
        write_content(buffer.getvalue())
    elif output is not None:
        remark = _summary(imposition) if sheets is None else n_("{count} sheet", "{count} sheets", len(chosen))
        echo(f"{output}: {remark}", err=True)
    if job_sheet is not None:
        echo(str(job_sheet), err=True)
    for movement in spoiled:
        echo(_("recorded as spoiled: {serials}", serials=movement.serials), err=True)


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
