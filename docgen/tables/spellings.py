"""Which fields a heading can mean: by a field's name, then its labels, then what offices write, each in any spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain

from docgen import kazakh
from docgen.form.lexicon import NAME_PARTS, NO_LEXICON, Lexicon

#: Each field with its labels in every language.
Fields = Mapping[str, Sequence[str]]
#: What stands for the fields of NAME_PARTS where one column holds them together.
FULL_NAME = "full_name"
#: What parts the same heading in two languages, or a heading of two rows.
SLASH = re.compile(r"[/|()\\]")


def compared(text: str) -> str:
    """Return a heading or a label as it is compared: without case, spaces, punctuation and lookalike letters."""
    with suppress(kazakh.MixedScripts):  # then it is compared as it is, and reported as unknown
        text, _mendings = kazakh.mend_lookalikes(text)
    text = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", "", text) or text.strip()


class Spellings:
    """What headings can mean. A field's own name is never taken for another's label, nor a label for what an office writes."""

    def __init__(self, fields: Fields, lexicon: Lexicon = NO_LEXICON):
        written = [(name, lexicon.headings.get(name, ())) for name in fields]
        has_parts = lexicon.full_name and fields.keys() >= set(NAME_PARTS[:2])
        full_name = [(FULL_NAME, (*lexicon.full_name, FULL_NAME))] if has_parts else []
        self._known = (
            _by_spelling(full_name)
            | _by_spelling(written)
            | _by_spelling(fields.items())
            | {compared(name): (name,) for name in fields}
        )
        self._counters = {compared(text) for text in lexicon.row_number} - self._known.keys()

    def meant(self, text: str) -> tuple[str, ...]:
        """Return the fields that a heading can mean; of one in two languages, `Тегі / Фамилия`, those of all its parts."""
        if found := self._known.get(compared(text), ()):
            return found
        parts = [part for part in SLASH.split(text) if part.strip()]
        meanings = [self._known.get(compared(part), ()) for part in parts]
        return tuple(dict.fromkeys(chain.from_iterable(meanings))) if len(parts) > 1 and all(meanings) else ()

    def is_counter(self, text: str) -> bool:
        """Return whether a heading is that of a column which counts the rows."""
        return compared(text) in self._counters


def meanings(texts: Iterable[str], fields: Fields, lexicon: Lexicon = NO_LEXICON) -> dict[str, tuple[str, ...]]:
    """Return the fields that headings of these texts can mean by name, label or lexicon."""
    known = Spellings(fields, lexicon)
    return {text: known.meant(text) for text in texts}


def parts_of(names: Iterable[str]) -> Iterator[str]:
    """Yield the fields that columns hold: of a full name, each of its parts."""
    for name in names:
        yield from NAME_PARTS if name == FULL_NAME else (name,)


def _by_spelling(spellings: Iterable[tuple[str, Sequence[str]]]) -> dict[str, tuple[str, ...]]:
    known: dict[str, tuple[str, ...]] = {}
    for name, texts in spellings:
        for text in map(compared, texts):
            known[text] = tuple(dict.fromkeys((*known.get(text, ()), name)))
    return known
