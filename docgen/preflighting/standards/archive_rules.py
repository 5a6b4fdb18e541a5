"""Rules of PDF/A-2b (ISO 19005-2): a file that shows the same in a lifetime's time. Those of PDF/A-2a come on top."""

from __future__ import annotations

from docgen.messages import _
from docgen.preflighting.findings import Verdict
from docgen.preflighting.standards import archive_checks as archive
from docgen.preflighting.standards import (
    clauses,
    colour_rules,
    content_rules,
    extension,
    file_rules,
    object_rules,
    page_rules,
    tag_checks,
)
from docgen.preflighting.standards.clauses import a2
from docgen.preflighting.standards.rules import Kind, StandardRule


def _again_hint() -> str:
    return _("Export the file again as PDF/A.")


def _metadata_hint() -> str:
    return _("Let the program that made the file write its metadata anew, both XMP and the document's properties.")


def _colours_hint() -> str:
    return _("Export it again with an output intent of its colours, such as sRGB, or give them ICC profiles.")


def _fonts_hint() -> str:
    return _("Export it again with all fonts embedded; a font whose licence forbids that has to be replaced.")


def _annotations_hint() -> str:
    return _("Print the file into a new PDF, so that they become part of the page.")


def _actions_hint() -> str:
    return _("Export it without links, buttons and what happens on opening; bookmarks may lead to a place by themselves.")


def _layers_hint() -> str:
    return _("Export each choice of layers as a file of its own.")


def _tags_hint() -> str:
    return _("Export it again as a tagged PDF, from a program that writes PDF/A of level A.")


def _pages_hint() -> str:
    return _("Readers would say the text of another place, or none: make the file anew, and do not join files that are tagged.")


def _attachments_hint() -> str:
    return _("Attach files of PDF/A-1 or PDF/A-2 alone.")


_FILE_RULES = (
    StandardRule("a-header", a2("6.1.2"), Kind.FILE, lambda: _("the file begins with %PDF-1"), _again_hint, archive.header),
    StandardRule("a-file-id", a2("6.1.3"), Kind.FILE, lambda: _("the file has an /ID"), _again_hint, file_rules.file_id),
    StandardRule(
        "a-encryption", a2("6.1.3"), Kind.FILE, lambda: _("the file is not encrypted"),
        lambda: _("Open it with its password, and save it without one."), file_rules.encrypted,
    ),
    StandardRule("a-end", a2("6.1.3"), Kind.FILE, lambda: _("nothing follows the end of the file"), _again_hint, archive.ended),
    StandardRule(
        "a-outside", a2("6.1.7.1"), Kind.OBJECT, lambda: _("the content of every stream is in the file"), _again_hint,
        object_rules.outside_content,
    ),
    StandardRule(
        "a-filter", a2("6.1.7.2"), Kind.OBJECT, lambda: _("no stream is compressed by LZW, or encrypted"), _again_hint,
        object_rules.filters,
    ),
    StandardRule(
        "a-filter-inline", a2("6.1.10"), Kind.CONTENT, lambda: _("no inline picture is compressed by LZW"), _again_hint,
        object_rules.inline_filters,
    ),
    StandardRule(
        "a-permissions", a2("6.1.12"), Kind.FILE, lambda: _("no rights but those of signatures are given"), _again_hint,
        archive.permissions,
    ),
    StandardRule(
        "a-limit", a2("6.1.13"), Kind.OBJECT, lambda: _("names have 127 bytes at most, whole numbers 32 bits"), _again_hint,
        object_rules.limits,
    ),
    StandardRule(
        "a-string", a2("6.1.13"), Kind.OBJECT, lambda: _("strings have 32,767 bytes at most"), _again_hint, archive.strings
    ),
    StandardRule(
        "a-nesting", a2("6.1.13"), Kind.CONTENT, lambda: _("graphics states lie 28 deep within each other at most"),
        _again_hint, content_rules.nesting,
    ),
    StandardRule(
        "a-colorants", a2("6.1.13"), Kind.SPACE, lambda: _("a colour space has 32 colorants at most"), _again_hint,
        colour_rules.colorant_count,
    ),
    StandardRule(
        "a-page-size", a2("6.1.13"), Kind.PAGE, lambda: _("the sides of a page have 3 to 14,400 units"),
        lambda: _("Give larger sheets a UserUnit."), page_rules.page_size,
    ),
    StandardRule("a-xfa", a2("6.4.2"), Kind.FILE, lambda: _("there is no XFA form"), _again_hint, file_rules.xfa),
    StandardRule(
        "a-rendering", a2("6.4.2"), Kind.FILE, lambda: _("no reader lays the pages out anew"), _again_hint, archive.rendering
    ),
    StandardRule(
        "a-file-name", a2("6.8"), Kind.OBJECT, lambda: _("each attached file has its name twice (F and UF)"), _again_hint,
        archive.file_names,
    ),
    StandardRule(
        "a-attached", a2("6.8"), Kind.OBJECT, lambda: _("attached files are PDF/A-1 or PDF/A-2"), _attachments_hint,
        archive.attached_kinds,
    ),
    StandardRule(
        "a-layer-name", a2("6.9"), Kind.FILE, lambda: _("each choice of layers has a name"), _layers_hint, archive.layer_names
    ),
    StandardRule(
        "a-layer-order", a2("6.9"), Kind.FILE, lambda: _("each layer is in the list that a reader shows"), _layers_hint,
        archive.layer_order,
    ),
    StandardRule(
        "a-layer-choice", a2("6.9"), Kind.FILE, lambda: _("no layer is shown or hidden by the reader itself"), _layers_hint,
        file_rules.layer_choice,
    ),
    StandardRule(
        "a-alternate-presentations", a2("6.10"), Kind.FILE, lambda: _("there are no alternate presentations"), _again_hint,
        file_rules.alternate_presentations,
    ),
    StandardRule(
        "a-presentation-steps", a2("6.10"), Kind.PAGE, lambda: _("no page has steps of a presentation"), _again_hint,
        page_rules.presentation_steps,
    ),
    StandardRule(
        "a-requirements", a2("6.11"), Kind.FILE, lambda: _("the file asks nothing special of its reader"), _again_hint,
        archive.requirements,
    ),
)  # fmt: skip

