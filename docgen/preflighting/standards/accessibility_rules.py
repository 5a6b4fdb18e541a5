"""Rules of PDF/UA-1 (ISO 14289-1): a file that everyone can read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from docgen.messages import _
from docgen.preflighting.standards import archive_checks as archive
from docgen.preflighting.standards import content_rules, file_rules, object_rules, tag_checks
from docgen.preflighting.standards.clauses import ua1
from docgen.preflighting.standards.file_rules import missing
from docgen.preflighting.standards.objects import PdfReference, PdfStream
from docgen.preflighting.standards.page_rules import PageBox, box_of, page_box
from docgen.preflighting.standards.rules import Inspected, Kind, StandardRule
from docgen.preflighting.standards.tagged_pages import TaggedPage
from docgen.preflighting.standards.tags import StructureElement

DYNAMIC = re.compile(rb"dynamicRender>\s*required\s*<")
#: The flag of an annotation that is not shown (ISO 32000-1, table 165).
HIDDEN = 2
#: Subtype → the element that an annotation of it is within; any other is within Annot.
WITHIN = {"Link": "Link", "Widget": "Form"}


def shows_title(thing: Inspected) -> Iterator[str]:
    """Expect that a reader shows the title instead of the name of the file."""
    preferences = thing.file.entries(thing.file.catalogue.get("ViewerPreferences"))
    if thing.file.resolve(preferences.get("DisplayDocTitle")) is not True:
        yield f"/DisplayDocTitle: {missing()}"


def dynamic_form(thing: Inspected) -> Iterator[str]:
    """Expect that no form in XML asks its reader to lay it out (XFA 3.3, dynamicRender)."""
    value = thing.file.resolve(thing.file.entries(thing.file.catalogue.get("AcroForm")).get("XFA"))
    packets = map(thing.file.resolve, value if isinstance(value, list) else [value])
    if any(isinstance(each, PdfStream) and DYNAMIC.search(thing.file.decoded(each)) for each in packets):
        yield "dynamicRender: required"


def tab_order(thing: Inspected) -> Iterator[str]:
    """Expect that the keyboard goes through annotations in the order of the structure."""
    if thing.file.array(thing.value.own.get("Annots")) and (found := thing.file.resolve(thing.value.own.get("Tabs"))) != "S":
        yield f"/Tabs /{found}" if found else f"/Tabs: {missing()}"


def _annotations(thing: Inspected) -> Iterator[tuple[str, dict[str, Any], StructureElement | None]]:
    """Yield the annotations of a page that are shown: subtype, entries, and the element that holds them."""
    page: TaggedPage = thing.value
    crop = page_box(Inspected(thing.file, page.node), "CropBox") or page_box(Inspected(thing.file, page.node), "MediaBox")
    held = {number: each for each in page.tree.elements for number in each.objects}
    for value in thing.file.array(page.node.own.get("Annots")):
        entries = thing.file.entries(value)
        kind = str(thing.file.resolve(entries.get("Subtype")))
        is_seen = not (archive.flags_of(thing.file, entries) & HIDDEN) and not (
            crop and _lies_beyond(thing, entries.get("Rect"), crop)
        )
        if is_seen and kind not in ("Popup", "PrinterMark"):
            yield kind, entries, held.get(value.number) if isinstance(value, PdfReference) else None


def _lies_beyond(thing: Inspected, rectangle: Any, crop: PageBox) -> bool:
    """Return whether a rectangle is off the page; one without a size, as a signature that is not seen has, lies at a point."""
    if box := box_of(thing.file, rectangle):
        return not box.meets(crop)
    numbers = thing.file.numbers(rectangle)
    if numbers is None or len(numbers) != 4:
        return False
    left, right, bottom, top = *sorted(numbers[::2]), *sorted(numbers[1::2])
    return right < crop.left or left > crop.right or top < crop.bottom or bottom > crop.top


def annotation_tagged(thing: Inspected) -> Iterator[str]:
    """Expect that an annotation is within an element of its kind."""
    for kind, _entries, element in _annotations(thing):
        if (element.type if element else "") != WITHIN.get(kind, "Annot"):
            yield f"/{kind}"


def annotation_described(thing: Inspected) -> Iterator[str]:
    """Expect that an annotation says in words what it is."""
    for kind, entries, element in _annotations(thing):
        said = [entries.get("Contents"), entries.get("TU"), *([element.entries.get("Alt")] if element else [])]
        if not any((thing.file.text(each) or "").strip() for each in said):
            yield f"/{kind}"


def _tags_hint() -> str:
    return _("Export it again as a tagged PDF, from a program that writes PDF/UA.")


def _pages_hint() -> str:
    return _("Readers would say the text of another place, or none: make the file anew, and do not join files that are tagged.")


def _again_hint() -> str:
    return _("Export the file again as PDF/UA.")


def _layers_hint() -> str:
    return _("Export each choice of layers as a file of its own.")


def _fonts_hint() -> str:
    return _("Export it again with all fonts embedded; a font whose licence forbids that has to be replaced.")


ACCESSIBILITY_RULES = (
    StandardRule(
        "ua-identification", ua1("5"), Kind.FILE, lambda: _("the metadata say PDF/UA-1"), _again_hint,
        file_rules.claims("pdfuaid:part", "1"),
    ),
    StandardRule("ua-header", ua1("6.1"), Kind.FILE, lambda: _("the file begins with %PDF-1"), _again_hint, archive.header),
    StandardRule(
        "ua-marked", ua1("6.2"), Kind.FILE, lambda: _("the file says that its content is tagged"), _tags_hint,
        tag_checks.is_marked,
    ),
    StandardRule(
        "ua-structure", ua1("7.1"), Kind.TAGS, lambda: _("the file has a structure"), _tags_hint, tag_checks.has_structure
    ),
    StandardRule(
        "ua-suspects", ua1("7.1"), Kind.FILE, lambda: _("no tags are guessed"), _tags_hint, tag_checks.is_not_suspect
    ),
    StandardRule(
        "ua-roles", ua1("7.1"), Kind.TAGS, lambda: _("each type of tag is a standard one, or stands for one"), _tags_hint,
        tag_checks.roles,
    ),
    StandardRule(
        "ua-parent", ua1("7.1"), Kind.TAGS, lambda: _("each tag says what it is below"), _tags_hint, tag_checks.has_parent
    ),
    StandardRule(
        "ua-content", ua1("7.1"), Kind.TAGGED_PAGE, lambda: _("all that a page draws is tagged, or an artifact"), _tags_hint,
        tag_checks.all_marked,
    ),
    StandardRule(
        "ua-artifact", ua1("7.1"), Kind.TAGGED_PAGE, lambda: _("no artifact is within content, no content within an artifact"),
        _tags_hint, tag_checks.no_contradiction,
    ),
    StandardRule(
        "ua-leads", ua1("7.1"), Kind.TAGGED_PAGE, lambda: _("what is marked on a page leads to the tag that holds it"),
        _pages_hint, tag_checks.leads,
    ),
    StandardRule(
        "ua-held", ua1("7.1"), Kind.TAGGED_PAGE, lambda: _("what tags hold of a page is on it"), _pages_hint,
        tag_checks.held_is_there,
    ),
    StandardRule(
        "ua-own-tags", ua1("7.1"), Kind.TAGGED_PAGE, lambda: _("no two pages lead to the same tags"), _pages_hint,
        tag_checks.own_key,
    ),
    StandardRule(
        "ua-metadata", ua1("7.1"), Kind.FILE, lambda: _("the file has XMP metadata"), _again_hint, file_rules.has_metadata
    ),
    StandardRule(
        "ua-title", ua1("7.1"), Kind.FILE, lambda: _("the metadata give a title"), _again_hint,
        file_rules.has_property("dc:title"),
    ),
    StandardRule(
        "ua-title-shown", ua1("7.1"), Kind.FILE, lambda: _("readers show the title"), _again_hint, shows_title
    ),
    StandardRule(
        "ua-language", ua1("7.2"), Kind.FILE, lambda: _("the file says in which language it is"), _again_hint,
        tag_checks.has_language,
    ),
    StandardRule(
        "ua-language-code", ua1("7.2"), Kind.TAGS, lambda: _("languages are codes such as kk or ru-KZ"), _again_hint,
        tag_checks.sound_languages,
    ),
    StandardRule(
        "ua-table", ua1("7.2"), Kind.TAGS, lambda: _("tables are made of rows, rows of cells"), _tags_hint,
        tag_checks.nesting("Table", "THead", "TBody", "TFoot", "TR", "TH", "TD"),
    ),
    StandardRule(
        "ua-list", ua1("7.2"), Kind.TAGS, lambda: _("lists are made of items"), _tags_hint,
        tag_checks.nesting("L", "LI", "LBody", "TOC", "TOCI"),
    ),
    StandardRule(
        "ua-figure", ua1("7.3"), Kind.TAGS, lambda: _("each figure says in words what it shows"),
        lambda: _("Give the picture an alternative text, or make it an artifact."), tag_checks.described("Figure"),
    ),
    StandardRule(
        "ua-headings", ua1("7.4.2"), Kind.TAGS, lambda: _("headings begin with level 1 and skip none"),
        lambda: _("Number the levels of the headings anew."), tag_checks.heading_levels,
    ),
    StandardRule(
        "ua-heading-kinds", ua1("7.4.4"), Kind.TAGS, lambda: _("headings are all of levels, or all without"),
        lambda: _("Number the levels of the headings anew."), tag_checks.one_kind_of_heading,
    ),
    StandardRule(
        "ua-header-cells", ua1("7.5"), Kind.TAGS, lambda: _("each header cell says whether it heads a row or a column"),
        _tags_hint, tag_checks.header_cells,
    ),
    StandardRule(
        "ua-formula", ua1("7.7"), Kind.TAGS, lambda: _("each formula says in words what it shows"), _tags_hint,
        tag_checks.described("Formula"),
    ),
    StandardRule(
        "ua-note", ua1("7.9"), Kind.TAGS, lambda: _("each note has an identifier of its own"), _tags_hint, tag_checks.notes
    ),
    StandardRule(
        "ua-layer-name", ua1("7.10"), Kind.FILE, lambda: _("each choice of layers has a name"), _layers_hint, archive.layer_names
    ),
    StandardRule(
        "ua-layer-choice", ua1("7.10"), Kind.FILE, lambda: _("no layer is shown or hidden by the reader itself"), _layers_hint,
        file_rules.layer_choice,
    ),
    StandardRule(
        "ua-file-name", ua1("7.11"), Kind.OBJECT, lambda: _("each attached file has its name twice (F and UF)"), _again_hint,
        archive.file_names,
    ),
    StandardRule(
        "ua-xfa", ua1("7.15"), Kind.FILE, lambda: _("no XFA form is laid out by the reader"), _again_hint, dynamic_form
    ),
    StandardRule(
        "ua-encryption", ua1("7.16"), Kind.FILE, lambda: _("nothing keeps assistive technology from reading the file"),
        lambda: _("Open it with its password, and save it without one."), file_rules.encrypted,
    ),
    StandardRule(
        "ua-annotation", ua1("7.18.1"), Kind.TAGGED_PAGE, lambda: _("each annotation is tagged"), _tags_hint, annotation_tagged
    ),
    StandardRule(
        "ua-annotation-text", ua1("7.18.1"), Kind.TAGGED_PAGE, lambda: _("each annotation says in words what it is"), _tags_hint,
        annotation_described,
    ),
    StandardRule(
        "ua-tabs", ua1("7.18.3"), Kind.PAGE, lambda: _("the keyboard goes through a page in the order of its tags"), _tags_hint,
        tab_order,
    ),
    StandardRule(
        "ua-reference", ua1("7.20"), Kind.OBJECT, lambda: _("no drawing stands for a page of another file"),
        lambda: _("Place the page itself."), object_rules.reference_drawing,
    ),
    StandardRule(
        "ua-glyph-map", ua1("7.21.3.2"), Kind.FONT,
        lambda: _("each font with numbered letters says which of its glyphs they are"), _fonts_hint, archive.glyph_map,
    ),
    StandardRule(
        "ua-font-map", ua1("7.21.3.3"), Kind.FONT, lambda: _("the character map of every font is in the file, or a known one"),
        _fonts_hint, content_rules.embedded_map,
    ),
    StandardRule(
        "ua-font", ua1("7.21.4.1"), Kind.FONT, lambda: _("every font that text is set in is in the file"), _fonts_hint,
        content_rules.embedded,
    ),
    StandardRule(
        "ua-unicode", ua1("7.21.7"), Kind.FONT, lambda: _("every font says which letters it shows (ToUnicode)"), _fonts_hint,
        archive.unicode_map,
    ),
)  # fmt: skip
