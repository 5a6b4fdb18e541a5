"""docgen batch: a table of records → volumes and a manifest."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from docgen.cli.grouped import Grouped
from docgen.cli.options import (
    INTERRUPTED,
    Progress,
    artwork_option,
    columns_option,
    echo_json,
    echo_notes,
    echo_problems,
    forms_option,
    json_option,
    on_option,
    page_count_text,
    print_option,
    register_option,
)
from docgen.cli.proof import write_proof
from docgen.messages import _, n_, translated

#: A table of more rows than these is no sheet that still holds its sample alone.
SAMPLE = 10


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
@click.option("--verify", type=click.Path(path_type=Path), metavar="DIR", help="Check a printed folder against its manifest.")
@columns_option
@click.option("--quiet", is_flag=True, help="No progress.")
@json_option
@artwork_option
@forms_option
@on_option
def batch(form, table, output, verify, as_json, **options) -> None:
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
    """
    if verify is not None:
        if form or table or output:
            raise click.UsageError(_("--verify takes a folder and nothing else."))
        return _verify(verify, as_json)
    for name, given in (("FORM", form), ("TABLE", table), ("-o DIR", output or options["proof"])):
        if not given:
            raise click.UsageError(_("{name} is missing.", name=" ".join(map(translated, name.split()))))
    _print(form, table, output, as_json, **options)


def _print(
    form, table, output, as_json, *, where, job, forms, on, print, only, numbers, choice, proof, quiet,
    scheduler, workers, resume, **options,
) -> None:  # fmt: skip
    from docgen.batching import check_batchable
    from docgen.files import printable_name
    from docgen.form import load_form
    from docgen.inputs.sample_rows import refuse_sample

    loaded = load_form(form, forms, on)
    check_batchable(loaded)
    selection = _selection(only, numbers)
    running = {"scheduler": scheduler, "workers": workers, "resume": resume}
    with _register(where, job or printable_name(table), loaded, forms) as numbered:
        is_read_once = not (numbered or selection.text or proof) and (scheduler or (workers or _cores()) > 1)
        source = _source(table, _fields(loaded, numbered), choice, is_read_once, is_lenient=proof is None)
        if numbered and len(source) <= SAMPLE:
            refuse_sample(source.sample, (raw for _row, raw in source.every_row))
        told = {"file": printable_name(table), "sha256": source.table.sha256}
        bad = source.bad
        if selection.text and bad and not numbered:
            selection, bad = _asked_of(selection, source)
        settings = {"print": print, "only": selection, "pictures": table.parent, "source": told, "bad": bad}
        settings |= numbered | options
        if proof is not None:
            return write_proof(loaded, source, proof, output, as_json, quiet, settings)
        result = _run(loaded, source, output, quiet, settings, running)
        _tell(result, source, output, as_json)
        if numbered and not as_json:
            click.echo(_("register {name}: job “{job}”", name=numbered["register"].name, job=numbered["job"]))
    sys.exit(1 if any(problem.code == "painter-failed" for problem in result.problems) else 0)


@contextmanager
def _register(where: str | None, job: str, form, forms: Path | None) -> Iterator[dict[str, object]]:
    """Give what a batch needs to be numbered by a register: the register, the job's name, the fields that the journal adds."""
    if not where:
        if job_given := click.get_current_context().params.get("job"):
            raise click.UsageError(_("--job “{job}” takes --register too.", job=job_given))
        yield {}
        return
    from docgen.register import open_register
    from docgen.form import check_numbered
    from docgen.inputs.journal import journal_fields

    check_numbered(form)
    with open_register(where) as register:
        yield {"register": register, "job": job, "unprinted": journal_fields(form, forms)}


def _source(path: Path, fields: list, choice, is_read_once: bool, is_lenient: bool):
    """Return the table; where it is gone through once, and by several, they need not wait for its end."""
    from docgen import tables

    if is_read_once and path.suffix.lower() in tables.RECORDS:
        from docgen.inputs.stream import growing_input

        return growing_input(path, fields, choice)
    from docgen.inputs.table import read_table

    source = read_table(path, fields, choice, is_lenient=is_lenient)
    gc.freeze()  # it stays until the end: the collector need not look through it again and again
    return source


def _fields(form, numbered: dict[str, object]) -> list:
    """Return the fields that the table's columns are for; with a register no number need be among them."""
    if not numbered:
        return list(form.fields)
    own = [replace(field, optional=True) if field.name == "number" else field for field in form.fields]
    return [*own, *numbered["unprinted"]]


