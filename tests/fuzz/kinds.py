"""Every kind of input: a sound file of it, how it is changed, and the calls of the command line that read it."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import openpyxl
from fuzz import mutate
from PIL import Image
from pypdf import PdfWriter
from support.calling import run
from support.places import ROOT
from support.records import record_of
from support.sheets import ods
from support.writing import document, saved

import docgen
from docgen.files import shipped

FORM = "retraining-certificate"
Calls = Callable[[Path, Random], list[list[object]]]


@dataclass(frozen=True)
class Kind:
    """One kind of input; `calls` writes what else is needed beside the file, and returns the command lines."""

    name: str
    file: str
    content: bytes
    change: mutate.Mutator
    calls: Calls

    def mutated(self, seed: int, number: int) -> bytes:
        return self.change(self.content, Random(f"{seed} {self.name} {number}"))


def table_calls(path: Path, chance: Random) -> list[list[object]]:
    ignore = ["--ignore", "*"] if chance.random() < 0.7 else []
    batch = ["batch", FORM, path, "-o", path.parent / "out", "--workers", 1, "--quiet", *ignore]
    return [
        ["check", FORM, path, *ignore],
        chance.choice([[*batch, "--skip-bad"], batch, ["check", FORM, path, "-o", path.parent / "copy.xlsx", *ignore]]),
    ]


def job_calls(path: Path, chance: Random) -> list[list[object]]:
    (path.parent / "t.json").write_text(json.dumps(_objects(), ensure_ascii=False), "utf-8")
    others = [
        ["proof", path, "-o", path.parent / "p.pdf", "--quiet"],
        ["batch", path, "-o", path.parent / "out", "--workers", 1, "--quiet"],
        ["register", "list", path],
        ["check", path, "--save-job", path.parent / "again.toml"],
    ]
    return [["check", path], chance.choice(others)]


def record_calls(path: Path, chance: Random) -> list[list[object]]:
    return [["render", FORM, path, "-o", path.parent / chance.choice(["o.pdf", "o.docx", "o.pdf"])]]


def flowing_record_calls(path: Path, chance: Random) -> list[list[object]]:
    return [["render", "training-request", path, "-o", path.parent / "o.docx"], ["check", "training-request", path]]


def template_calls(path: Path, _chance: Random) -> list[list[object]]:
    (path.parent / "data.json").write_text(json.dumps(DATA, ensure_ascii=False), "utf-8")
    return [["render", "--template", path, path.parent / "data.json", "-o", path.parent / "o.docx"]]


def data_calls(path: Path, _chance: Random) -> list[list[object]]:
    (path.parent / "t.docx").write_bytes(TEMPLATE)
    return [["render", "--template", path.parent / "t.docx", path, "-o", path.parent / "o.docx"]]


def form_calls(path: Path, chance: Random) -> list[list[object]]:
    """The changed definition takes the place of a copied form's own."""
    forms = path.parent / "forms"
    shutil.copytree(ROOT / "forms" / FORM, forms / FORM)
    shutil.copytree(ROOT / "forms" / "shared", forms / "shared")
    shutil.copy(path, forms / "shared" / "ministry-certificate.toml")
    (path.parent / "r.json").write_text(RECORD, "utf-8")
    render = ["render", FORM, path.parent / "r.json", "-o", path.parent / "o.pdf", "--forms", forms]
    return [
        ["forms", "show", FORM, "--forms", forms],
        chance.choice([render, ["forms", "sheet", FORM, "-o", path.parent / "s.xlsx", "--forms", forms]]),
    ]


def artwork_calls(path: Path, _chance: Random) -> list[list[object]]:
    (path.parent / "art").mkdir()
    shutil.copy(path, path.parent / "art" / f"state-emblem{path.suffix}")
    (path.parent / "r.json").write_text(RECORD, "utf-8")
    return [["render", FORM, path.parent / "r.json", "-o", path.parent / "o.pdf", "--artwork", path.parent / "art"]]


def pdf_calls(path: Path, chance: Random) -> list[list[object]]:
    (path.parent / "a.pdf").write_bytes(PLAIN)
    files = [path.parent / "a.pdf", path]
    chance.shuffle(files)
    return [
        ["merge", *files, "-o", path.parent / "m.pdf"],
        chance.choice([["preflight", path, "--form", FORM], ["image", path, "-o", path.parent / "x.png", "--dpi", 40]]),
    ]


def book_calls(path: Path, chance: Random) -> list[list[object]]:
    where = ["--register", path]
    (path.parent / "r.json").write_text(RECORD, "utf-8")
    others = [
        ["register", "list", *where],
        ["register", "show", FORM, "00002", *where],
        ["register", "export", "-o", path.parent / "e.csv", *where],
        ["register", "numbers", *where],
        ["register", "void", FORM, "00002", "--reason", "x", *where],
        ["register", "stock", *where],
        ["render", FORM, path.parent / "r.json", "-o", path.parent / "o.pdf", *where],
    ]
    return [["register", "verify", *where], chance.choice(others)]


def _rows() -> list[list[object]]:
    records = [record_of(FORM, number=f"{number:05d}") for number in range(1, 4)]
    names = list(records[0])
    return [names, *([str(record[name]) for name in names] for record in records)]


def _csv() -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";").writerows(_rows())
    return buffer.getvalue().encode()


def _xlsx() -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    for number, row in enumerate(_rows()):
        book.active.append(row)
        if number:
            book.active.cell(number + 1, row.index("144") + 1 if "144" in row else 1).value = 144
    book.active["A1"].comment = openpyxl.comments.Comment("ескерту", "а")
    book.save(buffer)
    return buffer.getvalue()


