"""Files with IINs or whole records are for their owner alone, whatever the umask; what is written over keeps its permissions."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.calling import run
from support.records import record_of

import docgen
from docgen.files import write_whole

FORM = "retraining-certificate"
PEOPLE = [record_of(FORM, number=f"{n:05d}") for n in range(1, 11)]


@pytest.fixture(autouse=True)
def open_to_all() -> Iterator[None]:
    """A mask that hides nothing."""
    former = os.umask(0)
    yield
    os.umask(former)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_workspace_is_its_owner_s_and_goes_when_the_batch_ends(tmp_path):
    seen: set[int] = set()
    workspace = tmp_path / "out" / ".docgen-batch"

    def look(_step: str, _count: int) -> None:
        seen.update(mode(path) for path in workspace.iterdir())
        assert mode(workspace) == 0o700

    docgen.batch(FORM, PEOPLE, tmp_path / "out", split=5, each="{number}", progress=look)
    assert seen == {0o600}
    assert not workspace.exists()
    assert {mode(path) for path in (tmp_path / "out").rglob("*") if path.is_file()} == {0o666}


def test_the_mask_decides_who_may_read_volumes_and_the_manifest(tmp_path):
    os.umask(0o027)
    docgen.batch(FORM, PEOPLE, tmp_path / "out")
    assert {mode(path) for path in (tmp_path / "out").iterdir()} == {0o640}


def test_files_that_are_written_over_keep_their_permissions(tmp_path):
    for _turn in range(2):
        docgen.batch(FORM, PEOPLE, tmp_path / "out")
        for path in (tmp_path / "out").iterdir():
            path.chmod(0o604)
    docgen.batch(FORM, PEOPLE, tmp_path / "out")
    assert {mode(path) for path in (tmp_path / "out").iterdir()} == {0o604}
    write_whole(tmp_path / "a", b"1", 0o600)
    (tmp_path / "a").chmod(0o640)
    write_whole(tmp_path / "a", b"2", 0o600)
    assert mode(tmp_path / "a") == 0o640


def test_exports_journals_and_checked_copies_are_for_their_owner(tmp_path):
    table, book = tmp_path / "people.json", tmp_path / "book.db"
    table.write_text(json.dumps([record_of(FORM, number=None) | {"iin": "930915350202"}], default=str), "utf-8")
    assert run("batch", FORM, table, "-o", tmp_path / "out", "--register", book).exit_code == 0
    outputs = [tmp_path / "book.csv", tmp_path / "book.xlsx", tmp_path / "journal.xlsx", tmp_path / "journal.pdf"]
    for command, output in zip(("export", "export", "journal", "journal"), outputs, strict=True):
        assert run("register", command, FORM, "-o", output, "--register", book).exit_code == 0
    bad = tmp_path / "bad.csv"
    bad.write_text("\n".join(";".join(map(str, row)) for row in (PEOPLE[0], (PEOPLE[0] | {"hours": "many"}).values())), "utf-8")
    assert run("check", FORM, bad, "-o", tmp_path / "copy.xlsx").exit_code == 1
    assert {path.name: mode(path) for path in [*outputs, tmp_path / "copy.xlsx", book]} == {
        path.name: 0o600 for path in [*outputs, tmp_path / "copy.xlsx", book]
    }


@pytest.mark.parametrize("iin", ["930915350203", "93091535020", "9309-1535-0202", "930915350202 "])
def test_a_manifest_does_not_hold_an_iin_that_was_refused(tmp_path, iin):
    people = [record_of(FORM, number=None) | {"iin": "930915350202"}, record_of(FORM, number=None, surname="Ким") | {"iin": iin}]
    table = tmp_path / "people.json"
    table.write_text(json.dumps(people, default=str), "utf-8")
    done = run("batch", FORM, table, "-o", tmp_path / "out", "--register", tmp_path / "book.db", "--skip-bad")
    assert done.exit_code == 0, done.output
    text = (tmp_path / "out" / "manifest.json").read_text("utf-8")
    assert iin not in text
    for problem in json.loads(text)["problems"]:
        assert set(problem["value"]) == {"•"}
