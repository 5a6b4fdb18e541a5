"""docgen hand-over: a job of the register packed for the customer, and recorded as handed over."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from docgen.cli.book import open_book
from docgen.cli.options import (
    artwork_option,
    back_option,
    bleed_option,
    day_of,
    dpart_fields_option,
    forms_option,
    json_option,
    on_option,
    print_option,
    profile_option,
    purpose_option,
    register_option,
    spot_option,
    waiting,
)
from docgen.cli.terminal import echo, echo_json, is_interactive
from docgen.errors import UsageError
from docgen.messages import _, n_

if TYPE_CHECKING:
    from docgen.handover import HandOver


@click.command()
@click.argument("job", metavar="JOB|NAME")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), metavar="DIR", help="The folder to make.")
@register_option
@click.option("--form", default="", metavar="FORM", help="Of a job with several forms, the documents of this one.")
@click.option(
    "--day", callback=lambda _ctx, param, value: day_of(param, value), metavar="DATE",
    help="The day of the hand-over; without it today.",
)  # fmt: skip
@print_option
@purpose_option
@profile_option
@bleed_option
@spot_option
@dpart_fields_option
@back_option
@click.option("--to", default="pdf", show_default=True, metavar="FORMAT", help="What was printed: pdf or docx.")
@click.option("--split", default=1000, show_default=True, type=click.IntRange(min=1), help="Records a volume.")
@click.option("--each", default="", metavar="PATTERN", help="One more file a record, in DIR/each, named by its fields.")
@click.option("--columns", default="", metavar="FIELDS", help="More columns of the list, such as rank,position.")
@click.option("--pictures", type=click.Path(path_type=Path), metavar="DIR", help="The folder of the records' pictures.")
@click.option("--dry-run", is_flag=True, help="Make and compare everything; leave nothing, record nothing.")
@json_option
@artwork_option
@forms_option
@on_option
@click.pass_context
def hand_over(
    ctx: click.Context,
    /,
    job: str,
    output: Path,
    where: str | None,
    form: str,
    day: date | None,
    columns: str,
    dry_run: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Pack the documents of JOB, a job's file or what the register calls it, and record that they were handed over.

    DIR gets the volumes, or a file a person (--each), a list of the documents (XLSX, CSV, PDF), a statement to sign, the manifest
    and SHA256SUMS, which `sha256sum --check` reads. Everything is printed from the register, with its corrections and duplicates,
    and compared with what was printed before; void documents are left out. DIR appears whole, or not at all.

    After that a document is corrected no more: docgen register reissue makes a duplicate.

    \b
    docgen hand-over course-12.toml -o handed
    docgen hand-over people.xlsx -o handed --register book.db --dry-run
    docgen hand-over people.xlsx -o handed --register book.db
    docgen hand-over people.xlsx -o handed --register book.db --each "{number}-{surname}"
    """
    from docgen.cli.register.choosing import names_of
    from docgen.handover import Packing, hand_over
    from docgen.jobs import is_job_file
    from docgen.paint.press import PressOptions
    from docgen.register import today

    if is_job_file(job):
        job, where, form, options = _said_by_job(ctx, job, where, form, options)
    options["press"] = PressOptions.of(*(options.pop(name) for name in ("profile", "bleed", "spots", "part_fields")))
    packing = Packing(columns=names_of(columns), **options)
    steps = waiting(_("packing")) if is_interactive(err=True) else nullcontext()
    with open_book(where, create=False) as register, steps:
        done = hand_over(register, job, output, day or today(), packing, form=form, dry_run=dry_run)
    if as_json:
        return _answer(done, dry_run=dry_run)
    _show(done, options["each"], (day or today()).isoformat(), dry_run=dry_run)


def _answer(done: HandOver, *, dry_run: bool) -> None:
    echo_json({
        "folder": str(done.folder), "documents": done.documents, "void": done.void, "handed_over_before": done.handed_over,
        "files": list(done.files), "sha256": done.package, "dry_run": dry_run,
    })  # fmt: skip


def _show(done: HandOver, each: str, day: str, *, dry_run: bool) -> None:
    """Show what was packed, and that it was handed over on a day."""
    for name in done.files:
        if "/" not in name:
            echo(done.folder / name)
    if each:
        echo(f"{done.folder / 'each'}: {n_('{count} file', '{count} files', done.documents)}")
    counts = [n_("{count} document", "{count} documents", done.documents)]
    counts += [_("void, not handed over: {count}", count=done.void)] if done.void else []
    counts += [_("handed over before: {count}", count=done.handed_over)] if done.handed_over else []
    echo(", ".join(counts))
    if dry_run:
        echo(_("Nothing was written. Without --dry-run they are handed over on {day}.", day=day))
    else:
        echo(_("handed over on {day}; SHA-256 of SHA256SUMS: {sha256}", day=day, sha256=done.package))


def _said_by_job(
    ctx: click.Context, file: str, where: str | None, form: str, options: dict[str, Any]
) -> tuple[str, str, str, dict[str, Any]]:
    """Return name, register, form and options as a job's file says them, where the command line does not."""
    from docgen.jobs import open_job

    job = open_job(file)
    if not (where or job.register):
        message, hint = _("the job has no register"), _("Give its book, or --register.")
        raise UsageError.because("register-missing", message, hint, file=file, key="register.book")
    said = {
        name: getattr(job, name)
        for name in options
        if hasattr(job, name) and ctx.get_parameter_source(name) is not ParameterSource.COMMANDLINE
    }
    pictures = {} if options["pictures"] else {"pictures": job.table.parent}
    return job.name, where or job.register, form or job.form, options | said | pictures
