"""A record → a document, or its problems."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from docgen.errors import DataError, Problem, UsageError, Where
from docgen.messages import _, n_
from docgen.service.accepting import chosen
from docgen.service.calls import JSON, Answer, Call, json_answer
from docgen.service.wording import for_caller

if TYPE_CHECKING:
    from docgen.inputs import GivenRecord
    from docgen.rendering import RenderedDocument, RenderOptions

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: Media type → format, of what a document is answered as; JSON holds a PDF.
DOCUMENT_TYPES: Mapping[str, str] = {"application/pdf": "pdf", DOCX: "docx", "image/png": "png", JSON: "json"}
_MEDIA_TYPES = {format: media_type for media_type, format in DOCUMENT_TYPES.items()}
#: Media type → suffix, of what a record may be given as: a table is one document of a form of rows.
RECORD_TYPES: Mapping[str, str] = {
    JSON: ".json",
    "application/toml": ".toml",
    "application/yaml": ".yaml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "text/csv": ".csv",
}


def make(call: Call) -> Answer:
    """Return the document of a record in the format that the caller takes."""
    from docgen.rendering import prepare

    to = chosen(call.accept, DOCUMENT_TYPES)
    record = given_record(call)
    document = prepare(call.path["form"], record, file_format(to), call.query.get("print", "full"), **options_of(call)).document()
    return document_answer(document, to, call.path["form"])


def options_of(call: Call) -> RenderOptions:
    """Return the options of `render` that a call has, and those of the operator."""
    from docgen.paint.press import PressOptions

    settings, query = call.settings, call.query
    options: RenderOptions = {"forms": settings.forms, "artwork": settings.artwork}
    if not query:
        return options
    if "on" in query:
        options["on"] = date.fromisoformat(query["on"])
    for name in ("page", "dpi", "back"):
        if name in query:
            options[name] = query[name]
    if "for" in query:
        options["purpose"] = query["for"]
    if query.get("for") == "press" or "bleed" in query:
        options["press"] = PressOptions.of(settings.profile, query.get("bleed"))
    return options


def file_format(to: str) -> str:
    """Return the format of the file in an answer: a PDF within JSON."""
    return "pdf" if to == "json" else to


def given_record(call: Call) -> GivenRecord | None:
    """Return the record in a call's body; None where there is none, for a blank.

    Raise DataError for one that cannot be read, or has more values than are taken.
    """
    from docgen.inputs.record_file import READERS, parse_record
    from docgen.tables import FileBytes

    if not call.body:
        return None
    suffix = RECORD_TYPES[call.media_type]
    if suffix not in READERS or (suffix == ".json" and call.body.lstrip()[:1] == b"["):
        return FileBytes("", call.body, suffix)
    record = parse_record(call.body, "", READERS[suffix])
    refuse_many(record, call.settings.limits.names)
    return record


def refuse_many(record: Mapping[str, Any], limit: int) -> None:
    """Raise DataError for a record of more named values, those in its lists among them, than the service takes."""
    if len(record) < 100 and not any(isinstance(value, (list, dict)) for value in record.values()):
        return
    count, waiting = 0, list[Any]([record])
    while waiting:
        value = waiting.pop()
        inner = value.values() if isinstance(value, Mapping) else value
        count += len(value)
        if count > limit:
            message = _("the record has more than {limit:,} values", limit=limit)
            raise DataError.because("record-large", message, _("Send it in parts, or as a run."))
        waiting += [each for each in inner if isinstance(each, (list, Mapping))]


def document_answer(document: RenderedDocument, to: str, form: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Return the answer with a document: its file, or JSON that holds it with its notes."""
    notes = document.notes
    if to == "json":
        facts = {
            "media_type": "application/pdf", "content": base64.b64encode(document.content).decode(), "pages": document.pages,
            "number": document.number, "notes": [for_caller(note).as_json() for note in notes],
        }  # fmt: skip
        return json_answer(facts, headers=headers)
    own = {"content-disposition": f'inline; filename="{form}.{to}"'}
    if notes:
        own["docgen-notes"] = str(len(notes))
    return Answer(200, _MEDIA_TYPES[to], document.content, {**own, **(headers or {})})


def check(call: Call) -> Answer:
    """Return every problem of a record or table, with notes on what was mended."""
    from docgen.checking import examine
    from docgen.rendering import prepare

    if not call.body:
        raise UsageError.because("record-missing", _("no record is given"))
    record = given_record(call)
    if not isinstance(record, dict):
        report = examine(call.path["form"], record, forms=call.settings.forms, artwork=call.settings.artwork, on=_day(call))  # type: ignore[arg-type]  # it is a file here
        return _findings(report.records, report.problems, report.notes)
    try:
        rendering = prepare(call.path["form"], record, "pdf", "full", **options_of(call))
        if rendering.form.is_fixed:
            _laid = rendering.pages
    except DataError as error:
        return _findings(1, error.problems, error.notes)
    return _findings(1, [], rendering.record.notes)


def _day(call: Call) -> date | None:
    return date.fromisoformat(call.query["on"]) if "on" in call.query else None


def _findings(records: int, problems: Sequence[Problem], notes: Sequence[Problem]) -> Answer:
    summary = n_("{count} problem", "{count} problems", len(problems))
    return json_answer(
        {
            "records": records, "passed": not problems, "summary": summary,
            "problems": [for_caller(each).as_json() for each in problems],
            "notes": [for_caller(each).as_json() for each in notes],
        }
    )  # fmt: skip


def body_problem(call: Call, key: str, message: str) -> DataError:
    """Return the error for a member of a JSON body."""
    return DataError(Problem("member-wrong", message, "", Where(key=key)))
