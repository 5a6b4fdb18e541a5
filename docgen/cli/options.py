"""Options that several commands share, and how results and progress are shown."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import copy_context
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from docgen.cli.notes import shortened
from docgen.cli.terminal import clear, echo, is_interactive, redraw, write_content
from docgen.errors import Problem, UsageError
from docgen.files import is_taken, write_whole
from docgen.messages import _, n_
from docgen.prints import Print
from docgen.purposes import Purpose

if TYPE_CHECKING:
    from docgen.tables import File

T = TypeVar("T")

#: The exit code of a process that Ctrl-C stopped, as shells have it: 128 + SIGINT.
INTERRUPTED = 130

forms_option = click.option("--forms", type=click.Path(path_type=Path), metavar="DIR", help="A folder of your own forms.")
on_option = click.option(
    "--on", callback=lambda _ctx, param, value: day_of(param, value), metavar="DATE",
    help="The edition in force on that date. Without it: on the document's own date of issue, else the last one.",
)  # fmt: skip
artwork_option = click.option(
    "--artwork", type=click.Path(path_type=Path), metavar="DIR", help="A folder of your own emblems and ornament."
)
print_option = click.option(
    "--print", type=click.Choice([each.value for each in Print]), default=Print.FULL.value, show_default=True,
    help="Everything; all but the data, for stock; or the data alone, onto stock.",
)  # fmt: skip
purpose_option = click.option(
    "--for", "purpose", type=click.Choice([each.value for each in Purpose]), 
    help="What the PDF is for: an archive and screen readers (PDF/A-2, PDF/UA-1); any printer; a press (PDF/X-4).  "
    "[default: archive]",
)  # fmt: skip
profile_option = click.option(
    "--profile", type=click.Path(path_type=Path), metavar="ICC",
    help="The profile of the print shop's condition, for --for press.  [default: FOGRA39]",
)  # fmt: skip
bleed_option = click.option(
    "--bleed", type=float, metavar="MM", help="How far beyond the trimmed edge is printed, for --for press.  [default: 3]"
)
spot_option = click.option(
    "--spot", "spots", multiple=True, metavar="COLOUR=NAME", callback=lambda _ctx, _param, pairs: spots_of(pairs),
    help='Print a colour of the palette as a spot colour, for --for press: dark-blue="PANTONE 2757 C"; may be repeated.',
)  # fmt: skip
dpart_fields_option = click.option(
    "--dpart-fields", "part_fields", multiple=True, metavar="FIELDS",
    callback=lambda _ctx, _param, texts: tuple(filter(None, (name.strip() for text in texts for name in text.split(",")))),
    help="Fields that the volumes say of each record besides its row and number, for --for press: surname,city.",
)  # fmt: skip
back_option = click.option("--back", is_flag=True, help="Print the back of the form too: a document is then two pages.")
attach_option = click.option(
    "--attach-record", is_flag=True,
    help="Attach to a PDF of one record what it prints, as JSON for other programs (PDF/A-3a).",
)  # fmt: skip
alt_option = click.option(
    "--alt", "alternatives", multiple=True, metavar="PICTURE=WORDS", callback=lambda _ctx, _param, pairs: alternatives_of(pairs),
    help="What a picture shows, for a screen reader, where the form does not say it; may be repeated.",
)  # fmt: skip
json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for another program.")
set_option = click.option("--set", "settings", multiple=True, metavar="FIELD=VALUE", help="Set a field; may be repeated.")
register_option = click.option(
    "--register", "where", metavar="PATH|URL",
    help="The register: a file, postgresql://USER@HOST/DATABASE, or “default”: DOCGEN_REGISTER, else your own.",
)  # fmt: skip
new_organization_option = click.option(
    "--new-organization", is_flag=True, help="The organization is a new one, though its name is nearly that of another."
)
doubles_option = click.option(
    "--allow-doubles", is_flag=True, help="A person may be in the table twice, for one course: two people of one name."
)


def columns_option(command: Callable[..., T]) -> Callable[..., T]:
    """Add `--ignore` and `--map` to a command, which gets both as its parameter `choice`."""

    @wraps(command)
    def with_choice(*arguments: object, ignore: tuple[str, ...], renamed: tuple[str, ...], **options: object) -> T:
        from docgen.tables import ColumnChoice

        return command(*arguments, choice=ColumnChoice(ignore, renamed_of(renamed)), **options)

    return _ignore_option(_map_option(with_choice))


_ignore_option = click.option(
    "--ignore", multiple=True, metavar="COLUMN", help="Leave out a column of the table that the form has no field for."
)
_map_option = click.option(
    "--map", "renamed", multiple=True, metavar="COLUMN=FIELD",
    help="Which field a column holds, if its heading is none of the field's names; may be repeated.",
)  # fmt: skip


def printing_options(command: Callable[..., T]) -> Callable[..., T]:
    """Give a command what says how a document is printed: the print, what the file is for, its back, what is attached."""
    options = (alt_option, attach_option, back_option, spot_option, bleed_option, profile_option, purpose_option, print_option)
    for option in options:
        command = option(command)
    return command


def day_of(option: click.Parameter, value: str | None) -> date | None:
    """Return the day that an option names, written as in a record; raise UsageError, naming the option, for any other text."""
    if value is None:
        return None
    from docgen.fields import Date, Reading, Rejected

    try:
        return Date(name=option.name or "", label={}, earliest=date.min, latest=date.max).read(value, Reading())
    except Rejected as rejected:
        raise click.UsageError(f"{option.opts[0]}: {rejected.message}. {rejected.hint}") from None


def renamed_of(pairs: Iterable[str]) -> dict[str, str]:
    """Return the field of each heading that `--map` names; raise UsageError for what is no COLUMN=FIELD."""
    renamed: dict[str, str] = {}
    for pair in pairs:
        heading, equals, name = (part.strip() for part in pair.rpartition("="))
        if not (equals and heading and name):
            raise click.UsageError(_("--map takes COLUMN=FIELD, not “{pair}”.", pair=pair))
        if renamed.setdefault(heading, name) != name:
            raise click.UsageError(_("--map gives two fields to the column “{heading}”.", heading=heading))
    return renamed


def spots_of(pairs: Iterable[str]) -> dict[str, str]:
    """Return the name of the ink of each colour that `--spot` names; raise UsageError for what is no COLOUR=NAME."""
    names: dict[str, str] = {}
    for pair in pairs:
        recipe, equals, name = (part.strip() for part in pair.partition("="))
        if not (equals and recipe):
            raise click.UsageError(_("--spot takes COLOUR=NAME, not “{pair}”.", pair=pair))
        if names.setdefault(recipe, name) != name:
            raise click.UsageError(_("--spot gives two inks to “{name}”.", name=recipe))
    return names


def alternatives_of(pairs: Iterable[str]) -> dict[str, str]:
    """Return the words for each picture that `--alt` names; raise UsageError for what is no PICTURE=WORDS."""
    words: dict[str, str] = {}
    for pair in pairs:
        name, equals, text = (part.strip() for part in pair.partition("="))
        if not (equals and name and text):
            raise click.UsageError(_("--alt takes PICTURE=WORDS, not “{pair}”.", pair=pair))
        if words.setdefault(name, text) != text:
            raise click.UsageError(_("--alt gives two texts to “{name}”.", name=name))
    return words


def settings_of(settings: Iterable[str]) -> dict[str, str]:
    """Return the values that `--set` gives, by field; raise UsageError for what is no FIELD=VALUE."""
    pairs = [setting.partition("=") for setting in settings]
    for name, equals, _value in pairs:
        if not equals or not name:
            raise click.UsageError(_("--set takes FIELD=VALUE, not “{name}”.", name=name))
    values: dict[str, str] = {}
    for name, _equals, value in pairs:
        if values.setdefault(name, value) != value:
            raise click.UsageError(_("--set gives two values to “{name}”.", name=name))
    return values


def file_named(name: str) -> File:
    """Return the file of a name; `-` is standard input, which is read here."""
    from docgen.inputs import RECORD_SIZE
    from docgen.tables import FileBytes

    return FileBytes("-", sys.stdin.buffer.read(RECORD_SIZE + 1), "") if name == "-" else Path(name)


def write_output(output: str, content: bytes, remark: str = "", mode: int = 0o666) -> None:
    """Write a file, whole or not at all, and report its name on standard error, with a remark on it.

    For `-` the content goes to standard output, and nothing is reported. `mode` is that of a new file, less the user's mask:
    `PRIVATE` for whole records and IINs.
    """
    if output == "-":
        write_content(content)
        return
    write_whole(Path(output), content, mode)
    echo(f"{output}: {remark}" if remark else output, err=True)


def refuse_input(output: str | Path, *inputs: str | Path | None) -> None:
    """Raise UsageError if the output is a file that the command reads, by whatever name; what is no file is none of them."""
    if any(each is not None and _is_same_file(Path(output), Path(each)) for each in inputs):
        hint = _("It would be written over: give the output another name.")
        raise UsageError.because("output-is-input", _("this file is read by the same command"), hint, file=str(output))


def _is_same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


def page_count_text(count: int) -> str:
    """Return a number of pages in words."""
    return n_("{count} page", "{count} pages", count)


def write_to_fill(output: str, content: bytes) -> None:
    """Write a file that a clerk fills in; raise UsageError if it exists."""
    refuse_taken(output)
    write_output(output, content)


def refuse_taken(output: str) -> None:
    """Raise UsageError if the output exists: the clerk may have filled it in."""
    if output != "-" and is_taken(Path(output)):
        hint = _("What you filled in is never written over: choose another name, or delete the file.")
        raise UsageError.because("output-taken", _("there is such a file already"), hint, file=output)


def echo_notes(notes: Iterable[Problem]) -> None:
    """Print notes on standard error, those that many rows have alike as one."""
    for note in shortened(notes if isinstance(notes, Sequence) else list(notes)):
        echo("• ", fg="yellow", nl=False, err=True)
        echo(note, err=True)


def echo_problems(problems: Iterable[Problem]) -> None:
    """Print problems on standard error."""
    for problem in problems:
        echo("✗ ", fg="red", nl=False, err=True)
        echo(problem, err=True)


@contextmanager
def waiting(step: str) -> Iterator[None]:
    """Show on standard error how long a step of unknown length takes; nothing if it ends within a second."""
    done, is_terminal, begun = threading.Event(), is_interactive(err=True), time.monotonic()

    def report() -> None:
        while not done.wait(Progress.QUIET_SECONDS if is_terminal else Progress.LINE_SECONDS):
            text = _("{step}: {seconds:.0f} s", step=step, seconds=time.monotonic() - begun)
            if is_terminal:
                redraw(f"{text} ")
            else:
                echo(text, err=True)

    reporter = threading.Thread(target=copy_context().run, args=(report,), daemon=True)
    reporter.start()
    try:
        yield
    finally:
        done.set()
        reporter.join()
        if is_terminal and time.monotonic() - begun > Progress.QUIET_SECONDS:
            clear(40)


class Progress:
    """Progress of long work on standard error: a bar on a terminal, else a line every few seconds; nothing within a second."""

    QUIET_SECONDS = 1.0
    LINE_SECONDS = 5.0

    def __init__(self, total: int, is_quiet: bool = False) -> None:
        self.total, self.is_quiet = total, is_quiet
        self.done: dict[str, int] = {}
        self.begun = self.shown_at = time.monotonic()
        self.is_bar = is_interactive(err=True)

    def __call__(self, step: str, count: int) -> None:
        """Count `count` more records as done in `step`."""
        self.done[step] = self.done.get(step, 0) + count
        if self.is_quiet:
            return
        now = time.monotonic()
        pause = 0.1 if self.is_bar else self.LINE_SECONDS
        if now - self.begun > self.QUIET_SECONDS and now - self.shown_at > pause:
            self.shown_at = now
            self._show(step, now)

    def _show(self, step: str, now: float) -> None:
        done = self.done[step]
        rate = done / (now - self.begun)
        left = _duration((self.total - done) / rate) if rate else "…"
        text = _(
            "{step}: {done} of {total}, {rate:.0f} a second, {left} left",
            step=step, done=done, total=self.total, rate=rate, left=left,
        )  # fmt: skip
        if self.is_bar:
            filled = round(30 * done / max(self.total, 1))
            redraw(f"[{'█' * filled}{'·' * (30 - filled)}] {text}  ")
        else:
            echo(text, err=True)

    def end(self) -> None:
        """Clear the bar."""
        if self.is_bar and self.shown_at > self.begun:
            clear(100)


def _duration(seconds: float) -> str:
    """Return a duration in words: `40 s`, `3 min`, `2 h 5 min`."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return _("{count} s", count=round(seconds))
    return _("{count} min", count=minutes) if minutes < 90 else _("{h} h {m} min", h=minutes // 60, m=minutes % 60)
