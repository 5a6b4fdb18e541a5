"""docgen forms: which forms there are, what one contains, a record or a workbook to start from."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.options import (
    artwork_option,
    echo_problems,
    file_named,
    forms_option,
    json_option,
    on_option,
    waiting,
    write_output,
    write_to_fill,
)
from docgen.cli.terminal import echo, echo_json
from docgen.errors import DocgenError, FormError, Problem, UsageError
from docgen.files import is_taken
from docgen.messages import LANGUAGES, _

if TYPE_CHECKING:
    from docgen.form import Form


@click.group(invoke_without_command=True)
@forms_option
@on_option
@json_option
@click.pass_context
def forms(ctx: click.Context, forms: Path | None, on: date | None, as_json: bool) -> None:
    """List the forms and when each edition is in force.

    `forms show` shows one form's fields and clauses, `forms sample` writes a record to start from, `forms sheet` a workbook to
    fill, `forms copy` makes a copy to change, and `forms template` writes a form as a Word file to change.

    \b
    docgen forms
    docgen forms --on 2019-05-06
    docgen forms show retraining-certificate
    docgen forms sample retraining-certificate -o person.toml
    docgen forms sheet retraining-certificate -o people.xlsx
    docgen forms copy retraining-certificate myforms
    """
    if not ctx.invoked_subcommand:
        _list_forms(forms, on, as_json)


def _list_forms(forms: Path | None, on: date | None, as_json: bool) -> None:
    """Print every form, and the problems of those that cannot be loaded."""
    from docgen.cli.describe import listed_as_json, listed_as_text

    found, problems = _all_editions(forms)
    if as_json:
        echo_json([listed_as_json(editions, on) for editions in found])
    else:
        for editions in found:
            echo(editions[-1].id, bold=True, nl=False)
            echo(listed_as_text(editions, on))
    echo_problems(problems)
    if problems:
        sys.exit(FormError.exit_code)


def _all_editions(own: Path | None) -> tuple[list[list[Form]], list[Problem]]:
    """Return the editions of every form, and the problems of forms that cannot be loaded."""
    from docgen.form import form_ids, load_editions

    found: list[list[Form]] = []
    problems: list[Problem] = []
    for form_id in form_ids(own):
        try:
            found.append(load_editions(form_id, own))
        except DocgenError as error:
            problems += error.problems
    return found, problems


@forms.command("list")
@forms_option
@on_option
@json_option
@click.pass_context
def list_forms(ctx: click.Context, forms: Path | None, on: date | None, as_json: bool) -> None:
    """List the forms, as `docgen forms` does."""
    above = ctx.parent.params if ctx.parent else {}
    _list_forms(forms or above.get("forms"), on or above.get("on"), as_json or bool(above.get("as_json")))


@forms.command()
@click.argument("form")
@json_option
@forms_option
@on_option
def show(form: str, as_json: bool, forms: Path | None, on: date | None) -> None:
    """Show the fields and the clauses of FORM, and the artwork that it draws."""
    from docgen.cli.describe import as_json as form_as_json
    from docgen.cli.describe import as_text
    from docgen.form import load_form

    loaded = load_form(form, forms, on)
    if as_json:
        echo_json(form_as_json(loaded))
    else:
        echo(as_text(loaded))


@forms.command()
@click.argument("form")
@click.option("-o", "--output", default="-", metavar="FILE", help="Where to; .toml or .json. Standard output without it.")
@forms_option
@on_option
def sample(form: str, output: str, forms: Path | None, on: date | None) -> None:
    """Write a record of FORM to start from, each field with its rule."""
    from docgen.cli.describe import sample_json, sample_toml
    from docgen.form import load_form

    loaded = load_form(form, forms, on)
    suffix = ".toml" if output == "-" else Path(output).suffix.lower()
    if suffix not in (write := {".toml": sample_toml, ".json": sample_json}):
        raise click.UsageError(_("A sample is written as .toml or .json, not “{suffix}”.", suffix=suffix))
    write_to_fill(output, write[suffix](loaded).encode())


@forms.command()
@click.argument("form")
@click.option("-o", "--output", required=True, metavar="FILE.xlsx", help="Where to.")
@click.option("--lang", default="kk", show_default=True, type=click.Choice(LANGUAGES), help="The language of the sheet.")
@forms_option
@on_option
def sheet(form: str, output: str, lang: str, forms: Path | None, on: date | None) -> None:
    """Write a workbook to fill FORM in: a column a field, with notes, drop-downs and a sample in grey.

    `render` and `batch` read it as it is. The grey rows are the sample: they are left out as soon as there are others.

    \b
    docgen forms sheet retraining-certificate -o people.xlsx
    docgen batch retraining-certificate people.xlsx -o out
    docgen forms sheet work-standard -o standard.xlsx --lang ru
    """
    from docgen.form import load_form
    from docgen.workbooks import form_workbook

    if output != "-" and Path(output).suffix.lower() != ".xlsx":
        raise click.UsageError(_("A sheet is written as .xlsx, not “{suffix}”.", suffix=Path(output).suffix))
    write_to_fill(output, form_workbook(load_form(form, forms, on), lang))


@forms.command()
@click.argument("form")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--as", "copy_id", default="", metavar="ID", help="An id of its own for the copy: the start of a new form.")
@forms_option
def copy(form: str, folder: Path, copy_id: str, forms: Path | None) -> None:
    """Copy FORM into DIR with all that it shares with others, to change it there.

    The copy is used with `--forms DIR`, and wins over the shipped form. What is in DIR already stays as it is.

    \b
    docgen forms copy work-standard myforms
    docgen render work-standard standard.toml -o standard.docx --forms myforms
    docgen forms copy trainee-list myforms --as instructor-list
    """
    from docgen.form import copy_form

    for path in copy_form(form, folder, forms, copy_id=copy_id):
        echo(path)


@forms.command()
@click.argument("form")
@click.argument("record", required=False)
@click.option("-o", "--output", required=True, metavar="FILE", help="Where to; .docx. What is there already stays.")
@artwork_option
@forms_option
@on_option
def template(form: str, record: str | None, output: str, artwork: Path | None, forms: Path | None, on: date | None) -> None:
    """Write FORM as a Word template, to be changed in Word: words, faces, emblems, with {{ tags }} where the data goes.

    As `template.docx` in the folder of a copy it makes that form's DOCX. Each text of a fixed form stays where RECORD (or the
    form's sample) has it: in Word, lines neither shrink nor move down for others of several lines, as those of the PDF do.

    \b
    docgen forms copy retraining-certificate myforms
    docgen forms template retraining-certificate person.toml -o myforms/retraining-certificate/template.docx
    docgen render retraining-certificate person.toml -o person.docx --forms myforms
    """
    from docgen.artwork import artwork_folders
    from docgen.form import load_form
    from docgen.inputs import read_raw
    from docgen.paint import template_info
    from docgen.paint.docx import word_template
    from docgen.record import read_record, sample_record

    if Path(output).suffix.lower() != ".docx" or is_taken(Path(output)):
        message = _("a template is written to a .docx file that is not there yet")
        hint = _("What you changed in Word is never written over: choose another name, or delete the file.")
        raise UsageError.because("output-taken", message, hint, file=output)
    loaded = load_form(form, forms, on)
    given = read_record(loaded, sample_record(loaded.fields) if record is None else read_raw(file_named(record)))
    folders = artwork_folders(artwork, Path(record).parent if record not in (None, "-") else None)
    with waiting(_("painting")):
        content = word_template(loaded, given, template_info(loaded.title["kk"]), folders)
    write_output(output, content)
