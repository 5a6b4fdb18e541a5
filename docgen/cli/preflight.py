"""docgen preflight: a finished PDF against the act."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

import click

from docgen.cli.options import Progress, forms_option, json_option, on_option, print_option, waiting
from docgen.cli.terminal import echo, echo_json_parts
from docgen.messages import _


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--form", "form_id", metavar="FORM", help="The form; left out, the file itself says it.")
@print_option
@click.option("--workers", type=click.IntRange(min=1), help="How many processes measure.  [default: one a core]")
@json_option
@forms_option
@on_option
def preflight(
    file: Path, form_id: str | None, print: str, workers: int | None, as_json: bool, forms: Path | None, on: date | None
) -> None:
    """Measure FILE.pdf: clause, what is prescribed, what was measured, verdict. Exit code 1 when anything fails.

    \b
    docgen preflight person.pdf
    docgen preflight volume.pdf --form retraining-certificate --json
    """
    from docgen.files import read_bytes
    from docgen.form import load_named
    from docgen.preflighting import form_of
    from docgen.preflighting import preflight as measure

    pdf = read_bytes(file, 4 << 30)
    named = form_of(pdf, str(file)) or ""
    if form_id in (None, named.partition("@")[0]):
        form_id = named  # with the day that decides the edition
    with measuring() as progress:
        report = measure(pdf, load_named(form_id, forms, on) if form_id else None, str(file), print, progress, workers or 0)
    if as_json:
        echo_json_parts(report.json_parts())
    else:
        echo(report.as_table())
    sys.exit(0 if report.passed else 1)


@contextmanager
def measuring() -> Iterator[Callable[[int, int], None]]:
    """Show how long the file is read, then how many of its pages are measured."""
    bar = Progress(1)
    with ExitStack() as reading:
        reading.enter_context(waiting(_("measuring")))

        def measured(_done: int, pages: int) -> None:
            reading.close()
            bar.total = pages
            bar(_("measuring"), 1)

        yield measured
    bar.end()
