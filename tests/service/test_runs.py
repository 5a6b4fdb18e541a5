"""A table over HTTP becomes volumes, whatever happens to the service meanwhile; its files come whole, or by ranges."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import sys
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import httpx
import openpyxl
import pytest
from support import processes
from support.calling import run as docgen_command
from support.serving import CERTIFICATE, record, served

from docgen.register import Filter, open_register

RUNS = "/v1/runs"


def people(count, numbers=True):
    """Return records of as many people."""
    return [
        record(
            number=f"{row:05d}" if numbers else None,
            surname=f"Әлиева{'абвгдежзик'[row % 10] * (1 + row // 10 % 20)}",
            given_name=name,
        )
        for row in range(1, count + 1)
        for name in ["Айгүл" + "абвгде"[row % 6]]
    ]


def workbook(rows):
    """Return rows as the bytes of a workbook."""
    book = openpyxl.Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def ended(serving, number, wait=180, **how):
    """Return a run when it has ended."""
    deadline = time.monotonic() + wait
    while (found := serving.client.get(f"{RUNS}/{number}", **how).json())["state"] in ("waiting", "working"):
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found


def key(name):
    return {"Idempotency-Key": name}


@pytest.mark.slow
def test_a_table_becomes_the_volumes_that_the_command_line_makes(service, tmp_path):
    rows = people(30)
    content = workbook(rows)
    order = {"form": CERTIFICATE, "split": 10, "each": "{number}-{surname}"}
    answer = service.client.post(
        RUNS, data={"order": json.dumps(order)}, files={"table": ("people.xlsx", content)}, headers=key("table")
    )
    assert answer.status_code == 202, answer.text
    found = ended(service, answer.json()["id"])
    assert (found["state"], found["records"], found["name"]) == ("done", 30, "people"), found
    (tmp_path / "people.xlsx").write_bytes(content)
    made = docgen_command(
        "batch", CERTIFICATE, tmp_path / "people.xlsx", "-o", tmp_path / "out", "--split", "10", "--each", "{number}-{surname}"
    )
    assert made.exit_code == 0, made.output
    expected = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert {each["name"] for each in found["files"]} == expected
    for each in found["files"]:
        if each["name"].endswith(".pdf"):
            assert service.client.get(each["href"]).content == (tmp_path / "out" / each["name"]).read_bytes()
    manifest = service.client.get(f"{RUNS}/{found['id']}/manifest").json()
    assert [volume["sha256"] for volume in manifest["volumes"]] == [volume["sha256"] for volume in found["volumes"]]


def test_press_sheets_come_with_the_volumes_where_a_scheme_is_named(service, tmp_path):
    rows = people(5)
    order = {"form": CERTIFICATE, "rows": rows, "for": "press", "impose": {"scheme": "sra3-2xa4", "marks": False}}
    found = ended(service, service.client.post(RUNS, json=order, headers=key("sheets")).json()["id"])
    assert found["state"] == "done", found
    (tmp_path / "people.json").write_text(json.dumps(rows), "utf-8")
    options = ["--for", "press", "--impose", "sra3-2xa4", "--no-marks"]
    made = docgen_command("batch", CERTIFICATE, tmp_path / "people.json", "-o", tmp_path / "out", *options)
    assert made.exit_code == 0, made.output
    expected = {path.relative_to(tmp_path / "out").as_posix(): path for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert len(expected) > 2
    assert {each["name"] for each in found["files"]} == set(expected)
    for each in found["files"]:
        if each["name"].endswith(".pdf"):
            assert service.client.get(each["href"]).content == expected[each["name"]].read_bytes()


def test_what_was_printed_is_measured_where_an_order_says_so(service):
    order = {"form": CERTIFICATE, "rows": people(3), "preflight": "all"}
    found = ended(service, service.client.post(RUNS, json=order, headers=key("measured")).json()["id"])
    assert found["state"] == "done", found
    [measured] = found["measured"]
    assert (measured["extent"], measured["pages"], measured["fail"], measured["failures"]) == ("all", 3, 0, [])
    manifest = service.client.get(f"{RUNS}/{found['id']}/manifest").json()
    assert manifest["preflight"] == measured


def test_rows_that_name_their_forms_are_printed_form_by_form_as_the_command_line_does(service, tmp_path):
    kinds = {CERTIFICATE: 3, "advanced-training-certificate": 2}
    rows = [{"Вид": form, **row} for form, count in kinds.items() for row in people(count)]
    content = workbook(rows)
    order = {"table": {"form-column": "Вид"}}
    files = {"table": ("mixed.xlsx", content)}
    answer = service.client.post(RUNS, data={"order": json.dumps(order)}, files=files, headers=key("forms"))
    assert answer.status_code == 202, answer.text
    found = ended(service, answer.json()["id"])
    assert (found["state"], found["records"], found["forms"]) == ("done", 5, list(kinds)), found
    (tmp_path / "mixed.xlsx").write_bytes(content)
    made = docgen_command("batch", tmp_path / "mixed.xlsx", "--form-column", "Вид", "-o", tmp_path / "out")
    assert made.exit_code == 0, made.output
    expected = {path.relative_to(tmp_path / "out").as_posix(): path for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert {each["name"] for each in found["files"]} == set(expected)
    volumes = [each for each in found["files"] if each["name"].endswith(".pdf")]
    assert len(volumes) == 2
    for each in volumes:
        assert service.client.get(each["href"]).content == expected[each["name"]].read_bytes()


@pytest.mark.parametrize(
    ("order", "code"),
    [({}, "key-missing"), ({"form": CERTIFICATE, "table": {"form-column": "Вид"}}, "form-twice")],
    ids=["none", "both"],
)
def test_one_of_form_and_column_of_forms_is_said(service, order, code):
    answer = service.client.post(RUNS, json={**order, "rows": people(1)}, headers=key(code))
    assert answer.status_code == 400
    assert [(each["code"], each["field"]) for each in answer.json()["problems"]] == [(code, "form")]


def test_rows_and_a_job_file_are_taken_too(service):
    rows = service.client.post(RUNS, json={"form": CERTIFICATE, "rows": people(3)}, headers=key("rows")).json()
    job = f'version = 1\nname = "course"\nform = "{CERTIFICATE}"\nsplit = 2\n'.encode()
    files = {"job": ("job.toml", job), "table": ("people.xlsx", workbook(people(3)))}
    by_job = service.client.post(RUNS, files=files, headers=key("job"))
    assert by_job.status_code == 202, by_job.text
    assert ended(service, rows["id"])["records"] == 3
    found = ended(service, by_job.json()["id"])
    assert ([volume["records"] for volume in found["volumes"]], found["name"]) == ([2, 1], "course")


def test_a_file_comes_whole_by_ranges_and_not_again(service):
    run = ended(
        service, service.client.post(RUNS, json={"form": CERTIFICATE, "rows": people(2)}, headers=key("range")).json()["id"]
    )
    [href] = [each["href"] for each in run["files"] if each["name"].endswith(".pdf")]
    whole = service.client.get(href)
    tag = whole.headers["etag"]
    assert tag == f'"{hashlib.sha256(whole.content).hexdigest()}"'
    for asked, span in (("bytes=0-99", slice(0, 100)), ("bytes=100-", slice(100, None)), ("bytes=-50", slice(-50, None))):
        part = service.client.get(href, headers={"Range": asked})
        assert (part.status_code, part.content) == (206, whole.content[span])
    first = service.client.get(href, headers={"Range": "bytes=0-0"})
    assert first.headers["content-range"] == f"bytes 0-0/{len(whole.content)}"
    assert service.client.get(href, headers={"Range": "bytes=99999999-"}).status_code == 416
    assert service.client.get(href, headers={"Range": "bytes=0-1", "If-Range": '"other"'}).content == whole.content
    assert service.client.get(href, headers={"If-None-Match": tag}).status_code == 304


def test_a_wrong_table_is_refused_with_the_cells_and_nothing_is_printed(service):
    rows = people(3)
    rows[1]["hours"] = 0
    answer = service.client.post(
        RUNS, data={"order": json.dumps({"form": CERTIFICATE})}, files={"table": ("people.xlsx", workbook(rows))},
        headers=key("wrong") | {"Accept-Language": "kk"},
    )  # fmt: skip
    found = ended(service, answer.json()["id"])
    assert (found["state"], found["files"]) == ("failed", [])
    [problem] = found["problem"]["problems"]
    assert (problem["row"], problem["field"], problem["code"]) == (3, "hours", "number-out-of-range")
    assert "/" not in problem["file"]
    assert found["problem"]["title"] == "Деректерді осы күйінде пайдалануға болмайды."


ORDERS = {
    "a folder": ({"form": CERTIFICATE, "rows": people(1), "output": "/tmp/x"}, "key-of-operator"),
    "a table's path": ({"form": CERTIFICATE, "rows": people(1), "table": {"path": "/etc/passwd"}}, "key-of-operator"),
    "a register": ({"form": CERTIFICATE, "rows": people(1), "register": {"book": "x.db"}}, "key-of-operator"),
    "a scheme or file": (
        {"form": CERTIFICATE, "rows": people(1), "impose": {"scheme": "x.toml"}},
        "key-wrong",
    ),
    "a profile": ({"form": CERTIFICATE, "rows": people(1), "press": {"profile": "x.icc"}}, "key-of-operator"),
    "an unknown key": ({"form": CERTIFICATE, "rows": people(1), "sheets": 4}, "key-unknown"),
    "a wrong value": ({"form": CERTIFICATE, "rows": people(1), "split": 0}, "key-wrong"),
    "an unknown extent": ({"form": CERTIFICATE, "rows": people(1), "preflight": "half"}, "key-wrong"),
    "no form": ({"rows": people(1)}, "key-missing"),
    "no rows": ({"form": CERTIFICATE}, "rows-missing"),
    "an unknown form": ({"form": "no-form", "rows": people(1)}, "form-unknown"),
}


@pytest.mark.parametrize("what", ORDERS)
def test_an_order_that_cannot_be_is_refused_at_once(service, what):
    order, code = ORDERS[what]
    answer = service.client.post(RUNS, json=order, headers=key(what.replace(" ", "-")))
    assert answer.json()["type"] == f"urn:docgen:problem:{code}", answer.text
    assert answer.status_code in (400, 404)


@pytest.mark.slow
def test_more_runs_than_may_wait_are_told_to_come_again(tmp_path):
    with served(tmp_path, "--workers", 1) as serving:
        first = {"form": CERTIFICATE, "rows": people(20000), "split": 50}
        ids = [serving.client.post(RUNS, json=first, headers=key("first")).json()["id"]]
        limit = time.monotonic() + 60
        while serving.client.get(f"{RUNS}/{ids[0]}").json()["state"] == "waiting":
            assert time.monotonic() < limit
            time.sleep(0.05)
        order = {"form": CERTIFICATE, "rows": people(1)}
        answers = [serving.client.post(RUNS, json=order, headers=key(f"run-{number}")) for number in range(51)]
        assert [answer.status_code for answer in answers] == [202] * 50 + [429]
        assert (answers[-1].json()["type"], answers[-1].headers["retry-after"]) == ("urn:docgen:problem:service-full", "1")
        assert serving.client.post(f"{RUNS}/{ids[0]}/cancel").status_code == 200
        folders = len(list((tmp_path / "data" / "runs").iterdir()))
        assert folders == 51, "what was refused left its folder"


@pytest.mark.slow
def test_more_rows_than_a_run_may_have_are_refused(service):
    order = {"form": CERTIFICATE, "rows": [{"surname": "Ә"}] * 100_001}
    answer = service.client.post(RUNS, json=order, headers=key("rows-many"))
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:docgen:problem:rows-many"), answer.text


def test_the_same_key_orders_one_run(service):
    order = {"form": CERTIFICATE, "rows": people(2)}
    first = service.client.post(RUNS, json=order, headers=key("once")).json()
    again = service.client.post(RUNS, json=order, headers=key("once"))
    assert (again.json()["id"], again.headers["idempotent-replayed"]) == (first["id"], "true")
    other = service.client.post(RUNS, json=order | {"split": 1}, headers=key("once"))
    assert (other.status_code, other.json()["type"]) == (422, "urn:docgen:problem:key-of-another")
    assert service.client.post(RUNS, json=order).status_code == 400


def test_a_run_is_followed_to_its_end(service):
    number = service.client.post(RUNS, json={"form": CERTIFICATE, "rows": people(3)}, headers=key("follow")).json()["id"]
    with service.client.stream("GET", f"{RUNS}/{number}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        text = "".join(stream.iter_text())
    events = [part for part in text.split("\n\n") if part.startswith("event: ")]
    assert events[-1].startswith("event: end")
    assert json.loads(events[-2].partition("data: ")[2])["state"] == "done"


@pytest.mark.slow
def test_a_run_is_cancelled_and_erased(tmp_path):
    with served(tmp_path, "--workers", 1) as serving:
        long = {"form": CERTIFICATE, "rows": people(20000)}
        number = serving.client.post(RUNS, json=long | {"split": 50}, headers=key("long")).json()["id"]
        waiting = serving.client.post(RUNS, json={"form": CERTIFICATE, "rows": people(1)}, headers=key("next")).json()["id"]
        assert serving.client.delete(f"{RUNS}/{number}").status_code == 409
        assert serving.client.post(f"{RUNS}/{number}/cancel").status_code == 200
        assert ended(serving, number)["state"] == "cancelled"
        assert serving.client.post(f"{RUNS}/{number}/cancel").status_code == 409
        assert ended(serving, waiting)["state"] == "done"
        assert serving.client.delete(f"{RUNS}/{number}").status_code == 204
        assert serving.client.get(f"{RUNS}/{number}").status_code == 404
        assert [path.name for path in (tmp_path / "data" / "runs").iterdir()] == [waiting]


@pytest.mark.slow
def test_a_run_is_its_owners_alone(tmp_path):
    tokens = {name: docgen_command("token", tmp_path / "t.toml", name, "--rights", rights).stdout.split()[0]
              for name, rights in (("one", "make"), ("two", "make"), ("admin", "make,administer"))}  # fmt: skip
    bearing = {name: {"Authorization": f"Bearer {token}"} for name, token in tokens.items()}
    with served(tmp_path, "--tokens", tmp_path / "t.toml", "--workers", 1, "--register", tmp_path / "book.db") as serving:
        order = {"form": CERTIFICATE, "rows": people(1)}
        number = serving.client.post(RUNS, json=order, headers=key("a") | bearing["one"]).json()["id"]
        assert ended(serving, number, headers=bearing["one"])["state"] == "done"
        for path in ("", "/manifest", "/events"):
            assert serving.client.get(f"{RUNS}/{number}{path}", headers=bearing["two"]).status_code == 404
        assert serving.client.delete(f"{RUNS}/{number}", headers=bearing["two"]).status_code == 404
        assert serving.client.get(RUNS, headers=bearing["two"]).json()["runs"] == []
        assert len(serving.client.get(RUNS, headers=bearing["admin"]).json()["runs"]) == 1
        numbered = serving.client.post(RUNS, json=order | {"numbered": True}, headers=key("b") | bearing["one"])
        assert (numbered.status_code, numbered.json()["type"]) == (403, "urn:docgen:problem:access-wrong")


@pytest.mark.parametrize(
    "name", ["../../runs.db", "%2e%2e/%2e%2e/runs.db", "/etc/passwd", "..%2fout", "table.json", ".docgen-batch"]
)
def test_no_name_leads_out_of_the_files_of_a_run(service, name):
    number = ended(
        service, service.client.post(RUNS, json={"form": CERTIFICATE, "rows": people(1)}, headers=key("files")).json()["id"]
    )
    answer = service.client.get(f"{RUNS}/{number['id']}/files/{name}")
    assert answer.status_code == 404


@pytest.mark.slow
def test_a_numbered_run_goes_on_after_kill_9_with_each_file_once(tmp_path, register_at):
    order = {"form": CERTIFICATE, "rows": people(600, numbers=False), "numbered": True, "split": 20, "name": "course"}
    options = ["--workers", 2, "--register", register_at]
    with served(tmp_path, *options) as serving:
        number = serving.client.post(RUNS, json=order, headers=key("course")).json()["id"]
        deadline = time.monotonic() + 120
        while (state := serving.client.get(f"{RUNS}/{number}").json())["done"] < 60:
            assert time.monotonic() < deadline
            assert state["state"] in ("waiting", "working"), state
            time.sleep(0.05)
        group = serving.process.pid
        children = Path(f"/proc/{group}/task/{group}/children").read_text().split()
        for each in (group, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
    with served(tmp_path, *options) as serving:
        found = ended(serving, number)
        assert (found["state"], found["records"]) == ("done", 600), found
        assert len(found["volumes"]) == 30
        again = serving.client.post(RUNS, json=order, headers=key("course"))
        assert again.json()["id"] == number
    with open_register(register_at) as register:
        assert register.verify().problems == []
        numbers = [each.number for each in register.documents(Filter())]
        assert sorted(numbers) == [f"{each:05d}" for each in range(1, 601)]


def test_two_services_with_one_server_share_the_runs(tmp_path, postgres_server):
    import secrets

    import psycopg

    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    where = postgres_server.format(name=name)
    options = ["--workers", 1, "--register", where, "--data", tmp_path / "shared"]
    with served(tmp_path / "a", *options) as one, served(tmp_path / "b", *options) as two:
        orders = [
            (one, two)[number % 2].client.post(
                RUNS, json={"form": CERTIFICATE, "rows": people(5), "name": f"run {number}"}, headers=key(f"run-{number}")
            ).json()["id"]
            for number in range(6)
        ]  # fmt: skip
        assert {ended(two, number)["state"] for number in orders} == {"done"}
        begun = {line["run"]: line for serving in (one, two) for line in serving.log() if line["what"] == "run begins"}
        assert sorted(begun) == sorted(orders)
        both = [sum(line["what"] == "run begins" for line in serving.log()) for serving in (one, two)]
        assert sum(both) == 6
        assert min(both) > 0
        href = ended(one, orders[1])["files"][0]["href"]
        assert httpx.get(one.address + href).content == httpx.get(two.address + href).content


@pytest.mark.slow
def test_a_zip_bomb_is_refused(service):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (300 << 20))
    files = {"table": ("people.xlsx", buffer.getvalue())}
    answer = service.client.post(RUNS, data={"order": json.dumps({"form": CERTIFICATE})}, files=files, headers=key("bomb"))
    assert ended(service, answer.json()["id"])["state"] == "failed"


@pytest.mark.slow
def test_the_process_of_a_run_begins_without_pages_and_database():
    """A run of 20,000 takes four seconds: half a second more, before it begins, would be felt."""
    program = (
        "import sys; from docgen.service.runs import process; "
        "print([name for name in ('sqlalchemy', 'starlette', 'docgen.service.pages') if name in sys.modules])"
    )
    assert processes.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"
