"""The back of a form: a page of its own, printed when it is asked for, that everything counts, measures and checks."""

from __future__ import annotations

import io
import json

import pytest
from pypdf import PdfReader
from support.calling import run
from support.places import ROOT
from support.records import record_of

import docgen

BACKED = ("retraining-certificate", "advanced-training-certificate", "child-protection-certificate")
FORM = BACKED[0]
PEOPLE = ROOT / "samples" / "people.xlsx"


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


#: What the backs name: the act by which the form is, and its annex, in both languages.
ACTS = {
    BACKED[0]: ("№ 422 бұйрығымен", "2-қосымшасында", "приложением 2 к Правилам", "от 20 апреля 2016 года № 422"),
    BACKED[1]: ("№ 422 бұйрығымен", "4-қосымшасында", "приложением 4 к Правилам", "от 20 апреля 2016 года № 422"),
    BACKED[2]: ("№ 114-НҚ бұйрығымен", "1-қосымшасында", "приложением 1 к Правилам", "от 29 апреля 2026 года № 114-НҚ"),
}


@pytest.mark.parametrize("form", BACKED)
def test_the_back_says_what_it_is_by_which_act_and_who_keeps_the_record(form):
    record = record_of(form)
    front, back = pages(docgen.render(form, record, back=True))
    title, own = docgen.load_form(form).title, (record["number"], f"{record['issued']:%d.%m.%Y}", record["organization"])
    for said in (title["kk"], title["ru"], *ACTS[form], *own):
        assert str(said) in back
    assert [front] == pages(docgen.render(form, record))


@pytest.mark.parametrize("form", BACKED)
@pytest.mark.parametrize("purpose", ["plain", "press"])
def test_preflight_measures_both_sides(form, purpose):
    report = docgen.preflight(docgen.render(form, record_of(form), back=True, purpose=purpose), form)
    assert report.pages == 2
    assert report.failures == []
    assert {finding.place for finding in report.findings if finding.page == 2} >= {"form-kk", "act-ru", "number", "record"}


@pytest.mark.parametrize("kind", ["blank", "overprint"])
def test_stock_and_what_is_printed_on_it_have_backs(kind):
    """The fixed words are the stock's, the data the overprint's, each on lines of its own."""
    pdf = docgen.render(FORM, record_of(FORM), print=kind, back=True)
    _front, back = pages(pdf)
    assert ("Сертификат о прохождении курсов переподготовки" in back) == (kind == "blank")
    assert (str(record_of(FORM)["number"]) in back) == (kind == "overprint")
    assert docgen.preflight(pdf, FORM, print=kind).failures == []


def test_weasyprint_paints_the_same_two_pages():
    record = record_of(FORM)
    pdf = docgen.render(FORM, record, back=True, engine="weasyprint")
    assert pages(pdf) == pages(docgen.render(FORM, record, back=True))
    assert docgen.preflight(pdf, FORM).failures == []


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    out = tmp_path_factory.mktemp("backs")
    options = ["--only", "3-7", "--ignore", "*", "--split", 3, "--back", "--each", "{number}"]
    result = run("batch", FORM, PEOPLE, "-o", out, *options)
    assert result.exit_code == 0, result.output
    return out


def test_a_batch_counts_two_pages_a_record_and_a_bookmark_leads_to_the_front(batch):
    manifest = json.loads((batch / "manifest.json").read_text("utf-8"))
    assert manifest["back"] is True
    assert [(volume["records"], volume["pages"]) for volume in manifest["volumes"]] == [(3, 6), (2, 4)]
    assert [record["page"] for record in manifest["records"]] == [1, 3, 5, 1, 3]
    reader = PdfReader(batch / f"{FORM}-001.pdf")
    assert [reader.get_destination_page_number(mark) for mark in reader.outline] == [0, 2, 4]
    assert len(PdfReader(batch / "each" / "00401.pdf").pages) == 2


def test_a_batch_with_backs_is_not_resumed_without(batch, tmp_path):
    """The digest of a record is that of both of its pages."""
    options = ["--only", "3-7", "--ignore", "*", "--split", 3]
    assert run("batch", FORM, PEOPLE, "-o", tmp_path / "out", *options).exit_code == 0
    one, other = (json.loads((folder / "manifest.json").read_text("utf-8"))["records"] for folder in (batch, tmp_path / "out"))
    assert all(ours["sha256"] != theirs["sha256"] for ours, theirs in zip(one, other, strict=True))


