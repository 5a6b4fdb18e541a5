"""A form whose act was changed: the wording in force on a date is printed, and the list says which is current.

The acts that are shipped give one wording each; the form here is the tests' own.
"""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest
from click.testing import CliRunner
from docx import Document
from support.calling import run
from support.reading import words

import docgen
from docgen.cli import cli
from docgen.form import load_editions
from docgen.form.editions import Period

FIRST = """
id = "thanks"
layout = "house"
until = 2020-06-12
title.kk = "Алғыс хат"
act = { name = "ours" }
sheet = { width = "210mm", height = "297mm", margin = "25mm" }
[[field]]
use = "surname"
[[field]]
use = "issued"
[[place]]
name = "title"
text = "АЛҒЫС ХАТ"
gap = "60mm"
[[place]]
name = "text"
text = "{{ surname }} {{ issued | short_date }}"
below = "title"
gap = "20mm"
"""
SECOND = """
from = 2020-06-12
act = { edition = "our order No. 8" }
[[place]]
name = "title"
text = "АЛҒЫС"
"""
RECORD = {"surname": "Сейітқали", "issued": "2020-06-12"}


@pytest.fixture
def own(tmp_path):
    """A folder with the form in two wordings, the second of which says only what is new."""
    write(tmp_path / "forms" / "thanks", FIRST)
    write(tmp_path / "forms" / "thanks" / "2020", SECOND)
    return tmp_path / "forms"


def write(folder, definition):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "form.toml").write_text(definition, "utf-8")


def record_file(own, **changes):
    path = own.parent / "record.json"
    path.write_text(json.dumps({name: value for name, value in (RECORD | changes).items() if value}), "utf-8")
    return path


def printed(own, *options, **changes):
    """Return the words of the document that `docgen render` makes."""
    out = own.parent / "out.pdf"
    result = run("render", "thanks", record_file(own, **changes), "-o", out, "--forms", own, *options)
    assert result.exit_code == 0, result.output
    return words(out.read_bytes())


@pytest.mark.parametrize(
    ("issued", "title"),
    [("2019-03-01", "АЛҒЫС ХАТ"), ("2020-06-11", "АЛҒЫС ХАТ"), ("2020-06-12", "АЛҒЫС"), ("01.01.2030", "АЛҒЫС")],
)
def test_a_document_has_the_wording_of_its_own_date(own, issued, title):
    day = docgen.load_form("thanks", own).field("issued").read(issued, None)
    assert printed(own, issued=issued) == f"{title} Сейітқали {day:%d.%m.%Y}"


@pytest.mark.parametrize(("on", "title"), [("2020-06-11", "АЛҒЫС ХАТ"), ("12.06.2020", "АЛҒЫС")])
def test_on_picks_the_wording_in_force_on_that_date(own, on, title):
    assert printed(own, "--on", on).startswith(f"{title} Сейітқали")


def test_a_wording_asked_for_against_the_documents_date_is_noted(own):
    result = run("render", "thanks", record_file(own), "-o", own.parent / "o.pdf", "--forms", own, "--on", "2019-01-01")
    assert result.exit_code == 0
    assert "issued: 2020-06-12 lies outside the time of this edition, which holds until 2020-06-12" in result.output


def test_without_any_date_the_last_wording_is_taken(own, tmp_path):
    for definition in (own / "thanks").rglob("form.toml"):
        definition.write_text(definition.read_text("utf-8").replace('use = "issued"', 'use = "issued"\noptional = true'), "utf-8")
    assert printed(own, issued=None).startswith("АЛҒЫС Сейітқали")
    out = tmp_path / "blank.pdf"
    assert run("render", "thanks", "--print", "blank", "-o", out, "--forms", own).exit_code == 0
    assert words(out.read_bytes()) == "АЛҒЫС"
    assert run("render", "thanks", "--print", "blank", "-o", out, "--forms", own, "--on", "2019-01-01").exit_code == 0
    assert words(out.read_bytes()) == "АЛҒЫС ХАТ"


def test_a_form_may_name_the_date_that_its_wording_goes_by(own):
    definition = own / "thanks" / "form.toml"
    text = (
        definition.read_text("utf-8").replace('use = "issued"', 'use = "issued"\nname = "signed"').replace("issued |", "signed |")
    )
    definition.write_text('dated = "signed"\n' + text, "utf-8")
    assert printed(own, issued=None, signed="2019-01-01").startswith("АЛҒЫС ХАТ")


def test_the_date_that_a_wording_goes_by_is_one_of_the_form(own):
    write(own / "thanks", 'dated = "isued"\n' + FIRST)
    with pytest.raises(docgen.FormError, match=r"dated: there is no date “isued” .*\n.*Did you mean “issued”"):
        docgen.load_form("thanks", own)


