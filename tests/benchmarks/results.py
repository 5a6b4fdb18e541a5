"""What was measured, as the text of RESULTS.md: the issue's table, the runs behind it, and the machine."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from measure import Measure
from services import Load

PEERS = ("typst", "reportlab", "docxtpl", "pikepdf", "pdfimpose", "fullbleed")
VERSIONS = f"from importlib.metadata import version; print(*(f'{{peer}} {{version(peer)}}' for peer in {PEERS}), sep=', ')"
NOTES = """
- Each run is a whole process: start, reading the table, checking (docgen alone), composing, writing. Seconds are medians; runs
  of docgen and its peers take turns, so that a busy minute falls on all. Processor time is user + system, of all threads. Memory
  is at least that of the process that measures, some 66 MB.
- All make the same page: sheet, artwork, texts, places, faces. docgen also writes a bookmark a record and a manifest.
- Typst stores the artwork once, as a PDF: an SVG it would draw anew on each page (12 ms and 46 kB). It is measured twice: with
  all texts set on each page, and with what is the same on every copy made first and laid under (its best shape).
- A core is compared with a core, all cores with all cores: Typst has one thread beside one worker; beside all workers it has a
  thread a core in one process, and a process a core, and the quicker of the two is the one to beat.
- fullbleed compiles the page once and binds values by column, with as many threads as it takes. Its reflow lane sets each record
  anew, and lays the artwork under as a PDF, since it would draw an SVG on each page. Its fixed lane lays values over the
  compiled page as they are: the lines are not centred (read back by pdftotext), and those that are too long run over the
  edge. Neither checks a record, and both write no bookmarks.
- “Before” is an earlier commit of docgen's own, with the libraries that it was locked to. Both take the same table, and each
  measures or joins what it has to by its own commands. Two volumes to be joined are the same for both, for pikepdf and for qpdf.
- ReportLab holds artwork and fixed texts as one form XObject. WeasyPrint is docgen's own painter, artwork stored once; a few
  pages are measured, and the rate is that of those.
- A service is called by wrk with 20 clients that stay connected, on the cores that the service has. Rounds of docgen and its
  peers take turns; each record is another one. The peers' services are Starlette and uvicorn with two processes, and check
  nothing; Typst holds its compiler, WeasyPrint what docgen painted before. Numbers come from a book that is new each time.
- docxtpl fills docgen's own Word page, with tags where the values stand, from one template object.
- All impose the same volume for the press, pdfimpose a shorter one, two pages a sheet. pikepdf and pdfimpose draw no marks, slug
  or symbol, look at no page beforehand, and keep no standard; pikepdf is written in its best shape: pages are listed once, and
  the page tree is made at once. What sheets take is that of `docgen impose` alone, unless a line says the volume too.
"""
#: How many rooms are told of.
TOP = 9
WHY = """What stands in the way of the lines that are not reached:

- Certificates, a core: of some 110 µs a record, deflating and writing the stream of its page take 12–15, filling its slots 14,
  adding the page 10, reading JSON 9, reading the record 7, the hash of its content 4.5, names and remarks 7; the start is 0.27 s.
  The earlier commit has no remarks, and a manifest a third smaller. isal instead of zlib would gain 5 %, streams that are not
  deflated 12 µs for an eighth more bytes.
- Numbers: the import of SQLAlchemy and a new book are 12–15 µs a document of 20,000; in one process the words for the book
  are 12, the expected number 4, its row, event and hashes 25, of which the insert with four indexes is 8, and the note of its
  print 8. Numbering takes 122 calls of functions a document. The book is a third as large as before.
- A work standard: one of a single task takes a twelfth of what the earlier commit took for 300: Python, WeasyPrint, a page.
- Rows of results: filling the body of the form takes most, then the pages that WeasyPrint sets. In five runs beside the earlier
  commit the median was 16.3 times as fast.
