"""The press: volumes of fixed pages at print-shop speed, as variable data printing does it.

What is the same on every copy (artwork) is painted once by WeasyPrint and stored once; each page adds only its text, which
`compose` has placed already. Pages are written as they come, so memory does not grow with the batch.
"""

from __future__ import annotations

import io
from collections.abc import Iterable

from docgen import fonts
from docgen.artwork import ArtworkFolders
from docgen.compose import Page
from docgen.paint.info import DocumentInfo
from docgen.paint.press.volume import Volume

__all__ = ["Volume", "press_pages"]


def press_pages(pages: Iterable[Page], info: DocumentInfo, artwork: ArtworkFolders) -> bytes:
    """Return one PDF of the pages with the bookmarks of `info`; the same page as `docgen.paint.pdf.weasy.paint_pages` makes.

    The faces hold a whole alphabet, which was made ready once, rather than wait for a subset of their own. DataError for artwork
    that is missing or unfit for print.
    """
    buffer = io.BytesIO()
    labels = {index: label for label, index in info.bookmarks}
    volume = Volume(buffer, artwork, fonts.ALPHABET)
    for index, page in enumerate(pages):
        volume.add(page, labels.get(index), hashed=False)
    volume.close(info)
    return buffer.getvalue()
