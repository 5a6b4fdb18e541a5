"""Rules of PDF/A-3 (ISO 19005-3): those of PDF/A-2, which stand in clauses of the same numbers, but for attached files.

There a file may be of any kind; it says of what kind, and what it is to the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from docgen.messages import _
from docgen.preflighting.standards import file_rules
from docgen.preflighting.standards.clauses import a2, a3
from docgen.preflighting.standards.file_rules import missing
from docgen.preflighting.standards.objects import PdfName, PdfReference, PdfStream
from docgen.preflighting.standards.rules import Inspected, Kind, StandardRule

#: The rules of PDF/A-2 that PDF/A-3 has not, or has otherwise.
LEFT_OUT = ("a-part", "a-attached")
_SECOND_PART = a2("")
#: The name of a media type (RFC 6838, 4.2).
MEDIA_TYPE = re.compile(r"[-+.\w]+/[-+.\w]+", re.ASCII)


def relationships(thing: Inspected) -> Iterator[str]:
    """Expect that an attached file says what it is to the document: its source, data, an alternative."""
    if _is_attached(thing) and not isinstance(_entry(thing, "AFRelationship"), PdfName):
        yield f"/AFRelationship: {missing()}"


def associations(thing: Inspected) -> Iterator[str]:
    """Expect that an attached file is associated with the document, or with a part of it."""
    if not _is_attached(thing):
        return
    listed = thing.file.associated
    if not any(thing.number == each.number if isinstance(each, PdfReference) else each == thing.value for each in listed):
        yield f"/AF: {missing()}"


def media_types(thing: Inspected) -> Iterator[str]:
    """Expect that an attached file says of what kind it is, as a media type."""
    files = thing.file.entries(_entry(thing, "EF")) if _is_attached(thing) else {}
    for stream in dict.fromkeys(thing.file.resolve(each) for each in files.values()):
        found = thing.file.resolve(stream.entries.get("Subtype")) if isinstance(stream, PdfStream) else None
        if not (isinstance(found, PdfName) and MEDIA_TYPE.fullmatch(found)):
            yield f"/Subtype: {missing()}" if found is None else f"/Subtype /{found}"


def _is_attached(thing: Inspected) -> bool:
    return isinstance(thing.value, dict) and "EF" in thing.value


def _entry(thing: Inspected, name: str) -> object:
    return thing.file.resolve(thing.value.get(name))


def _attach_hint() -> str:
    return _("Attach the file anew, from a program that writes PDF/A-3.")


def of_part_3(rules: Iterable[StandardRule]) -> tuple[StandardRule, ...]:
    """Return rules of ISO 19005-2 in the clauses of ISO 19005-3; those of the house as they are."""
    return tuple(
        replace(rule, code=f"a3{rule.code.removeprefix('a')}", clause=a3(rule.clause.removeprefix(_SECOND_PART)))
        if rule.clause.startswith(_SECOND_PART)
        else rule
        for rule in rules
        if rule.code not in LEFT_OUT
    )


#: What PDF/A-3 asks for, and PDF/A-2 does not.
ATTACHMENT_RULES = (
    StandardRule(
        "a3-part", a3("6.6.4"), Kind.FILE, lambda: _("the metadata say PDF/A-3"), lambda: _("Export the file again as PDF/A-3."),
        file_rules.claims("pdfaid:part", "3"),
    ),
    StandardRule(
        "a3-relationship", a3("6.8"), Kind.OBJECT, lambda: _("each attached file says what it is to the document"), _attach_hint,
        relationships,
    ),
    StandardRule(
        "a3-associated", a3("6.8"), Kind.OBJECT, lambda: _("each attached file is associated with the document or a part of it"),
        _attach_hint, associations,
    ),
    StandardRule(
        "a3-media-type", a3("6.8"), Kind.OBJECT, lambda: _("each attached file says of what kind it is"), _attach_hint,
        media_types,
    ),
)  # fmt: skip
