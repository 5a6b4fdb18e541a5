"""What a batch made, as JSON in the folder of its volumes; and whether a folder still holds it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.errors import DataError, Problem, Where
from docgen.files import PRIVATE, file_digest, read_bytes, whole_file
from docgen.messages import _

if TYPE_CHECKING:
    from docgen.register import Register

MANIFEST = "manifest.json"
#: The folder of one file a record, within that of the volumes.
EACH = "each"
SIZE_LIMIT = 1 << 30
#: What a manifest holds, as JSON has it.
Manifest = dict[str, Any]


def write_manifest(path: Path, head: Mapping[str, object], records: Iterable[bytes]) -> None:
    """Write `head` and then the records, each as JSON, one a line, so that a large manifest stays quick to write and compare.

    `records` are one or more at a time, with a comma and a line feed between two.
    """
    text = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    with whole_file(path, PRIVATE) as temporary, temporary.open("wb") as file:
        file.write(f'{text},\n "records": ['.encode())
        separator = b"\n"
        for record in records:
            file.write(separator + record)
            separator = b",\n"
        file.write(b"\n]}\n")


def read_manifest(folder: Path, hint: str = "") -> Manifest:
    """Return the manifest of a folder; raise DataError when there is none or it is damaged, with `hint` for what to do then."""
    path = folder / MANIFEST
    try:
        manifest: Manifest = json.loads(read_bytes(path, SIZE_LIMIT))
        _volumes, _records = manifest["volumes"], manifest["records"]
    except (ValueError, KeyError, TypeError, RecursionError):
        message = _("this is no manifest of a batch")
        raise DataError.because("manifest-damaged", message, hint or _("Print the batch anew."), file=str(path)) from None
    return manifest


@dataclass(frozen=True, slots=True)
class Verification:
    """What a folder was found to hold: its counts by the manifest, and everything that is not as the manifest says."""

    volumes: int
    records: int
    problems: tuple[Problem, ...]


def verify(folder: Path | str, register: Register | Path | str | None = None) -> Verification:
    """Check the files of a batch against its manifest: each there, none changed, no others.

    With a `register`, which numbered the batch, that must still know it. Raise DataError when the folder has no manifest that can
    be read.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    try:
        problems = [*_changed(folder, _named_files(manifest)), *_strange(folder, manifest), *_miscounted(folder, manifest)]
        problems += _lost(folder, manifest, register)
    except (KeyError, TypeError, AttributeError, ValueError):
        message = _("the manifest lacks something that a batch writes into it")
        raise DataError.because("manifest-damaged", message, _("Print the batch anew."), file=str(folder / MANIFEST)) from None
    return Verification(len(manifest["volumes"]), len(manifest["records"]), tuple(problems))


def _named_files(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """Yield each file that the manifest names, with its SHA-256; raise ValueError for one outside the folder."""
    named = [(volume["file"], volume["sha256"]) for volume in manifest["volumes"]]
    named += [(record["file"], record["file_sha256"]) for record in manifest["records"] if "file" in record]
    if sheets := manifest.get("sheets"):
        named += [(sheets["file"], sheets["sha256"]), (sheets["job_sheet"], sheets["job_sheet_sha256"])]
    for name, digest in named:
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise ValueError(name)
        yield name, digest


def _changed(folder: Path, named: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    for name, digest in named:
        where = Where(file=str(folder / name))
        if not (folder / name).is_file():
            yield Problem("file-missing", _("the manifest names this file, and it is not there"), _("Print it anew."), where)
        elif file_digest(folder / name) != digest:
            yield Problem("file-changed", _("this file is not as it was printed"), _("Print it anew."), where)


def _strange(folder: Path, manifest: Manifest) -> Iterator[Problem]:
    """Yield a problem for each file that looks like one of this batch and is not in its manifest."""
    named, form = {name for name, _digest in _named_files(manifest)}, manifest["form"]["id"]
    if form != Path(form).name:
        raise ValueError(form)
    patterns = (f"{escape(form)}-[0-9]*.*", f"{escape(form)}-*sheet*.pdf", f"{EACH}/*")
    for path in (path for pattern in patterns for path in sorted(folder.glob(pattern))):
        if path.relative_to(folder).as_posix() not in named:
            message = _("this file is not in the manifest")
            yield Problem("file-strange", message, _("Take it away, or people are printed twice."), Where(file=str(path)))


def _lost(folder: Path, manifest: Manifest, register: Register | Path | str | None) -> Iterator[Problem]:
    """Yield a problem where the register does not know the batch; without one nothing is asked."""
    if register is None:
        return
    from docgen.batching.numbering import lost_problem
    from docgen.register import opened_register

    with opened_register(register) as book:
        if problem := lost_problem(book, manifest, folder / MANIFEST):
            yield problem


def _miscounted(folder: Path, manifest: Manifest) -> Iterator[Problem]:
    counts = Counter(record.get("volume") for record in manifest["records"])
    for volume in manifest["volumes"]:
        count = counts[volume["file"]]
        if count != volume["records"]:
            message = _("the manifest lists {count} records of it and counts {expected}", count=count, expected=volume["records"])
            yield Problem("manifest-miscounted", message, "", Where(file=str(folder / volume["file"])))