- Preflight: letters that cannot be seen are looked for too, which the earlier commit does not.
- Dask: importing it, and docgen in both workers, is 1.5 s, whatever is printed.
- Word documents: docxtpl made 16 a second when a page was 1.4 MB; it is 0.2 MB now.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table. `reached` is None where nothing is to be reached, or nothing was measured."""

    work: str
    docgen: str
    peer: str
    ratio: str
    target: str
    reached: bool | None

    def __str__(self) -> str:
        verdict = {True: "reached", False: "**not reached**", None: ""}[self.reached]
        return f"| {self.work} | {self.docgen} | {self.peer} | {self.ratio} | {self.target} | {verdict} |"


def faster(work: str, ours: Measure, peer: Measure, unit: str, target: float | None) -> Line:
    """Compare rates: how many times as many a second docgen makes, by the clock, and what that is by processor time."""
    ratio = ours.rate / peer.rate
    processor = (peer.cpu / peer.task.count) / (ours.cpu / ours.task.count)
    reached = None if target is None else ratio >= target
    rates = [f"{each.rate:,.0f} {unit}/s" for each in (ours, peer)]
    return Line(
        work,
        rates[0],
        f"{peer.task.name}: {rates[1]}",
        f"{ratio:.2f} × (processor: {processor:.2f} ×)",
        f"{target:g} ×" if target else "",
        reached,
    )


def costs(work: str, ours: Measure, other: Measure, most: float | None, besides: Measure | None = None) -> Line:
    """Compare processor time: how many times as much docgen takes as for other work of the same size; `besides` adds to it."""
    cpu, seconds = (getattr(ours, name) + (getattr(besides, name) if besides else 0) for name in ("cpu", "seconds"))
    ratio = cpu / other.cpu
    clock = f"{ratio:.2f} × (clock: {seconds / other.seconds:.2f} ×)"
    times = [f"{each:.2f} s" for each in (cpu, other.cpu)]
    reached = None if most is None else ratio <= most
    return Line(work, times[0], f"{other.task.name}: {times[1]}", clock, f"at most {most:g} ×" if most else "", reached)


def larger(work: str, made: Measure, volume: Measure, most: float | None) -> Line:
    """Compare the sizes of sheets and of the volume that is on them."""
    ratio, target = made.size / volume.size, f"at most {most:g} ×" if most else ""
    reached = None if most is None else ratio <= most
    return Line(f"{work}: bytes beside the volume", made.task.name, "", f"{ratio:.2f} ×", target, reached)


def lighter(work: str, ours: Measure, most: float) -> Line:
    return Line(work, f"{ours.peak:.0f} MB", "", "", f"under {most:g} MB", ours.peak < most)


def quicker(ours: Measure, most: float) -> Line:
    return Line(f"`{ours.task.name}`", f"{ours.seconds:.3f} s", "", "", f"{most:g} s", ours.seconds <= most)


def loaded(work: str, loads: Sequence[Load], rate: float | None, late: float | None) -> Line:
    """Say how many answers a second a service gave, and within how many milliseconds 99 of 100: medians of the rounds."""
    made, waited, cpu = (median(getattr(each, name) for each in loads) for name in ("rate", "late", "cpu"))
    wanted = [f"{rate:,.0f}/s" if rate else "", f"99 % in {late:g} ms" if late else ""]
    target = " and ".join(filter(None, wanted))
    reached = None if not target else made >= (rate or 0) and waited <= (late or waited)
    ours = f"{made:,.0f}/s, 99 % in {waited:.0f} ms (processor: {1000 * cpu:.2f} ms)"
    return Line(work, ours, "", "", target, reached)


def beside(work: str, ours: Sequence[Load], peer: str, theirs: Sequence[Load], target: float) -> Line:
    """Compare two services by the answers that they give a second, and by their processor time."""
    rates = [median(each.rate for each in loads) for loads in (ours, theirs)]
    cpus = [median(each.cpu for each in loads) for loads in (ours, theirs)]
    ratio = rates[0] / rates[1]
    shown = f"{ratio:.1f} × (processor: {cpus[1] / cpus[0]:.1f} ×)"
    return Line(work, f"{rates[0]:,.0f}/s", f"{peer}: {rates[1]:,.0f}/s", shown, f"{target:g} ×", ratio >= target)


#: Each task with what part of its time each room took.
TextAreas = Iterable[tuple[Measure, Mapping[str, float]]]


def report(lines: Iterable[Line], measures: Iterable[Measure], rooms: TextAreas, runs: int, peer_python: str) -> str:
    versions = subprocess.run((peer_python, "-c", VERSIONS), check=True, capture_output=True, text=True).stdout.strip()
    head = "| work | docgen | peer | ratio | target | |\n|---|---|---|---|---|---|\n"
    details = "| task | made | seconds | of all runs | processor, s | peak, MB | bytes |\n|---|---|---|---|---|---|---|\n"
    parts = (
        "# docgen beside its peers\n",
        f"Made by `make bench`, {runs} runs of each, medians. {_day()}\n{_machine()}; {versions}.\n",
        head + "\n".join(map(str, lines)) + "\n",
        "## The runs\n",
        details + "\n".join(map(_details, measures)) + "\n",
        "## Where docgen's time goes\n",
        "Microseconds of the processor a record, by the rooms of the code, as py-spy saw them.\n",
        _by_room(list(rooms)),
        WHY,
        "## How it is measured\n" + NOTES,
    )
    return "\n".join(parts)


def _details(each: Measure) -> str:
    size = f"{each.size:,}" if each.size else ""
    task = each.task
    return f"| {task.name} | {task.count:,} | {each.seconds:.2f} | {each.spread} | {each.cpu:.2f} | {each.peak:.0f} | {size} |"


def _by_room(rooms: Sequence[tuple[Measure, Mapping[str, float]]]) -> str:
    """Return a table of the rooms that take most; all others stand in its last line."""
    times = [{room: 1e6 * share * each.cpu / each.task.count for room, share in found.items()} for each, found in rooms]
    shown = sorted(set().union(*times), key=lambda room: -sum(each.get(room, 0) for each in times))[:TOP]
    lines = [f"| {room} | " + " | ".join(f"{each.get(room, 0):.0f}" for each in times) + " |" for room in shown]
    others = [sum(time for room, time in each.items() if room not in shown) for each in times]
    lines.append("| all others | " + " | ".join(f"{time:.0f}" for time in others) + " |")
    head = " | ".join(each.task.name for each, _found in rooms)
    return f"| room | {head} |\n|---|{'---|' * len(rooms)}\n" + "\n".join(lines) + "\n"


def _day() -> str:
    """Return the day that the person gives: there is no hidden clock here either."""
    if given := os.environ.get("DATE"):
        return f"{given}."
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return f"{datetime.fromtimestamp(int(epoch), UTC):%Y-%m-%d}." if epoch else ""


def _machine() -> str:
    models = [line.split(":")[1].strip() for line in _cpuinfo() if line.startswith("model name")]
    model = models[0] if models else platform.processor() or platform.machine()
    return f"{os.cpu_count()} cores, {model}; {platform.system()}; Python {platform.python_version()}"


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
