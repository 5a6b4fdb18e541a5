"""Names of files made of a record's values: safe on every system, never clashing, never outside their folder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from docgen.errors import UsageError, nearest_hint, visible
from docgen.messages import _

#: What a file's name cannot hold on some system: separators, signs that Windows keeps for itself, all that is not seen.
UNSAFE = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]+')
#: Names that Windows gives to devices, with any suffix.
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)
FIELD = re.compile(r"\{(\w*)\}")
#: A name has at most 255 bytes on most systems; suffix and number of a clash need some of them.
BYTES = 200


def check_pattern(pattern: str, fields: Iterable[str]) -> None:
    """UsageError for a pattern of names that has no field in it, or one that the form lacks."""
    known = list(fields)
    for name in FIELD.findall(pattern):
        if name not in known:
            message = _("the form has no field “{name}”", name=visible(name))
            raise UsageError.because("each-wrong", message, nearest_hint(name, known), key="--each")
    is_text = all(unicodedata.category(sign) != "Cs" for sign in pattern)
    if not is_text or not FIELD.search(pattern) or re.search(r"[{}]", FIELD.sub("", pattern)):
        hint = _("Write fields in braces: --each “{example}”.", example="{number}-{surname}")
        raise UsageError.because("each-wrong", _("“{pattern}” makes no names", pattern=visible(pattern)), hint, key="--each")


def fill_name(pattern: str, values: Mapping[str, object]) -> str:
    """Return the name that a pattern makes of a record's values, without suffix; empty when nothing is left of it."""
    text = FIELD.sub(lambda match: "" if values.get(match[1]) is None else str(values[match[1]]), pattern)
    text = unicodedata.normalize("NFC", "".join(sign for sign in text if unicodedata.category(sign) not in {"Cf", "Cs", "Co"}))
    name = UNSAFE.sub("_", re.sub(r"\s+", " ", text)).strip(" .-")
    name = name.encode()[:BYTES].decode(errors="ignore").rstrip(" .")
    return f"_{name}" if DEVICES.match(name) else name


class Names:
    """Gives each file a name that no other one has, letters of either case being the same."""

    def __init__(self) -> None:
        #: Name in lower case → the number that was put behind it last.
        self._taken: dict[str, int] = {}

    def take(self, name: str, row: int, suffix: str) -> str:
        """Return the name with its suffix; the row stands for a record whose name is empty."""
        stem = taken = name or f"{row:05d}"
        while taken.casefold() in self._taken:
            self._taken[stem.casefold()] += 1
            taken = f"{stem}-{self._taken[stem.casefold()]}"
        self._taken[taken.casefold()] = 1
        return f"{taken}.{suffix}"
