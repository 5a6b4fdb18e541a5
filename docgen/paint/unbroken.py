"""Words that stay on one line in a document that flows: `№ 5`, `Б. Сейітқали`, `12 қаңтар` (DESIGN.md, Typography)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen import kazakh

#: Words that stay with their neighbour are short; a longer run may break, so that it never leaves the page.
HELD_LIMIT = 30
NO_BREAK_SPACE = "\u00a0"


def runs(text: str) -> Iterator[tuple[str, bool]]:
    """Cut a text into runs, each with whether it must not be broken at the spaces in it."""
    held = kazakh.holds_together(text)
    found: list[str] = []
    for match in re.finditer(r"\S+|\s+", text):
        if match.start() in held and len(found) > 1:
            space = found.pop()
            found[-1] += space + match[0]
        else:
            found.append(match[0])
    return ((run, not run.isspace() and len(run) <= HELD_LIMIT and bool(re.search(r"\s", run))) for run in found)


def with_no_break_spaces(text: str) -> str:
    """Return a text in which Word breaks no such run."""
    return "".join([run.replace(" ", NO_BREAK_SPACE) if is_held else run for run, is_held in runs(text)])
