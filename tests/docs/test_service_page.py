"""The unit and the Containerfile of docs/service.md are what systemd and a builder of containers read them as."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sys

import pytest
from support import processes
from support.calling import run
from support.needs import use
from support.places import ROOT

PAGE = (ROOT / "docs" / "service.md").read_text("utf-8")
#: What `systemd-analyze security` says of a unit that is open to everything is 10; of most services of a system 9.
EXPOSURE = 2.5


def unit() -> str:
    """Return the unit of the page."""
    return re.search(r"^\[Unit\]\n.*?^WantedBy=multi-user.target\n", PAGE, re.M | re.S)[0]


@pytest.mark.web
def test_systemd_finds_nothing_wrong_with_the_unit_and_little_that_it_may_do(tmp_path):
    use("web")
    path = tmp_path / "docgen.service"
    path.write_text(unit().replace("/opt/docgen/bin/docgen", shutil.which("true")), "utf-8")
    verified = processes.run(["systemd-analyze", "verify", path], capture_output=True, text=True)
    assert (verified.returncode, verified.stderr) == (0, "")
    command = ["systemd-analyze", "security", "--offline=true", path]
    exposed = processes.run(command, capture_output=True, text=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"})
    assert float(re.search(r"exposure level for docgen\.service: ([\d.]+)", exposed.stdout)[1]) <= EXPOSURE


def test_systemd_ends_the_service_alone_which_then_ends_its_workers():
    """With the default, `control-group`, the workers would be told to end amid what they do."""
    assert "KillMode=mixed" in unit()


def test_what_the_page_starts_is_a_command_that_there_is():
    """Each option of the unit and of the container is one of `docgen serve`; with --help nothing is started."""
    container = processes.run(
        [sys.executable, ROOT / "scripts" / "container.py", "--print"], capture_output=True, text=True, check=True
    ).stdout
    inside = [json.loads(each) for each in re.findall(r"^(?:ENTRYPOINT|CMD) (.+)$", container, re.M)]
    commands = [shlex.split(re.search(r"^ExecStart=(.+)$", unit(), re.M)[1]), [word for part in inside for word in part]]
    for program, *words in commands:
        assert program == "/opt/docgen/bin/docgen"
        known = run("serve", "--help").stdout
        assert words[0] == "serve"
        assert [word for word in words if word.startswith("--") and word not in known] == []
