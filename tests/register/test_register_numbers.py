"""Numbers of the register, on SQLite and PostgreSQL: without gaps, unique for form, organization and year, the same again."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.bounds import processor_bound
from support.records import record_of

from docgen.errors import DataError, FormError, UsageError
from docgen.form import load_form
from docgen.form.numbering import read_pattern
from docgen.register import Filter, Request, open_register, planning

FORM = load_form("retraining-certificate")


def record(number: str | None = None, **changes: object) -> dict[str, object]:
    return record_of(FORM.id, issued="2026-02-06", start="2026-01-12", end="2026-02-06", number=number) | changes


def requests(*numbers: str | None, first: int = 1, **changes: object) -> list[Request]:
    """A request for each number; None asks for the next."""
    return [Request(str(key), record(number, **changes)) for key, number in enumerate(numbers, first)]


def problems(call, *arguments: object) -> list[tuple[str, int | None]]:
    with pytest.raises(DataError) as refused:
        call(*arguments)
    return [(problem.code, problem.where.row) for problem in refused.value.problems]


@pytest.fixture(params=[5000, 2], ids=["at once", "in parts"])
def register(register_at, request, monkeypatch):
    """A book that is asked for all of a job at once, or for two documents at a time, as for a job of more than memory holds."""
    monkeypatch.setattr(planning, "WHOLE", request.param)
    monkeypatch.setattr(planning, "PART", request.param)
    with open_register(register_at) as opened:
        yield opened


def test_numbers_follow_each_other_in_the_order_of_the_requests(register):
    assert register.issue(FORM, requests(None, None, None), "a") == ["00001", "00002", "00003"]
    assert register.issue(FORM, requests(None, None), "b") == ["00004", "00005"]


def test_what_is_expected_is_what_is_issued(register):
    wanted = requests(None, "00002", None, "А-7", None)
    expected = register.expect(FORM, wanted, "a")
    assert expected == ["00001", "00002", "00003", "А-7", "00004"]
    assert register.expect(FORM, wanted, "a") == expected
    assert register.issue(FORM, wanted, "a") == expected
    assert register.expect(FORM, wanted, "a") == expected


def test_each_organization_and_year_has_a_sequence_of_its_own(register):
    assert register.issue(FORM, requests(None), "a") == ["00001"]
    assert register.issue(FORM, requests(None, organization="Басқа академия"), "b") == ["00001"]
    assert register.issue(FORM, requests(None, issued="2027-01-15"), "c") == ["00001"]
    assert register.issue(load_form("advanced-training-certificate"), requests(None), "d") == ["00001"]
    assert register.issue(FORM, requests(None), "e") == ["00002"]


def test_case_and_spaces_of_an_organization_do_not_begin_another_sequence(register):
    assert register.issue(FORM, requests(None, organization="Қарағанды  академиясы"), "a") == ["00001"]
    assert register.issue(FORM, requests(None, organization=" ҚАРАҒАНДЫ академиясы"), "b") == ["00002"]


def test_the_same_job_again_gives_the_same_numbers_and_stores_nothing(register):
    wanted = requests(None, "00007", None)
    first = register.issue(FORM, wanted, "a")
    for _time in range(20):
        assert register.issue(FORM, wanted, "a") == first
    assert register.issue(FORM, requests(None), "b") == ["00003"]


@pytest.mark.slow
def test_a_thousand_repeated_requests_take_no_number(tmp_path):
    with open_register(tmp_path / "register.db") as register:
        for _time in range(1000):
            assert register.issue(FORM, requests(None), "a") == ["00001"]
        assert register.expect(FORM, requests(None), "b") == ["00002"]


def test_a_job_that_goes_on_gets_numbers_for_what_is_new(register):
    assert register.issue(FORM, requests(None, None), "a") == ["00001", "00002"]
    assert register.issue(FORM, requests(None, None, None), "a") == ["00001", "00002", "00003"]


def test_a_record_that_was_changed_is_refused_at_its_row_and_nothing_is_stored(register):
    register.issue(FORM, requests(None, None, first=3), "a")
    changed = [Request("3", record()), Request("4", record(surname="Басқа")), Request("5", record())]
    assert problems(register.issue, FORM, changed, "a") == [("record-changed", 4)]
    assert register.expect(FORM, changed, "a") == ["00001", "00002", "00003"]  # it compares nothing, and promises nothing
    assert register.issue(FORM, requests(None), "b") == ["00003"]


def test_an_own_number_that_is_taken_is_refused_with_all_others(register):
    register.issue(FORM, requests(None, None), "a")
    wanted = requests("00001", None, "2", "Б-1", "Б-1", "00009", "9", first=10)
    assert problems(register.issue, FORM, wanted, "b") == [
        ("number-taken", 10), ("number-taken", 12), ("number-twice", 14), ("number-twice", 16),
    ]  # fmt: skip
    assert register.issue(FORM, requests(None), "c") == ["00003"]


def test_the_next_numbers_go_around_own_ones_and_leave_no_gap(register):
    assert register.issue(FORM, requests(None, "00005", "00003"), "a") == ["00001", "00005", "00003"]
    assert register.issue(FORM, requests(None, None, None), "b") == ["00002", "00004", "00006"]


def test_a_sequence_goes_on_from_the_own_numbers_that_it_began_with(register):
    assert register.issue(FORM, requests("00417", "00418"), "a") == ["00417", "00418"]
    assert register.issue(FORM, requests(None), "b") == ["00419"]


def test_a_record_without_a_date_of_issue_is_refused(register):
    assert problems(register.issue, FORM, requests(None, issued=None, first=7), "a") == [("date-missing", 7)]


@pytest.mark.parametrize("form", ["work-standard", "certificate-register", "coverage-report"])
def test_a_form_without_a_number_is_not_kept(register, form):
    with pytest.raises(UsageError) as refused:
        register.issue(load_form(form), requests(None), "a")
    assert refused.value.problems[0].code == "form-not-numbered"


def test_a_job_names_each_key_once(register):
    with pytest.raises(UsageError):
        register.issue(FORM, [*requests(None), *requests(None)], "a")


def test_each_form_has_its_own_pattern(register):
    values = record_of("training-order", number=None)
    assert register.issue(load_form("training-order"), [Request("1", values | {"signed": "2026-09-21"})], "a") == ["1-ж"]
    values = record_of("child-protection-certificate", number=None)
    form = load_form("child-protection-certificate")
    assert register.issue(form, [Request("1", values | {"issued": "2026-09-21"})], "a") == ["0001"]


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(jobs=st.lists(st.lists(st.one_of(st.none(), st.integers(1, 12)), min_size=1, max_size=5), min_size=1, max_size=6))
def test_whatever_own_numbers_come_no_number_is_given_twice_and_gaps_close(tmp_path_factory, jobs):
    with open_register(tmp_path_factory.mktemp("book") / "register.db") as register:
        numbers: list[int] = []
        begin = 1
        for job, own in enumerate(jobs):
            issued = issue_or_nothing(register, own, f"job {job}")
            if not numbers and issued and None not in own:
                begin = min(issued)
            numbers += issued
        numbers += map(int, register.issue(FORM, requests(*[None] * 24), "rest"))
        assert len(set(numbers)) == len(numbers)
        assert {n for n in numbers if n >= begin} == set(range(begin, max(numbers) + 1))


def issue_or_nothing(register, own: list[int | None], job: str) -> list[int]:
    wanted = requests(*(None if number is None else f"{number:05d}" for number in own))
    try:
        return [int(number) for number in register.issue(FORM, wanted, job)]
    except DataError:
        return []


def test_what_was_written_cannot_be_changed_or_deleted(tmp_path):
    path = tmp_path / "register.db"
    with open_register(path) as register:
        register.issue(FORM, requests(None), "a")
    connection = sqlite3.connect(path)
    for statement in (
        "DELETE FROM document", "DELETE FROM event", "DELETE FROM series", "DELETE FROM book",
        "UPDATE document SET number = '9'", "UPDATE document SET record = '{}'", "UPDATE event SET clerk = 'x'",
        "UPDATE series SET pattern = '{seq}'",
    ):  # fmt: skip
        with pytest.raises(sqlite3.IntegrityError, match="keeps what was written"):
            connection.execute(statement)
    connection.close()


def test_a_server_too_keeps_what_was_written(postgres_server):
    import psycopg

    with psycopg.connect(postgres_server.format(name="postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE keeps")
    with open_register(postgres_server.format(name="keeps")) as register:
        register.issue(FORM, requests(None), "a")
    for statement in ("DELETE FROM event", "TRUNCATE event CASCADE", "UPDATE document SET number = '9'", "DELETE FROM document"):
        with (
            psycopg.connect(postgres_server.format(name="keeps")) as connection,
            pytest.raises(psycopg.errors.RaiseException, match="keeps"),
        ):
            connection.execute(statement)


def test_who_and_when_are_stored_with_the_record(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCGEN_CLERK", "Айгүл")
    monkeypatch.setattr("docgen.register.values.system_user", lambda: "aigul")
    with open_register(tmp_path / "register.db", time=datetime(2026, 2, 6, 9, 30, tzinfo=UTC)) as register:
        register.issue(FORM, requests(None), "monday")
    connection = sqlite3.connect(tmp_path / "register.db")
    row = connection.execute("SELECT clerk, at, job, key, form, form_sha256, record, state FROM document").fetchone()
    connection.close()
    assert row[:6] == ("Айгүл (aigul)", "2026-02-06T09:30:00Z", "monday", "1", FORM.id, bytes.fromhex(FORM.digest))
    assert json.loads(row[6]) == {**record(), "number": "00001"} | {}
    assert row[7] == "issued"


@pytest.mark.slow
def test_a_job_asks_a_long_book_for_what_it_needs(register_at):
    """Among 5,000 documents of a job, 101 and more are found with theirs: the same numbers, the own one, and what was printed."""
    wanted = [Request(str(n), record(surname=f"Оспанова {n}")) for n in range(1, 5001)]
    with open_register(register_at) as register:
        numbers = register.issue(FORM, wanted, "a")
        for count in (1, 100, 101, 240, 251, 5000):
            some = wanted[-count:]
            assert register.expect(FORM, some, "a") == numbers[-count:]
            with pytest.raises(DataError) as refused:
                register.issue(FORM, some, "b", once=True)
            assert len(refused.value.problems) == count
            register.printed(FORM, "a", {each.key: f"{count}".rjust(64, "0") for each in some})
            with pytest.raises(DataError) as refused:
                register.issue(FORM, requests(*numbers[-count:]), "c")
            assert {problem.code for problem in refused.value.problems} == {"number-taken"}
        assert {each.printed_sha256 for each in register.documents(Filter())} == {"5000".rjust(64, "0")}


@pytest.mark.slow
def test_twenty_thousand_numbers_are_given_in_one_short_transaction(tmp_path):
    wanted = requests(*[None] * 20_000)
    with open_register(tmp_path / "register.db") as register:
        with processor_bound():  # about one second
            numbers = register.issue(FORM, wanted, "a")
        assert numbers == [f"{n:05d}" for n in range(1, 20_001)]


def test_the_register_is_for_its_owners_eyes(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with open_register() as register:
        assert register.issue(FORM, requests(None), "a") == ["00001"]
    path = tmp_path / "docgen" / "register.db"
    assert register.name == str(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    monkeypatch.setenv("DOCGEN_REGISTER", str(tmp_path / "other.db"))
    with open_register() as register:
        assert register.issue(FORM, requests(None), "a") == ["00001"]
    assert Path(register.name) == tmp_path / "other.db"


@pytest.mark.parametrize(
    ("pattern", "number", "again"),
    [
        ("{seq}", "17", "0017"), ("{seq:05d}", "00017", "17"), ("{year}-{seq:04d}", "2026-0017", "2026-17"),
        ("№{seq:03d}/{year}", "№017/2026", "№17/2026"), ("9{seq:02d}", "917", "917"), ("{seq:02d}-ж", "17-ж", "017-ж"),
    ],
)  # fmt: skip
def test_a_pattern_reads_what_it_writes(pattern, number, again):
    read = read_pattern(pattern)
    assert read.number(17, 2026) == number
    assert read.seq(number, 2026) == read.seq(again, 2026) == 17
    assert read.seq("А-17", 2026) is None


@given(seq=st.integers(1, 10**12 - 1), pattern=st.sampled_from(["{seq}", "{seq:05d}", "{year}{seq:03d}", "1{seq}{year}"]))
def test_every_number_of_a_pattern_is_read_back(seq, pattern):
    read = read_pattern(pattern)
    assert read.seq(read.number(seq, 2026), 2026) == seq


NO_PATTERNS = ["", "{year}", "{seq}{seq}", "{seq:5}", "{seq.real}", "{seq} {x}", "{seq!r}", "a{{seq}}", "{seq}\t", 7, "{seq:00d}"]


@pytest.mark.parametrize("pattern", NO_PATTERNS)
def test_a_pattern_that_would_give_a_number_twice_or_is_none_is_refused(tmp_path, pattern):
    folder = tmp_path / "mine"
    folder.mkdir()
    definition = (FORM.folders[-1] / "form.toml").read_text("utf-8").replace('"retraining-certificate"', '"mine"')
    text = definition + f"\n[register]\nnumber = {json.dumps(pattern, ensure_ascii=False)}\n"
    (folder / "form.toml").write_text(text, "utf-8")
    with pytest.raises(FormError) as refused:
        load_form("mine", tmp_path)
    assert refused.value.problems[0].where.key == "register.number"


@pytest.mark.parametrize(
    ("key", "value", "at"),
    [("issued", "surname", "register.issued"), ("organization", "nobody", "register.organization"), ("x", "y", "register.x")],
)
def test_a_register_table_that_names_no_field_is_refused(tmp_path, key, value, at):
    folder = tmp_path / "mine"
    folder.mkdir()
    definition = (FORM.folders[-1] / "form.toml").read_text("utf-8").replace('"retraining-certificate"', '"mine"')
    (folder / "form.toml").write_text(definition + f'\n[register]\n{key} = "{value}"\n', "utf-8")
    with pytest.raises(FormError) as refused:
        load_form("mine", tmp_path)
    assert refused.value.problems[0].where.key == at


@pytest.mark.parametrize("text", ["{seq}", "{seq:05d}", "{year}-{seq:04d}", "{seq:03d}/{year:08d} 5 %d%%", "№ {seq}"])
def test_many_numbers_are_those_that_one_gets(text):
    pattern = read_pattern(text)
    assert [pattern.numbers(2026)(seq) for seq in (1, 99, 12345)] == [pattern.number(seq, 2026) for seq in (1, 99, 12345)]


@pytest.mark.parametrize(
    ("parts", "twice"),
    [
        ([["1", "2", "3"], ["4", "5"]], None), ([["1", "2", "3"], ["3", "4"]], "3"), ([["2", "2"]], "2"),
        ([["5", "6"], ["1", "5"]], "5"),
        ([["01", "1"], ["a", "b"]], None), ([["a"], ["b", "a"]], "a"), ([["9", "10"], ["11", "10"]], "10"), ([[], ["0"]], None),
        ([["9999999", "10000000"], ["10000000"]], "10000000"),
    ],
)  # fmt: skip
def test_a_key_that_was_met_before_is_found(parts, twice):
    keys = planning.Keys()
    *first, last = parts
    assert [keys.add(part) for part in first] == [None] * len(first)
    assert keys.add(last) == twice
    assert all(key in keys for part in first for key in part)
    assert "7" not in keys
