"""Finished PDF files: measured against the act, and joined."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from docgen.errors import DataError, DocgenError, Problem, UsageError
from docgen.messages import _
from docgen.prints import Print
from docgen.service.calls import Answer, Call, Upload, json_answer
from docgen.service.parameters import DAY, TEXT, Parameter

#: What preflight may be told.
MEASURED = (
    Parameter("form", TEXT, "The form; without it, the one that the file names."),
    Parameter("print", TEXT, "Which print it is.", tuple(each.value for each in Print)),
    Parameter("on", DAY, "The day whose edition of the form is taken."),
)
FILES_SCHEMA = {
    "type": "object",
    "properties": {"file": {"type": "array", "items": {"type": "string", "contentMediaType": "application/pdf"}, "minItems": 1}},
    "required": ["file"],
}


def measure(call: Call) -> Answer:
    """Return the report on a PDF: clause, what is prescribed, what was measured, verdict."""
    from docgen.files import read_bytes
    from docgen.form import id_in, load_named
    from docgen.preflighting import form_of, preflight

    [upload] = some(call)
    pdf = read_bytes(Path(upload.path), call.settings.limits.upload_bytes)
    form, named = call.query.get("form"), form_of(pdf, "") or ""
    if form in (None, id_in(named)):
        form = named  # with the day that decides the edition, and whose journal it is
    on = date.fromisoformat(call.query["on"]) if "on" in call.query else None
    loaded = load_named(form, call.settings.forms, on) if form else None
    return json_answer(preflight(pdf, loaded, "", call.query.get("print", "full")).as_json())


def merge(call: Call) -> Answer:
    """Return PDF files joined into one; what cannot be carried over is counted in a header."""
    from docgen.merging import merge_counted

    uploads = some(call)
    names = {upload.path: upload.name for upload in uploads}
    notes: list[Problem] = []
    try:
        content, pages = merge_counted([Path(upload.path) for upload in uploads], lambda: None, notes.append)
    except DocgenError as error:
        problems = [each.at(file=names.get(each.where.file, each.where.file)) for each in error.problems]
        raise type(error)(problems) from None
    headers = {"docgen-pages": str(pages), "content-disposition": 'inline; filename="merged.pdf"'}
    return Answer(200, "application/pdf", content, headers | ({"docgen-notes": str(len(notes))} if notes else {}))


def some(call: Call) -> tuple[Upload, ...]:
    """Return the files of a call; raise UsageError if there is none, DataError for an empty one."""
    if not call.files:
        raise UsageError.because("upload-missing", _("no file is given"), _("Send a part with the name “file”."))
    for upload in call.files:
        if not Path(upload.path).stat().st_size:
            raise DataError.because("upload-empty", _("the file is empty"), file=upload.name)
    return call.files
