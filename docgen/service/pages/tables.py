"""The pages of tables: one is given, its columns are confirmed, its problems corrected, its proof looked at, its run ordered."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from docgen.errors import DataError, DocgenError, Problem, UsageError
from docgen.form import form_ids, load_form
from docgen.kazakh import alphabetical
from docgen.messages import _, labelled, spoken
from docgen.purposes import Purpose
from docgen.service.calls import Answer, Call
from docgen.service.pages.browser import form_values
from docgen.service.pages.html import page_answer, see_other
from docgen.service.pages.prepared import (
    COPY,
    FORM_CELL,
    PreparedTable,
    add_table,
    copy_for_run,
    prepared_table,
    prepared_tables,
)
from docgen.service.pages.runs import run_states, run_store
from docgen.service.pages.schemes import schemes_for
from docgen.service.runs.files import TABLE, new_folder, remove_folder
from docgen.service.tokens import Right
from docgen.service.work.book import XLSX

#: How many problems are shown at once, and how many runs are listed.
SHOWN, LISTED = 100, 20
#: The name of an input for a cell: its row and field.
_CELL = re.compile(r"cell\[(\d{1,7})\]\.([a-z][a-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """A problem as the page shows it: `input` is the name of the input that corrects its cell, "" where it is of no cell."""

    problem: Problem
    input: str
    value: str
    person: str


def list_tables(call: Call) -> Answer:
    """Show the clerk's tables and runs, and take another table."""
    return _listed(call)


def _listed(call: Call, error: DocgenError | None = None) -> Answer:
    forms = [form for each in form_ids(call.settings.forms) if not (form := load_form(each, call.settings.forms)).rows]
    forms.sort(key=lambda form: alphabetical(labelled(form.title)))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return page_answer(
        call, "tables.html", status, forms=forms, titles={form.id: form.title for form in forms},
        tables=prepared_tables(call), runs=run_store(call).runs(call.clerk, LISTED),
        problems=error.problems if error else [], chosen=call.texts.get("form", ""), states=run_states(),
    )  # fmt: skip


def take_table(call: Call) -> Answer:
    """Store a table that was given."""
    try:
        files = [upload for upload in call.files if upload.field == "table" and upload.name]
        if not files:
            raise DataError(Problem("upload-missing", _("no file is given"), _("Choose a workbook or a CSV file.")))
        return see_other(call, f"tables/{add_table(call, files[0], call.texts.get('form', '')).id}")
    except (DataError, UsageError) as error:
        return _listed(call, error)


def show_table(call: Call) -> Answer:
    """Show a table: its columns, its problems, how it is printed."""
    return _shown(prepared_table(call, call.path["table"]))


def _shown(table: PreparedTable, refused: DocgenError | None = None) -> Answer:
    call, report, wrong, rows = table.call, None, list[Problem](), dict[int, Mapping[str, Any]]()
    guesses = table.guesses()
    if table.is_confirmed:
        try:
            report, rows = table.examine()
        except (DataError, UsageError) as error:
            wrong = error.problems
    problems = [_problem(each, rows.get(each.where.row or 0, {})) for each in report.problems] if report else []
    return page_answer(
        call, "table.html", HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK, table=table, guesses=guesses,
        wrong=[*wrong, *(refused.problems if refused else [])], problems=problems[:SHOWN], count=len(problems),
        notes=report.notes if report else [], records=report.records if report else 0, is_right=bool(report) and not problems,
        may_issue=Right.ISSUE in call.page["rights"], key=secrets.token_hex(16), purposes=purpose_words(),
        schemes=schemes_for(table.forms) if table.is_fixed else {}, labels=labels_of_fields(table),
    )  # fmt: skip


def purpose_words() -> dict[str, str]:
    """Return what a run can be printed for, in words."""
    return {
        Purpose.ARCHIVE.value: _("for an archive and screen readers (PDF/A-2, PDF/UA-1)"),
        Purpose.PLAIN.value: _("for any printer"),
        Purpose.PRESS.value: _("for a print shop (PDF/X-4, with bleed)"),
    }


def labels_of_fields(table: PreparedTable) -> dict[str, str]:
    """Return what a clerk calls each field that a correction may be of."""
    return {each.name: labelled(each.label) for each in table.fields} | {FORM_CELL: table.form_column}


def _problem(each: Problem, row: Mapping[str, Any]) -> ShownProblem:
    """Return a problem with the value of its cell as it is now, and who the row is about."""
    name = each.where.key.split(", ")[0]
    known = name in row or (each.where.row is not None and bool(each.where.column))
    person = " ".join(str(row[part]) for part in ("surname", "given_name") if row.get(part))
    value = each.value if row.get(name) is None else str(row[name])
    return ShownProblem(each, f"cell[{each.where.row}].{name}" if known and name else "", value, person)


def take_changes(call: Call) -> Answer:
    """Take what a clerk said of a table, and do what the button says."""
    table, sent = prepared_table(call, call.path["table"]), form_values(call)
    if sent.get("do") == "erase":
        table.erase()
        return see_other(call, "tables")
    try:
        if _is_other_source(table, sent):
            return _go_on(table, sent)
        _say(table, sent)
        action = ACTIONS.get(sent.get("do", "").partition(":")[0], _go_on)
        return action(table, sent)
    except (DataError, UsageError) as error:
        return _shown(table, error)


