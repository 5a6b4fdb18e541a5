"""What tests need beyond Python: each need is a marker, for which scripts/packages.py names Debian's packages.

A test that uses LibreOffice or a server without the marker fails, also where a fixture of its module used it for another test: so
the table stays true, and the tests without a marker run where nothing more is installed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from support import chromium, nginx, postgres, softhsm

#: What veraPDF needs that Java has no more since version 11 (JAXB), as Debian installs it.
JARS = ("jaxb-runtime", "jaxb-core", "istack-commons-runtime", "javax.activation", "txw2", "stax-ex")
#: Marker → whether what it stands for is installed.
NEEDS: dict[str, Callable[[], bool]] = {
    "office": lambda: shutil.which("soffice") is not None,
    "browser": lambda: chromium.PROGRAM is not None and find_spec("playwright") is not None,
    "postgres": lambda: postgres.programs() is not None,
    "hsm": lambda: softhsm.MODULE is not None and shutil.which("softhsm2-util") is not None,
    "web": lambda: nginx.PROGRAM is not None and all(map(shutil.which, ("node", "systemd-analyze"))),
    "java": lambda: shutil.which("java") is not None and all(Path("/usr/share/java", f"{name}.jar").is_file() for name in JARS),
}
#: The markers of the test that runs; what fixtures used while they were set up; those that are being set up now.
_marked: set[str] = set()
_used_by: dict[Hashable, set[str]] = {}
_setting_up: list[Hashable] = []


def use(need: str) -> None:
    """Note that the running test uses a need; fail if it does not carry the marker."""
    for fixture in _setting_up:
        _used_by.setdefault(fixture, set()).add(need)
    _refuse_unmarked({need})


def _refuse_unmarked(needs: set[str]) -> None:
    for need in sorted(needs - _marked):
        pytest.fail(f"the test needs what the marker “{need}” stands for and does not carry it", pytrace=False)


def begin(item: pytest.Item) -> None:
    """Take the markers of a test that is about to run; skip it if one of its needs is not installed."""
    _marked.clear()
    _marked.update(mark.name for mark in item.iter_markers())
    for need, is_installed in NEEDS.items():
        if need in _marked and not is_installed():
            pytest.skip(f"not installed: {need} (scripts/setup test)")


@contextmanager
def setting_up(fixture: pytest.FixtureDef, request: pytest.FixtureRequest) -> Iterator[None]:
    """Note what is used while a fixture is set up."""
    _setting_up.append(_key(fixture.argname, fixture.baseid, getattr(request, "param", None)))
    try:
        yield
    finally:
        _setting_up.pop()


def check(item: pytest.Function) -> None:
    """Fail if a fixture of the test used what the test carries no marker for, whichever test it was set up for."""
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    for node in item.listchain():
        for name in item.fixturenames:
            _refuse_unmarked(_used_by.get(_key(name, node.nodeid, parameters.get(name)), set()))


def _key(name: str, base: str, parameter: object) -> Hashable:
    return name, base, repr(parameter)
