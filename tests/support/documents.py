"""The documents as tests: what a page tells its reader to write, run and change is done in a folder of its own, in order.

A page consists of steps:

    `path/to/file.toml`:            and a block: the file is written; after “Add to the end of” (beginning), it is added to
    ```sh                           commands, each of which has to succeed
    ```console                      commands after `$ `, each followed by what it shows; `…` stands for anything
    ```python                       code, in one session a page; what it prints stands behind `# → `
    `document.docx` …:              and a list of changes, as one makes them in Word; `cell` → `value` in a workbook
    `result.pdf` says “words”       what has to come out

A block of ```text is shown and not run.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from support import processes
from support.editing import change_document, change_workbook
from support.places import ROOT, SAMPLES


def _pages(*patterns: str) -> list[Path]:
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern))


#: The pages that users follow, but for TUTORIAL.md, which has tests of its own.
USED = _pages("README.md", "docs/*.md", "docs/kk/*.md", "docs/ru/*.md")
#: Every page that anybody is given.
PAGES = _pages("*.md", "docs/**/*.md")
#: The languages of a page's reader, by the folder that the page lies in.
TRANSLATIONS = ("kk", "ru")

FENCE = re.compile(r"^```(?P<kind>\w*)\n(?P<text>.*?)^```$\n?", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"(?:Add\sto\sthe\s(?P<add>beginning|end)\sof\s)?`(?P<path>[\w./-]+)`:\n\n\Z")
CHANGES = re.compile(r"`(?P<path>[\w./-]+\.(?:docx|xlsx))`(?:[^`\n]|\n(?!\n))*:\n\n(?P<changes>(?:- [^\n]*\n)+)")
SAYS = re.compile(r"`(?P<path>[\w./-]+)` says\s“(?P<words>[^”]+)”")
#: Commands that set docgen up, which the tests themselves run in.
SETTING_UP = ("make ", "pip ")
WRITTEN = ("toml", "html", "csv", "json", "yaml", "jinja")
RUN = ("sh", "console", "python")
SHOWN = ("text",)


class Step(NamedTuple):
    """One thing that a page tells its reader to do: `kind` is a kind of block, `file`, `beginning`, `end`, `change`, `says`."""

    kind: str
    text: str
    path: str = ""


def steps(page: str) -> Iterator[Step]:
    """Yield the steps of a page in order."""
    end = 0
    for fence in FENCE.finditer(page):
        before = page[end : fence.start()]
        yield from _steps_of_prose(before)
        end = fence.end()
        written = FILE.search(before) if fence["kind"] not in (*RUN, *SHOWN) else None
        if written:
            yield Step(written["add"] or "file", fence["text"], written["path"])
        else:
            yield Step(fence["kind"], fence["text"])
    yield from _steps_of_prose(page[end:])


def _steps_of_prose(prose: str) -> Iterator[Step]:
    found = [(match.start(), Step("change", match["changes"], match["path"])) for match in CHANGES.finditer(prose)]
    found += [(match.start(), Step("says", " ".join(match["words"].split()), match["path"])) for match in SAYS.finditer(prose)]
    yield from (step for _place, step in sorted(found))


def commands(step: Step) -> list[str]:
    """Return the commands of a block."""
    text = step.text.replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [line.removeprefix("$ ") for line in lines if step.kind == "sh" or line.startswith("$ ")]


def follow(page: Path, folder: Path, language: str = "en", *, refresh: bool = False) -> list[Step]:
    """Do what a page says in `folder`, where the samples are at hand; return what it says of the results.

    With `refresh` the page is corrected where its commands show something else.
    """
    shutil.copytree(SAMPLES, folder / "samples", ignore=shutil.ignore_patterns("out"))
    session: dict[str, object] = {}
    said = []
    try:
        for step in steps(page.read_text("utf-8")):
            path = folder / step.path
            if step.kind == "file":
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(step.text, "utf-8")
            elif step.kind in ("beginning", "end"):
                parts = [step.text, path.read_text("utf-8")]
                path.write_text("\n".join(parts if step.kind == "beginning" else reversed(parts)), "utf-8")
            elif step.kind == "change":
                (change_workbook if path.suffix == ".xlsx" else change_document)(path, step.text.splitlines())
            elif step.kind == "python":
                _run_python(step.text, folder, session)
            elif step.kind == "console":
                shown = _run_dialogue(step.text, folder, language, refresh=refresh)
                if shown != step.text:
                    page.write_text(page.read_text("utf-8").replace(step.text, shown), "utf-8")
            elif step.kind == "sh" and not step.text.startswith(SETTING_UP):
                done = shell(step.text, folder, language)
                assert done.returncode == 0, f"{step.text}\n{done.stdout}"
            elif step.kind == "says":
                said.append(step)
            else:
                assert step.kind in (*SHOWN, "sh"), f"a block of a kind that nobody runs: {step}"
    finally:
        _end_service(folder / "service.pid")
    return said


def _end_service(file: Path) -> None:
    """End the service that a page started and a failure left."""
    with contextlib.suppress(OSError, ValueError):
        os.kill(int(file.read_text()), signal.SIGTERM)


def shell(script: str, folder: Path, language: str) -> subprocess.CompletedProcess[str]:
    """Run a script with the `docgen` of this checkout; what it shows comes as one text."""
    own = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "DOCGEN_LANG": language,
        "DOCGEN_DATA": str(folder / ".data"),
    }
    return processes.run(
        ["sh", "-e"], input=_on_free_port(script), text=True, cwd=folder, env=os.environ | own,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


@cache
def _free_port() -> int:
    """Return a port that was free when this process asked first: another service may be at the one that pages name."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _on_free_port(script: str) -> str:
    """Return a script whose service is at a free port."""
    if "127.0.0.1:8080" not in script and "docgen serve" not in script:
        return script
    return script.replace("docgen serve", f"docgen serve --port {_free_port()}").replace(":8080", f":{_free_port()}")


