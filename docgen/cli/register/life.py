"""docgen register void, reissue: what happens to a document after it was issued."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from docgen.cli.book import open_book, refuse_book
from docgen.cli.options import (
    artwork_option,
    day_of,
    echo_notes,
    forms_option,
    json_option,
    new_organization_option,
    on_option,
    printing_options,
    register_option,
    set_option,
    settings_of,
    write_output,
)
from docgen.cli.register.choosing import number_argument, organization_option, reason_option, year_option
from docgen.cli.signing import pdf_signer_of_call, signer_of_call, signing_options
from docgen.cli.terminal import echo, echo_json
from docgen.messages import _

if TYPE_CHECKING:
    from docgen.form import Form
    from docgen.register import Document, Register
    from docgen.rendering import RenderOptions


@click.command()
@click.argument("form")
@number_argument
@reason_option
@organization_option
@year_option
@json_option
@register_option
def void(form: str, number: str, reason: str, organization: str, year: int | None, as_json: bool, where: str | None) -> None:
    """Declare the document NUMBER of FORM void. Its number is never given again.

    A sheet that was spoiled in the printer is printed again, and its document stays in force: docgen batch … --numbers NUMBER.

    \b
    docgen register void retraining-certificate 00417 --reason "withdrew from the course"
    """
    from docgen.register import Filter

    with open_book(where, create=False) as register:
        found = register.void(Filter(form, organization, year, number=number), reason)
        if as_json:
            return echo_json(register.as_it_is_now(found).as_json())
    echo(_("{form} {number} of {year} is void", form=form, number=found.number, year=found.year))
    if found.job not in ("render", "duplicates"):
        echo(_("A batch of the job “{job}” prints the others with --skip-bad.", job=found.job), err=True)


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
@printing_options
@signing_options
@artwork_option
@forms_option
@on_option
@json_option
@register_option
@new_organization_option
def reissue(
    form: str, number: str, issued: date, reason: str, settings: tuple[str, ...], output: str | None,
    organization: str, year: int | None, forms: Path | None, on: date | None, as_json: bool, where: str | None,
    new_organization: bool, profile: Path | None, bleed: float | None, spots: dict[str, str], print: str,
    key: str, keys: Path | None, passphrase_file: Path | None,
    sign_pdf: Path | None, sign_passphrase_file: Path | None, **said: Any,
) -> None:  # fmt: skip
    """Issue a duplicate of the document NUMBER of FORM, for one that was lost or is wrong.

    The duplicate is a document of its own: it gets the next number, and the book says whose duplicate it is. The first is
    replaced and thereby void. The act says what the front of a certificate holds; with --back its back says whose duplicate it
    is. --set corrects a field. What could not be printed, or was spoiled in the printer, is printed by the same command.

    \b
    docgen register reissue retraining-certificate 00418 --issued 2026-11-20 --reason lost -o duplicate.pdf --back
    docgen register reissue retraining-certificate 00419 --issued 2026-11-20 --reason "name misspelt" --set surname=Әлиева
    """
    from docgen.form import check_numbered, form_for, load_form
    from docgen.paint.press import PressOptions
    from docgen.register import Filter
    from docgen.rendering import prepare

    to = Path(output).suffix.lstrip(".").lower() if output else "pdf"
    if output:
        refuse_book(output, where)
    wanted = Filter(form, organization, year, number=number)
    signer = signer_of_call(key, keys, passphrase_file)
    pdf_signer = pdf_signer_of_call(sign_pdf, sign_passphrase_file)
    options = cast(
        "RenderOptions", {**said, "press": PressOptions.of(profile, bleed, spots), "signer": signer, "pdf_signer": pdf_signer}
    )
    with open_book(where, create=False, new_organization=new_organization) as register:
        first = register.find(wanted)
        record = {name: value for name, value in first.record.items() if name != "number"}
        record |= settings_of(settings)
        record[load_form(form, forms, on).numbering.issued] = issued.isoformat()
        loaded = form_for(form, record, forms, on)
        check_numbered(loaded)
        prepared = prepare(loaded, record | {"number": first.number}, to, print, **options)
        values = {name: value for name, value in prepared.record.values.items() if name != "number"}
        duplicate = register.same_duplicate(first, values) or register.reissue(loaded, wanted, values, reason)
        if not as_json:
            echo(_("{number} is issued as the duplicate of {first}", number=duplicate.number, first=first.number))
        echo_notes([*prepared.record.notes, *(pdf_signer.remarks if pdf_signer else ())])
        if output:
            _print(register, loaded, duplicate, output, to, print, options)
        elif not as_json:
            echo(_("Print it: the same command with -o FILE."), err=True)
        if as_json:
            echo_json(register.as_it_is_now(duplicate).as_json())


def _print(register: Register, form: Form, document: Document, output: str, to: str, print: str, options: RenderOptions) -> None:
    """Print a document of the book and record its print there."""
    import hashlib

    from docgen.register import DUPLICATE_OF
    from docgen.rendering import render

    content = render(form, document.record, to, print, **options)
    write_output(output, content)
    register.note_printed(document, hashlib.sha256(content).hexdigest())
    if not form.prints(DUPLICATE_OF) and form.back and form.back.prints(DUPLICATE_OF) and not options.get("back"):
        echo(_("The front has no word for a duplicate; with --back the back says whose it is."), err=True)
