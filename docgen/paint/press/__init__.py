"""The press: volumes of fixed pages at print-shop speed, as variable data printing does it.

What is the same on every copy (artwork) is painted once by WeasyPrint and stored once; each page adds only its text, which
`compose` has placed already. Pages are written as they come, so memory does not grow with the batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.exports import lazy_exports

if TYPE_CHECKING:
    from docgen.paint.press.finish import PLAIN, Finish
    from docgen.paint.press.finishes import finish_for
    from docgen.paint.press.options import PressOptions
    from docgen.paint.press.separate import SeparateFiles, press_file
    from docgen.paint.press.volume import Volume, press_pages
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "finish": "PLAIN Finish",
            "finishes": "finish_for",
            "options": "PressOptions",
            "separate": "SeparateFiles press_file",
            "volume": "Volume press_pages",
        },
    )

__all__ = ["PLAIN", "Finish", "PressOptions", "SeparateFiles", "Volume", "finish_for", "press_file", "press_pages"]
