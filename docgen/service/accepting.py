"""Which of the formats that are offered a caller would take (RFC 9110, 12.5.1), and in which language (12.5.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from docgen.errors import UsageError, visible
from docgen.messages import LANGUAGES, SOURCE, _


def _weighed(header: str) -> Iterator[tuple[float, str]]:
    """Yield each range of a header with its weight; what cannot be read weighs nothing."""
    for part in header[:2000].split(","):
        name, *parameters = (each.strip() for each in part.split(";"))
        weight = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        try:
            value = float(weight)
        except ValueError:
            value = 0.0
        if name and 0 <= value <= 1:
            yield value, name.lower()


@lru_cache(maxsize=512)
def accepted(header: str, offered: Sequence[str]) -> str | None:
    """Return the media type among those offered that a caller likes best, the first of equals; None if he takes none."""
    ranges = list(_weighed(header)) or [(1.0, "*/*")]

    def weight(media_type: str) -> float:
        group = media_type.partition("/")[0]
        for known in (media_type, f"{group}/*", "*/*"):  # the most exact range counts
            if found := [value for value, name in ranges if name == known]:
                return max(found)
        return 0.0

    best = max(offered, key=weight)
    return best if weight(best) > 0 else None


def chosen(header: str, offered: Mapping[str, str]) -> str:
    """Return the format whose media type a caller takes; `offered` maps media types to formats. Raise UsageError for none."""
    found = accepted(header, tuple(offered))
    if found is None:
        message = _("“{value}” is not offered", value=visible(header[:100]))
        raise UsageError.because("answer-not-offered", message, _("Known are: {names}.", names=", ".join(offered)), key="Accept")
    return offered[found]


@lru_cache(maxsize=512)
def language_of(header: str) -> str:
    """Return the language that messages are in for an Accept-Language header; English where none of ours is in it."""
    for weight, name in sorted(_weighed(header), key=lambda each: -each[0]):
        if weight > 0 and (tag := name.partition("-")[0]) in LANGUAGES:
            return tag
    return SOURCE
