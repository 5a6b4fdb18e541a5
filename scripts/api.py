"""Calls a service as its own OpenAPI document says it may be called, and as it may not: nothing may be answered 500.

`make api` runs it. Schemathesis (in .venv-api) makes up the calls; this script counts what the service's log says of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: The least number of calls that says anything.
CALLS = 3000
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
            tool = [ROOT / ".venv-api" / "bin" / "schemathesis", "run", f"{address}/v1/openapi.json", "--checks", CHECKS]
            done = subprocess.run(
                [*tool, "--phases", "examples,coverage,fuzzing", "--no-color", "--request-timeout", "60", *arguments], check=False
            )
            service.terminate()
        lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    return report(lines, done.returncode)


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
