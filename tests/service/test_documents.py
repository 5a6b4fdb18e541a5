"""A record over HTTP becomes the document that the library makes of it, or problems in the language of the caller."""

from __future__ import annotations

import base64
import json

import pytest
from support.serving import CERTIFICATE, DOCUMENTS, record

import docgen

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(("media_type", "to"), [("application/pdf", "pdf"), (DOCX, "docx"), ("image/png", "png"), ("*/*", "pdf")])
def test_a_record_becomes_the_document_that_the_library_makes(service, media_type, to):
    answer = service.client.post(DOCUMENTS, json=record(), headers={"Accept": media_type})
    assert answer.status_code == 200, answer.text
    assert answer.content == docgen.render(CERTIFICATE, record(), to=to)
    assert answer.headers["content-disposition"] == f'inline; filename="{CERTIFICATE}.{to}"'


def test_json_holds_the_file_with_what_was_mended(service):
    mended = record(surname="Cейітқали")  # the first letter is Latin
    answer = service.client.post(DOCUMENTS, json=mended, headers={"Accept": "application/json"})
    found = answer.json()
    assert base64.b64decode(found["content"]) == docgen.render(CERTIFICATE, mended)
    assert [note["field"] for note in found["notes"]] == ["surname"]
    assert (found["pages"], found["number"]) == (1, "00417")
    as_file = service.client.post(DOCUMENTS, json=mended, headers={"Accept": "application/pdf"})
    assert as_file.headers["docgen-notes"] == "1"


def test_a_form_that_flows_and_a_blank_are_made_too(service):
    flowing = service.client.post("/v1/forms/work-standard/documents", json=record("work-standard"))
    assert flowing.content[:5] == b"%PDF-"
    blank = service.client.post(DOCUMENTS, params={"print": "blank"})
    assert blank.content == docgen.render(CERTIFICATE, print="blank")


@pytest.mark.parametrize(("media_type", "sign"), [("application/toml", " = "), ("application/yaml", ": ")])
def test_a_record_may_be_toml_or_yaml(service, media_type, sign):
    text = "\n".join(f"{name}{sign}{json.dumps(value, ensure_ascii=False)}" for name, value in record().items())
    answer = service.client.post(DOCUMENTS, content=text.encode(), headers={"Content-Type": media_type})
    assert answer.content == docgen.render(CERTIFICATE, record())


def test_the_press_gets_pdf_x(service):
    answer = service.client.post(DOCUMENTS, params={"for": "press", "bleed": "5"}, json=record())
    assert answer.status_code == 200, answer.text
    assert b"GTS_PDFX" in answer.content


