"""Typst: python typst_peer.py FOLDER FONTS OUTPUT TEMPLATE ROWS [all|stock] [PARTS]. A whole run, from templates and JSON to PDF.

`stock` first makes a page of what is the same on every copy and then lays it under each page, as docgen does. With PARTS the rows
are shared out to as many processes, each with a file of its own: the first is OUTPUT.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import typst


def compile_to(folder: str, fonts: str, template: str, target: str, rows: str, part: str) -> None:
    source = str(Path(folder, template))
    inputs = {"rows": rows, "part": part}
    typst.compile(source, target, root=folder, font_paths=[fonts], ignore_system_fonts=True, sys_inputs=inputs)


def main(folder: str, fonts: str, output: str, template: str, rows: str, way: str = "all", parts: str = "1") -> None:
    make, count = partial(compile_to, folder, fonts, template), int(parts)
    if way == "stock":
        make(str(Path(folder, "stock.pdf")), rows, "stock")
    shared = [rows] if count == 1 else share(Path(folder), rows, count)
    jobs = [
        (output if number == 0 else f"{output}.{number}", each, {"all": "all", "stock": "data"}[way])
        for number, each in enumerate(shared)
    ]
    if count == 1:
        make(*jobs[0])
        return
    with get_context("spawn").Pool(count) as pool:
        pool.starmap(make, jobs)


def share(folder: Path, rows: str, count: int) -> list[str]:
    """Return the names of files that hold a part of the rows each."""
    records = json.loads((folder / rows).read_text(encoding="utf-8"))
    size = -(-len(records) // count)
    names = [f"{Path(rows).stem}-{number + 1}-of-{count}.json" for number in range(count)]
    for number, name in enumerate(names):
        part = records[number * size : (number + 1) * size]
        (folder / name).write_text(json.dumps(part, ensure_ascii=False), encoding="utf-8")
    return names


if __name__ == "__main__":
    main(*sys.argv[1:])
