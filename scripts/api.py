"""Calls a service as its own OpenAPI document says it may be called, and as it may not: nothing may be answered 500.

`make api` runs it. Schemathesis (in .venv-api) makes up the calls; this script counts what the service's log says of them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections import Counter
from pathlib import Path

from docgen.form import load_form
from docgen.record import sample_record

ROOT = Path(__file__).parents[1]
#: The least number of calls that says anything.
CALLS = 3000
FORM = "retraining-certificate"
CHECKS = "not_a_server_error,response_schema_conformance,content_type_conformance,status_code_conformance,unsupported_method"


def main(arguments: list[str]) -> int:
    """Run Schemathesis; return 1 for a failure of it, for an answer of 500 and for a worker that died."""
    with tempfile.TemporaryDirectory(prefix="docgen-api-") as folder:
        log = Path(folder, "log")
        command = [sys.executable, "-m", "docgen", "serve", "--port", "0", "--register", f"{folder}/book.db", "--data", folder]
        with (
            log.open("w") as stderr,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True, cwd=ROOT) as service,
        ):
            assert service.stdout is not None
            address = service.stdout.readline().split()[-1]
            environment = {**os.environ, **made(address), "SCHEMATHESIS_HOOKS": str(ROOT / "scripts" / "api_hooks.py")}
            tool = [ROOT / ".venv-api" / "bin" / "schemathesis", "run", f"{address}/v1/openapi.json", "--checks", CHECKS]
            done = subprocess.run(
                [*tool, "--phases", "examples,coverage,fuzzing", "--no-color", "--request-timeout", "60", *arguments],
                check=False, cwd=folder, env=environment,
            )  # fmt: skip
            service.terminate()
        lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    return report(lines, done.returncode)


def made(address: str) -> dict[str, str]:
    """Issue a document and order a run, so that calls of those paths find one; return what `api_hooks` reads."""
    record = sample_record(load_form(FORM).fields) | {"surname": "Сынақов"}
    issued = called(f"{address}/v1/register/{FORM}/documents", {**record, "number": None})
    run = called(f"{address}/v1/runs", {"form": FORM, "rows": [record]})
    return {"DOCGEN_API_NUMBER": str(issued["number"]), "DOCGEN_API_RUN": str(run["id"])}


def called(address: str, body: dict[str, object]) -> dict[str, object]:
    """Return the JSON that is answered to a body."""
    headers = {"Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": "api"}
    asked = urllib.request.Request(address, json.dumps(body, default=str).encode(), headers)
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return dict(json.loads(answer.read()))


def report(lines: list[dict[str, object]], code: int) -> int:
    """Show how many calls were answered how; return the exit code."""
    statuses = Counter(str(line["status"]) for line in lines if line["what"] == "request")
    dead = sum(line["what"] == "worker ended" for line in lines)
    failed = sum(count for status, count in statuses.items() if status >= "500")
    calls = sum(statuses.values())
    print(f"{calls} calls: {dict(sorted(statuses.items()))}; {failed} failed, {dead} workers died")
    return 1 if code or failed or dead or calls < CALLS else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["--max-examples", "12"]))
