"""A job handed over to the customer: its documents, their list, a statement and checksums in a folder; the book records it.

The documents are printed from the book, so corrections and duplicates are in them, and compared with what was printed before:
what is handed over is what somebody has seen on paper. The folder appears whole, when the book records it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from docgen.batching import MANIFEST, SPLIT, NumberSpan, batch
from docgen.batching.manifest import read_manifest
from docgen.errors import DataError, Problem, UsageError, visible
from docgen.files import PRIVATE_FOLDER, disk_errors, file_digest, sync_folder, write_whole
from docgen.form import Form, load_form
from docgen.inputs import journal_fields
from docgen.messages import _, labelled, n_
from docgen.paint import Paper, paint_paper
from docgen.paint.press import PressOptions
from docgen.prints import Print
from docgen.purposes import Purpose
from docgen.register import LIST_FORMATS, Document, DocumentList, JobDocuments, Register, document_list, unprinted_problems
from docgen.rendering import render

LIST, STATEMENT, CHECKSUMS = "list", "statement.pdf", "SHA256SUMS"
#: The jobs whose documents are printed one by one: their hash is that of a file, not of a page.
SINGLE = ("render", "duplicates")
#: How many documents that differ are named.
NAMED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing:
    """How documents are packed: in volumes or (`each`) a file a person, printed as they were before."""

    split: int = SPLIT
    each: str = ""
    to: str = "pdf"
    print: Print | str = Print.FULL
    columns: tuple[str, ...] = ()
    forms: Path | None = None
    artwork: Path | None = None
    pictures: Path | None = None
    on: date | None = None
    purpose: Purpose | str | None = None
    press: PressOptions | None = None
    back: bool = False


@dataclass(frozen=True, slots=True)
class HandOver:
    """What was handed over: how many documents, the void ones that were left out, the files, and their list's SHA-256."""

    folder: Path
    documents: int
    void: int
    handed_over: int
    files: tuple[str, ...]
    package: str


def hand_over(
    register: Register, job: str, folder: Path, day: date, packing: Packing, *, form: str = "", dry_run: bool = False
) -> HandOver:
    """Pack the documents of a job into a new folder and record in the register that they were handed over on a day.

    Void documents are left out, and those that were handed over before. With `dry_run` all is made and compared, and nothing
    stays. Raise DataError for documents that were not printed, or are no longer what was printed; UsageError for a folder that
    is there.
    """
    _refuse_taken(folder)
    found = register.documents_of_job(job, form)
    if problems := list(unprinted_problems(found)):
        raise DataError(problems)
    loaded = load_form(found.form, packing.forms, packing.on)
    with _staged(folder) as stage:
        _print(loaded, found.to_hand_over, stage, packing)
        _compare(loaded, found.to_hand_over, stage, packing)
        _add_papers(loaded, job, found, stage, day, packing)
        files = _add_checksums(stage)
        package = file_digest(stage / CHECKSUMS)
        result = HandOver(folder, len(found.to_hand_over), len(found.void), len(found.handed_over), files, package)
        if not dry_run:
            register.note_handed_over(job, found, day.isoformat(), package, lambda: _publish(stage, folder))
    return result


def _refuse_taken(folder: Path) -> None:
    with disk_errors(folder):
        is_free = not os.path.lexists(folder) or (folder.is_dir() and not any(folder.iterdir()))
    if not is_free:
        message = _("the folder is there already")
        raise UsageError.because("folder-taken", message, _("Choose another folder with -o."), file=str(folder))


@contextmanager
def _staged(folder: Path) -> Iterator[Path]:
    """Yield a hidden folder beside the one that is wanted, for the owner alone; remove it if it is still there at the end."""
    stage = folder.absolute().parent / f".{folder.name[:60]}.{os.urandom(6).hex()}"
    with disk_errors(folder):
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        stage.mkdir(PRIVATE_FOLDER)
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _publish(stage: Path, folder: Path) -> None:
    """Give the folder its name in one step."""
    with disk_errors(folder):
        with suppress(FileNotFoundError):
            folder.rmdir()  # an empty one, as was seen
        stage.rename(folder.absolute())
        sync_folder(folder.absolute().parent)


def _print(form: Form, documents: Sequence[Document], stage: Path, packing: Packing) -> None:
    """Print the documents, each as a row whose number is its place in the list."""
    rows = [(row, dict(each.record)) for row, each in enumerate(documents, 1)]
    batch(
        form, rows, stage, print=packing.print, to=packing.to, split=packing.split, each=packing.each, forms=packing.forms,
        artwork=packing.artwork, pictures=packing.pictures or Path(), on=packing.on, purpose=packing.purpose, press=packing.press,
        back=packing.back,
    )  # fmt: skip


def _compare(form: Form, documents: Sequence[Document], stage: Path, packing: Packing) -> None:
    """Raise DataError with the documents that are not as they were printed last."""
    hashes: Mapping[int, str] = {record["row"]: record["sha256"] for record in read_manifest(stage)["records"]}
    other = [
        each
        for row, each in enumerate(documents, 1)
        if hashes.get(row) != each.printed_sha256 and not _is_single_print(form, each, packing)
    ]
    problems = [_not_as_printed(each) for each in other[:NAMED]]
    if len(other) > NAMED:
        more = len(other) - NAMED
        problems.append(Problem("hand-over-other", n_("{count} more document differs", "{count} more documents differ", more)))
    if problems:
        raise DataError(problems)


