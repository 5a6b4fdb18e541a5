"""A Word template without a form, filled with plain data: what docxtpl can do, within bounds, and mistakes with their place."""

from __future__ import annotations

import io
import json
import os
import threading
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Mm
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from support.calling import convert, run
from support.reading import words
from support.writing import document, saved

from docgen.errors import DataError, FormError
from docgen.paint.docx import package
from docgen.paint.docx.package import read_parts
from docgen.paint.docx.templates import fill_template
from docgen.paint.info import template_info
from docgen.templating import bounds
from docgen.templating.templates import markup_environment

INFO = template_info("хат")
PICTURE_PART = "word/media/"


def render(folder: Path, template: Document | bytes, data: dict, *, name: str = "out.docx"):
    """Run the command in `folder`; return its result and the document that it made."""
    (folder / "letter.docx").write_bytes(template if isinstance(template, bytes) else saved(template))
    (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    result = run("render", "--template", folder / "letter.docx", folder / "data.json", "-o", folder / name)
    assert (folder / name).exists() == (result.exit_code == 0)
    return result, Document(folder / name) if result.exit_code == 0 else None


def filled(template: Document, **values: object) -> Document:
    return Document(io.BytesIO(fill_template(saved(template), values, INFO, name="letter.docx")))


# ---- what a template may hold


@pytest.mark.office
def test_a_letter_with_everything_comes_out_whole_in_libreoffice(tmp_path):
    draft = document("{{ greeting }}, {{r note }}", "{%p for name in names %}", "{{ loop.index }}. {{ name }}", "{%p endfor %}")
    draft.add_paragraph("{% if names %}бар{% else %}жоқ{% endif %} {{ photo }}")
    draft.sections[0].header.paragraphs[0].text = "Бас {{ number }} {{ photo }}"
    draft.sections[0].footer.paragraphs[0].text = "Аяқ {{ number }}"
    rows = draft.add_table(3, 2).rows
    for row, cells in zip(rows, (("{%tr for r in rows %}", ""), ("{{ r.a }}", "{{ r.b }}"), ("{%tr endfor %}", "")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    Image.new("RGB", (40, 20), "#c01020").save(tmp_path / "photo.png")
    data = {
        "greeting": "Құрметті әріптес",
        "note": {"rich": ["жай ", {"text": "қалың", "bold": True, "size": 20, "colour": "#14296b"}]},
        "names": ["Әсел", "Һамит"],
        "number": "00417",
        "photo": {"picture": "photo.png", "width": "30mm"},
        "rows": [{"a": "бір", "b": 1}, {"a": "екі", "b": 2}],
    }
    result, out = render(tmp_path, draft, data)
    assert result.exit_code == 0, result.output
    assert [(shape.width, shape.height) for shape in out.inline_shapes] == [(Mm(30), Mm(15))]
    bold = next(run for run in out.paragraphs[0].runs if run.text == "қалың")
    assert (bold.bold, bold.font.size.pt, str(bold.font.color.rgb)) == (True, 20, "14296B")
    convert(sorted(tmp_path.glob("*.docx")), tmp_path)
    pdf = words((tmp_path / "out.pdf").read_bytes())
    for part in ("Бас 00417", "Құрметті әріптес, жай қалың", "1. Әсел 2. Һамит бар", "бір 1 екі 2", "Аяқ 00417"):
        assert part in pdf


def test_a_loop_over_columns_widens_the_table(tmp_path):
    draft = document()
    cells = draft.add_table(2, 3).rows[0].cells
    for cell, text in zip(cells, ("{%tc for c in columns %}", "{{ c }}", "{%tc endfor %}"), strict=True):
        cell.text = text
    draft.tables[0].rows[1].cells[0].text = "астында"
    _result, out = render(tmp_path, draft, {"columns": list("абвг")})
    assert [cell.text for cell in out.tables[0].rows[0].cells] == list("абвг")


def test_cells_take_a_span_a_colour_and_one_text_for_many_rows(tmp_path):
    draft = document()
    rows = draft.add_table(4, 2).rows
    texts = ("{% colspan 2 %}{% cellbg colour %}{{ x }}", "{%tr for a in rows %}", "{% vm %}{{ x }}", "{%tr endfor %}")
    for row, text in zip(rows, texts, strict=True):
        row.cells[0].text = text
    rows[0]._tr.remove(rows[0].cells[1]._tc)
    rows[2].cells[1].text = "{{ a }}"
    _result, out = render(tmp_path, draft, {"x": "ә", "colour": "FFEE00", "rows": [1, 2]})
    xml = out.tables[0]._tbl.xml
    assert ('gridSpan w:val="2"' in xml, 'w:fill="FFEE00"' in xml) == (True, True)
    assert [cell.text for cell in out.tables[0].columns[1].cells] == ["ә", "1", "2"]
    assert xml.count("<w:vMerge") == 2


def test_quotes_that_word_has_curled_are_straight_in_a_tag(tmp_path):
    template = document("{{ “а” ~ x | default(‘б’) }} “сөз”")
    assert render(tmp_path, template, {"x": "ә"})[1].paragraphs[0].text == "аә “сөз”"


def test_a_tag_that_word_has_parted_into_runs_is_one_tag(tmp_path):
    draft = document()
    paragraph = draft.add_paragraph()
    for piece in ("{", "{ na", "me }", "}"):
        paragraph.add_run(piece).bold = piece != "{ na"
    assert render(tmp_path, draft, {"name": "Әсел"})[1].paragraphs[0].text == "Әсел"


def test_the_same_picture_twice_is_stored_once_and_each_part_knows_it(tmp_path):
    draft = document("{{ photo }}{{ photo }}")
    draft.sections[0].footer.paragraphs[0].text = "{{ photo | picture('10mm') if photo is string else photo }}"
    Image.new("L", (8, 8)).save(tmp_path / "a.jpg")
    _result, out = render(tmp_path, draft, {"photo": {"picture": "a.jpg", "height": "10mm"}})
    assert len(out.inline_shapes) == 2
    parts = read_parts((tmp_path / "out.docx").read_bytes())
    assert len([name for name in parts if name.startswith(PICTURE_PART)]) == 1
    assert b"image" in parts["word/_rels/document.xml.rels"]
    assert b"image" in next(content for name, content in parts.items() if "_rels/footer" in name)


def test_a_picture_is_as_large_as_it_says_itself_and_no_wider_than_the_page(tmp_path):
    Image.new("L", (300, 150)).save(tmp_path / "a.png", dpi=(300, 300))
    Image.new("L", (9000, 10)).save(tmp_path / "b.png")
    draft = document("{{ a }}", "{{ b }}", "{{ name | picture(width='20mm') }}")
    data = {"a": {"picture": "a.png"}, "b": {"picture": "b.png"}, "name": "a.png"}
    _result, out = render(tmp_path, draft, data)
    widths = [shape.width.mm for shape in out.inline_shapes]
    assert widths == pytest.approx([25.4, 165, 20], abs=0.01)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(st.sampled_from("аә {}%<>&\"'\t"), min_size=1, max_size=10), min_size=1, max_size=4))
def test_rich_text_comes_back_as_typed(pieces):
    rich = [{"text": piece, "italic": True} if number % 2 else piece for number, piece in enumerate(pieces)]
    out = filled(document("[{{r note }}]"), note={"rich": rich})
    assert out.paragraphs[0].text == f"[{''.join(pieces)}]"


# ---- what is refused


def outside(folder: Path) -> str:
    Image.new("L", (9, 9)).save(folder.parent / "outside.png")
    os.symlink(folder.parent / "outside.png", folder / "link.png")
    return "link.png"


@pytest.mark.parametrize("name", ["../outside.png", "/etc/passwd", "a/b.png", "none.png", "", "..", "x\0.png", "link"])
def test_a_picture_is_a_file_in_the_folder_of_the_data_alone(tmp_path, name):
    folder = tmp_path / "in"
    folder.mkdir()
    link = outside(folder)
    result, _none = render(folder, document("{{ photo }}"), {"photo": {"picture": link if name == "link" else name}})
    assert (result.exit_code, (folder / "out.docx").exists()) == ((0, True) if name == "" else (1, False))


def test_data_from_standard_input_has_no_pictures():
    with pytest.raises(DataError, match="no folder to take the picture"):
        filled(document("{{ photo }}"), photo={"picture": "a.png"})


@pytest.mark.parametrize(
    ("content", "expected"),
    [(content, "cannot be used") for content in (b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n")],
)
def test_what_is_no_picture_is_refused_by_its_name(tmp_path, content, expected):
    (tmp_path / "a.png").write_bytes(content)
    result, _none = render(tmp_path, document("{{ photo }}"), {"photo": {"picture": "a.png"}})
    assert result.exit_code == 1
    assert expected in result.output
    assert "a.png" in result.output


@pytest.mark.parametrize("size", ["30", "0mm", "-3mm", "3km", "99999mm", 30, ["30mm"]])
def test_a_size_that_is_none_is_refused(tmp_path, size):
    Image.new("L", (9, 9)).save(tmp_path / "a.png")
    result, _none = render(tmp_path, document("{{ photo }}"), {"photo": {"picture": "a.png", "width": size}})
    assert result.exit_code == 1
    assert "is no size of a picture" in result.output


@pytest.mark.parametrize(
    "piece",
    [
        *(7, None, {"text": 1}, {"bold": True}, {"text": "a", "style": "x"}),
        *({"text": "a", "colour": '"/><w:t>'}, {"text": "a", "size": "9"}, {"text": "a", "size": 10**9}),
    ],
)
def test_a_piece_of_rich_text_that_is_none_is_refused(piece):
    with pytest.raises(DataError, match="no piece of rich text"):
        filled(document("{{r note }}"), note={"rich": [piece]})


@pytest.mark.parametrize("sign", ["\x01", "\x07", "\x0c", "\ufdd0", "\ufffe", "\ud800"])
def test_a_sign_that_no_document_holds_is_refused_in_rich_text_too(sign):
    """docxtpl would make a new paragraph of U+0007 and a new page of U+000C."""
    with pytest.raises(DataError, match=f"U\\+{ord(sign):04X}"):
        filled(document("{{r note }}"), note={"rich": [f"а{sign}б"]})


def test_rich_text_in_a_plain_tag_is_refused():
    with pytest.raises(FormError, match=r"\{\{r note \}\}"):
        filled(document("Ескерту: {{ note }}"), note={"rich": ["а"]})


@pytest.mark.parametrize("value", [{"a": 1}, {"picture": "a", "x": 1}, {"rich": [], "x": 1}, [1, 2], {"subdoc": "b.docx"}])
def test_a_table_of_values_is_no_text(value):
    """No data can bring another document in."""
    with pytest.raises(FormError, match="cannot be printed"):
        filled(document("{{ value }}"), value=value)


# ---- mistakes are reported with their place


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("Кімге: {{ name }}", ["there is no value for “name”", "Кімге: {{ name }}"]),
        ("Кімге: {{ row.name }}", ["a row has no “name”", "Кімге: {{ row.name }}"]),
        ("{% for x in nothing %}{{ x }}{% endfor %}", ["there is no value for “nothing”", "for x in nothing"]),
        ("Кімге: {{ row", ["begins with {{ does not end with }}", "Кімге: {{ row"]),
        ("Кімге: {% if row", ["begins with {% does not end with %}", "Кімге: {% if row"]),
        ("Кімге: {# if row", ["begins with {# does not end with #}"]),
        ("{% if row %}бар", ["this is no template", "endif"]),
        ("{% endfor %}", ["this is no template", "endfor", "It is near"]),
        ("Күні: {{ row | nofilter }}", ["nofilter", "Күні: "]),
        ("{{ 1 / 0 }}", ["division by zero", "It is near: {{ 1 / 0 }}"]),
    ],
)
def test_a_mistake_names_the_tag_and_its_place(tmp_path, tag, expected):
    result, _none = render(tmp_path, document("бірінші", tag, "соңғы {{ row.a }}"), {"row": {"a": "б"}})
    assert result.exit_code == 3
    for part in ["letter.docx", *expected]:
        assert part in result.output


def test_a_mistake_in_a_table_or_header_is_reported_too(tmp_path):
    draft = document("x")
    draft.add_table(1, 1).rows[0].cells[0].text = "Ұяшық {{ name }}"
    assert "Ұяшық {{ name }}" in render(tmp_path, draft, {})[0].output
    draft = document("x")
    draft.sections[0].header.paragraphs[0].text = "Бас {{ name }}"
    assert "Бас {{ name }}" in render(tmp_path, draft, {})[0].output


# ---- a template ends

NESTED = "".join(f"{{% for {name} in rows %}}" for name in "abcd") + "x" + "{% endfor %}" * 4
CALL = "{% call f(n - 1) %}{% endcall %}"
ENDLESS = [
    NESTED,
    "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
    "{% for a in rows recursive %}{% if loop.depth < 60 %}{{ loop(rows) }}{% endif %}{% endfor %}",
    "{% macro f(n) %}{% if n %}" + CALL * 2 + "{% endif %}{{ caller() if caller is defined }}{% endmacro %}{{ f(60) }}",
    "{% set x = rows | join %}" + "{% set x = x ~ x %}" * 60,
    "{% set x = rows | join %}" + "{% set x = x + x %}" * 60,
    "{% set x = rows | join %}" + "{% set x = x | replace('а', x) %}" * 9,
    "{% set x = rows | join %}" + "{% set x = rows | join(x) %}" * 9,
    "{% set x = rows %}" + "{% set x = x + x %}" * 60,
    "{% set x = rows | join %}{{ x.join(rows) }}",
]


@pytest.mark.slow
@pytest.mark.parametrize("source", ENDLESS)
def test_a_template_that_would_not_end_is_stopped(monkeypatch, source):
    monkeypatch.setattr(bounds, "TURNS", 20_000)
    with pytest.raises(FormError, match=r"the template cannot be filled: .*(turn more than|too large|unsafe)"):
        filled(document("{{ rows | length }}", source), rows=["а"] * 100)


def test_the_place_of_endless_loops_is_reported(monkeypatch):
    monkeypatch.setattr(bounds, "TURNS", 1000)
    with pytest.raises(FormError, match=r"turn more than 1,000 times\n.*It is near: \{% for a in rows"):
        filled(document("бірінші", NESTED), rows=["а"] * 100)


def test_it_ends_in_its_time_however_heavy_a_turn_is(monkeypatch):
    monkeypatch.setattr(bounds, "SECONDS", 0.2)
    source = "{% for a in rows %}{% for b in rows %}{% set c = rows | sort | unique | list %}{% endfor %}{% endfor %}"
    with pytest.raises(FormError, match="takes longer than"):
        filled(document(source), rows=list(range(2000)))


MACRO = "{% macro f() %}" + "у" * 300 + "{% endmacro %}"


@pytest.mark.parametrize("source", ["{% for a in rows %}{{ a }}{% endfor %}", MACRO + "{% for a in rows %}{{ f() }}{% endfor %}"])
def test_what_is_printed_is_bounded(monkeypatch, source):
    monkeypatch.setattr(bounds, "LETTERS", 10_000)
    with pytest.raises(FormError, match="prints more than 10,000 letters"):
        filled(document(source), rows=["х" * 200] * 100)


PRINTING = "{% for a in rows %}{{ a }}{% endfor %}"
GROWING = [
    "{% set x %}" + PRINTING + "{% endset %}",
    "{% set x %}{% set y %}" + PRINTING + "{% endset %}{% endset %}",
    "{% set x %}" + "х" * 1000 + "{% for a in rows %}" + "у" * 1000 + "{% endfor %}{% endset %}",
    "{% macro f() %}" + PRINTING + "{% endmacro %}{% set x = f() %}",
    "{% macro f() %}{{ caller() }}{% endmacro %}{% set x %}{% call f() %}" + PRINTING + "{% endcall %}{% endset %}",
]


@pytest.mark.parametrize("source", GROWING)
def test_what_is_assigned_to_a_name_is_bounded_like_all_output(source):
    with pytest.raises(FormError, match="is too large"):
        filled(document(source), rows=["х" * 1000] * 2000)


def test_what_is_assigned_in_a_loop_counts_each_time():
    source = "{% for a in rows %}{% set x %}{{ a }}!{% endset %}{% if loop.last %}{{ x }}{% endif %}{% endfor %}"
    assert filled(document(source), rows=["х" * 1000] * 2000).paragraphs[0].text == "х" * 1000 + "!"


def test_an_honest_long_table_is_filled():
    draft = document()
    rows = draft.add_table(3, 1).rows
    for row, text in zip(rows, ("{%tr for each in rows %}", "{{ each }}", "{%tr endfor %}"), strict=True):
        row.cells[0].text = text
    out = filled(draft, rows=[f"{number}" for number in range(3000)])
    assert len(out.tables[0]._tbl.tr_lst) == 3000


def test_threads_do_not_share_what_they_may_take(monkeypatch):
    monkeypatch.setattr(bounds, "TURNS", 1500)
    template = markup_environment().from_string("{% for a in rows %}{{ a }}{% endfor %}")
    lengths: list[int] = []
    threads = [threading.Thread(target=lambda: lengths.append(len(template.render(rows=["б"] * 1000)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lengths == [1000] * 8


def test_a_part_that_is_too_large_to_be_a_document_s_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(package, "XML_LIMIT", 1 << 10)
    result, _made = render(tmp_path, document("{{ name }}"), {"name": "Ким"})
    assert result.exit_code == 3
    assert "larger than 0 MB" in result.output  # 1,024 bytes in whole megabytes


def test_a_paragraph_of_too_many_tags_is_refused_and_one_tag_fewer_is_filled(tmp_path):
    result, _made = render(tmp_path, document("{{ a }}" * 1001), {"a": "б"})
    assert (result.exit_code, "a paragraph has 1001 tags; 1000 can be filled" in result.output) == (3, True)
    _result, made = render(tmp_path, document("{{ a }}" * 1000), {"a": "б"})
    assert made.paragraphs[0].text == "б" * 1000
