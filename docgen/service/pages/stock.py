"""The pages of preprinted stock: the sheets that are left of each form, what was received, used and spoiled, the statement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING

from docgen.errors import DataError, DocgenError, Problem, UsageError, Where, visible
from docgen.fields import Date, Reading, Rejected
from docgen.form import form_ids, load_form
from docgen.kazakh import alphabetical
from docgen.messages import _, labelled
from docgen.service.calls import Answer, Call
from docgen.service.pages.browser import form_values
from docgen.service.pages.html import page_answer, refuse_without, see_other, segment
from docgen.service.tokens import Right
from docgen.service.work import book

if TYPE_CHECKING:
    from docgen.register import Movement, Register, StockStatement

#: What a statement is fetched as → its media type.
STATEMENTS = {"pdf": "application/pdf", "xlsx": book.XLSX}
NOTHING: Mapping[str, str] = {}


def list_stock(call: Call) -> Answer:
    """Show the forms that may have preprinted stock, each with the sheets that are left."""
    register = book.register_of(call)
    stocked = set(register.stocked_forms())
    forms = [load_form(each, call.settings.forms) for each in form_ids(call.settings.forms)]
    forms = sorted(
        (form for form in forms if form.id in stocked or form.is_fixed), key=lambda form: alphabetical(labelled(form.title))
    )
    left = {form.id: sum(map(len, register.stock_left(form.id))) for form in forms if form.id in stocked}
    return page_answer(call, "stock.html", forms=forms, left=left)


def show(call: Call) -> Answer:
    """Show the stock of a form: the statement of a period, and what can be recorded."""
    return _shown(call)


def _shown(call: Call, sent: Mapping[str, str] = NOTHING, error: DocgenError | None = None) -> Answer:
    """Return the page of a form's stock; with an error, what was sent stands in its form again."""
    from docgen.inventory import statement_headings, statement_lines

    form = load_form(call.path["form"], call.settings.forms)
    found = _statement(call, book.register_of(call), form.id)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return page_answer(
        call, "stocked.html", status, form=form, headings=statement_headings(),
        lines=list(statement_lines(found)), count=found.sums["left"], problems=error.problems if error else [], sent=sent,
        moves=movement_words(), may_issue=Right.ISSUE in call.page["rights"], formats=STATEMENTS,
        period={name: call.query.get(name, "") for name in ("from", "to")},
    )  # fmt: skip


def movement_words() -> dict[str, str]:
    """Return what is recorded of stock, in words."""
    return {"received": _("Sheets received"), "used": _("Sheets used"), "spoiled": _("Sheets spoiled")}


def _statement(call: Call, register: Register, form: str) -> StockStatement:
    from docgen.inventory import BEGINNING
    from docgen.register import today

    return register.stock_statement(form, call.query.get("from") or BEGINNING, call.query.get("to") or today().isoformat())


def take(call: Call) -> Answer:
    """Record what was received, used or spoiled."""
    from docgen.register.values import working_as

    refuse_without(call, Right.ISSUE)
    sent, form = form_values(call), load_form(call.path["form"], call.settings.forms)
    register = book.register_of(call)
    try:
        movement = _movement(register, form.id, sent)
        with working_as(call.clerk or None):
            register.move_stock(form.id, movement)
    except (DataError, UsageError) as error:
        return _shown(call, sent, error)
    return see_other(call, f"stock/{segment(form.id)}")


def _movement(register: Register, form: str, sent: Mapping[str, str]) -> Movement:
    """Return the movement that was sent; of used sheets, one for each document of a job if its name is given."""
    from docgen.inventory import MOVED, sheets_of_job
    from docgen.register import Movement, read_serials

    said = {name: sent.get(name, "").strip() for name in ("do", "first", "last", "day", "note", "job")}
    if said["do"] not in MOVED:
        raise UsageError.because("action-unknown", _("the page does not have this button"))
    if said["do"] == "spoiled" and not said["note"]:
        raise DataError(Problem("value-missing", _("the reason is missing"), _("Say why, in a few words.")))
    last, note = said["last"], said["note"]
    if said["do"] == "used" and said["job"]:
        last, note = sheets_of_job(register, form, said["job"], said["first"], last)
    return Movement(said["do"], read_serials(said["first"], last), _day(said["day"]), visible(note[:200]))


def _day(text: str) -> str:
    """Return a day as the register has it, today for none; raise DataError for what is no day."""
    from docgen.register import today

    if not text:
        return today().isoformat()
    try:
        return Date(name="day", label={}, earliest=date.min, latest=date.max).read(text, Reading()).isoformat()
    except Rejected as rejected:
        raise DataError(Problem(rejected.code, rejected.message, rejected.hint, Where(key="day"))) from None


def statement(call: Call) -> Answer:
    """Return the closing statement of a period as a file."""
    from docgen.inventory import STATEMENT_FORMATS

    to, form = call.path["to"], load_form(call.path["form"], call.settings.forms)
    if to not in STATEMENTS:
        raise UsageError.because("path-unknown", _("there is nothing at this path"))
    content = STATEMENT_FORMATS[to](_statement(call, book.register_of(call), form.id))
    return Answer(200, STATEMENTS[to], content, {"content-disposition": f'inline; filename="{form.id}-stock.{to}"'})
