"""What holds the project together outside the package: targets, markers and their packages, pins, hooks, contributors' guide."""

from __future__ import annotations

import ast
import re
import shutil
import sys
import tomllib

import pytest
import yaml
from support import processes
from support.needs import NEEDS
from support.places import ROOT, TESTS

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
TARGETS = set(re.findall(r"^([a-z]+):", MAKEFILE, re.M))


def packages_of(*parts: str) -> list[str]:
    """Return the rows of scripts/packages.py for some parts, as if nothing were installed."""
    table = ast.parse((ROOT / "scripts" / "packages.py").read_text("utf-8"))
    rows = next(node.value for node in table.body if isinstance(node, ast.AnnAssign) and node.target.id == "PACKAGES")
    return [row.elts[1].value for row in rows.elts if row.elts[0].value in parts]


def test_the_files_that_the_makefile_names_exist():
    named = re.findall(r"\b(?:tests|scripts)/[\w/.\[\]*-]+", MAKEFILE)
    assert len(named) > 5
    assert [name for name in named if not list(ROOT.glob(name))] == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/dev/release.md"])
def test_the_targets_and_files_that_a_page_names_exist(page):
    text = (ROOT / page).read_text("utf-8")
    named = set(re.findall(r"\bmake ([a-z]+)\b(?=[`\s)])", " ".join(re.findall(r"`[^`\n]+`|^make .*$", text, re.M))))
    assert named - TARGETS == set()
    paths = set(re.findall(r"`((?:docgen|tests|scripts|docs|forms)/[\w/.-]+)`", text))
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_need_is_a_marker_with_packages_and_set_up_installs_them():
    markers = {line.partition(":")[0].partition("(")[0] for line in PROJECT["tool"]["pytest"]["ini_options"]["markers"]}
    assert set(NEEDS) <= markers
    assert all(packages_of(need) for need in NEEDS)
    parts = re.search(r'test\) parts="(.+)"', (ROOT / "scripts" / "setup").read_text("utf-8"))[1].split()
    assert set(NEEDS) <= set(parts)
    assert {"libreoffice-writer", "libreoffice-calc", "libreoffice-draw"} <= set(packages_of("office"))
    quick = re.search(r'-m "([^"]+)"', MAKEFILE)[1]
    assert {"slow", *NEEDS} == set(re.findall(r"not (\w+)", quick))


def test_what_is_missing_is_named_once_and_only_for_the_parts_asked_for():
    bare = {"PATH": str(ROOT / "nowhere")}
    script = [sys.executable, ROOT / "scripts" / "packages.py"]
    named = processes.run([*script, "quick", "slow"], capture_output=True, text=True, check=True, env=bare).stdout.split()
    assert set(named) - {"libc6-dev"} == {"poppler-utils", "qpdf", "ghostscript", "mupdf-tools", "curl", "gcc"}
    assert len(named) == len(set(named))
    assert processes.run([*script], capture_output=True, text=True, check=True, env=bare).stdout.split() == []


def test_every_requirement_is_pinned_and_the_lock_names_no_host_and_no_path():
    pinned = {name.lower().replace("_", "-") for name in re.findall(r"^([\w.-]+)==", LOCK, re.M)}
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["dev"]]
    names = {re.match(r"[\w-]+", line)[0].lower().replace("_", "-") for line in wanted} - {"docgen"}
    assert names - pinned == set()
    assert re.findall(r"https?:|file:|^--|/\w+/\w+", LOCK, re.M) == []


@pytest.mark.parametrize("table", ["dependencies", "dask", "postgres", "service", "dev"])
def test_every_requirement_has_its_reason_beside_it(table):
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    lines = re.search(rf"^{table} = \[\n(.*?)^\]", text, re.M | re.S)[1].splitlines()
    assert [line for line in lines if "#" not in line and "docgen[" not in line] == []


def test_the_hooks_run_what_lint_runs():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
    linted = re.search(r"^lint:.*\n((?:\t.*\n)+)", MAKEFILE, re.M)[1]
    assert {hook["language"] for hook in hooks} == {"system"}
    for hook in hooks:
        assert hook["entry"].replace(" --force-exclude", "") in linted, hook["id"]


@pytest.mark.slow
def test_tests_start_programs_with_default_signals_and_a_limit():
    """By `support.processes`: what a caller ignores is not inherited, and no wait is without end."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted(TESTS.rglob("*.py"))
        if "benchmarks" not in path.parts and path.name != "processes.py"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"subprocess.run", "subprocess.Popen", "os.system"}
    ]
    assert found == []


@pytest.mark.skipif(not shutil.which("env") or sys.platform != "linux", reason="env --ignore-signal is of GNU coreutils")
def test_what_a_caller_ignores_is_not_inherited():
    shown = (
        "import signal; print([each.name for each in (signal.SIGINT, signal.SIGHUP) if signal.getsignal(each) is signal.SIG_IGN])"
    )
    asked = f"from support import processes; processes.run([{sys.executable!r}, '-c', {shown!r}], check=True)"
    ignoring = ["env", "--ignore-signal=INT,HUP", sys.executable, "-c", asked]
    assert processes.run(ignoring, capture_output=True, text=True, check=True, cwd=TESTS).stdout == "[]\n"