def _not_as_printed(which: Document) -> Problem:
    hint = _(
        "Print it again (docgen batch … --numbers {number}), or say what it was printed with: --print, --for, --back, --artwork.",
        number=which.number,
    )
    if which.duplicate_of:
        hint = _("Print it again (the same docgen register reissue), or say what it was printed with: --print, --for, --artwork.")
    message = _("{number} of {year} is not what was printed", number=which.number, year=which.year)
    return Problem("hand-over-other", message, hint)


def _is_single_print(form: Form, document: Document, packing: Packing) -> bool:
    """Return whether a document that was printed by itself, in a file of its own, is still the same."""
    return any(hashlib.sha256(content).hexdigest() == document.printed_sha256 for content in _files(form, document, packing))


def _files(form: Form, document: Document, packing: Packing) -> Iterator[bytes]:
    """Yield the files that a document may have been printed as; one of a table is printed by itself from the register, as PDF."""
    options: dict[str, Any] = {"artwork": packing.artwork, "pictures": packing.pictures or Path(), "on": packing.on}
    for to in dict.fromkeys([packing.to, "pdf", "docx"]) if document.job in SINGLE else ("pdf",):
        yield render(form, document.record, to, packing.print, **options)
    yield render(form, document.record, "pdf", packing.print, purpose=Purpose.PLAIN, **options)
    press = packing.press and replace(packing.press, part_fields=())
    as_asked: dict[str, Any] = {"purpose": packing.purpose, "press": press}
    if packing.purpose == Purpose.PRESS:
        yield render(form, document.record, "pdf", packing.print, **options, **as_asked)
    if form.back:  # the back of a duplicate says that it is one, also where the job has none
        yield render(form, document.record, "pdf", packing.print, back=True, **options, **as_asked)


def _add_papers(form: Form, job: str, found: JobDocuments, stage: Path, day: date, packing: Packing) -> None:
    """Write the list of the documents, as a workbook, CSV and PDF, and the statement of the hand-over."""
    listed = document_list(form, journal_fields(form, packing.forms), found.to_hand_over, packing.columns)
    for suffix, write in LIST_FORMATS.items():
        write_whole(stage / f"{LIST}.{suffix}", write(listed))
    write_whole(stage / f"{LIST}.pdf", paint_paper(list_paper(form, listed, found.to_hand_over)))
    write_whole(stage / STATEMENT, paint_paper(_statement(form, job, found, stage, day)))


def list_paper(form: Form, listed: DocumentList, documents: Sequence[Document]) -> Paper:
    """Return the list of documents as a paper, dated by the last of them."""
    organizations = dict.fromkeys(each.organization for each in documents)
    dated = max(date.fromisoformat(each.dated) for each in documents)
    return Paper(labelled(form.title), "; ".join(organizations), headings=listed.headings, lines=listed.lines, dated=dated)


def _statement(form: Form, job: str, found: JobDocuments, stage: Path, day: date) -> Paper:
    """Return the statement of a hand-over: what is handed over and what is not, with lines to sign."""
    documents = found.to_hand_over
    organizations = "; ".join(dict.fromkeys(each.organization for each in documents))
    facts = [
        _("Documents: {title}", title=labelled(form.title)),
        _("Organization: {name}", name=organizations),
        _("Job: {job}", job=visible(job)),
        _("Day of the hand-over: {day}", day=f"{day:%d.%m.%Y}"),
        _("SHA-256 of the manifest: {sha256}", sha256=file_digest(stage / MANIFEST)),
    ]
    duplicates = [each for each in documents if each.duplicate_of]
    lines = [
        (_("handed over"), len(documents), _numbers(documents)),
        (_("of them duplicates"), len(duplicates), "; ".join(f"{each.number} ← {each.duplicate_of}" for each in duplicates)),
        (_("void, not handed over"), len(found.void), _numbers(found.void)),
        (_("handed over before"), len(found.handed_over), _numbers(found.handed_over)),
    ]
    shown = [line for number, line in enumerate(lines) if number == 0 or line[1]]
    return Paper(
        _("Statement of the hand-over of documents"), facts=facts,
        headings=(_("line"), _("documents"), _("numbers")), lines=shown,
        signers=(_("Handed over by"), _("Received by")), dated=day,
    )  # fmt: skip


def _numbers(documents: Sequence[Document]) -> str:
    """Return the numbers of documents, those that follow each other in a year as one span: 00001 – 00024, 00030."""
    spans: list[tuple[Document, Document]] = []
    for each in documents:
        if spans and _follows(each, spans[-1][1]):
            spans[-1] = (spans[-1][0], each)
        else:
            spans.append((each, each))
    return ", ".join(" – ".join(dict.fromkeys([first.number, last.number])) for first, last in spans)


def _follows(which: Document, before: Document) -> bool:
    span = NumberSpan.between(before.number, which.number) if which.year == before.year else None
    return span is not None and span.last == span.first + 1


def _add_checksums(stage: Path) -> tuple[str, ...]:
    """Write the SHA-256 of every file, as `sha256sum --check` reads it; return their names."""
    names = sorted(path.relative_to(stage).as_posix() for path in stage.rglob("*") if path.is_file())
    lines = "".join(f"{file_digest(stage / name)}  {name}\n" for name in names)
    write_whole(stage / CHECKSUMS, lines.encode())
    return (*names, CHECKSUMS)
