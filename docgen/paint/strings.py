"""Strings of a PDF as they are written (ISO 32000-1, 7.3.4)."""

from __future__ import annotations

import re

_SPECIAL = re.compile(rb"[\\()\r]")


def literal(codes: bytes) -> bytes:
    """Return a literal string (7.3.4.2)."""
    if _SPECIAL.search(codes):
        codes = codes.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)").replace(b"\r", b"\\r")
    return b"(%s)" % codes
