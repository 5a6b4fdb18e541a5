"""Real clients: through nginx under a path of its own, as docs/service.md shows it, and fetch in Node."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from support import nginx, processes
from support.needs import use
from support.serving import CERTIFICATE, DOCUMENTS, Serving, record, served

import docgen

pytestmark = [pytest.mark.web, pytest.mark.slow]


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Serving, httpx.Client, Path]]:
    """A service behind nginx, which lets a megabyte through; a client of nginx; the folder of its logs."""
    folder = tmp_path_factory.mktemp("proxied")
    with (
        served(folder, "--workers", 2, "--register", folder / "book.db") as serving,
        nginx.before(serving.port, folder / "nginx", "1m") as address,
        httpx.Client(base_url=address, timeout=120, trust_env=False) as client,
    ):
        yield serving, client, folder / "nginx"


def test_a_document_comes_through_the_proxy_as_it_is(proxied):
    _serving, client, _folder = proxied
    answer = client.post(DOCUMENTS, json=record())
    assert (answer.status_code, answer.content) == (200, docgen.render(CERTIFICATE, record()))
    assert answer.headers["x-request-id"]


def test_a_body_above_the_limit_of_the_proxy_is_refused_there(proxied):
    serving, client, _folder = proxied
    answer = client.post("v1/merge", files={"file": ("large.pdf", b"0" * (2 << 20))})
    assert answer.status_code == 413
    assert client.post(DOCUMENTS, json=record()).status_code == 200
    assert "mergeFiles" not in {line.get("operation") for line in serving.log()}


def test_a_run_is_ordered_followed_and_fetched_below_the_path_of_the_proxy(proxied):
    _serving, client, _folder = proxied
    order = {"form": CERTIFICATE, "rows": [record(number=f"{row:05d}", given_name="Айгүл" + "а" * row) for row in range(1, 6)]}
    answer = client.post("v1/runs", json=order, headers={"Idempotency-Key": "proxied"})
    assert answer.status_code == 202, answer.text
    where = httpx.URL(answer.headers["location"])
    assert where.path == f"/docgen/v1/runs/{answer.json()['id']}"
    with client.stream("GET", f"v1/runs/{answer.json()['id']}/events") as stream:
        events = "".join(stream.iter_text())
    assert events.rstrip().endswith("event: end\ndata: {}")
    [href] = [each["href"] for each in client.get(where).json()["files"]
              if each["name"].endswith(".pdf")]  # fmt: skip
    whole = client.get(href)
    assert whole.content[:5] == b"%PDF-"
    part = client.get(href, headers={"Range": "bytes=0-99"})
    assert (part.status_code, part.content) == (206, whole.content[:100])
    assert client.get(href, headers={"If-None-Match": whole.headers["etag"]}).status_code == 304


def test_pages_lead_to_each_other_below_the_path_of_the_proxy(proxied):
    _serving, client, _folder = proxied
    named = {"Docgen-Clerk": "clerk"}
    asked = client.get("", headers={"Accept": "text/html"})
    assert (asked.status_code, client.base_url.join(asked.headers["location"]).path) == (303, "/docgen/who")
    page = client.get("", headers=named)
    assert page.status_code == 200
    assert 'href="/' not in page.text
    assert client.get(f"forms/{CERTIFICATE}", headers=named).status_code == 200


def test_a_form_that_a_browser_sends_through_the_proxy_is_from_here(proxied):
    """Its Origin names the port that nginx listens at, so nginx has to pass it on."""
    _serving, client, _folder = proxied
    origin = str(client.base_url).removesuffix("/docgen/")
    assert client.post(DOCUMENTS, json=record(), headers={"Origin": origin}).status_code == 200
    assert client.post(DOCUMENTS, json=record(), headers={"Origin": "https://elsewhere.example"}).status_code == 403


def test_the_log_of_the_proxy_has_no_query(proxied):
    _serving, client, folder = proxied
    client.get("v1/register/documents", params={"search": "Оспанова"})
    client.get("v1/forms")
    log = (folder / "access.log").read_text("utf-8")
    assert "/v1/register/documents" in log
    assert "search" not in log


SCRIPT = """
const [address, record, order, csv] = [process.argv[1], process.argv[2], process.argv[3], process.argv[4]];
const said = {};
const made = await fetch(`${address}/v1/forms/FORM/documents`, {
  method: "POST", headers: {"Content-Type": "application/json", "Accept": "application/pdf"}, body: record});
said.made = [made.status, Buffer.from(await made.arrayBuffer()).subarray(0, 5).toString()];
const wrong = await fetch(`${address}/v1/forms/FORM/check`, {
  method: "POST", headers: {"Content-Type": "application/json", "Accept-Language": "kk"}, body: "{}"});
said.wrong = [wrong.status, (await wrong.json()).passed];
const form = new FormData();
form.set("order", order);
form.set("table", new Blob([csv], {type: "text/csv"}), "people.csv");
const run = await fetch(`${address}/v1/runs`, {method: "POST", headers: {"Idempotency-Key": crypto.randomUUID()}, body: form});
const {id} = await run.json();
let events = "";
for await (const piece of (await fetch(`${address}/v1/runs/${id}/events`)).body) events += Buffer.from(piece).toString();
const ended = await (await fetch(`${address}/v1/runs/${id}`)).json();
said.run = [run.status, events.includes("event: end"), ended.state, ended.records];
console.log(JSON.stringify(said));
"""


def test_fetch_in_node_makes_a_document_and_prints_a_table(proxied):
    use("web")
    serving, _client, _folder = proxied
    row = record(number="00001")
    table = f"{';'.join(row)}\n{';'.join(map(str, row.values()))}\n"
    script = SCRIPT.replace("FORM", CERTIFICATE)
    words = [serving.address, json.dumps(row), json.dumps({"form": CERTIFICATE}), table]
    done = processes.run(["node", "--input-type=module", "-e", script, *words], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"made": [200, "%PDF-"], "wrong": [200, False], "run": [202, True, "done", 1]}
