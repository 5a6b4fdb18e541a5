"""The terminal side of filling a form: showing a question, editing and reading a line, listing the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from docgen.cli.options import echo_problems
from docgen.cli.terminal import echo
from docgen.errors import Problem, visible
from docgen.inputs import Filling, Question
from docgen.messages import _, labelled

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.key_binding import KeyPressEvent

BACK, HELP = "<", "?"
PROMPT = "> "
#: How many characters of a value the list of answers shows.
SHOWN = 70


@dataclass(frozen=True, slots=True)
class Reply:
    """What was typed, and whether the clerk went back instead of answering."""

    text: str
    is_back: bool = False


class Terminal:
    """Reads lines that can be edited, starting from a given text; Ctrl-B goes back."""

    def __init__(self) -> None:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.history import DummyHistory
        from prompt_toolkit.key_binding import KeyBindings

        keys = KeyBindings()

        @keys.add("c-b")
        def _back(event: KeyPressEvent) -> None:
            event.app.exit(result=Reply(event.app.current_buffer.text, is_back=True))

        self.session: PromptSession[str | Reply] = PromptSession(history=DummyHistory(), key_bindings=keys, enable_suspend=True)

    def read(self, offered: str = "", options: Sequence[str] = (), *, is_wrong: bool = False) -> Reply:
        """Return the line that was typed; raise KeyboardInterrupt for Ctrl-C, EOFError for Ctrl-D.

        A text that is offered though it is wrong is selected: what is typed replaces it, an arrow key goes into it.
        """
        from prompt_toolkit.completion import WordCompleter

        completer = WordCompleter(list(options), ignore_case=True, sentence=True) if options else None
        reply = self.session.prompt(
            PROMPT,
            default=offered,
            completer=completer,
            complete_while_typing=False,
            pre_run=self._select if is_wrong and offered else None,
        )
        if isinstance(reply, Reply):
            return reply
        return Reply("" if reply.strip() == BACK else reply.strip(), is_back=reply.strip() == BACK)

    def _select(self) -> None:
        """Select the whole line, as Shift and Home do."""
        buffer = self.session.default_buffer
        buffer.cursor_position = 0
        buffer.start_selection()
        if buffer.selection_state:
            buffer.selection_state.enter_shift_mode()
        buffer.cursor_position = len(buffer.text)

    def agrees(self, question: str) -> bool:
        """Ask a yes-or-no question; Enter is yes."""
        echo(question, bold=True)
        echo(_("Enter: yes; n: no"))
        return not self.read().text.casefold().startswith(("n", "н", "жо"))

    def insists(self, question: str) -> bool:
        """Ask a yes-or-no question about something that would be lost; Enter is no."""
        echo(question, bold=True)
        echo(_("Enter: no; y: yes"))
        return self.read().text.casefold().startswith(("y", "д", "и"))


def show_question(filling: Filling, question: Question, place: int) -> None:
    """Show a question: its place, its label, the rule and an example, or the options."""
    echo()
    echo(f"[{place + 1}/{len(filling.questions())}] ", dim=True, nl=False)
    echo(heading(question), bold=True)
    if hint := _hint(question, filling.example(question)):
        echo("  " + hint, dim=True)
    if question.field.options:
        for number, option in enumerate(question.field.options, 1):
            echo(f"  {number}  {option}")


def heading(question: Question) -> str:
    """Return the label of a question, after those of the entries that contain it."""
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
    """Show the label of a question in all languages, its rule, and the keys."""
    labels = " · ".join(question.field.label[name] for name in ("kk", "ru", "en") if name in question.field.label)
    lines = [
        f"{labels} ({question.key})",
        _("Give: {rule}.", rule=question.field.rule()),
        _("Enter: the next question, with the answer as it stands in the line"),
        _("{back} or Ctrl-B: the question before; the answers stay", back=BACK),
        _("Arrows, Home, End, Backspace: edit the line; Ctrl-U: empty it; Tab: what can be chosen"),
        _("Ctrl-C or Ctrl-D: stop; what you typed is kept, and the same command goes on with it"),
    ]
    if question.begins:
        lines.append(_("Emptied, this answer takes the whole entry out"))
    for line in lines:
        echo("  " + line)


def show_answers(filling: Filling, problems: Sequence[Problem]) -> None:
    """Show every answer under its number, a ✗ at those with a problem, and then the problems."""
    wrong = {problem.where.key for problem in problems}
    echo()
    echo(labelled(filling.form.title), bold=True)
    places = {}
    for number, question in enumerate(filling.questions(), 1):
        places[question.key] = f"{number} {heading(question)}"
        value = visible(filling.answer(question))
        value = value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"
        is_wrong = question.key in wrong
        sign = "✗" if is_wrong else " "
        echo(f"{sign}{number:>3}  ", fg="red" if is_wrong else None, dim=None if is_wrong else True, nl=False)
        echo(f"{heading(question)}: " if value else heading(question), nl=False)
        empty = f" + {_('one more')}" if question.is_open else ": –"
        echo(value or empty, bold=True if value else None, dim=None if value else True)
    echo_problems(problem.at(key=places.get(problem.where.key, problem.where.key), label="") for problem in problems)
