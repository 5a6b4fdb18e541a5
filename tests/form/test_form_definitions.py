"""Form definitions as their authors get them wrong: each mistake is exit code 3 and names file, key and what was expected."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from docgen.cli import cli
from docgen.errors import FormError
from docgen.form import form_ids, load_form
from docgen.rendering import render

#: A small form in which every kind of place stands once; it renders.
VALID = """
id = "f"
layout = "house"
title = { kk = "Ү", ru = "Т", en = "T" }
order = ["start"]
[act]
name = "an act"
[annex]
to = "қағидаларға"
number = 2
[sheet]
width = "210mm"
height = "297mm"
[[field]]
name = "topic"
label = { kk = "а", ru = "б", en = "c" }
sample = "тақырып"
[[field]]
name = "start"
kind = "date"
label = { kk = "а", ru = "б", en = "c" }
[[field]]
name = "hours"
kind = "whole-number"
label = { kk = "а", ru = "б", en = "c" }
[[field]]
name = "logo"
kind = "image"
optional = true
label = { kk = "а", ru = "б", en = "c" }
[[field]]
name = "rows"
kind = "rows"
label = { kk = "а", ru = "б", en = "c" }
sample = [{ a = "1" }]
[[field.field]]
name = "a"
label = { kk = "а", ru = "б", en = "c" }
[[place]]
name = "ground"
fill = "#ffffff"
[[place]]
name = "frame"
frame = "ornament"
edge = "7mm"
width = "7mm"
[[place]]
name = "emblem"
picture = "state-emblem"
diameter = "30mm"
inside = "frame"
gap = "2mm"
[[place]]
name = "logo"
field = "logo"
diameter = "20mm"
inside = "frame"
[[place]]
name = "annex"
annex = "60mm"
font = "10pt"
[[place]]
name = "title"
clause = "1"
text = "Тақырып {{ topic }}"
below = "emblem"
gap = "5mm"
[[place]]
name = "lines"
stack = ["first", "second"]
below = "title"
gap = "5mm"
foot = "100mm"
min-size = "11pt"
[[place]]
name = "first"
text = "бір {{ topic }}"
caption = "(бір)"
[[place]]
name = "second"
text = "екі"
[[place]]
name = "table"
table = "rows"
below = "title"
gap = "5mm"
top = "20mm"
foot = "20mm"
font = "11pt"
heading-font = "bold 11pt"
[[place.column]]
heading = "Баған"
text = "{{ a }}"
width = "50mm"
"""
RECORD = {"topic": "абв", "start": "2026-01-01", "hours": 5, "rows": [{"a": "1"}]}

TITLE = 'text = "Тақырып {{ topic }}"'
SECOND = 'text = "екі"'
INNER = '[[field.field]]\nname = "a"\nlabel = { kk = "а", ru = "б", en = "c" }\n'
COLUMN = '[[place.column]]\nheading = "Баған"\ntext = "{{ a }}"\nwidth = "50mm"\n'
LABEL = 'label = { kk = "а", ru = "б", en = "c" }'


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    (tmp_path / "shared").mkdir()
    (tmp_path / "f").mkdir()
    return tmp_path


def written(forms: Path, text: str | bytes = VALID, **files: str | bytes) -> Path:
    """Write the form and, by their names with `__` for `/` and `_` for `.`, other files beside it."""
    contents = {"f/form.toml": text} | {name.replace("__", "/").replace("_", "."): text for name, text in files.items()}
    for name, content in contents.items():
        (forms / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return forms


def changed(old: str, new: str) -> str:
    assert VALID.count(old) >= 1, old
    return VALID.replace(old, new, 1)


def refusal(forms: Path, form_id: str = "f") -> str:
    """Return what the command line says of the form: exit code 3, no traceback, no output."""
    (forms / "r.json").write_text(json.dumps(RECORD), encoding="utf-8")
    arguments = ["render", form_id, forms / "r.json", "-o", forms / "o.pdf", "--forms", forms]
    result = CliRunner().invoke(cli, list(map(str, arguments)))
    assert result.exit_code == 3, result.output
    assert isinstance(result.exception, SystemExit)
    assert not (forms / "o.pdf").exists()
    return result.stderr.replace(f"{forms}/", "")


def test_the_valid_form_renders(forms):
    written(forms)
    (forms / "r.json").write_text(json.dumps(RECORD), encoding="utf-8")
    arguments = ["render", "f", forms / "r.json", "-o", forms / "o.pdf", "--forms", forms]
    assert CliRunner().invoke(cli, list(map(str, arguments))).exit_code == 0
    assert (forms / "o.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("form_id", form_ids())
def test_every_shipped_form_is_sound(form_id):
    assert load_form(form_id).id == form_id


#: What is changed in the valid form, the key that the message names, and words that it has to say.
MISTAKES = {
    "unknown key": ('layout = "house"', 'layout = "house"\nlayuot = 1', "layuot", "Did you mean “layout”?"),
    "missing key": ('[act]\nname = "an act"\n', "", "act", "must be given"),
    "not one of the choices": ('"house"', '"home"', "layout", "prescribed, house"),
    "wrong type": ('layout = "house"', "layout = 3", "layout", "prescribed, house"),
    "id of another form": ('id = "f"', 'id = "g"', "id", "Expected: f."),
    "id with a path": ('id = "f"', 'id = "../f"', "id", "small letters"),
    "label without Kazakh": ('kk = "а", ', "", "field[1].label", "the Kazakh text (kk) is missing"),
    "label in a strange language": ('en = "c" }', 'de = "c" }', "field[1].label", "there is no language “de”"),
    "label that is no table": (LABEL, 'label = "а"', "field[1].label", "“а” is not allowed here"),
    "empty label": ('kk = "а"', 'kk = " "', "field[1].label", "a text for kk"),
    "title with a control character": ('kk = "Ү"', 'kk = "a\\u0000"', "title", "a text for kk"),
    "act is no table": ('[act]\nname = "an act"\n', "", "act", "a table"),
    "annex without words": ('to = "қағидаларға"\n', "", "annex.to", "must be given"),
    # lengths and fonts
    "unknown unit": ('"210mm"', '"210cm"', "sheet.width", "7mm or 14pt"),
    "no unit": ('"210mm"', "210", "sheet.width", "7mm or 14pt"),
    "nan": ('"210mm"', '"nanmm"', "sheet.width", "7mm or 14pt"),
    "exponent": ('"210mm"', '"1e9mm"', "sheet.width", "7mm or 14pt"),
    "larger than a page can be": ('"210mm"', '"5081mm"', "sheet.width", "7mm or 14pt"),
    "infinite": ('"210mm"', f'"{"9" * 400}mm"', "sheet.width", "7mm or 14pt"),
    "other digits": ('"210mm"', '"٢١٠mm"', "sheet.width", "7mm or 14pt"),
    "zero sheet": ('"210mm"', '"0mm"', "sheet.width", "1pt or more"),
    "negative sheet": ('"210mm"', '"-210mm"', "sheet.width", "1pt or more"),
    "margins wider than the sheet": ('"297mm"', '"297mm"\nmargin = "105mm"', "sheet.margin", "210 mm"),
    "negative gap": ('gap = "2mm"', 'gap = "-2mm"', "place[3] (emblem).gap", "0mm or more"),
    "zero diameter": ('"30mm"', '"0mm"', "place[3] (emblem).diameter", "1pt or more"),
    "diameter beyond the sheet": ('"30mm"', '"300mm"', "place (emblem).diameter", "300 mm of the sheet's 210 mm"),
    "thin frame": ('edge = "7mm"\nwidth = "7mm"', 'edge = "7mm"\nwidth = "0.01mm"', "place[2] (frame).width", "1pt"),
    "frame wider than the sheet": ('edge = "7mm"', 'edge = "150mm"', "place (frame).width", "314 mm"),
    "foot above the sheet": ('foot = "100mm"', 'foot = "300mm"', "place (lines).foot", "305 mm"),
    "font without size": ('font = "10pt"', 'font = "bold"', "place[5] (annex).font", "bold 14pt"),
    "font in another notation": ('font = "10pt"', 'font = "1e1pt"', "place[5] (annex).font", "bold 14pt"),
    "unknown style": ('font = "10pt"', 'font = "thin 10pt"', "place[5] (annex).font", "bold 14pt"),
    "colour by name": ("#ffffff", "white", "place[1] (ground).fill", "#14296b"),
    # places
    "place of no kind": (SECOND, "", "place[9] (second)", "Expected one of: fill, frame"),
    "place of two kinds": (SECOND, f'{SECOND}\nfill = "#ffffff"', "place[9] (second)", "exactly one thing"),
    "picture and field": ('picture = "state-emblem"', 'picture = "a"\nfield = "logo"', "(emblem)", "exactly one thing"),
    "picture with a path": ('"state-emblem"', '"../../etc/passwd"', "place[3] (emblem).picture", "small letters"),
    "name twice": ('name = "second"', 'name = "first"', "place (first).name", "two places"),
    "name is no text": ('name = "second"', "name = { a = 1 }", "place[9].name", "small letters"),
    "clause twice": ('name = "second"', 'name = "second"\nclause = "1"', "place (second).clause", "clause 1"),
    "unknown place": ('below = "emblem"', 'below = "emblme"', "place (title).below", "Did you mean “emblem”?"),
    "place that comes later": ('inside = "frame"', 'below = "title"', "place (emblem).below", "above this one"),
    "inside of no frame": ('below = "emblem"', 'right-of = "frame"', "place (title).right-of", "emblem, logo"),
    "level with a picture": ('below = "emblem"', 'level = "emblem"', "place (title).level", "above this one"),
    "below a text of all pages": (
        f'{SECOND}\n', f'{SECOND}\n[[place]]\nname = "p"\ntext = "{{{{ page }}}}"\npages = "all"\n'
        '[[place]]\nname = "q"\ntext = "х"\nbelow = "p"\n', "place (q).below", "above this one",
    ),
    "annex that is not there": (VALID[VALID.index("[annex]") : VALID.index("[sheet]")], "", "place (annex)", "[annex]"),
    "stack of nothing": ('["first", "second"]', "[]", "place (lines).stack", "two texts or more"),
    "stack of one": ('["first", "second"]', '["first"]', "place (lines).stack", "two texts or more"),
    "stack of the unknown": ('["first", "second"]', '["first", "secnd"]', "place (lines).stack", "Did you mean “second”?"),
    "stack of itself": ('["first", "second"]', '["first", "lines"]', "place (lines).stack", "no text “lines”"),
    "stack of what stands above": ('["first", "second"]', '["title", "first"]', "place (lines).stack", "“title”"),
    "stack of one twice": ('["first", "second"]', '["first", "first"]', "place (lines).stack", "“first”"),
    "stack of a text with its own place": (SECOND, f'{SECOND}\nbelow = "emblem"', "place (lines).stack", "“second”"),
    "stack of numbers": ('["first", "second"]', "[1, 2]", "place[7] (lines).stack", "a list of names"),
    "smallest size over the size": ('min-size = "11pt"', 'min-size = "20pt"', "place (lines).min-size", "20 pt"),
    "largest size under the size": (SECOND, f'{SECOND}\nmax-size = "13pt"', "place (second).max-size", "13 pt is less"),
    "larger outside of a stack": (
        'gap = "5mm"\n[[place]]\nname = "lines"',
        'gap = "5mm"\nmax-size = "20pt"\n[[place]]\nname = "lines"',
        "place (title).max-size",
        "only a line of a stack",
    ),
    "table without columns": (COLUMN, "", "place[10] (table).column", "must be given"),
    "table with an empty list of columns": (COLUMN, "column = []\n", "place[10] (table).column", "needs columns"),
    "table of text": ('table = "rows"', 'table = "topic"', "place (table).table", "holds no rows"),
    "table of the unknown": ('table = "rows"', 'table = "rwos"', "place (table)", "Did you mean “rows”?"),
    "table wider than the sheet": ('"50mm"', '"250mm"', "place (table).column", "250 mm"),
    "column without room": ('"50mm"', '"3mm"', "place[10] (table).column[1].width", "no room"),
    "heading with a tag": ('"Баған"', '"{{ a }}"', "place[10] (table).column[1].heading", "without tags"),
    # texts
    "tag without a field": (TITLE, 'text = "{{ tpic }}"', "place (title)", "Did you mean “topic”?"),
    "tag without a field in a column": ("{{ a }}", "{{ b }}", "place (table).column[1].text", "“b”"),
    "page number on one page alone": (SECOND, 'text = "{{ page }}"', "place (second)", "“page”"),
    "tag that is not closed": (TITLE, 'text = "{{ topic "', "place[6] (title).text", "{{ field }}"),
    "loop": (TITLE, 'text = "{% for x in topic %}{% endfor %}"', "place[6] (title).text", "{% if %} alone"),
    "unknown filter": (TITLE, 'text = "{{ topic | uper }}"', "place[6] (title).text", "No filter named 'uper'"),
    "filter of another kind": (TITLE, 'text = "{{ topic | date_line }}"', "place (title).text", "cannot be filled"),
    "division by zero": (TITLE, 'text = "{{ hours / 0 }}"', "place (title).text", "division by zero"),
    "rows as text": (TITLE, 'text = "{{ rows }}"', "place (title).text", "a list cannot be printed"),
    "function as text": (TITLE, 'text = "{{ period }}"', "place (title).text", "cannot be printed"),
    "picture from a text": ('field = "logo"', 'field = "topic"', "place (logo).field", "holds no picture"),
    "empty text": (SECOND, 'text = " "', "place[9] (second).text", "{{ field }}"),
    "letter that the face lacks": (SECOND, 'text = "екі 😀"', "place[9] (second).text", "U+1F600"),
    "line break in a text": (SECOND, 'text = "екі\\nүш"', "place[9] (second).text", "a line break"),
    "private-use mark in a text": (SECOND, 'text = "\\ue000x\\ue001"', "place[9] (second).text", "U+E000"),
    "letter that the face lacks in a caption": ('"(бір)"', '"(王)"', "place[8] (first).caption", "U+738B"),
    "letter that the face lacks in the annex": ('"қағидаларға"', '"王"', "annex.to", "U+738B"),
    # fields
    "field twice": ('name = "start"', 'name = "topic"', "field[2].name", "“topic”"),
    "field with a hyphen": ('name = "hours"', 'name = "all-hours"', "field[3].name", "digits and _"),
    "field named as a tag of templates": ('name = "hours"', 'name = "form"', "field[3].name", "form, page"),
    "field named as a function of templates": ('name = "hours"', 'name = "period"', "field[3].name", "form, page"),
    "field named as a word of Jinja": ('name = "hours"', 'name = "not"', "field[3].name", "form, page"),
    "unknown kind": ('kind = "date"', 'kind = "dat"', "field[2].kind", "Did you mean “date”?"),
    "kind is a list": ('kind = "date"', 'kind = ["date"]', "field[2].kind", "there is no kind"),
    "unknown shared field": ('name = "topic"', 'use = "tpic"', "field[1].use", "Did you mean “topic”?"),
    "shared field with a path": ('name = "topic"', 'use = "../x"', "field[1].use", "there is no shared field"),
    "shared field is a list": ('name = "topic"', 'use = ["topic"]', "field[1].use", "there is no shared field"),
    "rows without fields": (INNER, "", "field[5].field", "a list of tables"),
    "rows with a text for fields": (INNER, 'field = "a"\n', "field[5].field", "a list of tables"),
    "rows with numbers for fields": (INNER, "field = [1]\n", "field[5].field", "a list of tables"),
    "key of another kind": ('kind = "date"', 'kind = "date"\nmin = 1', "field[2].min", "no such key"),
    "bound is no whole number": ('kind = "whole-number"', 'kind = "whole-number"\nmin = 1.5', "field[3].min", "a whole number"),
    "bounds with nothing between": ('kind = "whole-number"', 'kind = "whole-number"\nmin = 5\nmax = 3', "field[3].min", "5"),
    "day with a time": ('kind = "date"', 'kind = "date"\nearliest = 2026-01-01T00:00:00', "field[2].earliest", "2026-05-04"),
    "days with nothing between": (
        'kind = "date"', 'kind = "date"\nearliest = 2026-01-02\nlatest = 2026-01-01', "field[2].earliest", "2026-01-02",
    ),
    "blank that the face lacks": ('sample = "тақырып"', 'blank = "😀"', "field[1].blank", "U+1F600"),
    "sample that the field refuses": ('kind = "date"', 'kind = "date"\nsample = "ертең"', "field[2].sample", "is no date"),
    "sample with a wrong row": ('[{ a = "1" }]', '[{ b = "1" }]', "field[5].sample (rows[1].b)", "no field of this name"),
    "order of a text": ('order = ["start"]', 'order = ["topic"]', "order", "no date “topic”"),
    "order of the unknown": ('order = ["start"]', 'order = ["strt"]', "order", "Did you mean “start”?"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "words"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_with_file_key_and_what_was_expected(forms, old, new, key, words):
    said = refusal(written(forms, changed(old, new)))
    assert said.startswith("✗ f/form.toml: ")
    assert f"{key}" in said.splitlines()[0]
    assert words in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (VALID.encode() + b"[[[", "no TOML"),
        (VALID.encode().replace(b"layout", b'id = "f"\nlayout'), "no TOML"),
        (VALID.encode("utf-16"), "UTF-8"),
        (b"id = 'f'\0", "no TOML"),
        (b'id = "f"\nx = ' + b"[" * 50_000, "nested too deeply"),
        (b'id = "f"\nx' + b".a" * 50_000 + b" = 1", "nested too deeply"),
        (b"", "must be given"),
        (VALID[: VALID.index("[[place]]")].encode(), "neither places nor a body.html"),
    ],
)
def test_a_damaged_definition_is_named(forms, content, words):
    said = refusal(written(forms, content))
    assert said.startswith("✗ f/form.toml: ")
    assert words in said


def test_a_definition_may_begin_with_the_mark_that_windows_writes(forms):
    written(forms, b"\xef\xbb\xbf" + VALID.encode())
    assert load_form("f", forms).id == "f"


EXTENDS = 'id = "f"\nextends = "base"\n'


@pytest.mark.parametrize(
    ("extends", "base", "file", "words"),
    [
        ('"nope"', "", "f/form.toml", "there is no shared nope.toml"),
        ('"../base"', "", "f/form.toml", "small letters"),
        ('"/etc/passwd"', "", "f/form.toml", "small letters"),
        ('["base"]', "", "f/form.toml", "small letters"),
        ('"base"', "extends =", "shared/base.toml", "no TOML"),
        ('"base"', 'extends = "base"', "shared/base.toml", "base → base"),
        ('"base"', 'extends = "other"', "shared/other.toml", "base → other → base"),
    ],
)
def test_a_wrong_base_is_named(forms, extends, base, file, words):
    text = changed('id = "f"', f'id = "f"\nextends = {extends}')
    written(forms, text, shared__base_toml=base, shared__other_toml='extends = "base"')
    said = refusal(forms)
    assert said.startswith(f"✗ {file}: ")
    assert words in said


def test_a_form_adds_shared_fields_to_those_of_its_base(forms):
    """A base's fields come by `use`, without a name; a field that is added must not replace the first of them."""
    base = VALID.replace('id = "f"\n', "").replace("[[place]]", '[[field]]\nuse = "city"\n[[place]]', 1)
    added = EXTENDS + '[[field]]\nuse = "head"\n[[field]]\nuse = "city"\nblank = "___"\n'
    form = load_form("f", written(forms, added, shared__base_toml=base))
    assert [field.name for field in form.fields] == ["topic", "start", "hours", "logo", "rows", "city", "head"]
    assert form.field("city").blank == "___"


