"""The pages of the register: its documents, what happened to each, and what a clerk may do with one."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from docgen.errors import DataError, DocgenError, Problem, UsageError
from docgen.form import Form, form_for, form_ids, load_form
from docgen.kazakh import alphabetical
from docgen.messages import _
from docgen.service.calls import JSON, Answer, Call, as_json
from docgen.service.pages.browser import form_values
from docgen.service.pages.fields import asked_fields, place_problems, read_answers, sent_by
from docgen.service.pages.html import page_answer, refuse_without, see_other, segment
from docgen.service.tokens import Right
from docgen.service.work import book
from docgen.service.work.documents import DOCX, options_of

if TYPE_CHECKING:
    from docgen.fields import Field
    from docgen.register import Document

#: How many documents a page lists; how many at most are put in the order of names, of which the book knows nothing.
LISTED, SORTED = 50, 5000
#: What a journal is fetched as → its media type.
JOURNALS = {"pdf": "application/pdf", "docx": DOCX, "xlsx": book.XLSX}
#: What the documents that are listed are fetched as, as a table for other programs → its media type.
EXPORTS = {"xlsx": book.XLSX, "csv": "text/csv", "json": JSON}
#: What a document of the book is fetched as.
FILES = ("pdf", "docx")
NOTHING: Mapping[str, str] = {}
#: Parameters of the list that a link to its next part repeats.
SOUGHT = ("search", "form", "state", "job", "from", "to", "sort")


def list_documents(call: Call) -> Answer:
    """Show documents of the book: those that are sought, in the order of their numbers or of the Kazakh alphabet."""
    register, wanted = book.register_of(call), book.filter_of(call)
    first, total = call.query.get("first", 0), register.count(wanted)
    by_name = call.query.get("sort") == "surname"
    if by_name and total > SORTED:
        message = _("{count} documents are too many to put in the order of names", count=total)
        raise UsageError.because("list-long", message, _("Search for fewer."))
    if by_name:
        found = sorted(register.documents(wanted), key=lambda each: alphabetical(each.person))[first : first + LISTED]
    else:
        found = register.documents(wanted, first, LISTED)
    forms = [load_form(each, call.settings.forms) for each in form_ids(call.settings.forms)]
    numbered = [form for form in forms if form.lacks_for_numbers is None]
    sought = {name: call.query.get(name, "") for name in SOUGHT}
    return page_answer(
        call, "register.html", documents=found, total=total, first=first, step=LISTED, forms=numbered, sought=sought,
        titles={form.id: form.title for form in forms}, states=state_words(), file_formats=JOURNALS, exports=EXPORTS,
        sequences=register.sequences(sought["form"]) if sought["form"] else [],
    )  # fmt: skip


def state_words() -> dict[str, str]:
    """Return the states of a document in words."""
    return {"issued": _("issued"), "printed": _("printed"), "void": _("void"), "replaced": _("replaced")}


def event_words() -> dict[str, str]:
    """Return what happens to documents in words."""
    later = {"corrected": _("corrected"), "handed over": _("handed over"), "imported": _("taken over")}
    return state_words() | later | {"requested": _("requested over the network")}


def show(call: Call) -> Answer:
    """Show a document of the book."""
    return _shown(call)


def _shown(call: Call, sent: Mapping[str, str] = NOTHING, error: DocgenError | None = None) -> Answer:
    """Return the page of a document; with an error, what was sent stands in its form again."""
    register = book.register_of(call)
    found = register.find(book.filter_of(call))
    form = form_for(found.form, found.record, call.settings.forms)
    others = _others(call, form)
    fields, said = (*_correctable(form), *others), {**found.record, **found.unprinted}
    asked = asked_fields(fields, read_answers(fields, sent) if sent.get("do") == "correct" else said)
    loose = place_problems(asked, error.problems if error else [], [])
    return page_answer(
        call, "registered.html", HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK, document=found, form=form,
        values=[(field, value) for field in form.fields if (value := found.record.get(field.name)) or field.asked],
        asked=asked, problems=loose,
        unprinted=[(field, found.unprinted.get(field.name)) for field in others], events=register.history(found),
        states=state_words(), words=event_words(), may_issue=Right.ISSUE in call.page["rights"], key=secrets.token_hex(16),
        sent=sent, is_new="issued" in call.query, chosen=_chosen(found),
    )  # fmt: skip


def _chosen(document: Document) -> dict[str, object]:
    """Return the parameters that, with form and number, name one document."""
    return {"organization": document.organization, "year": document.year}


def _others(call: Call, form: Form) -> tuple[Field, ...]:
    from docgen.inputs import journal_fields

    return journal_fields(form, call.settings.forms)


def _correctable(form: Form) -> tuple[Field, ...]:
    """Return the fields that can be corrected: all but those that the number depends on."""
    from docgen.register import fixed_fields

    fixed = fixed_fields(form)
    return tuple(field for field in form.fields if field.name not in fixed)


def take(call: Call) -> Answer:
    """Do with a document what the button says, or show on its page why that cannot be."""
    refuse_without(call, Right.ISSUE)
    sent = form_values(call)
    action = ACTIONS.get(sent.get("do", ""))
    if action is None:
        raise UsageError.because("action-unknown", _("the page does not have this button"))
    try:
        return action(call, sent)
    except (DataError, UsageError) as error:
        return _shown(call, sent, error)


def _again(call: Call) -> Answer:
    return see_other(call, f"register/{segment(call.path['form'])}/{segment(call.path['number'])}", **_same(call))


def _same(call: Call) -> dict[str, str]:
    return {name: str(call.query[name]) for name in ("organization", "year") if name in call.query}


def _with_body(call: Call, body: Mapping[str, Any]) -> Call:
    """Return the call of the HTTP interface that does the same."""
    return replace(call, body=as_json(body), media_type=JSON, accept="application/pdf")


def _reason(sent: Mapping[str, str]) -> str:
    reason = sent.get("reason", "").strip()
    if not reason:
        raise DataError(Problem("value-missing", _("the reason is missing"), _("Say why, in a few words.")))
    return reason


def _void(call: Call, sent: Mapping[str, str]) -> Answer:
    book.void(_with_body(call, {"reason": _reason(sent)}))
    return _again(call)


def _correct(call: Call, sent: Mapping[str, str]) -> Answer:
    found = book.register_of(call).find(book.filter_of(call))
    form = form_for(found.form, found.record, call.settings.forms)
    fields = (*_correctable(form), *_others(call, form))
    before, now = _as_sent(fields, {**found.record, **found.unprinted}), read_answers(fields, sent)
    changed = {field.name: now.get(field.name) for field in fields if now.get(field.name) != before.get(field.name)}
    book.correct(_with_body(call, {"reason": _reason(sent), "values": changed}))
    return _again(call)


def _as_sent(fields: tuple[Field, ...], said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a document says as a page would send it."""
    return read_answers(fields, sent_by(asked_fields(fields, said)))


