"""docgen batch --proof: samples of a batch on a contact sheet, before anything is printed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from docgen.cli.options import Progress, echo_json, echo_notes, echo_problems
from docgen.files import write_whole
from docgen.messages import _, n_


def write_proof(
    form, source, path: Path, output: Path | None, as_json: bool, quiet: bool, settings: Mapping[str, object]
) -> None:
    """Write the proof of a batch that has these `settings` (docgen.batching.batch), and say what comes next."""
    from docgen.batching.proofs import proof
    from docgen.errors import DataError

    if path.suffix.lower() != ".pdf":
        raise click.UsageError(_("A proof is a PDF: --proof {name}.pdf", name=path.stem))
    progress = Progress(len(source), quiet)
    try:
        made = proof(form, source, progress=progress, **settings)
    except DataError as error:
        raise DataError(source.placed(error.problems)) from None
    finally:
        progress.end()
    write_whole(path, made.content)
    notes, problems = source.placed([*source.left_out, *made.notes]), source.placed(made.problems)
    if as_json:
        told = {"problems": [each.as_json() for each in problems], "notes": [each.as_json() for each in notes]}
        echo_json({"proof": str(path), "samples": made.samples, "records": made.records, **told})
        return
    echo_notes(notes)
    echo_problems(problems)
    records = n_("{count} record", "{count} records", made.records)
    click.echo(_("{file}: {samples} of {records}; nothing is printed yet", file=path, samples=made.samples, records=records))
    if "register" in settings:
        click.echo(_("Its numbers are those that the register would give now; none is given."))
    click.echo(_then(output))


def _then(output: Path | None) -> str:
    if output is None:
        return _("If all is as it should be, give the same command with -o DIR in place of --proof.")
    return _("If all is as it should be, give the same command without --proof.")
