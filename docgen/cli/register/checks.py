"""docgen register verify, numbers: whether the book is sound, and how far its sequences are."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from docgen.cli.book import open_book
from docgen.cli.options import echo_notes, echo_problems, forms_option, json_option, register_option
from docgen.cli.register.choosing import book_of, echo_table
from docgen.cli.terminal import echo, echo_json
from docgen.messages import _, n_


@click.command()
@click.argument("job", required=False, default="")
@click.option("--seal", default="", metavar="SEAL", help="A seal that was noted down before; it must still be in the book.")
@click.option("--accept-restore", is_flag=True, help="This copy is meant, though another was last used here; takes --reason.")
@click.option("--reason", default="", metavar="TEXT", help="Why; the book records it.")
@json_option
@register_option
def verify(job: str, seal: str, accept_restore: bool, reason: str, as_json: bool, where: str | None) -> None:
    """Check the book: numbers without gaps, no number twice, every record and event unaltered, duplicates, stock.

    The book is --register, or that of the file JOB.

    Each event holds the hash of the one before it, so a past that was changed is found. The last hash is the seal of the book:
    note it down on paper, and --seal shows later whether the whole book was rewritten. Exit code 1 when anything is wrong.

    Your data folder remembers how far each book was. One that is shorter now, or parts from that, would give numbers twice and is
    refused. Where the copy is meant, after a restore or on a new machine, --accept-restore records that in it.

    \b
    docgen register verify course.toml
    docgen register verify --register postgresql://clerk@server/book
    docgen register verify --register book.db --accept-restore --reason "disk failed, copy of 1 November"
    """
    if reason and not accept_restore:
        raise click.UsageError(_("--reason takes --accept-restore."))
    if job:
        from docgen.jobs import open_job

        where = book_of(open_job(job), where)
    with open_book(where, create=False) as register:
        if accept_restore:
            register.accept_restore(reason)
        report = register.verify(seal)
    if as_json:
        found = {"problems": report.problems, "notes": report.notes}
        counted = {"documents": report.documents, "events": report.events, "seal": report.seal}
        echo_json({name: [problem.as_json() for problem in each] for name, each in found.items()} | counted)
    else:
        echo_notes(report.notes)
        echo_problems(report.problems)
        counts = (
            n_("{count} document", "{count} documents", report.documents),
            n_("{count} event", "{count} events", report.events),
            n_("{count} problem", "{count} problems", len(report.problems)),
        )
        echo(", ".join(counts))
        echo(_("seal: {seal}", seal=report.seal))
        if accept_restore:
            echo(_("Documents issued after this copy was made are not in it: take them over by docgen register import."))
    sys.exit(1 if report.problems else 0)


@click.command()
@click.argument("form", required=False, default="")
@click.option("--pattern", metavar="PATTERN", help="How the numbers of FORM's next sequences look.")
@json_option
@forms_option
@register_option
def numbers(form: str, pattern: str | None, as_json: bool, forms: Path | None, where: str | None) -> None:
    """Show how far the numbers of each form, organization and year are.

    A form's definition says how its numbers look ([register] number = "{seq:05d}"). --pattern lets this book have another one;
    sequences that have begun keep theirs.

    \b
    docgen register numbers
    docgen register numbers retraining-certificate --pattern "{year}-{seq:04d}"
    """
    from docgen.form import form_ids, load_form
    from docgen.register import Filter

    if pattern and not form:
        raise click.UsageError(_("--pattern takes a FORM."))
    with open_book(where, create=bool(pattern)) as register:
        if pattern:
            register.set_pattern(load_form(form, forms), pattern)
        found = register.sequences(form)
        if not found:
            register.refuse_unknown(Filter(form), form_ids(forms))
    if as_json:
        names = ("form", "organization", "year", "pattern", "floor", "documents", "highest", "missing")
        echo_json([{name: getattr(each, name) for name in names} for each in found])
        return
    headings = (_("form"), _("year"), _("pattern"), _("highest"), _("documents"), _("missing"), _("organization"))
    lines = [(s.form, s.year, s.pattern, s.highest or "–", s.documents, len(s.missing), s.organization) for s in found]
    echo_table(headings, lines)
    if pattern:
        echo(_("{form}: {pattern} from the next year or organization on; those that have begun keep theirs",
                     form=form, pattern=pattern))  # fmt: skip
