"""Every form of rows with none, with one and with five hundred, of a record and of the sheet that a clerk fills, in both formats.

`make torture` does all of it; the normal suite one form with none and with one.
"""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdfium2 import PdfDocument
from support import processes
from support.calling import convert, run
from support.reading import docx_words, headings, pdf_words
from support.records import record_of
from support.torture import IS_FULL
from support.writing import rows_of

from docgen.fields import PlainText, Rows
from docgen.form import Form, form_ids, load_form

#: The forms that print rows; a register of none is refused by its definition.
FORMS = [form for form in form_ids() if any(isinstance(field, Rows) for field in load_form(form).fields)]
COUNTS = (0, 1, 500)
CASES = [(form, count) for form in FORMS for count in COUNTS if (form, count) != ("certificate-register", 0)]
#: Seconds of CPU that a report of five hundred rows may take, a hundred pages at the most; a page of a longer one.
LIMIT, LIMIT_OF_PAGE = 60.0, 0.5


@dataclass(frozen=True)
class Rendered:
    """What the command line made of a record, and the seconds that it took."""

    content: bytes
    cpu: float
    wall: float


def rows_field(form: Form) -> Rows:
    return next(field for field in form.fields if isinstance(field, Rows))


def distinct(fields, row: dict, number: int) -> dict:
    """Return a row that is no other's, nor the sample's: its name, or what it is about, has a number."""
    texts = [field.name for field in fields if isinstance(field, PlainText)]
    name = "surname" if "surname" in texts else texts[0]
    return row | {name: f"{row[name]}-{number}"}


def record(form: Form, count: int) -> dict:
    """Return the form's sample with so many rows of its own, and its first text changed, so that no row is the sample's."""
    own = next(field.name for field in form.fields if isinstance(field, PlainText))
    changed = record_of(form.id, **{own: f"{record_of(form.id)[own]} 2"})
    field = rows_field(form)
    inner = next((each for each in field.fields if isinstance(each, Rows)), None)
    if inner is None:
        rows = [distinct(field.fields, row, number) for number, row in enumerate(rows_of(form.id, count), 1)]
        return changed | {field.name: rows}
    sample = field.sample[0][inner.name]
    rows = [distinct(inner.fields, dict(sample[number % len(sample)]), number + 1) for number in range(count)]
    return changed | {field.name: [dict(field.sample[0]) | {inner.name: rows}] if rows else []}


def sheet(path: Path, form: Form, values: dict) -> Path:
    """Fill the form's sheet as a clerk does: its own fields, then the rows from the second line on, over the sample."""
    assert run("forms", "sheet", form.id, "-o", path).exit_code == 0
    book = load_workbook(path)
    first, second = book.worksheets[:2]
    own = [field for field in form.fields if not isinstance(field, Rows)]
    for column, field in enumerate(own, 1):
        if isinstance(field, PlainText) and not field.takes_list:
            first.cell(2, column).value = values.get(field.name)
    second.delete_rows(2, second.max_row)
    for line, row in enumerate(lines(rows_field(form), values), 2):
        for column, value in enumerate(row, 1):
            second.cell(line, column).value = value
    book.save(path)
    return path


def lines(field: Rows, values: dict) -> list[list]:
    """Return the rows as the lines of a sheet; an inner row begins with what its outer one has."""
    found = []
    for row in values[field.name]:
        own = [row.get(each.name) for each in field.fields if not isinstance(each, Rows)]
        inner = next((each for each in field.fields if isinstance(each, Rows)), None)
        found += [own + rest for rest in lines(inner, row)] if inner else [own]
    return found


def render(form: Form, source: Path, out: Path) -> Rendered:
    """Call the command line in a process of its own, and measure it."""
    begun = time.monotonic()
    command = [sys.executable, "-m", "docgen", "render", form.id, source, "-o", out]
    process = processes.start(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = status
    process.stderr.close()
    assert status == 0, errors.decode()
    return Rendered(out.read_bytes(), used.ru_utime + used.ru_stime, time.monotonic() - begun)


def in_libreoffice(path: Path, folder: Path) -> Path:
    """Return a Word document as LibreOffice saves what it opened."""
    convert([path], folder, "docx")
    return folder / path.name


@pytest.mark.office
@pytest.mark.parametrize(("form_id", "count"), CASES if IS_FULL else [("training-plan", 0), ("training-plan", 1)])
def test_any_number_of_rows_of_a_record_and_of_a_sheet(form_id, count, tmp_path):
    form = load_form(form_id)
    values = record(form, count)
    (tmp_path / "record.json").write_text(json.dumps(values, ensure_ascii=False, default=str), "utf-8")
    sources = [tmp_path / "record.json", sheet(tmp_path / "filled.xlsx", form, values)]
    rendered = {to: [render(form, source, tmp_path / f"out.{to}") for source in sources] for to in ("pdf", "docx")}
    for to, (of_record, of_sheet) in rendered.items():
        assert of_record.content == of_sheet.content, to
        print(f"\n{form_id} {count} {to}: " + ", ".join(f"{each.cpu:.1f} s CPU {each.wall:.1f} s" for each in rendered[to]))
    with PdfDocument(rendered["pdf"][0].content) as pdf:
        limit = max(LIMIT, len(pdf) * LIMIT_OF_PAGE)
    assert max(each.cpu for several in rendered.values() for each in several) < limit
    docx = rendered["docx"][0].content
    assert pdf_words(rendered["pdf"][0].content, headings(docx)) == docx_words(docx)
    assert_same_in_libreoffice(tmp_path / "out.docx", tmp_path / "office")


def assert_same_in_libreoffice(path: Path, folder: Path) -> None:
    folder.mkdir()
    opened = in_libreoffice(path, folder)
    counts = [[len(table.rows) for table in Document(each).tables] for each in (path, opened)]
    assert counts[0] == counts[1]
    assert docx_words(opened.read_bytes()) == docx_words(path.read_bytes())