def _run(form, source, output, quiet, settings, running):
    """Print the table as `settings` say, by those whom `running` names; return what came of it, each problem by its cell."""
    from docgen.batching import batch as print_batch
    from docgen.errors import DataError

    progress = Progress(len(source.table), quiet)

    def tell(step: str, count: int) -> None:
        progress.total = len(source.table)  # which may still be read
        progress(step, count)

    try:
        with _means(form, output, **settings, **running) as means:
            return print_batch(form, source, output, progress=tell, **means)
    except DataError as error:
        raise DataError(source.placed(error.problems)) from None
    except KeyboardInterrupt:
        progress.end()
        click.echo(_("Stopped. What is done is kept: run the same command with --resume to go on."), err=True)
        sys.exit(INTERRUPTED)
    finally:
        progress.end()


@contextmanager
def _means(form, output: Path, *, scheduler: str, workers: int | None, **settings) -> Iterator[dict[str, object]]:
    """Give the settings with who prints: processes here, or a cluster, for which all folders are named from the root."""
    if not scheduler:
        yield settings | {"workers": workers or _cores()}
        return
    if workers:
        raise click.UsageError(_("--workers are of this computer: leave it out with --scheduler."))
    from docgen.artwork import artwork_folders
    from docgen.batching.cluster import cluster
    from docgen.batching.job import BatchJob

    folders = {name: settings[name] and settings[name].absolute() for name in ("artwork", "pictures")}
    job = BatchJob(form, artwork_folders(folders["artwork"], folders["pictures"]))
    with cluster(scheduler, job, output.absolute()) as executor:
        yield settings | folders | {"executor": executor}


def _selection(only: Sequence[str], numbers: Sequence[str]):
    from docgen.batching import Selection

    if only and numbers:
        raise click.UsageError(_("Give --only or --numbers, not both."))
    return Selection(",".join(numbers), "number") if numbers else Selection(",".join(only))


def _asked_of(selection, source) -> tuple:
    """Return a selection that knows of the rows with cells that cannot be used, and the cells of those that it asks for."""
    rows = {problem.where.row for problem in source.bad}
    selection, asked = selection.with_refused((row, raw) for row, raw in source.every_row if row in rows)
    return selection, [problem for problem in source.bad if problem.where.row in asked]


def _cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _tell(result, source, output: Path, as_json: bool) -> None:
    from docgen.cli.describe import face_in_words

    if as_json:
        echo_json(_answer(result, source))
        return
    echo_notes(source.placed([*source.left_out, *result.notes]))
    echo_problems(source.placed(result.problems))
    for volume in result.volumes:
        click.echo(f"{output / volume.file}: {_records(volume.records)}, {page_count_text(volume.pages)}")
    if not result.volumes:
        click.echo(f"{output / 'each'}: {_records(result.records)}")
    click.echo(face_in_words())
    left_out = f", {_left_out(len({p.where.row for p in result.problems}))}" if result.problems else ""
    click.echo(f"{output / 'manifest.json'}: {_records(result.records)}{left_out}")


def _records(count: int) -> str:
    return n_("{count} record", "{count} records", count)


def _volumes(count: int) -> str:
    return n_("{count} volume", "{count} volumes", count)


def _left_out(count: int) -> str:
    return n_("{count} left out", "{count} left out", count)


def _answer(result, source) -> dict[str, object]:
    return {
        "folder": str(result.folder),
        "records": result.records,
        "volumes": [{"file": v.file, "pages": v.pages, "sha256": v.sha256} for v in result.volumes],
        "problems": [problem.as_json() for problem in source.placed(result.problems)],
        "notes": [note.as_json() for note in source.placed([*source.left_out, *result.notes])],
    }


def _verify(folder: Path, as_json: bool) -> None:
    from docgen.batching import verify

    found = verify(folder)
    if as_json:
        problems = [problem.as_json() for problem in found.problems]
        echo_json({"volumes": found.volumes, "records": found.records, "problems": problems})
    else:
        echo_problems(found.problems)
        if not found.problems:
            counts = f"{_volumes(found.volumes)}, {_records(found.records)}"
            click.echo(_("{folder}: {counts}, all as they were printed", folder=folder, counts=counts))
    sys.exit(1 if found.problems else 0)
