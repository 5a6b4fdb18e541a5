"""docgen register: the book of what was issued. Each module here holds the commands of one subject."""

from __future__ import annotations

from importlib import import_module

import click

from docgen.cli.register.choosing import with_job
from docgen.cli.words import in_language
from docgen.messages import _, translated

#: Command → its line in `docgen register --help`.
COMMANDS = {
    "list": "List documents.",
    "show": "Show one document, and what happened to it.",
    "correct": "Correct a document before it is handed over.",
    "void": "Declare a document void.",
    "reissue": "Issue a duplicate of a document.",
    "due": "List who is due for training again.",
    "journal": "Print the journal of a year or a period.",
    "export": "Write the book as a table: CSV, XLSX, JSON.",
    "import": "Take over a register kept on paper or in Excel.",
    "numbers": "Show how far the numbers are; set a pattern.",
    "verify": "Check that the book is whole and unaltered.",
    "stock": "Preprinted stock: received, used, spoiled, left.",
    "publish": "Publish what is void, and a page that verifies.",
}
#: Command → the module that holds it, and its function there.
HOMES = {
    "list": "documents:list_documents",
    "show": "documents:show",
    "correct": "corrections:correct",
    "void": "life:void",
    "reissue": "life:reissue",
    "due": "due:due",
    "journal": "journal:journal",
    "export": "exchange:export",
    "import": "exchange:import_table",
    "numbers": "checks:numbers",
    "verify": "checks:verify",
    "stock": "stock:stock",
    "publish": "publish:publish",
}


class RegisterCommands(click.Group):
    """A group that imports a command when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, in the order of `--help`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return a command in the language of now; None if there is none of this name."""
        if name not in HOMES:
            return None
        module, _colon, command = HOMES[name].partition(":")
        found: click.Command = getattr(import_module(f"{__name__}.{module}"), command)
        return with_job(in_language(found))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, translated(what)) for name, what in COMMANDS.items()])


@click.group(cls=RegisterCommands)
def register() -> None:
    """Keep the book of what was issued: which number went to whom, and what became of the document.

    A document is issued, printed and handed over. Until then it may be corrected under its number; after that it is replaced by
    a duplicate with a number of its own. It may also be declared void. Nothing is ever deleted. The book is a file in your data
    folder; --register or DOCGEN_REGISTER names another file, or a PostgreSQL server that many clerks share. A job's file, given
    as FORM, says form and book; `list` then shows what the job issued.

    \b
    docgen render retraining-certificate person.toml -o person.pdf --register book.db
    docgen register list --year 2026 --search Сейітқали
    docgen register list course-12.toml
    docgen register correct retraining-certificate 00417 --set surname=Әлиев --reason "name misspelt"
    docgen register void retraining-certificate 00417 --reason "withdrew from the course"
    docgen register reissue retraining-certificate 00418 --issued 2026-11-20 --reason lost -o duplicate.pdf
    docgen register verify
    """
