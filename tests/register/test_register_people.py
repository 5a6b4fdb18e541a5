"""A book that stays open knows whom it has: others are not looked for in it, and whoever may be in it is, exactly."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event
from support.records import record_of

from docgen.errors import DocgenError
from docgen.form import load_form
from docgen.register import BookOrder, Filter, Register, Request, open_register, people, together

FORM = load_form("retraining-certificate")
SURNAMES = ("Әбенов", "Бекенов", "Ғалымов", "Дәуренов", "Ержанов", "Жанатов")


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Let a book be read as a whole with the first question."""
    monkeypatch.setattr(people, "ASKED_FIRST", 0)


def values(surname: str, rank: str = "полиция майоры") -> dict[str, object]:
    days = {"issued": "2026-02-06", "start": "2026-01-12", "end": "2026-02-06"}
    return record_of(FORM.id, number=None, surname=surname, rank=rank, **days)


def order(surname: str, key: str, rank: str = "полиция майоры", clerk: str | None = None) -> BookOrder:
    return BookOrder(FORM, Request(key, values(surname, rank), {}), "service", clerk)


def issued(register: Register, *orders: BookOrder) -> list[str]:
    """Return the numbers of orders, or the code of the problem that refuses one."""
    return [each.problems[0].code if isinstance(each, DocgenError) else each for each in register.issue_each(orders)]


def double(register: Register, surname: str) -> list[str]:
    """Return what becomes of another document for somebody, in another rank."""
    return issued(register, order(surname, f"{surname} again", "полиция капитаны"))


@contextmanager
def exact_questions(register: Register) -> Iterator[list[str]]:
    """Provide the questions that read the names of every document of the book."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        if "rtrim(" in statement:
            found.append(statement)

    event.listen(register._engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(register._engine, "before_cursor_execute", note)


def test_strangers_are_not_looked_for_in_the_whole_book(register_at):
    with open_register(register_at) as register, exact_questions(register) as questions:
        for number, surname in enumerate(SURNAMES, 1):
            assert issued(register, order(surname, surname)) == [f"{number:05}"]
        assert questions == []
        assert double(register, SURNAMES[2]) == ["person-issued"]
        assert len(questions) > 0


def test_a_book_that_is_seldom_asked_is_not_read_as_a_whole(register_at, monkeypatch):
    monkeypatch.setattr(people, "ASKED_FIRST", 3)
    with open_register(register_at) as register, exact_questions(register) as questions:
        for surname in SURNAMES:
            issued(register, order(surname, surname))
        assert len(questions) == 3 * 2  # of the documents, and of the corrections
        assert [double(register, surname) for surname in SURNAMES] == [["person-issued"]] * len(SURNAMES)


def _by_a_run(register: Register) -> None:
    register.issue(FORM, [Request("1", values(SURNAMES[1]))], "a run")


def _by_a_clerk(register: Register) -> None:
    issued(register, order(SURNAMES[1], "another"))


def _by_correction(register: Register) -> None:
    first = register.find(Filter(FORM.id, number="00001"))
    register.correct(FORM, first, {**first.record, "surname": SURNAMES[1]}, {}, "misspelt")


@pytest.mark.parametrize("add", [_by_a_run, _by_a_clerk, _by_correction])
def test_whom_another_process_added_meanwhile_is_known(register_at, add: Callable[[Register], None]):
    with open_register(register_at) as register, open_register(register_at) as other:
        assert issued(register, order(SURNAMES[0], "first"), order(SURNAMES[2], "second")) == ["00001", "00002"]
        add(other)
        assert double(register, SURNAMES[1]) == ["person-issued"]


def issue_and_fail(register: Register, orders: list[BookOrder]) -> None:
    """Issue documents in a transaction that is ended before it is committed."""
    with register.write() as connection:
        begun = together.issue_each(connection, orders, {"new_organization": False, "pattern": ""}, register._names)
        assert begun == ["00002", "00003"]
        raise KeyboardInterrupt


def test_what_was_rolled_back_was_never_seen(register_at):
    """The ids of what was rolled back are given again, to others."""
    with open_register(register_at) as register, open_register(register_at) as other:
        issued(register, order(SURNAMES[0], "first"))
        with pytest.raises(KeyboardInterrupt):
            issue_and_fail(register, [order(SURNAMES[number], str(number), clerk=str(number)) for number in (1, 2)])
        assert issued(other, order(SURNAMES[3], "3"), order(SURNAMES[4], "4")) == ["00002", "00003"]
        assert double(register, SURNAMES[3]) == ["person-issued"]
        assert double(register, SURNAMES[1]) == ["00004"]


def test_another_copy_in_the_place_of_a_book_is_read_anew(tmp_path: Path):
    book, copy = tmp_path / "book.db", tmp_path / "copy.db"
    with open_register(book) as register:
        issued(register, order(SURNAMES[0], "first"))
        shutil.copy(book, copy)
        issued(register, order(SURNAMES[1], "1"))
        issued(register, order(SURNAMES[2], "2"))
        shutil.copy(copy, book)
        with open_register(book) as other:
            other.accept_restore("the disk failed")
            assert issued(other, order(SURNAMES[3], "3"), order(SURNAMES[4], "4")) == ["00002", "00003"]
        assert [double(register, SURNAMES[number])[0] for number in (3, 4, 1)] == ["person-issued", "person-issued", "00004"]


def test_a_book_that_outgrows_its_bits_is_read_into_more(register_at, monkeypatch):
    with open_register(register_at) as register:
        issued(register, order(SURNAMES[0], "first"))
        monkeypatch.setattr(register._names, "_most", 1)
        assert [issued(register, order(surname, surname))[0] for surname in SURNAMES[1:]] == [f"{n:05}" for n in range(2, 7)]
        assert register._names._most > 1
        assert [double(register, surname) for surname in SURNAMES] == [["person-issued"]] * len(SURNAMES)
