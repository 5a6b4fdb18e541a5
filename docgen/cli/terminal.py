"""The one door to the terminal: whatever is shown goes through here, and no sign in it steers the terminal.

What is quoted may come from outside: names of files, options, headings, books of others, forms. `tests/cli/test_terminal.py`
checks that no other module writes to the standard streams.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from types import TracebackType
from typing import TypedDict, TypeVar, Unpack

import click

from docgen.errors import UsageError, visible
from docgen.messages import _

T = TypeVar("T")
#: So many parts of a JSON text are written at once.
PARTS_TOGETHER = 2_000
_encoder = json.JSONEncoder(ensure_ascii=False, indent=1, default=str)


class Style(TypedDict, total=False):
    """How a text looks on a terminal; a file gets the text alone."""

    fg: str | None
    bold: bool | None
    dim: bool | None


def echo(text: object = "", *, nl: bool = True, err: bool = False, **style: Unpack[Style]) -> None:
    """Show a text on standard output, or on standard error if `err`, with each sign that cannot be seen written out."""
    shown = visible(str(text))
    click.echo(click.style(shown, **style) if style else shown, nl=nl, err=err)


class ListAsWritten(list[object]):
    """A list of a JSON text whose values are made when they are written: there may be a million."""

    def __init__(self, values: Sequence[T], make: Callable[[T], object]):
        super().__init__()
        self._values, self._make = values, make

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[object]:
        return map(self._make, self._values)


def echo_json(answer: object) -> None:
    r"""Print a result as JSON, with each sign that cannot be seen as `\u009b` (RFC 8259, 7): a reader gets the same text."""
    echo_json_parts(_encoder.iterencode(answer))


def echo_json_parts(parts: Iterable[str]) -> None:
    """Print JSON that comes part by part, as `echo_json` does."""
    waiting = iter(parts)
    while together := "".join(islice(waiting, PARTS_TOGETHER)):
        click.echo(visible(together, _as_json_escape), nl=False)
    click.echo()


def _as_json_escape(letter: str) -> str:
    return json.dumps(letter)[1:-1]


def redraw(text: str) -> None:
    """Show a line on standard error in place of the one that is there."""
    click.echo("\r" + visible(text), nl=False, err=True)


def clear(width: int) -> None:
    """Clear the first `width` columns of the line on standard error."""
    click.echo("\r" + " " * width + "\r", nl=False, err=True)


def is_interactive(*, err: bool = False) -> bool:
    """Whether standard output, or standard error, is a terminal."""
    return (sys.stderr if err else sys.stdout).isatty()


def end_with_the_terminal() -> None:
    """Take Ctrl-C and a closed terminal for the end, also where the caller ignores them and programs inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


def refuse_without_terminal(hint: str) -> None:
    """Raise UsageError where nobody can be asked; `hint` says how else it is done."""
    if not (sys.stdin.isatty() and is_interactive()):
        raise UsageError.because("no-terminal", _("questions can be asked at a terminal alone"), hint)


def ask_hidden(question: str, again: str = "") -> str:
    """Ask for a text on standard error that is not shown while it is typed; with `again`, twice until both are the same."""
    confirmation = visible(again) or False
    return str(click.prompt(visible(question), hide_input=True, confirmation_prompt=confirmation, err=True))


def write_content(content: bytes) -> None:
    """Write the content of a file to standard output, as it is."""
    click.echo(content, nl=False)


@contextmanager
def visible_errors() -> Iterator[None]:
    """Write out the signs that cannot be seen in what click says of a wrong call: it quotes the call."""
    try:
        yield
    except click.ClickException as error:
        said = {name: visible(text) for name, text in vars(error).items() if name in ("message", "ui_filename")}
        vars(error).update(said)  # the names are final to type checkers, and each class takes other arguments
        raise


def show_traceback(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Show an error that nothing caught, for `sys.excepthook`."""
    import traceback

    echo("".join(traceback.format_exception(kind, error, trace)), nl=False, err=True)
