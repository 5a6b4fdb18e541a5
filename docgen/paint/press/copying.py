"""Objects copied out of a PDF file, to be written into another one."""

from __future__ import annotations

import io
import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf.generic import DictionaryObject, IndirectObject, PdfObject


@dataclass(frozen=True, slots=True)
class CopiedObject:
    """An object: its bytes, a number where it refers to the object of that index, and its stream if any.

    A stream that was deflated is inflated here, and its `parts` do not name the filter, because the deflated bytes may differ
    from one version of zlib to the next; where `is_encoded`, the stream is still encoded by the filter in `parts`.
    """

    parts: tuple[bytes | int, ...]
    stream: bytes | None = None
    is_encoded: bool = False


def dumped(objects: tuple[CopiedObject, ...]) -> bytes:
    """Return objects as bytes, for a file."""
    plain = [[list(map(_text, each.parts)), _text(each.stream), each.is_encoded] for each in objects]
    return json.dumps(plain, ensure_ascii=False).encode()


def _text(part: bytes | int | None) -> str | int | None:
    return part.decode("latin-1") if isinstance(part, bytes) else part


def loaded(content: bytes) -> tuple[CopiedObject, ...]:
    """Return the objects that were dumped; ValueError where the bytes are none."""
    return tuple(_object(*each) for each in json.loads(content))


def _object(parts: list[str | int], stream: str | None, is_encoded: bool) -> CopiedObject:
    inner = tuple(part.encode("latin-1") if isinstance(part, str) else part for part in parts)
    return CopiedObject(inner, None if stream is None else stream.encode("latin-1"), is_encoded)


def copy_form(pdf: bytes) -> tuple[CopiedObject, ...]:
    """Return the form XObject that the first page of a PDF draws, and after it all that it refers to."""
    from pypdf import PdfReader

    page: Any = PdfReader(io.BytesIO(pdf)).pages[0]  # pypdf types no values of dictionaries
    forms: DictionaryObject = page["/Resources"]["/XObject"]
    copier = _Copier()
    copier.copy(forms.raw_get(next(iter(forms))))
    return tuple(copier.objects)


def page_as_form(pdf: bytes, index: int, parents: int | None = None) -> tuple[CopiedObject, ...]:
    """Return a page of a PDF as a form XObject, and after it all that it refers to.

    `parents` is the list by which its marked contents lead to their elements (ISO 32000-1, 14.7.4.4).
    """
    from pypdf import PdfReader
    from pypdf.generic import ArrayObject, DecodedStreamObject, NameObject, NumberObject

    page: Any = PdfReader(io.BytesIO(pdf)).pages[index]
    form = DecodedStreamObject()
    form.set_data(page.get_contents().get_data())
    form[NameObject("/Type")], form[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Form")
    form[NameObject("/BBox")] = ArrayObject(page.mediabox)
    form[NameObject("/Resources")] = page.raw_get("/Resources")
    if parents is not None:
        form[NameObject("/StructParents")] = NumberObject(parents)
    copier = _Copier()
    copier.add(form)
    return tuple(copier.objects)


class _Copier:
    """Copies objects out of a file, each once; they refer to each other by their index in `objects`."""

    def __init__(self) -> None:
        self.objects: list[CopiedObject] = []
        self._indexes: dict[int, int] = {}

    def copy(self, reference: IndirectObject) -> int:
        """Copy the object that is referred to, and all that it refers to; return its index."""
        if reference.idnum not in self._indexes:
            self._indexes[reference.idnum] = index = len(self.objects)
            self.objects.append(CopiedObject(()))
            self.objects[index] = self._copied(reference.get_object())
        return self._indexes[reference.idnum]

    def add(self, thing: PdfObject) -> None:
        """Copy an object that stands by itself, and all that it refers to."""
        index = len(self.objects)
        self.objects.append(CopiedObject(()))
        self.objects[index] = self._copied(thing)

    def _copied(self, thing: PdfObject | None) -> CopiedObject:
        from pypdf.generic import StreamObject

        if thing is None:  # a reference to an object that the file does not have (ISO 32000-1, 7.3.10)
            return CopiedObject((b"null",))
        if not isinstance(thing, StreamObject):
            return CopiedObject(tuple(self._inline(thing)))
        if thing.get("/Filter") == "/FlateDecode":
            return CopiedObject(tuple(self._entries(thing, without=("/Length", "/Filter"))), zlib.decompress(thing._data))
        return CopiedObject(tuple(self._entries(thing, without=("/Length",))), thing._data, "/Filter" in thing)

    def _entries(self, dictionary: DictionaryObject, without: tuple[str, ...] = ()) -> list[bytes | int]:
        names = [name for name in dictionary if name not in without]
        return [part for name in names for part in (f"{name} ".encode(), *self._inline(dictionary.raw_get(name)))]

    def _inline(self, thing: PdfObject) -> list[bytes | int]:
        """Return an object as it is written within another one."""
        from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

        if isinstance(thing, IndirectObject):
            return [self.copy(thing)]
        if isinstance(thing, DictionaryObject):
            return [b"<<", *self._entries(thing), b">>"]
        if isinstance(thing, ArrayObject):
            return [b"[", *(part for each in list.__iter__(thing) for part in (*self._inline(each), b" ")), b"]"]
        buffer = io.BytesIO()
        thing.write_to_stream(buffer)
        return [buffer.getvalue()]
