"""An answer whose body comes piece by piece."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Streamed:
    """An answer whose body comes piece by piece; an empty piece only asks whether the caller is still there."""

    status: int
    media_type: str
    pieces: AsyncIterator[bytes]
    headers: Mapping[str, str] = field(default_factory=dict)