def _ods(folder: Path) -> bytes:
    return ods(folder / "seed.ods", _rows()).read_bytes()


def _objects() -> list[dict]:
    names, *rows = _rows()
    return [dict(zip(names, row, strict=True)) for row in rows]


def _toml() -> bytes:
    return run("forms", "sample", FORM, "-o", "-").stdout_bytes


def _yaml() -> bytes:
    lines = [f"{name}: {json.dumps(str(value), ensure_ascii=False)}" for name, value in record_of(FORM).items()]
    return "\n".join(lines).encode()


def _template() -> bytes:
    made = document(
        "{{ greeting }}, {{r note }}", "{%p for name in names %}", "{{ loop.index }}. {{ name | upper }}", "{%p endfor %}"
    )
    made.add_paragraph("{% if names %}бар{% else %}жоқ{% endif %} {{ number | default('x') }}")
    made.sections[0].header.paragraphs[0].text = "Бас {{ number }}"
    rows = made.add_table(3, 2).rows
    for row, cells in zip(rows, (("{%tr for r in rows %}", ""), ("{{ r.a }}", "{{ r.b }}"), ("{%tr endfor %}", "")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    return saved(made)


def _png() -> bytes:
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((420, 420)).convert("RGBA").save(buffer, "PNG")
    return buffer.getvalue()


def _blank_pdf() -> bytes:
    writer, buffer = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.add_outline_item(title="бет", page_number=0)
    writer.write(buffer)
    return buffer.getvalue()


def _book(folder: Path) -> bytes:
    path = folder / "seed.db"
    (folder / "t.json").write_text(json.dumps(_objects(), ensure_ascii=False), "utf-8")
    more = ["--register", path, "--allow-doubles", "--workers", 1, "--quiet"]
    call = ["batch", FORM, folder / "t.json", "-o", folder / "seed-out", *more]
    assert run(*call).exit_code == 0
    assert run("register", "void", FORM, "00001", "--reason", "x", "--register", path).exit_code == 0
    return path.read_bytes()


JOB = f"""version = 1
name = "Курс 12"
form = "{FORM}"
split = 2
print = "full"
each = "{{surname}}"

[table]
path = "t.json"

[columns]
"organization" = "organization"

[set]
hours = 144
issued = 2026-02-06

[register]
book = "book.db"
"""
DATA = {
    "greeting": "Құрметті әріптес",
    "note": {"rich": ["жай ", {"text": "қалың", "bold": True, "size": 20, "colour": "#14296b"}]},
    "names": ["Әсел", "Һамит"],
    "number": "00417",
    "rows": [{"a": "бір", "b": 1}, {"a": "екі", "b": 2}],
}
RECORD = json.dumps(record_of(FORM), default=str, ensure_ascii=False)
TEMPLATE = _template()
PLAIN = _blank_pdf()


def kinds(folder: Path) -> dict[str, Kind]:
    """Return every kind by its name; `folder` is for what is made on the way."""

    certificate = docgen.render(FORM, record_of(FORM), to="pdf")
    flowing = docgen.render("attendance-note", record_of("attendance-note"), to="pdf")
    plain = json.dumps(_objects(), ensure_ascii=False).encode()
    lines = "\n".join(json.dumps(each, ensure_ascii=False) for each in _objects()).encode()
    request = json.dumps(record_of("training-request"), default=str, ensure_ascii=False).encode()
    definition = (ROOT / "forms" / "shared" / "ministry-certificate.toml").read_bytes()
    emblem = (shipped("forms") / "artwork" / "state-emblem.svg").read_bytes()
    found = [
        Kind("csv", "t.csv", _csv(), mutate.of_text, table_calls),
        Kind("xlsx", "t.xlsx", _xlsx(), mutate.of_package, table_calls),
        Kind("ods", "t.ods", _ods(folder), mutate.of_package, table_calls),
        Kind("json", "t.json", plain, mutate.of_json, table_calls),
        Kind("jsonl", "t.jsonl", lines, mutate.of_json, table_calls),
        Kind("record", "r.json", RECORD.encode(), mutate.of_json, record_calls),
        Kind("rows", "rows.json", request, mutate.of_json, flowing_record_calls),
        Kind("toml", "r.toml", _toml(), mutate.of_text, record_calls),
        Kind("yaml", "r.yaml", _yaml(), mutate.of_text, record_calls),
        Kind("template", "t.docx", TEMPLATE, mutate.of_package, template_calls),
        Kind("data", "d.json", json.dumps(DATA, ensure_ascii=False).encode(), mutate.of_json, data_calls),
        Kind("job", "j.toml", JOB.encode(), mutate.of_text, job_calls),
        Kind("form", "f.toml", definition, mutate.of_text, form_calls),
        Kind("svg", "x.svg", emblem, mutate.of_xml, artwork_calls),
        Kind("png", "x.png", _png(), mutate.of_bytes, artwork_calls),
        Kind("pdf-artwork", "x.pdf", PLAIN, mutate.of_bytes, artwork_calls),
        Kind("pdf", "b.pdf", certificate, mutate.of_bytes, pdf_calls),
        Kind("flowing-pdf", "b.pdf", flowing, mutate.of_bytes, pdf_calls),
        Kind("book", "book.db", _book(folder), mutate.of_database, book_calls),
    ]
    return {kind.name: kind for kind in found}