@pytest.mark.slow
def test_the_proof_shows_both_sides(tmp_path):
    result = run("proof", FORM, PEOPLE, "-o", tmp_path / "proof.pdf", "--ignore", "*", "--back")
    assert result.exit_code == 0, result.output
    text = " ".join(pages((tmp_path / "proof.pdf").read_bytes()))
    shown = int(result.output.split("proof.pdf: ")[-1].split()[0])
    assert text.count("Организация, в журнале регистрации которой") == shown
    assert text.count("СЕРТИФИКАТ") == shown


BACK = """
[back]
{keys}
[[back.place]]
name = "text"
text = "{text}"
{place}
"""
FRONT = """
id = "thanks"
layout = "house"
title = {{ kk = "Алғыс хат" }}
act = {{ name = "ours" }}
sheet = {{ width = "210mm", height = "297mm" }}

[[field]]
use = "surname"

[[place]]
name = "title"
text = "{{{{ surname }}}}"
gap = "60mm"
{front}
"""


def own_form(folder, *, front: str = "", keys: str = "", text: str = "{{ surname }}", place: str = 'gap = "60mm"'):
    path = folder / "thanks" / "form.toml"
    path.parent.mkdir()
    path.write_text(FRONT.format(front=front) + BACK.format(keys=keys, text=text, place=place), "utf-8")
    return folder


#: What is changed in the definition, and what is said of it.
WRONG = {
    "an unknown key": ({"keys": 'size = "1mm"'}, "back.size: there is no such key"),
    "no field": ({"text": "{{ name }}"}, "back.place (text): the tag “name” has no field"),
    "an anchor of the front": ({"place": 'below = "title"'}, "back.place (text).below: there is no place “title” above this one"),
    "a margin without room": ({"keys": 'margin = "105mm"'}, "back.sheet.margin: 210 mm of the sheet's 210 mm are taken"),
    "a text of all pages": (
        {"place": 'pages = "all"\nfoot = "9mm"'},
        "back: a back is one page\n    It takes no table, and no text of all pages.",
    ),
    "a front of several pages": (
        {"front": 'pages = "all"\nfoot = "9mm"'},
        "back: only a form of one page has a back\n    Take [back] out, or the table and the texts of all pages.",
    ),
}


@pytest.mark.parametrize(("changes", "said"), WRONG.values(), ids=WRONG)
def test_a_mistake_in_a_back_is_named_with_its_key(tmp_path, changes, said):
    front = changes.get("front", "")
    own_form(tmp_path, **changes)
    if front:
        path = tmp_path / "thanks" / "form.toml"
        path.write_text(path.read_text("utf-8").replace('gap = "60mm"\npages', "pages", 1), "utf-8")
    with pytest.raises(docgen.FormError) as wrong:
        docgen.load_form("thanks", tmp_path)
    assert said in str(wrong.value).replace(f"{tmp_path}/", "")


def test_a_text_that_does_not_fit_on_either_side_is_reported_of_both(tmp_path):
    """A word wider than the column on the front, and one on the back, with the field and the millimetres of each."""
    own_form(tmp_path, keys='margin = "100mm"', place='gap = "60mm"\nfont = "60pt"')
    path = tmp_path / "thanks" / "form.toml"
    path.write_text(path.read_text("utf-8").replace('gap = "60mm"\n\n\n[back]', 'gap = "60mm"\nfont = "90pt"\n\n[back]'), "utf-8")
    with pytest.raises(docgen.DataError) as refused:
        docgen.render("thanks", {"surname": "Құдайбергенова-Нұрмұхамедова"}, forms=tmp_path, back=True)
    assert len(refused.value.problems) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["attendance-note", "x.toml", "--back"], "“attendance-note” has no back\n    Leave --back out."),
        ([FORM, "x.toml", "--back", "-o", "x.docx"], f"“{FORM}” is printed without its back as docx\n    Print it as PDF"),
    ],
)
def test_a_back_that_cannot_be_had_is_refused(tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    assert run("forms", "sample", arguments[0], "-o", "x.toml").exit_code == 0
    result = run("render", *(arguments if "-o" in arguments else [*arguments, "-o", "x.pdf"]))
    assert result.exit_code == 2
    assert said in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["x.toml"]


def test_check_finds_what_does_not_fit_on_the_back_alone(tmp_path):
    own_form(tmp_path, keys='margin = "100mm"', place='gap = "60mm"\nfont = "60pt"')
    (tmp_path / "people.json").write_text('[{"surname": "Құдайбергенова-Нұрмұхамедова"}]', "utf-8")
    table = ["thanks", tmp_path / "people.json", "--forms", tmp_path]
    assert run("check", *table).exit_code == 0
    assert run("check", *table, "--back").exit_code == 1
