"""C libraries that read files from outside, each behind one boundary, in child processes with limits of time and memory.

An operation is a function that declares itself with its limits:

    @operation(seconds=60, megabytes=1024, loads=("pypdfium2",))
    def page_count(pdf: bytes) -> int: ...

and is called like any function; it then runs in a child process that is kept for the next call (`docgen.confined.pool`). The
table of our own operations is `docgen.confined.operations`. What is exported here as `page_count` and `pages_png` runs in this
process: it reads files that docgen made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.exports import lazy_exports

if TYPE_CHECKING:
    from docgen.confined.bounds import bind_memory, bind_time, rest, settle_signals, unbind, used_megabytes
    from docgen.confined.limits import Limits, Operation, operation, report_step
    from docgen.confined.operations import (
        artwork_png,
        clear_png,
        coded_page,
        codes_in_picture,
        other_ink,
        page_png,
        page_size,
        page_words,
        rewritten_pdf,
    )
    from docgen.confined.pool import child_command
    from docgen.confined.raster import RESOLUTIONS, page_count, pages_png
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "bounds": "bind_memory bind_time rest settle_signals unbind used_megabytes",
            "limits": "Limits Operation operation report_step",
            "operations": "artwork_png clear_png coded_page codes_in_picture other_ink page_png page_size page_words "
            "rewritten_pdf",
            "pool": "child_command",
            "raster": "RESOLUTIONS page_count pages_png",
        },
    )

__all__ = [
    "RESOLUTIONS",
    "Limits",
    "Operation",
    "artwork_png",
    "bind_memory",
    "bind_time",
    "child_command",
    "clear_png",
    "coded_page",
    "codes_in_picture",
    "operation",
    "other_ink",
    "page_count",
    "page_png",
    "page_size",
    "page_words",
    "pages_png",
    "report_step",
    "rest",
    "rewritten_pdf",
    "settle_signals",
    "unbind",
    "used_megabytes",
]
