"""The report on standards: of each rule whether it holds, and where it does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docgen.errors import visible
from docgen.messages import _, n_
from docgen.preflighting.findings import Verdict
from docgen.preflighting.report import aligned, page_ranges
from docgen.preflighting.standards.file_rules import encrypted
from docgen.preflighting.standards.rules import Breach, StandardRule, StandardRules
from docgen.preflighting.standards.validator import Validation

#: So many places of one rule are shown at a terminal; the JSON has all.
SHOWN = 5
#: The longest text of what was found, in letters.
LONGEST = 200


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """A rule and what was found: once for each place at which it does not hold, once without one where it holds everywhere.

    `page` counts from 1; it is the first page that uses a thing. `number` is that of the object. `check` is a stable name.
    """

    check: str
    clause: str
    what: str
    measured: str
    hint: str
    verdict: Verdict
    page: int | None = None
    number: int | None = None

    def as_json(self) -> dict[str, object]:
        """Return the finding as plain values."""
        names = ("check", "clause", "what", "measured", "hint", "page")
        return {name: getattr(self, name) for name in names} | {"object": self.number, "verdict": self.verdict.value}


@dataclass(frozen=True, slots=True)
class StandardReport:
    """Every finding of a file on a standard, in the order of its clauses.

    `unread` says why rules could not be looked at, and is empty where all were.
    """

    file: str
    standard: str
    title: str
    pages: int
    findings: list[RuleFinding]
    unread: str = ""
    #: What veraPDF says, where it was asked.
    validation: Validation | None = None

    @property
    def passed(self) -> bool:
        """Whether no clause of the standard is broken, as far as we and veraPDF see; remarks do not count."""
        return not self.failures and (self.validation is None or self.validation.passed)

    @property
    def failures(self) -> list[RuleFinding]:
        """The findings that refuse the file."""
        return [finding for finding in self.findings if finding.verdict is Verdict.FAIL]

    def as_json(self) -> dict[str, object]:
        """Return the report as plain values, for `--json`."""
        return {
            "file": self.file,
            "standard": self.standard,
            "pages": self.pages,
            "passed": self.passed,
            "findings": [finding.as_json() for finding in self.findings],
            **({"validation": self.validation.as_json()} if self.validation else {}),
        }

    def as_table(self) -> str:
        """Return for a terminal a table of the rules, then what is wrong, and what to do about it."""
        rules = list(dict.fromkeys((each.check, each.clause, each.what, each.verdict.word) for each in self.findings))
        table = aligned([[_("clause"), _("what"), _("verdict")], *(list(rule[1:]) for rule in rules)])
        wrong = [line for rule in rules for line in self._wrong(rule[0])]
        validated = self.validation.as_lines() if self.validation else []
        return "\n".join([*table, "", *wrong, self.summary(), *validated]) + "\n"

    def _wrong(self, check: str) -> list[str]:
        """Return the lines on a rule that does not hold; what several pages have alike is one of them."""
        found = [each for each in self.findings if each.check == check and each.verdict is not Verdict.PASS]
        if not found:
            return []
        pages: dict[tuple[str, int | None], list[int]] = {}
        for each in found:
            key = (each.measured, None if each.page else each.number)
            pages.setdefault(key, []).append(each.page or 0)
        first = found[0]
        sign = "✗" if first.verdict is Verdict.FAIL else "•"
        places = [_place(measured, number, page_ranges(numbers)) for (measured, number), numbers in pages.items()]
        more = [_("and {count} more", count=len(places) - SHOWN)] if len(places) > SHOWN else []
        lines = [f"{sign} {first.clause}: {first.what}", *(f"    {place}" for place in [*places[:SHOWN], *more])]
        return [*lines, f"    {first.hint}", ""]

    def summary(self) -> str:
        """Return one line: the standard, and how many pages, passes, remarks and failures."""
        counts = {verdict: {each.check for each in self.findings if each.verdict is verdict} for verdict in Verdict}
        parts = (
            n_("{count} page", "{count} pages", self.pages),
            n_("{count} passed", "{count} passed", len(counts[Verdict.PASS])),
            n_("{count} remark", "{count} remarks", len(counts[Verdict.REMARK])),
            n_("{count} failed", "{count} failed", len(counts[Verdict.FAIL])),
            *([self.unread] if self.unread else []),
        )
        return f"{self.title}: {', '.join(parts)}"


def _place(measured: str, number: int | None, pages: str) -> str:
    where = [_("page {page}", page=pages)] if pages else [_("object {number}", number=number)] if number is not None else []
    return ": ".join([*where, measured])


def report_on(standard: StandardRules, breaches: Sequence[Breach], file: str, pages: int) -> StandardReport:
    """Return the report of a file on a standard; `breaches` may be those of other standards too."""
    found: dict[str, list[Breach]] = {}
    for breach in breaches:
        found.setdefault(breach.rule.code, []).append(breach)
    findings = [each for rule in standard.rules for each in _findings(rule, found.get(rule.code, ()))]
    return StandardReport(file, standard.name, standard.title, pages, findings)


def unread_report(standard: StandardRules, file: str) -> StandardReport:
    """Return the report on an encrypted file, of which nothing else can be said."""
    [rule] = [each for each in standard.rules if each.check is encrypted]
    findings = _findings(rule, [Breach(rule, "/Encrypt", None, None)])
    return StandardReport(file, standard.name, standard.title, 0, findings, _("nothing else could be looked at"))


def _findings(rule: StandardRule, breaches: Sequence[Breach]) -> list[RuleFinding]:
    what, hint = rule.what(), rule.hint()
    if not breaches:
        return [RuleFinding(rule.code, rule.clause, what, "", "", Verdict.PASS)]
    return [
        RuleFinding(rule.code, rule.clause, what, _short(each.measured), hint, rule.verdict, each.page, each.number)
        for each in dict.fromkeys(breaches)
    ]


def _short(text: str) -> str:
    text = visible(" ".join(text.split()))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
