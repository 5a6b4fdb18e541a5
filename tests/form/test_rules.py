"""What the acts say of dates and sense: a remark or a problem by its clause, in one document, a table or a batch."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from support.records import record_of
from support.writing import rows_of

import docgen
from docgen.cli import cli
from docgen.errors import DataError, FormError
from docgen.form import form_ids, load_form
from docgen.form.rules import OnceInYears, working_days, years_later
from docgen.record import read_record

DAY = timedelta(days=1)


def remarks(form: str, **changes: object) -> list[tuple[str, str]]:
    """Return place and code of each remark on the sample with some values changed."""
    record = read_record(load_form(form), record_of(form, **changes))
    return [(note.where.key, note.code) for note in record.notes]


def problems(form: str, **changes: object) -> list[tuple[str, str]]:
    with pytest.raises(DataError) as refused:
        read_record(load_form(form), record_of(form, **changes))
    return [(problem.where.key, problem.code) for problem in refused.value.problems]


@pytest.mark.parametrize("form", form_ids())
@pytest.mark.clause("422", "Rules, 9", "Rules, 12", "Rules, 13", "Rules, 20", "Rules, 22", "Rules, 29")
@pytest.mark.clause("114", "6", "7", "8", "9")
def test_the_shipped_samples_obey_every_rule(form):
    assert remarks(form) == []


@pytest.mark.parametrize(
    ("begin", "end", "count"),
    [
        (date(2026, 2, 6), date(2026, 2, 17), 7),  # a Friday; two weekends
        (date(2026, 3, 13), date(2026, 3, 26), 6),  # Nauryz: 21–23 March, 24 and 25 for those on a weekend
        (date(2026, 12, 11), date(2026, 12, 18), 4),  # 16 December
        (date(2026, 2, 6), date(2026, 2, 8), 0),
    ],
)
def test_working_days_are_counted_without_weekends_and_public_holidays(begin, end, count):
    assert working_days(begin, end) == count


@pytest.mark.parametrize("form", ["retraining-results", "advanced-training-results", "training-report"])
@pytest.mark.parametrize(("signed", "is_late"), [(date(2026, 2, 17), False), (date(2026, 2, 18), True), (None, False)])
@pytest.mark.clause("422", "Rules, 20", "Rules, 29")
def test_results_and_report_are_due_within_seven_working_days_of_the_course(form, signed, is_late):
    """The course of the sample ends on Friday, 6 February 2026."""
    assert remarks(form, signed=signed) == [("signed", "within-working-days")] * is_late


@pytest.mark.parametrize(
    ("form", "field", "day"),
    [
        ("training-request", "signed", date(2026, 8, 1)),
        ("training-plan", "approved", date(2026, 10, 1)),
        ("trainee-list", "signed", date(2026, 11, 1)),
        ("consolidated-trainee-list", "approved", date(2026, 12, 1)),
    ],
)
@pytest.mark.clause("422", "Rules, 12", "Rules, 13", "Rules, 22")
@pytest.mark.clause("114", "7", "8")
def test_what_is_for_the_next_year_is_due_by_a_day_of_this_one(form, field, day):
    assert remarks(form, **{"year": 2027, field: day}) == []
    assert remarks(form, **{"year": 2027, field: day.replace(day=2)}) == [(field, "by-day")]


@pytest.mark.parametrize(
    ("quarter", "end"), [(1, date(2026, 3, 31)), (2, date(2026, 6, 30)), (3, date(2026, 9, 30)), (4, date(2026, 12, 31))]
)
@pytest.mark.clause("422", "Rules, 9")
def test_a_report_is_not_signed_before_its_quarter_ends(quarter, end):
    assert remarks("coverage-report", quarter=quarter, signed=end) == []
    assert remarks("coverage-report", quarter=quarter, signed=end.replace(day=29)) == [("signed", "after-quarter")]


@pytest.mark.parametrize("form", ["trainee-list", "consolidated-trainee-list"])
@pytest.mark.parametrize(
    ("last", "is_remarked"),
    [(date(2025, 1, 1), False), (date(2025, 12, 31), False), (date(2024, 12, 31), True), (date(2026, 1, 1), True), (None, False)],
)
@pytest.mark.clause("114", "6")
def test_who_is_due_in_a_year_was_trained_two_years_before(form, last, is_remarked):
    rows = [row | {"last_trained": last} for row in rows_of(form, 1)]
    assert remarks(form, rows=rows, year=2027) == [("rows[1].last_trained", "every-years")] * is_remarked


@pytest.mark.parametrize("result", ["сынақтан өтпеді", "Өтпеген", "не сдал", "қанағаттанарлықсыз"])
@pytest.mark.parametrize("form", ["retraining-results", "advanced-training-results"])
@pytest.mark.clause("422", "Rules, 20", "Rules, 29")
def test_who_did_not_pass_has_no_number_of_a_certificate(form, result):
    rows = [row | {"result": result} for row in rows_of(form, 2)]
    assert problems(form, rows=rows) == [("rows[1].number", "not-given-to"), ("rows[2].number", "not-given-to")]
    assert remarks(form, rows=[row | {"number": None} for row in rows]) == []


@pytest.mark.clause("114", "9")
def test_a_name_that_is_twice_in_an_order_is_remarked_on_with_its_first_row():
    rows = rows_of("training-order", 3)
    assert remarks("training-order", rows=rows) == [("rows[3].surname", "once-per-person")]
    form = load_form("training-order")
    (note,) = read_record(form, record_of(form.id, rows=rows)).notes
    assert (note.message, "clause 9" in note.hint) == ("Әбдіқадырова Гүлнұр Һамитқызы is in row 1 already", True)


def test_no_more_get_a_certificate_than_were_trained():
    assert problems("training-report", enrolled=2, passed=3) == [("passed", "no-more-than")]


def test_a_name_that_takes_no_ending_is_refused_where_the_genitive_is_asked_for():
    assert problems("child-protection-certificate", patronymic="Smith", name_case="genitive") == [("patronymic", "takes-suffix")]
    assert remarks("child-protection-certificate", patronymic="Smith") == []


@pytest.mark.parametrize(("day", "is_early"), [(date(2027, 3, 1), False), (date(2027, 2, 28), True), (date(2026, 12, 1), True)])
@pytest.mark.clause("114", "13")
def test_another_test_is_at_most_once_a_year(day, is_early):
    rule = OnceInYears(field="test", before="last_test", why="Rules, clause 13")
    assert len(list(rule.broken({"test": day, "last_test": date(2026, 3, 1)}))) == is_early


@pytest.mark.parametrize(("last", "is_early"), [(date(2025, 10, 19), False), (date(2025, 10, 20), True), (None, False)])
@pytest.mark.clause("114", "13")
def test_a_request_less_than_a_year_after_the_re_test_before_is_remarked_on(last, is_early):
    """The sample is signed on 19 October 2026. A year may mean the calendar's, so it is no problem."""
    assert remarks("retest-request", last_retest=last) == [("signed", "once-in-years")] * is_early


