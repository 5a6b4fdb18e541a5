"""docgen merge: PDF files into one."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli.options import Progress, page_count_text, write_output
from docgen.messages import _


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, metavar="FILE", help="The PDF to make; - is standard output.")
def merge(files: tuple[Path, ...], output: str) -> None:
    """Join PDF FILES in the order given. Bookmarks stay; fonts and images that are the same are stored once.

    \b
    docgen merge out/*.pdf -o all.pdf
    """
    from docgen.confined import page_count
    from docgen.pdf import merge as merge_files

    progress = Progress(len(files))
    content = merge_files(files, lambda: progress(_("merging"), 1))
    progress.end()
    write_output(output, content, page_count_text(page_count(content)))
