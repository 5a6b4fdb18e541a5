"""Records as files: JSON, TOML and YAML as people and programs write them, and every way in which they are damaged."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from docgen.errors import DataError
from docgen.inputs.record_file import READERS, parse_record, read_record_file


def in_file(tmp_path: Path, suffix: str, content: str | bytes) -> Path:
    path = tmp_path / f"r{suffix}"
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    return path


@pytest.mark.parametrize(
    ("suffix", "content", "record"),
    [
        (".json", '{"number": "00417", "hours": 72}', {"number": "00417", "hours": 72}),
        (".json", '{"rows": [{"a": null}]}', {"rows": [{"a": None}]}),
        (".json", b'\xef\xbb\xbf{"a": "\xd2\xb1"}', {"a": "ұ"}),
        (".toml", 'number = "00417"\nhours = 72', {"number": "00417", "hours": 72}),
        (".toml", "start = 2026-02-06", {"start": date(2026, 2, 6)}),
        (".toml", "[[rows]]\na = 1\n[[rows]]\na = 2", {"rows": [{"a": 1}, {"a": 2}]}),
        (".yaml", "number: 00417\nhours: 72", {"number": "00417", "hours": "72"}),
        (".yaml", "yes: no\nstart: 2026-02-06", {"yes": "no", "start": "2026-02-06"}),
        (".yml", "rows:\n- a: |\n    екі\n- {a: 'b: c'}", {"rows": [{"a": "екі\n"}, {"a": "b: c"}]}),
        (".YAML", "a: !!python/object/apply:os.getcwd []", {"a": []}),
    ],
)
def test_values_come_as_they_are_typed(tmp_path, suffix, content, record):
    assert read_record_file(in_file(tmp_path, suffix, content)) == record


@pytest.mark.parametrize(
    ("content", "record"),
    [
        ('{"a": 1}', {"a": 1}),
        ('\n {"a": 1}', {"a": 1}),
        ("a = 1", {"a": 1}),
        ("# бір\n\n[t]\na = 1", {"t": {"a": 1}}),
        ('"a" = 1', {"a": 1}),
        ("a: 1", {"a": "1"}),
        ("# бір\na: x = 1", {"a": "x = 1"}),
    ],
)
def test_standard_input_is_told_by_how_it_begins(content, record):
    assert parse_record(content.encode(), "-") == record


def test_a_toml_mistake_in_standard_input_is_told_as_one():
    """It must not be read on as YAML, whose complaint would mean nothing to the person who wrote TOML."""
    with pytest.raises(DataError, match="a quotation mark"):
        parse_record(b'a = "x"\nb = "', "-")


DEEP = 100_000
DAMAGED = {
    ".json": [
        ("", "it is empty"),
        (" \n", "it is empty"),
        ('{"a":', "line 1, column 6"),
        ('{"a": 1} {}', "Extra data"),
        ("[1]", "a set of named values"),
        ("5", "a set of named values"),
        ("null", "a set of named values"),
        ('"x"', "a set of named values"),
        ('{"a": 1, "a": 2}', "“a” is given twice"),
        ('{"r": [{"a": 1, "a": 2}]}', "“a” is given twice"),
        ('{"a": NaN}', "NaN is no value"),
        ('{"a": -Infinity}', "-Infinity is no value"),
        ("[" * DEEP, "nested too deeply"),
        ('{"a":' * DEEP, "nested too deeply"),
        ('{"a": ' + "9" * 5000 + "}", "5000 digits"),
        (b'{"a": "\xe9"}', "not in UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "not in UTF-8"),
    ],
    ".toml": [
        ("", "it is empty"),
        ("a = 1\nx", "something is missing at its end"),
        ("a = 1\nx\n", "line 2 is not understood: x"),
        ("a = 06.02.2026\n", "line 1 is not understood: a = 06.02.2026"),
        ("a = “x”\nb = 1", "line 1 is not understood: a = “x”"),
        ('a = "x\nb = 1', 'line 1 is not understood: a = "x'),
        ("a = 00417\r\n", "line 1 is not understood: a = 00417"),
        ("a = [1,", "a bracket"),
        ("a = 1\na = 2", "given twice"),
        ("[a]\n[a]", "given twice"),
        ("a = " + "[" * DEEP, "nested too deeply"),
        ("a = " + "{a = " * DEEP, "nested too deeply"),
        ("a" + ".a" * DEEP + " = 1", "nested too deeply"),
        ("[a" + " . 'a'" * DEEP + "]", "nested too deeply"),
        ("a = { b" + ".a" * DEEP + " = 1 }", "nested too deeply"),
        (b'a = "\xff"', "not in UTF-8"),
    ],
    ".yaml": [
        ("", "it is empty"),
        ("x", "a set of named values"),
        ("- a", "a set of named values"),
        ("~", "a set of named values"),
        ("a: [", "line 1, column 5"),
        ("a: 1\na: 2", "“a” is given twice"),
        ("a: &x [1]\nb: *x", "anchors"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "anchors"),
        ("? [a]\n: b", "a list cannot be the name"),
        ("? {a: b}\n: c", "a list cannot be the name"),
        ("a: b\n---\nc: d", "another document"),
        ("a: \x07", "not allowed"),
        ("a: " + "[" * DEEP, "nested too deeply"),
        ("- " * 5000, "nested too deeply"),
        (b"a: \xff", "not in UTF-8"),
    ],
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("suffix", "content", "words"), [(suffix, *case) for suffix, cases in DAMAGED.items() for case in cases],
    ids=lambda value: repr(value[:20]),
)  # fmt: skip
def test_a_damaged_record_is_told_with_its_file(tmp_path, suffix, content, words):
    path = in_file(tmp_path, suffix, content)
    with pytest.raises(DataError) as error:
        read_record_file(path)
    (problem,) = error.value.problems
    assert words in problem.message
    assert problem.where.file == str(path)
    assert problem.hint


@pytest.mark.parametrize("name", ["r.txt", "r.xml", "r", "r."])
def test_another_ending_is_refused_with_those_that_are_known(tmp_path, name):
    with pytest.raises(DataError, match=r"\.json, \.toml, \.yaml, \.yml"):
        read_record_file(tmp_path / name)


def test_every_reader_refuses_what_is_not_there(tmp_path):
    for suffix in READERS:
        with pytest.raises(DataError, match="there is no such file"):
            read_record_file(tmp_path / f"nope{suffix}")
