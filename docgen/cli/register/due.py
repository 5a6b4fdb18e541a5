"""docgen register due: who needs a document of a form again."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.book import open_book
from docgen.cli.options import day_of, forms_option, json_option, register_option, write_output
from docgen.cli.register.choosing import echo_table, organization_option
from docgen.cli.terminal import echo, echo_json
from docgen.errors import UsageError
from docgen.files import PRIVATE
from docgen.messages import _, n_

if TYPE_CHECKING:
    from docgen.form import Form
    from docgen.register import DuePerson


@click.command()
@click.argument("form")
@click.option(
    "--on", callback=lambda _ctx, param, value: day_of(param, value), metavar="DATE",
    help="Due by this day; without it today, which is shown.",
)  # fmt: skip
@click.option("--years", type=click.IntRange(min=1), help="After so many years.  [default: as the form says]")
@organization_option
@click.option("-o", "--output", metavar="FILE", help="Write the list: .xlsx, .csv or .pdf.")
@forms_option
@json_option
@register_option
def due(
    form: str, on: date | None, years: int | None, organization: str, output: str | None, forms: Path | None,
    as_json: bool, where: str | None,
) -> None:  # fmt: skip
    """List who is due for training again: people whose last document of FORM is too old on a day.

    The form says after how many years: two of child-protection-certificate (Order No. 114-НҚ, Rules, clause 6: at least once in
    two years). Void documents do not count. A person is known by the IIN, else by the name.

    \b
    docgen register due child-protection-certificate --on 2027-12-31
    docgen register due child-protection-certificate --on 2027-12-31 -o due-2027.xlsx
    """
    from docgen.form import load_form
    from docgen.register import Filter, due_people, today

    loaded, day = load_form(form, forms), on or today()
    years = years or _years_of(loaded)
    with open_book(where, create=False) as register:
        wanted = Filter(form, organization)
        issued = register.documents(wanted)
        if not issued:
            register.refuse_unknown(wanted, [form])
    found = due_people(issued, years, day)
    if as_json:
        people = [
            {"due": each.due.isoformat(), "iin": each.iin, "workplace": each.workplace, **each.document.as_json()}
            for each in found
        ]
        return echo_json({"on": day.isoformat(), "years": years, "people": people})
    count = n_("{count} person is due by {day}", "{count} people are due by {day}", len(found), day=day.isoformat())
    if output:
        return _write(loaded, found, output, count, day)
    if found:
        echo_table(_headings()[1:], [line[1:] for line in _lines(found)])
    echo(count)


def _years_of(form: Form) -> int:
    """Return after how many years a document of a form is needed again; raise UsageError if nothing says so."""
    if not form.numbering.years:
        message = _("“{id}” does not say how often it is needed", id=form.id)
        raise UsageError.because("due-unknown", message, _("Say it: --years N, or years = N under [register] of its form.toml."))
    return form.numbering.years


def _headings() -> list[str]:
    return ["№", _("due"), _("name"), _("IIN"), _("place of work"), _("last number"), _("date")]


def _lines(found: list[DuePerson]) -> list[list[str]]:
    return [
        [
            str(index),
            each.due.isoformat(),
            each.document.person,
            each.iin,
            each.workplace,
            each.document.number,
            each.document.dated,
        ]
        for index, each in enumerate(found, 1)
    ]


def _write(form: Form, found: list[DuePerson], output: str, count: str, day: date) -> None:
    """Write the list in the format of the file's ending."""
    from docgen.messages import labelled
    from docgen.paint import Paper, paint_paper
    from docgen.register import LIST_FORMATS, DocumentList
    from docgen.rendering import check_choice

    to = Path(output).suffix.lstrip(".").lower()
    check_choice(to, {**LIST_FORMATS, "pdf": None}, "format-unknown")
    listed = DocumentList(_headings(), _lines(found))
    if to == "pdf":
        paper = Paper(labelled(form.title), count, headings=listed.headings, lines=listed.lines, dated=day)
        content = paint_paper(paper)
    else:
        content = LIST_FORMATS[to](listed)
    write_output(output, content, count, PRIVATE)
