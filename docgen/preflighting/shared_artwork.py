"""Which pages draw the same artwork, told from their content streams alone: a volume need not be rendered page by page.

Only streams are read that consist of what the press writes, operator by operator; of any other nothing is told, and such a page
is rendered. What is left out of account is text, which is taken off a page before its artwork is measured.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdf import PageObject
    from pypdf.generic import DictionaryObject, StreamObject

NUMBER = rb"-?\d+(?:\.\d+)?"
#: A run of text in one face at one place (ISO 32000-1, 9.4): it leaves nothing behind that changes what is drawn after it.
RUN = rb"BT /\w+ %(n)s Tf %(n)s %(n)s Td \((?:[^\\()]|\\.)*\) Tj ET" % {b"n": NUMBER}
#: A colour, a filled rectangle, what is drawn by its name, and the state kept around it.
PLAIN = rb"(?:%(n)s ){3}rg|(?:%(n)s ){4}re f|/\w+ Do|q|Q" % {b"n": NUMBER}
OPERATORS = re.compile(rb"(?:%s|(%s))(?:\s+|$)" % (RUN, PLAIN), re.DOTALL)
#: What a page may say beside its content without another drawing coming of it.
KNOWN = {"/Type", "/Parent", "/Contents", "/Resources", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate"}


class SharedArtwork:
    """The artwork of the pages of one file."""

    def __init__(self) -> None:
        self._forms: dict[int, bytes | None] = {}

    def digest(self, page: PageObject) -> str | None:
        """Return the same for pages that draw the same beside their text; nothing where that cannot be told."""
        if not page.keys() <= KNOWN or "/Contents" not in page:
            return None
        content = page.get_contents()
        drawn = self._drawn(content.get_data(), page["/Resources"].get_object()) if content is not None else None
        if drawn is None:
            return None
        boxes = repr([(name, page[name]) for name in sorted(KNOWN & page.keys()) if name.endswith(("Box", "Rotate"))])
        return hashlib.sha256(boxes.encode() + drawn).hexdigest()

    def _drawn(self, content: bytes, resources: DictionaryObject) -> bytes | None:
        """Return the operators that draw anything but text, each form XObject by what it draws or by its object's number."""
        kept, at = [], 0
        while at < len(content):
            found = OPERATORS.match(content, at)
            if not found:
                return None
            at = found.end()
            operator = found[1]
            if operator and operator.endswith(b" Do"):
                operator = self._form(resources, operator[:-3].decode())
                if operator is None:
                    return None
            kept += [operator] if operator else []
        return b"\n".join(kept)

    def _form(self, resources: DictionaryObject, name: str) -> bytes | None:
        """Return what stands for a form XObject, empty for one that shows text alone; nothing where there is no such object."""
        drawings = resources["/XObject"].get_object() if "/XObject" in resources else {}
        number = getattr(drawings.raw_get(name), "idnum", None) if name in drawings else None
        if number is not None and number not in self._forms:
            self._forms[number] = self._known_form(drawings[name].get_object(), number)
        return self._forms[number] if number is not None else None

    def _known_form(self, form: StreamObject, number: int) -> bytes:
        """A form XObject keeps its colour to itself (8.10.1), so that of text alone does not matter."""
        drawn = self._drawn(form.get_data(), form["/Resources"].get_object()) if "/Resources" in form else None
        is_text = drawn is not None and all(line.endswith(b" rg") for line in drawn.split(b"\n") if line)
        return b"" if is_text else b"object %d" % number
