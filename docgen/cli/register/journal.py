"""docgen register journal: the journal that the act prescribes, made of what stands in the book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import click

from docgen.cli.options import echo_notes, forms_option, on_option, register_option, waiting, write_output
from docgen.cli.register.choosing import organization_option, since_option, until_option, year_option
from docgen.messages import _, n_


@click.command()
@click.argument("form")
@click.option("-o", "--output", required=True, metavar="FILE", help="Where to; the ending (.pdf .docx .xlsx) is the format.")
@organization_option
@year_option
@since_option
@until_option
@forms_option
@on_option
@register_option
def journal(form, output, organization, year, since, until, forms, on, where) -> None:
    """Print the journal of the documents of FORM: certificate-register, as Order No. 114-НҚ, annex 2, lays it out.

    The journal is of one organization and one year; --from and --to make it one of a period. Documents that are void stand in it
    with that word beside their number, duplicates and what they replace with each other's number. Where the book does not know an
    IIN, a place of work or a position, there is room to write it by hand.

    \b
    docgen register journal child-protection-certificate --year 2026 -o journal.pdf
    docgen register journal child-protection-certificate --from 2026-10-01 --to 2026-12-31 -o quarter.xlsx
    """
    from docgen.form import load_form
    from docgen.inputs.journal import JOURNAL
    from docgen.register import Filter, open_register

    _check_journalled(load_form(form, forms))
    with open_register(where, create=False) as register:
        found = register.documents(Filter(form, organization, year, since=since, until=until))
    owner, year = _one_book(found)
    loaded = load_form(JOURNAL, forms, on)
    rows, notes = _rows(loaded, found)
    values = {"organization": owner, "year": year, "rows": rows}
    with waiting(_("painting")):
        content = _content(loaded, values, Path(output).suffix.lstrip(".").lower())
    echo_notes(notes)
    write_output(output, content)


def _check_journalled(form) -> None:
    """UsageError for a form that is not given to one person, whom the journal could name."""
    from docgen.errors import UsageError

    if not any(field.name == "surname" for field in form.fields):
        message = _("“{id}” is not given to one person: the journal has no row for it", id=form.id)
        raise UsageError.because("form-not-journalled", message, _("docgen register export writes a table of any form."))


def _one_book(found: Iterable) -> tuple[str, int]:
    """Return the organization and the year of the documents; an error when there are none, or of several."""
    from docgen.errors import DataError, UsageError

    books = sorted({(each.organization, each.year) for each in found})
    if not books:
        hint = _("docgen register list shows what the book holds.")
        raise DataError.because("journal-empty", _("the book has no such documents"), hint)
    if len(books) > 1:
        choices = "; ".join(f"{year}, {organization}" for organization, year in books[:5])
        message = _("these are documents of several organizations or years: {choices}", choices=choices)
        raise UsageError.because("journal-several", message, _("Say which: --year and --organization."))
    return books[0]


def _rows(form, found: Iterable) -> tuple[list[dict[str, object]], list]:
    """Return the rows of the journal, and a note for each of its fields that the book does not know for all."""
    from docgen.errors import Problem, Where

    fields = form.field("rows").fields
    lacking: dict[str, int] = {}
    rows = []
    for document in found:
        values = _values(document)
        for field in fields:
            if values.get(field.name) is None and not field.optional:
                lacking[field.name] = lacking.get(field.name, 0) + 1
                values[field.name] = field.blank
        rows.append({field.name: values.get(field.name) for field in fields})
    notes = [
        Problem("journal-room", n_("{count} row has room to write it in", "{count} rows have room to write it in", count),
                where=Where(key=name))
        for name, count in lacking.items()
    ]  # fmt: skip
    return rows, notes


def _values(document) -> dict[str, object]:
    values: Mapping[str, object] = dict(document.unprinted) | dict(document.record)
    remark = {
        "void": "күші жойылды",
        "replaced": f"күші жойылды, телнұсқасы № {document.replaced_by}",
    }.get(document.state, "")
    if document.duplicate_of:
        remark = ", ".join(filter(None, [f"№ {document.duplicate_of} телнұсқасы", remark]))
    number = f"{document.number} ({remark})" if remark else document.number
    return {**values, "number": number, "issued": date.fromisoformat(document.dated)}


def _content(form, values: Mapping[str, object], to: str) -> bytes:
    from docgen.record import Record
    from docgen.rendering import FORMATS, check_choice, render

    check_choice(to, {**dict.fromkeys(FORMATS), "xlsx": None}, "format-unknown")
    return _workbook(form, values) if to == "xlsx" else render(form, Record(values), to)


def _workbook(form, values: Mapping[str, object]) -> bytes:
    """Return the table of the journal as a sheet, its cells worded as the form words them."""
    from docgen.register.exporting import workbook

    table = form.table
    lines = [[column.heading for column in table.columns]]
    for index, row in enumerate(values[table.table], 1):
        pieces = [column.text.fill(row | {"index": index}) for column in table.columns]
        lines.append(["".join(text for text, _is_data in cell) for cell in pieces])
    return workbook(lines)
