"""docgen register correct: what a document says, put right under its number before it is handed over."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli.options import echo_notes, forms_option, json_option, register_option, set_option, settings_of
from docgen.cli.register.choosing import number_argument, organization_option, reason_option, year_option
from docgen.cli.terminal import echo, echo_json
from docgen.messages import _


@click.command()
@click.argument("form")
@number_argument
@set_option
@reason_option
@organization_option
@year_option
@forms_option
@json_option
@register_option
def correct(
    form: str, number: str, settings: tuple[str, ...], reason: str, organization: str, year: int | None,
    forms: Path | None, as_json: bool, where: str | None,
) -> None:  # fmt: skip
    """Correct the document NUMBER of FORM, which was not handed over yet: a misspelt name, an IIN, a position, a place of work.

    --set gives the right value of a field, of those too that only the journal shows. The number stays, and the book records the
    reason with the hashes of both versions. Print the document again: a batch of the same job prints what the book says, and
    reports the rows of the table that are older. What was handed over gets a duplicate instead: docgen register reissue.

    \b
    docgen register correct retraining-certificate 00417 --set surname=Әлиев --reason "name misspelt"
    docgen register correct retraining-certificate 00418 --set iin=930915350202 --reason "IIN of another person"
    docgen batch retraining-certificate people.xlsx -o again --numbers 00417 --register default
    """
    from docgen.form import form_for
    from docgen.record import read_record
    from docgen.register import Filter, corrected_values, open_register

    if not settings:
        raise click.UsageError(_("{name} is missing.", name="--set FIELD=VALUE"))
    with open_register(where, create=False) as register:
        first = register.find(Filter(form, organization, year, number=number))
        loaded = form_for(form, first.record, forms)
        printed, unprinted = corrected_values(loaded, first, settings_of(settings), forms)
        record = read_record(loaded, printed)
        found = register.correct(loaded, first, record.values, unprinted, reason)
    echo_notes(record.notes)
    if as_json:
        return echo_json(found.as_json())
    echo(_("{form} {number} of {year} is corrected", form=form, number=found.number, year=found.year))
    if found.state == "printed":
        echo(_("Print it again: the book says something else now than the paper."))
