"""One file a record, with volumes or in place of them: its name, made of the record's values, and its content.

Names are safe on every system, never clash and never lead outside their folder. Files are written into the workspace with their
volume and get their names when all have passed.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from docgen.batching.entries import Entry
from docgen.batching.job import BatchJob
from docgen.compose import Page, compose
from docgen.compose.page import PRINT_LAYERS
from docgen.errors import UsageError, nearest_hint, visible
from docgen.files import private, sync_files
from docgen.messages import _
from docgen.paint import document_info
from docgen.paint.press import SeparateFiles
from docgen.rendering import Rendering

#: What a file's name cannot hold on some system: separators, signs that Windows keeps for itself, all that is not seen.
UNSAFE = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]+')
#: Names that Windows gives to devices, with any suffix.
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)
FIELD = re.compile(r"\{(\w*)\}")
#: A name has at most 255 bytes on most systems; suffix and number of a clash need some of them.
BYTES = 200


def check_pattern(pattern: str, fields: Iterable[str]) -> None:
    """Raise UsageError for a pattern of names that has no field in it, or one that the form lacks."""
    known = list(fields)
    for name in FIELD.findall(pattern):
        if name not in known:
            message = _("the form has no field “{name}”", name=visible(name))
            raise UsageError.because("each-wrong", message, nearest_hint(name, known), key="--each")
    is_text = all(unicodedata.category(sign) != "Cs" for sign in pattern)
    if not is_text or not FIELD.search(pattern) or re.search(r"[{}]", FIELD.sub("", pattern)):
        hint = _("Write fields in braces: --each “{example}”.", example="{number}-{surname}")
        raise UsageError.because("each-wrong", _("“{pattern}” makes no names", pattern=visible(pattern)), hint, key="--each")


def fill_name(pattern: str, values: Mapping[str, object]) -> str:
    """Return the name that a pattern makes of a record's values, without suffix; empty when nothing is left of it."""
    text = FIELD.sub(lambda match: "" if values.get(match[1]) is None else str(values[match[1]]), pattern)
    text = unicodedata.normalize("NFC", "".join(sign for sign in text if unicodedata.category(sign) not in {"Cf", "Cs", "Co"}))
    name = UNSAFE.sub("_", re.sub(r"\s+", " ", text)).strip(" .-")
    name = name.encode()[:BYTES].decode(errors="ignore").rstrip(" .")
    return f"_{name}" if DEVICES.match(name) else name


class Names:
    """The names of files so far: no two are equal, letters of either case being the same."""

    def __init__(self) -> None:
        #: Name in lower case → the number that was put behind it last.
        self._taken: dict[str, int] = {}

    def take(self, name: str, row: int, suffix: str) -> str:
        """Return the name with its suffix; the row stands for a record whose name is empty."""
        stem = taken = name or f"{row:05d}"
        while taken.casefold() in self._taken:
            self._taken[stem.casefold()] += 1
            taken = f"{stem}-{self._taken[stem.casefold()]}"
        self._taken[taken.casefold()] = 1
        return f"{taken}.{suffix}"


def each_file(job: BatchJob, row: int) -> str:
    """Return what a record's own file is called until all have passed and it gets its name."""
    return f"row-{row}.{job.to}"


class OwnFiles:
    """The records' own files of one volume. Nobody reads them before it has its sidecar, so they go to the disk together."""

    def __init__(self, job: BatchJob, workspace: Path):
        self._job, self._workspace = job, f"{workspace}{os.sep}"
        self._press = SeparateFiles(job.artwork, job.single_finish, job.form) if job.to == "pdf" and job.form.is_fixed else None
        self._written: list[tuple[str, str]] = []

    @property
    def at_once(self) -> bool:
        """Whether many are made at once, because one takes no more time than a page of the volume."""
        return self._press is not None and self._job.pdf_signer is None

    def paint(self, entry: Entry) -> bytes:
        """Return a record's own file: of its pages, where they are composed already; nothing if the job asks for none."""
        job = self._job
        if not job.each:
            return b""
        if self._press is None:
            finish, signer = job.single_finish, job.pdf_signer
            return Rendering(job.form, entry.record, job.print, job.artwork, to=job.to, finish=finish, pdf_signer=signer).paint()
        info = document_info(job.form, [entry.record], print=job.print)
        if entry.filled:
            content = self._press.paint_filled(entry.filled, info, lambda: self._composed(entry))
        else:
            content = self._press.paint(entry.pages, info)
        return job.pdf_signer.signed(content, info.dated) if job.pdf_signer else content

    def _composed(self, entry: Entry) -> list[Page]:
        """Return the pages of a record that was filled into the display program of its volume."""
        return compose(self._job.form, entry.record, PRINT_LAYERS[self._job.print])

    def write(self, entries: Sequence[Entry], contents: Sequence[bytes]) -> list[dict[str, str]]:
        """Write the files of some records, one kind of work after the other; return what the manifest says of each."""
        if not self._job.each:
            return [{}] * len(entries)
        digests = [hashlib.sha256(content).hexdigest() for content in contents]
        for entry, content in zip(entries, contents, strict=True):
            self._write(each_file(self._job, entry.row), content)
        return [
            {"file": fill_name(self._job.each, {**entry.record.values, **entry.unprinted}), "file_sha256": digest}
            for entry, digest in zip(entries, digests, strict=True)
        ]

    def _write(self, name: str, content: bytes) -> None:
        temporary = f"{self._workspace}.{name}.{os.urandom(6).hex()}"  # a cluster may make a volume twice at a time
        with open(temporary, "xb", opener=private) as file:
            file.write(content)
        self._written.append((temporary, f"{self._workspace}{name}"))

    def settle(self) -> None:
        """Make what was written durable; the names in the workspace become so with the sidecar's."""
        sync_files(self._workspace, [temporary for temporary, _path in self._written])
        for temporary, path in self._written:
            os.replace(temporary, path)
