"""docgen beside its peers, in one go: `make bench` writes RESULTS.md.

RUNS=3                 runs of each
N=500                  a quick trial, at most that many of everything; it leaves RESULTS.md alone
ONLY="cold warm"       these lines alone (the functions in LINES); it leaves RESULTS.md alone
BASE=f78b646           docgen beside that commit of its own too (the lines of before.py)
PROFILE=1              where docgen's time goes, by room and by function, instead
DATE=2026-02-06        the day that RESULTS.md carries, where SOURCE_DATE_EPOCH does not say it
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import median

import before
import measure as measuring
import profiling
import results
import services
import standing
from measure import Bench, Failed, Task
from results import Line
from services import Load, RunningService
from tasks import (
    CORES,
    DOCGEN,
    FONTS,
    FORM,
    HERE,
    PEER,
    PLAIN,
    PY_SPY,
    PYTHON,
    ROOT,
    SIZES,
    SPLIT,
    WORK,
    archived,
    batch,
    fullbleed,
    numbered,
    own,
    pdfimpose_sheets,
    pikepdf_sheets,
    press,
    reported,
    reportlab,
    separate,
    sheets,
    typst,
    typst_all,
    typst_cores,
    typst_stock,
)  # fmt: skip

# ---- Lines of the table


def certificates(bench: Bench) -> list[Line]:
    """A core beside a core: one worker, and peers of one thread, but for fullbleed, which takes as many as there are."""
    count, few = bench.sizes["certificates"], bench.sizes["weasyprint"]
    work = f"{count:,} certificates, a core"
    ours, *peers = bench.measure(batch(count), typst_all(count), typst_stock(count), reportlab(count))
    [weasy] = bench.measure(own(f"WeasyPrint, {few} measured", "weasyprint", few, WORK / "weasyprint.pdf"))
    targets = {peers[0]: 3, peers[1]: 3}
    return [results.faster(work, ours, peer, "pages", targets.get(peer)) for peer in (*peers, weasy)]


def workers(bench: Bench) -> list[Line]:
    """All cores: docgen's workers beside one of them, Typst in its best shape, and both lanes of fullbleed."""
    count = bench.sizes["certificates"]
    work = f"{count:,} certificates, all cores"
    all_cores = batch(count, CORES["all cores"], SPLIT)
    ours, one, *typsts = bench.measure(all_cores, batch(count, 1, SPLIT), *typst_cores(count))
    lanes = {lane: bench.measure(fullbleed(count, lane))[0] for lane in ("reflow", "fixed")}
    best = max(typsts, key=lambda each: each.rate)
    lines = [results.faster(work, ours, one, "pages", None)]
    lines += [results.faster(work, ours, each, "pages", 3 if each is best else None) for each in typsts]
    lines += [results.faster(work, ours, lanes["reflow"], "pages", 1), results.faster(work, ours, lanes["fixed"], "pages", None)]
    return lines + [
        standing.line(f"{name}: where its lines stand", each.task.output, WORK)
        for name, each in (("docgen", ours), *((each.task.name, each) for each in lanes.values()))
    ]


def numbers(bench: Bench) -> list[Line]:
    count = bench.sizes["certificates"]
    ours, other = bench.measure(numbered(count), batch(count))
    return [results.costs(f"{count:,} certificates, numbered, beside unnumbered: processor time", ours, other, 1.25)]


def files(bench: Bench) -> list[Line]:
    count = bench.sizes["measured"]
    [each] = bench.measure(separate(count))
    work = f"{count:,} certificates and a file for each: processor time a record"
    return [Line(work, f"{1000 * each.cpu / count:.2f} ms", "", "", "", None)]


def large(bench: Bench) -> list[Line]:
    count, fewer = bench.sizes["large"], bench.sizes["certificates"]
    many, few = bench.measure(batch(count), batch(fewer))
    growth = (many.seconds / many.task.count) / (few.seconds / few.task.count)
    time = Line(
        f"{count:,} certificates, time a page", f"{1000 * many.seconds / count:.3f} ms",
        f"docgen, {fewer:,}: {1000 * few.seconds / fewer:.3f} ms", f"{growth:.2f} ×", "at most 1.1 ×", growth <= 1.1,
    )  # fmt: skip
    return [results.lighter(f"{count:,} certificates, peak memory", many, 200), time]