def test_a_list_without_names_replaces_that_of_the_base(forms):
    column = '[[place]]\nname = "table"\ncolumn = [{ heading = "Б", text = "{{ a }}", width = "20mm" }]\n'
    form = load_form("f", written(forms, EXTENDS + column, shared__base_toml=VALID.replace('id = "f"\n', "")))
    assert [each.heading for each in form.place("table").columns] == ["Б"]


FLOWING = VALID[: VALID.index("[[place]]")]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<p>{{ tpic }}</p>", "Did you mean “topic”?"),
        ("<p>{{ topic }</p>", "no template"),
        ("<p>{{ topic | nope }}</p>", "no template"),
        ("<p>{% include 'nowhere.html' %}</p>", "nowhere.html"),
        ("<p>{% include '../r.json' %}</p>", "../r.json"),
        ("<p>{% include '/etc/passwd' %}</p>", "/etc/passwd"),
        ("<p>{{ topic.nope }}</p>", "nope"),
        ("a\rb\r{{ topic }", "no template"),
        ("{{ " + "(" * 1000 + "topic" + ")" * 1000 + " }}", "nested too deeply"),
        (b"<p>\xff</p>", "UTF-8"),
    ],
)
def test_a_mistake_in_a_body_is_named(forms, body, words):
    said = refusal(written(forms, FLOWING, f__body_html=body))
    assert said.startswith("✗ f/body.html: ")
    assert words in said


