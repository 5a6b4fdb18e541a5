"""PDF files that have more than pages: made by pypdf, or written out object by object."""

from __future__ import annotations

import io
from collections.abc import Iterable

from pypdf import PdfWriter
from pypdf.annotations import Link
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject


def pages(*widths: float) -> PdfWriter:
    """Return a writer with a page of each width, which tells the pages apart."""
    writer = PdfWriter()
    for width in widths:
        writer.add_blank_page(width, 100)
    return writer


def written(writer: PdfWriter) -> bytes:
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def with_destination(writer: PdfWriter, name: str, to: int) -> PdfWriter:
    """Name a page, and put a link to that name on the first page."""
    writer.add_named_destination(name, to)
    link = Link(rect=(0, 0, 50, 50), target_page_index=to)
    link.pop("/Dest", None)
    link[NameObject("/Dest")] = TextStringObject(name)
    writer.add_annotation(0, link)
    return writer


def with_labels(writer: PdfWriter, prefix: str) -> PdfWriter:
    """Number the pages `prefix`1, `prefix`2 …"""
    style = DictionaryObject({NameObject("/S"): NameObject("/D"), NameObject("/P"): TextStringObject(prefix)})
    writer.root_object[NameObject("/PageLabels")] = DictionaryObject({NameObject("/Nums"): ArrayObject([NumberObject(0), style])})
    return writer


def raw(objects: Iterable[bytes], *, space: bytes = b" ", start: int | None = None, has_table: bool = True) -> bytes:
    """Return a file of these objects, the first of which is the catalog; `start` is written as the place of the table."""
    content, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj" % number + space + body.replace(b" ", space) + b"\nendobj\n"
    place = len(content)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + b"".join(b"%010d 00000 n \n" % each for each in places)
    trailer = b"trailer\n<</Size %d/Root 1 0 R>>\n" % (len(places) + 1)
    return content + (table if has_table else b"") + trailer + b"startxref\n%d\n%%%%EOF\n" % (place if start is None else start)


#: Two pages, 300 and 310 points wide.
TWO_PAGES = (
    b"<</Type /Catalog /Pages 2 0 R>>",
    b"<</Type /Pages /Kids [3 0 R 4 0 R] /Count 2>>",
    b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 300 100]>>",
    b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 310 100]>>",
)