def bytes_a_page(bench: Bench) -> list[Line]:
    count = bench.sizes["certificates"]
    makers = {"docgen": batch, "all": typst_all, "stock": typst_stock}
    found = bench.measure(*(make(each) for make in makers.values() for each in (count, 1)))
    sizes = [(many.size - one.size) / (count - 1) for many, one in zip(found[::2], found[1::2], strict=True)]
    ours, *theirs = sizes
    return [
        Line("bytes a page, without the master", f"{ours:.0f}", f"{make(1).name}: {size:.0f}", f"{ours / size:.2f} ×",
             "at most 0.5 ×", ours <= size / 2)
        for make, size in zip((typst_all, typst_stock), theirs, strict=True)
    ]  # fmt: skip


def for_the_press(bench: Bench) -> list[Line]:
    """What inks, bleed and document parts cost beside plain volumes; and sheets with marks and slug besides."""
    count = bench.sizes["certificates"]
    plain, volume, placed = bench.measure(batch(count), press(count), sheets(count, marks=True))
    work = f"{count:,} certificates for the press, beside plain"
    more, all_more = ((each.size - plain.size) / count for each in (volume, placed))
    sheets_work = f"sheets with marks of {count:,} certificates, beside plain volumes"
    return [
        results.costs(f"{work}: processor time", volume, plain, 1.1),
        Line(f"{work}: bytes a page", f"{more:.0f} more", "", "", "at most 120", more <= 120),
        results.costs(f"{sheets_work}: processor time", placed, plain, 1.3),
        results.costs(f"{sheets_work}, the volumes for the press included: processor time", volume, plain, None, placed),
        Line(f"{sheets_work}: bytes a page", f"{all_more:.0f} more", "", "", "at most 300", all_more <= 300),
    ]


def for_the_archive(bench: Bench) -> list[Line]:
    """What metadata, intents and tags cost beside plain files."""
    count, rows = bench.sizes["certificates"], bench.sizes["report"]
    plain, volume = bench.measure(batch(count), archived(count))
    untagged, report = bench.measure(reported(rows, "plain"), reported(rows, "archive"))
    more, work = (volume.size - plain.size) / count, f"{count:,} certificates for the archive, beside plain"
    growth, report_work = report.peak / untagged.peak, f"a report of {rows:,} rows for the archive, beside plain"
    return [
        results.costs(f"{work}: processor time", volume, plain, 1.02),
        Line(f"{work}: bytes a page", f"{more:.1f} more", "", "", "at most 20", more <= 20),
        results.costs(f"{report_work}: processor time", report, untagged, 1.5),
        Line(f"{report_work}: peak memory", f"{report.peak:.0f} MB", f"{untagged.task.name}: {untagged.peak:.0f} MB",
             f"{growth:.2f} ×", "at most 1.5 ×", growth <= 1.5),
    ]  # fmt: skip


def imposition(bench: Bench) -> list[Line]:
    count, few = bench.sizes["certificates"], bench.sizes["pdfimpose"]
    volume, small = bench.measure(press(count), press(few))
    ours, marked, peer, other = bench.measure(
        sheets(count, marks=False), sheets(count, marks=True), pikepdf_sheets(count), pdfimpose_sheets(few)
    )
    work = f"imposition of {count:,} pages"
    lines = [
        results.faster(f"{work}, no marks", ours, peer, "pages", None),
        results.faster(f"{work}, no marks ({few:,} by the peer)", ours, other, "pages", None),
        Line(f"{work}, no marks", f"{ours.rate:,.0f} pages/s", "", "", "5,000 pages/s", ours.rate >= 5000),
        Line(f"{work}, with marks", f"{marked.rate:,.0f} pages/s", "", "", "5,000 pages/s", marked.rate >= 5000),
        results.lighter(f"{work}, peak memory", marked, 200),
    ]
    beside = ((ours, volume, 1.1), (marked, volume, None), (peer, volume, None), (other, small, None))
    return lines + [results.larger(work, *each) for each in beside]


def register(bench: Bench) -> list[Line]:
    count = bench.sizes["register"]
    output, record = WORK / "register.pdf", str(WORK / f"register-{count}.json")
    command = (DOCGEN, "render", "certificate-register", record, "-o", str(output), *PLAIN)
    ours = Task("docgen, register", command, count, output)
    peer = typst("Typst, register", "register.typ", f"register-{count}.json", count)
    ours, peer = bench.measure(ours, peer)
    work = f"register of {count:,} rows"
    return [results.faster(work, ours, peer, "rows", 5), results.lighter(f"{work}, peak memory", ours, 200)]