def test_a_tag_of_a_word_template_without_a_field_is_named(forms):
    """Word cuts a tag into runs as it likes."""
    written(forms, FLOWING, f__body_html="<p></p>")
    with zipfile.ZipFile(forms / "f" / "template.docx", "w") as package:
        package.writestr("word/document.xml", "<w:p><w:r><w:t>{{ to</w:t></w:r><w:r><w:t>pik }}</w:t></w:r></w:p>")
    said = refusal(forms)
    assert said.startswith("✗ f/template.docx: ")
    assert "Did you mean “topic”?" in said


def test_a_word_template_that_is_none_is_named(forms):
    said = refusal(written(forms, FLOWING, f__body_html="<p></p>", f__template_docx=b"PK no"))
    assert said.startswith("✗ f/template.docx: ")
    assert "no Word document" in said


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "{{ " + "(" * 200 + "topic" + ")" * 200 + " }}",
        "{{ " + "not " * 250 + "topic }}",
        "{% if topic %}" * 150 + "а" + "{% endif %}" * 150,
        "{{ topic" + "|upper" * 5000 + " }}",
        "{{ topic" + " + topic" * 5000 + " }}",
    ],
    ids=["brackets", "not", "if", "filters", "sum"],
)
def test_a_text_that_is_nested_too_deeply_is_refused(forms, text):
    """Jinja follows it by recursion, and Python's own compiler counts brackets, blocks and their indentation."""
    assert "nested too deeply" in refusal(written(forms, changed(TITLE, f'text = "{text}"')))


