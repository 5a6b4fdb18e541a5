"""docgen preflight: a finished PDF against the act, or against standards."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

import click

from docgen.cli.options import Progress, forms_option, json_option, on_option, print_option, waiting
from docgen.cli.terminal import echo, echo_json, echo_json_parts
from docgen.messages import _
from docgen.prints import Print


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--form", "form_id", metavar="FORM", help="The form; left out, the file itself says it.")
@click.option(
    "--standard", "standards", multiple=True, metavar="NAME",
    help="Hold it against a standard instead of its act: pdfx-4, pdfvt-1, pdfa-2b, pdfa-2a, pdfa-3b, pdfa-3a, pdfua-1; may be "
    "repeated.",
)  # fmt: skip
@print_option
@click.option("--workers", type=click.IntRange(min=1), help="How many processes measure.  [default: one a core]")
@json_option
@forms_option
@on_option
def preflight(
    file: Path,
    form_id: str | None,
    standards: tuple[str, ...],
    print: str,
    workers: int | None,
    as_json: bool,
    forms: Path | None,
    on: date | None,
) -> None:
    """Measure FILE.pdf: clause, what is prescribed, what was measured, verdict. Exit code 1 when anything fails.

    \b
    docgen preflight person.pdf
    docgen preflight volume.pdf --form retraining-certificate --json
    docgen preflight volume.pdf --standard pdfx-4
    """
    if standards:
        if form_id or forms or on or workers or print != Print.FULL:
            names = "--form, --print, --forms, --on, --workers"
            raise click.UsageError(_("--standard asks nothing of the form: leave {names} out.", names=names))
        has_passed = against_standards(file, standards, as_json)
    else:
        has_passed = against_act(file, form_id, print, workers, as_json, forms, on)
    sys.exit(0 if has_passed else 1)


def against_standards(file: Path, standards: tuple[str, ...], as_json: bool) -> bool:
    """Show the reports on standards; return whether the file is of all of them."""
    from docgen.preflighting.standards import check_standards

    with measuring() as progress:
        reports = check_standards(file, standards, progress=progress)
    has_passed = all(report.passed for report in reports)
    if as_json:
        echo_json({"file": str(file), "passed": has_passed, "standards": [report.as_json() for report in reports]})
    else:
        echo("\n".join(report.as_table() for report in reports))
    return has_passed


def against_act(
    file: Path, form_id: str | None, print: str, workers: int | None, as_json: bool, forms: Path | None, on: date | None
) -> bool:
    """Show the report on a form's act; return whether nothing failed."""
    from docgen.files import read_bytes
    from docgen.form import id_in, load_named
    from docgen.preflighting import form_of
    from docgen.preflighting import preflight as measure

    pdf = read_bytes(file, 4 << 30)
    named = form_of(pdf, str(file)) or ""
    if form_id in (None, id_in(named)):
        form_id = named  # with the day that decides the edition, and whose journal it is
    with measuring() as progress:
        report = measure(pdf, load_named(form_id, forms, on) if form_id else None, str(file), print, progress, workers or 0)
    if as_json:
        echo_json_parts(report.json_parts())
    else:
        echo(report.as_table())
    return report.passed


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
