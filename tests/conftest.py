"""What all tests share: no settings from outside, needs and their markers, a limit of time, goldens, registers."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from support import needs, postgres, torture

from docgen.cli.options import Progress

OWN = ("DOCGEN_FORMS", "DOCGEN_FONTS", "DOCGEN_ARTWORK", "DOCGEN_CACHE", "DOCGEN_DATA", "DOCGEN_REGISTER", "DOCGEN_CLERK")
SETTINGS = (*OWN, "SOURCE_DATE_EPOCH")


# How long an example takes says how busy the machine is.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--refresh-golden", action="store_true", help="write tests/golden anew")
    parser.addoption("--shuffle", type=int, metavar="SEED", help="run the tests in another order")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: tests of servers, kills and clusters wait, and leave theirs to others."""
    return len(os.sched_getaffinity(0)) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    seed = config.getoption("--shuffle")
    if seed is not None:
        random.Random(seed).shuffle(items)
    for item in items:
        if "postgres_server" in getattr(item, "fixturenames", ()):
            item.add_marker("postgres")


#: Seconds that one test may take, and each of its fixtures; the slowest takes half a minute on a busy machine. Where that does
#: not end it (C code that does not return, a clean-up that waits), `faulthandler_timeout` shows all threads and ends the process.
LIMIT = 600
#: Seconds until it is ended once more: the first end may be lost in a callback, or in a clean-up that waits too.
AGAIN = 10


@contextmanager
def limited(what: str) -> Iterator[None]:
    """End a test that waits for what does not come, and say which; `make torture` has tests of hours."""
    if torture.IS_FULL or threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_signal: int, _frame: object) -> None:
        pytest.fail(f"{what} took longer than {LIMIT} s")  # no Exception: no handler on the way takes it for one of its own

    former = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, LIMIT, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item):
    needs.begin(item)
    with limited(f"the set-up of {item.nodeid}"):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef, request: pytest.FixtureRequest):
    with needs.setting_up(fixturedef, request):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item):
    needs.check(item)
    with limited(item.nodeid):
        return (yield)


@pytest.fixture(scope="session", autouse=True)
def _data_of_shared_fixtures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What is made for many tests remembers nothing in the data folder of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.getbasetemp() / "data"))
        yield


@pytest.fixture(autouse=True)
def _own_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOCGEN_LANG", "en")
    monkeypatch.setenv("DOCGEN_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    # A folder of each test's own: copies of one book, as several tests have them, are refused within one folder.
    own = hashlib.sha256(request.node.nodeid.encode("utf-8", "backslashreplace")).hexdigest()[:16]
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.getbasetemp() / "data" / own))
    # A slow machine tells that it is still at work, and tests compare all that is told.
    monkeypatch.setattr(Progress, "LINE_SECONDS", 3600.0)


@pytest.fixture
def golden(request: pytest.FixtureRequest):
    """Compare a text with tests/golden/NAME; with --refresh-golden, write it there."""

    def compare(name: str, text: str) -> None:
        path = Path(__file__).parent / "golden" / name
        if request.config.getoption("--refresh-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture(scope="session")
def postgres_server():
    """A running PostgreSQL server."""
    needs.use("postgres")
    with postgres.server() as address:
        yield address


@pytest.fixture(scope="session")
def spare_databases() -> list[str]:
    """The names of databases that earlier tests left empty."""
    return []


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def new_register(request: pytest.FixtureRequest) -> Iterator[Callable[[Path], str]]:
    """What tells where a register of a folder's own is: a file that is not there yet, or an empty database of a server."""
    if request.param == "sqlite":
        yield lambda folder: str(folder / "register.db")
        return
    address, spare = request.getfixturevalue("postgres_server"), request.getfixturevalue("spare_databases")
    used: list[str] = []

    def provide(_folder: Path) -> str:
        used.append(spare.pop() if spare else postgres.create_database(address))
        return address.format(name=used[-1])

    yield provide
    for name in used:
        postgres.empty_database(address, name)
        spare.append(name)


@pytest.fixture
def register_at(new_register: Callable[[Path], str], tmp_path: Path) -> str:
    """Where a register of the test's own is."""
    return new_register(tmp_path)
