"""What is too large is refused above a bound that the message names; each test is just above one that it lowers first."""

from __future__ import annotations

import pytest
from support.records import record_of

import docgen
from docgen.errors import DataError
from docgen.fields import values
from docgen.inputs import plain
from docgen.paint import flowing

FIXED, FLOWING = "retraining-certificate", "work-standard"


def test_of_many_unknown_names_a_hundred_are_reported_and_the_others_counted():
    with pytest.raises(DataError) as refused:
        docgen.render(FIXED, record_of(FIXED) | {f"surnam{number}": "а" for number in range(250)})
    problems = refused.value.problems
    assert len(problems) == values.UNKNOWN_NAMES + 1
    assert problems[0].where.key == "surnam0"
    assert "surname" in problems[0].hint
    assert problems[-1].message == "the form has no field for 150 more names"


def test_a_name_that_every_record_has_is_looked_up_once(monkeypatch):
    looked_up = []
    nearest = values.nearest_hint
    monkeypatch.setattr(values, "nearest_hint", lambda name, known: looked_up.append(name) or nearest(name, known))
    found = docgen.check(FIXED, [record_of(FIXED) | {"never_seen_before": "а"}] * 50)
    assert len(found) == 50
    assert looked_up == ["never_seen_before"]


def test_more_records_than_a_table_can_have_are_refused(monkeypatch):
    monkeypatch.setattr(plain, "ROWS", 3)
    with pytest.raises(DataError, match="there are more than 3 records"):
        docgen.check(FIXED, [record_of(FIXED)] * 4)


def test_records_of_more_letters_than_can_be_are_refused(monkeypatch):
    monkeypatch.setattr(plain, "LETTERS", 1000)
    with pytest.raises(DataError, match="more than 1,000 letters"):
        docgen.check(FIXED, (record_of(FIXED) for _row in range(100)))


@pytest.mark.parametrize("to", ["pdf", "docx"])
@pytest.mark.parametrize(("bound", "said"), [("ROWS", "more than 2 rows"), ("LETTERS", "more than 2 letters")])
def test_a_document_of_more_rows_or_letters_than_can_be_laid_out_is_refused(monkeypatch, to, bound, said):
    monkeypatch.setattr(flowing, bound, 2)
    with pytest.raises(DataError, match=said):
        docgen.render(FLOWING, record_of(FLOWING), to=to)
