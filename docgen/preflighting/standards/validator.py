"""veraPDF, the validator of the PDF industry, run where `DOCGEN_VERAPDF` names a command for it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from docgen.errors import MachineError, visible
from docgen.messages import _

VARIABLE = "DOCGEN_VERAPDF"
#: Seconds; ten thousand pages take some minutes.
LIMIT = 1_800
_VERSION = re.compile(r"\d+(?:\.\d+)+\S*")


@dataclass(frozen=True, slots=True)
class Validation:
    """What veraPDF says of a file: its version, empty where it does not say, and the rules that the file breaks."""

    version: str
    passed: bool
    failures: list[str]

    def as_json(self) -> dict[str, object]:
        """Return it as plain values."""
        return {"validator": "veraPDF", "version": self.version, "passed": self.passed, "failures": self.failures}

    def as_lines(self) -> list[str]:
        """Return the verdict for a terminal, then what is broken."""
        name = f"veraPDF {self.version}".strip()
        verdict = _("{name}: conforms", name=name) if self.passed else _("{name}: does not conform", name=name)
        return [verdict, *(f"    {each}" for each in self.failures)]


def validate(path: Path, flavour: str) -> Validation | None:
    """Return what veraPDF says of a file; None where no command is named, or it does not know the standard.

    The command is called with a flavour (2a, 2b, ua1) and the file, and prints `PASS …` or `FAIL …` and below it, indented,
    the rules that are broken; with `--version` it may print its version. Raise MachineError if it does anything else.
    """
    command = shlex.split(os.environ.get(VARIABLE, ""))
    if not command or not flavour:
        return None
    printed = _run([*command, flavour, str(path.absolute())])
    verdict = next((line for line in printed.stdout.splitlines() if line.startswith(("PASS ", "FAIL "))), None)
    if verdict is None:
        raise _failed(command, printed.stdout + printed.stderr)
    failures = [visible(line.strip()) for line in printed.stdout.splitlines() if line.startswith("  ")]
    return Validation(_version(command), verdict.startswith("PASS "), failures)


def _version(command: list[str]) -> str:
    printed = _run([*command, "--version"])
    match = _VERSION.search(printed.stdout) if printed.returncode == 0 else None
    return match[0] if match else ""


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="replace", timeout=LIMIT, check=False
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise _failed(command, _("it had not ended after {seconds} s", seconds=LIMIT)) from None
    except OSError as error:
        raise _failed(command, error.strerror or str(error)) from None


def _failed(command: list[str], said: str) -> MachineError:
    last = next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "–")
    message = _("veraPDF gave no verdict: {reason}", reason=visible(last[:200]))
    hint = _("{variable} names the command: {command}. Put it right, or leave the variable out.",
             variable=VARIABLE, command=visible(shlex.join(command[:1])))  # fmt: skip
    return MachineError.because("validator-failed", message, hint)