def flowing(bench: Bench) -> list[Line]:
    """A list of many rows, whose pages WeasyPrint would lay out one by one: a few rows of it are measured so."""
    count, few = bench.sizes["measured"], bench.sizes["weasyprint"]
    output = WORK / "results.pdf"
    command = (DOCGEN, "render", "retraining-results", "-o", str(output), *PLAIN)
    ours, theirs = bench.measure(
        Task("docgen, results", (*command, str(WORK / f"results-{count}.json")), count, output),
        Task(f"WeasyPrint, {few} measured", (*command, str(WORK / f"results-{few}.json")), few, output),
    )
    work = f"results of a course, {count:,} rows"
    return [results.faster(work, ours, theirs, "rows", 15), results.lighter(f"{work}, memory", ours, 150)]


def warm(bench: Bench) -> list[Line]:
    """Timed inside one process, so each run answers with a median of its own."""
    command = (PYTHON, str(HERE / "docgen_work.py"), "warm", str(WORK / "certificates-1.json"), str(bench.sizes["warm"]))
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    ours, peer, kept = found["press"], found["weasyprint"], found["archive"]
    return [
        Line("one certificate on a warm process", f"{1000 * ours:.2f} ms", f"WeasyPrint: {1000 * peer:.1f} ms",
             f"{peer / ours:.1f} ×", "50 ×", peer / ours >= 50),
        Line("one certificate on a warm process, for the archive", f"{1000 * kept:.2f} ms", f"plain: {1000 * ours:.2f} ms",
             f"{kept / ours:.2f} ×", "at most 1.3 ×", kept / ours <= 1.3),
    ]  # fmt: skip


def on_a_cluster(bench: Bench) -> list[Line]:
    """Two workers of a Dask cluster on this machine beside two processes of docgen's own."""
    count, found = bench.sizes["certificates"], list[list[float]]()
    command = (PYTHON, str(HERE / "docgen_work.py"), "cluster", str(WORK / f"certificates-{count}.json"), str(WORK / "cluster-"))
    for _turn in range(bench.runs):
        found.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    ours, local = (median(each) for each in zip(*found, strict=True))
    work = f"{count:,} certificates by two workers of a Dask cluster: processor time"
    ratio = ours / local
    return [Line(work, f"{ours:.2f} s", f"two of its own: {local:.2f} s", f"{ratio:.2f} ×", "at most 1.3 ×", ratio <= 1.3)]


def signed(bench: Bench) -> list[Line]:
    """What a signed code costs, and volumes with one on each back; beside the same with segno's defaults, in one process."""
    count, few = bench.sizes["few measured"], bench.sizes["codes"]
    command = (PYTHON, str(HERE / "docgen_work.py"), "codes", str(WORK / f"certificates-{count}.json"), str(count), str(few))
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    code, theirs, volume, other = (found[each] for each in ("docgen", "segno", "docgen, volume", "segno, volume"))
    return [
        Line("a code made and signed: processor time", f"{1000 * code:.2f} ms", f"by segno: {1000 * theirs:.1f} ms",
             f"{theirs / code:.1f} ×", "at most 1.5 ms", code <= 0.0015),
        Line(f"{count:,} signed certificates with their backs, a core", f"{1 / volume:,.0f} records/s",
             f"by segno ({few:,}): {1 / other:,.0f}", f"{other / volume:.1f} ×", "8 ×, 600 records/s",
             other >= 8 * volume and volume <= 1 / 600),
    ]  # fmt: skip


def documents(bench: Bench) -> list[Line]:
    count = bench.sizes["documents"]
    script = str(HERE / "peers/docxtpl_peer.py")
    peer = Task("docxtpl", (PEER, script, str(WORK), str(WORK / "docxtpl"), f"certificates-{count}.json"), count)
    ours, theirs = bench.measure(own("docgen, DOCX", "documents", count, WORK / "docx"), peer)
    for folder in ("docx", "docxtpl"):  # 1.4 MB a document, most of it pictures
        shutil.rmtree(WORK / folder)
    return [results.faster(f"{count:,} certificates as DOCX", ours, theirs, "documents", 10)]


def preflight(bench: Bench) -> list[Line]:
    lines = []
    for count in (bench.sizes["few measured"], bench.sizes["measured"]):
        [volume] = bench.measure(batch(count))
        path, few = str(volume.task.output), min(bench.sizes["weasyprint"], count)
        command = (DOCGEN, "preflight", path, "--workers")
        one, all_cores = (Task(f"preflight, {name}", (*command, str(number)), count) for name, number in CORES.items())
        script = (PYTHON, str(HERE / "docgen_work.py"), "preflight", path, str(few))
        each = Task(f"each page by PDFium, {few} measured", script, few)
        ours, theirs, other = bench.measure(one, all_cores, each)
        work = f"preflight of {count:,} certificates"
        lines += [results.faster(f"{work}, 1 worker", ours, other, "pages", 15), results.lighter(f"{work}, memory", ours, 200)]
        lines += [results.faster(f"{work}, all cores beside 1", theirs, ours, "pages", None)]
    return lines


