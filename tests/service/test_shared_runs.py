"""Runs of more than one machine: printed on a Dask cluster, and taken over by another service when one is killed."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest
from service.test_runs import RUNS, ended, key, people
from support import postgres
from support.cluster import cluster
from support.serving import CERTIFICATE, Serving, record, served

from docgen.register import Filter, open_register

pytestmark = pytest.mark.slow
#: Records of a run that is still under way when its service is killed.
COUNT = 6000


def test_a_run_on_a_cluster_makes_the_files_that_this_machine_makes(tmp_path):
    pytest.importorskip("distributed", reason="Dask is not installed (pip install docgen[dask])")
    order = {"form": CERTIFICATE, "rows": people(40), "split": 10, "name": "course"}
    made = []
    with cluster("", "") as (address, _scheduler, _workers):
        for name, options in (("cluster", ["--scheduler", address]), ("here", [])):
            with served(tmp_path / name, "--workers", 1, *options) as serving:
                number = serving.client.post(RUNS, json=order, headers=key("course")).json()["id"]
                found = ended(serving, number)
                assert found["state"] == "done", found
                names = [each["name"] for each in found["files"] if each["name"].endswith(".pdf")]
                hrefs = {each["name"]: each["href"] for each in found["files"]}
                made.append({each: serving.client.get(hrefs[each]).content for each in names})
    assert len(made[0]) == 4
    assert made[0] == made[1]


def test_a_cluster_that_is_away_fails_the_run_and_says_so(tmp_path):
    pytest.importorskip("distributed", reason="Dask is not installed (pip install docgen[dask])")
    with served(tmp_path, "--workers", 1, "--scheduler", "tcp://127.0.0.1:9") as serving:
        order = {"form": CERTIFICATE, "rows": people(2)}
        number = serving.client.post(RUNS, json=order, headers=key("away")).json()["id"]
        found = ended(serving, number)
        assert found["state"] == "failed", found
        assert found["problem"]["status"] == 503
        assert found["problem"]["type"] == "urn:docgen:problem:scheduler-unreachable"


def kill(serving: Serving) -> None:
    """Kill a service and everything that it started, as a power cut does."""
    first = serving.process.pid
    children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    for each in (first, *map(int, children)):
        with suppress(ProcessLookupError):
            os.killpg(each, signal.SIGKILL)


def test_another_service_takes_over_the_run_of_one_that_is_killed(tmp_path, postgres_server):
    where = postgres_server.format(name=postgres.create_database(postgres_server))
    options = ["--workers", 1, "--register", where, "--data", tmp_path / "shared"]
    letters = str.maketrans("0123456789", "абвгдежзик")
    rows = [record(number=None, surname=f"Әлиев{str(row).translate(letters)}") for row in range(COUNT)]
    order = {"form": CERTIFICATE, "rows": rows, "numbered": True, "split": 50, "name": "course"}
    with served(tmp_path / "a", *options) as one:
        number = one.client.post(RUNS, json=order, headers=key("course")).json()["id"]
        with served(tmp_path / "b", *options) as two:
            limit = time.monotonic() + 120
            while (state := two.client.get(f"{RUNS}/{number}").json())["done"] < 60:
                assert time.monotonic() < limit
                assert state["state"] in ("waiting", "working"), state
                time.sleep(0.05)
            kill(one)
            again = two.client.post(RUNS, json=order, headers=key("course"))
            assert (again.json()["id"], again.headers["idempotent-replayed"]) == (number, "true")
            found = ended(two, number)
            assert (found["state"], found["records"], len(found["volumes"])) == ("done", COUNT, COUNT // 50), found
            begun = [line["run"] for line in two.log() if line["what"] == "run begins"]
            assert begun == [number]
    with open_register(where) as register:
        assert register.verify().problems == []
        assert sorted(each.number for each in register.documents(Filter())) == [f"{each:05d}" for each in range(1, COUNT + 1)]
