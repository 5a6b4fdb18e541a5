"""The doors through which a table or a record comes: the command line and the module, each with what it refused and printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import docgen
from docgen.errors import DocgenError, Problem
from support.calling import run
from support.places import TESTS
from support.reading import words

FILES = TESTS / "cases" / "files"
FORM = "retraining-certificate"
CELL = re.compile(r": (?:[^:]+!)?([A-Z]{1,3}\d+): ")


class Outcome(NamedTuple):
    """What came of a table: the exit code, each problem and each note with its place, and the words that were printed."""

    code: int
    problems: list[str]
    notes: list[str]
    printed: str

    @property
    def cells(self) -> set[str]:
        """The cells of the problems, as `J2`."""
        return {match[1] for problem in self.problems if (match := CELL.search(problem))}

    @property
    def noted(self) -> set[str]:
        """The cells of the notes."""
        return {match[1] for note in self.notes if (match := CELL.search(note))}


def by_check(path: Path, folder: Path) -> Outcome:
    return _told(run("check", FORM, path, "--ignore", "*"), "")


def by_batch(path: Path, folder: Path) -> Outcome:
    result = run("batch", FORM, path, "-o", folder / "out", "--workers", 1, "--quiet", "--ignore", "*")
    return _told(result, _printed(folder / "out"))


def by_proof(path: Path, folder: Path, *options: object) -> Outcome:
    """A proof is refused as the batch is; with `--skip-bad` it shows the good records."""
    proof = folder / "proof.pdf"
    result = run("proof", FORM, path, "-o", proof, "--quiet", "--ignore", "*", *options)
    return _told(result, words(proof.read_bytes()) if proof.exists() else "")


def by_module_check(path: Path, folder: Path) -> Outcome:
    try:
        return _found(docgen.check(FORM, path), [], "")
    except DocgenError as error:
        return _found(error.problems, error.notes, "")


def by_module_batch(path: Path, folder: Path) -> Outcome:
    try:
        result = docgen.batch(FORM, path, folder / "out")
    except DocgenError as error:
        return _found(error.problems, error.notes, "")
    return _found(result.problems, result.notes, _printed(folder / "out"))


Door = Callable[[Path, Path], Outcome]
#: Every door for a table that has no column without a field.
DOORS: dict[str, Door] = {
    "check": by_check,
    "batch": by_batch,
    "proof": by_proof,
    "docgen.check": by_module_check,
    "docgen.batch": by_module_batch,
}
#: Those that print.
PRINTING = {name: door for name, door in DOORS.items() if name not in ("check", "docgen.check")}


def _told(result, printed: str) -> Outcome:
    """Return what the command line showed, each problem and note in one line."""
    lines = result.stderr.splitlines()
    problems, notes = ([line[2:] for line in lines if line.startswith(sign)] for sign in ("✗ ", "• "))
    return Outcome(result.exit_code, problems, notes, printed)


def _found(problems: list[Problem], notes: list[Problem], printed: str) -> Outcome:
    first = [[str(each).splitlines()[0] for each in some] for some in (problems, notes)]
    return Outcome(1 if problems else 0, *first, printed)


def _printed(folder: Path) -> str:
    return " ".join(words(path.read_bytes()) for path in sorted(folder.glob("*.pdf")))
