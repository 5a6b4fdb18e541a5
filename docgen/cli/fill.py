"""docgen fill: a form filled at the terminal, question by question."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.options import INTERRUPTED, artwork_option, echo_notes, echo_problems, forms_option, on_option, waiting
from docgen.cli.terminal import echo, end_with_the_terminal, refuse_without_terminal
from docgen.errors import DataError, Problem, UsageError, visible
from docgen.files import data_folder, open_to_others
from docgen.messages import _, labelled, n_

if TYPE_CHECKING:
    from docgen.form import Form
    from docgen.inputs import DraftStore, Question


@click.command()
@click.argument("form")
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="The record; .toml or .json.")
@click.option("--to", multiple=True, default=("pdf", "docx"), show_default=True, metavar="FORMAT",
              help="A format of the document, which is written next to the record; may be repeated.")  # fmt: skip
@click.option("--no-render", is_flag=True, help="Write the record alone.")
@artwork_option
@forms_option
@on_option
def fill(
    form: str, output: Path | None, to: tuple[str, ...], no_render: bool,
    artwork: Path | None, forms: Path | None, on: date | None,
) -> None:  # fmt: skip
    """Ask for each field of FORM, check each answer, show the record at the end, and write it with its documents.

    Enter goes on, < or Ctrl-B goes back, ? shows more. If Ctrl-C stops it, the answers are saved, and the same command goes on
    with them. The organization, its head and the city are offered again next time.

    \b
    docgen fill retraining-certificate
    docgen fill work-standard -o standard.toml
    """
    if output is not None and output.suffix.lower() not in WRITERS:
        raise click.UsageError(_("A record is written as .toml or .json, not “{suffix}”.", suffix=output.suffix))
    from docgen.form import load_form
    from docgen.inputs import DraftStore

    loaded = load_form(form, forms, on)
    _check_formats(to)
    _check_can_ask(loaded)
    end_with_the_terminal()
    if note := open_to_others(data_folder()):
        echo_notes([note])
    work = _Dialogue(loaded, DraftStore(), output, () if no_render else to, artwork, forms, on)
    try:
        work.run()
    except (KeyboardInterrupt, EOFError):
        with suppress(OSError):  # the terminal may be gone
            echo()
            if work.filling.answers:
                command = shlex.join(["docgen", *sys.argv[1:]])
                echo(_("What you typed is kept. Go on with: {command}", command=command))
        sys.exit(INTERRUPTED)


def _check_formats(formats: tuple[str, ...]) -> None:
    from docgen.rendering import FORMATS, check_choice

    for each in formats:
        check_choice(each, FORMATS, "format-unknown")


def _check_can_ask(form: Form) -> None:
    """Raise UsageError if there is no terminal, or for a form with entries that consist of lists alone."""
    hint = _("Without one: docgen forms sample {form} -o FILE.toml, or docgen forms sheet {form} -o FILE.xlsx.", form=form.id)
    refuse_without_terminal(hint)
    rows = list(form.rows)
    while rows:
        each = rows.pop()
        rows += each.rows
        if all(inner.takes_list for inner in each.fields):
            message = _("the rows of “{name}” have no value of their own to ask for", name=each.name)
            raise UsageError.because("fill-not-offered", message, _("Start from: docgen forms sample FORM"), key=each.name)


def _as_toml(form: Form, values: Mapping[str, object]) -> bytes:
    from docgen.cli.describe import record_toml

    return record_toml(form, values).encode()


def _as_json(_form: Form, values: Mapping[str, object]) -> bytes:
    return (json.dumps(values, ensure_ascii=False, indent=1, default=str) + "\n").encode()


#: Suffix of the record's file → the function that writes it.
WRITERS: dict[str, Callable[[Form, Mapping[str, object]], bytes]] = {".toml": _as_toml, ".json": _as_json}
#: The record's file and the content of each document, by its format.
Documents = tuple[Path, dict[str, bytes]]


class _Dialogue:
    """One call: the dialogue from the first question to the files."""

    def __init__(
        self, form: Form, drafts: DraftStore, output: Path | None, formats: tuple[str, ...],
        artwork: Path | None, forms: Path | None, on: date | None,
    ) -> None:  # fmt: skip
        from docgen.cli.asking import Terminal
        from docgen.inputs import Filling
        from docgen.record import Record

        self.form, self.drafts, self.output, self.formats = form, drafts, output, formats
        self.artwork, self.forms, self.on = artwork, forms, on
        self.terminal, self.filling, self.record = Terminal(), Filling(form), Record({})
        self.remembered = drafts.remembered()
        #: The text of a line that the clerk left by going back, by the path of its question.
        self.unsent: dict[tuple[str | int, ...], str] = {}

    def run(self) -> None:
        """Ask all questions, let the clerk correct the answers, and write the files."""
        echo(labelled(self.form.title), bold=True)
        echo(_("Enter: next · < or Ctrl-B: back · ?: help · Ctrl-C: stop, what you typed is kept"), dim=True)
        draft = self.drafts.draft(self.form)
        if draft and self.terminal.agrees(_("There is an unfinished record of this form. Go on with it?")):
            self.filling = draft
        self._ask_all()
        while not (documents := self._agreed()):
            pass
        self._save(*documents)

    def _ask_all(self) -> None:
        while (place := self.filling.position()) < len(self.filling.questions()):
            self._ask(place)

    def _ask(self, place: int) -> None:
        """Ask one question until it is answered, or the clerk goes back."""
        from docgen.cli.asking import HELP, show_help, show_question

        question = self.filling.questions()[place]
        show_question(self.filling, question, place)
        offered, is_wrong = self.unsent.pop(question.path, "") or self.filling.offer(self.remembered, question), False
        while True:
            reply = self.terminal.read(offered, question.field.options, is_wrong=is_wrong)
            if reply.is_back:
                self.unsent[question.path] = reply.text
                self.filling.go(place - 1)
                return
            if reply.text == HELP:
                show_help(question)
                continue
            if question.begins and not reply.text and not self.terminal.insists(self._loss(question)):
                offered, is_wrong = self.filling.answer(question), False
                continue
            try:
                echo_notes(self.filling.put(question, reply.text))
            except DataError as error:
                echo_problems(error.problems)
                offered, is_wrong = reply.text, True
                continue
            self.drafts.save(self.filling)
            return

    def _loss(self, question: Question) -> str:
        """Return the question whether an entry is to be taken out, with how many answers go with it."""
        path = question.path[: len(question.list_path) + 1]
        count = sum(each.path[: len(path)] == path and bool(self.filling.answer(each)) for each in self.filling.questions())
        return n_(
            "Take the entry “{answer}” out, with its {count} answer?", "Take the entry “{answer}” out, with its {count} answers?",
            count, answer=visible(self.filling.answer(question)[:60]),
        )  # fmt: skip

    def _agreed(self) -> Documents | None:
        """Show the answers and let the clerk correct one; return the documents once the clerk agrees, else None."""
        from docgen.cli.asking import show_answers

        problems = self._problems()
        show_answers(self.filling, problems)
        questions = self.filling.questions()
        echo(_("Enter: save · 1 – {count}: change that answer · < : the last question", count=len(questions)), bold=True)
        reply = self.terminal.read()
        if reply.is_back:
            self._change(len(questions) - 1)
        elif reply.text.isascii() and reply.text.isdigit() and 0 < int(reply.text[:6]) <= len(questions):
            self._change(int(reply.text[:6]) - 1)
        elif reply.text:
            echo(_("There is no answer of this number."))
        elif problems:
            echo(_("Correct first what is wrong: type its number."))
        else:
            return self._documents()
        return None

    def _change(self, place: int) -> None:
        """Ask one question again, and then those of an entry that its answer added, until the list ends."""
        from docgen.inputs import DONE

        questions = self.filling.questions()
        changed, count = questions[place], len(questions)
        self._ask(place)
        while (position := self.filling.position()) < len(questions := self.filling.questions()):
            is_of_list = questions[position].path[: len(changed.list_path)] == changed.list_path
            if position >= place and not (changed.is_open and len(questions) > count and is_of_list):
                break
            self._ask(position)
        self.filling.at = DONE
        self.drafts.save(self.filling)

    def _problems(self) -> list[Problem]:
        """Return what is wrong with the record as a whole, before anything is painted."""
        from docgen.form import form_for
        from docgen.record import read_record

        try:
            self.form = form_for(self.form.id, self.filling.answers, self.forms, self.on)
            self.record = read_record(self.form, self.filling.answers)
        except (DataError, UsageError) as error:  # there may be no edition for the date that was typed
            return error.problems
        return []

    def _documents(self) -> Documents | None:
        """Return the record's path and the documents; None, after reporting it, if something does not fit."""
        from docgen.rendering import render

        path, documents = self._path(), {}
        try:
            with waiting(_("painting")):
                for each in self.formats or ("pdf",):  # without documents too: a record must be printable
                    documents[each] = render(self.form, self.record, each, artwork=self.artwork, pictures=path.parent)
        except DataError as error:
            echo_problems(error.problems)
            return None
        return path, {each: documents[each] for each in self.formats}

    def _path(self) -> Path:
        """Return the path of the record's file: the given one if the clerk lets it be overwritten, else a free one."""
        from docgen.inputs import file_name, free_path

        suffixes = [".toml", *(f".{each}" for each in self.formats)]
        if self.output is None:
            return free_path(Path(), file_name(self.form, self.filling.answers), suffixes)
        taken = [path for each in (self.output.suffix, *suffixes[1:]) if os.path.lexists(path := self.output.with_suffix(each))]
        question = _("{files}: write over it?", files=", ".join(map(str, taken)))
        if taken and not self.terminal.agrees(question):
            self.output = None
            return free_path(Path(), file_name(self.form, self.filling.answers), suffixes)
        return self.output

    def _save(self, path: Path, documents: dict[str, bytes]) -> None:
        from docgen.files import write_whole

        write_whole(path, WRITERS[path.suffix.lower()](self.form, _without_missing(self.record.values)))
        echo(path)
        for each, content in documents.items():
            write_whole(path.with_suffix(f".{each}"), content)
            echo(path.with_suffix(f".{each}"))
        self.drafts.remember(self.filling)
        self.drafts.drop(self.form)


def _without_missing(values: Mapping[str, object]) -> dict[str, object]:
    """Return the values of a record without those that are missing, in its rows too."""
    return {name: _given(each) for name, each in values.items() if each not in (None, [])}


def _given(value: object) -> object:
    if isinstance(value, list):
        return [_given(each) for each in value]
    return _without_missing(value) if isinstance(value, Mapping) else value
