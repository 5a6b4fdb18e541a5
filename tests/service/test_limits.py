"""What callers do wrong costs themselves: slow and broken connections, workers that die, too many requests."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from support.serving import CERTIFICATE, DOCUMENTS, record, served

import docgen


def raw(serving, content, wait=30.0):
    """Return what the service answers to bytes, until it closes the connection or says no more."""
    with socket.create_connection(("127.0.0.1", serving.port), timeout=wait) as connection:
        connection.sendall(content)
        answer = b""
        try:
            while piece := connection.recv(1 << 16):
                answer += piece
                if b"\r\n\r\n" in answer and b"content-length: 0" not in answer.lower():
                    break
        except TimeoutError:
            pass
        return answer


@pytest.fixture(scope="module")
def hasty(tmp_path_factory):
    """A service that waits a second for what should come."""
    with served(tmp_path_factory.mktemp("hasty"), "--workers", 2, "--patience", "1") as serving:
        yield serving


def test_a_head_that_does_not_come_closes_its_connection(hasty):
    begin = time.monotonic()
    assert raw(hasty, b"POST " + DOCUMENTS.encode() + b" HTTP/1.1\r\nHost: 127") == b""
    assert raw(hasty, b"") == b""
    assert time.monotonic() - begin < 15


def test_a_body_that_is_shorter_than_it_says_is_answered(hasty):
    head = f"POST {DOCUMENTS} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{{"
    assert raw(hasty, head.encode()).startswith(b"HTTP/1.1 408 ")


def test_a_body_that_is_longer_than_it_says_is_no_part_of_its_request(hasty):
    """What follows is taken for the next request, and is none: the first is answered, the connection closed."""
    head = f"POST {DOCUMENTS} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n"
    with socket.create_connection(("127.0.0.1", hasty.port), timeout=30) as connection:
        connection.sendall(f"{head}{{}}{json.dumps(record())}".encode())
        answer = b""
        while piece := connection.recv(1 << 16):
            answer += piece
    assert answer.startswith((b"HTTP/1.1 422 ", b"HTTP/1.1 400 "))
    assert b"%PDF" not in answer
    assert httpx.post(hasty.address + DOCUMENTS, json=record(), timeout=30, trust_env=False).status_code == 200


@pytest.mark.parametrize("content", [b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\0" * 100])
def test_what_is_no_http_is_refused(hasty, content):
    assert raw(hasty, content)[:13] in (b"HTTP/1.1 400 ", b"")


def test_a_head_without_end_is_refused(hasty):
    assert raw(hasty, b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 100_000).startswith(b"HTTP/1.1 400 ")


def test_a_thousand_connections_opened_and_left_stop_nobody(hasty):
    left = [socket.create_connection(("127.0.0.1", hasty.port)) for _connection in range(1000)]
    try:
        begin = time.monotonic()
        answer = httpx.post(hasty.address + DOCUMENTS, json=record(), timeout=30, trust_env=False)
        assert answer.status_code == 200
        assert time.monotonic() - begin < 10
    finally:
        for connection in left:
            connection.close()


def test_callers_who_go_before_the_answer_leave_nothing_behind(hasty):
    body = b"{}"
    head = (
        f"POST {DOCUMENTS} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    for _caller in range(50):
        with socket.create_connection(("127.0.0.1", hasty.port)) as connection:
            connection.sendall(head.encode() + body)
    assert httpx.post(hasty.address + DOCUMENTS, json=record(), timeout=30, trust_env=False).status_code == 200


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_no_request_and_is_replaced(tmp_path):
    expected = docgen.render(CERTIFICATE, record())
    with served(tmp_path, "--workers", 2) as serving, ThreadPoolExecutor(8) as callers:

        def call(_number):
            return httpx.post(serving.address + DOCUMENTS, json=record(), timeout=60, trust_env=False)

        first = set(serving.workers())
        calls = [callers.submit(call, number) for number in range(150)]
        for worker in first:
            time.sleep(0.3)
            os.kill(worker, signal.SIGKILL)
        answers = [each.result() for each in calls]
        assert {answer.status_code for answer in answers} == {200}
        assert all(answer.content == expected for answer in answers)
        deadline = time.monotonic() + 60
        while serving.client.get("/ready").json()["workers"] < 2:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert not first & set(serving.workers())
        assert sum(line["what"] == "worker ended" for line in serving.log()) == 2


@pytest.mark.slow
def test_a_request_that_takes_too_long_is_ended_and_the_service_goes_on(tmp_path):
    with served(tmp_path, "--workers", 1, "--seconds", "0.2") as serving:
        answer = serving.client.post("/v1/forms/work-standard/documents", json=record("work-standard"))
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:docgen:problem:worker-slow")
        assert answer.headers["retry-after"]
        deadline = time.monotonic() + 60
        while serving.client.get("/ready").status_code != 200:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        for _try in range(20):
            if (answer := serving.client.post(DOCUMENTS, json=record())).status_code == 200:
                break
        assert answer.status_code == 200


@pytest.mark.slow
def test_a_document_that_needs_more_memory_than_a_request_may_have_costs_that_request_alone(tmp_path):
    """A text that flows needs some 100 MB for its fonts: Python or C is refused them, and may end with its worker."""
    with served(tmp_path, "--workers", 1, "--megabytes", 64) as serving:
        answer = serving.client.post("/v1/forms/work-standard/documents", json=record("work-standard"))
        assert answer.status_code == 503
        assert answer.json()["type"] in ("urn:docgen:problem:worker-memory", "urn:docgen:problem:worker-ended")
        answer = serving.client.post(DOCUMENTS, json=record())
        assert (answer.status_code, answer.content) == (200, docgen.render(CERTIFICATE, record()))
        assert serving.process.poll() is None


@pytest.mark.slow
def test_a_worker_that_waits_for_longer_than_a_request_may_take_lives_on(tmp_path):
    with served(tmp_path, "--workers", 1, "--seconds", "1") as serving:
        assert serving.client.post(DOCUMENTS, json=record()).status_code == 200
        workers = serving.workers()
        time.sleep(8)
        assert serving.workers() == workers
        assert serving.client.post(DOCUMENTS, json=record()).status_code == 200
        assert [line for line in serving.log() if line["what"] == "worker ended"] == []


@pytest.mark.slow
@pytest.mark.parametrize("megabytes", [64, 2048])
def test_a_worker_that_rests_loads_what_draws_pages_and_lives_on(tmp_path, megabytes):
    """Of a request with 64 MB it would end: that needs more."""
    with served(tmp_path, "--workers", 1, "--megabytes", megabytes) as serving:
        workers = serving.workers()
        deadline = time.monotonic() + 30
        while not any(_has_pango(worker) for worker in serving.workers()):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        time.sleep(1)
        assert serving.client.post(DOCUMENTS, json=record()).status_code == 200
        assert serving.workers() == workers


@pytest.mark.slow
def test_more_requests_than_may_wait_are_told_to_come_again(tmp_path):
    with served(tmp_path, "--workers", 1, "--waiting", "2") as serving, ThreadPoolExecutor(30) as callers:

        def call(_number):
            return httpx.post(serving.address + "/v1/forms/work-standard/documents", json=record("work-standard"), timeout=120)

        answers = list(callers.map(call, range(30)))
        statuses = {answer.status_code for answer in answers}
        assert statuses == {200, 429}
        full = next(answer for answer in answers if answer.status_code == 429)
        assert full.headers["retry-after"] == "1"
        assert full.json()["type"] == "urn:docgen:problem:service-full"


@pytest.mark.slow
def test_told_to_end_the_service_answers_what_is_under_way(tmp_path):
    with served(tmp_path, "--workers", 1) as serving, ThreadPoolExecutor(1) as callers:
        path = serving.address + "/v1/forms/work-standard/documents"
        under_way = callers.submit(httpx.post, path, json=record("work-standard"), timeout=120)
        deadline = time.monotonic() + 30
        while not any(_has_pango(worker) for worker in serving.workers()):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        time.sleep(0.1)
        workers = serving.workers()
        assert serving.stop() == 0
        assert under_way.result().content[:5] == b"%PDF-"
        assert [worker for worker in workers if os.path.exists(f"/proc/{worker}")] == []
        assert serving.log()[-1]["what"] == "ended"


def _has_pango(worker: int) -> bool:
    """Return whether a worker has loaded what lays out a form's body: it is at work on one, or has rested for two seconds."""
    try:
        with open(f"/proc/{worker}/maps", encoding="utf-8") as maps:
            return "pango" in maps.read()
    except OSError:
        return False
