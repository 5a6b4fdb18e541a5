"""Rules on a file as a whole: protection, identity, metadata, what its catalogue holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from docgen.messages import _
from docgen.preflighting.findings import Verdict
from docgen.preflighting.standards import clauses
from docgen.preflighting.standards.metadata import pdf_time, xmp_time
from docgen.preflighting.standards.objects import PdfName
from docgen.preflighting.standards.rules import Inspected, Kind, StandardRule

#: The version of PDF that ISO 15930-7 is written on.
VERSION = (1, 6)
#: Entry of the information dictionary → the property that says the same.
ALIKE = {
    "Title": "dc:title",
    "Author": "dc:creator",
    "Subject": "dc:description",
    "Keywords": "pdf:Keywords",
    "Creator": "xmp:CreatorTool",
    "Producer": "pdf:Producer",
    "Trapped": "pdf:Trapped",
}
DATES_ALIKE = {"CreationDate": "xmp:CreateDate", "ModDate": "xmp:ModifyDate"}
#: The areas that viewer preferences may name (ISO 32000-1, 12.2).
AREAS = ("ViewArea", "ViewClip", "PrintArea", "PrintClip")


def missing() -> str:
    """Return what is measured of a thing that is not there."""
    return _("missing")


def encrypted(thing: Inspected) -> Iterator[str]:
    """Expect no encryption; an encrypted file is not opened at all, and `unread_report` gives this rule its finding."""
    if "Encrypt" in thing.file.trailer:
        yield "/Encrypt"


def file_id(thing: Inspected) -> Iterator[str]:
    """Expect that the trailer has an /ID of two strings (ISO 32000-1, 14.4)."""
    parts = [thing.file.resolve(each) for each in thing.file.array(thing.file.trailer.get("ID"))]
    if len(parts) != 2 or not all(isinstance(part, bytes) and part for part in parts):
        yield missing() if not parts else "/ID"


def version(thing: Inspected) -> Iterator[str]:
    """Expect a version of the header, and of the catalogue, that the standard is written on."""
    found = [thing.file.source.version.decode(), str(thing.file.resolve(thing.file.catalogue.get("Version")) or "")]
    latest = max((_version(each) for each in found), default=VERSION)
    if latest > VERSION:
        yield "PDF {}.{}".format(*latest)


def _version(text: str) -> tuple[int, int]:
    major, dot, minor = text.partition(".")
    return (int(major), int(minor)) if dot and major.isdigit() and minor.isdigit() else (0, 0)


def has_metadata(thing: Inspected) -> Iterator[str]:
    """Expect that the catalogue leads to XMP that can be read."""
    if thing.file.metadata is None:
        yield _("they cannot be read") if "Metadata" in thing.file.catalogue else missing()


def claims(name: str, value: str) -> Callable[[Inspected], Iterator[str]]:
    """Return the check that a property of the metadata has a value."""

    def check(thing: Inspected) -> Iterator[str]:
        if thing.file.metadata is not None and (found := thing.file.metadata.get(name)) != value:
            yield found or missing()

    return check


def has_property(name: str, is_sound: Callable[[str], object] = bool) -> Callable[[Inspected], Iterator[str]]:
    """Return the check that a property of the metadata is there and sound."""

    def check(thing: Inspected) -> Iterator[str]:
        if thing.file.metadata is not None and not is_sound(found := thing.file.metadata.get(name)):
            yield f"{name} “{found}”" if found else f"{name}: {missing()}"

    return check


def info_version(thing: Inspected) -> Iterator[str]:
    """Expect no other version in the information dictionary, where older readers look for it."""
    found = thing.file.text(thing.file.info.get("GTS_PDFXVersion"))
    if found is not None and thing.file.metadata and found != thing.file.metadata.get("pdfxid:GTS_PDFXVersion"):
        yield found


def trapped(thing: Inspected) -> Iterator[str]:
    """Expect that Trapped is a name, not a truth value."""
    found = thing.file.resolve(thing.file.info.get("Trapped"))
    if not (isinstance(found, PdfName) and found in ("True", "False")):
        yield missing() if found is None else f"/Trapped {found}"


def metadata_agree(thing: Inspected) -> Iterator[str]:
    """Expect that what the information dictionary and the metadata both say is the same."""
    metadata = thing.file.metadata
    for name, property_name in ALIKE.items():
        found = thing.file.resolve(thing.file.info.get(name))
        said = str(found) if isinstance(found, PdfName) else thing.file.text(found)
        if metadata and said and (other := metadata.get(property_name)) and said.strip() != other:
            yield f"{name} “{said}”, {property_name} “{other}”"
    for name, property_name in DATES_ALIKE.items():
        said = thing.file.text(thing.file.info.get(name))
        if metadata and said and (other := metadata.get(property_name)) and _differ(pdf_time(said), xmp_time(other)):
            yield f"{name} {said}, {property_name} {other}"


def _differ(first: datetime | None, second: datetime | None) -> bool:
    return first is None or (second is not None and first != second)


def viewer_areas(thing: Inspected) -> Iterator[str]:
    """Expect that what is shown and printed of a page reaches to its bleed, or to its edge."""
    preferences = thing.file.entries(thing.file.catalogue.get("ViewerPreferences"))
    for name in AREAS:
        if (found := thing.file.resolve(preferences.get(name))) not in (None, "MediaBox", "BleedBox"):
            yield f"/{name} /{found}"


def alternate_presentations(thing: Inspected) -> Iterator[str]:
    """Expect no presentations, which are for screens."""
    if "AlternatePresentations" in _names(thing):
        yield "/AlternatePresentations"


def embedded_files(thing: Inspected) -> Iterator[str]:
    """Expect no files that travel along and are not printed."""
    if "EmbeddedFiles" in _names(thing):
        yield "/EmbeddedFiles"


def _names(thing: Inspected) -> dict[str, Any]:
    return thing.file.entries(thing.file.catalogue.get("Names"))


def xfa(thing: Inspected) -> Iterator[str]:
    """Expect no form in XML, which its reader lays out."""
    if "XFA" in thing.file.entries(thing.file.catalogue.get("AcroForm")):
        yield "/XFA"


def layer_choice(thing: Inspected) -> Iterator[str]:
    """Expect that no reader chooses by itself which layers are printed (ISO 32000-1, table 101)."""
    layers = thing.file.entries(thing.file.catalogue.get("OCProperties"))
    for each in [layers.get("D"), *thing.file.array(layers.get("Configs"))]:
        if "AS" in thing.file.entries(each):
            yield "/AS"


def layer_default(thing: Inspected) -> Iterator[str]:
    """Expect that layers have a default configuration (ISO 32000-1, table 100)."""
    if (found := thing.file.catalogue.get("OCProperties")) and not thing.file.entries(thing.file.entries(found).get("D")):
        yield f"/D: {missing()}"


def _metadata_hint() -> str:
    return _("Let the program that made the file write its metadata anew, both XMP and the document's properties.")


def _export_hint() -> str:
    return _("Export the file again as PDF/X-4.")


FILE_RULES = (
    StandardRule(
        "version", clauses.HOUSE, Kind.FILE, lambda: _("the version of PDF is 1.6 or earlier"),
        lambda: _("The number alone decides nothing; readers of PDF/X-4 may pass over what is newer."), version, Verdict.REMARK,
    ),
    StandardRule(
        "embedded-files", clauses.HOUSE, Kind.FILE, lambda: _("no files are attached"),
        lambda: _("They are not printed; take them out."), embedded_files, Verdict.REMARK,
    ),
    StandardRule(
        "trapped", clauses.TRAPPING, Kind.FILE, lambda: _("Trapped says True or False"),
        lambda: _("False, unless the file has been trapped."), trapped,
    ),
    StandardRule("file-id", clauses.METADATA, Kind.FILE, lambda: _("the file has an /ID"), _export_hint, file_id),
    StandardRule(
        "metadata", clauses.METADATA, Kind.FILE, lambda: _("the file has XMP metadata"), _metadata_hint, has_metadata
    ),
    StandardRule(
        "title", clauses.METADATA, Kind.FILE, lambda: _("the metadata give a title"), _metadata_hint, has_property("dc:title")
    ),
    StandardRule(
        "create-date", clauses.METADATA, Kind.FILE, lambda: _("the metadata say when the file was made"), _metadata_hint,
        has_property("xmp:CreateDate", xmp_time),
    ),
    StandardRule(
        "modify-date", clauses.METADATA, Kind.FILE, lambda: _("the metadata say when the file was last changed"),
        _metadata_hint, has_property("xmp:ModifyDate", xmp_time),
    ),
    StandardRule(
        "metadata-date", clauses.METADATA, Kind.FILE, lambda: _("the metadata say when they were last changed"),
        _metadata_hint, has_property("xmp:MetadataDate", xmp_time),
    ),
    StandardRule(
        "document-id", clauses.METADATA, Kind.FILE, lambda: _("the metadata name the document"), _metadata_hint,
        has_property("xmpMM:DocumentID"),
    ),
    StandardRule(
        "version-id", clauses.METADATA, Kind.FILE, lambda: _("the metadata name the version of the document"), _metadata_hint,
        has_property("xmpMM:VersionID"),
    ),
    StandardRule(
        "rendition-class", clauses.METADATA, Kind.FILE, lambda: _("the metadata name the rendition of the document"),
        _metadata_hint, has_property("xmpMM:RenditionClass"),
    ),
    StandardRule(
        "metadata-agree", clauses.METADATA, Kind.FILE, lambda: _("metadata and document properties say the same"),
        _metadata_hint, metadata_agree,
    ),
    StandardRule(
        "identification", clauses.IDENTIFICATION, Kind.FILE, lambda: _("the metadata say PDF/X-4"), _export_hint,
        claims("pdfxid:GTS_PDFXVersion", "PDF/X-4"),
    ),
    StandardRule(
        "identification-info", clauses.HOUSE, Kind.FILE,
        lambda: _("the document properties name no other version of PDF/X"), _export_hint, info_version, Verdict.REMARK,
    ),
    StandardRule(
        "encryption", clauses.ENCRYPTION, Kind.FILE, lambda: _("the file is not encrypted"),
        lambda: _("Open it with its password, and save it without one."), encrypted,
    ),
    StandardRule(
        "viewer-areas", clauses.VIEWER, Kind.FILE, lambda: _("viewer preferences name the MediaBox or BleedBox"),
        _export_hint, viewer_areas,
    ),
    StandardRule(
        "alternate-presentations", clauses.ALTERNATE_PRESENTATIONS, Kind.FILE, lambda: _("there are no alternate presentations"),
        _export_hint, alternate_presentations,
    ),
    StandardRule(
        "layer-choice", clauses.OPTIONAL_CONTENT, Kind.FILE, lambda: _("no layer is shown or hidden by the reader itself"),
        lambda: _("Export each choice of layers as a file of its own."), layer_choice,
    ),
    StandardRule(
        "layer-default", clauses.OPTIONAL_CONTENT, Kind.FILE, lambda: _("the layers have a default configuration"),
        _export_hint, layer_default,
    ),
    StandardRule("xfa", clauses.XFA, Kind.FILE, lambda: _("there is no XFA form"), _export_hint, xfa),
)  # fmt: skip
