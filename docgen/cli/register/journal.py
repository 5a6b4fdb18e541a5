"""docgen register journal: the journal that the act prescribes, from the documents of the book."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.book import open_book, refuse_book
from docgen.cli.options import echo_notes, forms_option, on_option, register_option, waiting, write_output
from docgen.cli.register.choosing import by_surname, organization_option, since_option, sort_option, until_option, year_option
from docgen.files import PRIVATE
from docgen.messages import _

if TYPE_CHECKING:
    from docgen.form import Form


@click.command()
@click.argument("form")
@click.option("-o", "--output", required=True, metavar="FILE", help="Where to; the ending (.pdf .docx .xlsx) is the format.")
@organization_option
@year_option
@since_option
@until_option
@sort_option
@forms_option
@on_option
@register_option
def journal(
    form: str, output: str, organization: str, year: int | None, since: str, until: str, order: str,
    forms: Path | None, on: date | None, where: str | None,
) -> None:  # fmt: skip
    """Print the journal of the documents of FORM, laid out as Order No. 114-НҚ, annex 2, prescribes for its certificates.

    The form says how its journal is called; without an act that prescribes one it has a heading of the house.

    The journal is of one organization and one year; --from and --to make it one of a period. Void documents have that word after
    their number, duplicates and the documents that they replace each other's number. Where the book lacks an IIN, a place of work
    or a position, space is left to write it by hand.

    \b
    docgen register journal child-protection-certificate --year 2026 -o journal.pdf
    docgen register journal child-protection-certificate --from 2026-10-01 --to 2026-12-31 -o quarter.xlsx
    """
    from docgen.form import journal_of, load_form
    from docgen.inputs import JOURNAL
    from docgen.register import Filter, check_journalled, journal_values

    issued = load_form(form, forms)
    check_journalled(issued)
    refuse_book(output, where)
    with open_book(where, create=False) as register:
        wanted = Filter(form, organization, year, since=since, until=until)
        if not register.count(wanted):
            register.refuse_unknown(wanted, [form])
        loaded = journal_of(issued, load_form(JOURNAL, forms, on))
        values, notes = journal_values(loaded, register.each(wanted), by_surname if order == "surname" else None)
    with waiting(_("painting")):
        content = _content(loaded, values, Path(output).suffix.lstrip(".").lower())
    echo_notes(notes)
    write_output(output, content, mode=PRIVATE)


def _content(form: Form, values: Mapping[str, object], to: str) -> bytes:
    from docgen.record import Record
    from docgen.register import journal_workbook
    from docgen.rendering import FORMATS, check_choice, render

    check_choice(to, {**dict.fromkeys(FORMATS), "xlsx": None}, "format-unknown")
    return journal_workbook(form, values) if to == "xlsx" else render(form, Record(values), to)
