"""The volumes of a batch, measured as `docgen preflight` measures them: all of their pages, or a sample."""

from __future__ import annotations

import hashlib
import math
import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.batching.job import Extent
from docgen.batching.volumes import VolumeFile
from docgen.errors import UsageError
from docgen.files import file_digest, read_bytes
from docgen.form import Form
from docgen.messages import _
from docgen.prints import Print

if TYPE_CHECKING:
    from docgen.preflighting import Finding, Report

#: The largest volume that is measured, and the share of pages that a sample takes at random.
SIZE_LIMIT, SHARE = 4 << 30, 0.01


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
    form: Form,
    volumes: Sequence[Path],
    printed: Sequence[VolumeFile],
    extent: str,
    print: Print,
    workers: int,
    progress: Callable[[str, int], None],
) -> MeasuredVolumes:
    """Measure finished volumes in `workers` processes, 0 for one a core; errors as of `docgen.preflight`.

    What was noted when they were `printed` chooses pages of a sample, and nothing else: what is measured is read from the files.
    """
    from docgen.preflighting import SampledFile, preflight, preflight_sample

    def step(_done: int, _all: int) -> None:
        progress(_("measuring"), 1)

    if extent == Extent.SAMPLE:
        digests = list(map(file_digest, volumes))
        seed = _seed(digests)
        kinds = _kinds(volumes, printed, digests)
        files = [SampledFile(volumes[at], kinds[at][0], pages) for at, pages in _sample(kinds, seed).items()]
        reports = preflight_sample(form, files, print, step)
    else:
        seed = ""
        reports = [preflight(read_bytes(each, SIZE_LIMIT), form, each.name, print, step, workers) for each in volumes]
    return MeasuredVolumes(Extent(extent), seed, tuple((report.file, report) for report in reports))


def _seed(digests: Sequence[str]) -> str:
    """Return what a sample is drawn with: the same for the same volumes, and known to nobody before they are printed."""
    return hashlib.sha256("".join(digests).encode()).hexdigest()[:16]


def _kinds(volumes: Sequence[Path], printed: Sequence[VolumeFile], digests: Sequence[str]) -> list[tuple[int, Mapping[str, int]]]:
    """Return how many pages each volume has and the first of each kind, as noted when it was made.

    A file that is no longer the one that was made, and one of which nothing was noted, is read.
    """
    noted = [volume.kinds if volume.sha256 == digest else None for volume, digest in zip(printed, digests, strict=True)]
    unknown = [path for path, kinds in zip(volumes, noted, strict=True) if kinds is None]
    if not unknown:
        return [(volume.pages, kinds) for volume, kinds in zip(printed, noted, strict=True) if kinds is not None]
    from docgen.preflighting import page_kinds

    read = page_kinds(unknown)
    return [next(read) if kinds is None else (volume.pages, kinds) for volume, kinds in zip(printed, noted, strict=True)]


def _sample(volumes: Sequence[tuple[int, Mapping[str, int]]], seed: str) -> dict[int, list[int]]:
    """Return the pages of each volume that a sample takes, from 1; a volume of which it takes none is left out."""
    ends = list(accumulate(count for count, _kinds in volumes))
    first: dict[str, int] = {}
    for (count, kinds), end in zip(volumes, ends, strict=True):
        for kind, page in kinds.items():
            first.setdefault(kind, end - count + page - 1)
    drawn = random.Random(seed).sample(range(ends[-1]), math.ceil(ends[-1] * SHARE))
    found: dict[int, list[int]] = {}
    for place in sorted({0, ends[-1] - 1, *first.values(), *drawn}):
        at = bisect_right(ends, place)
        found.setdefault(at, []).append(place - (ends[at - 1] if at else 0) + 1)
    return found
