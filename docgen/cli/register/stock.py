"""docgen register stock: preprinted sheets, from their receipt to the closing statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
        last, note = _sheets_of_job(form, job, first, last, where)
    _move("used", form, first, last, day, note, where)


def _sheets_of_job(form: str, job: str, first: str, last: str, where: str | None) -> tuple[str, str]:
    """Return the last serial and the note of the sheets that a job was printed on; raise DataError if their counts differ."""
    from docgen.errors import DataError
    from docgen.register import Filter, open_register, read_serials

    wanted = Filter(form, key=(job, ""))
    with open_register(where, create=False) as register:
        found = [each for each in register.documents(wanted) if each.printed_sha256]
        if not found:
            register.refuse_unknown(wanted)
    if not found:
        hint = _("docgen register list --job NAME shows what a job issued.")
        raise DataError.because("job-unknown", _("the register has no printed documents of the job “{job}”", job=job), hint)
    begin = read_serials(first)
    last = last or f"{begin.prefix}{begin.first + len(found) - 1:0{begin.width}d}"
    if (count := len(read_serials(first, last))) != len(found):
        names = {"sheets": count, "documents": len(found), "job": job}
        message = _("{sheets} sheets are given for the {documents} printed documents of the job “{job}”", **names)
        hint = _("Record the sheets that were spoiled by themselves: docgen register stock spoil.")
        raise DataError.because("stock-count", message, hint)
    return last, f"{job}: {found[0].number} – {found[-1].number}"


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
    from docgen.register import lines_workbook, today

    if output and not output.lower().endswith((".xlsx", ".pdf")):
        raise click.UsageError(_("A statement is written as .xlsx or .pdf."))
    if output:
        refuse_book(output, where)
    with open_book(where, create=False) as register:
        found = register.stock_statement(form, since or "0001-01-01", until or today().isoformat())
    if as_json:
        echo_json(_as_json(found, since))
        return
    title, lines = f"{form}, {since or '…'} – {found.until}", list(_lines(found))
    if output and output.lower().endswith(".pdf"):
        return write_output(output, _statement_pdf(found, since, lines))
    if output:
        titled: list[Sequence[object]] = [[title], _headings(), *lines]
        write_output(output, lines_workbook(titled, is_titled=True))
        return
    echo(title, bold=True)
    echo_table(_headings(), lines)


def _statement_pdf(found: StockStatement, since: str, lines: Sequence[tuple[object, ...]]) -> bytes:
    """Return the closing statement as PDF, with lines to sign."""
    from docgen.paint import Paper, paint_paper

    paper = Paper(
        _("Closing statement of preprinted stock"), f"{found.form}, {since or '…'} – {found.until}",
        headings=_headings(), lines=lines, signers=(_("Drawn up by"), _("Checked by")), dated=date.fromisoformat(found.until),
    )  # fmt: skip
    return paint_paper(paper)


def _headings() -> tuple[str, ...]:
    return (_("line"), _("sheets"), _("serials"), _("date"), _("reason"))


def _lines(found: StockStatement) -> Iterator[tuple[object, ...]]:
    """Yield the lines of a statement: each sum, and under it the movements that make it up."""
    words = {
        "opening": _("opening"), "received": _("received"), "used": _("used"), "spoiled": _("spoiled"), "left": _("remaining"),
    }  # fmt: skip
    for name, count in found.sums.items():
        yield (words[name], count, "", "", "")
        for each in getattr(found, name) if name in ("received", "used", "spoiled") else ():
            yield ("", len(each.serials), str(each.serials), each.day, each.reason)
        if name == "left":
            yield from (("", len(each), str(each), "", "") for each in found.left)


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
