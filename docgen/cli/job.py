"""docgen job: what is wanted of a table, asked for step by step and kept in a file."""

from __future__ import annotations

import os
import sys
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.job_options import agreed_to_save
from docgen.cli.options import INTERRUPTED, echo_problems, forms_option
from docgen.cli.terminal import echo, end_with_the_terminal, refuse_without_terminal
from docgen.cli.words import TranslatedGroup
from docgen.errors import DocgenError, UsageError
from docgen.messages import _

if TYPE_CHECKING:
    from docgen.jobs import ColumnGuesses, JobDraft, JobQuestion


@click.group(cls=TranslatedGroup)
def job() -> None:
    """Keep in a file what is wanted of a table, for `check`, `proof`, `batch` and the register.

    \b
    docgen job new -o course-12.toml people.xlsx
    docgen check course-12.toml
    docgen batch course-12.toml
    """


@job.command()
@click.argument("form", required=False, default="")
@click.argument("table", required=False, type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), metavar="FILE.toml", help="The job.")
@forms_option
def new(form: str, table: Path | None, output: Path, forms: Path | None) -> None:
    """Ask for form, table, columns, what is the same in every row, register and print; show all, and write the job.

    Enter goes on with what stands in the line, < or Ctrl-B goes back. Nothing is written before you agree. FORM and TABLE may be
    given as for `docgen batch`, or one of them.

    \b
    docgen job new -o course-12.toml
    docgen job new -o course-12.toml people.xlsx
    docgen job new -o course-12.toml retraining-certificate people.xlsx
    """
    refuse_without_terminal(_("Without one: docgen batch FORM TABLE … --save-job FILE.toml."))
    end_with_the_terminal()
    try:
        agreed_to_save(output)
        _JobDialogue(output, *_form_and_table(form, table, forms), forms).run()
    except KeyboardInterrupt:
        echo()
        echo(_("Stopped. Nothing was written."), err=True)
        sys.exit(INTERRUPTED)
    except EOFError:
        message = _("the answers ended before the job was complete; nothing was written")
        raise UsageError.because("input-ended", message, _("Run the command again.")) from None


def _form_and_table(form: str, table: Path | None, forms: Path | None) -> tuple[str, Path | None]:
    """Return what the arguments are: one alone is a form where one is called so, else a table."""
    from docgen.form import form_ids

    return (form, table) if table or not form or form in form_ids(forms) else ("", Path(form))


