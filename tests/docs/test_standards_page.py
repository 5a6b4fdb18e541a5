"""docs/standards.md lists every rule of every standard as it is in the code."""

from __future__ import annotations

import re

import standards
from support.places import ROOT

from docgen.preflighting.standards import STANDARDS

PAGE = (ROOT / "docs" / "standards.md").read_text("utf-8")


def test_the_page_is_current():
    assert PAGE.endswith(standards.tables()), "make acts"


def test_each_rule_is_listed_once_with_its_clause():
    listed = re.findall(r"^\| ([^|]+) \| [^|]+ \| `([\w-]+)` \| (?:FAIL|remark) \|$", PAGE, re.MULTILINE)
    rules = {rule.code: rule.clause for standard in STANDARDS.values() for rule in standard.rules}
    assert len(listed) == len(rules)
    assert {code: clause for clause, code in listed} == rules
