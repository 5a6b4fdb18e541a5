"""The register over HTTP: documents are issued, shown, declared void, reissued and corrected, and their journal is printed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from docgen.errors import DataError, DocgenError, Problem, UsageError, Where
from docgen.fields import Date, Reading, Rejected
from docgen.messages import _
from docgen.service.accepting import chosen
from docgen.service.calls import JSON, Answer, Call, json_answer
from docgen.service.problems import problem_answer
from docgen.service.work.documents import DOCUMENT_TYPES, DOCX, document_answer, file_format, given_record, options_of

if TYPE_CHECKING:
    from docgen.form import Form
    from docgen.issuing import IssueOrder
    from docgen.register import Document, Filter, Register, RequestKey

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JOURNAL_TYPES: Mapping[str, str] = {"application/pdf": "pdf", DOCX: "docx", XLSX: "xlsx"}
#: How many documents a list has, unless the caller says it, and at most.
LISTED, MOST_LISTED = 100, 1000
#: Seconds that a request waits for the lock of the register: less than it may take.
WAIT = 20.0


def issue_each(calls: Sequence[Call]) -> list[Answer]:
    """Return the documents that are issued, each for itself, in one transaction of the register."""
    from docgen.issuing import issue_each as issue

    orders: dict[int, IssueOrder] = {}
    answers: dict[int, Answer] = {}
    for place, call in enumerate(calls):
        try:
            orders[place] = _order(call)
        except DocgenError as error:
            answers[place] = problem_answer(error)
    outcomes = issue(list(orders.values()), register_of(calls[0])) if orders else []
    for place, outcome in zip(orders, outcomes, strict=True):
        if isinstance(outcome, DocgenError):
            answers[place] = problem_answer(outcome)
        else:
            headers = _headers(calls[place].path["form"], outcome.document.number, is_known=outcome.is_known)
            to = chosen(calls[place].accept, DOCUMENT_TYPES)
            answers[place] = document_answer(outcome.document, to, calls[place].path["form"], headers)
            answers[place].status = 201
    return [answers[place] for place in range(len(calls))]


def _order(call: Call) -> IssueOrder:
    from docgen.issuing import IssueOrder

    to = file_format(chosen(call.accept, DOCUMENT_TYPES))
    record = given_record(call)
    if record is None:
        raise UsageError.because("record-missing", _("no record is given"))
    return IssueOrder(
        call.path["form"], record, to, call.query.get("print", "full"), call.clerk or None, request_key(call),
        call.query.get("new-organization", False), call.query.get("allow-doubles", False), options_of(call),
    )  # fmt: skip


def request_key(call: Call) -> RequestKey | None:
    """Return the key of a call as the register stores it: one caller's keys are not another's, nor those of other operations."""
    from docgen.register import RequestKey

    if not call.key:
        return None
    scope = "\n".join((call.clerk, call.operation, call.key))
    what = json.dumps([dict(call.path), call.query.get("on", "")], sort_keys=True).encode()
    return RequestKey(hashlib.sha256(scope.encode()).hexdigest(), hashlib.sha256(what + b"\n" + call.body).hexdigest())


def _headers(form: str, number: str, *, is_known: bool = False) -> dict[str, str]:
    where = f"/v1/register/{quote(form)}/documents/{quote(number, safe='')}"
    own = {"docgen-number": quote(number, safe=" /"), "location": where}
    return own | ({"idempotent-replayed": "true"} if is_known else {})


def register_of(call: Call) -> Register:
    """Return the register of the service; raise UsageError if it has none."""
    if not call.settings.register:
        message = _("this service has no register")
        raise UsageError.because("register-none", message, _("Ask who keeps the service."))
    return _opened(call.settings.register)


@lru_cache(maxsize=1)
def _opened(where: str) -> Register:
    """Return the register, open for as long as this worker lives; the name of the clerk comes with each call."""
    from docgen.register import open_register

    return open_register(where, wait=WAIT)


def filter_of(call: Call) -> Filter:
    """Return which documents a call wants."""
    from docgen.register import Filter

    query = call.query
    return Filter(
        call.path.get("form", query.get("form", "")), query.get("organization", ""), query.get("year"), query.get("state", ""),
        query.get("search", ""), call.path.get("number", query.get("number", "")), query.get("from", ""), query.get("to", ""),
        (query.get("job", ""), ""),
    )  # fmt: skip


def list_documents(call: Call) -> Answer:
    """Return documents of the book, a part of them at a time, and how many there are."""
    first, count = call.query.get("first", 0), min(call.query.get("count", LISTED), MOST_LISTED)
    register, wanted = register_of(call), filter_of(call)
    found = register.documents(wanted, first, count)
    return json_answer({"total": register.count(wanted), "first": first, "documents": [each.as_json() for each in found]})


def show_document(call: Call) -> Answer:
    """Return a document of the book: its record, and what happened to it."""
    register = register_of(call)
    found = register.find(filter_of(call))
    return json_answer(found.as_json() | {"events": register.history(found)})


def void(call: Call) -> Answer:
    """Declare a document void."""
    from docgen.register.values import working_as

    body = _members(call, {"reason": str}, ())
    register = register_of(call)
    with working_as(call.clerk or None):
        found = register.void(filter_of(call), body["reason"])
    return json_answer(register.as_it_is_now(found).as_json())


def correct(call: Call) -> Answer:
    """Let a document that was not handed over say something else under its number."""
    from docgen.form import form_for
    from docgen.record import read_record
    from docgen.register import corrected_values
    from docgen.register.values import working_as

    body = _members(call, {"reason": str, "values": dict}, ())
    register = register_of(call)
    first = register.find(filter_of(call))
    form = form_for(first.form, first.record, call.settings.forms)
    printed, unprinted = corrected_values(form, first, body["values"], call.settings.forms)
    record = read_record(form, printed)
    with working_as(call.clerk or None):
        found = register.correct(form, first, record.values, unprinted, body["reason"])
    return json_answer(found.as_json() | {"notes": [note.as_json() for note in record.notes]})


def reissue(call: Call) -> Answer:
    """Issue a duplicate in place of a document, and return it printed."""
    from docgen.register.values import working_as

    body = _members(call, {"reason": str, "issued": str}, ("values",))
    to = chosen(call.accept, DOCUMENT_TYPES)
    register, key = register_of(call), request_key(call)
    with working_as(call.clerk or None):
        known = register.requested(key) if key else None
        duplicate = known or _reissued(call, register, body, key)
        return _printed(call, register, duplicate, to, is_known=known is not None)


def _reissued(call: Call, register: Register, body: Mapping[str, Any], key: RequestKey | None) -> Document:
    from docgen.form import check_numbered, form_for, load_form
    from docgen.record import read_record

    wanted, forms = filter_of(call), call.settings.forms
    first = register.find(wanted)
    record = {name: value for name, value in first.record.items() if name != "number"} | dict(body.get("values", {}))
    record[load_form(first.form, forms).numbering.issued] = _day(body["issued"])
    form = form_for(first.form, record, forms)
    check_numbered(form)
    checked = read_record(form, record | {"number": first.number})
    values = {name: value for name, value in checked.values.items() if name != "number"}
    return register.same_duplicate(first, values) or register.reissue(form, wanted, values, body["reason"], key)


def _printed(call: Call, register: Register, document: Document, to: str, *, is_known: bool) -> Answer:
    """Return a document of the book, printed; its print is recorded there, once for each request."""
    from docgen.issuing import IssueOrder, printed_again

    order = IssueOrder(document.form, {}, file_format(to), call.query.get("print", "full"), options=options_of(call))
    rendered = printed_again(document, order)
    if not is_known:
        register.note_printed(document, hashlib.sha256(rendered.content).hexdigest())
    answer = document_answer(rendered, to, document.form, _headers(document.form, document.number, is_known=is_known))
    answer.status = 201
    return answer


def journal(call: Call) -> Answer:
    """Return the journal of a form's documents as the act prescribes it."""
    from docgen.form import journal_of, load_form
    from docgen.inputs import JOURNAL
    from docgen.record import Record
    from docgen.register import check_journalled, journal_values, journal_workbook
    from docgen.rendering import render

    to = chosen(call.accept, JOURNAL_TYPES)
    forms = call.settings.forms
    issued = load_form(call.path["form"], forms)
    check_journalled(issued)
    form: Form = journal_of(issued, load_form(JOURNAL, forms))
    values, notes = journal_values(form, register_of(call).each(filter_of(call)))
    content = journal_workbook(form, values) if to == "xlsx" else render(form, Record(values), to)
    headers = {"content-disposition": f'inline; filename="{issued.id}-journal.{to}"'}
    media_type = next(each for each, format in JOURNAL_TYPES.items() if format == to)
    return Answer(200, media_type, content, headers | ({"docgen-notes": str(len(notes))} if notes else {}))


