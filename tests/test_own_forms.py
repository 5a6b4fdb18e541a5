"""Forms and templates of a user's own: a copy that is changed, and a Word template without any definition."""

from __future__ import annotations

import io
import json

import pytest
from click.testing import CliRunner
from conftest import record_of
from docx import Document
from reading import words

import docgen
from docgen.cli import cli
from docgen.form import form_ids


def run(*arguments: object):
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


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


def test_a_template_changed_in_word_is_filled(tmp_path):
    run("forms", "copy", "work-standard", tmp_path)
    path = tmp_path / "work-standard" / "template.docx"
    document = Document(path)
    document.add_paragraph("Ескерту: {{ position }}")
    document.save(path)
    docx = docgen.render("work-standard", record_of("work-standard"), to="docx", forms=tmp_path)
    assert Document(io.BytesIO(docx)).paragraphs[-1].text == f"Ескерту: {record_of('work-standard')['position']}"


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
    assert (result.exit_code, result.output) == (0, "")
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
