"""The forms and the interface describe themselves: JSON Schema and OpenAPI, which other libraries read."""

from __future__ import annotations

import pytest
from support.serving import CERTIFICATE, record

import docgen
from docgen.record import sample_record


def test_the_forms_are_listed_with_their_titles_and_acts(service):
    found = {each["id"]: each for each in service.client.get("/v1/forms", headers={"Accept-Language": "kk"}).json()["forms"]}
    assert sorted(found) == docgen.form_ids()
    form = docgen.load_form(CERTIFICATE)
    assert found[CERTIFICATE]["title"] == form.title["kk"]
    assert found[CERTIFICATE]["act"]["name"] == form.act.name
    assert (found[CERTIFICATE]["numbered"], found["work-standard"]["fixed"]) == (True, False)


def test_the_schema_of_a_form_has_its_fields_labels_in_three_languages_and_the_sample(service):
    answer = service.client.get(f"/v1/forms/{CERTIFICATE}")
    assert answer.headers["content-type"] == "application/schema+json"
    schema = answer.json()
    form = docgen.load_form(CERTIFICATE)
    assert list(schema["properties"]) == [field.name for field in form.fields]
    assert schema["required"] == [field.name for field in form.fields if not field.optional]
    assert schema["additionalProperties"] is False
    surname = schema["properties"]["surname"]
    assert surname["x-docgen-labels"] == dict(form.field("surname").label)
    assert schema["properties"]["issued"]["format"] == "date"
    assert schema["properties"]["hours"]["minimum"] == form.field("hours").min
    assert schema["examples"] == [record()]


@pytest.mark.parametrize("form", docgen.form_ids())
def test_the_sample_of_every_form_keeps_to_its_own_schema(service, form):
    schema = service.client.get(f"/v1/forms/{form}").json()
    assert _mistakes(schema, schema["examples"][0]) == []
    assert len(schema["examples"][0]) == len(sample_record(docgen.load_form(form).fields))


def _mistakes(schema: dict, value: object, at: str = "") -> list[str]:
    """Return where a value breaks the few keywords that our schemas use (JSON Schema 2020-12, validation 6)."""
    kinds = {"string": str, "integer": int, "object": dict, "array": list}
    if "enum" in schema:
        return [] if value in schema["enum"] else [at]
    if not isinstance(value, kinds[schema["type"]]):
        return [f"{at}: {value!r} is no {schema['type']}"]
    if schema["type"] == "object":
        wrong = [f"{at}: {name}" for name in schema["required"] if name not in value]
        wrong += [f"{at}: {name} is unknown" for name in value if name not in schema["properties"]]
        inner = ((schema["properties"].get(name, {"enum": []}), value[name], name) for name in value)
        return wrong + [each for parts in inner for each in _mistakes(*parts)]
    if schema["type"] == "array":
        return [each for item in value for each in _mistakes(schema["items"], item, f"{at}[]")]
    if schema["type"] == "integer":
        return [] if schema["minimum"] <= value <= schema["maximum"] else [at]
    return []


def test_every_operation_is_described_and_each_path_answers(service):
    described = service.client.get("/v1/openapi.json").json()
    assert described["openapi"] == "3.1.0"
    paths = described["paths"]
    assert {"/v1/forms/{form}/documents", "/v1/preflight", "/v1/merge", "/health"} <= paths.keys()
    for operations in paths.values():
        for operation in operations.values():
            assert operation["operationId"]
            assert "default" in operation["responses"]
    references = set(_references(described))
    assert references <= {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}


def _references(value: object):
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)
