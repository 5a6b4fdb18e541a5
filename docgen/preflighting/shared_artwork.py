"""Which pages draw the same artwork, by their content streams alone: a volume need not be rendered page by page.

Only streams that consist of what the press writes are understood, operator by operator; a page with any other is rendered. Text
does not count, since it is taken off a page before its artwork is measured.
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
#: A colour, a filled rectangle, what is drawn by its name, and the graphics state saved around it.
PLAIN = rb"(?:%(n)s ){3}rg|(?:%(n)s ){4}re f|/\w+ Do|q|Q" % {b"n": NUMBER}
OPERATORS = re.compile(rb"(?:%s|(%s))(?:\s+|$)" % (RUN, PLAIN), re.DOTALL)
#: The entries of a page that add nothing to what its content draws.
KNOWN = {"/Type", "/Parent", "/Contents", "/Resources", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate"}


def _dictionary(holder: DictionaryObject, name: str) -> DictionaryObject:
    """Return a dictionary of a dictionary; an empty one if it is not there."""
    from pypdf.generic import DictionaryObject

    entry = holder[name].get_object() if name in holder else None
    return entry if isinstance(entry, DictionaryObject) else DictionaryObject()


class SharedArtwork:
    """The artwork of the pages of one file."""

    def __init__(self) -> None:
        self._forms: dict[int, bytes | None] = {}

    def digest(self, page: PageObject) -> str | None:
        """Return a digest that is equal for pages with equal artwork; None if the page is not understood."""
        if not page.keys() <= KNOWN or "/Contents" not in page:
            return None
        content = page.get_contents()
        drawn = self._drawn(content.get_data(), _dictionary(page, "/Resources")) if content is not None else None
        if drawn is None:
            return None
        boxes = repr([(name, page[name]) for name in sorted(KNOWN & page.keys()) if name.endswith(("Box", "Rotate"))])
        return hashlib.sha256(boxes.encode() + drawn).hexdigest()

    def _drawn(self, content: bytes, resources: DictionaryObject) -> bytes | None:
        """Return the operators that draw anything but text, each form XObject by what it draws or by its object's number."""
        operators: list[bytes] = []
        at = 0
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
            operators += [operator] if operator else []
        return b"\n".join(operators)

    def _form(self, resources: DictionaryObject, name: str) -> bytes | None:
        """Return the operators that a form XObject counts for, none if it shows text alone; None if there is no such object."""
        from pypdf.generic import IndirectObject, StreamObject

        drawings = _dictionary(resources, "/XObject")
        reference = drawings.raw_get(name) if name in drawings else None
        if not isinstance(reference, IndirectObject):
            return None
        number, form = reference.idnum, reference.get_object()
        if number not in self._forms and isinstance(form, StreamObject):
            self._forms[number] = self._known_form(form, number)
        return self._forms.get(number)

    def _known_form(self, form: StreamObject, number: int) -> bytes:
        """Return the operators of a form XObject by its object's number, none if it shows text alone.

        Its colours end with it (ISO 32000-1, 8.10.1), so that a colour for text does not matter.
        """
        drawn = self._drawn(form.get_data(), _dictionary(form, "/Resources")) if "/Resources" in form else None
        is_text = drawn is not None and all(line.endswith(b" rg") for line in drawn.split(b"\n") if line)
        return b"" if is_text else b"object %d" % number
