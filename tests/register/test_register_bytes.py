"""A book is small, and holds every letter all the same: records in common, hashes as bytes, packed details."""

from __future__ import annotations

import hashlib
import json
from itertools import product

import pytest
from support.records import record_of

from docgen.batching.lines import RequestLines, RequestReader
from docgen.canonical import canonical
from docgen.form import load_form
from docgen.register import Filter, Request, RequestWriter, StoredRequest, open_register
from docgen.register.hashes import read_hash, stored_hash
from docgen.register.packing import detail_of, packed
from docgen.register.skeleton import NUMBER, Divider, filled, record_digest, skeleton_id, values_of

FORM = load_form("retraining-certificate")
RECORD = record_of(FORM.id, issued="2026-02-06", start="2026-01-12", end="2026-02-06", number=None)
PARTS = ("Әли", "Бек", "Ғани", "Дос", "Ер", "Жан", "Қали", "Мұрат", "Нұр", "Өтеген", "Сұлтан", "Төре")
#: Everybody has another name, of 30 letters or so; each course has 36 people.
PEOPLE = [
    {"surname": f"{a}{b}ов".title(), "given_name": f"{c}{a}".title(), "patronymic": f"{b}{c}ұлы".title()}
    for a, b, c in product(PARTS, repeat=3)
]


def records() -> list[dict[str, object]]:
    return [RECORD | person | {"topic": f"{RECORD['topic']} {place // 36}"} for place, person in enumerate(PEOPLE)]


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_document_takes_at_most_800_bytes(tmp_path):
    path = tmp_path / "book.db"
    given = records()
    with open_register(path) as register:
        numbers = register.issue(FORM, [Request(str(key), record) for key, record in enumerate(given, 1)], "spring")
        register.printed(FORM, "spring", {str(key): sha256(str(key)) for key in range(1, len(given) + 1)})
        found = list(register.documents(Filter(FORM.id)))
        assert register.verify().problems == []
    assert path.stat().st_size / len(given) <= 800
    assert [each.record for each in found] == [
        {name: value for name, value in record.items() if value is not None} | {"number": number}
        for record, number in zip(given, numbers, strict=True)
    ]
    assert [each.printed_sha256 for each in found] == [sha256(str(key)) for key in range(1, len(given) + 1)]
    assert {each.form_sha256 for each in found} == {FORM.digest}


