"""What all tests share: no settings from outside, sample records, and a switch that writes goldens anew."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from support import postgres

from docgen.cli.options import Progress

OWN = ("DOCGEN_FORMS", "DOCGEN_FONTS", "DOCGEN_ARTWORK", "DOCGEN_CACHE", "DOCGEN_DATA", "DOCGEN_REGISTER", "DOCGEN_CLERK")
SETTINGS = (*OWN, "SOURCE_DATE_EPOCH")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--refresh-golden", action="store_true", help="write tests/golden anew")


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOCGEN_LANG", "en")
    monkeypatch.setenv("DOCGEN_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.getbasetemp() / "data"))
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
    """A running PostgreSQL server; the tests that need one are skipped where it is not installed."""
    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    with postgres.server() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def new_register(request: pytest.FixtureRequest) -> Callable[[Path], str]:
    """What tells where a register of a folder's own is: a file that is not there yet, or an empty database of a server."""
    if request.param == "sqlite":
        return lambda folder: str(folder / "register.db")
    import psycopg

    address = request.getfixturevalue("postgres_server")

    def create(_folder: Path) -> str:
        name = f"test_{secrets.token_hex(6)}"
        with psycopg.connect(address.format(name="postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return address.format(name=name)

    return create


@pytest.fixture
def register_at(new_register: Callable[[Path], str], tmp_path: Path) -> str:
    """Where a register of the test's own is."""
    return new_register(tmp_path)
