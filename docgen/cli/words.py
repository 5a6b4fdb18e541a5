"""The command line in the clerk's language: which one is requested, and commands with their help translated.

Commands are written in plain English, with docstrings and `help=`; translated copies of them are shown.
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
#: The environment variables that choose the language of messages, in the order of POSIX (Base Definitions, 8.2).
LOCALE_SETTINGS = ("LC_ALL", "LC_MESSAGES", "LANG")
#: A line of an example: the call and, after two spaces or more, a remark.
_EXAMPLE = re.compile(r"(?P<call>\s*docgen\b.*?)(?:(?P<gap> {2,})(?P<remark>\S.*))?")


def requested_language(arguments: Sequence[str], settings: Mapping[str, str]) -> str:
    """Return the language of a call: `--lang` anywhere in it, else DOCGEN_LANG, the locale, English.

    A language that docgen lacks is ignored here; the option itself refuses it.
    """
    requests = [*_requests(arguments), settings.get(SETTING, ""), next(filter(None, map(settings.get, LOCALE_SETTINGS)), "")]
    names = (re.split(r"[_.@]", request.lower())[0] for request in requests)
    return next((name for name in names if name in LANGUAGES), SOURCE)


def _requests(arguments: Sequence[str]) -> Iterator[str]:
    for number, argument in enumerate(arguments):
        if argument == "--":
            return
        if argument == "--lang":
            yield from arguments[number + 1 : number + 2]
        elif argument.startswith("--lang="):
            yield argument.removeprefix("--lang=")


@contextmanager
def use_language(name: str) -> Iterator[None]:
    """Show docgen's messages and click's own in a language until the block ends.

    Click uses the standard library's gettext, which depends on LANGUAGE and a domain of the whole process.
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


def in_language(command: click.Command) -> click.Command:
    """Return a copy of a command and its subcommands in the language of now, with the option `--lang`."""
    copied = copy.copy(command)
    copied._help_option = None  # click creates it on demand, in the language of then
    copied.help = translated_help(command.help or "") or None
    copied.short_help = command.short_help and translated(command.short_help)
    copied.options_metavar = command.options_metavar and translated(command.options_metavar)
    copied.params = [_param_in_language(param) for param in command.params]
    if not any("--lang" in param.opts for param in command.params):
        copied.params.append(_param_in_language(lang_option()))
    if isinstance(copied, click.Group):
        copied.subcommand_metavar = translated(copied.subcommand_metavar)
        copied.commands = {name: in_language(each) for name, each in copied.commands.items()}
    return copied


def _param_in_language(param: click.Parameter) -> click.Parameter:
    """Return a copy of an option or argument with its help and placeholder translated."""
    copied = copy.copy(param)
    if isinstance(copied, click.Option):
        copied.help = copied.help and translated(copied.help)
        copied.prompt = copied.prompt and translated(copied.prompt)
        if not isinstance(param.type, click.Choice):
            copied.metavar = translated(param.metavar or param.type.name.upper())
    elif not isinstance(param.type, click.Choice):
        word = translated(param.metavar or (param.name or "").upper())
        word = word if param.required or param.metavar else f"[{word}]"
        copied.metavar = word + ("..." if param.nargs != 1 and not param.metavar else "")
    return copied


def translated_help(text: str) -> str:
    """Return a help text in the language of now, paragraph by paragraph; the calls of examples stay as they are."""
    return "\n\n".join(
        "\n".join(map(_translated_line, lines)) if lines[0] == "\b" else translated(" ".join(lines))
        for lines in _paragraphs(text)
    )


def help_messages(text: str) -> Iterator[str]:
    """Yield the parts of a help text that are to be translated."""
    for lines in _paragraphs(text):
        if lines[0] != "\b":
            yield " ".join(lines)
            continue
        for line in lines[1:]:
            example = _EXAMPLE.fullmatch(line)
            if words := example["remark"] if example else line.strip():
                yield words


def _paragraphs(text: str) -> Iterator[list[str]]:
    """Yield the lines of each paragraph; the first of one that click must not rewrap is `\\b`."""
    for paragraph in re.split(r"\n\s*\n", inspect.cleandoc(text)):
        lines = paragraph.splitlines()
        if lines:
            yield lines if lines[0] == "\b" else [line.strip() for line in lines]


def _translated_line(line: str) -> str:
    example = _EXAMPLE.fullmatch(line)
    if example:
        return example["call"] + (example["gap"] + translated(example["remark"]) if example["remark"] else "")
    return line if line == "\b" else line.replace(line.strip(), translated(line.strip()))


class TranslatedGroup(click.Group):
    """A group whose commands are shown in the clerk's language."""

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return a command in the language of now; None if there is none of this name."""
        found = super().get_command(ctx, name)
        return found and in_language(found)