def test_a_date_without_a_wording_is_refused_with_the_periods(own):
    (own / "thanks" / "form.toml").write_text("from = 2016-05-26\n" + FIRST, "utf-8")
    result = run("render", "thanks", record_file(own), "-o", own.parent / "o.pdf", "--forms", own, "--on", "2010-01-01")
    assert result.exit_code == 2
    assert "“thanks” has no edition that holds on 2010-01-01" in result.output
    assert "Its editions hold: from 2016-05-26 until 2020-06-12; from 2020-06-12." in result.output
    result = run("render", "thanks", record_file(own, issued="2010-01-01"), "-o", own.parent / "o.pdf", "--forms", own)
    assert (result.exit_code, (own.parent / "o.pdf").exists()) == (2, False)


@pytest.mark.parametrize("on", ["yesterday", "2020-02-30", ""])
def test_what_is_no_date_is_a_wrong_call(own, on):
    result = run("forms", "--forms", own, "--on", on)
    assert result.exit_code == 2
    assert ("--on: " if on else "--on is given nothing") in result.output


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("", "from = 2020-06-12", "it holds from 2020-06-12, and {first} holds no dates given: two editions on one day"),
        (
            "until = 2020-06-13",
            "from = 2020-06-12",
            "{second}: from: it holds from 2020-06-12, and {first} holds until 2020-06-13",
        ),
        ("until = 2020-06-12", "", "{second}: from: it holds no dates given, and {first}"),
        ("until = 2020-06-12", "from = 2020-06-12\nuntil = 2020-06-12", "{second}: until: 2020-06-12 is not before 2020-06-12"),
        ("until = 2020-06-12", "from = '2020-06-12'", "{second}: from: “2020-06-12” is not allowed here"),
        ("until = 2020-06-12", "from = 2020-06-12T00:00:00", "{second}: from: “2020-06-12 00:00:00” is not allowed here"),
        ("until = 2020-06-12", "from = 2020-06-12\nid = 'other'", "{second}: id: the id must be the folder's name"),
    ],
)
def test_wordings_that_do_not_agree_are_a_mistake_in_the_definition(own, first, second, told):
    write(own / "thanks", FIRST.replace("until = 2020-06-12", first))
    write(own / "thanks" / "2020", second)
    result = run("forms", "show", "thanks", "--forms", own)
    assert result.exit_code == 3
    files = {"first": own / "thanks" / "form.toml", "second": own / "thanks" / "2020" / "form.toml"}
    assert told.format(**files) in result.output


def test_a_wording_with_a_base_of_its_own_takes_nothing_from_the_first(own):
    write(own / "shared", "")
    (own / "shared" / "form.toml").rename(own / "shared" / "anew.toml")
    (own / "shared" / "anew.toml").write_text(FIRST.replace("until = 2020-06-12", "").replace("ХАТ", "ҚАҒАЗ"), "utf-8")
    write(own / "thanks" / "2020", 'extends = "anew"\nfrom = 2020-06-12\n')
    assert printed(own).startswith("АЛҒЫС ҚАҒАЗ")


def test_the_list_says_which_wording_is_current_and_which_are_repealed(own):
    listed = run("forms", "--forms", own).output
    assert "    ours\n    until 2020-06-12\n    from 2020-06-12: current\n" in listed
    assert (
        "    until 2020-06-12: in force on 2019-01-01\n    from 2020-06-12\n"
        in run("forms", "--forms", own, "--on", "2019-01-01").output
    )


def test_a_form_whose_last_wording_has_ended_is_listed_as_repealed(own):
    write(own / "thanks" / "2020", "until = 2025-03-28\n" + SECOND)
    assert "    from 2020-06-12 until 2025-03-28: repealed\n" in run("forms", "--forms", own).output


def test_the_list_in_json_tells_each_wording_with_its_digest(own):
    entry = next(form for form in json.loads(run("forms", "--forms", own, "--json").output) if form["id"] == "thanks")
    assert (entry["from"], entry["until"]) == ("2020-06-12", None)
    assert [(w["from"], w["until"], w["current"]) for w in entry["editions"]] == [
        (None, "2020-06-12", False), ("2020-06-12", None, True),
    ]  # fmt: skip
    assert len({edition["sha256"] for edition in entry["editions"]}) == 2
    assert entry["editions"][1]["act"]["edition"] == "our order No. 8"


def test_show_and_sample_take_the_date(own):
    assert "in force: until 2020-06-12" in run("forms", "show", "thanks", "--forms", own, "--on", "2019-01-01").output
    assert json.loads(run("forms", "show", "thanks", "--forms", own, "--json").output)["from"] == "2020-06-12"


