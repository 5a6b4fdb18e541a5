"""The published page in a browser: opened as a file, given pictures of certificates, asked what it says."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: A day within the term of the list.
TODAY = datetime(2026, 11, 20, 12, tzinfo=UTC)


def photograph(pdf: Path, path: Path, dpi: int = 200, sides: tuple[int, int] | None = None) -> Path:
    """Draw the back of a certificate as a picture; with `sides`, the code alone in the middle of a picture of that size."""
    with pypdfium2.PdfDocument(pdf) as document:
        image = document[1].render(scale=dpi / 72).to_pil().convert("RGB")
    if sides:
        per_mm = dpi / 25.4
        code = image.crop(tuple(round(each * per_mm) for each in (20, 20, 65, 65)))
        image = Image.new("RGB", sides, "white")
        image.paste(code, ((sides[0] - code.width) // 2, (sides[1] - code.height) // 2))
    image.save(path, quality=80)
    return path


def opened(page: Page, folder: Path) -> None:
    """Open the page of a published folder, and wait until it has begun."""
    page.goto((folder / "verify.html").as_uri())
    page.wait_for_selector("html[data-ready], #unable:not([hidden])", state="attached")


def verdict(page: Page) -> str:
    """Return the first verdict on the page."""
    page.wait_for_selector("[data-verdict]")
    return page.get_attribute("[data-verdict]", "data-verdict")