_METADATA_RULES = (
    StandardRule(
        "a-metadata", a2("6.6.2.1"), Kind.FILE, lambda: _("the file has XMP metadata"), _metadata_hint, file_rules.has_metadata
    ),
    StandardRule(
        "a-packet", a2("6.6.2.1"), Kind.FILE, lambda: _("the metadata say neither their length nor their encoding"),
        _metadata_hint, archive.packet_header,
    ),
    StandardRule(
        "a-extension", a2("6.6.2.3.1"), Kind.FILE, lambda: _("properties that PDF/A does not know are described"),
        _metadata_hint, extension.undescribed,
    ),
    StandardRule(
        "a-part", a2("6.6.4"), Kind.FILE, lambda: _("the metadata say PDF/A-2"), _again_hint,
        file_rules.claims("pdfaid:part", "2"),
    ),
    StandardRule(
        "a-level", a2("6.6.4"), Kind.FILE, lambda: _("the metadata say level A, B or U"), _again_hint,
        archive.level("A", "B", "U"),
    ),
    StandardRule(
        "a-compressed", clauses.HOUSE, Kind.FILE, lambda: _("the metadata are not compressed"),
        lambda: _("Programs that know no PDF do not find them."), archive.compressed_metadata, Verdict.REMARK,
    ),
)  # fmt: skip

_COLOUR_RULES = (
    StandardRule(
        "a-intent-profile", a2("6.2.3"), Kind.FILE, lambda: _("the profile of the output intent is one of device colours"),
        _colours_hint, archive.intent_profile,
    ),
    StandardRule(
        "a-one-profile", a2("6.2.3"), Kind.FILE, lambda: _("all output intents have one profile"), _colours_hint,
        archive.one_profile,
    ),
    StandardRule(
        "a-icc-profile", a2("6.2.4.2"), Kind.SPACE, lambda: _("every ICC profile fits the colours that it describes"),
        _colours_hint, colour_rules.sound_profile,
    ),
    StandardRule(
        "a-rgb", a2("6.2.4.3"), Kind.SPACE, lambda: _("RGB has a profile, or an output intent of RGB"), _colours_hint,
        archive.device("DeviceRGB"),
    ),
    StandardRule(
        "a-cmyk", a2("6.2.4.3"), Kind.SPACE, lambda: _("CMYK has a profile, or an output intent of CMYK"), _colours_hint,
        archive.device("DeviceCMYK"),
    ),
    StandardRule(
        "a-gray", a2("6.2.4.3"), Kind.SPACE, lambda: _("gray has a profile, or any output intent"), _colours_hint,
        archive.device("DeviceGray"),
    ),
    StandardRule(
        "a-colorant", a2("6.2.4.4"), Kind.SPACE, lambda: _("each colorant says what it looks like"), _colours_hint,
        archive.colorants,
    ),
    StandardRule(
        "a-spot", a2("6.2.4.4"), Kind.SPACE, lambda: _("a spot colour is the same wherever it is used"),
        lambda: _("Give all swatches of that name the same values."), colour_rules.one_spot,
    ),
    StandardRule(
        "a-transparency", a2("6.2.10"), Kind.PAGE, lambda: _("a page with transparency says in which colours it is blended"),
        _colours_hint, archive.transparency,
    ),
)  # fmt: skip

