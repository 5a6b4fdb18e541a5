"""Typst: python typst_peer.py FOLDER FONTS OUTPUT TEMPLATE ROWS [all|stock]. A whole run, from templates and JSON to one PDF.

`stock` first makes a page of what is the same on every copy and then lays it under each page, as docgen does.
"""

from __future__ import annotations

import sys
from pathlib import Path

import typst


def main(folder: str, fonts: str, output: str, template: str, rows: str, way: str = "all") -> None:
    def make(target: str, part: str) -> None:
        inputs = {"rows": rows, "part": part}
        typst.compile(
            str(Path(folder, template)), target, root=folder, font_paths=[fonts], ignore_system_fonts=True, sys_inputs=inputs
        )

    if way == "stock":
        make(str(Path(folder, "stock.pdf")), "stock")
    make(output, {"all": "all", "stock": "data"}[way])


main(*sys.argv[1:])
