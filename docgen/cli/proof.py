"""docgen batch --proof: samples of a batch on a contact sheet, before anything is printed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.options import Progress, echo_notes, echo_problems
from docgen.cli.terminal import echo, echo_json
from docgen.files import write_whole
from docgen.messages import _, n_

if TYPE_CHECKING:
    from docgen.batching import Settings
    from docgen.form import Form
    from docgen.inputs import RowSource


def write_proof(
    form: Form, source: RowSource, path: Path, output: Path | None, as_json: bool, quiet: bool, settings: Settings
) -> None:
    """Write the proof of a batch that has these settings, and say what comes next."""
    from docgen.batching import proof

    if path.suffix.lower() != ".pdf":
        raise click.UsageError(_("A proof is a PDF: --proof {name}.pdf", name=path.stem))
    progress = Progress(len(source), quiet)
    try:
        found = proof(form, source, settings, progress=progress)
    finally:
        progress.end()
    write_whole(path, found.content)
    if as_json:
        lists = {"problems": [each.as_json() for each in found.problems], "notes": [each.as_json() for each in found.notes]}
        echo_json({"proof": str(path), "samples": found.samples, "records": found.records, **lists})
        return
    echo_notes(found.notes)
    echo_problems(found.problems)
    records = n_("{count} record", "{count} records", found.records)
    echo(_("{file}: {samples} of {records}; nothing is printed yet", file=path, samples=found.samples, records=records))
    if settings.register is not None:
        echo(_("Its numbers are those that the register would give now; none is given."))
    echo(_next_step(output))


def _next_step(output: Path | None) -> str:
    if output is None:
        return _("If all is as it should be, give the same command with -o DIR in place of --proof.")
    return _("If all is as it should be, give the same command without --proof.")
