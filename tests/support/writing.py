"""What tests hand to docgen: tables of records, rows of a form, Word documents."""

from __future__ import annotations

import dataclasses
import io
import json
from pathlib import Path

from docx import Document

from docgen.fields import Rows, WholeNumber
from docgen.form import load_form
from support.records import record_of


def table(path: Path, records: list[dict]) -> Path:
    """Write records as a JSON table; return its path."""
    path.write_text(json.dumps(records, ensure_ascii=False, default=str), encoding="utf-8")
    return path


def rows_of(form: str, count: int) -> list[dict]:
    """Return rows like those of the sample, those of a field that no two rows may share told apart."""
    field = load_form(form).field("rows")
    samples = field.sample
    rows = [dict(samples[number % len(samples)]) for number in range(count)]
    numbers = {each.name for each in field.fields if isinstance(each, WholeNumber)}
    return [
        row | {name: number if name in numbers else unlike(name, number) for name in field.unique if name in row}
        for number, row in enumerate(rows, 1)
    ]


def record_with_rows(form: str, count: int) -> dict[str, object]:
    """Return the form's sample with so many rows; where rows hold rows, the last one of the sample has them."""
    outer = next(field for field in load_form(form).fields if isinstance(field, Rows))
    inner = next((field for field in outer.fields if isinstance(field, Rows)), None)
    if inner is None:
        return record_of(form, rows=rows_of(form, count))
    *others, last = record_of(form)[outer.name]
    rows = [row for each in (*others, last) for row in each[inner.name]]
    return record_of(form, **{outer.name: [*others, last | {inner.name: [rows[at % len(rows)] for at in range(count)]}]})


def unlike(name: str, number: int) -> str:
    if name != "iin":
        return f"{name} {number}"
    digits = f"800101300{number:02}" if number < 100 else f"8001013{number:04}"
    weights = range(1, 12)
    check = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    return digits + str(check) if check < 10 else unlike(name, number + 1000)


def document(*paragraphs: str) -> Document:
    """Return a Word document of these paragraphs."""
    made = Document()
    for text in paragraphs:
        made.add_paragraph(text)
    return made


def saved(made: Document) -> bytes:
    """Return the file of a Word document."""
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def replace(thing, **values: object):
    """Return a page, a box or an item of a page with some values changed."""
    return thing._replace(**values) if isinstance(thing, tuple) else dataclasses.replace(thing, **values)
