"""The description of the interface as OpenAPI 3.1, made of the table of operations and of the forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from docgen.form import Form, form_ids, load_form
from docgen.service.calls import JSON, PROBLEM
from docgen.service.operations import OPERATIONS, ApiOperation, BodyRule, KeyUse
from docgen.service.schemas import DRAFT, record_schema
from docgen.service.settings import WorkSettings
from docgen.version import VERSION

TEXT: Mapping[str, object] = {"type": "string"}
FLAG: Mapping[str, object] = {"type": "boolean"}
COUNT: Mapping[str, object] = {"type": "integer", "minimum": 0}
OPTIONAL_COUNT: Mapping[str, object] = {"type": ["integer", "null"]}
#: The members of a problem, as `docgen.errors.Problem` writes them.
FINDING: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        **{name: TEXT for name in ("code", "message", "hint", "file", "sheet", "column", "field", "label", "value", "proposal")},
        "row": OPTIONAL_COUNT,
    },
    "required": ["code", "message", "hint", "field"],
}


def _list_of(name: str) -> dict[str, object]:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}


def _object(**members: Mapping[str, object]) -> dict[str, object]:
    return {"type": "object", "properties": dict(members), "required": list(members)}


#: What operations answer, by the names that the table of operations uses.
SCHEMAS: Mapping[str, Mapping[str, object]] = {
    "Finding": FINDING,
    "Findings": _object(records=COUNT, passed=FLAG, summary=TEXT, problems=_list_of("Finding"), notes=_list_of("Finding")),
    "Document": _object(
        media_type=TEXT, content={"type": "string", "contentEncoding": "base64"}, pages=OPTIONAL_COUNT, number=TEXT,
        notes=_list_of("Finding"),
    ),
    "Forms": _object(forms={"type": "array", "items": {"type": "object"}}),
    "Report": _object(form=TEXT, pages=COUNT, passed=FLAG, findings={"type": "array", "items": {"type": "object"}}),
    "Documents": _object(total=COUNT, first=COUNT, documents={"type": "array", "items": {"type": "object"}}),
    "Run": _object(id=TEXT, state=TEXT, done=COUNT, total=COUNT, asked=TEXT, name=TEXT, order={"type": "object"}),
    "Verified": _object(documents={"type": "array", "items": {"type": "object"}}),
    "State": _object(state=TEXT),
    "Problem": _object(type=TEXT, title=TEXT, status=COUNT, detail=TEXT, problems=_list_of("Finding")),
}  # fmt: skip


def description(settings: WorkSettings) -> dict[str, object]:
    """Return the OpenAPI document, its words in English, the labels of fields in the language spoken."""
    ids = form_ids(settings.forms)
    forms = [load_form(each, settings.forms) for each in ids]
    paths: dict[str, dict[str, object]] = {}
    for each in OPERATIONS:
        path = re.sub(r"\{(\w+):\w+\}", r"{\1}", each.path)
        paths.setdefault(path, {})[each.method.lower()] = _operation(each, ids)
    return {
        "openapi": "3.1.0",
        "info": {"title": "docgen", "version": VERSION, "summary": "Official documents of Kazakhstan, exact to the law."},
        "jsonSchemaDialect": DRAFT,
        "paths": paths,
        "components": {
            "schemas": {**SCHEMAS, **_records(forms)},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}, {}],
    }


def _records(forms: list[Form]) -> dict[str, object]:
    """Return the schema of each form's record, and of any."""
    named = {f"record-{form.id}": {**record_schema(form)} for form in forms}
    for schema in named.values():
        schema.pop("$schema")
        schema.pop("$id")
    return {**named, "Record": {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in named]}}


def _operation(each: ApiOperation, ids: list[str]) -> dict[str, object]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"enum": ids} if name == "form" else TEXT}
        for name in re.findall(r"\{(\w+)(?::\w+)?\}", each.path)
    ]
    parameters += [
        {"name": each.name, "in": "query", "required": each.is_required, "description": each.meaning, "schema": each.schema()}
        for each in each.query
    ]
    if each.key is not KeyUse.NONE:
        schema = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
        is_required = each.key is KeyUse.REQUIRED
        parameters.append({"name": "Idempotency-Key", "in": "header", "required": is_required, "schema": schema})
    found: dict[str, object] = {
        "operationId": each.name,
        "summary": each.summary,
        "parameters": parameters,
        "responses": {str(each.status): _answer(each), "default": _problem()},
    }
    if each.right is None:
        found["security"] = []
    else:
        found["description"] = f"Needs the right “{each.right.value}”."
    if each.body:
        found["requestBody"] = _body(each.body)
    return found


def _schema(schema: object) -> Mapping[str, object]:
    return {"$ref": f"#/components/schemas/{schema}"} if isinstance(schema, str) else schema  # type: ignore[return-value]


def _body(rule: BodyRule) -> dict[str, object]:
    content = {name: {"schema": _schema(rule.schema)} if name in (JSON, *_UPLOADED) else {} for name in rule.media_types}
    return {"required": not rule.is_optional, "content": content}


_UPLOADED = ("multipart/form-data", "application/pdf")


def _answer(each: ApiOperation) -> dict[str, object]:
    content = {name: {} if schema is None else {"schema": _schema(schema)} for name, schema in (each.answers or {}).items()}
    return {"description": "Done.", "content": content} if content else {"description": "Done."}


def _problem() -> dict[str, object]:
    return {"description": "It was refused, or failed.", "content": {PROBLEM: {"schema": _schema("Problem")}}}
