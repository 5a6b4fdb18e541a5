"""What prints a volume, by its format: the pages of one record after another are added to it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import IO, Protocol

from docgen.batching.entries import Entry
from docgen.batching.job import BatchJob, Extent
from docgen.compose import Page
from docgen.compose.page import PRINT_LAYERS
from docgen.paint import press
from docgen.paint.info import volume_info
from docgen.paint.press.kinds import PageKinds
from docgen.paint.press.parts import PartFacts
from docgen.paint.press.program import DisplayProgram, program_of
from docgen.purposes import Purpose


class Printer(Protocol):
    """A volume in the making, in one format; `program` makes pages that it takes as they are, None for none."""

    program: DisplayProgram | None

    @property
    def pages(self) -> int:
        """How many pages it has so far."""

    @property
    def kinds(self) -> Mapping[str, int] | None:
        """The first page of each kind so far (docgen.paint.press.kinds); None where they are not noted."""

    def add(self, entry: Entry, label: str) -> str:
        """Add the pages of a record; return the SHA-256 of their content."""

    def close(self, latest: date | None) -> None:
        """Write all that waits; `latest` is the last day in its records."""


class PdfPrinter:
    """A PDF by the press, with a bookmark a record."""

    def __init__(self, job: BatchJob, file: IO[bytes]):
        self._form = job.form
        self._volume = press.Volume(file, job.artwork, finish=job.finish, form=job.form, of_records=True)
        self._fields = job.press.part_fields
        # A structure, and other files of a record in the colours of a press, are made of the pages as they are composed.
        is_composed = job.finish.is_tagged or (job.each and job.purpose == Purpose.PRESS)
        self.program = None if is_composed else program_of(job.form, PRINT_LAYERS[job.print], job.finish.colours)
        if job.preflight == Extent.SAMPLE:
            self._volume.kinds = PageKinds()

    @property
    def pages(self) -> int:
        """How many pages it has so far."""
        return self._volume.pages

    @property
    def kinds(self) -> Mapping[str, int] | None:
        """The first page of each kind so far, where a sample of them will be measured."""
        return self._volume.kinds.first if self._volume.kinds else None

    def add(self, entry: Entry, label: str) -> str:
        """Add the pages of a record; return the SHA-256 of their content."""
        parts = self._volume.parts
        if parts:
            parts.begin()
        volume, filled = self._volume, entry.filled
        digests = [volume.add_filled(filled, label)] if filled else volume.add_record(entry.pages, label)
        if parts:
            parts.end(part_facts(entry, self._fields))
        return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()

    def close(self, latest: date | None) -> None:
        """Write all that waits."""
        self._volume.close(volume_info(self._form, latest))


def part_facts(entry: Entry, fields: Sequence[str]) -> PartFacts:
    """Return what the document part of a record says: row and number, as the manifest does, and the fields that are asked for."""
    values = {**entry.unprinted, **entry.record.values} if entry.unprinted else entry.record.values
    number = values.get("number")
    facts: dict[str, object] = {"row": entry.row} if number is None else {"row": entry.row, "number": number}
    if fields:
        facts["fields"] = {name: value for name in fields if (value := values.get(name)) is not None}
    return facts


class DocxPrinter:
    """A Word document with a section for each page and a bookmark a record."""

    program: DisplayProgram | None = None

    def __init__(self, job: BatchJob, file: IO[bytes]):
        from docgen.paint.docx.page import WordVolume

        self._form, self._file = job.form, file
        self._volume = WordVolume(job.form, job.artwork)
        self.kinds = None

    @property
    def pages(self) -> int:
        """How many pages it has so far."""
        return self._volume.pages

    def add(self, entry: Entry, label: str) -> str:
        """Add the pages of a record; return the SHA-256 of their content."""
        for number, page in enumerate(entry.pages):
            self._volume.add(page, label if number == 0 else "")
        return _digest_of(entry.pages)

    def close(self, latest: date | None) -> None:
        """Write the document."""
        self._volume.close(self._file, volume_info(self._form, latest))


class NoPrinter:
    """Counts the pages of records that have files of their own and no volume; a text over pages has none before it is painted."""

    program: DisplayProgram | None = None

    def __init__(self, _job: BatchJob, _file: IO[bytes]):
        self.pages = 0
        self.kinds = None

    def add(self, entry: Entry, label: str) -> str:
        """Count the pages of a record; return the SHA-256 of their content."""
        self.pages += len(entry.pages)
        return _digest_of(entry.pages or [entry.record.values])

    def close(self, latest: date | None) -> None:
        """There is nothing to write."""


def _digest_of(pages: list[Page] | list[Mapping[str, object]]) -> str:
    return hashlib.sha256("".join(map(str, pages)).encode()).hexdigest()


#: Format → what prints its volumes. A new format is one new entry.
VOLUMES: dict[str, Callable[[BatchJob, IO[bytes]], Printer]] = {"pdf": PdfPrinter, "docx": DocxPrinter}
