"""The register over HTTP: one key is one number and one document, whatever breaks in between; and the book says the same."""

from __future__ import annotations

import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import httpx
import pytest
from support.calling import run
from support.reading import words
from support.serving import CERTIFICATE, DOCUMENTS, record, served

from docgen.issuing import IssueOrder, issue_each
from docgen.register import Filter, open_register

ISSUE = f"/v1/register/{CERTIFICATE}/documents"


def person(number, **changes):
    """Return the record of another person, without a number."""
    return record(number=None, surname=f"Әлиева{'абвгдежзик'[number % 10] * (1 + number // 10)}", **changes)


def keyed(key, **headers):
    return {"Idempotency-Key": key, **headers}


@pytest.fixture
def book(tmp_path, register_at):
    """A service with a register of its own, and where that is."""
    with served(tmp_path, "--workers", 2, "--register", register_at) as serving:
        yield serving, register_at


@pytest.mark.slow
def test_a_document_is_issued_and_the_same_key_gives_the_same_bytes_after_a_restart_too(tmp_path, register_at):
    with served(tmp_path, "--workers", 1, "--register", register_at) as serving:
        first = serving.client.post(ISSUE, json=person(1), headers=keyed("8e03978e-40d5-43dd-bc93-6894a57f9324"))
        assert (first.status_code, first.headers["docgen-number"]) == (201, "00001"), first.text
        assert "00001" in words(first.content)
        again = serving.client.post(ISSUE, json=person(1), headers=keyed('"8e03978e-40d5-43dd-bc93-6894a57f9324"'))
        assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")
        other = serving.client.post(ISSUE, json=person(2), headers=keyed("second"))
        assert other.headers["docgen-number"] == "00002"
    with served(tmp_path, "--workers", 1, "--register", register_at) as serving:
        later = serving.client.post(ISSUE, json=person(1), headers=keyed("8e03978e-40d5-43dd-bc93-6894a57f9324"))
        assert later.content == first.content
        assert serving.client.get("/v1/register/documents").json()["total"] == 2
    with open_register(register_at) as register:
        assert register.verify().problems == []
        [one] = register.documents(Filter(number="00001"))
        assert one.state == "printed"


@pytest.mark.slow
def test_what_a_key_does_not_allow_is_refused(book):
    serving, _where = book
    assert serving.client.post(ISSUE, json=person(1), headers=keyed("a")).status_code == 201
    other = serving.client.post(ISSUE, json=person(2), headers=keyed("a"))
    assert (other.status_code, other.json()["type"]) == (422, "urn:docgen:problem:key-of-another")
    missing = serving.client.post(ISSUE, json=person(3))
    assert (missing.status_code, missing.json()["type"]) == (400, "urn:docgen:problem:idempotency-key-missing")
    for wrong in ('"', "a b", "x" * 256, "a,b"):
        answer = serving.client.post(ISSUE, json=person(3), headers=keyed(wrong))
        assert (answer.status_code, answer.json()["type"]) == (400, "urn:docgen:problem:idempotency-key-wrong")
    assert serving.client.get("/v1/register/documents").json()["total"] == 1


