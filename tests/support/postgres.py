"""A real PostgreSQL server for the tests: in a temporary folder, on a socket of its own, gone when the tests end."""

from __future__ import annotations

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from support import processes

#: Without safety against a power cut, which no test here makes: the server is quicker to start and to write.
SETTINGS = {"listen_addresses": "", "fsync": "off", "max_connections": "80"}

#: A user whom the server asks for a password; all others it trusts.
GUARDED = "guarded"


def programs() -> Path | None:
    """Return the folder of the server's programs, where PostgreSQL is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).parent if initdb else None


@contextmanager
def server() -> Iterator[str]:
    """Give the address of a running server, without a database's name."""
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder:  # the name of a socket holds 107 letters
        as_user = owner(folder)
        bin, data = programs(), f"{folder}/data"
        _run(as_user, bin / "initdb", "-D", data, "-U", "docgen", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        rules = Path(data, "pg_hba.conf")
        rules.write_text(f"local all {GUARDED} scram-sha-256\n{rules.read_text()}")
        settings = [f"-c{name}={value}" for name, value in (SETTINGS | {"unix_socket_directories": folder}).items()]
        command = [bin / "postgres", "-D", data, *settings]
        with (
            Path(folder, "log").open("wb") as log,
            processes.start(command, stdout=log, stderr=log, preexec_fn=_die_with_tests, **as_user) as process,
        ):
            try:
                _run({}, bin / "pg_isready", "--host", folder, "--timeout", "1", tries=120)
                yield f"postgresql://docgen@/{{name}}?host={folder}"
            finally:
                process.send_signal(signal.SIGQUIT)  # at once: nobody needs what is in it


def create_database(address: str) -> str:
    """Create an empty database on a server; return its name. That takes a tenth of a second, and 300 files."""
    import psycopg

    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(address.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return name


def empty_database(address: str, name: str) -> None:
    """End what is connected to a database still, and empty it."""
    import psycopg

    with psycopg.connect(address.format(name=name), autocommit=True) as connection:
        others = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
        connection.execute(others, [name])
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def _die_with_tests() -> None:
    """Let the kernel stop the server when the tests are killed (Linux: prctl 1, PR_SET_PDEATHSIG)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


def owner(folder: str) -> dict[str, str]:
    """Give the folder to a user that the server may run as: it refuses to run as root."""
    if os.getuid() != 0:
        return {}
    user = next((name for name in ("postgres", "nobody") if _is_user(name)), None)
    shutil.chown(folder, user)
    return {"user": user}


def _is_user(name: str) -> bool:
    try:
        return bool(pwd.getpwnam(name))
    except KeyError:
        return False


def _run(as_user: dict[str, str], *words: object, tries: int = 1) -> None:
    """Run a program until it succeeds, `tries` times, a quarter of a second apart."""
    command = [str(word) for word in words]
    for _try in range(tries - 1):
        if processes.run(command, stdout=subprocess.DEVNULL, cwd="/", **as_user).returncode == 0:
            return
        time.sleep(0.25)
    processes.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **as_user)
