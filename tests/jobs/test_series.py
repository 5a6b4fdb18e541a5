"""How the numbers of a sequence that a job begins look: said in the job or by --series, and never changed afterwards."""

import pytest
from support.calling import run
from support.records import record_of

from docgen.register import Filter, open_register

FORM = "retraining-certificate"


def table(folder, *surnames, name="t.csv", **changes):
    records = [record_of(FORM, number="", surname=each) | changes for each in surnames]
    lines = [";".join(records[0]), *(";".join(map(str, record.values())) for record in records)]
    (folder / name).write_text("\n".join(lines), "utf-8")
    return folder / name


def job(folder, pattern):
    text = f'version = 1\nname = "a"\nform = "{FORM}"\noutput = "out"\n[table]\npath = "t.csv"\n'
    (folder / "j.toml").write_text(f'{text}[register]\nbook = "book.db"\nseries = "{pattern}"\n', "utf-8")
    return folder / "j.toml"


def test_a_sequence_begins_as_the_job_says_and_stays_so(tmp_path):
    table(tmp_path, "Оспанов", "Ахметов")
    checked = run("check", job(tmp_path, "{year}-{seq:04d}"))
    assert (checked.exit_code, "the first is 2026-0001" in checked.output) == (0, True)
    assert run("batch", tmp_path / "j.toml", "--workers", 1).exit_code == 0
    with open_register(tmp_path / "book.db") as register:
        assert [each.number for each in register.documents(Filter())] == ["2026-0001", "2026-0002"]
    said = (FORM, table(tmp_path, "Қасымов", name="later.csv"), "--register", tmp_path / "book.db")
    other = run("check", *said, "--series", "{seq:05d}")
    assert (other.exit_code, "have the pattern {year}-{seq:04d} already, and not {seq:05d}" in other.output) == (1, True)
    later = run("check", *said)
    assert (later.exit_code, "2026-0003" in later.output) == (0, True)
    assert run("check", *said, "--series", "{year}-{seq:04d}").exit_code == 0


@pytest.mark.parametrize("pattern", ["", "{year}", "{seq}{seq}", "00001"])
def test_what_is_no_pattern_is_refused(pattern, tmp_path):
    table(tmp_path, "Оспанов")
    result = run("check", job(tmp_path, pattern))
    assert (result.exit_code, "j.toml: register.series: " in result.output) == (2, True)
    if pattern:
        result = run("check", FORM, tmp_path / "t.csv", "--register", tmp_path / "book.db", "--series", pattern)
        assert (result.exit_code, "is no pattern of numbers" in result.output, (tmp_path / "book.db").exists()) == (
            2,
            True,
            False,
        )


def test_without_a_register_there_is_no_sequence(tmp_path):
    result = run("check", FORM, table(tmp_path, "Оспанов"), "--series", "{seq}")
    assert (result.exit_code, "--series takes --register too" in result.output) == (2, True)
