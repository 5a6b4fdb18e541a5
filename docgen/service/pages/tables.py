"""The pages of tables: one is given, its columns are confirmed, its problems corrected, its proof looked at, its run ordered."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from docgen.batching import check_batchable
from docgen.checking import CheckReport
from docgen.errors import DataError, DocgenError, Problem, UsageError
from docgen.form import Form, form_ids, load_form
from docgen.kazakh import alphabetical
from docgen.messages import _, labelled, spoken
from docgen.service.calls import Answer, Call
from docgen.service.pages.browser import form_values
from docgen.service.pages.html import page_answer, see_other
from docgen.service.pages.prepared import COPY, PreparedTable, add_table, copy_for_run, prepared_table, prepared_tables
from docgen.service.runs.files import TABLE, new_folder, published, remove_folder
from docgen.service.runs.store import JobRun, RunStore, unknown_run
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
    forms = [form for each in form_ids(call.settings.forms) if _is_batchable(form := load_form(each, call.settings.forms))]
    forms.sort(key=lambda form: alphabetical(labelled(form.title)))
    return page_answer(
        call, "tables.html", HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK, forms=forms,
        titles={form.id: form.title for form in forms}, tables=prepared_tables(call), runs=_store(call).runs(call.clerk, LISTED),
        problems=error.problems if error else [], chosen=call.texts.get("form", ""), states=run_states(),
    )  # fmt: skip


def _is_batchable(form: Form) -> bool:
    try:
        check_batchable(form)
    except UsageError:
        return False
    return True


def run_states() -> dict[str, str]:
    """Return the states of a run in words."""
    return {
        "waiting": _("waiting"), "working": _("under way"), "done": _("done"), "failed": _("failed"), "cancelled": _("stopped"),
    }  # fmt: skip


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
    call, report, wrong = table.call, None, list[Problem]()
    guesses = table.guesses()
    if table.is_confirmed:
        try:
            report = table.job().examine()
        except (DataError, UsageError) as error:
            wrong = error.problems
    problems = _problems(report) if report else []
    return page_answer(
        call, "table.html", HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK, table=table, guesses=guesses,
        form=table.form, wrong=[*wrong, *(refused.problems if refused else [])], problems=problems[:SHOWN], count=len(problems),
        notes=report.notes if report else [], records=report.records if report else 0, is_right=bool(report) and not problems,
        may_issue=Right.ISSUE in call.page["rights"], key=secrets.token_hex(16),
    )  # fmt: skip


def _problems(report: CheckReport) -> list[ShownProblem]:
    """Return the problems with the values of their cells as they are now, and who the row is about."""
    rows = dict(report.source.every_row) if report.source else {}
    found = []
    for each in report.problems:
        row = rows.get(each.where.row or 0, {})
        name = each.where.key.split(", ")[0]
        known = name in row or (each.where.row is not None and bool(each.where.column))
        person = " ".join(str(row[part]) for part in ("surname", "given_name") if row.get(part))
        value = each.value if row.get(name) is None else str(row[name])
        found.append(ShownProblem(each, f"cell[{each.where.row}].{name}" if known and name else "", value, person))
    return found


def take_changes(call: Call) -> Answer:
    """Take what a clerk said of a table, and do what the button says."""
    table, sent = prepared_table(call, call.path["table"]), form_values(call)
    if sent.get("do") == "erase":
        table.erase()
        return see_other(call, "tables")
    try:
        _say(table, sent)
        action = ACTIONS.get(sent.get("do", ""), _go_on)
        return action(table, sent)
    except (DataError, UsageError) as error:
        return _shown(table, error)


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
        table.is_numbered = table.may_number and "numbered" in sent and Right.ISSUE in table.call.page["rights"]
        table.is_press, table.skips_bad = "press" in sent, "skip-bad" in sent
        table.allows_doubles = "allow-doubles" in sent
        table.split = _split(sent.get("split", ""))
    cells = {(int(match[1]), match[2]): text.strip() for name, text in sent.items() if (match := _CELL.fullmatch(name))}
    before = {name: sent.get(f"was-{name}", "") for name in sent}
    changed = {key: text for key, text in cells.items() if text != before[f"cell[{key[0]}].{key[1]}"].strip()}
    if changed:
        table.correct(changed)
    table.save()


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


def _proof(table: PreparedTable, _sent: Mapping[str, str]) -> Answer:
    return see_other(table.call, f"tables/{table.id}/proof.pdf")


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
        run, is_new = _store(call).add(number, call.clerk, key, body, job, settings.limits.runs)
    if not is_new:
        remove_folder(Path(settings.data), number)
    return see_other(call, f"runs/{run.id}")


#: The buttons of a table's page → what each does after what was said is stored.
ACTIONS: Mapping[str, Callable[[PreparedTable, Mapping[str, str]], Answer]] = {"proof": _proof, "run": _run}


def proof(call: Call) -> Answer:
    """Return the contact sheet of samples."""
    found = prepared_table(call, call.path["table"]).job().proof()
    return Answer(200, "application/pdf", found.content, {"content-disposition": 'inline; filename="proof.pdf"'})


def corrected(call: Call) -> Answer:
    """Return the copy of the table with its corrections, each noted at its cell."""
    path = prepared_table(call, call.path["table"]).folder / COPY
    if not path.exists():
        raise UsageError.because("path-unknown", _("there is nothing at this path"))
    return Answer(200, XLSX, path.read_bytes(), {"content-disposition": f'attachment; filename="{COPY}"'})


@lru_cache(maxsize=1)
def _opened(register: str, data: str) -> RunStore:
    return RunStore(register, Path(data))


def _store(call: Call) -> RunStore:
    return _opened(call.settings.register, call.settings.data)


def _own_run(call: Call) -> JobRun:
    """Return the run of a path; raise UsageError if there is none, or it is another clerk's."""
    run = _store(call).find(call.path["run"])
    if run.owner != call.clerk and Right.ADMINISTER not in call.page["rights"]:
        raise unknown_run()
    return run


def show_run(call: Call) -> Answer:
    """Show how far a run is, and what came of it."""
    run = _own_run(call)
    files: dict[str, Any] = {}
    if run.is_final:
        files = {name: path.stat().st_size for name, path in published(Path(call.settings.data), run.id).items()}
    problem = run.result.get("problem", {}).get("problems", [])
    return page_answer(
        call, "run.html", run=run, files=files, states=run_states(), problems=[*problem, *run.result.get("problems", [])],
        notes=run.result.get("notes", []), is_numbered=bool(run.job.get("order", {}).get("numbered")),
    )  # fmt: skip


def stop_run(call: Call) -> Answer:
    """Stop a run that has not ended."""
    run = _own_run(call)
    if not run.is_final:
        _store(call).cancel(run.id)
    return see_other(call, f"runs/{run.id}")