# ---- Lines of the service


def docgen_service(folder: Path, *options: str) -> AbstractContextManager[RunningService]:
    port = services.free_port()
    command = (DOCGEN, "serve", "--port", str(port), "--data", str(folder), *options)
    return services.running("docgen serve", command, port)


def peer_service(name: str, python: str, app: str) -> AbstractContextManager[RunningService]:
    """A service of the same framework with as many processes as there are cores."""
    port = services.free_port()
    command = (python, "-m", "uvicorn", app, "--port", str(port), "--workers", "2", "--log-level", "warning", "--no-access-log")
    paths = os.pathsep.join(map(str, (ROOT, HERE, HERE / "peers")))
    return services.running(name, command, port, {"BENCH": str(WORK), "FONTS": str(FONTS), "PYTHONPATH": paths})


def bodies(count: int) -> Path:
    """Return a file of records, one a line."""
    path = WORK / f"bodies-{count}.jsonl"
    rows = json.loads((WORK / f"certificates-{count}.json").read_text("utf-8"))
    path.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), "utf-8")
    return path


def under_load(bench: Bench) -> list[Line]:
    """Certificates a second with 20 clients, beside services of the peers; the rounds take turns."""
    given, seconds = bodies(bench.sizes["documents"]), bench.seconds
    ours, path = "docgen serve", f"/v1/forms/{FORM}/documents"
    calls = {ours: f"{path}?for=plain", "for the archive": path, "Typst": "/certificate", "WeasyPrint": "/certificate"}
    loads: dict[str, list[Load]] = {name: [] for name in calls}
    with (
        docgen_service(WORK / "service", "--register", str(WORK / "service.db")) as docgen,
        peer_service("Typst", PEER, "typst_service:app") as typst,
        peer_service("WeasyPrint", PYTHON, "weasyprint_service:app") as weasy,
    ):
        asked = {ours: docgen, "for the archive": docgen, "Typst": typst, "WeasyPrint": weasy}
        for _turn in range(bench.runs):
            for name, called in calls.items():
                loads[name].append(asked[name].call(called, given, seconds))
        bytes_first = {name: docgen.first_byte(name) for name in PAGES}
    lines = [results.loaded("service, 20 clients, plain PDF", loads[ours], 1000, 50)]
    lines += [results.loaded("service, 20 clients, PDF for the archive", loads["for the archive"], None, None)]
    lines += [results.beside("service, 20 clients, plain PDF", loads[ours], "WeasyPrint in a service", loads["WeasyPrint"], 20)]
    lines += [results.beside("service, 20 clients, plain PDF", loads[ours], "Typst in a service", loads["Typst"], 3)]
    slowest = max(bytes_first, key=lambda name: bytes_first[name])
    most = bytes_first[slowest]
    return [*lines, Line(f"service, first byte of a page (`{slowest}`)", f"{most:.0f} ms", "", "", "50 ms", most <= 50)]


#: The pages whose first byte is waited for.
PAGES = ("/", f"/forms/{FORM}", "/tables", "/register")


def numbered_service(bench: Bench) -> list[Line]:
    """Documents that a book gives numbers, all in one file of SQLite."""
    given = bodies(bench.sizes["documents"])
    given.write_text(re.sub(r'"number": "\d+"', '"number": null', given.read_text("utf-8")), "utf-8")
    loads = []
    for turn in range(bench.runs):
        book = WORK / f"book-{turn}.db"
        book.unlink(missing_ok=True)
        with docgen_service(WORK / "service", "--register", str(book)) as docgen:
            loads.append(docgen.call(f"/v1/register/{FORM}/documents", given, bench.seconds, keyed=True))
    disk = services.disk_milliseconds(WORK)
    return [results.loaded(f"service, 20 clients, numbered (the disk's fsync: {disk:.1f} ms)", loads, 300, None)]


def runs_of_service(bench: Bench) -> list[Line]:
    """A table printed as a run of the service, beside the command line's; the two take turns."""
    count, pairs = bench.sizes["certificates"], list[tuple[float, float]]()
    with docgen_service(WORK / "service") as docgen:
        for _turn in range(bench.runs):
            pairs.append((run_by_service(docgen, count), measuring.run(batch(count, 2, SPLIT)).seconds))
            print(f"bench: run of {count:,}: {pairs[-1][0]:.2f} s, by the command line {pairs[-1][1]:.2f} s", file=sys.stderr)
    ours, theirs = (median(each) for each in zip(*pairs, strict=True))
    ratio = median(one / other for one, other in pairs)
    text = f"run of {count:,} by the service, beside the command line's"
    return [Line(text, f"{ours:.2f} s", f"docgen: {theirs:.2f} s", f"{ratio:.2f} ×", "at most 1.15 ×", ratio <= 1.15)]


