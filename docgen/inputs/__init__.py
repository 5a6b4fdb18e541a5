"""What users give: tables, records, lists, workbooks, objects. Each becomes rows or a record, each problem with its cell.

    table = open_table("people.xlsx", "retraining-certificate")
    form, record = open_record("work-standard", "standard.toml")

What comes out is a `RowSource` or a `RecordSource` (docgen.inputs.sources), whatever went in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.exports import lazy_exports

if TYPE_CHECKING:
    from docgen.inputs.answers import DONE, DraftStore, Filling, Question, file_name, fitting_answers, free_path
    from docgen.inputs.constants import constants_of
    from docgen.inputs.journal import JOURNAL, ROWS, journal_fields, read_unprinted
    from docgen.inputs.old_register import BOOK_COLUMNS, BOOK_LABELS, FORMULA, OldDocument, read_old_register, with_apostrophe
    from docgen.inputs.opening import GivenRows, open_rows, open_table, table_fields
    from docgen.inputs.record import GivenRecord, open_record, read_given, read_raw
    from docgen.inputs.record_file import RECORD_SIZE
    from docgen.inputs.sources import NumberedRow, Raw, RecordSource, RowSource, placing
    from docgen.inputs.table import TableRows
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "answers": "DONE DraftStore Filling Question file_name fitting_answers free_path",
            "constants": "constants_of",
            "journal": "JOURNAL ROWS journal_fields read_unprinted",
            "old_register": "BOOK_COLUMNS BOOK_LABELS FORMULA OldDocument read_old_register with_apostrophe",
            "opening": "GivenRows open_rows open_table table_fields",
            "record": "GivenRecord open_record read_given read_raw",
            "record_file": "RECORD_SIZE",
            "sources": "NumberedRow Raw RecordSource RowSource placing",
            "table": "TableRows",
        },
    )

__all__ = [
    "BOOK_COLUMNS",
    "BOOK_LABELS",
    "DONE",
    "FORMULA",
    "JOURNAL",
    "RECORD_SIZE",
    "ROWS",
    "DraftStore",
    "Filling",
    "GivenRecord",
    "GivenRows",
    "NumberedRow",
    "OldDocument",
    "Question",
    "Raw",
    "RecordSource",
    "RowSource",
    "TableRows",
    "constants_of",
    "file_name",
    "fitting_answers",
    "free_path",
    "journal_fields",
    "open_record",
    "open_rows",
    "open_table",
    "placing",
    "read_given",
    "read_old_register",
    "read_raw",
    "read_unprinted",
    "table_fields",
    "with_apostrophe",
]
