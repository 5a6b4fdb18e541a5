"""docgen's side of what the command line does not do alone: python docgen_work.py WORK ARGUMENTS…

weasyprint ROWS OUTPUT   the certificates by WeasyPrint, artwork stored once
documents ROWS FOLDER    each certificate as a Word document
preflight VOLUME COUNT   the first pages of a volume measured, each as a whole by PDFium
codes ROWS COUNT FEW     processor seconds for a signed code, and for a signed certificate of a volume; FEW by segno, as JSON
cluster ROWS FOLDER      processor seconds of a batch by two workers of a Dask cluster that runs, and by two of its own, as JSON
warm ROWS COUNT          seconds for one certificate in a warm process: by press, for the archive, by WeasyPrint, as JSON
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import segno

sys.path.insert(1, str(Path(__file__).parent.parent))

import support.cluster

from docgen import batch, render
from docgen.artwork import artwork_folders
from docgen.codes import DocumentCoder, KeyHolder, PublicKey, coding, public_of
from docgen.compose import compose
from docgen.compose.page import PRINT_LAYERS, Symbol
from docgen.form import Form, backed, load_form
from docgen.paint.info import document_info
from docgen.paint.pdf.weasy import paint_pages
from docgen.paint.press import finish_for, press_file
from docgen.preflighting.facts import read_facts
from docgen.preflighting.measuring import MeasuredFile, _measured
from docgen.prints import Print
from docgen.purposes import Purpose
from docgen.record import Record, read_record

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


def codes(path: str, count: str, few: str) -> None:
    """Measure codes, and volumes of certificates whose backs have them; and the same with segno's defaults."""
    rows = read_rows(path)
    secret = bytes(range(32))
    days = {"first": date(2000, 1, 1), "last": date(2099, 12, 31)}
    signer = KeyHolder(secret, PublicKey(public_of(secret), "docgen", **days))
    form = backed(load_form(FORM))
    found = {}
    with TemporaryDirectory() as folder:
        for name, draw, most in (("docgen", coding.symbol, int(count)), ("segno", _by_segno, int(few))):
            coding.symbol = draw
            records = [read_record(form, row) for row in rows[:most]]
            found[name] = _processor(_draw_all, DocumentCoder(signer), form, records) / most
            options = {"split": most, "workers": 1, "back": True, "signer": signer, "purpose": "plain"}
            found[f"{name}, volume"] = _processor(batch, FORM, rows[:most], Path(folder, name), **options) / most
    print(json.dumps(found))


def _draw_all(coder: DocumentCoder, form: Form, records: list[Record]) -> None:
    for record in records:
        coder.symbol(form, record)


def _by_segno(text: str) -> Symbol:
    matrix = segno.make_qr(text, error="M").matrix
    width = (len(matrix) + 7) // 8
    bits = ("".join(map(str, row)).ljust(width * 8, "0") for row in matrix)
    return Symbol(len(matrix), b"".join([int(row, 2).to_bytes(width) for row in bits]))


def cluster(path: str, folder: str) -> None:
    """Print the table by both in turn, and count what scheduler, workers and the command itself take."""
    found = []
    with support.cluster.cluster("", "") as (address, scheduler, workers):
        nodes = [each.pid for each in (scheduler, *workers)]
        for options in (("--scheduler", address), ("--workers", "2")):
            words = ("batch", FORM, path, "--split", "1000", "--for", "plain", "--quiet", "-o", f"{folder}{len(found)}")
            before = sum(map(_of_process, nodes))
            taken = _processor(
                subprocess.run, (sys.executable, "-m", "docgen", *words, *options), check=True, capture_output=True
            )
            found.append(taken + sum(map(_of_process, nodes)) - before)
    print(json.dumps(found))


def _of_process(number: int) -> float:
    """Return the seconds of the processor that a process has taken, and the children that it waited for."""
    words = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, words[11:15])) / os.sysconf("SC_CLK_TCK")


def _processor(work: Callable[..., object], *given: object, **options: object) -> float:
    """Return the processor time of some work, that of its child processes included."""
    before = os.times()
    work(*given, **options)
    return sum(os.times()[:4]) - sum(before[:4])


WORKS = {
    "weasyprint": weasyprint,
    "documents": documents,
    "preflight": preflight,
    "warm": warm,
    "codes": codes,
    "cluster": cluster,
}

if __name__ == "__main__":
    WORKS[sys.argv[1]](*sys.argv[2:])
