"""docgen register list, show: the documents of the book."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from docgen.cli.options import json_option, register_option
from docgen.cli.register.choosing import (
    echo_table,
    number_argument,
    organization_option,
    since_option,
    until_option,
    year_option,
)
from docgen.cli.terminal import echo, echo_json
from docgen.messages import _, n_

if TYPE_CHECKING:
    from docgen.register import Document


@click.command("list")
@click.argument("form", required=False, default="")
@organization_option
@year_option
@click.option("--state", default="", metavar="STATE", help="issued, printed, void or replaced.")
@click.option("--search", default="", metavar="TEXT", help="With these words in the name, the number or the IIN.")
@since_option
@until_option
@json_option
@register_option
def list_documents(
    form: str, organization: str, year: int | None, state: str, search: str, since: str, until: str,
    as_json: bool, where: str | None,
) -> None:  # fmt: skip
    """List the documents of the book, or those of FORM.

    \b
    docgen register list
    docgen register list retraining-certificate --year 2026 --state void
    docgen register list --search "Сейітқали 00417"
    """
    from docgen.register import STATES, Filter, open_register
    from docgen.rendering import check_choice

    if state:
        check_choice(state, dict.fromkeys(STATES), "state-unknown")
    with open_register(where, create=False) as register:
        found = register.documents(Filter(form, organization, year, state, search, since=since, until=until))
    if as_json:
        echo_json([each.as_json() for each in found])
        return
    headings = (_("number"), _("date"), _("state"), _("whom"), _("form"), _("organization"))
    if found:
        echo_table(headings, [(d.number, d.dated, _state(d), d.person, d.form, d.organization) for d in found])
    echo(n_("{count} document", "{count} documents", len(found)))


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
    later = {"corrected": _("corrected"), "handed over": _("handed over"), "imported": _("taken over")}
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
    from docgen.register import Filter, open_register

    with open_register(where, create=False) as register:
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