class _JobDialogue:
    """One call: the dialogue from the first question to the file; a form that is given is not asked for."""

    def __init__(self, output: Path, form: str, table: Path | None, forms: Path | None) -> None:
        from docgen.cli.asking import Terminal
        from docgen.jobs import JobDraft

        self.output, self.terminal = output, Terminal()
        self.draft: JobDraft = JobDraft(output, forms)
        if form and (first := self.draft.next()):
            first.put(form)
        if table is not None:
            self.draft.answers["table.path"] = _from_folder(table, output.parent)

    def run(self) -> None:
        """Ask all questions, let the clerk correct the answers, and write the job."""
        from docgen.jobs import save_job

        echo(_("A job for {file}", file=self.output), bold=True)
        echo(_("Enter: next · < or Ctrl-B: back · Ctrl-C: stop, nothing is written"), dim=True)
        while True:
            while question := self.draft.next():
                self._ask(question)
            if self._agreed():
                break
        save_job(self.draft.job(), self.output)
        echo(self.output)
        echo(_("Go on with: docgen check {file}", file=self.output))

    def _ask(self, question: JobQuestion) -> None:
        """Ask one question until it is answered, or the clerk goes back."""
        echo()
        echo(question.label, bold=True)
        if question.hint:
            echo("  " + question.hint, dim=True)
        _show_options(question)
        if question.key == "columns":
            self._ask_columns(question)
            return
        offered = question.offer
        while True:
            reply = self.terminal.read(offered, question.options)
            if reply.is_back:
                self.draft.before(question.key)
                return
            try:
                question.put(reply.text)
            except DocgenError as error:
                echo_problems(problem.at(key="", label="") for problem in error.problems)
                offered = reply.text
                continue
            return

    def _ask_columns(self, question: JobQuestion) -> None:
        """Show each heading beside the field that it may hold, until the clerk agrees or goes back."""
        while True:
            columns = self.draft.guessed()
            _show_columns(columns)
            echo(_("Enter: that is right · 1 – {count}: change that column · < : back", count=len(columns.columns)), bold=True)
            reply = self.terminal.read()
            if reply.is_back:
                self.draft.before(question.key)
                return
            place = _number(reply.text, len(columns.columns))
            if place is not None:
                self._change_column(columns, place)
            elif reply.text:
                echo(_("There is no column of this number."))
            else:
                question.put("")
                return

    def _change_column(self, columns: ColumnGuesses, place: int) -> None:
        """Ask which field a column holds until there is one, or it is left out."""
        echo(_("“{heading}” holds …", heading=columns.columns[place].heading), bold=True)
        names = [each.name for each in columns.fields]
        echo("  " + ", ".join(names), dim=True)
        echo("  " + _("a field's name, Tab completes it · - : leave the column out"), dim=True)
        offered = columns.columns[place].field
        while True:
            reply = self.terminal.read(offered, names)
            if reply.is_back:
                return
            try:
                self.draft.change_column(place, reply.text)
            except UsageError as error:
                echo_problems(problem.at(key="", label="") for problem in error.problems)
                offered = reply.text
                continue
            return

    def _agreed(self) -> bool:
        """Show all answers; return whether the clerk agrees, or let one be corrected."""
        questions, problems = self.draft.questions(), self.draft.problems()
        echo()
        _show_answers(questions, self.draft)
        echo_problems(problems)
        echo(_("Enter: save · 1 – {count}: change that answer · < : the last question", count=len(questions)), bold=True)
        reply = self.terminal.read()
        place = len(questions) - 1 if reply.is_back else _number(reply.text, len(questions))
        if place is not None:
            self._ask(questions[place])
        elif reply.text:
            echo(_("There is no answer of this number."))
        elif problems:
            echo(_("Correct first what is wrong: type its number."))
        else:
            return True
        return False


def _show_options(question: JobQuestion) -> None:
    """Show what can be chosen, each with its number and what it is."""
    width = max(map(len, question.options), default=0)
    for number, (option, remark) in enumerate(zip_longest(question.options, question.remarks, fillvalue=""), 1):
        echo(f"  {number:>2}  {option:<{width}}", nl=False)
        echo(f"  {remark}", dim=True)


def _from_folder(table: Path, folder: Path) -> str:
    """Return a path of the command line as it is read from the folder of the job."""
    return str(table) if table.is_absolute() else os.path.relpath(table, folder)


def _number(text: str, count: int) -> int | None:
    """Return the place that a number from 1 to `count` means; None for any other text."""
    is_number = text.isascii() and text.isdigit() and len(text) < 6
    return int(text) - 1 if is_number and 0 < int(text) <= count else None


def _show_columns(columns: ColumnGuesses) -> None:
    """Show each heading with its field and what stands below it; `?` is a guess."""
    width = max(len(each.heading) for each in columns.columns)
    for number, each in enumerate(columns.columns, 1):
        held = f"{each.field}{' ?' if each.is_guess else ''}" if each.field else f"– {_('left out')}"
        echo(f"  {number:>3}  {each.heading:<{width}}  → ", nl=False)
        echo(f"{held:<22}", nl=False, bold=bool(each.field), fg="yellow" if each.is_guess else None)
        echo(f"  {each.example}", dim=True)


def _show_answers(questions: list[JobQuestion], draft: JobDraft) -> None:
    """Show every answer under its number."""
    for number, each in enumerate(questions, 1):
        echo(f"  {number:>3}  ", dim=True, nl=False)
        echo(f"{each.label.rstrip('?')}: ", nl=False)
        answer = draft.answers.get(each.key, "")
        echo(answer or "–", bold=True if answer else None)