@pytest.mark.clause("114", "13")
def test_the_other_stream_begins_within_the_year():
    """The stream of the sample begins on 5 October 2026."""
    assert remarks("transfer-request", next_stream=date(2026, 12, 31)) == []
    for day in (date(2027, 1, 1), date(2025, 12, 31)):
        assert problems("transfer-request", next_stream=day) == [("next_stream", "same-year")]


def test_29_february_has_its_day_in_other_years():
    assert [years_later(date(2024, 2, 29), years) for years in (1, 4)] == [date(2025, 2, 28), date(2028, 2, 29)]


@pytest.mark.parametrize(
    ("form", "first", "last"),
    [
        ("development-programme", date(2026, 2, 20), date(2029, 2, 20)),  # from the attestation to the next one
        ("adaptation-programme", date(2026, 8, 10), date(2027, 2, 10)),  # of the programme
    ],
)
@pytest.mark.clause("concept", "2.4", "2.4, newcomers")
def test_the_measures_of_a_programme_are_due_within_it(form, first, last):
    """The Concept has a programme made by the results of an attestation until the next one, and a newcomer's within its frame."""
    for day, is_outside in [(first - DAY, True), (first, False), (last, False), (last + DAY, True)]:
        rows = rows_of(form, 2)
        rows[1]["due"] = day
        assert remarks(form, rows=rows) == [("rows[2].due", "rows-between")] * is_outside


