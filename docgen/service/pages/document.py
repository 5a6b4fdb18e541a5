"""The page of one document: its fields, what is wrong with them, the page beside them, and what becomes of it.

What was typed is a draft, stored with each form that is sent; the page, its picture and the files are made of the draft.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from docgen.errors import DataError, Problem, UsageError, Where
from docgen.fields import Field, Reading
from docgen.form import Form, form_for, load_form
from docgen.inputs import Filling, journal_fields
from docgen.messages import _
from docgen.service.calls import JSON, Answer, Call, as_json
from docgen.service.pages.browser import form_values
from docgen.service.pages.desk import ClerkDesk
from docgen.service.pages.fields import NOT_YET, asked_fields, clauses_of, place_problems, read_answers
from docgen.service.pages.html import page_answer, refuse_without, see_other, segment
from docgen.service.tokens import Right
from docgen.service.work import book, documents

#: Dots per inch of the picture beside the fields: as wide as its place on a desk. A certificate takes a tenth of a second.
DPI = 80
#: What the draft is printed as: button → the media type that is asked for.
FILES = {"pdf": "application/pdf", "docx": documents.DOCX}


@dataclass
class DraftPage:
    """A form that a clerk fills in: the edition for what he typed, and the answers so far."""

    call: Call
    answers: dict[str, Any]
    form: Form

    @classmethod
    def of(cls, call: Call, sent: Mapping[str, str] | None = None) -> DraftPage:
        """Return the page of the form in the path, with what was sent, else with what is stored."""
        last = load_form(call.path["form"], call.settings.forms)
        others = _others(call, last)
        desk = ClerkDesk(Path(call.settings.data), call.clerk)
        if sent is not None:
            answers = read_answers((*last.fields, *others), sent)
        else:
            names = {field.name for field in last.own_fields}
            known = {name: value for name, value in desk.drafts.remembered().items() if name in names}
            answers = desk.drafts.answers(last, others) or known
        try:
            form = form_for(last.id, answers, call.settings.forms)
        except UsageError:  # no edition is in force on the day that was typed, which the check says
            form = last
        return cls(call, answers, form)

    @cached_property
    def others(self) -> tuple[Field, ...]:
        """The fields that the register asks for and the document does not print."""
        return _others(self.call, self.form)

    @property
    def is_numbered(self) -> bool:
        """Whether the register of the service gives the document its number."""
        return bool(self.call.settings.register) and self.form.lacks_for_numbers is None

    @property
    def record(self) -> dict[str, Any]:
        """The values that the document prints."""
        names = {field.name for field in self.others}
        return {name: value for name, value in self.answers.items() if name not in names}

    @property
    def desk(self) -> ClerkDesk:
        """What is stored for the clerk."""
        return ClerkDesk(Path(self.call.settings.data), self.call.clerk)

    def save(self) -> None:
        """Store the draft, or forget it where nothing is typed."""
        if self.answers:
            self.desk.drafts.save(Filling(self.form, self.answers))
            self.desk.note_used(self.form.id)
        else:
            self.desk.drafts.drop(self.form)

    def findings(self, *, for_number: bool) -> tuple[list[Problem], list[Problem]]:
        """Return the problems and remarks; a number is not missed where the register is to give it."""
        from docgen.inputs import read_unprinted
        from docgen.rendering import prepare

        problems, notes = list[Problem](), list[Problem]()
        raw = self.record
        if for_number and "number" not in raw:
            raw["number"] = "0"
        try:
            rendering = prepare(self.form.id, raw, "pdf", "full", **documents.options_of(replace(self.call, query={})))
            if rendering.form.is_fixed:
                _laid = rendering.pages
            notes += rendering.record.notes
        except (DataError, UsageError) as error:
            problems, notes = [*error.problems], [*error.notes]
        try:
            read_unprinted(self.others, self.answers)
        except DataError as error:
            problems += error.problems
        return problems, notes

    def shown(self, *, is_checked: bool, status: int = 200, refused: list[Problem] | None = None) -> Answer:
        """Return the page; `is_checked` says whether what is missing is a problem already."""
        from docgen.previewing import preview

        problems, notes = self.findings(for_number=self.is_numbered)
        passed = not (problems or refused)
        shown = [each for each in problems if is_checked or each.code not in NOT_YET]
        fields = asked_fields(self.form.fields, self.answers, clauses_of(self.form))
        others = asked_fields(self.others, self.answers, {})
        shown = list({(each.code, each.where.key, each.message): each for each in (*shown, *(refused or []))}.values())
        loose = place_problems([*fields, *others], shown, notes)
        found = preview(self.form, self.record, self.call.settings.artwork)
        pages = len(found.pages) if self.form.is_fixed else 0
        return page_answer(
            self.call, "document.html", status, form=self.form, fields=fields, others=others, problems=loose, count=len(shown),
            is_checked=is_checked, passed=passed, is_numbered=self.is_numbered, is_draft=bool(self.answers),
            spots=found.spots if pages == 1 else [], sheet=self.form.sheet, picture=_digest(self.record),
            may_issue=Right.ISSUE in self.call.page["rights"], key=secrets.token_hex(16),
        )  # fmt: skip


def _others(call: Call, form: Form) -> tuple[Field, ...]:
    if not call.settings.register or form.lacks_for_numbers is not None:
        return ()
    return journal_fields(form, call.settings.forms)


def _digest(record: Mapping[str, Any]) -> str:
    """Return what the picture of a record is known by, so that a browser asks for another one when it has changed."""
    import hashlib

    return hashlib.sha256(as_json(record)).hexdigest()[:16]


def show(call: Call) -> Answer:
    """Show the fields of a form with what was typed so far."""
    return DraftPage.of(call).shown(is_checked="checked" in call.query)


def take(call: Call) -> Answer:
    """Take what was typed, store it, and do what the button says."""
    sent = form_values(call)
    page = DraftPage.of(call, sent)
    if sent.get("do") == "erase":
        page.desk.drafts.drop(page.form)
        return see_other(call, _address(page.form))
    if removed := sent.get("remove"):
        page = DraftPage.of(call, {name: text for name, text in sent.items() if not name.startswith(f"{removed}.")})
    page.save()
    if "live" in sent:
        return page.shown(is_checked="checked" in sent)
    action = ACTIONS.get(sent.get("do", ""))
    return action(page, sent) if action else see_other(call, _address(page.form), **_checked(sent))


def _checked(sent: Mapping[str, str]) -> dict[str, str]:
    return {"checked": "true"} if "checked" in sent or sent.get("do") == "check" else {}


def _address(form: Form) -> str:
    return f"forms/{segment(form.id)}"


def _file(page: DraftPage, sent: Mapping[str, str]) -> Answer:
    """Go on to a file, or show what is wrong."""
    problems, _notes = page.findings(for_number=False)
    if problems:
        return page.shown(is_checked=True, status=HTTPStatus.UNPROCESSABLE_ENTITY, refused=_number_missing(page, problems))
    return see_other(page.call, f"{_address(page.form)}/file.{sent['do']}")


def _number_missing(page: DraftPage, problems: list[Problem]) -> list[Problem]:
    """Return the problem of a number that only the register would give: a file without it is none."""
    return [each for each in problems if page.is_numbered and each.where.key == "number" and each.code in NOT_YET]


def _issue(page: DraftPage, sent: Mapping[str, str]) -> Answer:
    """Issue the document: the register gives the number, once for each time that the page was opened."""
    call, form = page.call, page.form
    refuse_without(call, Right.ISSUE)
    order = replace(
        call, operation="issueDocument", path={"form": form.id}, query={name: name in sent for name in ALLOWED},
        body=as_json(page.answers), media_type=JSON, accept="application/pdf", key=sent.get("key", "")[:255],
    )  # fmt: skip
    [answer] = book.issue_each([order])
    if answer.status != HTTPStatus.CREATED:
        details = json.loads(answer.body)
        problems = [_problem(each) for each in details["problems"]]
        return page.shown(is_checked=True, status=answer.status, refused=problems)
    page.desk.drafts.remember(Filling(form, page.answers))
    page.desk.drafts.drop(form)
    number = segment(unquote(answer.headers["docgen-number"]))
    numbering = form.numbering
    day = form.field(numbering.issued).read_or_report(page.answers.get(numbering.issued), Reading())
    chosen = {"organization": page.answers.get(numbering.organization, ""), "year": str(getattr(day, "year", ""))}
    return see_other(call, f"register/{segment(form.id)}/{number}", **chosen, issued="true")


def _problem(facts: Mapping[str, Any]) -> Problem:
    """Return a problem of a problem details object."""
    where = Where(key=facts.get("field", ""), label=facts.get("label", ""))
    return Problem(facts["code"], facts["message"], facts["hint"], where, facts.get("value", ""))


#: What a clerk may allow by a box that is ticked, as parameters of the operation.
ALLOWED = ("new-organization", "allow-doubles")
#: The buttons of the page → what each does after the draft is stored.
ACTIONS = {"pdf": _file, "docx": _file, "issue": _issue}


def picture(call: Call) -> Answer:
    """Return the picture of the draft's pages, as they will print."""
    from docgen.previewing import preview

    page = DraftPage.of(call)
    content = preview(page.form, page.record, call.settings.artwork).png(DPI)
    return Answer(200, "image/png", content, {"cache-control": "private, no-cache"})


def file(call: Call) -> Answer:
    """Return the draft as a file."""
    to = call.path["to"]
    if to not in FILES:
        raise UsageError.because("path-unknown", _("there is nothing at this path"))
    page = DraftPage.of(call)
    wanted = replace(call, body=as_json(page.record), media_type=JSON, accept=FILES[to], query={})
    return documents.make(wanted)
