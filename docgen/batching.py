"""A table of records → volumes and a manifest.

Each record is read, composed and put into its volume in one pass. The volumes get their names when the whole table has passed:
with one problem nothing appears, and a volume appears whole or not at all. The manifest says what stands where.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import docgen
from docgen import fonts
from docgen.artwork import ArtworkFolders, artwork_folders, refuse_strange_artwork
from docgen.compose import compose
from docgen.compose.page import PRINTS, Layer, Page, PictureItem
from docgen.errors import DataError, Problem, UsageError
from docgen.files import whole_file, write_whole
from docgen.form import Form, load_form
from docgen.messages import _
from docgen.paint import press
from docgen.paint.info import latest_day, record_label, volume_info
from docgen.record import Record, read_record
from docgen.rendering import check_choice

MANIFEST = "manifest.json"
VOLUME = "{form}-{number:03d}.pdf"
SPLIT = 1000

#: Told after each record: what is being done, and how many records it is done for.
Progress = Callable[[str, int], None]
Raw = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Entry:
    """A record of a batch with the pages that it makes, and the row of the table that it came from."""

    row: int
    record: Record
    pages: list[Page]


@dataclass(frozen=True, slots=True)
class Volume:
    """One PDF of a batch: its file, its SHA-256, and how many records and pages it holds."""

    file: str
    sha256: str
    records: int
    pages: int


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What a batch made: its volumes, what was mended, and the problems of the rows that it left out."""

    folder: Path
    volumes: tuple[Volume, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]

    @property
    def records(self) -> int:
        return sum(volume.records for volume in self.volumes)


def check(form: Form | str, rows: Iterable[Raw], *, forms: Path | str | None = None) -> list[Problem]:
    """Return every problem of every row, with what would not fit on its page; nothing is painted.

    Rows count from 1.
    """
    form = load_form(form, forms) if isinstance(form, str) else form
    problems: list[Problem] = []
    for _entry in read_entries(form, enumerate(rows, 1), problems, artwork_folders()):
        pass
    return problems


def read_entries(
    form: Form,
    rows: Iterable[tuple[int, Raw]],
    problems: list[Problem],
    artwork: ArtworkFolders,
    printed: str = "full",
    progress: Progress = lambda _step, _count: None,
) -> Iterator[Entry]:
    """Give each row that can be printed, composed; add the problems of the others to `problems`, with their row."""
    for row, raw in rows:
        try:
            record = read_record(form, raw)
            pages = compose(form, record, PRINTS[printed]) if form.is_fixed else []
            _load_pictures(pages, artwork)
            yield Entry(row, record, pages)
        except DataError as error:
            problems += [problem.at(row=row) for problem in error.problems]
        progress(_("records"), 1)


def _load_pictures(pages: list[Page], artwork: ArtworkFolders) -> None:
    """DataError for a picture of the record that is missing or unfit for print."""
    for page in pages:
        for item in page.items:
            if type(item) is PictureItem and item.layer is Layer.DATA:
                artwork.load(item.artwork, item.box.height)