def _reissue(call: Call, sent: Mapping[str, str]) -> Answer:
    body = {"reason": _reason(sent), "issued": sent.get("issued", "").strip()}
    wanted = replace(_with_body(call, body), operation="reissueDocument", key=sent.get("key", "")[:255])
    answer = book.reissue(wanted)
    year = _year(sent.get("issued", ""))
    same = {name: value for name, value in _same(call).items() if name != "year"} | ({"year": year} if year else {})
    number = segment(unquote(answer.headers["docgen-number"]))
    return see_other(call, f"register/{segment(call.path['form'])}/{number}", **same, issued="true")


def _year(day: str) -> str:
    """Return the year of a day in one of the two ways in which days are written."""
    return day.strip()[:4] if day.strip()[4:5] == "-" else day.strip()[-4:]


def _print(call: Call, sent: Mapping[str, str]) -> Answer:
    """Record the print of a document that the book does not know as it is now, and go on to its file."""
    to = sent.get("to", "pdf")
    register = book.register_of(call)
    found = register.find(book.filter_of(call))
    digest = hashlib.sha256(_content(call, found, "pdf")).hexdigest()
    if digest != found.printed_sha256:
        from docgen.register.values import working_as

        with working_as(call.clerk or None):
            register.note_printed(found, digest)
    where = f"register/{segment(found.form)}/file.{segment(to)}/{segment(found.number)}"
    return see_other(call, where, **_same(call))


def _content(call: Call, document: Document, to: str) -> bytes:
    """Return the file of a document as the book says it."""
    from docgen.issuing import IssueOrder, printed_again

    options = options_of(replace(call, query={}))
    return printed_again(document, IssueOrder(document.form, {}, to, options=options)).content


#: The buttons of the page → what each does.
ACTIONS: Mapping[str, Callable[[Call, Mapping[str, str]], Answer]] = {
    "void": _void, "correct": _correct, "reissue": _reissue, "print": _print,
}  # fmt: skip


def file(call: Call) -> Answer:
    """Return a document of the book as a file; nothing is recorded."""
    to = call.path["to"]
    if to not in FILES:
        raise UsageError.because("path-unknown", _("there is nothing at this path"))
    found = book.register_of(call).find(book.filter_of(call))
    headers = {"content-disposition": f'inline; filename="{found.form}.{to}"'}
    return Answer(200, JOURNALS[to], _content(call, found, to), headers)


def journal(call: Call) -> Answer:
    """Return the journal of a form's documents in the format that was chosen."""
    asked = replace(call, accept=JOURNALS[call.query.get("as", "pdf")])
    return book.journal(asked)


def export(call: Call) -> Answer:
    """Return the documents that are sought as a table for other programs."""
    from docgen.register import EXPORT_FORMATS, export_rows, fields_of_forms

    register, to = book.register_of(call), call.query.get("as", "xlsx")
    found = register.documents(book.filter_of(call))
    content = EXPORT_FORMATS[to](export_rows(found, register.reasons()), fields_of_forms({each.form for each in found}))
    return Answer(200, EXPORTS[to], content, {"content-disposition": f'attachment; filename="register.{to}"'})


def verify(call: Call) -> Answer:
    """Show whether the book is sound, and its seal."""
    register, seal = book.register_of(call), call.query.get("seal", "").strip()
    try:
        report, problems = register.verify(seal), list[Problem]()
    except UsageError as error:  # it is no seal
        report, problems = register.verify(), error.problems
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    return page_answer(call, "verified.html", status, report=report, seal=seal, problems=problems)
