"""JSON: a list of records, or an object with such a list under `records`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any

from docgen.errors import DataError, Problem, Where
from docgen.messages import _
from docgen.tables.cells import is_blank, tidy
from docgen.tables.model import Heading, Row, Table
from docgen.tables.refusals import damaged, empty


def read_json(file: str, content: bytes) -> Table:
    """Return the table in the bytes of a JSON file; keys are its headings."""
    records = _json_records(file, content)
    problems = [_not_object(file, n, record) for n, record in enumerate(records, 1) if not isinstance(record, dict)]
    if problems:
        raise DataError(problems)
    rows = [_json_row(file, number, record, problems) for number, record in enumerate(records, 1)]
    if problems:
        raise DataError(problems)
    filled = [row for row in rows if row.cells]
    if not filled:
        raise empty(file, "")
    keys = dict.fromkeys(key for record in records for key in record)
    return Table(file, "", tuple(Heading(key, "", None) for key in keys), filled)


def _json_row(file: str, number: int, record: Mapping[str, Any], problems: list[Problem]) -> Row:
    filled = {key: value for key, value in record.items() if value is not None and not is_blank(value)}
    values = {key: tidy(value, partial(Where, file, key, number), problems) for key, value in filled.items()}
    return Row(number, {key: value for key, value in values.items() if value is not None})


def _json_records(file: str, content: bytes) -> list[Any]:
    problems: list[Problem] = []
    try:
        text = content.decode("utf-8-sig")
        found = json.loads(text, object_pairs_hook=partial(_object, file, problems), parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        message = _("this is not JSON: {reason}, column {column}", reason=error.msg, column=error.colno)
        raise damaged(file, message, error.lineno) from None
    except (ValueError, RecursionError):  # not UTF-8, NaN, a number of thousands of digits, brackets without end
        raise damaged(file, _("this is not JSON that can be read")) from None
    if problems:
        raise DataError(problems)
    if isinstance(found, dict):
        found = found.get("records")
    if isinstance(found, list):
        return found
    raise DataError.because(
        "table-shape",
        _("this is not a list of records"),
        _('Write [{{…}}, {{…}}] or {{"records": [{{…}}, {{…}}]}}.'),
        file=file,
    )


def _object(file: str, problems: list[Problem], pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        counts = Counter(key for key, _value in pairs)
        for key, count in ((key, count) for key, count in counts.items() if count > 1):
            message = _("the key “{key}” stands {count} times in one record", key=key, count=count)
            problems.append(Problem("heading-twice", message, _("Keep one of them."), Where(file, key), key))
    return record


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _not_object(file: str, number: int, record: Any) -> Problem:
    hint = _('Write it as {{"field": "value"}}.')
    shown = json.dumps(record)[:100]
    return Problem("record-shape", _("this is not a record of named values"), hint, Where(file, row=number), shown)
