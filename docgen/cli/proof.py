"""docgen proof: samples of a table on a contact sheet, before anything is printed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.book import refuse_book
from docgen.cli.grouped import Grouped
from docgen.cli.job_options import TABLE_OPTIONS, agreed_to_save, job_call, job_of_call, job_options, opened_job, save
from docgen.cli.options import Progress, echo_notes, echo_problems, json_option, refuse_input
from docgen.cli.terminal import echo, echo_json
from docgen.files import write_whole
from docgen.messages import _, n_

if TYPE_CHECKING:
    from docgen.batching import Proof
    from docgen.jobs import Job


@click.command(cls=Grouped)
@click.option("-o", "--output", "file", type=click.Path(path_type=Path), required=True, metavar="FILE.pdf", help="The proof.")
@job_options(
    "print", "back", "to", "each", "only", "numbers", "skip_bad", "allow_doubles", "register", "name", "new_organization"
)
@job_options(*TABLE_OPTIONS, "artwork")
@click.option("--quiet", is_flag=True, help="No progress.")
@json_option
@job_call
def proof(ctx: click.Context, file: Path, saved: Path | None, quiet: bool, as_json: bool, **_said: object) -> None:
    """Show samples of TABLE on a contact sheet, to be approved before `docgen batch` prints them. Nothing is issued.

    The whole table is read as for the batch, so the same problems are found. Shown are the first record, the last, the longest
    of each field, the fullest and some at random, each with its row and what each field put on the page outlined.

    \b
    docgen proof retraining-certificate people.xlsx -o proof.pdf
    docgen proof course-12.toml -o proof.pdf
    """
    if file.suffix.lower() != ".pdf":
        raise click.UsageError(_("A proof is a PDF: -o {name}.pdf", name=file.stem))
    job = job_of_call(ctx)
    refuse_input(file, job.table, job.file)
    if job.register:
        refuse_book(file, job.register)
    agreed_to_save(saved)
    with opened_job(job) as opened:
        from docgen.batching import proof as proof_of

        save(job, saved)
        progress = Progress(len(opened.source), quiet)
        try:
            found = proof_of(opened.form, opened.source, opened.settings, progress=progress)
        finally:
            progress.end()
    write_whole(file, found.content)
    _show(found, file, job, as_json)


def _show(found: Proof, file: Path, job: Job, as_json: bool) -> None:
    """Show what the proof holds, and what comes next."""
    if as_json:
        lists = {"problems": [each.as_json() for each in found.problems], "notes": [each.as_json() for each in found.notes]}
        echo_json({"proof": str(file), "samples": found.samples, "records": found.records, **lists})
        return
    echo_notes(found.notes)
    echo_problems(found.problems)
    records = n_("{count} record", "{count} records", found.records)
    echo(_("{file}: {samples} of {records}; nothing is printed yet", file=file, samples=found.samples, records=records))
    if job.register:
        echo(_("Its numbers are those that the register would give now; none is given."))
    if job.file and job.output:
        echo(_("If all is as it should be: docgen batch {job}", job=job.file))
    else:
        echo(_("If all is as it should be, give docgen batch the same, with -o DIR."))
