"""docgen merge: PDF files into one."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli.options import Progress, echo_notes, page_count_text, refuse_input, write_output
from docgen.errors import Problem
from docgen.messages import _


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, metavar="FILE", help="The PDF to make; - is standard output.")
def merge(files: tuple[Path, ...], output: str) -> None:
    """Join PDF FILES in the order given. Bookmarks stay; fonts and images that are the same are stored once.

    Tags stay where all files have some, PDF/A-2, PDF/UA-1 and PDF/X-4 where all files conform.

    \b
    docgen merge out/*.pdf -o all.pdf
    """
    refuse_input(output, *files)
    from docgen.merging import merge_counted

    progress, notes = Progress(len(files)), list[Problem]()
    try:
        content, pages = merge_counted(files, lambda: progress(_("merging"), 1), notes.append)
    finally:
        progress.end()
    echo_notes(notes)
    write_output(output, content, page_count_text(pages))
