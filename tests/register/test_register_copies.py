"""An older copy of a book that is put back, or another copy, gives no number before somebody says that it is meant."""

from __future__ import annotations

import os
import secrets
import shlex
import shutil
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support import processes
from support.calling import run
from support.records import record_of

import docgen
from docgen.errors import DocgenError
from docgen.form import load_form
from docgen.inputs import OldDocument
from docgen.register import Filter, Movement, Request, open_register, read_serials

FORM = load_form("retraining-certificate")
RECORD = record_of(FORM.id, issued="2026-02-06", start="2026-01-12", end="2026-02-06", number=None)
ONE = [Request("1", RECORD)]


@pytest.fixture
def copied(postgres_server_if_used) -> Callable[[str, Path], str]:
    """What copies a register, and returns where the copy is; the copy of a database is one of the same server."""

    def copy(where: str, folder: Path) -> str:
        name = f"copy_{secrets.token_hex(6)}"
        if not where.startswith("postgresql"):
            return str(shutil.copy(where, folder / f"{name}.db"))
        import psycopg

        with psycopg.connect(postgres_server_if_used.format(name="postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {where.partition('?')[0].rpartition('/')[2]}")
        return postgres_server_if_used.format(name=name)

    return copy


@pytest.fixture
def postgres_server_if_used(request: pytest.FixtureRequest) -> str:
    """The address of the server, where the test's register is on it."""
    return request.getfixturevalue("postgres_server") if "postgresql" in request.node.name else ""


def issue(where: str, job: str) -> list[str]:
    with open_register(where) as register:
        return register.issue(FORM, ONE, job)


def refusal(call: Callable[[], object]) -> docgen.Problem:
    with pytest.raises(DocgenError) as refused:
        call()
    [problem] = refused.value.problems
    return problem


def elsewhere(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Go on as the user of another machine, who has another data folder."""
    monkeypatch.setenv("DOCGEN_DATA", str(folder))


def events(where: str) -> int:
    with open_register(where) as register:
        return register.verify().events


def test_an_older_copy_gives_no_number(register_at, copied, tmp_path):
    issue(register_at, "monday")
    older = copied(register_at, tmp_path)
    issue(register_at, "tuesday")
    with open_register(older) as register:
        old = [OldDocument(1, RECORD | {"number": "7"})]
        for call in (
            lambda: register.expect(FORM, ONE, "wednesday"),
            lambda: register.issue(FORM, ONE, "wednesday"),
            lambda: register.void(Filter(FORM.id, number="00001"), "spoiled"),
            lambda: register.printed(FORM, "monday", {"1": "1" * 64}),
            lambda: register.take_over(FORM, old, "old", dry_run=True),
            lambda: register.move_stock(FORM.id, Movement("received", read_serials("1", "9"), "2026-02-06")),
        ):
            problem = refusal(call)
            assert (problem.code, problem.where.file) == ("register-shorter", register.name)
            assert "2 events, and had 3" in problem.message
            command = f"docgen register verify --register {shlex.quote(register.name)} --accept-restore --reason"
            assert command in problem.hint
        report = register.verify()
        assert ([each.code for each in report.problems], report.events) == (["register-shorter"], 2)
        assert [each.number for each in register.documents(Filter())] == ["00001"]  # it can be looked at
    assert issue(register_at, "wednesday") == ["00003"]


def test_two_copies_that_went_on_apart_are_told_apart(register_at, copied, tmp_path, monkeypatch):
    issue(register_at, "monday")
    other = copied(register_at, tmp_path)
    issue(register_at, "tuesday")
    elsewhere(monkeypatch, tmp_path / "elsewhere")
    for job in ("tuesday there", "wednesday there"):
        issue(other, job)
    monkeypatch.delenv("DOCGEN_DATA")
    problem = refusal(lambda: issue(other, "thursday"))
    assert (problem.code, "parts from the one last used here" in problem.message) == ("register-parted", True)
    assert issue(register_at, "thursday") == ["00003"]


def test_a_book_that_others_went_on_with_is_fine(register_at, tmp_path, monkeypatch):
    issue(register_at, "monday")
    elsewhere(monkeypatch, tmp_path / "elsewhere")
    assert issue(register_at, "tuesday") == ["00002"]
    monkeypatch.delenv("DOCGEN_DATA")
    with open_register(register_at) as register:
        assert register.issue(FORM, ONE, "wednesday") == ["00003"]
        assert (register.notes, register.verify().problems) == ([], [])


@pytest.mark.slow
def test_many_clerks_of_one_machine_are_never_refused(register_at):
    """What one of them remembers may be of a later moment than the state of the book that another one looks at."""
    with open_register(register_at):
        pass

    def work(clerk: int) -> list[str]:
        with open_register(register_at) as register:
            given = []
            for turn in range(5):
                register.expect(FORM, ONE, f"{clerk} {turn}")
                given += register.issue(FORM, ONE, f"{clerk} {turn}")
                assert register.verify().problems == []
            return given

    with ThreadPoolExecutor(8) as pool:
        given = [number for numbers in pool.map(work, range(8)) for number in numbers]
    assert sorted(given) == [f"{number:05d}" for number in range(1, 41)]


def test_a_copy_that_is_meant_goes_on_and_the_book_says_so(register_at, copied, tmp_path, monkeypatch):
    monkeypatch.setenv("DOCGEN_CLERK", "Айгүл")
    issue(register_at, "monday")
    older = copied(register_at, tmp_path)
    issue(register_at, "tuesday")
    with open_register(older) as register:
        assert refusal(lambda: register.accept_restore(" ")).code == "reason-missing"
        register.accept_restore("the disk failed")
        report = register.verify()
        assert (report.problems, report.events) == ([], 3)
        [note] = report.notes
        assert (note.code, "Айгүл" in note.message, "the disk failed" in note.message) == ("register-restored", True, True)
        assert refusal(lambda: register.accept_restore("again")).code == "restore-none"
        assert register.issue(FORM, ONE, "wednesday") == ["00002"]
    assert refusal(lambda: issue(register_at, "wednesday")).code == "register-shorter"  # the one that was lost, found again


def test_a_copy_is_accepted_by_the_command_that_the_refusal_names(tmp_path):
    book, older = tmp_path / "my book.db", tmp_path / "older.db"
    issue(str(book), "monday")
    shutil.copy(book, older)
    issue(str(book), "tuesday")
    shutil.copy(older, book)
    refused = run("register", "void", FORM.id, "00001", "--reason", "spoiled", "--register", book)
    assert (refused.exit_code, str(book) in refused.output) == (1, True)
    [command] = [line for line in refused.output.splitlines() if "--accept-restore" in line]
    words = shlex.split(command.partition("if this one is meant: docgen ")[2])
    assert run("register", "verify", "--reason", "x", "--register", book).exit_code == 2
    assert run("register", "verify", "--accept-restore", "--register", book).exit_code == 1
    accepted = run(*words)
    assert (accepted.exit_code, "0 problems" in accepted.output) == (0, True), accepted.output
    assert "docgen register import" in accepted.output
    assert run(*words).exit_code == 2
    assert issue(str(book), "wednesday") == ["00002"]


def test_a_new_machine_notes_a_book_that_was_used_before_once(tmp_path, monkeypatch):
    book = tmp_path / "register.db"
    issue(str(book), "monday")
    elsewhere(monkeypatch, tmp_path / "elsewhere")
    with open_register(book) as register:
        register.issue(FORM, ONE, "tuesday")
        assert [(each.code, each.where.file) for each in register.notes] == [("register-new-here", str(book))]
    with open_register(book) as register:
        register.issue(FORM, ONE, "wednesday")
        assert register.notes == []
    elsewhere(monkeypatch, tmp_path / "a third")
    with open_register(book) as register:
        register.accept_restore("moved to a new machine")
        assert [each.code for each in register.verify().notes] == ["register-restored"]
        register.issue(FORM, ONE, "thursday")
        assert register.notes == []


def test_books_are_known_by_their_identity_not_by_their_place(tmp_path):
    first, second = tmp_path / "first.db", tmp_path / "second.db"
    for path, count in ((first, 3), (second, 1)):
        for job in range(count):
            issue(str(path), f"job {job}")
    first.rename(tmp_path / "moved.db")
    second.rename(first)
    assert issue(str(first), "next") == ["00002"]
    assert issue(str(tmp_path / "moved.db"), "next") == ["00004"]


def test_what_is_remembered_is_for_its_owner_alone(tmp_path, monkeypatch):
    elsewhere(monkeypatch, tmp_path / "data")
    former = os.umask(0)
    try:
        issue(str(tmp_path / "register.db"), "monday")
    finally:
        os.umask(former)
    modes = {path.relative_to(tmp_path).parts[-1]: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data").rglob("*")}
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert sorted(modes.values()) == [0o600, 0o700]


def test_a_data_folder_that_cannot_be_written_is_a_note(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    elsewhere(monkeypatch, tmp_path / "file" / "data")
    with open_register(tmp_path / "register.db") as register:
        assert [register.issue(FORM, ONE, job) for job in ("a", "b")] == [["00001"], ["00002"]]
        [note] = register.notes
        assert (note.code, "DOCGEN_DATA" in note.hint) == ("register-end-unstored", True)
        assert note.where.file.startswith(str(tmp_path / "file" / "data"))


@pytest.mark.parametrize("content", ["", "[]", '{"events": "many"}', '{"events": 3}', "[" * 100_000])
def test_what_is_remembered_and_damaged_is_a_note_and_written_anew(tmp_path, monkeypatch, content):
    book = str(tmp_path / "register.db")
    elsewhere(monkeypatch, tmp_path / "data")
    issue(book, "monday")
    [path] = (tmp_path / "data" / "books").iterdir()
    path.write_text(content[:4000])
    with open_register(book) as register:
        register.issue(FORM, ONE, "tuesday")
        assert "register-end-damaged" in [each.code for each in register.notes]
    with open_register(book) as register:
        register.issue(FORM, ONE, "wednesday")
        assert register.notes == []


def printed_in(folder: Path, book: str, **options: object) -> None:
    docgen.batch(FORM.id, [RECORD, RECORD | {"surname": "Оспанова"}], folder, register=book, job="monday", **options)


def codes(folder: Path, book: str) -> list[str]:
    return [each.code for each in docgen.batching.verify(folder, book).problems]


def test_a_printed_folder_is_checked_against_the_book_that_numbered_it(register_at, copied, tmp_path, monkeypatch):
    with open_register(register_at):
        pass
    empty = copied(register_at, tmp_path)
    printed_in(tmp_path / "out", register_at)
    later = copied(register_at, tmp_path)
    issue(register_at, "tuesday")
    other = str(tmp_path / "other.db")
    issue(other, "monday")
    assert [codes(tmp_path / "out", book) for book in (register_at, later)] == [[], []]
    assert [codes(tmp_path / "out", book) for book in (empty, other)] == [["batch-unknown"], ["batch-unknown"]]
    assert run("batch", "--check-output", tmp_path / "out", "--register", register_at).exit_code == 0
    result = run("batch", "--check-output", tmp_path / "out", "--register", other)
    assert (result.exit_code, "does not know this batch" in result.output) == (1, True)


def test_a_batch_that_the_book_has_lost_is_not_numbered_again(register_at, copied, tmp_path, monkeypatch):
    with open_register(register_at):
        pass
    empty, other = copied(register_at, tmp_path), str(tmp_path / "other.db")
    printed_in(tmp_path / "out", register_at)
    before = (tmp_path / "out" / "manifest.json").read_bytes()
    elsewhere(monkeypatch, tmp_path / "elsewhere")  # nothing is remembered there but in the manifest
    for book, options in ((empty, {}), (empty, {"resume": True}), (other, {"resume": True})):
        problem = refusal(lambda book=book, options=options: printed_in(tmp_path / "out", book, **options))
        assert (problem.code, problem.where.file) == ("batch-unknown", str(tmp_path / "out" / "manifest.json"))
    assert (tmp_path / "out" / "manifest.json").read_bytes() == before
    printed_in(tmp_path / "out", register_at, resume=True)
    assert (tmp_path / "out" / "manifest.json").read_bytes() == before
    printed_in(tmp_path / "out", other)  # printed over as a trial, by another book


def test_what_others_may_read_is_noted_with_the_command_that_closes_it(tmp_path, monkeypatch):
    (data := tmp_path / "my data").mkdir(mode=0o755)
    data.chmod(0o755)
    elsewhere(monkeypatch, data)
    book = tmp_path / "register.db"
    issue(str(book), "monday")
    book.chmod(0o644)
    for call in (["register", "list"], ["register", "void", FORM.id, "00001", "--reason", "x"]):
        result = run(*call, "--register", book)
        told = [line.partition("Close it: ")[2] for line in result.stderr.splitlines() if "Close it" in line]
        assert [shlex.split(each) for each in told] == [["chmod", "o-rwx", str(path)] for path in (book, data)]
    for command in told:
        processes.run(shlex.split(command), check=True)
    assert run("register", "list", "--register", book).stderr == ""
    book.chmod(0o640)  # for a group, on purpose
    assert run("register", "list", "--register", book).stderr == ""


def test_a_print_is_noted_of_a_document_that_another_connection_printed_in_between(register_at):
    with open_register(register_at) as mine, open_register(register_at) as others:
        mine.issue(FORM, [Request(str(key), RECORD) for key in range(1, 4)], "monday")
        read_before = mine.find(Filter(FORM.id, number="00001"))
        assert read_before.state == "issued"
        others.printed(FORM, "monday", {"1": "1" * 64, "2": "2" * 64})
        mine.note_printed(read_before, "3" * 64)
        assert mine.as_it_is_now(read_before).printed_sha256 == "3" * 64
        assert [each.get("sha256") for each in mine.history(read_before)][1:] == ["1" * 64, "3" * 64]
        assert mine.verify().problems == []


def test_many_who_print_one_document_at_once_wait_for_each_other(register_at):
    with open_register(register_at) as register:
        register.issue(FORM, ONE, "monday")
        document = register.find(Filter(FORM.id, number="00001"))

    def print_it(number: int) -> None:
        with open_register(register_at) as register:
            if number % 2:
                register.note_printed(document, f"{number}" * 64)
            else:
                register.printed(FORM, "monday", {"1": f"{number}" * 64})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(print_it, range(8)))
    with open_register(register_at) as register:
        assert sorted(str(each["sha256"])[0] for each in register.history(document)[1:]) == list("01234567")
        assert register.verify().problems == []


#: Commands that write a file, and the name of a register that has that file's ending.
WRITING = {
    "book.xlsx": ["register", "export"],
    "book.csv": ["register", "export"],
    "book.pdf": ["register", "journal", FORM.id, "--year", 2026],
    "stock.xlsx": ["register", "stock", "close", FORM.id],
    "book.docx": ["register", "reissue", FORM.id, "00001", "--issued", "2026-11-20", "--reason", "lost"],
}


@pytest.mark.parametrize("name", WRITING)
@pytest.mark.parametrize("how", ["named", "in the environment"])
def test_no_command_writes_over_the_book_that_it_reads(tmp_path, monkeypatch, name, how):
    book = tmp_path / name
    issue(str(book), "monday")
    before = book.read_bytes()
    more = ["--register", book] if how == "named" else []
    if not more:
        monkeypatch.setenv("DOCGEN_REGISTER", str(book))
    result = run(*WRITING[name], "-o", book, *more)
    assert (result.exit_code, "this file is read by the same command" in result.output) == (2, True), result.output
    assert book.read_bytes() == before


def test_a_document_is_not_written_over_the_default_book(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCGEN_REGISTER", str(tmp_path / "book.pdf"))
    issue("default", "monday")
    run("forms", "sample", FORM.id, "-o", tmp_path / "person.toml")
    result = run("render", FORM.id, tmp_path / "person.toml", "-o", tmp_path / "book.pdf", "--register", "default")
    assert (result.exit_code, "this file is read by the same command" in result.output) == (2, True), result.output


def test_the_epoch_of_documents_does_not_date_events(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    with open_register(tmp_path / "register.db") as register:
        register.issue(FORM, ONE, "monday")
        [document] = register.documents(Filter())
    assert document.at > "2026"
