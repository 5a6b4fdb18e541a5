"""The command line: one module a command, each loaded when it is called, so that `docgen --help` is quick."""

from __future__ import annotations

import errno
import gc
import io
import os
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from typing import Any

import click

from docgen.cli.options import echo_notes, echo_problems
from docgen.cli.terminal import echo, show_traceback, visible_errors
from docgen.cli.words import in_language, requested_language, use_language
from docgen.errors import DocgenError, MachineError, nearest_hint
from docgen.memory import YOUNG
from docgen.messages import _, n_, translated
from docgen.version import VERSION

#: Command → its line in `docgen --help`. Each is in the module of its name, hyphens written as underscores.
COMMANDS = {
    "forms": "The forms: list, show, sample, sheet, copy.",
    "fill": "Ask for each field, check the answers, save the record, make the documents.",
    "render": "Make one document from one record.",
    "job": "Keep in a file what is wanted of a table.",
    "check": "List every problem of a table; print nothing.",
    "proof": "Show samples of a table before it is printed.",
    "batch": "Print a table of records into volumes.",
    "hand-over": "Pack a job of the register for the customer.",
    "register": "The book of what was issued: list, void, reissue, stock.",
    "image": "Show a page of a PDF as PNG.",
    "merge": "Join PDF files, with their bookmarks.",
    "impose": "Place the pages of volumes on press sheets.",
    "preflight": "Measure a finished PDF against the act.",
    "keys": "The keys that sign documents: make, list, publish, retire.",
    "verify": "Say whether a document is genuine.",
    "serve": "Answer over HTTP: other programs make and check documents.",
    "token": "Say who may call docgen serve.",
}


#: Options whose value may be empty: they name a column, whose heading may be empty, or report an empty value themselves.
EMPTY = {"--ignore", "--map", "--set"}
OPTION = re.compile(r"--?[a-z][a-z-]*")


class Commands(click.Group):
    """A group that imports a command when it is needed, shows the clerk's language, and turns errors into exit codes."""

    def main(self, args: Sequence[str] | None = None, *arguments: Any, **settings: Any) -> Any:
        """Run the command line in the language that it asks for."""
        args = list(sys.argv[1:] if args is None else args)
        with use_language(requested_language(args, os.environ)):
            return click.Group.main(in_language(self), args, *arguments, **settings)

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Return the context of a call; errors quote the call with all signs visible."""
        with visible_errors():
            return super().make_context(info_name, args, parent, **extra)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; raise UsageError for an option with an empty value."""
        _refuse_empty(args)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, in the order of `--help`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return a command in the language of now; None if there is none of this name."""
        if name not in COMMANDS:
            return None
        module = name.replace("-", "_")
        found: click.Command = getattr(import_module(f"docgen.cli.{module}"), module)
        return in_language(found)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, translated(what)) for name, what in COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the arguments name; suggest the nearest if there is none."""
        if args and args[0] not in COMMANDS:
            ctx.fail(_("There is no command “{name}”.", name=args[0]) + " " + nearest_hint(args[0], list(COMMANDS)))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; report an error and end with its exit code, unless `--debug` asks for the traceback."""
        try:
            with visible_errors():
                return super().invoke(ctx)
        except DocgenError as error:
            if ctx.params.get("debug"):
                raise
            report(error)
            sys.exit(error.exit_code)
        except OSError as error:
            if error.errno == errno.EPIPE or ctx.params.get("debug"):  # the reader of the output has gone: click ends quietly
                raise
            failure = _system_failed(error)
            report(failure)
            sys.exit(failure.exit_code)


def _system_failed(error: OSError) -> MachineError:
    """Return the error for a failure of the system that was not foreseen where it happened, such as a full standard output."""
    reason = translated(error.strerror or str(error))
    message = _("the system refused: {reason}", reason=reason)
    return MachineError.because("system-failed", message, file=str(error.filename or "")[:200])


def _refuse_empty(args: Sequence[str]) -> None:
    """Raise UsageError for an option with an empty value: `--only "$ROWS"` would print all rows if ROWS were not set."""
    for before, arg in pairwise(["", *args]):
        option = arg.removesuffix("=") if arg else before
        if OPTION.fullmatch(option) and option not in EMPTY and (not arg or arg.endswith("=")):
            raise click.UsageError(_("{option} is given nothing: leave it out, or give it a value.", option=option))


def report(error: DocgenError) -> None:
    """Write the notes and every problem of an error to standard error, and how many problems there are if several."""
    echo_notes(error.notes)
    echo_problems(error.problems)
    if len(error.problems) > 1:
        count = len(error.problems)
        echo(n_("{count} problem; nothing was made.", "{count} problems; nothing was made.", count), err=True)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(VERSION, message="docgen %(version)s")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def cli(debug: bool) -> None:
    """Official documents, exact to the law.

    \b
    docgen forms                                                   which documents there are
    docgen fill retraining-certificate                             asks for each field, and makes the document
    docgen forms sheet retraining-certificate -o people.xlsx       a workbook to fill
    docgen forms sample retraining-certificate -o person.toml      a record to start from
    docgen render retraining-certificate person.toml -o person.pdf
    docgen batch retraining-certificate people.xlsx -o out         one certificate a row
    docgen preflight person.pdf                                    the finished page against the act

    Exit codes: 0 done, 1 problems in the data, 2 wrong call, 3 a form definition is wrong, 4 the machine failed.
    """


def _provide_streams() -> None:
    """Replace closed standard streams by empty ones, and escape letters that the output's encoding lacks, as JSON does."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 it stays open until the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def main() -> None:
    """Run the command line and end the process with its exit code."""
    gc.set_threshold(YOUNG, 10, 10)
    _provide_streams()
    sys.excepthook = show_traceback
    try:
        cli(prog_name="docgen")
    except SystemExit as end:
        sys.exit(_flushed(end.code))
    finally:
        gc.freeze()  # the process ends: no need to collect what is left


def _flushed(code: str | int | None) -> str | int | None:
    """Write what is left in the buffers of the output; return the exit code, another one if that fails and all else went well.

    Python would try it once more while it ends, say so in its own words and, from 3.13 on, exit with 120.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as error:
            with open(os.devnull, "wb") as nowhere:
                os.dup2(nowhere.fileno(), stream.fileno())
            if not code and error.errno != errno.EPIPE:
                failure = _system_failed(error)
                report(failure)
                code = failure.exit_code
    return code
