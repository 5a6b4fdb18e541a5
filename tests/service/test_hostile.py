"""What is sent to make the service fetch, read or compute something is data: it is printed as typed, or refused."""

from __future__ import annotations

import json
import os
import socket
import threading

import httpx
import pytest
from support.reading import words
from support.serving import CERTIFICATE, DOCUMENTS, record, served

import docgen
from docgen.artwork import artwork_folders

CANARY = "канарейка-7531"


@pytest.fixture(scope="module")
def listener():
    """A server on this machine that counts who connects to it."""
    seen: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen():
            while True:
                try:
                    connection, address = server.accept()
                except OSError:
                    return
                seen.append(address)
                connection.close()

        threading.Thread(target=listen, daemon=True).start()
        yield server.getsockname()[1], seen


def addresses(port, secret):
    """Return addresses and paths: of the listener, of a file that is there, of what services in a network give away."""
    ways = [
        "http://127.0.0.1:{port}/{n}",
        "https://127.0.0.1:{port}/{n}",
        "//127.0.0.1:{port}/{n}",
        "http://localhost:{port}/{n}",
    ]
    ways += [
        "http://[::1]:{port}/{n}",
        "http://2130706433:{port}/{n}",
        "http://0x7f000001:{port}/{n}",
        "ftp://127.0.0.1:{port}/{n}",
    ]
    ways += ["gopher://127.0.0.1:{port}/{n}", "http://169.254.169.254/latest/meta-data/{n}", r"\\\\127.0.0.1\\share\\{n}"]
    ways += ["file://{secret}", "file:{secret}", "FILE://{secret}", "file://localhost{secret}", "{secret}", "../../..{secret}"]
    ways += ["..\\\\..\\\\..{secret}", "%2e%2e%2f{secret}", "....//....//{secret}", "{secret}%00.png", "url({secret})"]
    ways += ['<img src="{secret}">', '<img src="http://127.0.0.1:{port}/{n}">', "<script src=//127.0.0.1:{port}/{n}></script>"]
    ways += [
        "@import url(http://127.0.0.1:{port}/{n})",
        '<!ENTITY x SYSTEM "file://{secret}">',
        "data:text/html,{n}",
        "/dev/zero",
        "-",
    ]
    return [way.format(port=port, secret=secret, n=f"{name}{number}") for number, way in enumerate(ways) for name in ("a", "b")]


def test_sixty_addresses_and_paths_are_neither_fetched_nor_read(tmp_path, listener):
    port, seen = listener
    secret = tmp_path / "secret.txt"
    secret.write_text(CANARY, "utf-8")
    corpus = addresses(port, secret)
    assert len(corpus) >= 60
    standard = record("work-standard")
    texts = [name for name, value in standard.items() if isinstance(value, str) and not value[:4].isdigit()]
    with served(tmp_path, "--workers", 2) as serving:

        def answered(answer):
            assert answer.status_code < 500, answer.text
            content = answer.content
            assert CANARY not in (words(content) if content[:5] == b"%PDF-" else content.decode("utf-8", "replace"))

        for number, each in enumerate(corpus):
            answered(serving.client.post(DOCUMENTS, json=record(topic=each, surname=each)))
            answered(serving.client.post(DOCUMENTS, json=record(topic=each)))
            field = texts[number % len(texts)]
            answered(serving.client.post("/v1/forms/work-standard/documents", json=standard | {field: each}))
            answered(serving.client.post("/v1/merge", files={"file": (each, b"%PDF-1.4 none")}))
            order = {"form": CERTIFICATE, "name": each[:100]}
            answer = serving.client.post(
                "/v1/runs", data={"order": json.dumps(order)}, files={"table": (f"{each}.csv", b"a;b\n1;2\n")},
                headers={"Idempotency-Key": f"k{number}"},
            )  # fmt: skip
            answered(answer)
        stored = {path.name for path in (tmp_path / "data").rglob("*")}
        assert not [name for name in stored if "secret" in name or "127.0.0.1" in name]
    assert seen == []


@pytest.mark.slow
def test_they_are_not_fetched_or_read_from_any_field_or_picture(tmp_path, listener):
    """Each address stands in each field of a certificate and of the form whose record names a picture."""
    port, seen = listener
    secret = tmp_path / "secret.svg"
    secret.write_text(artwork_folders().find("ministry-emblem").read_text("utf-8"), "utf-8")
    before = secret.stat().st_atime_ns
    os.utime(secret, ns=(before - 10**12, before - 10**12))  # a read would be noticed, also where few are noted (relatime)
    before = secret.stat().st_atime_ns
    corpus = addresses(port, secret)
    with served(tmp_path, "--workers", 2) as serving:
        for form in (CERTIFICATE, "child-protection-certificate"):
            whole = record(form)
            for field in docgen.load_form(form).fields:
                for each in corpus:
                    answer = serving.client.post(f"/v1/forms/{form}/documents", json=whole | {field.name: each})
                    assert answer.status_code in (200, 422), (field.name, each, answer.text)
                    if field.name == "logo":
                        assert answer.status_code == 422, each
    assert seen == []
    assert secret.stat().st_atime_ns == before


EXPRESSIONS = ("7*7", "config", "self.__init__", "''.__class__", "range(9)", "x|safe", "cycler", "loop", "1/0", "lipsum()")
WRAPPED = ("{{%s}}", "{%%%s%%}", "{#%s#}", "${%s}", "#{%s}", "<%%=%s%%>", "[[%s]]", "@(%s)", "{{{%s}}}", "%%{%s}")


def test_a_hundred_templates_in_data_are_printed_as_typed(service):
    payloads = [wrap % expression for wrap in WRAPPED for expression in EXPRESSIONS]
    assert len(payloads) == 100
    for payload in payloads:
        answer = service.client.post(DOCUMENTS, json=record(topic=f"Тақырып {payload} соңы"))
        assert answer.status_code == 200, answer.text
        assert f"Тақырып {payload} соңы" in words(answer.content), payload


def test_a_name_of_an_upload_is_shown_without_what_cannot_be_seen(service):
    name = "a\u202egnp.\x1b[31m.pdf"
    answer = service.client.post("/v1/merge", files={"file": (name, b"")})
    assert answer.status_code == 422
    assert not {"\u202e", "\x1b"} & set(answer.json()["problems"][0]["file"])


def test_requests_that_lie_about_each_other_are_not_mixed_up(service):
    """Content-Length and Transfer-Encoding at once, twice, or wrong (RFC 9112, 6.3): refused, never taken for two requests."""
    head = f"POST {DOCUMENTS} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    smuggled = "GET /v1/register/documents HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    for lie in ("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 2\r\nContent-Length: 20\r\n",
                "Content-Length: -1\r\n", "Transfer-Encoding: gzip, identity\r\n"):  # fmt: skip
        with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
            connection.sendall(f"{head}{lie}\r\n0\r\n\r\n{smuggled}".encode())
            answer = b""
            try:
                while piece := connection.recv(1 << 16):
                    answer += piece
            except TimeoutError:
                pass
        assert b'"documents"' not in answer, lie
    assert httpx.get(service.address + "/health", trust_env=False).status_code == 200
