"""The options that say a job, and the job that a call means: one from a file, one of its options, or both together.

Each option has the name of its field in `Job`, whose entry says which key of a file means the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from docgen.cli.options import (
    alt_option,
    artwork_option,
    attach_option,
    back_option,
    bleed_option,
    doubles_option,
    dpart_fields_option,
    echo_notes,
    forms_option,
    new_organization_option,
    on_option,
    print_option,
    profile_option,
    purpose_option,
    refuse_taken,
    renamed_of,
    settings_of,
    spot_option,
)
from docgen.cli.signing import key_option, keys_option, passphrase_option, sign_passphrase_option, sign_pdf_option
from docgen.cli.terminal import echo, is_interactive
from docgen.files import is_taken, printable_name
from docgen.messages import _, translated

if TYPE_CHECKING:
    from docgen.jobs import Job, OpenedJob

Command = TypeVar("Command", bound=Callable[..., Any])
A_PATH = click.Path(path_type=Path)

#: Field of a job → the option that says it. The arguments FORM and TABLE are fields too.
JOB_OPTIONS: Mapping[str, Callable[[Command], Command]] = {
    "output": click.option("-o", "--output", type=A_PATH, metavar="DIR", help="The folder to fill."),
    "print": print_option,
    "purpose": purpose_option,
    "profile": profile_option,
    "bleed": bleed_option,
    "spots": spot_option,
    "part_fields": dpart_fields_option,
    "back": back_option,
    "key": key_option,
    "keys": keys_option,
    "passphrase_file": passphrase_option,
    "sign_pdf": sign_pdf_option,
    "sign_passphrase_file": sign_passphrase_option,
    "tagged": click.option(
        "--tagged", is_flag=True, help="Tag the volumes for the archive: PDF/A-2a and PDF/UA-1, each record a part."
    ),
    "attach_record": attach_option,
    "alternatives": alt_option,
    "impose": click.option(
        "--impose", default="", metavar="NAME|FILE", help="Place the volumes on press sheets too, by this scheme."
    ),
    "marks": click.option(
        "--marks/--no-marks", default=None, help="Marks on the sheets, or none; without --impose, on a sheet for each page."
    ),
    "preflight": click.option(
        "--preflight", default="", metavar="all|sample",
        help="Measure what was printed: all pages, or the first, the last, one of each kind and a hundredth at random.",
    ),
    "to": click.option("--to", default="pdf", show_default=True, metavar="FORMAT", help="What is printed: pdf or docx."),
    "split": click.option("--split", default=1000, show_default=True, type=click.IntRange(min=1), help="Records a volume."),
    "each": click.option(
        "--each", default="", metavar="PATTERN", help="One more file a record, in DIR/each, named by its fields."
    ),
    "only": click.option("--only", multiple=True, metavar="ROWS", help="Print these rows of the table alone: 412-415,980."),
    "numbers": click.option(
        "--numbers", multiple=True, metavar="NUMBERS", help="Print the records with these numbers alone: 00412-00415,00980."
    ),
    "skip_bad": click.option("--skip-bad", is_flag=True, help="Print the good records though others have problems."),
    "allow_doubles": doubles_option,
    "workers": click.option("--workers", type=click.IntRange(min=1), help="How many processes print.  [default: one a core]"),
    "scheduler": click.option(
        "--scheduler", default="", metavar="ADDRESS", help="Print on the Dask cluster of tcp://HOST:PORT instead."
    ),
    "register": click.option(
        "--register", default="", metavar="PATH|URL",
        help="The register: a file, postgresql://USER@HOST/DATABASE, or “default”: DOCGEN_REGISTER, else your own.",
    ),
    "name": click.option(
        "--job", "name", default="", metavar="NAME", help="What the register calls this batch.  [default: the table's name]"
    ),
    "series": click.option(
        "--series", default="", metavar="PATTERN",
        help="How the numbers of a sequence that begins look, such as {year}-{seq:04d}; one that has begun keeps its pattern.",
    ),
    "new_organization": new_organization_option,
    "sheet": click.option("--sheet", default="", metavar="NAME", help="The sheet that is read, instead of the first."),
    "heading_rows": click.option(
        "--heading-rows", default="", metavar="ROWS", callback=lambda _ctx, _param, rows: _checked_rows(rows),
        help="The rows that hold the headings, 4 or 4-5, where they are not found.",
    ),
    "form_column": click.option(
        "--form-column", default="", metavar="COLUMN",
        help="The column that names the form of each row: each form becomes a batch of its own. Give TABLE without FORM.",
    ),
    "constants": click.option(
        "--set", "constants", multiple=True, metavar="FIELD=VALUE", callback=lambda _ctx, _param, pairs: settings_of(pairs),
        help="Set a field in every row; may be repeated.",
    ),
    "columns": click.option(
        "--map", "columns", multiple=True, metavar="COLUMN=FIELD", callback=lambda _ctx, _param, pairs: renamed_of(pairs),
        help="Which field a column holds, if its heading is none of the field's names; may be repeated.",
    ),
    "ignore": click.option(
        "--ignore", multiple=True, metavar="COLUMN", help="Leave out a column of the table that the form has no field for."
    ),
    "artwork": artwork_option,
    "forms": forms_option,
    "on": on_option,
}  # fmt: skip
#: What every command that reads a table of a job says of its columns.
TABLE_OPTIONS = ("sheet", "heading_rows", "form_column", "constants", "columns", "ignore", "forms", "on")


def _checked_rows(rows: str) -> str:
    """Return rows of headings as they were given; raise UsageError for what names none."""
    from docgen.tables import heading_rows_of

    heading_rows_of(rows)
    return rows


def job_options(*names: str) -> Callable[[Command], Command]:
    """Add the options of these fields of a job to a command."""

    def with_options(command: Command) -> Command:
        for name in reversed(names):
            command = JOB_OPTIONS[name](command)
        return command

    return with_options


def job_call(command: Callable[..., None]) -> Callable[..., None]:
    """Add the arguments FORM and TABLE, and `--save-job`, to a command, which gets the context of its call."""
    return _form_argument(_table_argument(_save_option(click.pass_context(command))))


_form_argument = click.argument("form", required=False, metavar="FORM|JOB")
_table_argument = click.argument("table", required=False, type=A_PATH)
_save_option = click.option(
    "--save-job",
    "saved",
    type=A_PATH,
    metavar="FILE.toml",
    help="Write a job with what this command says, to be given in its place.",
)


def job_of_call(ctx: click.Context, *needed: str) -> Job:
    """Return the job that a call means; the command line wins over a job's file, and a note says where.

    `needed` are fields that the command cannot do without. Raise UsageError for one that nobody gives.
    """
    from docgen.jobs import Job, is_job_file, open_job

    said = _said(ctx)
    if is_job_file(said.get("form")):
        job, notes = open_job(said.pop("form")).changed(said)
        echo_notes(notes)
    else:
        if said.get("form_column") and "table" not in said and "form" in said:
            said["table"] = Path(said.pop("form"))
        _refuse_missing(said, *(("table",) if said.get("form_column") else ("form", "table")))
        _refuse_unnumbered(said, is_saved=bool(ctx.params.get("saved")))
        job = Job(**{"name": "", **said})
    _refuse_missing({name: getattr(job, name) for name in needed}, *needed)
    return job


def _said(ctx: click.Context) -> dict[str, Any]:
    """Return what the command line says, by fields of a job."""
    from docgen.jobs import ENTRIES

    given = {name: value for name, value in ctx.params.items() if name in ENTRIES and value is not None}
    return {name: value for name, value in given.items() if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE}


def _refuse_unnumbered(said: Mapping[str, Any], *, is_saved: bool) -> None:
    """Raise UsageError for what is said to a register where there is none; a job that is saved may have its name without one."""
    from docgen.jobs import ENTRIES

    if said.get("register"):
        return
    if said.get("name") and not is_saved:
        raise click.UsageError(_("--job “{job}” takes --register too.", job=said["name"]))
    for name in ("new_organization", "series"):
        if said.get(name):
            raise click.UsageError(_("{name} takes --register too.", name=ENTRIES[name].option))


#: How a call says what it cannot do without.
CALLED = {"form": "FORM", "table": "TABLE", "output": "-o DIR"}


def _refuse_missing(given: Mapping[str, Any], *names: str) -> None:
    for name in names:
        if not given.get(name):
            raise click.UsageError(_("{name} is missing.", name=" ".join(map(translated, CALLED[name].split()))))


@contextmanager
def opened_job(job: Job, *, is_asked: bool = False) -> Iterator[OpenedJob]:
    """Yield a job at work, and show the notes of its register at the end, whatever that is; `is_asked` as of `Job.opened`."""
    with job.opened(is_asked=is_asked) as opened:
        try:
            yield opened
        finally:
            if opened.register is not None:
                echo_notes(opened.register.notes)


def agreed_to_save(path: Path | None) -> None:
    """Raise UsageError for a name that no job can have, or a file that the clerk does not let be written over."""
    if path is None:
        return
    from docgen.jobs import refuse_name

    refuse_name(path)
    if is_taken(path) and is_interactive():
        from docgen.cli.asking import Terminal

        if Terminal().agrees(_("{files}: write over it?", files=path)):
            return
    refuse_taken(str(path))


def save(job: Job, path: Path | None) -> None:
    """Write the job to the file that `--save-job` names, if it does, under the name that the register would call it by."""
    if path is None:
        return
    from dataclasses import replace

    from docgen.jobs import save_job

    save_job(replace(job, name=job.name or printable_name(job.table)), path)
    echo(_("{file}: the job is saved; give it in place of FORM and TABLE", file=path), err=True)
