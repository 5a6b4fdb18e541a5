"""The standards: each a name and a list of rules. A new standard is one new entry."""

from __future__ import annotations

from docgen.preflighting.standards.accessibility_rules import ACCESSIBILITY_RULES
from docgen.preflighting.standards.archive_rules import ARCHIVE_RULES, TAGGED_ARCHIVE_RULES
from docgen.preflighting.standards.attachment_rules import ATTACHMENT_RULES, of_part_3
from docgen.preflighting.standards.bleed import BLEED_RULES
from docgen.preflighting.standards.colour_rules import COLOUR_RULES
from docgen.preflighting.standards.content_rules import CONTENT_RULES
from docgen.preflighting.standards.file_rules import FILE_RULES
from docgen.preflighting.standards.house_rules import HOUSE_RULES
from docgen.preflighting.standards.intent_rules import INTENT_RULES
from docgen.preflighting.standards.object_rules import OBJECT_RULES
from docgen.preflighting.standards.page_rules import PAGE_RULES
from docgen.preflighting.standards.part_rules import PART_RULES
from docgen.preflighting.standards.rules import StandardRule, StandardRules


def _in_order(*rules: StandardRule) -> tuple[StandardRule, ...]:
    """Return rules in the order of their clauses; those of the house come last."""
    return tuple(sorted(rules, key=lambda rule: _place(rule.clause)))


def _place(clause: str) -> tuple[int, str, list[int]]:
    standard, _comma, number = clause.partition(", ")
    parts = [int(part) for part in number.split(".") if part.isdigit()]
    return int(not clause.startswith("ISO")), standard, parts


PRESS_RULES = (
    *FILE_RULES, *INTENT_RULES, *COLOUR_RULES, *PAGE_RULES, *CONTENT_RULES, *OBJECT_RULES, *HOUSE_RULES, *BLEED_RULES,
)  # fmt: skip

#: Name → standard.
STANDARDS = {
    each.name: each
    for each in (
        StandardRules("pdfx-4", "PDF/X-4 (ISO 15930-7:2010)", _in_order(*PRESS_RULES)),
        StandardRules("pdfvt-1", "PDF/VT-1 (ISO 16612-2:2010)", _in_order(*PRESS_RULES, *PART_RULES)),
        StandardRules("pdfa-2b", "PDF/A-2b (ISO 19005-2:2011)", _in_order(*ARCHIVE_RULES), "2b"),
        StandardRules("pdfa-2a", "PDF/A-2a (ISO 19005-2:2011)", _in_order(*ARCHIVE_RULES, *TAGGED_ARCHIVE_RULES), "2a"),
        StandardRules(
            "pdfa-3b", "PDF/A-3b (ISO 19005-3:2012)", _in_order(*of_part_3(ARCHIVE_RULES), *ATTACHMENT_RULES), "3b"
        ),
        StandardRules(
            "pdfa-3a", "PDF/A-3a (ISO 19005-3:2012)",
            _in_order(*of_part_3((*ARCHIVE_RULES, *TAGGED_ARCHIVE_RULES)), *ATTACHMENT_RULES), "3a",
        ),
        StandardRules("pdfua-1", "PDF/UA-1 (ISO 14289-1:2014)", _in_order(*ACCESSIBILITY_RULES), "ua1"),
    )
}  # fmt: skip
