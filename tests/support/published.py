"""What is published of a book, and the page that verifies by it in a browser, given pictures of certificates."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pypdfium2
from click.testing import Result
from PIL import Image

from support.calling import run
from support.places import ROOT
from support.signing import stored

if TYPE_CHECKING:
    from playwright.sync_api import Page

FORM = "retraining-certificate"
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


class Book(NamedTuple):
    """A folder with the printed documents, the options that sign and that name the book, and what is published of it."""

    folder: Path
    key: tuple[str, ...]
    register: tuple[object, ...]

    def document(self, number: str) -> Path:
        """Return the file of a document."""
        return self.folder / "out" / "each" / f"{number}.pdf"

    def publish(self, name: str, *options: object) -> Result:
        """Publish into a folder, on 1 November 2026 unless the options say otherwise."""
        call = ("register", "publish", "-o", self.folder / name, *self.key, *self.register)
        return run(*call, *(options or ("--day", "2026-11-01", "--days", 31)))


def signed_book(folder: Path) -> Book:
    """Return a book of signed documents, its list published: 00402 is void and was corrected before, 00404 replaced 00403."""
    made = Book(folder, stored(folder), ("--register", folder / "book.db"))
    table = ROOT / "samples" / "people.xlsx"
    calls = (
        ("batch", FORM, table, "-o", folder / "out", "--ignore", "*", "--only", "3-6", "--back", "--each", "{number}", *made.key),
        ("register", "correct", FORM, "00402", "--set", "topic=Басқа тақырып", "--reason", "topic"),
        ("register", "void", FORM, "00402", "--reason", "withdrew"),
        ("register", "reissue", FORM, "00403", "--issued", "2026-03-02", "--reason", "lost"),
    )
    for call in (*calls, None):
        result = run(*call, *made.register) if call else made.publish("published")
        assert result.exit_code == 0, result.output
    return made
