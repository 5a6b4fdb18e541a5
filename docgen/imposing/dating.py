"""What the file of the sheets says of itself: the job, and the latest date of the files, never that of a clock."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from docgen.clock import set_time
from docgen.errors import visible
from docgen.files import printable_name
from docgen.paint.info import NO_DATE, DocumentInfo
from docgen.pdf.source import SourceFile

#: A date of a PDF (ISO 32000-1, 7.9.4); what is left out is the earliest.
_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:Z|([+-])(\d\d)'?(\d\d)?)?")


def info_of(sources: Sequence[SourceFile], job: str) -> DocumentInfo:
    """Return the metadata of the sheets: the title is the job, or the first and the last file."""
    names = [printable_name(source.path).removesuffix(".pdf") for source in sources]
    title = job or (names[0] if len(names) == 1 else f"{names[0]} … {names[-1]}")
    return DocumentInfo(visible(title).replace("\n", " "), "", set_time() or max(map(_dated, sources)))


def _dated(source: SourceFile) -> datetime:
    texts = (source.info.get(key, "") for key in (b"/ModDate", b"/CreationDate"))
    return next((date for text in texts if (date := date_of(text))), NO_DATE)


def date_of(text: str) -> datetime | None:
    """Return the moment of a date of a PDF; None where it is none."""
    match = _DATE.match(text)
    if not match:
        return None
    year, month, day, hour, minute, second = (int(match[group] or least) for group, least in enumerate((0, 1, 1, 0, 0, 0), 1))
    ahead = timedelta(hours=int(match[8] or 0), minutes=int(match[9] or 0))
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        return local + ahead if match[7] == "-" else local - ahead
    except (ValueError, OverflowError):
        return None
