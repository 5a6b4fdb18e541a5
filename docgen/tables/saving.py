"""Workbooks out: the bytes of a file, without the hour at which it was saved, so that same input is same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl import Workbook

#: The first day that a ZIP archive can name (APPNOTE 4.4.6).
DAY = datetime(1980, 1, 1)
PROPERTIES = "docProps/core.xml"
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def saved(book: Workbook) -> bytes:
    """Return a workbook as a file; openpyxl writes the clock's time into its properties and its archive."""
    by_openpyxl, content = io.BytesIO(), io.BytesIO()
    book.save(by_openpyxl)
    with zipfile.ZipFile(by_openpyxl) as parts, zipfile.ZipFile(content, "w") as packed:
        for name in parts.namelist():
            part = parts.read(name)
            if name == PROPERTIES:
                part = _STAMP.sub(rb"\g<1>" + DAY.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), part)
            packed.writestr(entry(name), part)
    return content.getvalue()


def entry(name: str) -> zipfile.ZipInfo:
    """Return the head of a part in an archive, compressed and without the clock's time."""
    head = zipfile.ZipInfo(name, DAY.timetuple()[:6])
    head.compress_type = zipfile.ZIP_DEFLATED
    return head