def _members(call: Call, required: Mapping[str, type], optional: Sequence[str]) -> dict[str, Any]:
    """Return the members of a JSON body; raise DataError with every one that is missing, unknown or of another type."""
    from docgen.inputs.record_file import READERS, parse_record

    body = parse_record(call.body, "", READERS[".json"])
    types = {**required, **dict.fromkeys(optional, dict)}
    problems = [
        Problem("member-missing", _("this member must be given"), "", Where(key=name)) for name in required if name not in body
    ]
    for name, value in body.items():
        if name not in types:
            message = _("there is no member “{name}”", name=name[:60])
            problems.append(
                Problem("member-unknown", message, _("Known are: {names}.", names=", ".join(types)), Where(key=name[:60]))
            )
        elif not isinstance(value, types[name]):
            problems.append(Problem("member-wrong", _("the value is of the wrong type"), "", Where(key=name)))
    if problems:
        raise DataError(problems)
    return body


def _day(text: str) -> str:
    """Return a day as the register has it; raise DataError for what is none."""
    try:
        field = Date(name="issued", label={}, earliest=date.min, latest=date.max)
        day = field.read(text, Reading())
    except Rejected as rejected:
        raise DataError(Problem(rejected.code, rejected.message, rejected.hint, Where(key="issued"))) from None
    return day.isoformat()


#: What a body in JSON may be.
MEMBERS = (JSON,)
