"""Chromium's PDF viewer: a page as it stands on the screen there (Debian: chromium)."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

import numpy
from PIL import Image

from support import processes

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
#: The window, in pixels; the certificate's sheet fills most of it at ZOOM.
WINDOW = (3100, 2400)
#: One pixel is 0.1 mm: 254 dots to the inch, of which the viewer's 100 % has 96.
ZOOM = 25400 / 96
#: A page is there when the picture has stayed the same for so many looks, a third of a second apart.
LOOKS = 5


def screenshot(pdf: Path) -> numpy.ndarray:
    """Return a PDF of one page as Chromium's viewer shows it, without what lies around the sheet."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-port=0"]
        options += [f"--user-data-dir={profile}", f"--window-size={WINDOW[0]},{WINDOW[1]}", "about:blank"]
        with processes.start([PROGRAM, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as browser:
            try:
                shown = asyncio.run(asyncio.wait_for(_shown(Path(profile), pdf), 60))
            finally:
                browser.terminate()
    return _sheet(numpy.asarray(Image.open(io.BytesIO(shown)).convert("RGB")))


async def _shown(profile: Path, pdf: Path) -> bytes:
    """Open a PDF and return the window, as PNG, when the page has been drawn."""
    from tornado.websocket import websocket_connect

    connection = await websocket_connect(await _address(profile / "DevToolsActivePort"), max_message_size=1 << 28)
    await _call(connection, "Page.navigate", url=f"{pdf.as_uri()}#toolbar=0&navpanes=0&zoom={ZOOM:.4f}")
    looks: list[str] = []
    while len(set(looks[-LOOKS:])) != 1 or len(looks) < 2 * LOOKS:
        await asyncio.sleep(1 / 3)
        look = await _call(connection, "Page.captureScreenshot", format="png")
        looks += [look["data"]] if look else []  # none while the page is exchanged for the viewer's
    connection.close()
    while await connection.read_message() is not None:
        pass  # until the other side has closed too, and with it the socket
    return base64.b64decode(looks[-1])


async def _address(noted: Path) -> str:
    """Return the address of the only window, as the browser tells it once it has started."""
    while not (noted.exists() and noted.read_text().strip()):
        await asyncio.sleep(0.1)
    port = noted.read_text().split()[0]
    while True:
        with urlopen(f"http://127.0.0.1:{port}/json") as answer:
            windows = [each for each in json.load(answer) if each["type"] == "page"]
        if windows:
            return windows[0]["webSocketDebuggerUrl"]
        await asyncio.sleep(0.1)


async def _call(connection, method: str, **parameters: object) -> dict:
    await connection.write_message(json.dumps({"id": 1, "method": method, "params": parameters}))
    while True:
        answer = json.loads(await connection.read_message())
        if answer.get("id") == 1:
            return answer.get("result", {})


def _sheet(window: numpy.ndarray) -> numpy.ndarray:
    """Cut the sheet out of a window: what is lighter than the grey around it and the shadow between the two."""
    light = window.min(axis=2) > 60
    rows, columns = numpy.flatnonzero(light.mean(axis=1) > 0.5), numpy.flatnonzero(light.mean(axis=0) > 0.5)
    return window[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
