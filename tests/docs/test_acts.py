"""docs/acts/ is current, names every clause that a form or a test names, and quotes nothing that a form does not print."""

from __future__ import annotations

import re
from functools import cache

import act_clauses
import acts
import pytest
from support.reading import bare_words, words

import docgen
from docgen.form import form_ids, load_form
from docgen.preflighting.measured_page import clause_of

ACTS = {act.id: act for act in act_clauses.acts()}
CLAUSES = [(act, clause) for act in ACTS.values() for clause in act.clauses]
QUOTED = [(act, clause) for act, clause in CLAUSES if clause.words and clause.forms]


def names(value) -> str:
    return value.id if isinstance(value, act_clauses.Act | act_clauses.Clause) else str(value)


@pytest.mark.slow
def test_the_pages_are_current():
    assert acts.differences() == []


def test_check_ends_with_1_and_shows_what_is_not_current(tmp_path, monkeypatch, capsys):
    page = tmp_path / "docs" / "acts" / "977.md"
    page.parent.mkdir(parents=True)
    page.write_text(acts.page(ACTS["977"]).replace("five", "six"), "utf-8")
    monkeypatch.setattr(acts, "ROOT", tmp_path)
    monkeypatch.setattr(acts, "pages", lambda: {page: acts.page(ACTS["977"])})
    assert acts.main(["--check"]) == 1
    assert "--- docs/acts/977.md" in capsys.readouterr().out
    assert acts.main([]) == 0
    assert acts.main(["--check"]) == 0


@pytest.mark.parametrize("act", ACTS.values(), ids=names)
def test_a_clause_has_one_name(act):
    every = [clause.id for clause in act.clauses]
    assert len(every) == len(set(every))


@pytest.mark.parametrize("form_id", form_ids())
def test_every_form_belongs_to_an_act_and_is_named_under_its_clauses(form_id):
    form = load_form(form_id)
    (act,) = [act for act in ACTS.values() if form.act.name.startswith(act.name)]
    own = [clause for clause in act.clauses if form_id in clause.forms]
    assert own
    asked_by = re.findall(r"\d+(?:\.\d+)?(?= \(|,|;|$)", form.act.clause) if not form.act.clause.startswith("annex") else []
    assert set(asked_by) <= {clause.number for clause in own}
    prescribed = {clause_of(place, form) for place in form.places} | {form.sheet.clause}
    assert prescribed - {""} <= {clause.number for clause in own}


def test_a_clause_that_prescribes_something_has_a_form_or_says_what_is_open():
    lacking = [(act.id, clause.id) for act, clause in CLAUSES if clause.kind != "outside" and not (clause.forms or clause.open)]
    assert lacking == []


def test_every_clause_that_a_test_is_marked_with_is_in_the_table_of_its_act():
    known = {(act.id, clause.id) for act, clause in CLAUSES}
    assert set(act_clauses.holders()) - known == set()


def test_every_clause_that_a_form_fulfils_has_a_test():
    untested = [
        (act.id, clause.id)
        for act, clause in CLAUSES
        if act_clauses.state_of(act, clause)[1] in ("measured", "fulfilled") and (act.id, clause.id) not in act_clauses.holders()
    ]
    assert untested == []


def test_the_tables_name_forms_places_and_fields_that_are_there():
    for _act, clause in CLAUSES:
        forms = [load_form(form_id) for form_id in clause.forms]
        assert set(clause.places) <= {place.name for form in forms for place in form.places}
        assert all(set(clause.fields) <= {field.name for field in form.fields} for form in forms)


@cache
def blank(form_id: str) -> str:
    """Return the words of a blank, without white space: a line may end anywhere."""
    return bare(words(docgen.render(form_id, print="blank")))


def bare(text: str) -> str:
    return re.sub(r'[\s"]', "", bare_words(text)).casefold()


@pytest.mark.parametrize(("act", "clause"), QUOTED, ids=names)
def test_the_words_that_a_clause_fixes_are_on_the_blank_but_for_those_that_the_page_says_are_not(act, clause):
    missing = {
        text
        for form_id in clause.forms
        for only, text in clause.fixed
        if only in ("", form_id) and bare(text) not in blank(form_id)
    }
    assert missing == set(clause.lacks)
    assert clause.open or not clause.lacks