_CONTENT_RULES = (
    StandardRule(
        "a-operator", a2("6.2.2"), Kind.CONTENT, lambda: _("every operator is one of PDF"), _again_hint, content_rules.operators
    ),
    StandardRule(
        "a-postscript-operator", a2("6.2.2"), Kind.CONTENT, lambda: _("no page passes PostScript on"), _again_hint,
        content_rules.postscript_operator,
    ),
    StandardRule(
        "a-resource", a2("6.2.2"), Kind.CONTENT, lambda: _("all that a page draws is in the file"), _again_hint,
        content_rules.resources,
    ),
    StandardRule(
        "a-own-resources", a2("6.2.2"), Kind.PAGE, lambda: _("each page has resources of its own"), _again_hint,
        archive.own_resources,
    ),
    StandardRule(
        "a-transfer", a2("6.2.5"), Kind.STATE, lambda: _("no transfer function changes colours"), _again_hint,
        content_rules.transfer,
    ),
    StandardRule(
        "a-halftone-origin", a2("6.2.5"), Kind.STATE, lambda: _("no halftone has an origin of its own (HTP)"), _again_hint,
        content_rules.halftone_origin,
    ),
    StandardRule(
        "a-halftone", a2("6.2.5"), Kind.STATE, lambda: _("halftones are of type 1 or 5, without a name"), _again_hint,
        content_rules.halftone,
    ),
    StandardRule(
        "a-intent-drawn", a2("6.2.6"), Kind.CONTENT, lambda: _("rendering intents on pages are those of PDF"), _again_hint,
        content_rules.drawn_intents,
    ),
    StandardRule(
        "a-intent-state", a2("6.2.6"), Kind.STATE, lambda: _("rendering intents of graphics states are those of PDF"),
        _again_hint, content_rules.state_intent,
    ),
    StandardRule(
        "a-intent-picture", a2("6.2.6"), Kind.IMAGE, lambda: _("rendering intents of pictures are those of PDF"), _again_hint,
        content_rules.picture_intent,
    ),
    StandardRule(
        "a-alternate", a2("6.2.8"), Kind.IMAGE, lambda: _("no picture has others for other occasions"), _again_hint,
        archive.alternates,
    ),
    StandardRule(
        "a-picture-opi", a2("6.2.8"), Kind.OBJECT, lambda: _("no picture stands for one elsewhere (OPI)"),
        lambda: _("Place the picture itself, in full resolution."), archive.picture_elsewhere,
    ),
    StandardRule(
        "a-interpolate", a2("6.2.8"), Kind.IMAGE, lambda: _("no reader smooths pictures as it likes"), _again_hint,
        archive.interpolated,
    ),
    StandardRule(
        "a-jpeg-2000", a2("6.2.8.3"), Kind.IMAGE, lambda: _("JPEG 2000 pictures have 1, 3 or 4 channels of one depth"),
        _again_hint, content_rules.jpeg_2000,
    ),
    StandardRule(
        "a-postscript", a2("6.2.9"), Kind.OBJECT, lambda: _("nothing is drawn by PostScript"), _again_hint,
        object_rules.postscript,
    ),
    StandardRule(
        "a-form-opi", a2("6.2.9"), Kind.OBJECT, lambda: _("no drawing stands for a picture elsewhere (OPI)"),
        lambda: _("Place the picture itself, in full resolution."), archive.drawing_elsewhere,
    ),
    StandardRule(
        "a-reference", a2("6.2.9"), Kind.OBJECT, lambda: _("no drawing stands for a page of another file"),
        lambda: _("Place the page itself."), object_rules.reference_drawing,
    ),
    StandardRule(
        "a-blend-mode", a2("6.2.10"), Kind.STATE, lambda: _("blend modes are those of PDF"), _again_hint,
        content_rules.blend_mode,
    ),
    StandardRule(
        "a-widths", a2("6.2.11.2"), Kind.FONT, lambda: _("every font has a width for each of its letters"), _fonts_hint,
        archive.widths,
    ),
    StandardRule(
        "a-glyph-map", a2("6.2.11.3.2"), Kind.FONT,
        lambda: _("each font with numbered letters says which of its glyphs they are"), _fonts_hint, archive.glyph_map,
    ),
    StandardRule(
        "a-font-map", a2("6.2.11.3.3"), Kind.FONT, lambda: _("the character map of every font is in the file, or a known one"),
        _fonts_hint, content_rules.embedded_map,
    ),
    StandardRule(
        "a-font", a2("6.2.11.4.1"), Kind.FONT, lambda: _("every font that text is set in is in the file"), _fonts_hint,
        content_rules.embedded,
    ),
)  # fmt: skip

