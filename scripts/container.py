"""Carries out the Containerfile of docs/service.md on this system, and asks the service that it begins for a document.

    scripts/container.py --on-this-system    as root, on a system that is thrown away: it installs packages and a user
    scripts/container.py --print             the Containerfile alone, for buildah or podman

COPY and RUN are done as they stand, USER and ENV hold for what begins. `make fresh` runs it in bare systems, after `make wheel`.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOKENS, ADDRESS, HOST = Path("/run/secrets/tokens.toml"), "http://127.0.0.1:8080", "docgen.example.kz"
FORM, SECONDS = "retraining-certificate", 120


def containerfile() -> str:
    """Return the Containerfile of the page."""
    found = re.search(r"^FROM debian.*?^CMD .*?$", (ROOT / "docs" / "service.md").read_text("utf-8"), re.M | re.S)
    if found is None:
        raise SystemExit("container: docs/service.md has no Containerfile")
    return f"{found[0]}\n"


def steps() -> list[tuple[str, str]]:
    """Return the instructions with their arguments, those of several lines joined."""
    lines = re.sub(r"\\\n\s*", "", containerfile()).splitlines()
    return [(word, rest) for word, _space, rest in (line.partition(" ") for line in lines)]


def main(arguments: list[str]) -> int:
    """Carry the steps out; return 0 once the service has answered with a certificate."""
    if arguments == ["--print"]:
        print(containerfile(), end="")
        return 0
    if arguments != ["--on-this-system"] or os.getuid() != 0:
        raise SystemExit(__doc__)
    command: list[str] = []
    environment, user = dict(os.environ), "root"
    for word, rest in steps():
        print(f"container: {word} {rest}", flush=True)
        if word == "RUN":
            subprocess.run(["sh", "-ec", rest], check=True, cwd="/")
        elif word == "COPY":
            *sources, target = shlex.split(rest)
            for path in (path for source in sources for path in ROOT.glob(source)):
                shutil.copy(path, target)
        elif word == "ENV":
            name, _sign, value = rest.partition("=")
            environment[name] = value
        elif word == "USER":
            user = rest
        elif word in ("ENTRYPOINT", "CMD"):
            command += json.loads(rest)
    ask(command, environment, user)
    print("container: the service has answered")
    return 0


def ask(command: list[str], environment: dict[str, str], user: str) -> None:
    """Begin the service with a token, ask it for a certificate, and let it end."""
    TOKENS.parent.mkdir(parents=True, exist_ok=True)
    made = subprocess.run(
        [command[0], "token", TOKENS, "container", "--rights", "make"], check=True, capture_output=True, text=True
    )
    shutil.chown(TOKENS, user)
    # The proxy is on another machine; this one is trusted as well.
    with subprocess.Popen(command, env=environment, user=user, cwd="/") as service:
        try:
            wait(service)
            record = subprocess.run([command[0], "forms", "sample", FORM], check=True, capture_output=True).stdout
            headers = {"Authorization": f"Bearer {made.stdout.split()[0]}", "Content-Type": "application/toml", "Host": HOST}
            asked = urllib.request.Request(f"{ADDRESS}/v1/forms/{FORM}/documents", record, headers)
            with urllib.request.urlopen(asked, timeout=SECONDS) as answer:
                assert answer.read(5) == b"%PDF-"
        finally:
            service.terminate()
            assert service.wait(SECONDS) == 0


def wait(service: subprocess.Popen[bytes]) -> None:
    """Wait until the service is ready."""
    limit = time.monotonic() + SECONDS
    while True:
        try:
            asked = urllib.request.Request(f"{ADDRESS}/ready", headers={"Host": HOST})
            return urllib.request.urlopen(asked, timeout=5).close()
        except OSError:
            if service.poll() is not None or time.monotonic() > limit:
                raise SystemExit("container: the service does not begin") from None
            time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
