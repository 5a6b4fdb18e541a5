"""Preprinted stock: every sheet is received, used, spoiled or left, and the statement of any period adds up."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from support import calling
from support.records import record_of

from docgen.cli import cli
from docgen.errors import DataError, UsageError
from docgen.register import open_register
from docgen.register.stock import Movement, SerialRange, read_serials

FORM = "retraining-certificate"


@pytest.fixture
def stock(tmp_path):
    """Run `docgen register stock …` on a register of the test's own."""

    def run(*words: object):
        return CliRunner().invoke(cli, ["register", "stock", *map(str, words), "--register", str(tmp_path / "register.db")])

    return run


def test_what_is_left_is_what_came_less_what_went(stock):
    assert "100 sheets are left" in stock("receive", FORM, "--from", "000101", "--to", "000200", "--day", "2026-01-10").output
    assert "50 sheets" in stock("use", FORM, "--from", "000101", "--to", "000150", "--day", "2026-02-06").output
    assert "49 sheets" in stock("spoil", FORM, "000160", "--reason", "paper jam", "--day", "2026-02-07").output
    answer = json.loads(stock("left", FORM, "--json").output)
    assert answer == {"form": FORM, "left": 49, "serials": ["000151 – 000159", "000161 – 000200"]}
    assert "000151 – 000159  (9)" in stock("left", FORM).output


