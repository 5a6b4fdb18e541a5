"""Printing plates: what each ink of a page prints, as Ghostscript separates it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import numpy
from PIL import Image

from docgen.inks.palette import palette
from support import processes

PROCESS = ("Cyan", "Magenta", "Yellow", "Black")


def separations(pdf: bytes, folder: Path, dpi: int = 72) -> dict[str, numpy.ndarray]:
    """Return the plates of the first page by their inks: per cent of each ink, rows by columns."""
    folder.mkdir(exist_ok=True)
    (folder / "page.pdf").write_bytes(pdf)
    words = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=tiffsep", f"-r{dpi}", "-dLastPage=1", "-dMaxSpots=16"]
    processes.run([*words, f"-sOutputFile={folder / 'plate%d.tif'}", folder / "page.pdf"], check=True, capture_output=True)
    plates = {unquote(path.stem.partition("(")[2].rstrip(")")): path for path in folder.glob("plate1(*")}
    return {name: 100 - numpy.asarray(Image.open(path).convert("L")) / 2.55 for name, path in plates.items()}


def dots_of(recipe: str) -> dict[str, float]:
    """Return the dots of a recipe of the palette by their inks, in per cent."""
    [found] = [each for each in palette().values() if each.name == recipe]
    return dict(zip(PROCESS, found.cmyk, strict=True))
