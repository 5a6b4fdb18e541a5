"""What the register hashes is JSON of one spelling, byte for byte: it is written by hand, and every book of before must hold."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from docgen.canonical import canonical
from docgen.form import load_form
from docgen.register import Request, open_register
from docgen.register.events import event_hash
from docgen.register.values import digest, stored_request

FORM = load_form("retraining-certificate")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
FLOATS = st.floats(allow_nan=False).map(lambda value: value + 0.0)  # which makes a nought of that below zero
VALUES = st.one_of(st.none(), TEXTS, st.integers(), st.booleans(), FLOATS, st.dates(), st.lists(TEXTS))
RECORDS = st.dictionaries(st.one_of(TEXTS, st.sampled_from(["number", "organization", "issued"])), VALUES)


def spelt(values: dict[str, object]) -> str:
    given = {name: value for name, value in values.items() if value is not None}
    return json.dumps(given, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=date.isoformat)


@given(RECORDS)
def test_values_are_json_with_their_names_in_order(values):
    assert canonical(values) == spelt(values)


@given(RECORDS, TEXTS)
def test_a_record_gets_its_number_in_the_place_where_json_has_it(values, number):
    request = stored_request(FORM.numbering, "1", values)
    bare = {name: value for name, value in values.items() if name != "number"}
    assert request.record(number) == spelt(bare | {"number": number})
    assert request.content == digest(spelt(bare))


@given(TEXTS, st.integers(1), st.one_of(st.none(), st.integers(1)), TEXTS, TEXTS, TEXTS, TEXTS)
def test_the_hash_of_an_event_is_that_of_a_json_list(before, number, document, at, who, what, detail):
    told = json.dumps([before, number, document, at, who, what, detail], ensure_ascii=False)
    assert event_hash(before, number, document, at, who, what, detail) == hashlib.sha256(told.encode()).hexdigest()


def test_one_and_true_are_two_values():
    assert [canonical({"a": value}) for value in (1, True, 1.0, "1")] == ['{"a":1}', '{"a":true}', '{"a":1.0}', '{"a":"1"}']


def test_a_nought_below_zero_is_nought_whichever_came_first():
    """RFC 8785, 3.2.2.3; the two are equal, so what is remembered of one is found for the other."""
    assert [canonical({"nought": value}) for value in (-0.0, 0.0, -0.0)] == ['{"nought":0.0}'] * 3


def test_the_seal_of_a_book_is_that_of_docgen_before(tmp_path, monkeypatch):
    """What is hashed stays as it was; found anew when events came to hold the form's digest, set here."""
    monkeypatch.setattr("docgen.register.values.system_user", lambda: "aigul")
    record = {"organization": "Академия", "issued": "2026-02-06", "surname": 'Ә "б"', "hours": 72}
    time = datetime.fromtimestamp(1770000000, UTC)
    form = replace(FORM, digest="0" * 64)
    with open_register(tmp_path / "book.db", clerk='Clerk "Ә"', time=time) as register:
        register.issue(form, [Request("1", record), Request("2", record | {"number": "А-7"}, {"iin": "900101300017"})], 'a "job"')
        register.printed(form, 'a "job"', {"1": "0" * 64})
        verdict, end = register.verify(), register.job_end(form, 'a "job"')
        with register.read() as connection:
            events = connection.exec_driver_sql("SELECT id, document_id, at, clerk, what, detail FROM event ORDER BY id").all()
    assert (verdict.problems, verdict.events) == ([], 4)
    seals = {}
    for beginning in ("", end.identity):  # a book of before began with nothing, one of now with its identity
        seals[beginning] = reduce(lambda before, row: event_hash(before, *row), events, beginning)
    assert seals[""] == "fd4b1ef2819bf6b4e09415002a72126391e7726a7e141055a5ba583d0b86584d"
    assert seals[end.identity] == verdict.seal
