"""The files that pages refer to: style, scripts, each read once and known by its digest, so that a browser stores it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from docgen.errors import UsageError
from docgen.messages import _
from docgen.service.calls import Answer

FOLDER = Path(__file__).with_name("assets")
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
#: A file of this digest never changes.
STORED = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the pages: its content, its media type, the digest that its address has."""

    media_type: str
    content: bytes
    digest: str


@lru_cache(maxsize=1)
def assets() -> Mapping[str, Asset]:
    """Return the files by their names."""
    found = {}
    for path in sorted(FOLDER.iterdir()):
        if path.suffix in MEDIA_TYPES:
            content = path.read_bytes()
            found[path.name] = Asset(MEDIA_TYPES[path.suffix], content, hashlib.sha256(content).hexdigest()[:12])
    return found


def asset_address(name: str) -> str:
    """Return the address of a file, below that of the service."""
    return f"assets/{assets()[name].digest}/{name}"


def asset_answer(name: str) -> Answer:
    """Return a file; raise UsageError for a name that there is not."""
    asset = assets().get(name)
    if asset is None:
        raise UsageError.because("path-unknown", _("there is nothing at this path"))
    return Answer(200, asset.media_type, asset.content, {"cache-control": STORED})