def run_by_service(docgen: RunningService, count: int) -> float:
    """Return the seconds from the upload of a table until its run is done; the run is erased."""
    table, mark = (WORK / f"certificates-{count}.json").read_bytes(), "of-the-form"
    order = json.dumps({"form": FORM, "split": SPLIT, "for": "plain"}).encode()  # as by the command line
    head = b'--%s\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    parts = [(b"order", b"", order), (b"table", b'; filename="people.json"', table)]
    body = b"".join(head % (mark.encode(), *part) for part in parts) + f"--{mark}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={mark}", "Idempotency-Key": os.urandom(8).hex()}
    begun = time.perf_counter()
    run = json.loads(docgen.ask("POST", "/v1/runs", body, headers)[1])["id"]
    while (state := json.loads(docgen.ask("GET", f"/v1/runs/{run}")[1])["state"]) in ("waiting", "working"):
        time.sleep(0.1)
    seconds = time.perf_counter() - begun
    docgen.ask("DELETE", f"/v1/runs/{run}")
    if state != "done":
        raise Failed(f"the run is {state}")
    return seconds


def memory_of_service(bench: Bench) -> list[Line]:
    """What the processes of a service have in memory after a tenth of the requests and after all of them."""
    count, given = bench.sizes["requests"], bodies(bench.sizes["documents"])
    path, done, first = f"/v1/forms/{FORM}/documents", 0.0, 0.0
    with docgen_service(WORK / "service") as docgen:
        while done < count:
            load = docgen.call(path, given, bench.seconds)
            done += load.rate * bench.seconds
            first = first or (docgen.memory() if done >= count / 10 else 0.0)
        last = docgen.memory()
    more = last - first
    return [Line(f"service, memory after {done:,.0f} requests", f"{last:.0f} MB", f"after a tenth: {first:.0f} MB",
                 f"{more:+.0f} MB", "at most 10 MB more", more <= 10)]  # fmt: skip


def cold(bench: Bench) -> list[Line]:
    render = (DOCGEN, "render", FORM, str(WORK / "person.json"), "-o", str(WORK / "person.pdf"), *PLAIN)
    help_, one = bench.measure(Task("docgen --help", (DOCGEN, "--help")), Task("docgen render, cold", render))
    return [results.quicker(help_, 0.12), results.quicker(one, 0.6)]


LINES = (
    certificates, workers, numbers, files, large, bytes_a_page, for_the_press, for_the_archive, imposition, register, flowing,
    preflight, warm, on_a_cluster, signed, documents, cold, under_load, numbered_service, runs_of_service, memory_of_service,
)  # fmt: skip


# ---- Where the time goes


def profiled(most: int) -> list[Task]:
    """Return the tasks whose time is told by rooms."""
    count = min(most, SIZES["certificates"])
    return [batch(count), numbered(count)]


def profile(task: Task) -> dict[profiling.Stack, int]:
    return profiling.profile(task, PY_SPY, WORK, ROOT)


# ---- The run


def main() -> int:
    most = int(os.environ.get("N") or max(SIZES.values()))
    sizes = {name: min(size, most * 2 if name == "large" else most) for name, size in SIZES.items()}
    prepare = (PYTHON, str(HERE / "prepare.py"), str(WORK), json.dumps(sizes))
    subprocess.run(prepare, check=True)  # a process of its own: what a parent holds counts as its children's peak
    if os.environ.get("PROFILE"):
        for task in profiled(sizes["certificates"]):
            print(f"{task.name}\n{profiling.report(profile(task))}\n")
        return 0
    bench = Bench(sizes, int(os.environ.get("RUNS") or 3), 10 if most >= SIZES["documents"] else 3)
    only = (os.environ.get("ONLY") or "").split()
    try:
        makers = (*LINES, *([before.beside(base)] if (base := os.environ.get("BASE")) else []))
        lines = [line for make in makers if not only or make.__name__ in only for line in make(bench)]
        rooms = [] if only else [(each, dict(profiling.shares(profile(each.task)))) for each in bench.measure(*profiled(most))]
        text = results.report(lines, bench.measures.values(), rooms, bench.runs, PEER)
    except Failed as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    print(text)
    if not only and not os.environ.get("N"):
        (HERE / "RESULTS.md").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
