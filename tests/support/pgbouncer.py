"""Debian's pgbouncer before the tests' PostgreSQL server, in transaction mode, with its defaults otherwise."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from support import postgres, processes

SETTINGS = {"listen_addr": "", "auth_type": "any", "pool_mode": "transaction", "default_pool_size": 4}


def program() -> str | None:
    """Return the program, where it is installed."""
    return shutil.which("pgbouncer") or next((path for path in ("/usr/sbin/pgbouncer",) if Path(path).exists()), None)


@contextmanager
def pooler(address: str) -> Iterator[str]:
    """Yield the address through the pooler of a server's database."""
    parts = urlsplit(address)
    [host] = parse_qs(parts.query)["host"]
    with tempfile.TemporaryDirectory(prefix="pb", dir="/tmp") as folder:
        as_user = postgres.owner(folder)
        settings = SETTINGS | {"unix_socket_dir": folder, "logfile": f"{folder}/log", "pidfile": f"{folder}/pid"}
        lines = ["[databases]", f"* = host={host} user=docgen", "[pgbouncer]", *(f"{k} = {v}" for k, v in settings.items())]
        Path(folder, "pgbouncer.ini").write_text("\n".join(lines) + "\n")
        command = [program(), f"{folder}/pgbouncer.ini"]
        with processes.start(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_user) as process:
            try:
                until = time.monotonic() + 30
                while not any(name.startswith(".s.PGSQL") for name in os.listdir(folder)):
                    assert process.poll() is None, Path(folder, "log").read_text()
                    assert time.monotonic() < until, "pgbouncer made no socket in 30 s"
                    time.sleep(0.05)
                yield f"postgresql://docgen@:6432{parts.path}?host={folder}"
            finally:
                process.send_signal(signal.SIGTERM)
