"""What a long job does is one event a thousand documents; each document has its own past all the same, on both databases."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from support.records import record_of

from docgen.form import load_form
from docgen.inputs import OldDocument
from docgen.register import Filter, Request, open_register
from docgen.register.packing import detail_of, packed

FORM = load_form("retraining-certificate")
RECORD = record_of(FORM.id, issued="2026-02-06", start="2026-01-12", end="2026-02-06", number=None)


def requests(count: int) -> list[Request]:
    return [Request(str(key), RECORD) for key in range(1, count + 1)]


def hashes(keys: object, letter: str) -> dict[str, str]:
    return {str(key): f"{key}{letter}".rjust(64, "0") for key in keys}


def past(register, number: int) -> list[tuple[str, object]]:
    events = register.history(register.find(Filter(FORM.id, number=f"{number:05d}")))
    return [(event["what"], event.get("key") or event.get("reason") or event["sha256"]) for event in events]


@pytest.mark.slow
def test_each_document_of_a_long_job_has_its_own_past(register_at):
    """Runs of jobs and prints of random lengths, around those from which events are one; told as if each stood alone."""
    random = Random(7)
    with open_register(register_at) as register:
        numbers = iter(register.issue(FORM, requests(2300), "long"))
        told = {int(number): [("issued", str(key))] for key, number in enumerate(numbers, 1)}
        for letter, size in zip("abcdef", (2300, 99, 100, 101, 1500, 1), strict=True):
            keys = random.sample(range(1, 2301), size)
            register.printed(FORM, "long", hashes(keys, letter))
            for key in keys:
                told[key].append(("printed", hashes([key], letter)[str(key)]))
        register.void(Filter(FORM.id, number="01000"), "spoiled")
        told[1000].append(("void", "spoiled"))
        for number in (1, 2, 99, 100, 101, 999, 1000, 1001, 1999, 2000, 2001, 2299, 2300, *random.sample(range(1, 2301), 20)):
            assert past(register, number) == told[number]
        assert register.verify().problems == []
        assert register.reasons() == {1000: "spoiled"}
        assert {each.printed_sha256 for each in register.documents(Filter(number="00007"))} == {told[7][-1][1]}


def test_an_event_tells_who_and_when_of_each_document(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCGEN_CLERK", "Айгүл")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.setattr("docgen.register.values.system_user", lambda: "aigul")
    with open_register(tmp_path / "register.db", time=datetime(2026, 2, 6, 9, 30, tzinfo=UTC)) as register:
        register.issue(FORM, requests(150), "monday")
        document = register.find(Filter(FORM.id, number="00150"))
        [event] = register.history(document)
    assert event == {
        "at": "2026-02-06T09:30:00Z", "clerk": "Айгүл (aigul)", "what": "issued", "job": "monday", "key": "150",
        "number": "00150", "dated": "2026-02-06", "form_sha256": FORM.digest, "series_id": 1, "sha256": document.sha256,
    }  # fmt: skip


def test_reasons_of_many_that_were_taken_over_are_told(register_at):
    record = {number: RECORD | {"number": f"{number:05d}"} for number in range(1, 301)}
    rows = [OldDocument(n, record[n], {}, *(("void", f"reason {n}") if n % 2 else ())) for n in record]
    with open_register(register_at) as register:
        assert register.take_over(FORM, rows, "old") == 300
        by_number = {each.number: each.id for each in register.documents(Filter())}
        assert register.reasons() == {by_number[f"{n:05d}"]: f"reason {n}" for n in record if n % 2}
        assert register.verify().problems == []


#: What somebody changes within an event of many: as the detail reads before and afterwards.
ALTERATIONS = {
    "a hash": ("replace(unpacked, '7a', '7b')", {"events-altered", "state-altered"}),
    "a document taken out": ("'[' || substr(unpacked, instr(unpacked, '{\"id\":2,'))", {"events-altered", "state-altered"}),
    "no JSON": ("'[' || unpacked", {"events-altered", "state-altered"}),
    "no list": ("'7'", {"events-altered", "state-altered"}),
    "a list of nothing": ("'[7]'", {"events-altered", "state-altered"}),
    "nothing": ("'[]'", {"events-altered", "state-altered"}),
}


@pytest.mark.parametrize("what", ALTERATIONS)
def test_an_event_of_many_that_was_changed_is_found(tmp_path, what):
    path = tmp_path / "register.db"
    change, codes = ALTERATIONS[what]
    with open_register(path) as register:
        register.issue(FORM, requests(150), "a")
        register.printed(FORM, "a", hashes(range(1, 151), "a"))
        assert register.verify().problems == []
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER event_unchanged")
    connection.create_function("pack", 1, packed)
    [(detail, content)] = connection.execute("SELECT detail, packed FROM event WHERE what = 'printed'").fetchall()
    statement = f"UPDATE event SET packed = (SELECT pack({change}) FROM (SELECT ? AS unpacked)) WHERE what = 'printed'"
    changed = connection.execute(statement, [detail_of(detail, content)]).rowcount
    connection.commit()
    connection.close()
    assert changed == 1
    with open_register(path) as register:
        assert {problem.code for problem in register.verify().problems} == codes | {"triggers-altered"}
        assert register.history(register.find(Filter(FORM.id, number="00150")))[0]["what"] == "issued"


def test_an_event_of_many_is_a_list_of_what_is_told_of_each(tmp_path):
    with open_register(tmp_path / "register.db") as register:
        register.issue(FORM, requests(1100), "a")
    connection = sqlite3.connect(tmp_path / "register.db")
    rows = connection.execute("SELECT document_id, detail, packed FROM event WHERE what = 'issued' ORDER BY id").fetchall()
    sha256 = dict(connection.execute("SELECT id, sha256 FROM document"))
    connection.close()
    assert [(first, detail) for first, detail, _packed in rows] == [(1, ""), (1001, "")]
    told = [each for _first, detail, packed in rows for each in json.loads(detail_of(detail, packed))]
    assert [each["id"] for each in told] == list(range(1, 1101))
    assert told[1099] == {
        "id": 1100, "job": "a", "key": "1100", "number": "01100", "series_id": 1, "sha256": sha256[1100].hex(),
        "dated": "2026-02-06", "form_sha256": FORM.digest,
    }  # fmt: skip


def test_times_of_events_do_not_go_back(tmp_path):
    """A clock that was set back, and then on again."""
    path, later = tmp_path / "register.db", datetime(2026, 2, 6, 9, 30, tzinfo=UTC)
    for number, time in enumerate((later, later - timedelta(days=1), later + timedelta(hours=1))):
        with open_register(path, time=time) as register:
            register.issue(FORM, requests(1), f"job {number}")
    with open_register(path) as register:
        assert [each.at[:16] for each in register.documents(Filter())] == [
            "2026-02-06T09:30", "2026-02-06T09:30", "2026-02-06T10:30",
        ]  # fmt: skip
        assert register.verify().problems == []
