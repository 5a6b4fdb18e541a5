"""docgen render: one record → one document."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import click

from docgen.cli.book import refuse_book
from docgen.cli.grouped import Grouped
from docgen.cli.options import (
    artwork_option,
    columns_option,
    doubles_option,
    echo_notes,
    file_named,
    forms_option,
    new_organization_option,
    on_option,
    page_count_text,
    printing_options,
    refuse_input,
    register_option,
    set_option,
    settings_of,
    waiting,
    write_output,
)
from docgen.cli.signing import pdf_signer_of_call, signer_of_call, signing_options
from docgen.cli.terminal import echo
from docgen.confined import RESOLUTIONS
from docgen.messages import _
from docgen.prints import Print

if TYPE_CHECKING:
    from docgen.rendering import RenderedDocument, RenderOptions
    from docgen.tables import ColumnChoice, File


@click.command(cls=Grouped)
@click.argument("form", required=False)
@click.argument("records", nargs=-1, metavar="[RECORD]...")
@click.option("--template", type=click.Path(path_type=Path), metavar="DOCX", help="A Word template of your own, without a form.")
@click.option("-o", "--output", required=True, metavar="FILE", help="Where to; the ending (.pdf .docx .png) is the format.")
@click.option("--to", metavar="FORMAT", help="The format, where the ending does not tell it (-o -).")
@printing_options
@signing_options
@set_option
@columns_option
@click.option("--page", default=1, show_default=True, help="Which page, for PNG.")
@click.option("--dpi", default=150, show_default=True, type=click.IntRange(*RESOLUTIONS), help="Resolution, for PNG.")
@artwork_option
@forms_option
@on_option
@register_option
@new_organization_option
@doubles_option
@click.option("--skip-doubles", is_flag=True, help="Of a person who stands in several lists, keep the first row alone.")
def render(
    form: str | None, records: tuple[str, ...], template: Path | None, output: str, where: str | None, **said: Any
) -> None:
    """Make one document: FORM filled with RECORD (JSON, TOML or YAML; - is standard input).

    A form of many rows, such as a register, also takes a table (XLSX, ODS, CSV, JSON) as RECORD; a form that gathers lists takes
    several. Without RECORD, `--print blank` makes a blank to fill by hand. With --register the document is issued: a record
    without a number gets the next, one with a number keeps it if it is free, and the same record again has the same number.

    \b
    docgen render retraining-certificate person.toml -o person.pdf
    docgen render retraining-certificate person.toml -o person.docx
    docgen render retraining-certificate person.toml -o person.pdf --register book.db
    docgen render retraining-certificate person.toml -o person.pdf --for press
    docgen render retraining-certificate person.toml -o person.pdf --back --key school-2026
    docgen render retraining-certificate person.toml -o person.pdf --sign-pdf academy.p12
    docgen render retraining-certificate --print blank -o blank.pdf
    docgen render certificate-register people.xlsx --set organization="…" --set year=2026 -o register.pdf
    docgen render consolidated-trainee-list head.toml district-1.xlsx district-2.xlsx -o list.pdf
    docgen render --template letter.docx data.json -o letter-17.docx
    """
    refuse_input(output, template, form, *records)
    if where:
        refuse_book(output, where)
    if template is not None:
        _fill_template(template, form, output)
    else:
        _render(form, records, output, where, **said)


def _render(
    form: str | None,
    records: tuple[str, ...],
    output: str,
    where: str | None,
    *,
    to: str | None,
    print: str,
    settings: tuple[str, ...],
    choice: ColumnChoice,
    new_organization: bool,
    allow_doubles: bool,
    profile: Path | None,
    bleed: float | None,
    spots: dict[str, str],
    key: str,
    keys: Path | None,
    passphrase_file: Path | None,
    sign_pdf: Path | None,
    sign_passphrase_file: Path | None,
    **options: Unpack[RenderOptions],
) -> None:
    """Make the document of a form, with a number of the register where there is one."""
    from docgen.paint.press import PressOptions

    form = _checked_call(form, records, output, print, settings, where)
    to = to or Path(output).suffix.lstrip(".").lower()
    given = [file_named(name) for name in records] or None
    options |= {"values": settings_of(settings), "ignore": choice.ignore, "columns": choice.renamed}
    options["press"] = PressOptions.of(profile, bleed, spots)
    options["signer"] = signer_of_call(key, keys, passphrase_file)
    options["pdf_signer"] = pdf_signer_of_call(sign_pdf, sign_passphrase_file)
    if given and where:
        _issue(
            form, given, where, output, to, print, options, new_organization=new_organization, allow_doubles=allow_doubles
        )  # fmt: skip
        return
    for name, is_given in (("--new-organization", new_organization), ("--allow-doubles", allow_doubles)):
        if is_given:
            raise click.UsageError(_("{name} takes --register too.", name=name))
    from docgen.rendering import prepare

    with waiting(_("painting")):
        document = prepare(form, given, to, print, **options).document()
    echo_notes(document.notes)
    _write(document, output, to)


def _issue(
    form: str,
    given: list[File],
    where: str,
    output: str,
    to: str,
    print: str,
    options: RenderOptions,
    *,
    new_organization: bool,
    allow_doubles: bool,
) -> None:
    """Make the document with a number of the register; the register notes it as printed once it is written."""
    from docgen.issuing import issue
    from docgen.register import register_name

    def store(document: RenderedDocument) -> None:
        _write(document, output, to)

    document = issue(
        form, given, where, to, print, store=store, new_organization=new_organization, allow_doubles=allow_doubles, **options
    )  # fmt: skip
    echo(_("number {number} of {name}", number=document.number, name=register_name(where)), err=True)
    echo_notes(document.notes)


def _write(document: RenderedDocument, output: str, to: str) -> None:
    """Write a document, and say how many pages it has: a form that flows is laid out by its painter, and its PDF is asked."""
    if to != "pdf" or output == "-":
        write_output(output, document.content)
        return
    from docgen.confined import page_count

    count = page_count(document.content) if document.pages is None else document.pages
    write_output(output, document.content, page_count_text(count))


def _checked_call(
    form: str | None, records: tuple[str, ...], output: str, print: str, settings: tuple[str, ...], where: str | None
) -> str:
    """Return the form; raise UsageError where nothing can be printed, or for options that need a record and have none."""
    if form is None:
        raise click.UsageError(_("Give a FORM; `docgen forms` lists them."))
    if not records and print != Print.BLANK:
        hint = _("Say the form before it: docgen render FORM {name} -o {output}", name=form, output=output)
        is_record = os.path.isfile(form)
        raise click.UsageError(hint if is_record else _("Give a RECORD, or --print blank for a blank without data."))
    if not records and settings:
        raise click.UsageError(_("--set takes a RECORD; a blank has no data."))
    if not records and where:
        raise click.UsageError(_("--register takes a RECORD; a blank has no number."))
    return form


def _fill_template(template: Path, data: str | None, output: str) -> None:
    """Fill a docxtpl template that has no definition, with the safety that forms have."""
    from docgen.rendering import render_template

    if data is None or (output != "-" and Path(output).suffix.lower() != ".docx"):
        call = "--template letter.docx data.json -o letter.docx"
        raise click.UsageError(_("--template takes a record and makes a .docx: {call}", call=call))
    with waiting(_("painting")):
        content = render_template(template, file_named(data))
    write_output(output, content)
