"""Files for the archive, and ways to spoil one in one thing by pypdf."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pypdf
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

import docgen
from support.records import record_of
from support.writing import record_with_rows

CERTIFICATE, REGISTER, ORDER = "retraining-certificate", "certificate-register", "training-order"
ROWS = 45
Way = Callable[[pypdf.PdfWriter], None]


@lru_cache
def archived(form: str) -> bytes:
    """Return a document of a form for the archive; the register has several pages."""
    return docgen.render(form, record_with_rows(form, ROWS) if form == REGISTER else record_of(form), purpose="archive")


def spoiled(form: str, *ways: Way) -> bytes:
    """Return the document of a form, changed."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(archived(form)))
    for way in ways:
        way(writer)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def pdf_object(value: Any) -> PdfObject:
    """Return a Python value as an object: texts with a slash are names, bytes are strings."""
    if isinstance(value, PdfObject):
        return value
    if isinstance(value, dict):
        return DictionaryObject({NameObject(f"/{name}"): pdf_object(each) for name, each in value.items()})
    if isinstance(value, list):
        return ArrayObject(map(pdf_object, value))
    if isinstance(value, bytes):
        return ByteStringObject(value)
    if isinstance(value, str):
        return NameObject(value) if value.startswith("/") else TextStringObject(value)
    simple: dict[type, type[PdfObject]] = {bool: BooleanObject, int: NumberObject, float: FloatObject}
    return simple[type(value)](value)


def stream(content: bytes, **entries: Any) -> StreamObject:
    """Return a stream."""
    found = DecodedStreamObject()
    found.set_data(content)
    found.update(pdf_object(entries))
    return found


def put(where: DictionaryObject, **entries: Any) -> None:
    """Set entries of a dictionary; None takes one out."""
    for name, value in entries.items():
        if value is None:
            del where[f"/{name}"]
        else:
            where[NameObject(f"/{name}")] = pdf_object(value)


def catalogue(**entries: Any) -> Way:
    """Return the way to set entries of the catalogue."""
    return lambda writer: put(writer.root_object, **entries)


def first_page(**entries: Any) -> Way:
    """Return the way to set entries of the first page."""
    return lambda writer: put(writer.pages[0], **entries)


def resource(kind: str, **entries: Any) -> Way:
    """Return the way to add resources of the first page."""

    def change(writer: pypdf.PdfWriter) -> None:
        resources = writer.pages[0]["/Resources"]
        if f"/{kind}" not in resources:
            put(resources, **{kind: {}})
        named = {
            name: writer._add_object(each) if isinstance(each, StreamObject) else pdf_object(each)
            for name, each in entries.items()
        }
        put(resources[f"/{kind}"], **named)

    return change


def draw(content: str, tag: str = "/Artifact BMC %s EMC") -> Way:
    """Return the way to draw more on the first page, as an artifact."""

    def change(writer: pypdf.PdfWriter) -> None:
        page = writer.pages[0]
        more = stream(page.get_contents().get_data() + b"\n" + (tag % content).encode())
        put(page, Contents=writer._add_object(more))

    return change


def in_content(old: bytes, new: bytes) -> Way:
    """Return the way to change the content of the first page in one place."""

    def change(writer: pypdf.PdfWriter) -> None:
        content = writer.pages[0].get_contents().get_data()
        assert old in content, content[:2000]
        put(writer.pages[0], Contents=writer._add_object(stream(content.replace(old, new, 1))))

    return change


def in_xmp(old: str, new: str = "") -> Way:
    """Return the way to change the metadata in one place."""

    def change(writer: pypdf.PdfWriter) -> None:
        packet = writer.root_object["/Metadata"].get_data().decode()
        assert old in packet
        metadata = stream(packet.replace(old, new, 1).encode(), Type="/Metadata", Subtype="/XML")
        put(writer.root_object, Metadata=writer._add_object(metadata))

    return change


def each_object(writer: pypdf.PdfWriter, has: str, value: str | None = None) -> list[DictionaryObject]:
    """Return the dictionaries of a file with an entry."""
    found = [each for each in writer._objects if isinstance(each, DictionaryObject) and f"/{has}" in each]
    return [each for each in found if value is None or each[f"/{has}"] == value]


def where(has: str, value: str | None, **entries: Any) -> Way:
    """Return the way to set entries of the first dictionary with an entry (of a value)."""
    return lambda writer: put(each_object(writer, has, value)[0], **entries)


def annotated(*more: Way, **entries: Any) -> Way:
    """Return the way to put an annotation on the first page, sound for PDF/A but for `entries`."""

    def change(writer: pypdf.PdfWriter) -> None:
        look = writer._add_object(stream(b"", Type="/XObject", Subtype="/Form", BBox=[0, 0, 20, 20], Resources={}))
        found = {"Type": "/Annot", "Subtype": "/Text", "Rect": [40, 40, 60, 60], "F": 4, "Contents": "A note", "AP": {"N": look}}
        annotation = pdf_object({name: value for name, value in {**found, **entries}.items() if value is not None})
        put(writer.pages[0], Annots=[writer._add_object(annotation)], Tabs="/S")

    return change


def elements(writer: pypdf.PdfWriter, kind: str) -> list[DictionaryObject]:
    """Return the structure elements of a type."""
    return [each for each in each_object(writer, "S", f"/{kind}") if "/P" in each]


def element(kind: str, number: int = 0, **entries: Any) -> Way:
    """Return the way to set entries of the structure element of a type."""
    return lambda writer: put(elements(writer, kind)[number], **entries)
