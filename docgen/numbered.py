"""A document with a number of the register: painted with the number that is expected, issued, written, noted as printed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from docgen.form import Form
from docgen.inputs.sample_rows import SampleRows, refuse_sample
from docgen.messages import _
from docgen.record import Record, read_record, sample_record
from docgen.register import Request, open_register
from docgen.register.issuing import check_numbered
from docgen.inputs.journal import journal_fields, read_unprinted
from docgen.register.values import canonical, digest

JOB = "render"


def print_numbered(
    where: str, form: Form, raw: Mapping[str, object], forms: Path | None,
    paint: Callable[[Record], bytes], write: Callable[[bytes], None],
) -> Record:  # fmt: skip
    """Issue a record, paint and write it; return it with its number, which is told once it is safe in the register.

    No lock is held while painting. The same record again has the same number.
    """
    check_numbered(form)
    refuse_sample(SampleRows(form.fields, [sample_record(form.fields)]), [raw])
    beside = journal_fields(form, forms)
    unprinted = read_unprinted(beside, raw)
    raw = {name: value for name, value in raw.items() if name not in {field.name for field in beside}}
    with open_register(where) as register:
        draft = read_record(form, raw if raw.get("number") else raw | {"number": "0"})
        values = {name: value for name, value in draft.values.items() if name != "number" or raw.get("number")}
        request = Request(digest(canonical(values), canonical(unprinted)), values, unprinted)
        [expected] = register.expect(form, [request], JOB)
        record = read_record(form, raw | {"number": expected})
        content = paint(record)
        [number] = register.issue(form, [request], JOB, once=True)
        if number != expected:
            record = read_record(form, raw | {"number": number})
            content = paint(record)
        write(content)
        register.printed(form, JOB, {request.key: hashlib.sha256(content).hexdigest()})
    click.echo(_("number {number} of {name}", number=number, name=register.name), err=True)
    return record