@pytest.mark.slow
def test_a_body_whose_blocks_python_cannot_compile_is_refused(forms):
    """It is sound for Jinja, so it is found when it is filled."""
    written(forms, FLOWING, f__body_html="{% if topic %}" * 150 + "а" + "{% endif %}" * 150)
    with pytest.raises(FormError, match="nested too deeply"):
        render("f", RECORD, forms=forms)


def test_every_key_of_the_command_line_s_answer_is_there_for_a_program(forms):
    with pytest.raises(FormError) as error:
        load_form("f", written(forms, changed('"210mm"', '"210cm"')))
    (problem,) = error.value.problems
    assert problem.code == "key-wrong"
    assert (problem.where.file, problem.where.key) == (str(forms / "f" / "form.toml"), "sheet.width")


def test_a_label_in_kazakh_alone_stands_for_the_other_languages(tmp_path):
    definition = VALID.replace('title = { kk = "Ү", ru = "Т", en = "T" }', 'title.kk = "Ү"').replace(LABEL, 'label.kk = "а"')
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "form.toml").write_text(definition, "utf-8")
    form = load_form("f", tmp_path)
    assert form.title == {"kk": "Ү", "ru": "Ү", "en": "Ү"}
    assert form.field("topic").label == {"kk": "а", "ru": "а", "en": "а"}
    shown = CliRunner().invoke(cli, ["forms", "show", "f", "--forms", str(tmp_path)]).output
    assert "\n  Ү\n  an act\n" in shown
    assert "topic              а\n" in shown


