"""The book of what was issued: numbers without gaps, who got them, what became of each document.

    with open_register("register.db") as register:
        numbers = register.issue(form, [Request("1", record)], job="monday")

SQLite or PostgreSQL through SQLAlchemy, which is loaded when the first name is used that needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.exports import lazy_exports

if TYPE_CHECKING:
    from docgen.register.book import Register, open_register
    from docgen.register.checking import BookReport
    from docgen.register.exporting import BOOK_COLUMNS, EXPORT_FORMATS, export_rows, lines_workbook, without_apostrophe
    from docgen.register.journal import JOURNAL, journal_fields, read_unprinted
    from docgen.register.journal_rows import check_journalled, journal_values, journal_workbook
    from docgen.register.life import STATES
    from docgen.register.planning import check_numbered
    from docgen.register.queries import Document, Filter, NumberSequence
    from docgen.register.stock import Movement, SerialRange, StockStatement, read_serials
    from docgen.register.takeover import OldDocument
    from docgen.register.values import Request, StoredRequest, canonical, digest, stored_request, today
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "book": "Register open_register",
            "checking": "BookReport",
            "exporting": "BOOK_COLUMNS EXPORT_FORMATS export_rows lines_workbook without_apostrophe",
            "journal": "JOURNAL journal_fields read_unprinted",
            "journal_rows": "check_journalled journal_values journal_workbook",
            "life": "STATES",
            "planning": "check_numbered",
            "queries": "Document Filter NumberSequence",
            "stock": "Movement SerialRange StockStatement read_serials",
            "takeover": "OldDocument",
            "values": "Request StoredRequest canonical digest stored_request today",
        },
    )

__all__ = [
    "BOOK_COLUMNS",
    "EXPORT_FORMATS",
    "JOURNAL",
    "STATES",
    "BookReport",
    "Document",
    "Filter",
    "Movement",
    "NumberSequence",
    "OldDocument",
    "Register",
    "Request",
    "SerialRange",
    "StockStatement",
    "StoredRequest",
    "canonical",
    "check_journalled",
    "check_numbered",
    "digest",
    "export_rows",
    "journal_fields",
    "journal_values",
    "journal_workbook",
    "lines_workbook",
    "open_register",
    "read_serials",
    "read_unprinted",
    "stored_request",
    "today",
    "without_apostrophe",
]
