"""nginx before a service, as docs/service.md shows it: the page's own example, with the ports and folders of a test."""

from __future__ import annotations

import re
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support import needs, processes
from support.places import ROOT

PROGRAM = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
#: One process in front, with its files in the folder of the test; %s is the example.
CONFIGURATION = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {example}
}}
"""


def example(port: int, service: int, folder: Path, largest: str) -> str:
    """Return the example of the page, listening without TLS at `port`, before the service at another one."""
    text = (ROOT / "docs" / "service.md").read_text("utf-8")
    found = re.search(r"^log_format docgen .*?^}$", text, re.M | re.S)
    assert found, "docs/service.md has no example of nginx"
    changes = {
        "listen 443 ssl;": f"listen 127.0.0.1:{port};",
        "server_name docgen.example.kz;": "",
        "http://127.0.0.1:8080/": f"http://127.0.0.1:{service}/",
        "/var/log/nginx/docgen.log": f"{folder}/access.log",
        "client_max_body_size 256m;": f"client_max_body_size {largest};",
    }
    config = found[0]
    for before, after in changes.items():
        assert before in config, before
        config = config.replace(before, after)
    return config


@contextmanager
def before(service: int, folder: Path, largest: str = "256m") -> Iterator[str]:
    """Provide the address of a service behind nginx, below the path that the page gives it."""
    needs.use("web")
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    path = folder / "nginx.conf"
    path.write_text(CONFIGURATION.format(folder=folder, example=example(port, service, folder, largest)), "utf-8")
    with processes.start([PROGRAM, "-e", folder / "error.log", "-p", folder, "-c", path]) as process:
        try:
            limit = time.monotonic() + 60
            while not _listens(port):
                assert process.poll() is None, (folder / "error.log").read_text("utf-8")
                assert time.monotonic() < limit
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}/docgen/"
        finally:
            process.terminate()
            process.wait(30)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True
