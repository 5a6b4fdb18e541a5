"""docgen register export, import: the book as a table for other programs, and the takeover of an old register."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.book import open_book, refuse_book
from docgen.cli.options import (
    columns_option,
    echo_notes,
    forms_option,
    new_organization_option,
    on_option,
    register_option,
    set_option,
    settings_of,
    write_output,
)
from docgen.cli.register.choosing import organization_option, since_option, until_option, year_option
from docgen.cli.terminal import echo
from docgen.errors import Problem
from docgen.files import PRIVATE
from docgen.messages import n_

if TYPE_CHECKING:
    from docgen.tables import ColumnChoice


@click.command()
@click.argument("form", required=False, default="")
@click.option("-o", "--output", required=True, metavar="FILE", help="Where to; the ending (.csv .xlsx .json) is the format.")
@organization_option
@year_option
@click.option("--state", default="", metavar="STATE", help="issued, printed, void or replaced.")
@since_option
@until_option
@register_option
def export(
    form: str, output: str, organization: str, year: int | None, state: str, since: str, until: str, where: str | None
) -> None:
    """Write the documents of the book, or those of FORM, as a table.

    No cell becomes a formula: in CSV a text that begins with = + - @, a tab or an apostrophe gets an apostrophe before it, which
    `docgen register import` removes again; in XLSX it is a cell of text.

    \b
    docgen register export retraining-certificate --year 2026 -o 2026.xlsx
    """
    from docgen.register import EXPORT_FORMATS, STATES, Filter, export_rows, fields_of_forms
    from docgen.rendering import check_choice

    to = Path(output).suffix.lstrip(".").lower()
    check_choice(to, EXPORT_FORMATS, "format-unknown")
    if state:
        check_choice(state, dict.fromkeys(STATES), "state-unknown")
    refuse_book(output, where)
    with open_book(where, create=False) as register:
        wanted = Filter(form, organization, year, state, since=since, until=until)
        found = register.documents(wanted)
        if not found:
            register.refuse_unknown(wanted)
        rows = export_rows(found, register.reasons())
    fields = fields_of_forms({each.form for each in found})
    remark = n_("{count} document", "{count} documents", len(rows))
    write_output(output, EXPORT_FORMATS[to](rows, fields), remark, PRIVATE)


#: How many problems of one kind are shown: a table that was taken over before has one in each row.
SHOWN = 10


def _first_of_each(problems: list[Problem]) -> list[Problem]:
    """Return the first problems of each code, and one more that says how many others there are."""
    by_code: dict[str, list[Problem]] = {}
    for problem in problems:
        by_code.setdefault(problem.code, []).append(problem)
    first = [problem for each in by_code.values() for problem in each[:SHOWN]]
    more = {code: len(each) - SHOWN for code, each in by_code.items() if len(each) > SHOWN}
    rows = {code: n_("{count} more row has this problem", "{count} more rows have this problem", more[code]) for code in more}
    return [*first, *(Problem(code, message) for code, message in rows.items())]


@click.command("import")
@click.argument("form")
@click.argument("table", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check the table; store nothing.")
@set_option
@columns_option
@forms_option
@on_option
@register_option
@new_organization_option
def import_table(
    form: str, table: Path, dry_run: bool, settings: tuple[str, ...], choice: ColumnChoice,
    forms: Path | None, on: date | None, where: str | None, new_organization: bool,
) -> None:  # fmt: skip
    """Take over TABLE, a register of documents of FORM that was kept on paper or in Excel.

    Headings are the names or labels of FORM's fields, and of those that only the journal shows: IIN, place of work, position.
    Each row needs its number, its date of issue and the organization (--set gives it for all). Numbers stay, and the next
    document gets the one after the highest. A column `state` may say void, and `reason` why. If there is any problem, nothing
    is stored.

    \b
    docgen register import retraining-certificate old.xlsx --set organization="…" --dry-run
    docgen register import retraining-certificate old.xlsx --set organization="…"
    """
    from docgen.errors import DataError
    from docgen.form import load_form
    from docgen.inputs import journal_fields, read_old_register

    loaded = load_form(form, forms, on)
    old = read_old_register(loaded, table, settings_of(settings), journal_fields(loaded, forms), choice)
    job = f"import {old.source.sha256[:16]}"
    with open_book(where, new_organization=new_organization) as register:
        try:
            count = register.take_over(loaded, old.documents, job, dry_run)
        except DataError as error:
            raise DataError(_first_of_each(old.source.placed(error.problems))) from None
    echo_notes(old.source.left_out)
    if dry_run:
        echo(n_("{count} document could be taken over", "{count} documents could be taken over", count))
    else:
        echo(n_("{count} document was taken over", "{count} documents were taken over", count))
