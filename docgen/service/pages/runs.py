"""The page of a run: how far it is, its files, the list for the customer, and the hand-over of its documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.errors import DataError, DocgenError, Problem, UsageError
from docgen.form import load_form
from docgen.messages import _
from docgen.service.calls import Answer, Call
from docgen.service.pages.browser import form_values
from docgen.service.pages.html import page_answer, refuse_without, see_other
from docgen.service.runs.files import OUTPUT, TABLE, published, run_folder
from docgen.service.runs.orders import NUMBERED, run_job
from docgen.service.runs.store import JobRun, RunStore, unknown_run
from docgen.service.tokens import Right
from docgen.service.work import book

if TYPE_CHECKING:
    from docgen.register import JobDocuments

#: The folder of what was handed over, among the files of a run.
HANDED = "handed-over"
#: What the list for the customer is fetched as → its media type.
LISTS = {"xlsx": book.XLSX, "csv": "text/csv", "pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class RunFiles:
    """Some files of a run under one heading: name → bytes. Many are shown only when they are asked for."""

    title: str
    files: Mapping[str, int]
    are_many: bool


@dataclass(frozen=True, slots=True)
class HandOverOffer:
    """What of a run's documents of one form could be handed over now; `problem` says why nothing can."""

    form: str
    title: Mapping[str, str]
    count: int
    void: int
    before: int
    problem: Problem | None = None


@lru_cache(maxsize=1)
def _opened(register: str, data: str) -> RunStore:
    return RunStore(register, Path(data))


def run_store(call: Call) -> RunStore:
    """Return the table of runs, open for as long as this worker lives."""
    return _opened(call.settings.register, call.settings.data)


def run_states() -> dict[str, str]:
    """Return the states of a run in words."""
    return {
        "waiting": _("waiting"), "working": _("under way"), "done": _("done"), "failed": _("failed"), "cancelled": _("stopped"),
    }  # fmt: skip


def _own_run(call: Call) -> JobRun:
    """Return the run of a path; raise UsageError if there is none, or it is another clerk's."""
    run = run_store(call).find(call.path["run"])
    if run.owner != call.clerk and Right.ADMINISTER not in call.page["rights"]:
        raise unknown_run()
    return run


def show_run(call: Call) -> Answer:
    """Show how far a run is, and what came of it."""
    return _shown(call, _own_run(call))


def _shown(call: Call, run: JobRun, error: DocgenError | None = None) -> Answer:
    sizes = (
        {name: path.stat().st_size for name, path in published(Path(call.settings.data), run.id).items()} if run.is_final else {}
    )
    problems = [*run.result.get("problem", {}).get("problems", []), *run.result.get("problems", [])]
    may_issue = Right.ISSUE in call.page["rights"]
    return page_answer(
        call, "run.html", HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK, run=run, groups=_grouped(run, sizes),
        states=run_states(), problems=problems, refused=error.problems if error else [], notes=run.result.get("notes", []),
        is_numbered=_is_numbered(run), offers=_offers(call, run) if sizes and _is_numbered(run) else [], may_issue=may_issue,
        corrections=len(run.job.get("corrections", [])), lists=LISTS,
    )  # fmt: skip


def _is_numbered(run: JobRun) -> bool:
    return bool(run.job.get("order", {}).get(NUMBERED))


def _grouped(run: JobRun, sizes: Mapping[str, int]) -> list[RunFiles]:
    """Return the files of a run, those of one kind together."""
    volumes = {each["file"] for each in run.result.get("volumes", [])}
    kinds = {
        _("Volumes"): [name for name in sizes if name in volumes],
        _("Press sheets"): [name for name in sizes if name.endswith(("-sheets.pdf", "-job-sheet.pdf"))],
        _("Handed over"): [name for name in sizes if name.startswith(HANDED)],
    }
    known = {name for names in kinds.values() for name in names}
    kinds[_("A file each")] = [name for name in sizes if "each/" in name and name not in known]
    kinds[_("For checking")] = [name for name in sizes if "each/" not in name and name not in known]
    return [RunFiles(title, {name: sizes[name] for name in names}, len(names) > 20) for title, names in kinds.items() if names]


def _offers(call: Call, run: JobRun) -> list[HandOverOffer]:
    """Return what could be handed over, form by form."""
    return [_offer(call, run, form) for form in _forms(run)]


