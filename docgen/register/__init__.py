"""The book of what was issued: numbers without gaps, who got them, what became of each document.

    with open_register("register.db") as register:
        numbers = register.issue(form, [Request("1", record)], job="monday")

SQLite or PostgreSQL through SQLAlchemy, which is loaded when the first name is used that needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.exports import lazy_exports

if TYPE_CHECKING:
    from docgen.register.asking import asked_register
    from docgen.register.book import Register
    from docgen.register.checking import BookReport
    from docgen.register.connecting import open_register, opened_register
    from docgen.register.corrections import CorrectedDocument, corrected_values, fixed_fields
    from docgen.register.due import DuePerson, due_people
    from docgen.register.events import BookEnd
    from docgen.register.exporting import EXPORT_FORMATS, export_rows, fields_of_forms, lines_workbook
    from docgen.register.hand_over import JobDocuments, unprinted_problems
    from docgen.register.journal_rows import check_journalled, journal_values, journal_workbook
    from docgen.register.keys import RequestKey
    from docgen.register.life import DUPLICATE_OF, STATES
    from docgen.register.lists import LIST_FORMATS, DocumentList, document_list
    from docgen.register.opening import refuse_password, register_file, register_name
    from docgen.register.queries import Document, Filter, NumberSequence
    from docgen.register.stock import Movement, SerialRange, StockStatement, read_range, read_serials
    from docgen.register.together import BookOrder
    from docgen.register.values import Request, RequestWriter, StoredRequest, digest, stored_request, today
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "asking": "asked_register",
            "book": "Register",
            "checking": "BookReport",
            "connecting": "open_register opened_register",
            "corrections": "CorrectedDocument corrected_values fixed_fields",
            "due": "DuePerson due_people",
            "events": "BookEnd",
            "exporting": "EXPORT_FORMATS export_rows fields_of_forms lines_workbook",
            "hand_over": "JobDocuments unprinted_problems",
            "journal_rows": "check_journalled journal_values journal_workbook",
            "keys": "RequestKey",
            "life": "DUPLICATE_OF STATES",
            "lists": "LIST_FORMATS DocumentList document_list",
            "opening": "refuse_password register_file register_name",
            "queries": "Document Filter NumberSequence",
            "stock": "Movement SerialRange StockStatement read_range read_serials",
            "together": "BookOrder",
            "values": "Request RequestWriter StoredRequest digest stored_request today",
        },
    )

__all__ = [
    "DUPLICATE_OF",
    "EXPORT_FORMATS",
    "LIST_FORMATS",
    "STATES",
    "BookEnd",
    "BookOrder",
    "BookReport",
    "CorrectedDocument",
    "Document",
    "DocumentList",
    "DuePerson",
    "Filter",
    "JobDocuments",
    "Movement",
    "NumberSequence",
    "Register",
    "Request",
    "RequestKey",
    "RequestWriter",
    "SerialRange",
    "StockStatement",
    "StoredRequest",
    "asked_register",
    "check_journalled",
    "corrected_values",
    "digest",
    "document_list",
    "due_people",
    "export_rows",
    "fields_of_forms",
    "fixed_fields",
    "journal_values",
    "journal_workbook",
    "lines_workbook",
    "open_register",
    "opened_register",
    "read_range",
    "read_serials",
    "refuse_password",
    "register_file",
    "register_name",
    "stored_request",
    "today",
    "unprinted_problems",
]
