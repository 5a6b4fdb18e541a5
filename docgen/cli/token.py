"""docgen token: who may call a service."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli.terminal import echo
from docgen.messages import _


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("name")
@click.option("--rights", required=True, metavar="RIGHTS", help="What it may do, see above; several by commas.")
def token(file: Path, name: str, rights: str) -> None:
    """Make a token for NAME, who may call docgen serve --tokens FILE. It is shown once; FILE holds its hash alone.

    NAME becomes the clerk in the register. read: forms and the book; make: documents without numbers; issue: numbers, void,
    duplicates; administer: the runs of others, counters. A token is taken back by deleting its lines from FILE.

    \b
    docgen token tokens.toml "А. Оспанова" --rights read,make,issue
    docgen token tokens.toml prometheus --rights administer
    """
    from docgen.service import add_token

    token_text = add_token(file, name, [each.strip() for each in rights.split(",") if each.strip()])
    echo(token_text)
    echo(_("Give it to {name}: it is not shown again.", name=name), err=True)
