"""docgen's side of what the command line does not do alone: python docgen_work.py WORK ARGUMENTS…

weasyprint ROWS OUTPUT   the certificates by WeasyPrint, artwork stored once
documents ROWS FOLDER    each certificate as a Word document
preflight VOLUME COUNT   the first pages of a volume measured, each as a whole by PDFium
warm ROWS COUNT          seconds for one certificate in a warm process: by press, for the archive, by WeasyPrint, as JSON
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from docgen import render
from docgen.artwork import artwork_folders
from docgen.compose import compose
from docgen.compose.page import PRINT_LAYERS
from docgen.form import load_form
from docgen.paint.info import document_info
from docgen.paint.pdf.weasy import paint_pages
from docgen.paint.press import finish_for, press_file
from docgen.preflighting.facts import read_facts
from docgen.preflighting.measuring import MeasuredFile, _measured
from docgen.prints import Print
from docgen.purposes import Purpose
from docgen.record import read_record

FORM = "retraining-certificate"


def read_rows(path: str) -> list[dict]:
    return json.loads(Path(path).read_text(encoding="utf-8"))


def weasyprint(path: str, output: str) -> None:
    form = load_form(FORM)
    records = [read_record(form, row) for row in read_rows(path)]
    pages = [page for record in records for page in compose(form, record, PRINT_LAYERS["full"])]
    Path(output).write_bytes(paint_pages(pages, document_info(form, records), artwork_folders()))


def documents(path: str, folder: str) -> None:
    form = load_form(FORM)
    Path(folder).mkdir(exist_ok=True)
    for number, row in enumerate(read_rows(path), 1):
        Path(folder, f"{number:06}.docx").write_bytes(render(form, row, to="docx"))


def preflight(path: str, count: str) -> None:
    """Measure pages as those that are like no other are."""
    pdf = Path(path).read_bytes()
    facts = read_facts(pdf)
    files = [MeasuredFile(path, facts, range(int(count)))]
    _measured([pdf], load_form(FORM), Print.FULL, files, lambda *_step: None, is_alike=False)


def warm(path: str, times: str) -> None:
    rows, count = read_rows(path), int(times)
    plain, archive = (
        partial(press_file, finish=finish_for(each), form=load_form(FORM)) for each in (Purpose.PLAIN, Purpose.ARCHIVE)
    )
    painters = {"press": (plain, count), "archive": (archive, count), "weasyprint": (paint_pages, min(count, 20))}
    print(json.dumps({name: _seconds(paint, rows, most) for name, (paint, most) in painters.items()}))


def _seconds(paint: Callable[..., bytes], rows: list[dict], count: int) -> float:
    """Return the median over `count` records, each its own PDF; three more come first to warm up."""
    form, artwork, taken = load_form(FORM), artwork_folders(), []
    for number in range(count + 3):
        begun = time.perf_counter()
        record = read_record(form, rows[number % len(rows)])
        paint(compose(form, record, PRINT_LAYERS["full"]), document_info(form, [record]), artwork)
        taken.append(time.perf_counter() - begun)
    return median(taken[3:])


WORKS = {"weasyprint": weasyprint, "documents": documents, "preflight": preflight, "warm": warm}

if __name__ == "__main__":
    WORKS[sys.argv[1]](*sys.argv[2:])
