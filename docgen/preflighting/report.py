"""The report of preflight: all findings of a file, as plain values and as a table."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from docgen.errors import visible
from docgen.messages import _, n_, translated
from docgen.preflighting.finding_list import FindingList
from docgen.preflighting.findings import Finding, Verdict
from docgen.prints import Print

#: The widest cell of the table, in columns of the terminal; the JSON has the whole text.
CELL = 44
GAP = "  "


@dataclass(frozen=True, slots=True)
class Report:
    """Every finding of a file, in the order of the form's clauses, page after page."""

    file: str
    form: str
    print: Print
    pages: int
    findings: FindingList

    @property
    def passed(self) -> bool:
        """Whether nothing failed; remarks do not count."""
        return not self.failures

    @property
    def failures(self) -> list[Finding]:
        """The findings that refuse the file."""
        return self.findings.failures

    def as_json(self) -> dict[str, object]:
        """Return the report as plain values, for `--json`."""
        return self._head() | {"findings": [finding.as_json() for finding in self.findings]}

    def json_parts(self) -> Iterator[str]:
        """Yield the JSON of `as_json`, indented by one, part by part: each distinct finding is put into words once."""
        yield json.dumps(self._head(), ensure_ascii=False, indent=1)[:-2] + ',\n "findings": ['
        before = "\n"
        texts = [_json_text(finding) for finding in self.findings.distinct]
        for page, numbers in self.findings.pages():
            number = "null" if page is None else str(page)
            for begin, end in [texts[index] for index in numbers]:
                yield f"{before}{begin}{number}{end}"
                before = ",\n"
        for finding in self.findings.on_file:
            yield f"{before}{'null'.join(_json_text(finding))}"
            before = ",\n"
        yield "\n ]\n}" if before != "\n" else "]\n}"

    def _head(self) -> dict[str, object]:
        return {
            "file": self.file, "form": self.form, "print": self.print, "pages": self.pages, "passed": self.passed,
        }  # fmt: skip

    def as_table(self) -> str:
        """Return an aligned table for a terminal; a finding that several pages share is one row."""
        rows = [_headings(), *(_cells(finding, pages) for finding, pages in _alike(self.findings))]
        if self.pages == 1:
            rows = [row[1:] for row in rows]
        return "\n".join([*aligned(rows), "", self.summary()]) + "\n"

    def failed_table(self) -> str:
        """Return the same table of what failed alone, without the summary; empty where nothing did."""
        rows = [_cells(finding, pages) for finding, pages in _alike(self.findings) if finding.verdict is Verdict.FAIL]
        return "\n".join(aligned([_headings(), *rows])) if rows else ""

    def summary(self) -> str:
        """Return one line: the form, and how many pages, passes, remarks and failures."""
        return f"{self.form}: {counts_in_words(self.pages, self.findings.verdicts())}"


def counts_in_words(pages: int, counts: Mapping[Verdict, int]) -> str:
    """Return how many pages were measured, and how many findings passed, were remarks or failed."""
    parts = (
        n_("{count} page", "{count} pages", pages),
        n_("{count} passed", "{count} passed", counts.get(Verdict.PASS, 0)),
        n_("{count} remark", "{count} remarks", counts.get(Verdict.REMARK, 0)),
        n_("{count} failed", "{count} failed", counts.get(Verdict.FAIL, 0)),
    )
    return ", ".join(parts)


def _json_text(finding: Finding) -> tuple[str, str]:
    """Return the JSON of a finding before and after its page, within a list of an object."""
    text = json.dumps(finding.as_json(), ensure_ascii=False, indent=1)
    begin, _page, end = text.replace("\n", "\n  ").rpartition("null")
    return "  " + begin, end


def aligned(rows: list[list[str]]) -> list[str]:
    """Return the lines of a table, with a rule below its first row."""
    widths = [max(map(_columns, column)) for column in zip(*rows, strict=True)]
    lines = [GAP.join(map(_padded, row, widths)).rstrip() for row in rows]
    lines.insert(1, GAP.join("─" * width for width in widths))
    return lines


def _headings() -> list[str]:
    return [_("page"), _("clause"), _("place"), _("what"), _("prescribed"), _("measured"), _("verdict")]


def _cells(finding: Finding, pages: str) -> list[str]:
    texts = (translated(finding.clause), finding.place, finding.what, finding.prescribed, finding.measured)
    return [pages, *map(_shortened, texts), finding.verdict.word]


def _alike(findings: FindingList) -> list[tuple[Finding, str]]:
    """Return each finding once, with the pages that share it; one that only differs in what a record filled in is the same."""
    shown = [finding if findings.is_single else _without_data(finding) for finding in findings.distinct]
    pages: dict[Finding, list[int]] = {}
    lists = [pages.setdefault(finding, []) for finding in shown]
    order = {number: None for _page, numbers in findings.pages() for number in numbers}
    for page, numbers in findings.pages():
        for number in numbers:
            lists[number].append(page or 0)
    ordered = list(dict.fromkeys(shown[number] for number in order))
    file = [(finding, "") for finding in dict.fromkeys(findings.on_file)]
    return [(finding, page_ranges(pages[finding])) for finding in ordered] + file


def _without_data(finding: Finding) -> Finding:
    is_right_text = finding.check == "text" and finding.verdict is Verdict.PASS
    return replace(finding, measured=_("as prescribed")) if is_right_text else finding


def page_ranges(numbers: list[int]) -> str:
    """Write page numbers: `1–3, 7`; nothing for findings on the whole file."""
    groups: list[list[int]] = []
    for number in sorted(set(filter(None, numbers))):
        if groups and number == groups[-1][-1] + 1:
            groups[-1].append(number)
        else:
            groups.append([number])
    return _shortened(", ".join(str(g[0]) if len(g) == 1 else f"{g[0]}–{g[-1]}" for g in groups))


def _columns(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _columns(text))


def _shortened(text: str) -> str:
    text = visible(" ".join(text.split()))
    return text if len(text) <= CELL else text[: CELL - 1] + "…"
