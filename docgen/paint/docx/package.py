"""Word documents as packages of parts (ISO/IEC 29500-2): read within limits, described, packed without a clock."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC
from functools import lru_cache, partial
from html import escape
from itertools import chain
from pathlib import Path
from tempfile import SpooledTemporaryFile, gettempdir
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from docgen.archives import DAMAGE
from docgen.errors import FormError
from docgen.files import disk_errors
from docgen.messages import _
from docgen.paint.info import PRODUCER, DocumentInfo

if TYPE_CHECKING:
    from lxml.etree import _Element

Parts = dict[str, bytes]

CONTENT_TYPES, PACKAGE_LINKS = "[Content_Types].xml", "_rels/.rels"
CORE, EXTENDED = "docProps/core.xml", "docProps/app.xml"
SIZE_LIMIT, PART_LIMIT = 256 << 20, 4000
#: Bytes of one part of XML, unpacked: as a tree it takes ten times as much.
XML_LIMIT = 20 << 20
#: Packed bytes of a part that is written piece by piece: so many are held in memory, and so many are read at once.
HELD, AT_ONCE = 1 << 20, 1 << 16
#: 1 January 1980, the first day that a ZIP archive can name (APPNOTE 4.4.6): packing has no clock.
ZIP_DAY = 0 << 9 | 1 << 5 | 1

LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
LINK_TYPES = {
    CORE: f"{LINKS}/metadata/core-properties",
    EXTENDED: "http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties",
}
CONTENT_TYPE_OF = {
    CORE: "application/vnd.openxmlformats-package.core-properties+xml",
    EXTENDED: "application/vnd.openxmlformats-officedocument.extended-properties+xml",
}
IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
IMAGE_TYPES = {".png": "image/png", ".jpeg": "image/jpeg"}
#: What is compressed already, and is stored as it is.
STORED = tuple(IMAGE_TYPES)
THUMBNAIL = f"{LINKS}/metadata/thumbnail"
ATTACHED_TEMPLATE = re.compile(rb"<w:attachedTemplate\b[^>]*/>")
#: A zoom without the percentage that ISO/IEC 29500-1, 17.15.1.95, asks for.
ZOOM = re.compile(rb"<w:zoom\b(?![^>]*\bw:percent=)")
#: The ends of the content types of main parts: of a document, a template and those with macros.
DOCUMENT, TEMPLATE, MACROS = (
    ".document.main+xml",
    ".template.main+xml",
    ("macroEnabled.main+xml", "macroEnabledTemplate.main+xml"),
)
#: A tag in the address of a link, as it is or as Word writes it.
TAG_IN_ADDRESS = re.compile(r"\{[{%]|%7B(?:%7B|%25)", re.IGNORECASE)

CORE_PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<dc:title>{title}</dc:title><dc:creator>{producer}</dc:creator><cp:lastModifiedBy>{producer}</cp:lastModifiedBy>"
    "<cp:category>{form}</cp:category><cp:revision>1</cp:revision>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">{day}</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{day}</dcterms:modified>'
    "<dc:language>{language}</dc:language></cp:coreProperties>"
)
EXTENDED_PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    f"<Application>{PRODUCER}</Application></Properties>"
)


class StreamedPart:
    """A part that is written piece by piece: it is compressed at once, and what is long waits in a temporary file.

    Raise MachineError where the disk is full.
    """

    def __init__(self) -> None:
        self._deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._file = SpooledTemporaryFile(HELD)  # noqa: SIM115 - closed with the part
        self._crc = self._size = self._length = 0

    def __del__(self) -> None:
        self._file.close()

    def write(self, piece: bytes) -> None:
        """Add a piece at the end."""
        self._crc, self._size = zlib.crc32(piece, self._crc), self._size + len(piece)
        self._keep(self._deflate.compress(piece))

    def _keep(self, packed: bytes) -> None:
        with disk_errors(Path(gettempdir())):
            self._length += self._file.write(packed)

    def packed(self) -> PackedPart:
        """Return the part as it stands in a package; nothing can be added then."""
        self._keep(self._deflate.flush())
        self._file.seek(0)
        pieces = iter(partial(self._file.read, AT_ONCE), b"")
        return PackedPart(zipfile.ZIP_DEFLATED, self._crc, self._size, self._length, pieces)


class PackedPart(NamedTuple):
    """A part as it stands in a package: ZIP method, checksum, bytes before and after packing, and those in pieces."""

    method: int
    crc: int
    size: int
    length: int
    pieces: Iterable[bytes]


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Return the parts as one file (`write_package`)."""
    file = io.BytesIO()
    write_package(file, parts)
    return file.getvalue()


