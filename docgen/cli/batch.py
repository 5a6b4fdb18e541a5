"""docgen batch: a table of records → volumes and a manifest."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.book import open_book, refuse_book
from docgen.cli.grouped import Grouped
from docgen.cli.options import (
    INTERRUPTED,
    Progress,
    artwork_option,
    columns_option,
    echo_notes,
    echo_problems,
    forms_option,
    json_option,
    new_organization_option,
    on_option,
    page_count_text,
    print_option,
    register_option,
)
from docgen.cli.proof import write_proof
from docgen.cli.terminal import echo, echo_json
from docgen.messages import _, n_, translated

if TYPE_CHECKING:
    from docgen.batching import BatchResult, Selection
    from docgen.form import Form
    from docgen.inputs import RowSource
    from docgen.register import Register
    from docgen.tables import ColumnChoice


@click.command(cls=Grouped)
@click.argument("form", required=False)
@click.argument("table", required=False, type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="The folder to fill.")
@print_option
@click.option("--to", default="pdf", show_default=True, metavar="FORMAT", help="What is printed: pdf or docx.")
@click.option("--split", default=1000, show_default=True, type=click.IntRange(min=1), help="Records a volume.")
@click.option("--each", default="", metavar="PATTERN", help="One more file a record, in DIR/each, named by its fields.")
@click.option("--only", multiple=True, metavar="ROWS", help="Print these rows of the table alone: 412-415,980.")
@click.option(
    "--numbers", multiple=True, metavar="NUMBERS", help="Print the records with these numbers alone: 00412-00415,00980."
)
@click.option("--proof", type=click.Path(path_type=Path), metavar="PDF", help="Samples to check before the run, nothing else.")
@click.option("--skip-bad", is_flag=True, help="Print the good records though others have problems.")
@click.option("--resume", is_flag=True, help="Go on with a batch that was stopped, from where it stood.")
@click.option("--workers", type=click.IntRange(min=1), help="How many processes print.  [default: one a core]")
@click.option("--scheduler", default="", metavar="ADDRESS", help="Print on the Dask cluster of tcp://HOST:PORT instead.")
@register_option
@click.option("--job", default="", metavar="NAME", help="What the register calls this batch.  [default: the table's name]")
@new_organization_option
@click.option("--verify", type=click.Path(path_type=Path), metavar="DIR", help="Check a printed folder against its manifest.")
@columns_option
@click.option("--quiet", is_flag=True, help="No progress.")
@json_option
@artwork_option
@forms_option
@on_option
def batch(
    form: str | None,
    table: Path | None,
    output: Path | None,
    verify: Path | None,
    as_json: bool,
    where: str | None,
    job: str,
    new_organization: bool,
    only: tuple[str, ...],
    numbers: tuple[str, ...],
    proof: Path | None,
    choice: ColumnChoice,
    on: date | None,
    quiet: bool,
    **options: Any,
) -> None:
    """Print each record of TABLE (XLSX, ODS, CSV, JSON, JSON lines): volumes with a bookmark a record, and a manifest.

    Headings are the fields' names or their labels in Kazakh, Russian or English. Nothing is printed while any record has a
    problem; all problems are listed at once. `docgen check` does the same and prints nothing. A batch that was stopped, by
    Ctrl-C, a full disk or a power cut, goes on with the same command and --resume.

    --proof shows the first, the last, the longest and some random records on a contact sheet, each field outlined.

    With --register every record is issued: one without a number gets the next, so the table needs no such column, and columns
    that only the journal prints (IIN, position, place of work) are kept. The same job again has the same numbers.

    \b
    docgen batch retraining-certificate people.xlsx -o out
    docgen batch retraining-certificate people.xlsx --proof proof.pdf
    docgen batch retraining-certificate people.xlsx -o stock --print blank
    docgen batch retraining-certificate people.xlsx -o out --each "{number}-{surname}"
    docgen batch retraining-certificate people.xlsx -o again --numbers 00412-00415
    docgen batch retraining-certificate people.xlsx -o out --register book.db
    docgen batch retraining-certificate people.xlsx -o /shared/out --scheduler tcp://press1:8786
    docgen batch --verify out
    docgen batch --verify out --register book.db
    """
    if verify is not None:
        if form or table or output:
            raise click.UsageError(_("--verify takes a folder, and --register; nothing else."))
        return _verify(verify, where, as_json)
    for name, given in (("FORM", form), ("TABLE", table), ("-o DIR", output or proof)):
        if not given:
            raise click.UsageError(_("{name} is missing.", name=" ".join(map(translated, name.split()))))
    assert form is not None
    assert table is not None
    from docgen.form import load_form

    loaded = load_form(form, options["forms"], on)
    options |= {"only": _selection(only, numbers), "job": job}
    with _register(loaded, where, job, new_organization) as register:
        source = _table(table, loaded, choice, options["forms"], is_numbered=register is not None)
        if proof is not None:
            if where:
                refuse_book(proof, where)
            return _print_proof(loaded, source, proof, output, as_json, quiet, options | {"register": register})
        assert output is not None
        result = _run(loaded, source, output, quiet, **options, register=register)
        _show(result, output, as_json)
        if register is not None and not as_json:
            echo(_("register {name}: job “{job}”", name=register.name, job=job or source.name))
    sys.exit(1 if any(problem.code == "painter-failed" for problem in result.problems) else 0)


@contextmanager
def _register(form: Form, where: str | None, job: str, new_organization: bool) -> Iterator[Register | None]:
    """Yield the register that numbers the records; None without one."""
    from docgen.batching import check_batchable
    from docgen.form import check_numbered

    check_batchable(form)
    if not where:
        if job:
            raise click.UsageError(_("--job “{job}” takes --register too.", job=job))
        if new_organization:
            raise click.UsageError(_("{name} takes --register too.", name="--new-organization"))
        yield None
        return
    check_numbered(form)
    with open_book(where, new_organization=new_organization) as register:
        yield register


def _table(path: Path, form: Form, choice: ColumnChoice, forms: Path | None, *, is_numbered: bool) -> RowSource:
    from docgen.inputs import open_table

    source = open_table(path, form, ignore=choice.ignore, columns=choice.renamed, register=is_numbered, forms=forms)
    gc.freeze()  # it stays until the end: the collector need not look through it again and again
    return source


def _run(form: Form, source: RowSource, output: Path, quiet: bool, **options: Any) -> BatchResult:
    """Print the table; Ctrl-C leaves what can be resumed."""
    from docgen.batching import batch as print_batch

    progress = Progress(len(source), quiet)

    def count(step: str, done: int) -> None:
        progress.total = len(source)  # which may still be read
        progress(step, done)

    try:
        with _workers(form, source.folder, output, **options) as settings:
            return print_batch(form, source, output, progress=count, **settings)
    except KeyboardInterrupt:
        progress.end()
        echo(_("Stopped. What is done is kept: run the same command with --resume to go on."), err=True)
        sys.exit(INTERRUPTED)
    finally:
        progress.end()


def _print_proof(
    form: Form, source: RowSource, path: Path, output: Path | None, as_json: bool, quiet: bool, options: dict[str, Any]
) -> None:
    """Write the proof of the batch that these options would print."""
    from docgen.batching import Settings

    for name in ("scheduler", "workers", "resume"):
        del options[name]
    write_proof(form, source, path, output, as_json, quiet, Settings(**options))


@contextmanager
def _workers(
    form: Form, folder: Path | None, output: Path, *, scheduler: str, workers: int | None, **options: Any
) -> Iterator[dict[str, Any]]:
    """Yield the options with who prints: processes here, or a cluster, for which all folders are named from the root."""
    if not scheduler:
        yield options | {"workers": workers or _cores()}
        return
    if workers:
        raise click.UsageError(_("--workers are of this computer: leave it out with --scheduler."))
    from docgen.artwork import artwork_folders
    from docgen.batching import BatchJob, cluster_executor

    artwork = options["artwork"] and options["artwork"].absolute()
    pictures = folder and folder.absolute()
    job = BatchJob(form, artwork_folders(artwork, pictures))
    with cluster_executor(scheduler, job, output.absolute()) as executor:
        yield options | {"artwork": artwork, "pictures": pictures, "executor": executor}


def _selection(only: Sequence[str], numbers: Sequence[str]) -> Selection:
    from docgen.batching import Selection

    if only and numbers:
        raise click.UsageError(_("Give --only or --numbers, not both."))
    return Selection(",".join(numbers), "number") if numbers else Selection(",".join(only))


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _show(result: BatchResult, output: Path, as_json: bool) -> None:
    """Show what came of the batch."""
    from docgen.cli.describe import face_in_words

    if as_json:
        echo_json(_answer(result))
        return
    echo_notes(result.notes)
    echo_problems(result.problems)
    for volume in result.volumes:
        echo(f"{output / volume.file}: {_records(volume.records)}, {page_count_text(volume.pages)}")
    if not result.volumes:
        echo(f"{output / 'each'}: {_records(result.records)}")
    echo(face_in_words())
    left_out = f", {_left_out(len({p.where.row for p in result.problems}))}" if result.problems else ""
    echo(f"{output / 'manifest.json'}: {_records(result.records)}{left_out}")


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
        "problems": [problem.as_json() for problem in result.problems],
        "notes": [note.as_json() for note in result.notes],
    }


def _verify(folder: Path, where: str | None, as_json: bool) -> None:
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
