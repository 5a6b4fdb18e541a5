"""Makes the tables of docs/standards.md: each rule of each standard with its clause.

`make acts` writes them; `python scripts/standards.py --check` ends with 1 if they are not current. What stands above the first
table is written by hand.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from docgen.preflighting import Verdict
from docgen.preflighting.standards import STANDARDS, StandardRule, StandardRules

PAGE = Path(__file__).parent.parent / "docs" / "standards.md"
BEGIN = "<!-- What follows is written by `make acts`: change the rules in docgen/preflighting/standards/ instead. -->\n"
#: Standards whose rules are listed with an earlier part.
PART_3 = ("pdfa-3b", "pdfa-3a")


def tables() -> str:
    """Return a table for each standard: all its rules, or those that it has beyond an earlier one.

    A rule that stands in a clause of the same number in two standards says in both the same.
    """
    lines: list[str] = []
    shown: set[Callable[[], str]] = set()
    for standard in STANDARDS.values():
        own = [rule for rule in standard.rules if rule.what not in shown]
        lines += [f"## {standard.title}: `{standard.name}`\n", f"{_shared(standard, own)}\n"]
        if own:
            lines += ["| clause | what is to be true | `check` | else |", "|---|---|---|---|", *map(_row, own), ""]
        shown |= {rule.what for rule in standard.rules}
    return "\n".join(lines)


def _shared(standard: StandardRules, own: list[StandardRule]) -> str:
    """Return how many rules of a standard are listed, and which others it has."""
    if len(own) == len(standard.rules):
        return f"{len(own)} rules."
    if standard.name in PART_3:
        count, more = len(standard.rules) - len(own), f", and {len(own)} more" if own else ""
        return f"{count} of the rules above, whose clauses have the same numbers in ISO 19005-3{more}."
    return f"The rules above, and {len(own)} more."


def _row(rule: StandardRule) -> str:
    verdict = "FAIL" if rule.verdict is Verdict.FAIL else "remark"
    return f"| {rule.clause} | {rule.what()} | `{rule.code}` | {verdict} |"


def main() -> None:
    """Write the page, or compare it."""
    text = PAGE.read_text("utf-8")
    head, begin, _old = text.partition(BEGIN)
    assert begin, f"{PAGE} has no line that says where the tables begin"
    current = f"{head}{BEGIN}\n{tables()}"
    if "--check" in sys.argv[1:]:
        if current != text:
            sys.exit("docs/standards.md is not current: make acts")
        return
    PAGE.write_text(current, "utf-8")


if __name__ == "__main__":
    main()
