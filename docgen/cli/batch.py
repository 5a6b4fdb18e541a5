"""docgen batch: a table of records → volumes and a manifest."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.book import open_book
from docgen.cli.grouped import Grouped
from docgen.cli.job_options import TABLE_OPTIONS, agreed_to_save, job_call, job_of_call, job_options, opened_job, save
from docgen.cli.options import INTERRUPTED, Progress, echo_notes, echo_problems, json_option, page_count_text
from docgen.cli.signing import pdf_signer_of_call, signer_of_call
from docgen.cli.terminal import ListAsWritten, echo, echo_json
from docgen.errors import Problem
from docgen.messages import _, n_

if TYPE_CHECKING:
    from docgen.batching import BatchResult, MeasuredVolumes
    from docgen.codes import Signer
    from docgen.jobs import Job, OpenedJob
    from docgen.signatures import PdfSigner


@click.command(cls=Grouped)
@job_options(
    "output",
    "print",
    "purpose",
    "profile",
    "bleed",
    "spots",
    "part_fields",
    "back",
    "key",
    "keys",
    "passphrase_file",
    "sign_pdf",
    "sign_passphrase_file",
    "tagged",
    "attach_record",
    "alternatives",
    "impose",
    "marks",
    "preflight",
    "to",
    "split",
    "each",
    "only",
    "numbers",
    "skip_bad",
    "allow_doubles",
)
@click.option("--resume", is_flag=True, help="Go on with a batch that was stopped, from where it stood.")
@job_options("workers", "scheduler", "register", "name", "series", "new_organization")
@click.option(
    "--check-output", type=click.Path(path_type=Path), metavar="DIR", help="Check a printed folder against its manifest."
)
@job_options(*TABLE_OPTIONS, "artwork")
@click.option("--quiet", is_flag=True, help="No progress.")
@json_option
@job_call
def batch(
    ctx: click.Context, check_output: Path | None, saved: Path | None, resume: bool, quiet: bool, as_json: bool, **_said: object
) -> None:
    """Print each record of TABLE (XLSX, ODS, CSV, JSON, JSON lines): volumes with a bookmark a record, and a manifest.

    Headings are the fields' names or their labels in Kazakh, Russian or English. Nothing is printed while any record has a
    problem; all problems are listed at once. `docgen check` does the same and prints nothing. A batch that was stopped, by
    Ctrl-C, a full disk or a power cut, goes on with the same command and --resume.

    A JOB is a file that says all of this once: --save-job writes one, `docgen job new` asks for one. What the command line says
    besides wins over the file; TABLE may follow it.

    With --register every record is issued: one without a number gets the next, so the table needs no such column, and columns
    that only the journal prints (IIN, position, place of work) are kept. The same job again has the same numbers.

    \b
    docgen batch retraining-certificate people.xlsx -o out
    docgen batch course-12.toml
    docgen batch retraining-certificate people.xlsx -o stock --print blank
    docgen batch retraining-certificate people.xlsx -o out --for press --bleed 5
    docgen batch retraining-certificate people.xlsx -o out --for press --spot "dark-blue=PANTONE 2757 C"
    docgen batch retraining-certificate people.xlsx -o out --for press --back --impose sra3-2xa4
    docgen batch retraining-certificate people.xlsx -o out --back --key school-2026
    docgen batch retraining-certificate people.xlsx -o out --set hours=144 --set "city=Қарағанды"
    docgen batch retraining-certificate people.xlsx -o out --each "{number}-{surname}"
    docgen batch retraining-certificate people.xlsx -o out --each "{number}" --sign-pdf academy.p12
    docgen batch retraining-certificate people.xlsx -o again --numbers 00412-00415
    docgen batch retraining-certificate people.xlsx -o out --register book.db --save-job course-12.toml
    docgen batch retraining-certificate people.xlsx -o /shared/out --scheduler tcp://press1:8786
    docgen batch --check-output out
    docgen batch --check-output out --register book.db
    """
    if check_output is None:
        _print(ctx, saved, resume=resume, quiet=quiet, as_json=as_json)
    elif any(ctx.params[name] for name in ("form", "table", "output")):
        raise click.UsageError(_("--check-output takes a folder, and --register; nothing else."))
    else:
        _check_output(check_output, ctx.params["register"] or None, as_json)


def _print(ctx: click.Context, saved: Path | None, *, resume: bool, quiet: bool, as_json: bool) -> None:
    """Print the job of a call, keep it as a file where that is asked for, and show what came of it."""
    job = job_of_call(ctx, "output")
    agreed_to_save(saved)
    parts = job.by_form()
    if job.form_column:
        from docgen.jobs import refuse_bad

        refuse_bad(parts)
    results = []
    for part in parts:
        with opened_job(part) as opened:
            gc.freeze()  # the table stays until the end: the collector need not look through it again and again
            save(job, saved if part is parts[0] else None)
            results.append(_run(part, opened, resume, quiet))
            if not as_json:
                _show(results[-1], part.folder)
                _show_register(part, opened)
    if as_json:
        answers = [_answer(result) for result in results]
        echo_json({"batches": answers} if job.form_column else answers[0])
    is_wrong = any(problem.code == "painter-failed" for result in results for problem in result.problems)
    sys.exit(1 if is_wrong or any(result.measured and result.measured.failures for result in results) else 0)


def _run(job: Job, opened: OpenedJob, resume: bool, quiet: bool) -> BatchResult:
    """Print the table; Ctrl-C leaves what can be resumed."""
    from docgen.batching import batch as print_batch

    progress = Progress(len(opened.source), quiet)

    def count(step: str, done: int) -> None:
        progress.total = len(opened.source)  # which may still be read
        progress(step, done)

    try:
        with _workers(job, opened) as settings:
            return print_batch(opened.form, opened.source, job.folder, resume=resume, progress=count, **settings)
    except KeyboardInterrupt:
        progress.end()
        echo(_("Stopped. What is done is kept: run the same command with --resume to go on."), err=True)
        sys.exit(INTERRUPTED)
    finally:
        progress.end()


@contextmanager
def _workers(job: Job, opened: OpenedJob) -> Iterator[dict[str, Any]]:
    """Yield the settings with who prints: processes here, or a cluster, for which all folders are named from the root."""
    settings = opened.settings.as_keywords() | {"signer": _signer(job), "pdf_signer": _pdf_signer(job)}
    if not job.scheduler:
        yield settings | {"workers": job.workers or _cores()}
        return
    if job.workers:
        raise click.UsageError(_("--workers are of this computer: leave it out with --scheduler."))
    from docgen.artwork import artwork_folders
    from docgen.batching import BatchJob, cluster_executor

    artwork, folder = job.artwork and job.artwork.absolute(), opened.source.folder
    pictures = folder and folder.absolute()
    with cluster_executor(
        job.scheduler, BatchJob(opened.form, artwork_folders(artwork, pictures)), job.folder.absolute()
    ) as executor:
        yield settings | {"artwork": artwork, "pictures": pictures, "executor": executor}


def _signer(job: Job) -> Signer | None:
    """Return what signs the documents of a job, None where nobody does; a key stays on this computer."""
    if job.key and job.scheduler:
        raise click.UsageError(_("A key is not sent to a cluster: leave --scheduler out, or --key."))
    return signer_of_call(job.key, job.keys, job.passphrase_file)


def _pdf_signer(job: Job) -> PdfSigner | None:
    """Return what signs the PDF files of a job, None where nobody does; a key stays on this computer."""
    if job.sign_pdf and job.scheduler:
        raise click.UsageError(_("A key is not sent to a cluster: leave --scheduler out, or --sign-pdf."))
    return pdf_signer_of_call(job.sign_pdf, job.sign_passphrase_file)


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _show_register(job: Job, opened: OpenedJob) -> None:
    """Show which register gave the numbers, and what it calls the job."""
    if opened.register is not None:
        name = job.name or opened.source.name
        echo(_("register {name}: job “{job}”", name=opened.register.name, job=name))


def _show(result: BatchResult, output: Path) -> None:
    """Show what came of the batch."""
    from docgen.cli.describe import face_in_words

    echo_notes(result.notes)
    echo_problems(result.problems)
    if result.sheets:
        sheets = n_("{count} sheet", "{count} sheets", result.sheets.sheets)
        lifts = n_("{count} lift", "{count} lifts", result.sheets.lifts)
        waste = _("waste {percent:.1f} %", percent=result.sheets.waste)
        echo(f"{output / result.sheets.file}: {sheets}, {lifts}, {waste}")
        echo(str(output / result.sheets.job_sheet))
    for volume in result.volumes:
        echo(f"{output / volume.file}: {_records(volume.records)}, {page_count_text(volume.pages)}")
    if not result.volumes:
        echo(f"{output / 'each'}: {_records(result.records)}")
    if result.measured:
        _show_measured(result.measured, output)
    echo(face_in_words())
    left_out = f", {_left_out(len({p.where.row for p in result.problems}))}" if result.problems else ""
    echo(f"{output / 'manifest.json'}: {_records(result.records)}{left_out}")


def _show_measured(measured: MeasuredVolumes, output: Path) -> None:
    """Show what failed, volume by volume, and how much was measured."""
    for file, report in measured.reports:
        if failed := report.failed_table():
            echo(f"{output / file}:\n{failed}")
    if measured.seed:
        echo(_("measured: {counts}; a sample drawn with {seed}", counts=measured.in_words(), seed=measured.seed))
    else:
        echo(_("measured: {counts}", counts=measured.in_words()))


def _records(count: int) -> str:
    return n_("{count} record", "{count} records", count)


def _volumes(count: int) -> str:
    return n_("{count} volume", "{count} volumes", count)


def _left_out(count: int) -> str:
    return n_("{count} left out", "{count} left out", count)


def _answer(result: BatchResult) -> dict[str, object]:
    return {
        "folder": str(result.folder),
        "records": result.records,
        "volumes": [{"file": v.file, "pages": v.pages, "sha256": v.sha256} for v in result.volumes],
        **({"sheets": result.sheets.as_json()} if result.sheets else {}),
        **({"preflight": result.measured.as_json()} if result.measured else {}),
        "problems": ListAsWritten(result.problems, Problem.as_json),
        "notes": ListAsWritten(result.notes, Problem.as_json),
    }


def _check_output(folder: Path, where: str | None, as_json: bool) -> None:
    from docgen.batching import verify

    with open_book(where, create=False) if where else nullcontext() as register:
        found = verify(folder, register)
    if as_json:
        problems = [problem.as_json() for problem in found.problems]
        echo_json({"volumes": found.volumes, "records": found.records, "problems": problems})
    else:
        echo_problems(found.problems)
        if not found.problems:
            counts = f"{_volumes(found.volumes)}, {_records(found.records)}"
            echo(_("{folder}: {counts}, all as they were printed", folder=folder, counts=counts))
    sys.exit(1 if found.problems else 0)
