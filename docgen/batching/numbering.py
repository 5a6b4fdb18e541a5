"""The register's part in a batch: which numbers the rows may expect, and which they have got.

No lock is held while volumes are painted. They are painted with the numbers that the register would give at that moment; when
all have passed, it gives them for good in one transaction. Where somebody else was quicker, or bad rows were left out, the
volumes are painted once more with the numbers that were given. Nothing is shown before that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from sys import intern

from docgen.batching.checking import Raw
from docgen.batching.selection import Selection
from docgen.batching.volumes import NO_NUMBER
from docgen.errors import DataError, Problem, UsageError
from docgen.fields import Reading, read_values
from docgen.form import Form
from docgen.messages import _
from docgen.register import Register, Request


@dataclass(frozen=True, slots=True)
class Numbered:
    """A register and what it calls the job: the same job again gives the same numbers."""

    register: Register
    job: str

    def expected(self, form: Form, rows: Iterable[tuple[int, Raw]]) -> dict[int, str | None]:
        """Return for each row the number that it would get, None where it brings its own.

        Rows that lack an organization or a date get a number that stands for none: they are refused when they are read.
        """
        names = (form.numbering.organization, form.numbering.issued, "number")
        fields = tuple(field for field in form.fields if field.name in names)
        numbers: dict[int, str | None] = {}
        requests: list[Request] = []
        for row, raw in rows:
            own = raw.get("number") not in (None, "")
            given = {field.name: raw.get(field.name) for field in fields}
            reading = Reading()
            values = read_values(fields, given if own else given | {"number": NO_NUMBER}, reading)
            numbers[row] = None if own else NO_NUMBER
            if not reading.problems:
                requests.append(Request(str(row), values if own else values | {"number": None}))
        for request, number in zip(requests, self.register.expect(form, requests, self.job), strict=True):
            row = int(request.key)
            numbers[row] = number if numbers[row] else None
        return numbers

    def chosen(
        self, form: Form, rows: Iterable[tuple[int, Raw]], only: Selection
    ) -> tuple[Iterable[tuple[int, Raw]], dict[int, str | None]]:
        """Return the rows that are asked for, and the numbers that they may expect; `rows` can be gone through again."""
        if not only.field:
            rows = list(only.of(rows)) if only.text else rows
            return rows, self.expected(form, rows)
        numbers = self.expected(form, rows)
        shown = [(row, {**raw, "number": numbers[row] or raw.get("number")}) for row, raw in rows]
        chosen = {row for row, _raw in only.of(shown)}
        rows = [(row, raw) for row, raw in rows if row in chosen]
        self.refuse_unissued(form, rows, numbers)
        return rows, numbers

    def issue(self, form: Form, lines: Iterable[Mapping]) -> tuple[dict[int, str], bool]:
        """Give each printed record its number for good; return them by row, and whether they are those that were printed."""
        requests: list[Request] = []
        printed: list[str] = []
        for line in lines:
            requests.append(Request(str(line["row"]), *(_shared(line["record"][name]) for name in ("values", "also"))))
            printed.append(line["number"])
        numbers = self.register.issue(form, requests, self.job, once=True)
        return {int(request.key): number for request, number in zip(requests, numbers, strict=True)}, numbers == printed

    def printed(self, form: Form, lines: Iterable[Mapping], *, again: bool) -> None:
        """Tell the register what was printed, by the hash of each record's pages; without `again`, only what it does not know."""
        self.register.printed(form, self.job, {str(line["row"]): line["sha256"] for line in lines}, again=again)

    def refuse_unissued(self, form: Form, rows: list[tuple[int, Raw]], numbers: Mapping[int, str | None]) -> None:
        """DataError when records that were chosen by their numbers would get other ones: they were never issued."""
        now = self.expected(form, rows)
        never = [row for row, _raw in rows if now[row] != numbers[row]]
        if never:
            hint = _("Print the whole table first, or choose by --only ROWS.")
            raise DataError([Problem("not-issued", _("this number was never given"), hint).at(row=row) for row in never])


def _shared(values: Mapping[str, object]) -> dict[str, object]:
    """Return values in which what repeats from record to record, such as the organization, is one text in memory."""
    return {intern(name): intern(value) if type(value) is str else value for name, value in values.items()}


def check_job(job: str) -> str:
    """Return the name of a job; UsageError for one that is empty or too long to be told in a list."""
    if not job.strip() or len(job) > 200 or not job.isprintable():
        raise UsageError.because("job-wrong", _("the register needs a name for the job"), _("Give --job NAME."), key="--job")
    return job
