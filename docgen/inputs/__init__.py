"""What users give: tables, records, lists, workbooks, objects. Each becomes rows or a record, each problem with its cell.

    table = open_table("people.xlsx", "retraining-certificate")
    form, record = open_record("work-standard", "standard.toml")

What comes out is a `RowSource` or a `RecordSource` (docgen.inputs.sources), whatever went in.
"""

from docgen.inputs.opening import GivenRows, open_rows, open_table
from docgen.inputs.record import GivenRecord, open_record, read_given
from docgen.inputs.sources import NumberedRow, Raw, RecordSource, RowSource, placing

__all__ = [
    "GivenRecord",
    "GivenRows",
    "NumberedRow",
    "Raw",
    "RecordSource",
    "RowSource",
    "open_record",
    "open_rows",
    "open_table",
    "placing",
    "read_given",
]
