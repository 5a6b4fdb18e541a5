"""The record of a form as JSON Schema (draft 2020-12), with labels in three languages, the rule of each field and a sample."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from docgen.fields import Field
from docgen.form import Form
from docgen.messages import labelled
from docgen.record import sample_record

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def record_schema(form: Form) -> dict[str, object]:
    """Return the schema of a form's record, its words in the language spoken.

    It says what a record should hold. docgen reads more than that, such as 06.02.2026 for a date, and refuses what no schema can
    say: a day before another one, a text that does not fit on the page.
    """
    return {
        "$schema": DRAFT,
        "$id": f"urn:docgen:form:{form.key}",
        "title": labelled(form.title),
        "x-docgen-titles": dict(form.title),
        **object_schema(form.fields),
        "examples": [_plain(sample_record(form.fields))],
    }


def object_schema(fields: Iterable[Field], optional: Iterable[str] = ()) -> dict[str, object]:
    """Return the schema of an object with these fields; those of the names in `optional` may be left out besides."""
    fields, left_out = tuple(fields), set(optional)
    required = [field.name for field in fields if not field.optional and field.name not in left_out]
    return {
        "type": "object",
        "properties": {field.name: field_schema(field) for field in fields},
        "required": required,
        "additionalProperties": False,
    }


def field_schema(field: Field) -> dict[str, object]:
    """Return the schema of one field."""
    facts: dict[str, object] = {"title": labelled(field.label), "description": field.rule(), **field.schema()}
    if field.sample not in ("", None, []):
        facts["examples"] = [_plain(field.sample)]
    return facts | {"x-docgen-labels": dict(field.label)}


def _plain(value: object) -> object:
    """Return a value of a sample as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value
