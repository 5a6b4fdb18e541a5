"""What the command line's words become for callers of HTTP, who have no command line."""

from __future__ import annotations

import re

import pytest
from service.test_runs import RUNS, ended, key, people
from support.serving import CERTIFICATE, DOCUMENTS, record

import docgen
from docgen.errors import Problem
from docgen.service.operations import OPERATIONS
from docgen.service.wording import PARAMETERS, for_caller

ISSUE = f"/v1/register/{CERTIFICATE}/documents"
FOR_A_TERMINAL = re.compile(r"(?<![\w-])--[a-z]|\bdocgen [a-z]|DOCGEN_")
SAID = {
    "Leave --print out.": "Leave “print” out.",
    "Then add --allow-doubles.": "Then add “allow-doubles”.",
    "Say which row does: --heading-rows, or heading-rows in the job.":
        "Say which row does: “table.heading-rows”, or heading-rows in the job.",
    'Is it “Фамилия”? Then rename that, or give: --map "Фамилия=surname"':
        'Is it “Фамилия”? Then rename that, or give: columns: {"Фамилия": "surname"}',
    'Leave one out: --ignore "А" or --ignore "Б"': 'Leave one out: ignore: ["А"] or ignore: ["Б"]',
    "docgen register list retraining-certificate shows which it has.": "GET /v1/register/documents shows which it has.",
    "Declare the document void (docgen register void) and issue another one.":
        "Declare the document void (POST /v1/register/FORM/documents/NUMBER/void) and issue another one.",
    "Use: docgen batch retraining-certificate TABLE -o DIR": "Use: POST /v1/runs",
    "Start from: docgen forms sample FORM": "Start from: GET /v1/forms/FORM",
    "Check --forms and DOCGEN_FORMS.": "Ask who keeps the service.",
    "Start it again, then run the same batch with --resume.": "Ask who keeps the service.",
    "2026-01-12 – 2026-02-06 -- two days": "2026-01-12 – 2026-02-06 -- two days",
}  # fmt: skip


@pytest.mark.parametrize("hint", SAID)
def test_options_and_commands_become_keys_parameters_and_calls(hint):
    with docgen.language("en"):
        assert for_caller(Problem("code", "message", hint)).hint == SAID[hint]


def test_the_parameters_are_those_of_operations():
    assert set(PARAMETERS) <= {each.name for operation in OPERATIONS for each in operation.query}


@pytest.mark.parametrize("language", ["en", "kk", "ru"])
def test_no_answer_names_an_option_or_a_command(service, language):
    speaking = {"Accept-Language": language}
    issued = record(number=None, surname="Сөзбеков", organization="Сөз академиясы")
    service.client.post(ISSUE, json=issued, headers=key(f"w-{language}"))
    wrong = [
        service.client.post(DOCUMENTS, params={"for": "press"}, json=record(), headers=speaking | {"Accept": "image/png"}),
        service.client.post(DOCUMENTS, content=b"[1", headers=speaking | {"Content-Type": "application/json"}),
        service.client.post("/v1/forms/work-standard/documents", params={"print": "overprint"}, json=record("work-standard"),
                            headers=speaking),
        service.client.post(DOCUMENTS, params={"back": "true"}, json=record(), headers=speaking),
        service.client.get(f"{ISSUE}/99999", headers=speaking),
        service.client.post(ISSUE, json=issued | {"organization": "Сөз академияси"}, headers=speaking | key(f"n-{language}")),
    ]  # fmt: skip
    [row] = people(1, numbers=False)
    order = {"form": CERTIFICATE, "rows": [row, {**row, "rank": "полиция капитаны"}], "numbered": True}
    run = service.client.post(RUNS, json=order, headers=speaking | key(f"twice-{language}")).json()["id"]
    found = ended(service, run)
    assert found["state"] == "failed", found
    for answer in [*(each.json() for each in wrong if each.status_code >= 400), found["problem"]]:
        for problem in answer["problems"]:
            assert not FOR_A_TERMINAL.search(f"{problem['message']} {problem['hint']}"), problem
