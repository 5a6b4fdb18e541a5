"""Options by which the commands of the register choose documents, and how an answer is shown as a table."""

from __future__ import annotations

import shutil
import sys
import unicodedata
from collections.abc import Sequence

import click

from docgen.cli.options import day_of
from docgen.errors import visible
from docgen.messages import _, translated

organization_option = click.option(
    "--organization", default="", metavar="TEXT", help="Of this organization; a part of its name does."
)
year_option = click.option("--year", type=click.IntRange(1900, 9999), help="With numbers of this year.")
number_argument = click.argument("number", callback=lambda _ctx, _param, value: _number(value))
reason_option = click.option("--reason", required=True, metavar="TEXT", help="Why; it stands in the book.")


def _number(value: str) -> str:
    """UsageError for a number that is empty: the only document of a book would be taken for it."""
    if not value.strip():
        raise click.UsageError(_("{name} is missing.", name=translated("NUMBER")))
    return value


def _day(ctx: click.Context, param: click.Parameter, value: str | None) -> str:
    """Return a day as the book writes it; UsageError for a period that ends before it begins, told at the later of the two."""
    day = day_of(param, value)
    told = day.isoformat() if day else ""
    begins, ends = (told if param.name == name else ctx.params.get(name) for name in ("since", "until"))
    if begins and ends and begins > ends:
        raise click.UsageError(_("--from {since} is later than --to {until}.", since=begins, until=ends))
    return told


since_option = click.option("--from", "since", callback=_day, metavar="DATE", help="Issued on this day or later.")
until_option = click.option("--to", "until", callback=_day, metavar="DATE", help="Issued on this day or earlier.")


def echo_table(headings: Sequence[str], lines: Sequence[Sequence[object]]) -> None:
    """Show lines under headings; on a terminal the widest column gives way until all fits."""
    texts = [[visible(str(cell)) for cell in line] for line in [headings, *lines]]
    widths = [max(map(_cells, column)) for column in zip(*texts, strict=True)]
    if sys.stdout.isatty():
        room = shutil.get_terminal_size().columns
        while sum(widths) + 2 * len(widths) - 2 > room and max(widths) > 8:
            widths[widths.index(max(widths))] -= 1
    for number, line in enumerate(texts):
        text = "  ".join(_fitted(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip()
        click.secho(text, bold=number == 0)


def _cells(text: str) -> int:
    """Return how many cells of a terminal a text takes: none for a sign that stands on the one before it."""
    return sum(unicodedata.combining(letter) == 0 for letter in text)


def _fitted(text: str, width: int) -> str:
    return text[: width - 1] + "…" if _cells(text) > width else text + " " * (width - _cells(text))