@pytest.mark.slow
def test_a_request_under_way_is_not_begun_twice(book):
    serving, _where = book

    def call(_number):
        return httpx.post(serving.address + ISSUE, json=person(1), headers=keyed("one"), timeout=60, trust_env=False)

    with ThreadPoolExecutor(12) as callers:
        answers = list(callers.map(call, range(12)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert {answer.json()["type"] for answer in answers if answer.status_code == 409} <= {"urn:docgen:problem:key-in-use"}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert serving.client.get("/v1/register/documents").json()["total"] == 1


@pytest.mark.slow
def test_many_callers_get_numbers_without_gap_and_what_is_wrong_refuses_itself_alone(book):
    serving, where = book

    def call(number):
        wrong = {"hours": 0} if number % 10 == 3 else {}
        headers = keyed(f"key-{number}", **{"Docgen-Clerk": f"clerk%20{number % 3}"})
        return httpx.post(serving.address + ISSUE, json=person(number, **wrong), headers=headers, timeout=120, trust_env=False)

    with ThreadPoolExecutor(10) as callers:
        answers = list(callers.map(call, range(60)))
    good = [answer for number, answer in enumerate(answers) if number % 10 != 3]
    assert {answer.status_code for answer in answers} == {201, 422}
    assert sorted(answer.headers["docgen-number"] for answer in good) == [f"{number:05d}" for number in range(1, 55)]
    assert all(answer.headers["docgen-number"] in words(answer.content) for answer in good)
    with open_register(where) as register:
        assert register.verify().problems == []
        found = register.documents(Filter())
        assert {each.clerk.partition(" (")[0] for each in found} == {"clerk 0", "clerk 1", "clerk 2"}
        assert {each.state for each in found} == {"printed"}


@pytest.mark.slow
def test_killed_at_any_moment_nothing_is_lost_doubled_or_given_to_another(tmp_path, register_at):
    answered: dict[int, bytes] = {}

    def call(serving, number):
        for _try in range(60):
            with suppress(httpx.HTTPError):
                answer = httpx.post(
                    f"http://127.0.0.1:{serving['port']}{ISSUE}", json=person(number), headers=keyed(f"key-{number}"),
                    timeout=30, trust_env=False,
                )  # fmt: skip
                if answer.status_code == 201:
                    assert answered.setdefault(number, answer.content) == answer.content
                    return
            time.sleep(0.5)
        raise AssertionError(number)

    where: dict[str, int] = {}
    with ThreadPoolExecutor(6) as callers:
        with served(tmp_path, "--workers", 2, "--register", register_at) as serving:
            where["port"] = serving.port
            calls = [callers.submit(call, where, number) for number in range(80)]
            while len(answered) < 15:
                time.sleep(0.02)
            for worker in serving.workers():
                os.kill(worker, signal.SIGKILL)
            while len(answered) < 30:
                time.sleep(0.02)
            os.killpg(serving.process.pid, signal.SIGKILL)
            for worker in serving.workers():
                with suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)
        with served(tmp_path, "--workers", 2, "--register", register_at) as serving:
            where["port"] = serving.port
            for each in calls:
                each.result()
    with open_register(register_at) as register:
        assert register.verify().problems == []
        found = register.documents(Filter())
    assert sorted(each.number for each in found) == [f"{number:05d}" for number in range(1, 81)]
    surnames = {each.record["surname"]: each.number for each in found}
    for number, content in answered.items():
        assert surnames[person(number)["surname"]] in words(content)
        assert person(number)["surname"] in words(content)


@pytest.mark.slow
def test_the_life_of_a_document(book):
    serving, where = book
    clerk = {"Docgen-Clerk": "%D0%90.%20%D0%9E%D1%81%D0%BF%D0%B0%D0%BD%D0%BE%D0%B2%D0%B0"}
    for number in (1, 2, 3):
        iin = {"iin": "930915350202"} if number == 1 else {}
        assert serving.client.post(ISSUE, json=person(number) | iin, headers=keyed(f"k{number}", **clerk)).status_code == 201
    shown = serving.client.get(f"{ISSUE}/1", params={"year": 2026}).json()
    assert (shown["number"], shown["unprinted"]["iin"], shown["clerk"][:11]) == ("00001", "930915350202", "А. Оспанова")
    assert [event["what"] for event in shown["events"]] == ["issued", "requested", "printed"]

    corrected = serving.client.post(f"{ISSUE}/00001/correct", json={"values": {"surname": "Сейітова"}, "reason": "misspelt"})
    assert (corrected.status_code, corrected.json()["record"]["surname"]) == (200, "Сейітова"), corrected.text
    printed = serving.client.post(ISSUE, json=person(1) | {"iin": "930915350202"}, headers=keyed("k1", **clerk))
    assert "Сейітова" in words(printed.content)

    void = serving.client.post(f"{ISSUE}/00002/void", json={"reason": "withdrew"})
    assert void.json()["state"] == "void"
    again = serving.client.post(f"{ISSUE}/00002/void", json={"reason": "withdrew"})
    assert (again.status_code, again.json()["type"]) == (409, "urn:docgen:problem:document-void")
    replayed = serving.client.post(ISSUE, json=person(2), headers=keyed("k2", **clerk))
    assert replayed.json()["type"] == "urn:docgen:problem:document-void"

    body = {"issued": "2026-11-20", "reason": "lost"}
    duplicate = serving.client.post(f"{ISSUE}/00003/reissue", json=body, headers=keyed("d", **clerk))
    assert (duplicate.status_code, duplicate.headers["docgen-number"]) == (201, "00004"), duplicate.text
    same = serving.client.post(f"{ISSUE}/00003/reissue", json=body, headers=keyed("d", **clerk))
    assert (same.content, same.headers["idempotent-replayed"]) == (duplicate.content, "true")

    backed = serving.client.post(f"{ISSUE}/00004/reissue", params={"back": "true"}, json=body, headers=keyed("e", **clerk))
    assert "00005 20.11.2026 · № 00004 телнұсқасы" in words(backed.content)

    listed = serving.client.get("/v1/register/documents", params={"state": "printed", "count": 1, "first": 1}).json()
    assert (listed["total"], [each["number"] for each in listed["documents"]]) == (2, ["00005"])
    found = serving.client.get("/v1/register/documents", params={"search": "сейітова"}).json()
    assert [each["number"] for each in found["documents"]] == ["00001"]

    journal = serving.client.get(f"/v1/register/{CERTIFICATE}/journal", params={"year": 2026})
    assert (journal.status_code, journal.content[:5]) == (200, b"%PDF-"), journal.text
    assert "Сейітова" in words(journal.content)
    with open_register(where) as register:
        assert register.verify().problems == []
        assert register.find(Filter(CERTIFICATE, number="00003")).replaced_by == "00004"


REFUSED = {
    "no reason": (lambda client: client.post(f"{ISSUE}/00001/void", json={}), 422, "member-missing"),
    "an unknown member": (
        lambda client: client.post(f"{ISSUE}/00001/void", json={"reason": "a", "why": 1}), 422, "member-unknown",
    ),
    "a number as a reason": (lambda client: client.post(f"{ISSUE}/00001/void", json={"reason": 1}), 422, "member-wrong"),
    "no such number": (lambda client: client.get(f"{ISSUE}/9/9"), 404, "document-unknown"),
    "GET of what changes": (lambda client: client.get(f"{ISSUE}/00001/void"), 405, "method-unknown"),
    "an unknown state": (lambda client: client.get("/v1/register/documents", params={"state": "lost"}), 400, "parameter-wrong"),
    "no day": (
        lambda client: client.post(f"{ISSUE}/99999/reissue", json={"issued": "x", "reason": "a"}, headers=keyed("x")), 404,
        "document-unknown",
    ),
    "the form's sample": (lambda client: client.post(ISSUE, json=record(), headers=keyed("s")), 422, "sample-issued"),
    "a form without numbers": (
        lambda client: client.post("/v1/register/work-standard/documents", json=record("work-standard"), headers=keyed("w")), 400,
        "form-not-numbered",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_the_register_refuses(service, what):
    call, status, code = REFUSED[what]
    answer = call(service.client)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:docgen:problem:{code}"), answer.text


@pytest.mark.slow
def test_a_service_without_a_register_says_so(tmp_path):
    with served(tmp_path, "--workers", 1) as serving:
        answer = serving.client.post(ISSUE, json=person(1), headers=keyed("a"))
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:docgen:problem:register-none")
        assert serving.client.post(DOCUMENTS, json=record()).status_code == 200


@pytest.mark.slow
def test_the_command_line_and_the_service_share_a_book(book, tmp_path):
    serving, where = book
    given = tmp_path / "person.json"
    given.write_text(json.dumps(person(1)), encoding="utf-8")
    assert run("render", CERTIFICATE, given, "-o", tmp_path / "person.pdf", "--register", where).exit_code == 0
    answer = serving.client.post(ISSUE, json=person(1), headers=keyed("a"))
    assert answer.headers["docgen-number"] == "00001"
    assert answer.content == (tmp_path / "person.pdf").read_bytes()


@pytest.mark.slow
def test_a_person_gets_one_number_for_a_course_unless_another_is_allowed(book):
    """As for `render --register` and `batch`: with another rank it is another record, and the same person."""
    serving, where = book
    assert serving.client.post(ISSUE, json=person(1), headers=keyed("a")).status_code == 201
    again = person(1, rank="полиция полковнигі")
    refused = serving.client.post(ISSUE, json=again, headers=keyed("b"))
    assert (refused.status_code, refused.json()["problems"][0]["code"]) == (422, "person-issued"), refused.text
    assert "00001" in refused.json()["problems"][0]["message"]
    allowed = serving.client.post(ISSUE, json=again, headers=keyed("c"), params={"allow-doubles": "true"})
    assert (allowed.status_code, allowed.headers["docgen-number"]) == (201, "00002"), allowed.text
    other_course = person(1, topic="Тергеу қызметін ұйымдастыру")
    assert serving.client.post(ISSUE, json=other_course, headers=keyed("d")).status_code == 201
    with open_register(where) as register:
        assert register.count(Filter()) == 3


def test_of_two_requests_for_one_person_at_once_one_is_issued(tmp_path):
    ranks = ("полиция майоры", "полиция полковнигі", "полиция капитаны")
    with open_register(tmp_path / "book.db") as register:
        orders = [IssueOrder(CERTIFICATE, person(1, rank=rank)) for rank in ranks] + [IssueOrder(CERTIFICATE, person(2))]
        outcomes = issue_each(orders, register)
        assert [outcome.problems[0].code for outcome in outcomes[1:3]] == ["person-issued"] * 2
        assert [outcomes[place].document.number for place in (0, 3)] == ["00001", "00002"]
        allowed = issue_each([replace(order, allow_doubles=True) for order in orders[1:3]], register)
        assert [outcome.document.number for outcome in allowed] == ["00003", "00004"]
        assert "person-issued" in [note.code for note in allowed[0].document.record.notes]
        assert register.verify().problems == []
