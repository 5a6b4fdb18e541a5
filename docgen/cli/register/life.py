"""docgen register void, reissue: what becomes of a document after it was issued."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli.options import (
    artwork_option,
    day_of,
    echo_json,
    echo_notes,
    forms_option,
    json_option,
    on_option,
    register_option,
    set_option,
    settings_of,
    write_output,
)
from docgen.cli.register.choosing import number_argument, organization_option, reason_option, year_option
from docgen.messages import _


@click.command()
@click.argument("form")
@number_argument
@reason_option
@organization_option
@year_option
@json_option
@register_option
def void(form, number, reason, organization, year, as_json, where) -> None:
    """Declare the document NUMBER of FORM void. Its number is never given again.

    \b
    docgen register void retraining-certificate 00417 --reason "spoiled in printing"
    """
    from docgen.register import Filter, open_register

    with open_register(where, create=False) as register:
        found = register.void(Filter(form, organization, year, number=number), reason)
        if as_json:
            return echo_json(_as_it_is_now(register, found))
    click.echo(_("{form} {number} of {year} is void", form=form, number=found.number, year=found.year))


@click.command()
@click.argument("form")
@number_argument
@click.option(
    "--issued", required=True, callback=lambda _ctx, param, value: day_of(param, value), metavar="DATE",
    help="The day on which the duplicate is issued; its number is one of that year.",
)  # fmt: skip
@reason_option
@set_option
@click.option("-o", "--output", metavar="FILE", help="Print the duplicate: .pdf, .docx or .png.")
@organization_option
@year_option
@artwork_option
@forms_option
@on_option
@json_option
@register_option
def reissue(form, number, issued, reason, settings, output, organization, year, artwork, forms, on, as_json, where) -> None:
    """Issue a duplicate of the document NUMBER of FORM, for one that was lost or is wrong.

    The duplicate is a document of its own: it gets the next number, and the book says whose duplicate it is. The first is
    replaced, and void with that. --set corrects a field. A duplicate that could not be printed is printed by the same command.

    \b
    docgen register reissue retraining-certificate 00418 --issued 2026-11-20 --reason lost -o duplicate.pdf
    docgen register reissue retraining-certificate 00419 --issued 2026-11-20 --reason "name misspelt" --set surname=Әлиева
    """
    from docgen.form import check_numbered, form_for, load_form
    from docgen.record import read_record
    from docgen.register import Filter, open_register
    from docgen.rendering import FORMATS, check_choice

    to = Path(output).suffix.lstrip(".").lower() if output else "pdf"
    check_choice(to, FORMATS, "format-unknown")
    wanted = Filter(form, organization, year, number=number)
    with open_register(where, create=False) as register:
        first = register.find(wanted)
        record = {name: value for name, value in first.record.items() if name != "number"} | settings_of(settings)
        record[load_form(form, forms, on).numbering.issued] = issued.isoformat()
        loaded = form_for(form, record, forms, on)
        check_numbered(loaded)
        checked = read_record(loaded, record | {"number": first.number})
        duplicate = _not_printed(register, first, record) or register.reissue(loaded, wanted, record, reason)
        if not as_json:
            click.echo(_("{number} is issued as the duplicate of {first}", number=duplicate.number, first=first.number))
        echo_notes(checked.notes)
        if output:
            _print(register, loaded, duplicate, output, to, artwork)
        if as_json:
            echo_json(_as_it_is_now(register, duplicate))


def _not_printed(register, first, record):
    """Return the duplicate that was issued with this very record and never printed: its file could not be written."""
    from docgen.register import Filter
    from docgen.register.life import DUPLICATES, ISSUED, REPLACED
    from docgen.register.values import canonical

    if first.state != REPLACED:
        return None
    duplicate = register.find(Filter(first.form, key=(DUPLICATES, str(first.id))))
    is_same = canonical(record | {"number": duplicate.number}) == canonical(duplicate.record)
    return duplicate if is_same and duplicate.state == ISSUED else None


def _as_it_is_now(register, document) -> dict[str, object]:
    from docgen.register import Filter

    return register.find(Filter(document.form, key=(document.job, document.key))).as_json()


def _print(register, form, document, output: str, to: str, artwork: Path | None) -> None:
    """Print a document of the book and note there what was printed."""
    import hashlib

    from docgen.rendering import render

    content = render(form, document.record, to, artwork=artwork)
    write_output(output, content)
    register.note_printed(document, hashlib.sha256(content).hexdigest())