def write_package(file: IO[bytes], parts: Mapping[str, bytes | StreamedPart]) -> None:
    """Write the parts as one file: what the package is first, the rest by name, so that same parts are same bytes.

    The archive is written here (APPNOTE 4.3), because zipfile would compress anew each time the parts that never change.
    """
    first = [name for name in (CONTENT_TYPES, PACKAGE_LINKS) if name in parts]
    names = [*first, *sorted(parts.keys() - set(first))]
    directory: list[bytes] = []
    length = 0
    for name in names:
        coded, part = name.encode(), parts[name]
        packed = part.packed() if isinstance(part, StreamedPart) else _packed(name.endswith(STORED), part)
        about = (20, 0x800, packed.method, 0, ZIP_DAY, packed.crc, packed.length, packed.size, len(coded), 0)
        directory += [struct.pack("<4sH5H3I5H2I", b"PK\x01\x02", 20, *about, 0, 0, 0, 0, length), coded]
        header = struct.pack("<4s5H3I2H", b"PK\x03\x04", *about)
        file.writelines(chain((header, coded), packed.pieces))
        length += len(header) + len(coded) + packed.length
    ends = (0, 0, len(names), len(names), sum(map(len, directory)), length, 0)
    file.writelines((*directory, struct.pack("<4s4H2IH", b"PK\x05\x06", *ends)))


@lru_cache(maxsize=256)
def _packed(is_compressed: bool, content: bytes) -> PackedPart:
    """Return a part as it stands in a package; what is compressed already, such as a PNG, is stored as it is."""
    if is_compressed:
        return PackedPart(zipfile.ZIP_STORED, zlib.crc32(content), len(content), len(content), (content,))
    deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = deflate.compress(content) + deflate.flush()
    return PackedPart(zipfile.ZIP_DEFLATED, zlib.crc32(content), len(content), len(packed), (packed,))


def read_parts(docx: bytes, name: str = "") -> Parts:
    """Return the parts by name; FormError when it is no package, or a larger one than a document can be."""
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as package:
            entries = [entry for entry in package.infolist() if not entry.is_dir()]
            if len(entries) > PART_LIMIT or sum(entry.file_size for entry in entries) > SIZE_LIMIT:
                raise _damaged(name, _("it is larger than {limit} MB", limit=SIZE_LIMIT >> 20))
            _refuse_large_xml(entries, name)
            parts = {_part_name(entry.filename): package.read(entry) for entry in entries}
    except DAMAGE as error:
        raise _damaged(name, str(error)) from None
    if len(parts) != len(entries) or not parts.keys() >= {CONTENT_TYPES, PACKAGE_LINKS}:
        raise _damaged(name, _("it is no package of parts"))
    return parts


def _refuse_large_xml(entries: Iterable[zipfile.ZipInfo], name: str) -> None:
    """Raise FormError for a part of XML that takes more memory than a document needs."""
    for entry in entries:
        if entry.filename.lower().endswith((".xml", ".rels")) and entry.file_size > XML_LIMIT:
            raise _damaged(name, _("its part {part} is larger than {limit} MB", part=entry.filename, limit=XML_LIMIT >> 20))


def _part_name(entry: str) -> str:
    """Return the name of a part as an entry of the archive writes it: with a slash, two of them in one case."""
    part = entry.replace("\\", "/")
    return {each.casefold(): each for each in (CONTENT_TYPES, PACKAGE_LINKS)}.get(part.casefold(), part)


def prepare(parts: Mapping[str, bytes], name: str = "") -> Parts:
    """Return the parts of a document without what other programs left in them: properties, thumbnail, the path of a template.

    `docProps/core.xml` is announced, and is left to `core_properties`. FormError for macros and what is fetched from outside.
    """
    parts = dict(parts)
    _make_document(parts, name)
    _set_property_parts(parts, name)
    for settings in parts_of_type(parts, name, ".settings+xml"):
        parts[settings] = ZOOM.sub(b'<w:zoom w:percent="100"', parts[settings])
    for links in [part for part in parts if part.endswith(".rels")]:
        _refuse_outside_links(parts, links, name)
    return parts


def attach_images(parts: Mapping[str, bytes], owner: str, images: Mapping[str, tuple[str, bytes]], name: str = "") -> Parts:
    """Return the parts with images that the part `owner` shows, by their links in it: file name and content."""
    from lxml import etree

    folder, _slash, base = owner.rpartition("/")
    links_part = f"{folder}/_rels/{base}.rels"
    links = parse(parts.get(links_part, f'<Relationships xmlns="{LINKS}"/>'), name)
    types = parse(parts[CONTENT_TYPES], name)
    named, added = {each.get("PartName") for each in types}, {}
    for link, (file, content) in images.items():
        suffix = "." + file.rpartition(".")[2]
        etree.SubElement(links, f"{{{LINKS}}}Relationship", Id=link, Type=IMAGE, Target=file)
        if f"/{folder}/{file}" not in named:
            named.add(f"/{folder}/{file}")
            override = {"PartName": f"/{folder}/{file}", "ContentType": IMAGE_TYPES[suffix]}
            etree.SubElement(types, f"{{{TYPES}}}Override", override)
        added[f"{folder}/{file}"] = content
    return dict(parts) | added | {links_part: serialise(links), CONTENT_TYPES: serialise(types)}


