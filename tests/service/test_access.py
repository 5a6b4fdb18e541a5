"""Who may call: this machine without a token, others with one or through a proxy, and nobody by mistake."""

from __future__ import annotations

import socket
import ssl
import tomllib
from contextlib import suppress

import httpx
import pytest
from support import processes
from support.calling import run
from support.serving import DOCUMENTS, record, served

FORMS = "/v1/forms"


def token_for(path, name, rights):
    result = run("token", path, name, "--rights", rights)
    assert result.exit_code == 0, result.output
    return result.stdout.split()[0]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A service with tokens, and the token of each right."""
    folder = tmp_path_factory.mktemp("guarded")
    tokens = {
        right: token_for(folder / "tokens.toml", f"clerk {right}", right) for right in ("read", "make", "issue", "administer")
    }
    with served(folder, "--tokens", folder / "tokens.toml", "--workers", 1) as serving:
        yield serving, tokens, folder / "tokens.toml"


def bearing(token):
    return {"Authorization": f"Bearer {token}"}


def test_a_token_is_shown_once_and_its_file_holds_the_hash_alone(tmp_path):
    path = tmp_path / "tokens.toml"
    first, second = token_for(path, "А. Оспанова", "read,issue"), token_for(path, 'the "other"', "make")
    assert first != second
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text("utf-8")
    assert first not in text
    assert second not in text
    found = tomllib.loads(text)["token"]
    assert [(each["name"], each["rights"]) for each in found] == [("А. Оспанова", ["read", "issue"]), ('the "other"', ["make"])]


@pytest.mark.parametrize(("arguments", "said"), [
    (["clerk", "--rights", "everything"], "there is no right “everything”"),
    (["clerk", "--rights", ","], "a token needs a name"),
    (["a" * 101, "--rights", "read"], "a token needs a name"),
])  # fmt: skip
def test_a_token_without_a_name_or_right_is_refused(tmp_path, arguments, said):
    result = run("token", tmp_path / "tokens.toml", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not (tmp_path / "tokens.toml").exists()


def test_a_file_of_something_else_is_not_written_to(tmp_path):
    path = tmp_path / "job.toml"
    path.write_text('name = "course"\n')
    result = run("token", path, "clerk", "--rights", "read")
    assert (result.exit_code, path.read_text()) == (2, 'name = "course"\n')
    assert "the file holds something else than tokens" in result.stderr


def test_without_a_token_and_with_a_wrong_one_nobody_gets_in(guarded):
    serving, tokens, _path = guarded
    for headers in ({}, bearing("docgen_wrong"), {"Authorization": "Basic YTpi"}, {"Authorization": tokens["read"]}):
        answer = serving.client.get(FORMS, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json()["type"] == "urn:docgen:problem:caller-unknown"
    assert serving.client.get("/health").status_code == 200


def test_each_right_opens_what_it_is_for(guarded):
    serving, tokens, _path = guarded
    calls = {
        "read": lambda **how: serving.client.get(FORMS, **how),
        "make": lambda **how: serving.client.post(DOCUMENTS, json=record(), **how),
    }
    for right, call in calls.items():
        for holder, token in tokens.items():
            answer = call(headers=bearing(token))
            assert answer.status_code == (200 if holder == right else 403), (right, holder)
    refused = serving.client.get(FORMS, headers=bearing(tokens["make"]))
    assert refused.json()["problems"][0]["message"] == "the right “read” is needed for this"


@pytest.mark.slow
def test_a_token_that_is_taken_out_of_the_file_is_worth_nothing(tmp_path):
    path = tmp_path / "tokens.toml"
    token = token_for(path, "clerk", "read")
    with served(tmp_path, "--tokens", path, "--workers", 1) as serving:
        assert serving.client.get(FORMS, headers=bearing(token)).status_code == 200
        before = path.read_text()
        path.write_text("")
        processes.run(["sleep", "1.1"])
        assert serving.client.get(FORMS, headers=bearing(token)).status_code == 401
        path.write_text("[[token")
        processes.run(["sleep", "1.1"])
        damaged = serving.client.get(FORMS, headers=bearing(token))
        assert (damaged.status_code, damaged.json()["type"]) == (503, "urn:docgen:problem:tokens-damaged")
        path.write_text(before)
        processes.run(["sleep", "1.1"])
        assert serving.client.get(FORMS, headers=bearing(token)).status_code == 200


def test_the_log_names_no_token_and_no_clerk(guarded):
    serving, tokens, _path = guarded
    serving.client.get(FORMS, headers=bearing(tokens["read"]))
    assert tokens["read"] not in serving.log_text()
    assert "clerk read" not in serving.log_text()


@pytest.mark.slow
def test_a_proxy_on_this_machine_says_who_calls(tmp_path):
    with served(tmp_path, "--trusted-header", "X-Remote-User", "--workers", 1) as serving:
        assert serving.client.get(FORMS).status_code == 401
        named = {"X-Remote-User": "%D0%90.%20%D0%9E%D1%81%D0%BF%D0%B0%D0%BD%D0%BE%D0%B2%D0%B0"}
        assert serving.client.get(FORMS, headers=named).status_code == 200
        assert serving.client.get("/metrics", headers=named).status_code == 200
        wrong = serving.client.get(FORMS, headers={"X-Remote-User": "a%0Ab"})
        assert (wrong.status_code, wrong.json()["type"]) == (400, "urn:docgen:problem:caller-wrong")


ELSEWHERE = ["--host", "203.0.113.7", "--trusted-header", "X-User"]
REFUSED = {
    "without access control": (["--host", "0.0.0.0"], "others would reach 0.0.0.0 without saying who they are"),
    "without TLS": (["--host", "0.0.0.0", "--tokens", "tokens.toml"], "could be read by anybody"),
    "half of TLS": (["--tls-cert", "cert.pem"], "--tls-cert and --tls-key belong together"),
    "no proxy": (["--trusted-proxy", "nginx"], "“nginx” is no address"),
    "no tokens": (["--tokens", "nowhere.toml"], "there is no such file"),
    "no address": ([*ELSEWHERE, "--trusted-proxy", "10.0.0.0/8"], "cannot be listened to"),
    "no certificate": (["--tls-cert", "cert.pem", "--tls-key", "key.pem"], "the certificate or its key cannot be used"),
    "no forms": (["--forms", "nowhere"], "there is no such folder of forms"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("what", REFUSED)
def test_a_service_that_would_be_open_or_cannot_work_does_not_start(tmp_path, monkeypatch, what):
    options, said = REFUSED[what]
    monkeypatch.chdir(tmp_path)
    if "tokens.toml" in options:
        token_for(tmp_path / "tokens.toml", "clerk", "read")
    result = run("serve", "--port", "0", "--data", tmp_path / "data", *options)
    assert result.exit_code in (1, 2), result.output
    assert said in result.stderr


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert, *subject]
    processes.run(command, check=True, capture_output=True)
    return cert, key


@pytest.mark.slow
def test_others_get_in_over_tls_with_a_token(tmp_path, certificate):
    cert, key = certificate
    token = token_for(tmp_path / "tokens.toml", "clerk", "make")
    trusting = ssl.create_default_context(cafile=str(cert))
    options = ["--host", "0.0.0.0", "--tokens", tmp_path / "tokens.toml", "--tls-cert", cert, "--tls-key", key]
    with served(tmp_path, *options, "--allowed-host", "localhost", "--workers", 1, verify=trusting) as serving:
        address = f"https://localhost:{serving.port}"
        with httpx.Client(base_url=address, verify=trusting, timeout=60, trust_env=False) as client:
            assert client.post(DOCUMENTS, json=record(), headers=bearing(token)).status_code == 200
            assert client.post(DOCUMENTS, json=record()).status_code == 401
        with httpx.Client(base_url=f"https://127.0.0.1:{serving.port}", verify=trusting, timeout=60, trust_env=False) as client:
            assert client.get("/health").status_code == 421


@pytest.mark.slow
def test_behind_a_proxy_nobody_else_gets_in(tmp_path):
    options = ["--host", "0.0.0.0", "--trusted-header", "X-Remote-User", "--trusted-proxy", "203.0.113.7"]
    with served(tmp_path, *options, "--allowed-host", "127.0.0.1", "--workers", 1) as serving:
        with httpx.Client(base_url=f"http://127.0.0.1:{serving.port}", timeout=60, trust_env=False) as client:
            assert client.get(FORMS, headers={"X-Remote-User": "clerk"}).status_code == 200
        if own := own_address():
            headers = {"X-Remote-User": "clerk", "Host": "127.0.0.1"}
            assert httpx.get(f"http://{own}:{serving.port}{FORMS}", headers=headers, trust_env=False).status_code == 403


def own_address() -> str:
    """Return the address by which others reach this machine, empty where none does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking, suppress(OSError):
        asking.connect(("203.0.113.1", 9))  # nothing is sent
        return asking.getsockname()[0]
    return ""
