"""Chromium as a clerk has it before him: pages opened, typed into and clicked by Playwright, and measured by axe-core.

axe-core 4.14.1 lies in `axe/` with its licence (MPL 2.0); what it finds is a breach of WCAG 2.2 AA or of good practice.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from support import chromium, needs

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: Nothing is fetched by the browser itself; Chromium has no sandbox for root.
OPTIONS = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--no-first-run", "--disable-dev-shm-usage"),
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: The end of an address at which there is nothing, of which the console may say so; for a PDF Chromium asks for a picture.
NOWHERE, OF_FILES = "/nothing", "/favicon.ico"
#: Milliseconds that something may take to appear.
PATIENCE = 60_000
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


#: The folder for pictures of the pages that `breaches` looks at, for people to look at; "" for none.
PICTURES = os.environ.get("DOCGEN_PICTURES", "")


@lru_cache(maxsize=1)
def _axe() -> str:
    return (Path(__file__).parent / "axe" / "axe.min.js").read_text("utf-8")


@contextmanager
def screen(language: str = "en", *options: str) -> Iterator[Page]:
    """Provide a page of a browser without a past, with more options; what its console says at the end must be nothing."""
    needs.use("browser")
    from playwright.sync_api import sync_playwright

    said: list[str] = []
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=chromium.PROGRAM, headless=True, args=[*OPTIONS, *options], viewport=DESK, locale=language,
            env={**os.environ, "NO_PROXY": "127.0.0.1"},
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        try:
            page = context.pages[0]
            page.on("console", lambda message: said.append(f"{message.text} {message.location['url']}"))
            page.on("pageerror", lambda error: said.append(str(error)))
            yield page
        finally:
            context.close()
    said = [each for each in said if not each.endswith((NOWHERE, OF_FILES))]
    assert said == [], said


def breaches(page: Page) -> list[str]:
    """Return what axe finds wrong with a page, at a desk and on a phone, and whether it is wider than a phone."""
    found = []
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        _picture(page, size)
        page.evaluate(_axe())  # by the debugger: the policy of the page does not let it in
        result = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
        found += [f"{each['id']}: {node['html'][:200]}" for each in result["violations"] for node in each["nodes"]]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"wider than {size['width']} px")
    page.set_viewport_size(DESK)
    return found


def _picture(page: Page, size: dict[str, int]) -> None:
    """Store what a page looks like in the folder of pictures, if there is one."""
    if PICTURES:
        name = re.sub(r"[^a-z0-9]+", "-", page.url.partition("//")[2].partition("/")[2].partition("?")[0].lower()).strip("-")
        number = len(list(Path(PICTURES).glob("*.png")))
        page.screenshot(path=Path(PICTURES) / f"{number:03d}-{name[:40]}-{size['width']}.png", full_page=True)
