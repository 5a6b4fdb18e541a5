"""Names and numbers that are nearly others: a dot, a space, quotation marks, a Latin letter in place of a Cyrillic one.

They are asked about. A near name of an organization would begin a second sequence, and a near number a second 00001.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from docgen.form.numbering import NumberPattern
from docgen.kazakh import same_letters

#: Latin letters that look like more than one Cyrillic letter: enough to ask about a name, not to mend it.
_DOUBTFUL = str.maketrans("by", "ву")
#: What people write before a number, and the signs after it.
_BEFORE, _AFTER = re.compile(r"\s*(?:№|#|n[oº°]?\.?|nr\.?)?\s*", re.IGNORECASE), " \t.,;:"
_LETTER_AFTER = re.compile(r"(?<=[0-9])[^\W\d_]$")


@lru_cache(maxsize=1024)
def likeness(name: str) -> str:
    """Return what names that are nearly alike have in common: their letters and digits, without regard to case and script."""
    letters = same_letters(unicodedata.normalize("NFKC", name)).translate(_DOUBTFUL)
    return "".join(filter(str.isalnum, letters))


def meant_number(own: str, pattern: NumberPattern, year: int) -> str:
    """Return the number of the sequence that an own number is nearly, empty for one that follows the pattern or is another."""
    if pattern.seq(own, year) is not None:
        return ""
    plain = unicodedata.normalize("NFKC", own).strip(_AFTER)
    begin = _BEFORE.match(plain)
    bare = plain[begin.end() :] if begin else plain
    seq = next((seq for each in (plain, bare, _LETTER_AFTER.sub("", bare)) if (seq := pattern.seq(each, year)) is not None), None)
    return "" if seq is None else pattern.number(seq, year)
