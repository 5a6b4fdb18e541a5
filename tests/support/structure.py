"""The structure of a tagged PDF, as pypdf and poppler read it (ISO 32000-1, 14.7)."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, NullObject

from support import processes


def said(pdf: bytes, tmp_path: Path) -> str:
    """Return the text in the order of the tags, as poppler finds it, with a space between elements."""
    (tmp_path / "read.pdf").write_bytes(pdf)
    words = ["pdfinfo", "-struct-text", tmp_path / "read.pdf"]
    shown = processes.run(words, stdout=subprocess.PIPE, check=True).stdout.decode()
    return "".join(text[1] if (text := re.fullmatch(r' *"(.*)"', line)) else " " for line in shown.splitlines())


def kids_of(element: DictionaryObject) -> list[object]:
    """Return what is in an element: other elements, references to marked content, or a bare number of one."""
    kids = element.get("/K", ArrayObject())
    return [kid.get_object() for kid in (kids if isinstance(kids, ArrayObject) else [kids])]


def elements(pdf: bytes) -> list[tuple[str, DictionaryObject]]:
    """Return the elements of the structure in order, with their types."""
    found: list[tuple[str, DictionaryObject]] = []

    def walk(node: DictionaryObject) -> None:
        if "/S" in node:
            found.append((node["/S"][1:], node))
        for kid in kids_of(node):
            if isinstance(kid, DictionaryObject) and "/MCID" not in kid:
                walk(kid)

    walk(pypdf.PdfReader(io.BytesIO(pdf)).root_object["/StructTreeRoot"])
    return found


def contents_of(element: DictionaryObject) -> list[tuple[int, int, int]]:
    """Return where each marked content that an element holds is (ISO 32000-1, table 324).

    That is the object of its page, the one of the form XObject that it is in or 0, and its number there.
    """
    found = []
    for kid in kids_of(element):
        if not isinstance(kid, DictionaryObject):
            found.append((element.raw_get("/Pg").idnum, 0, int(kid)))
        elif "/MCID" in kid:
            stream = kid.raw_get("/Stm").idnum if "/Stm" in kid else 0
            found.append((kid.raw_get("/Pg").idnum, stream, int(kid["/MCID"])))
    return found


def holders_of(page: pypdf.PageObject) -> Iterator[tuple[int, DictionaryObject, bytes]]:
    """Yield what holds marked contents of a page: itself, as 0, and form XObjects by their objects; with their operators."""
    yield 0, page, page.get_contents().get_data()
    for name in page["/Resources"].get("/XObject", {}):
        form = page["/Resources"]["/XObject"][name]
        if b"%s Do" % name.encode() in page.get_contents().get_data() and "/StructParents" in form:
            yield form.indirect_reference.idnum, form, form.get_data()


def assert_led(pdf: bytes) -> None:
    """The tree of parents agrees with the elements, and each number of a page is in one of them (ISO 32000-1, 14.7.4.4)."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    held = {content: element.indirect_reference.idnum for _tag, element in elements(pdf) for content in contents_of(element)}
    numbers = reader.root_object["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    parents = dict(zip(numbers[::2], numbers[1::2], strict=True))
    found, lists = {}, []
    for page in reader.pages:
        for stream, holder, operators in holders_of(page):
            marks = [int(number) for number in re.findall(rb"/MCID (\d+)", operators)]
            assert len(marks) == len(set(marks))
            if "/StructParents" not in holder:
                assert not marks
                continue
            lists.append(holder["/StructParents"])
            own = parents[holder["/StructParents"]].get_object()
            assert {number for number, parent in enumerate(own) if not isinstance(parent, NullObject)} == set(marks)
            found.update({(page.indirect_reference.idnum, stream, number): own[number].idnum for number in marks})
    assert len(lists) == len(set(lists))
    assert found == held