def _forms(run: JobRun) -> list[str]:
    """Return the ids of the forms that a run printed."""
    return list(run.result.get("forms", [])) or [run.job["order"]["form"]]


def _offer(call: Call, run: JobRun, form: str) -> HandOverOffer:
    from docgen.register import unprinted_problems

    title = load_form(form, call.settings.forms).title
    try:
        found = book.register_of(call).documents_of_job(run.job["name"], form)
    except DataError as error:
        return HandOverOffer(form, title, 0, 0, 0, error.problems[0])
    problem = next(unprinted_problems(found), None)
    return HandOverOffer(form, title, len(found.to_hand_over), len(found.void), len(found.handed_over), problem)


def take(call: Call) -> Answer:
    """Stop a run that has not ended, or hand its documents over."""
    run, sent = _own_run(call), form_values(call)
    if sent.get("do") == "hand-over":
        refuse_without(call, Right.ISSUE)
        try:
            _hand_over(call, run, sent.get("form", ""))
        except (DataError, UsageError) as error:
            return _shown(call, run, error)
    elif not run.is_final:
        run_store(call).cancel(run.id)
    return see_other(call, f"runs/{run.id}")


def _hand_over(call: Call, run: JobRun, form: str) -> None:
    """Pack the documents of a run's form into a folder of their own among its files, and record it in the register."""
    from docgen.handover import Packing, hand_over
    from docgen.register import today
    from docgen.register.values import working_as

    if not run.is_final or not _is_numbered(run) or form not in _forms(run):
        raise UsageError.because("action-unknown", _("the page does not have this button"))
    folder, settings = run_folder(Path(call.settings.data), run.id), call.settings
    job = run_job(folder, run.job["order"], settings.as_json(), run.job["name"])
    packing = Packing(
        split=job.split, each=job.each, to=job.to, print=job.print, forms=job.forms, artwork=job.artwork, pictures=folder,
        on=job.on, purpose=job.purpose, press=job.press, back=job.back,
    )  # fmt: skip
    with working_as(call.clerk or None):
        hand_over(book.register_of(call), job.name, _free_folder(folder / OUTPUT, form), today(), packing, form=form)


def _free_folder(output: Path, form: str) -> Path:
    """Return a folder that is not there: what is left after one hand-over, such as duplicates, is handed over by another."""
    names = (f"{HANDED}-{form}" + (f"-{number}" if number > 1 else "") for number in range(1, 1000))
    return next(output / name for name in names if not (output / name).exists())


def corrected(call: Call) -> Answer:
    """Return the copy of the table that was printed, with its corrections."""
    run = _own_run(call)
    path = run_folder(Path(call.settings.data), run.id) / f"{TABLE}.xlsx"
    if not run.job.get("corrections") or not path.is_file():
        raise UsageError.because("path-unknown", _("there is nothing at this path"))
    return Answer(200, book.XLSX, path.read_bytes(), {"content-disposition": 'attachment; filename="corrected.xlsx"'})


def customer_list(call: Call) -> Answer:
    """Return the list of a run's documents for the customer."""
    from docgen.handover import list_paper
    from docgen.inputs import journal_fields
    from docgen.paint import paint_paper
    from docgen.register import LIST_FORMATS, document_list

    run, to = _own_run(call), call.path["to"]
    form = call.query.get("form") or next(iter(_forms(run)))
    if to not in LISTS or form not in _forms(run):
        raise UsageError.because("path-unknown", _("there is nothing at this path"))
    loaded = load_form(form, call.settings.forms)
    documents = _in_force(book.register_of(call).documents_of_job(run.job["name"], form))
    if not documents:
        raise DataError.because("list-empty", _("the book has no such documents"))
    listed = document_list(loaded, journal_fields(loaded, call.settings.forms), documents)
    content = paint_paper(list_paper(loaded, listed, documents)) if to == "pdf" else LIST_FORMATS[to](listed)
    return Answer(200, LISTS[to], content, {"content-disposition": f'attachment; filename="{form}-list.{to}"'})


def _in_force(found: JobDocuments) -> list[Any]:
    """Return the documents that are in force, in the order of the book."""
    both: Iterable[Any] = (*found.handed_over, *found.to_hand_over)
    return sorted(both, key=lambda each: each.id)
