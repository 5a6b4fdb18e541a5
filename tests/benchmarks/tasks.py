"""What is measured: commands of docgen and of its peers, each a task."""

from __future__ import annotations

import os
from pathlib import Path

from measure import Task

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
WORK = ROOT / "build" / "bench"
FONTS = ROOT / "fonts"
PYTHON, DOCGEN, PEER = (str(ROOT / path) for path in (".venv/bin/python", ".venv/bin/docgen", ".venv-bench/bin/python"))
PY_SPY = ROOT / ".venv-bench/bin/py-spy"
FORM = "retraining-certificate"

#: Records a volume where workers share the work; else all stand in one, as in the files of the peers.
SPLIT = 1000

#: How many processes measure.
CORES = {"1 worker": 1, "all cores": os.cpu_count() or 1}

SIZES = {
    "certificates": 20_000, "large": 100_000, "register": 20_000, "documents": 2_000,
    "weasyprint": 100, "warm": 200, "pdfimpose": 1_000, "few measured": 1_000, "measured": 5_000, "requests": 100_000,
    "report": 500, "codes": 40, "singles": 200, "tasks": 300, "one": 1,
}  # fmt: skip

#: What peers are measured against: their files are plain too.
PLAIN = ("--for", "plain")


def batch(count: int, workers: int = 1, split: int = 0) -> Task:
    name = f"docgen, {workers} workers, volumes of {split:,}" if split else "docgen"
    folder = WORK / f"docgen-{count}-{workers}-{split}"
    table = str(WORK / f"certificates-{count}.json")
    options = ("--workers", str(workers), "--split", str(split or count), "--quiet", "-o", str(folder), *PLAIN)
    return Task(name, (DOCGEN, "batch", FORM, table, *options), count, folder / f"{FORM}-001.pdf")


def numbered(count: int) -> Task:
    """The same, with numbers from a book that is new each time: asked again for the same numbers it has less to do."""
    folder, book = WORK / f"numbered-{count}", WORK / "book.db"
    options = (
        "--workers",
        "1",
        "--split",
        str(count),
        "--quiet",
        "--allow-doubles",
        "-o",
        str(folder),
        "--register",
        str(book),
        *PLAIN,
    )
    command = (DOCGEN, "batch", FORM, str(WORK / f"unnumbered-{count}.json"), *options)
    return Task("docgen, numbered by the register", command, count, folder / f"{FORM}-001.pdf", book)


def separate(count: int) -> Task:
    """The same with a file of its own for each record besides."""
    folder, table = WORK / f"separate-{count}", str(WORK / f"certificates-{count}.json")
    options = ("--workers", "1", "--split", "1000", "--quiet", "-o", str(folder), "--each", "{number}", *PLAIN)
    return Task("docgen, a file each", (DOCGEN, "batch", FORM, table, *options), count)


def press(count: int) -> Task:
    """The same for the press: a PDF/VT-1 in inks."""
    folder, table = WORK / f"press-{count}", str(WORK / f"certificates-{count}.json")
    options = ("--workers", "1", "--split", str(count), "--quiet", "-o", str(folder), "--for", "press")
    return Task("docgen, for the press", (DOCGEN, "batch", FORM, table, *options), count, folder / f"{FORM}-001.pdf")


def archived(count: int) -> Task:
    """The same for the archive: PDF/A-2b."""
    folder, table = WORK / f"archive-{count}", str(WORK / f"certificates-{count}.json")
    options = ("--workers", "1", "--split", str(count), "--quiet", "-o", str(folder), "--for", "archive")
    return Task("docgen, for the archive", (DOCGEN, "batch", FORM, table, *options), count, folder / f"{FORM}-001.pdf")


def reported(count: int, purpose: str) -> Task:
    """A report of many rows, whose tags are its rows and cells where it is for the archive."""
    output = WORK / f"report-{purpose}.pdf"
    command = (DOCGEN, "render", "retraining-results", str(WORK / f"results-{count}.json"), "-o", str(output), "--for", purpose)
    return Task(f"docgen, {purpose} report", command, count, output)


def sheets(count: int, *, marks: bool) -> Task:
    """The pages of that volume on press sheets, two on each."""
    output = WORK / f"sheets-{count}-{marks}.pdf"
    options = ("--scheme", "sra3-2xa4", "--marks" if marks else "--no-marks", "-o", str(output))
    command = (DOCGEN, "impose", str(press(count).output), *options)
    return Task("docgen impose, with marks" if marks else "docgen impose", command, count, output)


def pikepdf_sheets(count: int) -> Task:
    output = WORK / f"pikepdf-{count}.pdf"
    command = (PEER, str(HERE / "peers/pikepdf_peer.py"), str(press(count).output), str(output))
    return Task("pikepdf, by hand", command, count, output)


def pdfimpose_sheets(count: int) -> Task:
    output = WORK / f"pdfimpose-{count}.pdf"
    command = (PEER, "-m", "pdfimpose", "cutstackfold", "--signature", "1x1", "-o", str(output), str(press(count).output))
    return Task("pdfimpose", command, count, output)


#: Typst with one thread of its own: a core beside a core of docgen's.
ONE_THREAD = ("env", "RAYON_NUM_THREADS=1")


def typst(
    name: str, template: str, rows: str, count: int, way: str = "all", parts: int = 1, threads: tuple[str, ...] = ()
) -> Task:
    output = WORK / f"typst-{Path(template).stem}-{way}-{count}-{parts}.pdf"
    script = str(HERE / "peers/typst_peer.py")
    words = (str(WORK), str(FONTS), str(output), template, rows, way, str(parts))
    return Task(name, (*threads, PEER, script, *words), count, output)


def typst_all(count: int) -> Task:
    return typst("Typst, all texts on each page", "certificate.typ", f"certificates-{count}.json", count, threads=ONE_THREAD)


def typst_stock(count: int) -> Task:
    name = "Typst, fixed texts in the master"
    return typst(name, "certificate.typ", f"certificates-{count}.json", count, "stock", threads=ONE_THREAD)


def typst_cores(count: int) -> list[Task]:
    """Typst on all cores, in the ways that it may take: a process with a thread a core, and a process a core."""
    cores, rows = CORES["all cores"], f"certificates-{count}.json"
    return [
        typst("Typst, a thread a core", "certificate.typ", rows, count, "stock", threads=("env", f"RAYON_NUM_THREADS={cores}")),
        typst("Typst, a process a core", "certificate.typ", rows, count, "stock", cores, ONE_THREAD),
    ]


def fullbleed(count: int, lane: str) -> Task:
    """fullbleed with as many threads as it takes."""
    output = WORK / f"fullbleed-{lane}-{count}.pdf"
    script = str(HERE / "peers/fullbleed_peer.py")
    return Task(
        f"fullbleed, {lane}",
        (PEER, script, str(WORK), str(FONTS), str(output), f"certificates-{count}.json", lane),
        count,
        output,
    )


def reportlab(count: int) -> Task:
    output = WORK / f"reportlab-{count}.pdf"
    script = str(HERE / "peers/reportlab_peer.py")
    return Task("ReportLab", (PEER, script, str(WORK), str(FONTS), str(output), f"certificates-{count}.json"), count, output)


def own(name: str, work: str, count: int, output: Path) -> Task:
    """A task of docgen_work.py, which is run in docgen's own environment."""
    command = (PYTHON, str(HERE / "docgen_work.py"), work, str(WORK / f"certificates-{count}.json"), str(output))
    return Task(name, command, count)