def batch(
    form: Form | str,
    rows: Iterable[Raw] | Iterable[tuple[int, Raw]],
    out_dir: Path | str,
    *,
    print: str = "full",
    split: int = SPLIT,
    skip_bad: bool = False,
    forms: Path | str | None = None,
    artwork: Path | str | None = None,
    beside: Path | None = None,
    source: Mapping[str, str] | None = None,
    progress: Progress = lambda _step, _count: None,
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
    folders = artwork_folders(artwork, beside)
    refuse_strange_artwork(form.artwork, artwork)
    run = _Run(form, Path(out_dir), split, folders)
    with run:
        for entry in read_entries(form, _numbered(rows), problems, folders, print, progress):
            if skip_bad or not problems:
                run.add(entry)
        if (problems and not skip_bad) or not run.lines:
            raise DataError(problems or Problem("table-empty", _("there is no record to print")))
        run.refuse_others()
    result = BatchResult(run.folder, tuple(run.volumes), tuple(problems), tuple(run.notes))
    write_whole(run.folder / MANIFEST, _manifest(form, print, result, source or {}, run.lines))
    return result


def check_batchable(form: Form) -> None:
    """UsageError for a form that is not one page a record: a register, or a form that flows."""
    if not form.is_fixed or any(field.kind == "rows" for field in form.fields):
        message = _("“{id}” is one document of many rows, not one document a row", id=form.id)
        raise UsageError.because("form-not-batched", message, _("Use: docgen render {id} TABLE -o FILE", id=form.id))


def _numbered(rows: Iterable) -> Iterator[tuple[int, Raw]]:
    for number, row in enumerate(rows, 1):
        yield row if isinstance(row, tuple) else (number, row)


class _Run(ExitStack):
    """The volumes of one batch. Leaving it without an error gives them their names; with one, nothing of them stays."""

    def __init__(self, form: Form, folder: Path, split: int, artwork: ArtworkFolders):
        super().__init__()
        self.form, self.folder, self.split, self.artwork = form, folder, split, artwork
        self.volumes: list[Volume] = []
        self.notes: list[Problem] = []
        #: What the manifest says of each record, a line of JSON each.
        self.lines: list[str] = []
        self._press: press.Volume | None = None
        self._records = 0
        self._latest: date | None = None

    def add(self, entry: Entry) -> None:
        """Put a record into the volume that is being printed, or into a new one where that is full."""
        if self._press is None:
            self._begin()
        page = self._press.pages + 1
        label = record_label(entry.record) or str(entry.row)
        for number, each in enumerate(entry.pages):
            self._press.add(each, label if number == 0 else None)
        self._tell(entry, page)
        if self._records == self.split:
            self._end()

    def refuse_others(self) -> None:
        """UsageError when volumes of another batch would stay beside these: who merges the folder would print people twice."""
        count = len(self.volumes) + (self._press is not None)
        ours = {VOLUME.format(form=self.form.id, number=number + 1) for number in range(count)}
        others = sorted({path.name for path in self.folder.glob(f"{self.form.id}-[0-9]*.pdf")} - ours)
        if others:
            message = _("the folder holds volumes of another batch: {files}", files=", ".join(others[:5]))
            hint = _("Choose another folder with -o, or delete them.")
            raise UsageError.because("folder-taken", message, hint, file=str(self.folder))

    def _begin(self) -> None:
        self._name = VOLUME.format(form=self.form.id, number=len(self.volumes) + 1)
        self._path = self.enter_context(whole_file(self.folder / self._name))
        self._file = self._path.open("wb")
        self.callback(self._file.close)
        self._press = press.Volume(self._file, self.artwork)

    def _tell(self, entry: Entry, page: int) -> None:
        self._records += 1
        days = [day for day in (self._latest, latest_day(entry.record)) if day]
        self._latest = max(days, default=None)
        self.notes += [note.at(row=entry.row) for note in entry.record.notes]
        line = {"row": entry.row, "number": entry.record.values.get("number"), "volume": self._name, "page": page}
        self.lines.append(json.dumps(line, ensure_ascii=False))

    def _end(self) -> None:
        self._press.close(volume_info(self.form, self._latest))
        self._file.close()
        with self._path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        self.volumes.append(Volume(self._name, digest, self._records, self._press.pages))
        self._press, self._records, self._latest = None, 0, None

    def __exit__(self, *error: object) -> bool | None:
        if error[0] is None and self._press is not None:
            self._end()
        return super().__exit__(*error)


def _manifest(form: Form, printed: str, result: BatchResult, source: Mapping[str, str], lines: list[str]) -> bytes:
    """Return the manifest as JSON: one record a line, so that a large one stays quick to read and to compare."""
    faces = fonts.family().faces
    head = {
        "docgen": docgen.__version__,
        "form": {"id": form.id, "sha256": form.digest},
        "print": printed,
        "source": dict(source),
        "fonts": {face.path.name: hashlib.sha256(face.path.read_bytes()).hexdigest() for face in faces},
        "volumes": [{"file": v.file, "records": v.records, "pages": v.pages, "sha256": v.sha256} for v in result.volumes],
        "problems": [problem.as_json() for problem in result.problems],
    }
    text = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    records = ",\n".join(lines)
    return f'{text},\n "records": [\n{records}\n]}}\n'.encode()
