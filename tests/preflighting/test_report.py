"""A report part by part is the report as a whole, in its JSON and in its counts."""

from __future__ import annotations

import json

import pytest

from docgen.preflighting import Finding, Report, Verdict
from docgen.preflighting.finding_list import FindingList
from docgen.prints import Print

TITLE = Finding("4.3", "title", "text", "СЕРТИФИКАТ", "СЕРТИФИКАТ", Verdict.PASS, "text")
NULL = Finding("4.2", "null", 'not "null"\n', "null", "\x1b[1m", Verdict.FAIL, "size")
FILE = Finding("", "", "title", "a", "b", Verdict.REMARK, "title")


def report(*pages: list[Finding], file: list[Finding]) -> Report:
    findings = FindingList(is_single=len(pages) == 1)
    for page in pages:
        findings.add_page(page)
    findings.add_file(file)
    return Report("a.pdf", "form", Print.FULL, len(pages), findings)


REPORTS = {
    "several pages": report([TITLE, NULL], [], [TITLE, TITLE], file=[FILE, NULL]),
    "one page": report([NULL, TITLE], file=[FILE]),
    "no page": report(file=[FILE]),
    "nothing": report(file=[]),
}


@pytest.mark.parametrize("name", REPORTS)
def test_the_json_in_parts_is_that_of_the_plain_values(name):
    whole = json.dumps(REPORTS[name].as_json(), ensure_ascii=False, indent=1)
    assert "".join(REPORTS[name].json_parts()) == whole


def test_findings_are_listed_page_after_page_then_those_of_the_file():
    findings = REPORTS["several pages"].findings
    assert [(finding.page, finding.check) for finding in findings] == [
        (1, "text"), (1, "size"), (3, "text"), (3, "text"), (None, "title"), (None, "size"),
    ]  # fmt: skip
    assert len(findings) == 6
    assert findings[1].page == 1
    assert [finding.page for finding in findings[-3:]] == [3, None, None]
    assert findings.failures == [findings[1], findings[-1]]
    assert findings.verdicts() == {Verdict.PASS: 3, Verdict.FAIL: 2, Verdict.REMARK: 1}
    assert [finding.page for finding in REPORTS["one page"].findings] == [None, None, None]


def test_a_table_says_once_what_pages_share():
    table = REPORTS["several pages"].as_table()
    assert table.count("as prescribed") == 1
    assert "1, 3" in table
    assert "as prescribed" not in REPORTS["one page"].as_table()