#: What a slow machine tells while it is at work, in the three languages: `painting: 5 s`, `painting: 40 of 100, …`.
PROGRESS = re.compile(r"^[^:\n]+: (?:\d+ [sс]|\d+ (?:of|из|/) \d+, .*)\n", re.MULTILINE)


def _run_dialogue(dialogue: str, folder: Path, language: str, *, refresh: bool) -> str:
    """Run each command after `$ ` and compare what it shows with the lines that follow; return the dialogue as it was."""
    shown = []
    for part in re.findall(r"^\$ (?:.*\\\n)*.*\n|(?:^(?!\$ ).*\n)+", dialogue, re.MULTILINE):
        if part.startswith("$ "):
            done = shell(part[2:], folder, language)
            assert done.returncode in (0, 1), f"{part}\n{done.stdout}"
            shown.append(part)
            answer = PROGRESS.sub("", done.stdout).strip() + "\n"
        elif _pattern(part.strip()).fullmatch(answer.strip()):
            shown.append(part)
        else:
            assert refresh, f"{shown[-1]}shows\n{answer}and not\n{part}"
            shown.append(_elided(answer, part))
    return "".join(shown)


def _elided(answer: str, expected: str) -> str:
    """Return an answer with the lines that a page abbreviates as the page has them."""
    short = [line for line in expected.splitlines() if "…" in line and line.strip() != "…"]
    lines = answer.splitlines(keepends=True)
    return "".join(next((f"{each}\n" for each in short if _pattern(each).fullmatch(line.rstrip("\n"))), line) for line in lines)


def _pattern(expected: str) -> re.Pattern[str]:
    """Return what matches a text in which `…` stands for anything."""
    return re.compile(".*".join(map(re.escape, expected.split("…"))), re.DOTALL)


def _run_python(code: str, folder: Path, session: dict[str, object]) -> None:
    """Run code in `folder`; what it prints has to be what stands behind `# → `."""
    expected = re.findall(r"# → (.*)$", code, re.MULTILINE)
    printed = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(printed):
        exec(compile(code, "<page>", "exec"), session)
    assert _pattern("\n".join(expected)).fullmatch(printed.getvalue().strip()), f"{code}\nprints\n{printed.getvalue()}"
