"""The terminal side of filling a form: a question shown, a line edited and read, the answers in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import click

from docgen.cli.options import echo_problems
from docgen.errors import Problem, visible
from docgen.inputs.answers import Filling, Question
from docgen.messages import _, labelled

BACK, HELP = "<", "?"
MARK = "> "
#: Letters of a value that the table of answers shows.
SHOWN = 70


@dataclass(frozen=True, slots=True)
class Reply:
    """What was typed, and whether the clerk went back instead of giving it."""

    text: str
    is_back: bool = False


class Terminal:
    """Reads lines that can be edited, with their former text to begin with; Ctrl-B goes back."""

    def __init__(self) -> None:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.history import DummyHistory
        from prompt_toolkit.key_binding import KeyBindings

        keys = KeyBindings()

        @keys.add("c-b")
        def _back(event) -> None:
            event.app.exit(Reply(event.app.current_buffer.text, is_back=True))

        self.session = PromptSession(history=DummyHistory(), key_bindings=keys, enable_suspend=True)

    def read(self, offered: str = "", options: Sequence[str] = ()) -> Reply:
        """Return the line that was typed; KeyboardInterrupt and EOFError as the terminal gives them."""
        from prompt_toolkit.completion import WordCompleter

        completer = WordCompleter(list(options), ignore_case=True, sentence=True) if options else None
        reply = self.session.prompt(MARK, default=offered, completer=completer, complete_while_typing=False)
        if isinstance(reply, Reply):
            return reply
        return Reply("" if reply.strip() == BACK else reply.strip(), is_back=reply.strip() == BACK)

    def agrees(self, question: str) -> bool:
        """Ask what is answered with yes or no; Enter is yes."""
        click.secho(question, bold=True)
        click.echo(_("Enter: yes; n: no"))
        return not self.read().text.casefold().startswith(("n", "н", "жо"))


def show_question(filling: Filling, question: Question, place: int) -> None:
    """Tell what is asked: its place, its label, the rule, an example, or what can be chosen."""
    click.echo()
    click.secho(f"[{place + 1}/{len(filling.questions())}] ", dim=True, nl=False)
    click.secho(heading(question), bold=True)
    if hint := _hint(question, filling.example(question)):
        click.secho("  " + visible(hint), dim=True)
    if question.field.options:
        for number, option in enumerate(question.field.options, 1):
            click.echo(f"  {number}  {option}")


def heading(question: Question) -> str:
    """Return what a question is called, with the entries that it stands in."""
    entries = [f"{labelled(owner.label)} {number}" for owner, number in question.within]
    own = labelled(question.field.label)
    is_item = bool(question.within) and question.field.name == question.within[-1][0].name
    return " › ".join(entries if is_item else [*entries, own])


def _hint(question: Question, example: object) -> str:
    is_choice = bool(question.field.options)
    parts = [] if is_choice else [question.field.rule()]
    if example is not None and not is_choice:
        parts.append(_("example: {example}", example=f"{example:%d.%m.%Y}" if isinstance(example, date) else example))
    if question.is_open:
        parts.append(_("Enter: no more"))
    elif question.field.optional:
        parts.append(_("Enter: leave it empty"))
    return " · ".join(parts)


def show_help(question: Question) -> None:
    """Tell all there is to know of a question, and the keys."""
    labels = " · ".join(question.field.label[name] for name in ("kk", "ru", "en") if name in question.field.label)
    told = [
        f"{labels} ({question.key})",
        _("Give: {rule}.", rule=question.field.rule()),
        _("Enter: the next question, with the answer as it stands in the line"),
        _("{back} or Ctrl-B: the question before; the answers stay", back=BACK),
        _("Arrows, Home, End, Backspace: edit the line; Ctrl-U: empty it; Tab: what can be chosen"),
        _("Ctrl-C or Ctrl-D: stop; what you typed is kept, and the same command goes on with it"),
    ]
    if question.begins:
        told.append(_("Emptied, this answer takes the whole entry out"))
    for line in told:
        click.echo("  " + visible(line))


def show_answers(filling: Filling, problems: Sequence[Problem]) -> None:
    """Show every answer under its number, those that have a problem marked, and then the problems."""
    wrong = {problem.where.key for problem in problems}
    click.echo()
    click.secho(labelled(filling.form.title), bold=True)
    places = {}
    for number, question in enumerate(filling.questions(), 1):
        places[question.key] = f"{number} {heading(question)}"
        value = visible(filling.answer(question))
        value = value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"
        mark = "✗" if question.key in wrong else " "
        click.secho(f"{mark}{number:>3}  ", fg="red" if mark == "✗" else None, dim=None if mark == "✗" else True, nl=False)
        click.echo(f"{heading(question)}: " if value else heading(question), nl=False)
        empty = f" + {_('one more')}" if question.is_open else ": –"
        click.secho(value or empty, bold=True if value else None, dim=None if value else True)
    echo_problems(problem.at(key=places.get(problem.where.key, problem.where.key), label="") for problem in problems)
