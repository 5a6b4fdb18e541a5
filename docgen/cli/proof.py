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
    from docgen.jobs import Job, OpenedJob


@click.command(cls=Grouped)
@click.option("-o", "--output", "file", type=click.Path(path_type=Path), required=True, metavar="FILE.pdf", help="The proof.")
@job_options("print", "back", "to", "each", "only", "numbers", "skip_bad", "allow_doubles")
@job_options("register", "name", "series", "new_organization")
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
    parts = job.by_form()
    if job.form_column:
        from docgen.jobs import refuse_bad

        refuse_bad(parts)
    proofs = {}
    for part in parts:
        with opened_job(part, is_asked=True) as opened:
            save(job, saved if part is parts[0] else None)
            proofs[file.with_stem(f"{file.stem}-{part.form}") if job.form_column else file] = _proof_of(opened, quiet)
    for path, found in proofs.items():
        write_whole(path, found.content)
        if not as_json:
            _show(found, path)
    if as_json:
        answers = [_answer(found, path) for path, found in proofs.items()]
        return echo_json({"proofs": answers} if job.form_column else answers[0])
    _show_next(job)


def _proof_of(opened: OpenedJob, quiet: bool) -> Proof:
    from docgen.batching import proof as proof_of

    progress = Progress(len(opened.source), quiet)
    try:
        return proof_of(opened.form, opened.source, opened.settings, progress=progress)
    finally:
        progress.end()


def _answer(found: Proof, file: Path) -> dict[str, object]:
    lists = {"problems": [each.as_json() for each in found.problems], "notes": [each.as_json() for each in found.notes]}
    return {"proof": str(file), "samples": found.samples, "records": found.records, **lists}


def _show(found: Proof, file: Path) -> None:
    """Show what the proof holds."""
    echo_notes(found.notes)
    echo_problems(found.problems)
    records = n_("{count} record", "{count} records", found.records)
    echo(_("{file}: {samples} of {records}; nothing is printed yet", file=file, samples=found.samples, records=records))


def _show_next(job: Job) -> None:
    """Show what comes after the proof."""
    if job.register:
        echo(_("Its numbers are those that the register would give now; none is given."))
    if job.file and job.output:
        echo(_("If all is as it should be: docgen batch {job}", job=job.file))
    else:
        echo(_("If all is as it should be, give docgen batch the same, with -o DIR."))
