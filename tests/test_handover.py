"""A job is handed over: the folder holds what was printed, whole or not at all, and the book says so."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from support import processes
from support.calling import run
from support.reading import words
from support.records import record_of

from docgen import batch
from docgen.errors import DocgenError
from docgen.form import load_form
from docgen.handover import Packing, hand_over
from docgen.register import Filter, open_register

FORM = load_form("retraining-certificate")
RECORD = record_of(FORM.id, issued="2026-02-06", start="2026-01-12", end="2026-02-06", number=None)
#: Surname → IIN, each with its check digit.
PEOPLE = {"Ахметова": "930915350202", "Әлиева": "930915350212", "Оспанова": "930915350222"}
DAY = date(2026, 2, 10)


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("table") / "people.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*RECORD, "iin"], delimiter=";")
        writer.writeheader()
        writer.writerows(RECORD | {"surname": surname, "iin": iin} for surname, iin in PEOPLE.items())
    return path


@pytest.fixture
def book(register_at, table, tmp_path) -> str:
    """Where a register is whose job `people.csv` of three was printed."""
    batch(FORM.id, table, tmp_path / "out", register=register_at, split=2)
    return register_at


def handed(book: str, folder: Path, packing: Packing = Packing(), **more: object):  # noqa: B008 it is frozen
    with open_register(book) as register:
        return hand_over(register, "people.csv", folder, DAY, packing, **more)


def code(call, *arguments: object, **more: object) -> str:
    with pytest.raises(DocgenError) as refused:
        call(*arguments, **more)
    return refused.value.problems[0].code


def days(book: str) -> dict[str, str]:
    with open_register(book) as register:
        assert register.verify().problems == []
        return {each.number: each.handed_over for each in register.documents(Filter())}


def wanted(number: str) -> Filter:
    return Filter(FORM.id, number=number)


def test_the_folder_holds_what_was_printed_with_list_statement_and_checksums(book, tmp_path):
    done = handed(book, tmp_path / "handed", Packing(split=2))
    assert sorted(path.name for path in (tmp_path / "handed").iterdir()) == [
        "SHA256SUMS", "list.csv", "list.pdf", "list.xlsx", "manifest.json",
        f"{FORM.id}-001.pdf", f"{FORM.id}-002.pdf", "statement.pdf",
    ]  # fmt: skip
    for number in ("001", "002"):
        printed, given = (tmp_path / folder / f"{FORM.id}-{number}.pdf" for folder in ("out", "handed"))
        assert printed.read_bytes() == given.read_bytes()
    processes.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path / "handed", check=True, capture_output=True)
    assert done.package == hashlib.sha256((tmp_path / "handed" / "SHA256SUMS").read_bytes()).hexdigest()
    assert days(book) == dict.fromkeys(("00001", "00002", "00003"), "2026-02-10")
    assert run("batch", "--check-output", tmp_path / "handed").exit_code == 0
    text = words((tmp_path / "handed" / "statement.pdf").read_bytes())
    assert "00001 – 00003" in text
    assert hashlib.sha256((tmp_path / "handed" / "manifest.json").read_bytes()).hexdigest() in text
    assert text.count("(signature)") == 2
    with open_register(book) as register:
        event = register.history(register.find(wanted("00002")))[-1]
    assert (event["what"], event["day"], event["package"]) == ("handed over", "2026-02-10", done.package)


def test_the_statement_has_numbers_of_any_pattern_as_spans(table, tmp_path):
    with open_register(tmp_path / "book.db", series="{year}-{seq:04d}") as register:
        batch(FORM.id, table, tmp_path / "out", register=register)
        hand_over(register, "people.csv", tmp_path / "handed", DAY, Packing())
    assert "2026-0001 – 2026-0003" in words((tmp_path / "handed" / "statement.pdf").read_bytes())


def test_papers_of_one_page_carry_no_number(book, tmp_path):
    handed(book, tmp_path / "handed")
    for name in ("statement.pdf", "list.pdf"):
        assert "1 / 1" not in words((tmp_path / "handed" / name).read_bytes())


def test_a_file_a_person_is_packed(book, tmp_path):
    done = handed(book, tmp_path / "handed", Packing(each="{number}-{surname}"))
    assert sorted(path.name for path in (tmp_path / "handed" / "each").iterdir()) == [
        "00001-Ахметова.pdf", "00002-Әлиева.pdf", "00003-Оспанова.pdf",
    ]  # fmt: skip
    assert "each/00002-Әлиева.pdf" in done.files


def test_a_dry_run_leaves_nothing(book, tmp_path):
    before = sorted(tmp_path.iterdir())
    assert handed(book, tmp_path / "handed", dry_run=True).documents == 3
    assert sorted(tmp_path.iterdir()) == before
    assert set(days(book).values()) == {""}


def test_a_void_document_is_left_out_and_a_duplicate_goes_in_its_place(book, tmp_path):
    from docgen import render

    with open_register(book) as register:
        register.void(wanted("00001"), "withdrew")
        duplicate = register.reissue(FORM, wanted("00002"), RECORD | {"surname": "Әлиқызы"}, "lost")
    assert code(handed, book, tmp_path / "handed") == "hand-over-unprinted"
    with open_register(book) as register:
        content = render(FORM, duplicate.record)
        register.note_printed(duplicate, hashlib.sha256(content).hexdigest())
    done = handed(book, tmp_path / "handed")
    assert (done.documents, done.void) == (2, 1)
    numbers = [each["number"] for each in json.loads((tmp_path / "handed" / "manifest.json").read_text("utf-8"))["records"]]
    assert numbers == ["00004", "00003"]
    assert days(book) == {"00001": "", "00002": "", "00003": "2026-02-10", "00004": "2026-02-10"}
    assert "00004 ← 00002" in words((tmp_path / "handed" / "statement.pdf").read_bytes())


@pytest.mark.slow
def test_what_is_not_what_was_printed_is_refused_until_it_is_printed_again(book, table, tmp_path):
    with open_register(book) as register:
        first = register.find(wanted("00002"))
        register.correct(FORM, first, {**first.record, "surname": "Әлиқызы"}, first.unprinted, "misspelt")
    assert code(handed, book, tmp_path / "handed") == "hand-over-other"
    assert not (tmp_path / "handed").exists()
    assert set(days(book).values()) == {""}
    batch(FORM.id, table, tmp_path / "again", register=book, only="3")
    assert handed(book, tmp_path / "handed").documents == 3
    assert "Әлиқызы" in words((tmp_path / "handed" / f"{FORM.id}-001.pdf").read_bytes())


def test_a_job_is_handed_over_once_and_a_folder_that_is_there_is_refused(book, tmp_path):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").touch()
    assert code(handed, book, tmp_path / "taken") == "folder-taken"
    handed(book, tmp_path / "handed")
    assert code(handed, book, tmp_path / "second") == "hand-over-done"
    with open_register(book) as register:
        assert code(hand_over, register, "people", tmp_path / "third", DAY, Packing()) == "job-unknown"


@pytest.mark.slow
def test_what_is_printed_later_is_handed_over_alone(book, table, tmp_path):
    handed(book, tmp_path / "handed")
    with table.open("r", encoding="utf-8") as file:
        longer = tmp_path / "people.csv"
        longer.write_text(file.read() + ";".join([*map(str, (RECORD | {"surname": "Қалиева"}).values()), "930915350232"]) + "\n")
    batch(FORM.id, longer, tmp_path / "more", register=book)
    done = handed(book, tmp_path / "late")
    assert (done.documents, done.handed_over) == (1, 3)
    assert days(book)["00004"] == "2026-02-10"


def test_a_hand_over_that_fails_at_its_last_step_is_not_in_the_book(book, tmp_path):
    """Somebody makes a folder of that name while the package is made."""
    folder = tmp_path / "handed"

    class Crossed(Exception):
        pass

    with open_register(book) as register:
        found = register.documents_of_job("people.csv")

        def publish() -> None:
            folder.mkdir()
            (folder / "file").touch()
            raise Crossed

        with pytest.raises(Crossed):
            register.note_handed_over("people.csv", found, "2026-02-10", "a" * 64, publish)
        assert set(days(book).values()) == {""}
        register.void(wanted("00002"), "withdrew")
        assert code(register.note_handed_over, "people.csv", found, "2026-02-10", "a" * 64, publish) == "hand-over-crossed"


@pytest.mark.slow
def test_the_command_says_what_it_made_and_the_day(book, tmp_path):
    answer = run("hand-over", "people.csv", "-o", tmp_path / "handed", "--register", book, "--day", "2026-02-10", "--dry-run")
    assert "Nothing was written. Without --dry-run they are handed over on 2026-02-10." in answer.output
    assert answer.exit_code == 0
    assert not (tmp_path / "handed").exists()
    answer = run("hand-over", "people.csv", "-o", tmp_path / "handed", "--register", book, "--day", "2026-02-10", "--json")
    assert json.loads(answer.stdout)["documents"] == 3
    shown = run("register", "list", "--register", book)
    assert shown.output.count("printed, handed over on 2026-02-10") == 3
    shutil.rmtree(tmp_path / "handed")


@pytest.fixture
def listed(book, tmp_path):
    """What writes the list of the job into a file of a format, with these options."""

    def write(suffix: str, *options: object) -> bytes:
        path = tmp_path / f"list.{suffix}"
        answer = run("register", "list", "--job", "people.csv", "-o", path, "--register", book, *options)
        assert answer.exit_code == 0, answer.output
        return path.read_bytes()

    return write


def test_the_list_in_csv_opens_in_columns_with_its_digits(listed):
    content = listed("csv", "--columns", "position,rank,issued")
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert lines[0][:3] == ["№", "Registration number", "name"]
    assert lines[1] == ["1", '="00001"', f"Ахметова {RECORD['given_name']} {RECORD['patronymic']}", RECORD["rank"],
                        "06.02.2026", '="930915350202"', ""]  # fmt: skip


def test_the_list_in_a_workbook_has_the_same_lines_and_no_void_document(listed, book):
    with open_register(book) as register:
        register.void(wanted("00002"), "withdrew")
    sheet = load_workbook(io.BytesIO(listed("xlsx"))).active
    assert [[cell.value for cell in row][1:] for row in sheet.iter_rows(min_row=2)] == [
        [number, f"{surname} {RECORD['given_name']} {RECORD['patronymic']}", PEOPLE[surname]]
        for number, surname in (("00001", "Ахметова"), ("00003", "Оспанова"))
    ]
    assert b"00002" in listed("csv", "--state", "void")


def test_the_list_as_pdf_has_every_name(listed):
    text = words(listed("pdf"))
    assert all(each in text for each in ("00001", "Ахметова", "Әлиева", "Оспанова", "930915350202"))


def test_a_list_of_what_is_not_there_is_refused(book, tmp_path):
    for options, code in ((["--job", "none"], 1), (["--job", "people.csv", "--columns", "surnme"], 2)):
        answer = run("register", "list", *options, "-o", tmp_path / "list.csv", "--register", book)
        assert answer.exit_code == code
    assert run("register", "list", "-o", tmp_path / "list.txt", "--register", book).exit_code == 2