SHAPES = {
    "of one form": [{"a": "x", "b": str(each), "c": "y"} for each in range(40)],
    "with and without a value": [{"a": "x", "b": str(each)} | ({"c": str(-each)} if each % 3 else {}) for each in range(40)],
    "of two forms": [{"a": "x", "b": str(each)} if each % 2 else {"d": "x", "e": str(each)} for each in range(40)],
    "with slots in their values": [{"a": "\t\x1f\\t", "b": f'"{each}\t",', "c": ["a,b", {"b": 1}]} for each in range(40)],
    "of numbers": [{"a": 1.5, "b": each, "c": None, "d": True} for each in range(40)],
    "alike": [{"a": "x"}] * 40,
    "one": [{"a": "x", "b": "y"}],
    "none in common": [{"a": f"{each}", "b": f"{each + 1}"} for each in range(40)],
    "in common after the first": [{"a": f"{each}" if each < 20 else "x", "b": str(each)} for each in range(1000)],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_record_is_put_together_letter_for_letter(shape):
    texts = [canonical(values) for values in SHAPES[shape]]
    divider = Divider([values_of(text) for text in texts])
    assert [filled(*divider.stored(values_of(text))) for text in texts] == texts


OPEN = {
    "its number in the middle": [{"a": "x", "number": "7", "surname": str(each)} for each in range(40)],
    "its number first": [{"number": each, "surname": str(each), "topic": "x"} for each in range(40)],
    "its number last": [{"a": "x", "b": str(each), "number": None} for each in range(40)],
    "no number": [{"a": "x", "z": str(each)} for each in range(40)],
    "nothing else of its own": [{"a": "x", "z": "y"}] * 40,
    "nothing else": [{"number": "7"}] * 40,
    "one": [{"a": "x", "number": "7", "z": "y"}],
    "without some values": [{"a": "x", "b": str(each) if each % 3 else None, "c": [each, {"number": 1}]} for each in range(40)],
    "values that are equal and not alike": [{"a": each % 2 == 0 or 1, "b": str(each)} for each in range(40)],
    "lists in common": [{"a": ["x", {"number": 1}], "b": str(each)} for each in range(40)],
}


@pytest.mark.parametrize("shape", OPEN)
def test_a_record_whose_number_is_open_has_it_where_json_has_it(shape):
    writer = RequestWriter(FORM.numbering)
    writer.learn(OPEN[shape])
    for values in OPEN[shape]:
        request = writer.stored("1", values)
        bare = {name: value for name, value in values.items() if name != "number"}
        record = canonical(bare | {"number": '№ "5"'})
        assert request.record('№ "5"') == record
        assert request.content == sha256(f"{canonical(bare)}\n")
        own = request.own.replace(NUMBER, json.dumps('№ "5"', ensure_ascii=False))
        assert record_digest(request.skeleton, own, "{}").hex() == sha256(f"{record}\n{{}}")


@pytest.mark.parametrize("shape", OPEN)
def test_a_request_is_read_from_its_line_as_it_was_written(shape):
    writer, lines, reader = RequestWriter(FORM.numbering), RequestLines(), RequestReader()
    writer.learn(OPEN[shape])
    requests = [writer.stored(str(row), values) for row, values in enumerate(OPEN[shape], 1)]
    written = [lines.with_request(b'{"row": 1}\n', "a1" * 32, "7", each) for each in requests]
    assert [StoredRequest(*reader.request_in(line)) for line in written] == requests
    assert [RequestReader().asked_in(line) for line in written[:1]] == [requests[0][:4]]


def test_what_many_requests_share_is_written_once():
    writer, lines = RequestWriter(FORM.numbering), RequestLines()
    writer.learn(records()[:40])
    written = [lines.with_request(b"{}\n", "a1" * 32, "7", writer.stored("1", values)) for values in records()[:36]]
    assert [RECORD["topic"] in line.decode() for line in written] == [True] + [False] * 35


def test_a_skeleton_that_many_share_stands_once():
    texts = [canonical({"a": "x" * 50, "b": str(each), "c": "y"}) for each in range(40)]
    divider = Divider([values_of(text) for text in texts])
    stored = [divider.stored(values_of(text)) for text in texts]
    assert {each.skeleton for each in stored} == {f'{{"a":"{"x" * 50}","b":\t,"c":"y"}}'}
    assert [each.own for each in stored] == [f'"{each}"' for each in range(40)]
    assert skeleton_id("") == int("e3b0c44298fc1c14", 16) >> 1  # SHA-256 of nothing


@pytest.mark.parametrize(("skeleton", "own"), [('{"a":\t}', '"x"\t"y"'), ('{"a":\t,"b":\t}', '"x"'), ("{}", '"x"')])
def test_values_that_do_not_fit_a_skeleton_are_refused(skeleton, own):
    with pytest.raises(ValueError, match="zip"):
        filled(skeleton, own)


DETAILS = {
    "hashes": '[{"id":1,"sha256":"' + "a1" * 32 + '"},{"id":2,"sha256":"' + "0f" * 32 + '"}]',
    "none": '[{"id":1}]',
    "a hash that is none": '[{"id":1,"sha256":"' + "A1" * 32 + '"}]',
    "a longer one": '[{"id":1,"sha256":"' + "a1" * 33 + '"}]',
    "a sign of a slot": '[{"id":1,\t"sha256":"' + "a1" * 32 + '"}]',
}


@pytest.mark.parametrize("what", DETAILS)
def test_a_packed_detail_is_the_same_text(what):
    content = packed(DETAILS[what])
    assert detail_of("", content) == DETAILS[what]
    for wrong in (content + b"x", content[:-1], b"", b"\0\0\0\0", content[:4] + content[5:]):
        with pytest.raises(ValueError):  # noqa: PT011 - each is another kind of damage
            detail_of("", wrong)
    with pytest.raises(ValueError, match="x"):
        detail_of("x", content)


@pytest.mark.parametrize("text", ["", "x", "0" * 63, "A" * 64, "0" * 65, "é" * 16, "?" * 32])
def test_a_text_that_is_no_hash_is_none_when_it_is_read(text):
    assert len(stored_hash(text)) != 32
    assert read_hash(stored_hash(text)) == text


def test_a_hash_takes_half_its_digits():
    assert stored_hash("0a" * 32) == b"\x0a" * 32
    assert read_hash(b"\x0a" * 32) == "0a" * 32