def _is_other_source(table: PreparedTable, sent: Mapping[str, str]) -> bool:
    """Take another sheet or column of forms, if one was chosen, and return whether it was: then the columns are shown first."""
    sheet, form_column = sent.get("sheet", table.sheet), sent.get("form-column", table.form_column)
    if (sheet, form_column) == (table.sheet, table.form_column):
        return False
    table.choose(sheet, form_column)
    table.save()
    return True


def _say(table: PreparedTable, sent: Mapping[str, str]) -> None:
    """Store what was said: fields of columns, values of every row, corrected cells, how it is printed."""
    if "columns" in sent:
        headings = [each.heading for each in table.guesses().columns]
        said = {heading: sent[f"column-{place}"] for place, heading in enumerate(headings) if f"column-{place}" in sent}
        _refuse_twice(table, said)
        table.columns, table.is_confirmed = said, True
    table.constants |= {name.removeprefix("all-"): text.strip() for name, text in sent.items() if name.startswith("all-")}
    table.constants = {name: text for name, text in table.constants.items() if text}
    if "settings" in sent:
        _say_how(table, sent)
    cells = {(int(match[1]), match[2]): text.strip() for name, text in sent.items() if (match := _CELL.fullmatch(name))}
    before = {name: sent.get(f"was-{name}", "") for name in sent}
    changed = {key: text for key, text in cells.items() if text != before[f"cell[{key[0]}].{key[1]}"].strip()}
    if changed:
        table.correct(changed)
    table.save()


def _say_how(table: PreparedTable, sent: Mapping[str, str]) -> None:
    """Store how the rows are printed."""
    table.is_numbered = table.may_number and "numbered" in sent and Right.ISSUE in table.call.page["rights"]
    table.skips_bad, table.allows_doubles = "skip-bad" in sent, "allow-doubles" in sent
    table.each = sent.get("each", "").strip()[:200]
    if table.is_fixed:
        table.purpose = _one_of(purpose_words(), sent.get("purpose", ""))
        table.scheme = _one_of({"": "", **schemes_for(table.forms)}, sent.get("scheme", ""))
        table.split = _split(sent.get("split", ""))


def _one_of(known: Mapping[str, str], text: str) -> str:
    if text not in known:
        raise UsageError.because("choice-wrong", _("the page does not offer “{text}”", text=text[:60]))
    return text


def _refuse_twice(table: PreparedTable, said: Mapping[str, str]) -> None:
    """Raise UsageError where two columns are said to hold one field."""
    held: dict[str, str] = {}
    for heading, name in said.items():
        if name and (other := held.setdefault(name, heading)) != heading:
            label = next((labelled(each.label) for each in table.fields if each.name == name), name)
            message = _("the columns “{one}” and “{other}” cannot both hold “{field}”", one=other, other=heading, field=label)
            raise UsageError.because("heading-clash", message, _("Leave one of them out."))


def _split(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:7]) > 0):
        raise UsageError.because("split-wrong", _("a volume holds one record or more"))
    return int(text[:7])


def _go_on(table: PreparedTable, _sent: Mapping[str, str]) -> Answer:
    return see_other(table.call, f"tables/{table.id}")


def _proof(table: PreparedTable, sent: Mapping[str, str]) -> Answer:
    """Go on to the proof, of a table of several forms to that of the one on the button."""
    form = sent.get("do", "").partition(":")[2]
    return see_other(table.call, f"tables/{table.id}/proof.pdf", form=form)


def _run(table: PreparedTable, sent: Mapping[str, str]) -> Answer:
    """Order the run, once for each time that the page was opened."""
    call, settings = table.call, table.call.settings
    number, key = secrets.token_hex(16), hashlib.sha256(f"{call.clerk}\npage\n{sent.get('key', '')}".encode()).hexdigest()
    order = table.order()
    job = {
        "name": table.job_name, "order": order, "language": spoken(), "clerk": call.clerk, "corrections": table.facts(),
    }  # fmt: skip
    with new_folder(Path(settings.data), number) as folder:
        digest = copy_for_run(table, folder, TABLE)
        body = hashlib.sha256(json.dumps([digest, order, table.facts()], sort_keys=True).encode()).hexdigest()
        run, is_new = run_store(call).add(number, call.clerk, key, body, job, settings.limits.runs)
    if not is_new:
        remove_folder(Path(settings.data), number)
    return see_other(call, f"runs/{run.id}")


#: The buttons of a table's page → what each does after what was said is stored.
ACTIONS: Mapping[str, Callable[[PreparedTable, Mapping[str, str]], Answer]] = {"proof": _proof, "run": _run}


def proof(call: Call) -> Answer:
    """Return the contact sheet of samples, of a table of several forms of the one that is asked for, else of the first."""
    table = prepared_table(call, call.path["table"])
    parts = {part.form: part for part in table.parts()}
    form = call.query.get("form") or next(iter(parts))
    if form not in parts:
        raise UsageError.because("path-unknown", _("there is nothing at this path"))
    headers = {"content-disposition": f'inline; filename="{form}-proof.pdf"'}
    return Answer(200, "application/pdf", parts[form].proof().content, headers)


def corrected(call: Call) -> Answer:
    """Return the copy of the table with its corrections, each noted at its cell."""
    path = prepared_table(call, call.path["table"]).folder / COPY
    if not path.exists():
        raise UsageError.because("path-unknown", _("there is nothing at this path"))
    return Answer(200, XLSX, path.read_bytes(), {"content-disposition": f'attachment; filename="{COPY}"'})