def test_show_tells_every_key_of_fields_and_places_as_it_was_written():
    def told(form):
        return CliRunner().invoke(cli, ["forms", "show", form]).output

    certificate = told("retraining-certificate")
    assert "a whole number, 1 – 9999\n" in certificate
    assert "blank “____”, min 1, max 9999, units сағ." in certificate
    assert "stack person, period, topic, course, head, date, below title, gap 15 mm, foot 9 mm, min-size 11 pt\n" in certificate
    assert "font bold 48pt, align centre, below organization, gap 15 mm, colour #14296b, capitals, heading\n" in certificate
    register = told("certificate-register")
    assert "column: heading “№ р/с”, text “{{ index }}”, width 14 mm, align centre\n" in register
    assert "heading-font bold 11pt" in register
    assert "unique iin, gathers (form trainee-list, take district – body, agree year)" in told("consolidated-trainee-list")
    assert "at-most retrained – due_retraining – staff, trained – due_training – staff" in told("coverage-report")


def test_show_tells_the_same_as_values():
    shown = json.loads(CliRunner().invoke(cli, ["forms", "show", "retraining-certificate", "--json"]).output)
    hours = next(field for field in shown["fields"] if field["name"] == "hours")
    assert (hours["min"], hours["max"], hours["blank"]) == (1, 9999, "____")
    title = next(place for place in shown["places"] if place["name"] == "title")
    assert title == {
        "name": "title", "clause": "4.3", "text": "СЕРТИФИКАТ", "font": "bold 48pt", "align": "centre", "below": "organization",
        "gap": "15mm", "colour": "#14296b", "capitals": True, "heading": True,
    }  # fmt: skip
