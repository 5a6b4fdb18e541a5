"""docgen register stock: preprinted sheets, from their receipt to the closing statement."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.book import open_book, refuse_book
from docgen.cli.options import day_of, forms_option, json_option, register_option, write_output
from docgen.cli.register.choosing import echo_table, since_option, until_option
from docgen.cli.terminal import echo, echo_json
from docgen.messages import _, n_

if TYPE_CHECKING:
    from docgen.register import StockStatement

day_option = click.option(
    "--day", callback=lambda _ctx, param, value: day_of(param, value), metavar="DATE", help="The day; without it today."
)
first_option = click.option("--from", "first", required=True, metavar="SERIAL", help="The first serial.")
last_option = click.option("--to", "last", default="", metavar="SERIAL", help="The last serial; without it there is one.")


@click.group()
def stock() -> None:
    """Account for preprinted sheets: what was received, used or spoiled, and what is left.

    \b
    docgen register stock receive retraining-certificate --from 000101 --to 000200
    docgen register stock use retraining-certificate --from 000101 --job people.xlsx
    docgen register stock spoil retraining-certificate 000151-000153 --reason "paper jam"
    docgen register stock left retraining-certificate
    docgen register stock close retraining-certificate --from 2026-01-01 --to 2026-12-31 -o stock-2026.pdf
    """


@stock.command()
@click.argument("form")
@first_option
@last_option
@day_option
@click.option("--note", default="", metavar="TEXT", help="A delivery note or the like.")
@forms_option
@register_option
def receive(form: str, first: str, last: str, day: date | None, note: str, forms: Path | None, where: str | None) -> None:
    """Record sheets of FORM that were received. Serials that were received before are refused."""
    from docgen.form import load_form

    _move("received", load_form(form, forms).id, first, last, day, note, where, create=True)


@stock.command()
@click.argument("form")
@first_option
@last_option
@day_option
@click.option("--note", default="", metavar="TEXT", help="What for: a batch, a number.")
@click.option("--job", default="", metavar="NAME", help="What for: a job of the register, a sheet for each of its documents.")
@register_option
def use(form: str, first: str, last: str, day: date | None, note: str, job: str, where: str | None) -> None:
    """Record sheets of FORM that were printed on and handed out.

    --job says for which job of the register; without --to there is a sheet for each of its printed documents. The statement then
    shows the job with its numbers.
    """
    if job:
        if note:
            raise click.UsageError(_("Give --note or --job, not both."))
        from docgen.inventory import sheets_of_job
        from docgen.register import open_register

        with open_register(where, create=False) as register:
            last, note = sheets_of_job(register, form, job, first, last)
    _move("used", form, first, last, day, note, where)


@stock.command()
@click.argument("form")
@click.argument("serials")
@click.option("--to", "last", default="", metavar="SERIAL", help="The last serial, where several were spoiled.")
@day_option
@click.option("--reason", required=True, metavar="TEXT", help="Why; the statement shows it.")
@register_option
def spoil(form: str, serials: str, last: str, day: date | None, reason: str, where: str | None) -> None:
    """Record the sheet or sheets SERIALS of FORM as spoiled: 000151, or 000151-000153.

    The documents stay in force: print them again on other sheets (docgen batch … --numbers).
    """
    from docgen.register import read_range

    first = serials
    if not last:
        found = read_range(serials)
        first, last = (f"{found.prefix}{number:0{found.width}d}" for number in (found.first, found.last))
    _move("spoiled", form, first, last, day, reason, where)


def _move(
    kind: str, form: str, first: str, last: str, day: date | None, reason: str, where: str | None, create: bool = False
) -> None:
    """Record a movement of stock and print how many sheets are left."""
    from docgen.errors import visible
    from docgen.register import Movement, read_serials, today

    movement = Movement(kind, read_serials(first, last), (day or today()).isoformat(), visible(reason.strip()))
    with open_book(where, create=create) as register:
        register.move_stock(form, movement)
        count = sum(map(len, register.stock_left(form)))
    echo(n_("{count} sheet is left", "{count} sheets are left", count))


@stock.command()
@click.argument("form")
@json_option
@register_option
def left(form: str, as_json: bool, where: str | None) -> None:
    """Show which serials of FORM are left."""
    with open_book(where, create=False) as register:
        found = register.stock_left(form)
    count = sum(map(len, found))
    if as_json:
        echo_json({"form": form, "left": count, "serials": [str(each) for each in found]})
        return
    for each in found:
        echo(f"{each}  ({len(each)})")
    echo(n_("{count} sheet is left", "{count} sheets are left", count))


@stock.command()
@click.argument("form")
@since_option
@until_option
@click.option("-o", "--output", metavar="FILE", help="Write the statement: .xlsx, or .pdf with lines to sign.")
@json_option
@register_option
def close(form: str, since: str, until: str, output: str | None, as_json: bool, where: str | None) -> None:
    """Show the closing statement of a period: opening + received − used − spoiled = left.

    Without --from it begins with the first sheet; without --to it ends today.
    """
    from docgen.inventory import BEGINNING, STATEMENT_FORMATS, statement_headings, statement_lines, statement_title
    from docgen.register import today

    to = Path(output).suffix.lstrip(".").lower() if output else ""
    if output and to not in STATEMENT_FORMATS:
        raise click.UsageError(_("A statement is written as .xlsx or .pdf."))
    if output:
        refuse_book(output, where)
    with open_book(where, create=False) as register:
        found = register.stock_statement(form, since or BEGINNING, until or today().isoformat())
    if as_json:
        echo_json(_as_json(found, since))
    elif output:
        write_output(output, STATEMENT_FORMATS[to](found))
    else:
        echo(statement_title(found), bold=True)
        echo_table(statement_headings(), list(statement_lines(found)))


def _as_json(found: StockStatement, since: str) -> dict[str, object]:
    """Return a statement as plain values."""
    answer: dict[str, object] = {
        "form": found.form,
        "from": since,
        "to": found.until,
        "sums": found.sums,
        "adds_up": found.adds_up,
    }
    for kind in ("received", "used", "spoiled"):
        answer[kind] = [
            {"serials": str(each.serials), "sheets": len(each.serials), "day": each.day, "reason": each.reason}
            for each in getattr(found, kind)
        ]
    return answer | {"left": [str(each) for each in found.left]}
