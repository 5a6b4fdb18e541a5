"""A table of records → volumes and a manifest.

The work has three steps, so that nothing is printed while anything is wrong: every row is read and composed; the records
are cut into volumes; each volume is painted and appears whole. The manifest says what stands where.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import docgen
from docgen import fonts
from docgen.artwork import ArtworkFolders, artwork_folders
from docgen.compose import compose
from docgen.compose.page import PRINTS
from docgen.errors import DataError, Problem, UsageError
from docgen.files import write_whole
from docgen.form import Form, load_form
from docgen.messages import _
from docgen.paint.info import document_info, record_label
from docgen.record import Record, read_record
from docgen.rendering import check_choice

MANIFEST = "manifest.json"
VOLUME = "{form}-{number:03d}.pdf"
SPLIT = 1000

#: Told after each step: what is being done, and how many records it is done for.
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Entry:
    """A record of a batch, and the row of the table that it came from."""

    row: int
    record: Record


@dataclass(frozen=True, slots=True)
class Volume:
    """One PDF of a batch: its file, its SHA-256, its pages, and the entries in it with the page that each begins on."""

    file: str
    sha256: str
    pages: int
    entries: tuple[tuple[Entry, int], ...]


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What a batch made: its volumes, its manifest, and the problems of the rows that it left out."""

    folder: Path
    volumes: tuple[Volume, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]

    @property
    def records(self) -> int:
        return sum(len(volume.entries) for volume in self.volumes)


def check(
    form: Form | str, rows: Iterable[Mapping[str, object]], *, forms: Path | str | None = None
) -> list[Problem]:
    """Return every problem of every row, with what would not fit on its page; nothing is painted.

    Rows count from 1.
    """
    form = load_form(form, forms) if isinstance(form, str) else form
    problems: list[Problem] = []
    for _entry in read_entries(form, enumerate(rows, 1), problems):
        pass
    return problems


def read_entries(
    form: Form, rows: Iterable[tuple[int, Mapping[str, object]]], problems: list[Problem], progress: Progress | None = None
) -> Iterator[Entry]:
    """Give each row that can be printed; add the problems of the others to `problems`, with their row."""
    for row, raw in rows:
        try:
            record = read_record(form, raw)
            if form.is_fixed:
                compose(form, record)
            yield Entry(row, record)
        except DataError as error:
            problems += [problem.at(row=row) for problem in error.problems]
        if progress:
            progress("check", 1)


def batch(
    form: Form | str,
    rows: Iterable[Mapping[str, object]] | Iterable[tuple[int, Mapping[str, object]]],
    out_dir: Path | str,
    *,
    print: str = "full",
    split: int = SPLIT,
    skip_bad: bool = False,
    forms: Path | str | None = None,
    artwork: Path | str | None = None,
    beside: Path | None = None,
    source: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> BatchResult:
    """Print every row into volumes of `split` records in `out_dir`, with a bookmark a record and a manifest.

    `rows` are records, or pairs of a row's number and its record. With any problem nothing is printed and DataError tells them
    all, unless `skip_bad`. `source` goes into the manifest: the table's name and SHA-256.
    """
    form = load_form(form, forms) if isinstance(form, str) else form
    check_choice(print, PRINTS, "print-unknown")
    check_batchable(form)
    if split < 1:
        raise UsageError.because("split-wrong", _("a volume holds one record or more"))
    problems: list[Problem] = []
    entries = list(read_entries(form, _numbered(rows), problems, progress))
    if problems and not skip_bad:
        raise DataError(problems)
    if not entries:
        raise DataError(problems or Problem("table-empty", _("there is no record to print")))
    folders = artwork_folders(artwork, beside)
    folder = Path(out_dir)
    volumes = []
    for number, part in enumerate(_cut(entries, split), 1):
        file = VOLUME.format(form=form.id, number=number)
        volumes.append(_print_volume(form, part, print, folders, folder / file))
        if progress:
            progress("print", len(part))
    notes = tuple(note.at(row=entry.row) for entry in entries for note in entry.record.notes)
    result = BatchResult(folder, tuple(volumes), tuple(problems), notes)
    write_whole(folder / MANIFEST, _manifest(form, print, result, source or {}))
    return result


def check_batchable(form: Form) -> None:
    """UsageError for a form that is not one page a record: a register, or a form that flows."""
    if not form.is_fixed or any(field.kind == "rows" for field in form.fields):
        message = _("“{id}” is one document of many rows, not one document a row", id=form.id)
        raise UsageError.because("form-not-batched", message, _("Use: docgen render {id} TABLE -o FILE", id=form.id))


def _numbered(rows: Iterable) -> Iterator[tuple[int, Mapping[str, object]]]:
    for number, row in enumerate(rows, 1):
        yield row if isinstance(row, tuple) else (number, row)


def _cut(entries: Sequence[Entry], size: int) -> Iterator[list[Entry]]:
    rest = iter(entries)
    while part := list(islice(rest, size)):
        yield part


def _print_volume(form: Form, entries: list[Entry], printed: str, artwork: ArtworkFolders, path: Path) -> Volume:
    """Paint one volume and put it in place, whole."""
    from docgen.paint.weasy import paint_pages

    pages, begins = [], []
    for entry in entries:
        begins.append(len(pages) + 1)
        pages += [page.shown(printed) for page in compose(form, entry.record)]
    bookmarks = tuple(
        (record_label(entry.record) or str(entry.row), begin - 1) for entry, begin in zip(entries, begins, strict=True)
    )
    info = document_info(form, [entry.record for entry in entries], bookmarks)
    pdf = paint_pages(pages, info, artwork)
    write_whole(path, pdf)
    digest = hashlib.sha256(pdf).hexdigest()
    return Volume(path.name, digest, len(pages), tuple(zip(entries, begins, strict=True)))


def _manifest(form: Form, printed: str, result: BatchResult, source: Mapping[str, str]) -> bytes:
    """Return the manifest as JSON: one record a line, so that a large one stays quick to read and to compare."""
    family = fonts.family()
    head = {
        "docgen": docgen.__version__,
        "form": {"id": form.id, "sha256": form.digest},
        "print": printed,
        "source": dict(source),
        "fonts": {face.path.name: hashlib.sha256(face.path.read_bytes()).hexdigest() for face in family.faces},
        "volumes": [{"file": v.file, "pages": v.pages, "sha256": v.sha256} for v in result.volumes],
        "problems": [problem.as_json() for problem in result.problems],
    }
    records = [
        {"row": entry.row, "number": entry.record.values.get("number"), "volume": volume.file, "page": page}
        for volume in result.volumes
        for entry, page in volume.entries
    ]
    lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    text = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    return f'{text},\n "records": [\n{lines}\n]}}\n'.encode()
