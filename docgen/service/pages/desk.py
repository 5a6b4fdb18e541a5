"""What is stored for one clerk between two visits: his drafts, and the forms that he used last.

Each clerk has a folder of his own among the service's data, named by the SHA-256 of his name. A draft is erased when nobody has
touched it for 30 days.
"""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from pathlib import Path
from time import time

from docgen.errors import DataError
from docgen.files import PRIVATE, PRIVATE_FOLDER, read_bytes, write_whole
from docgen.inputs import DraftStore
from docgen.service.pages.browser import digest_of

#: The folder of all clerks, among the service's data.
CLERKS = "clerks"
#: How many forms are listed as used last, and after how many days a file of a clerk's is erased that nobody has touched.
RECENT, DAYS = 6, 30
SIZE_LIMIT = 1 << 20


class ClerkDesk:
    """The folder of one clerk."""

    def __init__(self, data: Path, clerk: str):
        self.folder = data / CLERKS / digest_of(clerk)
        self.drafts = DraftStore(self.folder)

    def recent(self) -> list[str]:
        """Return the ids of the forms that were used last, the latest first; none where the file cannot be read."""
        try:
            found = json.loads(read_bytes(self.folder / "recent.json", SIZE_LIMIT))
        except (DataError, ValueError, RecursionError):
            return []
        return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []

    def note_used(self, form: str) -> None:
        """Put a form in front of those that were used last."""
        before = self.recent()
        if before[:1] == [form]:
            return
        self.folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        found = [form, *(each for each in before if each != form)][:RECENT]
        write_whole(self.folder / "recent.json", json.dumps(found).encode(), PRIVATE)

    def drafted(self) -> dict[str, float]:
        """Return the ids of the forms with a draft, each with when it was touched last, in seconds since 1970."""
        found = {}
        for path in (self.folder / "drafts").glob("*.json"):
            with suppress(OSError):
                found[path.stem] = path.stat().st_mtime
        return found


def erase_old_drafts(data: Path, days: float = DAYS) -> None:
    """Erase what clerks left longer ago: drafts, and tables with all that belongs to them."""
    for path in (data / CLERKS).glob("*/tables/*"):
        with suppress(OSError):
            if max(each.stat().st_mtime for each in (path, *path.iterdir())) < time() - days * 86400:
                shutil.rmtree(path, ignore_errors=True)
    for path in (data / CLERKS).glob("*/drafts/*.json"):
        with suppress(OSError):
            if path.stat().st_mtime < time() - days * 86400:
                path.unlink()
