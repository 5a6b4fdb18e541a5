"""The record itself, attached to its document (ISO 19005-3, 6.8): the fields that are on the page, for programs to read.

What is attached is the canonical form of `docgen.canonical`: who has the file gets no word more than who reads the page.
"""

from __future__ import annotations

import hashlib

from docgen.paint.info import DocumentInfo
from docgen.paint.press.elements import Objects
from docgen.paint.press.file import QUICK, deflate, text_string

#: What the attached file is called, and what readers show beside its name.
NAME = "record.json"
SHOWN = "Құжатта басылған деректер"


def attach(file: Objects, number: int) -> bytes:
    """Write how a document's record is attached to it, which will be written as `number`; return entries of the catalogue.

    It is data from which the page was made (`Data`), associated with the document as a whole.
    """
    name = text_string(NAME)
    listed = file.add(
        b"<</Type/Filespec/F%s/UF%s/Desc%s/AFRelationship/Data/EF<</F %d 0 R/UF %d 0 R>>>>"
        % (name, name, text_string(SHOWN), number, number)
    )
    return b"/AF[%d 0 R]/Names<</EmbeddedFiles<</Names[%s %d 0 R]>>>>" % (listed, name, listed)


def write_record(file: Objects, info: DocumentInfo, number: int) -> None:
    """Write the record of a document, in canonical form, under the number that was reserved for it."""
    content = info.facts.content.encode() if info.facts else b""
    day = info.dated.strftime("(D:%Y%m%d%H%M%SZ)").encode()
    checksum = hashlib.md5(content, usedforsecurity=False).hexdigest().encode()  # which ISO 32000-1, 7.11.4 asks for
    params = b"/Params<</Size %d/ModDate%s/CheckSum<%s>>>" % (len(content), day, checksum)
    entries = b"/Type/EmbeddedFile/Subtype/application#2Fjson%s/Filter/FlateDecode" % params
    file.add_encoded(deflate(content, QUICK), entries, number)
