"""Whether a file is as docgen wrote it: its identifier is the hash of what it holds."""

from __future__ import annotations

import hashlib
import os
from typing import IO

from docgen.pdf.source import SourceFile
from docgen.pdf.syntax import content_of_string, members

#: At the end of a file: where its cross-reference stream begins.
END = 64


def is_sealed(source: SourceFile, file: IO[bytes]) -> bool:
    """Return whether the identifier of a file is the hash of all before its cross-reference stream, as `PdfFile` writes it.

    `file` is what `source` reads.
    """
    named = members(source.resolved(source.trailer.get(b"/ID", b"[]")))
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - END))
    begin = file.read().rpartition(b"startxref")[2].split()[:1]
    if len(named) != 2 or not begin or not begin[0].isdigit():
        return False
    file.seek(0)
    digest = hashlib.sha256(file.read(min(int(begin[0]), size))).digest()[:16]
    return all(content_of_string(source.resolved(each)) == digest for each in named)