@pytest.mark.clause("concept", "2.4")
def test_a_programme_of_development_is_approved_after_the_attestation_that_it_follows():
    assert remarks("development-programme", approved=date(2026, 2, 20)) == []
    assert problems("development-programme", approved=date(2026, 2, 19)) == [("approved", "dates-reversed")]


@pytest.mark.clause("328", "item 1, cl. 3")
def test_who_is_rotated_holds_the_position_already():
    assert problems("rotation-recommendation", held_since=date(2026, 1, 27)) == [("signed", "dates-reversed")]


def test_render_prints_a_remark_with_its_clause_and_makes_the_document(tmp_path):
    record = record_of("training-plan", approved="2026-10-02")
    (tmp_path / "r.json").write_text(json.dumps(record, default=str, ensure_ascii=False), "utf-8")
    result = CliRunner().invoke(cli, ["render", "training-plan", str(tmp_path / "r.json"), "-o", str(tmp_path / "o.pdf")])
    assert result.exit_code == 0, result.output
    assert "2026-10-02 is later than 2026-10-01, when it is due" in result.output
    assert "clauses 13 and 22: by 1 October" in result.output


def test_check_names_the_rows_of_a_table_that_break_a_rule(tmp_path):
    lines = ["rank;surname;given_name;unit;position;result;number", "майор;Ким;Ерлан;Департамент;инспектор;сынақтан өтпеді;00418"]
    (tmp_path / "t.csv").write_text("\n".join(lines), "utf-8")
    (problem,) = docgen.check("retraining-results", tmp_path / "t.csv")
    assert (problem.code, problem.where.row, problem.where.key) == ("not-given-to", 2, "number")


def test_show_lists_the_rules_of_a_form():
    shown = CliRunner().invoke(cli, ["forms", "show", "training-plan"]).output
    assert "checked: Rules, clauses 13 and 22: by 1 October of each year (by-day)" in shown


FORM = """
id = "f"
title.kk = "а"
layout = "house"
act.name = "an act"
sheet = { width = "210mm", height = "297mm" }
[[rule]]
RULE
why = "clause 1"
[[field]]
name = "signed"
kind = "date"
label.kk = "а"
[[field]]
name = "count"
kind = "whole-number"
label.kk = "а"
"""


@pytest.mark.parametrize(
    ("rule", "code", "at"),
    [
        ('kind = "by-dya"', "kind-unknown", "rule[1].kind"),
        ('kind = "no-more-than"\nfield = "count"', "key-missing", "rule[1].bound"),
        ('kind = "no-more-than"\nfield = "count"\nbound = "counts"', "field-unknown", "rule[1] (no-more-than)"),
        ('kind = "no-more-than"\nfield = "count"\nbound = "signed"', "field-kind", "rule[1] (no-more-than)"),
    ],
)
def test_a_mistake_in_a_rule_is_named_by_its_place(rule, code, at, tmp_path):
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "body.html").write_text("{{ count }}")
    (tmp_path / "f" / "form.toml").write_text(FORM.replace("RULE", rule), "utf-8")
    with pytest.raises(FormError) as caught:
        load_form("f", tmp_path)
    (problem,) = caught.value.problems
    assert (problem.code, problem.where.key) == (code, at)