def test_problems_have_place_message_and_hint_in_the_language_of_the_caller(service):
    wrong = record(surname="", hours=0, end="31.02.2026")
    answer = service.client.post(DOCUMENTS, json=wrong, headers={"Accept-Language": "de, ru;q=0.8, en;q=0.5"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert found["type"] == "urn:docgen:problem:several"
    assert {(each["field"], each["code"]) for each in found["problems"]} == {
        ("surname", "value-missing"), ("hours", "number-out-of-range"), ("end", "date-impossible"),
    }  # fmt: skip
    with docgen.language("ru"):
        said = {each.message for each in docgen.check(CERTIFICATE, [wrong])}
    assert {each["message"] for each in found["problems"]} == said
    kazakh = service.client.post(DOCUMENTS, json=record(surname=""), headers={"Accept-Language": "kk-KZ"}).json()
    assert kazakh["problems"][0]["message"] == "мән берілмеген"
    assert kazakh["type"] == "urn:docgen:problem:value-missing"


def test_a_check_lists_all_problems_and_makes_nothing(service):
    path = f"/v1/forms/{CERTIFICATE}/check"
    found = service.client.post(path, json=record(topic="Құқық " * 300)).json()
    assert not found["passed"]
    assert [each.code for each in docgen.check(CERTIFICATE, [record(topic="Құқық " * 300)])] == [
        each["code"] for each in found["problems"]
    ]
    assert service.client.post(path, json=record()).json()["passed"]
    table = service.client.post(path, json=[record(), record(surname="", number="00418", given_name="Айгүл")]).json()
    assert (table["records"], [each["row"] for each in table["problems"]]) == (2, [2])


WRONG = {
    "form-unknown": (lambda client: client.post("/v1/forms/no-form/documents", json={}), 404),
    "path-unknown": (lambda client: client.get("/v2"), 404),
    "method-unknown": (lambda client: client.put(DOCUMENTS), 405),
    "answer-not-offered": (lambda client: client.post(DOCUMENTS, json=record(), headers={"Accept": "text/html"}), 406),
    "body-not-offered": (lambda client: client.post(DOCUMENTS, content=b"x", headers={"Content-Type": "text/html"}), 415),
    "parameter-unknown": (lambda client: client.post(DOCUMENTS, params={"engine": "weasyprint"}, json=record()), 400),
    "parameter-wrong": (lambda client: client.post(DOCUMENTS, params={"print": "all"}, json=record()), 400),
    "record-missing": (lambda client: client.post(DOCUMENTS), 400),
    "record-damaged": (lambda client: client.post(DOCUMENTS, content=b"{", headers={"Content-Type": "application/json"}), 422),
    "record-large": (lambda client: client.post(DOCUMENTS, json={"rows": [{"a": 1}] * 20001}), 422),
    "too-large": (lambda client: client.post(DOCUMENTS, json={"surname": "x" * (5 << 20)}), 413),
    "host-unknown": (lambda client: client.post(DOCUMENTS, json=record(), headers={"Host": "evil.example"}), 421),
    "origin-foreign": (lambda client: client.post(DOCUMENTS, json=record(), headers={"Origin": "https://evil.example"}), 403),
    "page-unknown": (
        lambda client: client.post(DOCUMENTS, json=record(), params={"page": 7}, headers={"Accept": "image/png"}), 422,
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", WRONG)
def test_a_wrong_request_is_answered_with_what_is_wrong(service, code):
    call, status = WRONG[code]
    answer = call(service.client)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:docgen:problem:{code}"), answer.text
    [problem] = answer.json()["problems"]
    assert problem["message"]


def test_a_body_that_is_sent_in_pieces_is_bound_too(service):
    def pieces():
        for _piece in range(100):
            yield b" " * (64 << 10)

    answer = service.client.post(DOCUMENTS, content=pieces(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


def test_every_answer_tells_browsers_to_store_frame_and_guess_nothing(service):
    for answer in (service.client.get("/health"), service.client.get("/nowhere"), service.client.post(DOCUMENTS, json=record())):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-request-id"]
        assert "server" not in answer.headers


def test_a_page_of_this_service_may_call_it(service):
    answer = service.client.post(DOCUMENTS, json=record(), headers={"Origin": service.address, "Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 200


def test_the_log_has_each_request_under_its_id_and_nothing_of_the_record(service):
    answer = service.client.post(DOCUMENTS, json=record(surname="Құпияшев", hours=0), params={"on": "2026-02-06"})
    line = service.logged(answer.headers["x-request-id"])
    assert (line["what"], line["operation"], line["status"]) == ("request", "makeDocument", 422)
    service.client.get("/v1/Құпияшев")
    assert "Құпияшев" not in service.log_text()
    assert "%D2%9A" not in service.log_text()


def test_health_readiness_and_counters(service):
    assert service.client.get("/health").json() == {"state": "up"}
    assert service.client.get("/ready").json()["state"] == "ready"
    service.client.post(DOCUMENTS, json=record())
    text = service.client.get("/metrics").text
    assert 'docgen_requests_total{operation="makeDocument",status="200"}' in text
    assert "docgen_worker_deaths_total" in text