_INTERACTION_RULES = (
    StandardRule(
        "a-annotation", a2("6.3.1"), Kind.PAGE, lambda: _("no annotation sounds, moves or is of an unknown type"),
        _annotations_hint, archive.annotation_types,
    ),
    StandardRule(
        "a-annotation-flags", a2("6.3.2"), Kind.PAGE, lambda: _("annotations are printed, and not hidden"), _annotations_hint,
        archive.annotation_flags,
    ),
    StandardRule(
        "a-appearance", a2("6.3.3"), Kind.PAGE, lambda: _("the file itself draws each annotation, in one way"),
        _annotations_hint, archive.appearances,
    ),
    StandardRule(
        "a-field-action", a2("6.4.1"), Kind.PAGE, lambda: _("fields do nothing"), _annotations_hint, archive.widget_actions
    ),
    StandardRule(
        "a-field-look", a2("6.4.1"), Kind.FILE, lambda: _("no reader draws fields anew"), _annotations_hint,
        archive.generated_looks,
    ),
    StandardRule(
        "a-action", a2("6.5.1"), Kind.OBJECT, lambda: _("no action plays, starts a program or changes what is shown"),
        _actions_hint, archive.actions,
    ),
    StandardRule(
        "a-named-action", a2("6.5.1"), Kind.OBJECT, lambda: _("actions with a name turn pages"), _actions_hint,
        archive.named_actions,
    ),
    StandardRule(
        "a-javascript", a2("6.5.1"), Kind.OBJECT, lambda: _("there is no JavaScript"), _actions_hint, object_rules.scripts
    ),
    StandardRule(
        "a-trigger", a2("6.5.2"), Kind.FILE, lambda: _("nothing happens when the file is opened or printed"), _actions_hint,
        archive.triggers,
    ),
    StandardRule(
        "a-page-trigger", a2("6.5.2"), Kind.PAGE, lambda: _("nothing happens when a page is opened"), _actions_hint,
        archive.page_triggers,
    ),
)  # fmt: skip

ARCHIVE_RULES = (*_FILE_RULES, *_METADATA_RULES, *_COLOUR_RULES, *_CONTENT_RULES, *_INTERACTION_RULES)

#: What PDF/A-2a asks for beyond PDF/A-2b: that the content has a meaning, and a text.
TAGGED_ARCHIVE_RULES = (
    StandardRule(
        "a-unicode", a2("6.2.11.7.2"), Kind.FONT, lambda: _("every font says which letters it shows (ToUnicode)"), _fonts_hint,
        archive.unicode_map,
    ),
    StandardRule(
        "a-level-a", a2("6.6.4"), Kind.FILE, lambda: _("the metadata say level A"), _again_hint, archive.level("A")
    ),
    StandardRule(
        "a-marked", a2("6.7.2.2"), Kind.FILE, lambda: _("the file says that its content is tagged"), _tags_hint,
        tag_checks.is_marked,
    ),
    StandardRule(
        "a-structure", a2("6.7.3.3"), Kind.TAGS, lambda: _("the file has a structure"), _tags_hint, tag_checks.has_structure
    ),
    StandardRule(
        "a-content", a2("6.7.3.3"), Kind.TAGGED_PAGE, lambda: _("all that a page draws is tagged, or an artifact"), _tags_hint,
        tag_checks.all_marked,
    ),
    StandardRule(
        "a-leads", a2("6.7.3.3"), Kind.TAGGED_PAGE, lambda: _("what is marked on a page leads to the tag that holds it"),
        _pages_hint, tag_checks.leads,
    ),
    StandardRule(
        "a-held", a2("6.7.3.3"), Kind.TAGGED_PAGE, lambda: _("what tags hold of a page is on it"), _pages_hint,
        tag_checks.held_is_there,
    ),
    StandardRule(
        "a-own-tags", a2("6.7.3.3"), Kind.TAGGED_PAGE, lambda: _("no two pages lead to the same tags"), _pages_hint,
        tag_checks.own_key,
    ),
    StandardRule(
        "a-roles", a2("6.7.3.4"), Kind.TAGS, lambda: _("each type of tag is a standard one, or stands for one"), _tags_hint,
        tag_checks.roles,
    ),
    StandardRule(
        "a-language-code", a2("6.7.4"), Kind.TAGS, lambda: _("languages are codes such as kk or ru-KZ"), _tags_hint,
        tag_checks.sound_languages,
    ),
    StandardRule(
        "a-language", a2("6.7.4"), Kind.FILE, lambda: _("the file says in which language it is"), _tags_hint,
        tag_checks.has_language, Verdict.REMARK,
    ),
)  # fmt: skip
