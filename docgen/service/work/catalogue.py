"""The forms that the service has, and the record of each as JSON Schema."""

from __future__ import annotations

from datetime import date

from docgen.form import Form, form_ids, load_form
from docgen.messages import labelled
from docgen.service.calls import Answer, Call, json_answer
from docgen.service.schemas import record_schema

SCHEMA = "application/schema+json"


def list_forms(call: Call) -> Answer:
    """Return what each form is."""
    forms = [load_form(each, call.settings.forms) for each in form_ids(call.settings.forms)]
    return json_answer({"forms": [_facts(form) for form in forms]})


def show_form(call: Call) -> Answer:
    """Return the JSON Schema of a form's record."""
    on = date.fromisoformat(call.query["on"]) if "on" in call.query else None
    form = load_form(call.path["form"], call.settings.forms, on)
    return json_answer(record_schema(form), media_type=SCHEMA)


def describe(call: Call) -> Answer:
    """Return the OpenAPI document."""
    from docgen.service.openapi import description  # it is made of the table that names this function

    return json_answer(description(call.settings))


def _facts(form: Form) -> dict[str, object]:
    act = form.act
    return {
        "id": form.id,
        "title": labelled(form.title),
        "titles": dict(form.title),
        "layout": form.layout,
        "act": {"name": act.name, "edition": act.edition, "clause": act.clause, "deadline": act.deadline},
        "fixed": form.is_fixed,
        "numbered": form.lacks_for_numbers is None,
        "schema": f"/v1/forms/{form.id}",
    }