def test_a_sample_has_the_fields_of_the_wording(own):
    write(own / "thanks" / "2020", SECOND + '[[field]]\nname = "why"\nlabel.kk = "Не үшін"\nsample = "еңбегі үшін"\n')
    assert "why" in run("forms", "sample", "thanks", "--forms", own).output
    assert "why" not in run("forms", "sample", "thanks", "--forms", own, "--on", "2019-01-01").output


def test_a_batch_takes_one_wording_and_refuses_rows_of_another(own, tmp_path):
    table = tmp_path / "people.csv"
    table.write_text("surname,issued\nСейітқали,2019-01-01\nКим,2021-01-01\n", "utf-8")
    for command in (("batch", "-o", tmp_path / "out"), ("check",)):
        result = run(command[0], "thanks", table, *command[1:], "--forms", own)
        assert result.exit_code == 1
        assert "B2: issued: 2019-01-01 lies outside the time of this edition, which holds from 2020-06-12" in result.output
        assert "The edition of that day is printed with --on 2019-01-01." in result.output
        assert "Ким" not in result.output
    table.write_text("surname,issued\nСейітқали,2019-01-01\nКим,2019-02-01\n", "utf-8")
    assert run("batch", "thanks", table, "-o", tmp_path / "out", "--forms", own, "--on", "2019-01-01").exit_code == 0
    volume = tmp_path / "out" / "thanks-001.pdf"
    assert words(volume.read_bytes()).count("АЛҒЫС ХАТ") == 2
    assert run("preflight", volume, "--forms", own).exit_code == 0


@pytest.fixture
def numbered(own):
    """The form with what the register needs, its second wording with one more field; and a book of the test's own."""
    needed = '[[field]]\nuse = "organization"\n[[field]]\nuse = "number"\n[[place]]\nname = "title"'
    write(own / "thanks", FIRST.replace('[[place]]\nname = "title"', needed, 1))
    write(own / "thanks" / "2020", SECOND + '[[field]]\nname = "why"\nlabel.kk = "Не үшін"\n')

    def register(*arguments):
        return run("register", *arguments, "--forms", own, "--register", own.parent / "book.db")

    return register


def issued_in_2019(own):
    record = record_file(own, issued="2019-01-01", organization="Мектеп")
    result = run("render", "thanks", record, "-o", own.parent / "o.pdf", "--forms", own, "--register", own.parent / "book.db")
    assert result.exit_code == 0, result.output


def test_a_duplicate_has_the_wording_of_its_day_or_of_the_one_that_is_asked_for(own, numbered, tmp_path):
    issued_in_2019(own)
    ask = ("reissue", "thanks", "00001", "--reason", "lost", "--issued", "2021-01-01", "-o", tmp_path / "d.pdf")
    refused = numbered(*ask)
    assert (refused.exit_code, "why (Не үшін): nothing is given" in refused.output) == (1, True), refused.output
    result = numbered(*ask, "--on", "2019-01-01")
    assert result.exit_code == 0, result.output
    assert "issued: 2021-01-01 lies outside the time of this edition, which holds until 2020-06-12" in result.output
    assert words((tmp_path / "d.pdf").read_bytes()) == "АЛҒЫС ХАТ Сейітқали 01.01.2021"


def test_an_old_register_is_taken_over_with_the_columns_of_its_wording(own, numbered, tmp_path):
    write(own / "thanks", (own / "thanks" / "form.toml").read_text("utf-8") + '[[field]]\nname = "medal"\nlabel.kk = "Медалі"\n')
    write(own / "thanks" / "2020", 'extends = "anew"\nfrom = 2020-06-12\n')
    write(own / "shared", FIRST.replace("until = 2020-06-12\n", ""))
    (own / "shared" / "form.toml").rename(own / "shared" / "anew.toml")
    table = tmp_path / "old.csv"
    table.write_text("number;issued;surname;organization;Медалі\n7;01.02.2019;Ким;Мектеп;алтын\n", "utf-8")
    assert numbered("import", "thanks", table).exit_code == 2
    assert "1 document was taken over" in numbered("import", "thanks", table, "--on", "2019-01-01").output


def test_a_journal_has_the_wording_that_is_asked_for(own, numbered, tmp_path):
    issued_in_2019(own)
    assert run("forms", "copy", "certificate-register", own).exit_code == 0
    journal = own / "certificate-register" / "form.toml"
    journal.write_text("from = 2020-01-01\n" + journal.read_text("utf-8"), "utf-8")
    old = 'from = 2010-01-01\nuntil = 2020-01-01\n[[place]]\nname = "title"\ntext = "Ескі журнал"\n'
    write(own / "certificate-register" / "2010", old)
    for on, title in (((), "тіркеу журналы"), (("--on", "2019-12-31"), "Ескі журнал")):
        result = numbered("journal", "thanks", "-o", tmp_path / "j.pdf", *on)
        assert result.exit_code == 0, result.output
        assert title in words((tmp_path / "j.pdf").read_bytes()).replace("Тіркеу", "тіркеу")