def test_the_statement_of_a_period_adds_up(stock, tmp_path):
    stock("receive", FORM, "--from", "000101", "--to", "000200", "--day", "2026-01-10")
    stock("use", FORM, "--from", "000101", "--to", "000150", "--day", "2026-02-06")
    stock("receive", FORM, "--from", "000201", "--to", "000210", "--day", "2026-03-01")
    stock("spoil", FORM, "000151", "--to", "000152", "--reason", "=paper jam", "--day", "2026-03-02")
    answer = json.loads(stock("close", FORM, "--from", "2026-02-01", "--to", "2026-03-01", "--json").output)
    assert answer["sums"] == {"opening": 100, "received": 10, "used": 50, "spoiled": 0, "left": 60}
    assert answer["adds_up"] is True
    answer = json.loads(stock("close", FORM, "--from", "2026-03-02", "--json").output)
    assert answer["sums"] == {"opening": 60, "received": 0, "used": 0, "spoiled": 2, "left": 58}
    assert "=paper jam" in stock("close", FORM).output
    period = "--from", "2026-01-01", "--to", "2026-12-31"
    assert stock("close", FORM, *period, "-o", tmp_path / "s.xlsx").exit_code == 0
    cells = list(load_workbook(tmp_path / "s.xlsx").active.iter_rows())
    assert cells[0][0].value == f"{FORM}, 2026-01-01 – 2026-12-31"
    assert [cell.value for cell in cells[1]] == ["line", "sheets", "serials", "date", "reason"]
    assert [row[1].value for row in cells if row[0].value == "remaining"] == [58]
    assert [row[4].data_type for row in cells if row[4].value == "=paper jam"] == ["s"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("receive", FORM, "--from", "000200", "--to", "000300"), 1, "000200 were recorded as received on 2026-01-10 already"),
        (("use", FORM, "--from", "000110", "--to", "000201"), 1, "000201 had not been received"),
        (("use", FORM, "--from", "000111", "--day", "2026-01-09"), 1, "000111 had not been received by 2026-01-09"),
        (("use", FORM, "--from", "000104", "--to", "000106"), 1, "000104 – 000105 were recorded as used on 2026-01-11 already"),
        (("spoil", FORM, "000105", "--reason", "x"), 1, "000105 were recorded as used on 2026-01-11 already"),
        (("spoil", FORM, "АБ 000120", "--reason", "x"), 1, "АБ 000120 had not been received"),
        (("spoil", FORM, "000120"), 2, "--reason"),
        (("use", FORM, "--from", "x"), 2, "“x” is no serial"),
        (("use", FORM, "--from", "000120", "--to", "000110"), 2, "is no range of serials"),
        (("receive", FORM, "--from", "1", "--to", "999999999999"), 2, "is no range of serials"),
        (("receive", "no-such-form", "--from", "1"), 2, "no-such-form"),
        (("close", FORM, "-o", "statement.txt"), 2, "written as .xlsx or .pdf"),
        (("close", FORM, "--from", "2026-12-31", "--to", "2026-01-01"), 2, "--from 2026-12-31 is later than --to 2026-01-01"),
        (("close", FORM, "--to", "2026-01-01", "--from", "2026-12-31"), 2, "--from 2026-12-31 is later than --to 2026-01-01"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_noted(stock, words, code, told):
    stock("receive", FORM, "--from", "000101", "--to", "000200", "--day", "2026-01-10")
    stock("use", FORM, "--from", "000101", "--to", "000105", "--day", "2026-01-11")
    refused = stock(*words)
    assert (refused.exit_code, told in refused.output) == (code, True), refused.output
    assert "95 sheets are left" in stock("left", FORM).output


def test_serials_with_letters_are_their_own(stock):
    stock("receive", FORM, "--from", "АБ 000101", "--to", "АБ 000110", "--day", "2026-01-10")
    assert "20 sheets" in stock("receive", FORM, "--from", "000101", "--to", "000110", "--day", "2026-01-10").output
    assert "АБ 000101 – АБ 000110" in stock("left", FORM).output


def test_serials_are_read_as_they_are_printed():
    assert read_serials("АБ-2 000101", "АБ-2 000103") == SerialRange("АБ-2 ", 101, 103, 6)
    assert str(read_serials("000101")) == "000101"
    with pytest.raises(UsageError):
        read_serials("А1", "Б2")


MOVES = st.tuples(st.sampled_from(["received", "used", "spoiled"]), st.integers(1, 30), st.integers(0, 8), st.integers(1, 28))


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(moves=st.lists(MOVES, max_size=14), since=st.integers(1, 28), length=st.integers(0, 27))
def test_every_period_adds_up_and_no_sheet_is_in_two_lines(tmp_path_factory, moves, since, length):
    with open_register(tmp_path_factory.mktemp("stock") / "register.db") as register:
        there: set[int] = set()
        gone: set[int] = set()
        for kind, first, more, day in sorted(moves, key=lambda move: move[3]):
            serials = set(range(first, first + more + 1))
            possible = not serials & there if kind == "received" else serials <= there - gone
            try:
                register.move_stock(FORM, Movement(kind, SerialRange("", first, first + more, 6), f"2026-02-{day:02d}"))
            except DataError:
                assert not possible
                continue
            assert possible
            (there if kind == "received" else gone).update(serials)
        left = {number for each in register.stock_left(FORM) for number in range(each.first, each.last + 1)}
        assert left == there - gone
        statement = register.stock_statement(FORM, f"2026-02-{since:02d}", f"2026-02-{min(28, since + length):02d}")
        assert statement.adds_up
        assert register.verify().problems == []


def test_a_range_is_read_where_both_ends_have_as_many_digits():
    from docgen.register import read_range

    ranges = {
        "000100-000120": "000100 – 000120", "100–120": "100 – 120", "АБ 000101 - АБ 000103": "АБ 000101 – АБ 000103",
        "АБ-000101-000103": "АБ-000101 – АБ-000103", "АБ-000101": "АБ-000101", "1-000101": "1-000101", "7": "7",
    }  # fmt: skip
    assert {text: str(read_range(text)) for text in ranges} == ranges


def test_the_sheets_of_a_job_are_counted_and_the_statement_is_printed_to_be_signed(register_at, tmp_path):
    from support.calling import run
    from support.reading import words
    from support.records import record_of

    from docgen.form import load_form
    from docgen.register import Request

    form = load_form("retraining-certificate")
    record = record_of(form.id, issued="2026-02-06", start="2026-01-12", end="2026-02-06", number=None)
    with open_register(register_at) as register:
        register.issue(form, [Request(str(key), record) for key in (1, 2, 3)], "course-3")
        register.printed(form, "course-3", {str(key): str(key) * 64 for key in (1, 2, 3)})
    common = ["--register", register_at, "--day", "2026-02-10"]

    def stock(what: str, *arguments: object) -> str:
        answer = run("register", "stock", what, form.id, *arguments, *common)
        return answer.output if answer.exit_code == 0 else f"{answer.exit_code}"

    stock("receive", "--from", "000101", "--to", "000120")
    assert stock("use", "--from", "000101", "--to", "000105", "--job", "course-3") == "1"
    assert stock("use", "--from", "000101", "--job", "none") == "1"
    assert stock("use", "--from", "000101", "--job", "course-3") == "17 sheets are left\n"
    assert stock("spoil", "000104-000106", "--reason", "paper jam") == "14 sheets are left\n"
    path = tmp_path / "stock.pdf"
    close = ["register", "stock", "close", form.id, "--from", "2026-01-01", "--to", "2026-12-31", "-o", path]
    assert run(*close, "--register", register_at).exit_code == 0
    text = words(path.read_bytes())
    for each in ("000101 – 000103", "course-3: 00001 – 00003", "000104 – 000106", "paper jam", "(signature)"):
        assert each in text


def test_the_commands_of_the_stock_take_a_job_in_place_of_the_form(tmp_path):
    record = record_of(FORM, number="", surname="Оспанов")
    (tmp_path / "t.csv").write_text("\n".join(";".join(map(str, row)) for row in (record, record.values())), "utf-8")
    text = f'version = 1\nname = "Course 7"\nform = "{FORM}"\noutput = "out"\n'
    (tmp_path / "j.toml").write_text(text + '[table]\npath = "t.csv"\n[register]\nbook = "book.db"\n', "utf-8")
    assert calling.run("batch", tmp_path / "j.toml", "--workers", 1).exit_code == 0
    stock = ("register", "stock")
    assert (
        calling.run(*stock, "receive", tmp_path / "j.toml", "--from", "000101", "--to", "000110").output == "10 sheets are left\n"
    )
    assert calling.run(*stock, "use", tmp_path / "j.toml", "--from", "000101").output == "9 sheets are left\n"
    noted = calling.run(*stock, "use", tmp_path / "j.toml", "--from", "000102", "--to", "000103", "--note", "by hand")
    assert noted.output == "7 sheets are left\n"
    spoiled = calling.run(*stock, "spoil", tmp_path / "j.toml", "000104", "--reason", "paper jam")
    assert spoiled.output == "6 sheets are left\n"
    left = calling.run(*stock, "left", tmp_path / "j.toml").output
    assert left == calling.run(*stock, "left", FORM, "--register", tmp_path / "book.db").output
    assert calling.run(*stock, "close", tmp_path / "j.toml", "-o", tmp_path / "s.xlsx").exit_code == 0


def test_a_job_of_several_forms_is_no_form_of_the_stock(tmp_path):
    text = 'version = 1\nname = "a"\n[table]\npath = "t.csv"\nform-column = "Вид"\n[register]\nbook = "book.db"\n'
    (tmp_path / "j.toml").write_text(text, "utf-8")
    result = calling.run("register", "stock", "left", tmp_path / "j.toml")
    assert (result.exit_code, "the job has several forms" in result.output) == (2, True)
