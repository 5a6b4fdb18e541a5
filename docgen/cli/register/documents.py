"""docgen register list, show: the documents of the book."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.book import open_book, refuse_book
from docgen.cli.options import forms_option, json_option, register_option, waiting, write_output
from docgen.cli.register.choosing import (
    echo_table,
    in_order,
    names_of,
    number_argument,
    organization_option,
    since_option,
    sort_option,
    until_option,
    year_option,
)
from docgen.cli.terminal import echo, echo_json
from docgen.errors import DataError
from docgen.files import PRIVATE
from docgen.messages import _, n_

if TYPE_CHECKING:
    from docgen.register import Document


#: The states of a document that the customer's list shows.
IN_FORCE = ("issued", "printed")


@click.command("list")
@click.argument("form", required=False, default="")
@organization_option
@year_option
@click.option("--state", default="", metavar="STATE", help="issued, printed, void or replaced.")
@click.option("--job", default="", metavar="NAME", help="Issued by this job.")
@click.option("--search", default="", metavar="TEXT", help="With these words in the name, the number or the IIN.")
@since_option
@until_option
@sort_option
@click.option("-o", "--output", metavar="FILE", help="Write the customer's list: .xlsx, .csv or .pdf.")
@click.option("--columns", default="", metavar="FIELDS", help="More columns of that list, such as rank,position.")
@forms_option
@json_option
@register_option
def list_documents(
    form: str, organization: str, year: int | None, state: str, job: str, search: str, since: str, until: str, order: str,
    output: str | None, columns: str, forms: Path | None, as_json: bool, where: str | None,
) -> None:  # fmt: skip
    """List the documents of the book, or those of FORM.

    -o writes them as a list for the customer: number, name, IIN and what --columns names, in the form's order. Documents that
    are void or replaced are not in it, unless --state asks for them; in the list of a job, duplicates are in the places of the
    replaced ones. The CSV has semicolons, so that Excel in Russian or Kazakh opens it in columns.

    \b
    docgen register list
    docgen register list retraining-certificate --year 2026 --state void
    docgen register list --search "Сейітқали 00417"
    docgen register list course-12.toml
    docgen register list --job people.xlsx -o list.xlsx --columns rank,position
    """
    from docgen.form import form_ids
    from docgen.register import STATES, Filter
    from docgen.rendering import check_choice

    if state:
        check_choice(state, dict.fromkeys(STATES), "state-unknown")
    if output:
        refuse_book(output, where)
    with open_book(where, create=False) as register:
        wanted = Filter(form, organization, year, state, search, since=since, until=until, key=(job, ""))
        found = register.documents(wanted)
        if not found:
            register.refuse_unknown(wanted, form_ids(forms))
        if output and not state:  # the duplicates of a job are of another one, and are its customer's all the same
            found = register.in_force(found) if job else [each for each in found if each.state in IN_FORCE]
    found = in_order(found, order)
    if output:
        return _write_list(output, found, columns, forms)
    if as_json:
        echo_json([each.as_json() for each in found])
        return
    headings = (_("number"), _("date"), _("state"), _("whom"), _("form"), _("organization"))
    if found:
        echo_table(headings, [(d.number, d.dated, _state(d), d.person, d.form, d.organization) for d in found])
    echo(n_("{count} document", "{count} documents", len(found)))


def _write_list(output: str, found: list[Document], columns: str, forms: Path | None) -> None:
    """Write the list of documents for the customer, in the format of the file's ending."""
    from docgen.errors import UsageError
    from docgen.form import load_form
    from docgen.handover import list_paper
    from docgen.inputs import journal_fields
    from docgen.paint import paint_paper
    from docgen.register import LIST_FORMATS, document_list
    from docgen.rendering import check_choice

    to = Path(output).suffix.lstrip(".").lower()
    check_choice(to, {**LIST_FORMATS, "pdf": None}, "format-unknown")
    ids = sorted({each.form for each in found})
    if len(ids) > 1:
        message = _("these are documents of several forms: {forms}", forms=", ".join(ids))
        raise UsageError.because("list-several", message, _("Name one: docgen register list FORM …"))
    if not found:
        raise _nothing()
    loaded = load_form(ids[0], forms)
    listed = document_list(loaded, journal_fields(loaded, forms), found, names_of(columns))
    with waiting(_("painting")):
        content = paint_paper(list_paper(loaded, listed, found)) if to == "pdf" else LIST_FORMATS[to](listed)
    write_output(output, content, n_("{count} document", "{count} documents", len(found)), PRIVATE)


def _nothing() -> DataError:
    hint = _("docgen register list shows what the book holds.")
    return DataError.because("list-empty", _("the book has no such documents"), hint)


def _state(document: Document) -> str:
    """Return the state of a document in words, with the number of its duplicate or of what it replaces."""
    words = _words().get(document.state, document.state)
    if document.handed_over:
        words = _("{state}, handed over on {day}", state=words, day=document.handed_over)
    if document.replaced_by:
        return _("{state} by {number}", state=words, number=document.replaced_by)
    if document.duplicate_of:
        return _("{state}, duplicate of {number}", state=words, number=document.duplicate_of)
    return words


def _words() -> dict[str, str]:
    """Return the words for states, events and their details."""
    states = {"issued": _("issued"), "printed": _("printed"), "void": _("void"), "replaced": _("replaced")}
    details = {"reason": _("reason"), "by": _("by"), "job": _("job"), "day": _("date"), "before": _("before")}
    later = {
        "corrected": _("corrected"),
        "handed over": _("handed over"),
        "imported": _("taken over"),
        "requested": _("requested by a program"),
    }
    return states | later | details


@click.command()
@click.argument("form")
@number_argument
@organization_option
@year_option
@json_option
@register_option
def show(form: str, number: str, organization: str, year: int | None, as_json: bool, where: str | None) -> None:
    """Show the document NUMBER of FORM: its record, and what happened to it.

    \b
    docgen register show retraining-certificate 00417 --year 2026
    """
    from docgen.register import Filter

    with open_book(where, create=False) as register:
        found = register.find(Filter(form, organization, year, number=number))
        events = register.history(found)
    if as_json:
        echo_json(found.as_json() | {"events": events})
        return
    echo(f"{found.form}  {found.number}", bold=True)
    echo(f"{found.year}, {found.organization}\n{_state(found)}\n")
    width = max(map(len, [*found.record, *found.unprinted]))
    for name, value in {**found.record, **found.unprinted}.items():
        echo(f"  {name:<{width}}  {value}")
    echo()
    words = _words()
    for event in events:
        rest = {name: event[name] for name in ("reason", "by", "before", "sha256", "day", "job") if event.get(name)}
        details = ", ".join(f"{words.get(name, name)} {value}" for name, value in rest.items())
        what = str(event["what"])
        echo(f"  {event['at']}  {event['clerk']}  {words.get(what, what)}  {details}")
