"""docgen batch: a table of records → volumes and a manifest."""

from __future__ import annotations

import gc
import hashlib
from pathlib import Path

import click

from docgen.cli.options import (
    Progress,
    artwork_option,
    echo_json,
    echo_notes,
    echo_problems,
    forms_option,
    ignore_option,
    json_option,
    on_option,
    print_option,
)
from docgen.messages import n_


@click.command()
@click.argument("form")
@click.argument("table", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), metavar="DIR", help="The folder to fill.")
@print_option
@click.option("--split", default=1000, show_default=True, type=click.IntRange(min=1), help="Records a volume.")
@click.option("--skip-bad", is_flag=True, help="Print the good records though others have problems.")
@ignore_option
@click.option("--quiet", is_flag=True, help="No progress.")
@json_option
@artwork_option
@forms_option
@on_option
def batch(form, table, output, what, split, skip_bad, ignore, quiet, as_json, artwork, forms, on) -> None:
    """Print each record of TABLE (XLSX, CSV, JSON): volumes with a bookmark a record, and a manifest.

    Headings are the fields' names or their labels in Kazakh, Russian or English. Nothing is printed while any record has a
    problem; all problems are listed at once. `docgen check` does the same and prints nothing.

    \b
    docgen batch retraining-certificate people.xlsx -o out
    docgen batch retraining-certificate people.xlsx -o stock --print blank
    docgen batch retraining-certificate people.xlsx -o out --ignore ЖСН --ignore Телефон
    """
    from docgen.batching import batch as print_batch
    from docgen.batching import check_batchable
    from docgen.cli.describe import face_in_words
    from docgen.cli.input import read_table
    from docgen.errors import DataError
    from docgen.form import load_form

    loaded = load_form(form, forms, on)
    check_batchable(loaded)
    source = read_table(table, loaded.fields, ignore)
    gc.freeze()  # the table stays until the end: the collector need not look through it again and again
    progress = Progress(len(source), quiet)
    try:
        result = print_batch(
            loaded, source.rows, output, print=what, split=split, skip_bad=skip_bad, artwork=artwork, beside=table.parent,
            source={"file": table.name, "sha256": hashlib.sha256(table.read_bytes()).hexdigest()}, progress=progress,
        )  # fmt: skip
    except DataError as error:
        raise DataError(source.placed(error.problems)) from None
    finally:
        progress.end()
    if as_json:
        echo_json(_answer(result, source))
        return
    echo_notes(source.placed([*source.left_out, *result.notes]))
    echo_problems(source.placed(result.problems))
    for volume in result.volumes:
        click.echo(f"{output / volume.file}: {_records(volume.records)}, {_pages(volume.pages)}")
    click.echo(face_in_words())
    left_out = f", {_left_out(len({p.where.row for p in result.problems}))}" if result.problems else ""
    click.echo(f"{output / 'manifest.json'}: {_records(result.records)}{left_out}")


def _records(count: int) -> str:
    return n_("{count} record", "{count} records", count)


def _pages(count: int) -> str:
    return n_("{count} page", "{count} pages", count)


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
