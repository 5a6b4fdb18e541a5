"""The command line in the clerk's language: which one is asked for, and commands with their help in it.

Commands are written in plain English, with docstrings and `help=`. What is shown is a copy of them in the language spoken.
"""

from __future__ import annotations

import copy
import gettext
import inspect
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import click

from docgen.messages import DOMAIN, LANGUAGES, LOCALE, SOURCE, language, translated

SETTING = "DOCGEN_LANG"
#: What tells the language of messages, in the order in which POSIX asks.
LOCALE_SETTINGS = ("LC_ALL", "LC_MESSAGES", "LANG")
#: A line of an example: the call, and behind two spaces what it is for.
_EXAMPLE = re.compile(r"(?P<call>\s*docgen\b.*?)(?:(?P<gap> {2,})(?P<remark>\S.*))?")


def asked_language(arguments: Sequence[str], settings: Mapping[str, str]) -> str:
    """Return the language that a call asks for: `--lang` wherever it stands, DOCGEN_LANG, the locale, else English.

    A language that docgen does not speak counts as not asked for; the option itself refuses it.
    """
    wishes = [*_wishes(arguments), settings.get(SETTING, ""), next(filter(None, map(settings.get, LOCALE_SETTINGS)), "")]
    names = (re.split(r"[_.@]", wish.lower())[0] for wish in wishes)
    return next((name for name in names if name in LANGUAGES), SOURCE)


def _wishes(arguments: Sequence[str]) -> Iterator[str]:
    for number, argument in enumerate(arguments):
        if argument == "--":
            return
        if argument == "--lang":
            yield from arguments[number + 1 : number + 2]
        elif argument.startswith("--lang="):
            yield argument.removeprefix("--lang=")


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Say docgen's messages, and click's own, in a language until the block ends.

    Click asks the standard library's gettext, which goes by LANGUAGE and a domain of the process: the command line owns it.
    """
    before = gettext.textdomain(), os.environ.get("LANGUAGE")
    gettext.bindtextdomain(DOMAIN, str(LOCALE))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = name
    try:
        with language(name):
            yield
    finally:
        gettext.textdomain(before[0])
        os.environ.pop("LANGUAGE")
        if before[1] is not None:
            os.environ["LANGUAGE"] = before[1]


def lang_option() -> click.Option:
    """Return the option that chooses the language; it is read before all others, by `asked_language`."""
    return click.Option(
        ["--lang"], type=click.Choice(LANGUAGES, case_sensitive=False), expose_value=False, envvar=SETTING,
        help="The language of messages; without it DOCGEN_LANG or the system's.",
    )  # fmt: skip


def in_words(command: click.Command) -> click.Command:
    """Return a copy of a command, with all that belong to it, that speaks the language of now and takes `--lang`."""
    said = copy.copy(command)
    said._help_option = None  # made when it is asked for, with click's words of then
    said.help = said_help(command.help or "") or None
    said.short_help = command.short_help and translated(command.short_help)
    said.options_metavar = command.options_metavar and translated(command.options_metavar)
    said.params = [_param_in_words(param) for param in command.params]
    if not any("--lang" in param.opts for param in command.params):
        said.params.append(_param_in_words(lang_option()))
    if isinstance(command, click.Group):
        said.subcommand_metavar = translated(command.subcommand_metavar)
        said.commands = {name: in_words(each) for name, each in command.commands.items()}
    return said


def _param_in_words(param: click.Parameter) -> click.Parameter:
    said = copy.copy(param)
    if isinstance(param, click.Option):
        said.help = param.help and translated(param.help)
        said.prompt = param.prompt and translated(param.prompt)
        if not isinstance(param.type, click.Choice):
            said.metavar = translated(param.metavar or param.type.name.upper())
    elif not isinstance(param.type, click.Choice):
        word = translated(param.metavar or param.name.upper())
        word = word if param.required or param.metavar else f"[{word}]"
        said.metavar = word + ("..." if param.nargs != 1 and not param.metavar else "")
    return said


def said_help(text: str) -> str:
    """Return a help text in the language spoken, paragraph by paragraph; examples keep their calls."""
    return "\n\n".join(
        "\n".join(map(_said_line, lines)) if lines[0] == "\b" else translated(" ".join(lines)) for lines in _paragraphs(text)
    )


def help_messages(text: str) -> Iterator[str]:
    """Give what of a help text is to be translated."""
    for lines in _paragraphs(text):
        if lines[0] != "\b":
            yield " ".join(lines)
            continue
        for line in lines[1:]:
            example = _EXAMPLE.fullmatch(line)
            if words := example["remark"] if example else line.strip():
                yield words


def _paragraphs(text: str) -> Iterator[list[str]]:
    """Give the lines of each paragraph; one that is not to be filled anew begins with `\\b`, as click has it."""
    for paragraph in re.split(r"\n\s*\n", inspect.cleandoc(text)):
        lines = paragraph.splitlines()
        if lines:
            yield lines if lines[0] == "\b" else [line.strip() for line in lines]


def _said_line(line: str) -> str:
    example = _EXAMPLE.fullmatch(line)
    if example:
        return example["call"] + (example["gap"] + translated(example["remark"]) if example["remark"] else "")
    return line if line == "\b" else line.replace(line.strip(), translated(line.strip()))
