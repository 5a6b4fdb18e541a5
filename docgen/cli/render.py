"""docgen render: one record → one document."""

from __future__ import annotations

import os
from pathlib import Path

import click

from docgen.cli.grouped import Grouped
from docgen.cli.options import (
    artwork_option,
    columns_option,
    echo_notes,
    forms_option,
    on_option,
    page_count_text,
    print_option,
    register_option,
    set_option,
    settings_of,
    waiting,
    write_output,
)
from docgen.confined.raster import RESOLUTIONS
from docgen.messages import _
from docgen.prints import Print


@click.command(cls=Grouped)
@click.argument("form", required=False)
@click.argument("records", nargs=-1, metavar="[RECORD]...")
@click.option("--template", type=click.Path(path_type=Path), metavar="DOCX", help="A Word template of your own, without a form.")
@click.option("-o", "--output", required=True, metavar="FILE", help="Where to; the ending (.pdf .docx .png) is the format.")
@click.option("--to", metavar="FORMAT", help="The format, where the ending does not tell it (-o -).")
@print_option
@set_option
@columns_option
@click.option("--page", default=1, show_default=True, help="Which page, for PNG.")
@click.option("--dpi", default=150, show_default=True, type=click.IntRange(*RESOLUTIONS), help="Resolution, for PNG.")
@artwork_option
@forms_option
@on_option
@register_option
@click.option("--skip-doubles", is_flag=True, help="Of a person who stands in several lists, keep the first row alone.")
def render(
    form, records, template, output, to, print, settings, choice, page, dpi, artwork, forms, on, skip_doubles, where
) -> None:
    """Make one document: FORM filled with RECORD (JSON, TOML or YAML; - is standard input).

    A form of many rows, such as a register, also takes a table (XLSX, ODS, CSV, JSON) as RECORD; a form that gathers lists takes
    several. Without RECORD, `--print blank` makes a blank to fill by hand. With --register the document is issued: a record
    without a number gets the next, one with a number keeps it if it is free, and the same record again has the same number.

    \b
    docgen render retraining-certificate person.toml -o person.pdf
    docgen render retraining-certificate person.toml -o person.docx
    docgen render retraining-certificate person.toml -o person.pdf --register book.db
    docgen render retraining-certificate --print blank -o blank.pdf
    docgen render certificate-register people.xlsx --set organization="…" --set year=2026 -o register.pdf
    docgen render consolidated-trainee-list head.toml district-1.xlsx district-2.xlsx -o list.pdf
    docgen render --template letter.docx data.json -o letter-17.docx
    """
    if template is not None:
        _fill_template(template, form, output)
        return
    from docgen.errors import DataError
    from docgen.form import load_form
    from docgen.inputs.given import form_and_record, read_given

    _refuse_call(form, records, output, print, settings, where)
    loaded, source, given = load_form(form, forms, on), None, None
    if records:
        loaded, source = form_and_record(form, records, settings_of(settings), choice, forms, on)
        given = None if where else read_given(loaded, source, skip_doubles)
    pictures = Path(records[0]).parent if records and records[0] != "-" else None
    to = to or Path(output).suffix.lstrip(".").lower()
    document = _Document(loaded, output, to, print, artwork=artwork, pictures=pictures, page=page, dpi=dpi)
    try:
        if where:
            from docgen.numbered import print_numbered

            given = print_numbered(where, loaded, source.raw, forms, document.paint, document.write)
        else:
            content = document.paint(given)
    except DataError as error:
        placed = source.placed if source else list
        raise DataError(placed(error.problems), placed(error.notes)) from None
    if source:
        echo_notes([*source.left_out, *source.placed(given.notes)])
    if not where:
        document.write(content)


class _Document:
    """The one document of a call: painted, perhaps once more with another number, then written."""

    def __init__(self, form, output: str, to: str, print: str, **options):
        self._form, self._output, self._to, self._print, self._options = form, output, to, print, options
        self._job = None

    def paint(self, record) -> bytes:
        from docgen.rendering import prepare

        with waiting(_("painting")):
            self._job = prepare(self._form, record, self._to, self._print, **self._options)
            return self._job.paint()

    def write(self, content: bytes) -> None:
        write_output(self._output, content, _pages(self._job, content) if self._to == "pdf" and self._output != "-" else "")


def _refuse_call(form, records, output: str, print: str, settings, where: str | None) -> None:
    """UsageError where nothing can be printed for want of a form or a record, or what is told is of a record alone."""
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


def _pages(job, pdf: bytes) -> str:
    """Return how many pages were printed. Those of a fixed form are known; a form that flows is laid out by its painter."""
    if job.form.is_fixed:
        return page_count_text(len(job.pages))
    from docgen.confined.raster import page_count

    return page_count_text(page_count(pdf))


def _fill_template(template: Path, data: str | None, output: str) -> None:
    """Fill a docxtpl template that has no definition, with the safety that forms have."""
    from docgen.files import read_bytes
    from docgen.inputs.files import read_raw
    from docgen.paint.docx.pictures import from_folder
    from docgen.paint.docx.templates import fill_template
    from docgen.paint.info import template_info

    if data is None or (output != "-" and Path(output).suffix.lower() != ".docx"):
        call = "--template letter.docx data.json -o letter.docx"
        raise click.UsageError(_("--template takes a record and makes a .docx: {call}", call=call))
    with waiting(_("painting")):
        pictures = from_folder(None if data == "-" else Path(data).parent)
        info = template_info(template.stem)
        content = fill_template(read_bytes(template), read_raw(data), info, name=str(template), pictures=pictures)
    write_output(output, content)
