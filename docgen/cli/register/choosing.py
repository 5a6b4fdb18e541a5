"""Options that choose documents of the register, and answers shown as a table."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from docgen.cli.options import day_of
from docgen.cli.terminal import echo, is_interactive
from docgen.errors import UsageError, visible
from docgen.messages import _, translated

if TYPE_CHECKING:
    from docgen.jobs import Job
    from docgen.register import Document

organization_option = click.option(
    "--organization", default="", metavar="TEXT", help="Of this organization; a part of its name is enough."
)
year_option = click.option("--year", type=click.IntRange(1900, 9999), help="With numbers of this year.")
number_argument = click.argument("number", callback=lambda _ctx, _param, value: _filled_number(value))
reason_option = click.option("--reason", required=True, metavar="TEXT", help="Why; the book records it.")


sort_option = click.option(
    "--sort", "order", type=click.Choice(["number", "surname"]), default="number", show_default=True,
    help="In the order of the numbers, or of the surnames in the Kazakh alphabet.",
)  # fmt: skip


def in_order(documents: list[Document], order: str) -> list[Document]:
    """Return documents in the order that `--sort` names."""
    return sorted(documents, key=by_surname) if order == "surname" else documents


def by_surname(document: Document) -> Any:
    """Return what documents are sorted by to be in the order of the surnames."""
    from docgen.kazakh import alphabetical

    return alphabetical(document.person)


def names_of(text: str) -> tuple[str, ...]:
    """Return the names in a text, divided by commas."""
    return tuple(filter(None, map(str.strip, text.split(","))))


def _filled_number(value: str) -> str:
    """Return the number; raise UsageError if it is empty, which would choose the only document of a book."""
    if not value.strip():
        raise click.UsageError(_("{name} is missing.", name=translated("NUMBER")))
    return value


def _day(ctx: click.Context, param: click.Parameter, value: str | None) -> str:
    """Return a day as the book writes it; raise UsageError, at the second option, for a period that ends before it begins."""
    day = day_of(param, value)
    written = day.isoformat() if day else ""
    begins, ends = (written if param.name == name else ctx.params.get(name) for name in ("since", "until"))
    if begins and ends and begins > ends:
        raise click.UsageError(_("--from {since} is later than --to {until}.", since=begins, until=ends))
    return written


since_option = click.option("--from", "since", callback=_day, metavar="DATE", help="Issued on this day or later.")
until_option = click.option("--to", "until", callback=_day, metavar="DATE", help="Issued on this day or earlier.")


#: Parameter of a command of the register → the field of a job that it is when the job's file stands for FORM.
OF_JOB = {"where": "register", "job": "name", "forms": "forms", "artwork": "artwork"}


def with_job(command: click.Command) -> click.Command:
    """Let a command that takes FORM, or those of a group, take the file of a job in its place; the command line wins."""
    if isinstance(command, click.Group):
        command.commands = {name: with_job(each) for name, each in command.commands.items()}
        return command
    run, names = command.callback, {param.name for param in command.params}
    if run is None or not names >= {"form", "where"}:
        return command

    @wraps(run)
    def run_with_job(**given: Any) -> Any:
        return run(**(_said_by_job(given) if str(given["form"] or "").lower().endswith(".toml") else given))

    command.callback = run_with_job
    return command


def book_of(job: Job, where: str | None) -> str:
    """Return where the register is that a command line or else a job names; raise UsageError if neither does."""
    if not (where or job.register):
        message, hint = _("the job has no register"), _("Give its book, or --register.")
        raise UsageError.because("register-missing", message, hint, file=str(job.file), key="register.book")
    return where or job.register


def _said_by_job(given: dict[str, Any]) -> dict[str, Any]:
    from docgen.jobs import open_job

    job = open_job(given["form"])
    book_of(job, given["where"])
    if job.form_column and "job" not in given:
        message = _("the job has several forms, and this command is about one")
        raise UsageError.because(
            "form-several", message, _("Give the form in place of the job, with --register."), file=str(job.file)
        )
    said = {name: getattr(job, field) for name, field in OF_JOB.items() if name in given and not given[name]}
    if given.get("note"):  # sheets are used for a job or for what a note says
        said.pop("job", None)
    return {**given, **said, "form": job.form}


def echo_table(headings: Sequence[str], lines: Sequence[Sequence[object]]) -> None:
    """Print lines under headings; on a terminal the widest columns shrink until all fits."""
    texts = [[visible(str(cell)) for cell in line] for line in [headings, *lines]]
    widths = [max(map(_width, column)) for column in zip(*texts, strict=True)]
    if is_interactive():
        available = shutil.get_terminal_size().columns
        while sum(widths) + 2 * len(widths) - 2 > available and max(widths) > 8:
            widths[widths.index(max(widths))] -= 1
    for number, line in enumerate(texts):
        text = "  ".join(_fitted(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip()
        echo(text, bold=number == 0)


def _width(text: str) -> int:
    """Return the width of a text in cells of a terminal; a combining sign has none."""
    return sum(unicodedata.combining(letter) == 0 for letter in text)


def _fitted(text: str, width: int) -> str:
    return text[: width - 1] + "…" if _width(text) > width else text + " " * (width - _width(text))
