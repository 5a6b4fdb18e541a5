"""Commands with many options, whose help shows them in groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click

from docgen.messages import _, translated

#: Heading → the names of the parameters under it. Options of no group come last.
OPTION_GROUPS: Mapping[str, tuple[str, ...]] = {
    "What is made": (
        *("output", "file", "copy", "template", "print", "to", "split", "each", "page", "dpi", "saved"),
        *("purpose", "profile", "bleed", "spots", "part_fields", "back", "tagged", "attach_record", "alternatives"),
        *("impose", "marks"),
    ),
    "Records and columns": (
        "only",
        "numbers",
        "skip_bad",
        "skip_doubles",
        "settings",
        "sheet",
        "constants",
        "columns",
        "ignore",
        "renamed",
    ),
    "Form and artwork": ("forms", "on", "artwork"),
    "Register": ("where", "register", "name", "new_organization"),
    "How it runs": ("resume", "workers", "scheduler", "quiet"),
}
#: Widest column of options, in characters, as in click.
COLUMN = 30


class Grouped(click.Command):
    """A command whose help shows its options in groups, all in two columns of the same width."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, each group under its heading."""
        groups = [(heading, rows) for heading, rows in self._groups(ctx) if rows]
        lengths = (len(option) for _heading, rows in groups for option, _help in rows)
        width = max((length for length in lengths if length <= COLUMN), default=0)
        for heading, rows in groups:
            with formatter.section(heading):
                formatter.write_dl([(option.ljust(width), help) for option, help in rows], col_max=COLUMN)

    def _groups(self, ctx: click.Context) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        records = [(option.name, row) for option in options if (row := option.get_help_record(ctx))]
        grouped = {name for names in OPTION_GROUPS.values() for name in names}
        for heading, names in OPTION_GROUPS.items():
            yield translated(heading), [row for name, row in records if name in names]
        yield _("Other options"), [row for name, row in records if name not in grouped]