def core_properties(info: DocumentInfo) -> bytes:
    """Return the core properties of a document (ISO/IEC 29500-2, 11): title, language, and both dates."""
    dated = info.dated.astimezone(UTC) if info.dated.tzinfo else info.dated
    day = dated.strftime("%Y-%m-%dT%H:%M:%SZ")
    values = {"title": info.title, "form": info.form, "language": info.language, "producer": PRODUCER, "day": day}
    return CORE_PROPERTIES.format_map({key: escape(value) for key, value in values.items()}).encode()


def parts_of_type(parts: Mapping[str, bytes], name: str, *suffixes: str) -> list[str]:
    """Return the names of the parts whose content type ends in one of `suffixes`, according to `[Content_Types].xml`.

    A part without an Override has the type of its extension; names have no case (ISO/IEC 29500-2, 6.2.2.3, 7.2.3.5).
    """
    types = parse(parts[CONTENT_TYPES], name)
    own = {each.get("PartName", "").lstrip("/").casefold(): each.get("ContentType", "") for each in types}
    by_extension = {each.get("Extension", "").casefold(): each.get("ContentType", "") for each in types}

    def type_of(part: str) -> str:
        known = part.casefold()
        return own.get(known) or by_extension.get(known.rpartition(".")[2], "")

    return [part for part in parts if part != CONTENT_TYPES and type_of(part).endswith(suffixes)]


def parse(xml: bytes | str, name: str) -> _Element:
    """Return the root of a part; FormError when it is not well-formed or has a DTD, as no part may."""
    from lxml import etree

    content = xml.encode() if isinstance(xml, str) else xml
    parser = etree.XMLParser(remove_blank_text=True, resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _damaged(name, str(error)) from None
    document: Any = root.getroottree().docinfo  # the stubs of lxml lack its doctype
    if document.doctype:
        raise _damaged(name, _("a part of it has a DOCTYPE"))
    return root


def serialise(root: _Element) -> bytes:
    """Return an element as the XML of a part."""
    from lxml import etree

    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _make_document(parts: Parts, name: str) -> None:
    """Make the main part of a Word template (.dotx) that of a document; FormError for one with macros."""
    types = parse(parts[CONTENT_TYPES], name)
    for each in types:
        content_type = each.get("ContentType", "")
        if content_type.endswith(MACROS):
            raise _damaged(name, _("it has macros"))
        if content_type.endswith(TEMPLATE):
            each.set("ContentType", content_type.removesuffix(TEMPLATE) + DOCUMENT)
            parts[CONTENT_TYPES] = serialise(types)


def _set_property_parts(parts: Parts, name: str) -> None:
    """Replace the property parts by ours, and remove the thumbnail, which shows another document."""
    from lxml import etree

    links, types = parse(parts[PACKAGE_LINKS], name), parse(parts[CONTENT_TYPES], name)
    for link in [link for link in links if link.get("Type") in {*LINK_TYPES.values(), THUMBNAIL}]:
        target = link.get("Target", "").lstrip("/")
        parts.pop(target, None)
        links.remove(link)
        for override in [each for each in types if each.get("PartName", "").casefold() == f"/{target}".casefold()]:
            types.remove(override)
    for part, link_type in LINK_TYPES.items():
        identity = "docgen-" + part.partition("/")[2].partition(".")[0]
        etree.SubElement(links, f"{{{LINKS}}}Relationship", Id=identity, Type=link_type, Target=part)
        etree.SubElement(types, f"{{{TYPES}}}Override", PartName=f"/{part}", ContentType=CONTENT_TYPE_OF[part])
    parts[PACKAGE_LINKS], parts[CONTENT_TYPES] = serialise(links), serialise(types)
    parts[EXTENDED] = EXTENDED_PROPERTIES.encode()


def _refuse_outside_links(parts: Parts, links: str, name: str) -> None:
    """Remove the path of the Word template, which names somebody's folders; FormError for what is fetched from outside.

    A link to click on stays: nothing is fetched until a reader asks for it.
    """
    root = parse(parts[links], name)
    outside = [link for link in root if link.get("TargetMode", "").lower() == "external"]
    for link in outside:
        kind, target = link.get("Type", "").rpartition("/")[2], link.get("Target", "")
        if kind == "hyperlink":
            _refuse_tag_in_address(target, name)
        elif kind == "attachedTemplate":
            root.remove(link)
            owner = links.replace("_rels/", "").removesuffix(".rels")
            parts[owner] = ATTACHED_TEMPLATE.sub(b"", parts.get(owner, b""))
            parts[links] = serialise(root)
        else:
            message = _("the document points outside itself, to {target}", target=target[:100])
            hint = _("Take the link out in Word, or put the picture itself in.")
            raise FormError.because("template-link", message, hint, file=name)


def _refuse_tag_in_address(target: str, name: str) -> None:
    if TAG_IN_ADDRESS.search(target):
        message = _("the address of a link has a tag in it, which is not filled: {target}", target=target[:100])
        raise FormError.because("template-link", message, _("Write the address as text, without a link."), file=name)


def _damaged(name: str, reason: str) -> FormError:
    message = _("this is no Word document that can be used: {reason}", reason=reason)
    return FormError.because("template-damaged", message, _("Save it anew in Word, as a .docx file."), file=name)
