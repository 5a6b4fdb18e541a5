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
    later = {code: f"a{code.removeprefix('a3')}" for code in rules if code.startswith("a3-")}
    later = {code: earlier for code, earlier in later.items() if earlier in rules and code != "a3-part"}  # listed with PDF/A-2
    assert all(rules.pop(code) == rules[earlier].replace("19005-2", "19005-3") for code, earlier in later.items())
    assert len(listed) == len(rules)
    assert {code: clause for clause, code in listed} == rules
