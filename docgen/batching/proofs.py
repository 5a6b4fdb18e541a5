"""Samples to check before a batch is printed: the first, the last, the longest and some random records, on contact sheets.

The whole table is read and composed as for the batch, so a proof finds the same problems; nothing is issued and nothing but
the proof is made. The same table gives the same samples: chance is drawn from its SHA-256.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from docgen import fonts
from docgen.batching.conflicts import Refusals
from docgen.batching.entries import Entry, Progress, no_progress
from docgen.batching.highlights import Highlights
from docgen.batching.job import BatchJob, check_template
from docgen.batching.settings import Order, Settings, ordered
from docgen.batching.volumes import read_entry
from docgen.compose import compose
from docgen.compose.page import TextItem
from docgen.errors import DataError, Problem, UsageError
from docgen.fields import Field
from docgen.fonts.faces import Font
from docgen.form import Form
from docgen.inputs import GivenRows, NumberedRow
from docgen.messages import _, labelled, n_, spoken
from docgen.paint.info import own_day, record_label, volume_info
from docgen.paint.press.contact import PER_SHEET, ContactHeading, Sample, paint_contact_sheets
from docgen.prints import Print
from docgen.units import pt

if TYPE_CHECKING:
    from docgen.register import StoredRequest

#: How many records are drawn by chance at least; then as many as the last sheet has places for.
RANDOM = 3
#: How many are drawn while the table is read: some of them may have been chosen for another reason.
DRAWN = 64
#: In what the lengths of values are compared: any size does.
RULER = Font(pt(12))
#: What is compared by its width on paper: a date has its own words, a picture has none.
WORDS = (str, int)


@dataclass(frozen=True, slots=True)
class Proof:
    """A contact sheet as PDF: how many of how many records it shows, and what was wrong or mended in the whole table."""

    content: bytes
    samples: int
    records: int
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]


def proof(form: Form | str, rows: GivenRows, settings: Settings, *, progress: Progress = no_progress) -> Proof:
    """Return a contact sheet of the batch that `batch` would print of a form and rows with these settings.

    Records that bring no number have the one that the register would give them for the job; nothing is issued. Raise DataError
    with every problem, unless `skip_bad`; UsageError for a form that is not one page a record.
    """
    with ordered(form, rows, settings, is_asked=True) as order:
        if not order.job.form.is_fixed:
            message = _("“{id}” is a text over pages, of which there is no contact sheet", id=order.job.form.id)
            hint = _("Look at one: docgen render {id} RECORD -o FILE", id=order.job.form.id)
            raise UsageError.because("proof-not-offered", message, hint)
        check_template(order.job)
        found = _proof(order, progress)
        notes = order.source.placed([*order.source.left_out, *found.notes])
        return replace(found, problems=tuple(order.source.placed(found.problems)), notes=tuple(notes))


def _proof(order: Order, progress: Progress) -> Proof:
    job, source, only = order.job, order.source, order.only
    refusals = Refusals(job.skip_bad)
    rows: Iterable[NumberedRow] = only.of(source) if only.text else source
    numbers: Mapping[int, str | None] = {}
    if order.numbered:
        rows, numbers = order.numbered.chosen(job.form, source, only, refusals)
    choice, found, requests = _looked_at(order, rows, numbers, progress)
    while order.numbered and (refused := order.numbered.refused(job.form, requests)):
        if not job.skip_bad:
            found += refused
            break
        rows, numbers = order.numbered.expecting(job.form, refusals.without(rows, DataError(refused)), refusals)
        choice, found, requests = _looked_at(order, rows, numbers, no_progress)
    problems = [*order.bad, *refusals.problems, *found, *order.people.problems]
    problems.sort(key=lambda problem: problem.where.row or 0)
    if (problems and not job.skip_bad) or not choice.count:
        raise DataError(problems or [Problem("table-empty", _("there is no record to print"))])
    chosen = choice.samples()
    content = _painted(job, chosen, choice.count)
    doubles = order.numbered.notes if order.numbered else ()
    return Proof(content, len(chosen), choice.count, tuple(problems), (*order.people.notes, *doubles, *choice.notes))


def _looked_at(
    order: Order, rows: Iterable[NumberedRow], numbers: Mapping[int, str | None], progress: Progress
) -> tuple[_SampleChoice, list[Problem], list[StoredRequest]]:
    """Return what is to be shown of the rows, which can be gone through again, their problems, and what a register is asked."""
    requests: list[StoredRequest] = []
    choice, problems = _SampleChoice(order.job.form, order.job.source.get("sha256", "")), list[Problem]()
    for entry in _entries(order.job, order.people.single(rows), numbers, problems, progress):
        choice.look(entry)
        if order.numbered:
            requests.append(order.numbered.request(order.job.form, entry))
    return choice, problems, requests


def _entries(
    job: BatchJob, rows: Iterable[NumberedRow], numbers: Mapping[int, str | None], problems: list[Problem], progress: Progress
) -> Iterator[Entry]:
    for row, raw in rows:
        try:
            # What the data are, and how wide, is in the layer of data alone.
            yield read_entry(job, row, raw, numbers.get(row), Print.OVERPRINT)
        except DataError as error:
            problems += [problem.at(row=row) for problem in error.problems]
        progress(_("records"), 1)


@dataclass
class _Most:
    """The record that has the most of something, so long as another has less."""

    reason: Callable[[], str]
    measure: Callable[[Entry], float | None]
    entry: Entry | None = None
    most: float = 0.0
    least: float = 0.0

    def look(self, entry: Entry) -> None:
        amount = self.measure(entry)
        if amount is None:
            return
        if self.entry is None or amount > self.most:
            self.least = amount if self.entry is None else self.least
            self.entry, self.most = entry, amount
        self.least = min(self.least, amount)

    @property
    def is_special(self) -> bool:
        return self.entry is not None and self.most > self.least


class _SampleChoice:
    """Looks at each record of a table once and remembers those to be shown, each with the reasons why."""

    def __init__(self, form: Form, seed: str):
        printed = {name for side in form.sides for place in side.places for name in place.names}
        fields = [field for field in form.fields if field.name in printed and not field.is_picture]
        self._seed, self._sides, self.count = seed, len(form.sides), 0
        self.notes: list[Problem] = []
        self._first: Entry | None = None
        self._last: Entry | None = None
        self._most = [*map(_longest, fields), *_tightest(), *(_without(field) for field in fields if field.optional)]
        self._drawn: list[tuple[int, int, Entry]] = []

    def look(self, entry: Entry) -> None:
        self.count += 1
        self.notes += entry.notes
        self._first, self._last = self._first or entry, entry
        for most in self._most:
            most.look(entry)
        lot = int.from_bytes(hashlib.sha256(f"{self._seed} {entry.row}".encode()).digest()[:8])
        draw = heapq.heappush if len(self._drawn) < DRAWN else heapq.heappushpop
        draw(self._drawn, (-lot, self.count, entry))

    def samples(self) -> list[tuple[Entry, list[str]]]:
        """Return the records to be shown in the order of the table, with the reasons for each."""
        reasons: dict[int, tuple[Entry, list[str]]] = {}
        shown = [(self._first, _("first")), (self._last, _("last"))]
        shown += [(most.entry, most.reason()) for most in self._most if most.is_special]
        for entry, reason in shown:
            if entry is not None:
                reasons.setdefault(entry.row, (entry, []))[1].append(reason)
        places = -(len(reasons) + RANDOM) % (PER_SHEET // self._sides) + RANDOM
        drawn = [entry for _lot, _count, entry in sorted(self._drawn, reverse=True) if entry.row not in reasons]
        reasons |= {entry.row: (entry, [_("at random")]) for entry in drawn[:places]}
        return [reasons[row] for row in sorted(reasons)]


@lru_cache(maxsize=4096)
def _width(text: str, family: fonts.Family) -> float:
    return family.width(text, RULER).mm


def _longest(field: Field) -> _Most:
    def measure(entry: Entry) -> float | None:
        value = entry.record.values.get(field.name)
        return _width(str(value), fonts.family()) if isinstance(value, WORDS) else None

    return _Most(partial(_named, _("longest"), field), measure)


def _without(field: Field) -> _Most:
    return _Most(partial(_named, _("without"), field), lambda entry: float(not entry.record.values.get(field.name)))


def _named(what: str, field: Field) -> str:
    return f"{what}: {labelled(field.label)}"


def _tightest() -> list[_Most]:
    """Return what finds the records that leave the least space on the page."""
    return [
        _Most(lambda: _("most lines"), lambda entry: float(len({(item.place, item.line) for item in _texts(entry)}))),
        _Most(lambda: _("smallest letters"), lambda entry: -min((item.font.size.mm for item in _texts(entry)), default=0.0)),
    ]


def _texts(entry: Entry) -> Iterator[TextItem]:
    return (item for page in entry.pages for item in page.items if type(item) is TextItem)


def _painted(job: BatchJob, chosen: list[tuple[Entry, list[str]]], count: int) -> bytes:
    form, highlights = job.form, Highlights(job.form)
    samples = []
    for entry, reasons in chosen:
        label = ": ".join(filter(None, (_("row {number}", number=entry.row), record_label(entry.record))))
        why = (", ".join(reasons), _("back"))
        for side, page in enumerate(compose(form, entry.record)[: len(form.sides)]):
            boxes = highlights.of(page, entry.record.values, side)
            samples.append(Sample(page.shown(job.print), tuple(boxes), label, why[side]))
    title = _("Proof: {title}", title=labelled(form.title))
    shown = n_("{count} record", "{count} records", count)
    note = _("{table}: {samples} of {records}, --print {what}", table=job.source.get("file", ""), samples=len(chosen),
             records=shown, what=job.print)  # fmt: skip
    days = [day for entry, _reasons in chosen if (day := own_day(form, entry.record))]
    info = replace(volume_info(form, max(days, default=None)), title=title, form="", language=spoken(), facts=None)
    return paint_contact_sheets(samples, ContactHeading(title, note, highlights.legend), info, job.artwork)
