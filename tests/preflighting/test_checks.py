"""The table of checks: each finding is declared, each declared check is taken, and a check is added in one entry."""

from __future__ import annotations

import pytest
from support.records import record_of
from support.writing import rows_of

import docgen
from docgen.form import form_ids, load_form
from docgen.form.places import Frame, Text
from docgen.preflighting import preflight
from docgen.preflighting.checks import CHECKS, LETTERS_INSIDE, SHEET, Check, checks_of

FIXED = [form_id for form_id in form_ids() if load_form(form_id).is_fixed]


@pytest.mark.parametrize("form_id", FIXED)
def test_a_report_has_the_checks_that_are_declared_and_no_others(form_id):
    form = load_form(form_id)
    rows = {form.table.table: rows_of(form_id, 40)} if form.table else {}  # a page's number is on the second and later ones
    report = preflight(docgen.render(form_id, record_of(form_id, **rows)), form)
    found = {(finding.place, finding.check) for finding in report.findings if finding.place}
    due = {("sheet", name) for check in SHEET for name in check.names}
    may = {"sheet": set(LETTERS_INSIDE.names)}
    for place in form.places:
        checks = (*checks_of(place, form), *([LETTERS_INSIDE] if isinstance(place, Frame) else []))
        due |= {(place.name, name) for check in checks for name in check.names}
        may[place.name] = {name for check in checks for name in check.failures}
    lines = {f"{place.name}-{number}": place.name for place in form.places for number in range(1, 4)}  # of an annex heading
    found = {(lines.get(place, place), check) for place, check in found}
    optional = {place.name for place in form.places if getattr(place, "field", "")}
    assert {each for each in due - found if each[0] not in optional} == set()
    assert {(place, check) for place, check in found - due if check not in may[place]} == set()


def test_a_check_is_added_in_one_entry(monkeypatch):
    def shouting(place, page):
        text = " ".join(span.text for span in page.spans(place))
        yield page.subject(place).found("shouting", "exclamation marks", "none", text, "!" not in text)

    check = Check(shouting, ("shouting",), "no exclamation marks")
    monkeypatch.setitem(CHECKS, Text, (*CHECKS[Text], check))
    form = "retraining-certificate"
    report = preflight(docgen.render(form, record_of(form, topic="Назар аударыңыз!")), None)
    assert [(finding.clause, finding.place) for finding in report.failures] == [("5, line 3", "topic")]
