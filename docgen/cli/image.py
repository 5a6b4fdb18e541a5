"""docgen image: a page of a PDF as a picture."""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli.options import refuse_input, write_output
from docgen.confined import RESOLUTIONS
from docgen.messages import _


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, metavar="FILE", help="The PNG to make; - is standard output.")
@click.option("--page", default=1, show_default=True, help="Which page.")
@click.option("--dpi", default=150, show_default=True, type=click.IntRange(*RESOLUTIONS), help="Resolution.")
def image(file: Path, output: str, page: int, dpi: int) -> None:
    """Show a page of FILE.pdf as PNG, to look at before the run.

    \b
    docgen image out/retraining-certificate-001.pdf --page 17 -o 17.png
    """
    from docgen.confined import page_png
    from docgen.files import read_bytes

    if output != "-" and not output.lower().endswith(".png"):
        raise click.UsageError(_("A picture is written as .png, not “{suffix}”.", suffix=Path(output).suffix))
    refuse_input(output, file)
    write_output(output, page_png.within(file=str(file))(read_bytes(file, 4 << 30), page, dpi, str(file)))
