"""docgen beside an earlier commit of its own: `make bench BASE=f78b646` clones it and sets it up beside today's."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import results
from measure import Bench, Failed, Task
from results import Line
from tasks import DOCGEN, FORM, PEER, PLAIN, ROOT, SPLIT, WORK

#: A journal of few columns; and a list of tasks, each of some words.
JOURNAL, STANDARD = "certificate-register", "work-standard"
#: The sides that are compared: what their files and tasks are called.
TODAY, BEFORE = "today", "before"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: its command, and what it has to be told so that its files are as the other's."""

    name: str
    docgen: str
    plain: tuple[str, ...]

    def task(self, name: str, count: int, *words: str, output: Path | None = None, without: Path | None = None) -> Task:
        return Task(f"{name}, {self.name}", (self.docgen, *words), count, output, without)

    def folder(self, name: str) -> Path:
        return WORK / self.name / name

    def batch(self, name: str, table: str, count: int, *words: str, split: int | None = None) -> Task:
        """Print a table by one worker."""
        folder = self.folder(name)
        options = ("--workers", "1", "--split", str(split or count), "--quiet", "-o", str(folder), *self.plain, *words)
        return self.task(name, count, "batch", FORM, str(WORK / table), *options, output=folder / f"{FORM}-001.pdf")

    def render(self, name: str, form: str, record: str, count: int) -> Task:
        output = self.folder(f"{name}.pdf")
        words = ("render", form, str(WORK / record), "-o", str(output), *self.plain)
        return self.task(name, count, *words, output=output)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A line: what is made, how many of what, and how much better today has to be than before.

    `make` returns the task of a side, after what it needs has been made. `times` is of processor time, `megabytes` of the
    largest process.
    """

    work: str
    size: str
    unit: str
    make: Callable[[Bench, Side, int], Task]
    times: float | None = None
    megabytes: float | None = None


def set_up(commit: str) -> Side:
    """Return the earlier side, cloned and set up beside today's; Failed where git or pip does not do it."""
    folder = WORK / f"base-{commit}"
    python = folder / ".venv" / "bin" / "python"
    steps = (
        ("git", "clone", "--quiet", "--shared", str(ROOT), str(folder)),
        ("git", "-C", str(folder), "checkout", "--quiet", commit),
        (sys.executable, "-m", "venv", str(folder / ".venv")),
        (str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", str(folder / "requirements.lock")),
        (str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", str(folder)),
    )
    ready = folder / ".venv" / "ready"
    if not ready.exists():
        shutil.rmtree(folder, ignore_errors=True)
        for step in steps:
            done = subprocess.run(step, capture_output=True, text=True, check=False)
            if done.returncode:
                raise Failed(f"{' '.join(step)}: {done.stderr[-500:]}")
        ready.touch()
    docgen = str(python.with_name("docgen"))
    said = subprocess.run((docgen, "batch", "--help"), capture_output=True, text=True, check=True).stdout
    return Side(f"{BEFORE} ({commit})", docgen, PLAIN if "--for [" in said else ())


# ---- What is compared


def certificates(_bench: Bench, side: Side, count: int) -> Task:
    return side.batch("certificates", f"certificates-{count}.json", count)


def preflight(bench: Bench, side: Side, count: int) -> Task:
    """By one worker; the earlier one knows no other."""
    [volume] = bench.measure(side.batch(f"measured {count}", f"certificates-{count}.json", count))
    workers = ("--workers", "1") if side.name == TODAY else ()
    return side.task("preflight", count, "preflight", str(volume.task.output), *workers)


def merged(bench: Bench, side: Side, count: int) -> Task:
    """Join two volumes, the same for both sides."""
    output = side.folder("merged.pdf")
    return side.task("merge", count, "merge", *map(str, halves(bench, count)), "-o", str(output), output=output)


def halves(bench: Bench, count: int) -> list[Path]:
    [made] = bench.measure(today().batch("halves", f"certificates-{count}.json", count, split=count // 2))
    return [made.task.output.with_name(f"{FORM}-00{number}.pdf") for number in (1, 2)]


def merged_singles(bench: Bench, side: Side, count: int) -> Task:
    output = side.folder("singles.pdf")
    return side.task("merge of files", count, "merge", *map(str, singles(bench, count)), "-o", str(output), output=output)


def singles(bench: Bench, count: int) -> list[Path]:
    [made] = bench.measure(today().batch("singles", f"certificates-{count}.json", count, split=1))
    return sorted(made.task.output.parent.glob("*.pdf"))


def listed(_bench: Bench, side: Side, count: int) -> Task:
    return side.render("results", "retraining-results", f"results-{count}.json", count)


def standard(_bench: Bench, side: Side, count: int) -> Task:
    return side.render("work standard", STANDARD, f"standard-{count}.json", count)


def journal(_bench: Bench, side: Side, count: int) -> Task:
    return side.render("journal", JOURNAL, f"register-{count}.json", count)


def each(_bench: Bench, side: Side, count: int) -> Task:
    words = ("--each", "{number}")
    return side.batch("a file each", f"certificates-{count}.json", count, *words, split=SPLIT)


def word_volume(_bench: Bench, side: Side, count: int) -> Task:
    folder = side.folder("word")
    words = ("--to", "docx", "--workers", "1", "--split", str(count), "--quiet", "-o", str(folder))
    return side.task("Word volume", count, "batch", FORM, str(WORK / f"certificates-{count}.json"), *words)


def one_pdf(_bench: Bench, side: Side, count: int) -> Task:
    return side.render("cold", FORM, "person.json", count)


def one_document(_bench: Bench, side: Side, count: int) -> Task:
    output = side.folder("cold.docx")
    return side.task("cold, Word", count, "render", FORM, str(WORK / "person.json"), "-o", str(output), output=output)


COMPARED = (
    Comparison("preflight, 1 worker", "few measured", "certificates", preflight, 15, 200),
    Comparison("merge of two volumes", "certificates", "pages", merged, 5, 200),
    Comparison("merge of single files", "singles", "files", merged_singles, 3),
    Comparison("results of a course", "measured", "rows", listed, 15, 150),
    Comparison("a work standard", "tasks", "tasks", standard, 15, 150),
    Comparison("certificates, 1 worker", "certificates", "pages", certificates, 1.5),
    Comparison("journal", "register", "rows", journal, None, 110),
    Comparison("a volume of Word documents", "few measured", "documents", word_volume, None, 110),
    Comparison("a file for each certificate", "measured", "files", each, 4),
    Comparison("one certificate, cold", "one", "PDF", one_pdf),
    Comparison("one certificate, cold", "one", "Word document", one_document),
)


def today() -> Side:
    return Side(TODAY, DOCGEN, PLAIN)


def beside(commit: str) -> Callable[[Bench], list[Line]]:
    """Return what makes the lines of today beside a commit."""

    def earlier_commit(bench: Bench) -> list[Line]:
        sides = (today(), set_up(commit))
        for side in sides:
            side.folder("").mkdir(exist_ok=True)
        return [line for compared in COMPARED for line in _lines(bench, compared, *sides)] + list(_numbering(bench, *sides))

    return earlier_commit


def _lines(bench: Bench, compared: Comparison, *sides: Side) -> Iterator[Line]:
    count = bench.sizes[compared.size]
    ours, theirs = bench.measure(*(compared.make(bench, side, count) for side in sides))
    work = f"{compared.work}, {count:,} {compared.unit}"
    ratio = theirs.cpu / ours.cpu
    figures = [f"{1e3 * each.cpu / count:.2f} ms each, {each.peak:.0f} MB" for each in (ours, theirs)]
    least = compared.times
    yield Line(f"{work}: processor time", figures[0], f"{theirs.task.name}: {figures[1]}", f"{ratio:.2f} ×",
               f"{least:g} ×" if least else "", ratio >= least if least else None)  # fmt: skip
    if compared.megabytes:
        yield results.lighter(f"{work}: peak memory", ours, compared.megabytes)
    if ours.size and compared.make in (merged, merged_singles):
        paths = halves(bench, count) if compared.make is merged else singles(bench, count)
        given = sum(path.stat().st_size for path in paths)
        yield Line(f"{work}: bytes beside what is joined", f"{ours.size:,}", f"{theirs.task.name}: {theirs.size:,}",
                   f"{ours.size / given:.2f} ×", "at most 1.1 ×", ours.size <= 1.1 * given)  # fmt: skip
        yield from _joined_by_peers(bench, work, ours, paths)


def _joined_by_peers(bench: Bench, work: str, ours: results.Measure, paths: list[Path]) -> Iterator[Line]:
    """The same joined by pikepdf and qpdf."""
    output = WORK / "joined.pdf"
    script = str(Path(__file__).parent / "peers" / "pikepdf_merge_peer.py")
    names = list(map(str, paths))
    for name, command in (
        ("pikepdf", (PEER, script, str(output), *names)),
        # Else it looks in each page for what is not used of the resources that all share: minutes for a volume.
        (
            "qpdf",
            (
                "qpdf",
                "--object-streams=generate",
                "--remove-unreferenced-resources=no",
                "--empty",
                "--pages",
                *names,
                "--",
                str(output),
            ),
        ),
    ):
        [theirs] = bench.measure(Task(f"{name}, {work}", command, ours.task.count, output))
        least = 1 if name == "pikepdf" else None
        ratio = theirs.cpu / ours.cpu
        yield Line(f"{work}: processor time", f"{ours.cpu:.2f} s", f"{name}: {theirs.cpu:.2f} s, {theirs.size:,} bytes",
                   f"{ratio:.2f} ×", f"{least} ×" if least else "", None if least is None else ratio >= least)  # fmt: skip


def _numbering(bench: Bench, *sides: Side) -> Iterator[Line]:
    """What numbers cost a document, and how large the book gets: a new one each time."""
    count = bench.sizes["certificates"]
    costs, sizes = [], []
    for side in sides:
        book = side.folder("book.db")
        words = ("--register", str(book), *(("--allow-doubles",) if side.name == TODAY else ()))
        numbered = side.batch("numbered", f"unnumbered-{count}.json", count, *words)
        numbered = Task(numbered.name, numbered.command, count, numbered.output, book)
        made, plain = bench.measure(numbered, certificates(bench, side, count))
        costs.append(1e6 * (made.cpu - plain.cpu) / count)
        sizes.append(book.stat().st_size / count)
    work = f"numbers for {count:,} certificates"
    ours, theirs = costs
    yield Line(f"{work}: processor time", f"{ours:.0f} µs each", f"{sides[1].name}: {theirs:.0f} µs", f"{theirs / ours:.2f} ×",
               "at most 25 µs", ours <= 25)  # fmt: skip
    ours, theirs = sizes
    yield Line(f"{work}: the book", f"{ours:,.0f} bytes each", f"{sides[1].name}: {theirs:,.0f}", f"{ours / theirs:.2f} ×",
               "at most 800", ours <= 800)  # fmt: skip
