"""Name Debian's packages that are missing here: `packages.py run quick office …` prints those of each part, one a line.

The parts are `run`, docgen itself; `quick`, the tests without a marker; and pytest's markers (pyproject.toml), for the tests
that carry them. A new need of tests is a row here and a marker. Python alone is needed: nothing is installed yet.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

Probe = Callable[[], bool]


def library(*names: str) -> Probe:
    """Return a probe for a shared library that loads, under one of its names on Linux and macOS."""
    return lambda: any(map(_loads, [*names, *(f"/opt/homebrew/lib/{name}" for name in names)]))


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def program(name: str, elsewhere: str = "") -> Probe:
    """Return a probe for a program, in the PATH or where a pattern within the root folder finds it."""
    return lambda: bool(shutil.which(name)) or (elsewhere != "" and any(Path("/").glob(elsewhere)))


def office(part: str) -> Probe:
    """Return a probe for a part of LibreOffice; Linux packages keep each in a library of its own."""

    def is_there() -> bool:
        soffice = shutil.which("soffice")
        return bool(soffice) and (sys.platform != "linux" or Path(soffice).resolve().with_name(part).exists())

    return is_there


def font(family: str) -> Probe:
    """Return a probe for a family with all Kazakh letters (Liberation 1.x lacks some)."""

    def is_there() -> bool:
        if not shutil.which("fc-list"):
            return False
        found = subprocess.run(["fc-list", ":lang=kk", "family"], capture_output=True, text=True, timeout=120)
        return family in found.stdout

    return is_there


def jar(name: str) -> Probe:
    """Return a probe for a library of Java, where Debian keeps them."""
    return lambda: sys.platform != "linux" or Path(f"/usr/share/java/{name}.jar").exists()


#: Part, Debian's package (of this name in Debian 12 and 13), how it is found to be there.
PACKAGES: list[tuple[str, str, Probe]] = [
    ("run", "libpango-1.0-0", library("libpango-1.0.so.0", "libpango-1.0.dylib")),
    ("run", "libpango-1.0-0", library("libgobject-2.0.so.0", "libgobject-2.0.0.dylib")),
    ("run", "libpangoft2-1.0-0", library("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib")),
    ("run", "libpangoft2-1.0-0", library("libfontconfig.so.1", "libfontconfig.1.dylib")),
    ("run", "libharfbuzz-subset0", library("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib")),
    ("run", "libharfbuzz-subset0", library("libharfbuzz.so.0", "libharfbuzz.0.dylib")),
    ("quick", "poppler-utils", program("pdftotext")),
    ("quick", "qpdf", program("qpdf")),
    ("quick", "ghostscript", program("gs")),  # reads a page's text as it is in the file
    ("quick", "mupdf-tools", program("mutool")),  # draws pages, and shows what overprints
    ("slow", "libzbar0", library("libzbar.so.0", "libzbar.0.dylib")),  # reads codes (pyzbar)
    ("slow", "curl", program("curl")),  # the examples of docs/service.md
    ("slow", "gcc", program("gcc")),  # compiles what makes a disk fail
    ("slow", "libc6-dev", lambda: sys.platform != "linux" or Path("/usr/include/stdio.h").exists()),
    ("bench", "wrk", program("wrk")),  # calls services
    ("office", "libreoffice-writer", office("libswlo.so")),
    ("office", "libreoffice-calc", office("libsclo.so")),
    ("office", "libreoffice-draw", office("libsdlo.so")),
    ("office", "fontconfig", program("fc-list")),
    ("office", "fonts-liberation2", font("Liberation Serif")),
    ("browser", "chromium", lambda: any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))),
    ("postgres", "postgresql", program("initdb", "usr/lib/postgresql/*/bin/initdb")),
    ("postgres", "pgbouncer", program("pgbouncer", "usr/sbin/pgbouncer")),
    ("java", "default-jre-headless", program("java")),  # runs veraPDF
    ("java", "libjaxb-java", jar("jaxb-runtime")),
    ("java", "libistack-commons-java", jar("istack-commons-runtime")),
    ("java", "libactivation-java", jar("javax.activation")),
    ("java", "libtxw2-java", jar("txw2")),
    ("java", "libstax-ex-java", jar("stax-ex")),
    ("hsm", "softhsm2", program("softhsm2-util")),  # a device for keys, in software: PKCS#11
    ("hsm", "openssl", program("openssl")),  # the example of docs/code.md
    ("web", "nginx", program("nginx", "usr/sbin/nginx")),
    ("web", "nodejs", program("node")),
    ("web", "systemd", program("systemd-analyze")),  # reads the unit of docs/service.md
]


def missing(parts: list[str]) -> list[str]:
    """Return the packages of some parts that are not there, each once, in the table's order."""
    return list(dict.fromkeys(package for part, package, is_there in PACKAGES if part in parts and not is_there()))


if __name__ == "__main__":
    print(*missing(sys.argv[1:]), sep="\n")
