"""Forms and templates of a user's own: a copy that is changed, and a Word template without any definition."""

from __future__ import annotations

import io
import json

import pytest
from docx import Document
from support.calling import run
from support.reading import words
from support.records import record_of

import docgen
from docgen.form import form_ids


@pytest.mark.slow
@pytest.mark.parametrize("form", form_ids())
def test_a_copy_is_usable_at_once_and_makes_the_same_document(form, tmp_path):
    assert run("forms", "copy", form, tmp_path).exit_code == 0
    to = "docx" if docgen.load_form(form).template("template.docx") else "pdf"
    record = record_of(form)
    assert docgen.render(form, record, to=to, forms=tmp_path) == docgen.render(form, record, to=to)


def test_a_changed_wording_is_printed_and_the_copy_wins_over_the_shipped_form(tmp_path):
    form = "retraining-certificate"
    run("forms", "copy", form, tmp_path)
    base = tmp_path / "shared" / "ministry-certificate.toml"
    base.write_text(base.read_text("utf-8").replace("Білім беру ұйымының бастығы", "Академия бастығы"), "utf-8")
    assert "Академия бастығы" in words(docgen.render(form, record_of(form), forms=tmp_path))
    assert "Академия бастығы" not in words(docgen.render(form, record_of(form)))


def test_a_word_wider_than_the_page_is_refused_where_it_stands_on_every_page_too(tmp_path):
    run("forms", "copy", "certificate-register", tmp_path)
    path = tmp_path / "certificate-register" / "form.toml"
    foot = '"{{ page }} / {{ pages }}"\nfont = "10pt"'
    own = path.read_text("utf-8").replace('pages = "later"', 'pages = "all"').replace(foot, '"{{ organization }}"\nfont = "60pt"')
    path.write_text(own, "utf-8")
    record = record_of("certificate-register") | {"organization": "Академия-" + "ұ" * 40}
    (tmp_path / "record.json").write_text(json.dumps(record, default=str), "utf-8")
    result = run("render", "certificate-register", tmp_path / "record.json", "--forms", tmp_path, "-o", tmp_path / "x.pdf")
    assert result.exit_code == 1
    assert "mm too wide" in result.output
    assert not (tmp_path / "x.pdf").exists()


def test_a_template_changed_in_word_is_filled(tmp_path):
    run("forms", "copy", "work-standard", tmp_path)
    path = tmp_path / "work-standard" / "template.docx"
    document = Document(path)
    document.add_paragraph("Ескерту: {{ position }}")
    document.save(path)
    docx = docgen.render("work-standard", record_of("work-standard"), to="docx", forms=tmp_path)
    assert Document(io.BytesIO(docx)).paragraphs[-1].text == f"Ескерту: {record_of('work-standard')['position']}"


def typed_at_the_end(text: str, folder) -> str:
    """Type a paragraph at the end of a copied template, render it, and return what docgen tells."""
    if not (folder / "work-standard").exists():
        run("forms", "copy", "work-standard", folder)
    (folder / "record.json").write_text(json.dumps(record_of("work-standard"), default=str), "utf-8")
    path = folder / "work-standard" / "template.docx"
    document = Document(path)
    document.add_paragraph(text)
    document.save(path)
    return run("render", "work-standard", folder / "record.json", "-o", folder / "out.docx", "--forms", folder).output


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Ескерту {{ position", "does not end with }}\n    It is near: Ескерту {{ position"),
        ("Ескерту {% if position %}", "The innermost block that needs to be closed is 'if'.\n"),
        ("Ескерту {{ position | capitals }}", "It is near: Ескерту {{ position | capitals }}"),
        ("Ескерту {{ positon }}", "the tag “positon” has no field\n    Did you mean “position”?"),
    ],
)
def test_a_mistake_typed_into_a_template_is_told_with_its_words(text, told, tmp_path):
    output = typed_at_the_end(text, tmp_path)
    assert "template.docx" in output
    assert told in output
    assert not (tmp_path / "out.docx").exists()


def test_quotation_marks_that_word_curls_are_taken_as_typed(tmp_path):
    typed_at_the_end("{{ position | default(‘а’) }}“", tmp_path)
    assert Document(tmp_path / "out.docx").paragraphs[-1].text == f"{record_of('work-standard')['position']}“"


def test_a_copy_under_an_id_of_its_own_stands_beside_the_first(tmp_path):
    assert run("forms", "copy", "trainee-list", tmp_path, "--as", "my-list").exit_code == 0
    assert docgen.load_form("my-list", tmp_path).title == docgen.load_form("trainee-list").title
    record = record_of("trainee-list")
    assert words(docgen.render("my-list", record, forms=tmp_path)) == words(docgen.render("trainee-list", record))
    for wrong in ("../x", "A", "", "a b", "я", "a" * 200):
        result = run("forms", "copy", "trainee-list", tmp_path, "--as", wrong)
        told = "is no id of a form" if wrong else "--as is given nothing"
        assert (result.exit_code, told in result.output) == (2, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["my-list", "shared"]


def test_a_copy_never_writes_over_what_is_there(tmp_path):
    run("forms", "copy", "work-standard", tmp_path)
    parts = tmp_path / "shared" / "parts.html"
    parts.write_text("mine", "utf-8")
    assert run("forms", "copy", "trainee-list", tmp_path).exit_code == 0
    assert parts.read_text("utf-8") == "mine"
    result = run("forms", "copy", "work-standard", tmp_path)
    assert result.exit_code == 2
    assert "there is such a form already" in result.output


@pytest.fixture
def letter(tmp_path):
    """A Word template that no form knows: a loop, a table row, a value beside them."""
    document = Document()
    document.add_paragraph("Құрметті {{ name }}!")
    document.add_paragraph("{%p for line in lines %}")
    document.add_paragraph("– {{ line }}")
    document.add_paragraph("{%p endfor %}")
    document.save(tmp_path / "letter.docx")
    return tmp_path / "letter.docx"


def test_a_template_without_a_form_is_filled_exactly_as_typed(letter, tmp_path):
    data = {"name": "<b>Һ</b> & {{ 7*7 }}", "lines": ["бір", "{% for %}"]}
    (tmp_path / "data.json").write_text(json.dumps(data), "utf-8")
    result = run("render", "--template", letter, tmp_path / "data.json", "-o", tmp_path / "out.docx")
    assert result.exit_code == 0, result.output
    texts = [paragraph.text for paragraph in Document(tmp_path / "out.docx").paragraphs]
    assert texts == [f"Құрметті {data['name']}!", "– бір", "– {% for %}"]


@pytest.mark.parametrize(
    ("data", "told", "code"),
    [
        ({"lines": []}, "there is no value for “name”", 3),
        ({"name": "а\x07", "lines": []}, "U+0007", 1),
        ({"name": [1], "lines": []}, "list", 3),
    ],
)
def test_what_a_template_cannot_print_is_told_and_nothing_is_made(letter, tmp_path, data, told, code):
    (tmp_path / "data.json").write_text(json.dumps(data), "utf-8")
    result = run("render", "--template", letter, tmp_path / "data.json", "-o", tmp_path / "out.docx")
    assert result.exit_code == code
    assert told in result.output
    assert not (tmp_path / "out.docx").exists()


@pytest.mark.parametrize("arguments", [(), ("data.json", "-o", "out.pdf")])
def test_a_template_takes_a_record_and_makes_a_docx(letter, arguments, tmp_path):
    arguments = arguments or ("-o", "out.docx")
    result = run("render", "--template", letter, *arguments)
    assert result.exit_code == 2
    assert "--template letter.docx data.json -o letter.docx" in result.output
