"""The volumes of a batch, measured as `docgen preflight` measures them: all of their pages, or a sample."""

from __future__ import annotations

import hashlib
import math
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.errors import UsageError
from docgen.files import file_digest, read_bytes
from docgen.form import Form
from docgen.messages import _
from docgen.prints import Print

if TYPE_CHECKING:
    from docgen.preflighting import Finding, Report

#: The largest volume that is measured, and the share of pages that a sample takes at random.
SIZE_LIMIT, SHARE = 4 << 30, 0.01


class Extent(StrEnum):
    """How much of a batch is measured."""

    ALL = "all"  #: Every page.
    SAMPLE = (
        "sample"  #: The first page and the last, the first of each master and number of texts, and one in a hundred at random.
    )


@dataclass(frozen=True, slots=True)
class MeasuredVolumes:
    """What was measured of a batch, volume by volume; `seed` is what the pages of a sample were drawn with, empty for all."""

    extent: Extent
    seed: str
    reports: tuple[tuple[str, Report], ...]

    @property
    def pages(self) -> int:
        """How many pages were measured."""
        return sum(report.pages for _file, report in self.reports)

    @property
    def counts(self) -> Mapping[Any, int]:
        """How many findings there are of each verdict."""
        return sum((report.findings.verdicts() for _file, report in self.reports), Counter())

    def in_words(self) -> str:
        """Return the pages and the findings of each verdict in the language of the user."""
        from docgen.preflighting.report import counts_in_words

        return counts_in_words(self.pages, self.counts)

    @property
    def failures(self) -> list[tuple[str, Finding]]:
        """What failed, each with the volume that it is in."""
        return [(file, finding) for file, report in self.reports for finding in report.failures]

    def as_json(self) -> dict[str, object]:
        """Return what the manifest says of it, as plain values."""
        counts = {verdict.value: count for verdict, count in self.counts.items()}
        failures = [{"file": file} | finding.as_json() for file, finding in self.failures]
        return {
            "extent": self.extent.value, **({"seed": self.seed} if self.seed else {}), "pages": self.pages,
            **{name: counts.get(name, 0) for name in ("pass", "remark", "fail")}, "failures": failures,
        }  # fmt: skip


def check_measured(extent: str, form: Form, to: str) -> None:
    """Raise UsageError for what is no extent, and for files that are not measured."""
    if not extent:
        return
    if extent not in list(Extent):
        hint = _("Known are: {names}.", names=", ".join(Extent))
        raise UsageError.because("preflight-unknown", _("“{value}” is not offered", value=extent[:60]), hint)
    if to != "pdf" or not form.is_fixed:
        message = _("what “{id}” prints as {to} is not measured with the batch", id=form.id, to=to)
        raise UsageError.because("preflight-not-offered", message, _("PDF volumes are; leave --preflight out."))


def measure_volumes(
    form: Form, volumes: Sequence[Path], extent: str, print: Print, workers: int, progress: Callable[[str, int], None]
) -> MeasuredVolumes:
    """Measure finished volumes in `workers` processes, 0 for one a core; errors as of `docgen.preflight`."""
    from docgen.preflighting import preflight

    seed = _seed(volumes) if extent == Extent.SAMPLE else ""
    chosen: Mapping[Path, list[int] | None] = _sample(volumes, seed) if seed else dict.fromkeys(volumes)
    reports = []
    for volume, pages in chosen.items():
        pdf = read_bytes(volume, SIZE_LIMIT)
        report = preflight(
            pdf, form, volume.name, print, lambda _done, _all: progress(_("measuring"), 1), workers, pages
        )  # fmt: skip
        reports.append((volume.name, report))
    return MeasuredVolumes(Extent(extent), seed, tuple(reports))


def _seed(volumes: Sequence[Path]) -> str:
    """Return what a sample is drawn with: the same for the same volumes, and known to nobody before they are printed."""
    return hashlib.sha256("".join(map(file_digest, volumes)).encode()).hexdigest()[:16]


def _sample(volumes: Sequence[Path], seed: str) -> Mapping[Path, list[int] | None]:
    """Return the pages of each volume that a sample takes, from 1; a volume of which it takes none is left out."""
    from docgen.preflighting.alike.content import kinds_of

    pages: list[tuple[Path, int]] = []
    first: dict[int | None, int] = {}
    for volume in volumes:
        for number, kind in enumerate(kinds_of(volume), 1):
            first.setdefault(kind, len(pages))
            pages.append((volume, number))
    drawn = random.Random(seed).sample(range(len(pages)), math.ceil(len(pages) * SHARE))
    found: dict[Path, list[int]] = {}
    for place in sorted({0, len(pages) - 1, *first.values(), *drawn}):
        volume, number = pages[place]
        found.setdefault(volume, []).append(number)
    return found
