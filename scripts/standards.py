"""Makes the tables of docs/standards.md: each rule of each standard with its clause.

`make acts` writes them; `python scripts/standards.py --check` ends with 1 if they are not current. What stands above the first
table is written by hand.
"""

from __future__ import annotations

import sys
from pathlib import Path

from docgen.preflighting import Verdict
from docgen.preflighting.standards import STANDARDS, StandardRule

PAGE = Path(__file__).parent.parent / "docs" / "standards.md"
BEGIN = "<!-- What follows is written by `make acts`: change the rules in docgen/preflighting/standards/ instead. -->\n"


def tables() -> str:
    """Return a table for each standard: all its rules, or those that it has beyond an earlier one."""
    lines: list[str] = []
    shown: set[str] = set()
    for standard in STANDARDS.values():
        own = [rule for rule in standard.rules if rule.code not in shown]
        shared = f"The rules above, and {len(own)} more.\n" if len(own) < len(standard.rules) else f"{len(own)} rules.\n"
        lines += [
            f"## {standard.title}: `{standard.name}`\n",
            shared,
            "| clause | what is to be true | `check` | else |",
            "|---|---|---|---|",
        ]
        lines += [*map(_row, own), ""]
        shown |= {rule.code for rule in standard.rules}
    return "\n".join(lines)


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
