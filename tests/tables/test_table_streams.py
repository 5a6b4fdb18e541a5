"""Tables that are read as a stream: little memory, the hash of what was read, a change while it is read."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import processes

from docgen import tables
from docgen.errors import DataError
from docgen.tables import source

RECORD = {"surname": "Сейітқали", "given_name": "Бауыржан", "hours": 72}


def records(count):
    return [RECORD | {"number": f"{number:06d}"} for number in range(count)]


def refusal_of(path):
    with pytest.raises(DataError) as refusal:
        tables.read(path)
    (problem,) = refusal.value.problems
    return problem


@pytest.mark.parametrize("chunk", [1, 7, 64, 1 << 18])
@pytest.mark.parametrize(
    "shape",
    [
        lambda found: found,
        lambda found: {"made": {"by": "x"}, "records": found, "count": 40},
        lambda found: {"records": found, "after": [{"number": 41}], "last": {"of": {"all": 1}}},
    ],
)
def test_json_is_the_same_however_it_is_cut(tmp_path, monkeypatch, chunk, shape):
    """Wherever a piece of the file ends: in a number, a word, an escape, a letter of several bytes."""
    monkeypatch.setattr(source, "CHUNK", chunk)
    found = [RECORD | {"number": n, "share": -1.5e-3, "is": True, "note": "“\\u0041”\n \U0001f600", "x": None} for n in range(40)]
    path = tmp_path / "t.json"
    for indent, is_ascii in ((None, True), (1, False)):
        path.write_text(json.dumps(shape(found), indent=indent, ensure_ascii=is_ascii), encoding="utf-8")
        cells = [row.cells for row in tables.read(path)]
        assert cells == [{key: value for key, value in record.items() if value is not None} for record in found]


@pytest.mark.parametrize("chunk", [1, 7, 1 << 18])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_the_same_however_they_are_cut(tmp_path, monkeypatch, chunk, end):
    monkeypatch.setattr(source, "CHUNK", chunk)
    (tmp_path / "t.csv").write_bytes(f'аты;саны{end}"А{end}Б";1{end}В;2'.encode())
    table = tables.read(tmp_path / "t.csv")
    assert [(row.number, row.cells) for row in table] == [(2, {"аты": "А\nБ", "саны": "1"}), (4, {"аты": "В", "саны": "2"})]


def test_json_lines(tmp_path):
    """An object a line, numbered by the lines; blank lines are passed over, keys may come in any order."""
    path = tmp_path / "t.jsonl"
    path.write_bytes('\ufeff{"a": "Ә", "b": 1}\n\n{"b": 2, "a": "Ұ"}\r\n{"c": [1]}'.encode())
    assert [(row.number, row.cells) for row in tables.read(path)] == [
        (1, {"a": "Ә", "b": 1}),
        (3, {"b": 2, "a": "Ұ"}),
        (4, {"c": [1]}),
    ]


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (b'{"a": 1}\n{"a": }\n', "table-damaged", 2),
        (b'{"a": 1}\n{"a": 1} {"a": 2}\n', "table-damaged", 2),
        (b'{"a": 1}\n[1]\n', "record-shape", 2),
        (b'{"a": 1}\n{"a": NaN}\n', "table-damaged", 2),
        (b'{"a": 1}\n{"a": 1, "a": 2}\n', "heading-twice", 2),
        (b'{"a": 1}\n' + b"[" * 200_000, "table-damaged", 2),
        (b'{"a": "\xff"}\n', "table-damaged", None),
        (b"\n \n", "table-empty", None),
    ],
)
def test_bad_json_lines(tmp_path, content, code, row):
    (tmp_path / "t.ndjson").write_bytes(content)
    problem = refusal_of(tmp_path / "t.ndjson")
    assert (problem.code, problem.where.row) == (code, row)


@pytest.mark.parametrize(
    ("text", "code", "row", "words"),
    [
        ('[{"a": 1},\n {"a": 2},\n {"a" 3}]', "table-damaged", 3, "column 7"),
        ('[{"a": 1},\n]', "table-damaged", 2, "Expecting value"),
        ('[{"a": 1}]\n]', "table-damaged", 2, "Extra data"),
        ('[{"a": "1}]', "table-damaged", 1, "Unterminated string"),
        ('{"records": [{"a": 1}]', "table-damaged", 1, "Expecting"),
        ('{"records": [{"a": 1}], "records": []}', "heading-twice", None, "occurs 2 times"),
        ('{"records": 5}', "table-shape", None, "list of records"),
        ('{"a": 1}', "table-shape", None, "list of records"),
        ('[{"a": {"b": 1, "b": 2}}]', "heading-twice", 1, "“b” occurs 2 times"),
        ('[{"a": Infinity}]', "table-damaged", 1, "Infinity is no value"),
        ('[{"a": 1},\n{"a": NaN}]', "table-damaged", 2, "NaN is no value"),
        ('[{"a": 1' + "1" * 5000 + "}]", "table-damaged", 1, "can be read"),
    ],
)
@pytest.mark.parametrize("chunk", [1, 1 << 18])
def test_damaged_json_is_placed(tmp_path, monkeypatch, chunk, text, code, row, words):
    monkeypatch.setattr(source, "CHUNK", chunk)
    (tmp_path / "t.json").write_text(text)
    problem = refusal_of(tmp_path / "t.json")
    assert (problem.code, problem.where.row) == (code, row)
    assert words in problem.message


KEYS, SPACES = st.sampled_from(["a", "b", "c:", 'd"']), st.sampled_from(["", " ", "\n", "\t "])
PAIRS = st.lists(st.tuples(KEYS, st.text(alphabet='x:" \\', max_size=6), SPACES), min_size=1, max_size=5)


@given(PAIRS)
def test_a_key_that_stands_twice_is_found_however_the_record_is_written(pairs):
    """With colons and quotation marks in texts and keys, and white space before colons."""
    record = ", ".join(f"{json.dumps(key)}{space}: {json.dumps(value)}" for key, value, space in pairs)
    expected = {key: count for key, count in Counter(key for key, _value, _space in pairs).items() if count > 1}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.json"
        path.write_text(f'[{{"z": 1}}, {{{record}, "z": 1}}]')
        if expected:
            with pytest.raises(DataError) as refusal:
                tables.read(path)
            assert {problem.where.key for problem in refusal.value.problems} == expected.keys()
        else:
            given = {key: text for key, value, _space in pairs if (text := value.strip())}
            assert tables.read(path).rows[1].cells == {**given, "z": 1}


def test_more_keys_than_a_table_has_columns(tmp_path):
    (tmp_path / "t.json").write_text(json.dumps([{f"k{n}": 1} for n in range(1_001)]))
    assert refusal_of(tmp_path / "t.json").code == "table-too-large"


def test_a_json_record_without_end(tmp_path):
    """A text that never closes does not fill the memory."""
    (tmp_path / "t.json").write_text('[{"a": "' + "x" * 40_000_000)
    assert refusal_of(tmp_path / "t.json").code == "table-too-large"


def test_a_csv_line_without_end(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n" + "1" * 9_000_000)
    assert refusal_of(tmp_path / "t.csv").code == "table-too-large"


@pytest.mark.parametrize("name", ["t.csv", "t.json", "t.jsonl"])
def test_the_hash_is_that_of_the_file(tmp_path, name):
    path = tmp_path / name
    content = {"t.csv": "a,b\n1,2\n", "t.json": '[{"a": 1}]  \n', "t.jsonl": '{"a": 1}\n\n'}[name]
    path.write_text(content)
    assert tables.read(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(("name", "more"), [("t.csv", "5,6\n"), ("t.json", " "), ("t.jsonl", '{"a": 1}\n'), ("t.json", "{")])
def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path, monkeypatch, name, more):
    """Also where what was added makes it unreadable: then that it grew is the better word."""
    path = tmp_path / name
    path.write_text({"t.csv": "a,b\n1,2\n", "t.json": '[{"a": 1}]', "t.jsonl": '{"a": 1}\n'}[name])
    whole = source.Source.chunks

    def grows(self):
        with path.open("a") as file:
            file.write(more)
        return whole(self)

    monkeypatch.setattr(source.Source, "chunks", grows)
    problem = refusal_of(path)
    assert problem.code == "file-changed"
    assert "Wait until" in problem.hint


def test_a_pipe_that_is_written_to_bit_by_bit(tmp_path):
    """Its time changes with each write: that is no change of what was read."""
    path = tmp_path / "t.csv"
    os.mkfifo(path)

    def write():
        with path.open("w") as pipe:
            for line in ("a,b\n", "1,2\n"):
                pipe.write(line)
                pipe.flush()
                time.sleep(0.1)

    writer = threading.Thread(target=write)
    writer.start()
    assert [row.cells for row in tables.read(path).rows] == [{"a": "1", "b": "2"}]
    writer.join()


def test_a_sparse_file_is_refused_by_its_size(tmp_path):
    for name in ("t.csv", "t.json", "t.jsonl", "t.xlsx"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(5 << 30)  # more than 1,048,576 rows of 4,096 bytes
        assert refusal_of(tmp_path / name).code == "file-too-large"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["t.json", "t.jsonl", "t.csv"])
def test_memory_does_not_hold_the_file(tmp_path, name):
    """50,000 records of 500 bytes take a process of 20 MB less than 30 MB more."""
    found, note = records(50_000), "ескерту " * 25
    if name == "t.csv":
        lines = ["surname,given_name,hours,number,note", *(",".join(map(str, [*each.values(), note])) for each in found)]
    else:
        lines = [json.dumps(each | {"note": note}, ensure_ascii=False) for each in found]
    text = "[" + ",\n".join(lines) + "]" if name == "t.json" else "\n".join(lines)
    (tmp_path / name).write_text(text, encoding="utf-8")
    program = (
        "import resource, sys; from pathlib import Path; from docgen import tables;"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; table = tables.read(Path(sys.argv[1]));"
        "print(len(table), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    answer = processes.run([sys.executable, "-c", program, tmp_path / name], capture_output=True, text=True, check=True)
    count, grown = map(int, answer.stdout.split())
    assert count == 50_000
    assert grown < 30 << 10