def test_the_day_of_an_option_is_refused_under_its_own_name(numbered):
    result = numbered("reissue", "thanks", "00001", "--reason", "lost", "--issued", "yesterday")
    assert (result.exit_code, "--issued: " in result.output) == (2, True)


def test_a_finished_file_is_measured_against_the_wording_that_it_was_made_in(own, tmp_path):
    for day in ("2019-01-01", "2021-01-01"):
        printed(own, issued=day)
        for named in ((), ("--form", "thanks")):
            result = run("preflight", own.parent / "out.pdf", "--forms", own, *named)
            assert result.exit_code == 0, result.output
    assert run("preflight", own.parent / "out.pdf", "--forms", own, "--on", "2019-01-01").exit_code == 1


def test_a_flowing_wording_takes_the_body_and_template_that_it_does_not_have(tmp_path):
    write(tmp_path / "note", 'id = "note"\nlayout = "house"\nuntil = 2020-01-01\ntitle.kk = "Анықтама"\nact.name = "ours"\n'
          'sheet = { width = "210mm", height = "297mm" }\n[[field]]\nuse = "surname"\n[[field]]\nuse = "issued"\n')  # fmt: skip
    write(tmp_path / "note" / "new", "from = 2020-01-01\n")
    (tmp_path / "note" / "body.html").write_text('{% include "top.html" %} ескі {{ surname }} {{ issued | short_date }}', "utf-8")
    (tmp_path / "note" / "top.html").write_text("Басы", "utf-8")
    document = Document()
    document.add_paragraph("үлгі {{ surname }} {{ issued }}")
    document.save(tmp_path / "note" / "template.docx")
    (tmp_path / "note" / "new" / "body.html").write_text('{% include "top.html" %} жаңа {{ surname }}', "utf-8")
    old, new = RECORD | {"issued": "2019-01-01"}, RECORD
    assert words(docgen.render("note", old, forms=tmp_path)).startswith("Басы ескі Сейітқали 01.01.2019")
    assert words(docgen.render("note", new, forms=tmp_path)).startswith("Басы жаңа Сейітқали")
    assert docgen.render("note", new, to="docx", forms=tmp_path)
    assert len({form.digest for form in load_editions("note", tmp_path)}) == 2


def test_a_copy_has_all_wordings(own, tmp_path):
    assert run("forms", "copy", "thanks", tmp_path / "copy", "--forms", own).exit_code == 0
    assert [str(form.period) for form in load_editions("thanks", tmp_path / "copy")] == ["until 2020-06-12", "from 2020-06-12"]


def test_the_module_takes_the_date_too(own):
    assert docgen.load_form("thanks", own, on=date(2019, 1, 1)).period == Period(ends=date(2020, 6, 12))
    old = RECORD | {"issued": "2019-01-01"}
    assert words(docgen.render("thanks", old, forms=own)).startswith("АЛҒЫС ХАТ")
    assert words(docgen.render("thanks", RECORD, forms=own, on=date(2019, 1, 1))).startswith("АЛҒЫС ХАТ")
    with pytest.raises(docgen.DataError, match="lies outside the time of this edition"):
        docgen.render(docgen.load_form("thanks", own), old)
    assert [problem.code for problem in docgen.check(docgen.load_form("thanks", own), [RECORD, old])] == ["edition-other"]


@pytest.mark.parametrize("form_id", docgen.form_ids())
def test_a_shipped_form_has_one_wording_and_no_date_that_its_act_does_not_tell(form_id):
    """Each act says ten days after its publication, and none says when that was."""
    (form,) = load_editions(form_id)
    assert form.period == Period()


def test_one_broken_form_hides_no_other(own):
    write(own / "broken", "id = ")
    result = CliRunner().invoke(cli, ["forms", "--forms", str(own)])
    assert result.exit_code == 3
    assert "thanks" in result.stdout
    assert "retraining-certificate" in result.stdout
    assert f"{own / 'broken' / 'form.toml'}: this is no TOML" in result.stderr
    listed = CliRunner().invoke(cli, ["forms", "--forms", str(own), "--json"])
    assert listed.exit_code == 3
    assert "thanks" in {form["id"] for form in json.loads(listed.stdout)}


@pytest.mark.parametrize("day", ["2026-01-01", datetime(2026, 1, 1), 2026])
def test_what_is_no_day_is_a_wrong_call(day):
    for call in (docgen.load_form, lambda form, on: docgen.render(form, {}, to="pdf", on=on)):
        with pytest.raises(docgen.UsageError, match="is not a day"):
            call("retraining-certificate", on=day)
